"""What head office has answered: the receipts a centre has taken, and the records that need its attention."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa

from fieldapp.domain.actor import Actor
from fieldapp.storage import state
from fieldapp.storage.database import Database, instant
from fieldapp.storage.tables import receipts, record_heads, refused
from fieldapp.sync.block_offices import block_offices
from fieldapp.sync.receipt_lines import ReceiptLine, RefusedLine
from fieldapp.sync.refused_records import RefusedRecord, refusal_words


@dataclass(frozen=True, slots=True)
class TakenReceipt:
    """A receipt in the list. gap, full: an office asks for files before those it has, or for everything.

    of_block: it is a block office, not head office.
    """

    number: int
    taken_at: datetime
    gap: bool
    full: bool
    of_block: bool = False


class ReceiptHistory:
    """Reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def receipts(self, actor: Actor) -> tuple[TakenReceipt, ...]:
        """Every receipt that was taken, the one taken last first."""
        actor.must_be_known()
        with self._database.reading() as tx:
            rows = tx.execute(sa.select(receipts).order_by(receipts.c.applied_seq.desc())).fetchall()
            blocks = {one.public.key_id for one in block_offices(tx)}
        return tuple(
            TakenReceipt(
                row.number, instant(row.applied_at), said.gap, said.full, bytes(row.sender).hex() in blocks
            )
            for row in rows
            for said in [msgspec.json.decode(row.manifest, type=ReceiptLine)]
        )

    def refused(self, actor: Actor) -> tuple[RefusedRecord, ...]:
        """Own records that head office did not take and that have not been sealed anew since."""
        actor.must_be_known()
        same = (
            (record_heads.c.centre == refused.c.centre)
            & (record_heads.c.id == refused.c.id)
            & (record_heads.c.rev == refused.c.rev)
        )
        with self._database.reading() as tx:
            rows = tx.execute(
                sa.select(refused)
                .join(record_heads, same)
                .where(refused.c.centre == int(state.read(tx, "centre")))
                .order_by(refused.c.type, refused.c.id)
            ).fetchall()
        found = []
        for row in rows:
            key, rev = bytes(row.id).hex(), bytes(row.rev).hex()
            line = RefusedLine(type=row.type, id=key, revision=rev, code=row.code, path=row.path)
            found.append(RefusedRecord(row.type, key, row.code, row.path, refusal_words(line)))
        return tuple(found)
