"""The line under the grid: what is said about the current cell, its keys, or a question to answer."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.text import Text
from fieldapp.ui.activities.cells import latin_key
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.flow import FlowRow
from fieldapp.ui.widgets.icons import picture
from fieldapp.ui.widgets.search_line import SearchLine
from fieldapp.ui.words import Words

_LOOKS = {
    "hard": ("banner-problem", "stop"),
    "soft": ("banner-hint", "hint"),
    "asking": ("banner-hint", "hint"),
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)

Choices = Sequence[tuple[str, Text]]
"""Single keys and what they mean."""

Seek = Callable[[str, int], str]
"""(typed, step) goes to what is found, step as in find.nearest, and gives the words to show beside it."""


class LineBelow(QFrame):
    """Takes the focus only while it asks something: a row (F6), words to find (Ctrl+F), or one key."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._said: tuple[tuple[Text, ...], str] = ((), "")
        self._question: Text | None = None
        self._answer: Callable[[str], bool] | None = None
        self._seek: Seek | None = None
        self._keys: dict[str, Callable[[], None]] = {}
        self._back_to: QWidget | None = None
        self._sign, self._label, self._found = QLabel(), QLabel(), QLabel()
        for label in (self._label, self._found):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self.field = SearchLine()
        self.field.installEventFilter(self)
        self.field.refused.connect(self._refuse)
        self.field.textEdited.connect(lambda typed: self._look(typed, 0))
        self._buttons: FlowRow | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 2, 10, 2)
        self._row.addWidget(self._sign)
        self._row.addWidget(self._label, 1)
        self._row.addWidget(self.field)
        self._row.addWidget(self._found)
        self.field.hide()
        self._found.hide()
        words.changed.connect(self._say)
        self._say()

    # ------------------------------------------------------------ saying

    def say(self, texts: Sequence[Text], tone: str) -> None:
        """Say these in both languages. tone: 'hard', 'soft', or '' for what is only worth knowing."""
        if self._question is None:
            self._said = tuple(texts), tone
            self._say()

    def choices(self, keys: Choices, *, asking: bool = False) -> None:
        """Show the single keys that can be pressed now; asking: one of them is awaited."""
        if self._question is None:
            shown = "    ".join(f"{key}\u2002{self._words.render(meaning)}" for key, meaning in keys)
            self._said = (), "keys"
            self._wear("asking" if asking else "", shown)

    @property
    def words(self) -> str:
        """What the line says now."""
        return self._label.text()

    # ------------------------------------------------------------ asking

    def ask_number(self, question: Text, answer: Callable[[int], bool], back_to: QWidget) -> None:
        """Ask for a number; `answer` says whether it was one that exists. Esc and leaving give it up."""

        def number(typed: str) -> bool:
            digits = fold_digits(typed).strip()
            return digits.isdecimal() and answer(int(digits))

        self._answer = number
        self._ask(question, back_to, width=90)

    def ask_words(self, question: Text, seek: Seek, back_to: QWidget) -> None:
        """Ask for words and seek them as they are typed: Enter or Down the next, Shift+Enter or Up back."""
        self._seek = seek
        self._ask(question, back_to, width=260)

    def ask_key(self, question: Text, keys: Choices, answer: Callable[[str], None], back_to: QWidget) -> None:
        """Ask for one of these keys, each a button too. Esc and leaving give it up."""
        self._ask(question, back_to, width=0)
        self._keys = {key: partial(self._take_key, key, answer) for key, _ in keys}
        self._buttons = FlowRow(gap=4)
        for key, meaning in keys:
            button = QPushButton(self._words.render(Text("{key}  {words}", key=key, words=meaning)))
            button.setProperty("look", "chip")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _on, take=self._keys[key]: take())
            self._buttons.add(button)
        self._row.insertWidget(2, self._buttons, 2)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self._words.render(question))
        self.setFocus()

    def _ask(self, question: Text, back_to: QWidget, *, width: int) -> None:
        self._question, self._back_to = question, back_to
        self._said = (question,), ""
        self._say()
        if width:
            self.field.begin_anew()
            self.field.setAccessibleName(self._words.render(question))
            self.field.setFixedWidth(current().px(width))
            self.field.show()
            self.field.setFocus()

    def _look(self, typed: str, step: int) -> None:
        if self._seek is not None:
            self._found.setText(self._seek(typed, step))
            self._found.setVisible(bool(self._found.text()))

    def _refuse(self, why: Text) -> None:
        """Say why what was looked for is gone: beside the line, or where it was when it was left."""
        if self._question is None:
            self.say((why,), "hard")
            return
        self._found.setText(self._words.render(why))
        self._found.show()

    def _take_key(self, key: str, answer: Callable[[str], None]) -> None:
        self._put_away()
        answer(key)

    def _put_away(self) -> None:
        self._question = self._answer = self._seek = None
        self._keys = {}
        self._said = (), ""
        for widget in (self.field, self._found):
            widget.hide()
        if self._buttons is not None:
            self._buttons.hide()
            self._buttons.deleteLater()
            self._buttons = None
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._say()
        if self._back_to is not None:
            self._back_to.setFocus()

    # ------------------------------------------------------------ Qt's own names

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chosen = self._keys.get(latin_key(event.text()))
        if chosen is not None:
            chosen()
        elif event.key() == Qt.Key.Key_Escape and self._question is not None:
            self._put_away()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusOut and self._keys:
            self._put_away()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._answered(event):
            return True
        if event.type() is QEvent.Type.FocusOut and self._question is not None:
            self._put_away()
        return super().eventFilter(watched, event)

    def _answered(self, event: QKeyEvent) -> bool:
        """Whether a key in the field was an answer, a way to the next one found, or gave it up."""
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_Escape:
            self._put_away()
        elif event.key() in _ENTER and self._answer is not None:
            if self._answer(self.field.text()):
                self._put_away()
            else:
                self.field.selectAll()
        elif event.key() in (*_ENTER, Qt.Key.Key_Down, Qt.Key.Key_Up) and self._seek is not None:
            if not self.field.settle():
                self._look(self.field.text(), -1 if back or event.key() == Qt.Key.Key_Up else 1)
        else:
            return False
        return True

    # ------------------------------------------------------------ within

    def _say(self) -> None:
        texts, tone = self._said
        if tone == "keys":
            return
        first = " ".join(map(self._words.render, texts))
        if self._question is not None:  # it shares the line with what answers it
            self._wear(tone, first)
            return
        second = " ".join(filter(None, map(self._words.other, texts)))
        self._wear(tone, f"{first}  /  {second}" if second else first)

    def _wear(self, tone: str, words: str) -> None:
        look, icon = _LOOKS.get(tone, ("", ""))
        if self.property("look") != look:
            self.setProperty("look", look)
            for widget in (self, self._label):
                widget.style().unpolish(widget)
                widget.style().polish(widget)
        self._sign.setVisible(bool(icon) and bool(words))
        if icon:
            colours, side = current().colours, current().px(16)
            tint = colours.red if tone == "hard" else colours.amber
            self._sign.setPixmap(picture(icon, tint, side, self.devicePixelRatioF()))
        if self._label.text() != words:
            self._label.setText(words)
