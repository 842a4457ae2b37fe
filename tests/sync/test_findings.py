"""Head office's findings, over the real exchange: found, looked at, decided, and what travels of it."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import InvalidInput, MovedOn, NotAllowed
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.findings import FindingKind, FindingState, Settlement
from fieldapp.domain.records import ONE_RUPEE, PaymentTry, Person
from fieldapp.homes import new_hq
from fieldapp.services.findings import FindingService
from fieldapp.services.records import Query
from fieldapp.storage.database import open_postgresql, stamp, utc_now
from fieldapp.storage.finding_causes import Named
from fieldapp.storage.tables import activity_log
from fieldapp.storage.tables import findings as table
from tests.statements import statements
from tests.sync.exchange import CENTRE, CSC_ID, Side
from tests.sync.two_centres import MOBILE, SECOND, TwoCentres, held, joined, paid, person


@pytest.fixture
def exchange(template, tmp_path) -> Iterator[TwoCentres]:
    found = joined(template, tmp_path)
    yield found
    found.close()


def listed(side: Side, typed: str = "sunita") -> list[str]:
    return [one.record.id for one in side.services.search.people_page(side.actor, Query(text=typed)).items]


# ------------------------------------------------------------ one person at two centres


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ({"mobile": MOBILE, "relation": Name()}, {"mobile": MOBILE, "name": Name("", "Suneeta")}),
        ({}, {"name": Name("", "Smt. Sunita Devi"), "relation": Name("", "Ramesh Mahato")}),
    ],
    ids=["by mobile", "by family"],
)
def test_one_person_at_two_centres_is_found_by_rule(exchange, here, there):
    held(exchange.centre, person(**here))
    held(exchange.second, person(**there))
    exchange.bring(exchange.centre, exchange.second)
    (found,) = exchange.findings()
    assert found.kind is FindingKind.SAME_PERSON
    assert [one.csc_id for one in found.centres] == ["100000000015", "100000000023"]
    one, two = exchange.hq.services.findings.sides(exchange.hq.actor, found.id)
    values = [
        (line.label.msgid, line.value, other.value) for line, other in zip(one.lines, two.lines, strict=True)
    ]
    assert ("Gender", "F", "F") in values


@pytest.mark.parametrize(
    "there",
    [
        {"mobile": MOBILE, "name": Name("मीना देवी", "Meena Devi"), "relation": Name()},
        {"name": Name("मीना देवी", "Meena Devi")},
        {"gender": "M", "mobile": MOBILE},
        {"village": PlaceRef("", "चास")},
        {"struck": True, "mobile": MOBILE},
    ],
    ids=["a shared mobile alone", "another name", "another gender", "another village", "struck"],
)
def test_what_only_looks_alike_is_no_finding(exchange, there):
    held(exchange.centre, person(mobile=MOBILE if "mobile" in there else ""))
    held(exchange.second, person(**there))
    exchange.bring(exchange.centre, exchange.second)
    assert exchange.findings() == ()


def test_a_trainee_who_comes_twice_to_one_centre_is_none(exchange):
    held(exchange.centre, person(mobile=MOBILE))
    held(exchange.centre, person(mobile=MOBILE))
    exchange.bring(exchange.centre)
    assert exchange.findings("") == ()


def test_a_merge_travels_and_makes_one_of_the_rows_at_each_centre_and_so_does_its_undoing(exchange):
    for side in (exchange.centre, exchange.centre, exchange.second):
        held(side, person(mobile=MOBILE))
    exchange.bring(exchange.centre, exchange.second)
    assert len(listed(exchange.centre)) == 2
    assert len(listed(exchange.hq)) == 3
    (found,) = exchange.findings()
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    service.merge(actor, found.id, "seen at both")
    assert exchange.findings() == ()
    (settled,) = exchange.findings(FindingState.SETTLED)
    assert (settled.reason, settled.note, settled.login) == (Settlement.ONE_PERSON, "seen at both", "officer")
    exchange.answer_all()
    assert [len(listed(side)) for side in (exchange.hq, exchange.centre, exchange.second)] == [1, 1, 1]

    service.open_again(actor, found.id)
    assert [one.id for one in exchange.findings()] == [found.id]
    exchange.answer_all()
    assert [len(listed(side)) for side in (exchange.hq, exchange.centre, exchange.second)] == [3, 2, 1]


def test_a_merge_that_a_centre_takes_back_is_asked_about_anew(exchange):
    """Its tombstone says nothing any more of whom the decision was about."""
    ids = []
    for side in (exchange.centre, exchange.centre, exchange.second):
        service = side.services.people
        one = Person(id=service.new_id(), name=Name("सुनीता देवी", "Sunita Devi"), mobile=MOBILE, gender="F")
        ids.append(service.save(side.actor, one).held.record.id)
    merged = exchange.centre.services.people.merge(exchange.centre.actor, ids[0], ids[1]).held
    exchange.bring(exchange.centre, exchange.second)
    exchange.hq.services.findings.merge(exchange.hq.actor, exchange.findings()[0].id)
    assert listed(exchange.hq) == [ids[0]]
    assert exchange.findings() == ()
    decisions = exchange.centre.services.decisions
    decisions.delete(exchange.centre.actor, merged.record.id, merged.version, "taken back")
    exchange.bring(exchange.centre)
    assert [one.kind for one in exchange.findings()] == [FindingKind.SAME_PERSON]


def test_who_comes_after_the_merge_is_asked_about_anew(exchange):
    held(exchange.centre, person(mobile=MOBILE))
    held(exchange.second, person(mobile=MOBILE))
    exchange.bring(exchange.centre, exchange.second)
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    service.merge(actor, exchange.findings()[0].id)
    held(exchange.second, person(mobile=MOBILE))
    exchange.bring(exchange.second)
    (again,) = exchange.findings()
    service.merge(actor, again.id)
    assert exchange.findings() == ()
    assert len(listed(exchange.hq)) == 1


def test_different_people_are_remembered_when_they_come_again(exchange):
    held(exchange.centre, person(mobile=MOBILE))
    held(exchange.second, person(mobile=MOBILE))
    exchange.bring(exchange.centre, exchange.second)
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    (found,) = exchange.findings()
    service.part(actor, found.id, "two sisters")
    held(exchange.centre, person(mobile=MOBILE))
    exchange.bring(exchange.centre)
    assert exchange.findings() == ()
    (settled,) = exchange.findings(FindingState.SETTLED)
    assert (settled.reason, settled.note) == (Settlement.DIFFERENT_PEOPLE, "two sisters")
    assert len(listed(exchange.hq)) == 3


def test_a_finding_goes_when_its_cause_is_corrected_or_taken_out(exchange):
    record = held(exchange.centre, person(mobile=MOBILE))
    held(exchange.second, person(mobile=MOBILE))
    exchange.bring(exchange.centre, exchange.second)
    assert len(exchange.findings()) == 1
    exchange.centre.edit(record, rows=(person(mobile="5000000099", village=PlaceRef("", "चास")),))
    exchange.bring(exchange.centre)
    assert exchange.findings("") == ()
    exchange.centre.edit(record, rows=(person(mobile=MOBILE),))
    exchange.bring(exchange.centre)
    assert len(exchange.findings()) == 1
    for file in exchange.hq.inbox.files(exchange.hq.actor):
        if file.centre_code == SECOND.csc_id:
            exchange.hq.inbox.undo(exchange.hq.actor, file.sha256, "wrong list")
    exchange.index()
    assert exchange.findings("") == ()


# ------------------------------------------------------------ receipt numbers


def test_a_receipt_number_at_two_payments_is_found_and_a_correction_is_asked_where_it_stands(exchange):
    number = "701412345678"
    mine = held(exchange.centre, paid(number))
    held(exchange.second, paid(number, name=Name("गीता", "Geeta")))
    exchange.bring(exchange.centre, exchange.second)
    (found,) = exchange.findings()
    assert (found.kind, found.about) == (FindingKind.REPEATED_RECEIPT, (number,))
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    sides = service.sides(actor, found.id)
    at = next(n for n, side in enumerate(sides) if side.record == mine)
    service.ask(actor, found.id, sides[at], "the same number stands at another centre")
    assert exchange.findings() == ()
    exchange.answer_all()
    (asked,) = exchange.centre.services.decisions.review(exchange.centre.actor, mine).asked
    assert asked.record.field_path == "rows/1/tries/1/reference_number"


def test_whoever_is_asked_is_the_one_that_was_looked_at_whatever_came_meanwhile(exchange):
    number = "701412345678"
    mine = held(exchange.centre, paid(number))
    held(exchange.second, paid(number, name=Name("गीता", "Geeta")))
    exchange.bring(exchange.centre, exchange.second)
    (found,) = exchange.findings()
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    seen = next(side for side in service.sides(actor, found.id) if side.record == mine)
    held(exchange.second, paid(number, name=Name("राधा", "Radha")))
    exchange.bring(exchange.second)
    assert len(service.sides(actor, found.id)) == 3
    exchange.centre.edit(mine, rows=(paid("701412345699"),))
    exchange.bring(exchange.centre)
    with pytest.raises(MovedOn):
        service.ask(actor, found.id, seen, "which payment?")
    assert exchange.hq.services.decisions.about(actor, mine) == ()
    theirs = service.sides(actor, found.id)[-1]
    service.ask(actor, found.id, theirs, "which payment?")
    assert len(exchange.hq.services.decisions.about(actor, theirs.record)) == 1


def test_tries_of_one_payment_may_carry_one_number(exchange):
    failed = PaymentTry(
        slot=1,
        mode="UPI",
        amount_paise=ONE_RUPEE,
        result="FAILED",
        reason="NETWORK",
        reference_number="701412345678",
    )
    good = replace(failed, result="OK", reason="")
    held(exchange.centre, person(tries=(failed, good)))
    exchange.bring(exchange.centre)
    assert exchange.findings("") == ()


# ------------------------------------------------------------ forks


def forked(exchange: TwoCentres) -> str:
    """A session written on from an old copy of the computer; 'first' and 'second' have reached us."""
    record = exchange.centre.start(notes="before")
    exchange.bring(exchange.centre)
    kept = exchange.copy_of_centre("kept")
    exchange.centre.edit(record, notes="first")
    exchange.bring(exchange.centre)
    exchange.put_back(kept)
    exchange.centre.edit(record, notes="second")
    exchange.bring(exchange.centre)
    return record


def test_of_two_versions_the_chosen_one_is_shown_until_it_is_taken_back_and_the_owner_hears(exchange):
    record = forked(exchange)
    (found,) = exchange.findings()
    assert found.kind is FindingKind.FORK
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    shown, other = service.sides(actor, found.id)
    assert (shown.stands, other.stands) == (True, False)
    differs = [(line.label.msgid, line.value) for line in other.lines if line.label.msgid == "Notes"]
    assert differs in ([("Notes", "first")], [("Notes", "second")])
    before = exchange.hq.notes(record)
    service.choose(actor, found.id, other.rev, "as on the sheet")
    assert exchange.hq.notes(record) != before
    assert exchange.findings() == ()
    exchange.answer_all()
    told = exchange.centre.services.overview.today(exchange.centre.actor).asked
    here_is_other = exchange.hq.notes(record) != "second"
    assert [one.decision.record.kind for one in told] == ["VERSION_STANDS"] * here_is_other
    service.open_again(actor, found.id)
    assert exchange.hq.notes(record) == before
    assert len(exchange.findings()) == 1


def test_a_version_that_comes_after_the_choice_is_asked_about_anew(exchange):
    record = forked(exchange)
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    (found,) = exchange.findings()
    sides = service.sides(actor, found.id)
    first = next(side.rev for side in sides for line in side.lines if line.value == "first")
    service.choose(actor, found.id, first)
    assert exchange.hq.notes(record) == "first"
    exchange.centre.edit(record, notes="third")
    exchange.bring(exchange.centre)
    assert [one.id for one in exchange.findings()] == [found.id]
    assert exchange.hq.notes(record) == "third"


# ------------------------------------------------------------ clocks


@pytest.mark.parametrize(("days", "doubted"), [(0, False), (3, True)])
def test_a_clock_that_is_ahead_is_doubted_as_soon_as_its_file_is_imported(exchange, days, doubted):
    exchange.centre.home.database.clock = lambda: utc_now() + timedelta(days=days)
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    assert [one.kind for one in exchange.findings()] == [FindingKind.CLOCK] * doubted


def test_a_clock_that_went_back_is_doubted_and_forgotten_when_the_file_is_taken_out(exchange):
    for days in (0, -40):
        exchange.centre.home.database.clock = lambda days=days: utc_now() + timedelta(days=days)
        exchange.centre.start()
        exchange.round_trip()
    (found,) = exchange.findings()
    own, before = exchange.hq.services.findings.sides(exchange.hq.actor, found.id)
    assert own.lines[0].value.msgid == "Its clock went back since an earlier file"
    assert before.lines[1].value == "1"
    newest = max(exchange.hq.inbox.files(exchange.hq.actor), key=lambda file: file.batch)
    exchange.hq.inbox.undo(exchange.hq.actor, newest.sha256, "wrong clock")
    assert exchange.findings("") == ()


def test_no_question_about_one_file_reads_through_all_that_ever_came(exchange):
    """Every file that is looked into and imported asks whom it is of, what came before and who was erased."""
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    exchange.centre.start()
    hq, database = exchange.hq, exchange.hq.home.database
    with statements(database) as asked:
        (file,) = hq.inbox.read(hq.actor, exchange.send())
        hq.inbox.preview(hq.actor, file.sha256)
        hq.inbox.apply(hq.actor, file.sha256)
    with database.reading() as tx:
        questions = [one for one in asked if one.startswith(("SELECT", "UPDATE", "INSERT", "DELETE"))]
        plans = [tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}").fetchall() for one in questions]
    scans = {row.detail for plan in plans for row in plan if row.detail.startswith("SCAN")}
    assert scans <= {
        "SCAN continuations",  # one line for each computer that was replaced
        "SCAN centres USING COVERING INDEX ix_centres_csc_id",  # a number that is a centre's is no Aadhaar
        "SCAN activity_log USING COVERING INDEX ix_activity_log_erased",
        "SCAN activity_log",  # from its end, for the newest line
        "SCAN CONSTANT ROW",
    }


# ------------------------------------------------------------ settled by rule


def twice_in_two_sessions(exchange: TwoCentres, *numbers: str) -> None:
    """A session of the first centre and one of the second in which these numbers stand."""
    for side, name in ((exchange.centre, "Meena"), (exchange.second, "Geeta")):
        held(side, *(paid(one, number=n, name=Name("", name)) for n, one in enumerate(numbers, 1)))


def reasons(exchange: TwoCentres) -> dict[str, str]:
    """Why each number that stands twice is settled, '' where it is not."""
    return {str(one.about[0]): one.reason for one in exchange.findings("")}


def test_numbers_of_the_same_sessions_are_settled_together_each_with_its_line_and_opened_in_one_go(exchange):
    same, other = ("701412345671", "701412345672", "701412345673"), "701412345674"
    twice_in_two_sessions(exchange, *same)
    twice_in_two_sessions(exchange, other)
    exchange.bring(exchange.centre, exchange.second)
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    first = next(one for one in exchange.findings() if one.about == (same[0],))
    assert service.alike(actor, first.id) == ()
    service.settle(actor, first.id, Settlement.IN_ORDER, "entered twice")
    offered = service.alike(actor, first.id)
    before = exchange.hq.count(settled_lines())
    done = service.settle_alike(actor, first.id, offered)
    assert (len(offered), set(done)) == (2, set(offered))
    assert exchange.hq.count(settled_lines()) - before == 2
    assert reasons(exchange) == {**dict.fromkeys(same, "IN_ORDER"), other: ""}
    assert {one.note for one in exchange.findings(FindingState.SETTLED)} == {"entered twice"}
    service.open_again(actor, *done)
    assert reasons(exchange) == {**dict.fromkeys((*same, other), ""), same[0]: "IN_ORDER"}


def settled_lines() -> sa.Select[tuple[int]]:
    return sa.select(sa.func.count()).where(activity_log.c.verb == "finding_settled")


def test_what_is_asked_or_taken_up_or_was_not_shown_is_settled_for_no_other(exchange):
    numbers = ("701412345671", "701412345672", "701412345673")
    twice_in_two_sessions(exchange, *numbers)
    exchange.bring(exchange.centre, exchange.second)
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    first, second, third = (one.id for one in exchange.findings())
    service.ask(actor, first, service.sides(actor, first)[0], "which?")
    assert service.alike(actor, first) == ()
    service.open_again(actor, first)
    service.look_at(actor, second)
    service.settle(actor, first, Settlement.IN_ORDER)
    assert service.alike(actor, first) == (third,)
    assert service.settle_alike(actor, first, ()) == ()
    assert reasons(exchange).keys() == set(numbers)
    assert sorted(reasons(exchange).values()) == ["", "", "IN_ORDER"]


def test_files_of_one_computer_are_alike_where_they_are_doubted_for_one_reason(exchange):
    for side, days in (
        (exchange.centre, 3),
        (exchange.centre, 4),
        (exchange.second, 3),
        (exchange.centre, 0),
    ):
        side.home.database.clock = lambda days=days: utc_now() + timedelta(days=days)
        side.start()
        exchange.bring(side)
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    doubts = [(one.centres[0].csc_id, one.about[0].msgid) for one in exchange.findings()]
    assert len(doubts) == 4
    ahead = [one for one in exchange.findings() if "ahead" in one.about[0].msgid]
    first = next(one for one in ahead if one.centres[0].csc_id == CSC_ID)
    service.settle(actor, first.id, Settlement.OTHER, "its battery was changed")
    (other,) = service.alike(actor, first.id)
    assert service.find(actor, other).about == first.about
    assert service.find(actor, other).centres == first.centres


def known(
    side: Side, name: str, mobile: str, born: int, relation: str = "Ramesh Mahto", *, hindi: str = ""
) -> str:
    """A person with a record of their own at a centre; its id."""
    service = side.services.people
    words = {"name": Name(hindi, name), "relation": Name("", relation), "gender": "F"}
    one = Person(id=service.new_id(), mobile=mobile, birth_year=born, **words)
    return service.save(side.actor, one).held.record.id


def test_only_people_written_alike_to_the_letter_are_merged_by_rule_and_all_of_it_can_be_taken_back(exchange):
    for side in (exchange.centre, exchange.second):
        known(side, "Sunita Devi", "5000000011", 1990)
        known(side, "Meena Devi", "5000000012", 1985)
        known(side, "Geeta Devi", "5000000013", 1970 if side is exchange.centre else 1971)
        known(side, "Radha Devi", "5000000014", 0)
        known(side, "Sita Devi", "5000000015", 1980, "Mohan" if side is exchange.centre else "Sohan")
    exchange.bring(exchange.centre, exchange.second)
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    assert len(exchange.findings()) == 5
    by_name = {str(one.about[0].en): one.id for one in exchange.findings()}
    service.merge(actor, by_name["Geeta Devi"])
    assert service.alike(actor, by_name["Geeta Devi"]) == ()
    service.merge(actor, by_name["Sunita Devi"])
    assert service.alike(actor, by_name["Sunita Devi"]) == (by_name["Meena Devi"],)
    done = service.settle_alike(actor, by_name["Sunita Devi"], by_name.values())
    assert done == (by_name["Meena Devi"],)
    exchange.answer_all()
    assert len(listed(exchange.hq, "devi")) == 7
    service.open_again(actor, *done)
    assert len(listed(exchange.hq, "devi")) == 8
    assert service.find(actor, by_name["Meena Devi"]).state is FindingState.OPEN


def test_by_rule_whoever_is_of_the_centre_that_was_kept_first_stands_for_the_others_too(exchange):
    for side in (exchange.centre, exchange.second):
        known(side, "Sunita Devi", "5000000011", 1990)
    ids = [known(side, "Meena Devi", "5000000012", 1985) for side in (exchange.centre, exchange.second)]
    exchange.bring(exchange.centre, exchange.second)
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    for keep in (0, 1):
        by_name = {str(one.about[0].en): one.id for one in exchange.findings()}
        service.merge(actor, by_name["Sunita Devi"], keep=keep)
        service.settle_alike(actor, by_name["Sunita Devi"], service.alike(actor, by_name["Sunita Devi"]))
        assert exchange.hq.services.people.alias_of(actor, ids[1 - keep]) == ids[keep]
        service.open_again(actor, *by_name.values())


def test_two_findings_about_the_same_two_people_are_settled_and_opened_together(exchange):
    """Their name sounds different in the two scripts: each sound makes one, with the mobile."""
    for side in (exchange.centre, exchange.second):
        known(side, "Meena Devi", MOBILE, 1990, hindi="सुनीता देवी")
    exchange.bring(exchange.centre, exchange.second)
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    first, second = (one.id for one in exchange.findings())
    for one, other in ((first, second), (second, first)):
        service.merge(actor, one)
        assert service.alike(actor, one) == ()
        assert exchange.findings() == ()
        assert len(listed(exchange.hq, "meena")) == 1
        service.open_again(actor, other)
        assert {one.id for one in exchange.findings()} == {first, second}
        assert len(listed(exchange.hq, "meena")) == 2
        service.part(actor, one)
        assert service.find(actor, other).reason == Settlement.DIFFERENT_PEOPLE
        service.open_again(actor, other)
        assert {one.id for one in exchange.findings()} == {first, second}


# ------------------------------------------------------------ whose it is


@pytest.mark.parametrize("verb", ["merge", "part"])
def test_of_people_nothing_is_said_from_an_old_list_where_another_officer_has_come_first(exchange, verb):
    held(exchange.centre, person(mobile=MOBILE))
    held(exchange.second, person(mobile=MOBILE))
    exchange.bring(exchange.centre, exchange.second)
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    colleague = Actor("colleague", actor.duty)
    (found,) = exchange.findings()
    service.look_at(colleague, found.id)
    refused_as(lambda: getattr(service, verb)(actor, found.id), "taken")
    refused_as(lambda: service.settle(actor, found.id, Settlement.IN_ORDER), "taken")
    service.part(colleague, found.id, "two sisters")
    refused_as(lambda: getattr(service, verb)(actor, found.id), "settled")
    (settled,) = exchange.findings(FindingState.SETTLED)
    assert (settled.reason, settled.note, settled.login) == ("DIFFERENT_PEOPLE", "two sisters", "colleague")


def test_of_versions_another_is_chosen_only_after_the_first_choice_was_taken_back(exchange):
    record = forked(exchange)
    (found,) = exchange.findings()
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    shown, other = service.sides(actor, found.id)
    service.choose(actor, found.id, other.rev)
    chosen = exchange.hq.notes(record)
    refused_as(lambda: service.choose(actor, found.id, shown.rev), "settled")
    assert exchange.hq.notes(record) == chosen


def refused_as(what: Callable[[], None], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        what()
    assert refused.value.code == code


def test_a_finding_is_the_officers_who_took_it_up_whoever_writes_beside_it_until_somebody_takes_it_over(
    exchange,
):
    held(exchange.centre, paid("701412345678"), paid("701412345678", number=2))
    exchange.bring(exchange.centre)
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    colleague = Actor("colleague", actor.duty)
    (found,) = exchange.findings()
    service.look_at(actor, found.id)
    service.note(colleague, found.id, "seen this before")
    assert [one.login for one in exchange.findings("")] == [actor.login]
    with pytest.raises(InvalidInput) as refused:
        service.look_at(colleague, found.id)
    assert (refused.value.code, refused.value.title.args) == ("taken", {"who": actor.login})
    assert service.queue(colleague, state="", mine=True).findings == ()
    service.look_at(colleague, found.id, instead_of=actor.login)
    (theirs,) = service.queue(colleague, state="", mine=True).findings
    assert (theirs.login, theirs.note) == ("colleague", "seen this before")
    assert service.queue(actor, state="").count(mine=True) == 0
    service.settle(colleague, found.id, Settlement.IN_ORDER)
    assert service.queue(colleague, state="", mine=True).findings == ()
    with pytest.raises(InvalidInput, match="settled already"):
        service.look_at(actor, found.id)
    service.open_again(actor, found.id)
    assert [one.login for one in exchange.findings()] == [""]


# ------------------------------------------------------------ the queue


def test_a_finding_is_taken_up_settled_with_a_reason_and_opened_again(exchange):
    held(exchange.centre, paid("701412345678"), paid("701412345678", number=2))
    exchange.bring(exchange.centre)
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    (found,) = exchange.findings()
    service.look_at(actor, found.id)
    queue = service.queue(actor, state="")
    assert (queue.waiting, queue.count(state=FindingState.LOOKING)) == (1, 1)
    service.note(actor, found.id, "I have rung them")
    with pytest.raises(InvalidInput, match="reason"):
        service.settle(actor, found.id, Settlement.OTHER)
    service.settle(actor, found.id, Settlement.IN_ORDER, "one slip for two")
    (settled,) = exchange.findings(FindingState.SETTLED)
    assert (settled.reason, settled.note, settled.login) == ("IN_ORDER", "one slip for two", "officer")
    assert service.queue(actor).waiting == 0
    exchange.centre.start()
    exchange.bring(exchange.centre)
    assert exchange.findings() == ()
    service.open_again(actor, found.id)
    assert service.queue(actor).waiting == 1


def test_only_an_officer_says_something_and_no_forbidden_number(exchange):
    held(exchange.centre, paid("701412345678"), paid("701412345678", number=2))
    exchange.bring(exchange.centre)
    service = exchange.hq.services.findings
    (found,) = exchange.findings()
    with pytest.raises(NotAllowed):
        service.look_at(exchange.centre.actor, found.id)
    with pytest.raises(InvalidInput) as refused:
        service.note(exchange.hq.actor, found.id, "9999 4105 7058")
    assert refused.value.code == "forbidden_number"


def test_a_centre_looks_for_nothing(exchange):
    held(exchange.centre, paid("701412345678"), paid("701412345678", number=2))
    listed(exchange.centre)
    assert exchange.centre.services.findings.queue(exchange.centre.actor, state="").findings == ()


def test_the_day_of_a_session_stands_beside_its_number(exchange):
    held(exchange.centre, person(mobile=MOBILE))
    held(exchange.second, person(mobile=MOBILE))
    exchange.bring(exchange.centre, exchange.second)
    (found,) = exchange.findings()
    for side in exchange.hq.services.findings.sides(exchange.hq.actor, found.id):
        number = exchange.hq.services.activities.get(exchange.hq.actor, side.record).record.printed_number
        assert side.lines[-1].value == f"{number} ({date(2017, 1, 14):%d-%m-%Y})"


def test_on_postgresql_it_is_the_same(exchange, databases):
    url = databases()
    exchange.hq.home.close()
    shutil.rmtree(exchange.root / "hq")
    exchange.hq = Side(new_hq(exchange.root / "hq", practice=True, database_url=url))
    for side in ("centre", "second"):
        getattr(exchange, side).home.close()
        shutil.rmtree(exchange.root / side)
    exchange.centre = exchange.joined_by(CENTRE, "centre")
    exchange.second = exchange.joined_by(SECOND, "second")
    held(exchange.centre, person(mobile=MOBILE))
    held(exchange.second, person(mobile=MOBILE), paid("701412345678", number=2, name=Name("", "Geeta")))
    held(exchange.centre, paid("701412345678", name=Name("", "Meena")))
    exchange.bring(exchange.centre, exchange.second)
    kinds = {one.kind: one for one in exchange.findings()}
    assert kinds.keys() == {FindingKind.SAME_PERSON, FindingKind.REPEATED_RECEIPT}
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    assert all(len(service.sides(actor, one.id)) == 2 for one in kinds.values())
    same = kinds[FindingKind.SAME_PERSON].id
    service.merge(actor, same)
    assert len(listed(exchange.hq)) == 1
    service.open_again(actor, same)
    service.part(actor, same)
    assert len(listed(exchange.hq)) == 2
    twice = kinds[FindingKind.REPEATED_RECEIPT].id
    service.settle(actor, twice, Settlement.IN_ORDER)
    assert service.settle_alike(actor, twice, service.alike(actor, twice)) == ()
    assert service.queue(actor, state="", mine=True).findings == ()
    found = forked(exchange)
    fork = next(one for one in exchange.findings() if one.kind is FindingKind.FORK)
    before = exchange.hq.notes(found)
    service.choose(actor, fork.id, service.sides(actor, fork.id)[1].rev)
    assert exchange.hq.notes(found) != before
    exchange.close()


class Overtaken(FindingService):
    """An officer beside whom another takes up the same finding, and waits for this one, before it is kept."""

    other: Callable[[], None]
    beside: ThreadPoolExecutor
    came: Future[None]

    def _write(self, tx, *given):
        super()._write(tx, *given)
        self.came = self.beside.submit(self.other)
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not self.came.done() and not tx.scalar(waiting):
            pass


def test_of_two_officers_who_take_up_one_finding_at_the_same_moment_one_is_told(tmp_path, databases):
    url = databases()
    hq = Side(new_hq(tmp_path / "hq", practice=True, database_url=url))
    found = Named(FindingKind.REPEATED_RECEIPT, "701412345678")
    with hq.home.database.transaction() as tx:
        known_now = {"live": 1, "state": "OPEN", "at": stamp(utc_now()), "found_at": stamp(utc_now())}
        tx.execute(table.insert().values(id=found.id, **found._asdict(), **known_now))
    server = open_postgresql(url)
    theirs = FindingService(server, hq.services.decisions)
    ours = Overtaken(hq.home.database, hq.services.decisions)
    ours.other = lambda: theirs.look_at(Actor("colleague", hq.actor.duty), found.id.hex())
    with ThreadPoolExecutor(1) as ours.beside:
        ours.look_at(hq.actor, found.id.hex())
        with pytest.raises(InvalidInput) as refused:
            ours.came.result()
    assert refused.value.code == "taken"
    assert ours.find(hq.actor, found.id.hex()).login == hq.actor.login
    server.close()
    hq.home.close()
