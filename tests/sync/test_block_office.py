"""A block office between its centres and head office: real homes, and the files that pass."""

import shutil
import tempfile
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.homes import new_centre, new_centre_from_pack, new_hq, restore_home
from fieldapp.storage import sealing, state
from fieldapp.storage.database import stamp
from fieldapp.storage.records import Typed
from fieldapp.storage.state import HQ_CENTRE
from fieldapp.storage.tables import batches, inbox_files, nodes
from fieldapp.sync.batches import README
from fieldapp.sync.block_offices import is_block_office, office_code
from fieldapp.sync.container import Prefix
from fieldapp.sync.inbox import FileState
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.receipt_bundles import Road
from fieldapp.sync.registry import CentreDraft, Fate
from fieldapp.sync.relay import Relay, parted
from fieldapp.sync.revocation import TRUSTED
from fieldapp.sync.stick import go_round
from fieldapp.sync.sync_file import Checkpoint
from tests.statements import statements
from tests.sync.exchange import CENTRE, CSC_ID, KASMAR, Side, body_of, hand_made, line_of

OTHER = "100000000023"
CHAS = "block:322/3066"
BLOCK = Name("प्रखंड कार्यालय कसमार", "Block office Kasmar")


class Block:
    """Head office, the block office of Kasmar, a centre within it, and the folders between them.

    They are made once a process, and copied.
    """

    def __init__(self, root) -> None:
        shutil.copytree(_made().name, root, dirs_exist_ok=True)
        self.root, self.stick = root, root / "stick"
        self.hq, self.block, self.centre = (Side.opened(root / one) for one in ("hq", "block", "centre"))
        known = (one.centre for one in self.hq.enrolment.centres(self.hq.actor))
        self.office = next(one for one in known if is_block_office(one))
        self.relay = Relay(self.block.home.database, self.block.home.home)

    @classmethod
    def made(cls, root) -> "Block":
        """Enrolled for the first time."""
        self = cls.__new__(cls)
        self.root, self.stick = root, root / "stick"
        self.stick.mkdir()
        self.hq = Side(new_hq(root / "hq", practice=True))
        enrolment, officer = self.hq.enrolment, self.hq.actor
        self.office = enrolment.register_block_office(officer, KASMAR.key, BLOCK)
        made = enrolment.make_pack(officer, self.office.number, root)
        self.block = Side(new_hq(root / "block", scope=KASMAR.key, practice=True))
        self.block.enrolment.take_pack(self.block.actor, made.path, made.words)
        self.relay = Relay(self.block.home.database, self.block.home.home)
        known = enrolment.register_centre(officer, CSC_ID, Name(CENTRE.name_hi, CENTRE.name_en), KASMAR.key)
        self.up(self.block)
        self.down(self.block)
        pack = enrolment.make_pack(officer, known.number, root)
        self.centre = Side(new_centre_from_pack(root / "centre", pack.path, pack.words, practice=True))
        self.centre.start()
        self.up(self.centre)
        self.down(self.block, self.centre)
        return self

    def close(self) -> None:
        for side in (self.hq, self.block, self.centre):
            side.home.close()

    def up(self, side: Side):
        """A batch of that side goes straight to head office."""
        made = side.outbox.make(side.actor)
        return self.hq.inbox.import_all(self.hq.actor, [one.path for one in made.parts])

    def down(self, *sides: Side):
        """Head office writes receipts, and these sides take theirs."""
        folder = self.root / "down"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self.hq.receipts.make(self.hq.actor, folder)
        return [side.receipts.receive(side.actor, [folder]) for side in sides]

    def by_the_block(self):
        """A batch of the centre goes to the block office, which takes it in and carries it on."""
        made = self.centre.outbox.make(self.centre.actor)
        self.block.inbox.import_all(self.block.actor, [one.path for one in made.parts])
        passed = self.relay.forward(self.block.actor, self.stick)
        return made, passed

    def imported_by_itself(self) -> int:
        """The block office hears of head office; how many files had waited for that."""
        (received,) = self.down(self.block)
        return sum(one.taken.waited for one in received if one.taken)

    def answer_of_the_block(self):
        """The block office answers, and the centre takes that."""
        folder = self.root / "from-the-block"
        folder.mkdir(exist_ok=True)
        (made,) = self.block.receipts.make(self.block.actor, folder)
        return self.centre.receipts.apply(self.centre.actor, made.path)

    def gaps(self, side: Side) -> list[int]:
        """The batches before which some are missing there."""
        return [one.batch for one in side.inbox.files(side.actor) if one.gap]

    def states(self, side: Side) -> list[tuple[str, str]]:
        with side.home.database.reading() as tx:
            rows = tx.execute(sa.select(inbox_files.c.state, inbox_files.c.code))
            return sorted((row.state, row.code) for row in rows)


@cache
def _made() -> tempfile.TemporaryDirectory[str]:
    """It goes when the process ends."""
    kept = tempfile.TemporaryDirectory()
    Block.made(Path(kept.name)).close()
    for one in ("hq", "block", "centre"):
        Path(kept.name, one, "ballast").unlink()  # only makes copies slow here
    return kept


def sent_by(played: Block) -> SimpleNamespace:
    """As `hand_made` wants it."""
    return SimpleNamespace(centre=played.centre, hq=played.hq, stick=played.root)


@pytest.fixture
def played(tmp_path):
    found = Block(tmp_path)
    yield found
    found.close()


def test_what_a_block_office_sealed_for_its_centres_is_in_no_file_before_it_makes_one(tmp_path):
    block = Side(new_hq(tmp_path / "block", scope=KASMAR.key, practice=True))
    target = block.plan(amount=9)
    with block.home.database.transaction() as tx:
        sealing.seal(tx, Typed(block.node.hex(), HQ_CENTRE, block.clock()))
    assert block.state_of(target, "target") == "NOT_PACKED"
    block.home.close()


def test_what_a_centre_sends_is_read_at_the_block_office_and_at_head_office_from_the_same_file(played):
    session = played.centre.start()
    made, passed = played.by_the_block()
    assert [(one.sha256, one.size) for one in passed.files] == [(one.sha256, one.size) for one in made.parts]
    assert passed.files[0].path.read_bytes() == made.parts[0].path.read_bytes()
    played.hq.inbox.import_all(played.hq.actor, [played.stick])
    for side in (played.hq, played.block):
        assert side.services.activities.get(side.actor, session).record.place == KASMAR
    assert [(code, count) for code, _, count in passed.on] == [(CSC_ID, 1)]
    assert passed.off == ()


def test_the_stick_says_which_centres_are_on_it_and_which_are_not(played):
    enrolment, officer = played.hq.enrolment, played.hq.actor
    enrolment.register_centre(officer, OTHER, Name("", "Khairachatar"), KASMAR.key)
    enrolment.register_centre(officer, "100000000031", Name("", "Chas"), CHAS)
    played.block.start()
    played.up(played.block)
    played.down(played.block)
    played.centre.start()
    _, passed = played.by_the_block()
    assert [one.csc_id for one in passed.off] == [OTHER]


def enrolled_by_hand(played: Block, count: int) -> dict[str, NodeKeys]:
    """Computers of that many more centres of the block by CSC ID; both offices know them."""
    keys = {f"10000000{n:04}": NodeKeys.generate() for n in range(1000, 1000 + count)}
    drafts = [CentreDraft(code, Name("केंद्र", f"Centre {code[-4:]}"), KASMAR.key) for code in keys]
    assert {one.fate for one in played.hq.enrolment.register_many(played.hq.actor, drafts)} == {Fate.NEW}
    with played.hq.home.database.transaction() as tx:
        numbers = {one.csc_id: one.number for one in state.all_centres(tx)}
        tx.execute(
            nodes.insert(),
            [
                {
                    "key": bytes.fromhex(one.key_id),
                    "node": bytes.fromhex(one.key_id),
                    "centre": numbers[code],
                    "letter": "A",
                    "sign_public": bytes.fromhex(one.public.sign),
                    "age_recipient": one.public.age,
                    "state": TRUSTED,
                    "known_at": stamp(played.hq.clock()),
                }
                for code, one in keys.items()
            ],
        )
    played.block.start()
    played.up(played.block)
    played.down(played.block)
    return keys


def test_files_of_fifty_centres_are_on_one_stick_with_the_signatures_they_came_with(played):
    readers, brought = (
        (played.hq.home.keys.public.age, played.block.home.keys.public.age),
        played.root / "brought",
    )
    keys = enrolled_by_hand(played, 50)
    brought.mkdir()
    for code, one in keys.items():
        line = line_of(*body_of(one.key_id, {"kind": "MELA", "notes": f"of {code}"}))
        made = {"keys": one, "node": one.key_id, "centre": code, "recipients": readers, "batch": 1}
        hand_made(sent_by(played), [line], target=f"brought/{code}.fieldsync", **made)
    done = played.block.inbox.import_all(played.block.actor, [brought])
    assert (done.counts.new, done.by_state()[FileState.IMPORTED]) == (50, 50)

    passed = played.relay.forward(played.block.actor, played.stick)
    assert [(code, centre.csc_id, count) for code, centre, count in passed.on] == [
        (one, one, 1) for one in keys
    ]
    assert [one.csc_id for one in passed.off] == [CSC_ID]
    originals = {path.read_bytes() for path in brought.iterdir()}
    carried = {path.read_bytes() for path in played.stick.glob("*.fieldsync")}
    assert carried == originals
    assert {Prefix.unpack(one).key for one in carried} == {one.key_id for one in keys.values()}

    taken = played.hq.inbox.import_all(played.hq.actor, [played.stick])
    assert taken.counts.new == 50
    with played.hq.home.database.reading() as tx:
        known = {one.csc_id: one.number for one in state.all_centres(tx)}
    held = played.hq.services.activities.page(played.hq.actor).items
    said = {one.centre: one.record.notes for one in held}
    assert {said[known[code]] for code in keys} == {f"of {code}" for code in keys}
    played.down(played.block)
    assert played.relay.waiting(played.block.actor) == ()


def test_a_file_is_carried_until_a_receipt_of_head_office_names_it(played):
    played.centre.start()
    played.by_the_block()
    assert len(played.relay.waiting(played.block.actor)) == 1
    played.hq.inbox.import_all(played.hq.actor, [played.stick])
    played.down(played.block, played.centre)
    assert played.relay.waiting(played.block.actor) == ()
    played.centre.start()
    _, passed = played.by_the_block()
    assert [one.size > 0 for one in passed.files] == [True]


def test_a_file_that_the_block_office_cannot_read_is_carried_all_the_same(played):
    with played.centre.home.database.transaction() as tx:
        state.write(tx, "block_offices", "")  # as a centre whose pack is older than the block office
    played.centre.start()
    _, passed = played.by_the_block()
    assert played.states(played.block) == [(FileState.QUARANTINE, "other_office")]
    assert len(passed.files) == 1
    played.hq.inbox.import_all(played.hq.actor, [played.stick])
    assert {state for state, _ in played.states(played.hq)} == {FileState.IMPORTED}


def test_beside_the_files_of_centres_lies_in_both_languages_what_they_are(played):
    played.relay.forward(played.block.actor, played.stick)
    assert list(played.stick.iterdir()) == [], "nothing to explain"
    played.centre.start()
    played.by_the_block()
    said = (played.stick / README).read_text("utf-8-sig")
    assert "head office" in said
    assert "मुख्यालय" in said
    assert played.hq.inbox.import_all(played.hq.actor, [played.stick]).counts.new == 1


def test_a_new_centre_waits_at_the_block_office_until_head_office_says_who_it_is(played, tmp_path):
    enrolment, officer = played.hq.enrolment, played.hq.actor
    known = enrolment.register_centre(officer, OTHER, Name("", "Khairachatar"), KASMAR.key)
    pack = enrolment.make_pack(officer, known.number, tmp_path)
    new = Side(new_centre_from_pack(tmp_path / "new", pack.path, pack.words, practice=True))
    new.start()
    made = new.outbox.make(new.actor)
    played.block.inbox.import_all(played.block.actor, [one.path for one in made.parts])
    assert played.states(played.block) == [(FileState.QUARANTINE, "not_named_yet")]
    (passed,) = played.relay.forward(played.block.actor, played.stick).files
    played.hq.inbox.import_all(officer, [passed.path])
    assert played.imported_by_itself() == 1
    (known_now,) = played.block.inbox.files(played.block.actor)
    assert (known_now.state, known_now.code) == (FileState.IMPORTED, "")
    new.home.close()


def test_a_computer_that_takes_anothers_place_waits_at_the_block_office_until_head_office_confirms_it(
    played,
):
    session = played.centre.start()
    played.by_the_block()
    played.hq.inbox.import_all(played.hq.actor, [played.stick])
    played.down(played.block, played.centre)
    old = played.centre
    played.centre = Side(restore_home(old.folder, played.root / "moved"))
    old.home.close()
    played.centre.edit(session, notes="on the new computer")
    played.by_the_block()
    assert (FileState.QUARANTINE, "not_named_yet") in played.states(played.block)
    asked = played.centre.enrolment.make_request(played.centre.actor, played.root)
    enrolment, officer = played.hq.enrolment, played.hq.actor
    enrolment.enrol(officer, asked.path, asked.fingerprint)
    played.down(played.block)
    assert (FileState.QUARANTINE, "not_named_yet") in played.states(played.block)
    with pytest.raises(InvalidInput) as refusal:
        played.block.continuing.confirm(played.block.actor, played.centre.home.keys.key_id)
    assert refusal.value.code == "block_office"
    played.hq.inbox.import_all(officer, [played.stick])
    played.hq.continuing.confirm(officer, played.centre.home.keys.key_id)
    assert played.imported_by_itself() == 1
    assert played.block.notes(session) == "on the new computer"
    played.centre.edit(session, notes="and once more")
    played.by_the_block()
    assert played.block.notes(session) == "and once more"


def test_a_request_is_carried_on_until_its_computer_is_known(played):
    known = played.hq.enrolment.register_centre(played.hq.actor, OTHER, Name("", "Khairachatar"), KASMAR.key)
    new = Side(new_centre(played.root / "new", replace(known, number=0), practice=True))
    asked = new.enrolment.make_request(new.actor, played.root)
    new.home.close()
    played.block.inbox.read(played.block.actor, [asked.path])
    (passed,) = played.relay.forward(played.block.actor, played.stick).files
    assert passed.path.read_bytes() == asked.path.read_bytes()
    played.hq.enrolment.enrol(played.hq.actor, passed.path, asked.fingerprint)
    played.down(played.block)
    assert played.relay.waiting(played.block.actor) == ()
    assert played.block.inbox.files(played.block.actor) == []


def test_a_file_that_is_refused_here_is_carried_as_it_came(played):
    both = (played.hq.home.keys.public.age, played.block.home.keys.public.age)
    path = hand_made(sent_by(played), [], recipients=both, base=Checkpoint(n=5, chain="cd" * 16))
    (read,) = played.block.inbox.read(played.block.actor, [path])
    assert (read.state, read.code) == (FileState.REFUSED, "bad_json")
    (passed,) = played.relay.forward(played.block.actor, played.stick).files
    assert passed.path.read_bytes() == path.read_bytes()


def test_what_is_of_no_use_at_head_office_is_not_carried(played):
    played.block.start()
    own = played.block.outbox.make(played.block.actor).parts[0].path
    real = hand_made(sent_by(played), [], practice=False)
    found = played.block.inbox.read(played.block.actor, [own, real])
    assert [(one.state, one.code) for one in found] == [
        (FileState.REFUSED, "own_file"),
        (FileState.REFUSED, "real_file"),
    ]
    assert played.relay.waiting(played.block.actor) == ()


def test_a_gap_at_the_block_office_is_closed_by_the_next_file_after_its_receipt(played):
    played.centre.start()
    played.by_the_block()
    played.hq.inbox.import_all(played.hq.actor, [played.stick])
    missed = played.centre.start()
    played.up(played.centre)
    played.down(played.block, played.centre)
    assert played.centre.outbox.preview(played.centre.actor).records == 0
    played.centre.start()
    played.by_the_block()
    assert played.gaps(played.block) == [2, 4]
    taken = played.answer_of_the_block()
    assert (taken.of_block, taken.gap) == (True, True)
    played.by_the_block()
    assert played.gaps(played.block) == []
    assert played.block.services.activities.get(played.block.actor, missed)
    played.hq.inbox.import_all(played.hq.actor, [played.stick])
    assert played.gaps(played.hq) == []
    assert not played.answer_of_the_block().gap


def test_a_block_office_that_comes_later_is_told_everything_once(played):
    with played.centre.home.database.transaction() as tx:
        state.write(tx, "block_offices", "")  # as before there was one
    early = played.centre.start()
    played.up(played.centre)
    played.down(played.block, played.centre)  # head office names it
    played.centre.start()
    played.by_the_block()
    assert played.answer_of_the_block().gap
    made, _ = played.by_the_block()
    assert (made.full, made.records) == (False, 3)
    assert played.block.services.activities.get(played.block.actor, early)


def test_a_receipt_of_the_block_office_brings_its_decisions_and_moves_no_base(played, tmp_path):
    session = played.centre.start()
    played.by_the_block()
    block, centre = played.block, played.centre
    asked = block.services.decisions.ask_correction(block.actor, session, "कृपया लिखें", "notes")
    folder = tmp_path / "from-the-block"
    folder.mkdir()
    (made,) = block.receipts.make(block.actor, folder)
    taken = centre.receipts.apply(centre.actor, made.path)
    assert taken.base_before == taken.base
    with centre.home.database.reading() as tx:
        assert tx.execute(sa.select(batches.c.state).order_by(batches.c.number)).scalars().all() == [
            "RECEIVED",
            "MADE",
        ]
    (known,) = centre.services.decisions.about(centre.actor, session)
    assert known.record.reason == asked.held.record.reason
    played.up(block)
    played.up(centre)
    (at_head_office,) = played.hq.services.decisions.about(played.hq.actor, session)
    assert at_head_office.record.id == asked.held.record.id


def test_a_block_office_is_due_with_its_centres_and_these_are_listed_as_often_however_many_are_due(
    played,
):
    hq, counts = played.hq, []
    for more in (1, 2, 3):
        with hq.home.database.transaction() as tx:
            number = 1 + max(one.number for one in state.all_centres(tx))
            state.put_centre(tx, replace(CENTRE, number=number, csc_id=f"1{number:011}"))
            told = nodes.update().values(receipt_due=0, receipt_to=10**6, receipt_at=stamp(hq.clock()))
            key = {"key": number.to_bytes(16), "node": number.to_bytes(16), "centre": number}
            keys = {"sign_public": bytes(32), "age_recipient": "age1", "known_at": stamp(hq.clock())}
            tx.execute(nodes.insert().values(**key, **keys, state=TRUSTED))
            tx.execute(told)
            tx.execute(nodes.update().where(nodes.c.centre > number - more).values(receipt_due=1))
        with statements(hq.home.database) as asked:
            assert hq.receipts.due(hq.actor) == more + 1
        counts.append(sum("FROM centres ORDER BY" in " ".join(one.split()) for one in asked))
    assert len(set(counts)) == 1


def test_what_head_office_decides_about_a_record_is_told_to_the_block_office_that_reads_it(played):
    session = played.centre.start()
    played.by_the_block()
    played.hq.inbox.import_all(played.hq.actor, [played.stick])
    played.down(played.block, played.centre)
    hq = played.hq
    asked = hq.services.decisions.ask_correction(hq.actor, session, "कृपया लिखें", "notes").held.record
    played.down(played.block, played.centre)
    for side in (played.block, played.centre):
        (known,) = side.services.decisions.about(side.actor, session)
        assert known.record.id == asked.id


def test_a_block_office_registers_nobody_and_trusts_whom_head_office_trusts(played):
    enrolment, officer = played.block.enrolment, played.block.actor
    for refused in (
        lambda: enrolment.register_centre(officer, OTHER, Name("", "X"), KASMAR.key),
        lambda: enrolment.make_pack(officer, 1, played.root),
        lambda: enrolment.revoke(officer, "0" * 32),
        lambda: played.block.office_keys.rotate(officer),
        lambda: played.block.giving_back.make(officer, "0" * 32, played.root),
    ):
        with pytest.raises(InvalidInput) as refusal:
            refused()
        assert refusal.value.code == "block_office"
    played.centre.start()
    played.up(played.centre)
    played.down(played.block, played.centre)
    with played.block.home.database.reading() as tx:
        (row,) = tx.execute(sa.select(nodes)).all()
        assert (bytes(row.node).hex(), row.state) == (played.centre.home.keys.key_id, "trusted")
    played.hq.enrolment.revoke(played.hq.actor, played.centre.home.keys.key_id)
    played.down(played.block)
    with played.block.home.database.reading() as tx:
        assert tx.execute(sa.select(nodes.c.state)).scalar() == "revoked"


def test_a_block_office_that_records_nothing_says_who_it_is_and_follows_the_keys_of_head_office(played):
    block, hq = played.block, played.hq
    assert block.outbox.batches(block.actor)[0].records == 0
    with pytest.raises(InvalidInput) as refusal:
        block.outbox.make(block.actor)
    assert refusal.value.code == "nothing_new"
    for _ in range(3):
        hq.office_keys.rotate(hq.actor)
        (told,) = (one for one in played.down(block)[0] if one.taken)
        assert told.taken.number
        assert block.outbox.preview(block.actor).introduces
        played.up(block)
        played.down(block)
        assert not block.outbox.preview(block.actor).introduces


def test_until_head_office_answers_an_introduction_is_copied_or_made_again(tmp_path):
    hq = Side(new_hq(tmp_path / "hq", practice=True))
    office = hq.enrolment.register_block_office(hq.actor, KASMAR.key, BLOCK)
    pack = hq.enrolment.make_pack(hq.actor, office.number, tmp_path)
    block = Side(new_hq(tmp_path / "block", scope=KASMAR.key, practice=True))
    block.enrolment.take_pack(block.actor, pack.path, pack.words)
    done = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        done.append(go_round(block.actor, tmp_path / name, block.outbox, block.receipts))
    assert [(one.batch, one.made, len(one.copied)) for one in done] == [(1, True, 1), (1, False, 1)]
    assert block.outbox.make(block.actor).number == 2
    for side in (hq, block):
        side.home.close()


def test_a_block_office_is_no_centre_whose_number_the_guard_lets_pass(played):
    with played.hq.home.database.reading() as tx:
        assert state.centre_ids(tx) == {CSC_ID}
        assert [one.csc_id for one in state.all_centres(tx) if is_block_office(one)] == [
            office_code(KASMAR.key)
        ]


def test_only_a_block_office_carries_files_on(played):
    hq = Relay(played.hq.home.database, played.hq.home.home)
    with pytest.raises(InvalidInput) as refusal:
        hq.waiting(played.hq.actor)
    assert refusal.value.code == "not_a_block_office"


def test_folders_and_mails_are_looked_into_for_what_comes_down_and_what_goes_up(played):
    made, down = played.centre.outbox.make(played.centre.actor, full=True), played.root / "mail" / "down"
    down.mkdir(parents=True)
    (batch,) = (shutil.copy(one.path, played.root / "mail") for one in made.parts)
    played.hq.inbox.import_all(played.hq.actor, [Path(batch)])
    played.hq.receipts.make(played.hq.actor, down)
    receipts = sorted(down.iterdir())
    assert parted([played.root / "mail"]) == (receipts, [Path(batch)])
    drafts = played.root / "drafts"
    drafts.mkdir()
    played.hq.inbox.import_all(played.hq.actor, [Path(batch)])
    played.hq.receipts.make(played.hq.actor, drafts, road=Road.MAILS)
    mails = sorted(drafts.glob("*.eml"))
    assert mails
    assert parted(mails) == (mails, [])
    both = played.root / "both.zip"
    with zipfile.ZipFile(both, "w") as archive:
        for path in (Path(batch), receipts[0]):
            archive.write(path, path.name)
    photo = played.root / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0")
    gone = played.root / "gone.fieldsync"
    assert parted([both, photo, gone]) == ([both], [both, photo, gone])
