"""The commits that wait for the disk, counted as they are made; each may be made to wait longer."""

from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.engine import Engine

_FULL = 2


class Fsyncs:
    """`count` grows by one at each commit that has written something and is synced.

    at_each: called at each of them, before it is made.
    """

    def __init__(self, engine: Engine, at_each: Callable[[], object] = lambda: None) -> None:
        self.count = 0
        self._at_each = at_each
        with engine.connect() as connection:  # one that only reads writes nothing, also where it is the first
            self._changes = connection.connection.total_changes
        event.listen(engine, "commit", self._look)

    def _look(self, connection) -> None:
        raw = connection.connection
        changes, before = raw.total_changes, self._changes
        self._changes = changes
        if changes == before or raw.execute("PRAGMA synchronous").fetchone()[0] != _FULL:
            return
        self.count += 1
        self._at_each()
