"""A stick as it comes to a head office: hundreds of files of several centres, and what else lies there.

What lies on it is counted as it is put there; what head office says must be the same.
"""

import shutil
from collections import Counter
from pathlib import Path

from fieldapp.domain.fields import Name
from fieldapp.homes import new_centre, new_hq
from fieldapp.storage import journal, state
from fieldapp.storage.state import Centre
from fieldapp.sync.arrived import FileState
from fieldapp.sync.tally import Sort, bad_ones, tally
from tests.sync.exchange import KASMAR, Side, row

CENTRES = 3
CSC_IDS = ("100000000015", "100000000023", "100000000031")


def make_stick(root: Path, good: int, damaged: int, repeats: int, pictures: int, receipts: int):
    """A head office and a folder of that many files; gives the office, the folder, and the counts."""
    hq, stick = Side(new_hq(root / "hq", practice=True)), root / "stick"
    stick.mkdir()
    centres = [_centre(root, hq, csc_id) for csc_id in CSC_IDS]
    files = []
    for n in range(good):
        centre = centres[n % CENTRES]
        made = centre.start()
        centre.edit(made, rows=tuple(row(one + 1) for one in range(n % 4)))
        (placed,) = centre.outbox.make(centre.actor, target=stick).copies
        files.append(placed.path)
        with centre.home.database.transaction() as tx:  # as if its receipt had come
            state.write(tx, "base", str(journal.checkpoint(tx, state.node(tx))[0]))
    for n in range(damaged):  # cut short, changed inside, something added
        content = bytearray(files[n].read_bytes())
        content[-40] ^= 1
        broken = (bytes(content[:-300]), bytes(content), files[n].read_bytes() + n.to_bytes(2, "big"))[n % 3]
        (stick / f"bad {n}.fieldsync").write_bytes(broken)
    for n in range(repeats):
        shutil.copy(files[n % good], stick / f"zz repeat {n}.fieldsync")
    for n in range(pictures):
        (stick / f"IMG_{n:04}.jpg").write_bytes(b"\xff\xd8\xff\xe0" + n.to_bytes(4, "big") + bytes(3000))
    for n in range(receipts):
        _receipt(root, centres[n % CENTRES], n, stick)
    for centre in centres:
        centre.home.close()
    expected = {Sort.READY: good, Sort.REPEAT: repeats, Sort.OTHER: pictures, Sort.RECEIPT: receipts}
    return hq, stick, Counter(expected | {Sort.BAD: damaged})


def _centre(root: Path, hq: Side, csc_id: str) -> Side:
    named = Centre(0, csc_id, "केंद्र", f"Centre {csc_id[-2:]}", KASMAR.key)
    centre = Side(new_centre(root / csc_id, named, practice=True))
    known = hq.enrolment.register_centre(hq.actor, csc_id, Name(named.name_hi, named.name_en), KASMAR.key)
    pack = hq.enrolment.make_pack(hq.actor, known.number, root)
    centre.enrolment.take_pack(centre.actor, pack.path, pack.words)
    pack.path.unlink()
    return centre


def _receipt(root: Path, centre: Side, n: int, stick: Path) -> None:
    """A receipt of a copy of this head office, so that the real one has nothing yet."""
    folder = root / f"copy {n}"
    shutil.copytree(root / "hq", folder)
    office = Side.opened(folder)
    office.inbox.import_all(office.actor, sorted(stick.glob(f"{centre.folder.name}*"))[:1])
    (made,) = office.receipts.make(office.actor, folder)
    made.path.rename(stick / f"receipt {n}.fieldsync")
    office.home.close()
    shutil.rmtree(folder)


def check_stick(hq: Side, stick: Path, expected: Counter) -> None:
    """Sums add up, bad ones are named with centre and reason, previews equal results, repeats do nothing."""
    told = []
    found = hq.inbox.read(hq.actor, [stick], tell=lambda file, path: told.append((file, path)))
    assert [file for file, _ in told] == found
    assert not any(file.gap for file in found), "all files of every centre are there"
    assert dict(tally(found)) == dict(expected), [(one.name, one.state, one.code) for one in found]
    assert sum(tally(found).values()) == sum(expected.values()) == len(found)
    for bad in bad_ones(found):
        assert bad.centre_name.en.startswith("Centre "), bad
        assert bad.said is not None
    ready = [one for one in found if one.state is FileState.READY]
    looked_at = ready[::3]
    for one in looked_at:
        preview = hq.inbox.preview(hq.actor, one.sha256)
        assert not hq.inbox.apply(hq.actor, one.sha256, preview.counts).differs
        assert hq.inbox.preview(hq.actor, one.sha256).rows == preview.rows
    rest = len(ready) - len(looked_at)
    done = 0

    def count(files: int, _: int) -> None:
        nonlocal done
        done = files

    stopped = hq.inbox.import_all(hq.actor, progress=count, cancel=lambda: done == rest // 2)
    assert (stopped.cancelled, stopped.by_state()[FileState.READY]) == (True, rest - rest // 2)
    hq.inbox.import_all(hq.actor)
    taken = hq.inbox.files(hq.actor, FileState.IMPORTED)
    assert sum(one.counts.total for one in taken) == sum(one.records for one in ready)
    before = hq.state_hash()
    again = hq.inbox.import_all(hq.actor, [stick])
    assert (again.counts.total, hq.state_hash()) == (0, before)
    assert Counter(tally(again.files))[Sort.REPEAT] == expected[Sort.READY] + expected[Sort.REPEAT]
