"""How much waits on the page Today, for the rail: also while the page has not been looked at."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.touched import Touched

if TYPE_CHECKING:
    from fieldapp.services.overview import Today
    from fieldapp.ui.desk import Desk

_COUNT_AFTER_MS = 500


def waiting_in(today: "Today") -> int:
    """How many records of a morning wait for somebody: unfinished, asked about, to be approved."""
    return len(today.unfinished) + len(today.asked) + len(today.approvals)


class TodayWatch(QObject):
    """Counts what waits soon after the start, and soon after an activity or a decision has changed."""

    def __init__(self, desk: "Desk", parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_COUNT_AFTER_MS)
        self._wait.timeout.connect(self._count)
        self._wait.start()
        desk.hub.changed.connect(self._later)

    def _count(self) -> None:
        desk = self._desk
        try:
            today = desk.services.overview.today(desk.actor)
        except FieldAppError as error:
            desk.messages.show(error)
            return
        desk.hub.waiting.emit("today", waiting_in(today))

    def _later(self, touched: Touched) -> None:
        if touched.any_of("activity", "decision"):
            self._wait.start()
