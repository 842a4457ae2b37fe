"""The list that opens below a line of the grid: Down chooses, Enter takes, going on typing ignores it."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget

from fieldapp.ui.theme import current

_LEAST_WIDTH = 280


class OfferList(QListWidget):
    """Belongs to one line and never has the focus. taken: the place of the words that were chosen."""

    taken = Signal(int)

    def __init__(self, line: QLineEdit) -> None:
        super().__init__(line.window())
        self._line = line
        self.setProperty("look", "popup")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self.itemClicked.connect(lambda _item: self._take())
        self.currentTextChanged.connect(line.setAccessibleDescription)
        line.destroyed.connect(self.deleteLater)

    def offer(self, words: Sequence[str]) -> None:
        """Show these, none of them chosen; nothing to offer puts the list away."""
        self.clear()
        self.addItems(words)
        self.setVisible(bool(words))
        if words:
            self._lie_below(len(words))

    def steer(self, event: QKeyEvent) -> bool:
        """Let a key move in the list. True when it was used up by that; Enter takes and is never used up."""
        if not self.isVisible():
            return False
        row = self.currentRow()
        if event.key() == Qt.Key.Key_Down:
            self.setCurrentRow(min(row + 1, self.count() - 1))
        elif event.key() == Qt.Key.Key_Up and row >= 0:
            self.setCurrentRow(row - 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab) and row >= 0:
                self._take()
            return False
        return True

    def _take(self) -> None:
        self.hide()
        self.taken.emit(self.currentRow())

    def _lie_below(self, lines: int) -> None:
        theme, window = current(), self._line.window()
        height = max(self.sizeHintForRow(0), theme.px(24)) * lines + 6
        below = self._line.mapTo(window, QPoint(0, self._line.height()))
        if below.y() + height > window.height():
            below = self._line.mapTo(window, QPoint(0, -height))
        widest = self.sizeHintForColumn(0) + theme.px(24)
        width = min(max(self._line.width(), theme.px(_LEAST_WIDTH), widest), window.width() - below.x() - 4)
        self.setGeometry(below.x(), below.y(), width, height)
        self.raise_()
