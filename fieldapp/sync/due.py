"""Which computers the next receipts are for.

A computer whose base head office no longer holds (its database was put back to an old copy, and nobody knows)
has nothing new to send as long as nothing new is typed there. So every computer hears from its office now and
then, whether anything came or not: the receipt names what is held, and what is missing comes again.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.storage.database import execute, instant
from fieldapp.storage.tables import nodes

SILENCE = timedelta(days=28)
"""After so long without a receipt one is due."""


def note_due(tx: Connection, key: str) -> None:
    """Something came from the computer with that key (32 hex), or changed, that it is to be told."""
    execute(tx, "UPDATE nodes SET receipt_due = receipt_due + 1 WHERE key = ?", bytes.fromhex(key))


def note_due_for(tx: Connection, *which: sa.ColumnElement[bool]) -> None:
    """All computers that fit these conditions on `nodes`, without one all, are to be told something."""
    tx.execute(nodes.update().where(*which).values(receipt_due=nodes.c.receipt_due + 1))


def is_due(row: Any, now: datetime) -> bool:
    """Whether a receipt is due for a row of `nodes`, whatever there is to send down.

    The clock that wrote the last one may have been wrong: far ahead is as long ago as far behind.
    """
    return row.receipt_due > 0 or not row.receipt_at or abs(now - instant(row.receipt_at)) >= SILENCE
