"""The advance note: one line that says what is on its way, and nothing about anybody."""

import pytest

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.homes import new_centre
from fieldapp.sync.advance_note import MOST, AdvanceNotes
from tests.examples import row
from tests.sync.exchange import CENTRE, CSC_ID, Exchange, Side
from tests.sync.test_block_office import Block

GSM = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 :,.-")


def notes(side: Side) -> AdvanceNotes:
    return AdvanceNotes(side.home.database, side.home.home, side.home.keys)


def written(exchange: Exchange, number: int = 1) -> str:
    return notes(exchange.centre).write(exchange.centre.actor, number)


def check(exchange: Exchange, note: str):
    return notes(exchange.hq).check(exchange.hq.actor, note)


def refused(exchange: Exchange, note: str) -> str:
    with pytest.raises(InvalidInput) as refusal:
        check(exchange, note)
    return refusal.value.code


@pytest.fixture
def known(exchange):
    """A centre whose computer head office knows by its first file."""
    exchange.centre.start()
    exchange.round_trip()
    return exchange


def test_the_note_tells_the_counts_of_a_batch_and_head_office_believes_it(known):
    for _ in range(3):
        known.centre.start()
    known.centre.plan()
    paths = known.send()
    note = written(known, 2)
    assert note.startswith(f"FIELDAPP {CSC_ID}-A BATCH 2: FILES 1, RECORDS 4, SESSIONS 3, PHOTOS 0. CHECK ")
    said = check(known, note)
    assert (said.csc_id, said.letter, said.batch) == (CSC_ID, "A", 2)
    assert (said.files, said.records, said.sessions, said.pictures, said.arrived) == (1, 4, 3, 0, 0)
    known.hq.inbox.read(known.hq.actor, paths)
    assert (check(known, note).arrived, check(known, note).waiting) == (0, 1)
    known.deliver(*paths)
    assert (check(known, note).arrived, check(known, note).waiting) == (1, 0)


def test_it_fits_one_sms_and_names_nobody(known):
    record_id = known.centre.start(trainer_name=Name("मीना कुमारी", "Mina Kumari"))
    known.centre.edit(record_id, rows=(row(1, mobile="5012345678"),), last_row=1)
    known.send()
    note = written(known, 2)
    assert len(note) <= MOST - 40
    assert set(note) <= GSM
    assert "MINA" not in note.upper()
    assert "5012345678" not in note


@pytest.mark.parametrize("change", [str.lower, lambda note: note.replace("-", " - ").replace(",", "")])
def test_it_may_be_typed_as_it_was_heard(known, change):
    known.centre.start()
    known.send()
    assert check(known, change(written(known, 2))).batch == 2


@pytest.mark.parametrize("word", ["RECORDS", "SESSIONS", "FILES", "BATCH", "PHOTOS"])
def test_a_number_that_was_misheard_is_found_out(known, word):
    known.centre.start()
    known.send()
    left, _, right = written(known, 2).partition(f"{word} ")
    assert refused(known, f"{left}{word} 9{right}") == "note_wrong"


def test_a_note_of_nobody_who_is_known_and_what_is_no_note_are_said(exchange):
    exchange.centre.start()
    exchange.send()
    assert refused(exchange, written(exchange)) == "note_unknown"
    assert refused(exchange, "FIELDAPP 12") == "note_shape"
    with pytest.raises(InvalidInput) as refusal:
        written(exchange, 9)
    assert refusal.value.code == "no_batch"


# ---------------------------------------------------------------- block offices


@pytest.fixture
def played(tmp_path):
    found = Block(tmp_path)
    yield found
    found.close()


def test_the_block_office_of_a_centre_can_check_its_note_too(played):
    played.centre.start()
    batch = played.centre.outbox.make(played.centre.actor)
    note = notes(played.centre).write(played.centre.actor, batch.number)
    assert len(note) <= MOST
    for office in (played.hq, played.block):
        assert notes(office).check(office.actor, note).batch == batch.number
        with pytest.raises(InvalidInput) as refusal:
            notes(office).check(office.actor, note.replace("RECORDS 1", "RECORDS 2"))
        assert refusal.value.code == "note_wrong"


def test_a_block_office_that_was_read_the_first_check_only_is_told_that_it_is_not_for_it(played):
    played.centre.start()
    batch = played.centre.outbox.make(played.centre.actor)
    first, _, _ = notes(played.centre).write(played.centre.actor, batch.number).rpartition(", ")
    assert notes(played.hq).check(played.hq.actor, first).batch == batch.number
    with pytest.raises(InvalidInput) as refusal:
        notes(played.block).check(played.block.actor, first)
    assert refusal.value.code == "note_for_hq"


def test_head_office_checks_what_a_block_office_notes_of_its_own_batch(played):
    played.block.start()
    batch = played.block.outbox.make(played.block.actor)
    note = notes(played.block).write(played.block.actor, batch.number)
    said = notes(played.hq).check(played.hq.actor, note.replace("-", " - "))
    assert (said.csc_id, said.letter, said.batch) == (played.office.csc_id, "A", batch.number)


def test_without_a_pack_there_is_nobody_to_check_a_note(tmp_path):
    alone = Side(new_centre(tmp_path / "alone", CENTRE, practice=True))
    with pytest.raises(InvalidInput) as refusal:
        notes(alone).write(alone.actor, 1)
    assert refusal.value.code == "no_pack"
    alone.home.close()
