"""The front door: the first start, logging in, locking, dropped files, what is remembered, and the end."""

import logging
import os
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLineEdit

from fieldapp import app as front
from fieldapp import homes
from fieldapp.app import FrontDoor, home_folder
from fieldapp.domain.actor import Duty
from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import Person
from fieldapp.domain.touched import Touched
from fieldapp.homes import Exchange
from fieldapp.storage import search_index
from fieldapp.storage.home import add_login
from fieldapp.storage.state import OWN_CENTRE, Centre
from fieldapp.ui.bugs import keep_a_log, report_bugs_to
from fieldapp.ui.pages import pages
from fieldapp.ui.remembered import Remembered
from fieldapp.ui.side_panel import help_text
from fieldapp.ui.theme import Theme
from tests.robots.robot import Robot, cut_words

NUMBER = "100000000015"
SECRET = "khaira chai samosa"


def wait_for(qtbot, fact) -> None:
    """Wait until something is so; long, for other tests may keep the machine busy."""
    qtbot.waitUntil(fact, timeout=30_000)


@pytest.fixture(autouse=True)
def own_folders(monkeypatch, tmp_path):
    """Where this computer would keep homes and logs."""
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "computer"))


@pytest.fixture
def start(qapp, qtbot):  # noqa: ARG001 (the application must be there first)
    """Starts the program as `run` does; ends it at the end of the test."""
    opened = []

    def begin(folder: Path | None = None, *, language: str = "en", practice: bool = False) -> FrontDoor:
        door = FrontDoor(folder, language=language, practice=practice)
        opened.append(door)
        door.window.show()
        door.window.activateWindow()
        door.begin()
        return door

    yield begin
    for door in opened:
        door.window.close()
        door.close()
        door.window.deleteLater()


def at_work(door: FrontDoor) -> bool:
    frame = door.window.frame
    return door.window.desk is not None and frame.at_work and frame.rail.isVisible()


def welcomed(door: FrontDoor) -> bool:
    return door._welcome is not None and door._welcome.isVisible()


def fill(robot: Robot, **fields: str) -> None:
    for name, words in fields.items():
        robot.type_into(name.replace("_", " "), words)


def real_home(folder: Path) -> Path:
    centre = Centre(OWN_CENTRE, NUMBER, "प्रज्ञा केंद्र कसमार", "Pragya Kendra Kasmar", "")
    homes.new_centre(folder, centre, login="rita", passphrase=SECRET).close()
    return folder


# ---------------------------------------------------------------- the first start


def test_the_first_start_asks_in_hindi_what_the_computer_is_to_be(start, qtbot):
    door = start(language="")
    wait_for(qtbot, lambda: welcomed(door))
    robot = Robot(door.window)
    assert "यह कंप्यूटर किस काम के लिए है?" in robot.read_window()
    robot.press("Ctrl+Shift+L")
    assert "Start work, the pack comes later" in robot.read_window()
    assert Remembered().language == "en"


def test_a_centre_begins_without_its_pack_by_keys_alone(start, qtbot):
    door = start()
    wait_for(qtbot, lambda: welcomed(door))
    robot = Robot(door.window)
    wait_for(qtbot, door._welcome._rows[0].hasFocus)
    robot.press("Tab")
    robot.press("Space")
    robot.type("Kasmar ")
    robot.press("Tab")
    robot.press("Tab")
    robot.type(NUMBER)
    robot.press("Tab")
    robot.type("Kasmar")
    robot.press("Down")
    robot.press("Return")
    fill(robot, User_name="rita", Password=SECRET, Password_again=SECRET)
    robot.press("Return")
    wait_for(qtbot, lambda: at_work(door))
    centre = door.home.services.settings.own_centre()
    assert (centre.csc_id, centre.name_en, centre.place_key) == (NUMBER, "Kasmar", "block:322/3069")
    assert door.home.actor.login == "rita"
    assert door.folder == home_folder()
    assert Remembered().home == home_folder()
    assert "1000 0000 0015" in robot.read_window()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"Centre_ID": "12"}, "A centre ID has 12 digits."),
        ({"Centre_ID": NUMBER, "Password": "short"}, "The password is too short."),
        ({"Centre_ID": NUMBER, "Password": SECRET, "Password_again": "other words"}, "not the same"),
    ],
)
def test_what_is_missing_is_said_below_the_form_in_both_languages(start, qtbot, typed, said):
    door = start()
    wait_for(qtbot, lambda: welcomed(door))
    robot = Robot(door.window)
    robot.press_button("Start work, the pack comes later")
    robot.press_button("Begin")
    assert "The name of the centre is missing." in robot.read_window()
    assert "केंद्र का नाम" in robot.read_window()
    fill(robot, Centre_name="Kasmar", **typed)
    robot.press_button("Begin")
    assert said in robot.read_window()
    assert not (home_folder() / "home.toml").exists()


def test_a_pack_is_dropped_and_its_words_open_it(start, qtbot, tmp_path):
    office = homes.new_hq(tmp_path / "office", login="officer", passphrase=SECRET)
    enrolment = Exchange.of(office).enrolment
    centre = enrolment.register_centre(office.actor, NUMBER, Name("कसमार", "Kasmar"), "block:322/3069")
    made = enrolment.make_pack(office.actor, centre.number, tmp_path)
    office.close()
    door = start()
    wait_for(qtbot, lambda: welcomed(door))
    robot = Robot(door.window)
    robot.drop(made.path, on=door._welcome)
    fill(robot, Words_told="apple apple", User_name="rita", Password=SECRET, Password_again=SECRET)
    robot.press("Return")
    wait_for(qtbot, lambda: "These are not the words of this pack." in robot.read_window())
    assert not (home_folder() / "home.toml").exists()
    fill(robot, Words_told=made.words)
    robot.press_button("Begin")
    wait_for(qtbot, lambda: at_work(door))
    assert door.home.services.settings.own_centre().csc_id == NUMBER
    robot.open_page("sync")
    assert "Nothing waits for head office." in robot.read_page()


def test_a_head_office_opens_on_its_own_pages(start, qtbot):
    door = start()
    wait_for(qtbot, lambda: welcomed(door))
    robot = Robot(door.window)
    robot.press_button("This is the head office or a block office")
    fill(robot, Password=SECRET, Password_again=SECRET)
    robot.press("Return")
    wait_for(qtbot, lambda: at_work(door) and "Inbox" in " ".join(robot.read_rail()))
    assert door.home.actor.duty == "OFFICER"


def test_practice_has_sessions_and_an_office_of_its_own_and_is_not_remembered(start, qtbot):
    door = start()
    wait_for(qtbot, lambda: welcomed(door))
    robot = Robot(door.window)
    robot.press_button("Try it (practice)")
    wait_for(qtbot, lambda: at_work(door))
    assert "PRACTICE" in robot.read_window()
    assert door.home.services.activities.page(door.home.actor).total > 5
    assert [one.en for one in Exchange.of(door.home).outbox.preview(door.home.actor).to_whom] == [
        "Head office"
    ]
    assert Remembered().home is None
    assert not (home_folder() / "home.toml").exists()


def test_practice_asked_for_from_outside_makes_its_home_once(start, qtbot, tmp_path):
    first = start(tmp_path / "try", practice=True)
    wait_for(qtbot, lambda: at_work(first))
    node = first.home.keys.key_id
    first.window.close()
    first.close()
    again = start(tmp_path / "try", practice=True)
    wait_for(qtbot, lambda: at_work(again))
    assert again.home.keys.key_id == node


@pytest.mark.parametrize("scale", [100, 150, 200])
@pytest.mark.parametrize("language", ["hi", "en"])
def test_no_words_of_the_welcome_are_cut(start, qtbot, language, scale):
    Remembered().theme = Theme(scale=scale)
    door = start(language=language)
    wait_for(qtbot, lambda: welcomed(door))
    assert (door.window.width(), door.window.height()) == (1093, 580)
    for row in range(4):
        assert cut_words(door._welcome) == []
        if row != 2:  # practice has no form
            door._welcome._rows[row].click()
            door._welcome._form.go.click()
            wait_for(qtbot, door._welcome._form.isVisible)
            assert cut_words(door._welcome) == []
            door._welcome._form.back.click()


# ---------------------------------------------------------------- logging in


def test_a_real_home_opens_with_its_passphrase_alone(start, qtbot, tmp_path):
    door = start(real_home(tmp_path / "real"))
    robot = Robot(door.window)
    wait_for(qtbot, lambda: "Who is working?" in robot.read_window())
    wait_for(qtbot, lambda: isinstance(robot.focused(), QLineEdit))
    robot.type("wrong words")
    robot.press("Return")
    wait_for(qtbot, lambda: "User name or password is wrong." in robot.read_window())
    assert door.window.desk is None
    robot.type(SECRET)
    robot.press("Return")
    wait_for(qtbot, lambda: at_work(door))
    assert door.window.stillness._idle.interval() == 15 * 60_000


def test_a_locked_window_lets_the_same_person_back_and_another_one_to_a_new_desk(start, qtbot, tmp_path):
    folder = real_home(tmp_path / "real")
    door = start(folder)
    robot = Robot(door.window)
    wait_for(qtbot, lambda: isinstance(robot.focused(), QLineEdit))
    robot.type(SECRET)
    robot.press("Return")
    wait_for(qtbot, lambda: at_work(door))
    desk = door.window.desk
    add_login(door.home.home, "anil", Duty.SUPERVISOR, "another passphrase", door.home.data_key)
    robot.press("Ctrl+L")
    assert "Locked" in robot.read_window()
    robot.type(SECRET)
    robot.press("Return")
    wait_for(qtbot, lambda: at_work(door))
    assert door.window.desk is desk
    robot.press("Ctrl+L")
    robot.choose("User name", "anil")
    robot.type_into("Password", "another passphrase")
    robot.press("Return")
    wait_for(qtbot, lambda: at_work(door) and door.window.desk is not desk)
    assert door.window.desk.actor.login == "anil"
    assert door.home.services.activities.page(door.window.desk.actor).total == 0


def test_a_home_in_another_window_is_said_and_opens_when_that_is_closed(start, qtbot, tmp_path):
    centre = Centre(OWN_CENTRE, NUMBER, "कसमार", "Kasmar", "")
    other = homes.new_centre(tmp_path / "used", centre, practice=True)
    door = start(tmp_path / "used")
    robot = Robot(door.window)
    wait_for(qtbot, lambda: "already open in another window" in robot.read_window())
    other.close()
    robot.press_button("Try again")
    wait_for(qtbot, lambda: at_work(door))


def test_practice_never_opens_a_real_home(start, qtbot, tmp_path):
    door = start(real_home(tmp_path / "real"), practice=True)
    robot = Robot(door.window)
    wait_for(qtbot, lambda: "This home is not for practice." in robot.read_window())
    assert door.home is None


# ---------------------------------------------------------------- at work


@pytest.fixture
def practising(start, qtbot, tmp_path):
    centre = Centre(OWN_CENTRE, NUMBER, "प्रज्ञा केंद्र कसमार", "Pragya Kendra Kasmar", "")
    made = homes.new_centre(tmp_path / "work", centre, practice=True)
    for day in (14, 15):
        made.services.activities.start(made.actor, "CHAI_SAMOSA", date(2017, 1, day), PlaceRef("", "खैराचातर"))
    person = Person(id=made.services.people.new_id(), name=Name("बुधनी सोरेन", "Budhni Soren"))
    made.services.people.save(made.actor, person)
    made.close()
    door = start(tmp_path / "work")
    wait_for(qtbot, lambda: at_work(door))
    return door


@pytest.mark.parametrize(
    ("typed", "found"),
    [("0002", "0002-Z Chai-Samosa training"), ("budhni", "Budhni Soren"), ("बुधनी", "Budhni")],
)
def test_ctrl_k_finds_records_by_number_and_by_name_in_both_scripts(practising, typed, found):
    robot = Robot(practising.window)
    robot.press("Ctrl+K")
    robot.type(typed)
    listed = practising.window.frame.go_to.list
    assert found in " | ".join(listed.item(n).text() for n in range(listed.count()))


def test_a_file_that_falls_on_any_page_opens_sync_and_is_told_apart(practising, qtbot, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff" + bytes(300))
    robot = Robot(practising.window)
    robot.drop(photo)
    assert robot.read_heading() == "Sync"
    wait_for(qtbot, lambda: "This is not a sync file but a picture." in robot.read_message())


def test_a_list_that_falls_on_any_page_is_looked_into(practising, qtbot, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name,Gender\nMina,F\n", "utf-8")
    robot = Robot(practising.window)
    robot.drop(path)
    wait_for(qtbot, lambda: "people.csv" in robot.read_window())
    assert robot.dialog().foot.look.isEnabled()


def test_a_list_and_a_sync_file_that_fall_together_each_go_their_way(practising, qtbot, tmp_path):
    people, photo = tmp_path / "people.csv", tmp_path / "photo.jpg"
    people.write_text("Name,Gender\nMina,F\n", "utf-8")
    photo.write_bytes(b"\xff\xd8\xff" + bytes(300))
    robot = Robot(practising.window)
    robot.drop(people, photo)
    wait_for(qtbot, lambda: "people.csv" in robot.read_window())
    assert robot.dialog().foot.look.isEnabled()
    wait_for(qtbot, lambda: "This is not a sync file but a picture." in robot.read_message())


def test_language_and_look_are_there_at_the_next_start(practising, start, qtbot, tmp_path):
    robot = Robot(practising.window)
    robot.press("Ctrl+Shift+L")
    robot.open_page("settings")
    robot.press_button("गहरा")
    practising.window.close()
    practising.close()
    again = start(tmp_path / "work", language="")
    wait_for(qtbot, lambda: at_work(again))
    assert again.window.words.hindi
    assert again.window.theme.dark


def test_a_second_without_keys_moves_the_log_into_the_database(practising, qtbot):
    robot = Robot(practising.window)
    wal = practising.home.home.database_path.with_name("fieldapp.db-wal")
    practising.home.services.settings.write(practising.home.actor, "colour", "green")
    copied = practising.home.home.database_path.stat().st_mtime_ns
    assert wal.stat().st_size > 0
    robot.press("F1")
    practising.window.stillness.quiet.emit()
    wait_for(qtbot, lambda: practising.home.home.database_path.stat().st_mtime_ns > copied)


def test_closing_lets_go_of_the_home(practising, tmp_path):
    practising.window.close()
    practising.close()
    again = homes.open_home(tmp_path / "work")
    assert again.services.activities.page(again.actor).total == 2
    again.close()


# ---------------------------------------------------------------- bugs, screen and start


def test_what_nobody_caught_is_reported_without_values_and_the_work_goes_on(
    practising, monkeypatch, tmp_path
):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    logger = logging.getLogger("fieldapp")
    monkeypatch.setattr(logger, "handlers", [])
    report_bugs_to(practising.window.messages)
    keep_a_log(tmp_path / "log")
    try:
        raise ValueError("Sunita Devi 5000000021")
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    robot = Robot(practising.window)
    assert "Something went wrong in the program." in robot.read_window()
    for handler in logger.handlers:
        handler.close()
    written = (tmp_path / "log" / "fieldapp.log").read_text("utf-8")
    assert "ValueError" in written
    assert "test_app.py" in written
    assert "Sunita" not in written + robot.read_window()
    robot.press_button("Go on working")
    assert robot.read_heading() == "Today"


def test_without_a_screen_it_says_so_instead_of_dying(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(EnvironmentProblem) as raised:
        front.run()
    assert raised.value.code == "no_screen"


def test_the_window_is_painted_before_anything_heavy_is_imported(tmp_path):
    program = (
        "import sys, pathlib\n"
        "from PySide6.QtWidgets import QApplication\n"
        "qt = QApplication([])\n"
        "from fieldapp.app import FrontDoor\n"
        f"door = FrontDoor(pathlib.Path({str(tmp_path)!r}), language='hi', practice=False)\n"
        "door.window.show()\n"
        "qt.processEvents()\n"
        "heavy = {'sqlalchemy', 'alembic', 'reportlab', 'xlsxwriter', 'pypdfium2', 'sqlcipher3', 'pyrage'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "door.window.close()\n"
        "door.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},
    )
    assert done.stdout.strip() == "[]"


# ---------------------------------------------------------------- help


HELPED = {one.name for is_hq in (False, True) for one in pages(is_hq=is_hq)} | {"roster"}


@pytest.mark.parametrize("name", sorted(HELPED))
def test_every_page_has_help_in_both_languages_that_says_the_same(name):
    hindi, english = (help_text(name, code).splitlines() for code in ("hi", "en"))
    assert 10 <= len(english) <= 20
    assert [line[:2] for line in hindi if line.startswith(("- ", "**"))] == [
        line[:2] for line in english if line.startswith(("- ", "**"))
    ]


def test_f1_shows_the_help_of_the_page_in_the_language_spoken(practising):
    robot = Robot(practising.window)
    robot.open_page("sync")
    robot.press("F1")
    assert "Only a receipt turns records to 'received'." in practising.window.frame.side.text.toPlainText()
    robot.press("Ctrl+Shift+L")
    assert "केवल पावती से अभिलेख 'प्राप्त' होते हैं।" in practising.window.frame.side.text.toPlainText()


def test_a_window_without_room_for_itself_takes_the_room_there_is(start):
    window = start().window
    front.show_whole(window, window.size())
    assert window.isMaximized()
    window.showNormal()
    front.show_whole(window, window.size() + QSize(0, 100))
    assert not window.isMaximized()


# ---------------------------------------------------------------- beside the work


def test_what_files_brought_is_indexed_when_no_task_waits_for_the_database(door, qtbot):
    """Every file that is read would wait for as many records as are indexed at once."""
    database, over = door.home.database, threading.Event()

    def waits() -> bool:
        with database.reading() as tx:
            return search_index.is_behind(tx, late=True)

    wait_for(qtbot, lambda: not door._indexing and not waits())
    door.window.tasks.submit(lambda _progress: over.wait())
    with database.transaction() as tx:
        search_index.mark(tx, [bytes([n]) * 16 for n in range(1, 20)], late=True)
    try:
        with qtbot.waitSignal(door._opener.ended):
            door.window.hub.changed.emit(Touched())
        assert waits()
    finally:
        over.set()
    wait_for(qtbot, lambda: not waits())
