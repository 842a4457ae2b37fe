"""Notices when nobody types: a second for housekeeping, minutes for locking."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QInputEvent, QKeyEvent, QWindow

_QUIET_MS = 1000


class Stillness(QObject):
    """Watches native windows, through which all keys and clicks come.

    key: a key was pressed and is dealt with next. quiet: one second without a key. idle: `minutes` without
    one; 0 never.
    """

    key = Signal()
    quiet = Signal()
    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._quiet, self._idle = QTimer(self), QTimer(self)
        for timer, signal in ((self._quiet, self.quiet), (self._idle, self.idle)):
            timer.setSingleShot(True)
            timer.timeout.connect(signal)
        self._quiet.setInterval(_QUIET_MS)

    def watch(self, window: QWindow | None) -> None:
        """Listen to another window of the program: a dialog has one of its own."""
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def lock_after(self, minutes: int) -> None:
        """How long nobody may type before `idle` comes."""
        self._idle.stop()
        self._idle.setInterval(minutes * 60_000)
        if minutes:
            self._idle.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QInputEvent):
            if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
                self.key.emit()
            self._quiet.start()
            if self._idle.interval():
                self._idle.start()
        return super().eventFilter(watched, event)
