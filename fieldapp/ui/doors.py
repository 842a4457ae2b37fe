"""Who is let on to the window, who may come after them, and the lock between.

What the login panel asks is tried in a thread of its own, since a long import may hold the other one just
when somebody wants to unlock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.text import Text
from fieldapp.ui.frame import focus_into
from fieldapp.ui.messages import Offer
from fieldapp.ui.page import Spot
from fieldapp.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from fieldapp.ui.login import LoginPanel
    from fieldapp.ui.main_window import MainWindow

Unlock = Callable[[str, str], object]
"""Takes login and passphrase, gives what the window goes on with; raises FieldAppError if they do not fit."""


@dataclass(frozen=True)
class Way:
    """How one gets in: the logins there are, what tries a passphrase, and who is told what that gave.

    unlock runs in a thread of its own; nobody is told when the person who locked the window only came back.
    """

    logins: Sequence[str]
    unlock: Unlock
    entered: Callable[[Any], object]


class Doors(QObject):
    """another_asked: another person is to work in a home that opens without a passphrase."""

    another_asked = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._keeper = TaskRunner(self)
        self._way: Way | None = None
        self._locked_by = ""
        self._behind_the_lock = Spot()

    def set_way(self, way: Way) -> None:
        """How somebody who is in already gets in again after locking; without one nothing is locked."""
        self._way = way

    def ask(self, way: Way) -> None:
        """Let nobody on before a passphrase fits; remembered for locking."""
        self._way = way
        self._ask_login(way)

    def lock(self) -> None:
        """Hide everything until a passphrase fits. A practice home has none and is never locked."""
        window = self._window
        if window.desk is None or not window.frame.at_work:
            return
        if self._way is None:
            another = Offer(Text("Change person"), self.another_asked.emit)
            window.messages.tell(Text("A practice home opens by itself and is not locked."), offer=another)
            return
        self.lay_down_work()
        self._ask_login(self._way, locked_by=window.desk.actor.login)

    def change_person(self) -> None:
        """Let another person work here: at once in a practice home, behind the lock in any other."""
        if self._way is not None:
            self.lock()
        elif self._window.desk is not None and self._window.frame.at_work:
            self.another_asked.emit()

    def lay_down_work(self) -> None:
        """Keep what this person did before somebody else may come, and close what lies over the page."""
        window = self._window
        window.keep_everything(orderly=True)
        window.drafts.hold()
        self._behind_the_lock = window.page.spot() if window.page is not None else Spot()
        window.frame.go_to.put_away()
        for dialog in window.findChildren(QDialog):
            dialog.reject()

    def close(self) -> None:
        """Nobody comes in any more."""
        self._keeper.close()

    # ------------------------------------------------------------ at the login panel

    @cached_property
    def _panel(self) -> "LoginPanel":
        panel = self._window.frame.login
        panel.tried.connect(self._try)
        return panel

    def _ask_login(self, way: Way, locked_by: str = "") -> None:
        """Ask who is there. locked_by: whose work waits behind the door."""
        self._locked_by = locked_by
        logins = list(way.logins)
        self._window.frame.layers.setCurrentWidget(self._panel)
        self._panel.ask(logins, locked_by or next(iter(logins), ""), locked=bool(locked_by))

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
            self._come_back()
        else:
            way.entered(value)

    def _come_back(self) -> None:
        """The person who had locked the window is there again."""
        window = self._window
        window.frame.layers.setCurrentWidget(window.frame.work)
        if window.page is not None:
            focus_into(window.page)
            if self._behind_the_lock.typed:
                window.page.resume(self._behind_the_lock)
        window.drafts.go_on()

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, FieldAppError):
            self._panel.refuse(error)
        else:
            self._panel.set_busy(busy=False)
            self._window.messages.show(error)
