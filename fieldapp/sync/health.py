"""How the centres of a head office stand: who is silent, what is missing, what is open, whose clock is wrong.

Days of silence are counted from when head office read a file, never from what a centre's clock said.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.codes import DecisionKind
from fieldapp.storage.database import INDIA, instant
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
    """How each centre stands that has a computer or a file, by its home-local number."""
    computers: dict[int, list[Any]] = defaultdict(list)
    for row in tx.execute(sa.select(nodes).where(nodes.c.state == TRUSTED)):
        computers[row.centre].append(row)
    files: dict[bytes, list[Any]] = defaultdict(list)
    for row in tx.execute(_files()):
        files[bytes(row.key)].append(row)
    last = {key: max(rows, key=_came) for key, rows in files.items()}
    covers = _covers(tx, [row.sha256 for row in last.values()])
    corrections = _corrections(tx)
    return {
        centre: _health(rows, files, last, covers, corrections.get(centre, 0), now)
        for centre, rows in computers.items()
    }


def _health(
    computers: Sequence[Any],
    files: dict[bytes, list[Any]],
    last: dict[bytes, Any],
    covers: dict[bytes, tuple[str, bool]],
    corrections: int,
    now: datetime,
) -> Health:
    keys = [bytes(row.key) for row in computers]
    missing = sorted({number for key in keys for number in _missing(files.get(key, ()))})
    came = [last[key] for key in keys if key in last]
    newest = max(came, key=_came, default=None)
    since = instant(newest.read_at if newest else min(row.known_at for row in computers))
    program, _ = covers[bytes(newest.sha256)] if newest else ("", False)
    return Health(
        silent=max(0, (now.astimezone(INDIA).date() - since.astimezone(INDIA).date()).days),
        last_at=since if newest else None,
        last_batch=newest.batch if newest else 0,
        missing=tuple(missing[:_MOST_MISSING]),
        corrections=corrections,
        program=program,
        clock_wrong=any(covers[bytes(row.sha256)][1] for row in came),
    )


def _came(row: Any) -> tuple[str, int, int]:
    return row.read_at, row.batch, row.to_n


def _files() -> sa.Select[Any]:
    """Every batch that could be read, with what tells of silence and of gaps."""
    return sa.select(
        inbox_files.c.sha256,
        inbox_files.c.key,
        inbox_files.c.batch,
        inbox_files.c.state,
        inbox_files.c.base_n,
        inbox_files.c.base_chain,
        inbox_files.c.to_n,
        inbox_files.c.to_chain,
        inbox_files.c.read_at,
    ).where(
        inbox_files.c.kind == int(Kind.BATCH),
        inbox_files.c.key.is_not(None),
        inbox_files.c.to_n.is_not(None),
    )


def _missing(files: Iterable[Any]) -> set[int]:
    """The numbers of batches that files with a gap before them say there were.

    A number is for people: which files are wanted follows from checkpoints alone.
    """
    imported = [row for row in files if row.state == checkpoints.IMPORTED]
    ends = [
        ((row.base_n, bytes(row.base_chain)), (row.to_n, bytes(row.to_chain)), row.batch) for row in imported
    ]
    reached = checkpoints.closure((base, to) for base, to, _ in ends)
    seen = {row.batch for row in files}
    found = set[int]()
    for base, _, batch in ends:
        if base not in reached:
            before = max((one for _, to, one in ends if to in reached and to[0] <= base[0]), default=0)
            found |= set(range(before + 1, batch)) - seen or {batch}
    return found


def _covers(tx: Connection, names: Sequence[bytes]) -> dict[bytes, tuple[str, bool]]:
    """The program that made each of these files, and whether its clock was wrong."""
    found = {}
    for at in range(0, len(names), 400):
        statement = sa.select(
            inbox_files.c.sha256, inbox_files.c.header, inbox_files.c.manifest, inbox_files.c.read_at
        ).where(inbox_files.c.sha256.in_(list(names[at : at + 400])))
        for row in tx.execute(statement):
            header = msgspec.json.decode(row.header, type=Header)
            clock = msgspec.json.decode(row.manifest, type=Manifest).clock
            wrong = clock is not None and (clock.suspect or _is_ahead(clock.now, instant(row.read_at)))
            found[bytes(row.sha256)] = header.app, wrong
    return found


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
