"""What a database on SQLite is asked: work that grows with the data shows there first."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from fieldapp.storage.database import Database


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements of every transaction that is begun meanwhile, in their order."""
    asked: list[str] = []

    def listen(driver, *_of_the_pool):
        driver.set_trace_callback(asked.append)

    def leave(driver, *_of_the_pool):
        driver.set_trace_callback(None)

    pool = database.engine.pool
    event.listen(pool, "checkout", listen)
    event.listen(pool, "checkin", leave)
    try:
        yield asked
    finally:
        event.remove(pool, "checkout", listen)
        event.remove(pool, "checkin", leave)
