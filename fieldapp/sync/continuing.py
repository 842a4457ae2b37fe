"""A head office confirms that one computer of a centre goes on with the work of another one.

From then on the records of the replaced one belong to the new one, and trust in the replaced one ends at the
checkpoint at which the new one goes on.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.storage import log, taking_over
from fieldapp.storage.database import Database, stamp
from fieldapp.storage.home import Home
from fieldapp.storage.journal import Checkpoint
from fieldapp.storage.tables import continuations, nodes, refused
from fieldapp.sync import checkpoints
from fieldapp.sync.container import Continues
from fieldapp.sync.lineage import claim, line_of
from fieldapp.sync.packs import next_letter
from fieldapp.sync.revocation import end_trust


@dataclass(frozen=True, slots=True)
class Claim:
    """What a computer says of itself: it goes on from `before`, as far as that had come (n, chain).

    Ids are 32 hex. confirmed: somebody has looked into it.
    """

    node: str
    before: str
    n: int
    confirmed: bool


class Continuing:
    """At a head office: who goes on from whom."""

    def __init__(self, database: Database, home: Home) -> None:
        self._database = database
        self._home = home

    def claims(self, actor: Actor) -> tuple[Claim, ...]:
        """What computers say of themselves, and what was confirmed."""
        actor.must_be(Duty.OFFICER)
        with self._database.reading() as tx:
            rows = tx.execute(sa.select(continuations).order_by(continuations.c.node))
            return tuple(
                Claim(bytes(row.node).hex(), bytes(row.before).hex(), row.n, bool(row.confirmed_at))
                for row in rows
            )

    def confirm(self, actor: Actor, node: str, before: str = "") -> None:
        """Confirm that a computer goes on with the work of another one of the same centre.

        before: the replaced one, for a computer that does not know it, because nothing was left of that one;
        or for one that goes on from a computer that was never heard of. Its log is then taken as far as it is
        held here. Raises InvalidInput: 'no_node', 'no_claim', 'other_centre',
        'already_replaced' or 'confirmed'.
        """
        self._must_be_office(actor)
        with self._database.transaction() as tx:
            steps = _steps_to(tx, node, before)
            replaced, old, new = steps[-1], bytes.fromhex(steps[-1].node), bytes.fromhex(node)
            _refuse_impossible(tx, node, replaced.node)
            at = {"confirmed_at": stamp(self._database.clock()), "confirmed_by": actor.login}
            for one, step in zip((node, *(step.node for step in steps)), steps, strict=False):
                claim(tx, one, step)
                own = continuations.c.node == bytes.fromhex(one)
                tx.execute(continuations.update().where(own).values(at))
            taking_over.hand_over(tx, [old], new)
            tx.execute(refused.update().where(refused.c.node == old).values(node=new))
            end_trust(tx, old, (replaced.n, bytes.fromhex(replaced.chain)))
            self._tell(tx, new)
            log.note(tx, self._database.clock(), actor.login, "confirm_continuing", what=node)

    # ------------------------------------------------------------ the steps

    def _must_be_office(self, actor: Actor) -> None:
        actor.must_be(Duty.OFFICER)
        if not self._home.is_hq:
            raise InvalidInput(
                Text("Only a head office confirms which computer goes on from which."),
                Text("Nothing was changed."),
                "not_an_office",
            )

    def _tell(self, tx: Connection, node: bytes) -> None:
        """A receipt is due. A computer that came without a pack gets a letter, since nobody knows the numbers
        that were given on the old one after it was last heard of.
        """
        row = tx.execute(sa.select(nodes).where(nodes.c.node == node)).one()
        letter = row.letter or next_letter(tx, row.centre)
        values = {"letter": letter, "receipt_due": nodes.c.receipt_due + 1}
        tx.execute(nodes.update().where(nodes.c.node == node).values(values))


def highest(tx: Connection, node: bytes) -> Checkpoint:
    """The highest place of a node's log up to which everything is held."""
    return max(checkpoints.valid(tx, [node])[node])


def _steps_to(tx: Connection, node: str, before: str) -> list[Continues]:
    """From a computer back to the one that it replaces: mostly one step, and one more where it goes on from a
    computer that never sent anything.
    """
    said = _claimed(tx, node)
    if said is not None and (not before or said.node == before):
        return [said]
    if not before:
        raise InvalidInput(
            Text("This computer does not say that it goes on from another one."),
            Text("Nothing was changed. Choose the computer that it replaces."),
            "no_claim",
        )
    n, chain = highest(tx, bytes.fromhex(before))
    last = Continues(node=before, n=n, chain=chain.hex())
    return [last] if said is None or _centre_of(tx, said.node) is not None else [said, last]


def _claimed(tx: Connection, node: str) -> Continues | None:
    row = tx.execute(sa.select(continuations).where(continuations.c.node == bytes.fromhex(node))).first()
    if row is None:
        return None
    if row.confirmed_at:
        raise InvalidInput(
            Text("It is confirmed already from which computer this one goes on."),
            Text("Nothing was changed."),
            "confirmed",
        )
    return Continues(node=bytes(row.before).hex(), n=row.n, chain=bytes(row.chain).hex())


def _centre_of(tx: Connection, node: str) -> int | None:
    """The centre that a computer is enrolled for."""
    own = nodes.c.node == bytes.fromhex(node)
    return tx.execute(sa.select(nodes.c.centre).where(own)).scalar()


def _refuse_impossible(tx: Connection, node: str, before: str) -> None:
    centre, other = _centre_of(tx, node), _centre_of(tx, before)
    if centre is None or other is None:
        raise InvalidInput(
            Text("No such computer is enrolled."), Text("Look at the list of centres."), "no_node"
        )
    if centre != other:
        raise InvalidInput(
            Text("The two computers are of different centres."),
            Text("Nothing was changed. Ring the centre: a home may have been copied."),
            "other_centre",
        )
    if line_of(tx, before).after or before in line_of(tx, node).nodes:
        raise InvalidInput(
            Text("Another computer goes on with the work of that one already."),
            Text("Nothing was changed. Ring the centre: its copy may have been restored twice."),
            "already_replaced",
        )
