"""Enter presses the button that has the focus, in every window of the program.

Qt leaves that to Space, and in a dialog Enter on any button would press the default one, even from 'Cancel'.
"""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class EnterPresses(QObject):
    """Watches native windows, through which all keys come."""

    def watch(self, window: QWindow | None) -> None:
        """Listen to another window of the program: a dialog has one of its own."""
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The class is asked first: a comparison of types costs more, and every move of the mouse comes here.
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in _ENTER:
            button = QApplication.focusWidget()
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if plain and isinstance(button, QPushButton | QToolButton):
                button.click()
                return True
        return super().eventFilter(watched, event)
