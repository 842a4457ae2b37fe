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
from fieldapp.storage.tables import continuations, nodes, refused
from fieldapp.sync import checkpoints
from fieldapp.sync.block_offices import refuse_block_office
from fieldapp.sync.container import Step
from fieldapp.sync.lineage import claim, is_confirmed, line_of
from fieldapp.sync.packs import next_letter
from fieldapp.sync.revocation import end_trust, not_enrolled


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
        held here. The very computer that it names means that there is no other one. Raises InvalidInput:
        'no_node', 'no_claim', 'other_centre', 'already_replaced', 'confirmed'.
        """
        self._must_be_office(actor)
        with self._database.transaction() as tx:
            if is_confirmed(tx, node):
                raise InvalidInput(
                    Text("It is confirmed already from which computer this one goes on."),
                    Text("Nothing was changed."),
                    "confirmed",
                )
            steps = _steps_to(tx, node, before)
            replaced, old, new = steps[-1], bytes.fromhex(steps[-1].node), bytes.fromhex(node)
            _refuse_impossible(tx, node, replaced.node, named=replaced.node == before)
            at = {"confirmed_at": stamp(self._database.clock()), "confirmed_by": actor.login}
            claim(tx, node, steps)
            nodes_named = [bytes.fromhex(one) for one in (node, *(step.node for step in steps[:-1]))]
            tx.execute(continuations.update().where(continuations.c.node.in_(nodes_named)).values(at))
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
        refuse_block_office(self._home)

    def _tell(self, tx: Connection, node: bytes) -> None:
        """A receipt is due. A computer that came without a pack gets a letter, since nobody knows the numbers
        that were given on the old one after it was last heard of.
        """
        row = tx.execute(sa.select(nodes).where(nodes.c.node == node)).one()
        letter = row.letter or next_letter(tx, row.centre)
        values = {"letter": letter, "receipt_due": nodes.c.receipt_due + 1}
        tx.execute(nodes.update().where(nodes.c.node == node).values(values))


def _steps_to(tx: Connection, node: str, before: str) -> list[Step]:
    """From a computer back to the one that it replaces: the nearest that ever sent something.

    before: where the computer does not know it itself; or the farthest of those that it names.
    """
    steps: list[Step] = []
    while (said := _claimed(tx, steps[-1].node if steps else node)) is not None:
        steps.append(said)
        if said.node == before or _centre_of(tx, said.node) is not None:
            break
    if before and (not steps or steps[-1].node != before):
        if _centre_of(tx, before) is None:
            raise not_enrolled()
        n, chain = checkpoints.highest(tx, bytes.fromhex(before))
        known = not steps or _centre_of(tx, steps[-1].node) is not None
        return [*([] if known else steps), Step(node=before, n=n, chain=chain.hex())]
    if not steps:
        raise InvalidInput(
            Text("This computer does not say that it goes on from another one."),
            Text("Nothing was changed. Choose the computer that it replaces."),
            "no_claim",
        )
    return steps


def _claimed(tx: Connection, node: str) -> Step | None:
    """What a computer says of itself, as long as nobody confirmed it."""
    own = (continuations.c.node == bytes.fromhex(node)) & (continuations.c.confirmed_at == "")
    row = tx.execute(sa.select(continuations).where(own)).first()
    return Step(node=bytes(row.before).hex(), n=row.n, chain=bytes(row.chain).hex()) if row else None


def _centre_of(tx: Connection, node: str) -> int | None:
    """The centre that a computer is enrolled for."""
    own = nodes.c.node == bytes.fromhex(node)
    return tx.execute(sa.select(nodes.c.centre).where(own)).scalar()


def _refuse_impossible(tx: Connection, node: str, before: str, *, named: bool) -> None:
    """named: somebody said that it goes on from just that computer, be it known or not."""
    centre, other = _centre_of(tx, node), _centre_of(tx, before)
    if centre is None or (other is None and not named):
        raise not_enrolled()
    if other not in (centre, None):
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
