"""Taking an imported file out again, or a late one in: the verb, and the reason that is asked before it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.text import Text
from fieldapp.ui.widgets.parts_of_a_page import button, said_label
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words

_LONGEST = 300
_OPEN, _GO = Text("Take out again…"), Text("Take it out")
_WHY = Text("Why? The centre reads it and sends these records again.")


class UndoRow(QWidget):
    """asked: it is to be done, with this reason. opens, goes, why: what its buttons and its question say."""

    asked = Signal(str)

    def __init__(self, words: Words, opens: Text = _OPEN, goes: Text = _GO, why: Text = _WHY) -> None:
        super().__init__()
        self.open = button(words, opens)
        self.reason = LineEdit()
        self.reason.setMaxLength(_LONGEST)
        self.go, self.cancel = button(words, goes, "primary"), button(words, Text("Cancel"))
        label = said_label(words, why)
        label.setBuddy(self.reason)
        words.say(self.reason.setAccessibleName, Text("Reason"))
        self._asking = QWidget()
        asking, verbs = QVBoxLayout(self._asking), QHBoxLayout()
        asking.setContentsMargins(0, 0, 0, 0)
        asking.addWidget(label)
        asking.addWidget(self.reason)
        verbs.addWidget(self.go)
        verbs.addWidget(self.cancel)
        verbs.addStretch(1)
        asking.addLayout(verbs)
        column, first = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        first.addWidget(self.open)
        first.addStretch(1)
        column.addLayout(first)
        column.addWidget(self._asking)
        self.open.clicked.connect(self._ask)
        self.cancel.clicked.connect(self.give_up)
        self.go.clicked.connect(self._go)
        self.reason.returnPressed.connect(self._go)
        self.reason.textChanged.connect(lambda text: self.go.setEnabled(bool(text.strip())))
        self.close_asking()

    @property
    def asking(self) -> bool:
        """Whether the reason is being asked."""
        return not self._asking.isHidden()

    def close_asking(self) -> None:
        """Ask nothing (any more)."""
        self._asking.hide()
        self.open.show()
        self.reason.clear()
        self.go.setEnabled(False)

    def give_up(self) -> None:
        """Ask nothing after all: back to the verb."""
        self.close_asking()
        self.open.setFocus()

    def _ask(self) -> None:
        self._asking.show()
        self.open.hide()
        self.reason.setFocus()

    def _go(self) -> None:
        if reason := self.reason.text().strip():
            self.asked.emit(reason)
