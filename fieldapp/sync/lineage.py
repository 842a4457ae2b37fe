"""Which computer goes on from which other, as a head office has confirmed it: the line of each node.

Records belong to the line, whatever node of it sealed them; its newest node, the heir, writes them. Trust in
a node that was replaced ends at the checkpoint where the next one goes on (sync.revocation); a file beyond it
waits until somebody decides to let it in, and what is newer in it is shown for checking.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.results import refuse
from fieldapp.storage import state, taking_over
from fieldapp.storage.database import execute
from fieldapp.storage.journal import Checkpoint
from fieldapp.storage.tables import continuations, inbox_files, nodes, refused
from fieldapp.storage.taking_over import CONTINUES
from fieldapp.sync.container import Continues, Manifest, Step


@dataclass(frozen=True, slots=True)
class Line:
    """The nodes of one line around one of them, each 32 hex.

    before: those it goes on from, the nearest first; after: those that go on from it, the nearest first.
    """

    node: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def heir(self) -> str:
        """Who writes the records of the line."""
        return self.after[-1] if self.after else self.node

    @property
    def nodes(self) -> frozenset[str]:
        """All of them."""
        return frozenset((self.node, *self.before, *self.after))


_CONFIRMED = sa.select(continuations).where(continuations.c.confirmed_at != "")


def line_of(tx: Connection, node: str) -> Line:
    """The line that a node is in; of itself alone where nothing else is confirmed."""
    rows = tx.execute(_CONFIRMED)
    back = {bytes(row.node).hex(): bytes(row.before).hex() for row in rows}
    forth = {before: after for after, before in back.items()}
    return Line(node, _along(back, node), _along(forth, node))


def steps_of(tx: Connection, node: str) -> tuple[Step, ...]:
    """The homes that a node goes on from as it is confirmed, the nearest first, and how far each had come."""
    found: list[Step] = []
    for at in (node, *line_of(tx, node).before)[:-1]:
        row = tx.execute(sa.select(continuations).where(continuations.c.node == bytes.fromhex(at))).one()
        found.append(Step(node=bytes(row.before).hex(), n=row.n, chain=bytes(row.chain).hex()))
    return tuple(found)


def _along(steps: dict[str, str], node: str) -> tuple[str, ...]:
    found: list[str] = []
    while (node := steps.get(node, "")) and node not in found:
        found.append(node)
    return tuple(found)


def claim(tx: Connection, node: str, steps: Iterable[Step]) -> None:
    """Note that a node says it goes on from another one, and that from others. What was confirmed stays."""
    for step in steps:
        own = continuations.c.node == bytes.fromhex(node)
        values = {"before": bytes.fromhex(step.node), "n": step.n, "chain": bytes.fromhex(step.chain)}
        if tx.execute(sa.select(continuations.c.node).where(own)).first() is None:
            tx.execute(continuations.insert().values(node=bytes.fromhex(node), **values))
        else:
            tx.execute(continuations.update().where(own, continuations.c.confirmed_at == "").values(values))
        node = step.node


def continued(tx: Connection) -> Continues | None:
    """What this home says of the one it goes on from; None where it goes on from none."""
    steps = _own_steps(tx)
    if not steps:
        return None
    return Continues(node=steps[0].node, n=steps[0].n, chain=steps[0].chain, older=steps[1:])


def learn(tx: Connection, steps: tuple[Step, ...]) -> None:
    """Say from now on what head office has confirmed of this home, if that is more than it knew itself."""
    if len(steps) > len(_own_steps(tx)):
        state.write(tx, CONTINUES, msgspec.json.encode(steps).decode())


def follow(tx: Connection, node: str, steps: tuple[Step, ...], at: str) -> None:
    """At a block office: go by what head office has confirmed of a computer. at: a stamp."""
    if steps_of(tx, node) == steps:
        return
    behind = node
    for step in steps:
        own = continuations.c.node == bytes.fromhex(behind)
        said = {"before": bytes.fromhex(step.node), "n": step.n, "chain": bytes.fromhex(step.chain)}
        tx.execute(continuations.delete().where(own))
        tx.execute(continuations.insert().values(node=bytes.fromhex(behind), confirmed_at=at, **said))
        behind = step.node
    line = line_of(tx, node)
    before = [bytes.fromhex(one) for one in line.before]
    taking_over.hand_over(tx, before, bytes.fromhex(line.heir))
    tx.execute(refused.update().where(refused.c.node.in_(before)).values(node=bytes.fromhex(line.heir)))


def _own_steps(tx: Connection) -> tuple[Step, ...]:
    return msgspec.json.decode(state.read(tx, CONTINUES, "[]"), type=tuple[Step, ...])


def is_confirmed(tx: Connection, node: str) -> bool:
    """Whether somebody has confirmed from which computer a node goes on."""
    own = continuations.c.node == bytes.fromhex(node)
    confirmed = sa.select(continuations.c.node).where(own, continuations.c.confirmed_at != "")
    return tx.execute(confirmed).first() is not None


def sender_confirmed() -> sa.ColumnElement[bool]:
    """Whether the sender of a file of the inbox goes on from another computer, as somebody confirmed."""
    own = (nodes.c.node == continuations.c.node) & (nodes.c.key == inbox_files.c.key)
    return sa.exists().where(own, continuations.c.confirmed_at != "")


def is_replaced(tx: Connection, node: str) -> bool:
    """Whether another computer goes on with the work of this one."""
    return replaced_at(tx, node) is not None


def replaced_at(tx: Connection, node: str) -> Checkpoint | None:
    """The place of a node's log at which another one goes on with its work."""
    followed = (continuations.c.before == bytes.fromhex(node)) & (continuations.c.confirmed_at != "")
    row = tx.execute(sa.select(continuations).where(followed)).first()
    return (row.n, bytes(row.chain)) if row else None


def was_let_in(tx: Connection, sha256: str) -> bool:
    """Whether somebody decided to import a late file (64 hex)."""
    found = execute(tx, "SELECT let_in FROM inbox_files WHERE sha256 = ?", bytes.fromhex(sha256)).fetchone()
    return found is not None and bool(found[0])


def refuse_unconfirmed(tx: Connection, node: str, manifest: Manifest) -> None:
    """Raise SyncFileRefused 'continues_unconfirmed' for a file that says it goes on from another computer,
    as long as nobody has confirmed that.
    """
    if manifest.continues is not None and not is_confirmed(tx, node):
        raise refuse("continues_unconfirmed")
