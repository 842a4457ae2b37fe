"""Letting people in and shutting the window: what the login panel asks is tried in a thread of its own.

A thread of its own, since a long import may hold the other one just when somebody wants to unlock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from fieldapp.domain.errors import FieldAppError
from fieldapp.ui.messages import Messages
from fieldapp.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from fieldapp.ui.login import LoginPanel

Unlock = Callable[[str, str], object]
"""Takes login and passphrase, gives what the window goes on with; raises FieldAppError if they do not fit."""


@dataclass(frozen=True)
class Way:
    """How one gets in: the logins there are, what tries a passphrase, and who is told what that gave."""

    logins: Sequence[str]
    unlock: Unlock
    entered: Callable[[Any], object]


class Doors(QObject):
    """came_back: the person who had locked the window is there again."""

    came_back = Signal()

    def __init__(self, panel: "Callable[[], LoginPanel]", messages: Messages, parent: QObject) -> None:
        """panel: gives the panel; asked when it is first needed."""
        super().__init__(parent)
        self._make_panel = panel
        self._messages = messages
        self._keeper = TaskRunner(self)
        self._way: Way | None = None
        self._locked_by = ""

    @cached_property
    def _panel(self) -> "LoginPanel":
        panel = self._make_panel()
        panel.tried.connect(self._try)
        return panel

    @property
    def can_be_locked(self) -> bool:
        """Whether there is a way in again."""
        return self._way is not None

    def set_way(self, way: Way) -> None:
        """How one gets in from now on."""
        self._way = way

    def ask(self, chosen: str = "", *, locked_by: str = "") -> None:
        """Ask who is there. chosen: the login offered first; locked_by: whose work waits behind the door."""
        if self._way is None:
            return
        self._locked_by = locked_by
        logins = list(self._way.logins)
        first = locked_by or chosen or next(iter(logins), "")
        self._panel.ask(logins, first, locked=bool(locked_by))

    def close(self) -> None:
        """Nobody comes in any more."""
        self._keeper.close()

    def _try(self, login: str, passphrase: str) -> None:
        way = self._way
        if way is None:
            return
        task = self._keeper.submit(lambda _progress: way.unlock(login, passphrase))
        task.finished.connect(lambda value: self._let_in(way, login, value))
        task.failed.connect(self._refuse)

    def _let_in(self, way: Way, login: str, value: object) -> None:
        self._panel.set_busy(busy=False)
        self._panel.passphrase.clear()
        if login == self._locked_by:
            self.came_back.emit()
        else:
            way.entered(value)

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, FieldAppError):
            self._panel.refuse(error)
        else:
            self._panel.set_busy(busy=False)
            self._messages.show(error)
