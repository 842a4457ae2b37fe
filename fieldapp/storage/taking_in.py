"""Taking revisions in that came from elsewhere, and of each record showing the leaf, whatever came first.

What a home holds is a function of the set of files it took; this is how that set becomes larger
(storage.withdrawing: how it becomes smaller).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical
from fieldapp.domain.fields import build, unknown
from fieldapp.domain.records import RECORD_TYPES, Activity, Record
from fieldapp.storage import forks, journal, letting_go, search_index
from fieldapp.storage.database import instant
from fieldapp.storage.forks import Leaves
from fieldapp.storage.journal import Known, Revision
from fieldapp.storage.letting_go import LetGo
from fieldapp.storage.plain_rows import Lots
from fieldapp.storage.readied import Readied, packed
from fieldapp.storage.records import read_rows, write_figures
from fieldapp.storage.rows import gather
from fieldapp.storage.tables import activity_figures, record_directory, record_heads, revisions
from fieldapp.storage.writer import Writer


def receive(
    tx: Connection, arrived: Sequence[Revision], at: str, held: Mapping[str, Known] | None = None
) -> LetGo:
    """Keep revisions that came from elsewhere and show each record as its leaf says.

    A leaf is a revision that no held one has among its ancestors. Of several leaves (a fork) the one that
    somebody let stand is shown, else the one with the most ancestors, then the higher name: the same on every
    home, whatever came first. Gives what was let go of, because something was erased. held: as
    `journal.known` says it of these records, if it was asked since anything was written of them.
    """
    if held is None:
        held = journal.known(tx, {one.id for one in arrived})
    writer = Writer(tx)
    fresh: dict[str, list[Revision]] = {}
    for one in arrived:
        before = held.get(one.id)
        twice = any(one.rev == other.rev for other in fresh.get(one.id, ()))
        if not twice and (before is None or one.rev not in before.revs):
            fresh.setdefault(one.id, []).append(one)
    figures: list[tuple[int, Activity]] = []
    for record_id, new in fresh.items():
        _receive_one(tx, writer, record_id, new, held.get(record_id), figures, at)
    writer.flush()
    write_figures(tx, figures)
    search_index.mark(tx, sorted(map(bytes.fromhex, fresh)), late=True)
    return letting_go.of_arrived(tx, fresh, held, instant(at))


def _receive_one(
    tx: Connection,
    writer: Writer,
    record_id: str,
    new: list[Revision],
    before: Known | None,
    figures: list[tuple[int, Activity]],
    at: str,
) -> None:
    key, first = bytes.fromhex(record_id), new[0]
    old_leaves = dict(before.leaves) if before else {}
    candidates = old_leaves | {one.rev: one.ancestors for one in new}
    leaves = leaves_of(candidates) - (before.older if before else frozenset())
    for one in new:
        writer.insert(revisions.name, _revision_row(one, key, one.rev in leaves))
    superseded = [bytes.fromhex(rev) for rev in old_leaves.keys() - leaves]
    if superseded:
        own = (revisions.c.centre == first.centre) & (revisions.c.id == key)
        tx.execute(revisions.update().where(own, revisions.c.rev.in_(superseded)).values(leaf=0))
    shown = to_show(tx, record_id, {rev: candidates[rev] for rev in leaves}, new)
    chosen = next((one for one in new if one.rev == shown), None)
    if chosen is None and (superseded or len(leaves) > 1):
        chosen = journal.find(tx, first.centre, key, bytes.fromhex(shown))
    if before is None:
        writer.insert(record_directory.name, (key, first.centre, first.type, bytes.fromhex(first.owner)))
    if before is None and chosen is not None and chosen.ready is not None and chosen.ready.lots is not None:
        _add_ready(writer, chosen, chosen.ready, chosen.ready.lots, at)
    elif chosen is not None:
        show(tx, writer, chosen, before, figures, at)


def _add_ready(writer: Writer, chosen: Revision, ready: Readied, lots: Lots, at: str) -> None:
    """An activity that is new here, from what was made of it when it was looked at."""
    key = bytes.fromhex(chosen.id)
    writer.add_from(lots, ready.at, chosen.type, chosen.centre, key)
    row = (chosen.centre, key, chosen.type, 1, 1, 0, bytes.fromhex(chosen.rev))
    writer.insert(record_heads.name, (*row, 0, "", chosen.login, chosen.at or at, ""))
    writer.insert(activity_figures.name, (chosen.centre, key, *ready.figures))


def _revision_row(one: Revision, key: bytes, leaf: bool) -> tuple[Any, ...]:
    return (
        one.centre,
        key,
        bytes.fromhex(one.rev),
        int(leaf),
        journal.joined(one.ancestors),
        one.ready.packed if one.ready else packed(one.body),
        one.schema,
        one.login,
        one.at,
    )


def leaves_of(all_revs: dict[str, tuple[str, ...]]) -> set[str]:
    """The revisions that are nobody's ancestor."""
    return set(all_revs) - {rev for ancestors in all_revs.values() for rev in ancestors}


def shown_of(leaves: dict[str, tuple[str, ...]]) -> str:
    """The leaf that lists and forms show, of leaves with their ancestors."""
    return max(leaves, key=lambda rev: (len(leaves[rev]), rev))


def to_show(tx: Connection, record_id: str, leaves: Leaves, new: Sequence[Revision] = ()) -> str:
    """The leaf to show: the one that somebody let stand, while nothing has come since, else `shown_of`.

    Where something was erased, a leaf that does not know of it is not shown. new: not kept yet.
    """
    if len(leaves) < 2:
        return shown_of(leaves)
    stands = forks.chosen(tx, record_id, leaves)
    held = [one for one, _ in journal.held_of(tx, bytes.fromhex(record_id))]
    emptied = {
        one.rev: leaves[one.rev]
        for one in (*held, *new)
        if one.rev in leaves and one.erases and not one.dropped
    }
    return stands if stands in (emptied or leaves) else shown_of(emptied or leaves)


def show(
    tx: Connection,
    writer: Writer,
    chosen: Revision,
    before: Known | None,
    figures: list[tuple[int, Activity]],
    at: str,
) -> None:
    """Put a received revision into the rows that lists and forms read; where it was let go of, they stay."""
    key, content = bytes.fromhex(chosen.id), chosen.content()
    if chosen.dropped:
        own = (record_heads.c.centre == chosen.centre) & (record_heads.c.id == key)
        tx.execute(record_heads.update().where(own).values(rev=bytes.fromhex(chosen.rev)))
        return
    fields = {} if chosen.op == "del" else chosen.fields()
    hidden = int(journal.hides(chosen.type, chosen.op))
    record_type = RECORD_TYPES[chosen.type]
    record: Record = build(record_type, fields, id=chosen.id)
    if before is None:
        writer.add(chosen.centre, key, record)
    else:
        old = gather(chosen.type, chosen.id, read_rows(tx, chosen.type, chosen.centre, key))
        writer.turn(chosen.type, chosen.centre, key, old, record)
    strange = content.get("x", {}) | unknown(record_type, fields)
    kept = canonical.encode(strange).decode() if strange else ""
    reason = content.get("f", {}).get("reason", "") if chosen.op == "del" else ""
    version = 1
    if before:
        own = (record_heads.c.centre == chosen.centre) & (record_heads.c.id == key)
        version = tx.execute(sa.select(record_heads.c.version).where(own)).scalar_one() + 1
    row = (chosen.centre, key, chosen.type, version, version, 0, bytes.fromhex(chosen.rev))
    writer.replace(record_heads.name, (*row, hidden, reason, chosen.login, chosen.at or at, kept))
    if isinstance(record, Activity):
        figures.append((chosen.centre, record))
