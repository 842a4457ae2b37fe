"""What the machine can do with the same rows and the same promises, without the program around them."""

from pathlib import Path

import psycopg
import sqlalchemy as sa
import sqlcipher3
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from fieldapp.domain.records import Activity
from fieldapp.storage.rows import spread
from fieldapp.storage.tables import record_table

_KINDS = {sa.BigInteger: "int8", sa.Integer: "int4", sa.LargeBinary: "bytea", sa.Text: "text"}
TABLES = ("activity", "activity_rows", "activity_rows_tries")


class RawDatabase:
    """Three tables, WAL, FULL, foreign keys, one connection; SQLCipher with a key, plain SQLite without.

    What is deleted is overwritten, which costs an insert a little too: a home promises that.
    """

    def __init__(self, path: Path, key: bytes | None) -> None:
        self.raw = sqlcipher3.dbapi2.connect(str(path), isolation_level=None)
        if key:
            self.raw.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in (
            "locking_mode = exclusive",
            "journal_mode = wal",
            "synchronous = 2",
            "foreign_keys = 1",
            "secure_delete = 1",
            "wal_autocheckpoint = 0",
            "cache_size = -65536",  # a head office keeps as many pages
        ):
            self.raw.execute(f"PRAGMA {pragma}")
        self._insert, self._select = {}, {}
        for name in TABLES:
            table = record_table(name)
            self.raw.execute(str(CreateTable(table, if_not_exists=True).compile(dialect=sqlite.dialect())))
            for index in table.indexes:
                self.raw.execute(
                    str(CreateIndex(index, if_not_exists=True).compile(dialect=sqlite.dialect()))
                )
            marks = ", ".join("?" * len(table.columns))
            self._insert[name] = f'INSERT INTO "{name}" VALUES ({marks})'
            self._select[name] = f'SELECT * FROM "{name}" WHERE centre = 1 AND id = ?'

    def fill(self, rows: dict[str, list[tuple]]) -> None:
        """Insert what shall be there beforehand; it lies in the file itself then, and not in its log."""
        self.insert(rows)
        self.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def insert(self, rows: dict[str, list[tuple]]) -> None:
        """One transaction, one executemany a table, one commit."""
        self.raw.execute("BEGIN IMMEDIATE")
        for name in TABLES:
            self.raw.executemany(self._insert[name], rows[name])
        self.raw.execute("COMMIT")

    def read(self, key: bytes) -> int:
        """Every row of one session; how many there were."""
        return sum(len(self.raw.execute(sql, (key,)).fetchall()) for sql in self._select.values())

    def read_all(self) -> int:
        """Every row of every session, in the order of their keys."""
        return sum(len(self.raw.execute(f'SELECT * FROM "{name}"').fetchall()) for name in TABLES)

    def edit(self, key: bytes, age: int) -> None:
        """Read one session, change one cell of it, commit."""
        self.raw.execute("BEGIN IMMEDIATE")
        self.read(key)
        self.raw.execute(
            "UPDATE activity_rows SET age = ? WHERE centre = 1 AND id = ? AND row = 12", (age, key)
        )
        self.raw.execute("COMMIT")


class ServerTables:
    """The same tables beside those of a head office on PostgreSQL, with their keys and no partitions."""

    def __init__(self, url: str) -> None:
        self._raw = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        self._raw.execute("CREATE SCHEMA floor")
        for name in TABLES:
            self._raw.execute(f'CREATE TABLE floor."{name}" (LIKE public."{name}" INCLUDING ALL)')
            above = name.rpartition("_")[0]
            if above:
                keys = ", ".join(f'"{column.name}"' for column in record_table(above).primary_key.columns)
                self._raw.execute(
                    f'ALTER TABLE floor."{name}" ADD FOREIGN KEY ({keys}) REFERENCES floor."{above}" ({keys})'
                )

    def copy(self, rows: dict[str, list[tuple]]) -> None:
        """One transaction, one binary COPY a table."""
        with self._raw.transaction(), self._raw.cursor() as cursor:
            for name in TABLES:
                kinds = [_KINDS[type(column.type)] for column in record_table(name).columns]
                with cursor.copy(f'COPY floor."{name}" FROM STDIN (FORMAT BINARY)') as sink:
                    sink.set_types(kinds)
                    for row in rows[name]:
                        sink.write_row(row)

    def close(self) -> None:
        self._raw.close()


def rows_of(activity: Activity) -> dict[str, list[tuple]]:
    """The rows of a session as the raw tables take them, made before the clock starts."""
    key, found = bytes.fromhex(activity.id), spread(activity)
    return {name: [(1, key, *row) for row in found.get(name, ())] for name in TABLES}
