"""Decisions as they are looked up: by the records they are about, and by the people they call one.

Everybody who lists decisions, or wants to know who stands for a person that was merged, comes through here.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.records import Activity, Decision
from fieldapp.storage import state
from fieldapp.storage.records import REFUSED, Head, Held, columns_of, heads_only, held_as
from fieldapp.storage.tables import record_directory, record_heads, record_table

_SLICE = 400


def about(tx: Connection, ids: Iterable[str]) -> dict[str, tuple[Held[Decision], ...]]:
    """The decisions about each of those records, newest first; deleted ones count nowhere."""
    table = record_table("decision")
    found: list[Held[Decision]] = []
    keys = [bytes.fromhex(one) for one in ids]
    for at in range(0, len(keys), _SLICE):
        found += _held(tx, "decision", table.c.about.in_(keys[at : at + _SLICE]))
    return _by_record(found)


def about_own(tx: Connection, *kinds: DecisionKind) -> dict[str, tuple[Held[Decision], ...]]:
    """Every decision about those of this home's own records of which one of these kinds speaks."""
    table = record_table("decision")
    own = sa.select(record_directory.c.id).where(record_directory.c.owner == state.node(tx))
    found = _held(tx, "decision", table.c.kind.in_([str(one) for one in kinds]), table.c.about.in_(own))
    return about(tx, {held.record.about for held in found})


def unreviewed(tx: Connection, limit: int) -> list[Held[Activity]]:
    """Finished activities about whose newest revision nobody has decided, the newest first, without parts."""
    activity, decision = record_table("activity"), record_table("decision")
    live = sa.select(record_heads.c.id).where(record_heads.c.deleted == 0, record_heads.c.type == "decision")
    reviewed = sa.exists().where(
        decision.c.about == activity.c.id,
        decision.c.about_rev == record_heads.c.rev,
        record_heads.c.version == record_heads.c.sealed_version,
        decision.c.kind.in_([str(DecisionKind.APPROVED), str(DecisionKind.RETURNED)]),
        decision.c.id.in_(live),
    )
    order = (activity.c.start_date.desc(), activity.c.id.desc())
    return _held(tx, "activity", activity.c.state == "FINISHED", sa.not_(reviewed), order=order, limit=limit)


def _by_record(found: Iterable[Held[Decision]]) -> dict[str, tuple[Held[Decision], ...]]:
    sorted_ = sorted(found, key=lambda held: (held.at, held.record.id), reverse=True)
    by_record: dict[str, list[Held[Decision]]] = {}
    for held in sorted_:
        by_record.setdefault(held.record.about, []).append(held)
    return {one: tuple(held) for one, held in by_record.items()}


def _held(
    tx: Connection,
    word: str,
    *where: sa.ColumnElement[bool],
    order: Sequence[sa.ColumnElement[Any]] = (),
    limit: int | None = None,
) -> list[Held[Any]]:
    """Records of a type that are not deleted, without their parts."""
    table, columns = record_table(word), columns_of(word)
    joined = table.join(
        record_heads, (record_heads.c.centre == table.c.centre) & (record_heads.c.id == table.c.id)
    ).join(record_directory, record_directory.c.id == table.c.id)
    rows = tx.execute(
        sa.select(*columns, *record_heads.c, record_directory.c.owner, REFUSED)
        .select_from(joined)
        .where(record_heads.c.deleted == 0, *where)
        .order_by(*order)
        .limit(limit)
    ).fetchall()
    own, base = state.standing(tx)
    width = len(columns)
    heads = [Head(*row[width:]) for row in rows]
    return [
        held_as(heads_only(word, bytes(head.id).hex(), tuple(row[:width])), head, own, base)
        for row, head in zip(rows, heads, strict=True)
    ]


# ---------------------------------------------------------------- one person under several ids


def merged_away() -> sa.Select[tuple[bytes]]:
    """The ids of people for whom another one stands, to be used as a subquery.

    The newest decision about a pair of people holds, whichever of the two it is about.
    """
    same = _live("same")
    return sa.select(same.c.about).where(*_holding(same))


def alias_of(tx: Connection, person_id: str) -> str:
    """The id of the person who stands for this one everywhere: itself, unless it was merged into another.

    The words of rows and records are never changed by that; a ring of decisions ends where it began.
    """
    seen = [person_id]
    while True:
        same = _live("same")
        found = tx.execute(
            sa.select(same.c.other, same.c.id)
            .where(*_holding(same), same.c.about == bytes.fromhex(seen[-1]))
            .order_by(same.c.id.desc())
        ).first()
        if found is None or bytes(found.other).hex() in seen:
            return seen[-1]
        seen.append(bytes(found.other).hex())


def said_different(tx: Connection, one: str, two: str) -> bool:
    """Whether somebody said that these are different people, and nobody has called them one since."""
    return _last_about_pair(tx, one, two) == DecisionKind.DIFFERENT_PEOPLE


def _last_about_pair(tx: Connection, one: str, two: str) -> str:
    live, keys = _live("live"), (bytes.fromhex(one), bytes.fromhex(two))
    pair = [live.c.about.in_(keys), live.c.other.in_(keys), live.c.about != live.c.other]
    found = tx.execute(sa.select(live.c.kind).where(*pair).order_by(live.c.id.desc())).scalar()
    return found or ""


def _live(name: str) -> sa.Subquery:
    """The decisions about two people that nobody took back."""
    table = record_table("decision")
    kinds = (str(DecisionKind.SAME_PERSON), str(DecisionKind.DIFFERENT_PEOPLE))
    return (
        sa.select(table.c.id, table.c.kind, table.c.about, table.c.other)
        .join(record_heads, (record_heads.c.centre == table.c.centre) & (record_heads.c.id == table.c.id))
        .where(table.c.kind.in_(kinds), record_heads.c.deleted == 0, table.c.other.is_not(None))
        .subquery(name)
    )


def _holding(same: sa.Subquery) -> tuple[sa.ColumnElement[bool], ...]:
    """That a decision calls two people one, and that no newer one speaks of the two."""
    later = _live("later")
    straight = (later.c.about == same.c.about) & (later.c.other == same.c.other)
    turned = (later.c.about == same.c.other) & (later.c.other == same.c.about)
    newer = sa.exists().where(later.c.id > same.c.id, sa.or_(straight, turned))
    return same.c.kind == str(DecisionKind.SAME_PERSON), sa.not_(newer)
