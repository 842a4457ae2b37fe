"""The print preview in the real window: pages turned by keys, paper from a printer, files that are saved."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFileDialog, QLineEdit

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.services.demo import chai_samosa_session
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.ui.desk import Office
from fieldapp.ui.preview import papers, show_preview
from fieldapp.ui.printing import Printers
from fieldapp.ui.remembered import Remembered
from fieldapp.ui.theme import Theme
from tests.robots.robot import cut_words

TITLE = Text("Attendance sheet")
PAGES = 5


def wait_for(qtbot, fact) -> None:
    """Wait until something is so; long, for other tests may keep the machine busy."""
    qtbot.waitUntil(fact, timeout=30_000)


class PaperTray(Printers):
    """Two printers whose paper falls into a file; the second one is out of order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        return ["Front room", "Store"]

    def printer(self, name: str) -> QPrinter:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        place = self.folder if name == "Front room" else self.folder / "no such folder"
        printer.setOutputFileName(str(place / f"{name}.pdf"))
        return printer


@pytest.fixture
def tray(monkeypatch, tmp_path):
    monkeypatch.setattr("fieldapp.ui.preview.Printers", lambda: PaperTray(tmp_path))
    return tmp_path


@pytest.fixture
def held(home):
    return chai_samosa_session(home.services, gazetteer(), home.actor, date(2017, 1, 14))


@pytest.fixture
def preview(window, home, held, qtbot, tray):  # noqa: ARG001 (the printers must be there first)
    def make() -> bytes:
        activity = home.services.activities.get(home.actor, held.record.id).record
        return papers(window.desk).attendance(activity, "FINAL")

    show_preview(window.desk, TITLE, make, "0001-A.pdf")
    shown = window.over.preview
    wait_for(qtbot, lambda: shown.view.pages is not None)
    wait_for(qtbot, shown.view.list.hasFocus)
    return shown


def test_the_preview_lists_every_page_and_shows_the_first(preview, robot):
    assert robot.read_heading() == "Attendance sheet"
    assert preview.view.list.count() == PAGES
    assert preview.where.text() == f"Page 1 of {PAGES}"
    shown = preview.view._paper.pixmap().toImage()
    colours = {shown.pixelColor(x, shown.height() // 3).name() for x in range(shown.width())}
    assert len(colours) > 2, "the page is blank"


def test_pages_turn_with_page_down_and_end_and_home(preview, robot):
    robot.press("PgDown")
    assert preview.where.text() == f"Page 2 of {PAGES}"
    robot.press("End")
    robot.press("PgDown")
    assert preview.where.text() == f"Page {PAGES} of {PAGES}"
    robot.press("PgUp")
    assert preview.view.number == PAGES - 2
    robot.press("Home")
    assert preview.view.number == 0


def test_plus_minus_and_nought_change_the_size_of_the_page(preview, robot):
    def width() -> int:
        return preview.view._paper.pixmap().width()

    whole = width()
    robot.press("+")
    robot.press("+")
    larger, percent = width(), preview.percent.text()
    robot.press("-")
    assert whole < width() < larger
    robot.press("+")
    assert (width(), preview.percent.text()) == (larger, percent)
    robot.press("0")
    assert width() == whole


def test_esc_leads_back_to_the_page_and_keeps_nothing(preview, robot, window):
    robot.press("Esc")
    assert window.frame.pages.currentWidget() is window.page
    assert robot.read_heading() == "Today"
    assert preview.view.pages is None
    assert preview._content == b""


def test_another_page_of_the_rail_puts_the_preview_away(preview, robot, window):
    robot.press("Ctrl+8")
    assert robot.read_heading() == "Settings"
    assert window.over.preview is None
    assert preview.view.pages is None


def test_print_sends_every_page_turned_as_it_is_and_remembers_the_printer(preview, robot, qtbot, tray):
    robot.choose("Paper", "Legal")
    preview.view.setFocus()
    robot.press("Ctrl+P")
    wait_for(qtbot, lambda: "Pages sent to the printer Front room: 5" in robot.read_message())
    printed = pypdfium2.PdfDocument(tray / "Front room.pdf")
    sizes = [tuple(map(round, printed.get_page_size(n))) for n in range(len(printed))]
    printed.close()
    assert sizes == [(1008, 612)] * PAGES
    assert (Remembered().printer, Remembered().paper) == ("Front room", "Legal")


def test_one_page_is_printed_again(preview, robot, qtbot, tray):
    robot.press("PgDown")
    robot.press_button("Print this page again")
    wait_for(qtbot, lambda: (tray / "Front room.pdf").exists() and "Front room: 1" in robot.read_message())
    printed = pypdfium2.PdfDocument(tray / "Front room.pdf")
    assert len(printed) == 1
    again = small(printed, 0)
    printed.close()
    sheet = pypdfium2.PdfDocument(preview._content)
    differences = [difference(again, small(sheet, n)) for n in range(PAGES)]
    sheet.close()
    assert differences.index(min(differences)) == 1, "another page than the second was printed"


def small(document: pypdfium2.PdfDocument, number: int) -> bytes:
    """A page as 400 x 280 grey dots."""
    return document[number].render(scale=1).to_pil().convert("L").resize((400, 280)).tobytes()


def difference(one: bytes, other: bytes) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


@pytest.mark.qt_log_ignore("QPainter::begin", extend=True)
def test_a_printer_that_takes_nothing_is_told_in_words(preview, robot, qtbot):  # noqa: ARG001
    robot.choose("Printer", "Store")
    robot.press_button("Print")
    wait_for(qtbot, lambda: "did not take the pages" in robot.read_message())


def test_without_a_printer_the_pdf_is_offered(window, robot, qtbot, monkeypatch):
    monkeypatch.setattr(PaperTray, "names", lambda _self: [])
    monkeypatch.setattr("fieldapp.ui.preview.Printers", lambda: PaperTray(Path()))
    show_preview(
        window.desk,
        TITLE,
        lambda: papers(window.desk).report("melas", ".pdf", window.words.language),
        "m.pdf",
    )
    wait_for(qtbot, window.over.preview.print.isEnabled)
    assert "No printer was found" in robot.read_page()
    robot.press("Ctrl+P")
    assert "This computer has no printer." in robot.read_message()


def test_where_a_sheet_was_saved_is_told_after_its_issue_was_noted(preview, robot, window, tmp_path):
    preview.paper = replace(preview.paper, taken=window.desk.messages.clear)  # as every save does
    preview._save(tmp_path / "sheet.pdf")
    assert "sheet.pdf" in robot.read_message()


def test_the_pdf_is_saved_under_the_name_that_is_typed(preview, robot, qtbot, window, tmp_path):
    robot.press("Ctrl+S")
    dialog = robot.dialog()
    assert isinstance(dialog, QFileDialog)
    line = dialog.findChild(QLineEdit)
    assert line.text() == "0001-A.pdf"
    line.setText(str(tmp_path / "sheet.pdf"))
    dialog.accept()
    wait_for(qtbot, lambda: "sheet.pdf" in robot.read_message())
    assert (tmp_path / "sheet.pdf").read_bytes() == preview._content
    assert window.page is not None


def test_what_cannot_be_made_is_said_and_nothing_is_offered_for_printing(window, robot, qtbot, tray):  # noqa: ARG001
    def refuse() -> bytes:
        raise InvalidInput(Text("This date does not exist."), Text("Nothing was changed."))

    show_preview(window.desk, TITLE, refuse, "x.pdf")
    wait_for(qtbot, lambda: "This date does not exist." in robot.read_message())
    assert "The pages could not be made." in robot.read_page()
    assert not robot.button("Print").isEnabled()


@pytest.mark.parametrize("scale", [100, 150, 200])
@pytest.mark.parametrize("language", ["hi", "en"])
def test_no_words_are_cut(home, make_window, held, qtbot, tray, language, scale):  # noqa: ARG001
    window = make_window(language, Theme(scale=scale))
    window.open_desk(window.make_desk(home.services, home.actor, None, home.database.clock, Office()))
    activity = home.services.activities.get(home.actor, held.record.id).record
    show_preview(window.desk, TITLE, lambda: papers(window.desk).attendance(activity, "FINAL"), "a.pdf")
    wait_for(qtbot, window.over.preview.print.isEnabled)
    assert (window.width(), window.height()) == (1093, 580)
    assert cut_words(window.over.preview) == []
