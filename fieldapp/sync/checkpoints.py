"""Which places of a home's log head office holds everything up to.

(0, nothing) is valid from the start; a file whose base is valid makes its end valid. So a gap, disorder,
repeats and forks need no rule of their own: what follows a gap waits, and clears itself when the gap closes.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.storage.database import execute, slices
from fieldapp.storage.journal import LINK_ZERO, Checkpoint
from fieldapp.storage.tables import IMPORTED, READY, given_back

MOST_IN_A_RECEIPT = 32
START: Checkpoint = (0, LINK_ZERO)
"""Where every log begins."""

Stretch = tuple[Checkpoint, Checkpoint]


def valid(tx: Connection, owners: Iterable[bytes], *, ready: bool = False) -> dict[bytes, set[Checkpoint]]:
    """The valid checkpoints of each of these nodes. ready: as if the files that are ready were imported."""
    wanted = list(owners)
    stretches: dict[bytes, list[Stretch]] = {node: [] for node in wanted}
    for part in slices(wanted):
        for node, stretch in chain(_imported(tx, part, ready=ready), _given(tx, part)):
            stretches[node].append(stretch)
    return {node: closure(found) for node, found in stretches.items()}


def highest(tx: Connection, node: bytes) -> Checkpoint:
    """The highest valid checkpoint of a node."""
    return max(valid(tx, [node])[node])


def _imported(tx: Connection, owners: list[bytes], *, ready: bool = False) -> Iterable[tuple[bytes, Stretch]]:
    states = (IMPORTED, READY) if ready else (IMPORTED,)
    rows = execute(tx, _FILES.format(_marks(owners), _marks(states)), *owners, *states).fetchall()
    return [
        (node, ((base_n, base_chain), (to_n, to_chain))) for node, base_n, base_chain, to_n, to_chain in rows
    ]


_FILES = (
    "SELECT n.node, f.base_n, f.base_chain, f.to_n, f.to_chain"
    " FROM inbox_files f JOIN nodes n ON n.key = f.key"
    " WHERE n.node IN ({}) AND f.state IN ({}) AND f.to_n IS NOT NULL"
)
"""Asked of all files of a home whenever one of them is shown."""


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _given(tx: Connection, owners: list[bytes]) -> Iterable[tuple[bytes, Stretch]]:
    """What was given back is held, and stands in the log of whoever takes it as it was given."""
    for row in tx.execute(sa.select(given_back).where(given_back.c.node.in_(owners))):
        yield bytes(row.node), stretch_of(row)


def stretch_of(row: Any) -> Stretch:
    """Where a file, or what was given back, begins and ends in a log. row: with the four columns of that."""
    return (row.base_n, bytes(row.base_chain)), (row.to_n, bytes(row.to_chain))


def lies_behind_a_gap(stretch: Stretch, held: set[Checkpoint]) -> bool:
    """Whether files before one are missing. held: the valid checkpoints of its home.

    Not where one of them stands as high: a later file brought all of it. Nor does anything come any more of a
    line that was given up.
    """
    base, to = stretch
    return base not in held and to[0] > max(held)[0]


def closure(stretches: Iterable[Stretch], start: Checkpoint = START) -> set[Checkpoint]:
    """All that can be reached from the start along these stretches."""
    onward: dict[Checkpoint, list[Checkpoint]] = {}
    for base, to in stretches:
        onward.setdefault(base, []).append(to)
    reached, pending = {start}, [start]
    while pending:
        for to in onward.get(pending.pop(), ()):
            if to not in reached:
                reached.add(to)
                pending.append(to)
    return reached


class Told(NamedTuple):
    """Valid checkpoints of a node, the highest first. given: those it has only if a give-back reached it."""

    reached: list[Checkpoint]
    given: list[Checkpoint]


def for_receipt(tx: Connection, node: bytes) -> Told:
    """At most 32 valid checkpoints of a node.

    Ends that nothing goes on from come before all others: of a home that was restored from an old copy, both
    the line that was given up and the one that goes on.
    """
    own, back = ([stretch for _, stretch in found(tx, [node])] for found in (_imported, _given))
    stretches = own + back
    reached = closure(stretches)
    passed = {base for base, to in stretches if to != base}
    chosen = sorted(reached - {START}, key=lambda one: (one in passed, -one[0], one[1]))
    newest = sorted(chosen[:MOST_IN_A_RECEIPT], reverse=True)
    only_given = set(chain.from_iterable(back)) - set(chain.from_iterable(own))
    return Told(
        [one for one in newest if one not in only_given], [one for one in newest if one in only_given]
    )
