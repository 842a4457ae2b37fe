"""Reading records, and `put`: the only door through which one is written.

`put` keeps the rows, the journal of changes, the roll-ups and the activity log of a record together in the
caller's transaction. Only what differs from what is stored is written.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import Code
from fieldapp.domain.errors import InvalidInput, MovedOn
from fieldapp.domain.records import Activity, Record, type_name
from fieldapp.domain.text import Text
from fieldapp.storage import log, search_index, state
from fieldapp.storage.database import RECENT, execute, instant, stamp
from fieldapp.storage.figures import figures_of
from fieldapp.storage.rows import Row, Spread, gather, shape_of, shapes
from fieldapp.storage.tables import (
    activity_figures,
    changes,
    record_directory,
    record_heads,
    record_table,
    refused,
)
from fieldapp.storage.writer import Writer

R = TypeVar("R", bound=Record)


class SyncState(Code):
    """Where the newest state of a record is known to be."""

    NOT_PACKED = "NOT_PACKED", "Not packed"
    PACKED = "PACKED", "Not yet received"
    RECEIVED = "RECEIVED", "Received by head office"
    ATTENTION = "ATTENTION", "Needs your attention"
    COPY = "COPY", "Copy from elsewhere"


@dataclass(frozen=True, slots=True)
class Held(Generic[R]):
    """A record as this home holds it.

    centre: home-local number. owner: node that writes it (hex). version: rises with every save here.
    rev: its newest sealed revision, "" before the first. unknown: what a newer program wrote beside the
    fields this one knows. sealed: it is as that revision says, so that others may have read it.
    """

    record: R
    centre: int
    owner: str
    version: int
    rev: str
    state: SyncState
    deleted: bool
    by: str
    at: datetime
    unknown: str = ""
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """The origin of a record that is written here: whose it is and when it was typed."""

    node: str
    centre: int
    at: datetime


class Head(NamedTuple):
    """A row of record_heads, column by column, the owner from the directory, and what head office refused."""

    centre: int
    id: bytes
    type: str
    version: int
    sealed_version: int
    log_number: int
    rev: bytes | None
    deleted: int
    delete_reason: str
    login: str
    at: str
    unknown: str
    owner: bytes
    refused: bool


REFUSED = sa.exists().where(
    refused.c.centre == record_heads.c.centre,
    refused.c.id == record_heads.c.id,
    refused.c.rev == record_heads.c.rev,
)
"""Whether head office said no to the newest sealed revision of a record."""

_HEAD = ", ".join(f'h."{column.name}"' for column in record_heads.columns)
_HEAD = (
    f"SELECT {_HEAD}, d.owner, EXISTS (SELECT 1 FROM refused r"  # noqa: S608 - our own column names
    " WHERE r.centre = h.centre AND r.id = h.id AND r.rev = h.rev)"
    " FROM record_directory d JOIN record_heads h ON h.centre = d.centre AND h.id = d.id WHERE d.id = ?"
)
_NEXT_HEAD = (
    "UPDATE record_heads SET version = version + 1, deleted = ?, delete_reason = ?, login = ?, at = ?"
    " WHERE centre = ? AND id = ? AND version = ?"
)

MOST_RECENT = 8
"""How many records stay in memory: those that are open side by side, with room."""


def find(tx: Connection, record_id: str) -> Held[Record] | None:
    """The record with that id, deleted ones too; None when this home has none."""
    head = _head(tx, bytes.fromhex(record_id))
    if head is None:
        return None
    return held_as(_as_stored(tx, head), head, state.own_log(tx))


def _head(tx: Connection, key: bytes) -> Head | None:
    row = execute(tx, _HEAD, key).fetchone()
    return Head(*row) if row else None


def version_of(tx: Connection, record_id: str) -> int:
    """The version of a record as it is held here, 0 when this home has none or the id is ''."""
    head = _head(tx, bytes.fromhex(record_id)) if record_id else None
    return head.version if head else 0


def _as_stored(tx: Connection, head: Head) -> Record:
    """The record of a head row, from memory when it was read or saved last in just this version."""
    key, recent = bytes(head.id), tx.info.get(RECENT, {})
    version, record = recent.get(key, (0, None))
    if version != head.version:
        record = gather(head.type, key.hex(), read_rows(tx, head.type, head.centre, key))
        remember(tx, head.version, record)
    return record  # type: ignore[no-any-return]


def remember(tx: Connection, version: int, record: Record) -> None:
    """Keep a record just as it lies in the tables, where this connection alone writes them."""
    recent = tx.info.get(RECENT)
    if recent is None:
        return
    key = bytes.fromhex(record.id)
    recent.pop(key, None)
    recent[key] = (version, record)
    if len(recent) > MOST_RECENT:
        del recent[next(iter(recent))]


def get(tx: Connection, record_id: str) -> Held[Record]:
    """The record with that id. Raises InvalidInput when this home has none."""
    held = find(tx, record_id)
    if held is None:
        raise InvalidInput(
            Text("This record is not here."), Text("It may have been opened from an old list."), "not_found"
        )
    return held


def read_rows(tx: Connection, type_word: str, centre: int, key: bytes) -> Spread:
    """All rows of one record as `gather` wants them; a table that has none of it may be left out."""
    reads = _reads(type_word, tx.dialect.name)
    cursor = tx.connection.cursor()
    there: Sequence[Any] = ()
    if reads.parts:
        cursor.execute(reads.which, (centre, key) * len(reads.parts))
        there = cursor.fetchone() or ()
    wanted = [reads.own, *(part for part, has in zip(reads.parts, there, strict=True) if has)]
    found: Spread = {}
    for table, sql in wanted:
        cursor.execute(sql, (centre, key))
        found[table] = list(cursor.fetchall())
    cursor.close()
    return found


class _Reads(NamedTuple):
    """What reads a record: the statement for its own table and those for its parts, each with its table.

    which: tells which tables of parts have any; most activities have a few of a dozen, and a question costs
    a tenth of a look.
    """

    own: tuple[str, str]
    parts: tuple[tuple[str, str], ...]
    which: str


@cache
def _reads(type_word: str, dialect: str) -> _Reads:
    here = "centre = {0} AND id = {0}".format("?" if dialect == "sqlite" else "%s")
    found = []
    for one in shapes(type_word):
        names = ", ".join(f'"{name}"' for name in one.columns)
        order = ", ".join(f'"{name}"' for name in one.keys) or "1"
        sql = f'SELECT {names} FROM "{one.table}" WHERE {here} ORDER BY {order}'  # noqa: S608 - our own names
        found.append((one.table, sql))
    own, *parts = found
    exist = ", ".join(f'EXISTS (SELECT 1 FROM "{table}" WHERE {here})' for table, _ in parts)  # noqa: S608
    return _Reads(own, tuple(parts), f"SELECT {exist}")


def held_as(record: R, head: Head, log: state.OwnLog) -> Held[R]:
    """A record with what its head row says of it. log: of this home."""
    owner = bytes(head.owner)
    own = owner == log.node
    return Held(
        record=record,
        centre=head.centre,
        owner=owner.hex(),
        version=head.version,
        rev=bytes(head.rev).hex() if head.rev else "",
        state=sync_state(head, log, own),
        deleted=bool(head.deleted),
        by=head.login,
        at=instant(head.at),
        unknown=head.unknown,
        sealed=not own or head.version == head.sealed_version,
    )


def sync_state(head: Head, log: state.OwnLog, own: bool) -> SyncState:
    """The state of a head row: packed and received follow from the log, they are never stored.

    What a decision or a chosen part sealed is in no whole file yet, and goes with the next one.
    """
    if not own:
        return SyncState.COPY
    if head.version != head.sealed_version:
        return SyncState.NOT_PACKED
    if head.refused:
        return SyncState.ATTENTION
    if head.log_number <= log.base:
        return SyncState.RECEIVED
    return SyncState.PACKED if head.log_number <= log.packed else SyncState.NOT_PACKED


def put(
    tx: Connection,
    record: R,
    actor: Actor,
    origin: Typed,
    *,
    base_version: int | None = None,
    deleted: str | None = None,
    verb: str = "save",
) -> tuple[Held[R], R | None]:
    """Write a record that is typed here; gives it back as held, and what was there before.

    base_version: the version the edit began from, None for a new record. deleted: a reason makes it a
    tombstone, None leaves it or brings it back. Raises MovedOn when the stored version is another one.
    """
    word, key, at = type_name(record), bytes.fromhex(record.id), stamp(origin.at)
    head = _head(tx, key)
    _refuse_unless_ours_and_newest(head, origin, base_version)
    centre, version = (head.centre, head.version + 1) if head else (origin.centre, 1)
    said = (int(deleted is not None), deleted or "", actor.login, at)
    writer = Writer(tx)
    stored: Record = record
    before: Record | None = None
    if head is None:
        what = writer.add(centre, key, record)
        writer.insert(record_heads.name, (centre, key, word, version, 0, 0, None, *said, ""))
        writer.insert(record_directory.name, (key, centre, word, bytes.fromhex(origin.node)))
    else:
        before = _as_stored(tx, head)
        what, stored = writer.turn(word, centre, key, before, record)
        # Where others write too, the version is the lock: who comes second changes no row here.
        if execute(tx, _NEXT_HEAD, *said, centre, key, head.version).rowcount != 1:
            raise moved_on()
    if deleted is not None:
        what.append(("", "", deleted))
    writer.insert(changes.name, (centre, key, version, at, actor.login, _json(what)))
    if isinstance(stored, Activity) and not (isinstance(before, Activity) and before.rows is stored.rows):
        writer.replace(activity_figures.name, (centre, key, *figures_of(stored)))
    writer.flush()
    search_index.mark(tx, (key,))
    log.note(tx, origin.at, actor.login, "delete" if deleted else verb, word, key)
    if before is not None:
        remember(tx, version, stored)
    held = Held(
        record=stored,
        centre=centre,
        owner=origin.node,
        version=version,
        rev=bytes(head.rev).hex() if head and head.rev else "",
        state=SyncState.NOT_PACKED,
        deleted=deleted is not None,
        by=actor.login,
        at=instant(at),
        unknown=head.unknown if head else "",
    )
    return held, before  # type: ignore[return-value]


def _refuse_unless_ours_and_newest(head: Head | None, origin: Typed, base_version: int | None) -> None:
    if (head.version if head else None) != base_version:
        raise moved_on()
    if head and bytes(head.owner).hex() != origin.node:
        raise InvalidInput(
            Text("This record belongs to somebody else."),
            Text("It can be read here; ask its owner for a correction."),
            "not_owner",
        )


def moved_on() -> MovedOn:
    """What is said to whoever began from another version of a record than is held now."""
    return MovedOn(
        Text("This record has changed in the meantime."),
        Text("Nothing was overwritten. Look at it again and repeat the change."),
    )


def _json(what: Sequence[Sequence[Any]]) -> str:
    return json.dumps(what, ensure_ascii=False, separators=(",", ":"))


def write_figures(tx: Connection, activities: Iterable[tuple[int, Activity]]) -> None:
    """Keep the roll-up of each activity beside it, so that lists and figures need not count rows."""
    writer = Writer(tx)
    for centre, activity in activities:
        writer.replace(activity_figures.name, (centre, bytes.fromhex(activity.id), *figures_of(activity)))
    writer.flush()


def heads_only(type_word: str, record_id: str, values: Row) -> Record:
    """A record without its parts, for lists."""
    record: Record = shape_of(type_word).made(values, {"id": record_id})
    return record


def columns_of(type_word: str) -> list[sa.Column[Any]]:
    """The stored columns of a record type in the order `heads_only` takes them."""
    table = record_table(type_word)
    return [table.c[name] for name in shape_of(type_word).columns]


__all__ = ["Held", "SyncState", "Typed", "find", "get", "put"]
