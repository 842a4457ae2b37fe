"""The activity log: who did what, chained by hashes so that a line taken out or changed shows."""

import hashlib
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.storage.database import LAST, execute, stamp
from fieldapp.storage.tables import activity_log

_START = bytes(16)
_INSERT = "INSERT INTO activity_log (at, login, verb, type, id, note, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"

_Line = tuple[str, str, str, str, bytes | None, str]


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
    """Add a line, on a server right before the commit.

    It never holds names or numbers of people: ids and file hashes only.
    """
    line = (stamp(at), login, verb, word, key, what)
    if tx.dialect.name == "postgresql":
        tx.info.setdefault(LAST, []).append(partial(_append_alone, line=line))
    else:
        _append(tx, line)


def _append_alone(tx: Connection, line: _Line) -> None:
    """Two officers at once would each follow the same line, and the chain would look broken."""
    tx.exec_driver_sql("LOCK TABLE activity_log IN SHARE ROW EXCLUSIVE MODE")
    _append(tx, line)


def _append(tx: Connection, line: _Line) -> None:
    previous = execute(tx, "SELECT hash FROM activity_log ORDER BY seq DESC LIMIT 1").fetchone()
    execute(tx, _INSERT, *line, _hash(bytes(previous[0]) if previous else _START, *line))


def breaks(tx: Connection) -> Iterator[int]:
    """The numbers of the lines that do not fit the one before them."""
    previous = _START
    for row in tx.execute(sa.select(activity_log).order_by(activity_log.c.seq)):
        key = bytes(row.id) if row.id is not None else None
        if _hash(previous, row.at, row.login, row.verb, row.type, key, row.note) != bytes(row.hash):
            yield row.seq
        previous = bytes(row.hash)


class Line(NamedTuple):
    """A line of the log. key: of the record it is about, if any; note: ids and file hashes."""

    seq: int
    at: str
    login: str
    verb: str
    type: str
    key: bytes | None
    note: str


def newest(tx: Connection, verbs: Collection[str], words: Collection[str], most: int) -> list[Line]:
    """The newest lines with one of these verbs or about a record of one of these types, newest first."""
    rows = tx.execute(
        sa.select(activity_log)
        .where(activity_log.c.verb.in_(verbs) | activity_log.c.type.in_(words))
        .order_by(activity_log.c.seq.desc())
        .limit(most)
    )
    return [
        Line(row.seq, row.at, row.login, row.verb, row.type, bytes(row.id) if row.id else None, row.note)
        for row in rows
    ]
