"""What is counted for rail and status line from the start on, also while nobody has opened the page."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fieldapp.domain.text import Text
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
        _count_inbox(desk)
    else:
        SyncWatch(desk, status, watches).count()
    return watches


def _count_inbox(desk: "Desk") -> None:
    """Tell the rail how many files wait for somebody; the page itself counts later."""
    task = desk.tasks.submit(
        lambda _progress: desk.services.overview.inbox(desk.actor).by_state, Text("Reading the inbox…")
    )
    task.finished.connect(
        lambda by_state: desk.hub.waiting.emit("inbox", sum(by_state.get(one, 0) for one in _WAITING))
    )
