"""Anything over 50 ms: one worker thread, one task after the other, with progress, time left and cancel.

A task takes and returns frozen values and never touches a widget. The worker only puts news into the queue
of the runner, which lives in the window's thread and tells them there; a page may close while its task runs.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QObject, Qt, Signal

from fieldapp.domain.text import Text

Progress = Callable[[int, int], None]
"""Called by the work with (done, total) wherever it may stop; raises Cancelled when it shall."""

Work = Callable[[Progress], object]

_NEWS_EVERY = 0.05
_GUESS_AFTER = 0.5

_log = logging.getLogger(__name__)


class Cancelled(Exception):
    """The person cancelled; raised out of the progress callback, at a record boundary, and never shown."""


class Task(QObject):
    """One piece of work under way.

    finished: its value. failed: the exception (the window shows it; a page only puts its own state right).
    cancelled: it stopped at a boundary. progress: done, total, seconds left (-1 while nobody knows).
    """

    finished = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    progress = Signal(int, int, float)

    def __init__(self, work: Work, label: Text, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.label = label
        self.over = False
        self._work = work
        self._stop = False

    def cancel(self) -> None:
        """Ask the work to stop at its next boundary."""
        self._stop = True

    @property
    def stopping(self) -> bool:
        return self._stop


class TaskRunner(QObject):
    """Runs tasks in one worker thread, in the order they were given.

    started and ended tell of each task; failed brings every exception but Cancelled to the window.
    """

    started = Signal(object)
    ended = Signal(object)
    failed = Signal(object)
    _news = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fieldapp-task")
        self._open: list[Task] = []
        self._may_run = threading.Event()
        self._may_run.set()
        self._news.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether a task runs or waits."""
        return bool(self._open)

    def submit(self, work: Work, label: Text | None = None) -> Task:
        """Run `work(progress)` in the worker thread; label says on screen what is being done.

        The signals come in this thread, after this call has returned.
        """
        task = Task(work, label or Text("Working…"), self)
        self._open.append(task)
        self._pool.submit(self._run, task)
        return task

    @property
    def paused(self) -> bool:
        """Whether nothing new is begun at the moment."""
        return not self._may_run.is_set()

    def pause(self) -> None:
        """Begin nothing new, and stop what runs at its next boundary, until `go_on`."""
        self._may_run.clear()

    def go_on(self) -> None:
        """Go on after a pause."""
        self._may_run.set()

    def close(self) -> None:
        """Cancel what runs and wait for its boundary; nothing can be submitted afterwards."""
        for task in self._open:
            task.cancel()
        self._may_run.set()
        self._pool.shutdown(wait=True)

    def _run(self, task: Task) -> None:
        clock = _Watch(task, self._news.emit, self._may_run)
        self._may_run.wait()
        self._news.emit(lambda: self.started.emit(task))
        try:
            clock(0, 0)
            value = task._work(clock)  # noqa: SLF001 (a task is opaque to everybody but its runner)
        except Cancelled:
            self._news.emit(lambda: self._end(task, task.cancelled.emit))
        except Exception as error:  # noqa: BLE001 (the runner is an edge: what a task raises is told in the window)
            failure = error
            self._news.emit(lambda: self._fail(task, failure))
        else:
            self._news.emit(lambda: self._end(task, lambda: task.finished.emit(value)))

    def _tell(self, news: Callable[[], None]) -> None:
        news()

    def _fail(self, task: Task, error: Exception) -> None:
        _log.info("a task failed: %s", type(error).__name__)
        self._end(task, lambda: task.failed.emit(error))
        self.failed.emit(error)

    def _end(self, task: Task, tell: Callable[[], None]) -> None:
        self._open.remove(task)
        task.over = True
        self.ended.emit(task)
        tell()
        task.deleteLater()


class _Watch:
    """The progress callback of one task: sends news at most twenty times a second, with the time left."""

    def __init__(
        self, task: Task, send: Callable[[Callable[[], None]], object], may_run: threading.Event
    ) -> None:
        self._task = task
        self._may_run = may_run
        self._send = send
        self._began = time.monotonic()
        self._last = 0.0

    def __call__(self, done: int, total: int) -> None:
        self._may_run.wait()
        if self._task.stopping:
            raise Cancelled
        now = time.monotonic()
        if not total or (now - self._last < _NEWS_EVERY and done < total):
            return
        self._last = now
        spent = now - self._began
        left = spent / done * (total - done) if done and spent >= _GUESS_AFTER else -1.0
        self._send(lambda: self._task.progress.emit(done, total, left))
