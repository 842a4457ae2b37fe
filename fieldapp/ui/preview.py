"""The print preview, inside the window: page list left, page right; print, save, print one page again.

    show_preview(desk, Text("Attendance sheet"), lambda: papers(desk).attendance(one, kind), "0042-A.pdf")

`make_pdf` runs in the worker thread and may ask services; what it raises is told in the message line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.text import Text
from fieldapp.storage.home import write_durably
from fieldapp.sync.sync_file_place import speaking_of
from fieldapp.ui.choosers import ask_where
from fieldapp.ui.desk import Desk
from fieldapp.ui.messages import Offer, Tone
from fieldapp.ui.printing import PAPERS, Printers, print_pages
from fieldapp.ui.remembered import Remembered
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.widgets.flow import FlowRow
from fieldapp.ui.widgets.parts_of_a_page import button, plain_label
from fieldapp.ui.widgets.pdf_view import PdfView

if TYPE_CHECKING:
    from fieldapp.papers import Papers

KEYS: list[tuple[str, Text]] = [
    ("PgUp, PgDn", Text("Previous or next page")),
    ("Home, End", Text("First or last page")),
    ("+, −, 0", Text("Larger, smaller, whole page")),
    ("Space", Text("Scroll on")),
    ("Ctrl+P", Text("Print")),
    ("Ctrl+S", Text("Save as PDF")),
]


@dataclass(frozen=True, slots=True)
class Paper:
    """Something to look at and to print. file_name: offered when it is saved, ends in .pdf.

    taken: called after it was printed or saved, by whoever notes that; looking at it is not noted.
    """

    title: Text
    make_pdf: Callable[[], bytes]
    file_name: str
    taken: Callable[[], object] | None = None

    def note_taken(self) -> None:
        """It went to a printer or into a file."""
        if self.taken is not None:
            self.taken()


def show_preview(
    desk: Desk,
    title: Text,
    make_pdf: Callable[[], bytes],
    file_name: str,
    taken: Callable[[], object] | None = None,
) -> None:
    """Open the preview over the page that is open; Esc or 'Back' leads back to it."""
    desk.hub.preview.emit(Paper(title, make_pdf, file_name, taken))


def papers(desk: Desk) -> "Papers":
    """What makes papers of the records of a desk. Call it in the worker: the libraries are large."""
    from fieldapp.papers import Papers
    from fieldapp.services.typed_places import known_places

    places = desk.gazetteer or known_places(desk.services.places, desk.actor)
    return Papers(desk.services, desk.actor, places, desk.clock, desk.office.practice)


def notice_pdf(desk: Desk) -> bytes:
    """The notice for participants, as a poster."""
    return papers(desk).report("notice", ".pdf", desk.language)


class Preview(QWidget):
    """Shows one paper after the other. closed: somebody wants to go back.

    printers: those of the computer. keys_at: the page it is a part of, where its keys shall work too; it has
    no way back then. more: buttons of the page that belong beside 'Save as PDF'.
    """

    closed = Signal()

    def __init__(
        self,
        desk: Desk,
        printers: Printers | None = None,
        *,
        keys_at: QWidget | None = None,
        more: Sequence[QWidget] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.paper: Paper | None = None
        self._printers = printers or Printers()
        self._remembered = Remembered()
        self._content = b""
        words = desk.words
        self.back = button(words, Text("Back"))
        if keys_at is not None:
            self.back.hide()
        self.where = QLabel()
        self.smaller, self.percent, self.larger = QPushButton("−"), QPushButton(), QPushButton("+")
        for sizer in (self.smaller, self.percent, self.larger):
            sizer.setProperty("look", "flat")
        self.save = button(words, Text("Save as PDF"))
        self.one_page = button(words, Text("Print this page again"))
        self.print = button(words, Text("Print"), "primary")
        self.view = PdfView(words)
        self.note = plain_label("empty")
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.layers = QStackedWidget()
        self.layers.addWidget(self.note)
        self.layers.addWidget(self.view)
        self.printer, self.paper_size = QComboBox(), QComboBox()
        self.no_printer = plain_label("small")
        for widget, text in (
            (self.smaller, Text("Smaller")),
            (self.larger, Text("Larger")),
            (self.percent, Text("Whole page")),
            (self.printer, Text("Printer")),
            (self.paper_size, Text("Paper")),
        ):
            words.say(widget.setAccessibleName, text)
            words.say(widget.setToolTip, text)
        self.bar = FlowRow()
        self._lay_out(more)
        self._connect(keys_at or self)
        self._offer_printers()
        self._set_ready(ready=False)

    def show_paper(self, paper: Paper) -> None:
        """Make the paper in the background and show it."""
        self.paper = paper
        self._set_ready(ready=False)
        self.view.put_away()
        self.say(Text("The pages are being made…"))
        task = self.desk.tasks.submit(lambda _progress: (paper, paper.make_pdf()), paper.title)
        task.finished.connect(self._show)
        task.failed.connect(self._give_up)

    def say(self, text: Text) -> None:
        """Say something instead of pages."""
        self.desk.words.say(self.note.setText, text)
        self.layers.setCurrentWidget(self.note)

    def put_away(self) -> None:
        """Keep nothing of what was shown."""
        self.paper, self._content = None, b""
        self.view.put_away()
        self._set_ready(ready=False)

    def print_now(self, numbers: list[int] | None = None) -> None:
        """Print all pages, or those of these numbers (from 0), on the chosen printer."""
        name, size, pages = self.printer.currentText(), self.paper_size.currentText(), self.view.pages
        if pages is None or self.paper is None:
            return
        if not name:
            self.desk.messages.tell(
                Text("This computer has no printer."),
                Text("Save the PDF and print it elsewhere."),
                Tone.HINT,
                Offer(Text("Save as PDF"), self.ask_where_to_save),
            )
            return
        self._remembered.printer, self._remembered.paper = name, size
        printer = self._printers.printer(name)
        printer.setDocName(self.desk.words.render(self.paper.title))
        wanted = numbers if numbers is not None else list(range(pages.count))
        content = self._content
        task = self.desk.tasks.submit(
            lambda progress: print_pages(content, wanted, printer, size, progress), Text("Printing…")
        )
        paper = self.paper

        def printed(count: int) -> None:
            paper.note_taken()
            self.desk.messages.tell(Text("Pages sent to the printer {name}: {n}", n=count, name=name))

        task.finished.connect(printed)

    def ask_where_to_save(self) -> None:
        """Ask for a name, and write the PDF there."""
        if self.paper is not None and self._content:
            title = Text("Save as PDF")
            ask_where(self, self.desk.words, title, self.paper.file_name, self._save)

    def _save(self, path: Path) -> None:
        if self.paper is not None:
            save_file(self.desk, path, self._content, self.paper.note_taken)

    def _show(self, made: tuple[Paper, bytes]) -> None:
        paper, content = made
        if paper is not self.paper:  # another one was asked for in the meantime
            return
        self._content = content
        self.view.show_pdf(content)
        self.layers.setCurrentWidget(self.view)
        self._set_ready(ready=True)
        self._say_where()
        if self.back.isVisible():  # as a part of a page it leaves the focus where somebody types
            self.view.setFocus()

    def _give_up(self, _error: Exception) -> None:
        if self.view.pages is None:
            self.say(Text("The pages could not be made."))

    def _say_where(self) -> None:
        number, pages = self.view.number, self.view.pages
        if pages is None or number < 0:
            return
        self.desk.words.say(self.where.setText, Text("Page {n} of {m}", n=number + 1, m=pages.count))
        self.percent.setText(f"{self.view.zoom} %")

    def _set_ready(self, *, ready: bool) -> None:
        for widget in (self.save, self.one_page, self.print, self.smaller, self.larger, self.percent):
            widget.setEnabled(ready)
        if not ready:
            self.desk.words.say(self.where.setText, "")

    def _offer_printers(self) -> None:
        names = self._printers.names()
        self.printer.addItems(names)
        self.printer.setCurrentText(self._remembered.printer)
        self.paper_size.addItems(list(PAPERS))
        self.paper_size.setCurrentText(self._remembered.paper)
        self.printer.setVisible(bool(names))
        self.paper_size.setVisible(bool(names))
        self.no_printer.setVisible(not names)
        self.desk.words.say(
            self.no_printer.setText,
            Text("No printer was found on this computer. Save the PDF and print it elsewhere."),
        )

    def _lay_out(self, more: Sequence[QWidget]) -> None:
        for widget in (self.back, self.print, self.one_page, self.save, *more):
            self.bar.add(widget)
        for widget in (self.smaller, self.percent, self.larger, self.where):
            self.bar.add(widget)
        self.where.setMinimumHeight(current().px(ROW_HEIGHT))
        foot = QHBoxLayout()
        foot.addWidget(self.printer)
        foot.addWidget(self.paper_size)
        foot.addWidget(self.no_printer, 10)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.bar)
        column.addWidget(self.layers, 1)
        column.addLayout(foot)

    def _connect(self, keys_at: QWidget) -> None:
        self.back.clicked.connect(self.closed)
        self.smaller.clicked.connect(self.view.smaller)
        self.larger.clicked.connect(self.view.larger)
        self.percent.clicked.connect(self.view.fit)
        self.save.clicked.connect(self.ask_where_to_save)
        self.one_page.clicked.connect(lambda: self.print_now([self.view.number]))
        self.print.clicked.connect(lambda _checked: self.print_now())
        self.view.turned.connect(self._say_where)
        for keys, do in (("Ctrl+P", self.print.click), ("Ctrl+S", self.save.click)):
            shortcut = QShortcut(QKeySequence(keys), keys_at)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)


def save_file(desk: Desk, path: Path, content: bytes, written: Callable[[], object] = lambda: None) -> None:
    """Write a file under a name somebody has chosen; say where it is, or why it could not be written.

    written: what is to be noted before that is said, for a save takes away what was said before it.
    """
    try:
        with speaking_of(path.parent):
            write_durably(path, content)
    except FieldAppError as error:
        desk.messages.show(error)
        return
    written()
    desk.messages.tell(Text("Saved as {name}.", name=str(path)))
