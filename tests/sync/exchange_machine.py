"""The exchange as a state machine: random lives of two centres, their copies and their head office.

Hypothesis chooses what happens and shrinks what goes wrong; the outbox, inbox and receipts are the real ones.
The oracle is that of the exchange's design: nothing acknowledged is lost, nothing is called received that
head office does not hold, nothing forks by itself, and the order of files does not matter.
"""

import hashlib
import itertools
import json
import shutil
import tempfile
from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.errors import InvalidInput, SyncFileRefused
from fieldapp.domain.fields import Name
from fieldapp.domain.identifiers import demo_csc_id
from fieldapp.domain.records import Decision, Target
from fieldapp.homes import new_centre, new_hq
from fieldapp.storage import journal, state
from fieldapp.storage.database import execute
from fieldapp.storage.state import Centre
from fieldapp.storage.tables import (
    inbox_files,
    record_directory,
    record_heads,
    revisions,
)
from fieldapp.sync import lines_taken
from fieldapp.sync.due import SILENCE
from tests.sync import chance
from tests.sync.exchange import KASMAR, Side
from tests.sync.exchange_machine_block import ByABlock, make_block
from tests.sync.orders import OtherOffices, files_in, leaves, shuffled
from tests.sync.replacing import ALONE, Replacing, node_of

MANY = 60
"""Edits of one record between two exports; five hundred stand in a test of their own."""

NUMBERS = st.integers(0, 1_000_000)

OWN_ACTIVITIES = (
    "SELECT h.id, h.version FROM record_directory d"
    " JOIN record_heads h ON h.centre = d.centre AND h.id = d.id"
    " JOIN activity a ON a.centre = h.centre AND a.id = h.id"
    " WHERE d.owner = ? AND h.deleted = ? ORDER BY a.number, h.id"
)
"""In the order a person sees them in."""


class Ticking:
    """A computer's clock: a second a look, and as wrong as somebody sets it.

    late: milliseconds; with others at each computer no two ids are of one moment, and all runs sort alike.
    """

    def __init__(self, late: int = 0) -> None:
        self.now = datetime(2026, 11, 20, 10, tzinfo=UTC) + timedelta(milliseconds=late)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@chance.told("the homes that lives begin with")
def make_template(root: Path, names: str = "ab", *, block: bool = False) -> Path:
    """A practice head office and centres that have taken their packs, closed; a letter for each centre.

    block: with a block office that the centres write to as well.
    """
    hq = Side(new_hq(root / "hq", practice=True))
    if block:
        make_block(hq, root)
    for n, name in enumerate(names, start=1):
        csc_id = demo_csc_id(n)
        named = Centre(0, csc_id, f"केंद्र {n}", f"Centre {n}", KASMAR.key)
        centre = Side(new_centre(root / name, named, practice=True))
        office, own = hq.enrolment, centre.enrolment
        known = office.register_centre(hq.actor, csc_id, Name(named.name_hi, named.name_en), KASMAR.key)
        pack = office.make_pack(hq.actor, known.number, root)
        own.take_pack(centre.actor, pack.path, pack.words)
        pack.path.unlink()
        centre.home.close()
    hq.home.close()
    for name in ("hq", *names, *(["block"] if block else [])):
        (root / name / "ballast").unlink()  # only makes copies slow here
    return root


class ExchangeMachine(ByABlock, Replacing, RuleBasedStateMachine):
    """One life. A class attribute `template` names the homes every life begins with."""

    template: Path
    names = "ab"

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="life"))
        self.ends = ExitStack()
        self.counter = itertools.count()
        self.files: list[Path] = []
        self.receipts: list[tuple[bytes, Path]] = []
        self.kept: list[tuple[int, Path]] = []
        self.kept_offices: list[Path] = []
        self.forked = self.office_forgot = False
        self.begin_replacing()

    @initialize(
        by_a_block=st.sampled_from((False, False, True)),
        records=st.lists(NUMBERS, min_size=1, max_size=3),
        number=NUMBERS,
    )
    def begin(self, by_a_block=False, records=(), number=0):
        """by_a_block: the block office of the template is at work; else its keys lie idle.

        records: who records one at once. Of lives that begin with nothing most never come to hold anything.
        number: from which ids follow, and with them which of two revisions comes first.
        """
        self.ends.enter_context(chance.told(number))
        self.ends.enter_context(pytest.MonkeyPatch.context()).setattr(lines_taken, "FROM", 1)
        idle = shutil.ignore_patterns(*([] if by_a_block else ["block"]))
        shutil.copytree(self.template, self.root, dirs_exist_ok=True, ignore=idle)
        self.hq = self.opened("hq")
        self.computers = [self.opened(name) for name in self.names]
        self.begin_block(self.opened("block") if by_a_block else None)
        for which in records:
            self.record(which)

    # ------------------------------------------------------------ recording

    @rule(which=NUMBERS)
    def record(self, which):
        one = self.computer(which)
        one.services.activities.start(one.actor, "CHAI_SAMOSA", date(2017, 1, 14), KASMAR)
        self.note_numbers(one)

    @rule(which=NUMBERS, record=NUMBERS, note=NUMBERS)
    def edit(self, which, record, note):
        self.write(self.computer(which), record, note)

    @rule(which=NUMBERS, record=NUMBERS)
    def edit_many_times(self, which, record):
        self.write(self.computer(which), record, *range(MANY))

    @rule(which=NUMBERS, record=NUMBERS)
    def delete(self, which, record):
        one = self.computer(which)
        if found := self.own_records(one, deleted=0):
            record_id, version = found[record % len(found)]
            one.services.activities.delete(one.actor, record_id, version, "test")

    @rule(which=NUMBERS, record=NUMBERS)
    def bring_back(self, which, record):
        one = self.computer(which)
        if found := self.own_records(one, deleted=1):
            record_id, version = found[record % len(found)]
            one.services.activities.restore(one.actor, record_id, version)

    @rule(which=NUMBERS, record=NUMBERS, later=st.integers(1, 9))
    def know_more(self, which, record, later):
        """A newer program wrote a field beside those this one knows."""
        one = self.computer(which)
        if found := self.own_records(one, deleted=0):
            record_id, _ = found[record % len(found)]
            with one.home.database.transaction() as tx:
                own = record_heads.c.id == bytes.fromhex(record_id)
                tx.execute(record_heads.update().where(own).values(unknown=f'{{"later":{later}}}'))
            self.write(one, record, later)

    @rule(which=NUMBERS, record=NUMBERS)
    def decide(self, which, record):
        """A centre answers about its own record, which seals it at once."""
        one = self.computer(which)
        if found := self.own_records(one, deleted=0):
            record_id, _ = found[record % len(found)]
            draft = Decision(id=one.services.decisions.new_id(), reason="it was right")
            one.services.decisions.decide(one.actor, DecisionKind.WAS_RIGHT, record_id, draft)

    @rule(which=NUMBERS, days=st.integers(-5_000, 5_000))
    def clock_jumps(self, which, days):
        self.computer(which).clock.now += timedelta(days=days)

    @rule(amount=st.integers(1, 99))
    def plan(self, amount):
        """Head office writes a target, which goes down with the next receipts."""
        targets = self.hq.services.targets
        target = Target(id=targets.new_id(), title=Name("नौ शहर", "Nine cities"), amount=amount)
        targets.save(self.hq.actor, target)

    # ------------------------------------------------------------ files up

    @rule(which=NUMBERS)
    def export(self, which):
        self.send(self.computer(which))

    @rule(which=NUMBERS)
    def export_everything(self, which):
        self.send(self.computer(which), full=True)

    @rule(which=NUMBERS)
    def export_in_parts(self, which):
        self.send(self.computer(which), limit=ALONE)

    @precondition(lambda self: self.files)
    @rule(back=st.integers(0, 3))
    def deliver(self, back):
        self.bring(self.files[-1 - min(back, len(self.files) - 1)])

    @precondition(lambda self: self.files)
    @rule(which=NUMBERS)
    def deliver_an_old_one(self, which):
        self.bring(self.files[which % len(self.files)])

    @rule(which=NUMBERS)
    def undo_an_import(self, which):
        """Head office takes a file out again; until it comes once more, it holds less than it said."""
        imported = self.files_of_office("IMPORTED")
        if imported:
            self.hq.inbox.undo(self.hq.actor, imported[which % len(imported)], "test")
            self.office_forgot = True
            self.check_now()

    # ------------------------------------------------------------ receipts down

    @rule()
    def answer(self):
        made = self.hq.receipts.make(self.hq.actor, self.stick())
        self.receipts += [(bytes.fromhex(one.node), one.path) for one in made]

    @precondition(lambda self: self.receipts)
    @rule(which=NUMBERS)
    def take_the_newest(self, which):
        one = self.computer(which)
        self.take_newest_of(one)

    @precondition(lambda self: self.receipts)
    @rule(which=NUMBERS)
    def take_any(self, which):
        """Early, late, twice, and on every copy of the computer it is for."""
        node, path = self.receipts[which % len(self.receipts)]
        for one in self.computers:
            if node_of(one) == node:
                self.take(one, path)

    # ------------------------------------------------------------ copies put back

    @rule(which=NUMBERS)
    def keep_a_copy(self, which):
        at = which % len(self.computers)
        self.kept.append((at, self.copied(self.computers[at])))
        self.computers[at] = Side.opened(self.computers[at].folder, self.computers[at].clock)

    @precondition(lambda self: self.kept)
    @rule(which=NUMBERS)
    def go_on_from_a_copy(self, which):
        at, folder = self.kept[which % len(self.kept)]
        self.computers[at] = self.put_back(self.computers[at], folder)
        self.forked = self.silently = True

    @precondition(lambda self: self.kept and len(self.computers) < 4)
    @rule(which=NUMBERS)
    def clone(self, which):
        _, folder = self.kept[which % len(self.kept)]
        target = self.root / f"clone {next(self.counter)}"
        shutil.copytree(folder, target)
        self.computers.append(self.opened(target.name))
        self.forked = self.silently = True

    @rule()
    def keep_the_office(self):
        self.kept_offices.append(self.copied(self.hq))
        self.hq = Side.opened(self.hq.folder, self.hq.clock)

    @precondition(lambda self: self.kept_offices)
    @rule(which=NUMBERS)
    def office_goes_on_from_a_copy(self, which):
        """Its keys lie beside the database, and are not in a copy of that."""
        kept = self.kept_offices[which % len(self.kept_offices)]
        shutil.rmtree(kept / "keys")
        shutil.copytree(self.hq.folder / "keys", kept / "keys")
        self.hq = self.put_back(self.hq, kept)
        self.office_forgot = self.office_put_back = True

    # ------------------------------------------------------------ the oracle

    def check_now(self):
        """Nothing forks by itself, and nothing is called received that head office does not hold."""
        if not self.forked:
            with self.hq.home.database.reading() as tx:
                leaves = sa.select(revisions.c.id).where(revisions.c.leaf == 1)
                forks = tx.execute(leaves.group_by(revisions.c.id).having(sa.func.count() > 1)).fetchall()
            assert forks == [], "a fork nobody made"
        self.check_late_files()
        if not self.office_forgot:
            for one in self.senders():
                received = [(key, rev) for key, rev, is_received in self.sealed(one) if is_received]
                self.must_hold(received, "called received and not there")

    def teardown(self):
        try:
            if hasattr(self, "computers"):
                self.check_now()
                self.go_round()
                self.check_at_the_end()
        finally:
            self.close()

    def close(self):
        """Let go of every home, and of everything on the disk; what is random is so again."""
        self.ends.close()
        for side in [
            *getattr(self, "computers", ()),
            getattr(self, "hq", None),
            getattr(self, "block", None),
        ]:
            if side is not None:
                side.home.close()
        shutil.rmtree(self.root)

    def go_round(self):
        """Two honest round trips: the newest receipt down, everything up, and so on.

        Between them lies so much time that head office writes to everybody once more, whether anything came
        or not: what it forgot without knowing, nobody tells it who has nothing new.
        """
        for _ in range(2):
            self.round_trip()

    def round_trip(self):
        """What head office wrote goes down, everything goes up, and what it says of that comes back."""
        self.hq.clock.now += SILENCE
        for one in self.computers:
            self.make_known(one)
        self.hq.inbox.import_all(self.hq.actor)
        self.answer()
        # One that cannot read what head office wrote shows which keys it has, with everything once more.
        deaf = [one for one in self.computers if not self.take_newest_of(one)]
        replaced = [one for one in self.computers if self.is_replaced(node_of(one))]
        for one in replaced if self.block else self.computers:
            # One that was replaced hears no more from head office, so it sends everything there is.
            for path in self.send(one, full=one in (*replaced, *deaf)):
                self.bring(path)
        if self.block:
            self.go_by_the_block([one for one in self.computers if one not in replaced], deaf)
        for late in self.late_files():
            self.let_in(late)
        self.answer()
        for one in self.computers:
            self.take_newest_of(one)
        if self.block:
            self.hear_of_the_block()

    def check_at_the_end(self):
        for one in self.senders():
            self.must_hold([(key, rev) for key, rev, _ in self.sealed(one)], "lost")
        if self.silently and not self.all_received():
            # A receipt speaks to one of two copies of a computer: to that whose file showed its keys last.
            self.round_trip()
        assert self.all_received(), "never received"
        if self.block:
            self.check_block_at_the_end()
        self.check_now()
        with self.hq.home.database.reading() as tx:
            keys = [bytes(row.id).hex() for row in tx.execute(sa.select(record_directory.c.id))]
            known = journal.known(tx, keys)
        for one in known.values():
            assert not set(one.leaves) & one.older, "a leaf that is an ancestor"
            assert one.revs <= set(one.leaves) | one.older, "neither a leaf nor an ancestor"
        self.check_names_and_unknown_fields()
        self.check_order()

    def all_received(self) -> bool:
        """Whether every computer that is in use knows that head office has all of its records."""
        in_use = [one for one in self.senders() if not self.is_replaced(node_of(one))]
        return all(is_received for one in in_use for _, _, is_received in self.sealed(one))

    def check_names_and_unknown_fields(self):
        """Each revision is named by all of its content, and shows what a newer program wrote."""
        with self.hq.home.database.reading() as tx:
            heads = tx.execute(sa.select(record_heads).where(record_heads.c.deleted == 0)).fetchall()
            entries = [(0, one.centre, bytes(one.id), bytes(one.rev)) for one in heads if one.rev]
            found = {one.rev: one.body for one in journal.read_slice(tx, entries)}
        for rev, body in found.items():
            assert hashlib.sha256(b"fieldapp-rev-1\0" + body).hexdigest()[:32] == rev, "named otherwise"
        for one in heads:
            if one.rev:
                sent = json.loads(found[bytes(one.rev).hex()]).get("x", {})
                assert json.loads(one.unknown or "{}") == sent, "an unknown field is gone"

    def check_order(self):
        """The files that are in, imported into an empty head office in another order: the same leaves."""
        contents = files_in(self.hq)
        offices = OtherOffices(self.hq, self.template / "hq", self.root)
        found = offices.import_all(shuffled(contents, len(contents)))
        assert found == leaves(self.hq), "the order of files matters"

    def must_hold(self, wanted, message):
        with self.hq.home.database.reading() as tx:
            known = journal.known(tx, [key for key, _ in wanted])
        for key, rev in wanted:
            held = known.get(key)
            assert held is not None, message
            assert rev in held.revs | held.older, message

    def sealed(self, one):
        """(id, newest sealed revision, whether it counts as received) of a computer's own records."""
        with one.home.database.reading() as tx:
            own, base, _ = state.own_log(tx)
            rows = tx.execute(
                sa.select(record_heads)
                .join(record_directory, record_directory.c.id == record_heads.c.id)
                .where(record_directory.c.owner == own)
            ).fetchall()
        for row in rows:
            if row.rev is not None:
                packed = row.version == row.sealed_version
                yield bytes(row.id).hex(), bytes(row.rev).hex(), packed and row.log_number <= base

    # ------------------------------------------------------------ within

    def senders(self) -> list[Side]:
        """All that make files for head office."""
        return [*self.computers, *([self.block] if self.block else [])]

    def computer(self, which):
        return self.computers[which % len(self.computers)]

    def opened(self, name) -> Side:
        """A home of this life, with a clock of its own."""
        return Side.opened(self.root / name, Ticking(next(self.counter)))

    def stick(self) -> Path:
        """A folder nothing lies in yet."""
        folder = self.root / f"stick {next(self.counter)}"
        folder.mkdir()
        return folder

    def files_of_office(self, file_state):
        """The hashes of the files in that state, as they came."""
        with self.hq.home.database.reading() as tx:
            files = sa.select(inbox_files.c.sha256).where(inbox_files.c.state == file_state)
            rows = tx.execute(files.order_by(inbox_files.c.read_at))
            return [bytes(row.sha256).hex() for row in rows]

    def own_records(self, one, deleted):
        """(id, version) of a computer's own activities, by their numbers."""
        node = one.node
        with one.home.database.reading() as tx:
            rows = execute(tx, OWN_ACTIVITIES, node, deleted).fetchall()
        return [(bytes(key).hex(), version) for key, version in rows]

    def write(self, one, record, *notes):
        if found := self.own_records(one, deleted=0):
            record_id, _ = found[record % len(found)]
            held = one.services.activities.get(one.actor, record_id)
            for note in notes:
                changed = msgspec.structs.replace(held.record, notes=f"note {note}")
                held = one.services.activities.save(one.actor, changed, held.version).held

    def send(self, one, **given) -> list[Path]:
        with suppress(InvalidInput):  # there is nothing new
            made = one.outbox.make(one.actor, target=self.stick(), **given)
            paths = [part.path for part in made.copies]
            self.files += paths
            self.note_made(one, paths)
            return paths
        return []

    def bring(self, path):
        self.hq.inbox.import_all(self.hq.actor, [path])
        self.check_now()

    def take_newest_of(self, one):
        """Whether there was none, or it could be taken."""
        own = [path for node, path in self.receipts if node == node_of(one)]
        return not own or self.take(one, own[-1])

    @staticmethod
    def take(one, path):
        """A receipt signed with a key that this computer does not know yet, or no more, changes nothing.

        Whether it was taken.
        """
        try:
            one.receipts.apply(one.actor, path)
        except SyncFileRefused as refusal:
            if refusal.code not in ("bad_signature", "retired_key"):
                raise
            return False
        return True

    def copied(self, side) -> Path:
        """Its home as it lies on the disk, copied; the caller opens it again."""
        side.home.close()
        folder = self.root / f"copy {next(self.counter)}"
        shutil.copytree(side.folder, folder)
        return folder

    @staticmethod
    def put_back(side, kept) -> Side:
        folder = side.folder
        side.home.close()
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
        return Side.opened(folder, side.clock)
