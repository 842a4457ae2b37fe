"""The inbox: what each file is, what it would do, and that it does just that."""

import hashlib
import itertools
import random
import shutil
from collections import Counter

import pytest
import sqlalchemy as sa

from fieldapp.domain import canonical
from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import InvalidInput, NotAllowed, SyncFileRefused
from fieldapp.domain.fields import Name
from fieldapp.domain.records import RECORD_TYPES, Target
from fieldapp.homes import new_centre, new_hq
from fieldapp.storage import state
from fieldapp.storage.tables import file_revisions, nodes, record_heads, refused, revisions
from fieldapp.sync.inbox import Counts, FileState, Outcome
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.sync_file import START, Checkpoint, Enrol
from tests import examples
from tests.examples import row
from tests.sync.exchange import (
    CENTRE,
    CSC_ID,
    KASMAR,
    Side,
    body_of,
    hand_made,
    line_of,
)


def read_one(exchange, path):
    (found,) = exchange.hq.inbox.read(exchange.hq.actor, [path])
    return found


def lines_from(exchange, *contents, **given):
    """Lines of hand-made records of the centre's own."""
    node = exchange.centre.home.keys.key_id
    return [line_of(*body_of(node, content, **given)) for content in contents]


# ---------------------------------------------------------------- what a file is


def test_a_ready_file_shows_its_centre_and_place_in_the_log(exchange):
    exchange.centre.start()
    found = read_one(exchange, *exchange.send())
    assert (found.state, found.code, found.said) == (FileState.READY, "", None)
    assert (found.centre_code, found.centre_name.en) == (CSC_ID, CENTRE.name_en)
    assert (found.batch, found.part, found.parts, found.records) == (1, 1, 1, 1)
    assert not found.gap
    assert found.sha256 == hashlib.sha256((exchange.stick / found.name).read_bytes()).hexdigest()


def test_what_is_no_sync_file_is_named_as_what_it_is_and_not_kept(exchange):
    brought = {
        "a.pdf": b"%PDF-1.7 ...",
        "b.jpg": b"\xff\xd8\xff\xe0 ...",
        "c.fieldsync": b"",
        "d.txt": b"FLDS",
    }
    for name, content in brought.items():
        (exchange.stick / name).write_bytes(content)
    found = exchange.hq.inbox.read(exchange.hq.actor, [exchange.stick])
    assert [one.code for one in found] == ["not_a_sync_file", "not_a_sync_file", "empty_file", "too_short"]
    assert found[0].said[0].args["what"].msgid == "a PDF document"
    assert {one.state for one in found} == {FileState.REFUSED}
    assert exchange.hq.inbox.files(exchange.hq.actor) == []


def test_a_damaged_file_is_refused_in_a_sentence_and_never_stops_the_rest(exchange):
    exchange.centre.start()
    (good,) = exchange.send()
    whole = good.read_bytes()
    (exchange.stick / "short.fieldsync").write_bytes(whole[:-100])
    (exchange.stick / "long.fieldsync").write_bytes(whole + b"x")
    (exchange.stick / "wrong signature.fieldsync").write_bytes(
        whole[:80] + bytes([whole[80] ^ 1]) + whole[81:]
    )
    result = exchange.deliver(exchange.stick)
    codes = {one.name: one.code for one in result.files}
    assert codes == {
        good.name: "",
        "short.fieldsync": "truncated",
        "long.fieldsync": "trailing_bytes",
        "wrong signature.fieldsync": "bad_signature",
    }
    assert result.by_state() == {FileState.IMPORTED: 1, FileState.REFUSED: 3}
    assert result.counts == Counts(new=1)
    kept = {one.name: one for one in exchange.hq.inbox.files(exchange.hq.actor, FileState.REFUSED)}
    assert kept["long.fieldsync"].said[0].args["extra"] == 1
    assert kept["short.fieldsync"].size == len(whole) - 100


def test_no_mutant_of_a_file_changes_what_head_office_holds(exchange, tmp_path):
    exchange.centre.start()
    exchange.round_trip()
    exchange.centre.start()
    (path,) = exchange.send()
    whole, chance = path.read_bytes(), random.Random(1)
    path.unlink()
    folder = tmp_path / "mutants"
    folder.mkdir()
    mutants = {whole[:length] for length in range(0, len(whole), 61)}
    for _ in range(60):
        at, bit = chance.randrange(len(whole)), 1 << chance.randrange(8)
        mutants.add(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
        cut = chance.randrange(len(whole))
        mutants.add(whole[:at] + whole[min(at, cut) :])
    mutants.discard(whole)
    for n, mutant in enumerate(sorted(mutants)):
        (folder / f"{n}.fieldsync").write_bytes(mutant)
    before = exchange.hq.state_hash()
    result = exchange.deliver(folder)
    assert result.by_state().keys() <= {FileState.REFUSED, FileState.QUARANTINE, FileState.PARKED}
    assert all(one.code and one.said for one in result.files)
    assert exchange.hq.state_hash() == before


def test_a_file_from_an_unknown_centre_waits_and_is_ready_once_it_is_enrolled(exchange, tmp_path):
    stranger = Side(new_centre(tmp_path / "stranger", CENTRE, practice=True))
    request = stranger.enrolment.make_request(stranger.actor, tmp_path)
    path = hand_made(
        exchange, [], keys=stranger.home.keys, target="strange.fieldsync", to=Checkpoint(n=1, chain="cd" * 16)
    )
    found = read_one(exchange, path)
    assert (found.state, found.code) == (FileState.QUARANTINE, "unknown_sender")
    assert "unknown centre" in found.said[0].msgid
    with pytest.raises(SyncFileRefused, match="unknown centre"):
        exchange.hq.inbox.apply(exchange.hq.actor, found.sha256)
    path.unlink()
    exchange.hq.enrolment.enrol(exchange.hq.actor, request.path, request.fingerprint)
    (again,) = exchange.hq.inbox.files(exchange.hq.actor)
    assert (again.state, again.sha256) == (FileState.READY, found.sha256)
    assert exchange.hq.inbox.import_all(exchange.hq.actor).by_state() == {FileState.IMPORTED: 1}
    stranger.home.close()


def test_who_merely_claims_to_have_a_pack_is_a_stranger(exchange):
    keys = NodeKeys.generate()
    claim = Enrol(sign_pub=keys.public.sign, age_recipient=keys.public.age, csc_id=CSC_ID, proof="0" * 64)
    found = read_one(exchange, hand_made(exchange, [], keys=keys, enrol=claim))
    assert found.code == "unknown_sender"


def test_nobody_gets_in_under_the_node_of_another_home(exchange):
    exchange.centre.start()
    exchange.round_trip()
    known = exchange.hq.enrolment.register_centre(
        exchange.hq.actor, "100000000023", Name("", "Other"), KASMAR.key
    )
    pack = exchange.hq.enrolment.make_pack(exchange.hq.actor, known.number, exchange.root)
    thief = Side(new_centre(exchange.root / "thief", CENTRE, practice=True))
    with pytest.raises(InvalidInput) as refusal:
        thief.enrolment.take_pack(thief.actor, pack.path, pack.words)
    assert refusal.value.code == "other_centre"
    thief.home.close()
    with exchange.hq.home.database.reading() as tx:
        from fieldapp.storage.tables import packs
        from fieldapp.sync.proof import proof

        secret = tx.execute(sa.select(packs.c.secret).where(packs.c.centre == known.number)).scalar()
    keys = NodeKeys.generate()
    proved = Enrol(
        sign_pub=keys.public.sign, age_recipient=keys.public.age, csc_id="100000000023",
        proof=proof(bytes(secret), keys.public),
    )  # fmt: skip
    mine = exchange.centre.home.keys.key_id
    assert (
        read_one(exchange, hand_made(exchange, [], keys=keys, enrol=proved, node=mine)).code
        == "unknown_sender"
    )
    assert read_one(exchange, hand_made(exchange, [], keys=keys, enrol=proved)).state is FileState.READY


def test_a_file_for_another_office_says_so(exchange):
    other = NodeKeys.generate()
    exchange.centre.start()
    exchange.round_trip()
    found = read_one(exchange, hand_made(exchange, [], recipients=(other.public.age,)))
    assert (found.state, found.code) == (FileState.QUARANTINE, "other_office")
    assert "another office" in found.said[0].msgid


def test_receipts_and_packs_do_not_belong_here(exchange):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    known = exchange.hq.services.settings.centres()[-1]
    pack = exchange.hq.enrolment.make_pack(exchange.hq.actor, known.number, exchange.root)
    for path, words in ((exchange.answer(), "a receipt of head office"), (pack.path, "a centre pack")):
        found = read_one(exchange, path)
        assert (found.state, found.code) == (FileState.REFUSED, "wrong_kind")
        assert found.said[0].args["kind"].msgid == words


def test_a_real_home_takes_no_practice_file_and_a_practice_home_no_real_one(exchange, tmp_path):
    real = Side(new_hq(tmp_path / "real", passphrase="a long passphrase"))
    exchange.centre.start()
    (path,) = exchange.send()
    (found,) = real.inbox.read(real.actor, [path])
    assert (found.state, found.code) == (FileState.REFUSED, "practice_file")
    real.home.close()
    exchange.deliver(path)
    found = read_one(exchange, hand_made(exchange, [], practice=False))
    assert (found.state, found.code) == (FileState.REFUSED, "real_file")
    assert "practice home" in found.said[0].msgid


def test_a_file_that_demands_a_newer_program_waits(exchange):
    exchange.centre.start()
    exchange.round_trip()
    for n, given in enumerate(({"min_reader": 99}, {"caps": ("erase",)})):
        path = hand_made(exchange, [], target=f"{n}.fieldsync", **given)
        result = exchange.deliver(path)
        assert (result.files[0].state, result.files[0].code) == (FileState.PARKED, "needs_newer_program")
    assert len(exchange.hq.inbox.files(exchange.hq.actor, FileState.PARKED)) == 2


def test_a_request_is_kept_until_an_officer_enrols_it(exchange, tmp_path):
    newcomer = Side(new_centre(tmp_path / "new", CENTRE, practice=True))
    request = newcomer.enrolment.make_request(newcomer.actor, exchange.stick)
    assert read_one(exchange, request.path).state is FileState.REQUEST
    exchange.hq.enrolment.enrol(exchange.hq.actor, request.path, request.fingerprint[-4:])
    assert exchange.hq.inbox.files(exchange.hq.actor) == []
    newcomer.home.close()


def test_a_revoked_computer_is_held_with_its_files(exchange):
    exchange.centre.start()
    exchange.round_trip()
    exchange.centre.start()
    ready = read_one(exchange, *exchange.send())
    exchange.hq.enrolment.revoke(exchange.hq.actor, exchange.centre.home.keys.key_id)
    with pytest.raises(SyncFileRefused, match="withdrawn"):
        exchange.hq.inbox.apply(exchange.hq.actor, ready.sha256)
    assert exchange.hq.inbox.file(ready.sha256).state is FileState.QUARANTINE
    exchange.centre.start()
    assert read_one(exchange, *exchange.send()).code == "revoked_sender"


def test_the_files_of_a_home_are_not_opened(exchange):
    exchange.centre.start()
    exchange.send()
    found = exchange.hq.inbox.read(exchange.hq.actor, [exchange.root])
    assert [one.state for one in found] == [FileState.READY]
    database = exchange.hq.home.home.database_path
    assert read_one(exchange, database).code == "not_a_sync_file"


def test_the_same_file_twice_in_a_folder_is_imported_once(exchange):
    exchange.centre.start()
    (path,) = exchange.send()
    shutil.copy(path, exchange.stick / "Copy of it.fieldsync")
    result = exchange.deliver(exchange.stick)
    assert Counter(one.state for one in result.files) == {FileState.IMPORTED: 1, FileState.REPEAT: 1}
    assert {one.code for one in result.files} == {"", "same_file_twice"}
    assert result.counts == Counts(new=1)


def test_only_an_officer_imports_and_only_at_an_office(exchange):
    exchange.centre.start()
    paths = exchange.send()
    with pytest.raises(NotAllowed):
        exchange.hq.inbox.read(Actor("somebody", Duty.OPERATOR), paths)
    with pytest.raises(InvalidInput) as refusal:
        exchange.centre.inbox.read(Actor("officer", Duty.OFFICER), paths)
    assert refusal.value.code == "not_an_office"


# ---------------------------------------------------------------- what a record does


def test_the_preview_names_each_record_and_is_what_happens(exchange):
    kept, changed = exchange.centre.start(), exchange.centre.start()
    exchange.round_trip()
    exchange.centre.edit(changed, notes="new words")
    new = exchange.centre.plan()
    file = read_one(exchange, *exchange.send(full=True))
    preview = exchange.hq.inbox.preview(exchange.hq.actor, file.sha256)
    assert preview.counts == Counts(new=1, changed=1, same=1)
    assert {one.id: one.outcome for one in preview.rows} == {
        kept: Outcome.SAME,
        changed: Outcome.CHANGED,
        new: Outcome.NEW,
    }
    assert {one.head.title.en for one in preview.rows if one.type == "target"} == {"Nine cities"}
    applied = exchange.hq.inbox.apply(exchange.hq.actor, file.sha256, preview.counts)
    assert (applied.counts, applied.differs, applied.notes) == (preview.counts, False, ())
    after = exchange.hq.inbox.preview(exchange.hq.actor, file.sha256)
    assert after.counts == preview.counts
    assert {one.id: one.outcome for one in after.rows} == {one.id: one.outcome for one in preview.rows}


def test_what_changed_between_preview_and_import_is_said(exchange):
    exchange.centre.start()
    first = read_one(exchange, *exchange.send())
    second = read_one(exchange, *exchange.send(full=True))
    preview = exchange.hq.inbox.preview(exchange.hq.actor, second.sha256)
    exchange.hq.inbox.apply(exchange.hq.actor, first.sha256)
    applied = exchange.hq.inbox.apply(exchange.hq.actor, second.sha256, preview.counts)
    assert applied.differs
    assert applied.counts == Counts(same=1)


def test_files_in_any_order_and_more_than_once_give_one_state(exchange, tmp_path):
    ids, files = [exchange.centre.start() for _ in range(2)], []
    for n in range(4):
        exchange.centre.edit(ids[n % 2], notes=f"note {n}")
        files += exchange.send()
    wanted = exchange.centre.state_hash()
    exchange.hq.home.close()
    for n, order in enumerate(itertools.islice(itertools.permutations(files), 1, None, 7)):
        shutil.copytree(exchange.root / "hq", tmp_path / f"hq{n}")
        hq = Side.opened(tmp_path / f"hq{n}")
        for path in (*order, order[0]):
            hq.inbox.import_all(hq.actor, [path])
        assert hq.state_hash() == wanted
        assert hq.notes(ids[1]) == "note 3"
        hq.home.close()
    exchange.hq = Side.opened(exchange.root / "hq")


def test_an_older_revision_that_comes_late_is_a_repeat(exchange):
    record_id = exchange.centre.start()
    (first,) = exchange.send()
    exchange.centre.edit(record_id, notes="newer")
    exchange.deliver(*exchange.send())
    before = exchange.hq.state_hash()
    assert exchange.deliver(first).counts == Counts(repeat=1)
    assert exchange.hq.notes(record_id) == "newer"
    assert exchange.hq.state_hash() == before


def test_two_lines_of_one_home_are_a_fork_and_both_are_kept(exchange):
    record_id = exchange.centre.start()
    exchange.round_trip()
    old = exchange.copy_of_centre("old")
    exchange.centre.edit(record_id, notes="on this computer")
    exchange.deliver(*exchange.send())
    exchange.put_back(old)
    exchange.centre.edit(record_id, notes="on its copy")
    file = read_one(exchange, *exchange.send())
    preview = exchange.hq.inbox.preview(exchange.hq.actor, file.sha256)
    assert preview.counts == Counts(check=1)
    assert (preview.rows[0].code, preview.rows[0].said[0].msgid[:12]) == ("fork", "Two versions")
    exchange.hq.inbox.apply(exchange.hq.actor, file.sha256)
    leaves = sa.select(sa.func.count()).where(
        revisions.c.id == bytes.fromhex(record_id), revisions.c.leaf == 1
    )
    assert exchange.hq.count(leaves) == 2


def test_the_notice_of_a_gap_goes_when_one_file_brings_all_from_before_it(exchange):
    hq = exchange.hq
    exchange.centre.start()
    exchange.round_trip()
    (first,) = hq.inbox.files(hq.actor)
    hq.inbox.undo(hq.actor, first.sha256, "a trial")
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    (_, second) = hq.inbox.files(hq.actor)
    assert second.gap
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    assert not hq.inbox.file(second.sha256).gap
    assert hq.enrolment.centres(hq.actor)[0].health.missing == ()


def test_a_file_after_a_gap_is_taken_and_the_notice_goes_by_itself(exchange):
    kept = exchange.copy_of_office("hq before")
    exchange.centre.start()
    (first,) = exchange.send()
    exchange.deliver(first)
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    exchange.put_office_back(kept)
    # Head office lost its memory of the first file, and of the computer with it: the pack proves nothing
    # any more, so an officer enrols it.
    request = exchange.centre.enrolment.make_request(exchange.centre.actor, exchange.root)
    exchange.hq.enrolment.enrol(exchange.hq.actor, request.path, request.fingerprint)
    exchange.centre.start()
    (second,) = exchange.send()
    file = read_one(exchange, second)
    assert file.gap
    preview = exchange.hq.inbox.preview(exchange.hq.actor, file.sha256)
    assert preview.notes == ("gap_before",)
    applied = exchange.hq.inbox.apply(exchange.hq.actor, file.sha256)
    assert (applied.counts, applied.notes) == (Counts(new=1), ("gap_before",))
    assert exchange.hq.state_hash() != exchange.centre.state_hash()
    exchange.deliver(first)
    assert not exchange.hq.inbox.file(file.sha256).gap
    assert exchange.hq.state_hash() == exchange.centre.state_hash()


def test_to_a_file_that_came_with_those_before_it_nothing_is_missing(exchange):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    ends = [START, *(Checkpoint(n=n, chain=f"{n:04x}" * 8) for n in (7, 8, 9))]
    one, two, three = (
        hand_made(
            exchange,
            lines_from(exchange, {"kind": "CHAI_SAMOSA", "number": to.n}),
            target=f"{to.n}.fieldsync",
            base=base,
            to=to,
        )
        for base, to in itertools.pairwise(ends)
    )
    inbox, actor = exchange.hq.inbox, exchange.hq.actor
    assert [file.gap for file in inbox.read(actor, [three, two])] == [True, True]
    assert [file.gap for file in inbox.read(actor, [one])] == [False]
    assert {(file.state, file.gap) for file in inbox.files(actor)} == {
        (FileState.IMPORTED, False),
        (FileState.READY, False),
    }
    assert inbox.preview(actor, hashlib.sha256(three.read_bytes()).hexdigest()).notes == ()


def test_an_import_can_be_stopped_and_begun_again(exchange):
    for _ in range(4):
        exchange.centre.start()
        exchange.send()
    heard = []
    result = exchange.hq.inbox.import_all(
        exchange.hq.actor, [exchange.stick], lambda *said: heard.append(said), lambda: len(heard) >= 6
    )
    assert result.cancelled
    assert result.by_state() == {FileState.IMPORTED: 2, FileState.READY: 2}
    rest = exchange.hq.inbox.import_all(exchange.hq.actor)
    assert not rest.cancelled
    assert exchange.hq.state_hash() == exchange.centre.state_hash()


def test_one_large_file_can_be_stopped_in_its_middle_and_nothing_of_it_is_taken(exchange):
    service = exchange.centre.services.targets
    service.save_all(exchange.centre.actor, [Target(id=service.new_id(), notes=str(n)) for n in range(450)])
    (path,) = exchange.send()
    hq, asked = exchange.hq, []

    def cancel():
        asked.append("?")
        return len(asked) == 5  # of a file with three lots of records

    result = hq.inbox.import_all(hq.actor, [path], cancel=cancel)
    assert len(asked) == 5
    assert (result.cancelled, result.by_state()) == (True, {FileState.READY: 1})
    assert result.counts == Counts()
    assert hq.services.targets.page(hq.actor).items == ()
    assert hq.count(sa.select(nodes.c.receipt_due)) == 0
    assert hq.inbox.import_all(hq.actor).counts == Counts(new=450)
    assert hq.state_hash() == exchange.centre.state_hash()


def test_a_file_is_imported_once_whoever_is_quicker(exchange):
    exchange.centre.start()
    file = read_one(exchange, *exchange.send())
    exchange.hq.inbox.apply(exchange.hq.actor, file.sha256)
    with pytest.raises(SyncFileRefused) as refusal:
        exchange.hq.inbox.apply(exchange.hq.actor, file.sha256)
    assert refusal.value.code == "already_imported"
    assert exchange.hq.inbox.file(file.sha256).state is FileState.IMPORTED


# ---------------------------------------------------------------- records that are not taken


def outcomes(exchange, lines):
    """What becomes of hand-made lines, by their order in the file."""
    exchange.centre.start()
    exchange.round_trip()
    file = read_one(exchange, hand_made(exchange, lines))
    preview = exchange.hq.inbox.preview(exchange.hq.actor, file.sha256)
    applied = exchange.hq.inbox.apply(exchange.hq.actor, file.sha256, preview.counts)
    assert not applied.differs
    found = {one.id: (one.outcome, one.code) for one in preview.rows}
    return [found[canonical.decode_line(line)["id"]] for line in lines]


def test_a_record_that_breaks_a_hard_rule_is_refused_alone_with_its_field(exchange):
    rupees = {"kind": "CHAI_SAMOSA", "rows": [{"row": 3, "tries": [{"slot": 1, "amount_paise": 200}]}]}
    lines = lines_from(exchange, {"kind": "MELA"}, rupees, {"notes": "Aadhaar 9999 4105 7058"})
    assert outcomes(exchange, lines) == [
        (Outcome.NEW, ""),
        (Outcome.REFUSED, "field_rule"),
        (Outcome.REFUSED, "forbidden_number"),
    ]
    paths = {one.code: one.path for one in _refused(exchange)}
    assert paths == {"field_rule": "rows/3/tries/1/amount_paise", "forbidden_number": "notes"}


@pytest.mark.parametrize(
    "mobile", ["५०१२३४५६७८", "+91 5012345678", "50123 45678", "501234567", "5012345678x"]
)
def test_a_mobile_that_is_not_as_a_form_would_have_kept_it_is_refused_with_its_cell(exchange, mobile):
    """A form turns Devanagari digits into Latin ones; in a file they can only have been put by hand."""
    lines = lines_from(
        exchange, {"rows": [{"row": 2, "mobile": mobile}]}, {"rows": [{"row": 1, "mobile": "5012345678"}]}
    )
    assert outcomes(exchange, lines) == [(Outcome.REFUSED, "field_rule"), (Outcome.NEW, "")]
    (found,) = _refused(exchange)
    assert found.path == "rows/2/mobile"


def _refused(exchange):
    with exchange.hq.home.database.reading() as tx:
        return tx.execute(sa.select(refused)).fetchall()


def test_the_words_of_a_refused_record_name_the_field(exchange):
    exchange.centre.start()
    exchange.round_trip()
    late = {"start_date": "2017-02-02", "end_date": "2017-01-01"}
    file = read_one(exchange, hand_made(exchange, lines_from(exchange, late)))
    (shown,) = exchange.hq.inbox.preview(exchange.hq.actor, file.sha256).rows
    assert shown.said[0].args["field"].msgid == "Last day"
    assert shown.head.start_date.isoformat() == "2017-02-02"


def test_a_record_of_another_home_is_refused(exchange):
    target = exchange.hq.plan()
    exchange.centre.start()
    exchange.round_trip()
    own, hq = exchange.centre.home.keys.key_id, exchange.hq.home.keys.key_id
    lines = [
        line_of(*body_of(hq, {"amount": 5}, t="target", record_id=target)),
        line_of(*body_of(own, {"amount": 5}, t="target", record_id=target)),
        line_of(*body_of("ab" * 16, {"amount": 5}, t="target")),
    ]
    for n, line in enumerate(lines):
        file = read_one(exchange, hand_made(exchange, [line], target=f"{n}.fieldsync"))
        counts = exchange.hq.inbox.apply(exchange.hq.actor, file.sha256).counts
        assert counts == Counts(refused=1)
        codes = exchange.hq.count(
            sa.select(file_revisions.c.code).where(file_revisions.c.sha256 == bytes.fromhex(file.sha256))
        )
        assert codes == "not_owner"
    assert exchange.hq.services.targets.get(exchange.hq.actor, target).record.amount == 0


MALFORMED = [
    {"start_date": "14-01-2017"},
    {"start_date": "20170114"},
    {"start_time": "10:30:00"},
    {"number": "7"},
    {"number": True},
    {"title_hi": 5},
    {"audience": "VLE"},
    {"audience": ["two words"]},
    {"audience": [5]},
    {"target": "xyz"},
    {"target": "AB" * 16},
    {"target": "ab"},
    {"partners": ["x"]},
    {"partners": {"organisation": "x"}},
    {"partners": 5},
    {"rows": [{"row": 1}, {"row": 1}]},
    {"rows": [{"row": 2}, {"row": 1}]},
    {"rows": [{"name_en": "no number"}]},
    {"rows": [{"row": 1, "pwd": 1}]},
    {"rows": [{"row": 1, "tries": [{"at": "25:00"}]}]},
    {"rows": "1,2,3"},
]


def test_no_malformed_record_is_taken_or_stops_the_others(exchange):
    good = {"kind": "MELA", "sheets": [{"number": 1, "rows": "1,2"}]}
    found = outcomes(exchange, lines_from(exchange, *MALFORMED, good))
    assert found[:-1] == [(Outcome.REFUSED, "bad_record")] * len(MALFORMED)
    assert found[-1] == (Outcome.NEW, "")


def test_other_ways_to_be_no_record(exchange):
    node = exchange.centre.home.keys.key_id
    renamed = line_of(body_of(node, {"kind": "MELA"})[0], "ab" * 16)
    unknown = line_of(*body_of(node, {"amount": 1}, t="saving"))
    erased = line_of(*body_of(node, {"kind": "MELA"}, op="erase"))
    no_time = line_of(*body_of(node, {"kind": "MELA"}), at="2026-13-45T10:00:00Z")
    strange_reason = line_of(*body_of(node, {"reason": 5}, op="del"))
    found = outcomes(exchange, [renamed, unknown, no_time, strange_reason, erased])
    codes = ["bad_revision", "unknown_type", "bad_record", "bad_record"]
    assert found == [*((Outcome.REFUSED, code) for code in codes), (Outcome.NEW, "")]


def test_a_record_of_an_unknown_type_is_taken_by_itself_once_the_program_knows_it(exchange, monkeypatch):
    exchange.centre.start()
    seen = examples.sensible("observation")
    exchange.centre.services.observations.save(exchange.centre.actor, seen)
    with monkeypatch.context() as yesterday:
        paths = exchange.send()
        yesterday.delitem(RECORD_TYPES, "observation")
        assert exchange.deliver(*paths).counts == Counts(new=1, refused=1)
    taken = exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert [(one.id, one.code) for one in taken.refused] == [(seen.id, "unknown_type")]
    (file,) = exchange.hq.inbox.files(exchange.hq.actor)
    assert file.counts == Counts(new=1, refused=1)
    with exchange.hq.home.database.transaction() as tx:
        state.write(tx, "parked_checked_by", "the program of yesterday")
    (file,) = exchange.hq.inbox.files(exchange.hq.actor)
    assert file.counts == Counts(new=2)
    assert exchange.hq.services.observations.get(exchange.hq.actor, seen.id).record == seen
    taken = exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert (taken.refused, taken.received) == ((), 2)
    assert exchange.hq.state_hash() == exchange.centre.state_hash()


def test_what_came_for_one_centre_is_refused_from_a_computer_that_writes_for_another_now(exchange):
    """No page moves a computer; were its row in the database changed, old records stay with their centre."""
    hq = exchange.hq
    old = exchange.centre.start(notes="of the first centre")
    exchange.round_trip()
    other = hq.enrolment.register_centre(hq.actor, "100000000023", Name("चास", "Chas"), KASMAR.key)
    with hq.home.database.transaction() as tx:
        tx.execute(nodes.update().values(centre=other.number))
    exchange.centre.edit(old, notes="of the second")
    new = exchange.centre.start()
    file = read_one(exchange, *exchange.send())
    preview = hq.inbox.preview(hq.actor, file.sha256)
    assert {(one.id, one.outcome, one.code) for one in preview.rows} == {
        (old, Outcome.REFUSED, "out_of_scope"),
        (new, Outcome.NEW, ""),
    }
    assert not hq.inbox.apply(hq.actor, file.sha256, preview.counts).differs
    held = {one.record.id: one.centre for one in hq.services.activities.page(hq.actor).items}
    assert held == {old: 1, new: other.number}
    assert hq.notes(old) == "of the first centre"
    taken = exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert [(one.id, one.code) for one in taken.refused] == [(old, "out_of_scope")]


def test_a_second_line_about_the_same_record_is_refused(exchange):
    exchange.centre.start()
    exchange.round_trip()
    inbox, officer = exchange.hq.inbox, exchange.hq.actor
    line = lines_from(exchange, {"kind": "MELA"})[0]
    file = read_one(exchange, hand_made(exchange, [line, line]))
    before = inbox.preview(officer, file.sha256)
    assert before.counts == Counts(new=1, refused=1)
    assert inbox.apply(officer, file.sha256).counts == before.counts
    after = inbox.preview(officer, file.sha256)
    assert (after.counts, after.rows) == (before.counts, before.rows)


def test_a_refused_record_does_not_hold_up_the_log_and_is_settled_by_its_correction(exchange):
    record_id = exchange.centre.start()
    exchange.round_trip()
    # The centre's program knows a centre ID that head office does not, so it let the number pass.
    exchange.centre.services.activities.setting = _lenient()
    exchange.centre.edit(record_id, notes="9999 4105 7058")
    other = exchange.centre.start()
    result = exchange.deliver(*exchange.send())
    assert result.counts == Counts(new=1, refused=1)
    assert exchange.hq.notes(record_id) == ""
    taken = exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert (taken.base, taken.received) == (3, 1)
    assert exchange.centre.state_of(other) == "RECEIVED"
    assert [(one.id, one.code, one.path) for one in taken.refused] == [
        (record_id, "forbidden_number", "notes")
    ]
    assert taken.refused[0].said[0].args["field"].msgid == "Notes"

    exchange.centre.edit(record_id, notes="the number is on the paper")
    taken = exchange.round_trip()
    assert taken.refused == ()
    assert exchange.hq.notes(record_id) == "the number is on the paper"
    assert _refused(exchange) == []


def _lenient():
    from fieldapp.domain.rules import Setting

    return Setting(demo=True, centre_ids=frozenset({"999941057058"}))


def test_a_superseded_revision_with_a_forbidden_number_is_not_kept_either(exchange):
    record_id = exchange.centre.start()
    exchange.round_trip()
    exchange.centre.services.activities.setting = _lenient()
    exchange.centre.edit(record_id, notes="9999 4105 7058")
    (bad,) = exchange.send()
    exchange.centre.edit(record_id, notes="clean")
    exchange.deliver(*exchange.send())
    count = sa.select(sa.func.count()).select_from(revisions)
    before = exchange.hq.count(count)
    assert exchange.deliver(bad).counts == Counts(repeat=1)
    assert exchange.hq.count(count) == before
    assert exchange.hq.notes(record_id) == "clean"


def test_what_a_newer_program_adds_is_kept_as_it_came(exchange):
    content = {
        "kind": "MELA",
        "drone_photos": 3,
        "rows": [{"row": 1, "name_en": "A", "badge": "x"}],
        "sponsors": [{"name": "y"}],
    }
    node = exchange.centre.home.keys.key_id
    body, rev = body_of(node, content, x={"older": "words"})
    (outcome,) = outcomes(exchange, [line_of(body, rev)])
    assert outcome == (Outcome.NEW, "")
    record_id = canonical.decode(body)["id"]
    with exchange.hq.home.database.reading() as tx:
        from fieldapp.storage import journal

        kept = journal.find(tx, 1, bytes.fromhex(record_id), bytes.fromhex(rev))
    assert kept.body == body
    held = exchange.hq.services.activities.get(exchange.hq.actor, record_id)
    assert canonical.decode(held.unknown.encode()) == {
        "drone_photos": 3,
        "older": "words",
        "sponsors": [{"name": "y"}],
    }
    assert held.record.rows[0].name.en == "A"


def test_a_known_code_of_tomorrow_is_kept_as_a_code(exchange):
    (outcome,) = outcomes(exchange, lines_from(exchange, {"kind": "MOON_WALK", "audience": ["ASTRONAUTS"]}))
    assert outcome == (Outcome.NEW, "")


def test_totals_that_do_not_add_up_ask_for_a_full_file(exchange):
    exchange.centre.start()
    exchange.round_trip()
    end = Checkpoint(n=2, chain="ab" * 16)
    path = hand_made(exchange, lines_from(exchange, {"kind": "MELA"}), to=end, totals={"activity": 9})
    file = read_one(exchange, path)
    assert exchange.hq.inbox.apply(exchange.hq.actor, file.sha256).notes == ("totals_differ",)
    taken = exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert taken.full_asked
    assert taken.foreign


def test_every_type_of_record_can_be_refused_and_taken(exchange):
    for word in ("person", "target", "observation", "establishment", "action_point", "place", "decision"):
        exchange.centre.services.for_type(word).save(exchange.centre.actor, examples.sensible(word))
    rows = tuple(row(n) for n in range(1, 4))
    exchange.centre.edit(exchange.centre.start(), rows=rows, last_row=3)
    result = exchange.deliver(*exchange.send())
    assert result.counts == Counts(new=8)
    heads = sa.select(sa.func.count()).select_from(record_heads).where(record_heads.c.centre == 1)
    assert exchange.hq.count(heads) == 8
    assert exchange.hq.count(sa.select(nodes.c.receipt_due)) == 1
