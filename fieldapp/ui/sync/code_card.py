"""A receipt by telephone: twenty digits typed as they are read out, each group checked at once."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.text import Text
from fieldapp.sync.receipt_code import GROUP, GROUPS, is_complete, spread, wrong_group
from fieldapp.ui.widgets.flow import HeadRow
from fieldapp.ui.widgets.parts_of_a_page import button, plain_label
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words


class CodeRow(QWidget):
    """entered: twenty digits whose groups all check."""

    entered = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.digits = LineEdit()
        self.digits.setPlaceholderText("0000 0000 0000 0000 0000")
        words.say(self.digits.setAccessibleName, Text("Receipt code, 20 digits"))
        self.told = plain_label("small")
        self.take = button(words, Text("Take the code"), "primary")
        self.digits.textEdited.connect(self._spread)
        self.digits.textChanged.connect(lambda _typed: self.say())
        self.digits.returnPressed.connect(self._enter)
        self.take.clicked.connect(self._enter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(HeadRow(self.digits, self.take, least=250))
        column.addWidget(self.told)
        words.changed.connect(self.say)
        self.say()

    def begin(self) -> None:
        """Show the row, empty, and wait for the first digit."""
        self.digits.clear()
        self.show()
        self.digits.setFocus()

    def say(self) -> None:
        """Which groups are right, in words."""
        typed = self.digits.text()
        complete, wrong = is_complete(typed), wrong_group(typed)
        self.take.setEnabled(complete and not wrong)
        self.told.setText(self._words.render(_told(typed, wrong)))

    def _spread(self, typed: str) -> None:
        """Groups of four, while the cursor stands at the end; who corrects in the middle is left alone."""
        if self.digits.cursorPosition() == len(typed):
            self.digits.setText(" ".join(spread(typed)[:GROUPS]))

    def _enter(self) -> None:
        if self.take.isEnabled():
            self.entered.emit(self.digits.text())


def _told(typed: str, wrong: int) -> Text:
    groups = spread(typed)
    if wrong:
        return Text("Group {n} is not right: ask for these four digits once more.", n=wrong)
    if is_complete(typed):
        return Text("All five groups are right.")
    right = sum(len(group) == GROUP for group in groups)
    if right:
        return Text("Right so far: groups {n} of {m}.", n=right, m=GROUPS)
    return Text("Type the 20 digits as head office reads them out.")
