"""Erasing a person in the window: who may, the name once more, and nothing that brings them back."""

import pytest
from PySide6.QtTest import QTest

from fieldapp.domain.actor import Actor
from fieldapp.domain.fields import Name
from fieldapp.domain.records import Person
from fieldapp.homes import Exchange as Exchanging
from fieldapp.ui.desk import Office
from fieldapp.ui.people.erasing import ERASE
from tests.robots.robot import Robot, type_words
from tests.sync.conftest import exchange, template
from tests.ui.conftest import NAME, NOW, NUMBER

__all__ = ["exchange", "template"]

LEAD = Actor("supervisor", "SUPERVISOR")
WHO = Name("चम्पावती किस्कू", "Champawati Kisku")


def opened(make_window, home, actor, language="en") -> tuple[Robot, str]:
    """The window at the open form of a person who was saved, and changed, in it; their id."""
    window = make_window(language)
    office, going = Office(NAME, NUMBER, practice=True), Exchanging.of(home)
    window.open_desk(window.make_desk(home.services, actor, None, lambda: NOW, office, going))
    assert QTest.qWaitForWindowActive(window)
    service = home.services.people
    saved = service.save(actor, Person(id=service.new_id(), name=WHO, mobile="5000012321"))
    window.desk.saved(saved, ERASE)
    window.open_page("people", saved.held.record.id)
    return Robot(window), saved.held.record.id


def press(robot) -> None:
    robot.window.page.tab.panel.setFocus()
    QTest.keyClick(robot.window.page.erasing.button, " ")


def answer(robot, words: str) -> None:
    robot.dialog().lines["name"].clear()
    type_words(robot.dialog().lines["name"], words)
    robot.press("Enter")


@pytest.mark.parametrize(("language", "name"), [("en", WHO.en), ("hi", WHO.hi)])
def test_after_the_name_was_typed_once_more_nobody_is_there_and_no_undo(
    exchange, make_window, language, name
):
    home = exchange.centre.home
    robot, person = opened(make_window, home, LEAD, language)
    press(robot)
    answer(robot, "somebody else")
    assert "This is not the name." in robot.dialog().wrong.text()
    assert home.services.people.get(LEAD, person).record.name == WHO
    answer(robot, name)
    assert robot.dialog() is None
    assert "Erased." in robot.read_message()
    assert WHO.hi not in robot.read_page()
    assert robot.window.desk.undo.undo_label is None
    assert home.services.people.page(LEAD).total == 0
    robot.press("Ctrl+Z")
    assert home.services.people.get(LEAD, person).record == Person(id=person)


def test_esc_erases_nobody(exchange, make_window):
    robot, person = opened(make_window, exchange.centre.home, LEAD)
    press(robot)
    robot.press("Esc")
    assert exchange.centre.services.people.get(LEAD, person).record.name == WHO


def test_without_a_key_of_head_office_it_says_what_to_do_first(home, make_window):
    robot, person = opened(make_window, home, LEAD)
    press(robot)
    answer(robot, WHO.en)
    assert "Take the pack of your head office first." in robot.dialog().wrong.text()
    robot.press("Esc")
    assert home.services.people.get(LEAD, person).record.name == WHO


def test_an_operator_does_not_see_it(exchange, make_window):
    home = exchange.centre.home
    robot, _ = opened(make_window, home, home.actor)
    assert not robot.window.page.erasing.button.isVisible()
