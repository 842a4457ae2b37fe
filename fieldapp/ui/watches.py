"""What is counted for rail and status line from the start on, also while nobody has opened the page."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.ui.findings.watch import FindingsWatch
from fieldapp.ui.status import StatusLine, SyncWatch
from fieldapp.ui.today.waiting import TodayWatch

if TYPE_CHECKING:
    from fieldapp.ui.desk import Desk

_WAITING = ("READY", "QUARANTINE", "PARKED", "REQUEST")
"""States of files in the inbox that somebody has to do something about (sync.arrived.FileState)."""


def watch(desk: "Desk", status: StatusLine, parent: QObject) -> QObject:
    """Count what this office has; gives what all the watches belong to, and end with."""
    watches = QObject(parent)
    TodayWatch(desk, watches)
    if desk.office.is_hq:
        FindingsWatch(desk, watches)
        InboxWatch(desk, watches)
    else:
        SyncWatch(desk, status, watches).count()
    return watches


class InboxWatch(QObject):
    """Tells the rail how many files wait for somebody, also while nobody looks at the page."""

    def __init__(self, desk: "Desk", parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        desk.hub.changed.connect(self._look_again)
        self._count()

    def _count(self) -> None:
        overview, actor = self._desk.services.overview, self._desk.actor
        task = self._desk.tasks.submit(
            lambda _progress: overview.inbox(actor).by_state, Text("Reading the inbox…")
        )
        task.finished.connect(self._tell)

    def _tell(self, by_state: dict[str, int]) -> None:
        self._desk.hub.waiting.emit("inbox", sum(by_state.get(one, 0) for one in _WAITING))

    def _look_again(self, touched: Touched) -> None:
        """What changes files changes records of many kinds: an import, a receipt, a computer enrolled."""
        if touched.everything:
            self._count()
