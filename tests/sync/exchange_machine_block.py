"""Rules of the exchange's state machine about a block office between the centres and head office.

It reads files as their second reader, decides about what it read, carries the files on as they came and
receipts unopened; it is late, forgets, and may be put back to an old copy. What it does to a file is compared
with the file as its computer made it.
"""

import hashlib
from pathlib import Path

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from fieldapp.domain.fields import Name
from fieldapp.homes import new_hq
from fieldapp.storage import journal, state
from fieldapp.storage.tables import (
    inbox_files,
    nodes,
    record_directory,
    record_heads,
    record_table,
    revisions,
    seals,
)
from fieldapp.sync import checkpoints
from fieldapp.sync.relay import Relay
from tests.sync.exchange import KASMAR, Side
from tests.sync.replacing import node_of

NUMBERS = st.integers(0, 1_000_000)
BLOCK = Name("प्रखंड कार्यालय", "Block office")
Pair = tuple[bytes, bytes]


def make_block(hq: Side, root: Path) -> None:
    """The home of a block office that head office and it know of each other, closed."""
    known = hq.enrolment.register_block_office(hq.actor, KASMAR.key, BLOCK)
    pack = hq.enrolment.make_pack(hq.actor, known.number, root)
    block = Side(new_hq(root / "block", scope=KASMAR.key, practice=True))
    block.enrolment.take_pack(block.actor, pack.path, pack.words)
    asked = block.enrolment.make_request(block.actor, root)
    hq.enrolment.enrol(hq.actor, asked.path, asked.fingerprint)
    for path in (pack.path, asked.path):
        path.unlink()
    block.home.close()


class ByABlock:
    """What a life holds besides: `block`, None in a life that has none.

    block_receipts: those it wrote, each with the node it is for. originals: SHA-256 of every file that was
    made, of_the_block: of those it made itself; brought: of what came to it since it was put back to a copy.
    signed: what the computers have sealed and sent, by record id and revision.
    """

    def begin_block(self, block: Side | None):
        """With one, all know each other from the first day: else it seldom comes to read anything."""
        self.block = block
        self.block_receipts: list[tuple[bytes, Path]] = []
        self.kept_blocks: list[Path] = []
        self.originals: set[str] = set()
        self.of_the_block: set[str] = set()
        self.brought: set[str] = set()
        self.signed: set[Pair] = set()
        self.office_put_back = False
        if block:
            for one in self.computers:
                self.make_known(one)
            self.answer()
            self.take_newest_of(block)

    # ------------------------------------------------------------ files

    @precondition(lambda self: self.block and self.files)
    @rule(back=st.integers(0, 6))
    def deliver_to_the_block(self, back):
        self.bring_to_the_block(self.files[-1 - min(back, len(self.files) - 1)])

    @precondition(lambda self: self.block)
    @rule(which=NUMBERS)
    def not_know_of_the_block(self, which):
        """As a centre whose pack is older than the block office, until a receipt names that."""
        with self.computer(which).home.database.transaction() as tx:
            state.write(tx, "block_offices", "")

    @precondition(lambda self: self.block)
    @rule()
    def the_block_carries_on(self):
        """What it puts on a stick is one more file that may arrive, or not, or twice."""
        self.files += self.carried_on()

    @precondition(lambda self: self.block)
    @rule()
    def the_block_sends(self):
        self.send(self.block)

    # ------------------------------------------------------------ what it decides

    @precondition(lambda self: self.block)
    @rule(record=NUMBERS)
    def the_block_decides(self, record):
        if found := self.read_by_the_block():
            decisions = self.block.services.decisions
            decisions.ask_correction(self.block.actor, found[record % len(found)], "look again", "notes")

    @precondition(lambda self: self.block)
    @rule()
    def the_block_answers(self):
        made = self.block.receipts.make(self.block.actor, self.stick())
        self.block_receipts += [(bytes.fromhex(one.node), one.path) for one in made]

    @precondition(lambda self: self.block_receipts)
    @rule(which=NUMBERS)
    def take_of_the_block(self, which):
        node, path = self.block_receipts[which % len(self.block_receipts)]
        for one in self.computers:
            if node_of(one) == node:
                base = self.base_of(one)
                self.take(one, path)
                assert self.base_of(one) == base, "a block office moved the base"

    # ------------------------------------------------------------ receipts

    @precondition(lambda self: self.block and self.receipts)
    @rule(which=NUMBERS)
    def the_block_hears(self, which):
        """Early, late or twice."""
        own = [path for node, path in self.receipts if node == node_of(self.block)]
        if own:
            self.take(self.block, own[which % len(own)])

    @precondition(lambda self: self.block and self.receipts)
    @rule(which=NUMBERS, receipt=NUMBERS)
    def a_receipt_comes_by_the_block(self, which, receipt):
        """Unopened, and with others for whoever comes by."""
        _, path = self.receipts[receipt % len(self.receipts)]
        stick, one = self.stick(), self.computer(which)
        self.block.receipts.receive(self.block.actor, [path])
        placed = self.block.receipts.carried.put_on(stick)
        made = {_sha256(path) for _, path in self.receipts}
        assert {each.sha256 for each in placed} <= made, "a receipt was altered on its way"
        one.receipts.receive(one.actor, [stick])

    # ------------------------------------------------------------ copies put back

    @precondition(lambda self: self.block)
    @rule()
    def keep_the_block(self):
        self.kept_blocks.append(self.copied(self.block))
        self.block = Side.opened(self.block.folder, self.block.clock)

    @precondition(lambda self: self.kept_blocks)
    @rule(which=NUMBERS)
    def the_block_goes_on_from_a_copy(self, which):
        self.block = self.put_back(self.block, self.kept_blocks[which % len(self.kept_blocks)])
        self.brought = set()

    # ------------------------------------------------------------ honest round trips

    def go_by_the_block(self, computers: list[Side], deaf: list[Side]):
        """What these computers send comes to head office by the block office alone; the deaf send all."""
        for one in computers:
            for path in self.send(one, full=one in deaf):
                self.bring_to_the_block(path)
        heard = self.take_newest_of(self.block)
        for path in (*self.carried_on(), *self.send(self.block, full=not heard)):
            self.bring(path)

    def hear_of_the_block(self):
        """It has heard of head office and answers its centres, which take that."""
        self.take_newest_of(self.block)
        self.the_block_answers()
        for one in self.computers:
            own = [path for node, path in self.block_receipts if node == node_of(one)]
            if own:
                self.take(one, own[-1])

    # ------------------------------------------------------------ the oracle

    def note_made(self, side: Side, paths: list[Path]):
        """What a home has just sent, and what it has signed so far."""
        made = {_sha256(path) for path in paths}
        self.originals |= made
        if side is self.block:
            self.of_the_block |= made
            return
        with side.home.database.reading() as tx:
            rows = tx.execute(sa.select(seals.c.id, seals.c.rev))
            self.signed |= {(bytes(row.id), bytes(row.rev)) for row in rows}

    def check_block(self):
        """It holds of others what they have signed, and nothing forks by itself."""
        own = [node_of(self.block), node_of(self.hq)]
        with self.block.home.database.reading() as tx:
            rows = tx.execute(
                sa.select(revisions.c.id, revisions.c.rev, revisions.c.leaf)
                .join(record_directory, record_directory.c.id == revisions.c.id)
                .where(record_directory.c.owner.not_in(own))
            ).fetchall()
        held = {(bytes(row.id), bytes(row.rev)) for row in rows}
        assert held <= self.signed, "held at the block office, and nobody signed it"
        leaves = [bytes(row.id) for row in rows if row.leaf]
        assert self.forked or len(leaves) == len(set(leaves)), "a fork nobody made"

    def check_block_at_the_end(self):
        """What it decided is known to all, what came to it reached head office, and it can read on."""
        self.check_block()
        for one in self.computers:
            if not self.is_replaced(node_of(one)):
                self.check_no_gap(one)
        assert self.waiting_for_a_name(self.block) <= self.waiting_for_a_name(self.hq), "it was not told"
        decided = self.decided_about(self.block)
        for side in (self.hq, *self.computers):
            if not self.is_replaced(node_of(side)):
                wanted = {one for one in decided if self.holds(side, one[1])}
                assert wanted <= self.decided_about(side), "a decision of the block office is not known"
        with self.hq.home.database.reading() as tx:
            arrived = {bytes(one).hex() for one in tx.execute(sa.select(inbox_files.c.sha256)).scalars()}
        assert self.office_put_back or self.brought <= arrived, "a file was not carried on"

    def check_no_gap(self, one: Side):
        """Of what that computer has in its log now, nothing is missing before what the block office has."""
        node = node_of(one)
        with self.block.home.database.reading() as tx:
            held = checkpoints.valid(tx, [node])[node]
            rows = tx.execute(
                sa.select(inbox_files)
                .join(nodes, nodes.c.key == inbox_files.c.key)
                .where(nodes.c.node == node, inbox_files.c.state == "IMPORTED")
            )
            files = [checkpoints.stretch_of(row) for row in rows]
        with one.home.database.reading() as tx:
            own = [file for file in files if journal.link(tx, node, file[1][0]) == file[1][1]]
        assert not any(checkpoints.lies_behind_a_gap(file, held) for file in own), "a gap at the block office"

    @staticmethod
    def waiting_for_a_name(side: Side) -> set[bytes]:
        """The files there whose sender is not known, or said to go on from another one."""
        unknown = ("unknown_sender", "continues_unconfirmed", "not_named_yet")
        with side.home.database.reading() as tx:
            rows = tx.execute(sa.select(inbox_files.c.sha256).where(inbox_files.c.code.in_(unknown)))
            return {bytes(row.sha256) for row in rows}

    def decided_about(self, side: Side) -> set[Pair]:
        """The decisions of the block office that somebody holds, each with what it is about."""
        decision = record_table("decision")
        of_the_block = record_directory.c.owner == node_of(self.block)
        with side.home.database.reading() as tx:
            rows = tx.execute(
                sa.select(decision.c.id, decision.c.about)
                .join(record_directory, record_directory.c.id == decision.c.id)
                .where(of_the_block)
            )
            return {(bytes(row.id), bytes(row.about)) for row in rows}

    @staticmethod
    def holds(side: Side, key: bytes) -> bool:
        """Whether a record has come there."""
        return bool(side.count(sa.select(sa.func.count()).where(record_directory.c.id == key)))

    # ------------------------------------------------------------ within

    def bring_to_the_block(self, path: Path):
        self.block.inbox.import_all(self.block.actor, [path])
        self.brought |= {_sha256(path)} - self.of_the_block
        self.check_block()

    def carried_on(self) -> list[Path]:
        """What the block office puts on a stick."""
        relay = Relay(self.block.home.database, self.block.home.home)
        placed = relay.forward(self.block.actor, self.stick()).files
        assert {one.sha256 for one in placed} <= self.originals, "a file was altered on its way"
        return [one.path for one in placed]

    def read_by_the_block(self) -> list[str]:
        """The activities of centres that it holds, by their numbers."""
        activity = record_table("activity")
        with self.block.home.database.reading() as tx:
            rows = tx.execute(
                sa.select(record_heads.c.id)
                .join(activity, activity.c.id == record_heads.c.id)
                .where(record_heads.c.deleted == 0)
                .order_by(activity.c.number, record_heads.c.id)
            )
            return [bytes(row.id).hex() for row in rows]

    @staticmethod
    def base_of(one: Side) -> int:
        with one.home.database.reading() as tx:
            return state.base(tx)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
