"""A table of a few columns that somebody looks through and picks a row from: batches, files, centres.

(Lists of records are read page by page: ui/records.)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from fieldapp.domain.text import Text
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.widgets.icons import icon
from fieldapp.ui.words import Words

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_MEASURED_ROWS = 40
_WIDEST = 260


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell. tone: a colour's name in theme.py, or ''; sign: an icon beside the words."""

    words: Text | str
    tone: str = ""
    sign: str = ""
    right: bool = False


Row = tuple[str, tuple[Cell, ...]]
"""A row: what it is known by, and its cells."""


class _Rows(QAbstractTableModel):
    def __init__(self, words: Words, headings: Sequence[Text], parent: QObject) -> None:
        super().__init__(parent)
        self._words = words
        self._headings = headings
        self.rows: list[Row] = []

    def put(self, rows: list[Row]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def say_again(self) -> None:
        """In another language."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._headings) - 1)
        if self.rows:
            last = self.index(len(self.rows) - 1, len(self._headings) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        cell = self.rows[index.row()][1][index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return self._words.render(cell.words)
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if cell.right else Qt.AlignmentFlag.AlignLeft
                return int(side | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.ForegroundRole if cell.tone:
                return QColor(getattr(current().colours, cell.tone))
            case Qt.ItemDataRole.DecorationRole if cell.sign:
                colour = getattr(current().colours, cell.tone or "muted")
                return icon(cell.sign, colour, current().px(14))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._words.render(self._headings[section])
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            right = bool(self.rows) and self.rows[0][1][section].right
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


class PlainTable(QTableView):
    """picked: what the current row is known by, whenever it is another one; '' for none.

    stretch: the column that takes the room left over.
    """

    picked = Signal(str)

    def __init__(
        self, words: Words, name: Text, headings: Sequence[Text], stretch: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._stretch = stretch
        self._shown = ""
        self._rows = _Rows(words, headings, self)
        self.setModel(self._rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setIconSize(QSize(current().px(14), current().px(14)))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(current().px(ROW_HEIGHT))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(_MEASURED_ROWS)
        header.setMaximumSectionSize(current().px(_WIDEST))
        words.say(self.setAccessibleName, name)
        words.changed.connect(self._say_again)
        self.selectionModel().currentRowChanged.connect(lambda *_: self._tell())

    @property
    def key(self) -> str:
        """What the current row is known by, '' for none."""
        row = self.currentIndex().row()
        return self._rows.rows[row][0] if 0 <= row < len(self._rows.rows) else ""

    @property
    def rows(self) -> list[Row]:
        """What is shown."""
        return self._rows.rows

    def put(self, rows: Iterable[Row], key: str | None = None) -> None:
        """Show these rows, with the row `key` as the current one; None keeps the one that was it."""
        wanted = self.key if key is None else key
        self._rows.put(list(rows))
        self._fit()
        at = next((n for n, row in enumerate(self._rows.rows) if row[0] == wanted), -1)
        if at >= 0:
            self.selectRow(at)
            self.scrollTo(self._rows.index(at, 0))
        self._tell()

    def pick(self, key: str) -> None:
        """Make a row the current one."""
        self.put(self._rows.rows, key)

    def _tell(self) -> None:
        if self.key != self._shown:
            self._shown = self.key
            self.picked.emit(self._shown)

    def _say_again(self) -> None:
        self._rows.say_again()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Every column as wide as its words, one wider where there is room; else it scrolls sideways."""
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        if header.length() <= self.viewport().width():
            header.setSectionResizeMode(self._stretch, QHeaderView.ResizeMode.Stretch)
