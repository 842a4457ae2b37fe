"""The only place that shows a message: a line at the bottom of the page, in both languages.

A dialog comes only before what cannot be undone; a bug gets one report page. Services raise, pages hand the
error on, and nobody else decides how it looks.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

import fieldapp
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.text import Text
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.icons import icon, picture
from fieldapp.ui.words import Words

_log = logging.getLogger(__name__)

NOTHING = Text("")


class Tone(Enum):
    """How a message looks. The picture says it too: colour is never the only sign."""

    PROBLEM = "problem"
    HINT = "hint"
    DONE = "done"


_PICTURE = {Tone.PROBLEM: "stop", Tone.HINT: "hint", Tone.DONE: "check"}


@dataclass(frozen=True)
class Offer:
    """Something the message lets a person do at once: the word on its button, and what it calls."""

    verb: Text
    do: Callable[[], object]


@dataclass(frozen=True)
class Message:
    title: Text
    advice: Text = NOTHING
    tone: Tone = Tone.PROBLEM
    offer: Offer | None = None


@dataclass(frozen=True)
class Question:
    """Asked before what cannot be undone. verb: what the button that does it says."""

    title: Text
    consequence: Text
    verb: Text
    do: Callable[[], object]


class Messages(QObject):
    """Where everybody brings what a person must be told; the window shows it."""

    said = Signal(object)
    cleared = Signal()
    bug = Signal(object)
    asked = Signal(object)

    def show(self, error: BaseException) -> None:
        """Tell of an error: one a person can act on in a line, anything else on the report page."""
        if isinstance(error, FieldAppError):
            self.said.emit(Message(error.title, error.advice))
            return
        _log.error("%s", bug_report(error))
        self.bug.emit(error)

    def tell(
        self, title: Text, advice: Text = NOTHING, tone: Tone = Tone.DONE, offer: Offer | None = None
    ) -> None:
        """Say something that is no error, with something to do about it if there is."""
        self.said.emit(Message(title, advice, tone, offer))

    def clear(self) -> None:
        """Take the line away: what it said is settled."""
        self.cleared.emit()

    def confirm(self, title: Text, consequence: Text, verb: Text, do: Callable[[], object]) -> None:
        """Ask before something that cannot be undone; `do` is called only after yes. Returns at once."""
        self.asked.emit(Question(title, consequence, verb, do))


class MessageLine(QFrame):
    """The line at the bottom of the page: the message in the person's language, then in the other one."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._message: Message | None = None
        self._sign = QLabel()
        self._first = _words_label()
        self._second = _words_label()
        self._second.setProperty("look", "small")
        self._offer = QPushButton()
        self._offer.clicked.connect(self._take_offer)
        self._close = QPushButton()
        self._close.setProperty("look", "flat")
        self._close.setIcon(icon("close", current().colours.muted, current().px(14)))
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        words.say(self._close.setAccessibleName, Text("Close the message"))
        self._close.clicked.connect(self.put_away)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(self._first)
        said.addWidget(self._second)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        row.addWidget(self._offer)
        row.addWidget(self._close)
        words.changed.connect(self._say)
        self.hide()

    def put(self, message: Message) -> None:
        """Show a message instead of the one that is there."""
        self._message = message
        self._say()
        self.show()

    def put_away(self) -> None:
        self._message = None
        self.hide()

    @property
    def message(self) -> Message | None:
        """What the line says now."""
        return self._message

    def _say(self) -> None:
        message = self._message
        if message is None:
            return
        self.setProperty("look", f"banner-{message.tone.value}")
        self._first.setText(" ".join(filter(None, map(self._words.render, (message.title, message.advice)))))
        other = " ".join(filter(None, map(self._words.other, (message.title, message.advice))))
        self._second.setText(other)
        self._second.setVisible(bool(other))
        self.setAccessibleName(self._first.text())
        self._offer.setVisible(message.offer is not None)
        if message.offer is not None:
            self._offer.setText(self._words.render(message.offer.verb))
        colours, side = current().colours, current().px(18)
        tint = {Tone.PROBLEM: colours.red, Tone.HINT: colours.amber, Tone.DONE: colours.accent}[message.tone]
        self._sign.setPixmap(picture(_PICTURE[message.tone], tint, side, self.devicePixelRatioF()))
        self.style().unpolish(self)
        self.style().polish(self)
        for label in (self._first, self._second):
            label.style().unpolish(label)
            label.style().polish(label)

    def _take_offer(self) -> None:
        message = self._message
        self.put_away()
        if message is not None and message.offer is not None:
            message.offer.do()


class ConfirmDialog(QDialog):
    """One question in both languages; the safe answer has the focus. Opened, never executed."""

    def __init__(self, question: Question, words: Words, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(words.render(question.title))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(8)
        for text, look in ((question.title, "section"), (question.consequence, "")):
            label = _words_label(words.render(text))
            label.setProperty("look", look)
            layout.addWidget(label)
            if other := words.other(text):
                second = _words_label(other)
                second.setProperty("look", "small")
                layout.addWidget(second)
        buttons = QDialogButtonBox()
        yes = buttons.addButton(words.render(question.verb), QDialogButtonBox.ButtonRole.AcceptRole)
        no = buttons.addButton(words.render(Text("Cancel")), QDialogButtonBox.ButtonRole.RejectRole)
        yes.setProperty("look", "danger")
        no.setDefault(True)
        no.setFocus()
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(question.do)
        layout.addWidget(buttons)
        self.setMinimumWidth(current().px(420))


class BugPage(QWidget):
    """The one report page for what should not have happened: what is safe, the report, and the way back."""

    back = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(12)
        for text, look in (
            (Text("Something went wrong in the program. Your saved work is safe."), "title"),
            (Text("You can go on working. The report below names no person; send it to head office."), ""),
        ):
            label = _words_label()
            label.setProperty("look", look)
            words.say(label.setText, text)
            layout.addWidget(label)
        self.report = QPlainTextEdit()
        self.report.setReadOnly(True)
        words.say(self.report.setAccessibleName, Text("The report"))
        layout.addWidget(self.report, 1)
        row = QHBoxLayout()
        copy, back = QPushButton(), QPushButton()
        words.say(copy.setText, Text("Copy the report"))
        words.say(back.setText, Text("Go on working"))
        back.setProperty("look", "primary")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report.toPlainText()))
        back.clicked.connect(self.back)
        row.addWidget(back)
        row.addWidget(copy)
        row.addStretch(1)
        layout.addLayout(row)
        self.setFocusProxy(back)

    def put(self, error: BaseException) -> None:
        """Show the report of an error."""
        self.report.setPlainText(bug_report(error))


def bug_report(error: BaseException) -> str:
    """Where it happened and in which version; never the values, which may be people's names or numbers."""
    import platform
    import traceback

    lines = [
        f"fieldapp {fieldapp.__version__}, Python {platform.python_version()}, {platform.platform()}",
        type(error).__name__,
    ]
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        lines.append(f"  {'/'.join(path.parts[-3:])}:{frame.lineno} {frame.name}")
    return "\n".join(lines)


def _words_label(words: str = "") -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
