"""An advance note that a centre sent or reads out: typed or pasted, and what it says if it is genuine."""

from fieldapp.domain.errors import FieldAppError
from fieldapp.homes import Exchange
from fieldapp.ui.desk import Desk
from fieldapp.ui.inbox.asking import Asking
from fieldapp.ui.inbox.centres import CentresPart
from fieldapp.ui.inbox.note_panel import NotePanel
from fieldapp.ui.inbox.work import Work


class CheckingNotes(Asking):
    """Nothing is kept of a note: it is looked at as often as somebody asks."""

    def __init__(self, desk: Desk, exchange: Exchange, work: Work, centres: CentresPart) -> None:
        super().__init__(desk, exchange, work, centres)
        self._panel: NotePanel = centres.note_panel
        centres.note.clicked.connect(self._ask)
        self._panel.asked.connect(self._check)

    def _ask(self) -> None:
        self._open(self._panel, self._panel.begin)

    def _check(self, note: str) -> None:
        try:
            noted = self._exchange.notes.check(self._desk.actor, note)
        except FieldAppError as error:
            self._panel.refuse(error)
            return
        shown = self._centres.listing.of_id(noted.csc_id)
        self._panel.tell(noted, shown.centre if shown is not None else None)
