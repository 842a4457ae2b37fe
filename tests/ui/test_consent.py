"""Consent in the roster's grid: one key each, the notice it was given on, and the notice itself."""

from PySide6.QtCore import Qt

from fieldapp.domain.fields import Name
from fieldapp.domain.records import Person
from tests.robots.roster import RosterRobot, person, start


def test_consent_given_by_one_key_names_the_notice_in_force(window, home):
    robot = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1)))
    robot.go(0, "consent")
    robot.keys("y", Qt.Key.Key_Tab)
    assert (robot.row().consent, robot.row().notice_version) == ("YES", 1)
    robot.press("Ctrl+Z")
    assert (robot.row().consent, robot.row().notice_version) == ("", 0)


def test_one_key_counts_somebody_without_a_name_and_undo_brings_it_back(window, home):
    robot = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1, mobile="5000000021", age=40)))
    before = robot.row()
    robot.go(0, "consent")
    robot.keys("a", Qt.Key.Key_Tab)
    row = robot.row()
    assert (row.anonymous, row.consent, row.name, row.mobile, row.age) == (True, "NO", Name(), "", 40)
    robot.press("Ctrl+Z")
    assert robot.row() == before


def test_the_notice_is_read_from_the_activity(window, home, qtbot):
    robot = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1)))
    robot.panel.show_notice()
    qtbot.waitUntil(lambda: "Notice for participants" in robot.read_window())


def test_a_person_takes_consent_back_with_one_button(window, home, robot):
    people = home.services.people
    person_id = people.save(home.actor, Person(id=people.new_id(), consent="YES")).held.record.id
    window.open_page("people", person_id)
    robot.press_button("Withdraw consent")
    kept = people.get(home.actor, person_id).record
    assert (kept.consent, kept.consent_withdrawn) == ("NO", home.database.today())
    assert "Withdraw consent" not in robot.read_page()
    robot.press("Ctrl+Z")
    kept = people.get(home.actor, person_id).record
    assert (kept.consent, kept.consent_withdrawn, kept.notice_version) == ("YES", None, 1)
