"""What is common to all that asks beside the table of centres: with what, and where it asks."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from fieldapp.domain.text import Text
from fieldapp.homes import Exchange
from fieldapp.ui.desk import Desk
from fieldapp.ui.inbox.centres import CentresPart
from fieldapp.ui.inbox.dialog import Panel
from fieldapp.ui.inbox.work import Work


class Asking(QObject):
    """opened: something is asked now in the part 'Centres'."""

    opened = Signal()

    def __init__(self, desk: Desk, exchange: Exchange, work: Work, centres: CentresPart) -> None:
        super().__init__(centres)
        self._desk = desk
        self._exchange = exchange
        self._work = work
        self._centres = centres

    def _open(self, panel: Panel, begin: Callable[..., object], *shown: Any) -> None:
        """Show a panel with what it is about. Where words of a pack stand, they stay: they are told once."""
        self.opened.emit()
        if not self._centres.showing_words:
            self._centres.open_panel(panel)
            begin(*shown)

    def _close(self, title: Text, advice: Text) -> None:
        """Put away what was asked, and say what was done."""
        self._put_away()
        self._desk.messages.tell(title, advice)

    def _put_away(self) -> None:
        self._centres.put_panel_away()
        self._work.changed()
