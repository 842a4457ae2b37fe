"""The page Plan: targets and action points; a target is where a mela is planned from."""

from typing import Any

from PySide6.QtWidgets import QWidget

from fieldapp.domain.codes import ActivityKind
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.fields import PlaceRef, Ref
from fieldapp.domain.records import ActionPoint, Activity, Record, Target
from fieldapp.domain.text import Text
from fieldapp.services.records import ActivityFigures, Cursor, Held, Query
from fieldapp.services.records import Page as Found
from fieldapp.services.targets import Reached
from fieldapp.ui.activities.dialog import NewActivityDialog
from fieldapp.ui.desk import Desk
from fieldapp.ui.records.list_model import ListColumn
from fieldapp.ui.records.page import RecordsPage, RecordTab
from fieldapp.ui.records.views import ACTION_POINTS, DECISIONS, TARGETS, View
from fieldapp.ui.words import Words


class PlanTab(RecordTab):
    """The list of targets also says how far each has been reached, and so does the form of one."""

    def __init__(self, desk: Desk, view: View, parent: QWidget | None = None) -> None:
        self._reached: dict[str, Reached] = {}
        super().__init__(desk, view, parent)
        if view is TARGETS:
            self.panel.also_says = self._says_reached

    def columns(self) -> tuple[ListColumn, ...]:
        *listed, sync = super().columns()
        if self.view is not TARGETS:
            return (*listed, sync)
        return (*listed, ListColumn(Text("Held of planned"), self._in_short, 96, figure=True), sync)

    def fetch(self, query: Query, after: Cursor | None) -> Found[Any]:
        page = super().fetch(query, after)
        if self.view is TARGETS:
            ids = [held.record.id for held in page.items]
            self._reached.update(self._desk.services.targets.reached(self._desk.actor, ids))
        return page

    def _in_short(self, held: Held[Any], _figures: ActivityFigures, words: Words) -> str:
        reached = self._reached.get(held.record.id)
        return "" if reached is None else in_short(reached, words)

    def _says_reached(self, target: Record) -> Text | None:
        reached = self._desk.services.targets.reached(self._desk.actor, [target.id]).get(target.id)
        return in_words(reached) if reached else None


class PlanPage(RecordsPage):
    """Targets, action points, and what was decided about records."""

    title = Text("Plan")
    help_name = "plan"
    views = (TARGETS, ACTION_POINTS, DECISIONS)
    tab_type = PlanTab

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.shows += ("activity", "establishment", "observation")
        targets, points, _ = (tab.panel for tab in self.tabs)
        self.plan_button = targets.add_verb(Text("Plan a session for it"), self.plan_activity)
        points.add_verb(Text("Move to the next review"), self.move_on)
        points.add_verb(Text("Closed today"), self.close_point)

    def plan_activity(self) -> None:
        """Ask for day and place of an activity that counts towards the open target."""
        panel = self.tabs[0].panel
        panel.leave()
        target = panel.record
        if isinstance(target, Target) and panel.is_kept:
            draft = draft_for(target, self.desk.services.activities.new_id())
            desk = self.desk
            NewActivityDialog.ask(desk.words, desk.places, draft, self._start, self)

    def move_on(self) -> None:
        """Carry the open action point over to the next review, with a remark that says so."""
        panel, desk = self.tabs[1].panel, self.desk
        panel.leave()
        point, service = panel.record, desk.services.action_points
        if not isinstance(point, ActionPoint):
            return
        today = desk.today
        to = service.next_review(desk.actor, max(today, point.due_date or today))
        note = desk.words.render(Text("{today}: moved to the review of {date}", today=today, date=to))
        panel.change(
            lambda point_id, version: service.move_on(desk.actor, point_id, version, to, note),
            Text("Moved to the next review"),
        )

    def close_point(self) -> None:
        """The open action point is done; the day is today's."""
        actor, service = self.desk.actor, self.desk.services.action_points
        self.tabs[1].panel.change(
            lambda point_id, version: service.close(actor, point_id, version), Text("Action point closed")
        )

    def _start(self, draft: Activity) -> None:
        desk = self.desk
        try:
            saved = desk.services.activities.start(
                desk.actor,
                draft.kind,
                draft.start_date,
                draft.place,
                venue=draft.venue,
                target=draft.target,
            )
        except FieldAppError as error:
            desk.messages.show(error)
            return
        desk.saved(saved, Text("New session"))
        self.asks_for.emit("activities", saved.held.record.id)


def draft_for(target: Target, new_id: str) -> Activity:
    """The activity a target asks for: its kind, a mela where it names none, and its place if it is one."""
    place = target.places[0].place if len(target.places) == 1 else PlaceRef()
    return Activity(
        id=new_id,
        kind=target.activity_kind or str(ActivityKind.MELA),
        place=place,
        start_date=target.start_date,
        target=Ref(target.id),
    )


def in_short(reached: Reached, words: Words) -> str:
    """'2 / 9', or '33 %' of a share; '' where nothing is known."""
    number = words.language.number
    if reached.share:
        return f"{number(reached.per_cent or 0)} %"
    if reached.amount:
        return f"{number(reached.held)} / {number(reached.amount)}"
    return number(reached.held) if reached.held else ""


def in_words(reached: Reached) -> Text:
    """How far a target has been reached, in a sentence."""
    held, planned = reached.held, reached.planned
    if reached.share:
        part, whole = reached.share.over, reached.share.under
        return Text("Reached: {n} % ({part} of {whole})", n=reached.per_cent, part=part, whole=whole)
    if reached.amount:
        return Text(
            "{held} of {amount} held ({n} %), {pending} pending, of these {planned} planned",
            held=held,
            amount=reached.amount,
            n=reached.per_cent,
            pending=reached.pending,
            planned=planned,
        )
    return Text("{held} held, {planned} planned", held=held, planned=planned)
