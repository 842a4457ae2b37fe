"""One stick: receipts off it, the batch onto it, read back; and a part that cannot wait."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from fieldapp.domain.errors import EnvironmentProblem, InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.homes import new_centre_from_pack
from fieldapp.services.records import Query
from fieldapp.sync import sync_file_place
from fieldapp.sync.batches import README
from fieldapp.sync.inbox import Counts
from fieldapp.sync.outbox import BatchState
from fieldapp.sync.received import ReceivedState
from fieldapp.sync.stick import go_round
from fieldapp.sync.sync_file import copy_verified
from fieldapp.sync.sync_file_place import read_past_cache
from tests.sync.exchange import CENTRE, Exchange, Side


def on_stick(exchange: Exchange):
    centre = exchange.centre
    return go_round(centre.actor, exchange.stick, centre.outbox, centre.receipts)


def named(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# ---------------------------------------------------------------- one stick


def test_one_press_takes_the_receipt_and_puts_on_what_is_new(exchange):
    first = exchange.centre.start()
    one = on_stick(exchange)
    assert (one.batch, one.made, one.taken) == (1, True, ())
    assert one.copied[0].path.parent == exchange.stick
    assert (exchange.stick / README).exists()
    exchange.deliver(exchange.stick)
    exchange.answer()
    second = exchange.centre.start()
    two = on_stick(exchange)
    assert (two.batch, two.made, len(two.taken)) == (2, True, 1)
    assert exchange.centre.state_of(first) == "RECEIVED"
    assert exchange.deliver(two.copied[0].path).counts == Counts(new=1)
    assert exchange.centre.state_of(second) == "PACKED"


def test_with_nothing_new_the_batch_that_is_under_way_is_copied_again_and_no_other_made(exchange):
    exchange.centre.start()
    assert on_stick(exchange).made
    again = on_stick(exchange)
    assert (again.batch, again.made) == (1, False)
    assert len(exchange.centre.outbox.batches(exchange.centre.actor)) == 1
    exchange.centre.outbox.lost(exchange.centre.actor, 1)
    assert (on_stick(exchange).batch, len(named(exchange.stick))) == (2, 3)


def test_when_all_is_received_nothing_is_put_on_the_stick(exchange):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    exchange.answer()
    done = on_stick(exchange)
    assert (done.batch, done.copied, len(done.taken)) == (0, (), 1)


def test_a_batch_whose_file_was_damaged_here_is_made_anew(exchange):
    exchange.centre.start()
    on_stick(exchange)
    (own,) = exchange.centre.home.home.outbox.iterdir()
    own.write_bytes(own.read_bytes()[:-1])
    again = on_stick(exchange)
    assert (again.batch, again.made) == (2, True)


def test_files_are_known_by_what_they_are_whatever_they_are_called(exchange):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    receipt = exchange.answer()
    receipt.rename(exchange.stick / "holiday.jpg.fieldsync")
    (exchange.stick / "100000000015-A-receipt_0009.fieldsync").write_bytes(b"no receipt at all")
    found = on_stick(exchange)
    assert len(found.taken) == 1
    assert [one.path.name for one in found.damaged] == ["100000000015-A-receipt_0009.fieldsync"]


def test_own_batches_on_the_stick_are_no_fault_and_others_receipts_stay_unopened(exchange, tmp_path):
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    exchange.answer()
    kept = named(exchange.stick)
    found = on_stick(exchange)
    assert found.damaged == ()
    assert set(kept) <= set(named(exchange.stick))
    shutil.copytree(exchange.stick, tmp_path / "other")
    states = {one.state for one in exchange.hq.receipts.receive(exchange.hq.actor, [tmp_path / "other"])}
    assert ReceivedState.TAKEN not in states


def test_of_a_bundle_of_receipts_the_own_is_taken_and_the_others_are_carried_on_as_they_are(
    exchange, tmp_path
):
    hq = exchange.hq
    known = hq.enrolment.register_centre(hq.actor, "100000000023", Name("दूसरा", "Other"), CENTRE.place_key)
    pack = hq.enrolment.make_pack(hq.actor, known.number, tmp_path)
    other = Side(new_centre_from_pack(tmp_path / "other", pack.path, pack.words, practice=True))
    other.start()
    exchange.deliver(other.outbox.make(other.actor).parts[0].path)
    other.home.close()
    (foreign,) = hq.receipts.make(hq.actor, exchange.stick)
    content = foreign.path.read_bytes()
    for n in range(300):
        (exchange.stick / f"{n}.fieldsync").write_bytes(content)
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    exchange.answer()
    found = on_stick(exchange)
    assert (len(found.taken), found.others, found.damaged) == (1, 301, ())
    assert all((exchange.stick / f"{n}.fieldsync").read_bytes() == content for n in range(300))


# ---------------------------------------------------------------- sticks that fail


def test_a_stick_that_was_pulled_out_before_is_said_and_no_batch_is_made(exchange):
    exchange.centre.start()
    shutil.rmtree(exchange.stick)
    with pytest.raises(EnvironmentProblem) as trouble:
        on_stick(exchange)
    assert trouble.value.code == "stick_gone"
    assert exchange.centre.outbox.batches(exchange.centre.actor) == ()


def test_a_stick_pulled_out_while_the_batch_is_made_leaves_it_on_this_computer(exchange):
    exchange.centre.start()
    centre = exchange.centre
    with pytest.raises(EnvironmentProblem) as trouble:
        go_round(
            centre.actor,
            exchange.stick,
            centre.outbox,
            centre.receipts,
            progress=lambda _done, _total: shutil.rmtree(exchange.stick, ignore_errors=True),
        )
    assert trouble.value.code == "stick_gone"
    assert centre.outbox.batch(centre.actor, 1).state is BatchState.MADE
    exchange.stick.mkdir()
    assert (on_stick(exchange).batch, on_stick(exchange).made) == (1, False)


def test_a_lying_stick_is_found_out_by_reading_it_again(exchange):
    exchange.centre.start()
    (part,) = exchange.centre.outbox.make(exchange.centre.actor).parts

    def forgets(path: Path):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        yield from read_past_cache(path)

    with pytest.raises(EnvironmentProblem) as trouble:
        copy_verified(part.path, exchange.stick, part.path.name, read_back=forgets)
    assert trouble.value.code == "not_kept"
    assert named(exchange.stick) == []


def test_what_the_disk_holds_is_read_and_not_what_is_remembered(tmp_path):
    path = tmp_path / "file"
    for size in (
        0,
        1,
        4096,
        sync_file_place._CHUNK - 1,
        sync_file_place._CHUNK,
        2 * sync_file_place._CHUNK + 7,
    ):
        path.write_bytes(os.urandom(size))
        assert b"".join(read_past_cache(path)) == path.read_bytes()


# ---------------------------------------------------------------- a part


def test_a_part_arrives_and_what_waits_still_waits(exchange):
    first = exchange.centre.start()
    exchange.centre.edit(first, start_date=date(2017, 2, 1))
    exchange.centre.start()
    outbox, actor = exchange.centre.outbox, exchange.centre.actor
    chosen = outbox.sessions_between(actor, date(2017, 1, 30), date(2017, 2, 28))
    assert chosen == (first,)
    paths = exchange.send(only=chosen)
    assert outbox.batch(actor, 1).chosen
    assert exchange.deliver(*paths).counts == Counts(new=1)
    assert outbox.preview(actor).records == 2
    taken = exchange.centre.receipts.apply(actor, exchange.answer())
    assert (taken.base, taken.full_asked) == (0, False)
    assert outbox.batch(actor, 1).state is BatchState.RECEIVED
    assert outbox.on_its_way(actor) is None
    assert exchange.deliver(*exchange.send()).counts == Counts(new=1, same=1)
    assert exchange.hq.state_hash() == exchange.centre.state_hash()


def test_a_part_that_never_came_is_not_received_with_the_others(exchange):
    first = exchange.centre.start()
    exchange.centre.start()
    exchange.send(only=[first])[0].unlink()
    exchange.round_trip()
    outbox, actor = exchange.centre.outbox, exchange.centre.actor
    assert outbox.batch(actor, 1).state is BatchState.ON_STICK
    assert outbox.batch(actor, 2).state is BatchState.RECEIVED


def test_a_full_file_goes_onto_the_stick_though_nothing_new_waits_until_it_is_received(exchange):
    outbox, actor = exchange.centre.outbox, exchange.centre.actor
    exchange.centre.start()
    exchange.round_trip()
    assert on_stick(exchange).copied == ()
    made = outbox.make(actor, full=True)  # the receipt that asked for it may lie on the stick still
    for _ in range(2):
        done = on_stick(exchange)
        assert (done.batch, done.made, len(done.copied)) == (made.number, False, 1)
    exchange.deliver(done.copied[0].path)
    exchange.answer()
    assert on_stick(exchange).copied == ()
    assert outbox.batch(actor, made.number).state is BatchState.RECEIVED


def test_a_full_file_waits_though_another_receipt_comes_that_was_written_before_it_arrived(exchange):
    outbox, actor = exchange.centre.outbox, exchange.centre.actor
    exchange.centre.start()
    exchange.round_trip()
    made = outbox.make(actor, full=True)
    exchange.hq.plan()
    exchange.answer()
    done = on_stick(exchange)
    assert (len(done.taken) > 0, done.batch, len(done.copied)) == (True, made.number, 1)
    assert outbox.batch(actor, made.number).state is BatchState.ON_STICK
    exchange.deliver(done.copied[0].path)
    exchange.answer()
    on_stick(exchange)
    assert outbox.batch(actor, made.number).state is BatchState.RECEIVED


def test_what_is_in_no_whole_file_is_called_not_packed_by_list_filter_and_status_line(exchange):
    first, second = exchange.centre.start(), exchange.centre.start()
    services, actor, outbox = exchange.centre.services, exchange.centre.actor, exchange.centre.outbox

    def listed(state):
        return {one.record.id for one in services.activities.page(actor, Query(sync_state=state)).items}

    for only in ([first], [second]):  # a part seals all there is
        exchange.send(only=only)
        assert {exchange.centre.state_of(one) for one in (first, second)} == {"NOT_PACKED"}
        assert (listed("NOT_PACKED"), listed("PACKED")) == ({first, second}, set())
        assert (services.overview.sync(actor).not_packed, outbox.preview(actor).not_packed) == (2, 2)
    exchange.deliver(*exchange.send())
    assert {exchange.centre.state_of(one) for one in (first, second)} == {"PACKED"}
    assert (listed("NOT_PACKED"), listed("PACKED")) == (set(), {first, second})
    assert (services.overview.sync(actor).not_packed, outbox.preview(actor).not_packed) == (0, 0)
    exchange.centre.receipts.apply(actor, exchange.answer())
    third = exchange.centre.start()
    exchange.send(only=[third])
    assert (listed("NOT_PACKED"), listed("RECEIVED")) == ({third}, {first, second})


def test_a_part_of_nothing_is_not_made(exchange):
    exchange.centre.start()
    with pytest.raises(InvalidInput) as refusal:
        exchange.send(only=[])
    assert refusal.value.code == "nothing_new"
