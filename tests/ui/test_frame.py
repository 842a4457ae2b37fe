"""The frame round the pages: rail, languages, messages, status, lock, undo, help, Ctrl+K, dropped files."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import EnvironmentProblem, InvalidInput, MovedOn
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.text import Text
from fieldapp.homes import OpenHome
from fieldapp.language import Language
from fieldapp.services.left_off import LeftOff
from fieldapp.services.overview import SyncFigures
from fieldapp.ui.desk import Desk, Office
from fieldapp.ui.doors import Way
from fieldapp.ui.go_to import Goal
from fieldapp.ui.main_window import MainWindow
from fieldapp.ui.messages import Offer
from fieldapp.ui.pages import pages
from fieldapp.ui.status import age, time_left, where_it_is
from fieldapp.ui.tasks import Progress, TaskRunner
from fieldapp.ui.theme import Theme
from fieldapp.ui.words import Words
from tests.robots.robot import Robot, cut_words
from tests.ui.conftest import NAME, NOW, NUMBER

DAY = date(2017, 1, 14)


def start(desk: Desk, kind: str = "CHAI_SAMOSA") -> str:
    """Plan a session as a page does; gives its id."""
    saved = desk.services.activities.start(desk.actor, kind, DAY, PlaceRef("", "खैराचातर"))
    desk.saved(saved, Text("New session"))
    return saved.held.record.id


def edit(desk: Desk, record_id: str, label: str = "Campaign", **changes) -> None:
    """Change fields of a session as a page does."""
    held = desk.services.activities.get(desk.actor, record_id)
    saved = desk.services.activities.save(desk.actor, replace(held.record, **changes), held.version)
    desk.saved(saved, Text(label))


def stored(home: OpenHome, record_id: str):
    return home.services.activities.get(home.actor, record_id).record


@pytest.fixture
def desk(window: MainWindow) -> Desk:
    assert window.desk is not None
    return window.desk


# ------------------------------------------------------------ before and at the start


def test_the_window_paints_before_the_database_library_is_imported():
    """In a process of its own, since this one has long imported everything."""
    program = (
        "import os, sys; os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from PySide6.QtWidgets import QApplication; app = QApplication([])\n"
        "from fieldapp.language import Language\n"
        "from fieldapp.ui.main_window import MainWindow\n"
        "from fieldapp.ui.theme import Theme\n"
        "window = MainWindow(Language.named('en'), Theme()); window.show(); window.grab()\n"
        "heavy = {'sqlalchemy', 'alembic', 'sqlcipher3', 'reportlab', 'xlsxwriter', 'fieldapp.services',\n"
        "         'fieldapp.storage', 'fieldapp.sync', 'fieldapp.reports', 'nacl', 'argon2', 'PIL',\n"
        "         'fieldapp.domain.records', 'fieldapp.domain.places', 'msgspec'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_until_a_home_is_open_the_frame_says_so(make_window: Callable[..., MainWindow]):
    robot = Robot(make_window())
    assert "Opening…" in robot.read_page()
    assert robot.read_rail()[0] == "Today"
    assert not robot.window.frame.rail.isEnabled()


def test_the_window_opens_on_today_and_says_whose_home_it_is(robot: Robot):
    assert robot.read_heading() == "Today"
    assert "Pragya Kendra Kasmar" in robot.read_window()
    assert "1000 0000 0015" in robot.read_window()
    assert "operator · Operator" in robot.read_window()


def test_a_practice_home_says_so_across_the_frame_in_both_languages(robot: Robot):
    assert "अभ्यास / PRACTICE" in robot.read_window()


def test_a_real_home_has_no_practice_strip(home: OpenHome, make_window):
    window = make_window()
    window.open_desk(window.make_desk(home.services, home.actor, None, lambda: NOW, Office(NAME, NUMBER)))
    assert "PRACTICE" not in Robot(window).read_window()


# ------------------------------------------------------------ pages


def test_the_rail_opens_pages(robot: Robot):
    robot.open_page("settings")
    assert robot.read_heading() == "Settings"
    assert robot.window.frame.rail.button("settings").isChecked()


def test_ctrl_and_a_number_opens_a_page(robot: Robot):
    robot.press("Ctrl+8")
    assert robot.read_heading() == "Settings"
    robot.press("Ctrl+1")
    assert robot.read_heading() == "Today"


def test_the_rail_shows_no_entry_of_the_pages_before(robot: Robot):
    rail = robot.window.frame.rail
    before = rail.findChildren(QPushButton)
    assert any(button.isVisible() for button in before)
    rail.fill(pages(is_hq=True))
    assert not any(button.isVisible() for button in before)


def test_the_rail_counts_what_waits(robot: Robot):
    robot.window.hub.waiting.emit("plan", 3)
    assert "Plan  · 3" in robot.read_rail()
    assert robot.window.frame.rail.button("plan").accessibleName() == "Plan, 3 waiting"
    robot.window.hub.waiting.emit("plan", 0)
    assert "Plan" in robot.read_rail()


@pytest.mark.parametrize(
    ("typed", "found"),
    [("people", "लोग"), ("new pers", "नया व्यक्ति"), ("take in", "सूची जोड़ें"), ("lock", "लॉक")],
)
def test_ctrl_k_finds_by_english_words_in_a_hindi_window(robot: Robot, typed: str, found: str):
    robot.press("Ctrl+Shift+L")
    robot.open_page("people")
    robot.press("Ctrl+K")
    robot.type(typed)
    assert robot.window.frame.go_to.list.item(0).text().startswith(found)


def test_what_waits_on_today_is_counted_though_another_page_opens_first(home: OpenHome, make_window, qtbot):
    home.services.activities.start(home.actor, "MELA", DAY - timedelta(days=1))
    home.services.left_off.write(home.actor, LeftOff(page="people"))
    window = make_window()
    window.open_desk(
        window.make_desk(home.services, home.actor, None, lambda: NOW, Office(NAME, NUMBER, practice=True))
    )
    assert window.pages.name == "people"
    qtbot.waitUntil(lambda: "Today  · 1" in Robot(window).read_rail())


def test_a_new_session_shows_on_today_and_in_the_rail(robot: Robot, desk: Desk, qtbot):
    start(desk)
    assert "Chai-Samosa training · खैराचातर" in robot.read_page()
    qtbot.waitUntil(lambda: "1 not packed" in robot.read_status())
    assert "Sync  · 1" in robot.read_rail()


def test_a_page_out_of_sight_reads_again_when_it_is_next_shown(robot: Robot, desk: Desk):
    robot.open_page("settings")
    start(desk, "MELA")
    robot.open_page("today")
    assert "Digital payment mela" in robot.read_page()


def test_a_session_of_another_day_that_is_not_finished_needs_attention(robot: Robot, desk: Desk):
    saved = desk.services.activities.start(desk.actor, "MELA", DAY - timedelta(days=3))
    desk.saved(saved, Text("New session"))
    assert "11-01-2017" in robot.read_page()
    assert "Today  · 1" in robot.read_rail()


def test_tab_goes_round_in_reading_order(robot: Robot):
    robot.open_page("settings")
    frame = robot.window.frame
    robot.window.messages.show(InvalidInput(Text("This date does not exist."), Text("")))
    frame.rail.button("settings").setFocus()
    named, zones = ("rail", "top", "pages", "message", "status"), []
    for _ in range(20):
        focused = robot.focused()
        assert focused is not None
        zone = next(name for name in named if getattr(frame, name).isAncestorOf(focused))
        if not zones or zones[-1] != zone:
            zones.append(zone)
        robot.press("Tab")
    assert zones[:6] == [*named, "rail"]


def test_every_control_has_a_name_for_the_ear(robot: Robot):
    """What a screen reader would say of each thing that Tab reaches on the pages of the frame."""
    for page in ("today", "settings"):
        robot.open_page(page)
        for widget in robot.window.frame.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                said = widget.accessibleName() or getattr(widget, "text", lambda: "")()
                assert said, widget


# ------------------------------------------------------------ languages


def test_ctrl_shift_l_changes_every_word_at_once(robot: Robot):
    robot.press("Ctrl+Shift+L")
    assert robot.read_heading() == "आज"
    assert "सेटिंग" in robot.read_rail()
    assert "प्रज्ञा केंद्र कसमार" in robot.read_window()
    assert "संचालक" in robot.read_window()
    assert "नया सत्र" in robot.read_page()
    robot.press("Ctrl+Shift+L")
    assert robot.read_heading() == "Today"


def test_changing_the_language_is_told_once(robot: Robot, qtbot):
    with qtbot.waitSignal(robot.window.language_changed) as told:
        robot.press("Ctrl+Shift+L")
    assert told.args == ["hi"]


def test_words_forget_widgets_that_are_gone(qapp):
    words, label = Words(Language.named("en")), QLabel()
    words.say(label.setText, Text("Today"))
    label.deleteLater()
    qapp.sendPostedEvents(label, 52)
    words.speak("hi")  # would raise if the label were asked again


@pytest.mark.usefixtures("qapp")
def test_words_take_no_setter_they_could_never_forget():
    with pytest.raises(TypeError):
        Words(Language.named("en")).say(lambda words: words, Text("Today"))


@pytest.mark.usefixtures("qapp")
def test_a_later_text_replaces_the_former():
    words, label = Words(Language.named("en")), QLabel()
    words.say(label.setText, Text("Today"))
    words.say(label.setText, "रीता")
    words.speak("hi")
    assert label.text() == "रीता"


# ------------------------------------------------------------ messages


def test_an_error_is_a_line_in_both_languages_and_goes_with_esc(robot: Robot):
    error = InvalidInput(Text("This date does not exist."), Text("Enter the date as dd-mm-yyyy."))
    robot.window.messages.show(error)
    assert "This date does not exist. Enter the date as dd-mm-yyyy." in robot.read_message()
    assert "यह तिथि मान्य नहीं है।" in robot.read_message()
    assert robot.dialog() is None
    robot.press("Esc")
    assert robot.read_message() == ""


def test_a_message_changes_its_language_with_the_window(robot: Robot):
    robot.window.messages.show(InvalidInput(Text("This date does not exist."), Text("")))
    robot.press("Ctrl+Shift+L")
    assert robot.read_message().startswith("यह तिथि मान्य नहीं है।")


def test_markup_in_a_message_is_shown_as_it_is(robot: Robot):
    robot.window.messages.show(InvalidInput(Text("This is not a date: {words}", words="<b>1</b>"), Text("")))
    assert "<b>1</b>" in robot.read_message()
    labels = robot.window.frame.message.findChildren(QLabel)
    assert all(label.textFormat().name == "PlainText" for label in labels if label.text())


def test_a_message_can_offer_something_to_do(robot: Robot):
    done = []
    robot.window.messages.tell(Text("Undone"), offer=Offer(Text("Redo"), lambda: done.append(1)))
    robot.press_button("Redo")
    assert done == [1]
    assert robot.read_message() == ""


def test_only_yes_does_what_cannot_be_undone(robot: Robot):
    done = []
    title, why, verb = Text("Delete"), Text("Are you sure you want to delete this?"), Text("Delete")
    robot.window.messages.confirm(title, why, verb, lambda: done.append(1))
    assert robot.button("Cancel").hasFocus()
    robot.press_button("Cancel")
    assert done == []
    robot.window.messages.confirm(title, why, verb, lambda: done.append(1))
    robot.press_button("Delete")
    assert done == [1]


def test_a_bug_gets_a_report_without_values_and_the_work_goes_on(robot: Robot):
    def broken() -> None:
        raise ValueError("सुनीता देवी 5012345678")

    try:
        broken()
    except ValueError as error:
        robot.window.messages.show(error)
    assert "ValueError" in robot.read_page()
    assert "test_frame.py" in robot.read_page()
    assert "5012345678" not in robot.read_page()
    robot.press_button("Go on working")
    assert "New session" in robot.read_page()


# ------------------------------------------------------------ undo


def test_what_was_saved_last_can_be_undone_and_redone(robot: Robot, desk: Desk, home: OpenHome):
    activity = start(desk)
    edit(desk, activity, campaign="Cashless Bokaro")
    edit(desk, activity, campaign="Digital Bokaro")
    robot.press("Ctrl+Z")
    assert stored(home, activity).campaign == "Cashless Bokaro"
    robot.press("Ctrl+Z")
    assert stored(home, activity).campaign == ""
    robot.press("Ctrl+Y")
    robot.press("Ctrl+Shift+Z")
    assert stored(home, activity).campaign == "Digital Bokaro"


def test_undoing_a_new_record_deletes_it_and_redoing_brings_it_back(robot: Robot, desk: Desk, home: OpenHome):
    activity = start(desk)
    robot.press("Ctrl+Z")
    assert home.services.activities.get(home.actor, activity).deleted
    robot.press("Ctrl+Y")
    assert not home.services.activities.get(home.actor, activity).deleted


def test_the_number_of_a_row_that_was_undone_is_not_given_again(robot: Robot, desk: Desk, home: OpenHome):
    activity = start(desk)
    for _ in range(2):
        held = home.services.activities.get(home.actor, activity)
        desk.saved(desk.services.activities.add_row(desk.actor, activity, held.version), Text("Row"))
    robot.press("Ctrl+Z")
    held = home.services.activities.get(home.actor, activity)
    desk.saved(desk.services.activities.add_row(desk.actor, activity, held.version), Text("Row"))
    assert [row.row for row in stored(home, activity).rows] == [1, 3]


def test_undo_refuses_in_a_sentence_when_the_record_has_moved_on(robot: Robot, desk: Desk, home: OpenHome):
    activity = start(desk)
    edit(desk, activity, campaign="Ours")
    held = home.services.activities.get(home.actor, activity)
    home.services.activities.save(home.actor, replace(held.record, campaign="Elsewhere"), held.version)
    robot.press("Ctrl+Z")
    assert robot.read_message() != ""
    assert stored(home, activity).campaign == "Elsewhere"


def test_undo_never_jumps_over_a_change_from_elsewhere(robot: Robot, desk: Desk, home: OpenHome):
    """Ours, theirs, ours: the newest can be undone, the oldest no more, for it would take theirs away."""
    activity = start(desk)
    edit(desk, activity, campaign="Ours")
    held = home.services.activities.get(home.actor, activity)
    home.services.activities.save(home.actor, replace(held.record, expected=38), held.version)
    edit(desk, activity, campaign="Ours again")
    robot.press("Ctrl+Z")
    assert stored(home, activity).campaign == "Ours"
    assert "Undone: Campaign" in robot.read_message()
    robot.press("Ctrl+Z")
    assert "can no longer be undone" in robot.read_message()
    assert stored(home, activity).expected == 38


def test_a_step_that_failed_for_want_of_room_stays(window: MainWindow, desk: Desk, home: OpenHome):
    activity = start(desk)
    held = home.services.activities.get(home.actor, activity)
    full = EnvironmentProblem(Text("The disk is full. Nothing was saved."), Text(""))

    def fail(_version: int):
        raise full

    saved = desk.services.activities.save(desk.actor, replace(held.record, campaign="A"), held.version)
    desk.saved(saved, Text("Campaign"), undo=fail)
    with pytest.raises(EnvironmentProblem):
        window.undo.undo()
    assert window.undo.undo_label == Text("Campaign")


def test_a_step_that_moved_on_is_dropped(window: MainWindow, desk: Desk):
    start(desk)

    def moved(_version: int):
        raise MovedOn(Text("Elsewhere"), Text(""))

    saved = desk.services.activities.start(desk.actor, "MELA", DAY)
    desk.saved(saved, Text("New session"), undo=moved)
    with pytest.raises(MovedOn):
        window.undo.undo()
    assert window.undo.undo_label == Text("New session")  # the first one
    assert window.undo.redo_label is None


@pytest.mark.usefixtures("qtbot")
def test_ctrl_z_in_a_field_takes_back_typing_first(robot: Robot, desk: Desk, home: OpenHome):
    activity = start(desk)
    edit(desk, activity, campaign="Kept")
    robot.press("Ctrl+K")
    line = robot.focused()
    assert isinstance(line, QLineEdit)
    robot.type("abc")
    robot.press("Ctrl+Z")
    assert line.text() == ""
    assert stored(home, activity).campaign == "Kept"


def test_the_saved_time_stands_in_the_status_line_in_both_languages(robot: Robot, desk: Desk):
    assert "saved" in robot.read_status()
    start(desk)
    assert "सहेजा गया / Saved 11:42:07" in robot.read_status()


# ------------------------------------------------------------ where the work is


def figures(days: int = 0, **given) -> SyncFigures:
    known = {
        "not_packed": 3,
        "not_received": 3,
        "oldest_not_received": NOW - timedelta(days=days),
        "batch_number": 17,
        "batch_state": "ON_STICK",
        "batch_at": NOW - timedelta(days=2),
        "receipt_at": NOW - timedelta(days=10),
        "attention": 0,
    }
    return SyncFigures(**(known | given))


@pytest.mark.parametrize(
    ("days", "colour"), [(0, ""), (6, ""), (7, "amber"), (13, "amber"), (14, "red"), (90, "red")]
)
def test_waiting_work_is_amber_from_seven_days_and_red_from_fourteen(days: int, colour: str):
    assert age(days) == colour


def test_the_status_line_says_where_everything_is():
    english = Language.named("en")
    said = " · ".join(map(english.render, where_it_is(figures(), NOW)))
    assert said == "3 not packed · batch 17 on the stick since 12-01-2017 · last receipt 04-01-2017 (10 days)"


def test_from_fourteen_days_the_consequence_is_written_out():
    said = " · ".join(map(Language.named("en").render, where_it_is(figures(days=15), NOW)))
    assert "if this computer fails, the work of 15 days is lost" in said


@pytest.mark.parametrize(
    "state",
    ["MAKING", "MADE", "ON_STICK", "HANDED_OVER", "RECEIVED", "LOST", "REPLACED", "WITHDRAWN", "ATTENTION"],
)
def test_every_state_of_a_batch_has_words_in_both_languages(state: str):
    batch = where_it_is(figures(batch_state=state), NOW)[1]
    assert Language.named("hi").render(batch) != Language.named("en").render(batch)
    assert "17" in Language.named("en").render(batch)


def test_the_status_line_says_how_full_the_battery_is_while_it_is_used(robot: Robot):
    status = robot.window.frame.status
    status.show_battery(9)
    assert "On battery: 9 %" in robot.read_status()
    status.show_battery(None)
    assert "battery" not in robot.read_status()


def test_pressing_the_sync_part_opens_the_page_sync(robot: Robot, desk: Desk, qtbot):
    start(desk)
    qtbot.waitUntil(lambda: "1 not packed" in robot.read_status())
    robot.press_button("1 not packed")
    assert robot.read_heading() == "Sync"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, ""), (0.2, "about 1 s left"), (59, "about 59 s left"), (180, "about 3 min left")],
)
def test_the_time_left_in_words(seconds: float, words: str):
    assert Language.named("en").render(time_left(seconds)) == words


# ------------------------------------------------------------ tasks


class Watch(QObject):
    """Collects what a task tells."""

    def __init__(self, task) -> None:
        super().__init__()
        self.told: list = []
        task.finished.connect(lambda value: self.told.append(("finished", value)))
        task.failed.connect(lambda error: self.told.append(("failed", type(error).__name__)))
        task.cancelled.connect(lambda: self.told.append(("cancelled", None)))
        task.progress.connect(lambda done, total, _left: self.told.append(("progress", (done, total))))


@pytest.fixture
def tasks(qapp):
    runner = TaskRunner(qapp)
    yield runner
    runner.close()


def test_a_task_gives_its_value_and_its_progress_in_this_thread(tasks: TaskRunner, qtbot):
    def count(progress: Progress) -> int:
        for n in range(1, 4):
            progress(n, 3)
        return 42

    watch = Watch(tasks.submit(count))
    qtbot.waitUntil(lambda: ("finished", 42) in watch.told)
    assert ("progress", (3, 3)) in watch.told
    assert watch.told[-1] == ("finished", 42)
    assert not tasks.busy


def test_tasks_run_one_after_the_other(tasks: TaskRunner, qtbot):
    order: list[int] = []
    watches = [Watch(tasks.submit(lambda _progress, n=n: order.append(n))) for n in range(5)]
    qtbot.waitUntil(lambda: all(watch.told for watch in watches))
    assert order == [0, 1, 2, 3, 4]


def test_a_task_that_raises_tells_its_page_and_the_window(window: MainWindow, robot: Robot, qtbot):
    def refuse(_progress: Progress):
        raise InvalidInput(Text("This date does not exist."), Text(""))

    watch = Watch(window.tasks.submit(refuse))
    qtbot.waitUntil(lambda: watch.told == [("failed", "InvalidInput")])
    qtbot.waitUntil(lambda: "This date does not exist." in robot.read_message())


def test_a_task_is_cancelled_at_a_boundary_and_nothing_is_shown(window: MainWindow, robot: Robot, qtbot):
    seen: list[int] = []

    def endless(progress: Progress):
        while True:
            seen.append(len(seen))
            progress(len(seen), 10**9)

    task = window.tasks.submit(endless)
    watch = Watch(task)
    qtbot.waitUntil(lambda: bool(seen))
    task.cancel()
    qtbot.waitUntil(lambda: watch.told != [] and watch.told[-1] == ("cancelled", None))
    assert robot.read_message() == ""


def test_a_long_task_shows_its_name_and_can_be_cancelled(window: MainWindow, robot: Robot, qtbot):
    def endless(progress: Progress):
        at = 0
        while True:
            progress(at := at + 1, 10**9)

    watch = Watch(window.tasks.submit(endless, Text("Import")))
    qtbot.waitUntil(lambda: "Import" in robot.read_window())
    before = robot.focused()
    robot.press_button("Cancel")
    qtbot.waitUntil(lambda: ("cancelled", None) in watch.told)
    assert "Import" not in robot.read_window()
    assert robot.focused() is before


# ------------------------------------------------------------ help, keys, Ctrl+K


def test_f1_opens_help_with_the_keys_and_esc_closes_it(robot: Robot):
    robot.press("F1")
    side = robot.window.frame.side
    assert side.isVisible()
    assert "Ctrl+Shift+L" in side.text.toPlainText()
    robot.press("Esc")
    assert not side.isVisible()


def test_a_question_mark_shows_the_keys_of_the_page(robot: Robot):
    robot.press("?")
    assert "Next session" in robot.window.frame.side.text.toPlainText()


def test_ctrl_k_goes_to_a_page_by_a_few_letters(robot: Robot):
    robot.press("Ctrl+K")
    robot.type("sett")
    robot.press("Enter")
    assert robot.read_heading() == "Settings"
    assert not robot.window.frame.go_to.isVisible()


def test_ctrl_k_finds_records_and_goes_there(home: OpenHome, make_window):
    window, gone = make_window(), []

    def search(typed: str) -> list[Goal]:
        return [Goal("सुनीता देवी", "0042-A", lambda: gone.append(typed))]

    desk = window.make_desk(home.services, home.actor, None, lambda: NOW, Office(NAME, NUMBER))
    window.open_desk(desk, search)
    robot = Robot(window)
    robot.press("Ctrl+K")
    robot.type("सु")
    robot.press("Enter")
    assert gone == ["सु"]


def test_ctrl_k_offers_undo_by_its_name(robot: Robot, desk: Desk, home: OpenHome):
    activity = start(desk)
    edit(desk, activity, campaign="A")
    robot.press("Ctrl+K")
    robot.type("undo")
    robot.press("Enter")
    assert stored(home, activity).campaign == ""


def test_esc_closes_ctrl_k_and_gives_the_focus_back(robot: Robot):
    robot.press("Ctrl+K")
    robot.press("Esc")
    assert not robot.window.frame.go_to.isVisible()
    focused = robot.focused()
    assert focused is not None
    assert robot.window.frame.pages.isAncestorOf(focused)


# ------------------------------------------------------------ dropped files


def test_a_file_dropped_anywhere_reaches_the_window(robot: Robot, tmp_path: Path, qtbot):
    file = tmp_path / "a.fieldsync"
    file.write_bytes(b"x")
    with qtbot.waitSignal(robot.window.file_dropped) as told:
        robot.drop(file, on=robot.window.page)
    assert told.args == [[file]]


def test_a_file_dropped_on_a_field_is_no_text(robot: Robot, tmp_path: Path, qtbot):
    robot.press("Ctrl+K")
    line = robot.focused()
    assert isinstance(line, QLineEdit)
    with qtbot.waitSignal(robot.window.file_dropped):
        robot.drop(tmp_path / "b.fieldsync", on=line)
    assert line.text() == ""


# ------------------------------------------------------------ lock


@pytest.fixture
def guarded(home: OpenHome, make_window) -> MainWindow:
    """A window of a real home whose login 'operator' has the passphrase 'chai'."""
    window = make_window()

    def unlock(login: str, passphrase: str) -> Actor:
        if passphrase != "chai":
            raise InvalidInput(
                Text("User name or password is wrong."), Text("Try again; nothing was changed.")
            )
        return Actor(login, "OPERATOR" if login == "operator" else "SUPERVISOR")

    def entered(actor: Actor) -> None:
        office = Office(NAME, NUMBER)
        window.open_desk(window.make_desk(home.services, actor, None, lambda: NOW, office))

    window.doors.ask(Way(["operator", "supervisor"], unlock, entered))
    return window


def log_in(robot: Robot, login: str, passphrase: str) -> None:
    robot.choose("User name", login)
    robot.type_into("Password", passphrase)
    robot.press("Enter")


def test_nobody_gets_in_without_the_passphrase(guarded: MainWindow, qtbot):
    robot = Robot(guarded)
    log_in(robot, "operator", "samosa")
    assert robot.focused() is robot.field("Password")  # and not what comes next, while it is tried
    qtbot.waitUntil(lambda: "User name or password is wrong." in robot.read_window())
    assert cut_words(guarded) == []
    assert "उपयोगकर्ता नाम या पासवर्ड गलत है।" in robot.read_window()
    log_in(robot, "operator", "chai")
    qtbot.waitUntil(lambda: guarded.frame.at_work)
    assert robot.read_heading() == "Today"


def test_locking_hides_everything_until_the_passphrase_fits(guarded: MainWindow, qtbot):
    robot = Robot(guarded)
    log_in(robot, "operator", "chai")
    qtbot.waitUntil(lambda: guarded.frame.at_work)
    robot.open_page("settings")
    robot.press("Ctrl+L")
    assert "Settings" not in robot.read_window()
    robot.press("Ctrl+1")
    robot.press("Ctrl+Z")
    robot.press("Esc")
    assert not guarded.frame.at_work
    log_in(robot, "operator", "chai")
    qtbot.waitUntil(lambda: guarded.frame.at_work)
    assert robot.read_heading() == "Settings"


def test_locking_closes_a_question_that_stands_open(guarded: MainWindow, qtbot):
    robot, done = Robot(guarded), []
    log_in(robot, "operator", "chai")
    qtbot.waitUntil(lambda: guarded.frame.at_work)
    guarded.messages.confirm(Text("Delete"), Text(""), Text("Delete"), lambda: done.append(1))
    assert robot.dialog() is not None
    guarded.stillness.idle.emit()
    assert robot.dialog() is None
    assert done == []


def test_a_bug_before_anybody_is_in_is_seen_and_leads_back(guarded: MainWindow):
    robot = Robot(guarded)
    guarded.messages.show(ValueError("x"))
    assert "ValueError" in robot.read_page()
    robot.press_button("Go on working")
    assert not guarded.frame.at_work
    assert "Who is working?" in robot.read_window()


def test_another_person_finds_neither_undo_nor_clipboard(guarded: MainWindow, qtbot, qapp):
    robot = Robot(guarded)
    log_in(robot, "operator", "chai")
    qtbot.waitUntil(lambda: guarded.frame.at_work)
    assert guarded.desk is not None
    start(guarded.desk)
    qapp.clipboard().setText("सुनीता देवी")
    robot.press("Ctrl+L")
    log_in(robot, "supervisor", "chai")
    qtbot.waitUntil(lambda: guarded.frame.at_work)
    assert "supervisor · Supervisor" in robot.read_window()
    assert qapp.clipboard().text() == ""
    assert guarded.undo.undo_label is None


def test_a_practice_home_is_not_locked(robot: Robot):
    robot.press("Ctrl+L")
    assert robot.window.frame.at_work
    assert "A practice home opens by itself" in robot.read_message()


def test_the_window_locks_when_nobody_types(guarded: MainWindow, qtbot):
    robot = Robot(guarded)
    log_in(robot, "operator", "chai")
    qtbot.waitUntil(lambda: guarded.frame.at_work)
    guarded.stillness.idle.emit()
    assert not guarded.frame.at_work


# ------------------------------------------------------------ settings


def test_the_language_is_chosen_on_the_page_settings(robot: Robot):
    robot.open_page("settings")
    robot.press_button("हिंदी")
    assert robot.read_heading() == "सेटिंग"


def test_dark_and_larger_text_hold_at_once(robot: Robot, qapp):
    robot.open_page("settings")
    robot.press_button("Dark")
    assert robot.window.theme.dark
    robot.choose("Text size", "200 %")
    assert qapp.font().pixelSize() == 26
    assert robot.window.theme.practice


@pytest.mark.usefixtures("window")
def test_when_it_locks_is_kept_in_the_home(robot: Robot, home: OpenHome):
    robot.open_page("settings")
    robot.choose("Lock after", "5 minutes")
    assert home.services.settings.read("lock_after_minutes") == "5"


def test_an_operator_cannot_add_logins_and_sees_none_of_the_fields(robot: Robot):
    robot.open_page("settings")
    assert "Add login" not in robot.read_page()
    assert "supervisor · Supervisor" in robot.read_page()


def test_a_supervisor_adds_a_login(home: OpenHome, make_window, qtbot):
    window = make_window()
    actor = Actor("supervisor", "SUPERVISOR")
    window.open_desk(window.make_desk(home.services, actor, None, lambda: NOW, Office(NAME, NUMBER)))
    robot = Robot(window)
    robot.open_page("settings")
    robot.type_into("User name", "rita")
    robot.type_into("Password", "short")
    robot.press_button("Add login")
    assert "The password is too short." in robot.read_message()
    robot.type_into("Password", "chai aur samosa")
    robot.type_into("Password again", "chai aur samosa")
    robot.press_button("Add login")
    qtbot.waitUntil(lambda: "rita · Operator" in robot.read_page())
    assert home.services.users.all(actor)["rita"] == "OPERATOR"


# ------------------------------------------------------------ nothing is cut


@pytest.mark.parametrize("language", ["hi", "en"])
@pytest.mark.parametrize("scale", [100, 150, 200])
@pytest.mark.parametrize("page", ["today", "settings"])
def test_no_words_are_cut_at_1093_by_580(home: OpenHome, make_window, language: str, scale: int, page: str):
    window = make_window(language, Theme(scale=scale))
    desk = window.make_desk(home.services, home.actor, None, lambda: NOW, Office(NAME, NUMBER, practice=True))
    start(desk)
    saved = home.services.activities.start(
        home.actor, "MELA", DAY - timedelta(days=2), venue=Name("प्रखंड मैदान", "Block ground"), expected=400
    )
    desk.saved(saved, Text("New session"))
    window.open_desk(desk)
    window.open_page(page)
    window.messages.show(
        InvalidInput(Text("This date does not exist."), Text("Enter the date as dd-mm-yyyy."))
    )
    assert (window.width(), window.height()) == (1093, 580)
    assert cut_words(window) == []
