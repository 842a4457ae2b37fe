"""Programs of different ages exchange records: nothing is lost, nothing changes its name or is unsent."""

import msgspec
import pytest

from fieldapp.domain import canonical, upcasting
from fieldapp.domain.upcasting import UPCASTERS, is_needed, upcast
from fieldapp.storage import journal, sealing
from fieldapp.sync import container, examiner, sync_file_read
from fieldapp.sync.arrived import FileState
from fieldapp.sync.inbox import Counts
from fieldapp.sync.tally import Sort, tally
from tests.sync.exchange import CSC_ID, body_of, hand_made, line_of, row
from tests.sync.hostile import Hand
from tests.sync.samples import GOLDEN, code, take


def renamed(plain):
    """What a step from one schema to the next may do: the notes had another name, the rows another column."""
    plain = {"notes" if name == "comments" else name: value for name, value in plain.items()}
    for one in plain.get("rows", []):
        if "comment" in one:
            one["remarks"] = one.pop("comment")
    return plain


@pytest.fixture
def two_schemas(monkeypatch):
    """The program after its next change of the records, made for these tests: none has happened yet."""
    monkeypatch.setattr(journal, "SCHEMA", journal.SCHEMA + 1)
    monkeypatch.setattr(upcasting, "UPCASTERS", {journal.SCHEMA - 1: {"activity": renamed}})


def test_no_step_leads_beyond_the_schema_of_this_program():
    assert all(1 <= left < journal.SCHEMA for left in UPCASTERS)


def test_steps_are_taken_one_after_the_other_from_the_schema_a_record_has(monkeypatch):
    steps = {1: {"person": lambda plain: plain | {"a": 1}}, 2: {"person": lambda plain: plain | {"b": 2}}}
    monkeypatch.setattr(upcasting, "UPCASTERS", steps)
    assert upcast("person", {}, 1) == {"a": 1, "b": 2}
    assert upcast("person", {}, 2) == {"b": 2}
    assert upcast("person", {}, 3) == upcast("activity", {}, 1) == {}
    assert (is_needed("person", 2), is_needed("person", 3), is_needed("activity", 1)) == (True, False, False)


@pytest.mark.usefixtures("two_schemas")
def test_a_record_of_an_older_schema_is_read_in_todays_words_and_kept_as_it_was_sealed(exchange):
    node = exchange.centre.home.keys.key_id
    old = {"kind": "MELA", "comments": "as it was", "rows": [{"row": 1, "name_en": "A", "comment": "b"}]}
    body, rev = body_of(node, old)
    exchange.centre.start()
    exchange.round_trip()
    path = hand_made(exchange, [line_of(body, rev)])
    (file,) = exchange.hq.inbox.read(exchange.hq.actor, [path])
    preview = exchange.hq.inbox.preview(exchange.hq.actor, file.sha256)
    assert preview.counts == Counts(new=1)
    assert preview.rows[0].head.notes == "as it was"
    assert not exchange.hq.inbox.apply(exchange.hq.actor, file.sha256, preview.counts).differs
    held = exchange.hq.services.activities.get(exchange.hq.actor, canonical.decode(body)["id"])
    assert (held.record.notes, held.record.rows[0].remarks, held.unknown) == ("as it was", "b", "")
    with exchange.hq.home.database.reading() as tx:
        kept = journal.find(tx, 1, bytes.fromhex(held.record.id), bytes.fromhex(rev))
    assert (kept.body, kept.schema) == (body, 1)


@pytest.mark.usefixtures("two_schemas")
def test_a_forbidden_number_in_an_old_field_is_found_in_the_new_one(exchange):
    exchange.centre.start()
    exchange.round_trip()
    body, rev = body_of(exchange.centre.home.keys.key_id, {"kind": "MELA", "comments": "9999 4105 7058"})
    done = exchange.deliver(hand_made(exchange, [line_of(body, rev)]))
    assert done.counts == Counts(refused=1)


def test_an_upgrade_renames_nothing_and_unsends_nothing(exchange, monkeypatch):
    """Sealed by the program before, and then by the one after it."""
    first = exchange.centre.start()
    exchange.centre.edit(first, notes="of before", rows=(row(1, remarks="kept"),), last_row=1)
    exchange.round_trip()
    before = exchange.centre.state_hash()
    monkeypatch.setattr(journal, "SCHEMA", 2)
    monkeypatch.setattr(upcasting, "UPCASTERS", {1: {"activity": lambda plain: plain | {"campaign": "old"}}})
    assert exchange.centre.outbox.preview(exchange.centre.actor).records == 0
    assert exchange.centre.state_hash() == before
    exchange.centre.edit(first, notes="of after")
    exchange.round_trip()
    assert exchange.hq.notes(first) == "of after"
    (full,) = exchange.send(full=True)
    done = exchange.deliver(full)
    assert done.by_state() == {FileState.IMPORTED: 1}
    assert exchange.hq.state_hash() == exchange.centre.state_hash()


def test_an_edit_that_is_taken_back_after_an_upgrade_is_no_new_revision(exchange, monkeypatch):
    first = exchange.centre.start()
    exchange.centre.edit(first, notes="as it was")
    exchange.round_trip()
    monkeypatch.setattr(journal, "SCHEMA", 2)
    monkeypatch.setattr(upcasting, "UPCASTERS", {1: {"activity": renamed}})
    before = exchange.centre.state_hash()
    exchange.centre.edit(first, notes="otherwise")
    exchange.centre.edit(first, notes="as it was")
    with exchange.centre.home.database.transaction() as tx:
        sealing.seal(tx, exchange.centre.outbox._origin(tx))
    assert exchange.centre.state_hash() == before


def test_what_only_a_newer_program_knows_goes_on_to_the_next_home_as_it_came(exchange):
    """A field, a column, a code and a list: kept in the body that a give-back or a relay sends on."""
    content = {
        "kind": "MOON_WALK",
        "audience": ["ASTRONAUTS"],
        "drone_photos": 3,
        "rows": [{"row": 1, "name_en": "A", "badge": "x"}],
        "sponsors": [{"name": "y"}],
    }
    body, rev = body_of(exchange.centre.home.keys.key_id, content)
    line = msgspec.json.decode(line_of(body, rev)) | {"schema": 9}
    exchange.centre.start()
    exchange.round_trip()
    path = hand_made(exchange, [canonical.encode_line(line)], schema=9)
    assert exchange.deliver(path).counts == Counts(new=1)
    with exchange.hq.home.database.reading() as tx:
        (found,) = journal.read_slice(tx, [(1, 1, bytes.fromhex(line["id"]), bytes.fromhex(rev))])
    assert (found.body, found.schema, canonical.revision_of(found.body)) == (body, 9, rev)


# ---------------------------------------------------------------- what waits until the program is renewed


@pytest.fixture
def renewed(monkeypatch):
    """Called, makes this the program that comes next: it reads what this one cannot yet."""

    def renew():
        monkeypatch.setattr(container, "MAJOR", container.MAJOR + 1)
        monkeypatch.setattr(sync_file_read, "READER", sync_file_read.READER + 1)
        monkeypatch.setattr(sync_file_read, "CAPS", sync_file_read.CAPS | {"time_travel"})
        monkeypatch.setattr(examiner, "APP", "fieldapp of tomorrow")

    return renew


DEMANDS = ({"min_reader": container.READER + 1}, {"caps": ("time_travel",)}, {"min_reader": 99})
"""Of the program of tomorrow, of the same, and of one that comes after it."""


def test_two_hundred_parked_files_are_taken_by_themselves_once_the_program_is_renewed(exchange, renewed):
    exchange.centre.start()
    exchange.round_trip()
    hq, hand = exchange.hq, Hand(exchange)
    (exchange.stick / "parked").mkdir()
    for n in range(200):
        lines = [hand.line({"notes": f"file {n}"}) for _ in range(1 if n % 4 else 2)]
        hand_made(exchange, lines, target=f"parked/{n}.fieldsync", batch=n + 2, **DEMANDS[n % 3])
    before = hq.state_hash()
    held = exchange.deliver(exchange.stick / "parked")
    assert {(one.state, one.code) for one in held.files} == {(FileState.PARKED, "needs_newer_program")}
    assert (tally(held.files), held.counts, hq.state_hash()) == ({Sort.HELD: 200}, Counts(), before)
    assert hq.inbox.import_all(hq.actor).files == ()

    renewed()
    found = hq.inbox.files(hq.actor)
    assert tally(found) == {Sort.IMPORTED: 1, Sort.READY: 134, Sort.HELD: 66}
    assert {one.batch for one in found if one.state is FileState.PARKED} == set(range(4, 202, 3))
    ready = [one for one in found if one.state is FileState.READY]
    assert {(one.code, one.said, one.centre_code) for one in ready} == {("", None, CSC_ID)}
    assert hq.inbox.preview(hq.actor, ready[0].sha256).counts == Counts(new=ready[0].records)
    done = hq.inbox.import_all(hq.actor)
    assert done.by_state() == {FileState.IMPORTED: 134}
    assert done.counts == Counts(new=134 + 34)
    assert sum(one.counts.new for one in hq.inbox.files(hq.actor, FileState.IMPORTED)) == 1 + 134 + 34
    assert len(hq.inbox.files(hq.actor, FileState.PARKED)) == 66


def test_a_file_of_a_newer_format_is_not_kept_and_is_read_once_the_program_is_renewed(exchange, renewed):
    """Nobody knows yet what lies behind its first bytes."""
    exchange.centre.start()
    exchange.round_trip()
    hq, hand, path = exchange.hq, Hand(exchange), exchange.stick / "tomorrow.fieldsync"
    path.write_bytes(hand.file(hand.content(hand.line()), major=container.MAJOR + 1))
    (file,) = exchange.deliver(path).files
    assert (file.state, file.code, file.sha256) == (FileState.PARKED, "newer_format", "")
    assert "kept" not in file.said[1].args["safe"].msgid
    assert len(hq.inbox.files(hq.actor)) == 1

    renewed()
    done = exchange.deliver(path)
    assert (done.by_state(), done.counts) == ({FileState.IMPORTED: 1}, Counts(new=1))


# ---------------------------------------------------------------- golden files of a program of tomorrow

GOLDEN_FILES = GOLDEN / "sync_file_v1"


@pytest.mark.parametrize("name", ["unknown_cap", "newer_reader"])
def test_a_golden_file_that_demands_what_is_not_known_yet_waits(name):
    assert code((GOLDEN_FILES / f"{name}.fieldsync").read_bytes()) == "needs_newer_program"


def test_a_golden_file_with_fields_columns_codes_and_types_of_tomorrow_is_read_whole():
    _, content, (activity, landing) = take((GOLDEN_FILES / "newer_fields.fieldsync").read_bytes())
    assert (content.manifest.schema, activity.schema) == (9, 9)
    assert (activity.problem, activity.rev) == ("", "6088a4aff3f6157962687142df79c505")
    assert activity.fields()["roster"] == [{"row": 1, "badge": "x"}]
    assert (activity.fields()["drone_photos"], activity.fields()["kind"]) == (3, "MOON_WALK")
    assert canonical.decode(activity.body)["x"] == {"older": "words"}
    assert (landing.t, landing.problem, landing.fields()) == ("moon_landing", "", {"crater": "Tycho"})


def test_a_golden_file_of_photographs_is_read():
    _, content, (picture,) = take((GOLDEN_FILES / "pictures.fieldsync").read_bytes())
    assert content.manifest.caps == ("blobs",)
    assert (picture.problem, picture.content) == ("", b"\xff\xd8\xff not really a photograph")
