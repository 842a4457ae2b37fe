"""What stands unsaved is there again after a power cut, and nowhere a number that must not be kept."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fieldapp import homes
from fieldapp.domain.actor import Actor
from fieldapp.domain.fields import Name
from fieldapp.domain.records import AgendaItem, Person
from fieldapp.homes import OpenHome
from fieldapp.services.left_off import LeftOff
from fieldapp.ui.activities.dialog import NewActivityDialog
from fieldapp.ui.desk import Office
from fieldapp.ui.doors import Way
from fieldapp.ui.drafts import _DUE_AFTER
from fieldapp.ui.main_window import MainWindow
from fieldapp.ui.tasks import TaskRunner
from tests.robots.robot import Robot, type_words
from tests.robots.roster import RosterRobot, person, start
from tests.ui.conftest import NAME, NOW, NUMBER

Open = Callable[[], Robot]


@pytest.fixture
def again(home: OpenHome, make_window, tmp_path) -> Iterator[Open]:
    """Opens the home as the disk has it now in another window, as the next start after a power cut."""
    opened: list[tuple[MainWindow, OpenHome]] = []

    def open_again() -> Robot:
        folder = tmp_path / "after the power cut"
        shutil.copytree(home.home.folder, folder, ignore=shutil.ignore_patterns("ballast"))
        found = homes.open_home(folder, clock=lambda: NOW)
        window: MainWindow = make_window()
        opened.append((window, found))
        office = Office(NAME, NUMBER, practice=True)
        window.open_desk(window.make_desk(found.services, found.actor, None, lambda: NOW, office))
        robot = Robot(window)
        robot.home = found
        return robot

    yield open_again
    for window, found in opened:
        window.close()
        found.close()


def asking(qtbot) -> NewActivityDialog:
    """The dialog for a new activity, with the keys."""
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, NewActivityDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def noted(home: OpenHome) -> LeftOff:
    return home.services.left_off.read(home.actor)[0]


# ---------------------------------------------------------------- written in time


def test_words_in_a_cell_are_noted_within_two_seconds(window, home, qtbot):
    roster = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1)))
    roster.go(0, "name")
    roster.keys("बुधनी")
    qtbot.waitUntil(lambda: noted(home).typed == {"rows/1/name": "बुधनी"}, timeout=2000)
    assert (noted(home).page, noted(home).record, noted(home).path) == (
        "activities",
        roster.id,
        "rows/1/name",
    )


def test_words_that_are_saved_or_given_up_are_noted_no_more(window, home, qtbot):
    roster = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1), person(2)))
    roster.go(0, "name")
    roster.keys("बुधनी")
    qtbot.waitUntil(lambda: noted(home).typed != {}, timeout=2000)
    roster.keys(Qt.Key.Key_Tab)
    assert noted(home).typed == {}
    roster.go(1, "name")
    roster.keys("मीना")
    qtbot.waitUntil(lambda: noted(home).typed != {}, timeout=2000)
    roster.keys(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: noted(home).typed == {}, timeout=2000)


def test_going_from_cell_to_cell_is_no_write_a_key(window, home, qtbot):
    roster = RosterRobot(window, home, start(home, "CHAI_SAMOSA", *(person(n) for n in range(1, 20))))
    qtbot.waitUntil(lambda: noted(home).record == roster.id, timeout=2000)
    qtbot.waitUntil(lambda: window.drafts._noted == window.drafts._left(), timeout=2000)
    notes, since = [noted(home)], time.monotonic()
    for _ in range(15):
        roster.keys(Qt.Key.Key_Down)
        notes += [noted(home)] * (noted(home) != notes[-1])
    assert len(notes) - 1 <= (time.monotonic() - since) / _DUE_AFTER
    qtbot.waitUntil(lambda: noted(home).path == "rows/16/name", timeout=2000)


@pytest.mark.parametrize("digits", range(9, 13))
def test_a_growing_forbidden_number_is_never_noted(window, home, digits):
    window.open_page("activities", start(home))
    window.page.panel.show_details(on=True)
    robot = Robot(window)
    robot.type_into("Campaign", "खाता " + "999941057058"[:digits])
    window.drafts.flush()
    assert noted(home).typed == {"campaign": "खाता –"}


# ---------------------------------------------------------------- there again


def test_after_a_power_cut_the_words_stand_in_their_cell_and_a_line_says_so(window, home, again):
    roster = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1), person(2)))
    roster.go(1, "name")
    roster.keys("बुधनी सो")
    window.drafts.flush()
    robot = again()
    spot = robot.window.page.spot()
    assert (spot.record, spot.path, dict(spot.typed)) == (
        roster.id,
        "rows/2/name",
        {"rows/2/name": "बुधनी सो"},
    )
    assert "What was being typed in Name of row 2 stands there again" in robot.read_message()
    robot.type("रेन")
    robot.press("Tab")
    kept = robot.home.services.activities.get(robot.home.actor, roster.id).record
    assert kept.row(2).name.hi == "बुधनी सोरेन"


def test_it_says_how_many_were_saved_in_the_run_that_ended_without_being_closed(window, home, again):
    roster = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1), person(2)))
    window.drafts.flush()
    for name in ("बुधनी", "मीना"):
        roster.keys(name, (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier))
    window.drafts.flush()
    robot = again()
    assert "Recovered: 3 saved since the last start." in robot.read_message()
    assert robot.window.page.spot().path == "rows/0/name"


def test_after_an_orderly_end_it_opens_at_the_same_place_and_says_nothing(window, home, again):
    roster = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1), person(2)))
    roster.go(1, "village")
    window.close()
    robot = again()
    assert (robot.window.page.spot().record, robot.window.page.spot().path) == (roster.id, "rows/2/village")
    assert robot.read_message() == ""


def test_closing_saves_what_stands_in_a_cell(window, home):
    roster = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1)))
    roster.go(0, "name")
    roster.keys("बुधनी सोरेन")
    window.close()
    assert roster.row(0).name.hi == "बुधनी सोरेन"


def test_a_record_that_was_only_begun_is_offered_again_with_its_words(window, again):
    robot = Robot(window)
    window.begin_new("people")
    window.page.tab.panel.form.focus_path("name/hi")
    robot.type("सुनीता")
    window.drafts.flush()
    begun = window.page.spot().record
    robot = again()
    spot = robot.window.page.spot()
    assert (spot.type, spot.record, dict(spot.typed)) == ("person", begun, {"name/hi": "सुनीता"})
    robot.type(" देवी")
    robot.press("Tab")
    assert robot.home.services.people.get(robot.home.actor, begun).record.name.hi == "सुनीता देवी"


def test_the_dialog_for_a_new_activity_opens_again_with_everything_in_it(window, again, qtbot):
    window.begin_new("activities")
    dialog = asking(qtbot)
    dialog.form.editor("kind").show_value("MELA")
    dialog.form.editor("kind").left.emit()
    dialog.form.focus_path("venue/hi")
    type_words(QApplication.focusWidget(), "प्रखंड मै")
    window.drafts.flush()
    wanted = dialog.draft.id
    robot = again()
    dialog = asking(qtbot)
    assert (dialog.draft.id, dialog.draft.kind) == (wanted, "MELA")
    assert dialog.form.typing() == ("venue/hi", "प्रखंड मै")
    dialog._finish()
    kept = robot.home.services.activities.get(robot.home.actor, wanted).record
    assert kept.venue.hi == "प्रखंड मै"


def test_words_whose_record_was_deleted_can_be_copied(window, home, again):
    service = home.services.people
    held = service.save(home.actor, Person(id=service.new_id(), name=Name("सुनीता"))).held
    window.open_page("people", held.record.id)
    window.page.tab.panel.form.focus_path("occupation")
    robot = Robot(window)
    robot.type("किसान")
    window.drafts.flush()
    left = noted(home)
    service.delete(home.actor, held.record.id, held.version, "x")
    home.services.left_off.write(home.actor, left)
    window.drafts.end()
    robot = again()
    assert "cannot be put back" in robot.read_message()
    assert "किसान" in robot.read_message()
    robot.press_button("Copy")
    assert QApplication.clipboard().text() == "किसान"


def test_another_login_finds_none_of_it(window, home, make_window):
    roster = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1)))
    roster.keys("बुधनी")
    window.drafts.flush()
    other: MainWindow = make_window()
    actor = Actor("supervisor", "SUPERVISOR")
    other.open_desk(other.make_desk(home.services, actor, None, lambda: NOW, Office(NAME, NUMBER)))
    assert other.pages.name == "today"
    assert Robot(other).read_message() == ""


# ---------------------------------------------------------------- locking and the battery


def test_a_dialog_behind_the_lock_comes_back_with_its_words(home, make_window, qtbot):
    window: MainWindow = make_window()
    entered = window.make_desk(home.services, home.actor, None, lambda: NOW, Office(NAME, NUMBER))
    window.doors.set_way(Way([home.actor.login], lambda _login, _words: None, lambda _value: None))
    window.open_desk(entered)
    window.begin_new("activities")
    dialog = asking(qtbot)
    dialog.form.focus_path("venue/hi")
    type_words(QApplication.focusWidget(), "प्रखंड")
    window.stillness.idle.emit()
    assert noted(home).typed["venue/hi"] == "प्रखंड"
    robot = Robot(window)
    window.activateWindow()  # a window manager does so when a dialog goes
    qtbot.waitUntil(window.isActiveWindow)
    robot.type_into("Password", "x")
    robot.press("Return")
    qtbot.waitUntil(lambda: window.frame.at_work)
    assert asking(qtbot).form.typing() == ("venue/hi", "प्रखंड")


@pytest.fixture
def battery(tmp_path: Path) -> Callable[..., None]:
    """A folder of power supplies as Linux has one."""
    folder = tmp_path / "power_supply" / "BAT0"
    folder.mkdir(parents=True)

    def put(percent: int, status: str = "Discharging") -> None:
        for name, value in (("type", "Battery"), ("status", status), ("capacity", str(percent))):
            (folder / name).write_text(f"{value}\n")

    put(100, "Charging")
    return put


def test_at_ten_percent_the_draft_is_written_and_the_background_waits_for_mains(
    home, battery, tmp_path, qtbot, make_window
):
    window: MainWindow = make_window(power_supplies=tmp_path / "power_supply")
    window.open_desk(window.make_desk(home.services, home.actor, None, lambda: NOW, Office(NAME, NUMBER)))
    assert QTest.qWaitForWindowActive(window)
    roster = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1)))
    battery(11)
    window.power.look()
    assert "On battery: 11 %" in roster.read_status()
    assert roster.read_message() == ""
    roster.keys("बु")
    battery(10)
    window.power.look()
    assert noted(home).typed == {"rows/1/name": "बु"}
    assert "The battery is at 10 %" in roster.read_message()
    done = []
    window.tasks.submit(lambda _progress: done.append(1))
    assert window.tasks.paused
    assert done == []
    battery(10, "Charging")
    window.power.look()
    qtbot.waitUntil(lambda: done == [1])
    assert "goes on" in roster.read_message()


def test_a_paused_runner_can_be_closed(qapp):
    runner = TaskRunner(qapp)
    runner.pause()
    runner.submit(lambda _progress: None)
    runner.close()
    assert runner.paused is False


# ---------------------------------------------------------------- words in a dialog


def test_a_count_and_why_it_differs_are_asked_again_as_they_stood(window, home, again):
    rows = [person(n, present=1) for n in (1, 2)]
    roster = RosterRobot(window, home, start(home, "CHAI_SAMOSA", *rows, trainer_name=Name("मीना", "Meena")))
    roster.press("F12")
    roster.keys("3", Qt.Key.Key_Return, "एक ने दो बार")
    window.drafts.flush()
    dialog = again().dialog()
    assert (dialog.count.text(), dialog.reason.text()) == ("3", "एक ने दो बार")
    assert dialog.draft.signatures == 3


def test_the_reason_of_an_amendment_is_asked_again_as_it_stood(window, home, again):
    record_id = start(home, "CHAI_SAMOSA", person(1, present=1), trainer_name=Name("मीना", "Meena"))
    held = home.services.activities.get(home.actor, record_id)
    home.services.activities.finish(home.actor, record_id, held.version, 1, open_reason="NETWORK")
    roster = RosterRobot(window, home, record_id)
    roster.panel.closing.amend()
    roster.dialog().lines["reason"].setFocus()
    roster.keys("गाँव गलत है")
    window.drafts.flush()
    robot = again()
    assert robot.dialog().lines["reason"].text() == "गाँव गलत है"
    assert "stands there again" in robot.read_message()


def test_a_number_in_a_dialog_is_never_noted(window, home):
    rows = [person(n, present=1) for n in (1, 2)]
    roster = RosterRobot(window, home, start(home, "CHAI_SAMOSA", *rows, trainer_name=Name("मीना", "Meena")))
    roster.press("F12")
    roster.keys("3", Qt.Key.Key_Return, "of 9999 4105 7058")
    window.drafts.flush()
    assert noted(home).typed == {"signatures_counted": "3", "count_reason": "of –"}


def test_words_that_stand_refused_in_their_cells_outlive_a_power_cut(window, home, again):
    roster = RosterRobot(window, home, start(home, "CHAI_SAMOSA", *(person(n) for n in (1, 2, 3))))
    roster.go(0, "mobile")
    roster.keys("50123", Qt.Key.Key_Tab)
    roster.go(1, "mobile")
    roster.keys("60123", Qt.Key.Key_Tab)
    assert (roster.shown(0, "mobile"), roster.shown(1, "mobile")) == ("50123", "60123")
    roster.go(2, "relation")
    roster.keys("बिर")
    window.drafts.flush()
    robot = again()
    grid = robot.window.page.panel.roster.grid
    assert grid.refused() == {"rows/1/mobile": "50123", "rows/2/mobile": "60123"}
    assert grid.typing() == ("rows/3/relation", "बिर")
    assert "Recovered" in robot.read_message()


def test_a_save_elsewhere_takes_no_refused_words_along(window, home, again):
    roster = RosterRobot(window, home, start(home, "CHAI_SAMOSA", *(person(n) for n in (1, 2))))
    roster.go(0, "mobile")
    roster.keys("50123", Qt.Key.Key_Tab)
    roster.go(1, "relation")
    window.drafts.flush()
    roster.keys("बिरसा", Qt.Key.Key_Tab)  # saved, and the power goes before it is noted where the cursor is
    grid = again().window.page.panel.roster.grid
    assert grid.refused() == {"rows/1/mobile": "50123"}


def test_words_refused_in_a_form_outlive_a_power_cut(window, home, again):
    service = home.services.people
    kept = service.save(home.actor, Person(id=service.new_id(), name=Name("सुनीता"))).held.record
    window.open_page("people", kept.id)
    robot = Robot(window)
    form = window.page.tab.panel.form
    form.focus_path("mobile")
    robot.type("50123")
    form.focus_path("notes")
    robot.type("Speaks Santali")
    window.drafts.flush()
    assert noted(home).typed == {"mobile": "50123", "notes": "Speaks Santali"}
    after = again()
    form = after.window.page.tab.panel.form
    assert form.unsaved() == {"mobile": "50123", "notes": "Speaks Santali"}
    assert form.row("mobile").wrong is not None
    assert form.place() == "notes"


PARTS = {
    "partners/1/organisation": "भारतीय स्टेट बैंक",
    "partners/1/role": "SPEAKER",
    "agenda/1/topic": "UPI",
    "agenda/1/minutes": "आधा घंटा",
    "agenda/2/topic": "*99#",
}


def keyed_parts(window, home) -> str:
    """A session with a partner that is saved, and an agenda of which a number was refused."""
    record_id = start(home, "WORKSHOP")
    window.open_page("activities", record_id)
    panel, robot = window.page.panel, Robot(window)
    panel.show_details(on=True)
    panel.form.focus_path("partners/1/organisation")
    robot.type(PARTS["partners/1/organisation"])
    for path in ("agenda/1/topic", "agenda/1/minutes", "agenda/2/topic"):
        panel.form.focus_path(path)
        robot.type(PARTS[path])
    return record_id


def test_words_refused_in_lists_of_parts_outlive_a_power_cut(window, home, again):
    keyed_parts(window, home)
    unsaved = {path: words for path, words in PARTS.items() if path.startswith("agenda")}
    window.drafts.flush()
    assert noted(home).typed == unsaved
    robot = again()
    form = robot.window.page.panel.form
    assert form.unsaved() == unsaved
    assert form.place() == "agenda/2/topic"
    form.focus_path("agenda/1/minutes")
    QApplication.focusWidget().selectAll()
    robot.type("30")
    robot.press("Tab")
    (activity,) = robot.home.services.activities.page(robot.home.actor).items
    kept = robot.home.services.activities.get(robot.home.actor, activity.record.id).record
    assert [(one.topic, one.minutes) for one in kept.agenda] == [("UPI", 30), ("*99#", 0)]
    assert [one.organisation for one in kept.partners] == [PARTS["partners/1/organisation"]]


def test_a_list_nobody_is_in_is_refused_again_with_what_was_chosen_there(home, again):
    start(home, "WORKSHOP")
    (held,) = home.services.activities.page(home.actor).items
    typed = {"agenda/1/kind": "DEMO", "agenda/1/minutes": "आधा घंटा", "notes": "टिप्पणी"}
    left = LeftOff("activities", "activity", held.record.id, "details", "notes", typed)
    home.services.left_off.write(home.actor, left)
    form = again().window.page.panel.form
    assert form.row("agenda").wrong is not None
    assert form.unsaved() == typed
    assert form.place() == "notes"


def test_what_a_taken_out_row_leaves_behind_is_never_put_into_another(window, home):
    keyed_parts(window, home)
    form = window.page.panel.form
    editor = form.editor("agenda")
    editor.show_value((AgendaItem(topic="one"), AgendaItem(topic="two")))
    assert editor.unsaved((AgendaItem(topic="two"),)) == {}


def test_an_activity_that_was_started_just_before_is_opened_and_not_begun_again(window, again, qtbot):
    window.begin_new("activities")
    dialog = asking(qtbot)
    dialog.form.focus_path("venue/hi")
    Robot(window).type("पंचायत भवन")
    dialog._keep("kind", "CHAI_SAMOSA")
    window.drafts.flush()
    window.drafts.hold()
    dialog._finish()
    robot = again()
    assert QApplication.activeModalWidget() is None
    (only,) = robot.home.services.activities.page(robot.home.actor).items
    assert robot.window.page.spot().record == only.record.id
