"""What a field is: the closed list of kinds, and the views of a record that follow from it.

A field is declared once, in `records.py`, as `Annotated[type, Field("Label", ...)]`; all else asks here:

- `fields(record_type)` gives the fields in order, for forms, tables, workbooks and paper;
- `columns(record_type)` gives the flat columns a field takes in the database, the sync file and a workbook
  (a name is two columns, a place is two, a fraction is two);
- `flatten(record)` and `build(record_type, flat)` turn a record into its plain form and back. The plain form
  holds only str, int, True and lists, leaves out what is empty, and is what a revision is the hash of.
"""

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from enum import Enum
from functools import cache, partial
from operator import attrgetter
from typing import Annotated, Any, NewType, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from fieldapp.domain.codes import ActivityKind, Code, Section

Paise = NewType("Paise", int)
Ref = NewType("Ref", str)
"""The id of another record: 32 lowercase hex digits, or "" for none."""


class Name(msgspec.Struct, frozen=True):
    """A name in Devanagari and in Latin letters; either may be missing."""

    hi: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.hi or self.en)

    def shown(self, hindi: bool) -> str:
        """The name in the wished script, or in the other one when that is missing."""
        return (self.hi or self.en) if hindi else (self.en or self.hi)


class PlaceRef(msgspec.Struct, frozen=True):
    """A place: its key (domain/places.py) and the words as they stood on the day, for names change."""

    key: str = ""
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.key or self.words)


class Ratio(msgspec.Struct, frozen=True):
    """A measured fraction, kept as numerator and denominator: a percentage alone cannot be added up."""

    over: int = 0
    under: int = 0

    def __bool__(self) -> bool:
        return bool(self.over or self.under)


class Kind(Enum):
    """The closed list of field kinds. Each room maps a kind to its widget, column or cell in one table."""

    TEXT = "text"
    NAME = "name"
    CODE = "code"
    CODES = "codes"
    WHOLE = "whole"
    MONEY = "money"
    FRACTION = "fraction"
    DATE = "date"
    TIME = "time"
    YES_NO = "yes_no"
    REF = "ref"
    PLACE = "place"
    PARTS = "parts"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record, as declared in `records.py`.

    label: English msgid, Hindi in the catalogue. short: heading where room is scarce. personal: names or
    describes a person (masked, left out of light exports, erasable). section and only: where a form shows
    it, and the activity kinds that have it (empty: all). longest: characters of text. most: the largest
    whole number taken. year: a whole number that is one, written without commas. lines: rows of text in the
    form. guard: what the look for forbidden numbers lets pass (identifiers.Guarded). person_name: the name of
    somebody in one line. by_hand: False for what the program sets itself (never shown in a form). in_list: a
    column of its list. The last four are filled in from the declaration.
    """

    label: str
    short: str = ""
    personal: bool = False
    section: Section = Section.MAIN
    only: frozenset[ActivityKind] = frozenset()
    codes: type[Code] | None = None
    longest: int = 200
    most: int = 1_000_000_000
    year: bool = False
    lines: int = 1
    guard: str = "text"
    person_name: bool = False
    by_hand: bool = True
    in_list: bool = False
    refers_to: str = ""
    name: str = ""
    kind: Kind = Kind.TEXT
    part: "type[msgspec.Struct] | None" = None
    empty: object = ""

    @property
    def heading(self) -> str:
        """The label where room is scarce."""
        return self.short or self.label

    def shows_for(self, kind: str) -> bool:
        """Whether an activity of this kind has the field (an unknown kind shows everything)."""
        return not self.only or kind in self.only or kind not in ActivityKind.values()


@dataclass(frozen=True, slots=True)
class Column:
    """One flat column of a field. `suffix` tells the halves of a name, place or fraction apart."""

    name: str
    field: Field
    suffix: str = ""

    @property
    def whole(self) -> bool:
        """Whether the column holds an integer (a yes/no is 0 or 1)."""
        return self.field.kind in (Kind.WHOLE, Kind.MONEY, Kind.YES_NO, Kind.FRACTION)


_SUFFIXES: dict[Kind, tuple[str, ...]] = {
    Kind.NAME: ("hi", "en"),
    Kind.PLACE: ("key", "words"),
    Kind.FRACTION: ("over", "under"),
}
_PLAIN: dict[object, tuple[Kind, object]] = {
    str: (Kind.TEXT, ""),
    int: (Kind.WHOLE, 0),
    bool: (Kind.YES_NO, False),
    Paise: (Kind.MONEY, 0),
    Ref: (Kind.REF, ""),
    Name: (Kind.NAME, Name()),
    PlaceRef: (Kind.PLACE, PlaceRef()),
    Ratio: (Kind.FRACTION, Ratio()),
}

T = TypeVar("T", bound=msgspec.Struct)


def _kind_of(annotation: Any, field: Field) -> Field:
    """Complete a declared field with the kind, the part type and the empty value its type implies."""
    if get_origin(annotation) is tuple:
        inner = get_args(annotation)[0]
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            return replace(field, kind=Kind.PARTS, part=inner, empty=())
        return replace(field, kind=Kind.CODES, empty=())
    if get_origin(annotation) is types.UnionType:
        inner = next(a for a in get_args(annotation) if a is not type(None))
        return replace(field, kind={date: Kind.DATE, time: Kind.TIME}[inner], empty=None)
    kind, empty = _PLAIN[annotation]
    if field.codes is not None:
        kind = Kind.CODE
    return replace(field, kind=kind, empty=empty)


@cache
def fields(record_type: type[msgspec.Struct]) -> tuple[Field, ...]:
    """The declared fields of a record or part, in order, completed with name and kind. Ids are no fields."""
    found = []
    for name, hint in get_type_hints(record_type, include_extras=True).items():
        if get_origin(hint) is not Annotated:
            continue
        annotation, *marks = get_args(hint)
        field = next((m for m in marks if isinstance(m, Field)), None)
        if field is not None:
            found.append(_kind_of(annotation, replace(field, name=name)))
    return tuple(found)


@cache
def field(record_type: type[msgspec.Struct], name: str) -> Field:
    """The field of that name. Raises KeyError when there is none."""
    for found in fields(record_type):
        if found.name == name:
            return found
    raise KeyError(name)


@cache
def columns(record_type: type[msgspec.Struct]) -> tuple[Column, ...]:
    """The flat columns of a record or part, in order; parts are not columns."""
    found: list[Column] = []
    for one in fields(record_type):
        if one.kind is Kind.PARTS:
            continue
        suffixes = _SUFFIXES.get(one.kind, ("",))
        found += [Column(f"{one.name}_{s}" if s else one.name, one, s) for s in suffixes]
    return tuple(found)


@cache
def parts(record_type: type[msgspec.Struct]) -> tuple[Field, ...]:
    """The fields that hold parts (roster rows, partners, ...), in order."""
    return tuple(one for one in fields(record_type) if one.kind is Kind.PARTS)


def part_type(one: Field) -> type[msgspec.Struct]:
    """The record class of a parts field."""
    if one.part is None:
        raise TypeError(f"{one.name} holds no parts")
    return one.part


_TO_PLAIN: dict[Kind, Callable[[Any], Any]] = {
    Kind.DATE: date.isoformat,
    Kind.TIME: lambda value: value.isoformat("minutes")[:5],
    Kind.CODES: list,
}
_FROM_PLAIN: dict[Kind, Callable[[Any], Any]] = {
    Kind.DATE: date.fromisoformat,
    Kind.TIME: time.fromisoformat,
    Kind.CODES: tuple,
    Kind.YES_NO: bool,
}
_HALVES: dict[Kind, Callable[[Any, Any], Any]] = {
    Kind.NAME: Name,
    Kind.PLACE: PlaceRef,
    Kind.FRACTION: Ratio,
}
_PLAIN_TYPES: dict[Kind, tuple[type, ...]] = {
    Kind.WHOLE: (int,),
    Kind.MONEY: (int,),
    Kind.FRACTION: (int,),
    Kind.YES_NO: (bool, int),
    Kind.CODES: (list, tuple),
    Kind.PARTS: (object,),
}


class _Plan:
    """How one class goes to its plain form and back, worked out once.

    known: the names a plain form of it may hold. whole: name -> (types taken, conversion) of the fields that
    are one value there; pairs: field, the names of its halves, what stands for a missing half, types, class.
    """

    def __init__(self, record_type: type[msgspec.Struct]) -> None:
        names, places = list[str](), list[str]()
        self.to_plain: list[tuple[str, Callable[[Any], Any]]] = []
        self.whole: dict[str, tuple[tuple[type, ...], Callable[[Any], Any] | None]] = {}
        self.pairs: list[tuple[str, str, str, object, tuple[type, ...], Callable[[Any, Any], Any]]] = []
        for one in fields(record_type):
            types = _PLAIN_TYPES.get(one.kind, (str,))
            if one.kind in _HALVES:
                halves = [f"{one.name}_{suffix}" for suffix in _SUFFIXES[one.kind]]
                names += halves
                places += [f"{one.name}.{suffix}" for suffix in _SUFFIXES[one.kind]]
                blank = 0 if one.kind is Kind.FRACTION else ""
                self.pairs.append((one.name, halves[0], halves[1], blank, types, _HALVES[one.kind]))
                continue
            names.append(one.name)
            places.append(one.name)
            if one.kind is Kind.PARTS:
                self.to_plain.append((one.name, partial(_flatten_parts, one)))
                self.whole[one.name] = types, partial(_build_parts, part_type(one))
            else:
                if one.kind in _TO_PLAIN:
                    self.to_plain.append((one.name, _TO_PLAIN[one.kind]))
                self.whole[one.name] = types, _FROM_PLAIN.get(one.kind)
        self.names, self.known = tuple(names), frozenset(names)
        # The first name only makes attrgetter give a tuple where a class has one field.
        self.values = attrgetter("__class__", *places)


@cache
def _plan(record_type: type[msgspec.Struct]) -> _Plan:
    return _Plan(record_type)


def flatten(record: msgspec.Struct) -> dict[str, Any]:
    """A record or part in its plain form: str, int, True and lists of them; what is empty is left out.

    Parts become lists of such dicts. The id of the record is not part of it.
    """
    plan = _plan(type(record))
    values = plan.values(record)[1:]
    flat = {name: value for name, value in zip(plan.names, values, strict=True) if value}
    for name, convert in plan.to_plain:
        if name in flat:
            flat[name] = convert(flat[name])
    return flat


def _flatten_parts(one: Field, items: Iterable[Any]) -> list[dict[str, Any]]:
    return [flatten(item) for item in in_key_order(one, items)]


def in_key_order(one: Field, items: Iterable[Any]) -> list[Any]:
    """Parts in the order they are kept: by their key where they have one, else as they stand."""
    key = getattr(one.part, "key_field", "")
    return sorted(items, key=attrgetter(key)) if key else list(items)


def build(record_type: type[T], flat: Mapping[str, Any], **given: Any) -> T:
    """The record whose plain form this is; `given` adds what is no field (id=...).

    Raises ValueError or TypeError when a value is not of its column's type; names in `flat` that this
    program does not know are not looked at (see `unknown`).
    """
    plan = _plan(record_type)
    whole = plan.whole
    for name, value in flat.items():
        if name in whole:
            types, convert = whole[name]
            _refuse_other(name, value, types)
            given[name] = convert(value) if convert else value
    for name, one, other, blank, types, make in plan.pairs:
        first, second = flat.get(one, blank), flat.get(other, blank)
        if first or second:
            _refuse_other(name, first, types)
            _refuse_other(name, second, types)
            given[name] = make(first, second)
    return record_type(**given)


def _build_parts(part: type[msgspec.Struct], items: Iterable[Any]) -> tuple[msgspec.Struct, ...]:
    found = []
    for item in items:
        _refuse_other("a part", item, (dict,))
        found.append(build(part, item))
    return tuple(found)


def _refuse_other(name: str, value: Any, types: tuple[type, ...]) -> None:
    if not isinstance(value, types):
        raise TypeError(f"{name} is {type(value).__name__}")


def unknown(record_type: type[msgspec.Struct], flat: Mapping[str, Any]) -> dict[str, Any]:
    """What a plain form holds that this program does not know: kept and sent on as it came."""
    known = _plan(record_type).known
    return {name: value for name, value in flat.items() if name not in known}
