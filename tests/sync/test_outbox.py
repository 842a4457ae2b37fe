"""The outbox: what goes, into how many files, and where each batch is."""

import itertools
import random
import shutil
from string import ascii_letters

import pyrage
import pytest
import sqlalchemy as sa

from fieldapp.domain.errors import EnvironmentProblem, InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.homes import new_centre
from fieldapp.storage.tables import batches, seals
from fieldapp.sync import packing
from fieldapp.sync.batches import KEPT, README
from fieldapp.sync.container import MAX_RECORDS
from fieldapp.sync.inbox import Counts
from fieldapp.sync.outbox import MOST, BatchState
from fieldapp.sync.sync_file import SUFFIX, Kind, Signer, open_, peek
from tests.examples import row
from tests.sync.exchange import CENTRE, Exchange, Side

SEALED = sa.select(sa.func.count()).select_from(seals)


def outside(exchange, path):
    public = exchange.centre.home.keys.public
    signer = Signer(bytes.fromhex(public.sign), exchange.centre.home.keys.key_id)
    return peek(path.read_bytes(), lambda _: signer)


def manifest(exchange, path):
    content = open_(outside(exchange, path), [exchange.hq.home.keys.identity], practice=True)
    assert list(content.lines())
    return content.manifest


def test_the_preview_says_what_would_go_and_to_whom_and_seals_nothing(exchange):
    exchange.centre.start()
    exchange.centre.plan()
    exchange.round_trip()
    changed = exchange.centre.start()
    exchange.centre.edit(changed, notes="neu")
    would_go = exchange.centre.outbox.preview(exchange.centre.actor)
    assert (would_go.by_type, would_go.records, would_go.not_packed) == ({"activity": 1}, 1, 1)
    assert would_go.to_whom == (Name("मुख्यालय", "Head office"),)
    full = exchange.centre.outbox.preview(exchange.centre.actor, full=True)
    assert full.by_type == {"activity": 2, "target": 1}
    assert exchange.centre.count(SEALED) == 2


def test_without_a_pack_no_file_is_made_and_nothing_is_sealed(tmp_path):
    alone = Side(new_centre(tmp_path / "alone", CENTRE, practice=True))
    alone.start()
    with pytest.raises(InvalidInput) as refusal:
        alone.outbox.make(alone.actor)
    assert refusal.value.code == "no_pack"
    assert alone.outbox.preview(alone.actor).to_whom == ()
    assert alone.count(SEALED) == 0
    alone.home.close()


def test_when_everything_is_received_a_full_file_is_offered_and_an_empty_one_never_made(exchange):
    with pytest.raises(InvalidInput, match="nothing new"):
        exchange.send()
    exchange.centre.start()
    exchange.round_trip()
    with pytest.raises(InvalidInput) as refusal:
        exchange.send()
    assert refusal.value.code == "nothing_new"
    assert "full file" in refusal.value.advice.msgid
    assert len(exchange.centre.outbox.batches(exchange.centre.actor)) == 1
    assert exchange.deliver(*exchange.send(full=True)).counts == Counts(same=1)


def test_an_edit_that_was_taken_back_is_nothing_new(exchange):
    record_id = exchange.centre.start()
    exchange.round_trip()
    exchange.centre.edit(record_id, notes="x")
    exchange.centre.edit(record_id, notes="")
    with pytest.raises(InvalidInput, match="nothing new"):
        exchange.send()
    assert exchange.centre.state_of(record_id) == "RECEIVED"


def test_what_no_receipt_covers_goes_again_so_a_lost_stick_costs_nothing(exchange):
    first = exchange.centre.start()
    lost = exchange.send()
    second = exchange.centre.start()
    for path in lost:
        path.unlink()
    assert exchange.deliver(*exchange.send()).counts == Counts(new=2)
    assert exchange.hq.state_hash() == exchange.centre.state_hash()
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert {exchange.centre.state_of(one) for one in (first, second)} == {"RECEIVED"}


def test_nobody_who_finds_the_stick_reads_a_name_or_a_number(exchange):
    record_id = exchange.centre.start(trainer_name=Name("मीना कुमारी", "Mina Kumari"))
    exchange.centre.edit(record_id, rows=(row(1, mobile="5012345678"),), last_row=1)
    for path in exchange.send():
        content = path.read_bytes()
        for secret in ("Mina Kumari", "मीना", "5012345678", "Name 1", record_id):
            assert secret.encode() not in content
            assert secret not in path.name


def test_a_thief_with_the_whole_laptop_and_its_keys_reads_no_file_that_was_sent_or_is_carried(exchange):
    """What goes up is written to head office alone; the copies that lie here are of no more use."""
    record_id = exchange.centre.start(trainer_name=Name("मीना कुमारी", "Mina Kumari"))
    exchange.centre.edit(record_id, rows=(row(1, mobile="5012345678"),), last_row=1)
    exchange.round_trip()
    centre = exchange.centre
    stolen = [centre.home.keys.identity, *centre.home.keys.identities]
    files = [*centre.folder.rglob("*.fieldsync"), *exchange.stick.glob("*_0001_*.fieldsync")]
    sent = [path for path in files if "receipt" not in path.name]
    assert len(sent) == 2
    for path in sent:
        outer = outside(exchange, path)
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(bytes(outer.body), stolen)
        assert open_(outer, [exchange.hq.home.keys.identity], practice=True)
    centre.home.close()
    without = [path for path in centre.folder.rglob("*") if path.is_file()]
    for path in without:
        for secret in ("Mina Kumari", "मीना", "5012345678", "Name 1"):
            assert secret.encode() not in path.read_bytes(), path.name
    assert {"fieldapp.db", "node.key", "logins.json"} <= {path.name for path in without}
    exchange.reopen_centre()


def test_the_header_proves_the_pack_until_the_first_receipt(exchange):
    exchange.centre.start()
    assert outside(exchange, *exchange.send()).header.enrol.proof
    exchange.round_trip()
    exchange.centre.start()
    assert outside(exchange, *exchange.send()).header.enrol is None


def test_the_manifest_says_where_the_file_stands_in_the_log(exchange):
    exchange.centre.start()
    exchange.round_trip()
    exchange.centre.plan()
    said = manifest(exchange, *exchange.send())
    assert (said.base.n, said.to.n, said.count, said.counts) == (1, 2, 1, {"target": 1})
    assert said.totals == {"activity": 1, "target": 1}
    assert (said.receipt, said.full, said.batch) == (1, False, 2)
    assert said.clock.now.endswith("Z")


def test_names_are_plain_short_and_never_taken_twice(exchange):
    exchange.centre.start()
    (first,) = exchange.send()
    assert first.name.isascii()
    assert len(first.name) <= 64
    assert first.name.startswith("100000000015-A_0001_1of1_")
    assert first.suffix == SUFFIX
    kept = first.read_bytes()
    # An older life of this home may have left a file of the name that comes next.
    in_the_way = exchange.centre.home.home.outbox / first.name.replace("_0001_", "_0002_")
    in_the_way.write_bytes(b"kept")
    exchange.centre.start()
    (second,) = exchange.send()
    assert in_the_way.read_bytes() == b"kept"
    assert second.name == in_the_way.name.replace(SUFFIX, "_b" + SUFFIX)
    assert first.read_bytes() == kept


# ---------------------------------------------------------------- several files


def several(exchange: Exchange) -> list[str]:
    """A log in which the first record is sealed three times, with others in between."""
    chance = random.Random(1)
    ids = [exchange.centre.start()]
    for n in range(2):
        for _ in range(4):
            ids.append(exchange.centre.start())
            remarks = ["".join(chance.choices(ascii_letters, k=80)) for _ in range(59)]
            rows = tuple(row(k, remarks=one) for k, one in enumerate(remarks, 1))
            exchange.centre.edit(ids[-1], rows=rows, last_row=59)
        exchange.send()
        exchange.centre.edit(ids[0], notes=f"note {n}")
    return ids


def test_a_batch_is_cut_into_files_of_at_most_the_limit(exchange):
    several(exchange)
    made = exchange.centre.outbox.make(exchange.centre.actor, limit=20_000)
    assert len(made.parts) > 2
    assert all(part.size <= 20_000 for part in made.parts)
    assert [f"_{n}of{len(made.parts)}_" in one.path.name for n, one in enumerate(made.parts, 1)]


def test_every_part_holds_the_newest_revision_of_its_own_stretch(exchange):
    ids = several(exchange)
    made = exchange.centre.outbox.make(exchange.centre.actor, limit=20_000)
    said = [manifest(exchange, part.path) for part in made.parts]
    assert [one.base for one in said[1:]] == [one.to for one in said[:-1]]
    sent = []
    for part, one in zip(made.parts, said, strict=True):
        within = sa.and_(seals.c.id == bytes.fromhex(ids[0]), seals.c.n > one.base.n, seals.c.n <= one.to.n)
        newest = exchange.centre.count(
            sa.select(seals.c.rev).where(within).order_by(seals.c.n.desc()).limit(1)
        )
        content = open_(outside(exchange, part.path), [exchange.hq.home.keys.identity], practice=True)
        carried = [bytes.fromhex(line.rev) for line in content.lines() if line.id == ids[0]]
        assert carried == ([newest] if newest else [])
        sent += carried
    assert len(set(sent)) > 1
    assert [bool(one.totals) for one in said] == [False] * (len(said) - 1) + [True]


def test_the_parts_may_come_in_any_order_and_each_is_complete(exchange, tmp_path):
    several(exchange)
    made = exchange.centre.outbox.make(exchange.centre.actor, limit=22_000)
    assert len(made.parts) in (3, 4)
    wanted = exchange.centre.state_hash()
    exchange.hq.home.close()
    for n, order in enumerate(itertools.islice(itertools.permutations(made.parts), 0, None, 4)):
        shutil.copytree(exchange.root / "hq", tmp_path / f"hq{n}")
        hq = Side.opened(tmp_path / f"hq{n}")
        for part in order:
            assert hq.inbox.import_all(hq.actor, [part.path]).counts.refused == 0
        assert hq.state_hash() == wanted
        assert not any(one.gap for one in hq.inbox.files(hq.actor))
        (receipt,) = hq.receipts.make(hq.actor, tmp_path)
        centre = exchange.reopen_centre()
        assert not centre.receipts.apply(centre.actor, receipt.path).full_asked
        hq.home.close()
    exchange.hq = Side.opened(exchange.root / "hq")


def test_portions_never_cut_a_record_and_leave_out_none():
    entries = [
        packing.Seal(n, 1, bytes([n % 5]) * 16, bytes([n]) * 16, "activity", 1, 1000, 9000)
        for n in range(1, 30)
    ]
    for limit in (1, 9_000, 12_000, 1 << 20):
        found = packing.portions(entries, 0, limit)
        assert [one.base for one in found] == [0, *(one.to for one in found[:-1])]
        assert found[-1].to == 29
        for one in found:
            within = [entry for entry in entries if one.base < entry.n <= one.to]
            assert one.seals == packing.newest(within)
    assert len(packing.portions(entries, 0, 1)) == 29


def test_more_records_than_a_file_may_hold_become_two_that_are_each_full(monkeypatch, exchange):
    entries = [
        packing.Seal(n, 1, n.to_bytes(16, "big"), bytes(16), "activity", 1, 1, 1)
        for n in range(1, MAX_RECORDS + 2)
    ]
    first, second = packing.portions(entries, 0, MOST)
    assert (len(first.seals), first.to) == (MAX_RECORDS, MAX_RECORDS)
    assert (second.base, second.to, len(second.seals)) == (MAX_RECORDS, MAX_RECORDS + 1, 1)

    monkeypatch.setattr(packing, "MAX_RECORDS", 5)
    for _ in range(6):
        exchange.centre.start()
    made = exchange.centre.outbox.make(exchange.centre.actor)
    assert [manifest(exchange, part.path).count for part in made.parts] == [5, 1]
    assert exchange.deliver(*(part.path for part in made.parts)).counts == Counts(new=6)
    assert not exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer()).full_asked


def test_no_list_goes_by_row_whose_column_has_the_name_of_another_list():
    found = packing.record_columns()
    assert {"rows", "tries", "partners", "roles", "places"} <= found.keys()
    assert "sheets" not in found
    assert found["rows"][-1] == "tries"


# ---------------------------------------------------------------- crashes and sticks


def test_what_a_crash_left_half_made_is_cleared_and_its_records_go_next_time(exchange):
    exchange.centre.start()
    (path,) = exchange.send()
    made = exchange.centre.home.home.outbox / path.name
    with exchange.centre.home.database.transaction() as tx:
        tx.execute(batches.update().values(state=BatchState.MAKING, sha256=None, size=0))
    half = made.with_name("x.fieldsync.part")
    half.write_bytes(b"half")
    assert exchange.centre.outbox.tidy() == 1
    assert not made.exists()
    assert not half.exists()
    assert exchange.centre.outbox.tidy() == 0
    assert exchange.deliver(*exchange.send()).counts == Counts(new=1)


def test_a_batch_that_cannot_be_written_leaves_nothing_behind(exchange):
    record_id = exchange.centre.start()
    folder = exchange.centre.home.home.outbox
    folder.rmdir()
    with pytest.raises(EnvironmentProblem) as trouble:
        exchange.send()
    assert trouble.value.code == "stick_gone"
    assert exchange.centre.outbox.batches(exchange.centre.actor) == ()
    folder.mkdir()
    assert exchange.deliver(*exchange.send()).counts == Counts(new=1)
    assert exchange.hq.notes(record_id) == ""


def test_files_of_many_batches_go_only_when_they_were_received_long_ago(exchange):
    centre, folder = exchange.centre, exchange.centre.home.home.outbox
    for n in range(3 * KEPT):
        centre.start()
        if n % 10 == 3:  # only now and then does a receipt come
            exchange.round_trip()
        else:
            centre.outbox.make(centre.actor)
    centre.outbox.lost(centre.actor, 2, "on the bus")
    centre.outbox.tidy()
    history = {one.number: one for one in centre.outbox.batches(centre.actor)}
    assert len(history) == 3 * KEPT
    received = {n for n, one in history.items() if one.state is BatchState.RECEIVED}
    assert received == {*range(1, 25)}
    kept = {path.name for path in folder.iterdir()}
    assert kept == {part.path.name for n in range(21, 31) for part in history[n].parts}


def test_many_batches_without_a_receipt_keep_all_their_files(exchange):
    centre = exchange.centre
    for _ in range(KEPT + 5):
        centre.start()
        centre.outbox.make(centre.actor)
    centre.outbox.tidy()
    assert all(part.path.is_file() for one in centre.outbox.batches(centre.actor) for part in one.parts)
    exchange.deliver(*(one.parts[0].path for one in centre.outbox.batches(centre.actor)[3:]))
    centre.receipts.apply(centre.actor, exchange.answer())
    centre.outbox.tidy()
    history = centre.outbox.batches(centre.actor)
    assert [one.number for one in history if one.parts[0].path.is_file()] == [*range(KEPT + 5, 5, -1)]


def test_a_stick_gets_the_file_and_a_note_in_both_languages(exchange):
    exchange.centre.start()
    (path,) = exchange.send()
    said = (exchange.stick / README).read_text("utf-8-sig")
    assert "head office" in said
    assert "मुख्यालय" in said
    (batch,) = exchange.centre.outbox.batches(exchange.centre.actor)
    assert batch.state == BatchState.ON_STICK
    assert batch.parts[0].path.read_bytes() == path.read_bytes()
    again = exchange.centre.outbox.copy_to(exchange.centre.actor, 1, exchange.stick)
    assert [one.path for one in again] == [path]


def test_a_missing_stick_is_named_and_the_batch_stays_made(exchange):
    exchange.centre.start()
    with pytest.raises(EnvironmentProblem) as trouble:
        exchange.centre.outbox.make(exchange.centre.actor, target=exchange.root / "no stick")
    assert trouble.value.code == "stick_gone"
    (batch,) = exchange.centre.outbox.batches(exchange.centre.actor)
    assert batch.state == BatchState.MADE
    assert exchange.centre.outbox.copy_to(exchange.centre.actor, 1, exchange.stick)


def test_a_file_that_changed_in_the_outbox_is_not_carried(exchange):
    exchange.centre.start()
    made = exchange.centre.outbox.make(exchange.centre.actor)
    content = bytearray(made.parts[0].path.read_bytes())
    content[-1] ^= 1
    made.parts[0].path.write_bytes(content)
    with pytest.raises(InvalidInput) as refusal:
        exchange.centre.outbox.copy_to(exchange.centre.actor, made.number, exchange.stick)
    assert refusal.value.code == "file_changed"
    assert list(exchange.stick.iterdir()) == []


def test_a_batch_is_handed_over_lost_and_received(exchange):
    exchange.centre.start()
    outbox, actor = exchange.centre.outbox, exchange.centre.actor
    paths = exchange.send()
    handed = outbox.hand_over(actor, 1, "Ramesh, block office")
    assert (handed.state, handed.note) == (BatchState.HANDED_OVER, "Ramesh, block office")
    assert outbox.lost(actor, 1, "stick lost on the bus").state == BatchState.LOST
    exchange.deliver(*paths)
    exchange.centre.receipts.apply(actor, exchange.answer())
    assert outbox.batch(actor, 1).state == BatchState.RECEIVED
    assert outbox.lost(actor, 1).state == BatchState.RECEIVED
    with pytest.raises(InvalidInput) as refusal:
        outbox.hand_over(actor, 99, "")
    assert refusal.value.code == "no_batch"


def test_progress_counts_records(exchange):
    for _ in range(3):
        exchange.centre.plan()
    heard = []
    exchange.centre.outbox.make(exchange.centre.actor, progress=lambda *said: heard.append(said))
    assert heard[-1] == (3, 3)


def test_a_batch_is_a_batch_to_any_reader(exchange):
    exchange.centre.start()
    (path,) = exchange.send()
    outer = outside(exchange, path)
    assert outer.kind is Kind.BATCH
    assert outer.practice
    assert len(outer.header.recipients) == 2
    assert outer.header.en
    assert outer.header.hi
