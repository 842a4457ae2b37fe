"""Centre -> file -> head office -> receipt -> centre: what comes out is what went in."""

import random
from datetime import date

import msgspec
import pytest
import sqlalchemy as sa

from fieldapp.domain.fields import Name
from fieldapp.domain.records import RECORD_TYPES, IssuedSheet
from fieldapp.storage import journal
from fieldapp.storage.tables import changes, revisions
from fieldapp.sync.inbox import Counts, FileState
from tests import examples
from tests.examples import row

EVERY_TYPE = list(RECORD_TYPES)


def kept(side, word, record_id):
    return side.services.for_type(word).get(side.actor, record_id).record


@pytest.mark.parametrize("word", EVERY_TYPE)
def test_a_record_with_every_field_filled_arrives_field_by_field(exchange, word):
    sent = [examples.sensible(word, seed) for seed in range(3)]
    for record in sent:
        exchange.centre.services.for_type(word).save(exchange.centre.actor, record)
    result = exchange.deliver(*exchange.send())
    assert result.counts == Counts(new=3)
    for record in sent:
        assert kept(exchange.hq, word, record.id) == record == kept(exchange.centre, word, record.id)
    assert exchange.hq.state_hash() == exchange.centre.state_hash()


@pytest.mark.parametrize("word", EVERY_TYPE)
def test_a_record_with_nothing_but_its_id_arrives(exchange, word):
    record = RECORD_TYPES[word](id=exchange.centre.services.for_type(word).new_id())
    exchange.centre.services.for_type(word).save(exchange.centre.actor, record)
    exchange.deliver(*exchange.send())
    assert kept(exchange.hq, word, record.id) == record


@pytest.mark.parametrize("seed", range(6))
def test_records_with_fields_left_out_at_random_arrive(exchange, seed):
    chance = random.Random(seed)
    sent = []
    for word in EVERY_TYPE:
        full = examples.sensible(word, seed)
        dropped = {
            name: default
            for name, default in msgspec.structs.asdict(RECORD_TYPES[word](id=full.id)).items()
            if name not in ("id", "kind") and chance.random() < 0.5
        }
        record = msgspec.structs.replace(full, **dropped)
        exchange.centre.services.for_type(word).save(exchange.centre.actor, record)
        sent.append((word, record))
    exchange.deliver(*exchange.send())
    for word, record in sent:
        assert kept(exchange.hq, word, record.id) == record


def test_an_activity_with_a_printed_sheet_and_a_large_roster_arrives(exchange):
    rows = tuple(row(n, present=1, age=20 + n % 50) for n in range(1, 301))
    sheet = IssuedSheet(number=1, kind="EXPECTED", state="ISSUED", rows="1,2,3", issued_on=date(2017, 1, 13))
    record_id = exchange.centre.start()
    exchange.centre.edit(record_id, rows=rows, last_row=300, sheets=(sheet,))
    exchange.deliver(*exchange.send())
    assert kept(exchange.hq, "activity", record_id) == kept(exchange.centre, "activity", record_id)
    assert len(kept(exchange.hq, "activity", record_id).rows) == 300


def test_the_same_file_again_changes_nothing_and_says_so(exchange):
    exchange.centre.start()
    paths = exchange.send()
    exchange.deliver(*paths)
    before = exchange.hq.state_hash()
    again = exchange.deliver(*paths)
    assert [one.state for one in again.files] == [FileState.REPEAT]
    assert again.files[0].code == "already_imported"
    assert again.files[0].said[0].args["date"] == again.files[0].applied_at
    assert again.counts == Counts()
    assert exchange.hq.state_hash() == before


def test_a_full_file_of_what_is_there_already_is_the_same_throughout(exchange):
    for _ in range(3):
        exchange.centre.start()
    exchange.round_trip()
    before = exchange.hq.state_hash()
    result = exchange.deliver(*exchange.send(full=True))
    assert result.counts == Counts(same=3)
    assert exchange.hq.state_hash() == before


def test_edits_and_deletions_arrive_and_a_deleted_record_can_come_back(exchange):
    edited, deleted = exchange.centre.start(), exchange.centre.start()
    exchange.round_trip()
    exchange.centre.edit(edited, notes="साफ़ मौसम")
    service = exchange.centre.services.activities
    held = service.get(exchange.centre.actor, deleted)
    service.delete(exchange.centre.actor, deleted, held.version, "twice")
    assert exchange.deliver(*exchange.send()).counts == Counts(changed=2)
    assert exchange.hq.notes(edited) == "साफ़ मौसम"
    assert exchange.hq.services.activities.get(exchange.hq.actor, deleted).deleted

    held = service.get(exchange.centre.actor, deleted)
    service.restore(exchange.centre.actor, deleted, held.version)
    exchange.round_trip()
    back = exchange.hq.services.activities.get(exchange.hq.actor, deleted)
    assert not back.deleted
    assert back.record == service.get(exchange.centre.actor, deleted).record


def test_five_hundred_edits_between_two_files_are_one_revision_and_a_small_journal(exchange):
    record_id = exchange.centre.start()
    rows = tuple(row(n, present=1) for n in range(1, 41))
    exchange.centre.edit(record_id, rows=rows, last_row=40)
    exchange.round_trip()
    service, actor = exchange.centre.services.activities, exchange.centre.actor
    version = service.get(actor, record_id).version
    for n in range(500):
        changed = msgspec.structs.replace(rows[n % 40], age=18 + n % 60, remarks=f"note {n}")
        version = service.save_row(actor, record_id, version, changed).held.version
    sealed = sa.select(sa.func.count()).select_from(revisions)
    before = exchange.centre.count(sealed)
    result = exchange.deliver(*exchange.send())
    assert exchange.centre.count(sealed) == before + 1
    assert result.counts == Counts(changed=1)
    assert kept(exchange.hq, "activity", record_id) == kept(exchange.centre, "activity", record_id)
    assert exchange.centre.count(sa.select(sa.func.sum(sa.func.length(changes.c.what) + 60))) < 200_000


def test_two_centres_are_kept_apart(exchange, tmp_path):
    from fieldapp.homes import new_centre
    from fieldapp.storage.state import Centre
    from tests.sync.exchange import Side

    other = Side(
        new_centre(
            tmp_path / "other", Centre(0, "100000000023", "", "Petarwar", "block:322/3070"), practice=True
        )
    )
    hq = exchange.hq
    known = hq.enrolment.register_centre(hq.actor, "100000000023", Name("", "Petarwar"), "block:322/3070")
    pack = hq.enrolment.make_pack(hq.actor, known.number, tmp_path)
    other.enrolment.take_pack(other.actor, pack.path, pack.words)
    mine, theirs = exchange.centre.start(), other.start()
    exchange.send()
    other.outbox.make(other.actor, target=exchange.stick)
    assert exchange.deliver(exchange.stick).counts == Counts(new=2)
    centres = {one: hq.services.activities.get(hq.actor, one).centre for one in (mine, theirs)}
    assert len(set(centres.values())) == 2
    made = hq.receipts.make(hq.actor, exchange.stick)
    assert {one.node for one in made} == {exchange.centre.home.keys.key_id, other.home.keys.key_id}
    for side, record_id in ((exchange.centre, mine), (other, theirs)):
        assert side.receipts.receive(side.actor, [exchange.stick])
        assert side.state_of(record_id) == "RECEIVED"
    other.home.close()


def test_the_chain_of_seals_is_the_same_at_both_ends(exchange):
    exchange.centre.start()
    exchange.round_trip()
    exchange.centre.start()
    exchange.round_trip()
    node = bytes.fromhex(exchange.centre.home.keys.key_id)
    with exchange.centre.home.database.reading() as tx:
        own = journal.checkpoint(tx, node)
    with exchange.hq.home.database.reading() as tx:
        from fieldapp.sync.checkpoints import valid

        assert own in valid(tx, [node])[node]
