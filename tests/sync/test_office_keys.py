"""Changing the working key of a head office, and keeping its reserve key apart."""

import shutil
import subprocess
from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import EnvironmentProblem, InvalidInput, NotAllowed, SyncFileRefused
from fieldapp.domain.results import RESULTS
from fieldapp.homes import new_centre, new_hq, open_home
from fieldapp.storage.database import utc_now
from fieldapp.storage.tables import activity_log
from fieldapp.storage.tables import office_keys as kept_keys
from fieldapp.sync.advance_note import AdvanceNotes
from fieldapp.sync.inbox import FileState
from fieldapp.sync.keys import NodeKeys, unwrap
from fieldapp.sync.office import OfficeKey, key_list, key_lists, take_key_list
from fieldapp.sync.office_keys import OfficeKeys
from fieldapp.sync.receipt_code import ReceiptCodes
from fieldapp.sync.sync_file import peek
from tests.sync.exchange import CENTRE, Side, hand_made


def office_keys(side: Side) -> OfficeKeys:
    return OfficeKeys(side.home.database, side.home.home, side.home.keys, side.home.data_key)


def rotate(exchange, **given):
    return office_keys(exchange.hq).rotate(exchange.hq.actor, **given)


def offices(side: Side):
    with side.home.database.reading() as tx:
        return key_list(tx)


def code_of(act, *given, kind=InvalidInput):
    with pytest.raises(kind) as refusal:
        act(*given)
    return refusal.value.code


def reopen_hq(exchange) -> Side:
    exchange.hq.home.close()
    exchange.hq = Side.opened(exchange.root / "hq")
    return exchange.hq


# ---------------------------------------------------------------- the working key


def test_a_new_key_reaches_the_centre_with_a_receipt_and_its_next_file_is_written_to_it(exchange):
    exchange.centre.start()
    old = exchange.hq.home.keys.public
    shown = rotate(exchange)
    assert (shown.number, shown.older, shown.reserve_here) == (2, 1, True)
    new = exchange.hq.home.keys.public
    assert new != old
    (before,) = exchange.send()
    exchange.deliver(before)
    taken = exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert taken.base == 1
    assert taken.notes == ()
    held = offices(exchange.centre)
    assert held.number == 2
    assert held.recipients == (new.age, held.reserve)
    exchange.centre.start()
    (after,) = exchange.send()
    assert set(peek(after.read_bytes(), lambda _: None).header.recipients).isdisjoint(
        peek(before.read_bytes(), lambda _: None).header.recipients[:1]
    )
    assert exchange.deliver(after).by_state() == {FileState.IMPORTED: 1}
    assert exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer()).base == 2


def test_a_file_that_was_written_to_a_retired_key_still_opens(exchange):
    exchange.centre.start()
    late = exchange.send()
    for _ in range(3):
        rotate(exchange)
    reopen_hq(exchange)
    assert len(exchange.hq.home.keys.older) == 3
    assert exchange.deliver(*late).by_state() == {FileState.IMPORTED: 1}


def test_a_centre_that_missed_lists_gets_them_all_with_one_receipt(exchange):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    for n in range(4):
        rotate(exchange, new_reserve=n == 1)
    reopen_hq(exchange)
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    with exchange.centre.home.database.reading() as tx:
        assert [one.number for one, _ in key_lists(tx)] == [1, 2, 3, 4, 5]
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    assert exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer()).base == 2
    assert office_keys(exchange.hq).shown(exchange.hq.actor).behind == 0


def test_a_pack_of_today_brings_the_whole_chain_to_a_new_computer(exchange, tmp_path):
    for n in range(3):
        rotate(exchange, new_reserve=n == 1)
    known = exchange.hq.services.settings.centres()[-1]
    pack = exchange.hq.enrolment.make_pack(exchange.hq.actor, known.number, tmp_path)
    second = Side(new_centre(tmp_path / "second", CENTRE, practice=True))
    second.enrolment.take_pack(second.actor, pack.path, pack.words)
    assert offices(second).number == 4
    second.start()
    assert exchange.deliver(second.outbox.make(second.actor).parts[0].path).by_state() == {
        FileState.IMPORTED: 1
    }
    second.home.close()


def test_a_receipt_under_a_key_that_the_centre_knows_as_retired_is_refused(exchange):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    old = exchange.answer().rename(exchange.root / "old.fieldsync")
    rotate(exchange)
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    with pytest.raises(SyncFileRefused) as refusal:
        exchange.centre.receipts.apply(exchange.centre.actor, old)
    assert refusal.value.code == "retired_key"
    assert refusal.value.title == RESULTS["retired_key"].title


def test_a_home_put_back_to_an_old_copy_is_told_of_the_new_key_again(exchange):
    kept = exchange.copy_of_centre("kept")
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    rotate(exchange)
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    exchange.centre.start()
    exchange.round_trip()
    exchange.put_back(kept)
    assert offices(exchange.centre).number == 1
    exchange.hq.home.close()  # head office tells by its own clock, in seconds, which file it read last
    exchange.hq = Side.opened(exchange.root / "hq", lambda: utc_now() + timedelta(minutes=1))
    exchange.centre.start()
    exchange.round_trip()
    assert offices(exchange.centre).number == 2


def test_how_many_computers_write_with_an_older_list_is_counted(exchange):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    assert rotate(exchange).behind == 1
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    assert office_keys(exchange.hq).shown(exchange.hq.actor).behind == 0


def test_what_is_told_by_telephone_holds_before_and_after_the_change(exchange):
    exchange.centre.start()
    hq, centre = exchange.hq, exchange.centre
    centre_side = (centre.home.database, centre.home.home, centre.home.keys)
    hq_side = (hq.home.database, hq.home.home, hq.home.keys)
    paths = exchange.send()
    note = AdvanceNotes(*centre_side).write(centre.actor, 1)
    rotate(exchange)
    exchange.deliver(*paths)
    assert AdvanceNotes(*hq_side).check(hq.actor, note).batch == 1
    (made,) = ReceiptCodes(*hq_side).make(hq.actor, 1)
    assert ReceiptCodes(*centre_side).enter(centre.actor, made.code).batch == 1
    centre.receipts.apply(centre.actor, exchange.answer())
    centre.start()
    exchange.deliver(*exchange.send())
    newest = ReceiptCodes(*hq_side).make(hq.actor, 1)[0]
    assert ReceiptCodes(*centre_side).enter(centre.actor, newest.code).batch == 2


# ---------------------------------------------------------------- an older list


@pytest.fixture
def with_another(exchange):
    """Lets both sides go by list 2, which names another office too."""
    hq, other = exchange.hq, NodeKeys.generate()
    sealed = (exchange.root / "hq" / "keys" / "reserve.key").read_bytes()
    root = NodeKeys.from_bytes(unwrap(hq.home.data_key, sealed, "reserve keys"))

    def go_on():
        held = offices(hq)
        named = OfficeKey(node=other.key_id, sign=other.public.sign, age=other.public.age)
        second = msgspec.structs.replace(held, number=2, keys=(*held.keys, named))
        for side in (hq, exchange.centre):
            with side.home.database.transaction() as tx:
                take_key_list(tx, {"t": "keys", **second.members(root)})

    return go_on


def test_a_receipt_with_an_older_list_is_taken_without_it_and_says_so(exchange, with_another):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    receipt = exchange.answer()
    with_another()
    taken = exchange.centre.receipts.apply(exchange.centre.actor, receipt)
    assert (taken.base, taken.notes) == (1, ("old_key_list",))
    assert offices(exchange.centre).number == 2


def test_a_pack_with_an_older_list_is_not_taken(exchange, with_another):
    known = exchange.hq.services.settings.centres()[-1]
    pack = exchange.hq.enrolment.make_pack(exchange.hq.actor, known.number, exchange.root)
    with_another()
    take = exchange.centre.enrolment.take_pack
    assert code_of(take, exchange.centre.actor, pack.path, pack.words, kind=SyncFileRefused) == "old_key_list"


def test_a_pack_under_a_retired_key_is_not_taken(exchange):
    known = exchange.hq.services.settings.centres()[-1]
    pack = exchange.hq.enrolment.make_pack(exchange.hq.actor, known.number, exchange.root)
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    rotate(exchange)
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    take = exchange.centre.enrolment.take_pack
    assert code_of(take, exchange.centre.actor, pack.path, pack.words, kind=SyncFileRefused) == "retired_key"


def test_a_batch_is_written_to_every_key_of_the_list(exchange, with_another):
    with_another()
    exchange.centre.start()
    (path,) = exchange.send()
    assert len(peek(path.read_bytes(), lambda _: None).header.recipients) == 3
    assert exchange.deliver(path).by_state() == {FileState.IMPORTED: 1}


# ---------------------------------------------------------------- several officers, old copies


def test_another_officer_is_told_to_open_the_home_again(exchange):
    second = Side.opened(exchange.root / "hq")
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    rotate(exchange)
    known = exchange.hq.services.settings.centres()[-1]
    assert code_of(second.receipts.make, second.actor, exchange.stick) == "keys_changed"
    assert code_of(second.enrolment.make_pack, second.actor, known.number, exchange.stick) == "keys_changed"
    assert code_of(office_keys(second).rotate, second.actor) == "keys_changed"
    second.home.close()
    second = Side.opened(exchange.root / "hq")
    assert len(second.receipts.make(second.actor, exchange.stick)) == 1
    assert second.home.keys.public == exchange.hq.home.keys.public
    second.home.close()


def test_a_database_put_back_to_an_old_copy_goes_on_with_the_newest_list(exchange):
    exchange.hq.home.close()
    shutil.copy(exchange.root / "hq" / "fieldapp.db", exchange.root / "kept.db")
    exchange.hq = Side.opened(exchange.root / "hq")
    rotate(exchange)
    rotate(exchange)
    newest = exchange.hq.home.keys.public
    exchange.hq.home.close()
    for end in ("-wal", "-shm"):
        (exchange.root / "hq" / f"fieldapp.db{end}").unlink(missing_ok=True)
    shutil.copy(exchange.root / "kept.db", exchange.root / "hq" / "fieldapp.db")
    exchange.hq = Side.opened(exchange.root / "hq")
    assert offices(exchange.hq).number == 3
    assert exchange.hq.home.keys.public == newest
    assert rotate(exchange).number == 4


def test_a_home_whose_working_key_is_gone_says_so(exchange):
    rotate(exchange)
    exchange.hq.home.close()
    for file in (exchange.root / "hq" / "keys").glob("office-*.key"):
        file.unlink()
    exchange.hq = Side.opened(exchange.root / "hq")  # the database has it too
    with exchange.hq.home.database.transaction() as tx:
        tx.execute(kept_keys.delete())
    exchange.hq.home.close()
    assert code_of(open_home, exchange.root / "hq", kind=EnvironmentProblem) == "no_key"
    exchange.hq = Side(new_hq(exchange.root / "other", practice=True))


# ---------------------------------------------------------------- the reserve key


def test_the_reserve_key_is_kept_apart_only_when_its_words_were_written_down(exchange, tmp_path):
    keys, officer = office_keys(exchange.hq), exchange.hq.actor
    made = keys.write_reserve(officer, tmp_path)
    assert len(made.words.split()) == 6
    assert b"AGE-SECRET-KEY" not in made.path.read_bytes()
    assert code_of(keys.forget_reserve, officer, made.path, "apple " * 6) == "words"
    assert keys.shown(officer).reserve_here
    keys.forget_reserve(officer, made.path, f"  {made.words.upper()} ")
    assert not keys.shown(officer).reserve_here
    assert not list((exchange.root / "hq" / "keys").glob("reserve*"))
    for act in (keys.rotate, lambda who: keys.write_reserve(who, tmp_path)):
        assert code_of(act, officer) == "reserve_apart"
    assert keys.rotate(officer, made.path, made.words).number == 2


def test_a_reserve_key_of_another_list_signs_nothing(exchange, tmp_path):
    keys, officer = office_keys(exchange.hq), exchange.hq.actor
    first = keys.write_reserve(officer, tmp_path)
    keys.rotate(officer, new_reserve=True)
    assert code_of(keys.rotate, officer, first.path, first.words) == "other_reserve"
    assert code_of(keys.forget_reserve, officer, first.path, first.words) == "other_reserve"
    assert keys.shown(officer).number == 2


def test_a_reserve_file_that_is_none_is_said_to_be_none(exchange, tmp_path):
    keys, officer = office_keys(exchange.hq), exchange.hq.actor
    (tmp_path / "x.reserve").write_bytes(b"no key")
    rotate = keys.rotate
    assert code_of(rotate, officer, tmp_path / "x.reserve", "x", kind=SyncFileRefused) == "not_a_sync_file"
    assert code_of(rotate, officer, tmp_path / "gone", "x", kind=EnvironmentProblem) == "unreadable"
    (tmp_path / "file").write_text("in the way")
    assert code_of(keys.write_reserve, officer, tmp_path / "file", kind=EnvironmentProblem) == "stick_gone"


def test_the_body_of_a_batch_opens_with_the_reserve_key_alone(exchange, tmp_path):
    """With the public tools, as on the day when nothing else is left."""
    exchange.centre.start()
    (path,) = exchange.send()
    keys = office_keys(exchange.hq)
    made = keys.write_reserve(exchange.hq.actor, tmp_path)
    identity = tmp_path / "identity.txt"
    identity.write_text(keys.reserve_identity(exchange.hq.actor, made.path, made.words) + "\n")
    body = tmp_path / "body.age"
    body.write_bytes(bytes(peek(path.read_bytes(), lambda _: None).body))
    opened = subprocess.run(["age", "-d", "-i", identity, body], capture_output=True, check=True)
    plain = subprocess.run(["zstd", "-d"], input=opened.stdout, capture_output=True, check=True).stdout
    assert b'"t":"activity"' in plain


def test_only_an_officer_of_an_office_changes_keys(exchange, tmp_path):
    keys = office_keys(exchange.hq)
    nobody = Actor("x", Duty.OPERATOR)
    for act in (
        keys.shown,
        keys.rotate,
        lambda who: keys.write_reserve(who, tmp_path),
        lambda who: keys.forget_reserve(who, tmp_path, ""),
        lambda who: keys.reserve_identity(who, tmp_path, ""),
    ):
        code_of(act, nobody, kind=NotAllowed)
    centre = office_keys(exchange.centre)
    assert code_of(centre.rotate, Actor("x", Duty.OFFICER)) == "not_an_office"


def test_every_change_stands_in_the_log(exchange, tmp_path):
    keys, officer = office_keys(exchange.hq), exchange.hq.actor
    made = keys.write_reserve(officer, tmp_path)
    keys.rotate(officer)
    keys.forget_reserve(officer, made.path, made.words)
    verbs = ["write_reserve", "rotate_keys", "forget_reserve"]
    with exchange.hq.home.database.reading() as tx:
        said = tx.execute(sa.select(activity_log.c.verb).where(activity_log.c.verb.in_(verbs))).scalars()
        assert list(said) == verbs


def test_no_private_key_lies_open_in_the_folder(exchange):
    rotate(exchange, new_reserve=True)
    secrets = [one.to_bytes() for one in (exchange.hq.home.keys, *exchange.hq.home.keys.older)]
    for file in (exchange.root / "hq" / "keys").iterdir():
        content = file.read_bytes()
        assert b"AGE-SECRET-KEY" not in content
        assert not any(secret[:32] in content for secret in secrets)


def test_a_hand_made_file_to_a_stranger_is_still_for_another_office(exchange):
    rotate(exchange)
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    other = NodeKeys.generate()
    found = exchange.deliver(hand_made(exchange, [], recipients=(other.public.age,)))
    assert found.files[0].code == "other_office"
