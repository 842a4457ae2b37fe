"""Head office looks at a centre's records: asks, accepts with a note, accepts the centre's answer."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from fieldapp.domain.actor import Actor
from fieldapp.domain.fields import Name
from fieldapp.domain.records import Person
from fieldapp.domain.touched import Touched
from fieldapp.homes import Exchange as SyncExchange
from fieldapp.services.decisions import Review
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.sync.registry import CentreDraft
from fieldapp.ui.desk import Office
from fieldapp.ui.main_window import MainWindow
from fieldapp.ui.records.asked_bar import AskedBar
from fieldapp.ui.records.list_panel import RecordList
from tests.robots.robot import Robot
from tests.sync.exchange import CENTRE, CSC_ID, Exchange, make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("homes"))


@pytest.fixture
def exchange(template: Path, tmp_path: Path) -> Iterator[Exchange]:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    found = Exchange(tmp_path)
    yield found
    found.close()


@pytest.fixture
def person(exchange: Exchange) -> str:
    """Somebody of the centre, received by head office."""
    people = exchange.centre.services.people
    one = Person(id=people.new_id(), name=Name("सुनीता देवी", "Sunita Devi"), birth_year=1986)
    people.save(exchange.centre.actor, one)
    exchange.round_trip()
    return one.id


@pytest.fixture
def robot(exchange: Exchange, person: str, make_window: Callable[..., MainWindow]) -> Robot:
    """At head office's window, with that person open."""
    window, home = make_window(), exchange.hq.home
    office = Office(Name("मुख्यालय", "Head office"), practice=True, is_hq=True)
    desk = window.make_desk(
        home.services, home.actor, gazetteer(), home.database.clock, office, SyncExchange.of(home)
    )
    window.open_desk(desk)
    window.open_page("people", person)
    QApplication.processEvents()
    return Robot(window)


def test_who_saved_a_record_is_read_literally_whatever_a_centre_calls_itself(robot, exchange, person):
    strange = Actor('<img src="x">', "OPERATOR")
    held = exchange.centre.services.people.get(strange, person)
    exchange.centre.services.people.save(strange, replace(held.record, birth_year=1987), held.version)
    exchange.round_trip()
    robot.window.open_page("today")
    robot.window.open_page("people", person)
    labels = [one for one in robot.window.page.findChildren(QLabel) if strange.login in one.text()]
    assert labels
    assert {one.textFormat() for one in labels} == {Qt.TextFormat.PlainText}


def test_lists_and_sessions_of_an_office_say_whose_a_copy_is(robot, exchange):
    session = exchange.centre.start()
    exchange.round_trip()
    own = exchange.hq.start()
    while exchange.hq.services.search.index_more():
        pass
    for page in ("people", "activities"):
        robot.window.open_page(page)
        robot.press("Escape")
        records = robot.window.page.findChild(RecordList).records
        last = len(records.columns) - 1
        assert records.headerData(last, Qt.Orientation.Horizontal) == "Centre"
        rows = range(records.rowCount())
        said = {records.held(row).record.id: records.index(row, last).data() for row in rows}
        if page == "activities":
            assert said.pop(own) == "Not packed"
        assert set(said.values()) == {"Pragya Kendra Kasmar"}
    robot.window.open_page("activities", session)
    assert "No. 0001-A · Pragya Kendra Kasmar · " in robot.read_page()
    robot.window.open_page("activities", own)
    assert "Kendra" not in robot.read_page()


def look_through_people(robot: Robot, exchange: Exchange) -> None:
    """Be at the list of all of them."""
    while exchange.hq.services.search.index_more():
        pass
    robot.window.open_page("people")
    robot.press("Escape")


def whose_shown(robot: Robot, record_id: str, role: Qt.ItemDataRole) -> str:
    """What the list of people says in its last column, or beside the mouse there."""
    records = robot.window.page.findChild(RecordList).records
    return str(records.index(records.row_of(record_id), len(records.columns) - 1).data(role))


def test_a_centre_that_is_called_otherwise_now_is_shown_so(robot, exchange, person):
    look_through_people(robot, exchange)
    assert whose_shown(robot, person, Qt.ItemDataRole.DisplayRole) == "Pragya Kendra Kasmar"
    renamed = CentreDraft(CSC_ID, Name("", "Pragya Kendra Khairachatar"), CENTRE.place_key)
    exchange.hq.enrolment.register_many(exchange.hq.actor, [renamed])
    robot.window.hub.changed.emit(Touched(everything=True))
    assert whose_shown(robot, person, Qt.ItemDataRole.DisplayRole) == "Pragya Kendra Khairachatar"


def test_centres_that_are_called_alike_are_told_apart_beside_the_mouse(robot, exchange, person):
    look_through_people(robot, exchange)
    assert whose_shown(robot, person, Qt.ItemDataRole.ToolTipRole) == f"Pragya Kendra Kasmar · {CSC_ID}"


def standing(exchange: Exchange, person: str):
    return exchange.hq.services.decisions.review(exchange.hq.actor, person)


def bar(robot: Robot) -> AskedBar:
    (found,) = [one for one in robot.window.page.findChildren(AskedBar) if one.isVisible()]
    return found


def test_f6_asks_for_a_correction_of_the_field_that_is_picked(robot, exchange, person):
    robot.press("F6")
    robot.type("birth")
    robot.press("Enter")
    robot.type("86 or 68?")
    robot.press("Tab")
    robot.type("1968")
    robot.press("Enter")
    (asked,) = standing(exchange, person).asked
    said = asked.record
    assert (said.field_path, said.reason, said.suggestion) == ("birth_year", "86 or 68?", "1968")


def test_a_record_is_accepted_with_a_note_until_it_is_another_one(robot, exchange, person):
    robot.press_button("Accept…")
    robot.type("seen the register")
    robot.press("Enter")
    assert standing(exchange, person).review is Review.ACCEPTED
    assert bar(robot).said.text() == "Accepted by officer: seen the register"
    exchange.centre.edit(person, "person", birth_year=1968)
    exchange.round_trip()
    assert standing(exchange, person).review is Review.OPEN


def test_what_an_import_brings_while_the_note_is_written_is_not_accepted_unseen(robot, exchange, person):
    robot.press_button("Accept…")
    robot.type("seen the register")
    exchange.centre.edit(person, "person", birth_year=1968)
    exchange.deliver(*exchange.send())
    robot.press("Enter")
    dialog = robot.dialog()
    assert "has changed in the meantime" in dialog.wrong.text()
    assert dialog.lines["note"].text() == "seen the register"
    assert standing(exchange, person).review is Review.OPEN
    robot.press("Esc")
    robot.window.open_page("today")
    robot.window.open_page("people", person)
    robot.press_button("Accept…")
    robot.press("Enter")
    assert standing(exchange, person).review is Review.ACCEPTED


def test_the_answer_of_the_centre_is_accepted_where_it_stands(robot, exchange, person):
    exchange.hq.services.decisions.ask_correction(exchange.hq.actor, person, "86 or 68?", "birth_year")
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    decisions = exchange.centre.services.decisions
    (asked,) = decisions.review(exchange.centre.actor, person).asked
    decisions.was_right(exchange.centre.actor, asked.record.id, "seen on the card")
    exchange.round_trip()
    robot.window.open_page("today")
    robot.window.open_page("people", person)
    assert "Year of birth: it was right. seen on the card" in bar(robot).said.text()
    robot.press_button("Accept")
    assert standing(exchange, person).answers == ()


def test_f6_asks_nothing_of_a_record_that_is_ones_own(window, home):
    own = Person(id=home.services.people.new_id(), name=Name("सुनीता देवी", "Sunita Devi"))
    home.services.people.save(home.actor, own)
    window.open_page("people", own.id)
    robot = Robot(window)
    robot.press("F6")
    assert robot.dialog() is None
