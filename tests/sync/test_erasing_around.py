"""What stands around an erasure: a start, a power cut, files that were made or taken out before."""

import os
import shutil
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from fieldapp.domain.codes import Role
from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.records import ActionPoint, RoleSpan, person_of_row
from fieldapp.homes import new_centre, new_hq
from fieldapp.storage import erasing, state
from fieldapp.storage.database import utc_now
from fieldapp.storage.records import Typed
from fieldapp.sync.batches import BatchState
from fieldapp.sync.inbox import FileState
from fieldapp.sync.relay import Relay
from fieldapp.ui.opening import with_places
from tests.forked import done
from tests.pictures import photograph
from tests.statements import statements
from tests.sync.exchange import CENTRE, CSC_ID, Side, enrol, row
from tests.sync.replacing import node_of
from tests.sync.test_block_office import Block
from tests.sync.test_erasing import LEAD, erase, known, left_in, person  # noqa: F401
from tests.sync.test_undoing import undo


def made(side):
    """The files that lie in the outbox."""
    return sorted(path.name for path in side.home.home.outbox.glob("*.fieldsync"))


# ------------------------------------------------------------ a start


def test_a_database_from_before_the_pack_opens_and_is_emptied_once_the_pack_is_there(tmp_path):
    hq = Side(new_hq(tmp_path / "hq", practice=True))
    centre = Side(new_centre(tmp_path / "centre", CENTRE, practice=True))
    one = person(centre)
    centre.home.close()
    shutil.copy(centre.folder / "fieldapp.db", tmp_path / "before.db")
    centre = Side.opened(centre.folder)
    number = enrol(hq, centre, tmp_path)
    erase(centre, one)
    centre.home.close()
    shutil.copy(tmp_path / "before.db", centre.folder / "fieldapp.db")
    centre = Side.opened(centre.folder)
    assert left_in(centre) != []
    pack = hq.enrolment.make_pack(hq.actor, number, tmp_path)
    centre.enrolment.take_pack(centre.actor, pack.path, pack.words)
    centre.home.close()
    centre = Side.opened(centre.folder)
    assert left_in(centre) == []
    for side in (hq, centre):
        side.home.close()


def test_what_the_disk_refuses_after_it_was_erased_neither_fails_nor_keeps_the_home_shut(
    exchange,
    known,  # noqa: F811
):
    centre = exchange.centre
    in_the_way = centre.folder / "erased" / "people.part"
    in_the_way.mkdir(parents=True)
    (centre.home.home.outbox / "0.fieldsync").mkdir()
    erase(centre, known[0])
    assert made(centre) == ["0.fieldsync"]
    centre = exchange.reopen_centre()
    assert left_in(centre) == []
    in_the_way.rmdir()
    exchange.reopen_centre()
    assert known[0] in (in_the_way.with_name("people")).read_text()


def test_an_import_goes_on_though_what_is_noted_beside_the_database_cannot_be(exchange, known):  # noqa: F811
    erase(exchange.centre, known[0])
    (exchange.hq.folder / "erased" / "people.part").mkdir(parents=True)
    first = exchange.send()
    exchange.centre.start()
    exchange.deliver(*first, *exchange.send())
    states = {one.state for one in exchange.hq.inbox.files(exchange.hq.actor)}
    assert states == {FileState.IMPORTED}
    assert left_in(exchange.hq) == []


def test_a_locked_copy_that_cannot_be_destroyed_keeps_nobody_out_and_the_others_go(exchange):
    folder = exchange.centre.folder / "erased"
    (folder / "2020-01-01_1.age").mkdir(parents=True)
    (folder / "2020-01-01_2.age").write_bytes(b"locked")
    (folder / "copy.age").write_bytes(b"of somebody else")
    with_places(exchange.centre.home)
    assert sorted(path.name for path in folder.iterdir()) == ["2020-01-01_1.age", "copy.age"]


# ------------------------------------------------------------ a power cut


def erase_until_it_is_durable(folder: Path, one: str) -> None:
    """Erase somebody, and be killed before anything beside the database is done."""
    side = Side.opened(folder)

    def look(frame, event, _argument):
        if (frame.f_code.co_name, event) == ("settle", "call") and "fieldapp" in frame.f_code.co_filename:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(look)
    erase(side, one)


def test_killed_right_after_it_was_erased_the_next_start_lets_go_of_files_made_before(
    exchange,
    known,  # noqa: F811
):
    centre = exchange.centre
    centre.start()
    centre.outbox.make(centre.actor)
    before = made(centre)
    centre.home.close()
    assert done(erase_until_it_is_durable, centre.folder, known[0]).status == -signal.SIGKILL
    assert [path.name for path in sorted((centre.folder / "outbox").iterdir())] == before
    exchange.centre = centre = Side.opened(centre.folder)
    assert made(centre) == []
    centre.outbox.make(centre.actor)
    after = made(centre)
    assert len(after) == 1
    assert made(exchange.reopen_centre()) == after, "it has no names in it"


# ------------------------------------------------------------ files that were made before


def with_a_photograph(side):
    """Something with a photograph, of nobody who is erased; gives the photograph."""
    picture = side.services.attachments.keep(side.actor, photograph(1))
    points = side.services.action_points
    points.save(side.actor, ActionPoint(id=points.new_id(), gap="no network", attachments=(picture,)))
    return picture


def test_a_photograph_of_somebody_else_that_was_not_delivered_comes_with_the_next_file(
    exchange,
    known,  # noqa: F811
):
    centre = exchange.centre
    picture = with_a_photograph(centre)
    number = centre.outbox.make(centre.actor).number
    erase(centre, known[0])
    assert made(centre) == []
    assert centre.outbox.batch(centre.actor, number).state is BatchState.REPLACED
    waiting = centre.outbox.preview(centre.actor)
    assert (waiting.pictures, waiting.not_packed) == (1, sum(waiting.by_type.values()))
    exchange.round_trip()
    assert exchange.hq.services.attachments.is_here(picture.sha256)
    assert centre.outbox.preview(centre.actor).pictures == 0


def test_a_batch_that_was_taken_along_or_received_is_not_said_to_be_lost(exchange, known):  # noqa: F811
    centre = exchange.centre
    picture = with_a_photograph(centre)
    files = exchange.send()
    erase(centre, known[0])
    states = {one.number: one.state for one in centre.outbox.batches(centre.actor)}
    assert states == {1: BatchState.RECEIVED, 2: BatchState.ON_STICK}
    exchange.deliver(*files)
    exchange.round_trip()
    assert exchange.hq.services.attachments.is_here(picture.sha256)
    states = {one.state for one in centre.outbox.batches(centre.actor)}
    assert states == {BatchState.RECEIVED}


# ------------------------------------------------------------ files that were taken out again


@pytest.mark.parametrize("years", [0, 2])
def test_the_bytes_of_a_file_that_was_taken_out_again_go_when_their_year_is_over(
    exchange,
    known,  # noqa: F811
    years,
):
    sha256 = exchange.hq.inbox.files(exchange.hq.actor, FileState.IMPORTED)[0].sha256
    exchange.hq.inbox.undo(exchange.hq.actor, sha256, "of another centre")
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    erase(exchange.centre, known[0])
    exchange.round_trip()
    exchange.hq.home.close()
    exchange.hq = hq = Side.opened(exchange.hq.folder, lambda: utc_now() + timedelta(days=366 * years))
    assert bool(hq.inbox.content(hq.actor, sha256)) == (not years)
    if years:
        with pytest.raises(SyncFileRefused) as refused:
            hq.inbox.offer_again(hq.actor, sha256)
        assert refused.value.code == "bytes_destroyed"


def test_the_bytes_of_a_file_that_came_after_it_stay_until_their_own_year_is_over(exchange, known):  # noqa: F811
    erase(exchange.centre, known[0])
    exchange.round_trip()
    hq_of = exchange.hq.folder
    exchange.hq.home.close()
    exchange.hq = Side.opened(hq_of, lambda: utc_now() + timedelta(days=200))
    exchange.centre.start()
    late = exchange.send()
    exchange.deliver(*late)
    undo(exchange, late[0])
    exchange.hq.home.close()
    exchange.hq = hq = Side.opened(hq_of, lambda: utc_now() + timedelta(days=400))
    (withdrawn,) = hq.inbox.files(hq.actor, FileState.WITHDRAWN)
    assert hq.inbox.content(hq.actor, withdrawn.sha256)


# ------------------------------------------------------------ files that were never imported


def years_later(exchange, years):
    return days_later(exchange, 366 * years)


def days_later(exchange, days):
    exchange.hq.home.close()
    exchange.hq = hq = Side.opened(exchange.hq.folder, lambda: utc_now() + timedelta(days=days))
    return hq


def one_that_waits(exchange, one):
    """A file with somebody's name that head office has read in and not imported; its hash."""
    exchange.centre.edit(one, "person", notes="Champawati Kisku came twice")
    (waiting,) = exchange.hq.inbox.read(exchange.hq.actor, exchange.send())
    assert waiting.state is FileState.READY
    return waiting.sha256


def test_a_file_that_waits_shows_nobody_who_was_erased_meanwhile(exchange, known):  # noqa: F811
    waiting = one_that_waits(exchange, known[0])
    shown = [one.head for one in exchange.hq.inbox.preview(exchange.hq.actor, waiting).rows]
    assert [one.mobile for one in shown] == ["5000012321"]
    erase(exchange.centre, known[0])
    exchange.deliver(*exchange.send())
    assert [one.head for one in exchange.hq.inbox.preview(exchange.hq.actor, waiting).rows] == [None]


def test_a_file_that_waits_shows_nobody_whose_erasing_came_before_everything_else(exchange):
    one = person(exchange.centre)
    (waiting,) = exchange.hq.inbox.read(exchange.hq.actor, exchange.send())
    erase(exchange.centre, one)
    exchange.deliver(*exchange.send())
    shown = exchange.hq.inbox.preview(exchange.hq.actor, waiting.sha256)
    assert [row.head for row in shown.rows if row.id == one] == [None]


@pytest.mark.parametrize("years", [0, 2])
def test_the_bytes_of_a_file_that_was_never_imported_go_when_the_year_is_over(
    exchange,
    known,  # noqa: F811
    tmp_path,
    years,
):
    """One that is ready, and one that is on hold, for nobody here knows who sent it."""
    ready = one_that_waits(exchange, known[0])
    other, centre = (
        Side(new_hq(tmp_path / "other", practice=True)),
        Side(new_centre(tmp_path / "its", CENTRE, practice=True)),
    )
    on_hold = exchange.hq.inbox.read(exchange.hq.actor, made_for(other, centre, tmp_path))[0]
    assert (on_hold.state, on_hold.code) == (FileState.QUARANTINE, "unknown_sender")
    erase(exchange.centre, known[0])
    exchange.round_trip()
    hq = years_later(exchange, years)
    files = [hq.inbox.file(one) for one in (ready, on_hold.sha256)]
    kept = [len(hq.inbox.content(hq.actor, one.sha256)) > 0 for one in files]
    assert kept == [not years] * 2
    if years:
        assert [(one.state, one.code) for one in files] == [(FileState.REFUSED, "waited_too_long")] * 2
        with pytest.raises(SyncFileRefused) as refused:
            hq.inbox.apply(hq.actor, ready)
        assert refused.value.code == "waited_too_long"
    else:
        assert [one.state for one in files] == [FileState.READY, FileState.QUARANTINE]


def test_a_file_of_a_computer_that_is_gone_is_not_said_to_lie_at_its_centre_still(
    exchange,
    known,  # noqa: F811
):
    hq, waiting = exchange.hq, one_that_waits(exchange, known[0])
    hq.enrolment.revoke(hq.actor, node_of(exchange.centre).hex(), None, "lost")
    erase(hq, known[0], hq.actor)
    (file,) = [one for one in hq.inbox.files(hq.actor) if one.sha256 == waiting]
    assert (file.state, file.code) == (FileState.QUARANTINE, "revoked_sender")
    file = years_later(exchange, 2).inbox.file(waiting)
    assert (file.state, file.code) == (FileState.REFUSED, "last_file_waited")


def test_no_file_goes_for_a_decision_that_only_asks_or_was_taken_back(exchange, known):  # noqa: F811
    hq = days_later(exchange, -1)
    trainer = person(hq, roles=(RoleSpan(role=str(Role.MASTER_TRAINER)),))
    erase(hq, known[0], hq.actor)
    hq = days_later(exchange, 0)
    exchange.centre.start()
    exchange.round_trip()
    exchange.centre.edit(known[1], expected=9)
    (waiting,) = hq.inbox.read(hq.actor, exchange.send())
    erase(exchange.centre, trainer)
    exchange.deliver(*exchange.send())
    with hq.home.database.transaction() as tx:
        at = Typed(*state.identity(tx), utc_now())
        (taken_back,) = erasing.decide(tx, hq.actor, at, iter(hq.home.database.new_id, ""), {"ab" * 16: ""})
    hq.services.decisions.delete(hq.actor, taken_back, 1, "a mistake")
    assert hq.inbox.preview(hq.actor, waiting.sha256).kept_until is None
    hq = years_later(exchange, 2)
    assert hq.inbox.file(waiting.sha256).state is FileState.READY
    assert hq.inbox.content(hq.actor, waiting.sha256)


def test_of_a_file_that_waits_it_is_said_until_when_it_is_kept(exchange, known):  # noqa: F811
    hq, waiting = exchange.hq, one_that_waits(exchange, known[0])
    assert hq.inbox.preview(hq.actor, waiting).kept_until is None
    erase(exchange.centre, known[0])
    exchange.deliver(*exchange.send())
    until = hq.inbox.preview(hq.actor, waiting).kept_until
    assert until == hq.home.database.today() + timedelta(days=366)


def made_for(other, centre, folder):
    """A sync file of a centre of another office; both homes are closed."""
    enrol(other, centre, folder)
    centre.start()
    made = centre.outbox.make(centre.actor, target=folder)
    for side in (other, centre):
        side.home.close()
    return [one.path for one in made.copies]


# ------------------------------------------------------------ many


def test_receipts_cost_a_head_office_the_same_however_many_it_had_erased(exchange):
    hq, counts = exchange.hq, []
    trainees = [
        (person_of_row(session, row(1)), session) for session in [with_a_row(exchange) for _ in range(9)]
    ]
    exchange.round_trip()
    for people in (trainees[:1], trainees):
        with hq.home.database.transaction() as tx:
            at = Typed(*state.identity(tx), utc_now())
            erasing.decide(tx, hq.actor, at, iter(hq.home.database.new_id, ""), dict(people))
        assert hq.receipts.due(hq.actor) == 1
        with statements(hq.home.database) as asked:
            hq.receipts.due(hq.actor)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def with_a_row(exchange):
    return exchange.centre.start(rows=(row(1, present=1),), last_row=1)


# ------------------------------------------------------------ a block office


def test_a_block_office_clears_away_what_a_crash_left_of_its_batches_too(tmp_path):
    played = Block(tmp_path)
    left = played.block.home.home.outbox / f"{CSC_ID}.fieldsync.part"
    left.write_bytes(b"half")
    with_places(played.block.home)
    assert not left.exists()
    played.close()


def reach_the_block(played):
    """What the centre has comes to the block office and no further; the number of the batch."""
    made = played.centre.outbox.make(played.centre.actor, target=played.stick)
    played.block.inbox.import_all(played.block.actor, [part.path for part in made.copies])
    return made.number


def test_a_block_office_carries_nothing_on_whose_bytes_are_destroyed(tmp_path):
    played = Block(tmp_path)
    try:
        one = person(played.centre)
        reach_the_block(played)
        erase(played.centre, one)
        last = reach_the_block(played)
        assert len(played.relay.waiting(played.block.actor)) == 2
        played.block.home.close()
        played.block = Side.opened(played.block.folder, lambda: utc_now() + timedelta(days=732))
        relay = Relay(played.block.home.database, played.block.home.home)
        (left,) = relay.waiting(played.block.actor)
        assert left.batch == last
    finally:
        played.close()
