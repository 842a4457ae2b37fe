"""Row changes of many records, gathered and carried out with one statement a table."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from fieldapp.domain.records import Record
from fieldapp.storage.plain_rows import Lots
from fieldapp.storage.rows import Key, Row, Shape, Spread, gathered, shape_of, shapes, spread, spread_into
from fieldapp.storage.tables import metadata

Change = tuple[str, Any, Any]
"""path, old value, new value: 'rows/12/name_hi'. A row that came has old null and new '+'."""


class _Saved(NamedTuple):
    """The record whose rows are being compared: its own key, and where its changes go."""

    own: tuple[int, bytes]
    what: list[Change]


class _Target(NamedTuple):
    """Where rows go: a table, and those of its columns that the rows have if these are not all."""

    table: str
    columns: tuple[str, ...] = ()


class Writer:
    """Collects; `flush` writes. Nothing is written before it."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self._inserts: dict[_Target, list[Row]] = defaultdict(list)
        self._lots: dict[tuple[Lots, str, int], list[bytearray | None]] = {}
        self._upserts: dict[str, list[Row]] = defaultdict(list)
        self._updates: dict[str, list[Row]] = defaultdict(list)
        self._deletes: dict[str, list[Row]] = defaultdict(list)

    def add(self, centre: int, key: bytes, record: Record) -> list[Change]:
        """Note every row of a new record; gives its line for the journal."""
        self._insert_all((centre, key), spread(record))
        return [("", None, "+")]

    def turn(
        self, word: str, centre: int, key: bytes, before: Record, after: Record
    ) -> tuple[list[Change], Record]:
        """Note what turns the rows of a record, as it was read here, into those of another state of it.

        Gives the changes for the journal, and the record just as it will be read: parts that did not change
        are those of `before`, and a part that is the very same object is not looked into.
        """
        saved = _Saved((centre, key), [])
        record: Record = self._turn(saved, shape_of(word), (), before, after, {"id": after.id})
        return saved.what, record

    def _turn(self, saved: _Saved, one: Shape, key: Key, before: Any, after: Any, own: dict[str, Any]) -> Any:
        old, new = one.row(before, key), one.row(after, key)
        if old != new:
            self._updates[one.table].append((*new[len(key) :], *saved.own, *key))
            saved.what.extend(
                (_path(one, key, name), _plain(was), _plain(now))
                for name, was, now in zip(one.columns, old, new, strict=True)
                if was != now
            )
        for name, child in one.children:
            was, now = getattr(before, name), getattr(after, name)
            own[name] = was if now is was else self._turn_parts(saved, child, key, was, now)
        return one.made(new, own)

    def _turn_parts(
        self, saved: _Saved, one: Shape, above: Key, before: tuple[Any, ...], after: tuple[Any, ...]
    ) -> tuple[Any, ...]:
        gone, kept = one.numbered(before), []
        for n, piece in one.numbered(after).items():
            was, key = gone.pop(n, None), (*above, n)
            if was is None:
                kept.append(self._came(saved, one, key, piece))
            elif was is piece or was == piece:
                kept.append(was)
            else:
                kept.append(self._turn(saved, one, key, was, piece, {}))
        for n, was in gone.items():
            key = (*above, n)
            self._deletes[one.table].append((*saved.own, *key))
            values = zip(one.columns, one.row(was, key), strict=True)
            held = {name: _plain(value) for name, value in values if value}
            saved.what.append((_path(one, key), held, None))
        return before if before == tuple(kept) else tuple(kept)

    def _came(self, saved: _Saved, one: Shape, key: Key, piece: msgspec.Struct) -> Any:
        rows: Spread = {}
        spread_into(rows, one, piece, key)
        self._insert_all(saved.own, rows)
        saved.what.append((_path(one, key), None, "+"))
        return gathered(one, rows, {})

    def add_from(self, lots: Lots, at: int, word: str, centre: int, key: bytes) -> None:
        """Note every row of a new record of that type, which stand at that place among those of others;
        columns that a lot does not have are empty.
        """
        keys = self._lots.setdefault((lots, word, centre), [None] * lots.number)
        keys[at] = _as_it_is(key)

    def _from_lots(self) -> dict[_Target, list[Iterator[Row]]]:
        """Where the rows of records go that were spread together, parents before their parts."""
        found: dict[_Target, list[Iterator[Row]]] = defaultdict(list)
        for (lots, word, centre), keys in self._lots.items():
            for one in shapes(word):
                if one.table in lots.tables:
                    lot = lots.tables[one.table]
                    target = _Target(one.table, ("centre", "id", *lot.columns))
                    found[target].append(lot.rows(centre, keys))
        return dict(sorted(found.items(), key=lambda item: _depth(item[0].table)))

    def _insert_all(self, own: tuple[int, bytes], rows: Spread) -> None:
        centre, key = own[0], _as_it_is(own[1])
        for table, found in rows.items():
            self._inserts[_Target(table)] += [(centre, key, *row) for row in found]

    def insert(self, table: str, row: Row) -> None:
        """One new row with all columns of its table, in order."""
        self._inserts[_Target(table)].append(row)

    def replace(self, table: str, row: Row) -> None:
        """One row in the place of the one with the same key, which may not exist yet."""
        self._upserts[table].append(row)

    def flush(self) -> None:
        """Write everything: parts go before their parents, parents come before their parts."""
        dialect, cursor = self._tx.dialect.name, self._tx.connection.cursor()
        for table, rows in sorted(self._deletes.items(), key=lambda item: -_depth(item[0])):
            cursor.executemany(_delete_sql(table, len(rows[0]), dialect), rows)
        insert = _insert_here if dialect == "sqlite" else _insert_on_server
        for target, rows in sorted(self._inserts.items(), key=lambda item: _depth(item[0].table)):
            insert(cursor, target, rows)
        for target, found in self._from_lots().items():
            insert(cursor, target, chain.from_iterable(found))
        for table, rows in self._upserts.items():
            cursor.executemany(_upsert_sql(table, dialect), rows)
        for table, rows in self._updates.items():
            cursor.executemany(_update_sql(table, dialect), rows)
        cursor.close()
        for pending in (self._inserts, self._lots, self._upserts, self._updates, self._deletes):
            pending.clear()


def _as_it_is(key: bytes) -> bytearray:
    """The driver takes a bytearray as it is, but looks for an adapter of every bytes object."""
    return bytearray(key)


_BULK = 100
"""From so many rows on PostgreSQL's COPY is worth its two more messages to the server."""


def _insert_here(cursor: Any, target: _Target, rows: Iterable[Row]) -> None:
    cursor.executemany(_insert_sql(target, "sqlite"), rows)


def _insert_on_server(cursor: Any, target: _Target, rows: Iterable[Row]) -> None:
    found = [*rows]
    if len(found) >= _BULK:
        _copy(cursor, target, found)
    else:
        cursor.executemany(_insert_sql(target, "postgresql"), found)


def _copy(cursor: Any, target: _Target, rows: list[Row]) -> None:
    """New rows by COPY: as with INSERT, a key that is taken is an error and nothing is kept."""
    with cursor.copy(f'COPY "{target.table}" ({_quoted(_columns(target))}) FROM STDIN') as sink:
        for row in rows:
            sink.write_row(row)


@cache
def _depth(table: str) -> int:
    return sum(1 for name in metadata.tables if table.startswith(name + "_"))


def _path(one: Shape, key: Key, column: str = "") -> str:
    steps = [f"{name}/{n}" for name, n in zip(one.path, key, strict=True)]
    return "/".join([*steps, column] if column else steps)


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes | memoryview) else value


def _mark(dialect: str) -> str:
    return "?" if dialect == "sqlite" else "%s"


@lru_cache(maxsize=256)
def _insert_sql(target: _Target, dialect: str) -> str:
    names = _columns(target)
    marks = ", ".join([_mark(dialect)] * len(names))
    return f'INSERT INTO "{target.table}" ({_quoted(names)}) VALUES ({marks})'  # noqa: S608 - our own names


def _columns(target: _Target) -> list[str]:
    """The columns a row has values for; KeyError for a name that is none of the table's."""
    found = metadata.tables[target.table].columns
    return [found[name].name for name in target.columns] or [column.name for column in found]


@cache
def _upsert_sql(table: str, dialect: str) -> str:
    keys, values = _keys_and_values(table)
    taken = ", ".join(f'"{name}" = excluded."{name}"' for name in values)
    return f"{_insert_sql(_Target(table), dialect)} ON CONFLICT ({_quoted(keys)}) DO UPDATE SET {taken}"


@cache
def _update_sql(table: str, dialect: str) -> str:
    keys, values = _keys_and_values(table)
    mark = _mark(dialect)
    assigned = ", ".join(f'"{name}" = {mark}' for name in values)
    return f'UPDATE "{table}" SET {assigned} WHERE {_matching(keys, mark)}'  # noqa: S608 - our own table names


@cache
def _delete_sql(table: str, width: int, dialect: str) -> str:
    keys = _keys_and_values(table)[0][:width]
    return f'DELETE FROM "{table}" WHERE {_matching(keys, _mark(dialect))}'  # noqa: S608 - our own table names


def _keys_and_values(table: str) -> tuple[list[str], list[str]]:
    found = metadata.tables[table]
    keys = [column.name for column in found.primary_key.columns]
    return keys, [column.name for column in found.columns if column.name not in keys]


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _matching(keys: list[str], mark: str) -> str:
    return " AND ".join(f'"{name}" = {mark}' for name in keys)
