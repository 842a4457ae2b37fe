"""What a list is taken for: its kind, its row of headings, and the sheet of a workbook."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from fieldapp.domain.text import Text
from fieldapp.services.load_columns import HEADING_LINES, Layout
from fieldapp.services.load_kinds import LoadKind
from fieldapp.services.table_files import TableFile
from fieldapp.ui.widgets.parts_of_a_page import said_label
from fieldapp.ui.words import Words


class ListHead(QWidget):
    """understood_anew: another kind or row of headings was chosen. page_chosen: the name of another sheet."""

    understood_anew = Signal()
    page_chosen = Signal(str)

    def __init__(self, words: Words, another: QPushButton) -> None:
        """another: the button for choosing another file, at the end of the line."""
        super().__init__()
        self._words = words
        self.kind, self.heading, self.page = QComboBox(), QComboBox(), QComboBox()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(said_label(words, Text("A list of")))
        for box, name in (
            (self.kind, Text("A list of")),
            (self.heading, Text("Row of headings")),
            (self.page, Text("Sheet of the workbook")),
        ):
            words.say(box.setAccessibleName, name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            row.addWidget(box)
        row.addStretch(1)
        row.addWidget(another)
        self.kind.activated.connect(lambda _at: self.understood_anew.emit())
        self.heading.activated.connect(lambda _at: self.understood_anew.emit())
        self.page.activated.connect(lambda _at: self.page_chosen.emit(self.page.currentData()))

    @property
    def chosen(self) -> tuple[str, int]:
        """The kind's word and the number of the row of headings, 0 for none."""
        return self.kind.currentData(), int(self.heading.currentData() or 0)

    def put_sheets(self, table: TableFile) -> None:
        """Offer the sheets of a workbook; a file of one sheet needs no choice."""
        _fill(self.page, [(one, one) for one in table.sheets], table.sheet)
        self.page.setVisible(len(table.sheets) > 1)

    def put(self, table: TableFile, layout: Layout, kinds: Sequence[LoadKind], *, may_lack: bool) -> None:
        """Show what a list is taken for. may_lack: it may have no row of headings."""
        render = self._words.render
        _fill(self.kind, [(one.word, render(one.label)) for one in kinds], layout.kind.word)
        lines = [line.number for line in table.lines[:HEADING_LINES]]
        offered = [(str(n), render(Text("Headings in row {n}", n=n))) for n in lines]
        if may_lack:
            offered.insert(0, ("0", render(Text("No headings"))))
        _fill(self.heading, offered, str(layout.heading_line))


def _fill(box: QComboBox, entries: list[tuple[str, str]], chosen: str) -> None:
    box.blockSignals(True)
    box.clear()
    for key, words in entries:
        box.addItem(words, key)
    box.setCurrentIndex(box.findData(chosen))
    box.blockSignals(False)
