"""The rules: one function each, all named in RULES with their source.

A hard problem stands at its field and stops the save; there are few, and none depends on the clock. A soft
one is a hint and never blocks. Completeness is asked only when an activity is finished.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from fieldapp.domain.canonical import FORBIDDEN_TEXT
from fieldapp.domain.codes import ActivityKind, Consent, PaymentResult
from fieldapp.domain.fields import Field, Kind, fields, in_key_order
from fieldapp.domain.identifiers import find_forbidden_number, mobile, mobile_doubt, rrn_day, rrn_fits
from fieldapp.domain.records import ONE_RUPEE, PAYMENTS_TO_COMPLETE, Activity, Record, RosterRow
from fieldapp.domain.text import Text

ADULT_AGE = 18
"""Under this age a guardian agrees (DPDP Act 2023, section 9)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule found. path: 'start_date', 'rows/12/age' (row number), 'partners/2/contact' (from 1)."""

    code: str
    path: str
    text: Text
    hard: bool
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    code: str
    hard: bool
    source: str
    find: "Callable[[Record, Setting], Iterator[tuple[str, Text]]]"


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rules may know besides the record: practice home or not, and the registered centre IDs."""

    demo: bool = False
    centre_ids: frozenset[str] = frozenset()


def check(record: Record, setting: Setting = Setting()) -> tuple[Problem, ...]:
    """Everything the rules say about a record, hard problems first, else in the order of RULES."""
    found = [
        Problem(rule.code, path, text, rule.hard, rule.source)
        for rule in RULES
        for path, text in rule.find(record, setting)
    ]
    return tuple(sorted(found, key=lambda problem: not problem.hard))


def _walk(item: msgspec.Struct, path: str = "") -> Iterator[tuple[str, Field, Any]]:
    """Every field of a record and of its parts with its path and value; empty ones too."""
    for one in fields(type(item)):
        value = getattr(item, one.name)
        if one.kind is not Kind.PARTS:
            yield path + one.name, one, value
            continue
        key = getattr(one.part, "key_field", "")
        for n, part in enumerate(in_key_order(one, value), start=1):
            own = getattr(part, key) if key else n
            yield from _walk(part, f"{path}{one.name}/{own}/")


def _texts(one: Field, value: Any) -> tuple[str, ...]:
    if one.kind is Kind.TEXT:
        return (value,)
    if one.kind is Kind.NAME:
        return (value.hi, value.en)
    return (value.words,) if one.kind is Kind.PLACE else ()


def _too_long(record: Record, _: Setting) -> Iterator[tuple[str, Text]]:
    for path, one, value in _walk(record):
        if any(len(text) > one.longest for text in _texts(one, value)):
            yield path, Text("{label} has more than {n} characters.", label=Text(one.label), n=one.longest)


def _bad_characters(record: Record, _: Setting) -> Iterator[tuple[str, Text]]:
    for path, one, value in _walk(record):
        if any(FORBIDDEN_TEXT.search(text) for text in _texts(one, value) if not text.isprintable()):
            yield path, Text("There is a character here that cannot be kept. Type the text again.")


def _too_large(record: Record, _: Setting) -> Iterator[tuple[str, Text]]:
    for path, one, value in _walk(record):
        if one.kind in (Kind.WHOLE, Kind.MONEY) and not 0 <= value <= one.most:
            yield path, Text("{label} can be from 0 to {most}.", label=Text(one.label), most=one.most)


def _forbidden_number(record: Record, setting: Setting) -> Iterator[tuple[str, Text]]:
    yield from _look_alikes(record, setting, "refuse")


def _doubtful_number(record: Record, setting: Setting) -> Iterator[tuple[str, Text]]:
    yield from _look_alikes(record, setting, "ask")


def _look_alikes(record: Record, setting: Setting, severity: str) -> Iterator[tuple[str, Text]]:
    day = record.start_date if isinstance(record, Activity) else None
    for path, one, value in _walk(record):
        for text in _texts(one, value):
            found = text and find_forbidden_number(
                text,
                allowed=setting.centre_ids,
                near_day=day,
                field=one.guard,  # type: ignore[arg-type]
                demo=setting.demo,
            )
            if found and found.severity == severity:
                yield path, found.message


def _wrong_mobile(record: Record, setting: Setting) -> Iterator[tuple[str, Text]]:
    for path, one, value in _walk(record):
        if one.guard == "mobile" and value and mobile(value, demo=setting.demo) != value:
            yield path, Text("Mobile number must have 10 digits and begin with 6, 7, 8 or 9.")


def _doubtful_mobile(record: Record, _: Setting) -> Iterator[tuple[str, Text]]:
    for path, one, value in _walk(record):
        if one.guard == "mobile" and value and (doubt := mobile_doubt(value)):
            yield path, doubt


def _days_reversed(record: Record, _: Setting) -> Iterator[tuple[str, Text]]:
    start, end = getattr(record, "start_date", None), getattr(record, "end_date", None)
    if start and end and end < start:
        yield "end_date", Text("The last day lies before the first day.")


def _times_reversed(record: Record, _: Setting) -> Iterator[tuple[str, Text]]:
    if not isinstance(record, Activity) or not record.start_time or not record.end_time:
        return
    if record.days == 1 and record.end_time <= record.start_time:
        yield "end_time", Text("End time must be after start time.")


def _impossible_share(record: Record, _: Setting) -> Iterator[tuple[str, Text]]:
    for path, one, value in _walk(record):
        if one.kind is Kind.FRACTION and (value.over > value.under or value.over < 0):
            yield path, Text("The part counted is larger than the whole.")


def _amount_not_a_rupee(record: Record, _: Setting) -> Iterator[tuple[str, Text]]:
    if isinstance(record, Activity) and record.kind == ActivityKind.CHAI_SAMOSA:
        for row, n, one in _tries(record):
            if one.amount_paise != ONE_RUPEE:
                path = f"rows/{row.row}/tries/{n}/amount_paise"
                yield path, Text("The amount of each Chai-Samosa transaction must be ₹1.")


def _tries(activity: Activity) -> Iterator[tuple[RosterRow, int, Any]]:
    for row in activity.rows:
        for n, one in enumerate(row.tries, start=1):
            yield row, n, one


def _receipt_of_another_day(record: Record, _: Setting) -> Iterator[tuple[str, Text]]:
    if not isinstance(record, Activity) or not record.start_date:
        return
    for row, n, one in _tries(record):
        rrn = one.reference_number
        if len(rrn) == 12 and rrn.isdecimal() and not rrn_fits(rrn, record.start_date, record.days):
            said = rrn_day(rrn, record.start_date)
            path = f"rows/{row.row}/tries/{n}/reference_number"
            if said:
                words = Text("The receipt number is of {date}, not of the session's day.", date=said)
            else:
                words = Text("The receipt number does not match the session date. Please check it.")
            yield path, words


def _receipt_twice(record: Record, _: Setting) -> Iterator[tuple[str, Text]]:
    if not isinstance(record, Activity):
        return
    seen: dict[str, int] = {}
    for row, n, one in _tries(record):
        if one.reference_number and one.reference_number in seen:
            path = f"rows/{row.row}/tries/{n}/reference_number"
            yield path, Text("This receipt number stands in row {n} already.", n=seen[one.reference_number])
        seen.setdefault(one.reference_number, row.row)


def _guardian_missing(record: Record, _: Setting) -> Iterator[tuple[str, Text]]:
    if not isinstance(record, Activity):
        return
    for row in record.rows:
        named = (row.name or row.mobile) and not row.anonymous and not row.struck
        if named and 0 < row.age < ADULT_AGE and not row.guardian:
            path = f"rows/{row.row}/guardian"
            yield path, Text("Under 18: write the guardian's name, or count the person without a name.")


def _kept_without_consent(record: Record, _: Setting) -> Iterator[tuple[str, Text]]:
    if not isinstance(record, Activity):
        return
    for row in record.rows:
        if row.consent == Consent.NO and (row.name or row.mobile):
            path = f"rows/{row.row}/consent"
            yield path, Text("Consent was refused: take out name and mobile, and count without a name.")


def _paid_but_absent(record: Record, _: Setting) -> Iterator[tuple[str, Text]]:
    if not isinstance(record, Activity):
        return
    for row in record.rows:
        if row.completed() and not row.present and not row.struck:
            yield f"rows/{row.row}/present", Text("There are payments, but the person is not marked present.")


def _same_person_twice(record: Record, _: Setting) -> Iterator[tuple[str, Text]]:
    if not isinstance(record, Activity):
        return
    seen: dict[tuple[object, ...], int] = {}
    for row in record.rows:
        who = (row.name, row.relation, row.village.words)
        if not row.name or row.struck:
            continue
        if row.relation and who in seen:
            words = Text(
                "A person with the same name, father's / husband's name and village is already recorded."
            )
            yield f"rows/{row.row}/name", words
        seen.setdefault(who, row.row)


RULES: tuple[Rule, ...] = (
    Rule("forbidden_number", True, "Aadhaar Act s. 29; domain reference 4.2", _forbidden_number),
    Rule("too_long", True, "record definitions", _too_long),
    Rule("bad_character", True, "sync file, limits", _bad_characters),
    Rule("too_large", True, "record definitions", _too_large),
    Rule("days_reversed", True, "calendar", _days_reversed),
    Rule("impossible_share", True, "arithmetic", _impossible_share),
    Rule("wrong_mobile", True, "numbering plan; domain reference 3.2", _wrong_mobile),
    Rule("amount_not_a_rupee", True, "seed Bokaro: two transactions of one rupee", _amount_not_a_rupee),
    Rule("times_reversed", False, "calendar", _times_reversed),
    Rule("doubtful_number", False, "domain reference 4.2, step 6", _doubtful_number),
    Rule("doubtful_mobile", False, "domain reference 3.2", _doubtful_mobile),
    Rule("receipt_of_another_day", False, "RRN is YDDD...; domain reference 0.2", _receipt_of_another_day),
    Rule("receipt_twice", False, "domain reference 3.2", _receipt_twice),
    Rule("guardian_missing", False, "DPDP Act s. 9", _guardian_missing),
    Rule("kept_without_consent", False, "DPDP Act s. 6", _kept_without_consent),
    Rule("paid_but_absent", False, "attendance sheet", _paid_but_absent),
    Rule("same_person_twice", False, "attendance sheet", _same_person_twice),
)


def open_rows(activity: Activity) -> tuple[RosterRow, ...]:
    """The rows that were present and have not completed their two payments, and say no reason for it."""
    return tuple(
        row
        for row in activity.in_order()
        if row.present and not row.struck and row.completed() < PAYMENTS_TO_COMPLETE and not row.open_reason
    )


def missing_to_finish(activity: Activity, today: date) -> tuple[Problem, ...]:
    """What must still be filled in before an activity can be finished (asked only then)."""
    needed: list[tuple[str, bool, Text]] = [
        ("start_date", activity.start_date is None, Text("The date is missing.")),
        ("place", not activity.place, Text("The place is missing.")),
        ("trainer_name", _needs_trainer(activity), Text("The name of the trainer is missing.")),
    ]
    pending = [
        f"rows/{row.row}/tries" for row, _, one in _tries(activity) if one.result == PaymentResult.PENDING
    ]
    found = [Problem("missing", path, text, True, "finish") for path, absent, text in needed if absent]
    if activity.start_date and activity.start_date > today:
        text = Text("The session's day has not come yet by this computer's clock. Check date and clock.")
        found.append(Problem("future", "start_date", text, False, "finish"))
    if pending:
        text = Text("A payment is still pending. It can be settled after finishing too.")
        found.append(Problem("pending", pending[0], text, False, "finish"))
    return tuple(found)


def _needs_trainer(activity: Activity) -> bool:
    return activity.kind == ActivityKind.CHAI_SAMOSA and not activity.trainer_name and not activity.trainer
