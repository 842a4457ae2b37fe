"""The strip above the form of a record about which head office said something: why, and one key to answer.

Two kinds of word come from there: a record that was not taken (its code says why), and a correction that was
asked for, with a reason and perhaps a suggestion.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from fieldapp.domain.fields import Field
from fieldapp.domain.records import Decision, Record
from fieldapp.domain.text import Text
from fieldapp.services.decisions import Standing
from fieldapp.services.typed_paths import field_at
from fieldapp.ui.desk import Desk
from fieldapp.ui.widgets.flow import HeadRow
from fieldapp.ui.widgets.parts_of_a_page import plain_label
from fieldapp.ui.widgets.plain import LineEdit

if TYPE_CHECKING:
    from fieldapp.sync.receiving import RefusedRecord

TAKE_KEY, RIGHT_KEY = "F5", "Shift+F5"


class AskedBar(QFrame):
    """taken: let what was suggested stand. right: it was right, and why."""

    taken = Signal()
    right = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "banner-hint")
        self._desk = desk
        self._record: Record | None = None
        self._refused: RefusedRecord | None = None
        self.asked: Decision | None = None
        words = desk.words
        self.said = plain_label("banner-hint")
        self.take, self.was_right = QPushButton(), QPushButton()
        self.why = LineEdit()
        words.say(self.why.setAccessibleName, Text("Why it is right as it stands"))
        words.say(self.why.setPlaceholderText, Text("Why it is right as it stands"))
        self.take.clicked.connect(self.taken)
        self.was_right.clicked.connect(self._ask_why)
        self.why.returnPressed.connect(self._answer)
        for one in (self.take, self.was_right):
            one.setAutoDefault(False)
        for key, press in ((TAKE_KEY, self.take), (RIGHT_KEY, self.was_right)):
            verb = QAction(self)
            verb.setShortcut(QKeySequence(key))
            verb.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            verb.triggered.connect(press.click)
            self.addAction(verb)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 3, 6, 3)
        column.setSpacing(4)
        column.addWidget(HeadRow(self.said, self.take, self.was_right))
        column.addWidget(self.why)
        words.changed.connect(self.say)
        self.why.hide()
        self.hide()

    @property
    def path(self) -> str:
        """The field it is about, '' for the whole record or nothing."""
        if self.asked is not None:
            return self.asked.field_path
        return self._refused.path if self._refused is not None else ""

    def put(self, record: Record, standing: Standing | None, refused: "RefusedRecord | None") -> None:
        """Show what was said about a record; nothing hides the strip."""
        asked = standing.asked[0].record if standing is not None and standing.asked else None
        if asked != self.asked or asked is None:
            self.why.hide()
        self._record, self._refused, self.asked = record, refused, asked
        self.setVisible(asked is not None or refused is not None)
        self.say()

    def say(self) -> None:
        """All of it in the language spoken now; what a code says, in both."""
        words, asked = self._desk.words, self.asked
        lines = []
        if self._refused is not None:
            lines.append(words.language.both(self._refused.said[0]))
        if asked is not None:
            lines.append(words.render(self._asked_words(asked)))
        self.said.setText("\n".join(lines))
        self.take.setVisible(asked is not None and bool(asked.suggestion))
        self.was_right.setVisible(asked is not None)
        self.take.setText(f"{words.render(Text('Take the suggestion'))} {TAKE_KEY}")
        self.was_right.setText(f"{words.render(Text('It was right'))} {RIGHT_KEY}")

    def _asked_words(self, asked: Decision) -> Text:
        one: Field | None = field_at(self._record, asked.field_path) if self._record else None
        field = Text(one.label) if one is not None else Text("The whole record")
        return correction_words(field, asked)

    def _ask_why(self) -> None:
        self.why.show()
        self.why.setFocus()

    def _answer(self) -> None:
        if self.why.text().strip():
            self.right.emit(self.why.text().strip())
            self.why.clear()
            self.why.hide()


def correction_words(field: Text, asked: Decision) -> Text:
    """What head office asks about a field: its reason, and what it suggests instead."""
    if asked.suggestion:
        return Text(
            "{field}: {reason} Suggested: {suggestion}",
            field=field,
            reason=asked.reason,
            suggestion=asked.suggestion,
        )
    return Text("{field}: {reason}", field=field, reason=asked.reason)
