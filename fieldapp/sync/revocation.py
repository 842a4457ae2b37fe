"""Trust that ends at a checkpoint (n, chain), never at a date: clocks are wrong and files are late.

What a computer had sealed up to there stays good, whenever it arrives; what lies beyond waits. A file says by
its end where it lies. Two things are asked of a late one:

* while files before the checkpoint are missing, known files must lead from its end to the checkpoint;
* once everything up to it is here, the file may bring nothing that was never heard of. Whoever holds the
  computer knows its log and could write any end on a file.
"""

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.storage import journal
from fieldapp.storage.journal import Checkpoint
from fieldapp.storage.tables import IMPORTED, READY, file_revisions, inbox_files, nodes
from fieldapp.sync import checkpoints
from fieldapp.sync.looking import slices
from fieldapp.sync.sync_file import Record

TRUSTED, REVOKED = "trusted", "revoked"
"""What the keys of a home can be to its head office."""


def ends_imported(tx: Connection, node: bytes) -> list[Checkpoint]:
    """Where the imported files of a computer end, the highest first; of equal numbers those without a gap."""
    rows = tx.execute(
        sa.select(inbox_files.c.to_n, inbox_files.c.to_chain)
        .join(nodes, nodes.c.key == inbox_files.c.key)
        .where(nodes.c.node == node, inbox_files.c.state == IMPORTED, inbox_files.c.to_n > 0)
        .distinct()
    )
    valid = checkpoints.valid(tx, [node])[node]
    found = {(row.to_n, bytes(row.to_chain)) for row in rows}
    return sorted(found, key=lambda one: (-one[0], one not in valid, one[1]))


def chosen_end(tx: Connection, node: bytes, n: int | None) -> Checkpoint:
    """The checkpoint that a number means; without one all that is imported counts.

    Raises InvalidInput 'no_checkpoint' for a number at which no imported file ends.
    """
    ends = [*ends_imported(tx, node), checkpoints.START]
    found = next((one for one in ends if n is None or one[0] == n), None)
    if found is None:
        raise InvalidInput(
            Text("No imported file of this computer ends at number {n}.", n=n),
            Text("Nothing was changed. Choose one of these: {numbers}.", numbers=_numbers(ends)),
            "no_checkpoint",
        )
    return found


def _numbers(ends: Iterable[Checkpoint]) -> str:
    return ", ".join(str(n) for n in sorted({n for n, _ in ends}, reverse=True))


def not_enrolled() -> InvalidInput:
    """What is said where no computer of that name is known here."""
    return InvalidInput(
        Text("No such computer is enrolled."), Text("Look at the list of centres."), "no_node"
    )


def end_trust(tx: Connection, node: bytes, at: Checkpoint) -> bool:
    """Trust a computer up to a checkpoint only; whether there is such a computer. Again: another one."""
    values = {"state": REVOKED, "good_n": at[0], "good_chain": at[1]}
    return tx.execute(nodes.update().where(nodes.c.node == node).values(values)).rowcount > 0


def trust_again(tx: Connection, node: bytes) -> bool:
    """Trust a computer without an end, and tell it so; whether it had been revoked."""
    values = {"state": TRUSTED, "good_n": None, "good_chain": None, "receipt_due": nodes.c.receipt_due + 1}
    own = (nodes.c.node == node) & (nodes.c.state == REVOKED)
    return tx.execute(nodes.update().where(own).values(values)).rowcount > 0


def imported_beyond(tx: Connection, node: bytes) -> int:
    """How many imported files of a revoked computer end beyond its checkpoint. They stay until taken out."""
    statement = (
        sa.select(sa.func.count())
        .select_from(inbox_files.join(nodes, nodes.c.key == inbox_files.c.key))
        .where(nodes.c.node == node, nodes.c.state == REVOKED)
        .where(inbox_files.c.state == IMPORTED, inbox_files.c.to_n > nodes.c.good_n)
    )
    return tx.execute(statement).scalar() or 0


def covers(row: Any, to_n: int) -> bool:
    """Whether the computer of a row of `nodes` is trusted as far as a file goes that ends at `to_n`."""
    return row.state == TRUSTED or (row.good_n is not None and to_n <= row.good_n)


class Revoked:
    """What may still come of one computer that was revoked. row: of `nodes`."""

    def __init__(self, tx: Connection, row: Any) -> None:
        self._tx = tx
        self._row = row
        node = bytes(row.node)
        good = checkpoints.START if row.good_n is None else (row.good_n, bytes(row.good_chain))
        self.is_whole = good in checkpoints.valid(tx, [node])[node]
        self._leading = {good} if self.is_whole else _leading_to(good, _stretches(tx, bytes(row.key)))

    def belongs(self, base: Checkpoint, to: Checkpoint) -> bool:
        """Whether a file from `base` to `to` may lie under the checkpoint, as far as its ends tell."""
        if not covers(self._row, to[0]):
            return False
        # A part that somebody chose stands at the start of the log whatever it holds.
        return self.is_whole or (to != checkpoints.START and to in self._leading and base[0] <= to[0])

    def knows_all(self, lines: Iterable[Record]) -> bool:
        """Whether each revision in a file was heard of here before."""
        return all(self._heard_of(part) for part in slices(lines))

    def _heard_of(self, part: Collection[Record]) -> bool:
        if any(line.problem for line in part):
            return False
        held = journal.known(self._tx, {line.id for line in part})
        strange = [line for line in part if not _is_held(held.get(line.id), line.rev)]
        ids = [bytes.fromhex(line.id) for line in strange]
        came = {
            (bytes(row.id).hex(), bytes(row.rev).hex())
            for row in self._tx.execute(
                sa.select(file_revisions.c.id, file_revisions.c.rev).where(file_revisions.c.id.in_(ids))
            )
        }
        return all((line.id, line.rev) in came for line in strange)


def _is_held(known: journal.Known | None, rev: str) -> bool:
    return known is not None and (rev in known.revs or rev in known.older)


def _stretches(tx: Connection, key: bytes) -> list[checkpoints.Stretch]:
    rows = tx.execute(
        sa.select(
            inbox_files.c.base_n, inbox_files.c.base_chain, inbox_files.c.to_n, inbox_files.c.to_chain
        ).where(
            inbox_files.c.key == key,
            inbox_files.c.state.in_((IMPORTED, READY)),
            inbox_files.c.to_n.is_not(None),
        )
    )
    return [checkpoints.stretch_of(row) for row in rows]


def _leading_to(end: Checkpoint, stretches: Iterable[checkpoints.Stretch]) -> set[Checkpoint]:
    """The checkpoints from which known files lead to this one, and itself."""
    return checkpoints.closure(((to, base) for base, to in stretches), end)
