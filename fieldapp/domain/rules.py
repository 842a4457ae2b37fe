"""The rules, each a function named in FIELD_RULES or RECORD_RULES with its source, and the number guard.

A hard problem stands at its field and stops the save; there are few, and none depends on the clock. A soft
one is a hint and never blocks. Completeness is asked only when an activity is finished (finishing.py).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from fieldapp.domain import record_rules, roster_rules
from fieldapp.domain.canonical import FORBIDDEN_TEXT
from fieldapp.domain.fields import Field, Kind, Ratio, fields, parts
from fieldapp.domain.identifiers import Forbidden, find_forbidden_number, mobile_doubt
from fieldapp.domain.records import Activity, Record
from fieldapp.domain.text import Text

_HASH = re.compile("[0-9a-f]{64}")
_TEN_DIGITS = re.compile("[5-9][0-9]{9}")
"""A mobile number just as identifiers.mobile gives it back; those with 5 belong to nobody."""

SHORTEST_FORBIDDEN = 12
"""No text with fewer characters can hold a number that must not be kept."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule found. path: 'start_date', 'rows/12/age' (row number), 'partners/2/contact' (from 1)."""

    code: str
    path: str
    text: Text
    hard: bool
    source: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rules may know besides the record: practice home or not, and the registered centre IDs."""

    demo: bool = False
    centre_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A rule about one value wherever it stands. find: (field, value, day, setting) -> what is wrong.

    guard: the rule is about fields with this guard only; "" is any field of the kinds.
    """

    code: str
    hard: bool
    source: str
    kinds: tuple[Kind, ...]
    find: Callable[[Field, Any, date | None, Setting], Text | None]
    guard: str = ""


@dataclass(frozen=True, slots=True)
class RecordRule:
    """A rule about values that belong together. find: (record) -> (path, what is wrong), once a finding.

    A hard one looks at every roster row by itself: a save shows it the rows that changed and no others.
    """

    code: str
    hard: bool
    source: str
    find: Callable[[Record], Iterator[tuple[str, Text]]]


_NO_SETTING = Setting()
_FORBIDDEN = "forbidden_number"


def check(record: Record, setting: Setting = _NO_SETTING) -> tuple[Problem, ...]:
    """Everything the rules say about a record: hard problems first, else in the order of the record."""
    found = [*_value_problems(record, setting, None), *_record_problems(record, RECORD_RULES)]
    return tuple(sorted(found, key=_rank))


def _rank(problem: Problem) -> tuple[bool, bool]:
    """A forbidden number comes before what else is wrong with the same words: it is what must go."""
    return not problem.hard, problem.code != _FORBIDDEN


def refusal(record: Record, setting: Setting = _NO_SETTING, before: Record | None = None) -> Problem | None:
    """The first hard problem of a record, which stops its save, or None.

    before: the record as it passed last time; parts that are as they were then are not looked at again, so
    that a cell of a thousand rows costs what a cell of ten does.
    """
    found = [problem for problem in _value_problems(record, setting, before) if problem.hard]
    if isinstance(record, Activity) and isinstance(before, Activity):
        record = _with_changed_rows(record, before)
    found += _record_problems(record, _HARD_RECORD_RULES)
    return min(found, key=_rank, default=None)


def _with_changed_rows(record: Activity, before: Activity) -> Activity:
    """All rows count as changed with the kind: what is asked of a row depends on it."""
    if record.kind != before.kind:
        return record
    known = _by_key("row", before.rows)
    changed = tuple([row for row in record.rows if known.get(row.row) is not row])
    return msgspec.structs.replace(record, rows=changed)


def _value_problems(record: Record, setting: Setting, before: Record | None) -> Iterator[Problem]:
    day = record.start_date if isinstance(record, Activity) else None
    for path, one, value in _doubtful(record, before):
        for rule in _rules_for(one.kind, one.guard):
            if words := rule.find(one, value, day, setting):
                yield Problem(rule.code, path, words, rule.hard, rule.source)
        if one.kind in _LOOKED_AT and (number := _look_alike(one, value, day, setting)):
            yield _number_problem(path, number)


def _record_problems(record: Record, rules: tuple[RecordRule, ...]) -> Iterator[Problem]:
    for rule in rules:
        for path, words in rule.find(record):
            yield Problem(rule.code, path, words, rule.hard, rule.source)


def _number_problem(path: str, found: Forbidden) -> Problem:
    refused = found.severity == "refuse"
    code = _FORBIDDEN if refused else "doubtful_number"
    return Problem(code, path, found.message, refused, "Aadhaar Act s. 29; domain reference 4.2")


@cache
def _rules_for(kind: Kind, guard: str) -> tuple[FieldRule, ...]:
    return tuple(rule for rule in FIELD_RULES if kind in rule.kinds and rule.guard in ("", guard))


class _Plan(NamedTuple):
    """What is looked at in records or parts of one class.

    fields: name, field and quick test of each that a rule speaks of. parts: name of each that holds parts,
    and the key of these.
    """

    fields: tuple[tuple[str, Field, Callable[[Any], bool]], ...]
    parts: tuple[tuple[str, str], ...]


@cache
def _plan(item_type: type[msgspec.Struct]) -> _Plan:
    return _Plan(
        tuple(
            (one.name, one, _plainly_fine(one))
            for one in fields(item_type)
            if one.kind in _LOOKED_AT or _rules_for(one.kind, one.guard)
        ),
        tuple((one.name, getattr(one.part, "key_field", "")) for one in parts(item_type)),
    )


def _plainly_fine(one: Field) -> Callable[[Any], bool]:
    """A quick test: True only for a value that no rule about one value could object to.

    Most of what stands on a sheet passes it: short plain texts, names without digits, counts.
    """
    most, longest = min(one.most, _TWELVE_DIGITS - 1), one.longest
    if one.kind in (Kind.WHOLE, Kind.MONEY):
        return lambda value: 0 <= value <= most
    if one.kind is Kind.CODE:
        return lambda value: len(value) < SHORTEST_FORBIDDEN

    def fine(text: str) -> bool:
        if not text.isprintable():
            return False
        # Without what a setting lets pass, the look for numbers is at its strictest.
        return len(text) < SHORTEST_FORBIDDEN or (
            len(text) <= longest and find_forbidden_number(text) is None
        )

    if one.kind not in _TEXTS or one.guard != "text" or longest < SHORTEST_FORBIDDEN:
        return lambda value: not value
    if one.kind is Kind.TEXT:
        return fine
    first, second = ("hi", "en") if one.kind is Kind.NAME else ("words", "key")
    halves = attrgetter(first, second)
    return lambda value: all(map(fine, halves(value)))


def _doubtful(
    item: msgspec.Struct, before: msgspec.Struct | None, path: str = ""
) -> Iterator[tuple[str, Field, Any]]:
    """The values of a record and of its parts that a rule could object to, each with its path and field.

    Parts that are equal to what stands in their place in `before` are left out.
    """
    plan = _plan(type(item))
    for name, one, fine in plan.fields:
        value = getattr(item, name)
        if value and not fine(value):
            yield path + name, one, value
    for name, key in plan.parts:
        pieces = getattr(item, name)
        was = getattr(before, name) if before is not None else ()
        if not pieces or pieces is was:
            continue
        known = _by_key(key, was)
        for own, part in _by_key(key, pieces).items():
            old = known.get(own)
            if old is not part and old != part:
                yield from _doubtful(part, None, f"{path}{name}/{own}/")


def _by_key(key: str, parts: tuple[Any, ...]) -> dict[int, Any]:
    """Parts by their key where they have one, else by their place, from 1."""
    if key:
        return {getattr(part, key): part for part in parts}
    return dict(enumerate(parts, start=1))


_TEXTS = (Kind.TEXT, Kind.NAME, Kind.PLACE)
_LOOKED_AT = (*_TEXTS, Kind.CODE, Kind.CODES, Kind.WHOLE, Kind.MONEY, Kind.FRACTION)
_TWELVE_DIGITS = 10**11
_TYPED_PLACE = re.compile("place:[0-9a-f]{32}")


def _texts(one: Field, value: Any) -> tuple[str, ...]:
    if one.kind is Kind.TEXT:
        return (value,)
    return (value.hi, value.en) if one.kind is Kind.NAME else (value.words,)


def _words(one: Field, value: Any) -> tuple[str, ...]:
    """Every text of a value that a number could hide in: codes of another program, keys of places and whole
    numbers too. (A count that long is written in lakh or crore.)
    """
    if one.kind in (Kind.WHOLE, Kind.MONEY):
        return (str(value),) if value >= _TWELVE_DIGITS else ()
    if one.kind is Kind.FRACTION:
        return str(value.over), str(value.under)
    if one.kind in (Kind.CODE, Kind.CODES):
        return (value,) if one.kind is Kind.CODE else value
    if one.kind is Kind.PLACE and not _TYPED_PLACE.fullmatch(value.key):
        return value.words, value.key
    return _texts(one, value)


def _too_long(one: Field, value: Any, _day: date | None, _setting: Setting) -> Text | None:
    for text in _texts(one, value):
        if len(text) > one.longest:
            return Text("{label} has more than {n} characters.", label=Text(one.label), n=one.longest)
    return None


def _bad_characters(one: Field, value: Any, _day: date | None, _setting: Setting) -> Text | None:
    for text in _texts(one, value):
        if not text.isprintable() and FORBIDDEN_TEXT.search(text):
            return Text("There is a character here that cannot be kept. Type the text again.")
    return None


def _too_large(one: Field, value: int, _day: date | None, _setting: Setting) -> Text | None:
    if not 0 <= value <= one.most:
        return Text("{label} can be from 0 to {most}.", label=Text(one.label), most=one.most)
    return None


def _look_alike(one: Field, value: Any, day: date | None, setting: Setting) -> Forbidden | None:
    """The number among the texts of a value that must not be kept, or may be one."""
    if one.guard == "hash":
        return None
    for text in _words(one, value):
        if len(text) < SHORTEST_FORBIDDEN:
            continue
        found = find_forbidden_number(
            text,
            allowed=setting.centre_ids,
            near_day=day,
            field=one.guard,  # type: ignore[arg-type]
            demo=setting.demo,
        )
        if found:
            return found
    return None


def _wrong_mobile(_one: Field, value: str, _day: date | None, setting: Setting) -> Text | None:
    if not _TEN_DIGITS.fullmatch(value) or (value[0] == "5" and not setting.demo):
        return Text("Mobile number must have 10 digits and begin with 6, 7, 8 or 9.")
    return None


def _doubtful_mobile(_one: Field, value: str, _day: date | None, _setting: Setting) -> Text | None:
    return mobile_doubt(value)


def _not_a_hash(_one: Field, value: str, _day: date | None, _setting: Setting) -> Text | None:
    """A hash is not looked at for forbidden numbers, so it must be one."""
    if not _HASH.fullmatch(value):
        return Text("This picture cannot be kept. Attach it again.")
    return None


def _impossible_share(_one: Field, value: Ratio, _day: date | None, _setting: Setting) -> Text | None:
    if value.over > value.under or value.over < 0:
        share = Text("{part} of {whole}", part=value.over, whole=value.under)
        return Text("{share}: the part is larger than the whole.", share=share)
    return None


FIELD_RULES: tuple[FieldRule, ...] = (
    FieldRule("too_long", True, "record definitions", _TEXTS, _too_long),
    FieldRule("bad_character", True, "sync file, limits", _TEXTS, _bad_characters),
    FieldRule("too_large", True, "record definitions", (Kind.WHOLE, Kind.MONEY), _too_large),
    FieldRule("impossible_share", True, "arithmetic", (Kind.FRACTION,), _impossible_share),
    FieldRule(
        "wrong_mobile", True, "numbering plan; domain reference 3.2", (Kind.TEXT,), _wrong_mobile, "mobile"
    ),
    FieldRule("not_a_hash", True, "sync file, blob line", (Kind.TEXT,), _not_a_hash, "hash"),
    FieldRule("doubtful_mobile", False, "domain reference 3.2", (Kind.TEXT,), _doubtful_mobile, "mobile"),
)
RECORD_RULES: tuple[RecordRule, ...] = (
    RecordRule("days_reversed", True, "calendar", record_rules.days_reversed),
    RecordRule(
        "amount_not_a_rupee",
        True,
        "seed Bokaro: two transactions of one rupee",
        roster_rules.amount_not_a_rupee,
    ),
    RecordRule("times_reversed", False, "calendar", record_rules.times_reversed),
    RecordRule("unlikely_day", False, "seed: since December 2016", record_rules.unlikely_day),
    RecordRule("press_too_early", False, "seed: media", record_rules.press_too_early),
    RecordRule("counts_below_roster", False, "seed: groups", record_rules.counts_below_the_roster),
    RecordRule("unlikely_person", False, "calendar; DPDP Act s. 6", record_rules.unlikely_person),
    RecordRule("target_incomplete", False, "seed: nine cities", record_rules.target_incomplete),
    RecordRule("measure_incomplete", False, "seed: baseline", record_rules.measure_incomplete),
    RecordRule("establishment_incomplete", False, "seed: adoption", record_rules.establishment_incomplete),
    RecordRule("point_closed", False, "seed: reviews", record_rules.action_point_closed),
    RecordRule("place_lies_nowhere", False, "domain reference 3.1", record_rules.place_lies_nowhere),
    RecordRule(
        "receipt_of_another_day",
        False,
        "RRN is YDDD...; domain reference 0.2",
        roster_rules.receipt_of_another_day,
    ),
    RecordRule(
        "more_than_a_trainer_can",
        False,
        "seed: a volunteer trains five a day",
        roster_rules.more_than_a_trainer_can,
    ),
    RecordRule("receipt_twice", False, "domain reference 3.2", roster_rules.receipt_twice),
    RecordRule("guardian_missing", False, "DPDP Act s. 9", roster_rules.guardian_missing),
    RecordRule("kept_without_consent", False, "DPDP Act s. 6", roster_rules.kept_without_consent),
    RecordRule("paid_but_absent", False, "attendance sheet", roster_rules.paid_but_absent),
    RecordRule("same_person_twice", False, "attendance sheet", roster_rules.same_person_twice),
)
_HARD_RECORD_RULES = tuple(rule for rule in RECORD_RULES if rule.hard)


def check_clock(record: Record, today: date) -> tuple[Problem, ...]:
    """What only the clock can tell of a record, as hints: the clock may be wrong."""
    return tuple(
        Problem("far_ahead", path, words, False, "calendar")
        for path, words in record_rules.far_ahead(record, today)
    )
