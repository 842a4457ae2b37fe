"""Row changes of many records, gathered and carried out with one statement a table."""

from collections import defaultdict
from functools import cache
from typing import Any

from sqlalchemy.engine import Connection

from fieldapp.storage.rows import Key, Shape, Spread, shapes
from fieldapp.storage.tables import metadata

Change = tuple[str, Any, Any]
"""path, old value, new value: 'rows/12/name_hi'. A row that came has old null and new '+'."""


class Writer:
    """Collects; `flush` writes. Nothing is written before it."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self._inserts: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._updates: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._deletes: dict[str, list[tuple[Any, ...]]] = defaultdict(list)

    def add(self, word: str, centre: int, key: bytes, old: Spread | None, new: Spread) -> list[Change]:
        """Note what turns the old rows of a record into the new ones; gives the changes for the journal."""
        if old is None:
            for table, rows in new.items():
                self._inserts[table] += [(centre, key, *row) for row in rows.values()]
            return [("", None, "+")]
        what: list[Change] = []
        for one in shapes(word):
            self._compare(one, (centre, key), old.get(one.table, {}), new.get(one.table, {}), what)
        return what

    def _compare(
        self,
        one: Shape,
        own: tuple[int, bytes],
        old: dict[Key, tuple[Any, ...]],
        new: dict[Key, tuple[Any, ...]],
        what: list[Change],
    ) -> None:
        for key, row in new.items():
            before = old.get(key)
            if before is None:
                self._inserts[one.table].append((*own, *row))
                what.append((_path(one, key), None, "+"))
            elif before != row:
                self._updates[one.table].append((*row[len(key) :], *own, *key))
                what += [
                    (_path(one, key, name), _plain(was), _plain(now))
                    for name, was, now in zip(one.columns, before, row, strict=True)
                    if was != now
                ]
        for key in old.keys() - new.keys():
            self._deletes[one.table].append((*own, *key))
            names = zip(one.columns, old[key], strict=True)
            what.append((_path(one, key), {name: _plain(was) for name, was in names if was}, None))

    def insert(self, table: str, row: tuple[Any, ...]) -> None:
        """One new row with all columns of its table, in order."""
        self._inserts[table].append(row)

    def replace(self, table: str, row: tuple[Any, ...]) -> None:
        """One row in the place of the one with the same (centre, id), which may not exist yet."""
        self._deletes[table].append(row[:2])
        self._inserts[table].append(row)

    def delete(self, table: str, key: tuple[Any, ...]) -> None:
        """The row with this full key, and by cascade its parts."""
        self._deletes[table].append(key)

    def flush(self) -> None:
        """Write everything: parts go before their parents, parents come before their parts."""
        dialect, cursor = self._tx.dialect.name, self._tx.connection.cursor()
        for table, rows in reversed(_in_order(self._deletes)):
            cursor.executemany(_delete_sql(table, len(rows[0]), dialect), rows)
        for table, rows in _in_order(self._inserts):
            cursor.executemany(_insert_sql(table, dialect), rows)
        for table, rows in self._updates.items():
            cursor.executemany(_update_sql(table, dialect), rows)
        cursor.close()
        for pending in (self._inserts, self._updates, self._deletes):
            pending.clear()


def _in_order(pending: dict[str, list[tuple[Any, ...]]]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    return sorted(pending.items(), key=lambda item: _depth(item[0]))


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


@cache
def _insert_sql(table: str, dialect: str) -> str:
    names = [column.name for column in metadata.tables[table].columns]
    marks = ", ".join([_mark(dialect)] * len(names))
    return f'INSERT INTO "{table}" ({_quoted(names)}) VALUES ({marks})'  # noqa: S608 - our own table names


@cache
def _update_sql(table: str, dialect: str) -> str:
    found = metadata.tables[table]
    keys = [column.name for column in found.primary_key.columns]
    values = [column.name for column in found.columns if column.name not in keys]
    mark = _mark(dialect)
    assigned = ", ".join(f'"{name}" = {mark}' for name in values)
    return f'UPDATE "{table}" SET {assigned} WHERE {_matching(keys, mark)}'  # noqa: S608 - our own table names


@cache
def _delete_sql(table: str, width: int, dialect: str) -> str:
    keys = [column.name for column in metadata.tables[table].primary_key.columns][:width]
    return f'DELETE FROM "{table}" WHERE {_matching(keys, _mark(dialect))}'  # noqa: S608 - our own table names


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _matching(keys: list[str], mark: str) -> str:
    return " AND ".join(f'"{name}" = {mark}' for name in keys)
