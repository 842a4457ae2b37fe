"""Receipts: only they move the base, any of them may be lost, late or repeated, and records come down."""

import msgspec
import pytest
import sqlalchemy as sa

from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.errors import InvalidInput, NotAllowed, SyncFileRefused
from fieldapp.domain.fields import Name, PlaceRef, Ref
from fieldapp.domain.records import ActionPoint, Decision, Person, Place, RoleSpan, TargetPlace
from fieldapp.homes import new_centre, new_hq
from fieldapp.services.records import Query, SyncState
from fieldapp.storage import state
from fieldapp.storage.database import utc_now
from fieldapp.storage.tables import nodes, receipts, refused
from fieldapp.sync.due import SILENCE
from fieldapp.sync.inbox import Counts
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.outbox import BatchState
from fieldapp.sync.received import ReceivedState
from fieldapp.sync.sync_file import Header, Kind, Manifest, write
from tests import examples
from tests.sync.exchange import CENTRE, CSC_ID, KASMAR, Side, body_of, line_of


def base_of(side):
    with side.home.database.reading() as tx:
        return state.base(tx)


def take(exchange, path):
    return exchange.centre.receipts.apply(exchange.centre.actor, path)


def test_a_receipt_turns_the_records_it_covers_to_received_and_no_others(exchange):
    covered = exchange.centre.start()
    exchange.deliver(*exchange.send())
    receipt = exchange.answer()
    assert exchange.centre.state_of(covered) == "PACKED"
    later = exchange.centre.start()
    exchange.send()
    unpacked = exchange.centre.start()
    taken = take(exchange, receipt)
    assert (taken.number, taken.base_before, taken.base, taken.received) == (1, 0, 1, 1)
    states = [exchange.centre.state_of(one) for one in (covered, later, unpacked)]
    assert states == ["RECEIVED", "PACKED", "NOT_PACKED"]
    batches = {one.number: one.state for one in exchange.centre.outbox.batches(exchange.centre.actor)}
    assert batches == {1: BatchState.RECEIVED, 2: BatchState.ON_STICK}


def test_nothing_but_a_receipt_moves_the_base(exchange):
    exchange.centre.start()
    for _ in range(3):
        exchange.deliver(*exchange.send())
        exchange.centre.outbox.hand_over(exchange.centre.actor, 1, "Ramesh")
    assert base_of(exchange.centre) == 0


def test_the_same_receipt_again_changes_nothing_and_says_so(exchange):
    exchange.centre.start()
    taken = exchange.round_trip()
    assert not taken.again
    (path,) = [one for one in exchange.stick.iterdir() if "receipt" in one.name]
    again = take(exchange, path)
    assert again.again
    assert (again.base_before, again.base) == (1, 1)
    assert exchange.centre.count(sa.select(sa.func.count()).select_from(receipts)) == 1


def test_an_old_receipt_can_only_make_the_centre_send_more(exchange):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    old = exchange.answer()
    take(exchange, old)
    second = exchange.centre.start()
    exchange.round_trip()
    assert exchange.centre.state_of(second) == "RECEIVED"
    assert take(exchange, old).base == 1
    assert exchange.centre.state_of(second) == "PACKED"
    assert exchange.deliver(*exchange.send()).counts == Counts(same=1)
    take(exchange, exchange.answer())
    assert exchange.centre.state_of(second) == "RECEIVED"


def test_lost_receipts_make_files_grow_but_never_incomplete(exchange):
    ids = []
    for _ in range(4):
        ids.append(exchange.centre.start())
        exchange.deliver(*exchange.send())
        exchange.answer().unlink()
    exchange.deliver(*exchange.send())
    taken = take(exchange, exchange.answer())
    assert taken.received == 4
    assert {exchange.centre.state_of(one) for one in ids} == {"RECEIVED"}


def test_a_file_that_was_lost_for_ever_is_inside_the_next(exchange):
    exchange.centre.start()
    exchange.round_trip()
    lost = exchange.centre.start()
    for path in exchange.send():
        path.unlink()
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    assert take(exchange, exchange.answer()).received == 3
    assert exchange.centre.state_of(lost) == "RECEIVED"
    assert exchange.hq.state_hash() == exchange.centre.state_hash()


def test_a_head_office_restored_from_last_week_gets_everything_again(exchange):
    exchange.centre.start()
    exchange.round_trip()
    kept = exchange.copy_of_office("last week")
    after = exchange.centre.start()
    exchange.round_trip()
    assert exchange.centre.state_of(after) == "RECEIVED"

    exchange.put_office_back(kept)
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    taken = take(exchange, exchange.answer())
    assert (taken.base_before, taken.base) == (2, 1)
    assert exchange.centre.state_of(after) == "PACKED"
    assert exchange.centre.outbox.batch(exchange.centre.actor, 2).state == BatchState.MADE
    exchange.round_trip()
    assert exchange.centre.state_of(after) == "RECEIVED"
    assert exchange.hq.state_hash() == exchange.centre.state_hash()


@pytest.mark.parametrize("since", [SILENCE, -2 * SILENCE], ids=["later", "its clock had run ahead"])
def test_what_a_restored_head_office_forgot_of_a_centre_with_nothing_new_comes_again_too(exchange, since):
    exchange.centre.start()
    exchange.round_trip()
    kept = exchange.copy_of_office("last week")
    forgotten = exchange.centre.start()
    exchange.round_trip()
    exchange.put_office_back(kept)
    assert exchange.hq.receipts.due(exchange.hq.actor) == 0
    with pytest.raises(InvalidInput):
        exchange.send()

    exchange.hq.home.close()
    exchange.hq = Side.opened(exchange.root / "hq", lambda: utc_now() + since)
    assert exchange.hq.receipts.due(exchange.hq.actor) == 1
    assert take(exchange, exchange.answer()).base == 1
    assert exchange.hq.receipts.due(exchange.hq.actor) == 0
    exchange.round_trip()
    assert exchange.centre.state_of(forgotten) == "RECEIVED"
    assert exchange.hq.state_hash() == exchange.centre.state_hash()


def test_a_computer_that_was_enrolled_hears_of_it_before_it_sends_anything(exchange):
    asked = exchange.centre.enrolment.make_request(exchange.centre.actor, exchange.root)
    exchange.hq.enrolment.enrol(exchange.hq.actor, asked.path, asked.fingerprint)
    assert exchange.hq.receipts.due(exchange.hq.actor) == 1
    assert take(exchange, exchange.answer()).base == 0


def test_a_centre_put_back_to_an_old_copy_loses_nothing_that_head_office_had(exchange):
    first = exchange.centre.start()
    exchange.round_trip()
    old = exchange.copy_of_centre("old")
    exchange.centre.edit(first, notes="on the computer that died")
    only_there = exchange.centre.start()
    exchange.round_trip()
    assert base_of(exchange.centre) == 3

    exchange.put_back(old)
    exchange.centre.edit(first, notes="on the one put back")
    new = exchange.centre.start()
    taken = exchange.round_trip()
    # Of the checkpoints head office holds, those of the line that died are not on this chain.
    assert taken.foreign
    assert taken.notes == ("foreign_checkpoint",)
    assert taken.base == 3
    assert {exchange.centre.state_of(one) for one in (first, new)} == {"RECEIVED"}
    hq = exchange.hq.services.activities
    assert hq.get(exchange.hq.actor, only_there).record.id == only_there
    assert hq.get(exchange.hq.actor, new).record.id == new
    with pytest.raises(InvalidInput, match="nothing new"):
        exchange.send()


def test_a_receipt_is_due_for_a_file_that_came_twice(exchange):
    exchange.centre.start()
    paths = exchange.send()
    exchange.deliver(*paths)
    exchange.answer()
    assert exchange.hq.receipts.due(exchange.hq.actor) == 0
    assert exchange.hq.receipts.make(exchange.hq.actor, exchange.stick) == ()
    exchange.deliver(*paths)
    assert exchange.hq.receipts.due(exchange.hq.actor) == 1


def test_a_file_that_comes_while_receipts_are_written_keeps_one_due(exchange):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    row_before = exchange.hq.count(sa.select(nodes.c.receipt_due))
    assert row_before == 1

    def another_arrives(_done, _total):
        exchange.centre.start()
        exchange.deliver(*exchange.send())

    exchange.hq.receipts.make(exchange.hq.actor, exchange.stick, another_arrives)
    assert exchange.hq.receipts.due(exchange.hq.actor) == 1


# ---------------------------------------------------------------- who may say it


def test_a_receipt_of_anybody_else_is_refused(exchange, tmp_path):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    other = new_hq(tmp_path / "other", practice=True)
    keys = exchange.centre.home.keys
    forged = write(
        tmp_path / "forged.fieldsync",
        Kind.RECEIPT,
        Header(app="x", node=other.keys.key_id, schema=1, min_reader=1, part=1, of=1, batch=1),
        Manifest(schema=1, min_reader=1),
        [],
        signer=other.keys,
        recipients=(keys.public.age,),
        practice=True,
    )
    with pytest.raises(SyncFileRefused) as refusal:
        take(exchange, forged.path)
    assert refusal.value.code == "bad_signature"
    assert base_of(exchange.centre) == 0
    other.close()


def receipt_by_hand(exchange, lines, recipient=None):
    """A receipt that head office signs, whatever stands in it."""
    keys = exchange.hq.home.keys
    sections = [msgspec.json.encode(line, order="sorted") for line in lines]
    counts = {line["t"]: 0 for line in lines}
    for line in lines:
        counts[line["t"]] += 1
    return write(
        exchange.root / "by hand.fieldsync",
        Kind.RECEIPT,
        Header(app="x", node=keys.key_id, schema=1, min_reader=1, part=1, of=1, batch=9),
        Manifest(schema=1, min_reader=1, count=len(lines), counts=counts),
        sections,
        signer=keys,
        recipients=(recipient or exchange.centre.home.keys.public.age,),
        practice=True,
    ).path


def test_a_checkpoint_is_believed_only_on_our_own_chain(exchange):
    exchange.centre.start()
    exchange.centre.start()
    exchange.send()
    node = exchange.centre.home.keys.key_id
    foreign = [{"n": 2, "chain": "ab" * 16}, {"n": 90, "chain": "cd" * 16}]
    path = receipt_by_hand(exchange, [{"t": "receipt", "node": node, "checkpoints": foreign}])
    taken = take(exchange, path)
    assert (taken.base, taken.foreign) == (0, True)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "bad_count"),
        ([{"t": "receipt", "node": "ab" * 16}], "not_for_this_computer"),
        ([{"t": "receipt", "node": "short"}], "bad_json"),
        ([{"t": "receipt"}], "bad_json"),
    ],
)
def test_a_receipt_that_says_nothing_proper_is_refused_and_changes_nothing(exchange, lines, code):
    exchange.centre.start()
    exchange.round_trip()
    with pytest.raises(SyncFileRefused) as refusal:
        take(exchange, receipt_by_hand(exchange, lines))
    assert refusal.value.code == code
    assert base_of(exchange.centre) == 1


def test_a_line_that_only_a_newer_program_knows_is_left_alone(exchange):
    exchange.centre.start()
    exchange.send()
    node = exchange.centre.home.keys.key_id
    lines = [{"t": "receipt", "node": node, "weather": "fine"}, {"t": "aliases", "of": "x"}]
    assert take(exchange, receipt_by_hand(exchange, lines)).base == 0


def test_a_receipt_for_another_computer_is_left_unopened(exchange):
    other = NodeKeys.generate()
    path = receipt_by_hand(exchange, [{"t": "receipt", "node": "ab" * 16}], other.public.age)
    with pytest.raises(SyncFileRefused) as refusal:
        take(exchange, path)
    assert refusal.value.code == "not_for_this_computer"
    (found,) = exchange.centre.receipts.receive(exchange.centre.actor, [path])
    assert found.state is ReceivedState.OTHERS


def test_a_damaged_receipt_changes_nothing(exchange):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    path = exchange.answer()
    whole = path.read_bytes()
    for cut in range(0, len(whole), 97):
        path.write_bytes(whole[:cut])
        (found,) = exchange.centre.receipts.receive(exchange.centre.actor, [path])
        assert found.state is ReceivedState.REFUSED
    assert base_of(exchange.centre) == 0
    path.write_bytes(whole)
    assert take(exchange, path).base == 1


def test_a_folder_with_everything_in_it_gives_each_its_place(exchange):
    exchange.centre.start()
    paths = exchange.send()
    exchange.deliver(*paths)
    receipt = exchange.answer()
    known = exchange.hq.services.settings.centres()[-1]
    pack = exchange.hq.enrolment.make_pack(exchange.hq.actor, known.number, exchange.stick)
    (exchange.stick / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(200))
    found = {
        one.path: one for one in exchange.centre.receipts.receive(exchange.centre.actor, [exchange.stick])
    }
    assert found[receipt].state is ReceivedState.TAKEN
    assert found[receipt].taken.base == 1
    assert found[pack.path].state is ReceivedState.PACK
    assert found[pack.path].pack.identity.csc_id == CSC_ID
    assert (found[paths[0]].state, found[paths[0]].code) == (ReceivedState.REFUSED, "wrong_kind")
    assert found[exchange.stick / "photo.jpg"].code == "not_a_sync_file"


def test_several_receipts_on_one_stick_end_with_the_newest(exchange):
    for _ in range(3):
        exchange.centre.start()
        exchange.deliver(*exchange.send())
        exchange.answer()
    exchange.centre.receipts.receive(exchange.centre.actor, [exchange.stick])
    assert base_of(exchange.centre) == 3


def test_only_an_officer_of_an_office_writes_receipts(exchange):
    with pytest.raises(NotAllowed):
        exchange.hq.receipts.make(exchange.centre.actor, exchange.stick)
    officer = exchange.hq.actor
    with pytest.raises(InvalidInput) as refusal:
        exchange.centre.receipts.make(officer, exchange.stick)
    assert refusal.value.code == "not_an_office"


# ---------------------------------------------------------------- records that come down


def save(side, word, record):
    return side.services.for_type(word).save(side.actor, record).held.record


def new_id(side, word):
    return side.services.for_type(word).new_id()


def test_a_target_comes_down_and_so_do_its_change_and_its_end(exchange):
    exchange.centre.start()
    exchange.round_trip()
    target = exchange.hq.plan(amount=9)
    taken = take(exchange, exchange.answer())
    assert taken.office == Counts(new=1)
    held = exchange.centre.services.targets.get(exchange.centre.actor, target)
    assert (held.record.amount, held.centre, held.owner) == (9, 0, exchange.hq.home.keys.key_id)
    assert held.state == "COPY"
    exchange.hq.edit(target, "target", amount=11)
    assert take(exchange, exchange.answer()).office == Counts(changed=1)
    assert exchange.centre.services.targets.get(exchange.centre.actor, target).record.amount == 11
    service = exchange.hq.services.targets
    service.delete(exchange.hq.actor, target, service.get(exchange.hq.actor, target).version, "cancelled")
    assert take(exchange, exchange.answer()).office == Counts(changed=1)
    assert exchange.centre.services.targets.get(exchange.centre.actor, target).deleted


def test_what_came_down_is_read_only_and_does_not_go_up_again(exchange):
    exchange.centre.start()
    exchange.round_trip()
    target = exchange.hq.plan()
    take(exchange, exchange.answer())
    with pytest.raises(InvalidInput) as refusal:
        exchange.centre.edit(target, "target", amount=1)
    assert refusal.value.code == "not_owner"
    exchange.centre.start()
    assert exchange.deliver(*exchange.send()).counts == Counts(new=1)


def test_places_trainers_and_action_points_come_down_and_others_stay(exchange):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    hq = exchange.hq
    place = save(hq, "place", Place(id=new_id(hq, "place"), name=Name("टोला"), parent=KASMAR))
    point = save(hq, "action_point", ActionPoint(id=new_id(hq, "action_point"), gap="No network"))
    trainer = save(
        hq,
        "person",
        Person(id=new_id(hq, "person"), name=Name("म", "M"), roles=(RoleSpan(role="MASTER_TRAINER"),)),
    )
    save(hq, "person", Person(id=new_id(hq, "person"), name=Name("र", "R")))
    save(hq, "observation", examples.sensible("observation"))
    assert take(exchange, exchange.answer()).office == Counts(new=3)
    for word, record in (("place", place), ("action_point", point), ("person", trainer)):
        assert exchange.centre.services.for_type(word).get(exchange.centre.actor, record.id).record == record


def test_a_target_of_another_district_does_not_come(exchange):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    ranchi = (TargetPlace(place=PlaceRef("district:337", "Ranchi")),)
    here = (TargetPlace(place=PlaceRef("district:322", "Bokaro")), *ranchi)
    exchange.hq.plan(places=ranchi)
    wanted = exchange.hq.plan(places=here)
    assert take(exchange, exchange.answer()).office == Counts(new=1)
    assert exchange.centre.services.targets.get(exchange.centre.actor, wanted).record.places == here


def test_a_decision_reaches_the_centre_whose_record_it_is_about(exchange):
    record_id = exchange.centre.start()
    exchange.deliver(*exchange.send())
    draft = Decision(id=new_id(exchange.hq, "decision"), reason="तिथि देखें", field_path="start_date")
    decided = exchange.hq.services.decisions.decide(
        exchange.hq.actor, DecisionKind.CORRECTION_ASKED, record_id, draft
    )
    own = exchange.hq.plan()
    exchange.hq.services.decisions.decide(exchange.hq.actor, DecisionKind.ACCEPTED, own)
    assert take(exchange, exchange.answer()).office == Counts(new=2)
    held = exchange.centre.services.decisions.get(exchange.centre.actor, decided.held.record.id)
    assert held.record.about == Ref(record_id)
    assert held.record.reason == "तिथि देखें"


def test_something_new_to_read_makes_a_receipt_due(exchange):
    exchange.centre.start()
    exchange.round_trip()
    assert exchange.hq.receipts.due(exchange.hq.actor) == 0
    exchange.hq.plan()
    assert exchange.hq.receipts.due(exchange.hq.actor) == 1
    exchange.answer()
    assert exchange.hq.receipts.due(exchange.hq.actor) == 0


def test_settings_of_head_office_come_down(exchange):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    exchange.hq.services.settings.write(exchange.hq.actor, "shared_words", "JH")
    exchange.hq.services.settings.write(exchange.hq.actor, "theme", "dark")
    take(exchange, exchange.answer())
    assert exchange.centre.services.settings.read("shared_words") == "JH"
    assert exchange.centre.services.settings.read("theme") == ""
    exchange.hq.services.settings.write(exchange.hq.actor, "shared_words", "UP")
    assert exchange.hq.receipts.due(exchange.hq.actor) == 1
    take(exchange, exchange.answer())
    assert exchange.centre.services.settings.read("shared_words") == "UP"


def test_a_receipt_to_a_second_computer_says_only_what_is_its_own(exchange, tmp_path):
    second = Side(new_centre(tmp_path / "second", CENTRE, practice=True))
    known = exchange.hq.services.settings.centres()[-1]
    pack = exchange.hq.enrolment.make_pack(exchange.hq.actor, known.number, tmp_path)
    second.enrolment.take_pack(second.actor, pack.path, pack.words)
    mine, theirs = exchange.centre.start(), second.start()
    exchange.send()
    second.outbox.make(second.actor, target=exchange.stick)
    exchange.deliver(exchange.stick)
    exchange.hq.receipts.make(exchange.hq.actor, exchange.stick)
    for side, record_id in ((exchange.centre, mine), (second, theirs)):
        (taken,) = [one.taken for one in side.receipts.receive(side.actor, [exchange.stick]) if one.taken]
        assert (taken.received, taken.foreign) == (1, False)
        assert side.state_of(record_id) == "RECEIVED"
    second.home.close()


def test_records_of_an_office_must_be_its_own(exchange):
    """A signed receipt does not make the centre take, as head office's, what another home owns."""
    mine = exchange.centre.start()
    exchange.send()
    node = exchange.centre.home.keys.key_id
    theirs = line_of(*body_of(node, {"notes": "changed by head office"}, record_id=mine))
    lines = [{"t": "receipt", "node": node}, msgspec.json.decode(theirs)]
    taken = take(exchange, receipt_by_hand(exchange, lines))
    assert taken.office == Counts(refused=1)
    assert exchange.centre.notes(mine) == ""


def test_a_record_that_head_office_refused_needs_attention_until_it_is_corrected(exchange):
    good, bad = exchange.centre.start(), exchange.centre.start()
    exchange.round_trip()
    held = exchange.centre.services.activities.get(exchange.centre.actor, bad)
    row = (1, bytes.fromhex(bad), bytes.fromhex(held.rev), bytes(16), "activity", "field_rule", "notes")
    with exchange.centre.home.database.transaction() as tx:
        tx.execute(refused.insert().values(row))
    assert exchange.centre.state_of(bad) == SyncState.ATTENTION
    assert exchange.centre.state_of(good) == SyncState.RECEIVED
    page = exchange.centre.services.activities.page
    listed = page(exchange.centre.actor, Query(sync_state=SyncState.ATTENTION)).items
    assert [(one.record.id, one.state) for one in listed] == [(bad, SyncState.ATTENTION)]
    assert page(exchange.centre.actor, Query(sync_state=SyncState.RECEIVED)).total == 1
    assert exchange.centre.services.overview.sync(exchange.centre.actor).attention == 1
    exchange.centre.edit(bad, notes="corrected")
    assert exchange.centre.state_of(bad) == SyncState.NOT_PACKED
