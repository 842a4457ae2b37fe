"""The rows of an activity that arrived in its plain form, as `rows.spread` gives them of the record.

A file names the columns of its lists; the others are empty in every row and are left to their defaults.
"""

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import repeat
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
    """Rows of one table, column by column: a column in which all rows have the same is one value.

    columns: after centre and id, those that may hold anything. values: of each column, a list, or the one
    value; rows have keys, so there is a list as soon as there are two.
    """

    columns: tuple[str, ...]
    values: list[Any]

    def rows(self, *own: Any) -> Iterator[Row]:
        """The rows, each begun with `own`. ValueError for a column with fewer or more values than another."""
        number = next((len(one) for one in self.values if type(one) is list), 1)
        same = [repeat(one, number) for one in own]
        found = [one if type(one) is list else repeat(one, number) for one in self.values]
        return zip(*same, *found, strict=True)


def spread_plain(activity: PlainActivity) -> dict[str, Lot]:
    """The rows of a plain activity by table."""
    result: dict[str, Lot] = {}
    _spread_into(result, shape_of("activity"), Activity, [()], [activity])
    return result


def _spread_into(
    result: dict[str, Lot], one: Shape, part: type[msgspec.Struct], keys: list[Key], items: list[Any]
) -> None:
    """The rows of all parts of one shape, given with their keys, and of their own parts."""
    sent: type[msgspec.Struct] = type(items[0])
    columns, values = _values_of(one, part, sent)
    found = [[*one_column] for one_column in zip(*keys, strict=True)] + values(items)
    result[one.table] = Lot(columns, [_all_or_one(one_column) for one_column in found])
    for child, inner, taken in _children(one, part):
        # Parts of a plain activity stand in the order of their keys already.
        own = attrgetter(child.key_field) if child.key_field else None
        below, pieces = list[Key](), list[Any]()
        for key, item in zip(keys, items, strict=True):
            mine = taken(item)
            pieces += mine
            below += [(*key, n) for n in (map(own, mine) if own else range(1, len(mine) + 1))]
        if pieces:
            _spread_into(result, child, inner, below, pieces)


def _all_or_one(values: list[Any]) -> Any:
    return values[0] if values.count(values[0]) == len(values) else values


@cache
def _children(
    one: Shape, part: type[msgspec.Struct]
) -> tuple[tuple[Shape, type[msgspec.Struct], Callable[[Any], Any]], ...]:
    types = {field.name: part_type(field) for field in parts(part)}
    return tuple((child, types[name], attrgetter(name)) for name, child in one.children)


@lru_cache(maxsize=256)
def _values_of(
    one: Shape, part: type[msgspec.Struct], sent: type[msgspec.Struct]
) -> tuple[tuple[str, ...], Callable[[list[Any]], list[list[Any]]]]:
    """The columns that parts have as they were sent, their keys first, and what gives of such parts the
    values of each column after the keys: written out as by hand, as the row of a Shape is.
    """
    names, taken = list(one.keys), list[str]()
    for column in columns(part):
        if column.name != one.key_field and column.name in sent.__struct_fields__:
            names.append(column.name)
            empty = 0 if column.whole else "''"
            words = _TO_SQL.get(column.field.kind, f"item.{{0}} or {empty}")
            taken.append(f"[{words.format(column.name)} for item in items]")
    return tuple(names), expression(f"lambda items: [{', '.join(taken)}]", {})
