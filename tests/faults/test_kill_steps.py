"""Killed at each named step of what is done with a file: nothing is lost, nothing stands there half."""

import os
import resource
from pathlib import Path

import pytest

from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.sync.arrived import FileState
from fieldapp.sync.batches import README
from fieldapp.sync.outbox import BatchState
from tests.faults.killing import look_sound
from tests.faults.stepping import killed
from tests.sync.exchange import Exchange, Side

MAKING = (
    ("seal", "return"),
    ("_begin", "return"),
    ("_fill", "call"),
    ("_fill", "return"),
    ("_verified", "return"),
    ("_rename", "call"),
    ("_rename", "return"),
    ("settle", "return"),
    ("_write_part", "return"),
)
COPYING = (
    ("part_file", "call"),
    ("keep", "return"),
    ("read_past_cache", "call"),
    ("_rename", "return"),
    ("settle", "return"),
    ("explain", "return"),
    ("_set_state", "call"),
)
RECEIPTING = (
    ("open_", "return"),
    ("_move_base", "return"),
    ("mark_batches", "return"),
    ("mark_refused", "return"),
    ("count_received", "return"),
    ("_take", "return"),
)

IMPORTING = (
    ("_keep", "return"),
    ("pictures_in", "return"),
    ("_claim", "return"),
    ("receive", "return"),
    ("_take", "return"),
    ("import_all", "return"),
)
UNDOING = (
    ("_left_out_beside", "return"),
    ("_claim_back", "return"),
    ("_forget_lines", "return"),
    ("withdraw", "return"),
    ("note_due", "return"),
    ("undo", "return"),
)
ANSWERING = (
    ("_draft", "return"),
    ("_fill", "return"),
    ("settle", "return"),
    ("_write", "return"),
)


def after_kill(exchange: Exchange, verb: str, step: tuple[str, str]) -> Side:
    """The centre as it opens again after it was killed at that step."""
    exchange.centre.home.close()
    try:
        assert killed(verb, exchange.root / "centre", exchange.stick, *step)
    finally:
        centre = exchange.centre = Side.opened(exchange.root / "centre")
    centre.outbox.tidy()
    look_sound(centre.home)
    return centre


def whole_files(folder, wanted) -> bool:
    """Whether every sync file under a final name is one of those that were made."""
    return all(path.read_bytes() in wanted for path in folder.glob("*.fieldsync"))


@pytest.mark.parametrize("step", MAKING)
def test_killed_while_a_batch_is_made_the_next_one_carries_everything(exchange, step):
    record_id = exchange.centre.start()
    centre = after_kill(exchange, "make", step)
    outbox = centre.home.home.outbox
    batches = centre.outbox.batches(centre.actor)
    assert {path.name for path in outbox.iterdir()} == {
        part.path.name for one in batches for part in one.parts
    }
    assert all(one.state is BatchState.MADE for one in batches)
    exchange.deliver(*exchange.send())
    assert exchange.hq.notes(record_id) == ""
    assert exchange.hq.state_hash() == centre.state_hash()


@pytest.mark.parametrize("step", COPYING)
def test_killed_while_it_is_copied_no_half_file_bears_its_name_and_copying_again_is_enough(exchange, step):
    exchange.centre.start()
    (part,) = exchange.centre.outbox.make(exchange.centre.actor).parts
    content = part.path.read_bytes()
    centre = after_kill(exchange, "copy", step)
    assert whole_files(exchange.stick, {content})
    assert centre.outbox.batch(centre.actor, 1).state in (BatchState.MADE, BatchState.ON_STICK)
    (copied,) = centre.outbox.copy_to(centre.actor, 1, exchange.stick)
    assert copied.path.read_bytes() == content
    assert centre.outbox.batch(centre.actor, 1).state is BatchState.ON_STICK
    assert sorted(path.name for path in exchange.stick.iterdir()) == sorted([copied.path.name, README])


@pytest.mark.parametrize("step", RECEIPTING)
def test_killed_while_a_receipt_is_taken_it_is_taken_wholly_or_not_at_all(exchange, step):
    record_id = exchange.centre.start()
    exchange.deliver(*exchange.send())
    exchange.answer()
    centre = after_kill(exchange, "receive", step)
    state = centre.outbox.batch(centre.actor, 1).state
    assert (state is BatchState.RECEIVED) == (centre.state_of(record_id) == "RECEIVED")
    centre.receipts.receive(centre.actor, [exchange.stick])
    assert centre.state_of(record_id) == "RECEIVED"


def office_after_kill(exchange: Exchange, verb: str, step: tuple[str, str]) -> Side:
    """The office as it opens again after it was killed at that step."""
    exchange.hq.home.close()
    try:
        assert killed(verb, exchange.root / "hq", exchange.stick, *step)
    finally:
        hq = exchange.hq = Side.opened(exchange.root / "hq")
    look_sound(hq.home)
    return hq


def held(hq: Side) -> int:
    return len(hq.services.activities.page(hq.actor).items)


@pytest.mark.parametrize("step", IMPORTING)
def test_killed_while_a_file_is_imported_it_is_in_as_a_whole_or_not_at_all(exchange, step):
    exchange.centre.start()
    exchange.centre.start()
    exchange.send()
    hq = office_after_kill(exchange, "import", step)
    assert held(hq) == 2 * len(hq.inbox.files(hq.actor, FileState.IMPORTED))
    assert not exchange.deliver(exchange.stick).counts.refused
    assert hq.state_hash() == exchange.centre.state_hash()


@pytest.mark.parametrize("step", UNDOING)
def test_killed_while_an_import_is_undone_it_is_out_as_a_whole_or_not_at_all(exchange, step):
    exchange.centre.start()
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    hq = office_after_kill(exchange, "undo", step)
    left = hq.inbox.files(hq.actor, FileState.IMPORTED)
    assert held(hq) == 2 * len(left)
    for file in left:
        hq.inbox.undo(hq.actor, file.sha256, "test")
    assert held(hq) == 0
    exchange.deliver(exchange.stick)
    assert held(hq) == 2


@pytest.mark.parametrize("step", ANSWERING)
def test_killed_while_a_receipt_is_written_it_is_whole_or_not_there_and_due_until_it_is_noted(exchange, step):
    record_id = exchange.centre.start()
    exchange.deliver(*exchange.send())
    hq = office_after_kill(exchange, "answer", step)
    assert hq.receipts.due(hq.actor) == (step != ("_write", "return"))
    hq.receipts.make(hq.actor, exchange.stick)
    found = exchange.centre.receipts.receive(exchange.centre.actor, [exchange.stick])
    assert {one.code for one in found if not one.taken} <= {
        "wrong_kind",
        "truncated",
        "too_short",
        "empty_file",
    }
    assert exchange.centre.state_of(record_id) == "RECEIVED"


# ---------------------------------------------------------------- sticks that cannot be written


def test_a_stick_that_is_full_keeps_nothing_half_and_the_batch_stays_here(exchange):
    exchange.centre.start()
    exchange.centre.outbox.make(exchange.centre.actor)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(EnvironmentProblem) as trouble:
            exchange.centre.outbox.copy_to(exchange.centre.actor, 1, exchange.stick)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert trouble.value.code == "disk_full"
    assert list(exchange.stick.iterdir()) == []
    assert exchange.centre.outbox.batch(exchange.centre.actor, 1).state is BatchState.MADE


def test_a_stick_that_cannot_be_written_is_said_as_that(exchange):
    exchange.centre.start()
    exchange.centre.outbox.make(exchange.centre.actor)
    # Where root may write everything there is still one place where nobody makes files.
    place = exchange.stick if os.geteuid() else Path("/proc/self")
    exchange.stick.chmod(0o555)
    try:
        with pytest.raises(EnvironmentProblem) as trouble:
            exchange.centre.outbox.copy_to(exchange.centre.actor, 1, place)
    finally:
        exchange.stick.chmod(0o755)
    assert trouble.value.code in ("read_only", "stick_gone")
    assert exchange.centre.outbox.batch(exchange.centre.actor, 1).state is BatchState.MADE
