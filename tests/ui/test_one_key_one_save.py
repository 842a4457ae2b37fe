"""A key saves with one commit: whoever types waits once for the disk, whatever the key does."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fieldapp.domain.fields import Name
from fieldapp.domain.records import Person
from tests.robots.fsyncs import Fsyncs
from tests.robots.robot import type_words
from tests.robots.roster import RosterRobot, person, start

ENTER, GREY = Qt.Key.Key_Return, Qt.Key.Key_F9
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def roster(window, home):
    return RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1, age=34), person(2), person(3)))


def most(fsyncs: Fsyncs, robot: RosterRobot, *keys) -> int:
    """The most commits that one of these keys has cost."""
    found = []
    for key in keys:
        before = fsyncs.count
        robot.keys(key)
        found.append(fsyncs.count - before)
    return max(found)


@pytest.mark.parametrize(
    ("cell", "keys"),
    [
        ("name", ("रीता", ENTER)),
        ("age", ("4", "1", ENTER)),
        ("gender", ("f", ENTER)),
        ("present", (" ", ENTER)),
        ("age", ("4", "1", GREY)),
        ("name", ("र", GREY)),
        ("age", ("4", "1", (ENTER, CTRL))),
        ("age", ((Qt.Key.Key_D, CTRL), Qt.Key.Key_Down)),
        ("age", ("4", (Qt.Key.Key_S, CTRL))),
        ("name", (Qt.Key.Key_F4,)),
    ],
)
def test_a_key_in_the_roster_costs_one_commit(roster, home, cell, keys):
    roster.go(1, cell)
    window_is_noted(roster)
    fsyncs = Fsyncs(home.database.engine)
    assert most(fsyncs, roster, *keys) == 1


def test_who_only_reads_waits_for_no_disk(home):
    fsyncs = Fsyncs(home.database.engine)
    with home.database.engine.begin() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").one()
    assert fsyncs.count == 0


def test_every_cell_of_a_new_row_costs_one_commit_with_enter_alone(roster, home):
    roster.go(3, "name")
    window_is_noted(roster)
    fsyncs = Fsyncs(home.database.engine)
    typed = ("मीना", ENTER, "राम", ENTER, "f", ENTER, "34", ENTER, "g", ENTER, "कसमार", ENTER)
    assert most(fsyncs, roster, *typed) == 1


def test_a_page_that_searches_is_opened_with_the_one_commit_of_the_open_cell(roster, home, window):
    roster.go(1, "name")
    roster.keys("जमुना")
    window_is_noted(roster)
    fsyncs = Fsyncs(home.database.engine)
    roster.keys((Qt.Key.Key_3, CTRL))
    assert fsyncs.count == 1
    assert window.pages.name == "people"
    assert [one.name.hi for one in home.services.search.people(home.actor, "जमुना")] == ["जमुना"]
    assert fsyncs.count == 1


def test_a_field_of_a_form_costs_one_commit(window, home):
    person_id = home.database.new_id()
    home.services.people.save(home.actor, Person(id=person_id, name=Name("मीना", "Mina")))
    window.open_page("people", person_id)
    form = window.page.tab.panel.form
    form.focus_path("notes")
    window.drafts.flush()
    window.drafts.hold()
    fsyncs = Fsyncs(home.database.engine)
    type_words(QApplication.focusWidget(), "घर")
    assert fsyncs.count == 0
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert fsyncs.count == 1
    assert home.services.people.get(home.actor, person_id).record.notes == "घर"


def window_is_noted(roster: RosterRobot) -> None:
    """Where they are is noted; what drafts write comes between keys and is tested with them."""
    roster.window.drafts.flush()
    roster.window.drafts.hold()
