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
from fieldapp.services.decisions import Review, Standing
from fieldapp.services.records import Held
from fieldapp.services.typed_paths import field_at
from fieldapp.ui.desk import Desk
from fieldapp.ui.widgets.flow import HeadRow
from fieldapp.ui.widgets.parts_of_a_page import plain_label
from fieldapp.ui.widgets.plain import LineEdit

if TYPE_CHECKING:
    from fieldapp.sync.refused_records import RefusedRecord

TAKE_KEY, RIGHT_KEY = "F5", "Shift+F5"


class AskedBar(QFrame):
    """taken: let what was suggested stand. right: it was right, and why. accepted: the owner's answer is."""

    taken = Signal()
    right = Signal(str)
    accepted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "banner-hint")
        self._desk = desk
        self._record: Record | None = None
        self._refused: RefusedRecord | None = None
        self._standing: Standing | None = None
        self.asked: Decision | None = None
        self.answer: Decision | None = None
        words = desk.words
        self.said = plain_label("banner-hint")
        self.take, self.was_right, self.accept = QPushButton(), QPushButton(), QPushButton()
        self.why = LineEdit()
        words.say(self.why.setAccessibleName, Text("Why it is right as it stands"))
        words.say(self.why.setPlaceholderText, Text("Why it is right as it stands"))
        self.take.clicked.connect(self.taken)
        self.was_right.clicked.connect(self._ask_why)
        self.why.returnPressed.connect(self._answer)
        self.accept.clicked.connect(self.accepted)
        for one in (self.take, self.was_right, self.accept):
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
        column.addWidget(HeadRow(self.said, self.take, self.was_right, self.accept))
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
        """Show its owner what was said about a record; nothing hides the strip."""
        asked = standing.asked[0].record if standing is not None and standing.asked else None
        if asked != self.asked or asked is None:
            self.why.hide()
        self._record, self._refused, self.asked, self.answer = record, refused, asked, None
        self._standing = standing
        self.say()

    def put_theirs(self, record: Record, standing: Standing) -> None:
        """Show whoever decides about another's record what was said, and what its owner answered."""
        answers = standing.answers
        self._record, self._refused, self.asked, self._standing = record, None, None, standing
        self.answer = answers[0].record if answers else None
        self.why.hide()
        self.say()

    def say(self) -> None:
        """All of it in the language spoken now; what head office says to a centre, in both."""
        words, asked, standing = self._desk.words, self.asked, self._standing
        both = words.language.both
        lines = []
        if self._refused is not None:
            lines.append(both(self._refused.said[0]))
        if asked is not None:
            lines.append(both(correction_words(self._field(asked), asked)))
        if standing is not None and standing.stands is not None and self.answer is None:
            lines.append(both(another_stands(standing.stands.record)))
        if self.answer is not None:
            lines.append(words.render(answer_words(self._field(self.answer), self.answer)))
        elif standing is not None and standing.review is Review.ACCEPTED and standing.said is not None:
            lines.append(words.render(_accepted_words(standing.said)))
        self.said.setText("\n".join(lines))
        self.setVisible(bool(lines))
        self.take.setVisible(asked is not None and bool(asked.suggestion))
        self.was_right.setVisible(asked is not None)
        self.accept.setVisible(self.answer is not None)
        self.take.setText(f"{words.render(Text('Take the suggestion'))} {TAKE_KEY}")
        self.was_right.setText(f"{words.render(Text('It was right'))} {RIGHT_KEY}")
        self.accept.setText(words.render(Text("Accept")))

    def _field(self, said: Decision) -> Text:
        return words_of_field(self._record, said.field_path)

    def _ask_why(self) -> None:
        self.why.show()
        self.why.setFocus()

    def _answer(self) -> None:
        if self.why.text().strip():
            self.right.emit(self.why.text().strip())
            self.why.clear()
            self.why.hide()


def another_stands(said: Decision) -> Text:
    """That head office lets another version stand than this home has, and why."""
    words = Text("Another version of this record stands at head office. Compare it with the paper.")
    return Text("{words} {reason}", words=words, reason=said.reason) if said.reason else words


def _accepted_words(said: Held[Decision]) -> Text:
    if said.record.reason:
        return Text("Accepted by {by}: {reason}", by=said.by, reason=said.record.reason)
    return Text("Accepted by {by}", by=said.by)


def words_of_field(record: Record | None, path: str) -> Text:
    """A field of a record as people call it; '' leads to the whole record."""
    one: Field | None = field_at(record, path) if record is not None else None
    return Text(one.label) if one is not None else Text("The whole record")


def answer_words(field: Text, answer: Decision) -> Text:
    """That the owner finds a field right as it stands, and why."""
    return Text("{field}: it was right. {reason}", field=field, reason=answer.reason)


def correction_words(field: Text, asked: Decision) -> Text:
    """What head office asks about a field: its reason, and what it suggests instead."""
    if asked.suggestion:
        return Text(
            "{field}: {reason} · Suggested: {suggestion}",
            field=field,
            reason=asked.reason,
            suggestion=asked.suggestion,
        )
    return Text("{field}: {reason}", field=field, reason=asked.reason)
