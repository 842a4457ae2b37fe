"""The part 'Who did what' of the inbox: the log of this office, for its officers."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.text import Text
from fieldapp.language import INDIA
from fieldapp.sync.audit import Entry
from fieldapp.ui.widgets.plain_table import Cell, PlainTable
from fieldapp.ui.words import Words


class TrailPart(QWidget):
    """Shows the newest lines of the log; nothing can be changed in it."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._entries: Sequence[Entry] = ()
        self.table = PlainTable(
            words,
            Text("Who did what"),
            (Text("When"), Text("Login"), Text("What"), Text("About")),
            stretch=3,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        self.setFocusProxy(self.table)

    def put(self, entries: Sequence[Entry]) -> None:
        """Show these lines, the newest first."""
        self._entries = entries
        self.say()

    def say(self) -> None:
        """All of it in the language spoken now."""
        rows = [(str(n), self._cells(one)) for n, one in enumerate(self._entries)]
        self.table.put(rows, self.table.key or "0")

    def _cells(self, one: Entry) -> tuple[Cell, ...]:
        at = one.at.astimezone(INDIA).strftime("%d-%m-%Y %H:%M")
        return Cell(at), Cell(one.login), Cell(one.deed), Cell(one.about)
