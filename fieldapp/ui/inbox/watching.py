"""A folder that is looked into now and then: a mail program or a share puts files there. Never written."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QPushButton

from fieldapp.domain.text import Text
from fieldapp.homes import Exchange
from fieldapp.ui.choosers import ask_folder
from fieldapp.ui.desk import Desk
from fieldapp.ui.inbox import actions
from fieldapp.ui.inbox.actions import Brought, Met
from fieldapp.ui.inbox.work import Work

_EVERY = 10_000
"""Milliseconds between two looks."""

_NAME = "watched_folder"


class Watching(QObject):
    """brought: a Brought, whenever something new was read there."""

    brought = Signal(object)

    def __init__(self, desk: Desk, exchange: Exchange, work: Work, verb: QPushButton) -> None:
        super().__init__(work)
        self._desk = desk
        self._exchange = exchange
        self._work = work
        self._verb = verb
        self._met: Met = {}
        self._looking = False
        self.timer = QTimer(self)
        self.timer.setInterval(_EVERY)
        self.timer.timeout.connect(self.look)
        verb.clicked.connect(self._ask)
        kept = desk.services.remembered.read(desk.actor, _NAME)
        self.folder = Path(kept) if kept else None
        self._begin()

    def watch(self, folder: Path | None) -> None:
        """Look into this folder from now on, also after the next start; None ends it."""
        self._desk.services.remembered.write(self._desk.actor, _NAME, str(folder) if folder else "")
        self.folder, self._met = folder, {}
        self._begin()

    def look(self) -> None:
        """Look into the folder once, in the background, unless something else is being done."""
        if self.folder is None or self._looking or self._work.busy:
            return
        folder, met, self._looking = self.folder, self._met, True
        task = self._desk.tasks.submit(
            lambda progress: actions.look_for_new(self._exchange, self._desk.actor, folder, met, progress),
            Text("Looking into the watched folder…"),
        )
        task.finished.connect(self._take)
        for signal in (task.cancelled, task.failed):
            signal.connect(lambda *_: self._end())

    # ------------------------------------------------------------ the steps

    def _ask(self) -> None:
        if self.folder is not None:
            self.watch(None)
        else:
            ask_folder(self._verb, self._desk.words, Text("Watch a folder"), self.watch)

    def _begin(self) -> None:
        if self.folder is None:
            self.timer.stop()
            self._desk.words.say(self._verb.setText, Text("Watch a folder…"))
            self._verb.setToolTip("")
            return
        self._desk.words.say(self._verb.setText, Text("Stop watching {name}", name=self.folder.name))
        self._verb.setToolTip(str(self.folder))
        self.timer.start()
        self.look()

    def _take(self, found: tuple[Brought, Met]) -> None:
        brought, self._met = found
        self._end()
        if brought.found:
            self.brought.emit(brought)

    def _end(self) -> None:
        self._looking = False
