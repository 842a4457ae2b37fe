"""Where a home's next batch begins: at its base, or before it while a block office says that it lacks files.

No base moves by what a block office holds. But files that reached head office by another road are gone from
the batches, so a block office could not close its gap by itself. While its newest receipt speaks of one, a
batch begins at the highest checkpoint that both have: then it joins what each of them holds.
"""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.storage import journal, state
from fieldapp.storage.tables import receipts
from fieldapp.sync.block_offices import block_offices
from fieldapp.sync.office import key_lists
from fieldapp.sync.receipt_lines import ReceiptLine


def next_base(tx: Connection) -> int:
    """The log number after which the next batch begins; never beyond the base."""
    base = state.base(tx)
    blocks = [_newest(tx, [one.public.key_id]) for one in block_offices(tx)]
    lacking = [said for said in blocks if said is not None and said.gap]
    if not lacking or base == 0:
        return base
    head_office = _newest(tx, [key.public.key_id for one, _ in key_lists(tx) for key in one.keys])
    both = set.intersection(*(_own_points(tx, said) for said in (head_office, *lacking)))
    return min(base, max(both, default=0))


def _newest(tx: Connection, signed_by: Iterable[str]) -> ReceiptLine | None:
    """The receipt with one of these keys (32 hex) that was taken last."""
    keys = [bytes.fromhex(one) for one in signed_by]
    newest = sa.select(receipts.c.manifest).where(receipts.c.sender.in_(keys))
    kept = tx.execute(newest.order_by(receipts.c.applied_seq.desc()).limit(1)).scalar()
    return msgspec.json.decode(kept, type=ReceiptLine) if kept else None


def _own_points(tx: Connection, said: ReceiptLine | None) -> set[int]:
    """The numbers of our own log that an office has everything up to; of none, where it answered nothing."""
    node = state.node(tx)
    return {
        one.n
        for one in ((*said.checkpoints, *said.given) if said else ())
        if journal.link(tx, node, one.n) == bytes.fromhex(one.chain)
    }
