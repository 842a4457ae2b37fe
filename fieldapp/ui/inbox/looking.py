"""Asks in the background what is in the chosen file, for the preview beside the table."""

from PySide6.QtCore import QObject, Signal

from fieldapp.domain.text import Text
from fieldapp.homes import Exchange
from fieldapp.sync.arrived import FileState
from fieldapp.sync.inbox import Preview
from fieldapp.ui.desk import Desk
from fieldapp.ui.inbox.model import Line
from fieldapp.ui.inbox.preview import FilePreview

_WITH_RECORDS = (FileState.READY, FileState.IMPORTED)


class Looking(QObject):
    """One file after the other: whoever goes through the table quickly sees only the last one looked into.

    noted: the content of a file was not in order, which the inbox has written down.
    """

    noted = Signal()

    def __init__(self, desk: Desk, exchange: Exchange, preview: FilePreview) -> None:
        super().__init__(preview)
        self._desk = desk
        self._exchange = exchange
        self._preview = preview
        self._line: Line | None = None
        self._chosen = self._asked = ""

    def choose(self, line: Line | None) -> None:
        """Show a file, and what is in it as soon as that is known."""
        key = f"{line.key} {line.file.state}" if line is not None else ""
        if key == self._chosen:
            return
        self._line, self._chosen = line, key
        self._preview.put(line)
        self._ask()

    def forget(self) -> None:
        """What is in a file may do something else now: ask again when it is next chosen."""
        self._chosen = ""

    def _ask(self) -> None:
        line = self._line
        if self._asked or line is None or line.file.state not in _WITH_RECORDS:
            return
        self._asked = self._chosen
        sha256 = line.file.sha256
        task = self._desk.tasks.submit(
            lambda _progress: self._exchange.inbox.preview(self._desk.actor, sha256),
            Text("Looking into the file…"),
        )
        task.finished.connect(self._put)
        task.cancelled.connect(self._go_on)
        task.failed.connect(lambda _error: self._fail())

    def _put(self, preview: Preview) -> None:
        if self._asked == self._chosen:
            self._preview.put_preview(preview)
        self._go_on()

    def _fail(self) -> None:
        self._go_on()
        self.noted.emit()

    def _go_on(self) -> None:
        """With the file that was chosen meanwhile."""
        before, self._asked = self._asked, ""
        if before != self._chosen:
            self._ask()
