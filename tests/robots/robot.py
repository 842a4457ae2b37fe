"""Drives the real window in a user's words: keys go through Qt as from a keyboard, eyes read what is shown.

A robot knows no private part of a page: it finds a field or a button by the name a screen reader would say,
and reads labels that are visible. A page's own robot can be made by subclassing or by wrapping this one.
"""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from fieldapp.ui.main_window import MainWindow


class Robot:
    """Hands and eyes at one window."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    # ------------------------------------------------------------ hands

    def open_page(self, name: str) -> None:
        """Press a page's button in the rail; `name` is the page's name ('today', 'activities', ...)."""
        QTest.mouseClick(self.window.frame.rail.button(name), Qt.MouseButton.LeftButton)

    def press(self, keys: str) -> None:
        """Press keys as they are printed on them: 'Ctrl+K', 'Enter', 'Tab', '?', 'F1'."""
        combination = QKeySequence(keys)[0]
        typed = keys if len(keys) == 1 else ""
        target = self.focused() or self.window
        if typed:
            type_words(target, typed)
        else:
            QTest.keyClick(target, combination.key(), combination.keyboardModifiers())

    def type(self, words: str) -> None:
        """Type words of any script where the focus is."""
        for letter in words:
            type_words(self.focused() or self.window, letter)

    def type_into(self, name: str, words: str) -> QWidget:
        """Go to the field of that name, replace what stands in it, and stay there."""
        field = self.field(name)
        field.setFocus()
        if isinstance(field, QLineEdit | QPlainTextEdit):
            field.selectAll()
            QTest.keyClick(field, Qt.Key.Key_Delete)
        self.type(words)
        return field

    def choose(self, name: str, words: str) -> None:
        """Choose an entry of a list field by its words."""
        box = self.field(name)
        assert isinstance(box, QComboBox), f"{name} is no list to choose from"
        at = next((n for n in range(box.count()) if box.itemText(n).startswith(words)), -1)
        assert at >= 0, f"{words} is not among {[box.itemText(n) for n in range(box.count())]}"
        box.setFocus()
        box.setCurrentIndex(at)
        box.activated.emit(at)

    def press_button(self, words: str) -> None:
        """Press the visible button with these words on it (or read out for it)."""
        QTest.mouseClick(self.button(words), Qt.MouseButton.LeftButton)

    def drop(self, *files: Path, on: QWidget | None = None) -> None:
        """Let files fall on the window, or on a widget in it."""
        target = on or self.window
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        action, button, keys = (
            Qt.DropAction.CopyAction,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        while target is not None:
            enter = QDragEnterEvent(QPoint(5, 5), action, data, button, keys)
            if target.acceptDrops():
                QApplication.sendEvent(target, enter)
                if enter.isAccepted():
                    QApplication.sendEvent(target, QDropEvent(QPointF(5, 5), action, data, button, keys))
                    return
            target = target.parentWidget()
        raise AssertionError("nothing took the files")

    # ------------------------------------------------------------ eyes

    def focused(self) -> QWidget | None:
        """The widget that has the focus."""
        QApplication.processEvents()
        return QApplication.focusWidget()

    def read_heading(self) -> str:
        """What stands above the page."""
        return self.window.frame.top.heading.text()

    def read_status(self) -> str:
        """The status line, all of it."""
        status = self.window.frame.status
        parts = (
            status.saved.text(),
            status.sync.text() if status.sync.isVisible() else "",
            status.battery.text(),
        )
        return " | ".join(filter(None, parts))

    def read_message(self) -> str:
        """What the line below the page says, in both languages; '' when there is none."""
        message = self.window.frame.message
        return "\n".join(words(message)) if message.isVisible() else ""

    def read_rail(self) -> list[str]:
        """The words on the buttons of the rail."""
        rail = self.window.frame.rail
        return [button.text().strip() for button in rail.findChildren(QAbstractButton) if button.isVisible()]

    def read_page(self) -> str:
        """Every word that can be read in the part of the window where the pages are."""
        return "\n".join(words(self.window.frame.pages))

    def read_window(self) -> str:
        """Every word that can be read in the window."""
        return "\n".join(words(self.window))

    def dialog(self) -> QDialog | None:
        """The dialog that is open over the window."""
        return next(visible(self.window, QDialog), None)

    def field(self, name: str) -> QWidget:
        """The visible field that a screen reader calls by that name, beginning so."""
        found = [
            widget
            for widget in visible(self.window, QWidget)
            if widget.accessibleName().startswith(name) and not isinstance(widget, QAbstractButton | QLabel)
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        ]
        assert found, f"no field is called {name}"
        return found[0]

    def button(self, words: str) -> QAbstractButton:
        """The visible button with these words on it, or read out for it."""
        inside = self.dialog() or self.window
        found = [
            one
            for one in visible(inside, QAbstractButton)
            if words in (one.text().strip(), one.accessibleName())
        ]
        assert found, f"no button says {words}"
        return found[0]

    def screenshot(self, path: Path) -> Path:
        """Keep what the window looks like as a picture."""
        QApplication.processEvents()
        assert self.window.grab().save(str(path))
        return path


def type_words(widget: QWidget, letters: str) -> None:
    """Type letters of any script; `QTest.keyClicks` knows Latin ones only."""
    for letter in letters:
        if letter.isascii():
            QTest.keyClicks(widget, letter)
            continue
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(widget, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


def keystroke(key: str | tuple[Qt.Key | Qt.KeyboardModifier, ...]) -> None:
    """One key as a keyboard brings it: to the window, past all that watches it, and on to who has the focus.

    key: a letter of any script, or a key with its modifiers.
    """
    window = QApplication.focusWindow()
    assert window is not None, "no window has the keyboard"
    if not isinstance(key, str):
        QTest.keyClick(window, *key)
    elif key.isascii():
        QTest.keyClick(window, key)
    else:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(window, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, key))


def visible(root: QWidget, kind: type) -> Iterator:
    """The visible widgets of a kind inside another one, in the order they were made."""
    QApplication.processEvents()  # what was put on the page just now is shown by then
    return (widget for widget in root.findChildren(kind) if widget.isVisible())


def words(root: QWidget) -> list[str]:
    """What can be read in a widget: labels, buttons and fields that are visible."""
    read = []
    for widget in visible(root, QWidget):
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            read.append(widget.text())
        elif isinstance(widget, QComboBox):
            read.append(widget.currentText())
        elif isinstance(widget, QPlainTextEdit):
            read.append(widget.toPlainText())
    return [one for one in read if one]


def lay_out(root: QWidget) -> None:
    """Lay out what has changed, to the end: words that wrap pass a new height upwards, a layout at a time."""
    before = None
    for _ in range(10):
        now = [one.geometry() for one in root.findChildren(QWidget)]
        if now == before:
            return
        before = now
        QApplication.processEvents()
        root.grab()


def cut_words(root: QWidget) -> list[str]:
    """Labels and buttons whose words need more room than they have: nothing may be clipped."""
    cut = []
    lay_out(root)
    for widget in visible(root, QWidget):
        if isinstance(widget, QLabel) and widget.text() and not widget.pixmap().isNull():
            continue
        if isinstance(widget, QLabel) and widget.text():
            room = widget.contentsRect()
            flags = Qt.TextFlag.TextWordWrap if widget.wordWrap() else Qt.TextFlag.TextSingleLine
            need = widget.fontMetrics().boundingRect(room, flags, widget.text())
            if need.width() > room.width() + 1 or need.height() > room.height() + 1:
                cut.append(widget.text())
        elif isinstance(widget, QAbstractButton) and not widget.findChildren(QLabel):
            need = widget.fontMetrics().horizontalAdvance(widget.text())
            cut += [widget.text()] if need > widget.width() else []
    return cut
