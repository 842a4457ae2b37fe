"""The rows of an activity that arrived in its plain form, just as `rows.spread` gives them of the record."""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec

from fieldapp.domain.fields import Kind, columns, part_type, parts
from fieldapp.domain.plain_activity import PlainActivity
from fieldapp.domain.records import Activity
from fieldapp.storage.rows import Row, Shape, Spread, expression, shape_of

_TO_SQL = {
    Kind.DATE: "item.{0}.isoformat() if item.{0} else ''",
    Kind.CODES: "' '.join(item.{0} or ())",
    Kind.REF: "bytes.fromhex(item.{0}) if item.{0} else None",
    Kind.YES_NO: "1 if item.{0} else 0",
}
_KEYS = ("centre", "id", "a", "b")
"""What the key columns are called in the expressions: a part lies two lists deep at most."""


def spread_plain(activity: PlainActivity, centre: int, key: bytes) -> Spread:
    """{table: [row, ...]} of a plain activity as they are stored, centre and id in front."""
    result: Spread = {}
    shape = shape_of("activity")
    _spread_into(result, shape, Activity, activity, (centre, key))
    return result


def _spread_into(
    result: Spread, one: Shape, part: type[msgspec.Struct], item: Any, key: tuple[Any, ...]
) -> None:
    result.setdefault(one.table, []).append(_row_of(one, part)(item, *key))
    for child, inner, taken in _children(one, part):
        if not (pieces := taken(item)):
            continue
        # Parts of a plain activity stand in the order of their keys already.
        numbers = map(attrgetter(child.key_field), pieces) if child.key_field else range(1, len(pieces) + 1)
        if child.children:
            for n, piece in zip(numbers, pieces, strict=True):
                _spread_into(result, child, inner, piece, (*key, n))
        else:
            row = _row_of(child, inner)
            result.setdefault(child.table, []).extend(
                [row(piece, *key, n) for n, piece in zip(numbers, pieces, strict=True)]
            )


@cache
def _children(
    one: Shape, part: type[msgspec.Struct]
) -> tuple[tuple[Shape, type[msgspec.Struct], Callable[[Any], Any]], ...]:
    types = {field.name: part_type(field) for field in parts(part)}
    return tuple((child, types[name], attrgetter(name)) for name, child in one.children)


@cache
def _row_of(one: Shape, part: type[msgspec.Struct]) -> Callable[..., Row]:
    """(item, centre, id, key, ...) -> its row, written out as by hand as those of a Shape are."""
    keys = _KEYS[: 2 + len(one.keys)]
    taken = list(keys)
    for column in columns(part):
        if column.name != one.key_field:
            empty = 0 if column.whole else "''"
            words = _TO_SQL.get(column.field.kind, f"item.{{0}} or {empty}")
            taken.append(words.format(column.name))
    return expression(f"lambda item, {', '.join(keys)}: ({', '.join(taken)},)", {})
