"""Files that came before somebody in them was erased: until when their bytes are kept, and destroying them.

The bytes are locked as they came, and the law wants what was recorded kept for a year (sync.sealed_copies).
That a file came, and what became of its records, is kept for good.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.storage import erasing, journal, letting_go
from fieldapp.storage.database import INDIA, instant, slices, stamp
from fieldapp.storage.tables import (
    activity_log,
    file_revisions,
    inbox_files,
    nodes,
    record_directory,
    revisions,
)
from fieldapp.sync import file_bytes
from fieldapp.sync.arrived import FileState, InboxFile
from fieldapp.sync.revocation import REVOKED
from fieldapp.sync.sealed_copies import KEPT_DAYS

_WAITS = (FileState.READY, FileState.QUARANTINE, FileState.PARKED)
"""States of a file that was never imported and may still be."""


_NOTED = letting_go.noted().where(activity_log.c.id.in_(sa.bindparam("ids", expanding=True)))


def erased_among(tx: Connection, ids: Collection[str]) -> set[str]:
    """Those of the records of which something was erased here."""
    parts = slices(map(bytes.fromhex, ids))
    return {bytes(row.id).hex() for part in parts for row in tx.execute(_NOTED, {"ids": part})}


def kept_until(tx: Connection, file: InboxFile) -> date | None:
    """The day on which the bytes of a file are destroyed: of one that waits when somebody was erased since it
    came, whoever is in it; of another one when somebody in it was. Else None.
    """
    if file.state in _WAITS:
        came = stamp(file.read_at) if file.read_at else ""
        first = next((at for at in erasing.decided_at(tx) if at >= came), None)
    else:
        row = tx.execute(_erased_in().where(file_revisions.c.sha256 == bytes.fromhex(file.sha256))).first()
        first = row.at if row else None
    return _day_after(first) if first else None


def destroy_old(tx: Connection, today: date) -> None:
    """Destroy the bytes whose year is over, and versions of a forked record that say what was erased."""
    for key in _erased_before(tx, today):
        held = [one for one, leaf in journal.held_of(tx, key) if leaf and not one.dropped]
        if any(one.erases for one in held):
            journal.drop(tx, [one for one in held if not one.erases])
    rows = tx.execute(
        _erased_in()
        .join(inbox_files, inbox_files.c.sha256 == file_revisions.c.sha256)
        .where(file_bytes.IS_KEPT)
    ).fetchall()
    old = [row.sha256 for row in rows if _day_after(row.at) <= today]
    for part in slices(old):
        file_bytes.destroy(tx, inbox_files.c.sha256.in_(part))
    _destroy_others(tx, today)


def _destroy_others(tx: Connection, today: date) -> None:
    """Of a file that was taken out again, or was never imported, nothing here says who is in it: it goes when
    the year is over for somebody whose erasing was decided after it came.

    No receipt covered it, or one took that back: whoever sent it has its records still, unless that computer
    is gone.
    """
    over = stamp(datetime.combine(today - timedelta(days=KEPT_DAYS), time(), INDIA))
    last = max((at for at in erasing.decided_at(tx) if at < over), default=None)
    if last is None:
        return
    old = inbox_files.c.read_at <= last
    is_gone = sa.exists().where(nodes.c.key == inbox_files.c.key, nodes.c.state == REVOKED)
    code = sa.case((is_gone, "last_file_waited"), else_="waited_too_long")
    values = {"state": FileState.REFUSED, "code": code, "said": "{}"}
    # First: what another officer imports at this moment does not wait any more, and keeps its bytes.
    tx.execute(inbox_files.update().where(old, inbox_files.c.state.in_(_WAITS)).values(values))
    file_bytes.destroy(tx, old, inbox_files.c.state.in_((FileState.WITHDRAWN, FileState.REFUSED)))


def _erased_before(tx: Connection, today: date) -> list[bytes]:
    """The records of which something was erased so long ago."""
    rows = tx.execute(letting_go.noted()).fetchall()
    return [bytes(row.id) for row in rows if _day_after(row.at) <= today]


def _erased_in() -> sa.Select[tuple[bytes, str]]:
    """The files that carry a state of a record which was let go of here, each with when that was first.

    From the few that were erased, by their centre, to the files: all that came may be millions.
    """
    said = letting_go.noted().subquery()
    held = (
        (revisions.c.centre == file_revisions.c.centre)
        & (revisions.c.id == file_revisions.c.id)
        & (revisions.c.rev == file_revisions.c.rev)
        & (sa.func.length(revisions.c.body) > 0)
    )
    carried = (file_revisions.c.centre == record_directory.c.centre) & (
        file_revisions.c.id == record_directory.c.id
    )
    return (
        sa.select(file_revisions.c.sha256, sa.func.min(said.c.at).label("at"))
        .select_from(said)
        .join(record_directory, record_directory.c.id == said.c.id)
        .join(file_revisions, carried)
        .where(~sa.exists().where(held))
        .group_by(file_revisions.c.sha256)
    )


def _day_after(erased_at: str) -> date:
    return instant(erased_at).astimezone(INDIA).date() + timedelta(days=KEPT_DAYS + 1)
