"""Erasing a person in the window: who may, the name once more, and nothing that brings them back."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import Role
from fieldapp.domain.fields import Name
from fieldapp.domain.records import Person, RoleSpan
from fieldapp.homes import Exchange as Exchanging
from fieldapp.ui.desk import Office
from fieldapp.ui.people.erasing import ERASE
from tests.robots.robot import Robot, cut_words, type_words, words
from tests.robots.roster import RosterRobot, start
from tests.robots.roster import person as trainee
from tests.sync.conftest import exchange, template
from tests.sync.test_block_office import Block
from tests.sync.test_continuing import given_back, replacement, sent_by
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


def test_before_it_says_what_stays_and_until_when(exchange, make_window):
    robot, _ = opened(make_window, exchange.centre.home, LEAD)
    press(robot)
    day = exchange.centre.home.database.today() + timedelta(days=366)
    assert f"{day:%d-%m-%Y}" in " ".join(words(robot.dialog()))
    assert "This cannot be undone." in " ".join(words(robot.dialog()))
    assert robot.dialog().done_button.property("look") == "danger"
    assert cut_words(robot.dialog()) == []


@pytest.mark.parametrize("language", ["en", "hi"])
def test_a_trainee_without_a_record_is_erased_beside_their_row(exchange, make_window, language):
    home = exchange.centre.home
    window = make_window(language)
    office, going = Office(NAME, NUMBER, practice=True), Exchanging.of(home)
    window.open_desk(window.make_desk(home.services, LEAD, None, lambda: NOW, office, going))
    assert QTest.qWaitForWindowActive(window)
    record_id = start(home, "CHAI_SAMOSA", trainee(1, name=WHO, mobile="5000012321"), trainee(2))
    robot = RosterRobot(window, home, record_id)
    robot.keys((Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier))
    dialog = robot.dialog()
    assert cut_words(dialog) == []
    robot.press_button(window.desk.words.render(ERASE))
    answer(robot, WHO.hi)
    assert robot.dialog() is None
    row = robot.activity().row(1)
    assert (row.name, row.mobile, row.anonymous) == (Name(), "", True)
    assert WHO.hi not in robot.read_page()
    assert WHO.en not in robot.read_page()
    assert window.desk.undo.undo_label is None


def test_head_office_says_that_it_is_decided_and_does_not_ask_again(exchange, make_window):
    centre, hq = exchange.centre, exchange.hq
    service = centre.services.people
    saved = service.save(centre.actor, Person(id=service.new_id(), name=WHO))
    exchange.round_trip()
    window = make_window("en")
    office, going = Office(NAME, "", practice=True, is_hq=True), Exchanging.of(hq.home)
    window.open_desk(window.make_desk(hq.services, hq.actor, None, lambda: NOW, office, going))
    assert QTest.qWaitForWindowActive(window)
    window.open_page("people", saved.held.record.id)
    robot = Robot(window)
    press(robot)
    answer(robot, WHO.en)
    assert "It is decided." in robot.read_message()
    button = robot.window.page.erasing.button
    assert (button.text(), button.isEnabled()) == ("To be erased", False)


def test_head_office_does_not_offer_it_again_beside_the_row(exchange, make_window):
    centre, hq = exchange.centre, exchange.hq
    record_id = start(centre.home, "CHAI_SAMOSA", trainee(1, name=WHO))
    exchange.round_trip()
    window = make_window("en")
    office, going = Office(NAME, "", practice=True, is_hq=True), Exchanging.of(hq.home)
    window.open_desk(window.make_desk(hq.services, hq.actor, None, lambda: NOW, office, going))
    assert QTest.qWaitForWindowActive(window)
    robot = RosterRobot(window, hq.home, record_id)
    robot.keys((Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier))
    robot.press_button(window.desk.words.render(ERASE))
    answer(robot, WHO.en)
    assert "It is decided." in robot.read_message()
    robot.panel.row_person.show_row(1)
    assert not robot.button("To be erased").isEnabled()


def at_form(make_window, side, actor, person, **given) -> Robot:
    """The robot at the form of a person whom another home wrote."""
    window = make_window("en")
    office, going = Office(NAME, "", practice=True, **given), Exchanging.of(side.home)
    window.open_desk(window.make_desk(side.services, actor, None, lambda: NOW, office, going))
    assert QTest.qWaitForWindowActive(window)
    window.open_page("people", person)
    return Robot(window)


def test_of_whom_the_other_computer_of_the_centre_wrote_the_copy_goes_now(exchange, make_window):
    first = exchange.centre
    service = first.services.people
    person = service.save(first.actor, Person(id=service.new_id(), name=WHO)).held.record.id
    exchange.round_trip()
    second = replacement(exchange)
    second.start()
    sent_by(exchange, second)
    given_back(exchange, second)
    robot = at_form(make_window, second, LEAD, person)
    press(robot)
    assert "The copy on this computer goes now" in " ".join(words(robot.dialog()))
    assert cut_words(robot.dialog()) == []
    answer(robot, WHO.hi)
    assert "The copy here is gone." in robot.read_message()
    assert second.services.people.page(LEAD).total == 0
    assert robot.window.page.tab.on_list
    assert not {WHO.hi, WHO.en} & set(words(robot.window))
    robot.window.close()
    second.home.close()


def test_at_a_block_office_the_copy_goes_now_too(tmp_path, make_window):
    played = Block(tmp_path)
    service = played.centre.services.people
    person = service.save(played.centre.actor, Person(id=service.new_id(), name=WHO)).held.record.id
    played.by_the_block()
    block = played.block
    robot = at_form(make_window, block, block.actor, person, is_hq=True, is_block=True)
    press(robot)
    assert "The copy on this computer goes now" in " ".join(words(robot.dialog()))
    answer(robot, WHO.en)
    assert "The copy here is gone." in robot.read_message()
    robot.window.close()
    played.close()


def test_of_whom_head_office_wrote_a_centre_only_asks(exchange, make_window):
    hq = exchange.hq
    roles = (RoleSpan(role=str(Role.MASTER_TRAINER)),)
    person = hq.services.people.new_id()
    hq.services.people.save(hq.actor, Person(id=person, name=WHO, roles=roles))
    exchange.centre.start()
    exchange.round_trip()
    robot = at_form(make_window, exchange.centre, LEAD, person)
    press(robot)
    assert "It is asked with the next sync file, and decides." in " ".join(words(robot.dialog()))
    answer(robot, WHO.en)
    assert "It is asked with the next sync file, and decides." in robot.read_message()
    assert exchange.centre.services.people.get(LEAD, person).record.name == WHO


def test_a_receipt_by_which_somebody_is_erased_says_so_and_nothing_is_undone_after_it(
    exchange, make_window, qtbot
):
    home = exchange.centre.home
    robot, person = opened(make_window, home, home.actor)
    exchange.round_trip()
    office = exchange.hq
    office.services.erasing.erase(office.actor, person, Exchanging.of(office.home).erasures)
    assert robot.window.desk.undo.undo_label is not None
    robot.open_page("sync")
    robot.window.page.take_files([exchange.answer()])
    qtbot.waitUntil(lambda: "people erased here, as was decided: 1" in robot.read_message())
    assert robot.window.desk.undo.undo_label is None
    robot.open_page("people")
    assert WHO.en not in robot.read_window()


def test_after_a_stick_round_that_broke_off_nothing_is_undone_for_its_receipt_may_have_erased_people(
    exchange, make_window, qtbot, tmp_path
):
    home = exchange.centre.home
    robot, _person = opened(make_window, home, home.actor)
    assert robot.window.desk.undo.undo_label is not None
    robot.open_page("sync")
    robot.window.page.stick.asked.emit(tmp_path / "gone")
    qtbot.waitUntil(lambda: "can no longer be reached" in robot.read_message())
    assert robot.window.desk.undo.undo_label is None


def test_an_operator_does_not_see_it(exchange, make_window):
    home = exchange.centre.home
    robot, _ = opened(make_window, home, home.actor)
    assert not robot.window.page.erasing.button.isVisible()
