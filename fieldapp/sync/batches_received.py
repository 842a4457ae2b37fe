"""What head office's answers make of the batches that were sent: of a receipt, and of a code by telephone."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.storage import blob_names, state
from fieldapp.storage.tables import batches
from fieldapp.sync.arrived import FileState
from fieldapp.sync.batches import BatchState
from fieldapp.sync.receipt_lines import FileLine

_OF_NO_BASE = sa.or_(batches.c.records == 0, batches.c.to_n == 0)
_HELD = (FileState.IMPORTED,)
_NOT_TAKEN = {
    str(FileState.REFUSED): BatchState.ATTENTION,
    str(FileState.WITHDRAWN): BatchState.WITHDRAWN,
}
"""States of a file in a receipt, and what they make of a batch that no receipt covers."""


def mark_batches(tx: Connection, files: Sequence[FileLine], now: str) -> None:
    """A batch is received when the base covers it; one that could not be taken needs attention."""
    cover_batches(tx, now, [bytes.fromhex(one.sha256) for one in files if one.state in _HELD])
    for one in files:
        if state_now := _NOT_TAKEN.get(one.state):
            own = batches.c.sha256 == bytes.fromhex(one.sha256)
            # What a later batch brought as well need not be taken from this one; what was withdrawn is.
            open_yet = sa.or_(batches.c.state != BatchState.RECEIVED, _OF_NO_BASE)
            meant = batches.c.state != state_now if state_now == BatchState.WITHDRAWN else open_yet
            note = one.reason or one.code
            tx.execute(batches.update().where(own, meant).values(state=state_now, state_at=now, note=note))
        if one.state == FileState.WITHDRAWN:  # its photographs are there no more
            blob_names.forget_file(tx, bytes.fromhex(one.sha256))


def cover_batches(tx: Connection, now: str, imported: Sequence[bytes] = (), named: int = 0) -> None:
    """Mark the batches that the base covers as received, and those it covers no longer as made.

    A file of photographs, or of a part that was chosen, moves no base, and one with everything once more may
    lie below it as soon as it is made: they are received when head office says that it imported them. So is
    one that was withdrawn, though a later one may have brought what it held.
    imported: SHA-256 of those; named: the number of the batch that a code by telephone confirms.
    """
    base, making, received = state.base(tx), BatchState.MAKING, BatchState.RECEIVED
    arrived = batches.c.sha256.in_(list(imported))
    withdrawn = batches.c.state == BatchState.WITHDRAWN
    known = sa.or_(batches.c.state == received, arrived)
    below = batches.c.to_n <= base
    covered = sa.case(
        (withdrawn, arrived),
        (_OF_NO_BASE, known),
        (batches.c.whole == 1, sa.and_(below, sa.or_(known, batches.c.number == named))),
        else_=below,
    )
    note = sa.case((withdrawn, ""), else_=batches.c.note)
    tx.execute(
        batches.update()
        .where(covered, batches.c.state.not_in((making, received)))
        .values(state=received, state_at=now, note=note)
    )
    tx.execute(
        batches.update()
        .where(sa.not_(covered), batches.c.state == received)
        .values(state=BatchState.MADE, state_at=now)
    )
