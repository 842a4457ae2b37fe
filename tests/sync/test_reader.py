"""Files read in a process of their own: the same comes of them, and one that dies harms one file only."""

import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.rules import Setting
from fieldapp.storage.readied import body_in
from fieldapp.storage.tables import metadata
from fieldapp.sync.arrived import FileState
from fieldapp.sync.arriving import Sender, revision_of
from fieldapp.sync.reader import Reader
from fieldapp.sync.sync_file import Record
from tests import examples
from tests.bench.model import session
from tests.sync.exchange import Side, body_of, hand_made, line_of
from tests.sync.test_pictures import attach, held


@pytest.fixture
def brought(exchange):
    """Files with activities, other records, a tombstone, and a line that is refused."""
    centre = exchange.centre
    for seed in range(5):
        centre.services.activities.save(centre.actor, session(seed, people=4))
    person = examples.sensible("person", 3)
    centre.services.people.save(centre.actor, person)
    paths = exchange.send(full=True)
    first = centre.services.activities.get(centre.actor, session(1).id)
    centre.services.activities.delete(centre.actor, session(1).id, first.version, "TWICE")
    centre.edit(session(2).id, notes="फिर")
    node = centre.home.keys.key_id
    body, rev = body_of(node, {"kind": "CHAI_SAMOSA", "rows": [{"row": 1, "age": 700}]})
    return [*paths, *exchange.send(), hand_made(exchange, [line_of(body, rev)])]


def tables_of(side):
    """Every row of a home."""
    with side.home.database.reading() as tx:
        return {
            name: sorted(repr(row) for row in tx.execute(sa.select(table)))
            for name, table in metadata.tables.items()
        }


def test_an_import_through_the_other_process_leaves_the_same_rows(exchange, brought):
    exchange.hq.home.close()
    shutil.copytree(exchange.root / "hq", exchange.root / "beside")
    now = exchange.centre.home.database.clock()
    exchange.hq, beside = (Side.opened(exchange.root / name, lambda: now) for name in ("hq", "beside"))
    here = exchange.hq.inbox.import_all(exchange.hq.actor, brought)
    beside.inbox._reader = Reader(small=0)
    with beside.inbox._reader.at_work(1 << 30):
        there = beside.inbox.import_all(beside.actor, brought)
        previews = [beside.inbox.preview(beside.actor, one.sha256).rows for one in there.files]
    assert there.counts == here.counts
    assert (here.counts.new, here.counts.refused) == (6, 1)
    assert previews == [exchange.hq.inbox.preview(exchange.hq.actor, one.sha256).rows for one in here.files]
    assert tables_of(beside) == tables_of(exchange.hq)
    beside.home.close()


def rows_of(revision):
    """Its rows by table, out of those of the records that it was read with."""
    lots, at = revision.ready.lots, revision.ready.at
    if lots is None:
        return None
    keys = [bytes([n]) if n == at else None for n in range(lots.number)]
    found = {
        table: [dict(zip(lot.columns, row[2:], strict=True)) for row in lot.rows(1, keys)]
        for table, lot in lots.tables.items()
    }
    return {table: rows for table, rows in found.items() if rows}


def opened(exchange, path):
    exchange.hq.inbox.read(exchange.hq.actor, [path])  # its sender shows the pack with that
    return exchange.hq.inbox._examiner.open(path.read_bytes())


def test_a_line_says_the_same_wherever_it_is_read(exchange, brought):
    setting, reader, sender = Setting(demo=True), Reader(), Sender(exchange.centre.home.keys.key_id, 7)
    for path in brought:
        content = opened(exchange, path)
        there = list(reader.lines(content, setting))
        here = [line for line in content.lines() if isinstance(line, Record)]
        assert len(there) == len(here) == content.manifest.count
        for mine, other in zip(here, there, strict=True):
            assert other.looked
            assert body_in(other.body, other.ready) == mine.body
            if not other.fault:
                assert other.fields() == mine.fields()
                there_too, here_too = (revision_of(one, sender) for one in (other, mine))
                assert there_too == replace(here_too, body=b"", ready=there_too.ready)
                assert there_too.ready.packed == here_too.ready.packed
                assert rows_of(there_too) == rows_of(here_too)
            bare = {"plain": None, "looked": False, "fault": "", "path": "", "ready": None, "body": mine.body}
            assert msgspec.structs.replace(other, **bare) == msgspec.structs.replace(mine, **bare)


def test_a_fault_of_the_file_is_said_as_if_it_had_been_read_here(exchange, brought):
    exchange.deliver(brought[0])
    lines = [b'{"t":"activity","id":0.5}']
    content = opened(exchange, hand_made(exchange, lines, "bad.fieldsync"))
    said = []
    for source in (content.lines(), Reader().lines(content, Setting(demo=True))):
        with pytest.raises(SyncFileRefused) as refusal:
            list(source)
        said.append((refusal.value.code, refusal.value.title.args))
    assert said[0] == said[1] == ("bad_json", {"line": 2})


def test_photographs_come_through_the_other_process_too(exchange):
    _, kept = attach(exchange.centre, 1, 2)
    exchange.hq.inbox._reader = Reader(small=0)
    with exchange.hq.inbox._reader.at_work(1 << 30):
        result = exchange.deliver(*exchange.send())
    assert [one.pictures for one in result.files] == [0, 2]
    assert held(exchange.hq, *kept) == [True, True]


@pytest.mark.parametrize("limits", [{"seconds": 0.0}, {"memory": 16 << 20}])
def test_a_process_that_takes_too_long_or_too_much_memory_costs_its_file_and_no_other(
    exchange, brought, limits
):
    inbox, actor = exchange.hq.inbox, exchange.hq.actor
    usual, inbox._reader = inbox._reader, Reader(**limits, small=0)
    with inbox._reader.at_work(1 << 30):
        result = inbox.import_all(actor, brought)
    assert [(one.state, one.code) for one in result.files] == [(FileState.REFUSED, "too_hard")] * 3
    assert result.counts.total == 0
    inbox._reader = usual
    again = inbox.import_all(actor, brought)
    assert [one.state for one in again.files] == [FileState.IMPORTED] * 3


def test_when_the_process_is_killed_over_a_file_the_next_one_gets_another(exchange):
    centre = exchange.centre
    for seed in range(120):  # more than the pipe holds
        centre.services.activities.save(centre.actor, session(seed))
    reader, content = Reader(), opened(exchange, *exchange.send())
    with reader.at_work(1 << 30):
        lines = reader.lines(content, Setting(demo=True))
        next(lines)
        killed, _ = reader._other
        os.kill(killed.pid, signal.SIGSTOP)
        os.kill(killed.pid, signal.SIGKILL)
        with pytest.raises(SyncFileRefused) as refusal:
            list(lines)
        assert refusal.value.code == "too_hard"
        assert len(list(reader.lines(content, Setting(demo=True)))) == content.manifest.count


def test_one_process_reads_what_comes_in_one_drop_after_another(exchange, brought):
    reader = Reader()
    content = opened(exchange, brought[0])
    used = []
    for _ in range(2):
        with reader.at_work(1 << 30):
            list(reader.lines(content, Setting(demo=True)))
            used.append(reader._other[0].pid)
    assert used[0] == used[1]


def test_a_process_that_was_killed_while_it_waited_costs_no_file(exchange, brought):
    reader = Reader()
    content = opened(exchange, brought[0])
    with reader.at_work(1 << 30):
        waiting, _ = reader._other
    os.kill(waiting.pid, signal.SIGKILL)
    waiting.join()
    with reader.at_work(1 << 30):
        assert len(list(reader.lines(content, Setting(demo=True)))) == content.manifest.count


def test_the_process_ends_when_nobody_has_its_reader_any_more():
    reader = Reader()
    with reader.at_work(1 << 30):
        waiting = reader._other[0].pid
    assert Path(f"/proc/{waiting}").exists()
    del reader
    assert not Path(f"/proc/{waiting}").exists()


def test_whoever_stops_listening_stops_the_process(exchange, brought):
    reader = Reader()
    with reader.at_work(1 << 30):
        lines = reader.lines(opened(exchange, brought[0]), Setting(demo=True))
        next(lines)
        lines.close()
        assert reader._other is None


def test_of_many_files_the_small_ones_are_read_here_and_the_others_there(exchange, brought):
    small = opened(exchange, brought[0])
    for seed in range(10, 130):
        exchange.centre.services.activities.save(exchange.centre.actor, session(seed))
    large, reader = opened(exchange, *exchange.send()), Reader()
    with reader.at_work(1 << 30):
        assert [reader.takes(one) for one in (small, large)] == [False, True]
    assert [reader.takes(one) for one in (small, large)] == [False, False]


def test_few_bytes_start_no_process(exchange, brought):
    reader = Reader()
    with reader.at_work(sum(path.stat().st_size for path in brought)):
        assert reader._other is None
        assert not reader.takes(opened(exchange, brought[0]))
