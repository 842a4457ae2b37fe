"""Reading records, and `put`: the only door through which one is written.

`put` keeps the rows, the journal of changes, the roll-ups and the activity log of a record together in the
caller's transaction. Only what differs from what is stored is written.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import Code, PaymentResult
from fieldapp.domain.errors import InvalidInput, MovedOn
from fieldapp.domain.records import PAYMENTS_TO_COMPLETE, Activity, Record, type_name
from fieldapp.domain.text import Text
from fieldapp.storage import log, search_index, state
from fieldapp.storage.database import instant, stamp
from fieldapp.storage.rows import Key, Shape, Spread, gather, shape_of, shapes, spread
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
    PACKED = "PACKED", "Packed, not yet received"
    RECEIVED = "RECEIVED", "Received by head office"
    ATTENTION = "ATTENTION", "Needs your attention"
    COPY = "COPY", "Copy from elsewhere"


@dataclass(frozen=True, slots=True)
class Held(Generic[R]):
    """A record as this home holds it.

    centre: home-local number. owner: node that writes it (hex). version: rises with every save here.
    rev: its newest sealed revision, "" before the first. unknown: what a newer program wrote beside the
    fields this one knows.
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

_HEADS = sa.select(record_heads, record_directory.c.owner, REFUSED).join(
    record_directory,
    (record_directory.c.id == record_heads.c.id) & (record_directory.c.centre == record_heads.c.centre),
)


def find(tx: Connection, record_id: str) -> Held[Record] | None:
    """The record with that id, deleted ones too; None when this home has none."""
    head = _head(tx, bytes.fromhex(record_id))
    if head is None:
        return None
    rows = read_rows(tx, head.type, head.centre, bytes(head.id))
    own, base = state.standing(tx)
    return held_as(gather(head.type, record_id, rows), head, own, base)


def _head(tx: Connection, key: bytes) -> Head | None:
    centre = sa.select(record_directory.c.centre).where(record_directory.c.id == key).scalar_subquery()
    row = tx.execute(_HEADS.where(record_heads.c.centre == centre, record_heads.c.id == key)).first()
    return Head(*row) if row else None


def version_of(tx: Connection, record_id: str) -> int:
    """The version of a record as it is held here, 0 when this home has none or the id is ''."""
    head = _head(tx, bytes.fromhex(record_id)) if record_id else None
    return head.version if head else 0


def get(tx: Connection, record_id: str) -> Held[Record]:
    """The record with that id. Raises InvalidInput when this home has none."""
    held = find(tx, record_id)
    if held is None:
        raise InvalidInput(
            Text("This record is not here."), Text("It may have been opened from an old list."), "not_found"
        )
    return held


def read_rows(tx: Connection, type_word: str, centre: int, key: bytes) -> Spread:
    """All rows of one record as `gather` wants them."""
    found: Spread = {}
    # The driver's own cursor: a dozen tables a record, and a result object for each takes half the time.
    cursor = tx.connection.cursor()
    for one in shapes(type_word):
        cursor.execute(_select_sql(one, tx.dialect.name), (centre, key))
        at = len(one.keys)
        found[one.table] = {row[:at]: row for row in cursor.fetchall()}
    cursor.close()
    return found


_selects: dict[tuple[str, str], str] = {}


def _select_sql(one: Shape, dialect: str) -> str:
    if (one.table, dialect) not in _selects:
        mark = "?" if dialect == "sqlite" else "%s"
        names = ", ".join(f'"{name}"' for name in one.columns)
        order = ", ".join(f'"{name}"' for name in one.keys) or "1"
        _selects[one.table, dialect] = (
            f'SELECT {names} FROM "{one.table}" WHERE centre = {mark} AND id = {mark} ORDER BY {order}'  # noqa: S608 - our own table names
        )
    return _selects[one.table, dialect]


def held_as(record: R, head: Head, own: bytes, base: int) -> Held[R]:
    """A record with what its head row says of it. own: this home's node; base: what is receipted of it."""
    owner = bytes(head.owner)
    return Held(
        record=record,
        centre=head.centre,
        owner=owner.hex(),
        version=head.version,
        rev=bytes(head.rev).hex() if head.rev else "",
        state=sync_state(head, base, own == owner),
        deleted=bool(head.deleted),
        by=head.login,
        at=instant(head.at),
        unknown=head.unknown,
    )


def sync_state(head: Head, base: int, own: bool) -> SyncState:
    """The state of a head row: packed and received follow from the log, they are never stored."""
    if not own:
        return SyncState.COPY
    if head.version != head.sealed_version:
        return SyncState.NOT_PACKED
    if head.refused:
        return SyncState.ATTENTION
    return SyncState.RECEIVED if head.log_number <= base else SyncState.PACKED


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
    word, key = type_name(record), bytes.fromhex(record.id)
    head = _head(tx, key)
    _refuse_unless_ours_and_newest(head, origin, base_version)
    centre = head.centre if head else origin.centre
    old = read_rows(tx, word, centre, key) if head else None
    writer = Writer(tx)
    what = writer.add(word, centre, key, old, spread(record))
    if deleted is not None:
        what.append(("", "", deleted))
    version = head.version + 1 if head else 1
    _add_head(writer, head, (centre, key, word, version), actor, origin, deleted)
    writer.insert(changes.name, (centre, key, version, stamp(origin.at), actor.login, _json(what)))
    if isinstance(record, Activity):
        writer.replace(activity_figures.name, (centre, key, *figures_of(record)))
    writer.flush()
    search_index.mark(tx, (key,))
    log.note(tx, origin.at, actor.login, "delete" if deleted else verb, word, key)
    before = gather(word, record.id, old) if old else None
    held = Held(
        record=record,
        centre=centre,
        owner=origin.node,
        version=version,
        rev=bytes(head.rev).hex() if head and head.rev else "",
        state=SyncState.NOT_PACKED,
        deleted=deleted is not None,
        by=actor.login,
        at=instant(stamp(origin.at)),
        unknown=head.unknown if head else "",
    )
    return held, before  # type: ignore[return-value]


def _refuse_unless_ours_and_newest(head: Head | None, origin: Typed, base_version: int | None) -> None:
    if (head.version if head else None) != base_version:
        raise MovedOn(
            Text("This record has changed in the meantime."),
            Text("Nothing was overwritten. Look at it again and repeat the change."),
        )
    if head and bytes(head.owner).hex() != origin.node:
        raise InvalidInput(
            Text("This record belongs to somebody else."),
            Text("It can be read here; ask its owner for a correction."),
            "not_owner",
        )


def _add_head(
    writer: Writer,
    head: Head | None,
    own: tuple[int, bytes, str, int],
    actor: Actor,
    origin: Typed,
    deleted: str | None,
) -> None:
    """The head row of a save, and for a new record its line in the directory."""
    centre, key, word, _ = own
    sealed = (head.sealed_version, head.log_number, head.rev) if head else (0, 0, None)
    said = (int(deleted is not None), deleted or "", actor.login, stamp(origin.at))
    writer.replace(record_heads.name, (*own, *sealed, *said, head.unknown if head else ""))
    if head is None:
        writer.insert(record_directory.name, (key, centre, word, bytes.fromhex(origin.node)))


def _json(what: Sequence[Sequence[Any]]) -> str:
    return json.dumps(what, ensure_ascii=False, separators=(",", ":"))


def write_figures(tx: Connection, activities: Iterable[tuple[int, Activity]]) -> None:
    """Keep the roll-up of each activity beside it, so that lists and figures need not count rows."""
    writer = Writer(tx)
    for centre, activity in activities:
        writer.replace(activity_figures.name, (centre, bytes.fromhex(activity.id), *figures_of(activity)))
    writer.flush()


def figures_of(activity: Activity) -> tuple[int, ...]:
    """The roll-up of an activity, in the order of the table's columns. Struck rows count nowhere."""
    rows = [row for row in activity.rows if not row.struck]
    present = [row for row in rows if row.present]
    done = [row.completed() for row in rows]
    tries = [one for row in rows for one in row.tries]
    paid = [one.amount_paise for one in tries if one.result == PaymentResult.OK]
    return (
        len(rows),
        len(present),
        sum(row.gender == "M" for row in present),
        sum(row.gender == "F" for row in present),
        sum(one >= 1 for one in done),
        sum(one >= PAYMENTS_TO_COMPLETE for one in done),
        sum(one.result == PaymentResult.FAILED for one in tries),
        sum(one.result == PaymentResult.PENDING for one in tries),
        sum(bool(row.certificate) for row in rows),
        sum(paid),
    )


def heads_only(type_word: str, record_id: str, values: tuple[Any, ...]) -> Record:
    """A record without its parts, for lists."""
    return gather(type_word, record_id, {type_word: {(): values}})


def columns_of(type_word: str) -> list[sa.Column[Any]]:
    """The stored columns of a record type in the order `heads_only` takes them."""
    table = record_table(type_word)
    return [table.c[name] for name in shape_of(type_word).columns]


__all__ = ["Held", "Key", "SyncState", "Typed", "find", "get", "put"]
