"""Enter presses the button that has the focus, and Tab goes on from an open list, in every window.

Qt leaves the one to Space, and in a dialog Enter on any button would press the default one, even from
'Cancel'. Of Tab it makes nothing while the list of a box is open.
"""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QToolButton

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TAB = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class EnterPresses(QObject):
    """Watches native windows, through which all keys come."""

    def watch(self, window: QWindow | None) -> None:
        """Listen to another window of the program: a dialog has one of its own."""
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The class is asked first: a comparison of types costs more, and every move of the mouse comes here.
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in _ENTER and _press(event):
                return True
            if event.key() in _TAB and _leave_list(event):
                return True
        return super().eventFilter(watched, event)


def _press(event: QKeyEvent) -> bool:
    button = QApplication.focusWidget()
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    if plain and isinstance(button, QPushButton | QToolButton):
        button.click()
        return True
    return False


def _leave_list(event: QKeyEvent) -> bool:
    """What is marked in the open list is taken as by Enter, and Tab goes on from its box."""
    popup = QApplication.activePopupWidget()
    box = popup.parentWidget() if popup is not None else None
    if not isinstance(box, QComboBox):
        return False
    took = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(box.view(), took)
    QApplication.sendEvent(box, QKeyEvent(event.type(), event.key(), event.modifiers()))
    return True
