"""The rows of activities that arrived in their plain form, as `rows.spread` gives them of the records.

A file names the columns of its lists; the others are empty in every row and are left to their defaults.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, repeat
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from fieldapp.domain.fields import Kind, columns, part_type, parts
from fieldapp.domain.plain_activity import PlainActivity
from fieldapp.domain.records import Activity
from fieldapp.storage.rows import Row, Shape, expression, shape_of

_TO_SQL = {
    Kind.DATE: "item.{0}.isoformat() if item.{0} else ''",
    Kind.CODES: "' '.join(item.{0} or ())",
    Kind.REF: "bytes.fromhex(item.{0}) if item.{0} else None",
    Kind.YES_NO: "1 if item.{0} else 0",
}


class Lot(NamedTuple):
    """Rows of one table, column by column: a column in which all rows have the same is one value.

    of: of each row, the place of its record among those that were spread together. columns: after centre and
    id, those that may hold anything. values: of each column, a list, or the one value.
    """

    of: list[int]
    columns: tuple[str, ...]
    values: list[Any]

    def rows(self, centre: int, keys: Sequence[Any]) -> Iterator[Row]:
        """The rows, each begun with the centre and the key of its record; none of records without a key.

        They are made one at a time. ValueError for a column with fewer or more values than another.
        """
        number = len(self.of)
        found = [one if type(one) is list else repeat(one, number) for one in self.values]
        rows = zip(repeat(centre, number), map(keys.__getitem__, self.of), *found, strict=True)
        return rows if None not in keys else (row for row in rows if row[1] is not None)


class Lots(msgspec.Struct, eq=False, gc=False):
    """The rows of some activities together, by table. number: of activities. Only the very same are equal."""

    number: int
    tables: dict[str, Lot]


def spread_plain(activities: Sequence[PlainActivity]) -> Lots:
    """The rows of plain activities, which are of one file."""
    result: dict[str, Lot] = {}
    if activities:
        _spread_into(result, shape_of("activity"), Activity, [[*range(len(activities))]], [*activities])
    return Lots(len(activities), result)


def _spread_into(
    result: dict[str, Lot],
    one: Shape,
    part: type[msgspec.Struct],
    keys: list[list[Any]],
    items: list[Any],
) -> None:
    """The rows of all parts of one shape, and of their own parts.

    keys: of each part the place of its record, then the key of each part it is in, and its own: by columns.
    """
    sent: type[msgspec.Struct] = type(items[0])
    columns, values = _values_of(one, part, sent)
    of, *own_keys = keys
    result[one.table] = Lot(of, columns, [_all_or_one(one_column) for one_column in own_keys + values(items)])
    for child, inner, taken in _children(one, part):
        # Parts of a plain activity stand in the order of their keys already.
        lists = [taken(item) for item in items]
        pieces, numbers = [*chain.from_iterable(lists)], [len(one) for one in lists]
        if child.key_field:
            own = [*map(attrgetter(child.key_field), pieces)]
        else:
            own = [*chain.from_iterable(range(1, number + 1) for number in numbers)]
        if pieces:
            above = [[*chain.from_iterable(map(repeat, column, numbers))] for column in keys]
            _spread_into(result, child, inner, [*above, own], pieces)


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
