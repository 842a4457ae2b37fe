"""The rules about everything but the roster: what each finds, where, and that it names the value."""

from datetime import date, time

import pytest

from fieldapp.domain import record_rules
from fieldapp.domain.fields import Name, PlaceRef, Ratio
from fieldapp.domain.records import (
    ActionPoint,
    Activity,
    Dignitary,
    Establishment,
    HeadCount,
    MediaItem,
    Observation,
    Person,
    Place,
    Record,
    RoleSpan,
    RosterRow,
    Target,
    TargetPlace,
)
from fieldapp.domain.rules import check
from fieldapp.language import Language

ID = "1" * 32
DAY, NEXT, EARLIER = date(2017, 1, 14), date(2017, 1, 15), date(2017, 1, 1)
CHAS = PlaceRef("block:322/3066", "Chas")
PRESENT = tuple(RosterRow(row=n, position=n, present=1) for n in (1, 2, 3))
MELAS = Target(id=ID, activity_kind="MELA", amount=9, places_unnamed=9)
PUMP = Establishment(id=ID, kind="PETROL_PUMP", name=Name("", "Pump"))


def mela(**given) -> Activity:
    return Activity(id=ID, kind="MELA", **given)


@pytest.mark.parametrize(
    ("record", "code", "path", "hard", "says"),
    [
        (mela(start_date=NEXT, end_date=DAY), "days_reversed", "end_date", True, "14-01-2017"),
        (Target(id=ID, start_date=NEXT, due_date=DAY), "days_reversed", "due_date", True, "15-01-2017"),
        (
            Person(id=ID, roles=(RoleSpan(role="TRAINEE"), RoleSpan(since=NEXT, until=DAY))),
            "days_reversed", "roles/2/until", True, "14-01-2017",
        ),
        (mela(start_time=time(12), end_time=time(10)), "times_reversed", "end_time", False, "10:00"),
        (
            mela(dignitaries=(Dignitary(came=time(12), left=time(11, 30)),)),
            "times_reversed", "dignitaries/1/left", False, "11:30",
        ),
        (mela(start_date=date(1917, 1, 14)), "unlikely_day", "start_date", False, "14-01-1917"),
        (mela(start_date=DAY, end_date=date(2017, 2, 20)), "unlikely_day", "end_date", False, "38"),
        (
            mela(start_date=DAY, media=(MediaItem(published=EARLIER),)),
            "press_too_early", "media/1/published", False, "01-01-2017",
        ),
        (
            mela(head_counts=(HeadCount(group="BANK", men=2),), rows=PRESENT),
            "counts_below_roster", "head_counts", False, "2 were counted, but 3",
        ),
        (mela(footfall=1, rows=PRESENT), "counts_below_roster", "footfall", False, "1 were counted, but 3"),
        (
            mela(head_counts=(HeadCount(group="BANK", men=2), HeadCount(group="BANK", men=1))),
            "counts_below_roster", "head_counts/2/group", False, "already",
        ),
        (Person(id=ID, birth_year=1870), "unlikely_person", "birth_year", False, "1870"),
        (Person(id=ID, consent="YES", consent_withdrawn=DAY), "unlikely_person", "consent", False, "given"),
        (Target(id=ID, activity_kind="MELA", amount=9), "target_incomplete", "places", False, "no place"),
        (Target(id=ID, indicator="ATMS", places_unnamed=9), "target_incomplete", "amount", False, "How many"),
        (Target(id=ID, amount=9, places_unnamed=9), "target_incomplete", "activity_kind", False, "What is"),
        (Observation(id=ID, value=5, unit="COUNT"), "measure_incomplete", "end_date", False, "which day"),
        (Observation(id=ID, value=5, end_date=DAY), "measure_incomplete", "unit", False, "5 has no unit"),
        (
            Observation(id=ID, value=101, unit="PERCENT", end_date=DAY),
            "measure_incomplete", "value", False, "101 per cent",
        ),
        (
            Observation(id=ID, indicator="SMARTPHONE", value=60, unit="PERCENT", end_date=DAY),
            "measure_incomplete", "share", False, "both numbers",
        ),
        (
            Observation(id=ID, share=Ratio(481, 480), end_date=DAY),
            "impossible_share", "share", True, "481 of 480",
        ),
        (
            Establishment(id=ID, modes=("UPI",), enabled_on=NEXT, verified_on=DAY),
            "establishment_incomplete", "verified_on", False, "14-01-2017",
        ),
        (Establishment(id=ID, enabled_on=DAY), "establishment_incomplete", "modes", False, "14-01-2017"),
        (Establishment(id=ID, kind="GOVT_SERVICE"), "establishment_incomplete", "department", False, "Which"),
        (ActionPoint(id=ID, state="OPEN", closed_on=DAY), "point_closed", "state", False, "14-01-2017"),
        (ActionPoint(id=ID, state="CLOSED"), "point_closed", "closed_on", False, "which day"),
        (Place(id=ID, name=Name("", "Tola")), "place_lies_nowhere", "parent", False, "block or panchayat"),
    ],
)  # fmt: skip
def test_a_rule_finds_what_is_wrong_where_it_is(record: Record, code: str, path: str, hard: bool, says: str):
    (problem,) = [one for one in check(record) if one.code == code]
    assert (problem.path, problem.hard) == (path, hard)
    assert problem.source
    assert says in Language.named("en").render(problem.text)


@pytest.mark.parametrize(
    "record",
    [
        mela(start_date=DAY, end_date=NEXT, start_time=time(10), end_time=time(9), rows=PRESENT, footfall=3),
        mela(start_date=DAY, media=(MediaItem(published=date(2017, 1, 7)),)),
        Person(id=ID, birth_year=1980, roles=(RoleSpan(since=DAY, until=DAY),)),
        MELAS,
        Target(id=ID),
        Target(id=ID, indicator="ATMS", share=Ratio(1, 2), places=(TargetPlace(place=CHAS),)),
        Observation(id=ID, indicator="SMARTPHONE", share=Ratio(312, 480), end_date=DAY),
        Observation(id=ID, indicator="ATMS", value=12, unit="COUNT", end_date=DAY),
        Observation(id=ID),
        PUMP,
        Establishment(id=ID, modes=("UPI",), enabled_on=DAY, verified_on=NEXT),
        ActionPoint(id=ID, gap="x"),
        ActionPoint(id=ID, state="CLOSED", closed_on=DAY),
        Place(id=ID, name=Name("", "Tola"), level="VILLAGE", parent=CHAS),
    ],
)
def test_what_is_in_order_has_no_problem(record: Record):
    assert check(record) == ()


def test_a_day_more_than_a_year_ahead_is_a_hint_that_needs_the_clock():
    (found,) = record_rules.far_ahead(mela(start_date=date(2027, 1, 14)), DAY)
    assert found[0] == "start_date"
    assert not list(record_rules.far_ahead(mela(start_date=date(2018, 1, 14)), DAY))
    assert check(mela(start_date=date(2099, 1, 14))) == ()
