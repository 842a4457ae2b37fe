"""The page Activities: the list, and the activity that is open."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fieldapp.domain.codes import ActivityState
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.fields import field
from fieldapp.domain.records import Activity
from fieldapp.domain.text import Text
from fieldapp.services.decisions import Review
from fieldapp.services.records import ActivityFigures, Cursor, Held, Query
from fieldapp.services.records import Page as Found
from fieldapp.ui.activities import spots
from fieldapp.ui.activities.dialog import NewActivityDialog
from fieldapp.ui.activities.many_sheets import print_sheets, sheets_of
from fieldapp.ui.activities.record import MORE, VERBS, ActivityPanel
from fieldapp.ui.activities.review_bar import REVIEW_KEYS
from fieldapp.ui.activities.roster import KEYS
from fieldapp.ui.desk import Desk
from fieldapp.ui.page import Page, Spot
from fieldapp.ui.records.list_model import ListColumn, field_column
from fieldapp.ui.records.page import list_of
from fieldapp.ui.records.whose import where_column
from fieldapp.ui.words import Words

SEND, SEND_KEY = Text("Send the chosen sessions alone"), "Ctrl+Shift+E"


class ActivitiesPage(Page):
    """Sessions, melas, workshops and meetings."""

    title = Text("Activities")
    help_name = "activities"
    shows = ("activity", "decision")

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._reviews: dict[str, Review] = {}
        self.listing = list_of(
            desk,
            "activity",
            columns(self._reviews, where_column(desk)),
            self._fetch,
            Text("New session"),
            Text("Activity deleted"),
        )
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.listing)
        self.panel = ActivityPanel(desk, self._stack)
        self._stack.addWidget(self.panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.setFocusProxy(self.listing)
        self._stack.currentChanged.connect(self._turned)
        self.listing.opened.connect(self.open_record)
        self.listing.begin_asked.connect(self.begin_new)
        self.listing.list_asked.connect(lambda: desk.hub.list_wanted.emit("activity", None))
        self.listing.also_for_chosen(sheets_of, "Ctrl+P", lambda ids: print_sheets(desk, ids))
        if not desk.office.is_hq:
            self.listing.also_for_chosen(_sending, SEND_KEY, self._send)
        self.panel.repeated.connect(self.open_record)
        self.panel.point_begun.connect(lambda point: self.asks_for.emit("plan", point))
        self.panel.heading_changed.connect(self.heading_changed)

    @property
    def on_list(self) -> bool:
        return self._stack.currentWidget() is self.listing

    def reload(self) -> None:
        if self.on_list:
            self.listing.reload()
            return
        self.panel.reload()
        if self.panel.opened.is_gone:
            self.back()

    def heading(self) -> Text | str:
        return self.title if self.on_list else self.panel.heading()

    def keys(self) -> list[tuple[str, Text]]:
        if self.on_list:
            return [
                ("Enter", Text("Open")),
                ("Ctrl+N", Text("New session")),
                ("Ctrl+I", Text("Take in a list…")),
                ("/", Text("Search")),
                ("Ctrl+A", Text("Choose all that match")),
                ("Ctrl+P", Text("Print the sheets of all that are chosen")),
                ("Del", Text("Delete")),
                *([] if self.desk.office.is_hq else [(SEND_KEY, SEND)]),
            ]
        steps = [
            ("Enter, Tab", Text("Next cell; at the end of a row the next row")),
            ("Shift+Tab", Text("Cell before")),
            ("Ctrl+Enter", Text("Save and go to the next row")),
            ("Esc", Text("Give up what was typed in the cell; back to the list")),
        ]
        verbs = [(key, words) for words, key in (*VERBS, *MORE) if key] + REVIEW_KEYS
        return steps + [(key, words) for key, words, _ in KEYS] + verbs

    def verbs(self) -> list[QAction]:
        return self.listing.verbs if self.on_list else self.panel.verbs

    def _send(self, chosen: list[str]) -> None:
        """A sync file of these sessions alone."""
        if chosen:
            self.desk.hub.part_wanted.emit(chosen)

    def open_record(self, record_id: str) -> None:
        try:
            self.panel.open(record_id)
        except FieldAppError as error:
            self.desk.messages.show(error)
            return
        self._stack.setCurrentWidget(self.panel)
        self.panel.roster.grid.setFocus()
        self.panel.go_to(self.panel.review.path)
        self.heading_changed.emit()

    def begin_new(self, activity_id: str = "") -> None:
        """Ask for a new activity. activity_id: the one it had when it was asked for before a power cut."""
        today = self.desk.today
        new_id = activity_id or self.desk.services.activities.new_id()
        draft = Activity(id=new_id, start_date=today)
        NewActivityDialog.ask(self.desk.words, self.desk.places, draft, self._start, self)

    def back(self) -> bool:
        if self.on_list:
            return False
        self.panel.leave()
        self._stack.setCurrentWidget(self.listing)
        self.listing.reload()
        if self.panel.opened.is_open:
            self.listing.list.choose(self.panel.opened.activity.id)
        self.listing.setFocus()
        self.heading_changed.emit()
        return True

    def leave(self) -> None:
        self.panel.leave()

    def show_change(self, record_id: str, path: str) -> None:
        spots.show_change(self, record_id, path)

    def spot(self) -> Spot:
        return spots.spot_of(self)

    def resume(self, spot: Spot) -> Mapping[str, str]:
        return spots.resume(self, spot)

    def _start(self, draft: Activity) -> None:
        desk = self.desk
        try:
            saved = desk.services.activities.start(
                desk.actor, draft.kind, draft.start_date, draft.place, id=draft.id, venue=draft.venue
            )
        except FieldAppError as error:
            desk.messages.show(error)
            return
        desk.saved(saved, Text("New session"))
        self.open_record(saved.held.record.id)

    def _turned(self, at: int) -> None:
        self.setFocusProxy((self.listing, self.panel)[at])
        self.help_name = ("activities", "roster")[at]

    def _fetch(self, query: Query, after: Cursor | None) -> Found[Any]:
        page = self.desk.services.activities.page(self.desk.actor, query, after)
        if after is None:
            self._reviews.clear()
        ids = [held.record.id for held in page.items]
        self._reviews.update(self.desk.services.decisions.reviews(self.desk.actor, ids))
        return page


def _sending(count: int) -> Text:
    return Text("Send alone: {n}", n=count) if count > 1 else SEND


def columns(reviews: Mapping[str, Review], where: ListColumn) -> tuple[ListColumn, ...]:
    """Number, kind, title, day, place, who came, who completed, status, and where the record is.

    reviews: of the listed activities about which somebody has decided; it is looked at as a row is shown.
    """

    def says_state(held: Held[Any], _figures: ActivityFigures, words: Words) -> str:
        review = reviews.get(held.record.id, Review.OPEN)
        return words.render(
            ActivityState.words(held.record.state)
            if review is Review.OPEN
            else Review.words(review, short=True)
        )

    kind, title, day, place, state = (
        field_column(field(Activity, name)) for name in ("kind", "title", "start_date", "place", "state")
    )
    return (
        ListColumn(
            Text("No."), lambda held, _figures, _words: held.record.printed_number, 62, sort=("number",)
        ),
        replace(kind, heading=Text("Kind"), width=156, stretch=0),
        title,
        day,
        place,
        ListColumn(Text("Present"), _came, 62, figure=True),
        ListColumn(Text("Done"), _completed, 62, figure=True),
        replace(state, says=says_state, width=96, stretch=0),
        where,
    )


def _came(held: Held[Any], figures: ActivityFigures, words: Words) -> str:
    """Present of expected; nothing before anybody came. Where nobody signs, as at a mela, those counted."""
    number, came = words.language.number, figures.present or held.record.footfall
    expected = held.record.expected or figures.people
    if not came and held.record.state in (ActivityState.PLANNED, ActivityState.POSTPONED):
        return f"– / {number(expected)}" if expected else ""
    return f"{number(came)} / {number(expected)}" if expected else number(came)


def _completed(_held: Held[Any], figures: ActivityFigures, words: Words) -> str:
    return words.language.number(figures.completed) if figures.first_paid else ""
