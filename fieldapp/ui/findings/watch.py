"""Counts what waits on the page Findings, for the rail, also while what came is still looked through."""

from PySide6.QtCore import QObject, QTimer

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.touched import Touched
from fieldapp.ui.desk import Desk

WORD = "finding"
"""The word by which a `Touched` says that findings came or went."""

_SOON_MS, _WHILE_BEHIND_MS = 300, 2000


class FindingsWatch(QObject):
    """Records are looked through in the background; the page hears of what was found as it is found."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._seen: tuple[int, bool] | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self.count)
        self._wait.start(_SOON_MS)
        desk.hub.changed.connect(self._later)

    def count(self) -> None:
        """Count now; while records wait to be looked through, again a little later."""
        desk = self._desk
        try:
            waiting, behind = desk.services.findings.waiting(desk.actor)
        except FieldAppError as error:
            desk.messages.show(error)
            return
        desk.hub.waiting.emit("findings", waiting)
        before, self._seen = self._seen, (waiting, behind)
        if before is not None and before != self._seen:
            desk.hub.changed.emit(Touched.one(WORD, ""))
        if behind:
            self._wait.start(_WHILE_BEHIND_MS)

    def _later(self, touched: Touched) -> None:
        if touched.any_of("activity", "person", "decision"):
            self._wait.start(_SOON_MS)
