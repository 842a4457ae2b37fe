"""The rules: what stops a save, what only hints, and what is asked when an activity is finished."""

from datetime import date, time

import msgspec
import pytest

from fieldapp.domain.fields import Kind, Name, Paise, PlaceRef, Ratio, fields
from fieldapp.domain.finishing import missing_to_finish, open_rows
from fieldapp.domain.records import (
    ONE_RUPEE,
    RECORD_TYPES,
    Activity,
    Observation,
    Partner,
    PaymentTry,
    Person,
    RosterRow,
)
from fieldapp.domain.rules import FIELD_RULES, RECORD_RULES, Setting, check, refusal
from tests import examples

ID = "01" * 16
DAY = date(2017, 1, 14)
AADHAAR = "9999 4105 7058"
PRACTICE = Setting(demo=True)


def codes(record, setting=PRACTICE):
    return {(problem.code, problem.path, problem.hard) for problem in check(record, setting)}


def session(*rows, **given):
    return Activity(id=ID, kind="CHAI_SAMOSA", start_date=DAY, rows=rows, **given)


def paid(slot=1, **given):
    given = {"mode": "AEPS", "amount_paise": ONE_RUPEE, "result": "OK"} | given
    return PaymentTry(slot=slot, **given)


def row(number=1, **given):
    return RosterRow(row=number, position=number * 1024, **given)


@pytest.mark.parametrize("word", RECORD_TYPES)
def test_an_aadhaar_number_is_refused_in_every_text_field(word):
    record_type = RECORD_TYPES[word]
    for one in fields(record_type):
        value = {Kind.TEXT: AADHAAR, Kind.NAME: Name("", AADHAAR), Kind.PLACE: PlaceRef("", AADHAAR)}.get(
            one.kind
        )
        if value is not None:
            record = record_type(id=ID, **{one.name: value})
            assert ("forbidden_number", one.name, True) in codes(record), one.name


def test_an_aadhaar_number_is_refused_in_a_part_of_a_part():
    hidden = row(7, tries=(paid(), paid(2, reference_number="999941057058")))
    assert ("forbidden_number", "rows/7/tries/2/reference_number", True) in codes(session(hidden))
    partner = Partner(organisation="SBI", contact=f"Ravi {AADHAAR}")
    assert ("forbidden_number", "partners/1/contact", True) in codes(session(partners=(partner,)))


def test_a_registered_centre_id_passes_everywhere():
    known = Setting(centre_ids=frozenset({"500100100013"}))
    noted = Person(id=ID, notes="केंद्र 500100100013")
    assert codes(noted, known) == set()
    assert codes(noted) != set()


@pytest.mark.parametrize(
    ("record", "code", "path"),
    [
        (Person(id=ID, notes="x" * 2001), "too_long", "notes"),
        (Person(id=ID, notes="a\x07"), "bad_character", "notes"),
        (Person(id=ID, name=Name("\u202eabc")), "bad_character", "name"),
        (session(row(3, age=121)), "too_large", "rows/3/age"),
        (Activity(id=ID, start_date=DAY, end_date=date(2017, 1, 13)), "days_reversed", "end_date"),
        (Observation(id=ID, share=Ratio(5, 4)), "impossible_share", "share"),
        (Person(id=ID, mobile="12345"), "wrong_mobile", "mobile"),
        (
            session(row(1, tries=(paid(amount_paise=Paise(200)),))),
            "amount_not_a_rupee",
            "rows/1/tries/1/amount_paise",
        ),
    ],
)
def test_what_can_never_be_right_stops_the_save(record, code, path):
    assert (code, path, True) in codes(record)


@pytest.mark.parametrize(
    ("record", "code", "path"),
    [
        (session(start_time=time(11), end_time=time(10)), "times_reversed", "end_time"),
        (session(row(2, mobile="5555555555")), "doubtful_mobile", "rows/2/mobile"),
        (session(row(2, tries=(paid(reference_number="701512345678"),))), None, None),
        (
            session(row(2, tries=(paid(reference_number="702012345678"),))),
            "receipt_of_another_day",
            "rows/2/tries/1/reference_number",
        ),
        (
            session(
                row(1, tries=(paid(reference_number="701412345678"),)),
                row(2, tries=(paid(reference_number="701412345678"),)),
            ),
            "receipt_twice",
            "rows/2/tries/1/reference_number",
        ),
        (session(row(4, name=Name("क"), age=16)), "guardian_missing", "rows/4/guardian"),
        (session(row(4, name=Name("क"), age=16, guardian="माता")), None, None),
        (session(row(4, name=Name("क"), consent="NO")), "kept_without_consent", "rows/4/consent"),
        (session(row(4, tries=(paid(),))), "paid_but_absent", "rows/4/present"),
        (
            session(*(row(n, name=Name("सुनीता देवी"), relation=Name("राजेश")) for n in (1, 2))),
            "same_person_twice",
            "rows/2/name",
        ),
        (session(row(1, name=Name("सुनीता देवी")), row(2, name=Name("सुनीता देवी"))), None, None),
        (session(*(row(n, present=1) for n in range(500))), "more_than_a_trainer_can", "trainer_name"),
        (session(*(row(n, present=1) for n in range(160))), None, None),
        (session(*(row(n, present=1, struck=True) for n in range(500))), None, None),
        (
            session(*(row(n, present=1 << n % 4) for n in range(500)), end_date=date(2017, 1, 17)),
            None,
            None,
        ),
        (Activity(id=ID, kind="MELA", rows=tuple(row(n, present=1) for n in range(500))), None, None),
    ],
)
def test_what_is_doubtful_hints_and_never_blocks(record, code, path):
    found = codes(record)
    assert not any(hard for _, _, hard in found)
    if code is None:
        assert {name for name, _, _ in found} <= {"paid_but_absent"}
    else:
        assert (code, path, False) in found


def test_every_rule_names_its_source_and_has_a_code_of_its_own():
    rules = (*FIELD_RULES, *RECORD_RULES)
    assert all(rule.source for rule in rules)
    assert len({rule.code for rule in rules}) == len(rules)


def test_a_complete_record_with_every_field_has_no_hard_problem():
    for word in RECORD_TYPES:
        for seed in range(5):
            record = examples.sensible(word, seed)
            assert not [problem for problem in check(record, PRACTICE) if problem.hard], word


def test_completion_counts_each_of_the_two_payments_once_and_failed_ones_not_at_all():
    tries = (paid(1, result="FAILED"), paid(1), paid(1), paid(2, result="PENDING"))
    one = row(1, present=1, tries=tries)
    assert one.completed() == 1
    assert msgspec.structs.replace(one, tries=(*tries, paid(2))).completed() == 2


def test_only_rows_that_were_present_and_say_no_reason_are_open():
    rows = (
        row(1, present=1, tries=(paid(1), paid(2))),
        row(2, present=1),
        row(3),
        row(4, present=1, open_reason="NETWORK"),
        row(5, present=1, struck=True),
    )
    assert [one.row for one in open_rows(session(*rows))] == [2]


def test_finishing_asks_for_date_place_trainer_and_people_and_only_hints_at_the_future():
    empty = Activity(id=ID, kind="CHAI_SAMOSA")
    assert [problem.path for problem in missing_to_finish(empty, DAY)] == [
        "start_date",
        "place",
        "trainer_name",
        "rows",
    ]
    full = session(row(present=1), place=PlaceRef("", "खैराचातर"), trainer_name=Name("मीना"))
    assert missing_to_finish(full, DAY) == ()
    assert [problem.hard for problem in missing_to_finish(full, date(2017, 1, 13))] == [False]


def test_a_save_looks_at_what_changed_and_names_the_worst_of_it():
    wrong, fine = row(1, age=300), row(2, age=30)
    before = session(wrong, fine)
    after = msgspec.structs.replace(before, rows=(wrong, row(2, age=31)))
    assert refusal(after, PRACTICE).path == "rows/1/age"
    assert refusal(after, PRACTICE, before) is None
    changed = msgspec.structs.replace(before, rows=(wrong, row(2, age=121, name=Name("", AADHAAR))))
    assert refusal(changed, PRACTICE, before).code == "forbidden_number"


def test_a_save_asks_of_every_row_what_hangs_on_the_kind():
    two_rupees = row(1, tries=(paid(amount_paise=Paise(200)),))
    before = Activity(id=ID, kind="MELA", start_date=DAY, rows=(two_rupees,))
    assert refusal(msgspec.structs.replace(before, notes="x"), PRACTICE, before) is None
    now = msgspec.structs.replace(before, kind="CHAI_SAMOSA")
    assert refusal(now, PRACTICE, before).path == "rows/1/tries/1/amount_paise"


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("word", RECORD_TYPES)
def test_a_save_is_refused_for_the_first_hard_problem_of_the_whole_list(word, seed):
    record = examples.record(word, seed)
    hard = [problem for problem in check(record) if problem.hard]
    assert refusal(record) == (hard[0] if hard else None)
