"""In a practice home the other login comes at once, by the name in the bar, by Ctrl+K and by Ctrl+L."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fieldapp import homes
from fieldapp.app import FrontDoor
from fieldapp.domain.actor import Duty
from fieldapp.domain.records import Person
from fieldapp.ui.goals import goals
from tests.robots.robot import Robot


def becomes(door: FrontDoor, qtbot: QtBot, login: str) -> None:
    qtbot.waitUntil(lambda: door.window.desk.actor.login == login, timeout=30_000)
    assert door.window.frame.top.who.text().startswith(f"{login} · ")


def test_every_way_to_change_the_person_leads_to_the_other_login(door, qtbot):
    window = door.window
    qtbot.mouseClick(window.frame.top.who, Qt.MouseButton.LeftButton)
    becomes(door, qtbot, "supervisor")
    next(goal for goal in goals(window) if goal.name == "Change person").do()
    becomes(door, qtbot, "operator")
    with qtbot.waitSignal(window.messages.said) as said:
        qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    said.args[0].offer.do()
    becomes(door, qtbot, "supervisor")


def test_who_comes_back_is_told_of_no_recovery_for_nothing_was_lost(door, qtbot):
    window, people = door.window, door.window.desk.services.people
    window.open_page("people")
    window.desk.saved(people.save(window.desk.actor, Person(id=people.new_id(), mobile="5000000021")), None)
    told = []
    window.messages.said.connect(told.append)
    for login in ("supervisor", "operator"):
        window.doors.change_person()
        becomes(door, qtbot, login)
    assert window.pages.name == "people"
    assert told == []


def test_practice_opens_again_for_who_was_at_work_with_the_words_that_stood_there(door, qtbot):
    window = door.window
    window.doors.change_person()
    becomes(door, qtbot, "supervisor")
    window.begin_new("people")
    Robot(window).type_into("Mobile number", "50000")
    window.close()
    door.close()
    again = FrontDoor(door.folder, language="en", practice=True)
    again.window.show()
    again.begin()
    qtbot.waitUntil(lambda: again.window.desk is not None and again.window.frame.at_work, timeout=30_000)
    becomes(again, qtbot, "supervisor")
    assert Robot(again.window).field("Mobile number").text() == "50000"
    again.window.close()
    again.close()
    again.window.deleteLater()


@pytest.fixture
def office(tmp_path, qtbot):
    """The whole program, in English, at the practice home of a head office: one login."""
    homes.new_hq(tmp_path / "home", practice=True).close()
    door = FrontDoor(tmp_path / "home", language="en", practice=True)
    door.window.show()
    door.window.activateWindow()
    door.begin()
    qtbot.waitUntil(lambda: door.window.desk is not None and door.window.frame.at_work, timeout=30_000)
    yield door
    door.window.close()
    door.close()
    door.window.deleteLater()


def test_where_there_is_one_login_a_second_is_offered_and_then_changed_to(office, qtbot):
    window, robot = office.window, Robot(office.window)
    window.doors.change_person()
    assert robot.read_message().startswith("There is only one login in this home.")
    robot.press_button("Add login")
    assert window.pages.name == "settings"
    desk = window.desk
    desk.services.users.add(desk.actor, "rita", Duty.OFFICER, "what somebody typed")
    window.doors.change_person()
    becomes(office, qtbot, "rita")
