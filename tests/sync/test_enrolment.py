"""Packs, words, requests and fingerprints: how head office and a centre come to know each other."""

import pytest
import sqlalchemy as sa

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import EnvironmentProblem, InvalidInput, NotAllowed, SyncFileRefused
from fieldapp.domain.fields import Name
from fieldapp.domain.records import Person, Place, RoleSpan
from fieldapp.homes import new_centre, new_centre_from_pack, new_hq, open_home
from fieldapp.services.records import Query
from fieldapp.storage import state
from fieldapp.storage.state import PACK_SECRET, Centre
from fieldapp.storage.tables import inbox_bytes, inbox_files, packs
from fieldapp.sync.inbox import Counts, FileState
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.office import key_list
from fieldapp.sync.sync_file import peek
from fieldapp.sync.sync_file_frame import plain_chunks
from fieldapp.sync.words import WORDS, choose, new_lock
from tests.sync.exchange import CENTRE, CSC_ID, KASMAR, Side
from tests.sync.two_centres import SECOND, joined

OTHER_ID = "100000000023"


@pytest.fixture
def hq(hq_home):
    return Side(hq_home)


@pytest.fixture
def centre(centre_home):
    return Side(centre_home)


@pytest.fixture
def registered(hq):
    return hq.enrolment.register_centre(hq.actor, CSC_ID, Name(CENTRE.name_hi, CENTRE.name_en), KASMAR.key)


@pytest.fixture
def pack(hq, registered, tmp_path):
    return hq.enrolment.make_pack(hq.actor, registered.number, tmp_path)


def kept(side, name):
    with side.home.database.reading() as tx:
        return state.read(tx, name)


def offices(side):
    with side.home.database.reading() as tx:
        return key_list(tx)


# ---------------------------------------------------------------- the registry


def test_a_centre_is_registered_once_by_its_csc_id(hq, registered):
    assert registered == Centre(1, CSC_ID, CENTRE.name_hi, CENTRE.name_en, KASMAR.key)
    for csc_id, code in ((" 1000 0000 0015", "centre_known"), ("12345", "csc_id"), ("", "csc_id")):
        with pytest.raises(InvalidInput) as refusal:
            hq.enrolment.register_centre(hq.actor, csc_id, Name(), "")
        assert refusal.value.code == code
    second = hq.enrolment.register_centre(hq.actor, OTHER_ID, Name("", "Other"), "")
    assert second.number == 2
    assert [one.centre.csc_id for one in hq.enrolment.centres(hq.actor)] == [CSC_ID, OTHER_ID]


def test_only_an_officer_at_an_office_enrols(hq, centre, registered, tmp_path):
    with pytest.raises(NotAllowed):
        hq.enrolment.make_pack(Actor("x", Duty.OPERATOR), registered.number, tmp_path)
    with pytest.raises(InvalidInput) as refusal:
        centre.enrolment.register_centre(Actor("x", Duty.OFFICER), OTHER_ID, Name(), "")
    assert refusal.value.code == "not_an_office"


# ---------------------------------------------------------------- packs


def test_a_pack_shows_for_whom_it_is_and_the_fingerprint_to_compare(hq, centre, pack):
    shown = centre.enrolment.read_pack(pack.path)
    assert (shown.identity.csc_id, shown.identity.name.en) == (CSC_ID, CENTRE.name_en)
    assert (shown.identity.letter, shown.identity.office.en) == ("A", "Head office")
    assert shown.fingerprint == hq.home.keys.public.fingerprint
    assert len(pack.words.split()) == 6


def test_a_pack_and_its_words_make_the_centre_known_with_its_first_file(hq, centre, pack, tmp_path):
    before = centre.start()
    centre.enrolment.take_pack(centre.actor, pack.path, pack.words)
    after = centre.start()
    letters = [centre.services.activities.get(centre.actor, one).record.letter for one in (before, after)]
    assert letters == ["Z", "A"]
    assert offices(centre).number == 1
    assert offices(centre).recipients[0] == hq.home.keys.public.age
    (made,) = centre.outbox.make(centre.actor).parts
    assert [one.nodes for one in hq.enrolment.centres(hq.actor)] == [()]
    result = hq.inbox.import_all(hq.actor, [made.path])
    assert result.counts == Counts(new=2)
    (known,) = hq.enrolment.centres(hq.actor)
    assert [(one.letter, one.state, one.receipt_due) for one in known.nodes] == [("A", "trusted", True)]
    assert known.unused_packs == ()
    (receipt,) = hq.receipts.make(hq.actor, tmp_path)
    assert kept(centre, PACK_SECRET)
    centre.receipts.apply(centre.actor, receipt.path)
    assert kept(centre, PACK_SECRET) == ""


def test_the_words_may_be_typed_carelessly_but_not_wrongly(centre, pack):
    for wrong in ("", "apple " * 6, " ".join(pack.words.split()[::-1]), pack.words + " apple"):
        with pytest.raises(InvalidInput) as refusal:
            centre.enrolment.take_pack(centre.actor, pack.path, wrong)
        assert refusal.value.code == "words"
    assert offices(centre) is None
    careless = "  " + pack.words.upper().replace(" ", "   ")
    assert centre.enrolment.take_pack(centre.actor, pack.path, careless).csc_id == CSC_ID


def test_the_pack_of_another_centre_is_not_taken(hq, centre, tmp_path):
    other = hq.enrolment.register_centre(hq.actor, OTHER_ID, Name("", "Other"), "")
    pack = hq.enrolment.make_pack(hq.actor, other.number, tmp_path / "other.fieldsync")
    with pytest.raises(InvalidInput) as refusal:
        centre.enrolment.take_pack(centre.actor, pack.path, pack.words)
    assert refusal.value.code == "other_centre"
    assert kept(centre, "letter") == ""


def test_an_office_takes_no_pack(hq, pack):
    with pytest.raises(InvalidInput) as refusal:
        hq.enrolment.take_pack(hq.actor, pack.path, pack.words)
    assert refusal.value.code == "not_a_centre"


def test_a_practice_pack_is_not_taken_by_a_real_home(pack, tmp_path):
    real = Side(new_centre(tmp_path / "real", CENTRE, passphrase="a long passphrase"))
    with pytest.raises(SyncFileRefused) as refusal:
        real.enrolment.take_pack(real.actor, pack.path, pack.words)
    assert refusal.value.code == "practice_file"
    real.home.close()


def test_an_altered_pack_is_refused(centre, pack):
    whole = pack.path.read_bytes()
    for at in (12, 80, 140, len(whole) - 1):
        pack.path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(SyncFileRefused):
            centre.enrolment.take_pack(centre.actor, pack.path, pack.words)
    assert offices(centre) is None


def test_each_computer_of_a_centre_gets_a_letter_of_its_own(hq, registered, tmp_path):
    letters = [hq.enrolment.make_pack(hq.actor, registered.number, tmp_path).letter for _ in range(3)]
    assert letters == ["A", "B", "C"]
    (shown,) = hq.enrolment.centres(hq.actor)
    assert shown.unused_packs == ("A", "B", "C")


def test_a_pack_that_cannot_be_written_uses_up_no_letter(hq, registered, tmp_path):
    with pytest.raises(EnvironmentProblem):
        hq.enrolment.make_pack(hq.actor, registered.number, tmp_path / "none" / "x.fieldsync")
    assert hq.count(sa.select(sa.func.count()).select_from(packs)) == 0


def test_a_pack_serves_one_computer_only(hq, centre, pack, tmp_path):
    twin = Side(new_centre(tmp_path / "twin", CENTRE, practice=True))
    for side in (centre, twin):
        side.enrolment.take_pack(side.actor, pack.path, pack.words)
        side.start()
        side.outbox.make(side.actor)
    first = hq.inbox.import_all(hq.actor, [centre.outbox.batch(centre.actor, 1).parts[0].path])
    second = hq.inbox.import_all(hq.actor, [twin.outbox.batch(twin.actor, 1).parts[0].path])
    assert first.by_state() == {FileState.IMPORTED: 1}
    assert (second.files[0].state, second.files[0].code) == (FileState.QUARANTINE, "unknown_sender")
    request = twin.enrolment.make_request(twin.actor, tmp_path)
    hq.enrolment.enrol(hq.actor, request.path, request.fingerprint)
    assert hq.inbox.import_all(hq.actor).counts == Counts(new=1)
    twin.home.close()


def test_a_second_pack_changes_neither_letter_nor_secret_of_a_known_home(
    hq, centre, pack, registered, tmp_path
):
    centre.enrolment.take_pack(centre.actor, pack.path, pack.words)
    centre.start()
    hq.inbox.import_all(hq.actor, [centre.outbox.make(centre.actor).parts[0].path])
    (receipt,) = hq.receipts.make(hq.actor, tmp_path)
    centre.receipts.apply(centre.actor, receipt.path)
    again = hq.enrolment.make_pack(hq.actor, registered.number, tmp_path)
    centre.enrolment.take_pack(centre.actor, again.path, again.words)
    assert (kept(centre, "letter"), kept(centre, PACK_SECRET)) == ("A", "")


def test_a_pack_of_another_head_office_is_not_taken_once_one_is_known(centre, pack, tmp_path):
    centre.enrolment.take_pack(centre.actor, pack.path, pack.words)
    other = Side(new_hq(tmp_path / "other hq", practice=True))
    known = other.enrolment.register_centre(other.actor, CSC_ID, Name(), "")
    theirs = other.enrolment.make_pack(other.actor, known.number, tmp_path)
    with pytest.raises(SyncFileRefused) as refusal:
        centre.enrolment.take_pack(centre.actor, theirs.path, theirs.words)
    assert refusal.value.code == "bad_key_list"
    assert offices(centre).find(other.home.keys.key_id) is None
    other.home.close()


def test_a_pack_brings_places_and_trainers_and_shows_nobody_elses_eye_a_name(
    hq, centre, registered, tmp_path
):
    trainer = Person(
        id=hq.services.people.new_id(),
        name=Name("सरिता", "Sarita Trainer"),
        mobile="5098765432",
        roles=(RoleSpan(role="MASTER_TRAINER"),),
    )
    place = Place(id=hq.services.places.new_id(), name=Name("नया टोला", "Naya Tola"), parent=KASMAR)
    hq.services.people.save(hq.actor, trainer)
    hq.services.places.save(hq.actor, place)
    pack = hq.enrolment.make_pack(hq.actor, registered.number, tmp_path)
    outer = peek(pack.path.read_bytes(), lambda _: None)
    plain = b"".join(plain_chunks(outer.body))
    assert CENTRE.name_en.encode() in plain
    for secret in ("Sarita", "सरिता", "5098765432", "Naya Tola"):
        assert secret.encode() not in plain
    centre.enrolment.take_pack(centre.actor, pack.path, pack.words)
    assert centre.services.people.get(centre.actor, trainer.id).record == trainer
    assert centre.services.places.get(centre.actor, place.id).record == place


def test_many_packs_are_made_in_one_go_and_can_be_stopped(hq, registered, tmp_path):
    other = hq.enrolment.register_centre(hq.actor, OTHER_ID, Name("पेटरवार", "Petarwar"), "block:322/3070")
    told = []
    numbers = (registered.number, other.number, registered.number)
    made = hq.enrolment.make_packs(
        hq.actor, numbers, tmp_path, lambda n, of: told.append((n, of)), lambda: len(told) == 2
    )
    assert [(one.centre.csc_id, one.letter) for one in made] == [(CSC_ID, "A"), (OTHER_ID, "A")]
    assert told == [(1, 3), (2, 3)]
    assert all(one.path.is_file() for one in made)
    assert len({one.words for one in made}) == 2


# ---------------------------------------------------------------- without a pack


def test_a_request_its_fingerprint_and_then_a_pack(hq, centre, tmp_path):
    centre.start()
    request = centre.enrolment.make_request(centre.actor, tmp_path)
    assert request.fingerprint == centre.home.keys.public.fingerprint
    shown = hq.enrolment.read_request(request.path)
    assert (shown.identity.csc_id, shown.fingerprint) == (CSC_ID, request.fingerprint)
    known = hq.enrolment.enrol(hq.actor, request.path, request.fingerprint.replace(" ", "").upper())
    assert (known.csc_id, known.name_en) == (CSC_ID, CENTRE.name_en)
    pack = hq.enrolment.make_pack(hq.actor, known.number, tmp_path)
    centre.enrolment.take_pack(centre.actor, pack.path, pack.words)
    result = hq.inbox.import_all(hq.actor, [centre.outbox.make(centre.actor).parts[0].path])
    assert result.counts == Counts(new=1)
    (shown,) = hq.enrolment.centres(hq.actor)
    assert shown.unused_packs == ()
    assert [one.letter for one in shown.nodes] == ["A"]


def test_another_fingerprint_enrols_nobody(hq, centre, tmp_path):
    request = centre.enrolment.make_request(centre.actor, tmp_path)
    for told in ("", "abc", "0000", request.fingerprint[:4], request.fingerprint + " 1234"):
        with pytest.raises(InvalidInput) as refusal:
            hq.enrolment.enrol(hq.actor, request.path, told)
        assert refusal.value.code == "fingerprint"
    assert hq.enrolment.centres(hq.actor) == ()


def test_enrolling_twice_changes_nothing(hq, centre, tmp_path):
    request = centre.enrolment.make_request(centre.actor, tmp_path)
    for _ in range(2):
        hq.enrolment.enrol(hq.actor, request.path, request.fingerprint)
    (shown,) = hq.enrolment.centres(hq.actor)
    assert len(shown.nodes) == 1


def test_of_a_request_that_was_read_in_nothing_stays_once_its_sender_is_enrolled(hq, centre, tmp_path):
    request = centre.enrolment.make_request(centre.actor, tmp_path)
    (file,) = hq.inbox.read(hq.actor, [request.path])
    assert file.state is FileState.REQUEST
    left = [sa.select(sa.func.count()).select_from(table) for table in (inbox_files, inbox_bytes)]
    assert [hq.count(one) for one in left] == [1, 1]
    hq.enrolment.enrol(hq.actor, request.path, request.fingerprint)
    assert [hq.count(one) for one in left] == [0, 0]


def test_a_request_with_exchanged_keys_does_not_verify(hq, centre, tmp_path):
    request = centre.enrolment.make_request(centre.actor, tmp_path)
    whole = request.path.read_bytes()
    other = NodeKeys.generate().public
    mine = centre.home.keys.public
    request.path.write_bytes(whole.replace(mine.age.encode(), other.age.encode()))
    with pytest.raises(SyncFileRefused) as refusal:
        hq.enrolment.enrol(hq.actor, request.path, request.fingerprint)
    assert refusal.value.code == "bad_signature"


def test_a_node_of_other_keys_is_not_enrolled_again(hq, centre, tmp_path):
    request = centre.enrolment.make_request(centre.actor, tmp_path)
    hq.enrolment.enrol(hq.actor, request.path, request.fingerprint)
    copied = Side(new_centre(tmp_path / "copied", CENTRE, practice=True))
    with copied.home.database.transaction() as tx:
        state.write(tx, "node", centre.home.keys.key_id)
    theirs = copied.enrolment.make_request(copied.actor, tmp_path)
    with pytest.raises(InvalidInput) as refusal:
        hq.enrolment.enrol(hq.actor, theirs.path, theirs.fingerprint)
    assert refusal.value.code == "node_known"
    copied.home.close()


def test_revoking_needs_a_computer_that_is_enrolled(hq):
    with pytest.raises(InvalidInput) as refusal:
        hq.enrolment.revoke(hq.actor, "ab" * 16)
    assert refusal.value.code == "no_node"


# ---------------------------------------------------------------- keys and words


@pytest.mark.usefixtures("pack")
def test_the_reserve_key_of_a_head_office_is_made_once_and_kept_wrapped(hq, registered, tmp_path):
    first = offices(hq)
    hq.enrolment.make_pack(hq.actor, registered.number, tmp_path)
    assert offices(hq) == first
    kept_file = hq.folder / "keys" / "reserve.key"
    assert first.reserve.encode() not in kept_file.read_bytes()
    assert b"AGE-SECRET-KEY" not in kept_file.read_bytes()
    hq.home.close()
    again = open_home(hq.folder)
    hq.home = again
    with again.database.reading() as tx:
        assert key_list(tx) == first


def test_there_are_two_to_the_eighth_words_and_all_can_be_told_by_telephone():
    assert len(set(WORDS)) == 256
    assert all(word.isascii() and word.isalpha() and word.islower() and 3 <= len(word) <= 9 for word in WORDS)
    assert len({choose() for _ in range(50)}) == 50


def test_a_real_lock_costs_what_is_recommended():
    lock = new_lock(practice=False)
    assert (lock.passes, lock.memory_kib) == (3, 65536)
    assert lock.key("Apple  boy") == lock.key("apple boy") != new_lock(practice=False).key("apple boy")


def test_a_computer_that_moves_to_another_centre_has_a_new_home_there_and_old_records_stay(
    template, tmp_path
):
    """A home belongs to one centre for its whole life; what it wrote stays there, however late it comes."""
    played = joined(template, tmp_path)
    old, hq = played.centre, played.hq
    first = old.start()
    played.bring(old)
    number = {one.csc_id: one.number for one in hq.services.settings.centres()}
    pack = hq.enrolment.make_pack(hq.actor, number[SECOND.csc_id], tmp_path)
    before = old.state_hash()
    with pytest.raises(InvalidInput):
        old.enrolment.take_pack(old.actor, pack.path, pack.words)
    assert old.state_hash() == before
    moved = Side(new_centre_from_pack(tmp_path / "moved", pack.path, pack.words, practice=True))
    there = moved.start()
    late = old.start()
    for side in (moved, old):
        played.bring(side)
    kept = {
        csc_id: {held.record.id for held in hq.services.activities.page(hq.actor, Query(centre=n)).items}
        for csc_id, n in number.items()
    }
    assert (kept[CSC_ID], kept[SECOND.csc_id]) == ({first, late}, {there})
    moved.home.close()
    played.close()
