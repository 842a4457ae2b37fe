"""What is done with the file that is chosen: taken out again, taken although late, offered once more."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from fieldapp.domain.text import Text
from fieldapp.homes import Exchange
from fieldapp.sync.undoing import Undone
from fieldapp.ui.desk import Desk
from fieldapp.ui.inbox.files import FilesPart
from fieldapp.ui.inbox.work import Work
from fieldapp.ui.widgets.plain import typed_into


class OneFile(QObject):
    """Does what the buttons beside the table of files ask for."""

    def __init__(self, desk: Desk, exchange: Exchange, work: Work, files: FilesPart) -> None:
        super().__init__(files)
        self._desk = desk
        self._inbox = exchange.inbox
        self._work = work
        self._files = files
        files.preview.undo_asked.connect(self._undo)
        files.preview.let_in_asked.connect(self._let_in)
        files.preview.again_asked.connect(self._offer_again)

    def _undo(self, reason: str) -> None:
        self._begin(
            lambda sha256: self._inbox.undo(self._desk.actor, sha256, reason),
            Text("Taking the file out again…"),
            self._tell_undone,
        )

    def _tell_undone(self, undone: Undone) -> None:
        self._desk.messages.tell(
            Text(
                "{name} is taken out again. Gone with it: records {records}, versions {revisions}.",
                name=undone.file.name,
                records=undone.records,
                revisions=undone.revisions,
            ),
            Text("Write receipts next, so that the centre hears why."),
        )

    def _let_in(self, reason: str) -> None:
        self._begin(
            lambda sha256: self._inbox.let_in(self._desk.actor, sha256, reason),
            Text("Looking into the file…"),
            lambda _file: self._desk.messages.tell(
                Text("The late file is ready."),
                Text("Press Ctrl+I; look at what is to be checked afterwards."),
            ),
        )

    def _offer_again(self) -> None:
        self._begin(
            lambda sha256: self._inbox.offer_again(self._desk.actor, sha256),
            Text("Looking into the file…"),
            lambda _file: None,
        )

    def _begin(self, do: Callable[[str], object], label: Text, tell: Callable[[Any], object]) -> None:
        """Do something with the chosen file, then `tell` with what came of it.

        The button that was pressed goes away with it: the focus is put where the file stands.
        """
        line = self._files.line
        if line is None:
            return
        sha256 = line.file.sha256

        def over(done: object) -> None:
            now, typing = self._files.line, typed_into()
            same = now is not None and now.file.sha256 == sha256
            if self._files.isVisible() and (typing is None or (same and self._files.isAncestorOf(typing))):
                self._files.setFocus()
            self._work.changed()
            tell(done)

        self._work.begin(lambda _progress: do(sha256), label, over)
