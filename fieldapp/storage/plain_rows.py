"""The rows of an activity that arrived in its plain form, just as `rows.spread` gives them of the record."""

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from fieldapp.domain.fields import Kind, columns, part_type, parts
from fieldapp.domain.plain_activity import PlainActivity
from fieldapp.domain.records import Activity
from fieldapp.storage.rows import Key, Row, Shape, Spread, expression, shape_of

_TO_SQL = {
    Kind.DATE: "item.{0}.isoformat() if item.{0} else ''",
    Kind.CODES: "' '.join(item.{0} or ())",
    Kind.REF: "bytes.fromhex(item.{0}) if item.{0} else None",
    Kind.YES_NO: "1 if item.{0} else 0",
}


def spread_plain(activity: PlainActivity) -> Spread:
    """{table: [row, ...]} of a plain activity, in the order of the keys."""
    result: Spread = {}
    _spread_into(result, shape_of("activity"), Activity, activity, ())
    return result


def _spread_into(result: Spread, one: Shape, part: type[msgspec.Struct], item: Any, key: Key) -> None:
    result.setdefault(one.table, []).append(_row_of(one, part)(item, key))
    for name, child, inner in _children(one, part):
        pieces = getattr(item, name)
        if not pieces:
            continue
        if child.children:
            for n, piece in _numbered(child, pieces):
                _spread_into(result, child, inner, piece, (*key, n))
        else:
            row = _row_of(child, inner)
            rows = [row(piece, (*key, n)) for n, piece in _numbered(child, pieces)]
            result.setdefault(child.table, []).extend(rows)


def _numbered(child: Shape, pieces: Any) -> Any:
    """Parts of a plain activity stand in the order of their keys already."""
    if not child.key_field:
        return enumerate(pieces, start=1)
    return [(getattr(piece, child.key_field), piece) for piece in pieces]


@cache
def _children(one: Shape, part: type[msgspec.Struct]) -> tuple[tuple[str, Shape, type[msgspec.Struct]], ...]:
    types = {field.name: part_type(field) for field in parts(part)}
    return tuple((name, child, types[name]) for name, child in one.children)


@cache
def _row_of(one: Shape, part: type[msgspec.Struct]) -> Callable[[Any, Key], Row]:
    taken = ["*key"]
    for column in columns(part):
        if column.name != one.key_field:
            empty = 0 if column.whole else "''"
            words = _TO_SQL.get(column.field.kind, f"item.{{0}} or {empty}")
            taken.append(words.format(column.name))
    return expression(f"lambda item, key: ({', '.join(taken)},)", {})
