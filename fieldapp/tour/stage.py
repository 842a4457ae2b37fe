"""One real window on one home, off screen: hands that press keys and eyes that keep pictures.

A hand finds a field or button by the words a person reads on it, in the language that is spoken.
"""

import builtins
import gc
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import (
    QEvent,
    QMessageLogContext,
    QMimeData,
    QPoint,
    QPointF,
    QSettings,
    Qt,
    QtMsgType,
    QUrl,
    qInstallMessageHandler,
)
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QWidget,
)

from fieldapp.app import FrontDoor
from fieldapp.domain.text import Text
from fieldapp.homes import OpenHome
from fieldapp.ui.desk import Desk
from fieldapp.ui.main_window import SIZE
from fieldapp.ui.pages import pages

W = TypeVar("W", bound=QWidget)
LANGUAGES = ("hi", "en")
_PATIENCE = 60.0
_STEP_MS = 5


class Stage:
    """A home that is open in its window. screens: the folder pictures are kept in."""

    def __init__(self, door: FrontDoor, screens: Path) -> None:
        self.door = door
        self.window = door.window
        self._screens = screens
        self._last_focus: QWidget | None = None
        self._application = application()
        self._application.focusChanged.connect(self._remember_focus)

    @property
    def desk(self) -> Desk:
        """The desk somebody works at."""
        if self.window.desk is None:
            raise LookupError("nobody works here")
        return self.window.desk

    @property
    def home(self) -> OpenHome:
        """The home that is open."""
        if self.door.home is None:
            raise LookupError("no home is open")
        return self.door.home

    def leave(self) -> None:
        """Look no longer at what happens in the window."""
        self._application.focusChanged.disconnect(self._remember_focus)

    def _remember_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and now.window() is self.window:
            self._last_focus = now

    # ------------------------------------------------------------ hands

    def turn_to(self, page: str) -> None:
        """Click a page's button in the rail."""
        QTest.mouseClick(self.window.frame.rail.button(page), Qt.MouseButton.LeftButton)
        self.settle()

    def shortcut(self, keys: str) -> None:
        """Press keys that the page listens to ('Ctrl+M', 'F12'): only the window in front hears them."""
        self._come_forward()
        self.press(keys)
        self.settle()

    def press(self, keys: str) -> None:
        """Press keys as they are printed on them, where the focus is: 'Return', 'Tab'."""
        combination = QKeySequence(keys)[0]  # type: ignore[index]
        QTest.keyClick(self._typed_into(), combination.key(), combination.keyboardModifiers())

    def type(self, words: str) -> None:
        """Type words of any script where the focus is."""
        for letter in words:
            if letter.isascii():
                QTest.keyClicks(self._typed_into(), letter)
                continue
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(self._typed_into(), event)

    def type_into(self, label: Text, *words: str) -> None:
        """Go to the field of that name and type; a name has two, for Hindi and English."""
        for field, typed in zip(self.fields(label), words, strict=False):
            field.setFocus()
            self.type(typed)

    def click(self, label: Text) -> None:
        """Click the button with these words on it."""
        QTest.mouseClick(self.button(label), Qt.MouseButton.LeftButton)
        self.settle()

    def drop(self, *files: Path) -> None:
        """Let files fall on the window."""
        dropped = QMimeData()
        dropped.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        how = (
            Qt.DropAction.CopyAction,
            dropped,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(self.window, QDragEnterEvent(QPoint(5, 5), *how))
        QApplication.sendEvent(self.window, QDropEvent(QPointF(5, 5), *how))
        self.settle()

    def choose_folder(self, folder: Path) -> None:
        """Choose a folder in the dialog that asks for one."""
        (dialog,) = (one for one in self.window.findChildren(QFileDialog) if one.isVisible())
        dialog.setDirectory(str(folder))
        dialog.accept()
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is being worked on, and keys go where they went before a dialog or list.

        Off screen nobody gives the window back to the person when something over it has closed.
        """
        until(lambda: not self.window.tasks.busy, self.read_message)
        QTest.qWait(_STEP_MS)
        self._come_forward()

    def _come_forward(self) -> None:
        if self.window.isActiveWindow() or self._seen(QDialog):
            return
        before = self._last_focus
        self.window.activateWindow()
        QTest.qWaitForWindowActive(self.window)
        if before is not None and before.isVisible():
            before.setFocus()

    # ------------------------------------------------------------ eyes

    def fields(self, label: Text) -> list[QWidget]:
        """The visible fields that are read out by that name. Raises LookupError when there is none."""
        words = self.window.words.render(label)
        halves = (Text("{label} (in Hindi)", label=label), Text("{label} (in English)", label=label))
        names = (words, *map(self.window.words.render, halves))
        named = [
            widget
            for widget in self._seen(QWidget)
            if widget.accessibleName() in names and not isinstance(widget, QAbstractButton | QLabel)
        ]
        found = [widget for widget in named if widget.focusPolicy() != Qt.FocusPolicy.NoFocus]
        if not found:
            raise LookupError(f"no field is called {words}")
        return found

    def button(self, label: Text) -> QAbstractButton:
        """The visible button with these words on it."""
        words = self.window.words.render(label)
        for widget in self._seen(QAbstractButton):
            if words in (widget.text().strip(), widget.accessibleName()):
                return widget
        raise LookupError(f"no button says {words}")

    def read(self, among: Collection[str]) -> list[str]:
        """The labels in the window that are one of these words, in the order of the page."""
        shown = [label for label in self._seen(QLabel) if label.text() in among]
        return [label.text() for label in sorted(shown, key=self._place_of)]

    def read_message(self) -> str:
        """What the line below the page says."""
        return " ".join(label.text() for label in self.window.frame.message.findChildren(QLabel))

    def picture(self, name: str) -> None:
        """Keep what the window looks like in Hindi and in English, at the size it is made for."""
        spoken = self.window.words.language.code
        for code in LANGUAGES:
            self.window.speak(code)
            self.settle()
            self.window.resize(*SIZE)
            QTest.qWait(_STEP_MS)
            self._seen_as_a_whole().save(str(self._screens / f"{name}-{code}.png"))
        self.window.speak(spoken)

    def _seen_as_a_whole(self) -> QPixmap:
        """The window, and over it the dialog that is open: off screen nothing else puts them together."""
        whole = self.window.grab()
        for dialog in self._seen(QDialog):
            corner = self.window.rect().center() - dialog.rect().center()
            painter = QPainter(whole)
            painter.drawPixmap(corner, dialog.grab())
            painter.drawRect(dialog.rect().translated(corner))
            painter.end()
        return whole

    def picture_all_pages(self, name: str) -> None:
        """A picture of every page of the rail."""
        for entry in pages(is_hq=self.desk.office.is_hq):
            self.turn_to(entry.name)
            self.picture(f"{name}-{entry.name}")

    def _seen(self, kind: builtins.type[W]) -> list[W]:
        return [widget for widget in self.window.findChildren(kind) if widget.isVisible()]

    def _place_of(self, widget: QWidget) -> tuple[int, int]:
        """Line and column of a widget in the window, for reading in order."""
        corner = widget.mapTo(self.window, QPoint())
        return corner.y(), corner.x()

    def _typed_into(self) -> QWidget:
        """Where a key of the keyboard goes now: to a list that has popped up, else to what has the focus."""
        return QApplication.activePopupWidget() or QApplication.focusWidget() or self.window


def until(fact: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Let the window work until something is so. Raises TimeoutError, with what is seen instead."""
    latest = time.monotonic() + _PATIENCE
    while not fact():
        if time.monotonic() > latest:
            raise TimeoutError(otherwise())
        QTest.qWait(_STEP_MS)


@contextmanager
def opened(folder: Path, screens: Path) -> Iterator[Stage]:
    """The window on a practice home, speaking Hindi; closed at the end. A bug in it ends the journey."""
    gc.collect()  # what the window before this one held goes while nothing of Qt is under way
    bugs: list[BaseException] = []
    before, sys.excepthook = sys.excepthook, lambda _kind, error, _trace: bugs.append(error)
    door = FrontDoor(folder, language="hi", practice=True)
    door.window.messages.bug.connect(bugs.append)
    stage = Stage(door, screens)
    try:
        door.window.show()
        door.begin()
        until(lambda: bool(bugs) or door.window.desk is not None, stage.read_message)
        if not bugs:
            stage.settle()
            yield stage
        if bugs:
            raise bugs[0]
    finally:
        sys.excepthook = before
        stage.leave()
        door.window.close()
        door.window.deleteLater()
        QTest.qWait(_STEP_MS)  # nothing of the window may read after its home was let go of
        door.close()
        door.deleteLater()


def prepare(settings: Path) -> QApplication:
    """An application whose remembered settings lie in a folder of the journey, not of the person.

    Off screen Qt says for each window what it cannot do there; that is not repeated.
    """
    qInstallMessageHandler(_pass_on)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(settings))
    return application()


def application() -> QApplication:
    """The one application of this process."""
    existing = QApplication.instance()
    return existing if isinstance(existing, QApplication) else QApplication(["fieldapp"])


def _pass_on(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    if not message.startswith("This plugin does not support"):
        sys.stderr.write(f"{message}\n")
