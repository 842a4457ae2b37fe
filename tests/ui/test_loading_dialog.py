"""Lists taken in from the window: from a list page, dropped, and onto the sheet of an activity."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from fieldapp.domain.fields import PlaceRef
from fieldapp.services.records import Query
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.ui.loading.dialog import LoadDialog
from tests.robots.robot import Robot, cut_words

HEAD = "नाम,पिता / पति का नाम,लिंग,जाति,मोबाइल नंबर,गाँव"
PEOPLE = f"""प्रशिक्षुओं की सूची,,,,,
{HEAD}
सुनीता देवी,राजेश महतो,महिला,ST,5012345678,खैराचातर
lquhrk nsoh,jkts'k flag,F,OBC,5012345679,कसमार
गीता,रमेश,X,SC,5012345680,पोंडा
रीता,महेश,F,SC,9999 4105 7058,पोंडा
कुल,4,,,,
"""


@pytest.fixture
def people_list(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, "utf-8-sig")
    return path


class ListRobot(Robot):
    """Hands and eyes at the dialog of a list."""

    def __init__(self, window, qtbot) -> None:
        super().__init__(window)
        self._qtbot = qtbot
        assert QTest.qWaitForWindowActive(window)

    @property
    def box(self) -> LoadDialog:
        return next(one for one in self.window.findChildren(LoadDialog) if one.isVisible())

    def settle(self) -> None:
        """Wait until the list has been read, looked through or loaded."""
        self._qtbot.waitUntil(lambda: not self.window.tasks.busy)
        QApplication.processEvents()

    def go_on(self) -> None:
        QTest.keyClick(self.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.settle()

    def back(self) -> None:
        """Be at the window again: without a window manager nobody sees to that."""
        self.window.activateWindow()
        assert QTest.qWaitForWindowActive(self.window)

    def rows(self) -> list[tuple[str, ...]]:
        """The rows as the table shows them: number, name, outcome."""
        model = self.box.fates.table.model()
        cells = [[model.index(r, c).data() for c in range(3)] for r in range(model.rowCount())]
        return [tuple(map(str, row)) for row in cells]


@pytest.fixture
def robot(window, qtbot) -> ListRobot:
    window.desk.gazetteer = gazetteer()
    return ListRobot(window, qtbot)


def people(home) -> list:
    return [held.record for held in home.services.people.page(home.actor, Query()).items]


def test_a_list_is_matched_looked_through_and_only_then_loaded(robot: ListRobot, home, people_list):
    robot.window.take_list("person", people_list)
    robot.settle()
    robot.go_on()
    assert robot.rows() == [
        ("3", "सुनीता देवी", "New"),
        ("4", "lquhrk nsoh", "Refused"),
        ("5", "गीता", "Refused"),
        ("6", "", "Refused"),
        ("7", "कुल", "Left out"),
    ]
    assert people(home) == []
    robot.box.fates.convert.click()
    robot.settle()
    assert ("4", "सुनीता देवी", "New") in robot.rows()
    robot.go_on()
    assert sorted(one.name.hi for one in people(home)) == ["सुनीता देवी", "सुनीता देवी"]
    assert {one.relation.hi for one in people(home)} == {"राजेश महतो", "राजेश सिंह"}
    assert "4105" not in robot.read_window()


def test_a_loaded_list_is_one_step_of_undo(robot: ListRobot, home, people_list):
    robot.window.take_list("person", people_list)
    robot.settle()
    robot.go_on()
    robot.go_on()
    robot.box.foot.close_button.click()
    robot.back()
    loaded = people(home)
    assert len(loaded) == 1
    for _ in range(2):
        robot.press("Ctrl+Z")
        assert people(home) == []
        robot.press("Ctrl+Y")
        assert people(home) == loaded


def test_a_list_that_came_back_by_redo_is_still_taken_back_whole_in_its_dialog(
    robot: ListRobot, home, people_list
):
    robot.window.take_list("person", people_list)
    robot.settle()
    robot.go_on()
    robot.go_on()
    robot.box.foot.close_button.click()
    robot.back()
    robot.press("Ctrl+Z")
    robot.press("Ctrl+Y")
    robot.window.take_list("person", people_list)
    robot.settle()
    robot.go_on()
    robot.press_button("Take this list back")
    robot.settle()
    assert people(home) == []
    assert "1 were taken back." in robot.read_message()


def test_a_list_is_taken_back_in_its_dialog(robot: ListRobot, home, people_list):
    robot.window.take_list("person", people_list)
    robot.settle()
    robot.go_on()
    robot.go_on()
    robot.press_button("Take this list back")
    robot.settle()
    assert people(home) == []
    assert "1 were taken back" in robot.read_message()


def test_a_column_that_must_be_there_is_asked_for_and_chosen_by_keys(robot: ListRobot, home, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("Wer,Gender\nMina,F\n", "utf-8")
    robot.window.take_list("person", path)
    robot.settle()
    assert not robot.box.foot.look.isEnabled()
    assert "missing" in robot.box.problem.text()
    robot.type("Name")
    robot.go_on()
    robot.go_on()
    assert [one.name.en for one in people(home)] == ["Mina"]


def test_what_is_no_list_is_said_in_the_dialog(robot: ListRobot, tmp_path):
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    robot.window.take_list("", path)
    robot.settle()
    assert "not in Unicode" in robot.box.problem.text()


def test_copied_rows_go_to_the_end_of_a_sheet_in_one_step(robot: ListRobot, home):
    activity = home.services.activities.start(
        home.actor, "CHAI_SAMOSA", date(2017, 1, 14), PlaceRef("", "कसमार")
    )
    record_id = activity.held.record.id
    robot.window.open_page("activities", record_id)
    panel = robot.window.page.panel
    panel.roster.grid.rows_pasted.emit("नाम\tपिता\tउम्र\nमीना\tरमेश\t31\nगीता\tसुरेश\t40\n")
    robot.settle()
    robot.go_on()
    assert [row[1:] for row in robot.rows()] == [("मीना", "New"), ("गीता", "New")]
    robot.go_on()

    def names() -> list[str]:
        found = home.services.activities.get(home.actor, record_id).record
        return [row.name.hi for row in found.in_order()]

    assert names() == ["मीना", "गीता"]
    robot.back()
    robot.press("Ctrl+Z")
    assert names() == []


@pytest.mark.parametrize("language", ["hi", "en"])
def test_nothing_is_cut_off_in_either_language(robot: ListRobot, people_list, language):
    robot.window.speak(language)
    robot.window.take_list("person", people_list)
    robot.settle()
    assert cut_words(robot.box) == []
    robot.go_on()
    assert cut_words(robot.box) == []


def test_ctrl_i_offers_to_choose_a_list_or_to_save_an_empty_one(robot: ListRobot, tmp_path):
    robot.open_page("people")
    robot.press("Ctrl+I")
    assert robot.focused() is robot.box.start.choose
    robot.press("Return")
    robot.box.findChild(QFileDialog).reject()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    robot.press_button("Save an empty list to fill in…")
    chooser = robot.box.findChild(QFileDialog)
    chooser.fileSelected.emit(str(tmp_path / "empty.xlsx"))
    chooser.reject()
    assert (tmp_path / "empty.xlsx").read_bytes().startswith(b"PK")
    assert "Saved: empty.xlsx" in robot.read_window()
    assert cut_words(robot.box) == []


def test_the_focus_is_on_the_page_again_when_the_dialog_is_closed(robot: ListRobot):
    robot.open_page("people")
    robot.press("Ctrl+I")
    robot.press("Esc")
    robot.back()
    page = robot.window.page
    assert page is not None
    assert page.isAncestorOf(robot.focused())


def test_a_folder_that_cannot_be_written_is_said(robot: ListRobot, tmp_path):
    robot.window.take_list()
    robot.press_button("Save an empty list to fill in…")
    chooser = robot.box.findChild(QFileDialog)
    chooser.fileSelected.emit(str(tmp_path / "gone" / "empty.xlsx"))
    chooser.reject()
    assert "cannot be written" in robot.box.problem.text()


def test_stop_ends_the_looking_and_leads_back_to_the_columns(robot: ListRobot, people_list):
    robot.window.take_list("person", people_list)
    robot.settle()
    robot.window.tasks.pause()
    robot.press_button("What will become of it")
    robot.press_button("Stop")
    robot.window.tasks.go_on()
    robot.settle()
    assert robot.box.foot.look.isVisible()
    assert robot.box.foot.close_button.text() == "Close"
