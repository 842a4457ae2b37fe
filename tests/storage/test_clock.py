"""What a home remembers of its clock: the highest it ever showed, until head office knows better."""

from datetime import timedelta

import pytest

from fieldapp.storage import clock, log
from fieldapp.storage.clock import MADE, TOLERANCE
from fieldapp.storage.database import stamp

NOW = MADE + timedelta(days=365 * 100)  # later than the computer that tests this


@pytest.fixture
def look(centre_home):
    def at(days: float, n: int = 1):
        with centre_home.database.transaction() as tx:
            return clock.look(tx, NOW + timedelta(days=days), n)

    return at


@pytest.fixture
def told(centre_home):
    def at(days: float | None, base: int = 1):
        with centre_home.database.transaction() as tx:
            clock.told(tx, "no time" if days is None else stamp(NOW + timedelta(days=days)), base)

    return at


def test_a_clock_may_go_back_by_a_day_and_no_more(look):
    assert look(0) == (stamp(NOW), stamp(NOW), False)
    assert not look(-1).suspect
    back = NOW - TOLERANCE - timedelta(seconds=1)
    assert look(-1 - 1 / 86400) == (stamp(back), stamp(NOW), True)


def test_what_the_clock_showed_at_any_line_of_the_activity_log_counts(centre_home, look):
    look(0)
    with centre_home.database.transaction() as tx:
        log.note(tx, NOW + timedelta(days=9), "operator", "print")
    found = look(1)
    assert (found.highest, found.suspect) == (stamp(NOW + timedelta(days=9)), True)


def test_an_old_receipt_says_nothing_about_what_was_seen_since(look, told):
    look(0, n=3)
    told(-30, base=2)
    assert look(-30, n=4).suspect


def test_a_receipt_for_what_was_sent_since_shows_that_the_highest_was_wrong(look, told):
    look(0, n=3)
    look(-30, n=4)
    told(-29, base=3)
    assert look(-28, n=4) == (*[stamp(NOW - timedelta(days=28))] * 2, False)


def test_a_receipt_within_a_day_or_without_a_time_changes_nothing(look, told):
    look(0)
    told(-0.9)
    told(None)
    assert look(-1.5).suspect


def test_a_home_that_begins_its_log_anew_goes_on_remembering_and_can_be_told(look, told):
    look(0, n=500)
    assert look(-30, n=2).suspect
    told(-30, base=2)
    assert not look(-30, n=2).suspect
