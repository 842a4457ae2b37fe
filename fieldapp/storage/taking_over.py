"""When a computer takes another's place: whose records are, under which number they stand in whose log.

A sealed revision is never rewritten, so it goes on naming the home that sealed it; who may write the record
from now on stands in the directory. The newest revision of each record is entered in the log of the home that
took it over, so that the one rule of receipts covers it like everything that was sealed there.
"""

import json
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical
from fieldapp.storage import journal, log, state
from fieldapp.storage.database import slices
from fieldapp.storage.journal import Checkpoint
from fieldapp.storage.tables import batches, record_directory, record_heads, record_table, seals

CONTINUES = "continues"
"""The homes this one goes on from, the nearest first, and how far each had come: JSON [{node, n, chain}]."""

LETTER_FOR_NOW = "letter_for_now"
"""Set while the letter of a home is one it chose by itself."""

_LETTERS = "ZYXWVUTSRQPONMLKJIHGFEDCBA"
_LAST = 12


def begin_anew(tx: Connection, node: str, at: datetime, login: str) -> None:
    """Make this database, brought from another computer, that of a new node which goes on with its work.

    Its records are the new node's, every sealed one stands in the new log, and nothing counts as received
    until head office has answered this node. node: 32 hex.
    """
    old, new = state.node(tx), bytes.fromhex(node)
    n, chain = journal.checkpoint(tx, old)
    letter = _unused_letter(tx, node)
    steps = [{"node": old.hex(), "n": n, "chain": chain.hex()}, *json.loads(state.read(tx, CONTINUES, "[]"))]
    state.write(tx, CONTINUES, json.dumps(steps))
    said = {"node": node, "base": "0", "receipt": "0", "letter": letter, LETTER_FOR_NOW: "1"}
    # The pack was the other computer's, and so is its letter.
    for name, value in (said | {state.PACK_SECRET: ""}).items():
        state.write(tx, name, value)
    hand_over(tx, [old], new)
    own = (
        sa.select(record_heads.c.id)
        .join(record_directory, record_directory.c.id == record_heads.c.id)
        .where(record_directory.c.owner == new, record_heads.c.rev.is_not(None))
        .order_by(record_heads.c.log_number, record_heads.c.id)
    )
    enter(tx, new, [bytes(one) for one in tx.execute(own).scalars()])
    # Their ends are places in the old log: no receipt for the new one speaks of them.
    tx.execute(batches.update().values(to_n=0))
    log.note(tx, at, login, "begin_anew", what=old.hex())


def _unused_letter(tx: Connection, node: str) -> str:
    """A letter that this home never wrote on paper: numbers given on the old computer since are not known.

    The new node's id chooses among the last letters, since head office gives the first ones: two homes that
    are restored from one copy get different ones eleven times in twelve. Head office gives them others.
    """
    table = record_table("activity")
    used = set(tx.execute(sa.select(table.c.letter).distinct()).scalars()) | {state.read(tx, "letter", "Z")}
    free = [one for one in _LETTERS if one not in used][:_LAST] or [_LETTERS[0]]
    return free[int(node, 16) % len(free)]


def hand_over(tx: Connection, before: Collection[bytes], node: bytes) -> None:
    """Everything that belongs to one of those homes belongs to this one."""
    tx.execute(record_directory.update().where(record_directory.c.owner.in_(list(before))).values(owner=node))


def own(tx: Connection, ids: Iterable[bytes], node: bytes) -> None:
    """These records belong to that home."""
    for part in slices(ids):
        tx.execute(record_directory.update().where(record_directory.c.id.in_(part)).values(owner=node))


def enter(tx: Connection, node: bytes, ids: Iterable[bytes]) -> Checkpoint:
    """Enter the newest sealed revision of each record in a home's log, in this order; where it then ends."""
    n, chain = journal.checkpoint(tx, node)
    for part in slices(ids):
        rows = tx.execute(sa.select(record_heads).where(record_heads.c.id.in_(part))).fetchall()
        heads = {bytes(row.id): row for row in rows if row.rev is not None}
        entries = []
        for key in (one for one in part if one in heads):
            head = heads[key]
            chain = canonical.chain(chain, n + 1, key, bytes(head.rev))
            n += 1
            entries.append(
                {
                    "node": node,
                    "n": n,
                    "centre": head.centre,
                    "id": key,
                    "rev": bytes(head.rev),
                    "chain": chain,
                }
            )
        if entries:
            tx.execute(seals.insert(), entries)
            tx.execute(
                record_heads.update()
                .where(
                    record_heads.c.centre == sa.bindparam("_centre"),
                    record_heads.c.id == sa.bindparam("_id"),
                )
                .values(log_number=sa.bindparam("_n")),
                [{"_centre": one["centre"], "_id": one["id"], "_n": one["n"]} for one in entries],
            )
    return n, chain


def not_entered(tx: Connection, node: bytes, ids: Iterable[bytes]) -> list[bytes]:
    """Those of the records, in their order, whose newest sealed revision stands nowhere in that log."""
    rows = tx.execute(sa.select(seals.c.id, seals.c.rev).where(seals.c.node == node))
    entered = {(bytes(row.id), bytes(row.rev)) for row in rows}
    found: list[bytes] = []
    for part in slices(ids):
        heads = sa.select(record_heads.c.id, record_heads.c.rev).where(record_heads.c.id.in_(part))
        revs = {bytes(row.id): bytes(row.rev) for row in tx.execute(heads) if row.rev is not None}
        found += [one for one in part if one in revs and (one, revs[one]) not in entered]
    return found
