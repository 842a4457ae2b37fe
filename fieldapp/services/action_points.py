"""Action points: carried over to the next review until they are closed."""

from datetime import date, timedelta

import msgspec

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import ActionState, ActivityKind, ActivityState
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.records import ActionPoint
from fieldapp.domain.rules import Setting
from fieldapp.domain.text import Text
from fieldapp.services.records import Query, RecordService, Saved
from fieldapp.storage import queries
from fieldapp.storage.database import Database

WEEK = timedelta(days=7)
"""The review is held every week (seed: Bokaro)."""

_DONE = (ActionState.CLOSED, ActionState.DROPPED)


class ActionPointService(RecordService[ActionPoint]):
    """The verbs every record type has, and those of an open point."""

    def __init__(self, database: Database, setting: Setting) -> None:
        super().__init__(database, ActionPoint, setting)

    def next_review(self, actor: Actor, after: date) -> date:
        """The day of the first review meeting planned after a day, else the same day a week later."""
        actor.must_be_known()
        planned = Query(
            kind=str(ActivityKind.REVIEW),
            state=str(ActivityState.PLANNED),
            start=after + timedelta(days=1),
            sort="start_date",
        )
        with self._database.reading() as tx:
            found = queries.page(tx, "activity", planned, limit=1).items
        return found[0].record.start_date if found else after + WEEK

    def move_on(
        self, actor: Actor, record_id: str, base_version: int, to: date, note: str
    ) -> Saved[ActionPoint]:
        """Carry an open point over to the review on that day; where it was opened stays.

        note: what is added to its remarks, in words. Raises InvalidInput 'closed' for one that is not open.
        """

        def change(point: ActionPoint) -> ActionPoint:
            _refuse_done(point)
            remark = "\n".join(filter(None, (point.remark, note)))
            return msgspec.structs.replace(point, due_date=to, remark=remark, state=str(ActionState.OPEN))

        return self._rewrite(actor, record_id, base_version, change)

    def close(self, actor: Actor, record_id: str, base_version: int) -> Saved[ActionPoint]:
        """It is done: closed today. Raises InvalidInput 'closed' for one that is not open."""
        today = self._database.today()

        def change(point: ActionPoint) -> ActionPoint:
            _refuse_done(point)
            return msgspec.structs.replace(point, state=str(ActionState.CLOSED), closed_on=today)

        return self._rewrite(actor, record_id, base_version, change)


def _refuse_done(point: ActionPoint) -> None:
    if point.state in _DONE:
        raise InvalidInput(
            Text("This action point is closed already."), Text("Nothing was changed."), "closed"
        )
