"""Whose a record is: in lists of an office nearly all are copies, and one asks first of which centre."""

from typing import Any

from fieldapp.domain.fields import Name
from fieldapp.domain.text import Text
from fieldapp.services.records import ActivityFigures, Held, SyncState
from fieldapp.ui.desk import Desk
from fieldapp.ui.records.list_model import ListColumn, sync_column
from fieldapp.ui.words import Words


class Whose:
    """Knows centres by their home-local numbers; they are read again when one comes that was not known."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._names: dict[int, tuple[Name, str]] = {}

    def said(self, held: Held[Any]) -> str:
        """At an office the name of the centre that a copy came from, else its ID; '' for an office's own."""
        if held.state is not SyncState.COPY or not self._desk.office.is_hq:
            return ""
        if held.centre not in self._names:
            known = self._desk.services.settings.centres()
            self._names = {one.number: (Name(one.name_hi, one.name_en), one.csc_id) for one in known}
        name, csc_id = self._names.get(held.centre, (Name(), ""))
        return name.shown(self._desk.words.hindi) or csc_id


def where_column(desk: Desk) -> ListColumn:
    """Where the newest state of a record is; at an office of which centre it is."""
    if not desk.office.is_hq:
        return sync_column()
    whose, sync = Whose(desk), sync_column()

    def says(held: Held[Any], figures: ActivityFigures, words: Words) -> str:
        return whose.said(held) or sync.says(held, figures, words)

    return ListColumn(Text("Centre"), says, sync.width, is_state=True)
