"""The page Today: what was returned, what is asked, what waits for approval; each opens its record."""

from dataclasses import replace
from datetime import date

import pytest

from fieldapp.domain.actor import Actor
from fieldapp.domain.fields import Name
from fieldapp.domain.records import ONE_RUPEE, PaymentTry, Person
from fieldapp.services.settings import Programme
from fieldapp.ui.activities.dialog import NewActivityDialog
from tests.robots.robot import Robot, cut_words
from tests.robots.roster import person, start

SUPERVISOR = Actor("supervisor", "SUPERVISOR")


@pytest.fixture
def session(home) -> str:
    """A finished session of one person."""
    tries = tuple(PaymentTry(slot=n, mode="CARD", amount_paise=ONE_RUPEE, result="OK") for n in (1, 2))
    row = person(1, present=1, tries=tries)
    record_id = start(home, "CHAI_SAMOSA", row, trainer_name=Name("मीना", "Meena"))
    held = home.services.activities.get(home.actor, record_id)
    home.services.activities.finish(home.actor, record_id, held.version, 1)
    return record_id


def look(robot: Robot) -> str:
    robot.window.page.reload()
    return robot.read_page()


def test_a_returned_session_stands_first_with_its_reason_and_opens(robot, home, session):
    home.services.decisions.send_back(SUPERVISOR, session, "the day cannot be right")
    assert "Returned for correction · 0001-Z Chai-Samosa training" in look(robot)
    assert "the day cannot be right (supervisor, 14-01-2017" in robot.read_page()
    assert "Today  · 1" in robot.read_rail()
    robot.press_button("Returned for correction · 0001-Z Chai-Samosa training")
    assert robot.window.page.panel.opened.activity.id == session


def test_a_correction_that_is_asked_about_a_person_opens_the_person(robot, home):
    people = home.services.people
    kept = Person(id=people.new_id(), name=Name("सुनीता देवी", "Sunita Devi"))
    people.save(home.actor, kept)
    home.services.decisions.ask_correction(SUPERVISOR, kept.id, "which village?", "village")
    assert "Correction asked · Sunita Devi" in look(robot)
    robot.press_button("Correction asked · Sunita Devi")
    assert robot.window.page.tab.panel.record.id == kept.id


def test_only_who_approves_sees_what_waits_for_approval(robot, home, session):
    assert "Waiting for approval" not in look(robot)
    robot.window.desk.actor = SUPERVISOR
    seen = look(robot)
    assert -1 < seen.find("Waiting for approval") < seen.find("Needs attention")  # it is what they came for
    home.services.decisions.approve(SUPERVISOR, session, 0, 1)
    assert "Waiting for approval" not in look(robot)


def test_after_its_last_day_the_programme_is_said_to_have_ended_and_work_goes_on(robot, home):
    ended = Programme(Name("", "Digi Dhan"), date(2017, 1, 13), "Sita Devi", "5012345678")
    assert "Everything is in order." in look(robot)
    home.services.settings.set_programme(Actor("officer", "OFFICER"), ended)
    assert "The programme Digi Dhan ended on 13-01-2017. You can go on recording." in look(robot)
    assert "At head office call: Sita Devi · 5012345678" in robot.read_page()
    home.services.settings.set_programme(Actor("officer", "OFFICER"), replace(ended, until=date(2017, 1, 14)))
    assert "Digi Dhan" not in look(robot)
    assert start(home, "CHAI_SAMOSA")


@pytest.mark.parametrize("language", ["en", "hi"])
def test_no_words_are_cut(robot, home, session, language):
    long = "दिनांक पत्रक से नहीं मिलता, कृपया पत्रक देखकर फिर से लिखें " * 3
    home.services.decisions.send_back(SUPERVISOR, session, long)
    robot.window.desk.actor = SUPERVISOR
    robot.window.resize(1093, 580)
    robot.window.speak(language)
    look(robot)
    assert cut_words(robot.window.page) == []


def test_ctrl_n_begins_a_session_from_today(robot):
    robot.open_page("today")
    robot.press("Ctrl+N")
    assert isinstance(robot.dialog(), NewActivityDialog)
    robot.dialog().reject()
