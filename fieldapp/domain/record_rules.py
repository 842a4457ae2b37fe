"""What the rules say about everything but the roster. Each function is a line in rules.RECORD_RULES.

A function is given a record of any type and yields (path, what is wrong) for what it finds in it.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from fieldapp.domain.codes import ActionState, Consent, EstablishmentKind, Indicator, Unit
from fieldapp.domain.records import (
    ActionPoint,
    Activity,
    Establishment,
    Observation,
    Person,
    Place,
    Record,
    Target,
)
from fieldapp.domain.text import Text

Finds = Iterator[tuple[str, Text]]

FIRST_DAY = date(2016, 1, 1)
"""Nothing of this programme was held before (seed: the milestones begin in December 2016)."""

DAYS_OF_A_ROSTER = 31
"""A row keeps one bit a day for so many days (records.RosterRow.present)."""

NOTICE_DAYS = 7
"""An advance notice in the papers appears at most so many days before (domain reference 1.1)."""

YEAR_AHEAD = timedelta(days=366)
_EARLIEST_BIRTH = 1900
_SHARES = frozenset({Indicator.SMARTPHONE, Indicator.DIGITAL_LITERACY, Indicator.DIGITAL_SHARE})
_WHOLE_PER_CENT = 100


def days_reversed(record: Record) -> Finds:
    """A last day, or a due date, before the first day; a role that ends before it begins."""
    start = getattr(record, "start_date", None)
    spans = [(name, start, getattr(record, name, None)) for name in ("end_date", "due_date")]
    if isinstance(record, Person):
        spans += [(f"roles/{n}/until", one.since, one.until) for n, one in enumerate(record.roles, start=1)]
    for path, first, last in spans:
        if first and last and last < first:
            yield path, Text("The last day {last} lies before the first day {first}.", last=last, first=first)


def times_reversed(record: Record) -> Finds:
    """An end before the start, of an activity of one day and of an officer's stay."""
    if not isinstance(record, Activity):
        return
    spans = [("end_time", record.start_time, record.end_time)] if record.days == 1 else []
    spans += [(f"dignitaries/{n}/left", one.came, one.left) for n, one in enumerate(record.dignitaries, 1)]
    for path, start, end in spans:
        if start and end and end <= start:
            words = {"end": f"{end:%H:%M}", "start": f"{start:%H:%M}"}
            yield path, Text("End time {end} must be after start time {start}.", **words)


def unlikely_day(record: Record) -> Finds:
    """A day before the programme began, or more days than a roster has."""
    if not isinstance(record, Activity):
        return
    if record.start_date and record.start_date < FIRST_DAY:
        yield "start_date", Text("{date} is long ago. Please check the year.", date=record.start_date)
    if record.days > DAYS_OF_A_ROSTER:
        yield "end_date", Text("{n} days: attendance can be marked on the first 31 only.", n=record.days)


def far_ahead(record: Record, today: date) -> Finds:
    """A day more than a year ahead of the computer's clock: a hint only, for the clock may be wrong."""
    day = record.start_date if isinstance(record, Activity) else None
    if day and day > today + YEAR_AHEAD:
        yield "start_date", Text("{date} is more than a year ahead. Please check the year.", date=day)


def press_too_early(record: Record) -> Finds:
    """A report in the papers more than a week before the day it reports."""
    if not isinstance(record, Activity) or not record.start_date:
        return
    earliest = record.start_date - timedelta(days=NOTICE_DAYS)
    for n, item in enumerate(record.media, start=1):
        if item.published and item.published < earliest:
            yield (
                f"media/{n}/published",
                Text(
                    "Published on {date}, more than a week before the programme. Please check the date.",
                    date=item.published,
                ),
            )


def counts_below_the_roster(record: Record) -> Finds:
    """Head-counts or a footfall smaller than the people marked present; one group counted twice."""
    if not isinstance(record, Activity):
        return
    groups: set[str] = set()
    for n, one in enumerate(record.head_counts, start=1):
        if one.group and one.group in groups:
            yield f"head_counts/{n}/group", Text("This group is counted in a line above already.")
        groups.add(one.group)
    heads = sum(one.men + one.women + one.others + one.not_stated for one in record.head_counts)
    counted_at_all = heads or record.footfall
    present = sum(bool(row.present) for row in record.rows if not row.struck) if counted_at_all else 0
    for path, counted in (("head_counts", heads), ("footfall", record.footfall)):
        if 0 < counted < present:
            words = {"counted": counted, "present": present}
            yield path, Text("{counted} were counted, but {present} are present on the roster.", **words)


def unlikely_person(record: Record) -> Finds:
    """A year of birth before 1900; consent that was withdrawn and still stands as given."""
    if not isinstance(record, Person):
        return
    if 0 < record.birth_year < _EARLIEST_BIRTH:
        yield "birth_year", Text("Born in {year}? Please check the year.", year=record.birth_year)
    if record.consent_withdrawn and record.consent == Consent.YES:
        withdrawn = record.consent_withdrawn
        yield "consent", Text("Consent was withdrawn on {date}, but stands as given.", date=withdrawn)


def target_incomplete(record: Record) -> Finds:
    """A target that says something, but not where, not how much, or of what."""
    if not isinstance(record, Target) or record == Target(id=record.id):
        return
    if not record.places and not record.places_unnamed:
        yield "places", Text("This target names no place. Enter places, or how many are not yet named.")
    if not record.amount and not record.share:
        yield "amount", Text("How many, or what share, is to be reached?")
    if not record.activity_kind and not record.establishment_kind and not record.indicator:
        yield "activity_kind", Text("What is to be reached? Choose a programme, establishment or indicator.")


def measure_incomplete(record: Record) -> Finds:
    """A measured value needs its day and its unit, a percentage its two numbers, and is at most 100."""
    if not isinstance(record, Observation) or not (record.value or record.share):
        return
    if not record.end_date:
        yield "end_date", Text("Of which day is this value? Enter the last day it is true of.")
    if record.value and not record.unit:
        yield "unit", Text("The value {value} has no unit.", value=record.value)
    if record.unit == Unit.PERCENT and record.value > _WHOLE_PER_CENT:
        yield "value", Text("{value} per cent is more than the whole.", value=record.value)
    if record.indicator in _SHARES and not record.share:
        yield "share", Text("A percentage needs both numbers: how many, of how many.")


def establishment_incomplete(record: Record) -> Finds:
    """Verified before it was enabled, enabled without a mode, a service without its department."""
    if not isinstance(record, Establishment):
        return
    if record.enabled_on and record.verified_on and record.verified_on < record.enabled_on:
        yield (
            "verified_on",
            Text(
                "Verified on {verified}, before digital payment was enabled on {enabled}.",
                verified=record.verified_on,
                enabled=record.enabled_on,
            ),
        )
    if record.enabled_on and not record.modes:
        yield "modes", Text("Enabled on {date}: which modes are accepted?", date=record.enabled_on)
    if record.kind == EstablishmentKind.GOVT_SERVICE and not record.department:
        yield "department", Text("Which department gives this service?")


def action_point_closed(record: Record) -> Finds:
    """The state and the day of closing say different things."""
    if not isinstance(record, ActionPoint):
        return
    if record.closed_on and record.state not in (ActionState.CLOSED, ActionState.DROPPED):
        yield "state", Text("Closed on {date}, but the status is still open.", date=record.closed_on)
    if record.state == ActionState.CLOSED and not record.closed_on:
        yield "closed_on", Text("On which day was it closed?")


def place_lies_nowhere(record: Record) -> Finds:
    """A place typed here that lies in no known place cannot be counted in its block."""
    if isinstance(record, Place) and record.name and not record.parent.key:
        yield "parent", Text("Choose the block or panchayat it lies in from the list.")
