"""Reading records, and `put`: the only door through which one is written.

`put` keeps the rows, the journal of changes, the roll-ups and the activity log of a record together in the
caller's transaction. Only what differs from what is stored is written.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import Code, PaymentResult
from fieldapp.domain.errors import InvalidInput, MovedOn
from fieldapp.domain.records import PAYMENTS_TO_COMPLETE, Activity, Record, type_name
from fieldapp.domain.text import Text
from fieldapp.storage import log, state
from fieldapp.storage.database import instant, stamp
from fieldapp.storage.rows import Key, Shape, Spread, gather, shape_of, shapes, spread
from fieldapp.storage.tables import activity_figures, changes, record_directory, record_heads, record_table
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


def find(tx: Connection, record_id: str) -> Held[Record] | None:
    """The record with that id, deleted ones too; None when this home has none."""
    key = bytes.fromhex(record_id)
    found = tx.execute(
        sa.select(record_directory.c.centre, record_directory.c.type, record_directory.c.owner).where(
            record_directory.c.id == key
        )
    ).first()
    if found is None:
        return None
    head = tx.execute(
        sa.select(record_heads).where(record_heads.c.centre == found.centre, record_heads.c.id == key)
    ).one()
    rows = read_rows(tx, found.type, found.centre, key)
    return _held(tx, gather(found.type, record_id, rows), found.owner, head)


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


def _held(tx: Connection, record: R, owner: bytes, head: Any) -> Held[R]:
    own = state.node(tx)
    return Held(
        record=record,
        centre=head.centre,
        owner=bytes(owner).hex(),
        version=head.version,
        rev=bytes(head.rev).hex() if head.rev else "",
        state=sync_state(head, state.base(tx), own == bytes(owner)),
        deleted=bool(head.deleted),
        by=head.login,
        at=instant(head.at),
        unknown=head.unknown,
    )


def sync_state(head: Any, base: int, own: bool) -> SyncState:
    """The state of a head row: packed and received follow from the log, they are never stored."""
    if not own:
        return SyncState.COPY
    if head.version != head.sealed_version:
        return SyncState.NOT_PACKED
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
    held = find(tx, record.id)
    version = held.version if held else None
    if version != base_version:
        raise MovedOn(
            Text("This record has changed in the meantime."),
            Text("Nothing was overwritten. Look at it again and repeat the change."),
        )
    if held and held.owner != origin.node:
        raise InvalidInput(
            Text("This record belongs to somebody else."),
            Text("It can be read here; ask its owner for a correction."),
            "not_owner",
        )
    writer = Writer(tx)
    if held is None:
        tx.execute(
            record_directory.insert().values(
                id=key, centre=origin.centre, type=word, owner=bytes.fromhex(origin.node)
            )
        )
    centre = held.centre if held else origin.centre
    old = spread(held.record) if held else None
    what = writer.add(word, centre, key, old, spread(record))
    writer.flush()
    _write_head(tx, word, centre, key, held, actor, origin, deleted)
    _journal(tx, centre, key, (version or 0) + 1, actor, origin, what, deleted)
    if isinstance(record, Activity):
        write_figures(tx, [(centre, record)])
    log.note(tx, origin.at, actor.login, "delete" if deleted else verb, word, key)
    head = tx.execute(
        sa.select(record_heads).where(record_heads.c.centre == centre, record_heads.c.id == key)
    ).one()
    before = held.record if held else None
    return _held(tx, record, bytes.fromhex(origin.node), head), before  # type: ignore[return-value]


def _write_head(
    tx: Connection,
    word: str,
    centre: int,
    key: bytes,
    held: Held[Any] | None,
    actor: Actor,
    origin: Typed,
    deleted: str | None,
) -> None:
    values = {
        "login": actor.login,
        "at": stamp(origin.at),
        "deleted": int(deleted is not None),
        "delete_reason": deleted or "",
    }
    if held is None:
        tx.execute(record_heads.insert().values(centre=centre, id=key, type=word, version=1, **values))
    else:
        tx.execute(
            record_heads.update()
            .where(record_heads.c.centre == centre, record_heads.c.id == key)
            .values(version=held.version + 1, **values)
        )


def _journal(
    tx: Connection,
    centre: int,
    key: bytes,
    version: int,
    actor: Actor,
    origin: Typed,
    what: Sequence[Sequence[Any]],
    deleted: str | None,
) -> None:
    entries = [*what, ("", "", deleted)] if deleted is not None else what
    tx.execute(
        changes.insert().values(
            centre=centre,
            id=key,
            version=version,
            at=stamp(origin.at),
            login=actor.login,
            what=json.dumps(entries, ensure_ascii=False, separators=(",", ":")),
        )
    )


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
