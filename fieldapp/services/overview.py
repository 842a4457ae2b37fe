"""What stands out: the day's sessions, what is unfinished, and how much no receipt covers yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.codes import ActivityState, DecisionKind
from fieldapp.domain.records import Activity, Decision
from fieldapp.services.decisions import Review, standing_of
from fieldapp.services.records import Held, Page, Query
from fieldapp.storage import decisions, queries, records, state
from fieldapp.storage.database import Database, instant
from fieldapp.storage.records import REFUSED
from fieldapp.storage.tables import (
    batches,
    changes,
    inbox_files,
    receipts,
    record_directory,
    record_heads,
    seals,
)


@dataclass(frozen=True, slots=True)
class SyncFigures:
    """Where a home's own records stand. Days are whole days; None where there has been nothing yet.

    not_packed: changed since they went into a file, or in none yet.
    """

    not_packed: int
    not_received: int
    oldest_not_received: datetime | None
    batch_number: int
    batch_state: str
    batch_at: datetime | None
    receipt_at: datetime | None
    attention: int

    def days_waiting(self, now: datetime) -> int:
        """How many days the oldest record without a receipt has been waiting."""
        return max(0, (now - self.oldest_not_received).days) if self.oldest_not_received else 0


@dataclass(frozen=True, slots=True)
class Today:
    """The operator's morning: sessions of the day, of the seven days, and those past but not finished.

    asked: own records that somebody returned or asked to be corrected. approvals: finished activities, own
    and received ones, about which nobody has decided yet; empty for who may not decide.
    """

    day: date
    today: Page[Activity]
    week: Page[Activity]
    unfinished: tuple[Held[Activity], ...]
    asked: tuple["Asked", ...] = ()
    approvals: tuple[Held[Activity], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A record of this home, and what somebody wants done about it."""

    held: Held[Any]
    decision: Held[Decision]


@dataclass(frozen=True, slots=True)
class InboxFigures:
    """Head office's morning: files by state."""

    by_state: dict[str, int]


class OverviewService:
    """Reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sync(self, actor: Actor) -> SyncFigures:
        """How many records are not packed or not received, and what happened last."""
        actor.must_be_known()
        with self._database.reading() as tx:
            log = state.own_log(tx)
            mine = record_heads.join(record_directory, record_directory.c.id == record_heads.c.id)
            unpacked = record_heads.c.version != record_heads.c.sealed_version
            waiting = sa.or_(unpacked, record_heads.c.log_number > log.base)
            row = tx.execute(
                sa.select(
                    sa.func.count().filter(
                        sa.or_(unpacked, sa.and_(record_heads.c.log_number > log.packed, sa.not_(REFUSED)))
                    ),
                    sa.func.count(),
                )
                .select_from(mine)
                .where(record_directory.c.owner == log.node, waiting)
            ).one()
            attention = tx.execute(
                sa.select(sa.func.count())
                .select_from(mine)
                .where(record_directory.c.owner == log.node, sa.not_(unpacked), REFUSED)
            ).scalar_one()
            batch = tx.execute(sa.select(batches).order_by(batches.c.number.desc()).limit(1)).first()
            receipt = tx.execute(
                sa.select(receipts.c.applied_at).order_by(receipts.c.applied_seq.desc()).limit(1)
            ).scalar()
            return SyncFigures(
                not_packed=row[0],
                not_received=row[1],
                oldest_not_received=_oldest(tx, log),
                batch_number=batch.number if batch else 0,
                batch_state=batch.state if batch else "",
                batch_at=instant(batch.state_at) if batch else None,
                receipt_at=instant(receipt) if receipt else None,
                attention=attention,
            )

    def today(self, actor: Actor) -> Today:
        """The sessions of today and of the next seven days, and past ones that are not finished."""
        actor.must_be_known()
        day = self._database.today()
        with self._database.reading() as tx:
            today = queries.page(tx, "activity", Query(start=day, end=day), limit=50)
            week = queries.page(
                tx, "activity", Query(start=day + timedelta(days=1), end=day + timedelta(days=7)), limit=50
            )
            open_states = (ActivityState.PLANNED, ActivityState.HELD)
            unfinished = [
                held
                for wanted in open_states
                for held in queries.page(
                    tx, "activity", Query(state=wanted, end=day - timedelta(days=1)), limit=50
                ).items
            ]
            asked = tuple(_asked(tx))
            approvals = tuple(_approvals(tx)) if actor.duty in _APPROVING else ()
        return Today(day, today, week, tuple(unfinished), asked, approvals)

    def inbox(self, actor: Actor) -> InboxFigures:
        """How many files of each state head office has."""
        actor.must_be_known()
        with self._database.reading() as tx:
            rows = tx.execute(sa.select(inbox_files.c.state, sa.func.count()).group_by(inbox_files.c.state))
            return InboxFigures({row[0]: row[1] for row in rows})


_APPROVING = (Duty.SUPERVISOR, Duty.OFFICER)
_MOST_APPROVALS = 20
_ERASE = DecisionKind.ERASE_PERSON


def _asked(tx: Connection) -> Iterator[Asked]:
    kinds = (DecisionKind.RETURNED, DecisionKind.CORRECTION_ASKED, DecisionKind.VERSION_STANDS, _ERASE)
    said = decisions.about_own(tx, *kinds)
    for record_id, about in said.items():
        held = records.get(tx, record_id)
        if held.deleted:
            continue
        standing = standing_of(tx, held, about)
        if standing.review is Review.RETURNED and standing.said:
            yield Asked(held, standing.said)
        if standing.stands is not None:
            yield Asked(held, standing.stands)
        # Who was erased is deleted; one who is not was asked about by a centre to which they do not belong.
        yield from [Asked(held, one) for one in about if one.record.kind == _ERASE][:1]
        yield from (Asked(held, one) for one in standing.asked)


def _approvals(tx: Connection) -> Iterator[Held[Activity]]:
    found = decisions.unreviewed(tx, _MOST_APPROVALS)
    said = decisions.about(tx, [held.record.id for held in found])
    for held in found:
        about = said.get(held.record.id, ())
        if not about or standing_of(tx, records.get(tx, held.record.id), about).review is Review.FINISHED:
            yield held


def _oldest(tx: Connection, log: state.OwnLog) -> datetime | None:
    """When the first change was typed that head office has not received."""
    first = (changes.c.centre == record_heads.c.centre) & (changes.c.id == record_heads.c.id)
    first &= changes.c.version == record_heads.c.sealed_version + 1
    unpacked = (
        sa.select(sa.func.min(sa.func.coalesce(changes.c.at, record_heads.c.at)))
        .select_from(
            record_heads.join(record_directory, record_directory.c.id == record_heads.c.id).outerjoin(
                changes, first
            )
        )
        .where(record_directory.c.owner == log.node, record_heads.c.version != record_heads.c.sealed_version)
    )
    packed = sa.select(sa.func.min(seals.c.since)).where(
        seals.c.node == log.node, seals.c.n > log.base, seals.c.since != ""
    )
    found = [at for one in (unpacked, packed) if (at := tx.execute(one).scalar())]
    return instant(min(found)) if found else None
