"""Taking received revisions out again: each record then stands as if they had never come.

What a home holds is a function of the set of files it took; this is how that set becomes smaller.
"""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.records import Activity
from fieldapp.storage import journal, search_index, taking_in
from fieldapp.storage.journal import Known
from fieldapp.storage.records import write_figures
from fieldapp.storage.tables import (
    activity_figures,
    record_directory,
    record_heads,
    record_table,
    revisions,
)
from fieldapp.storage.writer import Writer


def withdraw(tx: Connection, unwanted: Mapping[str, Collection[str]], at: str) -> int:
    """Take out revisions by record id; those of others that they had superseded come back.

    at: a stamp for what is shown anew. Gives how many records are gone altogether. Ids and revs are hex; what
    is not held is passed over. Never give it revisions that were sealed here.
    """
    gone, shown_anew = list[tuple[str, Known]](), list[tuple[int, Activity]]()
    writer = Writer(tx)
    for record_id, before in journal.known(tx, unwanted).items():
        left = _take_out(tx, record_id, before, unwanted[record_id])
        if left is None:
            gone.append((record_id, before))
        else:
            _show_leaf(tx, writer, record_id, before, left, shown_anew, at)
    writer.flush()
    write_figures(tx, shown_anew)
    for record_id, before in gone:
        _remove(tx, record_id, before)
    search_index.mark(tx, sorted(map(bytes.fromhex, unwanted)), late=True)
    return len(gone)


def show_anew(tx: Connection, record_id: str, at: str) -> None:
    """Show the leaf of a record that is to be shown now, after somebody let one of several stand, or no more.

    at: a stamp. What is not held is passed over.
    """
    held, shown_anew = journal.known(tx, [record_id]).get(record_id), list[tuple[int, Activity]]()
    if held is not None and held.leaves:
        writer = Writer(tx)
        leaf = taking_in.to_show(tx, record_id, held.leaves)
        _show_leaf(tx, writer, record_id, held, leaf, shown_anew, at)
        writer.flush()
        write_figures(tx, shown_anew)
        search_index.mark(tx, [bytes.fromhex(record_id)])


def _take_out(tx: Connection, record_id: str, before: Known, unwanted: Collection[str]) -> str | None:
    """Delete the revisions and mark the leaves that are left; gives the one to show, None when none is."""
    own = (revisions.c.centre == before.centre) & (revisions.c.id == bytes.fromhex(record_id))
    goes = revisions.c.rev.in_([bytes.fromhex(rev) for rev in unwanted])
    tx.execute(revisions.delete().where(own, goes))
    rows = tx.execute(sa.select(revisions.c.rev, revisions.c.ancestors).where(own)).fetchall()
    left = {bytes(row.rev).hex(): journal.parted(row.ancestors) for row in rows}
    if not left:
        return None
    leaves = taking_in.leaves_of(left)
    back = [bytes.fromhex(rev) for rev in leaves - before.leaves.keys()]
    if back:
        tx.execute(revisions.update().where(own, revisions.c.rev.in_(back)).values(leaf=1))
    return taking_in.to_show(tx, record_id, {rev: left[rev] for rev in leaves})


def _show_leaf(
    tx: Connection,
    writer: Writer,
    record_id: str,
    before: Known,
    leaf: str,
    figures: list[tuple[int, Activity]],
    at: str,
) -> None:
    key = bytes.fromhex(record_id)
    own = (record_heads.c.centre == before.centre) & (record_heads.c.id == key)
    if tx.execute(sa.select(record_heads.c.rev).where(own)).scalar_one() == bytes.fromhex(leaf):
        return
    chosen = journal.find(tx, before.centre, key, bytes.fromhex(leaf))
    if chosen is None:
        raise LookupError(leaf)
    taking_in.show(tx, writer, chosen, before, figures, at)


def _remove(tx: Connection, record_id: str, before: Known) -> None:
    """Every row of a record of which no revision is left; the rows of its parts go with its own."""
    key = bytes.fromhex(record_id)
    for table in (record_table(before.type), record_heads, activity_figures):
        tx.execute(table.delete().where(table.c.centre == before.centre, table.c.id == key))
    tx.execute(record_directory.delete().where(record_directory.c.id == key))
