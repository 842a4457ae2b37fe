"""Two versions of one record of which neither knows the other, and which of them somebody let stand.

A fork comes of an installation that was copied or put back. Which leaf stands is a decision (its
`about_rev`, with the leaf that does not stand in `other`), so it can be taken back and travels; where a leaf
has come since, nothing is decided yet.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.codes import DecisionKind
from fieldapp.storage.tables import head_of, record_directory, record_heads, record_table, revisions

Leaves = dict[str, tuple[str, ...]]
"""Leaf revisions with their ancestors, newest first."""


def leaves(tx: Connection, record_id: str) -> Leaves:
    """The leaves of a record that is held here; one unless it forked."""
    rows = tx.execute(
        sa.select(revisions.c.rev, revisions.c.ancestors)
        .join(
            record_directory,
            (record_directory.c.centre == revisions.c.centre) & (record_directory.c.id == revisions.c.id),
        )
        .where(record_directory.c.id == bytes.fromhex(record_id), revisions.c.leaf == 1)
    )
    return {bytes(row.rev).hex(): _parted(bytes(row.ancestors)) for row in rows}


def chosen(tx: Connection, record_id: str, among: Leaves) -> str:
    """The leaf that stands instead of all the others, '' while nobody has said so of these."""
    table = record_table("decision")
    rows = tx.execute(
        sa.select(table.c.about_rev, table.c.other)
        .join(record_heads, head_of(table))
        .where(
            table.c.about == bytes.fromhex(record_id),
            table.c.kind == str(DecisionKind.VERSION_STANDS),
            record_heads.c.deleted == 0,
            table.c.about_rev.is_not(None),
            table.c.other.is_not(None),
        )
        .order_by(table.c.id.desc())
    ).fetchall()
    said = [(bytes(row.about_rev).hex(), bytes(row.other).hex()) for row in rows]
    for standing, _ in said:
        leaf = next((rev for rev, before in among.items() if standing in (rev, *before)), "")
        gone = {other for rev, other in said if rev in (leaf, *among.get(leaf, ()))}
        if leaf and among.keys() - {leaf} <= gone:
            return leaf
    return ""


def _parted(stored: bytes) -> tuple[str, ...]:
    return tuple(stored[at : at + 16].hex() for at in range(0, len(stored), 16))
