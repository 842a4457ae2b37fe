"""How the roster grid lies on the page: headings, serial numbers, shared room, the current cell.

The keys are the grid's (grid.py), the words the model's.
"""

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableView, QWidget

from fieldapp.domain.text import Text
from fieldapp.ui.activities.columns import first_stop
from fieldapp.ui.activities.model import RosterModel
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.words import Words

_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect

_AT_LEAST = 0.85
"""How narrow a column that stretches may become before the grid scrolls sideways."""

_SERIAL = 30
_LEAST_ROWS = 2
_FRAME = 6


class RosterTable(QTableView):
    """Shows a roster model with one current cell; who makes one gives it the model when all is ready."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.roster = RosterModel(words, self)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setTabKeyNavigation(True)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.verticalHeader().setHighlightSections(False)
        self._corner = QLabel(self)
        self._corner.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._corner.setProperty("look", "small")
        self._corner.setAutoFillBackground(True)
        self._corner.setBackgroundRole(QPalette.ColorRole.Base)
        words.say(self._corner.setText, Text("No."))
        self.roster.modelReset.connect(self._arrange)

    @property
    def here(self) -> tuple[int, int]:
        """The current cell as (row from 0, column); (0, first) before any was chosen."""
        index = self.currentIndex()
        if not index.isValid():
            return 0, first_stop(self.roster.columns) if self.roster.columns else 0
        return index.row(), index.column()

    def go(self, row: int, column: int) -> None:
        """Make a cell the current one; what stood pending in the one before is saved."""
        row = max(0, min(row, self.roster.rowCount() - 1))
        self.selectionModel().setCurrentIndex(self.roster.index(row, column), _SELECT)

    def go_to_row(self, serial: int) -> bool:
        """Go to the row with that printed serial, counted from 1. False when there is none."""
        if not 1 <= serial <= self.roster.rowCount():
            return False
        self.go(serial - 1, first_stop(self.roster.columns))
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Give each column its width; those that stretch share the room that is over or wanting."""
        theme, columns = current(), self.roster.columns
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW_HEIGHT))
        self.verticalHeader().setFixedWidth(theme.px(_SERIAL))
        self._use_small_letters()
        room = self.horizontalHeader().height() + self.horizontalScrollBar().sizeHint().height()
        self.setMinimumHeight(room + _LEAST_ROWS * theme.px(ROW_HEIGHT) + _FRAME)
        widths = [theme.px(column.width) for column in columns]
        spare = self.viewport().width() - sum(widths)
        shares = sum(column.stretch for column in columns)
        self._corner.setGeometry(1, 1, theme.px(_SERIAL), self.horizontalHeader().height())
        for at, column in enumerate(columns):
            extra = spare * column.stretch // shares if shares else 0
            self.setColumnWidth(at, max(widths[at] + extra, round(widths[at] * _AT_LEAST)))

    def _use_small_letters(self) -> None:
        theme, font = current(), self.font()
        font.setPixelSize(theme.px(12))
        self.setFont(font)
        small = f"QHeaderView::section {{ padding: 0; font-size: {theme.px(11)}px; }}"
        for header in (self.horizontalHeader(), self.verticalHeader()):
            if header.styleSheet() != small:
                header.setStyleSheet(small)
