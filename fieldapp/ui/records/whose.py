"""Whose a record is: in lists of an office nearly all are copies, and one asks first of which centre."""

from dataclasses import replace
from typing import Any

from fieldapp.domain.fields import Name
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.services.records import ActivityFigures, Held, SyncState
from fieldapp.storage.state import HQ_CENTRE
from fieldapp.ui.desk import Desk
from fieldapp.ui.records.list_model import ListColumn, sync_column
from fieldapp.ui.words import Words


class Whose:
    """Knows centres by their home-local numbers; they are read again when one comes that was not known, and
    when another name of one may have come.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._names: dict[int, tuple[Name, str]] = {}
        desk.hub.changed.connect(self._learn)

    def said(self, held: Held[Any]) -> str:
        """At an office the name of the centre that a copy came from, else its ID; '' for an office's own."""
        name, csc_id = self._known(held)
        return name.shown(self._desk.words.hindi) or csc_id

    def said_whole(self, held: Held[Any]) -> str:
        """The same, with the ID: centres may be called alike."""
        return " · ".join(dict.fromkeys(filter(None, (self.said(held), self._known(held)[1]))))

    def _known(self, held: Held[Any]) -> tuple[Name, str]:
        if held.state is not SyncState.COPY or not self._desk.office.is_hq:
            return Name(), ""
        if held.centre == HQ_CENTRE:  # at a block office, where its own name stands under that number
            return Name(), self._desk.words.render(Text("Head office"))
        if held.centre not in self._names:
            known = self._desk.services.settings.centres()
            self._names = {one.number: (Name(one.name_hi, one.name_en), one.csc_id) for one in known}
        return self._names.get(held.centre, (Name(), ""))

    def _learn(self, touched: Touched) -> None:
        if touched.everything:
            self._names = {}


def where_column(desk: Desk) -> ListColumn:
    """Where the newest state of a record is; at an office of which centre it is."""
    if not desk.office.is_hq:
        return sync_column()
    whose, sync = Whose(desk), sync_column()

    def says(held: Held[Any], figures: ActivityFigures, words: Words) -> str:
        return whose.said(held) or sync.says(held, figures, words)

    def says_whole(held: Held[Any], figures: ActivityFigures, words: Words) -> str:
        return whose.said_whole(held) or sync.says(held, figures, words)

    return replace(sync, heading=Text("Centre"), says=says, stretch=2, tip=says_whole)
