"""Pick one record out of those that a few letters find."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from fieldapp.domain.text import Text
from fieldapp.ui.widgets.parts_of_a_page import give_size
from fieldapp.ui.widgets.search_line import SearchLine
from fieldapp.ui.words import Words


@dataclass(frozen=True)
class Choice:
    """A record that may be meant: its id, and what tells it from others."""

    record_id: str
    words: str


Search = Callable[[str], Sequence[Choice]]


class PickDialog(QDialog):
    """A line and a list: Up and Down choose, Enter takes, Esc gives up."""

    def __init__(
        self,
        words: Words,
        title: Text,
        typed: str,
        search: Search,
        take: Callable[[str], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words.say(self.setWindowTitle, title)
        self._search, self._take = search, take
        self.line = SearchLine(typed)
        words.say(self.line.setPlaceholderText, Text("Name, father's / husband's name or village"))
        words.say(self.line.setAccessibleName, title)
        self.list = QListWidget()
        self.list.setProperty("look", "popup")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda _item: self._choose())
        self._nobody = QLabel()
        self._nobody.setProperty("look", "muted")
        self.line.textChanged.connect(self._find)
        self.line.refused.connect(self._say)
        self.line.installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        for widget in (self.line, self.list, self._nobody):
            layout.addWidget(widget)
        give_size(self, 520, 330)
        self._find(typed)

    @classmethod
    def ask(
        cls,
        words: Words,
        title: Text,
        typed: str,
        search: Search,
        take: Callable[[str], object],
        parent: QWidget,
    ) -> "PickDialog":
        """Open it over `parent` with something to look for; `take` gets the id that was chosen."""
        dialog = cls(words, title, typed, search, take, parent)
        dialog.open()
        dialog.line.setFocus()
        return dialog

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            row = self.list.currentRow()
            if event.key() == Qt.Key.Key_Down:
                self.list.setCurrentRow(min(row + 1, self.list.count() - 1))
                return True
            if event.key() == Qt.Key.Key_Up:
                self.list.setCurrentRow(max(row - 1, 0))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if not self.line.settle():
                    self._choose()
                return True
        return super().eventFilter(watched, event)

    def _find(self, typed: str) -> None:
        self.list.clear()
        for choice in self._search(typed.strip()):
            item = QListWidgetItem(choice.words)
            item.setData(Qt.ItemDataRole.UserRole, choice.record_id)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._say(Text("No matching record found."))
        self._nobody.setVisible(self.list.count() == 0)

    def _say(self, text: Text) -> None:
        self._words.say(self._nobody.setText, text)
        self._nobody.show()

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            record_id = item.data(Qt.ItemDataRole.UserRole)
            self.accept()
            self._take(record_id)
