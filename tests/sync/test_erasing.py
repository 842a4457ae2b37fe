"""Erasing a person across homes: whoever holds something of them lets go of it, and nothing brings it back.

What may stay, by design, is locked: files made before it (outbox, inbox: for head office's keys) and the
copy for the reserve key, each until a day that is said. Looking through what a home opens finds none of it.
"""

import shutil
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import DecisionKind, Role
from fieldapp.domain.errors import InvalidInput, SyncFileRefused
from fieldapp.domain.fields import Name, Ref
from fieldapp.domain.findings import FindingKind
from fieldapp.domain.names import search_tokens
from fieldapp.domain.records import Attachment, PaymentTry, Person, RoleSpan, person_of_row
from fieldapp.homes import Exchange as Exchanging
from fieldapp.homes import new_centre, new_centre_from_pack, new_hq
from fieldapp.storage import integrity, journal
from fieldapp.storage.database import utc_now
from fieldapp.storage.tables import inbox_bytes
from fieldapp.sync.inbox import FileState
from tests.guard import laid_open
from tests.pages import pages
from tests.sync.exchange import CENTRE, Side, enrol, row
from tests.sync.replacing import node_of
from tests.sync.test_block_office import Block
from tests.sync.two_centres import joined

LEAD = Actor("supervisor", "SUPERVISOR")
NAME, MOBILE = Name("चम्पावती किस्कू", "Champawati Kisku"), "5000012321"
WORDS = (NAME.hi, NAME.en, MOBILE, "Champawati")
TOKENS = tuple(f"p{'+' if least else '.'}{one}" for one, least in search_tokens(NAME.hi, NAME.en).items())
"""How the index of names writes them down."""
OTHER = Name("बुधनी सोरेन", "Budhni Soren")


def erase(side, person, actor=LEAD, session=""):
    return side.services.erasing.erase(actor, person, Exchanging.of(side.home).erasures, session)


def left_in(side):
    """What a home still opens of them, the words of its index among it."""
    words = laid_open(side.home)
    with side.home.database.reading() as tx:
        known = {bytes(one).decode() for one in tx.exec_driver_sql("SELECT word FROM search_words").scalars()}
    return [word for word in WORDS if word in words] + [one for one in TOKENS if one in known]


def is_sound(side):
    with side.home.database.reading() as tx:
        wrong = (integrity.altered_revisions, integrity.altered_rows, integrity.broken_pages)
        return not [one for look in wrong for one in look(tx)]


def in_pages(side):
    """The home is started once more and closed: what then lies in its pages, the free ones too."""
    folder, key = side.folder, side.home.data_key
    side.home.close()
    Side.opened(folder).home.close()
    raw = pages(folder, key)
    return [word for word in WORDS if word.encode() in raw]


def person(side, **given):
    one = Person(id=side.services.people.new_id(), name=NAME, mobile=MOBILE, notes=f"{NAME.en} came", **given)
    return side.services.people.save(side.actor, one).held.record.id


def held(side, ref="", **given):
    """A session in which they stand on row 1, beside somebody else; its id."""
    paid = tuple(PaymentTry(slot=n, mode="CARD", result="OK", amount_paise=100) for n in (1, 2))
    theirs = row(1, present=1, gender="F", age=31, tries=paid, remarks="speaks Santali")
    rows = (
        replace(theirs, name=NAME, mobile=MOBILE, person=Ref(ref)),
        replace(row(2, present=1, gender="F", age=40, tries=paid, remarks=f"with {NAME.en}"), name=OTHER),
    )
    given.setdefault("trainer_name", Name("मीना", "Meena"))
    return side.start(rows=rows, last_row=2, notes=f"{NAME.en} helped", **given)


@pytest.fixture
def known(exchange):
    """Somebody with a record and a session, both at head office, found there by name."""
    one = person(exchange.centre)
    session = held(exchange.centre, one)
    exchange.round_trip()
    for side in (exchange.hq, exchange.centre):
        index(side)
        assert set(left_in(side)) >= {*WORDS, *TOKENS}
    return one, session


def index(side):
    while side.services.search.index_more():
        pass
    side.services.search.people(side.actor, "Champawati")


def go_round(played):
    """Whatever waits goes up from both centres, and everybody hears of it."""
    for side in (played.centre, played.second):
        with suppress(InvalidInput):  # nothing is new
            played.bring(side)
    played.answer_all()


def trips(exchange, n=3):
    """Honest round trips of a centre at work."""
    for _ in range(n):
        exchange.centre.start()
        answer = [one.path for one in exchange.hq.receipts.make(exchange.hq.actor, exchange.stick)]
        for path in answer:
            exchange.centre.receipts.receive(exchange.centre.actor, [path])
        with suppress(InvalidInput):  # nothing is new
            exchange.deliver(*exchange.send())
        index(exchange.hq)


# ------------------------------------------------------------ who decides, and who acts


def test_a_centre_does_by_itself_what_head_office_decided(exchange, known):
    one, session = known
    done = erase(exchange.hq, one, exchange.hq.actor)
    assert not done.here
    assert exchange.hq.services.people.get(LEAD, one).record.name == NAME, "its owner has it still"
    taken = exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert taken.erased == 1
    assert left_in(exchange.centre) == []
    trips(exchange)
    assert [left_in(exchange.hq), left_in(exchange.centre)] == [[], []]
    assert is_sound(exchange.hq)
    assert is_sound(exchange.centre)
    assert [one.present for one in exchange.hq.services.activities.get(LEAD, session).record.rows] == [1, 1]
    assert len(list((exchange.centre.folder / "erased").glob("*.age"))) == 1
    assert [in_pages(exchange.centre), in_pages(exchange.hq)] == [[], []]


def test_the_log_of_each_home_says_that_somebody_was_erased_and_not_who(exchange, known):
    erase(exchange.centre, known[0])
    trips(exchange)
    for side in (exchange.centre, exchange.hq):
        with side.home.database.reading() as tx:
            lines = tx.exec_driver_sql("SELECT id FROM activity_log WHERE verb = 'erase'").scalars().all()
        assert bytes.fromhex(known[0]) in map(bytes, lines)


@pytest.mark.parametrize("at_head_office", [False, True])
def test_a_trainee_without_a_record_is_erased_from_their_row(exchange, at_head_office):
    session = held(exchange.centre)
    exchange.round_trip()
    index(exchange.hq)
    record = exchange.centre.services.activities.get(LEAD, session).record
    trainee = person_of_row(session, record.row(1))
    side, actor = (exchange.hq, exchange.hq.actor) if at_head_office else (exchange.centre, LEAD)
    assert side.services.erasing.look(actor, trainee, session).sessions == 1
    erase(side, trainee, actor, session)
    trips(exchange)
    assert [left_in(exchange.hq), left_in(exchange.centre)] == [[], []]
    rows = exchange.hq.services.activities.get(LEAD, session).record.rows
    assert [(one.name, one.age, one.completed()) for one in rows] == [(Name(), 31, 2), (OTHER, 40, 2)]
    assert is_sound(exchange.hq)


def test_a_trainer_of_head_office_goes_from_every_centre(template, tmp_path):
    played = joined(template, tmp_path)
    try:
        hq = played.hq
        trainer = person(hq, roles=(RoleSpan(role=str(Role.MASTER_TRAINER)),))
        for side in (played.centre, played.second):
            side.start()
        go_round(played)
        for side in (played.centre, played.second):
            assert side.services.people.get(LEAD, trainer).record.name == NAME
            side.start(trainer=Ref(trainer), trainer_name=NAME)
        go_round(played)
        erase(hq, trainer, hq.actor)
        for _ in range(2):
            go_round(played)
        index(hq)
        assert [left_in(side) for side in (hq, played.centre, played.second)] == [[], [], []]
        assert all(map(is_sound, (hq, played.centre, played.second)))
    finally:
        played.close()


def test_what_a_centre_asks_about_somebody_of_another_home_is_only_asked(exchange):
    trainer = person(exchange.hq, roles=(RoleSpan(role=str(Role.MASTER_TRAINER)),))
    exchange.centre.start()
    exchange.round_trip()
    assert not erase(exchange.centre, trainer).here
    trips(exchange)
    assert exchange.hq.services.people.get(exchange.hq.actor, trainer).record.name == NAME
    assert exchange.centre.services.people.get(LEAD, trainer).record.name == NAME
    (asked,) = exchange.hq.services.overview.today(exchange.hq.actor).asked
    assert (asked.held.record.id, asked.decision.record.kind) == (trainer, DecisionKind.ERASE_PERSON)
    erase(exchange.hq, trainer, exchange.hq.actor)
    assert exchange.hq.services.overview.today(exchange.hq.actor).asked == ()
    trips(exchange)
    assert [left_in(exchange.hq), left_in(exchange.centre)] == [[], []]


def test_what_head_office_wrote_about_them_goes_too(exchange, known):
    one, session = known
    office, officer = exchange.hq.services.decisions, exchange.hq.actor
    office.ask_correction(officer, session, "is this right?", "rows/1/name", NAME.en)
    office.ask_correction(officer, session, f"{NAME.hi} came twice")
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    erase(exchange.centre, one)
    trips(exchange)
    assert [left_in(exchange.hq), left_in(exchange.centre)] == [[], []]


def besides_clocks(findings):
    """What is found whatever the clock of this computer says."""
    return [one for one in findings if one.kind != FindingKind.CLOCK]


def test_what_was_found_out_about_them_is_forgotten(exchange):
    """A receipt number that stands twice, and what the officer noted beside it."""
    one, receipt = person(exchange.centre), "701412345678"
    paid = PaymentTry(slot=1, mode="UPI", amount_paise=100, result="OK", reference_number=receipt)
    theirs = replace(row(1, present=1, tries=(paid,)), name=NAME, person=Ref(one))
    exchange.centre.start(rows=(theirs,), last_row=1)
    exchange.centre.start(rows=(replace(row(1, present=1, tries=(paid,)), name=OTHER),), last_row=1)
    exchange.round_trip()
    hq, officer = exchange.hq, exchange.hq.actor
    index(hq)
    (found,) = besides_clocks(hq.services.findings.queue(officer).findings)
    hq.services.findings.note(officer, found.id, f"{NAME.en} was asked")
    erase(exchange.centre, one)
    trips(exchange)
    assert besides_clocks(hq.services.findings.queue(officer).findings) == []
    with hq.home.database.reading() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM findings WHERE kind <> 'CLOCK'").scalar() == 0
    assert left_in(hq) == []


# ------------------------------------------------------------ nothing brings it back


def test_files_from_before_bring_nothing_back_whenever_they_come(exchange, known):
    exchange.centre.edit(known[0], "person", notes=f"{NAME.en} came twice")
    late = exchange.send(full=True)
    erase(exchange.centre, known[0])
    assert not list(exchange.centre.home.home.outbox.glob("*.fieldsync")), (
        "no file from before is copied again"
    )
    trips(exchange)
    exchange.deliver(*late)
    exchange.deliver(*late)
    index(exchange.hq)
    assert left_in(exchange.hq) == []
    assert exchange.hq.services.people.page(LEAD).total == 0
    assert is_sound(exchange.hq)


def test_a_computer_put_back_to_an_old_copy_is_emptied_again_by_the_next_receipt(exchange, known):
    kept = exchange.copy_of_centre("kept")
    erase(exchange.centre, known[0])
    trips(exchange)
    centre = exchange.put_back(kept)
    assert set(left_in(centre)) >= set(WORDS)
    trips(exchange)
    assert [left_in(exchange.hq), left_in(centre)] == [[], []]
    with exchange.hq.home.database.reading() as tx:
        assert all(len(leaves) == 1 for _, leaves in journal.all_leaves(tx)), "the same again is no fork"
    assert in_pages(centre) == []


def test_a_copy_that_went_on_writing_forks_and_is_emptied_in_both_versions(exchange, known):
    kept = exchange.copy_of_centre("kept")
    erase(exchange.centre, known[0])
    trips(exchange)
    centre = exchange.put_back(kept)
    centre.edit(known[1], expected=7)
    exchange.deliver(*exchange.send(full=True))
    index(exchange.hq)
    shown = exchange.hq.services.activities.get(LEAD, known[1]).record
    assert shown.rows[0].name == Name(), "what was emptied is shown, whichever version is longer"
    trips(exchange)
    assert [left_in(exchange.hq), left_in(centre)] == [[], []]


def test_what_a_dead_computer_said_last_goes_after_a_year(exchange, known):
    """A version that its computer never empties, and a copy whose owner never hears of it."""
    kept = exchange.copy_of_centre("kept")
    erase(exchange.centre, known[0])
    trips(exchange)
    centre = exchange.put_back(kept)
    centre.edit(known[1], expected=7)
    other = person(centre)
    exchange.deliver(*exchange.send(full=True))
    hq, officer = exchange.hq, exchange.hq.actor
    index(hq)
    erase(hq, other, officer)
    assert set(left_in(hq)) >= {*WORDS, *TOKENS}
    hq.home.close()
    exchange.hq = hq = Side.opened(hq.folder, lambda: utc_now() + timedelta(days=365))
    assert left_in(hq) != []
    hq.home.close()
    exchange.hq = hq = Side.opened(hq.folder, lambda: utc_now() + timedelta(days=367))
    assert left_in(hq) == []
    assert is_sound(hq)


def test_a_database_put_back_under_the_home_is_emptied_at_the_next_start(exchange, known):
    kept = exchange.copy_of_centre("kept")
    erase(exchange.centre, known[0])
    exchange.centre.home.close()
    shutil.copy(kept / "fieldapp.db", exchange.centre.folder / "fieldapp.db")
    exchange.centre = Side.opened(exchange.centre.folder)
    assert left_in(exchange.centre) == []


def test_a_head_office_put_back_hears_of_it_again_also_after_later_edits(exchange, known):
    hq = exchange.hq
    hq.home.close()
    kept = exchange.root / "kept office"
    shutil.copytree(hq.folder, kept)
    exchange.hq = Side.opened(hq.folder)
    erase(exchange.centre, known[0])
    exchange.round_trip()
    exchange.centre.edit(known[1], expected=9)
    exchange.round_trip()
    exchange.hq.home.close()
    shutil.rmtree(exchange.hq.folder)
    shutil.copytree(kept, exchange.hq.folder)
    exchange.hq = Side.opened(exchange.root / "hq")
    assert set(left_in(exchange.hq)) >= set(WORDS)
    trips(exchange)
    assert left_in(exchange.hq) == []
    assert exchange.hq.services.activities.get(LEAD, known[1]).record.expected == 9


def test_a_file_that_was_on_its_way_when_somebody_was_erased_brings_nothing_when_it_comes_last(exchange):
    """The file after it begins at the same place, and speaks of nothing but the emptied records."""
    one = person(exchange.centre)
    session = held(exchange.centre, one)
    late = exchange.send()
    erase(exchange.centre, one)
    exchange.deliver(*exchange.send())
    assert left_in(exchange.hq) == []
    exchange.deliver(*late)
    index(exchange.hq)
    assert left_in(exchange.hq) == []
    assert is_sound(exchange.hq)
    (first, *_) = [file for file in exchange.hq.inbox.files(exchange.hq.actor) if file.batch == 1]
    assert exchange.hq.inbox.preview(exchange.hq.actor, first.sha256).kept_until is not None
    assert [row.present for row in exchange.hq.services.activities.get(LEAD, session).record.rows] == [1, 1]


@pytest.mark.parametrize("made_before", [True, False])
def test_records_given_back_to_a_new_computer_do_not_bring_it_back(exchange, known, made_before):
    hq, officer = exchange.hq, exchange.hq.actor
    pack = hq.enrolment.make_pack(officer, 1, exchange.root)
    new = Side(new_centre_from_pack(exchange.root / "new", pack.path, pack.words, practice=True))
    new.start()
    made = new.outbox.make(new.actor, target=exchange.stick)
    exchange.deliver(*(one.path for one in made.copies))
    node, old = node_of(new).hex(), node_of(exchange.centre).hex()
    if made_before:
        gift = hq.giving_back.make(officer, node, exchange.root)
    erase(exchange.centre, known[0])
    exchange.deliver(*exchange.send())
    index(hq)
    hq.continuing.confirm(officer, node, old)
    if not made_before:
        gift = hq.giving_back.make(officer, node, exchange.root)
    for file in gift.files:
        new.receipts.take_back(new.actor, file.path)
    exchange.centre.home.close()
    exchange.centre = new
    trips(exchange)
    assert [left_in(exchange.hq), left_in(new)] == [[], []]
    assert is_sound(new)


def test_taking_the_file_that_said_it_out_again_brings_nothing_back(exchange, known):
    erase(exchange.centre, known[0])
    (path,) = exchange.send()
    (file,) = exchange.deliver(path).files
    index(exchange.hq)
    exchange.hq.inbox.undo(exchange.hq.actor, file.sha256, "test")
    index(exchange.hq)
    assert left_in(exchange.hq) == []
    assert is_sound(exchange.hq)
    rows = exchange.hq.services.activities.get(LEAD, known[1]).record.rows
    assert [one.present for one in rows] == [1, 1], "what is counted stays shown"
    trips(exchange)
    exchange.deliver(path)
    assert left_in(exchange.hq) == []


def test_a_receipt_that_was_lost_or_comes_late_changes_nothing_in_the_end(exchange, known):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    stale = exchange.answer()
    erase(exchange.hq, known[0], exchange.hq.actor)
    exchange.answer().unlink()
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    trips(exchange)
    exchange.centre.receipts.apply(exchange.centre.actor, stale)
    trips(exchange)
    assert [left_in(exchange.hq), left_in(exchange.centre)] == [[], []]


# ------------------------------------------------------------ where else they stand


def test_deleted_sessions_and_rows_that_are_gone_let_go_of_them_too(exchange, known):
    one, _ = known
    centre = exchange.centre
    gone, without = held(centre, one), held(centre)
    exchange.round_trip()
    activities = centre.services.activities
    activities.delete(centre.actor, gone, activities.get(LEAD, gone).version, "x")
    record = centre.services.activities.get(LEAD, without).record
    centre.edit(without, rows=(replace(record.row(1), person=Ref(one)), record.row(2)))
    centre.edit(without, rows=(record.row(2),), notes="")
    exchange.round_trip()
    erase(centre, one)
    trips(exchange)
    remains = centre.services.activities.get(LEAD, gone)
    assert remains.deleted, "an erased session that was deleted stays so"
    assert [left_in(exchange.hq), left_in(centre)] == [[], []]
    assert exchange.hq.services.activities.get(LEAD, gone).deleted


def test_two_people_who_are_one_by_decision_are_erased_together_at_both_centres(template, tmp_path):
    played = joined(template, tmp_path)
    try:
        one, two = (person(side) for side in (played.centre, played.second))
        sessions = [held(played.centre, one), held(played.second)]
        played.bring(played.centre, played.second)
        index(played.hq)
        hq, officer = played.hq, played.hq.actor
        hq.services.people.merge(officer, two, one)
        trainee = person_of_row(sessions[1], hq.services.activities.get(officer, sessions[1]).record.row(1))
        (found,) = besides_clocks(played.findings())
        hq.services.findings.merge(officer, found.id)
        played.answer_all()
        assert hq.services.people.alias_of(officer, trainee) in (one, two)
        erase(played.centre, one)
        for _ in range(3):
            go_round(played)
        assert [left_in(side) for side in (hq, played.centre, played.second)] == [[], [], []]
    finally:
        played.close()


def test_what_was_noted_of_them_is_said_of_nobody_who_is_settled_in_the_same_way(template, tmp_path):
    """A decision about others would keep their name where nothing of them is looked for."""
    played = joined(template, tmp_path)
    try:
        alike = {"relation": Name("", "Ramesh Mahto"), "gender": "F", "birth_year": 1980}
        for side in (played.centre, played.second):
            one = person(side, **alike)
            other = Person(id=side.services.people.new_id(), name=OTHER, mobile="5000012322", **alike)
            side.services.people.save(side.actor, other)
        played.bring(played.centre, played.second)
        index(played.hq)
        service, officer = played.hq.services.findings, played.hq.actor
        first = next(found for found in besides_clocks(played.findings()) if NAME in found.about)
        service.merge(officer, first.id, f"{NAME.en} has one card")
        assert len(service.settle_alike(officer, first.id, service.alike(officer, first.id))) == 1
        played.answer_all()
        erase(played.hq, one, officer)
        for _ in range(3):
            go_round(played)
        assert [left_in(side) for side in (played.hq, played.centre, played.second)] == [[], [], []]
    finally:
        played.close()


def test_no_centre_can_have_the_people_of_another_erased(template, tmp_path):
    """It calls its own person and theirs one, and erases its own."""
    played = joined(template, tmp_path)
    try:
        one, two = (person(side) for side in (played.centre, played.second))
        played.bring(played.centre, played.second)
        said = played.centre.services.people.different(played.centre.actor, one, one).held.record
        played.centre.services.decisions.save(
            played.centre.actor,
            replace(said, kind="SAME_PERSON", about=Ref(two), other=Ref(one)),
            played.centre.services.decisions.get(LEAD, said.id).version,
        )
        erase(played.centre, one)
        for _ in range(3):
            go_round(played)
        assert played.second.services.people.get(LEAD, two).record.name == NAME
    finally:
        played.close()


def test_while_a_session_is_amended_it_waits_and_is_emptied_at_the_next_start(exchange, known):
    one, session = known
    activities, actor = exchange.centre.services.activities, exchange.centre.actor
    activities.finish(actor, session, activities.get(actor, session).version, 2)
    exchange.round_trip()
    activities.amend(actor, session, activities.get(actor, session).version, "again")
    erase(exchange.hq, one, exchange.hq.actor)
    exchange.centre.receipts.apply(actor, exchange.answer())
    assert activities.get(actor, session).record.row(1).name == NAME
    activities.finish(actor, session, activities.get(actor, session).version, 2)
    exchange.reopen_centre()
    trips(exchange)
    assert [left_in(exchange.hq), left_in(exchange.centre)] == [[], []]


def test_photographs_whose_captions_name_them_go_everywhere(exchange, known):
    one, session = known
    blobs = exchange.centre.blobs
    names = [blobs.keep(b"picture of them"), blobs.keep(b"picture of the room")]
    captions = [f"{NAME.en} pays", "The room"]
    exchange.centre.edit(
        session,
        attachments=tuple(
            Attachment(sha256=name, kind="PHOTOGRAPH", media_type="image/jpeg", size=15, caption=caption)
            for name, caption in zip(names, captions, strict=True)
        ),
    )
    exchange.round_trip()
    assert exchange.hq.blobs.holds(names[0])
    assert exchange.centre.services.erasing.look(LEAD, one).pictures == 2
    assert erase(exchange.centre, one).pictures == 1
    trips(exchange)
    for side in (exchange.centre, exchange.hq):
        assert [side.blobs.holds(name) for name in names] == [False, True]
        assert left_in(side) == []


def test_names_within_longer_words_stay(exchange):
    """They are called Sita, and the fair is at Sitamarhi: a number is found anywhere."""
    one = person(exchange.centre)
    exchange.centre.edit(one, "person", name=Name("सीता", "Sita"))
    picture = exchange.centre.blobs.keep(b"picture of the fair")
    fair = Attachment(
        sha256=picture, kind="PHOTOGRAPH", media_type="image/jpeg", size=19, caption="सीतामढ़ी मेला, Sitamarhi"
    )
    session = held(exchange.centre, one)
    exchange.centre.edit(session, attachments=(fair,), notes=f"सीतामढ़ी में सीता, सीता।\nSita (+91{MOBILE})")
    erase(exchange.centre, one)
    left = exchange.centre.services.activities.get(LEAD, session).record
    assert left.attachments == (fair,)
    assert exchange.centre.blobs.holds(picture)
    assert left.notes == "सीतामढ़ी में –, –।\n– (+91–)"


def test_who_was_erased_cannot_be_brought_back_by_hand(exchange, known):
    people = exchange.centre.services.people
    erase(exchange.centre, known[0])
    held_now = people.get(LEAD, known[0])
    with pytest.raises(InvalidInput) as refused:
        people.restore(LEAD, known[0], held_now.version)
    assert refused.value.code == "erased"
    with pytest.raises(InvalidInput):
        people.save(LEAD, replace(held_now.record, name=NAME), held_now.version)


# ------------------------------------------------------------ copies of what others wrote


def test_a_block_office_lets_go_of_its_copy_though_nothing_newer_passes_by_it(tmp_path):
    played = Block(tmp_path)
    try:
        one = person(played.centre)
        session = held(played.centre, one)
        played.by_the_block()
        played.hq.inbox.import_all(played.hq.actor, [played.stick])
        index(played.block)
        assert set(left_in(played.block)) >= {*WORDS, *TOKENS}
        erase(played.centre, one)
        played.up(played.centre)
        played.down(played.block, played.centre)
        assert left_in(played.block) == []
        assert is_sound(played.block)
        assert [one.present for one in played.block.services.activities.get(LEAD, session).record.rows] == [
            1,
            1,
        ]
        played.centre.edit(session, expected=5)
        played.by_the_block()
        assert played.block.services.activities.get(LEAD, session).record.expected == 5
        assert left_in(played.block) == []
        assert is_sound(played.block)
        assert in_pages(played.block) == []
        played.block = Side.opened(played.block.folder)
    finally:
        played.close()


def test_what_a_block_office_decided_is_done_by_the_centre_too(tmp_path):
    played = Block(tmp_path)
    try:
        one = person(played.centre)
        held(played.centre, one)
        played.by_the_block()
        erase(played.block, one, played.block.actor)
        folder = tmp_path / "from the block"
        folder.mkdir()
        played.block.receipts.make(played.block.actor, folder)
        played.centre.receipts.receive(played.centre.actor, [folder])
        assert left_in(played.centre) == []
        played.by_the_block()
        played.hq.inbox.import_all(played.hq.actor, [played.stick])
        index(played.hq)
        assert [left_in(played.hq), left_in(played.block)] == [[], []]
    finally:
        played.close()


def test_the_second_computer_of_a_centre_lets_go_of_what_it_only_reads_and_of_what_it_wrote(exchange, known):
    """It writes a session of its own in which they stand, and reads those of the first one."""
    hq, officer = exchange.hq, exchange.hq.actor
    pack = hq.enrolment.make_pack(officer, 1, exchange.root)
    second = Side(new_centre_from_pack(exchange.root / "second", pack.path, pack.words, practice=True))
    try:
        second.start()
        exchange.deliver(*(file.path for file in second.outbox.make(second.actor).parts))
        gift = hq.giving_back.make(officer, node_of(second).hex(), exchange.root)
        for file in gift.files:
            second.receipts.take_back(second.actor, file.path)
        own = held(second, known[0])
        index(second)
        assert set(left_in(second)) >= {*WORDS, *TOKENS}
        erase(exchange.centre, known[0])
        for _ in range(2):
            exchange.centre.start()
            exchange.deliver(*exchange.send())
            second.start()
            exchange.deliver(*(file.path for file in second.outbox.make(second.actor).parts))
            for made in hq.receipts.make(officer, exchange.stick):
                for side in (exchange.centre, second):
                    side.receipts.receive(side.actor, [made.path])
        index(hq)
        assert [left_in(side) for side in (hq, exchange.centre, second)] == [[], [], []]
        assert is_sound(second)
        assert second.services.activities.get(LEAD, own).record.rows[0].present == 1
    finally:
        second.home.close()


def test_at_a_head_office_on_postgresql_it_is_the_same(exchange, databases, tmp_path):
    exchange.hq.home.close()
    hq = exchange.hq = Side(new_hq(tmp_path / "office", practice=True, database_url=databases()))
    second = Side(new_centre(tmp_path / "another", CENTRE, practice=True))
    exchange.centre.home.close()
    exchange.centre = second
    enrol(hq, second, tmp_path)
    one = person(second)
    trainee_in = held(second)
    held(second, one)
    exchange.round_trip()
    index(hq)
    assert set(left_in(hq)) >= {*WORDS, *TOKENS}
    row_one = second.services.activities.get(LEAD, trainee_in).record.row(1)
    erase(hq, one, hq.actor)
    erase(hq, person_of_row(trainee_in, row_one), hq.actor, trainee_in)
    trips(exchange)
    assert [left_in(hq), left_in(second)] == [[], []]
    assert is_sound(hq)
    assert hq.inbox.preview(hq.actor, hq.inbox.files(hq.actor)[0].sha256).kept_until is not None
    Exchanging.of(hq.home).erasures.catch_up(hq.actor)


# ------------------------------------------------------------ what is kept, locked, and until when


def test_files_from_before_show_nobody_and_are_destroyed_a_year_later(exchange, known, monkeypatch):
    hq, officer = exchange.hq, exchange.hq.actor
    erase(exchange.centre, known[0])
    trips(exchange)
    old = [one for one in hq.inbox.files(officer) if one.state is FileState.IMPORTED]
    first = old[0].sha256
    shown = hq.inbox.preview(officer, first)
    assert not [one for one in shown.rows if one.id == known[0] and one.head is not None]
    assert shown.kept_until is not None
    assert (shown.kept_until - hq.home.database.today()).days == 366
    erasures = Exchanging.of(hq.home).erasures
    kept = hq.count(sa.select(sa.func.count()).select_from(inbox_bytes))
    erasures.catch_up(officer)
    assert hq.count(sa.select(sa.func.count()).select_from(inbox_bytes)) == kept
    clock = hq.clock
    monkeypatch.setattr(hq.home.database, "clock", lambda: clock().replace(year=clock().year + 2))
    erasures.catch_up(officer)
    assert hq.count(sa.select(sa.func.count()).select_from(inbox_bytes)) == kept - 1
    assert not hq.inbox.content(officer, first)
    gone = hq.inbox.preview(officer, first)
    assert (gone.file.state, gone.rows, gone.notes) == (FileState.IMPORTED, (), ("bytes_destroyed",))
    assert gone.counts == shown.counts
    again = exchange.deliver(*exchange.stick.glob("*.fieldsync"))
    assert again.counts.total == 0
    hq.inbox.undo(officer, first, "test")
    with pytest.raises(SyncFileRefused) as refused:
        hq.inbox.offer_again(officer, first)
    assert refused.value.code == "bytes_destroyed"
