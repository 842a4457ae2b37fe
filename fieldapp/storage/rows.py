"""A record spread over its tables, and gathered again.

`spread` gives for each table the rows of one record: {table: [row, ...]}, a row being its key columns (after
centre and id) and then its values. What follows from the declaration of a class is worked out once, in its
`Shape`; a row is then a few calls.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec

from fieldapp.domain.fields import Column, Kind, Name, PlaceRef, Ratio, columns, part_type, parts
from fieldapp.domain.fields import fields as fields_of
from fieldapp.domain.records import RECORD_TYPES, Record, type_name

Key = tuple[int, ...]
Row = tuple[Any, ...]
Spread = dict[str, list[Row]]

_TO_SQL: dict[Kind, Callable[[Any], Any]] = {
    Kind.DATE: lambda value: value.isoformat() if value else "",
    Kind.TIME: lambda value: value.isoformat("minutes")[:5] if value is not None else "",
    Kind.CODES: " ".join,
    Kind.YES_NO: int,
    Kind.REF: lambda value: bytes.fromhex(value) if value else None,
}
_FROM_SQL: dict[Kind, Callable[[Any], Any]] = {
    Kind.DATE: date.fromisoformat,
    Kind.TIME: time.fromisoformat,
    Kind.CODES: lambda text: tuple(text.split()),
    Kind.YES_NO: bool,
    Kind.REF: lambda raw: bytes(raw).hex(),
}
"""What turns a stored value that is not empty into that of the field."""

_PAIRS: dict[Kind, tuple[str, str, type[msgspec.Struct]]] = {
    Kind.NAME: ("hi", "en", Name),
    Kind.PLACE: ("key", "words", PlaceRef),
    Kind.FRACTION: ("over", "under", Ratio),
}
_NAMES: dict[str, Any] = (
    {f"to_{kind.value}": convert for kind, convert in _TO_SQL.items()}
    | {f"from_{kind.value}": convert for kind, convert in _FROM_SQL.items()}
    | {f"from_{kind.value}": pair for kind, (_, _, pair) in _PAIRS.items()}
    | {f"no_{kind.value}": pair() for kind, (_, _, pair) in _PAIRS.items()}
)
"""What the expressions of a Shape may name."""


def key_name(part: type[msgspec.Struct]) -> str:
    """The column that tells the parts of one record apart."""
    return getattr(part, "key_field", "") or "n"


def stored_columns(part: type[msgspec.Struct]) -> tuple[Column, ...]:
    """The flat columns of a record or part that are not already its key."""
    key = getattr(part, "key_field", "")
    return tuple(column for column in columns(part) if column.name != key)


class Shape:
    """How one record or part lies in its table.

    keys: the key columns after centre and id. columns: keys, then the stored columns. path: the fields on the
    way here, ('rows', 'tries'). children: the shapes of its own parts by field. below: those and theirs,
    parents first. key_field: the field that is the last key column, "" where the place in the list is.

    row(item, key) gives the row of a record or part; made(row, own) what lies in a row, where `own` holds its
    parts by field, and a record's id. Both are expressions put together once from the fields of the class and
    run as if they had been written out by hand: a loop over the fields takes four times as long.
    """

    def __init__(
        self, table: str, part: type[msgspec.Struct], keys: tuple[str, ...], path: tuple[str, ...]
    ) -> None:
        self.table, self.keys, self.path = table, keys, path
        self.key_field: str = getattr(part, "key_field", "")
        self.children = tuple(
            (
                one.name,
                Shape(
                    f"{table}_{one.name}",
                    part_type(one),
                    (*keys, key_name(part_type(one))),
                    (*path, one.name),
                ),
            )
            for one in parts(part)
        )
        self.below: list[Shape] = [child for _, child in self.children]
        for child in self.below:
            self.below += [below for _, below in child.children]
        self.columns = keys + tuple(column.name for column in stored_columns(part))
        given, taken = ["**own"] if self.children or not keys else [], ["*key"]
        if self.key_field:
            given.append(f"{self.key_field}=row[{len(keys) - 1}]")
        at = len(keys)
        for one in fields_of(part):
            if one.kind is Kind.PARTS or one.name == self.key_field:
                continue
            name, kind = one.name, one.kind.value
            if one.kind in _PAIRS:
                first, second, _ = _PAIRS[one.kind]
                taken += [f"item.{name}.{first}", f"item.{name}.{second}"]
                halves = f"row[{at}]", f"row[{at + 1}]"
                made = f"from_{kind}({', '.join(halves)}) if {' or '.join(halves)} else no_{kind}"
                given.append(f"{name}={made}")
                at += 1
            elif one.kind in _TO_SQL:
                taken.append(f"to_{kind}(item.{name})")
                given.append(f"{name}=from_{kind}(row[{at}]) if row[{at}] else {one.empty!r}")
            else:
                taken.append(f"item.{name}")
                given.append(f"{name}=row[{at}]")
            at += 1
        names = _NAMES | {"part": part}
        self.row: Callable[[Any, Key], Row] = expression(f"lambda item, key: ({', '.join(taken)},)", names)
        self.made: Callable[[Row, Mapping[str, Any]], Any] = expression(
            f"lambda row, own: part({', '.join(given)})", names
        )

    def numbered(self, pieces: Iterable[msgspec.Struct]) -> dict[int, Any]:
        """Parts of this shape by their last key, in its order."""
        if not self.key_field:
            return dict(enumerate(pieces, start=1))
        return {getattr(one, self.key_field): one for one in sorted(pieces, key=attrgetter(self.key_field))}


def expression(source: str, names: dict[str, Any]) -> Callable[..., Any]:
    """What such a source means; it is put together from names of our own fields, nothing from outside."""
    found: Callable[..., Any] = eval(source, names)  # noqa: S307 - as said above
    return found


@cache
def shape_of(type_word: str) -> Shape:
    """The shape of one of the eight record types by its word."""
    return Shape(type_word, RECORD_TYPES[type_word], (), ())


@cache
def shapes(type_word: str) -> tuple[Shape, ...]:
    """The shapes of a record's tables, parents before their parts."""
    return (shape_of(type_word), *shape_of(type_word).below)


def spread(record: Record) -> Spread:
    """Every row of a record by table, in the order of the keys."""
    result: Spread = {}
    spread_into(result, shape_of(type_name(record)), record, ())
    return result


def spread_into(result: Spread, one: Shape, item: msgspec.Struct, key: Key) -> None:
    """Add the rows of a record or part, and of its own parts, to `result`."""
    result.setdefault(one.table, []).append(one.row(item, key))
    for name, child in one.children:
        if pieces := getattr(item, name):
            for n, piece in child.numbered(pieces).items():
                spread_into(result, child, piece, (*key, n))


def gather(type_word: str, record_id: str, rows: Mapping[str, list[Row]]) -> Record:
    """The record whose rows these are; the rows of a table must come in ascending order of their keys."""
    record: Record = gathered(shape_of(type_word), rows, {"id": record_id})
    return record


def gathered(one: Shape, rows: Mapping[str, list[Row]], own: dict[str, Any]) -> Any:
    """The one record or part of this shape that these are the rows of; own: a record's id, no field."""
    made: dict[str, dict[Key, list[Any]]] = {}
    for child in reversed(one.below):
        made[child.table] = _made(child, rows.get(child.table, ()), made)
    row = rows[one.table][0]
    return one.made(row, own | _own_parts(one, row, made))


def _made(
    one: Shape, rows: Iterable[Row], below: Mapping[str, Mapping[Key, list[Any]]]
) -> dict[Key, list[Any]]:
    """The parts that lie in the rows of one table, by the key of what they are parts of."""
    found: dict[Key, list[Any]] = {}
    above, make = len(one.keys) - 1, one.made
    if any(below[child.table] for _, child in one.children):
        for row in rows:
            found.setdefault(row[:above], []).append(make(row, _own_parts(one, row, below)))
    elif above:
        for row in rows:
            found.setdefault(row[:above], []).append(make(row, _NO_PARTS))
    elif pieces := [make(row, _NO_PARTS) for row in rows]:
        found[()] = pieces
    return found


def _own_parts(one: Shape, row: Row, made: Mapping[str, Mapping[Key, list[Any]]]) -> dict[str, Any]:
    """The parts of what lies in a row, by field, out of all that were made by table and key above."""
    if not one.children:
        return _NO_PARTS
    key = row[: len(one.keys)]
    return {name: tuple(made[child.table].get(key, ())) for name, child in one.children}


_NO_PARTS: dict[str, Any] = {}
