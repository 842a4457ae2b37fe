"""What takes a while is done beside the dialog of a list, one thing at a time; a bar shows how far it is."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.text import Text
from fieldapp.ui.desk import Desk
from fieldapp.ui.tasks import Progress, Task


class WorkBar(QProgressBar):
    """changed: something was begun or is over. stopped: somebody stopped what had begun to write.

    refused: why it could not be done, where a person can act on that (a bug goes to the window); None when
    something is begun.
    """

    changed = Signal()
    stopped = Signal()
    refused = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._task: Task | None = None
        self.setTextVisible(False)

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self._task is not None

    def run(
        self,
        work: Callable[[Progress], object],
        label: Text,
        then: Callable[..., object],
        stopped: Callable[[], object] | None = None,
    ) -> None:
        """Do it in the worker, then call `then` with its value.

        stopped: what follows instead when somebody stops it, for work that writes nothing.
        """
        self.refused.emit(None)
        task = self._task = self._desk.tasks.submit(work, label)
        self.setRange(0, 0)
        task.progress.connect(self._show_progress)
        task.finished.connect(lambda value: self._end(task, partial(then, value)))
        task.cancelled.connect(lambda: self._end(task, stopped or self.stopped.emit))
        task.failed.connect(lambda error: self._end(task, lambda: self._refuse(error)))
        self.changed.emit()

    def stop(self) -> None:
        """Let it end at its next boundary; what was to follow then tells when it has."""
        if self._task is not None:
            self._task.cancel()

    def let_go(self) -> None:
        """As `stop`, but nobody wants to hear of it any more."""
        self.stop()
        self._task = None

    def _end(self, task: Task, then: Callable[[], object]) -> None:
        if self._task is task:
            self._task = None
            self.changed.emit()
            then()

    def _refuse(self, error: BaseException) -> None:
        if isinstance(error, FieldAppError):
            self._desk.messages.clear()
            self.refused.emit(error)

    def _show_progress(self, done: int, every: int, _left: float) -> None:
        self.setRange(0, every)
        self.setValue(done)
