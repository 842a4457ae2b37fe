"""Undo across pages: it goes to what it changes and says what that was."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt

from fieldapp.domain.fields import Name
from fieldapp.domain.records import Activity, PaymentTry, Person
from fieldapp.ui.undo import changed_path
from tests.robots.robot import Robot
from tests.robots.roster import RosterRobot, person, start


def test_undo_from_another_page_goes_to_the_cell_and_says_what_was_undone(window, home):
    roster = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1), person(2)))
    roster.go(1, "age")
    roster.keys("34", Qt.Key.Key_Return)
    assert roster.row(1).age == 34
    roster.open_page("settings")
    roster.press("Ctrl+Z")
    assert window.pages.name == "activities"
    assert roster.here == (1, "age")
    assert roster.row(1).age == 0
    assert "Undone: Row 2: Age" in roster.read_message()
    roster.press_button("Redo")
    assert roster.row(1).age == 34
    assert "Done again: Row 2: Age" in roster.read_message()


def test_undo_of_a_field_goes_from_the_roster_to_the_details(window, home):
    roster = RosterRobot(window, home, start(home))
    window.page.panel.show_details(on=True)
    roster.type_into("Campaign", "नकद रहित")
    roster.press("Tab")
    window.page.panel.show_details(on=False)
    window.undo_last()
    assert not window.page.panel.on_roster
    assert roster.activity().campaign == ""


def test_a_deleted_record_comes_back_on_its_page(window, home):
    service = home.services.people
    kept = service.save(home.actor, Person(id=service.new_id(), name=Name("सुनीता"))).held.record
    robot = Robot(window)
    window.open_page("people", kept.id)
    robot.press_button("Delete")
    robot.open_page("today")
    robot.press("Ctrl+Z")
    assert window.pages.name == "people"
    assert window.page.spot().record == kept.id
    assert not service.get(home.actor, kept.id).deleted


ONE = Activity(id="0" * 32, rows=(person(1), person(2)), last_row=2)


@pytest.mark.parametrize(
    ("after", "path"),
    [
        (replace(ONE, campaign="A"), "campaign"),
        (replace(ONE, venue=Name("अ")), "venue"),
        (replace(ONE, rows=(person(1), person(2, age=3))), "rows/2/age"),
        (replace(ONE, rows=(person(1), person(2, tries=(PaymentTry(slot=2),)))), "rows/2/tries:2"),
        (replace(ONE, rows=(person(1),)), "rows"),
        (ONE, ""),
    ],
)
def test_where_two_states_of_a_record_differ(after, path):
    assert changed_path(ONE, after) == path
