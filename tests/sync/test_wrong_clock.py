"""A computer's clock that is wrong: what its home says of it, what head office hears, and that it is all."""

from datetime import timedelta

import pytest

from fieldapp.domain.findings import ClockDoubt, FindingKind
from fieldapp.storage.database import stamp, utc_now
from fieldapp.storage.finding_causes import doubt_of
from fieldapp.sync.sync_file import open_
from tests.sync.exchange import Exchange
from tests.sync.test_outbox import outside

LONG_AGO = -366 * 50


class Centre:
    """The centre's computer, whose clock is off by so many days."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.side = exchange.centre
        self.now = utc_now()

    def clock_is_off_by(self, days: float) -> None:
        self.side.home.database.clock = lambda: self.now + timedelta(days=days)

    def sends(self):
        """The manifest of the file that head office then has, and which of its records are in doubt."""
        (path,) = self.exchange.send()
        self.exchange.deliver(path)
        content = open_(outside(self.exchange, path), [self.exchange.hq.home.keys.identity], practice=True)
        return content.manifest.clock, {one.id for one in content.lines() if one.q}

    def doubts(self) -> list[str]:
        """What head office finds of its files, in their order."""
        hq = self.exchange.hq
        found = hq.services.findings.queue(hq.actor, state="").findings
        assert all(one.kind is FindingKind.CLOCK for one in found)
        with hq.home.database.reading() as tx:
            files = sorted(hq.inbox.files(hq.actor), key=lambda one: one.batch)
            said = [doubt_of(tx, one.sha256) for one in files]
        assert len(found) == sum(map(bool, said))
        return said


@pytest.fixture
def centre(exchange):
    return Centre(exchange)


def test_a_clock_that_only_goes_on_is_in_no_doubt(centre):
    for days in (0, 3, 2.5):
        centre.clock_is_off_by(0.1 * days)
        centre.side.start()
        clock, in_doubt = centre.sends()
        shown = stamp(centre.now + timedelta(days=0.1 * days))
        assert (clock.now, clock.suspect, in_doubt) == (shown, False, set())
        assert clock.highest >= clock.now
    assert centre.doubts() == ["", "", ""]


def test_a_clock_that_went_back_since_something_was_saved_is_said_with_the_highest_it_showed(centre):
    centre.side.start()
    centre.clock_is_off_by(-40)
    clock, in_doubt = centre.sends()
    assert clock.suspect
    assert clock.now == stamp(centre.now - timedelta(days=40))
    assert clock.highest >= stamp(centre.now)
    assert in_doubt == set()  # it was saved before that
    assert centre.doubts() == [ClockDoubt.SAID]


def test_a_new_computer_whose_clock_is_older_than_the_program_doubts_it_and_all_that_is_saved(centre):
    centre.clock_is_off_by(LONG_AGO)
    record = centre.side.start()
    clock, in_doubt = centre.sends()
    assert (clock.suspect, in_doubt) == (True, {record})
    assert centre.doubts() == [ClockDoubt.SAID]


def test_only_what_was_saved_meanwhile_is_in_doubt_once_the_clock_is_set_right_and_stays_so(centre):
    first = centre.side.start()
    centre.sends()
    centre.clock_is_off_by(-40)
    wrong = centre.side.start()
    centre.clock_is_off_by(1)
    right = centre.side.start()
    for _ in range(2):  # no receipt came: the same lines go once more
        clock, in_doubt = centre.sends()
        assert (clock.suspect, in_doubt) == (False, {wrong})
        centre.side.edit(right, notes="again")
    centre.side.edit(wrong, notes="by a right clock")
    assert centre.sends()[1] == set()
    assert first not in in_doubt
    assert centre.doubts() == [""] * 4


def test_a_clock_that_stays_wrong_goes_on_being_doubted(centre):
    centre.side.start()
    centre.sends()
    centre.clock_is_off_by(-40)
    for _ in range(2):
        record = centre.side.start()
        clock, in_doubt = centre.sends()
        assert clock.suspect
        assert record in in_doubt
    assert centre.doubts() == ["", ClockDoubt.SAID, ClockDoubt.SAID]


def test_what_a_clock_that_ran_ahead_left_behind_ends_with_the_next_receipt(centre):
    centre.clock_is_off_by(400)
    centre.side.start()
    assert not centre.sends()[0].suspect  # it cannot know
    centre.clock_is_off_by(0)
    record = centre.side.start()
    clock, in_doubt = centre.sends()
    assert clock.suspect
    assert record in in_doubt
    centre.side.receipts.apply(centre.side.actor, centre.exchange.answer())
    centre.side.start()
    clock, in_doubt = centre.sends()
    assert (clock.suspect, in_doubt) == (False, set())
    assert clock.highest < stamp(centre.now + timedelta(days=1))
    assert centre.doubts() == [ClockDoubt.AHEAD, ClockDoubt.SAID, ""]


def test_a_head_office_whose_own_clock_is_wrong_makes_no_centre_doubt(centre):
    for days in (LONG_AGO, 400):
        centre.exchange.hq.home.database.clock = lambda days=days: centre.now + timedelta(days=days)
        centre.side.start()
        assert not centre.sends()[0].suspect
        centre.side.receipts.apply(centre.side.actor, centre.exchange.answer())
    centre.side.start()
    clock, in_doubt = centre.sends()
    assert (clock.suspect, in_doubt) == (False, set())


def test_whatever_the_clocks_show_head_office_holds_the_same_records_and_confirms_them(centre):
    for days in (0, -40, LONG_AGO, 400, 0):
        centre.clock_is_off_by(days)
        record = centre.side.start()
        centre.exchange.round_trip()
        assert centre.side.state_of(record) == "RECEIVED"
        assert centre.exchange.hq.state_of(record)
