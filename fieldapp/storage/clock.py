"""What a home thinks of its computer's clock, without a network: the highest it ever saw, what is in doubt.

All of it is for people (domain reference, clock trust): no rule of the exchange reads it. A clock is in doubt
when it shows less than it did before, or less than when the program was made. One that once ran ahead makes
the right time look doubtful; the next receipt, written after that by head office's clock, ends this.
"""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.storage import state
from fieldapp.storage.database import execute, instant, stamp
from fieldapp.storage.tables import batches

MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""The first version was made in this year: nothing is older. Later versions leave it as it is, for what an
earlier one recorded is in no doubt when a later one sends it."""

TOLERANCE = timedelta(days=1)
"""As head office has it for files: a clock in another zone, or set by hand, is not suspicious yet."""

_NAME = "clock"
_LATEST = "SELECT max(at), max(seq) FROM activity_log WHERE seq > ?"


class Seen(NamedTuple):
    """A look at the clock. now, highest: as stamps; suspect: whether it is in doubt."""

    now: str
    highest: str
    suspect: bool


class _Kept(msgspec.Struct, frozen=True):
    """highest: the highest seen; n: where the own log ended then; seq: the last line of the activity log."""

    highest: str = ""
    n: int = 0
    seq: int = 0


def look(tx: Connection, now: datetime, n: int) -> Seen:
    """See what the clock shows, and remember the highest it ever showed, to any line of the activity log too.

    n: where the home's own log ends. Written with what is written anyway: when a sync file is made.
    """
    kept, shown = _kept(tx), stamp(now)
    latest, seq = execute(tx, _LATEST, kept.seq).fetchone()
    highest = max(kept.highest, shown, latest or "")
    higher = highest > kept.highest
    _keep(tx, _Kept(highest, n if higher else min(kept.n, n), seq or kept.seq))
    return Seen(shown, highest, shown < _least(highest))


def told(tx: Connection, at: str, base: int) -> None:
    """Head office wrote a receipt at `at` by its clock, when it had the own log up to `base`.

    If the highest that was seen before is later than that, it was a wrong one. A text that is no time says
    nothing.
    """
    kept = _kept(tx)
    try:
        written = stamp(instant(at))
    except (ValueError, OverflowError):
        return
    if kept.n <= base and written < _before(kept.highest):
        _keep(tx, msgspec.structs.replace(kept, highest=written))


class Doubts:
    """By when entries of the own log were saved: which of these times are in doubt.

    All that was not packed is sealed when a sync file is made; so what stands in the log behind its end was
    saved after that. A file that was made later than the highest that still counts was made by a wrong clock.
    """

    def __init__(self, tx: Connection) -> None:
        highest = _kept(tx).highest
        end, made = sa.func.max(batches.c.to_n), sa.func.max(batches.c.made_at)
        rows = tx.execute(sa.select(end, made).group_by(batches.c.number).having(end > 0).order_by(end))
        files = [(to, at) for to, at in rows if at <= highest]
        self._ends = [to for to, _ in files]
        self._latest = ["", *accumulate((at for _, at in files), max)]

    def about(self, n: int, at: str) -> bool:
        """Whether the stamp at which entry n was last saved is in doubt; '' is unknown, and is not."""
        return bool(at) and at < _least(self._latest[bisect_left(self._ends, n)])


def _least(highest: str) -> str:
    """The least that a clock may show and not be in doubt."""
    return max(stamp(MADE), _before(highest))


def _before(at: str) -> str:
    return stamp(instant(at) - TOLERANCE) if at else ""


def _kept(tx: Connection) -> _Kept:
    return msgspec.json.decode(state.read(tx, _NAME, "{}"), type=_Kept)


def _keep(tx: Connection, what: _Kept) -> None:
    state.write(tx, _NAME, msgspec.json.encode(what).decode())
