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
from functools import cache
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
    whole number taken. lines: rows of text in the form. guard: what the look for forbidden numbers lets pass
    (identifiers.Guarded). by_hand: False for what the program sets itself (never shown in a form). in_list:
    a column of its list. The last four are filled in from the declaration.
    """

    label: str
    short: str = ""
    personal: bool = False
    section: Section = Section.MAIN
    only: frozenset[ActivityKind] = frozenset()
    codes: type[Code] | None = None
    longest: int = 200
    most: int = 1_000_000_000
    lines: int = 1
    guard: str = "text"
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


def _as_is(value: Any) -> Any:
    return value


_TO_PLAIN: dict[Kind, Callable[[Any], Any]] = {
    Kind.DATE: lambda value: value.isoformat(),
    Kind.TIME: lambda value: value.strftime("%H:%M"),
    Kind.CODES: list,
}


def flatten(record: msgspec.Struct) -> dict[str, Any]:
    """A record or part in its plain form: str, int, True and lists of them; what is empty is left out.

    Parts become lists of such dicts. The id of the record is not part of it.
    """
    flat: dict[str, Any] = {}
    for one in fields(type(record)):
        value = getattr(record, one.name)
        if (not value and one.kind is not Kind.TIME) or value is None:
            continue
        if one.kind is Kind.PARTS:
            flat[one.name] = [flatten(item) for item in in_key_order(one, value)]
        elif one.kind in _SUFFIXES:
            for suffix in _SUFFIXES[one.kind]:
                if half := getattr(value, suffix):
                    flat[f"{one.name}_{suffix}"] = half
        else:
            flat[one.name] = _TO_PLAIN.get(one.kind, _as_is)(value)
    return flat


def in_key_order(one: Field, items: Iterable[Any]) -> list[Any]:
    """Parts in the order they are kept: by their key where they have one, else as they stand."""
    key = getattr(one.part, "key_field", "")
    return sorted(items, key=lambda item: getattr(item, key)) if key else list(items)


_HALVES: dict[Kind, Callable[[Any, Any], Any]] = {
    Kind.NAME: Name,
    Kind.PLACE: PlaceRef,
    Kind.FRACTION: Ratio,
}
_FROM_PLAIN: dict[Kind, Callable[[Any], Any]] = {
    Kind.DATE: date.fromisoformat,
    Kind.TIME: time.fromisoformat,
    Kind.CODES: tuple,
    Kind.YES_NO: bool,
}


def build(record_type: type[T], flat: Mapping[str, Any], **given: Any) -> T:
    """The record whose plain form this is; `given` adds what is no field (id=...).

    Raises ValueError or TypeError when a value is not of its column's type; names in `flat` that this
    program does not know are not looked at (see `unknown`).
    """
    for one in fields(record_type):
        if one.kind in _HALVES:
            first, second = (flat.get(f"{one.name}_{s}", _blank(one)) for s in _SUFFIXES[one.kind])
            if first or second:
                given[one.name] = _HALVES[one.kind](_typed(one, first), _typed(one, second))
        elif one.name in flat:
            value = flat[one.name]
            if one.kind is Kind.PARTS:
                given[one.name] = tuple(build(part_type(one), item) for item in value)
            else:
                given[one.name] = _FROM_PLAIN.get(one.kind, _as_is)(_typed(one, value))
    return record_type(**given)


def _blank(one: Field) -> object:
    return 0 if one.kind is Kind.FRACTION else ""


_PLAIN_TYPES: dict[Kind, tuple[type, ...]] = {
    Kind.WHOLE: (int,),
    Kind.MONEY: (int,),
    Kind.FRACTION: (int,),
    Kind.YES_NO: (bool, int),
    Kind.CODES: (list, tuple),
}


def _typed(one: Field, value: Any) -> Any:
    if not isinstance(value, _PLAIN_TYPES.get(one.kind, (str,))):
        raise TypeError(f"{one.name} is {type(value).__name__}")
    return value


def unknown(record_type: type[msgspec.Struct], flat: Mapping[str, Any]) -> dict[str, Any]:
    """What a plain form holds that this program does not know: kept and sent on as it came."""
    known = {column.name for column in columns(record_type)} | {one.name for one in parts(record_type)}
    return {name: value for name, value in flat.items() if name not in known}
