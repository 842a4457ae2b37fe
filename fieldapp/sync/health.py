"""How the centres of a head office stand: who is silent, what is missing, what is open, whose clock is wrong.

Days of silence are counted from when head office read a file, never from what a centre's clock said.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.codes import DecisionKind
from fieldapp.storage.database import INDIA, execute, instant, slices
from fieldapp.storage.tables import (
    IMPORTED,
    WITHDRAWN,
    inbox_files,
    nodes,
    record_directory,
    record_heads,
    record_table,
    refused,
)
from fieldapp.sync import checkpoints
from fieldapp.sync.container import Header, Kind, Manifest
from fieldapp.sync.revocation import TRUSTED

QUIET, SILENT = 7, 14
"""Days without a file after which a centre is looked at, and after which it is called."""

_CLOCK_MAY_BE_AHEAD = _DAY = timedelta(days=1)
_MOST_MISSING = 50


@dataclass(frozen=True, slots=True)
class Health:
    """How a centre stands.

    silent: whole days since its last file was read here, or since its first computer was enrolled; None while
    there is none. missing: numbers of batches that did not come, before ones that did. corrections: records
    that were not taken or that a correction was asked for; records: of how many that came, counted only where
    there are some. program: that made the last file.

    clock_wrong: the centre's clock was ahead of this one, or in doubt by itself. clock_days: by how many days
    as far as is known, 0 where nothing is: above 0 it was at least so far ahead, below 0 at most so far
    behind, for nobody knows how long the file was on its way.
    """

    silent: int | None = None
    last_at: datetime | None = None
    last_batch: int = 0
    missing: tuple[int, ...] = ()
    corrections: int = 0
    records: int = 0
    program: str = ""
    clock_wrong: bool = False
    clock_days: int = 0

    @property
    def percent(self) -> int:
        """How many of a hundred records are to be corrected, rounded down; 1 where any is, 100 at most."""
        if not self.corrections or not self.records:
            return 0
        return min(100, max(1, 100 * self.corrections // self.records))

    @property
    def severity(self) -> int:
        """2: to be called, 1: to be looked at, 0: all is well."""
        if self.missing or (self.silent or 0) >= SILENT:
            return 2
        return int(self.silent is None or self.silent >= QUIET or bool(self.corrections) or self.clock_wrong)

    @property
    def urgency(self) -> tuple[int, int, int, int]:
        """To sort by: the worst is lowest."""
        return -self.severity, -(self.silent or 0), -len(self.missing), -self.corrections


UNKNOWN = Health()
"""Of a centre without a computer."""


def healths(tx: Connection, now: datetime) -> dict[int, Health]:
    """How each centre stands that has a computer, by its home-local number."""
    computers: dict[int, list[Any]] = defaultdict(list)
    for row in tx.execute(sa.select(nodes).where(nodes.c.state == TRUSTED)):
        computers[row.centre].append(row)
    last = {bytes(row.key): row for row in tx.execute(_last_files())}
    missing, corrections = _missing(tx), _corrections(tx)
    came = _came(tx, corrections)
    return {
        centre: replace(
            _health(rows, last, missing, now),
            corrections=corrections.get(centre, 0),
            records=came.get(centre, 0),
        )
        for centre, rows in computers.items()
    }


def _health(
    computers: Sequence[Any],
    last: dict[bytes, Any],
    missing: dict[bytes, set[int]],
    now: datetime,
) -> Health:
    keys = [bytes(row.key) for row in computers]
    came = [last[key] for key in keys if key in last]
    newest = max(came, key=lambda row: (row.read_at, row.batch, row.to_n), default=None)
    since = instant(newest.read_at if newest else min(row.known_at for row in computers))
    numbers = sorted({number for key in keys for number in missing.get(key, ())})
    wrong = [days for days in map(_clock_days, came) if days is not None]
    return Health(
        silent=max(0, (now.astimezone(INDIA).date() - since.astimezone(INDIA).date()).days),
        last_at=since if newest else None,
        last_batch=newest.batch if newest else 0,
        missing=tuple(numbers[:_MOST_MISSING]),
        program=msgspec.json.decode(newest.header, type=Header).app if newest else "",
        clock_wrong=bool(wrong),
        clock_days=max(wrong, key=abs, default=0),
    )


def _batches() -> sa.ColumnElement[bool]:
    """The files that could be read."""
    return (
        (inbox_files.c.kind == int(Kind.BATCH))
        & inbox_files.c.key.is_not(None)
        & inbox_files.c.to_n.is_not(None)
    )


def _last_files() -> sa.Select[Any]:
    """The file of each computer that was read last."""
    newest_first = (inbox_files.c.read_at.desc(), inbox_files.c.batch.desc(), inbox_files.c.to_n.desc())
    turn = sa.func.row_number().over(partition_by=inbox_files.c.key, order_by=newest_first)
    ordered = sa.select(inbox_files.c.sha256, turn.label("turn")).where(_batches()).subquery()
    return (
        sa.select(
            inbox_files.c.key,
            inbox_files.c.batch,
            inbox_files.c.to_n,
            inbox_files.c.read_at,
            inbox_files.c.header,
            inbox_files.c.manifest,
        )
        .join(ordered, ordered.c.sha256 == inbox_files.c.sha256)
        .where(ordered.c.turn == 1)
    )


_ENDS = """
    SELECT f.key, f.base_n, f.base_chain, f.to_n, f.to_chain FROM inbox_files f
    WHERE f.state = 'IMPORTED' AND f.to_n > f.base_n AND f.key IS NOT NULL
"""


def _missing(tx: Connection) -> dict[bytes, set[int]]:
    """By computer, the numbers of batches that files with a gap before them say there were.

    A gap is there only if some file begins where no other of its computer ends; so the others need not be
    looked at.
    """
    starts, ends = set[tuple[bytes, int, bytes]](), set[tuple[bytes, int, bytes]]()
    for key, base_n, base_chain, to_n, to_chain in execute(tx, _ENDS):
        ends.add((bytes(key), to_n, bytes(to_chain)))
        if base_n:
            starts.add((bytes(key), base_n, bytes(base_chain)))
    return {key: _missing_of(tx, key) for key in {key for key, _, _ in starts - ends}}


def _missing_of(tx: Connection, key: bytes) -> set[int]:
    """A number is for people: which files are wanted follows from checkpoints alone."""
    files = tx.execute(
        sa.select(
            inbox_files.c.batch,
            inbox_files.c.state,
            inbox_files.c.base_n,
            inbox_files.c.base_chain,
            inbox_files.c.to_n,
            inbox_files.c.to_chain,
        ).where(_batches(), inbox_files.c.key == key)
    ).fetchall()
    ends = [(*checkpoints.stretch_of(row), row.batch) for row in files if row.state == IMPORTED]
    reached = checkpoints.closure((base, to) for base, to, _ in ends)
    seen = {row.batch for row in files}
    withdrawn = {row.batch for row in files if row.state == WITHDRAWN}
    found = set[int]()
    for base, to, batch in ends:
        if checkpoints.lies_behind_a_gap((base, to), reached):
            before = max((one for _, to, one in ends if to in reached and to[0] <= base[0]), default=0)
            between = set(range(before + 1, batch))
            found |= (between - seen) or (between & withdrawn) or {batch}
    return found


def _clock_days(file: Any) -> int | None:
    """As `Health.clock_days`, of the clock a file was made by; None where that is in no doubt."""
    clock = msgspec.json.decode(file.manifest, type=Manifest).clock
    if clock is None or not clock.now:
        return 0 if clock is not None and clock.suspect else None
    try:
        ahead = instant(clock.now) - instant(file.read_at)
    except (ValueError, TypeError):
        return 0
    return ahead // _DAY if clock.suspect or ahead > _CLOCK_MAY_BE_AHEAD else None


def _corrections(tx: Connection) -> dict[int, int]:
    """How many records of each centre were not taken, or stand as they were when a correction was asked."""
    found = defaultdict[int, int](int)
    rows = tx.execute(sa.select(refused.c.centre, sa.func.count()).group_by(refused.c.centre))
    for centre, count in rows:
        found[centre] += count
    asked, answer, head = record_table("decision"), record_table("decision").alias(), record_heads.alias()
    answered = sa.exists().where(answer.c.other == asked.c.id, answer.c.kind == str(DecisionKind.WAS_RIGHT))
    statement = (
        sa.select(record_directory.c.centre, sa.func.count(sa.distinct(asked.c.about)))
        .join(asked, asked.c.about == record_directory.c.id)
        .join(
            record_heads,
            (record_heads.c.centre == record_directory.c.centre)
            & (record_heads.c.id == asked.c.about)
            & (record_heads.c.rev == asked.c.about_rev),
        )
        .join(head, (head.c.centre == asked.c.centre) & (head.c.id == asked.c.id) & (head.c.deleted == 0))
        .where(
            asked.c.kind.in_([str(DecisionKind.CORRECTION_ASKED), str(DecisionKind.RETURNED)]),
            sa.not_(answered),
        )
        .group_by(record_directory.c.centre)
    )
    for centre, count in tx.execute(statement):
        found[centre] += count
    return dict(found)


def _came(tx: Connection, some: Collection[int]) -> dict[int, int]:
    """How many records came of each of these centres: those that stand here, and those not taken at all."""
    found = defaultdict[int, int](int)
    stands = sa.exists().where(record_heads.c.centre == refused.c.centre, record_heads.c.id == refused.c.id)
    for part in slices(some):
        for statement in (
            sa.select(record_heads.c.centre, sa.func.count())
            .where(record_heads.c.centre.in_(part), record_heads.c.deleted == 0)
            .group_by(record_heads.c.centre),
            sa.select(refused.c.centre, sa.func.count())
            .where(refused.c.centre.in_(part), sa.not_(stands))
            .group_by(refused.c.centre),
        ):
            for centre, count in tx.execute(statement):
                found[centre] += count
    return dict(found)
