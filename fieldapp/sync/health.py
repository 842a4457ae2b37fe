"""How the centres of a head office stand: who is silent, what is missing, what is open, whose clock is wrong.

Days of silence are counted from when head office read a file, never from what a centre's clock said.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.codes import DecisionKind
from fieldapp.storage.database import INDIA, execute, instant
from fieldapp.storage.tables import inbox_files, nodes, record_directory, record_heads, record_table, refused
from fieldapp.sync import checkpoints
from fieldapp.sync.container import Header, Kind, Manifest
from fieldapp.sync.revocation import TRUSTED

QUIET, SILENT = 7, 14
"""Days without a file after which a centre is looked at, and after which it is called."""

_CLOCK_MAY_BE_AHEAD = timedelta(days=1)
_MOST_MISSING = 50


@dataclass(frozen=True, slots=True)
class Health:
    """How a centre stands.

    silent: whole days since its last file was read here, or since its first computer was enrolled; None while
    there is none. missing: numbers of batches that did not come, before ones that did. corrections: records
    that were not taken or that a correction was asked for. program: that made the last file. clock_wrong: the
    centre's clock was ahead of this one, or in doubt by itself.
    """

    silent: int | None = None
    last_at: datetime | None = None
    last_batch: int = 0
    missing: tuple[int, ...] = ()
    corrections: int = 0
    program: str = ""
    clock_wrong: bool = False

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
    return {
        centre: _health(rows, last, missing, corrections.get(centre, 0), now)
        for centre, rows in computers.items()
    }


def _health(
    computers: Sequence[Any],
    last: dict[bytes, Any],
    missing: dict[bytes, set[int]],
    corrections: int,
    now: datetime,
) -> Health:
    keys = [bytes(row.key) for row in computers]
    came = [last[key] for key in keys if key in last]
    newest = max(came, key=lambda row: (row.read_at, row.batch, row.to_n), default=None)
    since = instant(newest.read_at if newest else min(row.known_at for row in computers))
    numbers = sorted({number for key in keys for number in missing.get(key, ())})
    return Health(
        silent=max(0, (now.astimezone(INDIA).date() - since.astimezone(INDIA).date()).days),
        last_at=since if newest else None,
        last_batch=newest.batch if newest else 0,
        missing=tuple(numbers[:_MOST_MISSING]),
        corrections=corrections,
        program=msgspec.json.decode(newest.header, type=Header).app if newest else "",
        clock_wrong=any(map(_clock_wrong, came)),
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
    ends = [(*checkpoints.stretch_of(row), row.batch) for row in files if row.state == checkpoints.IMPORTED]
    reached = checkpoints.closure((base, to) for base, to, _ in ends)
    seen = {row.batch for row in files}
    withdrawn = {row.batch for row in files if row.state == checkpoints.WITHDRAWN}
    found = set[int]()
    for base, to, batch in ends:
        if checkpoints.lies_behind_a_gap((base, to), reached):
            before = max((one for _, to, one in ends if to in reached and to[0] <= base[0]), default=0)
            between = set(range(before + 1, batch))
            found |= (between - seen) or (between & withdrawn) or {batch}
    return found


def _clock_wrong(file: Any) -> bool:
    """Whether the clock a file was made by was ahead of when it was read, or in doubt by itself."""
    clock = msgspec.json.decode(file.manifest, type=Manifest).clock
    return clock is not None and (clock.suspect or _is_ahead(clock.now, instant(file.read_at)))


def _is_ahead(said: str, read_at: datetime) -> bool:
    try:
        return instant(said) > read_at + _CLOCK_MAY_BE_AHEAD
    except (ValueError, TypeError):
        return bool(said)


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
