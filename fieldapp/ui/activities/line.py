"""The line under the grid: what is said about the current cell, its keys, or a question to answer."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.text import Text
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.icons import picture
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words

_LOOKS = {
    "hard": ("banner-problem", "stop"),
    "soft": ("banner-hint", "hint"),
    "asking": ("banner-hint", "hint"),
}


class LineBelow(QFrame):
    """Never takes the focus by itself, but for the number that F6 asks."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._said: tuple[tuple[Text, ...], str] = ((), "")
        self._answer: Callable[[int], bool] | None = None
        self._back_to: QWidget | None = None
        self._sign, self._label = QLabel(), QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self.number = LineEdit()
        self.number.setValidator(QIntValidator(1, 9999, self))
        self.number.setMaximumWidth(current().px(90))
        self.number.installEventFilter(self)
        self.number.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 10, 2)
        row.addWidget(self._sign)
        row.addWidget(self._label, 1)
        row.addWidget(self.number)
        words.changed.connect(self._say)
        self._say()

    def say(self, texts: Sequence[Text], tone: str) -> None:
        """Say these in both languages. tone: 'hard', 'soft', or '' for what is only worth knowing."""
        if self._answer is None:
            self._said = tuple(texts), tone
            self._say()

    def choices(self, keys: Sequence[tuple[str, Text]], *, asking: bool = False) -> None:
        """Show the single keys that can be pressed now; asking: one of them is awaited."""
        if self._answer is None:
            shown = "    ".join(f"{key}\u2002{self._words.render(meaning)}" for key, meaning in keys)
            self._said = (), "keys"
            self._wear("asking" if asking else "", shown)

    def ask_number(self, question: Text, answer: Callable[[int], bool], back_to: QWidget) -> None:
        """Ask for a number; `answer` says whether it was one that exists. Esc and leaving give it up."""
        self._said, self._answer, self._back_to = ((question,), ""), answer, back_to
        self.number.clear()
        self.number.setAccessibleName(self._words.render(question))
        self.number.show()
        self._say()
        self.number.setFocus()

    @property
    def words(self) -> str:
        """What the line says now."""
        return self._label.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._try_answer()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._put_away()
                return True
        if event.type() is QEvent.Type.FocusOut and self._answer is not None:
            self._put_away()
        return super().eventFilter(watched, event)

    def _try_answer(self) -> None:
        answer, typed = self._answer, fold_digits(self.number.text())
        if answer is not None and typed.isdecimal() and answer(int(typed)):
            self._put_away()
        else:
            self.number.selectAll()

    def _put_away(self) -> None:
        self._answer = None
        self.number.hide()
        self._said = (), ""
        self._say()
        if self._back_to is not None:
            self._back_to.setFocus()

    def _say(self) -> None:
        texts, tone = self._said
        if tone == "keys":
            return
        first = " ".join(map(self._words.render, texts))
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
        self._label.setText(words)
