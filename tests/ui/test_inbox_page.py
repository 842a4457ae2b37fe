"""Head office's inbox in the real window, with a centre that sends and is answered."""

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QLabel, QLineEdit, QTableView, QWidget

from fieldapp.domain.fields import Name
from fieldapp.homes import Exchange as SyncExchange
from fieldapp.homes import new_centre, new_centre_from_pack
from fieldapp.language import Language
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.storage.state import Centre
from fieldapp.sync.inbox import FileState
from fieldapp.sync.receipt_bundles import Road
from fieldapp.ui.desk import Office
from fieldapp.ui.inbox import actions
from fieldapp.ui.inbox.files import FilesPart
from fieldapp.ui.inbox.watching import Watching
from fieldapp.ui.main_window import MainWindow
from fieldapp.ui.tasks import Cancelled
from fieldapp.ui.theme import Theme
from fieldapp.ui.words import Words
from tests.robots.robot import Robot, cut_words, visible
from tests.sync.exchange import CENTRE, CSC_ID, KASMAR, Exchange, Side, hand_made, make_template

NEWCOMER = Centre(0, "100000000023", "नया केंद्र", "New centre", KASMAR.key)


class InboxRobot(Robot):
    """Hands and eyes at the inbox; `settle` waits until nothing runs in the background."""

    def __init__(self, window: MainWindow, qtbot) -> None:
        super().__init__(window)
        self._qtbot = qtbot

    @property
    def page(self):
        return self.window.page

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: not self.window.tasks.busy, timeout=20_000)

    def bring(self, *paths: Path) -> None:
        self.drop(*paths)
        self.settle()

    def read_table(self, table) -> list[list[str]]:
        model = table.model()
        return [
            [model.index(row, column).data() for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]

    def read_files(self) -> dict[str, str]:
        """What the table says of each file, by its name."""
        return {row[0]: row[-1] for row in self.read_table(self.page.files.table)}

    def choose_file(self, name: str) -> None:
        """Go to the first file with that name by keys."""
        table = self.page.files.table
        table.setFocus()
        at = [row[0] for row in self.read_table(table)].index(name)
        QTest.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        for _ in range(at):
            QTest.keyClick(table, Qt.Key.Key_Down)
        self.settle()

    def read_counts(self) -> dict[str, int]:
        """The six numbers of the preview, by their words."""
        labels = list(visible(self.page.files.preview.counts, QLabel))
        numbers = {label.accessibleName(): int(label.text()) for label in labels if label.accessibleName()}
        return {name.rpartition(" ")[0]: n for name, n in numbers.items()}

    def choose_in_dialog(self, path: Path) -> None:
        """Type a path into the chooser that is open and take it."""
        self.name_in_dialog(path)
        self.settle()

    def name_in_dialog(self, path: Path) -> None:
        """The same, without waiting for what comes of it."""
        dialog = self.dialog()
        assert isinstance(dialog, QFileDialog)
        dialog.findChild(QLineEdit).setText(str(path))
        dialog.accept()
        self.window.activateWindow()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("homes"))


@pytest.fixture
def exchange(template: Path, tmp_path: Path) -> Iterator[Exchange]:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("ballast"))
    found = Exchange(tmp_path)
    yield found
    found.close()


@pytest.fixture
def inbox(exchange: Exchange, make_window: Callable[..., MainWindow], qtbot) -> Callable[..., InboxRobot]:
    """Opens the head office's window at its inbox."""

    def open_at(language: str = "en", scale: int = 100) -> InboxRobot:
        window, home = make_window(language, Theme(scale=scale, practice=True)), exchange.hq.home
        office = Office(Name("मुख्यालय", "Head office"), practice=True, is_hq=True)
        desk = window.make_desk(
            home.services, home.actor, gazetteer(), home.database.clock, office, SyncExchange.of(home)
        )
        window.open_desk(desk)
        robot = InboxRobot(window, qtbot)
        robot.open_page("inbox")
        window.file_dropped.connect(window.page.take_files)
        robot.settle()
        return robot

    return open_at


@pytest.fixture
def robot(inbox: Callable[..., InboxRobot]) -> InboxRobot:
    return inbox()


@pytest.fixture
def sent(exchange: Exchange) -> Path:
    """A batch of two sessions on the stick."""
    exchange.centre.start()
    exchange.centre.start()
    (path,) = exchange.send()
    return path.rename(exchange.stick / "a good.fieldsync")


@pytest.fixture
def mixed(exchange: Exchange, sent: Path) -> Path:
    """A stick with a good file, the same again, a damaged one and a photograph."""
    shutil.copy(sent, exchange.stick / "b same.fieldsync")
    (exchange.stick / "c short.fieldsync").write_bytes(sent.read_bytes()[:-50])
    (exchange.stick / "d photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(900))
    return exchange.stick


# ------------------------------------------------------------ what came


def test_an_empty_inbox_says_what_to_do(robot: InboxRobot):
    assert "Drop a folder on the window, or choose it." in robot.read_page()
    assert not robot.button("Import all ready").isEnabled()


def test_an_inbox_is_not_called_empty_before_it_was_looked_into(qtbot):
    files = FilesPart(Words(Language.named("en")))
    qtbot.addWidget(files)
    files.show()
    assert not files.import_ready.isEnabled()
    assert list(visible(files, QLabel)) == list(visible(files.preview, QLabel))
    files.put([])
    assert any("Drop a folder" in label.text() for label in visible(files, QLabel))


def test_a_folder_that_falls_on_the_window_is_read_and_each_file_named(robot: InboxRobot, mixed: Path):
    robot.bring(mixed)
    status = sorted(row[-1] for row in robot.read_table(robot.page.files.table))
    assert status[0] == "Ready"
    assert re.fullmatch(r"Refused · Only \d KB of \d KB of the file arrived\.", status[1])
    assert status[2:] == [
        "Refused · This is not a sync file but a picture.",
        "The same file lies here more than once.",
    ]
    assert "Files read: 4, ready: 1." in robot.read_message()
    assert "Inbox  · 1" in robot.read_rail()


def test_receipts_and_pictures_among_the_files_look_like_nothing_that_went_wrong(
    robot: InboxRobot, exchange: Exchange, mixed: Path
):
    robot.bring(mixed)
    exchange.hq.receipts.make(exchange.hq.actor, mixed)
    robot.bring(mixed)
    tones = {cells[0].words: cells[-1].tone for _key, cells in robot.page.files.table.rows}
    receipt = next(name for name in tones if "receipt" in name)
    assert (tones["c short.fieldsync"], tones["d photo.jpg"], tones[receipt]) == ("red", "muted", "muted")


def test_what_somebody_must_be_called_about_is_red_and_named_though_it_is_no_sync_file(
    robot: InboxRobot, exchange: Exchange, sent: Path
):
    inner = io.BytesIO()
    for into, inside, content in (
        (inner, "a.fieldsync", sent.read_bytes()),
        (exchange.stick / "b both.zip", "c inner.zip", inner),
    ):
        with zipfile.ZipFile(into, "w") as archive:
            archive.writestr(inside, content if isinstance(content, bytes) else content.getvalue())
    (exchange.stick / "d pulled out.fieldsync").write_bytes(bytes(900))
    (exchange.stick / "._d pulled out.fieldsync").write_bytes(bytes.fromhex("00051607") + bytes(900))
    (exchange.stick / "winmail.dat").write_bytes(b"\x78\x9f\x3e\x22" + bytes(400))
    robot.bring(exchange.stick)
    tones = {cells[0].words: cells[-1].tone for _key, cells in robot.page.files.table.rows}
    bad = {"b both.zip: c inner.zip", "d pulled out.fieldsync", "winmail.dat"}
    assert {name for name, tone in tones.items() if tone == "red"} == bad
    assert {line.partition(": ")[0] for line in robot.page.files.bad.text().split("\n")} == {
        name.partition(": ")[0] for name in bad
    }


def test_whoever_chose_files_goes_through_them_by_keys_at_once(robot: InboxRobot, mixed: Path):
    QTest.mouseClick(robot.window.frame.rail.button("inbox"), Qt.MouseButton.LeftButton)
    robot.press("Ctrl+Shift+O")
    robot.choose_in_dialog(mixed)
    before = robot.page.files.line
    robot.press("Up")
    robot.settle()
    assert robot.page.files.line not in (None, before)


def test_reading_that_ends_leaves_whoever_types_elsewhere_where_they_are(robot: InboxRobot, mixed: Path):
    robot.drop(mixed)
    robot.press("Ctrl+Tab")
    robot.page.begin_new()
    number = robot.focused()
    assert isinstance(number, QLineEdit)
    robot.settle()
    assert "Files read: 4, ready: 1." in robot.read_message()
    assert robot.focused() is number
    robot.press("Escape")
    robot.drop(mixed)
    robot.press("Ctrl+Tab")
    elsewhere = robot.focused()
    robot.settle()
    assert robot.focused() is elsewhere


def test_a_row_names_centre_batch_and_number_of_records(robot: InboxRobot, sent: Path):
    robot.bring(sent)
    assert robot.read_table(robot.page.files.table) == [
        ["a good.fieldsync", "Pragya Kendra Kasmar", "1", "2", "Ready"]
    ]


def test_what_is_wrong_with_a_file_stands_beside_it_in_both_languages(robot: InboxRobot, mixed: Path):
    robot.bring(mixed)
    robot.choose_file("c short.fieldsync")
    read = robot.read_page()
    assert "Nothing was changed. Ask the sender to copy the same file again." in read
    assert "भेजने वाले से वही फ़ाइल दोबारा कॉपी करने को कहें।" in read


def test_the_filters_let_through_what_they_say(robot: InboxRobot, mixed: Path):
    robot.bring(mixed)
    robot.press_button("Not taken 2")
    assert set(robot.read_files()) == {"c short.fieldsync", "d photo.jpg"}
    robot.press_button("Ready 1")
    assert list(robot.read_files().values()) == ["Ready"]
    robot.press_button("On hold 0")
    assert "No file here." in robot.read_page()


def test_files_are_chosen_in_a_chooser_too(robot: InboxRobot, sent: Path):
    robot.press("Ctrl+O")
    robot.choose_in_dialog(sent)
    assert robot.read_files() == {"a good.fieldsync": "Ready"}


def test_a_whole_folder_is_chosen_in_a_chooser_too(robot: InboxRobot, mixed: Path):
    robot.press("Ctrl+Shift+O")
    robot.choose_in_dialog(mixed)
    assert "Files read: 4, ready: 1." in robot.read_message()


def test_a_cancelled_reading_keeps_what_it_has_read(exchange: Exchange, mixed: Path):
    found = []

    def cancelled_after_two(done: int, _total: int) -> None:
        found.append(done)
        if done == 2:
            raise Cancelled

    brought = actions.read(SyncExchange.of(exchange.hq.home), exchange.hq.actor, [mixed], cancelled_after_two)
    assert brought.stopped
    assert [path.name for _file, path in brought.found] == ["a good.fieldsync", "b same.fieldsync"]
    assert found == [1, 2]


# ------------------------------------------------------------ taking the records of files


def test_the_preview_says_what_the_import_then_does(robot: InboxRobot, exchange: Exchange, sent: Path):
    robot.bring(sent)
    before = robot.read_counts()
    assert before == {
        "New": 2,
        "Changed": 0,
        "Same as here": 0,
        "Older than here": 0,
        "Please check: two versions": 0,
        "Refused": 0,
    }
    rows = robot.read_table(robot.page.files.preview.rows)
    assert [row[0] for row in rows] == ["New", "New"]
    assert all(row[1].startswith("Activities · Chai-Samosa training") for row in rows)
    robot.press("Ctrl+I")
    robot.settle()
    assert robot.read_files() == {"a good.fieldsync": "Imported · New 2"}
    assert robot.read_counts() == before
    assert robot.read_table(robot.page.files.preview.rows) == rows
    assert "Import result: New 2." in robot.read_message()
    assert "आयात परिणाम: नया 2।" in robot.read_message()
    assert len(exchange.hq.inbox.files(exchange.hq.actor, FileState.IMPORTED)) == 1
    assert "Inbox" in robot.read_rail()


def test_a_changed_record_is_told_from_an_unchanged_one(robot: InboxRobot, exchange: Exchange, sent: Path):
    robot.bring(sent)
    robot.press("Ctrl+I")
    robot.settle()
    page = exchange.centre.services.activities.page(exchange.centre.actor)
    exchange.centre.edit(page.items[0].record.id, notes="rain")
    (full,) = exchange.send(full=True)
    robot.bring(full)
    counts = robot.read_counts()
    assert (counts["Changed"], counts["Same as here"]) == (1, 1)


def test_the_other_pages_read_again_after_an_import(robot: InboxRobot, sent: Path):
    touched = []
    robot.window.hub.changed.connect(touched.append)
    robot.bring(sent)
    touched.clear()
    robot.press_button("Import all ready (1)")
    robot.settle()
    assert any(one.everything for one in touched)


def test_a_file_that_was_imported_is_a_repeat_when_it_comes_again(robot: InboxRobot, sent: Path):
    robot.bring(sent)
    robot.press("Ctrl+I")
    robot.settle()
    robot.bring(sent)
    status = [row[-1] for row in robot.read_table(robot.page.files.table)]
    assert status[0].startswith("This file was already imported on ")
    assert status[1] == "Imported · New 2"


def test_a_file_whose_content_is_not_in_order_is_refused_when_it_is_looked_into(
    robot: InboxRobot, exchange: Exchange, sent: Path
):
    robot.bring(sent)
    path = hand_made(exchange, [b'{"t":"person", "id":"not canonical"}'])
    robot.bring(path)
    robot.choose_file(path.name)
    status = robot.read_files()[path.name]
    assert status.startswith("Refused")


def test_a_cancelled_import_keeps_what_it_has_taken(exchange: Exchange, sent: Path):
    exchange.centre.start()
    (second,) = exchange.send()
    parts, actor = SyncExchange.of(exchange.hq.home), exchange.hq.actor
    actions.read(parts, actor, [sent, second], lambda _done, _total: None)

    def cancelled_at_once(_done: int, _total: int) -> None:
        raise Cancelled

    imported = actions.import_ready(parts, actor, cancelled_at_once)
    assert imported.cancelled
    assert imported.by_state() == {FileState.IMPORTED: 1, FileState.READY: 1}


def test_an_import_is_taken_out_again_with_its_reason_and_offered_once_more(
    robot: InboxRobot, exchange: Exchange, sent: Path
):
    robot.bring(sent)
    robot.press("Ctrl+I")
    robot.settle()
    robot.press("Escape")  # puts away what was said of the import
    for way_out in ("Escape", "Cancel"):
        robot.press_button("Take out again…")
        assert not robot.button("Take it out").isEnabled()
        robot.type("wrong")
        if way_out == "Escape":
            robot.press(way_out)
        else:
            robot.button(way_out).setFocus()
            robot.press("Space")
        assert robot.focused() is robot.button("Take out again…")
    robot.press_button("Take out again…")
    robot.type("wrong centre")
    robot.press("Return")
    robot.settle()
    assert "Gone with it: records 2, versions 2." in robot.read_message()
    assert robot.focused() is robot.page.files.table
    assert robot.read_files() == {
        "a good.fieldsync": "Withdrawn · Head office has withdrawn the import of this file: wrong centre"
    }
    assert exchange.hq.services.activities.page(exchange.hq.actor).total == 0
    robot.button("Offer it again").setFocus()
    robot.press("Space")
    robot.settle()
    assert robot.read_files() == {"a good.fieldsync": "Ready"}
    assert robot.focused() is robot.page.files.table, "the rail was left to whoever presses on"
    robot.press("Ctrl+Tab")
    robot.press("Ctrl+Tab")
    deeds = [row[2] for row in robot.read_table(robot.page.trail.table)]
    assert deeds[:3] == ["Took an import out again", "Import withdrawn", "Imported a file"]


def test_when_a_file_leaves_the_list_the_one_in_its_place_is_chosen(robot: InboxRobot, exchange: Exchange):
    robot.bring(*(path for _ in range(3) for path in _another(exchange)))
    robot.press("Ctrl+I")
    robot.settle()
    assert robot.page.files.sums.text() == "Of 3: Imported 3"
    robot.press_button("Imported 3")
    robot.choose_file(robot.page.files.table.rows[1][1][0].words)
    following = robot.page.files.table.rows[2][0]
    robot.press_button("Take out again…")
    robot.type("twice")
    robot.press("Return")
    robot.settle()
    assert robot.page.files.table.key == following


def _another(exchange: Exchange) -> list[Path]:
    exchange.centre.start()
    return exchange.send()


def test_many_files_are_told_in_numbers_that_add_up_and_the_bad_ones_by_name(robot: InboxRobot, mixed: Path):
    robot.bring(mixed / "a good.fieldsync")
    robot.press("Ctrl+I")
    robot.settle()
    robot.bring(mixed)
    assert robot.page.files.sums.text() == (
        "Of 4: Repeats 2 · Pictures and other files 1 · Damaged or not for us 1"
    )
    assert robot.page.files.bad.text().startswith("c short.fieldsync (Pragya Kendra Kasmar): Only ")


def test_the_table_fills_while_files_are_read(exchange: Exchange, mixed: Path, monkeypatch):
    monkeypatch.setattr(actions, "_SHOWN_EVERY", -1.0)
    so_far = []
    actions.read(
        SyncExchange.of(exchange.hq.home), exchange.hq.actor, [mixed], lambda *_: None, so_far.append
    )
    assert [len(one.found) for one in so_far] == [1, 2, 3, 4]


def one_more_came_to_rest(robot: InboxRobot, watching: Watching) -> None:
    """One more file came into a watched folder, and is read when it has stopped growing."""
    for _ in range(3):
        watching.look()
        robot.settle()
    assert "Files read: 1, ready: 1." in robot.read_message()


def test_a_watched_folder_is_read_when_its_files_stand_still_and_never_written(
    robot: InboxRobot, exchange: Exchange, mixed: Path
):
    before = {path.name: path.stat().st_mtime_ns for path in mixed.glob("[a-d] *")}
    watching = robot.page.watching
    watching.watch(mixed)
    robot.settle()
    assert robot.read_files() == {}  # they may still be growing
    watching.look()
    robot.settle()
    assert "Files read: 4, ready: 1." in robot.read_message()
    robot.press("Ctrl+I")
    robot.settle()
    due = exchange.hq.receipts.due(exchange.hq.actor)
    exchange.centre.start()
    exchange.send()
    one_more_came_to_rest(robot, watching)
    assert exchange.hq.receipts.due(exchange.hq.actor) == due
    assert {path.name: path.stat().st_mtime_ns for path in mixed.glob("[a-d] *")} == before
    robot.press_button(f"Stop watching {mixed.name}")
    assert not watching.timer.isActive()


def test_a_file_that_comes_to_rest_in_a_watched_folder_leaves_a_reason_that_is_being_typed(
    robot: InboxRobot, exchange: Exchange, sent: Path
):
    robot.bring(sent)
    robot.press("Ctrl+I")
    robot.settle()
    watching = robot.page.watching
    watching.watch(exchange.stick)
    robot.settle()
    robot.press_button("Take out again…")
    robot.type("wrong ")
    exchange.centre.start()
    exchange.send()
    one_more_came_to_rest(robot, watching)
    robot.type("centre")
    robot.press("Return")
    robot.settle()
    assert robot.read_files()["a good.fieldsync"].endswith(": wrong centre")


def test_a_watched_folder_is_remembered_for_the_login(robot: InboxRobot, exchange: Exchange, mixed: Path):
    robot.page.watching.watch(mixed)
    robot.settle()
    kept = exchange.hq.services.remembered.read(exchange.hq.actor, "watched_folder")
    assert kept == str(mixed)


def test_a_computer_is_trusted_no_longer_by_the_last_four_of_its_fingerprint(
    robot: InboxRobot, exchange: Exchange, sent: Path
):
    robot.bring(sent)
    robot.press("Ctrl+I")
    robot.settle()
    robot.press("Ctrl+Tab")
    robot.press_button("Trust no longer…")
    robot.settle()
    robot.type("0000")
    robot.press("Return")
    robot.settle()
    assert "This is the fingerprint of none of these computers." in robot.read_page()
    robot.page.centres.revoke_panel.typed.clear()
    robot.type(exchange.centre.home.keys.public.fingerprint[-4:])
    robot.press("Return")
    robot.settle()
    assert "This computer is no longer trusted." in robot.read_message()
    assert robot.read_table(robot.page.centres.table)[0][1] == "trusted no longer"
    assert "A: trusted up to number 2 only" in robot.read_page()


# ------------------------------------------------------------ receipts


def test_receipts_are_written_and_the_centre_takes_its_own(robot: InboxRobot, exchange: Exchange, sent: Path):
    robot.bring(sent)
    robot.press("Ctrl+I")
    robot.settle()
    assert robot.button("Write receipts (1)…")
    out = exchange.root / "out"
    out.mkdir()
    robot.press("Ctrl+R")
    robot.choose_in_dialog(out)
    assert "Receipts written: 1" in robot.read_message()
    assert "For: Pragya Kendra Kasmar" in robot.read_message()
    (receipt,) = out.iterdir()
    taken = exchange.centre.receipts.apply(exchange.centre.actor, receipt)
    assert taken.received == 2
    assert robot.button("Write receipts…")


@pytest.mark.parametrize(
    ("keys", "written", "said"),
    [
        ("Ctrl+Shift+R", ".fieldsync", "Receipts written: 1"),
        ("Ctrl+M", ".eml", "Without an address: Pragya Kendra Kasmar"),
    ],
)
def test_receipts_go_into_a_folder_a_block_or_into_mails(
    robot: InboxRobot, exchange: Exchange, sent: Path, keys: str, written: str, said: str
):
    exchange.deliver(sent)
    out = exchange.root / "out"
    out.mkdir()
    robot.press(keys)
    robot.choose_in_dialog(out)
    assert said in robot.read_message()
    (receipt,) = out.rglob(f"*{written}")
    found = exchange.centre.receipts.receive(exchange.centre.actor, [out])
    assert any(one.taken is not None and one.path == receipt for one in found)


def batch_of_a_newcomer(exchange: Exchange) -> Path:
    hq = exchange.hq
    known = hq.enrolment.register_centre(hq.actor, NEWCOMER.csc_id, Name("", "New centre"), KASMAR.key)
    pack = hq.enrolment.make_pack(hq.actor, known.number, exchange.root)
    side = Side(new_centre_from_pack(exchange.root / "newcomer", pack.path, pack.words, practice=True))
    side.start()
    batch = side.outbox.make(side.actor).parts[0].path
    side.home.close()
    return batch


@pytest.mark.parametrize("others", [1, 0])
def test_receipts_that_were_written_before_it_was_cancelled_are_told(
    robot: InboxRobot, exchange: Exchange, sent: Path, others: int
):
    robot.bring(sent, *(batch_of_a_newcomer(exchange) for _ in range(others)))
    robot.press("Ctrl+I")
    robot.settle()

    def cancelled_at_once(_done: int, _total: int) -> None:
        raise Cancelled

    parts, actor = SyncExchange.of(exchange.hq.home), exchange.hq.actor
    written = actions.write_receipts(parts, actor, exchange.stick, Road.FILES, cancelled_at_once)
    assert (len(written.receipts), written.left) == (1, others)
    robot.page.answering.tell(written, exchange.stick, Road.FILES)
    assert "Receipts written: 1," in robot.read_message()
    assert ("the others are still due" in robot.read_message()) == bool(others)


def test_without_a_receipt_due_that_is_said(robot: InboxRobot, exchange: Exchange):
    robot.press("Ctrl+R")
    robot.choose_in_dialog(exchange.stick)
    assert "No receipt is due." in robot.read_message()
    assert list(exchange.stick.iterdir()) == []


# ------------------------------------------------------------ centres


def to_centres(robot: InboxRobot) -> None:
    robot.press("Ctrl+Tab")


def fill_new_centre(robot: InboxRobot) -> None:
    robot.press("Ctrl+N")
    robot.type_into("Centre ID", NEWCOMER.csc_id)
    robot.type_into("Centre name", NEWCOMER.name_hi)
    robot.type_into("Place", KASMAR.words)
    robot.press("Down")
    robot.press("Return")


def test_centres_show_their_computers(robot: InboxRobot, sent: Path):
    to_centres(robot)
    assert robot.read_table(robot.page.centres.table) == [
        ["Pragya Kendra Kasmar", "pack A not used yet", "", "", "", "", CSC_ID, ""],
    ]
    robot.bring(sent)
    to_centres(robot)
    (row,) = robot.read_table(robot.page.centres.table)
    assert row[1].endswith("batch 1")
    assert row[2] == "0"
    assert "A: trusted" in robot.read_page()


def test_a_pack_is_made_and_its_words_open_it(robot: InboxRobot, exchange: Exchange):
    fill_new_centre(robot)
    robot.press_button("Register and make its pack…")
    robot.choose_in_dialog(exchange.stick)
    (pack,) = exchange.stick.iterdir()
    assert pack.name in robot.read_page()
    spoken = [label.text() for label in robot.page.centres.words_panel.spoken]
    with_pack = new_centre_from_pack(exchange.root / "newcomer", pack, " ".join(spoken), practice=True)
    try:
        centre = with_pack.services.settings.own_centre()
        assert (centre.csc_id, centre.name_hi, centre.place_key) == (
            NEWCOMER.csc_id,
            NEWCOMER.name_hi,
            KASMAR.key,
        )
    finally:
        with_pack.close()
    row = robot.read_table(robot.page.centres.table)[-1]
    assert row == [NEWCOMER.name_hi, "pack A not used yet", "", "", "", "", NEWCOMER.csc_id, ""]
    services = robot.window.desk.services
    assert NEWCOMER.csc_id in services.activities.setting.centre_ids
    assert NEWCOMER.csc_id in services.decisions.setting.centre_ids


def test_the_words_of_a_pack_stay_until_they_are_told_and_then_are_gone(
    robot: InboxRobot, exchange: Exchange
):
    to_centres(robot)
    robot.press_button("Another pack…")
    robot.choose_in_dialog(exchange.stick)
    spoken = [label.text() for label in robot.page.centres.words_panel.spoken]
    assert len(spoken) == 6
    robot.press("Escape")
    robot.press("Ctrl+N")
    assert all(word in robot.read_page() for word in spoken)
    robot.press_button("The words are told")
    labels = robot.window.findChildren(QLabel)
    assert not any(label.text() == word for label in labels for word in spoken)
    assert robot.focused() is robot.page.centres.table


def test_what_is_missing_for_a_new_centre_is_said_and_its_field_has_the_focus(robot: InboxRobot):
    robot.press("Ctrl+N")
    robot.press_button("Register and make its pack…")
    assert "A centre ID has 12 digits." in robot.read_page()
    assert "केंद्र आईडी 12 अंकों की होती है।" in robot.read_page()
    assert robot.focused() is robot.field("Centre ID")
    robot.type_into("Centre ID", NEWCOMER.csc_id)
    robot.press_button("Register and make its pack…")
    assert "The name of the centre is missing." in robot.read_page()
    robot.type_into("Centre name", NEWCOMER.name_hi)
    robot.type_into("Place", "nowhere at all")
    robot.press_button("Register and make its pack…")
    assert "The place of the centre is missing." in robot.read_page()
    assert robot.focused() is robot.field("Place")
    robot.press("Escape")
    assert robot.focused() is robot.page.centres.table


def test_a_centre_that_is_known_already_is_not_registered_twice(robot: InboxRobot, exchange: Exchange):
    robot.page.enrolling.make_centre(actions.CentreDraft(CSC_ID, Name("x", "x"), KASMAR.key), exchange.stick)
    robot.settle()
    assert f"The centre {CSC_ID} is registered already." in robot.read_message()
    assert list(exchange.stick.iterdir()) == []


@pytest.fixture
def newcomer(exchange: Exchange) -> Iterator[Side]:
    """A centre without a pack."""
    side = Side(new_centre(exchange.root / "newcomer", NEWCOMER, practice=True))
    yield side
    side.home.close()


def test_a_computer_is_enrolled_only_with_the_fingerprint_that_was_read_out(
    robot: InboxRobot, exchange: Exchange, newcomer: Side
):
    request = newcomer.enrolment.make_request(newcomer.actor, exchange.stick)
    robot.bring(request.path)
    assert list(robot.read_files().values()) == ["Asks to be enrolled"]
    robot.press_button("Enrol this computer…")
    robot.settle()
    assert request.fingerprint in robot.read_page()
    assert "New centre · 100000000023 · Kasmar" in robot.read_page()
    field = robot.field("Fingerprint as read out")
    assert robot.focused() is field
    robot.press("Return")
    assert "The fingerprint that was read out is missing." in robot.read_page()
    robot.type_into("Fingerprint as read out", "0000 0000")
    robot.press("Return")
    robot.settle()
    assert "The fingerprint is another one." in robot.read_message()
    assert len(robot.page.centres.table.rows) == 1
    robot.type_into("Fingerprint as read out", request.fingerprint)
    robot.press("Return")
    robot.settle()
    assert "New centre is enrolled." in robot.read_message()
    assert robot.page.centres.table.key == NEWCOMER.csc_id
    assert {row[6] for row in robot.read_table(robot.page.centres.table)} == {CSC_ID, NEWCOMER.csc_id}
    robot.press("Ctrl+Tab")
    assert robot.read_files() == {}


def test_a_request_that_came_in_a_mail_is_enrolled_from_its_row(
    robot: InboxRobot, exchange: Exchange, newcomer: Side
):
    request = newcomer.enrolment.make_request(newcomer.actor, exchange.stick)
    mail = EmailMessage()
    mail.set_content("our request")
    content = request.path.read_bytes()
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=request.path.name)
    (exchange.stick / "mail.eml").write_bytes(mail.as_bytes())
    request.path.unlink()
    robot.bring(exchange.stick / "mail.eml")
    robot.press_button("Enrol this computer…")
    robot.settle()
    robot.type_into("Fingerprint as read out", request.fingerprint)
    robot.press("Return")
    robot.settle()
    assert "New centre is enrolled." in robot.read_message()


def test_a_request_does_not_push_the_words_of_a_pack_aside(
    robot: InboxRobot, exchange: Exchange, newcomer: Side
):
    request = newcomer.enrolment.make_request(newcomer.actor, exchange.stick)
    robot.bring(request.path)
    robot.page.enrolling.make_pack(1, exchange.stick)
    robot.settle()
    spoken = [label.text() for label in robot.page.centres.words_panel.spoken]
    for verb in (robot.page.centres.new, robot.page.centres.another, robot.page.centres.load):
        assert not verb.isEnabled()
    robot.press("Ctrl+Tab")
    robot.press("Ctrl+Tab")
    robot.press_button("Enrol this computer…")
    robot.settle()
    assert all(word in robot.read_page() for word in spoken)
    robot.press_button("The words are told")
    assert robot.page.centres.new.isEnabled()
    assert robot.page.centres.another.isEnabled()


def test_a_request_is_chosen_in_a_chooser_too(robot: InboxRobot, exchange: Exchange, newcomer: Side):
    request = newcomer.enrolment.make_request(newcomer.actor, exchange.stick)
    robot.press("Ctrl+E")
    robot.choose_in_dialog(request.path)
    assert request.fingerprint in robot.read_page()


def test_what_is_no_request_is_named_and_nobody_enrolled(robot: InboxRobot, sent: Path):
    robot.press("Ctrl+E")
    robot.choose_in_dialog(sent)
    assert "which does not belong here" in robot.read_message()
    assert not robot.page.centres.asking


# ------------------------------------------------------------ for everybody


def test_nothing_is_begun_while_something_runs(robot: InboxRobot, mixed: Path):
    robot.drop(mixed)
    robot.drop(mixed)
    assert "Something is still being done." in robot.read_message()
    robot.settle()
    assert "Files read: 4" in robot.read_message()


def test_every_control_has_a_name(robot: InboxRobot, exchange: Exchange, mixed: Path):
    robot.bring(mixed)
    assert nameless(robot.page) == []
    robot.press("Ctrl+N")
    assert nameless(robot.page) == []
    robot.page.enrolling.make_pack(1, exchange.stick)
    robot.settle()
    assert nameless(robot.page) == []


def nameless(page: QWidget) -> list[QWidget]:
    """Visible controls that a screen reader could not name."""
    return [
        widget
        for widget in visible(page, QWidget)
        if isinstance(widget, QAbstractButton | QLineEdit | QComboBox | QTableView)
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
    ]


def test_the_language_changes_on_the_open_page(robot: InboxRobot, sent: Path):
    robot.bring(sent)
    robot.press("Ctrl+Shift+L")
    rows = robot.read_table(robot.page.files.table)
    assert rows[0][1] == CENTRE.name_hi
    assert robot.read_heading() == "प्राप्त फ़ाइलें"
    assert CENTRE.name_hi in robot.read_page()


@pytest.mark.parametrize("language", ["hi", "en"])
@pytest.mark.parametrize("scale", [100, 200])
def test_nothing_is_cut_at_the_smallest_window(
    inbox: Callable[..., InboxRobot], exchange: Exchange, mixed: Path, language: str, scale: int
):
    robot = inbox(language, scale)
    robot.bring(mixed)
    assert cut_words(robot.page) == []
    robot.choose_file("c short.fieldsync")
    assert cut_words(robot.page) == []
    robot.page.begin_new()
    robot.page.centres.new_panel.go.click()
    assert cut_words(robot.page) == []
    robot.page.enrolling.make_pack(1, exchange.stick)
    robot.settle()
    assert cut_words(robot.page) == []


def test_a_receipt_code_is_read_out_from_the_list_of_centres(
    robot: InboxRobot, exchange: Exchange, sent: Path
):
    exchange.deliver(sent)
    to_centres(robot)
    robot.page.reload()
    robot.settle()
    robot.press_button("Receipt code")
    (made,) = SyncExchange.of(exchange.hq.home).codes.make(exchange.hq.actor, 1)
    assert f"A · batch 1: {made.code}" in robot.read_page()
