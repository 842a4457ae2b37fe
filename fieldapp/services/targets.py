"""Targets, and how far each has been reached: computed from what is recorded, never typed.

An activity counts towards a target that it names; one that names none counts where it is of the target's
kind, in one of its places and on one of its days. Assigned is not held (seed): a planned one is not counted
as held, a postponed or cancelled one not at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import ActivityState
from fieldapp.domain.fields import Ratio
from fieldapp.domain.records import Target
from fieldapp.domain.rules import Setting
from fieldapp.services.records import RecordService
from fieldapp.storage import queries, records
from fieldapp.storage.database import Database
from fieldapp.storage.tables import head_of, record_heads, record_table

_HELD = (str(ActivityState.HELD), str(ActivityState.FINISHED))
_PLANNED = str(ActivityState.PLANNED)
NOTHING_MEASURED = Ratio()


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a target has been reached.

    held, planned: activities. amount: how many there are to be, 0 where the target does not say. share: what
    part of the establishments takes digital payments, or what was measured last; empty where not known.
    """

    held: int = 0
    planned: int = 0
    amount: int = 0
    share: Ratio = NOTHING_MEASURED

    @property
    def pending(self) -> int:
        """How many are still to be held."""
        return max(0, self.amount - self.held)

    @property
    def per_cent(self) -> int | None:
        """Whole per cent, rounded down so that 100 is said of nothing but the whole; None where not known."""
        if self.share.under:
            return 100 * self.share.over // self.share.under
        return min(100, 100 * self.held // self.amount) if self.amount else None


class TargetService(RecordService[Target]):
    """The verbs every record type has, and what has been reached."""

    def __init__(self, database: Database, setting: Setting) -> None:
        super().__init__(database, Target, setting)

    def reached(self, actor: Actor, targets: Iterable[str]) -> dict[str, Reached]:
        """How far each of the targets with these ids has been reached; those not here are left out."""
        actor.must_be_known()
        with self._database.reading() as tx:
            found = {one: records.find(tx, one) for one in targets}
            return {
                record_id: _reached(tx, held.record)
                for record_id, held in found.items()
                if held is not None and isinstance(held.record, Target)
            }


def _reached(tx: Connection, target: Target) -> Reached:
    within = _inside(tx, target)
    states = _activity_states(tx, target, within)
    held, planned = sum(map(states.count, _HELD)), states.count(_PLANNED)
    share = NOTHING_MEASURED
    if target.establishment_kind:
        share = _enabled(tx, target.establishment_kind, within)
    elif target.indicator:
        share = _measured(tx, target, within)
    return Reached(held, planned, target.amount, share)


def _inside(tx: Connection, target: Target) -> list[str]:
    """The keys of its places and of all that lies in them; [] for a target that names none."""
    keys = [one.place.key for one in target.places if one.place.key]
    return list(dict.fromkeys(key for place in keys for key in queries.inside(tx, place)))


def _activity_states(tx: Connection, target: Target, within: Sequence[str]) -> list[str]:
    activity = record_table("activity")
    counts: sa.ColumnElement[bool] = activity.c.target == bytes.fromhex(target.id)
    if target.activity_kind and (within or not target.places):
        fits = [activity.c.target.is_(None), activity.c.kind == target.activity_kind]
        if within:
            fits.append(activity.c.place_key.in_(within))
        counts = sa.or_(counts, sa.and_(*fits, *_days(activity.c.start_date, target)))
    return [row.state for row in tx.execute(_live(activity, activity.c.state).where(counts))]


def _enabled(tx: Connection, kind: str, within: Sequence[str]) -> Ratio:
    """Of the establishments of a kind that are working, those where digital payment is enabled."""
    table = record_table("establishment")
    where = [table.c.kind == kind, table.c.closed == 0]
    if within:
        where.append(table.c.place_key.in_(within))
    enabled = [bool(row.enabled_on) for row in tx.execute(_live(table, table.c.enabled_on).where(*where))]
    return Ratio(sum(enabled), len(enabled))


def _measured(tx: Connection, target: Target, within: Sequence[str]) -> Ratio:
    """The share that was measured last in one of its places, in its days."""
    table = record_table("observation")
    where = [table.c.indicator == target.indicator, table.c.share_under > 0]
    if within:
        where.append(table.c.place_key.in_(within))
    last = (
        _live(table, table.c.share_over, table.c.share_under)
        .where(*where, *_days(table.c.end_date, target))
        .order_by(table.c.end_date.desc(), table.c.id.desc())
        .limit(1)
    )
    row = tx.execute(last).first()
    return Ratio(row.share_over, row.share_under) if row else NOTHING_MEASURED


def _days(column: sa.Column[Any], target: Target) -> list[sa.ColumnElement[bool]]:
    """That a day lies in the days of a target; where it names none, any day does."""
    first, last = target.start_date, target.due_date
    found: list[sa.ColumnElement[bool]] = []
    if first:
        found.append(column >= first.isoformat())
    if last:
        found += [column <= last.isoformat(), column != ""]
    return found


def _live(table: sa.Table, *columns: sa.Column[Any]) -> sa.Select[Any]:
    """Columns of those records that are not deleted."""
    return (
        sa.select(*columns).join_from(table, record_heads, head_of(table)).where(record_heads.c.deleted == 0)
    )
