"""The activity log: who did what, chained by hashes so that a line taken out or changed shows."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.storage.database import execute, stamp
from fieldapp.storage.tables import activity_log

_START = bytes(16)
_INSERT = "INSERT INTO activity_log (at, login, verb, type, id, note, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"


def _hash(previous: bytes, at: str, login: str, verb: str, word: str, key: bytes | None, note: str) -> bytes:
    text = "\0".join((at, login, verb, word, (key or b"").hex(), note))
    return hashlib.sha256(b"fieldapp-activity-1\0" + previous + text.encode()).digest()[:16]


def note(
    tx: Connection,
    at: datetime,
    login: str,
    verb: str,
    word: str = "",
    key: bytes | None = None,
    what: str = "",
) -> None:
    """Add a line. It never holds names or numbers of people: ids and file hashes only."""
    previous = execute(tx, "SELECT hash FROM activity_log ORDER BY seq DESC LIMIT 1").fetchone()
    line = (stamp(at), login, verb, word, key, what)
    link = _hash(bytes(previous[0]) if previous else _START, *line)
    execute(tx, _INSERT, *line, link)


def breaks(tx: Connection) -> Iterator[int]:
    """The numbers of the lines that do not fit the one before them."""
    previous = _START
    for row in tx.execute(sa.select(activity_log).order_by(activity_log.c.seq)):
        key = bytes(row.id) if row.id is not None else None
        if _hash(previous, row.at, row.login, row.verb, row.type, key, row.note) != bytes(row.hash):
            yield row.seq
        previous = bytes(row.hash)
