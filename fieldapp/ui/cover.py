"""What lies over the page or beside it for a while, and gives the focus back where it was."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QFrame, QWidget
from shiboken6 import isValid


class Cover(QFrame):
    """closed: it was put away, and where the focus was before is gone."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before: QWidget | None = None

    def come_up(self) -> None:
        """Show it; whoever has the focus now gets it again."""
        if not self._has_focus():
            self._before = QApplication.focusWidget()
        self.show()

    def put_away(self) -> None:
        """Hide it. Somebody who works elsewhere already is left there."""
        if not self.isVisible():
            return
        had = self._has_focus() or QApplication.focusWidget() is None
        before, self._before = self._before, None
        self.hide()
        if not had:
            return
        if before is not None and isValid(before) and before.isVisible() and before.isEnabled():
            before.setFocus()
        else:
            self.closed.emit()

    def _has_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)
