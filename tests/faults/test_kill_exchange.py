"""A process that is killed while it makes, imports or answers files loses nothing and leaves nothing half."""

import hashlib

import pytest
import sqlalchemy as sa

from fieldapp.domain import canonical
from fieldapp.storage import journal
from fieldapp.storage.tables import file_revisions, nodes, record_directory
from fieldapp.sync.inbox import FileState
from fieldapp.sync.outbox import BatchState
from tests.examples import row
from tests.faults.exchanging import heard_until_killed
from tests.faults.killing import look_sound
from tests.sync.exchange import Side

KILLS = range(4)


def node_of(side: Side) -> bytes:
    return bytes.fromhex(side.home.keys.key_id)


@pytest.mark.parametrize("seed", KILLS)
def test_kill_9_while_files_are_made_loses_no_record_and_leaves_no_half_file(exchange, seed):
    exchange.centre.home.close()
    heard = heard_until_killed("export", exchange.root / "centre", exchange.stick, seed, 16)
    centre = exchange.centre = Side.opened(exchange.root / "centre")
    centre.outbox.tidy()
    look_sound(centre.home)
    for said, name in heard:
        if said == "saved":
            assert centre.services.activities.get(centre.actor, name).record.id == name
    outbox = centre.home.home.outbox
    kept = {hashlib.sha256(path.read_bytes()).hexdigest() for path in outbox.iterdir()}
    batches = centre.outbox.batches(centre.actor)
    assert kept == {part.sha256 for batch in batches for part in batch.parts}
    assert {batch.state for batch in batches} <= {BatchState.MADE}
    assert {name for said, name in heard if said == "made"} <= kept
    centre.start()
    exchange.deliver(*exchange.send())
    assert exchange.hq.state_hash() == centre.state_hash()


@pytest.mark.parametrize("seed", KILLS)
def test_kill_9_while_files_are_imported_leaves_each_file_in_or_out_as_a_whole(exchange, seed):
    for n in range(6):
        for _ in range(4):
            record_id = exchange.centre.start()
            rows = tuple(row(k, remarks=f"{n} {k}") for k in range(1, 30))
            exchange.centre.edit(record_id, rows=rows, last_row=29)
        exchange.send()
    wanted = exchange.centre.state_hash()
    exchange.hq.home.close()
    heard = heard_until_killed("import", exchange.root / "hq", exchange.stick, seed, 16)
    hq = exchange.hq = Side.opened(exchange.root / "hq")
    look_sound(hq.home)
    states = {file.sha256: file.state for file in hq.inbox.files(hq.actor)}
    for said, sha256 in heard:
        assert states[sha256] is FileState.IMPORTED or said == "read"
    for file in hq.inbox.files(hq.actor):
        own = file_revisions.c.sha256 == bytes.fromhex(file.sha256)
        noted = hq.count(sa.select(sa.func.count()).where(own))
        assert noted == (file.records if file.state is FileState.IMPORTED else 0)
    hq.inbox.import_all(hq.actor, [exchange.stick])
    assert hq.state_hash() == wanted


@pytest.mark.parametrize("seed", KILLS)
def test_kill_9_while_imports_are_undone_leaves_each_file_in_or_out_as_a_whole(exchange, seed):
    for n in range(5):
        record_id = exchange.centre.start()
        exchange.centre.edit(
            record_id, rows=tuple(row(k, remarks=f"{n} {k}") for k in range(1, 30)), last_row=29
        )
        exchange.send()
    wanted = exchange.centre.state_hash()
    exchange.deliver(exchange.stick)
    exchange.hq.home.close()
    heard_until_killed("undo", exchange.root / "hq", exchange.stick, seed, 12)
    hq = exchange.hq = Side.opened(exchange.root / "hq")
    look_sound(hq.home)
    for file in hq.inbox.files(hq.actor):
        own = file_revisions.c.sha256 == bytes.fromhex(file.sha256)
        noted = hq.count(sa.select(sa.func.count()).where(own))
        assert noted == (file.records if file.state is FileState.IMPORTED else 0)
    hq.inbox.import_all(hq.actor, [exchange.stick])
    own_node = sa.select(record_directory.c.id).where(record_directory.c.owner == node_of(exchange.centre))
    with hq.home.database.reading() as tx:
        ids = {bytes(one).hex() for one in tx.execute(own_node).scalars()}
        held = canonical.state_hash((key, revs) for key, revs in journal.all_leaves(tx) if key in ids)
    assert held == wanted


@pytest.mark.parametrize("seed", KILLS)
def test_kill_9_while_receipts_are_written_leaves_whole_receipts_and_what_is_due_due(exchange, seed):
    exchange.centre.start()
    exchange.round_trip()
    exchange.hq.home.close()
    heard = heard_until_killed("answer", exchange.root / "hq", exchange.stick, seed, 8)
    hq = exchange.hq = Side.opened(exchange.root / "hq")
    planned = [name for said, name in heard if said == "planned"]
    for target in planned:
        assert hq.services.targets.get(hq.actor, target).record.id == target
    assert hq.count(sa.select(nodes.c.receipt_due)) == 0
    hq.plan()
    exchange.answer()
    found = exchange.centre.receipts.receive(exchange.centre.actor, [exchange.stick])
    half = ("truncated", "too_short", "still_loading")
    assert all(one.taken or one.code in ("wrong_kind", *half) for one in found)
    for target in planned:
        assert exchange.centre.services.targets.get(exchange.centre.actor, target).record.id == target
