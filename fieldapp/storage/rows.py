"""A record spread over its tables, and gathered again.

`spread` gives for each table the rows of one record: {table: {part key: values}}. Two spreads can be compared
row by row, which is how a save finds what changed and the journal its paths.
"""

from collections.abc import Callable, Mapping
from datetime import date, time
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec

from fieldapp.domain.fields import Kind, Name, PlaceRef, Ratio, in_key_order, part_type, parts
from fieldapp.domain.fields import fields as fields_of
from fieldapp.domain.records import RECORD_TYPES, Record, type_name
from fieldapp.storage.tables import key_name, stored_columns

Key = tuple[int, ...]
Spread = dict[str, dict[Key, tuple[Any, ...]]]

T = TypeVar("T", bound=msgspec.Struct)


class Shape(NamedTuple):
    """How one record or part lies in its table."""

    table: str
    part: type[msgspec.Struct]
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    """Key columns (after centre and id), then the stored columns."""
    children: "tuple[tuple[str, Shape], ...]"
    path: tuple[str, ...] = ()
    """The parts fields on the way here: ('rows', 'tries')."""


@cache
def shape(
    name: str, part: type[msgspec.Struct], keys: tuple[str, ...] = (), path: tuple[str, ...] = ()
) -> Shape:
    """The shape of a record type ('activity', Activity) or, further down, of its parts."""
    return Shape(
        name,
        part,
        keys,
        keys + tuple(column.name for column in stored_columns(part)),
        tuple(
            (
                one.name,
                shape(
                    f"{name}_{one.name}",
                    part_type(one),
                    (*keys, key_name(part_type(one))),
                    (*path, one.name),
                ),
            )
            for one in parts(part)
        ),
        path,
    )


def shape_of(type_word: str) -> Shape:
    """The shape of one of the eight record types by its word."""
    return shape(type_word, RECORD_TYPES[type_word])


@cache
def shapes(type_word: str) -> tuple[Shape, ...]:
    """The shapes of a record's tables, parents before their parts."""
    found = [shape_of(type_word)]
    for one in found:
        found += [child for _, child in one.children]
    return tuple(found)


_TO_SQL: dict[Kind, Callable[[Any], tuple[Any, ...]]] = {
    Kind.NAME: lambda value: (value.hi, value.en),
    Kind.PLACE: lambda value: (value.key, value.words),
    Kind.FRACTION: lambda value: (value.over, value.under),
    Kind.DATE: lambda value: (value.isoformat() if value else "",),
    Kind.TIME: lambda value: (value.strftime("%H:%M") if value is not None else "",),
    Kind.CODES: lambda value: (" ".join(value),),
    Kind.YES_NO: lambda value: (int(value),),
    Kind.REF: lambda value: (bytes.fromhex(value) if value else None,),
}
_FROM_SQL: dict[Kind, Callable[..., Any]] = {
    Kind.NAME: Name,
    Kind.PLACE: PlaceRef,
    Kind.FRACTION: Ratio,
    Kind.DATE: lambda text: date.fromisoformat(text) if text else None,
    Kind.TIME: lambda text: time.fromisoformat(text) if text else None,
    Kind.CODES: lambda text: tuple(text.split()),
    Kind.YES_NO: bool,
    Kind.REF: lambda raw: bytes(raw).hex() if raw is not None else "",
}
_WIDTH = {Kind.NAME: 2, Kind.PLACE: 2, Kind.FRACTION: 2}


class _Stored(NamedTuple):
    """How one field of a part lies in its row: None for a conversion means the value itself."""

    name: str
    to_sql: Callable[[Any], tuple[Any, ...]] | None
    from_sql: Callable[..., Any] | None
    width: int


@cache
def _plan(part: type[msgspec.Struct]) -> tuple[_Stored, ...]:
    """What is stored besides the key and the parts, in the order of the columns."""
    key = getattr(part, "key_field", "")
    return tuple(
        _Stored(one.name, _TO_SQL.get(one.kind), _FROM_SQL.get(one.kind), _WIDTH.get(one.kind, 1))
        for one in fields_of(part)
        if one.kind is not Kind.PARTS and one.name != key
    )


def _values(item: msgspec.Struct) -> tuple[Any, ...]:
    found: list[Any] = []
    for name, to_sql, _, _ in _plan(type(item)):
        value = getattr(item, name)
        if to_sql is None:
            found.append(value)
        else:
            found += to_sql(value)
    return tuple(found)


def spread(record: Record) -> Spread:
    """Every row of a record by table and part key; each row is the key columns, then the values."""
    result: Spread = {}
    _spread(shape_of(type_name(record)), record, (), result)
    return result


def _spread(one: Shape, item: msgspec.Struct, key: Key, result: Spread) -> None:
    result.setdefault(one.table, {})[key] = key + _values(item)
    for (name, child), declared in zip(one.children, parts(one.part), strict=True):
        field_name = getattr(child.part, "key_field", "")
        for n, piece in enumerate(in_key_order(declared, getattr(item, name)), start=1):
            own = getattr(piece, field_name) if field_name else n
            _spread(child, piece, (*key, own), result)


def gather(type_word: str, record_id: str, rows: Mapping[str, Mapping[Key, tuple[Any, ...]]]) -> Record:
    """The record whose rows these are; keys must come in ascending order."""
    children: dict[str, dict[Key, list[tuple[Key, tuple[Any, ...]]]]] = {
        table: _by_parent(found) for table, found in rows.items()
    }
    record = _gather(shape_of(type_word), rows[type_word][()], (), children, {"id": record_id})
    if not isinstance(record, Record):
        raise TypeError(type_word)
    return record


def _by_parent(found: Mapping[Key, tuple[Any, ...]]) -> dict[Key, list[tuple[Key, tuple[Any, ...]]]]:
    grouped: dict[Key, list[tuple[Key, tuple[Any, ...]]]] = {}
    for key, values in found.items():
        grouped.setdefault(key[:-1], []).append((key, values))
    return grouped


def _gather(
    one: Shape,
    row: tuple[Any, ...],
    key: Key,
    children: Mapping[str, Mapping[Key, list[tuple[Key, tuple[Any, ...]]]]],
    given: dict[str, Any],
) -> msgspec.Struct:
    at = len(key)
    for name, _, from_sql, width in _plan(one.part):
        if from_sql is None:
            given[name] = row[at]
        elif width == 1:
            given[name] = from_sql(row[at])
        else:
            given[name] = from_sql(row[at], row[at + 1])
        at += width
    if field_name := getattr(one.part, "key_field", ""):
        given[field_name] = key[-1]
    for name, child in one.children:
        pieces = children.get(child.table, {}).get(key, ())
        given[name] = tuple(_gather(child, values, own, children, {}) for own, values in pieces)
    return one.part(**given)
