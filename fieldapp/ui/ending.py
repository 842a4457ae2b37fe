"""The ends of the program that no person at the window asked for: a signal, logging off, shutting down."""

import signal
import socket
import sys
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication

from fieldapp.ui.main_window import MainWindow

_WORD_BYTES = 64


class Ending(QObject):
    """Sees to it that what stands in fields is kept before the program goes."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        super().__init__(window)
        self._app = app
        self._window = window
        app.commitDataRequest.connect(self._keep)
        app.saveStateRequest.connect(self._keep)
        self._listen()

    def _keep(self, _computer: QSessionManager) -> None:
        """The computer is being shut down, or its person logs off; that may still be called off."""
        self._window.keep_everything()

    def _listen(self) -> None:
        """Python sees a signal only when it runs, and Qt waits in C++: so the signal writes to a socket."""
        if sys.platform == "win32":
            return  # logging off comes as commitDataRequest there
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setblocking(False)
        self._sockets = ours, theirs
        signal.set_wakeup_fd(theirs.fileno())
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, _noted)
        self._notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._end)

    def _end(self) -> None:
        self._sockets[0].recv(_WORD_BYTES)
        self._window.close()
        self._app.quit()


def _noted(_number: int, _frame: FrameType | None) -> None:
    """A signal with a handler of Python's is written to the sockets, and does nothing else."""
