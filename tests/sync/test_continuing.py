"""A computer takes another's place: restored from a copy, or made anew; and its records come back to it."""

import shutil

import pytest
import sqlalchemy as sa

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.homes import new_centre, new_centre_from_pack, new_hq, restore_home
from fieldapp.services.checking import check_home
from fieldapp.storage import journal, state, taking_over
from fieldapp.storage.home import PRACTICE_PASSPHRASE
from fieldapp.storage.records import SyncState
from fieldapp.storage.state import Centre
from fieldapp.storage.tables import given_back as given_back_table
from fieldapp.storage.tables import nodes, record_directory, seals
from fieldapp.sync.inbox import Counts, FileState, Outcome
from fieldapp.sync.progress import Stopped
from fieldapp.sync.received import ReceivedState
from tests.sync.exchange import CENTRE, Exchange, Side
from tests.sync.test_pictures import attach


def node_of(side):
    return side.home.keys.key_id


def restored(exchange, name="restored"):
    """The centre's work goes on on another computer, from a copy of its home; the old one is still there."""
    exchange.centre.home.close()
    home = restore_home(exchange.root / "centre", exchange.root / name, passphrase=PRACTICE_PASSPHRASE)
    exchange.centre = Side.opened(exchange.root / "centre")
    return Side(home)


def enrolled(exchange, side):
    """The officer enrols a computer by its request, the fingerprint read out by telephone."""
    asked = side.enrolment.make_request(side.actor, exchange.stick)
    exchange.hq.enrolment.enrol(exchange.hq.actor, asked.path, asked.fingerprint)
    return node_of(side)


def replacement(exchange, name="new"):
    """A new home of the centre, from another pack; nothing is left of the old one."""
    hq = exchange.hq
    pack = hq.enrolment.make_pack(hq.actor, 1, exchange.root)
    home = new_centre_from_pack(exchange.root / name, pack.path, pack.words, practice=True)
    pack.path.unlink()
    return Side(home)


def confirmed(exchange, side, before=""):
    exchange.hq.continuing.confirm(exchange.hq.actor, node_of(side), before)


def successor(exchange):
    """A replacement that is enrolled, and confirmed to be one."""
    new = replacement(exchange)
    enrolled(exchange, new)
    confirmed(exchange, new, node_of(exchange.centre))
    return new


def thirty_long_sessions(exchange):
    """They have come to head office."""
    for n in range(30):
        exchange.centre.start(notes=f"no {chr(97 + n % 26)} " * 100)
    exchange.round_trip()


def given_back(exchange, side, **how):
    """All files of a give-back, taken in their order; what each of them brought."""
    made = exchange.hq.giving_back.make(exchange.hq.actor, node_of(side), exchange.stick, **how)
    found = side.receipts.receive(side.actor, [one.path for one in made.files])
    assert {one.state for one in found} == {ReceivedState.GIVEN_BACK}
    return [one.given_back for one in found]


def sent_by(exchange, side, **given):
    made = side.outbox.make(side.actor, target=exchange.stick, **given)
    return exchange.hq.inbox.import_all(exchange.hq.actor, [one.path for one in made.copies])


def answered(exchange, side):
    """The receipt for one computer, taken there."""
    for made in exchange.hq.receipts.make(exchange.hq.actor, exchange.stick):
        if made.node == node_of(side):
            return side.receipts.apply(side.actor, made.path)
    raise AssertionError("no receipt was due")


# ---------------------------------------------------------------- a copy on another computer


def test_a_home_restored_from_a_copy_is_a_new_node_that_waits_to_be_confirmed(exchange):
    first = exchange.centre.start(notes="before")
    exchange.round_trip()
    exchange.centre.edit(first, notes="not yet sent")
    new = restored(exchange)
    old = node_of(exchange.centre)
    assert node_of(new) != old
    assert new.notes(first) == "not yet sent"
    new.edit(first, notes="on the new computer")
    enrolled(exchange, new)
    result = sent_by(exchange, new)
    assert [(one.state, one.code) for one in result.files] == [
        (FileState.QUARANTINE, "continues_unconfirmed")
    ]
    (claim,) = exchange.hq.continuing.claims(exchange.hq.actor)
    assert (claim.node, claim.before, claim.n, claim.confirmed) == (node_of(new), old, 1, False)
    confirmed(exchange, new)
    assert exchange.hq.inbox.import_all(exchange.hq.actor, [exchange.stick]).counts == Counts(changed=1)
    assert exchange.hq.notes(first) == "on the new computer"
    taken = answered(exchange, new)
    assert (taken.received, taken.foreign, taken.full_asked) == (1, False, False)
    assert new.state_of(first) is SyncState.RECEIVED
    assert new.state_hash() == exchange.hq.state_hash()
    assert check_home(new.home.database, new.actor).well
    new.home.close()


def test_a_revision_that_came_before_keeps_its_name_so_that_what_was_decided_about_it_holds(exchange):
    first = exchange.centre.start()
    exchange.round_trip()
    before = exchange.hq.services.activities.get(exchange.hq.actor, first).rev
    new = restored(exchange)
    enrolled(exchange, new)
    confirmed(exchange, new)
    assert sent_by(exchange, new).counts == Counts(same=1)
    assert exchange.hq.services.activities.get(exchange.hq.actor, first).rev == before
    assert answered(exchange, new).received == 1
    new.home.close()


def test_numbers_go_on_under_another_letter_since_the_old_computer_may_have_given_more(exchange):
    exchange.centre.start()
    new = restored(exchange)
    after_the_copy = exchange.centre.start()
    second = new.start()
    record = new.services.activities.get(new.actor, second).record
    other = exchange.centre.services.activities.get(exchange.centre.actor, after_the_copy).record
    assert (other.number, other.letter) == (2, "A")
    assert record.number == 2
    assert record.letter in "ZYXWVUTSRQPO"
    enrolled(exchange, new)
    exchange.deliver(*exchange.send())
    confirmed(exchange, new)
    sent_by(exchange, new)
    (taken,) = given_back(exchange, new)
    assert taken.letter == "B"
    third = new.services.activities.get(new.actor, new.start()).record
    assert (third.number, third.letter) == (3, "B")
    again = restored_from(exchange, new)
    letter = again.services.activities.get(again.actor, again.start()).record.letter
    assert letter not in {"A", "B", record.letter}
    again.home.close()


def test_two_homes_that_are_restored_from_one_copy_number_with_letters_of_their_own(exchange):
    letters = []
    for last in range(12):
        with exchange.centre.home.database.transaction() as tx, tx.begin_nested() as step:
            taking_over.begin_anew(tx, f"{last:032x}", exchange.centre.clock(), "operator")
            letters.append(state.read(tx, "letter"))
            step.rollback()
    assert len(set(letters)) == 12
    assert "A" not in letters


def restored_from(exchange, side):
    folder = side.folder
    side.home.close()
    return Side(restore_home(folder, exchange.root / "once more", passphrase=PRACTICE_PASSPHRASE))


def test_a_late_file_of_the_replaced_computer_waits_and_what_is_newer_in_it_is_to_be_checked(exchange):
    hq = exchange.hq
    both, mine, theirs = (exchange.centre.start() for _ in range(3))
    exchange.round_trip()
    new = restored(exchange)
    enrolled(exchange, new)
    confirmed(exchange, new)
    for one in (both, theirs):
        exchange.centre.edit(one, notes="on the old computer")
    late = exchange.send()
    for one in (both, mine):
        new.edit(one, notes="on the new computer")
    sent_by(exchange, new)
    answered(exchange, new)
    (file,) = exchange.deliver(*late).files
    assert (file.state, file.code) == (FileState.QUARANTINE, "replaced_sender")
    assert hq.notes(both) == hq.notes(mine) == "on the new computer"
    with pytest.raises(InvalidInput) as refusal:
        hq.inbox.let_in(hq.actor, file.sha256, " ")
    assert refusal.value.code == "no_reason"
    assert hq.inbox.let_in(hq.actor, file.sha256, "the old one was in use a day longer").state == "READY"
    assert [one.sha256 for one in hq.inbox.recheck(hq.actor)] == []
    shown = hq.inbox.preview(hq.actor, file.sha256)
    applied = hq.inbox.apply(hq.actor, file.sha256, shown.counts)
    assert (applied.counts, applied.differs) == (Counts(check=2), False)
    codes = {row.id: (row.outcome, row.code) for row in shown.rows}
    assert codes == {both: (Outcome.CHECK, "fork"), theirs: (Outcome.CHECK, "newer_in_replaced")}
    assert hq.notes(theirs) == "on the old computer"
    given_back(exchange, new)
    assert new.notes(theirs) == "on the old computer"
    assert new.notes(both) == "on the new computer"
    new.edit(theirs, notes="goes on")
    assert sent_by(exchange, new).counts == Counts(changed=1)
    with pytest.raises(InvalidInput) as refusal:
        hq.inbox.let_in(hq.actor, file.sha256, "again")
    assert refusal.value.code == "not_late"
    new.home.close()


def test_one_computer_is_replaced_by_one_and_only_within_its_centre(exchange):
    hq = exchange.hq
    exchange.centre.start()
    exchange.round_trip()
    old = node_of(exchange.centre)
    first, second = restored(exchange, "first"), restored(exchange, "second")
    enrolled(exchange, first)
    confirmed(exchange, first)
    enrolled(exchange, second)
    tries = (("", "already_replaced"), ("ab" * 16, "no_node"), (node_of(second), "already_replaced"))
    for before, code in tries:
        with pytest.raises(InvalidInput) as refusal:
            confirmed(exchange, second, before)
        assert refusal.value.code == code
    with pytest.raises(InvalidInput) as refusal:
        confirmed(exchange, first)
    assert refusal.value.code == "confirmed"
    other = Centre(0, "100000000023", "", "Other", "")
    elsewhere = Side(new_centre(exchange.root / "other", other, practice=True))
    enrolled(exchange, elsewhere)
    with pytest.raises(InvalidInput) as refusal:
        confirmed(exchange, elsewhere)
    assert refusal.value.code == "no_claim"
    with pytest.raises(InvalidInput) as refusal:
        confirmed(exchange, elsewhere, old)
    assert refusal.value.code == "other_centre"
    assert hq.count(sa.select(sa.func.count()).select_from(nodes).where(nodes.c.state == "revoked")) == 1
    for one in (first, second, elsewhere):
        one.home.close()


def test_a_computer_restored_before_it_sent_anything_is_one_more_step_in_the_line(exchange):
    first = exchange.centre.start()
    exchange.round_trip()
    between = restored(exchange, "between")
    own = between.start()
    between.outbox.make(between.actor)  # sealed there, and lost with that computer
    newest = restored_from(exchange, between)
    enrolled(exchange, newest)
    confirmed(exchange, newest)
    assert sent_by(exchange, newest).counts == Counts(new=1, same=1)
    newest.edit(own, notes="goes on")
    newest.edit(first, notes="goes on")
    assert sent_by(exchange, newest).counts == Counts(changed=2)
    assert newest.state_hash() == exchange.hq.state_hash()
    newest.home.close()


# ---------------------------------------------------------------- nothing was left


def test_a_dead_laptop_without_a_backup_has_every_record_back_in_one_round_trip(exchange):
    records = [exchange.centre.start(notes=str(n)) for n in range(5)]
    target = exchange.centre.plan()
    deleted = records.pop()
    version = exchange.centre.services.activities.get(exchange.centre.actor, deleted).version
    exchange.centre.services.activities.delete(exchange.centre.actor, deleted, version, "typed twice")
    exchange.round_trip()
    dead = node_of(exchange.centre)
    new = replacement(exchange)
    fresh = new.start()
    asked = new.enrolment.make_request(new.actor, exchange.stick)
    exchange.hq.enrolment.enrol(exchange.hq.actor, asked.path, asked.fingerprint)
    confirmed(exchange, new, dead)
    (taken,) = given_back(exchange, new)
    assert (taken.counts, taken.own, taken.read) == (Counts(new=6), 6, 0)
    for record_id in records:
        assert new.state_of(record_id) is SyncState.RECEIVED
        new.edit(record_id, notes="goes on")
    new.edit(target, "target", amount=3)
    assert new.services.activities.get(new.actor, deleted).deleted
    numbers = [new.services.activities.get(new.actor, one).record for one in records]
    assert sorted((one.number, one.letter) for one in numbers) == [(n, "A") for n in (1, 2, 3, 4)]
    last = new.services.activities.get(new.actor, new.start()).record
    assert (last.number, last.letter) == (5, "B")  # 5-A was deleted, and stands on a paper perhaps
    result = sent_by(exchange, new)
    assert result.counts == Counts(new=2, changed=5)
    assert [one.gap for one in result.files] == [False]
    taken = answered(exchange, new)
    assert (taken.received, taken.foreign) == (8, False)
    assert new.state_of(fresh) is SyncState.RECEIVED
    assert check_home(new.home.database, new.actor).well
    assert new.state_hash() == exchange.hq.state_hash()
    new.home.close()


def test_a_computer_that_asks_with_a_pack_in_hand_has_the_letter_of_that_pack_at_both_ends(exchange):
    exchange.centre.start()
    exchange.round_trip()
    new = successor(exchange)
    with exchange.hq.home.database.reading() as tx:
        letter = tx.execute(sa.select(nodes.c.letter).where(nodes.c.node == bytes.fromhex(node_of(new))))
        assert letter.scalar() == "B"
    (taken,) = given_back(exchange, new)
    assert taken.letter == "B"
    new.home.close()


def test_who_got_everything_back_waits_for_no_answer_of_head_office(exchange):
    exchange.centre.start()
    exchange.round_trip()
    new = successor(exchange)
    given_back(exchange, new)
    assert new.enrolment.is_answered(new.actor)
    assert not new.enrolment.is_unanswered(new.actor)
    new.home.close()
    copy = restored(exchange)
    assert copy.enrolment.is_unanswered(copy.actor)
    copy.home.close()


def leaves(side):
    with side.home.database.reading() as tx:
        return dict(journal.all_leaves(tx))


def test_what_came_back_counts_as_received_until_head_office_holds_it_no_longer(exchange):
    first = exchange.centre.start()
    exchange.round_trip()
    (file,) = exchange.hq.inbox.files(exchange.hq.actor)
    new = replacement(exchange)
    enrolled(exchange, new)
    confirmed(exchange, new, node_of(exchange.centre))
    given_back(exchange, new)
    with pytest.raises(InvalidInput) as nothing:
        new.outbox.make(new.actor)
    assert nothing.value.code == "nothing_new"
    assert answered(exchange, new).base == 1
    exchange.hq.inbox.undo(exchange.hq.actor, file.sha256, "wrong file")
    taken = answered(exchange, new)
    assert (taken.base, taken.foreign) == (0, False)
    assert new.state_of(first) is SyncState.NOT_PACKED
    assert sent_by(exchange, new).counts == Counts(new=1)
    assert answered(exchange, new).base == 1
    new.home.close()


def test_a_give_back_in_parts_comes_in_any_order_and_twice(exchange):
    thirty_long_sessions(exchange)
    new = successor(exchange)
    made = exchange.hq.giving_back.make(exchange.hq.actor, node_of(new), exchange.stick, limit=9_000)
    assert len(made.files) > 2
    for part in (*reversed(made.files), made.files[0]):
        new.receipts.take_back(new.actor, part.path)
    assert new.count(sa.select(sa.func.count()).select_from(seals)) >= 30
    assert {new.state_of(one) for one in leaves(new)} == {SyncState.NOT_PACKED}
    sent_by(exchange, new)
    taken = answered(exchange, new)
    assert (taken.received, taken.foreign) == (30, False)
    assert check_home(new.home.database, new.actor).well
    new.home.close()


@pytest.mark.parametrize("last", [1, 0])
def test_a_give_back_that_is_cancelled_leaves_no_file_that_head_office_does_not_know_of(exchange, last):
    thirty_long_sessions(exchange)
    new = successor(exchange)
    before = sorted(exchange.stick.iterdir())

    def stop(part, parts):
        if part == (parts if last else 1):
            raise Stopped

    giving = exchange.hq.giving_back
    with pytest.raises(Stopped):
        giving.make(exchange.hq.actor, node_of(new), exchange.stick, limit=9_000, progress=stop)
    assert sorted(exchange.stick.iterdir()) == before
    assert exchange.hq.count(sa.select(sa.func.count()).select_from(given_back_table)) == 0
    new.home.close()


def test_what_is_being_written_here_is_never_overwritten_by_what_comes_back(exchange):
    first, second = exchange.centre.start(notes="1"), exchange.centre.start(notes="1")
    exchange.round_trip()
    new = restored(exchange)
    exchange.centre.edit(first, notes="later, on the old computer")
    exchange.centre.edit(second, notes="later, on the old computer")
    exchange.deliver(*exchange.send())
    new.edit(first, notes="on the new computer")
    enrolled(exchange, new)
    confirmed(exchange, new)
    (taken,) = given_back(exchange, new)
    assert taken.counts == Counts(check=1, changed=1)
    assert new.notes(first) == "on the new computer"
    assert new.notes(second) == "later, on the old computer"
    assert sent_by(exchange, new).counts == Counts(check=1, same=1)
    assert answered(exchange, new).received == 2
    new.home.close()


def test_a_second_computer_of_a_centre_reads_what_the_other_wrote(exchange):
    first = exchange.centre.start(notes="of the first computer")
    exchange.round_trip()
    second = replacement(exchange)
    own = second.start()
    sent_by(exchange, second)
    own_ones, others = given_back(exchange, second)
    assert (own_ones.own, own_ones.read, others.own, others.read) == (1, 0, 0, 1)
    assert second.notes(first) == "of the first computer"
    assert second.state_of(first) is SyncState.COPY
    with pytest.raises(InvalidInput) as refusal:
        second.edit(first, notes="x")
    assert refusal.value.code == "not_owner"
    second.edit(own, notes="mine")
    exchange.centre.edit(first, notes="newer")
    exchange.round_trip()
    given_back(exchange, second)
    assert second.notes(first) == "newer"
    assert second.notes(own) == "mine"
    assert sent_by(exchange, second).counts == Counts(changed=1)
    confirmed(exchange, second, node_of(exchange.centre))
    given_back(exchange, second)
    second.edit(first, notes="now this one writes it")
    assert sent_by(exchange, second).counts == Counts(changed=1)
    second.home.close()


def test_nobody_else_takes_a_give_back_nor_gives_one(exchange):
    exchange.centre.start()
    exchange.round_trip()
    new = replacement(exchange)
    with pytest.raises(InvalidInput) as refusal:
        exchange.hq.giving_back.make(exchange.hq.actor, node_of(new), exchange.stick)
    assert refusal.value.code == "no_node"
    enrolled(exchange, new)
    made = exchange.hq.giving_back.make(exchange.hq.actor, node_of(new), exchange.stick)
    (found,) = exchange.centre.receipts.receive(exchange.centre.actor, [made.files[0].path])
    assert (found.state, found.code) == (ReceivedState.OTHERS, "not_for_this_computer")
    stranger = Side(new_centre(exchange.root / "stranger", CENTRE, practice=True))
    (found,) = stranger.receipts.receive(stranger.actor, [made.files[0].path])
    assert found.state is ReceivedState.OTHERS
    (file,) = exchange.hq.inbox.read(exchange.hq.actor, [made.files[0].path])
    assert file.code == "wrong_kind"
    stranger.home.close()
    new.home.close()


def test_without_its_pack_a_computer_is_told_to_take_that_first(exchange):
    exchange.centre.start()
    exchange.round_trip()
    new = Side(new_centre(exchange.root / "new", CENTRE, practice=True))
    enrolled(exchange, new)
    confirmed(exchange, new, node_of(exchange.centre))
    made = exchange.hq.giving_back.make(exchange.hq.actor, node_of(new), exchange.stick)
    (found,) = new.receipts.receive(new.actor, [made.files[0].path])
    assert (found.state, found.code) == (ReceivedState.REFUSED, "pack_first")
    pack = exchange.hq.enrolment.make_pack(exchange.hq.actor, 1, exchange.root)
    new.enrolment.take_pack(new.actor, pack.path, pack.words)
    (found,) = new.receipts.receive(new.actor, [made.files[0].path])
    assert found.given_back.own == 1
    new.home.close()


# ---------------------------------------------------------------- restoring


def test_restoring_leaves_the_copy_alone_and_makes_all_or_nothing(exchange, tmp_path):
    exchange.centre.start()
    exchange.centre.home.close()
    source = exchange.root / "centre"
    before = {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}
    with pytest.raises(InvalidInput):
        restore_home(source, tmp_path / "x", login="nobody", passphrase=PRACTICE_PASSPHRASE)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").write_text("")
    with pytest.raises(InvalidInput) as refusal:
        restore_home(source, tmp_path / "full")
    assert refusal.value.code == "home_exists"
    with pytest.raises(InvalidInput) as refusal:
        restore_home(exchange.root / "hq", tmp_path / "y")
    assert refusal.value.code == "not_a_centre"
    home = restore_home(source, tmp_path / "z")
    assert not list(tmp_path.glob("*.restoring"))
    assert {path: path.read_bytes() for path in source.rglob("*") if path.is_file()} == before
    with home.database.reading() as tx:
        assert state.node(tx).hex() == home.keys.key_id
        owners = set(tx.execute(sa.select(record_directory.c.owner)).scalars())
        assert {bytes(one).hex() for one in owners} == {home.keys.key_id}
    home.close()
    shutil.rmtree(source / "keys")  # a backup has none
    second = restore_home(source, tmp_path / "without keys")
    assert second.keys.key_id != home.keys.key_id
    second.close()
    exchange.centre = Side.opened(tmp_path / "z")


def test_photographs_come_back_too_and_do_not_go_up_again(exchange):
    record_id, kept = attach(exchange.centre, 1, 2)
    exchange.round_trip()
    new = replacement(exchange)
    enrolled(exchange, new)
    confirmed(exchange, new, node_of(exchange.centre))
    records, pictures = given_back(exchange, new)
    assert (records.own, records.pictures, pictures.own, pictures.pictures) == (1, 0, 0, 2)
    assert [new.services.attachments.is_here(one.sha256) for one in kept] == [True, True]
    new.edit(record_id, "action_point", gap="still no network")
    made = new.outbox.make(new.actor, target=exchange.stick)
    assert (made.records, made.pictures) == (1, 0)
    exchange.deliver(*[one.path for one in made.copies])
    assert answered(exchange, new).pictures_asked == 0
    new.home.close()


def test_on_a_server_it_is_the_same(template, tmp_path, databases):
    url = databases()
    exchange = Exchange.copied(template, tmp_path)
    exchange.hq.home.close()
    shutil.rmtree(exchange.root / "hq")
    exchange.hq = Side(new_hq(exchange.root / "hq", practice=True, database_url=url))
    exchange.centre.home.close()
    shutil.rmtree(exchange.root / "centre")
    exchange.centre = Side(new_centre(exchange.root / "centre", CENTRE, practice=True))
    hq, centre = exchange.hq, exchange.centre
    known = hq.enrolment.register_centre(hq.actor, CENTRE.csc_id, Name("", "Centre"), CENTRE.place_key)
    pack = hq.enrolment.make_pack(hq.actor, known.number, exchange.root)
    centre.enrolment.take_pack(centre.actor, pack.path, pack.words)
    first, second = centre.start(), centre.start()
    exchange.round_trip()
    new = restored(exchange)
    enrolled(exchange, new)
    confirmed(exchange, new)
    exchange.centre.edit(first, notes="late")
    (file,) = exchange.deliver(*exchange.send()).files
    assert file.code == "replaced_sender"
    hq.inbox.let_in(hq.actor, file.sha256, "in use a day longer")
    assert hq.inbox.import_all(hq.actor).counts == Counts(check=1)
    (taken,) = given_back(exchange, new)
    assert (taken.counts, taken.letter) == (Counts(changed=1, same=1), "B")
    new.edit(second, notes="goes on")
    sent_by(exchange, new)
    assert hq.notes(second) == "goes on"
    hq.inbox.undo(hq.actor, file.sha256, "after all not")
    assert answered(exchange, new).received == 2
    new.home.close()
    exchange.close()
