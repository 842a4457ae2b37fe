"""Rules of the exchange's state machine about computers that are replaced, and records that come back.

Who goes on from whom is known here as it truly is; the officer confirms what is true, sooner or later.
"""

from contextlib import suppress
from itertools import count

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from fieldapp.domain.errors import InvalidInput, SyncFileRefused
from fieldapp.homes import new_centre_from_pack, restore_home
from fieldapp.storage import state
from fieldapp.storage.tables import continuations, inbox_files, nodes, record_directory, record_table
from fieldapp.sync.lineage import continued
from tests.sync.exchange import Side

NUMBERS = st.integers(0, 1_000_000)
MOST_COMPUTERS = 5

ALONE = 1
"""A limit at which every record is a file of its own. How many fit into a larger one is not the same in every
run, for ids and keys are packed with them.
"""


def node_of(side: Side) -> bytes:
    """The node id of an open home."""
    return side.node


class Replacing:
    """What a life holds besides: `before` names the computer that each new one goes on from.

    gifts: files of give-backs, each with the node it is for. numbers: what was written on paper. silently:
    a computer went on from an old copy without knowing it.
    """

    def begin_replacing(self):
        self.before: dict[bytes, bytes] = {}
        self.gifts: list[tuple[bytes, object]] = []
        self.numbers: dict[tuple[str, int, str], str] = {}
        self.in_before: dict[bytes, set[bytes]] = {}
        self.silently = False
        self.ordinal = count()

    # ------------------------------------------------------------ computers

    @rule(which=NUMBERS)
    def move_to_another_computer(self, which):
        """From a copy made this very moment; the old computer is never used again."""
        at = which % len(self.computers)
        old, node = self.computers[at], node_of(self.computers[at])
        if not self.is_replaced(node):
            self.computers[at] = self.restored(old, self.copied(old), node)

    @precondition(lambda self: self.kept and len(self.computers) < MOST_COMPUTERS)
    @rule(which=NUMBERS)
    def go_on_from_a_copy_elsewhere(self, which):
        """From an older copy, while the old computer is in use for some time yet."""
        at, folder = self.kept[which % len(self.kept)]
        old = self.computers[at % len(self.computers)]
        home = Side.opened(folder)
        node = node_of(home)
        home.home.close()
        if not self.is_replaced(node):
            self.forked = True
            self.computers.append(self.restored(old, folder, node))

    @rule(which=NUMBERS)
    def lose_a_computer(self, which):
        """Nothing is left of it; a new home is made from another pack."""
        at = which % len(self.computers)
        old = self.computers[at]
        node = node_of(old)
        if self.is_replaced(node):
            return
        centre = self.centre_of(node)
        if centre is None:
            return
        old.home.close()
        pack = self.hq.enrolment.make_pack(self.hq.actor, centre, self.stick())
        folder = self.root / f"new {next(self.ordinal)}"
        home = new_centre_from_pack(folder, pack.path, pack.words, practice=True, clock=old.clock)
        (folder / "ballast").unlink()
        self.computers[at] = Side(home, old.clock)
        self.before[node_of(self.computers[at])] = node

    def restored(self, old: Side, folder, node: bytes) -> Side:
        target = self.root / f"moved {next(self.ordinal)}"
        side = Side(restore_home(folder, target, clock=old.clock), old.clock)
        (target / "ballast").unlink(missing_ok=True)
        self.before[node_of(side)] = node
        return side

    def is_replaced(self, node: bytes) -> bool:
        return node in self.before.values()

    def centre_of(self, node: bytes) -> int | None:
        """The number of the centre that a computer is enrolled for."""
        with self.hq.home.database.reading() as tx:
            return tx.execute(sa.select(nodes.c.centre).where(nodes.c.node == node)).scalar()

    # ------------------------------------------------------------ head office

    @rule(which=NUMBERS)
    def the_officer_looks(self, which):
        self.make_known(self.computer(which))

    def make_known(self, one: Side):
        """Enrol a computer that is not, and confirm what is true of it."""
        node = node_of(one)
        if self.centre_of(node) is None:
            asked = one.enrolment.make_request(one.actor, self.stick())
            self.hq.enrolment.enrol(self.hq.actor, asked.path, asked.fingerprint)
        before = self.before.get(node)
        if before is None or self.confirmed(node):
            return
        known = before
        while self.centre_of(known) is None and known in self.before:
            known = self.before[known]
        with self.hq.home.database.reading() as tx:
            rows = tx.execute(sa.select(inbox_files.c.sha256).where(inbox_files.c.state == "IMPORTED"))
            self.in_before[known] = {bytes(row.sha256) for row in rows}
        if self.centre_of(known) is None:
            known = self.farthest_named_by(one)
        if known:
            self.hq.continuing.confirm(self.hq.actor, node.hex(), known.hex())

    def confirmed(self, node: bytes) -> bool:
        with self.hq.home.database.reading() as tx:
            own = (continuations.c.node == node) & (continuations.c.confirmed_at != "")
            return tx.execute(sa.select(continuations.c.node).where(own)).first() is not None

    def farthest_named_by(self, one: Side) -> bytes:
        """Of the computers that one says it goes on from the farthest; b"" when head office heard of none."""
        with self.hq.home.database.reading() as tx:
            heard = tx.execute(sa.select(continuations.c.node)).scalars().all()
        with one.home.database.reading() as tx:
            said = continued(tx)
        return bytes.fromhex(said.steps[-1].node) if said and node_of(one) in map(bytes, heard) else b""

    @rule(which=NUMBERS)
    def let_a_late_file_in(self, which):
        if late := self.late_files():
            self.let_in(late[which % len(late)])

    def late_files(self) -> list[str]:
        with self.hq.home.database.reading() as tx:
            late = sa.select(inbox_files.c.sha256).where(inbox_files.c.code == "replaced_sender")
            rows = tx.execute(late.order_by(inbox_files.c.read_at))
            return [bytes(row.sha256).hex() for row in rows]

    def let_in(self, sha256: str):
        self.hq.inbox.let_in(self.hq.actor, sha256, "test")
        self.hq.inbox.import_all(self.hq.actor)

    @rule(which=NUMBERS)
    def give_back(self, which):
        self.give_back_to(self.computer(which))

    def give_back_to(self, one: Side):
        node = node_of(one)
        with suppress(InvalidInput):  # it is not known yet, or nothing has come
            made = self.hq.giving_back.make(self.hq.actor, node.hex(), self.stick(), limit=ALONE)
            self.gifts += [(node, file.path) for file in made.files]

    @precondition(lambda self: self.gifts)
    @rule(which=NUMBERS)
    def take_a_gift(self, which):
        """Early, late, twice, in any order."""
        node, path = self.gifts[which % len(self.gifts)]
        for one in self.computers:
            if node_of(one) == node:
                self.take_gift(one, path)

    def take_gift(self, one: Side, path):
        try:
            one.receipts.take_back(one.actor, path)
        except SyncFileRefused as refusal:  # signed with a key that it does not know yet, or no more
            if refusal.code not in ("bad_signature", "retired_key"):
                raise
        self.check_owned(one)

    @rule()
    def change_keys(self):
        self.hq.office_keys.rotate(self.hq.actor)

    # ------------------------------------------------------------ the oracle

    def check_owned(self, one: Side):
        """What belongs to a computer at head office can be written there, once it is there."""
        node = node_of(one)
        with self.hq.home.database.reading() as tx:
            rows = tx.execute(sa.select(record_directory.c.id).where(record_directory.c.owner == node))
            held = {bytes(row.id) for row in rows}
        with one.home.database.reading() as tx:
            rows = tx.execute(
                sa.select(record_directory).where(record_directory.c.centre == state.OWN_CENTRE)
            )
            strange = [row for row in rows if bytes(row.id) in held and bytes(row.owner) != node]
        assert strange == [], "given back to somebody else"

    def check_late_files(self):
        """Nothing of a replaced computer is taken beyond where the next one goes on, unless it is let in."""
        with self.hq.home.database.reading() as tx:
            rows = tx.execute(
                sa.select(inbox_files.c.sha256, nodes.c.node, inbox_files.c.to_n, continuations.c.n)
                .join(nodes, nodes.c.key == inbox_files.c.key)
                .join(continuations, continuations.c.before == nodes.c.node)
                .where(
                    continuations.c.confirmed_at != "",
                    inbox_files.c.state == "IMPORTED",
                    inbox_files.c.let_in == 0,
                    inbox_files.c.to_n > continuations.c.n,
                )
            ).fetchall()
        for row in rows:
            known = self.in_before.get(bytes(row.node), set())
            assert bytes(row.sha256) in known, "a late file was taken silently"

    def note_numbers(self, one: Side):
        """What a computer writes on paper is written once."""
        if self.silently:
            return
        activity = record_table("activity")
        with one.home.database.reading() as tx:
            own = record_directory.c.owner == state.node(tx)
            centre = state.centre(tx, state.OWN_CENTRE).csc_id
            rows = tx.execute(
                sa.select(activity.c.id, activity.c.number, activity.c.letter)
                .join(record_directory, record_directory.c.id == activity.c.id)
                .where(own, activity.c.number > 0)
            ).fetchall()
        for row in rows:
            key = bytes(row.id).hex()
            assert self.numbers.setdefault((centre, row.number, row.letter), key) == key, (
                "a number given twice"
            )
