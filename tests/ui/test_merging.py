"""On the page People: two records of one person, said to be one, and said to be two again."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.fields import Name
from fieldapp.domain.records import Person
from fieldapp.storage import aliases
from fieldapp.ui.people.merging import SideBySideDialog
from fieldapp.ui.records.pick import PickDialog
from tests.robots.robot import Robot, cut_words, keystroke


@pytest.fixture
def two(home) -> tuple[str, str]:
    """Two records of one person."""
    people = home.services.people
    ids = []
    for english, mobile in (("Sunita Devi", "5000000021"), ("Suneeta Devi", "")):
        one = Person(id=people.new_id(), name=Name("सुनीता देवी", english), gender="F", mobile=mobile)
        people.save(home.actor, one)
        ids.append(one.id)
    return ids[0], ids[1]


@pytest.fixture
def compared(robot: Robot, two, qtbot) -> Robot:
    """Both stand side by side."""
    robot.window.open_page("people", two[0])
    robot.press_button("These are one person")
    in_front(robot, PickDialog, qtbot)
    robot.press("Enter")
    in_front(robot, SideBySideDialog, qtbot)
    return robot


def in_front(robot: Robot, kind: type[QDialog], qtbot) -> None:
    """Wait for a dialog; Qt's screenless plugin may give the window behind it the focus once more."""
    dialog = robot.dialog()
    assert isinstance(dialog, kind)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)


def test_they_are_one_after_a_look_at_both_and_two_after_undo(compared, home, two):
    shown = compared.read_window()
    assert "Suneeta Devi" in shown
    assert "50" in shown
    compared.press_button("These are one person")
    assert home.services.people.alias_of(home.actor, two[1]) == two[0]
    assert "They are one person now." in compared.read_message()
    compared.window.activateWindow()
    compared.press("Ctrl+Z")
    assert home.services.people.alias_of(home.actor, two[1]) == two[1]


def test_that_they_are_different_is_remembered(compared, home, two):
    compared.press_button("They are different people")
    with home.database.reading() as tx:
        assert aliases.last_said(tx, two[:1], two[1:]) == DecisionKind.DIFFERENT_PEOPLE


def test_nothing_is_said_when_the_question_is_given_up(compared, home, two):
    compared.press("Esc")
    assert home.services.people.alias_of(home.actor, two[1]) == two[1]


def test_a_merge_of_another_day_is_seen_and_taken_back_where_both_are_one(robot, home, two, qtbot):
    people = home.services.people
    people.merge(home.actor, *two)
    robot.window.open_page("people", two[0])
    assert "stands also for Suneeta Devi" in robot.read_page()
    robot.press_button("They are two people…")
    in_front(robot, SideBySideDialog, qtbot)
    keystroke((Qt.Key.Key_Return,))
    assert people.alias_of(home.actor, two[1]) == two[1]
    assert "stands also for" not in robot.read_page()
    robot.window.activateWindow()
    robot.press("Ctrl+Z")
    assert people.alias_of(home.actor, two[1]) == two[0]
    assert "stands also for Suneeta Devi" in robot.read_page()


def test_of_several_the_one_who_is_somebody_else_is_picked(robot, home, two, qtbot):
    people = home.services.people
    third = Person(id=people.new_id(), name=Name("सुनिता", "Sunita"))
    people.save(home.actor, third)
    for other in (two[1], third.id):
        people.merge(home.actor, two[0], other)
    robot.window.open_page("people", two[0])
    robot.press_button("They are two people…")
    in_front(robot, PickDialog, qtbot)
    robot.type("sunee")
    robot.press("Enter")
    in_front(robot, SideBySideDialog, qtbot)
    robot.press_button("They are different people")
    alias = people.alias_of
    assert (alias(home.actor, two[1]), alias(home.actor, third.id)) == (two[1], two[0])


@pytest.mark.parametrize("language", ["en", "hi"])
def test_no_words_are_cut(robot, two, language):
    robot.window.speak(language)
    robot.window.open_page("people", two[0])
    robot.window.page.merging.compare(two[1])
    assert cut_words(robot.dialog()) == []
