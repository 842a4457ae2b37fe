"""Ctrl+K: any page, any action, any record, by a few letters of its name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from fieldapp.domain.text import Text
from fieldapp.ui.cover import Cover
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.search_line import SearchLine
from fieldapp.ui.words import Words

_WIDTH = 520
_ROWS = 8
_ROW = 30


@dataclass(frozen=True)
class Goal:
    """Something to go to. name: what is searched and shown; detail: shown after it; do: goes there.

    also: its name in the other language, searched too, for Latin letters are typed on Hindi screens.
    """

    name: str
    detail: str
    do: Callable[[], object]
    also: str = ""


Search = Callable[[str], Sequence[Goal]]


class GoTo(Cover):
    """A line and a list over the page. Up and Down choose, Enter goes, Esc closes."""

    def __init__(self, words: Words, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self._words = words
        self._over = parent
        self._width = 0
        self._goals: list[Goal] = []
        self._search: Search | None = None
        self._shown: list[Goal] = []
        self.line = SearchLine()
        words.say(self.line.setPlaceholderText, Text("Page, action, name or number"))
        words.say(self.line.setAccessibleName, Text("Go to any page, action or record"))
        self.list = QListWidget()
        self.list.setProperty("look", "popup")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda _item: self._go())
        self.line.textChanged.connect(self._find)
        self.line.installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.line)
        layout.addWidget(self.list)
        self.hide()

    def open(self, goals: Iterable[Goal], search: Search | None) -> None:
        """Show it over its parent. search: finds records for what is typed ."""
        self._goals, self._search = list(goals), search
        theme = current()
        room = self._over.size()
        width = self._width = min(theme.px(_WIDTH), room.width() - 32)
        self.setGeometry((room.width() - width) // 2, 24, width, 0)
        self.line.begin_anew()
        self._find("")
        self.come_up()
        self.raise_()
        self.line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._steer(event.key()):
            return True
        if event.type() is QEvent.Type.FocusOut and self.isVisible() and not self._has_focus():
            self.put_away()
        return super().eventFilter(watched, event)

    def _steer(self, key: int) -> bool:
        row = self.list.currentRow()
        if key == Qt.Key.Key_Down:
            self.list.setCurrentRow(min(row + 1, self.list.count() - 1))
        elif key == Qt.Key.Key_Up:
            self.list.setCurrentRow(max(row - 1, 0))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self.line.settle():
                self._go()
        elif key == Qt.Key.Key_Escape:
            self.put_away()
        else:
            return False
        return True

    def _find(self, typed: str) -> None:
        wanted = typed.casefold().split()
        self._shown = [
            goal
            for goal in self._goals
            if all(word in f"{goal.name}\n{goal.also}".casefold() for word in wanted)
        ]
        if self._search is not None and typed.strip():
            self._shown += self._search(typed.strip())
        self.list.clear()
        for goal in self._shown:
            self.list.addItem(QListWidgetItem(f"{goal.name}   {goal.detail}".rstrip()))
        if not self._shown:
            self.list.addItem(QListWidgetItem(self._words.render(Text("Nothing was found."))))
        self.list.setCurrentRow(0)
        rows = min(max(len(self._shown), 1), _ROWS)
        height = rows * current().px(_ROW) + 8
        self.list.setFixedHeight(min(height, self._over.height() // 2))
        self.adjustSize()
        self.resize(self._width, self.height())

    def _go(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._shown):
            goal = self._shown[row]
            self.put_away()
            goal.do()
