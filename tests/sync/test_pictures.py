"""Photographs travel once, after their records, and are asked for when they did not come."""

import hashlib
import os
import shutil

import msgspec
import pytest
import sqlalchemy as sa

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.records import ActionPoint, Attachment
from fieldapp.homes import new_hq
from fieldapp.storage import blob_names
from fieldapp.storage.tables import batches, file_blobs, inbox_bytes, inbox_files
from fieldapp.sync.arrived import FileState
from fieldapp.sync.batches import BatchState
from fieldapp.sync.sync_file import START, blob_line
from tests.pictures import photograph
from tests.sync.exchange import Exchange, Side, body_of, hand_made, line_of


def attach(side: Side, *seeds: int) -> tuple[str, tuple[Attachment, ...]]:
    """An action point of the centre with these photographs."""
    kept = tuple(side.services.attachments.keep(side.actor, photograph(seed)) for seed in seeds)
    point = ActionPoint(id=side.services.action_points.new_id(), gap="no network", attachments=kept)
    return side.services.action_points.save(side.actor, point).held.record.id, kept


def held(side: Side, *pictures: Attachment) -> list[bool]:
    return [side.services.attachments.is_here(one.sha256) for one in pictures]


def lose(side: Side, *pictures: Attachment) -> None:
    for one in pictures:
        side.blobs.remove(one.sha256)


def lose_files(side: Side) -> None:
    """What an old backup has not: the files the pictures came in."""
    with side.home.database.transaction() as tx:
        tx.execute(file_blobs.delete())
        tx.execute(inbox_bytes.delete())


def states(side: Side) -> list[BatchState]:
    return [one.state for one in side.outbox.batches(side.actor)]


def test_pictures_go_in_a_file_of_their_own_and_are_shown_at_head_office(exchange):
    record_id, _ = attach(exchange.centre, 1, 2)
    would_go = exchange.centre.outbox.preview(exchange.centre.actor)
    assert (would_go.records, would_go.pictures) == (1, 2)
    made = exchange.centre.outbox.make(exchange.centre.actor, target=exchange.stick)
    assert (made.records, made.pictures, len(made.parts)) == (1, 2, 2)
    result = exchange.deliver(*[one.path for one in made.copies])
    assert result.counts.new == 1
    assert [(one.records, one.pictures) for one in result.files] == [(1, 0), (0, 2)]
    record = exchange.hq.services.action_points.get(exchange.hq.actor, record_id).record
    for one in record.attachments:
        content = exchange.hq.services.attachments.read(exchange.hq.actor, one.sha256)
        assert hashlib.sha256(content).hexdigest() == one.sha256
    taken = exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert (taken.pictures_asked, taken.base) == (0, 1)
    assert states(exchange.centre) == [BatchState.RECEIVED]
    assert exchange.centre.outbox.preview(exchange.centre.actor).pictures == 0


def test_a_full_file_does_not_send_pictures_again(exchange):
    attach(exchange.centre, 1)
    exchange.round_trip()
    made = exchange.centre.outbox.make(exchange.centre.actor, full=True)
    assert (made.records, made.pictures) == (1, 0)


def test_a_picture_added_later_goes_alone_with_its_record(exchange):
    record_id, pictures = attach(exchange.centre, 1)
    exchange.round_trip()
    more = exchange.centre.services.attachments.keep(exchange.centre.actor, photograph(2))
    exchange.centre.edit(record_id, "action_point", attachments=(*pictures, more))
    made = exchange.centre.outbox.make(exchange.centre.actor, target=exchange.stick)
    assert (made.records, made.pictures) == (1, 1)
    exchange.deliver(*[one.path for one in made.copies])
    assert held(exchange.hq, *pictures, more) == [True, True]


def test_more_pictures_than_fit_become_several_files(exchange):
    _, pictures = attach(exchange.centre, 1, 2, 3)
    limit = pictures[0].size * 2
    made = exchange.centre.outbox.make(exchange.centre.actor, limit=limit, target=exchange.stick)
    assert len(made.parts) > 2
    exchange.deliver(*[one.path for one in made.copies])
    assert held(exchange.hq, *pictures) == [True] * 3


def test_pictures_may_come_before_their_records(exchange):
    record_id, pictures = attach(exchange.centre, 1)
    records, blobs = exchange.send()
    (early,) = exchange.deliver(blobs).files
    assert (early.state, early.gap) == (FileState.IMPORTED, True)
    assert exchange.hq.inbox.preview(exchange.hq.actor, early.sha256).counts.total == 0
    exchange.deliver(records)
    assert not exchange.hq.inbox.file(early.sha256).gap
    assert exchange.hq.services.action_points.get(exchange.hq.actor, record_id)
    assert held(exchange.hq, *pictures) == [True]


def test_a_file_of_pictures_alone_never_moves_the_base(exchange):
    attach(exchange.centre, 1)
    _, blobs = exchange.send()
    exchange.deliver(blobs)
    taken = exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert taken.base == 0
    assert states(exchange.centre) == [BatchState.ON_STICK]


def test_a_lost_file_of_pictures_is_asked_for_and_comes_again(exchange):
    record_id, pictures = attach(exchange.centre, 1, 2)
    records, _ = exchange.send()
    exchange.deliver(records)
    assert held(exchange.hq, *pictures) == [False, False]
    with pytest.raises(InvalidInput, match="not here yet"):
        exchange.hq.services.attachments.read(exchange.hq.actor, pictures[0].sha256)
    taken = exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert taken.pictures_asked == 2
    assert states(exchange.centre) == [BatchState.ON_STICK]
    would_go = exchange.centre.outbox.preview(exchange.centre.actor)
    assert (would_go.records, would_go.pictures) == (0, 2)
    made = exchange.centre.outbox.make(exchange.centre.actor, target=exchange.stick)
    assert (made.records, made.pictures, len(made.parts)) == (0, 2, 1)
    exchange.deliver(made.copies[0].path)
    assert held(exchange.hq, *pictures) == [True, True]
    taken = exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert taken.pictures_asked == 0
    assert states(exchange.centre)[0] == BatchState.RECEIVED
    assert exchange.hq.services.action_points.get(exchange.hq.actor, record_id)


def test_a_batch_that_is_reported_lost_gives_its_pictures_back_at_once(exchange):
    attach(exchange.centre, 1)
    made = exchange.centre.outbox.make(exchange.centre.actor)
    exchange.centre.outbox.lost(exchange.centre.actor, made.number)
    assert exchange.centre.outbox.preview(exchange.centre.actor).pictures == 1


def test_a_picture_lost_at_head_office_is_taken_out_of_the_file_it_came_in(exchange):
    _, pictures = attach(exchange.centre, 1)
    exchange.deliver(*exchange.send())
    lose(exchange.hq, *pictures)
    assert exchange.hq.inbox.pictures.bring_back(pictures[0].sha256)
    lose(exchange.hq, *pictures)
    assert exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer()).pictures_asked == 0
    assert held(exchange.hq, *pictures) == [True]


def test_a_picture_lost_with_its_file_is_asked_for_again(exchange):
    _, pictures = attach(exchange.centre, 1)
    exchange.round_trip()
    lose(exchange.hq, *pictures)
    lose_files(exchange.hq)
    exchange.centre.start()
    taken = exchange.round_trip()
    assert taken.pictures_asked == 1
    exchange.deliver(*exchange.send())
    assert held(exchange.hq, *pictures) == [True]


def test_a_picture_that_is_lost_at_the_centre_does_not_keep_the_records_back(exchange):
    _, pictures = attach(exchange.centre, 1, 2)
    lose(exchange.centre, pictures[0])
    path = exchange.centre.folder / "blobs" / pictures[1].sha256[:2] / pictures[1].sha256
    path.write_bytes(b"damaged")
    made = exchange.centre.outbox.make(exchange.centre.actor)
    assert (made.records, made.pictures) == (1, 0)


def test_the_pictures_of_a_deleted_record_stay_at_home(exchange):
    record_id, _ = attach(exchange.centre, 1)
    exchange.centre.services.action_points.delete(exchange.centre.actor, record_id, 1, "slip")
    assert exchange.centre.outbox.make(exchange.centre.actor).pictures == 0


def test_a_damaged_picture_is_refused_alone_and_asked_for(exchange):
    good, bad = os.urandom(900), os.urandom(900)
    names = [hashlib.sha256(one).hexdigest() for one in (good, bad)]
    said = {"kind": "PHOTOGRAPH", "media_type": "image/jpeg", "size": 900}
    pictures = [{"sha256": one, **said} for one in names]
    node = exchange.centre.home.keys.key_id
    body = body_of(node, {"gap": "g", "attachments": pictures}, t="action_point")
    exchange.centre.start()
    exchange.round_trip()
    lines = [
        line_of(*body),
        blob_line(names[0], "image/jpeg", good),
        blob_line(names[1], "image/jpeg", bad[:-1]),
    ]
    path = hand_made(exchange, lines)
    (file,) = exchange.hq.inbox.read(exchange.hq.actor, [path])
    assert exchange.hq.inbox.preview(exchange.hq.actor, file.sha256).notes == ("bad_blob",)
    applied = exchange.hq.inbox.apply(exchange.hq.actor, file.sha256)
    assert applied.counts.new == 1
    assert "bad_blob" in applied.notes
    assert [exchange.hq.services.attachments.is_here(one) for one in names] == [True, False]
    assert exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer()).pictures_asked == 1


def test_a_picture_in_parts_is_put_together_and_an_unfinished_one_refused(exchange):
    whole, half = os.urandom(1000), os.urandom(1000)
    one, other = (hashlib.sha256(content).hexdigest() for content in (whole, half))
    exchange.centre.start()
    exchange.round_trip()
    lines = [blob_line(one, "image/jpeg", whole[:600], 1), blob_line(other, "image/jpeg", half[:600], 1)]
    path = hand_made(exchange, [*lines, blob_line(one, "image/jpeg", whole[600:], 2)])
    (file,) = exchange.deliver(path).files
    assert exchange.hq.blobs.read(one) == whole
    assert not exchange.hq.blobs.holds(other)
    assert "bad_blob" in exchange.hq.inbox.preview(exchange.hq.actor, file.sha256).notes


def test_a_file_without_a_stretch_of_the_log_must_hold_pictures_alone(exchange):
    exchange.centre.start()
    exchange.round_trip()
    record = line_of(*body_of(exchange.centre.home.keys.key_id, {"gap": "g"}, t="action_point"))
    picture = blob_line("ab" * 32, "image/jpeg", b".")
    for n, lines in enumerate(([record], [], [record, picture])):
        path = hand_made(exchange, lines, target=f"{n}.fieldsync", base=START, to=START)
        (file,) = exchange.hq.inbox.read(exchange.hq.actor, [path])
        assert (file.state, file.code) == (FileState.REFUSED, "bad_json")


def test_a_program_without_a_place_for_pictures_would_wait(exchange, monkeypatch):
    """The files say what they need; here the reader is made to be one of the first."""
    attach(exchange.centre, 1)
    records, blobs = exchange.send()
    monkeypatch.setattr("fieldapp.sync.sync_file_read.CAPS", frozenset())
    found = exchange.hq.inbox.read(exchange.hq.actor, [records, blobs])
    assert [(one.state, one.code) for one in found] == [
        (FileState.READY, ""),
        (FileState.PARKED, "needs_newer_program"),
    ]


def test_what_a_cut_left_of_a_batch_gives_its_pictures_back(exchange):
    attach(exchange.centre, 1)
    exchange.centre.outbox.make(exchange.centre.actor)
    with exchange.centre.home.database.transaction() as tx:
        tx.execute(batches.update().values(state=BatchState.MAKING))
    assert exchange.centre.outbox.tidy() == 1
    assert exchange.centre.outbox.preview(exchange.centre.actor).pictures == 1


def test_a_disk_that_is_full_imports_nothing_of_the_file(exchange):
    record_id, _ = attach(exchange.centre, 1)
    records, blobs = exchange.send()
    exchange.deliver(records)
    (file,) = exchange.hq.inbox.read(exchange.hq.actor, [blobs])
    shutil.rmtree(exchange.hq.folder / "blobs")
    (exchange.hq.folder / "blobs").write_bytes(b"no folder")
    with pytest.raises(Exception, match="Nothing can be written"):
        exchange.hq.inbox.apply(exchange.hq.actor, file.sha256)
    assert exchange.hq.inbox.file(file.sha256).state is FileState.READY
    assert record_id


def test_on_postgresql_it_is_the_same(template, tmp_path, databases):
    url = databases()
    exchange = Exchange.copied(template, tmp_path)
    exchange.hq.home.close()
    shutil.rmtree(exchange.root / "hq")
    home = new_hq(exchange.root / "hq", practice=True, database_url=url)
    exchange.hq = Side(home)
    exchange.centre.home.close()
    shutil.rmtree(exchange.root / "centre")
    _enrolled(exchange)
    _, pictures = attach(exchange.centre, 1, 2)
    records, _ = exchange.send()
    exchange.deliver(records)
    taken = exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert taken.pictures_asked == 2
    exchange.deliver(*exchange.send())
    assert held(exchange.hq, *pictures) == [True, True]
    with exchange.hq.home.database.reading() as tx:
        assert blob_names.among(tx, [one.sha256 for one in pictures]) == {one.sha256 for one in pictures}
        assert tx.execute(sa.select(sa.func.count()).select_from(file_blobs)).scalar() == 2
    exchange.close()


def _enrolled(exchange: Exchange) -> None:
    from fieldapp.domain.fields import Name
    from fieldapp.homes import new_centre
    from tests.sync.exchange import CENTRE, CSC_ID, KASMAR

    exchange.centre = Side(new_centre(exchange.root / "centre", CENTRE, practice=True))
    hq = exchange.hq
    known = hq.enrolment.register_centre(hq.actor, CSC_ID, Name(CENTRE.name_hi, CENTRE.name_en), KASMAR.key)
    pack = hq.enrolment.make_pack(hq.actor, known.number, exchange.root)
    exchange.centre.enrolment.take_pack(exchange.centre.actor, pack.path, pack.words)


def test_the_counts_of_a_file_name_its_pictures(exchange):
    attach(exchange.centre, 1, 2)
    _, blobs = exchange.send()
    (file,) = exchange.hq.inbox.read(exchange.hq.actor, [blobs])
    with exchange.hq.home.database.reading() as tx:
        own = inbox_files.c.sha256 == bytes.fromhex(file.sha256)
        manifest = msgspec.json.decode(tx.execute(sa.select(inbox_files.c.manifest).where(own)).scalar_one())
    assert manifest["counts"] == {"blob": 2}
    assert manifest["caps"] == ["blobs"]
