"""The rows of an activity that arrived in its plain form, as `rows.spread` gives them of the record.

A file names the columns of its lists; the others are empty in every row and are left to their defaults.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from fieldapp.domain.fields import Kind, columns, part_type, parts
from fieldapp.domain.plain_activity import PlainActivity
from fieldapp.domain.records import Activity
from fieldapp.storage.rows import Key, Row, Shape, expression, shape_of

_TO_SQL = {
    Kind.DATE: "item.{0}.isoformat() if item.{0} else ''",
    Kind.CODES: "' '.join(item.{0} or ())",
    Kind.REF: "bytes.fromhex(item.{0}) if item.{0} else None",
    Kind.YES_NO: "1 if item.{0} else 0",
}


class Lot(NamedTuple):
    """Rows of one table: the columns after centre and id that may hold anything, and the rows in these."""

    columns: tuple[str, ...]
    rows: list[Row]


def spread_plain(activity: PlainActivity) -> dict[str, Lot]:
    """The rows of a plain activity by table."""
    result: dict[str, Lot] = {}
    _spread_into(result, shape_of("activity"), Activity, [((), activity)])
    return result


def _spread_into(
    result: dict[str, Lot], one: Shape, part: type[msgspec.Struct], items: list[tuple[Key, Any]]
) -> None:
    """The rows of all parts of one shape, each given with its key, and of their own parts."""
    sent: type[msgspec.Struct] = type(items[0][1])
    columns, row = _row_of(one, part, sent)
    result[one.table] = Lot(columns, [row(item, key) for key, item in items])
    for child, inner, taken in _children(one, part):
        # Parts of a plain activity stand in the order of their keys already.
        if child.key_field:
            own = attrgetter(child.key_field)
            pieces = [((*key, own(piece)), piece) for key, item in items for piece in taken(item)]
        else:
            pieces = [
                ((*key, n), piece) for key, item in items for n, piece in enumerate(taken(item), start=1)
            ]
        if pieces:
            _spread_into(result, child, inner, pieces)


@cache
def _children(
    one: Shape, part: type[msgspec.Struct]
) -> tuple[tuple[Shape, type[msgspec.Struct], Callable[[Any], Any]], ...]:
    types = {field.name: part_type(field) for field in parts(part)}
    return tuple((child, types[name], attrgetter(name)) for name, child in one.children)


@lru_cache(maxsize=256)
def _row_of(
    one: Shape, part: type[msgspec.Struct], sent: type[msgspec.Struct]
) -> tuple[tuple[str, ...], Callable[[Any, Key], Row]]:
    """The columns that a part has as it was sent, and what gives its row of it and its key: written out as by
    hand, as those of a Shape are.
    """
    names, taken = list(one.keys), ["*key"]
    for column in columns(part):
        if column.name != one.key_field and column.name in sent.__struct_fields__:
            names.append(column.name)
            empty = 0 if column.whole else "''"
            words = _TO_SQL.get(column.field.kind, f"item.{{0}} or {empty}")
            taken.append(words.format(column.name))
    return tuple(names), expression(f"lambda item, key: ({', '.join(taken)},)", {})
