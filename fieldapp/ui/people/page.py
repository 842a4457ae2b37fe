"""The page People."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldapp.domain.text import Text
from fieldapp.services.records import Cursor, Query
from fieldapp.services.records import Page as Found
from fieldapp.services.search import Standing
from fieldapp.ui.desk import Desk
from fieldapp.ui.people.consent import Withdrawing
from fieldapp.ui.people.erasing import Erasing
from fieldapp.ui.people.merging import Merging
from fieldapp.ui.records.list_model import ListColumn
from fieldapp.ui.records.page import RecordsPage, RecordTab
from fieldapp.ui.records.views import PEOPLE, View


class PeopleTab(RecordTab):
    """People with a record, whose form opens, and trainees, who open the session where they stand.

    stands_in: the activity of a trainee somebody wants to see.
    """

    stands_in = Signal(str)

    def __init__(self, desk: Desk, view: View, parent: QWidget | None = None) -> None:
        self._standing: dict[str, Standing] = {}
        super().__init__(desk, view, parent)

    def open(self, record_id: str) -> None:
        standing = self._standing.get(record_id)
        if standing is None:
            super().open(record_id)
        else:
            self.stands_in.emit(standing.activity)

    def is_record(self, record_id: str) -> bool:
        return record_id not in self._standing

    def columns(self) -> tuple[ListColumn, ...]:
        """Sorted by name alone: those with a record and the trainees come together by their day or name."""
        return tuple(
            column if column.sort == ("name_hi", "name_en") else replace(column, sort=())
            for column in super().columns()
        )

    def fetch(self, query: Query, after: Cursor | None) -> Found[Any]:
        page = self._desk.services.search.people_page(self._desk.actor, query, after)
        if after is None:
            self._standing.clear()
        self._standing.update(page.standing)
        return page


class PeoplePage(RecordsPage):
    """People found by name, father's or husband's name, village; and what is known of each."""

    title = Text("People")
    help_name = "people"
    views = (PEOPLE,)
    tab_type = PeopleTab

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.shows = ("person", "activity", "decision")
        for tab in self.tabs:
            if isinstance(tab, PeopleTab):
                tab.stands_in.connect(lambda activity: self.asks_for.emit("activities", activity))
                self.merging = Merging(desk, tab.panel)
                self.withdrawing = Withdrawing(desk, tab.panel)
                self.erasing = Erasing(desk, tab.panel)
                self.erasing.erased.connect(tab.back)
