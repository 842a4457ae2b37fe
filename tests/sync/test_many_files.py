"""A folder of many files with bad ones, repeats, photographs and receipts among them (the whole: proofs)."""

import hashlib
import tracemalloc

import pytest
import sqlalchemy as sa

from fieldapp.storage.tables import inbox_files
from fieldapp.sync import file_bytes
from tests.sync.many_files import check_stick, make_stick


@pytest.fixture
def stick(tmp_path):
    hq, folder, expected = make_stick(tmp_path, good=18, damaged=3, repeats=5, pictures=4, receipts=2)
    yield hq, folder, expected
    hq.home.close()


def test_everything_on_a_stick_is_counted_named_and_taken_once(stick):
    check_stick(*stick)


def test_of_each_file_so_little_stays_in_memory_that_twenty_thousand_fit(exchange):
    """What is kept of a file, read or refused, while the others are read: less than 64 MiB for 20,000."""
    hq, folder = exchange.hq, exchange.root / "many"
    folder.mkdir()
    exchange.centre.start()
    (part,) = exchange.centre.outbox.make(exchange.centre.actor).parts
    content = part.path.read_bytes()
    for n in range(60):
        (folder / f"100000000015-A_{n:04}_1of1_2026-11-22.fieldsync").write_bytes(content)
        (folder / f"photograph of the session {n:04}.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(50))
    paths, told = sorted(folder.iterdir()), []
    hq.inbox.read(hq.actor, paths)

    def kept(some):
        found = hq.inbox.read(hq.actor, some, lambda *said: told.append(said))
        return tracemalloc.get_traced_memory()[0], found

    tracemalloc.start()
    (few, first), (many, second) = kept(paths[::3]), kept(paths)
    tracemalloc.stop()
    assert (len(first), len(second)) == (40, 120)
    assert (many - few) / 120 < (64 << 20) / 20_000
    assert told[-120:] == [(n, 120) for n in range(1, 121)]


def test_a_list_of_twenty_thousand_files_takes_as_little(exchange):
    hq, entries = exchange.hq, 2000
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    with hq.home.database.transaction() as tx:
        one = tx.execute(sa.select(inbox_files)).one()._asdict()
        others = [
            one | {"sha256": hashlib.sha256(b"%d" % n).digest(), "base_n": n, "to_n": n + 1}
            for n in range(1, entries)
        ]
        tx.execute(inbox_files.insert(), others)
        sent = file_bytes.kept(tx, one["sha256"].hex())
        for other in others:
            file_bytes.keep(tx, other["sha256"].hex(), sent)
    tracemalloc.start()
    found = hq.inbox.files(hq.actor)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == entries
    assert peak / entries < (64 << 20) / 20_000
