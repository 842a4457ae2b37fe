"""The attendance sheets of all chosen sessions as one paper."""

from datetime import date

import pypdfium2
import pytest
from PySide6.QtTest import QTest

from fieldapp.domain.fields import Name
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.services.records import Query
from fieldapp.ui.activities import many_sheets
from tests.ui.test_preview import PaperTray

SESSIONS = 3


@pytest.fixture
def tray(monkeypatch, tmp_path):
    monkeypatch.setattr("fieldapp.ui.preview.Printers", lambda: PaperTray(tmp_path))
    return tmp_path


@pytest.fixture
def listing(home, tray, robot):  # noqa: ARG001 (the printers must be there first)
    for n in range(1, SESSIONS + 1):
        rows = tuple(RosterRow(row=at, position=at, name=Name(f"सुनीता {n}")) for at in range(1, 4 * (n - 1)))
        one = Activity(
            id=f"{n:032x}",
            kind="CHAI_SAMOSA",
            state="PLANNED",
            number=n,
            letter="A",
            start_date=date(2017, 1, n),
            rows=rows,
            last_row=len(rows),
        )
        home.services.activities.save(home.actor, one)
    assert QTest.qWaitForWindowActive(robot.window)
    robot.open_page("activities")
    robot.window.page.listing.list.setFocus()
    return robot.window.page.listing


def sheets_noted(home):
    found = home.services.activities.page(home.actor, Query()).items
    return [len(home.services.activities.get(home.actor, held.record.id).record.sheets) for held in found]


@pytest.mark.usefixtures("listing")
def test_the_sheets_of_all_that_are_chosen_are_one_paper_and_noted_once_printed(home, robot, qtbot, tray):
    assert "Print sheets" not in robot.read_page()
    robot.press("Ctrl+A")
    assert "Print sheets: 3" in robot.read_page()
    robot.press("Ctrl+P")
    qtbot.waitUntil(lambda: robot.window.over.preview is not None, timeout=30_000)
    preview = robot.window.over.preview
    qtbot.waitUntil(lambda: preview.view.pages is not None, timeout=30_000)
    assert robot.read_heading() == "Attendance sheets: 3"
    pages = preview.view.pages.count
    shown = pypdfium2.PdfDocument(preview._content)
    words = [shown[n].get_textpage().get_text_range() for n in range(pages)]
    shown.close()
    found = [next(n for n in range(1, SESSIONS + 1) if f"000{n}-A" in page) for page in words]
    assert found == sorted(found, reverse=True)
    assert set(found) == {1, 2, 3}
    assert sheets_noted(home) == [0, 0, 0]
    robot.press("Ctrl+P")
    qtbot.waitUntil(lambda: sheets_noted(home) == [1, 1, 1], timeout=30_000)
    qtbot.waitUntil(lambda: not robot.window.tasks.busy, timeout=30_000)
    printed = pypdfium2.PdfDocument(tray / "Front room.pdf")
    assert len(printed) == pages
    printed.close()


@pytest.mark.usefixtures("listing")
def test_more_sessions_than_a_printer_takes_are_refused_in_words(home, robot, monkeypatch):
    monkeypatch.setattr(many_sheets, "MOST", SESSIONS - 1)
    robot.press("Ctrl+A")
    robot.press_button("Print sheets: 3")
    assert "3 sessions are chosen. At most 2 are printed at once." in robot.read_message()
    assert not robot.window.tasks.busy
    assert sheets_noted(home) == [0, 0, 0]


@pytest.mark.usefixtures("listing")
def test_making_many_sheets_can_be_stopped(home, robot, qtbot):
    robot.press("Ctrl+A")
    robot.press("Ctrl+P")
    (task,) = robot.window.tasks._open
    task.cancel()
    qtbot.waitUntil(lambda: not robot.window.tasks.busy, timeout=30_000)
    assert robot.read_heading() == "Activities"
    assert sheets_noted(home) == [0, 0, 0]


@pytest.mark.usefixtures("listing")
def test_the_button_stands_only_where_more_than_one_session_is_chosen(robot):
    robot.press("Down")
    assert "Print sheets" not in robot.read_page()
    robot.press("Shift+Down")
    assert "Print sheets: 2" in robot.read_page()
