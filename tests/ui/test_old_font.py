"""Words in Kruti Dev pasted into a field, in the real window."""

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fieldapp.domain.fields import Name
from fieldapp.services.records import Query
from tests.robots.robot import Robot
from tests.robots.roster import RosterRobot, person, start


@pytest.fixture
def form(robot: Robot):
    """The form of a new person, and its robot."""
    assert QTest.qWaitForWindowActive(robot.window)
    robot.open_page("people")
    robot.press("Ctrl+N")
    return robot.window.page.tab.panel.form


def paste(robot: Robot, words: str) -> None:
    QApplication.clipboard().setText(words)
    robot.press("Ctrl+V")


def people(home) -> list:
    return [held.record for held in home.services.people.page(home.actor, Query()).items]


def test_what_is_pasted_is_shown_in_unicode_and_taken_by_a_key(robot: Robot, form, home):
    line = form.editor("name").hindi
    line.setFocus()
    paste(robot, "lquhrk nsoh")
    assert line.old_font.shown == "lquhrk nsoh = सुनीता देवी"
    assert line.text() == "lquhrk nsoh"
    robot.press("Ctrl+J")
    assert (line.text(), line.old_font.shown) == ("सुनीता देवी", "")
    robot.press("Tab")
    assert [one.name for one in people(home)] == [Name("सुनीता देवी")]


def test_it_is_never_taken_by_itself(robot: Robot, form, home):
    line = form.editor("name").hindi
    line.setFocus()
    paste(robot, "lquhrk nsoh")
    robot.press("Esc")
    assert line.old_font.shown == ""
    robot.press("Tab")
    assert [one.name.hi for one in people(home)] == ["lquhrk nsoh"]


def test_ctrl_z_in_the_field_brings_the_old_words_back(robot: Robot, form):
    line = form.editor("name").hindi
    line.setFocus()
    paste(robot, "lquhrk nsoh")
    robot.press("Ctrl+J")
    robot.press("Ctrl+Z")
    assert line.text() == "lquhrk nsoh"


def test_english_and_typed_letters_offer_nothing(robot: Robot, form):
    line = form.editor("name").hindi
    line.setFocus()
    paste(robot, "Sunita Devi")
    assert line.old_font.shown == ""
    line.clear()
    robot.type("lquhrk")
    assert line.old_font.shown == ""


def test_a_note_of_several_lines_is_taken_too(robot: Robot, form):
    editor = form.editor("notes")
    editor.box.setFocus()
    paste(robot, "vkius tks dgk gS\nog lgh gS")
    assert editor.old_font.shown == "vkius tks dgk gS og lgh gS = आपने जो कहा है वह सही है"
    robot.press("Ctrl+J")
    assert editor.box.toPlainText() == "आपने जो कहा है\nवह सही है"


def test_a_cell_of_a_sheet_offers_it_too_and_keeps_what_is_not_taken(robot: Robot, home):
    roster = RosterRobot(robot.window, home, start(home, "CHAI_SAMOSA", person(1), person(2)))
    roster.go(0, "name")
    paste(roster, "lquhrk nsoh")
    roster.press("Ctrl+J")
    roster.press("Tab")
    assert roster.row(0).name.hi == "सुनीता देवी"
    roster.go(1, "name")
    paste(roster, "lquhrk nsoh")
    roster.press("Tab")
    assert "lquhrk nsoh" in (roster.row(1).name.hi, roster.row(1).name.en)
