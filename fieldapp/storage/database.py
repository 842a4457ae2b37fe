"""Opening a home's database and the one way to change it: `with database.transaction() as tx`.

A centre's database is SQLCipher, opened EXCLUSIVE by one connection behind one lock: there is then no shared
memory file, and a full disk is an error instead of a killed process. Head office reads beside its importer
(normal locking), on SQLite or on PostgreSQL. Every pragma that a promise rests on is read back.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
import sqlcipher3
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool, StaticPool

from fieldapp.domain.errors import EnvironmentProblem, InvalidInput, NewerData
from fieldapp.domain.ids import uuid7
from fieldapp.domain.text import Text
from fieldapp.storage.plain_words import disk_full, plain_words

Clock = Callable[[], datetime]

BUSY_SECONDS = 5
INDIA = timezone(timedelta(hours=5, minutes=30))


RECENT = "recent"
"""Under this name a connection that nobody else writes beside carries the records it read or saved last
(storage.records). A transaction that fails leaves none there."""

LAST = "last"
"""Under this name a connection to a server carries what is to be written last in its transaction: it takes a
lock that all officers need, and who holds that then waits for nobody."""


T = TypeVar("T")
SLICE = 400
"""So many values go into one statement: engines take no list of any length."""


def slices(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in their order, as many at once as a statement takes."""
    every = list(values)
    for at in range(0, len(every), SLICE):
        yield every[at : at + SLICE]


def utc_now() -> datetime:
    """The computer's clock as aware UTC."""
    return datetime.now(UTC)


def stamp(at: datetime) -> str:
    """An instant as it is stored and sent: ISO, UTC, to the second, ending in Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text: str) -> datetime:
    """The instant a stamp stands for."""
    return datetime.fromisoformat(text)


def execute(tx: Connection, sql: str, *values: Any) -> Any:
    """The driver's cursor after a statement of our own, whose values stand as `?`.

    For what every save asks: building and compiling such a statement takes ten times as long as running it.
    """
    cursor = tx.connection.cursor()
    cursor.execute(sql if tx.dialect.name == "sqlite" else sql.replace("?", "%s"), values)
    return cursor


class Database:
    """One home's database. Build it with `open_sqlite` or `open_postgresql`."""

    def __init__(self, engine: Engine, clock: Clock, *, one_connection: bool) -> None:
        self.engine = engine
        self.clock = clock
        self._one_connection = one_connection
        self._lock = threading.RLock()
        self._closed = False
        self._driver = engine.dialect.loaded_dbapi
        self._recent: dict[bytes, Any] = {}
        if one_connection:
            with engine.connect() as connection:
                connection.info[RECENT] = self._recent

    @property
    def dialect(self) -> str:
        """'sqlite' or 'postgresql'."""
        return self.engine.dialect.name

    def new_id(self) -> str:
        """A fresh record id."""
        return uuid7(int(self.clock().timestamp() * 1000), os.urandom(10))

    def today(self) -> date:
        """The day it is in India, wherever the computer's clock thinks it is."""
        return self.clock().astimezone(INDIA).date()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Everything inside is kept together or not at all; leaving the block makes it durable.

        Raises EnvironmentProblem when the disk is full, read-only, or another program holds the database;
        nothing has changed then.
        """
        with self._lock, plain_words(self._driver):
            self._refuse_closed()
            try:
                with self.engine.begin() as tx:
                    tx.info.pop(LAST, None)  # of one that failed
                    yield tx
                    for write in tx.info.pop(LAST, ()):
                        write(tx)
            except BaseException:
                self._recent.clear()
                raise

    @contextmanager
    def upkeep(self) -> Iterator[Connection]:
        """A transaction of what can be made again from the rest, as the search index: no wait for the disk.

        Of one connection the log is not synced at this commit; the next save does that. A power cut in
        between takes the whole of it back, and nothing else.
        """
        if not self._one_connection:
            with self.transaction() as tx:
                yield tx
            return
        with self._lock:
            self._refuse_closed()
            self._set_synchronous(_NORMAL)
            try:
                with self.transaction() as tx:
                    yield tx
            finally:
                self._set_synchronous(_WANTED["synchronous"])

    def _set_synchronous(self, wanted: Any) -> None:
        with plain_words(self._driver), self.engine.connect() as connection:
            cursor = connection.connection.cursor()
            cursor.execute(f"PRAGMA synchronous = {wanted}")
            found = cursor.execute("PRAGMA synchronous").fetchone()[0]
        if found != wanted:
            raise _no_promise("synchronous", found)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent look at the database without changing it."""
        if self._one_connection:
            with self.transaction() as tx:
                yield tx
            return
        options = {"reads_only": True} if self.dialect == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._refuse_closed()
        with plain_words(self._driver), self.engine.connect().execution_options(**options) as tx, tx.begin():
            yield tx

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database; called when nobody is typing."""
        if self.dialect == "sqlite":
            with self._lock, plain_words(self._driver), self.engine.connect() as connection:
                cursor = connection.connection.cursor()
                cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
                cursor.fetchall()

    def rewrite(self) -> None:
        """Write the file anew: what was deleted may lie in the gaps of its pages until they are used again.

        It takes the size of the database in memory, for SQLCipher keeps what is temporary off the disk, as
        much room in the log beside it, and a second for each 50 MB. Not of a server's.
        """
        if self.dialect == "sqlite":
            with self._lock, plain_words(self._driver), self.engine.connect() as connection:
                cursor = connection.connection.cursor()
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.fetchall()

    def close(self) -> None:
        """Checkpoint and let go of the file, whatever the disk says: what was saved lies in its log."""
        with self._lock:
            if self._closed:
                return
            with suppress(EnvironmentProblem):
                self.checkpoint()
            self._closed = True
            self.engine.dispose()

    def _refuse_closed(self) -> None:
        """A look after closing would open the file again and keep others out."""
        if self._closed:
            raise EnvironmentProblem(
                Text("This home has been closed."), Text("Open it again to go on."), "closed"
            )


def open_sqlite(
    path: Path, key: bytes, clock: Clock = utc_now, *, exclusive: bool = True, create: bool = False
) -> Database:
    """Open a SQLCipher database with its 32-byte data key.

    Raises EnvironmentProblem when it is missing (it is never silently made anew), may not be written, is held
    by another program, or the key does not fit.
    """
    if not create:
        _refuse_unless_writable(path)

    def connect() -> sqlcipher3.dbapi2.Connection:
        raw = sqlcipher3.dbapi2.connect(
            str(path), isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS
        )
        try:
            _set_pragmas(raw, key, exclusive)
        except BaseException as error:
            # What lies shared beside the log had room for a part of itself: a broken disk, says the engine.
            is_full = "disk I/O" in str(error) and shutil.disk_usage(path.parent).free < _ROOM_TO_SHARE
            raw.close()
            if is_full:
                raise disk_full() from error
            raise
        return raw

    common = _common()
    # Of several connections the one used last is taken again: it has kept the pages that are needed.
    pool = (
        StaticPool(connect, dialect=common.dialect)
        if exclusive
        else QueuePool(connect, dialect=common.dialect, use_lifo=True)
    )
    engine = Engine(pool, common.dialect, common.url, execution_options={"compiled_cache": _COMPILED})
    event.listen(engine, "begin", _begin)
    with plain_words(engine.dialect.loaded_dbapi), engine.connect():
        pass
    return Database(engine, clock, one_connection=exclusive)


_ROOM_TO_SHARE = 64 << 10
"""Bytes that opening a database takes on the disk, where others read beside, and as many again."""

_COMPILED: sa.util.LRUCache[Any, Any] = sa.util.LRUCache(2000)
"""Statements as SQL: every SQLCipher database of this program takes them in the same words."""


@cache
def _common() -> Engine:
    """What all of them have in common, from one in memory that nothing is ever kept in."""
    engine = sa.create_engine("sqlite://", module=sqlcipher3.dbapi2, insertmanyvalues_page_size=400)
    with engine.connect():
        pass
    engine.dispose()
    return engine


def _refuse_unless_writable(path: Path) -> None:
    """The engine calls a disk that is read-only a broken one, and a file without the right a foreign one."""
    if not path.is_file():
        raise EnvironmentProblem(
            Text("The database of this home is missing."),
            Text("Nothing was made in its place. Look for {name}, or restore a backup.", name=path.name),
            "database_missing",
        )
    its_log = path.with_name(f"{path.name}-wal")
    if not all(_may_be_used(one) for one in (path, path.parent, its_log) if one.exists()):
        raise EnvironmentProblem(
            Text("The folder of this home is read-only."),
            Text(
                "Nothing was changed, and its records are safe. Take the write protection off {folder}, or"
                " copy the whole folder to the computer's own disk and open it there.",
                folder=str(path.parent),
            ),
            "read_only",
        )


def _may_be_used(path: Path) -> bool:
    effective = os.access in os.supports_effective_ids
    return os.access(path, os.R_OK | os.W_OK, effective_ids=effective)


def open_postgresql(url: str, clock: Clock = utc_now) -> Database:
    """Open a head office's database on a PostgreSQL server by URL (postgresql://...).

    Raises InvalidInput 'database_url' for one of anything else: in a plain file records would lie open.
    """
    engine = sa.create_engine(_of_postgresql(url))
    with plain_words(engine.dialect.loaded_dbapi), engine.connect():
        pass
    return Database(engine, clock, one_connection=False)


def _of_postgresql(url: str) -> sa.URL:
    try:
        named = sa.make_url(url)
        if named.get_backend_name() == "postgresql":
            return named.set(drivername="postgresql+psycopg")
    except (sa.exc.ArgumentError, ValueError):
        pass  # a port that is no number is a ValueError
    raise InvalidInput(
        Text("This is not the address of a database on a PostgreSQL server."),
        Text("Nothing was changed. It begins with postgresql:// and names the server and the database."),
        "database_url",
    )


def _begin(connection: Connection) -> None:
    """The driver never begins by itself: a writer asks for the lock at once, a reader does not."""
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


_WANTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "wal_autocheckpoint": 0,
    "secure_delete": 1,
}
_NORMAL = 1
_OFFICE_CACHE = 64 << 10
"""KiB of pages that a connection of a head office keeps. Receipt numbers come in no order: every row that is
added meets another page of their index, and one that was not kept is read and decrypted anew.
"""


def _set_pragmas(raw: sqlcipher3.dbapi2.Connection, key: bytes, exclusive: bool) -> None:
    raw.execute("PRAGMA cipher_log_level = NONE")
    raw.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    wanted = _WANTED | {"locking_mode": "exclusive" if exclusive else "normal"}
    if not exclusive:
        raw.execute(f"PRAGMA cache_size = -{_OFFICE_CACHE}")
    # locking_mode stands before anything touches the file: only then WAL needs no shared memory file.
    for name in ("locking_mode", *_WANTED):
        raw.execute(f"PRAGMA {name} = {wanted[name]}")
    for name, value in wanted.items():
        found = raw.execute(f"PRAGMA {name}").fetchone()[0]
        if found != value:
            raise _no_promise(name, found)
    raw.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _no_promise(name: str, found: object) -> EnvironmentProblem:
    return EnvironmentProblem(
        Text("The database cannot keep its promises on this disk."),
        Text("Move the home to the computer's own disk. ({name} is {found})", name=name, found=found),
        "pragma",
    )


def upgrade(database: Database, newest: str) -> bool:
    """Bring the schema to the newest migration; True when something was done.

    Alembic is imported only when there is something to do. Raises NewerData when the database was written by
    a newer program; it is left untouched.
    """
    found = schema_version(database)
    if found == newest:
        return False
    if found > newest:
        raise NewerData(
            Text("This home was last used with a newer program."),
            Text("Nothing was changed. Install the newer program and open it again."),
            "needs_newer_program",
        )
    from fieldapp.storage.migrations import run

    with database.transaction() as tx:
        run.upgrade(tx)
    return True


def schema_version(database: Database) -> str:
    """The number of the last migration that was run, '' for an empty database."""
    with database.reading() as tx:
        if not sa.inspect(tx).has_table("alembic_version"):
            return ""
        return tx.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or ""
