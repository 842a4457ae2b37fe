"""Decisions as they are looked up: by the records they are about. Who is whose alias: storage/aliases.py."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.records import Activity, Decision
from fieldapp.storage import queries, state
from fieldapp.storage.database import slices
from fieldapp.storage.records import Held
from fieldapp.storage.tables import record_directory, record_heads, record_table


def about(tx: Connection, ids: Iterable[str]) -> dict[str, tuple[Held[Decision], ...]]:
    """The decisions about each of those records, newest first; deleted ones count nowhere."""
    table = record_table("decision")
    found: list[Held[Decision]] = []
    for part in slices(map(bytes.fromhex, ids)):
        found += queries.held_where(tx, "decision", table.c.about.in_(part))
    return _by_record(found)


def about_own(tx: Connection, *kinds: DecisionKind) -> dict[str, tuple[Held[Decision], ...]]:
    """Every decision about those of this home's own records of which one of these kinds speaks."""
    table = record_table("decision")
    own = sa.select(record_directory.c.id).where(record_directory.c.owner == state.node(tx))
    found = queries.held_where(
        tx, "decision", table.c.kind.in_([str(one) for one in kinds]), table.c.about.in_(own)
    )
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
    return queries.held_where(
        tx, "activity", activity.c.state == "FINISHED", sa.not_(reviewed), order=order, limit=limit
    )


def _by_record(found: Iterable[Held[Decision]]) -> dict[str, tuple[Held[Decision], ...]]:
    sorted_ = sorted(found, key=lambda held: (held.at, held.record.id), reverse=True)
    by_record: dict[str, list[Held[Decision]]] = {}
    for held in sorted_:
        by_record.setdefault(held.record.about, []).append(held)
    return {one: tuple(held) for one, held in by_record.items()}
