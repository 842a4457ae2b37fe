"""Words in Kruti Dev pasted into a field: a line under it shows them in Unicode, and one key takes it.

Never by itself: whoever goes on typing, or presses Esc, keeps the words as they are.
"""

import re

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from fieldapp.domain.kruti_dev import kruti_to_unicode, looks_like_kruti_dev
from fieldapp.domain.text import Text
from fieldapp.ui.theme import current
from fieldapp.ui.words import Words

KEY = "Ctrl+J"
KEPT = "oldFont"
"""A property of the field while its words may be in an old font: nothing else may turn them meanwhile."""

_PASTED_AT_ONCE = 3
_SHOWN = 60
_KEYS = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)


class OldFontOffer(QObject):
    """Watches one field. It looks only when several letters come at once, as they do when they are pasted."""

    def __init__(self, field: QLineEdit | QPlainTextEdit) -> None:
        super().__init__(field)
        self._field = field
        self._length = 0
        self._frame: QFrame | None = None
        field.textChanged.connect(self._look)
        field.installEventFilter(self)

    @property
    def shown(self) -> str:
        """What the line under the field says, '' while there is none."""
        label = self._frame.findChild(QLabel) if self._frame is not None else None
        return label.text() if label is not None else ""

    def take(self) -> None:
        """Put the words into Unicode; Ctrl+Z in the field brings the old ones back."""
        turned = unicode_words(self._words())
        self._put_away()
        self._field.selectAll()
        if isinstance(self._field, QLineEdit):
            self._field.insert(turned)
        else:
            self._field.insertPlainText(turned)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._frame is not None:
            if isinstance(event, QKeyEvent) and event.type() in _KEYS and self._press(event):
                return True
            if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
                self._put_away(keep=True)
        return super().eventFilter(watched, event)

    def _press(self, event: QKeyEvent) -> bool:
        """Whether a key was used up by the line under the field."""
        takes = QKeySequence(event.keyCombination()) == QKeySequence(KEY)
        if not takes and event.key() != Qt.Key.Key_Escape:
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
        elif takes:
            self.take()
        else:
            self._put_away(keep=True)
        return True

    def _look(self) -> None:
        words = self._words()
        came, self._length = len(words) - self._length, len(words)
        pasted = came >= _PASTED_AT_ONCE and self._field.hasFocus()
        if looks_like_kruti_dev(words) and (pasted or self._frame is not None):
            self._show(words)
        else:
            self._put_away()

    def _words(self) -> str:
        return self._field.text() if isinstance(self._field, QLineEdit) else self._field.toPlainText()

    def _show(self, words: str) -> None:
        self._put_away()
        self._field.setProperty(KEPT, True)
        frame = self._frame = QFrame(self._field.window())
        frame.setProperty("look", "banner-hint")
        frame.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        old, new = (_short(one) for one in (words, unicode_words(words)))
        label = QLabel(f"{old} = {new}", frame)
        label.setTextFormat(Qt.TextFormat.PlainText)
        asked = QLabel(_asked(self._field), frame)
        asked.setProperty("look", "small")
        row = QHBoxLayout(frame)
        row.setContentsMargins(10, 4, 10, 4)
        row.addWidget(label)
        row.addWidget(asked)
        self._field.setAccessibleDescription(f"{label.text()} · {asked.text()}")
        frame.adjustSize()
        window = self._field.window()
        below = self._field.mapTo(window, QPoint(0, self._field.height() + current().px(2)))
        if below.y() + frame.height() > window.height():
            below = self._field.mapTo(window, QPoint(0, -frame.height()))
        frame.move(max(0, min(below.x(), window.width() - frame.width())), max(below.y(), 0))
        frame.show()
        frame.raise_()

    def _put_away(self, *, keep: bool = False) -> None:
        """keep: the words stay as they were pasted."""
        if not keep:
            self._field.setProperty(KEPT, False)
        if self._frame is not None:
            self._frame.hide()
            self._frame.deleteLater()
            self._frame = None


def unicode_words(words: str) -> str:
    """Pasted words out of their old font; blanks at the ends go."""
    return kruti_to_unicode(words.strip())


def _short(words: str) -> str:
    plain = re.sub(r"\s+", " ", words.strip())
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"


def _asked(field: QWidget) -> str:
    """The question in the language of the window the field is in."""
    above: QObject | None = field
    while above is not None:
        words = getattr(above, "words", None)
        if isinstance(words, Words):
            return words.render(Text("Old font: {key} takes it, Esc keeps it as typed.", key=KEY))
        above = above.parent()
    return KEY
