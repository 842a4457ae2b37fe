"""The one thing at a time that the inbox does in the background, and who hears of it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.ui.desk import Desk
from fieldapp.ui.messages import Tone


class Work(QObject):
    """ready: whether something can be begun now, whenever that changes. failed: look at the inbox again."""

    ready = Signal(bool)
    failed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.busy = False

    def begin(self, work: Callable[[Any], object], label: Text, then: Callable[[Any], object]) -> None:
        """Do something, then call `then` with its value; nothing else can be begun meanwhile."""
        if self.busy:
            self._desk.messages.tell(
                Text("Something is still being done."), Text("Wait for it, or cancel it."), Tone.HINT
            )
            return
        self._desk.messages.clear()
        self._set_busy(busy=True)
        task = self._desk.tasks.submit(work, label)
        task.finished.connect(lambda value: self._end(lambda: then(value)))
        task.cancelled.connect(lambda: self._end(self._tell_cancelled))
        task.failed.connect(lambda _error: self._end(self.failed.emit))

    def changed(self) -> None:
        """Records and files may be other ones now: every page reads again."""
        self._desk.hub.changed.emit(Touched(everything=True))

    def _tell_cancelled(self) -> None:
        """What keeps a part of its work when it is cancelled ends with a value, and says so itself."""
        self.changed()
        self._desk.messages.tell(
            Text("It was cancelled, and nothing was changed here."), Text("It can be begun again."), Tone.HINT
        )

    def _end(self, then: Callable[[], object]) -> None:
        self._set_busy(busy=False)
        then()

    def _set_busy(self, *, busy: bool) -> None:
        self.busy = busy
        self.ready.emit(not busy)
