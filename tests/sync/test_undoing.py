"""Taking an imported file out again: head office then stands as if it had never been imported."""

import hashlib
import random
import shutil

import pytest
import sqlalchemy as sa

from fieldapp.domain.errors import InvalidInput, NotAllowed
from fieldapp.domain.records import ActionPoint
from fieldapp.storage import journal, state
from fieldapp.storage.database import Database
from fieldapp.storage.queries import Query
from fieldapp.storage.records import SyncState
from fieldapp.storage.tables import (
    activity_log,
    nodes,
    record_directory,
    record_heads,
    record_table,
    refused,
)
from fieldapp.sync import checkpoints
from fieldapp.sync.arrived import FileState
from fieldapp.sync.batches import BatchState
from tests.pictures import photograph
from tests.sync.exchange import Side, body_of, hand_made, line_of, row

REASON = "गलत केंद्र की सूची / the list of another centre"


def received(side: Side):
    """Everything a head office holds of others: leaves, heads without versions, rows, what is refused."""
    database: Database = side.home.database
    with database.reading() as tx:
        own = state.node(tx)
        others = sa.select(record_directory.c.id).where(record_directory.c.owner != own)
        found = {}
        for word in ("activity", "person", "activity_rows"):
            table = record_table(word)
            found[word] = tx.execute(
                sa.select(table).where(table.c.id.in_(others)).order_by(*table.primary_key.columns)
            ).fetchall()
        heads = sa.select(record_heads.c.id, record_heads.c.rev, record_heads.c.deleted)
        found["heads"] = tx.execute(
            heads.where(record_heads.c.id.in_(others)).order_by(record_heads.c.id)
        ).fetchall()
        found["directory"] = sorted(bytes(one.id) for one in tx.execute(others))
        found["refused"] = tx.execute(sa.select(refused).order_by(refused.c.id)).fetchall()
        ids = {one.hex() for one in found["directory"]}
        found["leaves"] = {key: revs for key, revs in journal.all_leaves(tx) if key in ids}
        return found


def hash_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def undo(exchange, path, reason=REASON):
    return exchange.hq.inbox.undo(exchange.hq.actor, hash_of(path), reason)


def another_office(exchange, folder):
    """A copy of the head office as it is now: it knows the centre and holds nothing more."""
    exchange.hq.home.close()
    shutil.copytree(exchange.hq.folder, folder)
    exchange.hq = Side.opened(exchange.hq.folder)
    return Side.opened(folder)


def enrolled(exchange):
    """The centre has been heard of once."""
    exchange.centre.start()
    exchange.round_trip()


def test_a_file_that_is_undone_takes_its_records_along(exchange):
    record = exchange.centre.start()
    (path,) = exchange.send()
    exchange.deliver(path)
    done = undo(exchange, path)
    assert (done.revisions, done.records) == (1, 1)
    assert done.file.state is FileState.WITHDRAWN
    with pytest.raises(InvalidInput):
        exchange.hq.services.activities.get(exchange.hq.actor, record)


def test_what_it_had_superseded_comes_back(exchange):
    record = exchange.centre.start()
    exchange.centre.edit(record, notes="first", rows=(row(1), row(2)))
    (first,) = exchange.send()
    exchange.centre.edit(record, notes="second", rows=(row(1),))
    (second,) = exchange.send()
    exchange.deliver(first, second)
    assert exchange.hq.notes(record) == "second"
    done = undo(exchange, second)
    assert (done.revisions, done.records) == (1, 0)
    held = exchange.hq.services.activities.get(exchange.hq.actor, record)
    assert held.record.notes == "first"
    assert len(held.record.rows) == 2


def test_a_revision_that_another_file_carries_stays(exchange):
    record = exchange.centre.start()
    (first,) = exchange.send()
    (again,) = exchange.send(full=True)
    exchange.deliver(first, again)
    assert undo(exchange, first).revisions == 0
    assert exchange.hq.services.activities.get(exchange.hq.actor, record)
    assert undo(exchange, again).records == 1


@pytest.mark.parametrize("seed", range(6))
def test_undoing_some_files_equals_an_office_that_took_only_the_others(exchange, tmp_path, seed):
    enrolled(exchange)
    other = another_office(exchange, tmp_path / "other")
    chance = random.Random(seed)
    files, ids = [], [exchange.centre.start() for _ in range(3)]
    for n in range(9):
        for one in chance.sample(ids, k=chance.randint(1, len(ids))):
            exchange.centre.edit(one, notes=f"note {n}", rows=tuple(row(i + 1) for i in range(n % 4)))
        if n == 4:
            ids.append(exchange.centre.start())
        files += exchange.send(full=chance.random() < 0.3)
        if chance.random() < 0.3:
            exchange.deliver(*files)
            exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    chance.shuffle(files)
    exchange.deliver(*files)
    withdrawn = set(chance.sample(files, k=chance.randint(1, len(files) - 1)))
    for path in withdrawn:
        undo(exchange, path)
    try:
        other.inbox.import_all(other.actor, [path for path in files if path not in withdrawn])
        assert received(exchange.hq) == received(other)
        assert valid_places(exchange.hq) == valid_places(other)
    finally:
        other.home.close()


def valid_places(side):
    with side.home.database.reading() as tx:
        owners = [bytes(one.node) for one in tx.execute(sa.select(nodes.c.node))]
        return checkpoints.valid(tx, owners)


def test_a_correction_asked_because_of_it_is_no_longer_asked(exchange):
    enrolled(exchange)
    node = exchange.centre.home.keys.key_id
    body, rev = body_of(node, {"kind": "CHAI_SAMOSA", "state": "PLANNED", "number": "x" * 500})
    path = hand_made(exchange, [line_of(body, rev)])
    assert exchange.deliver(path).counts.refused == 1
    assert received(exchange.hq)["refused"]
    undo(exchange, path)
    assert received(exchange.hq)["refused"] == []


def test_what_another_file_could_not_bring_because_of_it_comes_in(exchange):
    """The first file has the record as an establishment; the second, where it is an activity, is refused."""
    enrolled(exchange)
    node = exchange.centre.home.keys.key_id
    wrong, wrong_rev = body_of(node, {"name_en": "Shop"}, t="establishment", record_id="ab" * 16)
    right, right_rev = body_of(node, {"kind": "CHAI_SAMOSA"}, record_id="ab" * 16)
    first = hand_made(exchange, [line_of(wrong, wrong_rev)], target="first.fieldsync")
    second = hand_made(exchange, [line_of(right, right_rev)], target="second.fieldsync")
    assert exchange.deliver(first).counts.new == 1
    assert exchange.deliver(second).counts.refused == 1
    undo(exchange, first)
    assert exchange.hq.services.activities.get(exchange.hq.actor, "ab" * 16)
    assert exchange.hq.inbox.file(hash_of(second)).counts.new == 1
    assert received(exchange.hq)["refused"] == []


def test_the_file_can_be_imported_again(exchange):
    record = exchange.centre.start()
    (path,) = exchange.send()
    exchange.deliver(path)
    before = received(exchange.hq)
    undo(exchange, path)
    (offered,) = exchange.hq.inbox.read(exchange.hq.actor, [path])
    assert offered.state is FileState.READY
    assert exchange.deliver(path).counts.new == 1
    assert received(exchange.hq) == before
    assert exchange.hq.services.activities.get(exchange.hq.actor, record)


def test_it_is_offered_again_without_its_stick(exchange):
    exchange.centre.start()
    (path,) = exchange.send()
    exchange.deliver(path)
    undo(exchange, path)
    path.unlink()
    assert exchange.hq.inbox.offer_again(exchange.hq.actor, undone := only(exchange)).state is FileState.READY
    assert exchange.hq.inbox.apply(exchange.hq.actor, undone).counts.new == 1


def only(exchange):
    (file,) = exchange.hq.inbox.files(exchange.hq.actor)
    return file.sha256


def test_a_withdrawn_file_is_not_imported_with_the_ready_ones(exchange):
    exchange.centre.start()
    (path,) = exchange.send()
    exchange.deliver(path)
    undo(exchange, path)
    assert exchange.hq.inbox.import_all(exchange.hq.actor).counts.total == 0


def test_a_decision_and_a_line_of_the_log_say_who_and_why(exchange):
    exchange.centre.start()
    (path,) = exchange.send()
    exchange.deliver(path)
    undo(exchange, path)
    page = exchange.hq.services.decisions.page(exchange.hq.actor)
    (held,) = [one for one in page.items if one.record.kind == "IMPORT_WITHDRAWN"]
    assert held.record.reason == REASON
    assert held.record.about + held.record.about_rev == hash_of(path)
    last = sa.select(activity_log).where(activity_log.c.verb == "undo_import")
    with exchange.hq.home.database.reading() as tx:
        (line,) = tx.execute(last).fetchall()
    assert (line.login, line.note) == (exchange.hq.actor.login, hash_of(path))


def test_without_a_reason_nothing_is_undone(exchange):
    exchange.centre.start()
    (path,) = exchange.send()
    exchange.deliver(path)
    with pytest.raises(InvalidInput) as said:
        undo(exchange, path, "  ")
    assert said.value.code == "no_reason"
    assert exchange.hq.inbox.file(hash_of(path)).state is FileState.IMPORTED


def test_only_what_is_imported_can_be_undone_and_only_once(exchange):
    exchange.centre.start()
    (path,) = exchange.send()
    exchange.deliver(path)
    undo(exchange, path)
    with pytest.raises(InvalidInput) as said:
        undo(exchange, path)
    assert said.value.code == "not_imported"


def test_a_centre_undoes_nothing(exchange):
    with pytest.raises(NotAllowed):
        exchange.centre.inbox.undo(exchange.centre.actor, "00" * 32, REASON)


def test_what_is_gone_is_found_no_more(exchange):
    record = exchange.centre.start()
    exchange.centre.edit(record, rows=(row(1),))
    (path,) = exchange.send()
    exchange.deliver(path)
    services = exchange.hq.services
    assert found(services, exchange.hq.actor)
    undo(exchange, path)
    assert not found(services, exchange.hq.actor)


def found(services, actor):
    services.search.index_more()
    return services.activities.page(actor, Query(text="Name")).items


def test_the_centre_hears_the_reason_and_sends_its_records_again(exchange):
    record = exchange.centre.start()
    (path,) = exchange.send()
    exchange.deliver(path)
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert exchange.centre.state_of(record) == SyncState.RECEIVED
    undo(exchange, path)
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert exchange.centre.state_of(record) == SyncState.PACKED
    batch = exchange.centre.outbox.batch(exchange.centre.actor, 1)
    assert (batch.state, batch.note) == (BatchState.WITHDRAWN, REASON)
    exchange.round_trip()
    assert exchange.centre.state_of(record) == SyncState.RECEIVED
    assert exchange.hq.notes(record) == ""


def test_a_withdrawn_batch_stays_so_though_a_later_one_brought_what_it_held(exchange):
    exchange.centre.start()
    (path,) = exchange.send()
    exchange.deliver(path)
    undo(exchange, path)
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    exchange.centre.start()
    exchange.round_trip()
    first, second = (exchange.centre.outbox.batch(exchange.centre.actor, n) for n in (1, 2))
    assert (first.state, first.note) == (BatchState.WITHDRAWN, REASON)
    assert second.state is BatchState.RECEIVED


def test_a_withdrawn_batch_that_is_on_a_stick_again_is_received_only_when_it_is_taken_again(exchange):
    exchange.centre.start()
    (path,) = exchange.send()
    exchange.deliver(path)
    undo(exchange, path)
    exchange.deliver(*exchange.send())
    last = exchange.answer()
    exchange.centre.receipts.apply(exchange.centre.actor, last)
    outbox, actor = exchange.centre.outbox, exchange.centre.actor
    outbox.copy_to(actor, 1, exchange.stick)
    assert outbox.batch(actor, 1).state is BatchState.ON_STICK
    exchange.centre.receipts.apply(actor, last)
    assert outbox.batch(actor, 1).state is BatchState.WITHDRAWN
    exchange.hq.inbox.offer_again(exchange.hq.actor, hash_of(path))
    exchange.deliver(path)
    exchange.centre.receipts.apply(actor, exchange.answer())
    received_now = outbox.batch(actor, 1)
    assert (received_now.state, received_now.note) == (BatchState.RECEIVED, "")


def test_a_receipt_older_than_the_withdrawal_is_believed_only_until_the_next(exchange):
    record = exchange.centre.start()
    (path,) = exchange.send()
    exchange.deliver(path)
    before = exchange.answer()
    undo(exchange, path)
    after = exchange.answer()
    exchange.centre.receipts.apply(exchange.centre.actor, after)
    exchange.centre.receipts.apply(exchange.centre.actor, before)
    exchange.centre.receipts.apply(exchange.centre.actor, after)
    assert exchange.centre.state_of(record) == SyncState.PACKED
    assert exchange.centre.outbox.batch(exchange.centre.actor, 1).state is BatchState.WITHDRAWN


def with_a_photograph(exchange):
    """Two files on the stick: an action point, and its photograph; gives them and the photograph."""
    picture = exchange.centre.services.attachments.keep(exchange.centre.actor, photograph(1))
    points = exchange.centre.services.action_points
    point = ActionPoint(id=points.new_id(), gap="no network", attachments=(picture,))
    points.save(exchange.centre.actor, point)
    records, pictures = exchange.send()
    exchange.deliver(records, pictures)
    return records, pictures, picture


def test_a_photograph_goes_with_the_last_file_that_speaks_of_it(exchange):
    records, pictures, picture = with_a_photograph(exchange)
    undo(exchange, records)
    assert exchange.hq.services.attachments.is_here(picture.sha256)
    undo(exchange, pictures)
    assert not exchange.hq.services.attachments.is_here(picture.sha256)
    exchange.deliver(records, pictures)
    assert exchange.hq.services.attachments.is_here(picture.sha256)


def test_photographs_of_a_file_that_was_taken_out_are_sent_again(exchange):
    _, pictures, picture = with_a_photograph(exchange)
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    undo(exchange, pictures)
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert exchange.centre.outbox.preview(exchange.centre.actor).pictures == 1
    exchange.round_trip()
    assert exchange.hq.services.attachments.is_here(picture.sha256)
    assert exchange.centre.outbox.preview(exchange.centre.actor).pictures == 0
