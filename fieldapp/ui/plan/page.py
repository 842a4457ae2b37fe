"""The page Plan: targets and action points; a target is where a mela is planned from."""

from PySide6.QtWidgets import QWidget

from fieldapp.domain.codes import ActivityKind
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.fields import PlaceRef, Ref
from fieldapp.domain.records import Activity, Target
from fieldapp.domain.text import Text
from fieldapp.ui.activities.dialog import NewActivityDialog
from fieldapp.ui.desk import Desk
from fieldapp.ui.records.page import RecordsPage
from fieldapp.ui.records.views import ACTION_POINTS, DECISIONS, TARGETS


class PlanPage(RecordsPage):
    """Targets, action points, and what was decided about records."""

    title = Text("Plan")
    help_name = "plan"
    views = (TARGETS, ACTION_POINTS, DECISIONS)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.plan_button = self.tabs[0].panel.add_verb(Text("Plan a session for it"), self.plan_activity)

    def plan_activity(self) -> None:
        """Ask for day and place of an activity that counts towards the open target."""
        panel = self.tabs[0].panel
        panel.leave()
        target = panel.record
        if isinstance(target, Target) and panel.is_kept:
            draft = draft_for(target, self.desk.services.activities.new_id())
            desk = self.desk
            NewActivityDialog.ask(desk.words, desk.places, draft, self._start, self)

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
