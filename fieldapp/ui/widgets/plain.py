"""Line edits and text boxes as the whole program wants them.

Ctrl+Z belongs to the field while there is typing to take back and to the program afterwards; a file that is
dropped belongs to the window, never to the field below it. What is pasted comes without breaks (in a line),
fixed spaces and characters that cannot be seen.
"""

import re
import unicodedata

from PySide6.QtCore import QEvent, QKeyCombination, QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QValidator
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

_JOINERS = "\u200c\u200d"
"""Devanagari is written with them."""

_OF_THE_PAGE = tuple(
    QKeyCombination(Qt.KeyboardModifier.ControlModifier, key) for key in (Qt.Key.Key_U, Qt.Key.Key_E)
)
"""Keys of a page that a line would take on X11, to delete what stands in it or to go to its end."""

_BREAKS = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")


def typed_into() -> QWidget | None:
    """The line or box that keys go into now: what ends in the background leaves the focus there."""
    focused = QApplication.focusWidget()
    return focused if isinstance(focused, QLineEdit | QPlainTextEdit) else None


def cleaned(words: str, *, lines: bool = False) -> str:
    """Words as they may stand in a field: plain spaces, nothing unseen; breaks only among lines."""
    if words.isprintable():
        return words
    with_breaks = _BREAKS.sub("\n", words)
    plain = with_breaks if lines else with_breaks.replace("\n", " ")
    kept = (" " if one == "\t" or unicodedata.category(one) == "Zs" else one for one in plain)
    return "".join(one for one in kept if one in _JOINERS + "\n" or unicodedata.category(one)[0] != "C")


class _Cleaner(QValidator):
    """Takes everything, without what does not belong in a line."""

    def validate(self, words: str, at: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, cleaned(words), len(cleaned(words[:at]))


class LineEdit(QLineEdit):
    """A one-line field."""

    def __init__(self, words: str | QWidget | None = "", parent: QWidget | None = None) -> None:
        text, above = (words, parent) if isinstance(words, str) else ("", words)
        super().__init__(text, above)
        self.setValidator(_Cleaner(self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and not self.isReadOnly():
            self.insert(cleaned(QGuiApplication.clipboard().text()).strip())  # can be taken back in one step
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # The class is asked first: making Qt's long lists of events and keys takes its time at the start.
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            undo = event.matches(QKeySequence.StandardKey.Undo) and not self.isUndoAvailable()
            redo = event.matches(QKeySequence.StandardKey.Redo) and not self.isRedoAvailable()
            if undo or redo or event.keyCombination() in _OF_THE_PAGE:
                event.ignore()
                return False
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)


class TextBox(QPlainTextEdit):
    """A field of several lines: Enter makes a line, Tab and Ctrl+Enter go on."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            document = self.document()
            undo = event.matches(QKeySequence.StandardKey.Undo) and not document.isUndoAvailable()
            redo = event.matches(QKeySequence.StandardKey.Redo) and not document.isRedoAvailable()
            if undo or redo:
                event.ignore()
                return False
        return super().event(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.insertPlainText(cleaned(source.text(), lines=True))

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.left.emit()
