"""Where a login left off, and whether what was typed there has been saved since."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from fieldapp.domain.actor import Actor, Duty
from fieldapp.homes import new_centre
from fieldapp.services.left_off import LeftOff
from fieldapp.storage.state import Centre

OTHER = Actor("ravi", Duty.OPERATOR)


@pytest.fixture
def home(tmp_path):
    made = new_centre(tmp_path / "home", Centre(0, "100000000015", "कसमार", "Kasmar", ""), practice=True)
    yield made
    made.close()


@pytest.fixture
def activity(home):
    return home.services.activities.start(home.actor, "MELA", date(2017, 1, 14)).held


def change(home, activity, campaign: str):
    saved = home.services.activities.save(
        home.actor, replace(activity.record, campaign=campaign), activity.version
    )
    return saved.held


def test_a_login_that_was_never_here_left_off_nowhere(home):
    assert home.services.left_off.read(home.actor) == (LeftOff(), 0)


def test_what_was_typed_comes_back_to_the_one_who_typed_it(home, activity):
    left = LeftOff(
        "activities", "activity", activity.record.id, "details", "campaign", {"campaign": "नकद रहित"}
    )
    home.services.left_off.write(home.actor, left)
    kept, _ = home.services.left_off.read(home.actor)
    assert (kept.page, kept.record, kept.path, kept.typed) == (
        left.page,
        left.record,
        left.path,
        left.typed,
    )
    assert home.services.left_off.read(OTHER) == (LeftOff(), 0)


def test_words_that_were_saved_since_do_not_come_back(home, activity):
    left = LeftOff("activities", "activity", activity.record.id, "details", "campaign", {"campaign": "Cash"})
    home.services.left_off.write(home.actor, left)
    change(home, activity, "Cashless")
    kept, _ = home.services.left_off.read(home.actor)
    assert (kept.path, kept.typed) == ("campaign", {})


def test_a_record_that_is_not_kept_yet_has_its_words_until_it_is(home):
    new = home.services.people.new_id()
    home.services.left_off.write(
        home.actor, LeftOff("people", "person", new, "person", "name/hi", {"name/hi": "सुनीता"})
    )
    assert home.services.left_off.read(home.actor)[0].typed == {"name/hi": "सुनीता"}


def test_only_the_saves_of_that_run_by_that_login_are_counted(home, activity):
    began = home.services.left_off.log_line(home.actor)
    held = change(home, activity, "A")
    home.services.left_off.write(home.actor, LeftOff("today", began=began))
    held = change(home, held, "B")
    home.services.activities.save(OTHER, replace(held.record, campaign="C"), held.version)
    assert home.services.left_off.read(home.actor)[1] == 2


def test_the_login_that_was_at_work_last_is_known(tmp_path):
    clock = [datetime(2017, 1, 14, 5, tzinfo=UTC)]
    centre = Centre(0, "100000000015", "कसमार", "Kasmar", "")
    home = new_centre(tmp_path / "home", centre, practice=True, clock=lambda: clock[0])
    left_off = home.services.left_off
    assert left_off.last_login() == ""
    for actor in (OTHER, home.actor, OTHER):
        clock[0] += timedelta(milliseconds=2)
        left_off.write(actor, LeftOff("people"))
        assert left_off.last_login() == actor.login
    home.close()
