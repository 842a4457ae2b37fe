"""Activities: numbers, the roster, issued sheets, finishing and amending."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from fieldapp.domain import finishing
from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import ActivityKind, ActivityState, SheetKind
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import PlaceRef, fields
from fieldapp.domain.finishing import missing_to_finish, open_rows
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.domain.rules import Setting
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.services.amending import changed_values, finished_before, finished_by
from fieldapp.services.records import RecordService, Saved, origin
from fieldapp.services.rosters import (
    exchanged,
    held_now,
    pinned_rows,
    repeated,
    row_of,
    sheet_printed,
    with_row,
    with_rows,
    with_sheet,
)
from fieldapp.storage import log, queries, sealing, state
from fieldapp.storage.database import Database

NOWHERE = PlaceRef()
_change = msgspec.structs.replace


class ActivityService(RecordService[Activity]):
    """The verbs of an activity."""

    def __init__(self, database: Database, setting: Setting) -> None:
        super().__init__(database, Activity, setting)

    def start(
        self,
        actor: Actor,
        kind: ActivityKind | str,
        start_date: date | None,
        place: PlaceRef = NOWHERE,
        **given: Any,
    ) -> Saved[Activity]:
        """Plan an activity: it gets its number and this computer's letter, for good.

        given: any further fields of Activity.
        """
        with self._database.transaction() as tx:
            here = origin(tx, self._database)
            given.setdefault("state", ActivityState.PLANNED)
            activity = Activity(
                id=given.pop("id", "") or self.new_id(),
                kind=str(kind),
                number=queries.next_number(tx, here.centre),
                letter=state.read(tx, "letter", "Z"),
                start_date=start_date,
                place=place,
                **given,
            )
            self._refuse_hard(activity)
            return self._put(tx, actor, activity, None)

    def add_row(
        self,
        actor: Actor,
        activity_id: str,
        base_version: int,
        row: RosterRow | None = None,
        before: int | None = None,
    ) -> Saved[Activity]:
        """Add a roster row at the end, or before the row with that number while no sheet pins the order.

        The new row is the one whose number is the record's last_row.
        """
        return self._edit(actor, activity_id, base_version, lambda activity: with_row(activity, row, before))

    def add_rows(
        self, actor: Actor, activity_id: str, base_version: int, rows: Sequence[RosterRow]
    ) -> Saved[Activity]:
        """Add the people of a list at the end of the sheet, all in one save."""
        return self._edit(actor, activity_id, base_version, lambda activity: with_rows(activity, rows))

    def save_row(self, actor: Actor, activity_id: str, base_version: int, row: RosterRow) -> Saved[Activity]:
        """Keep one changed roster row. A first presence turns a planned activity into a held one."""
        return self._edit(
            actor, activity_id, base_version, lambda activity: held_now(exchanged(activity, row))
        )

    def strike_row(self, actor: Actor, activity_id: str, base_version: int, number: int) -> Saved[Activity]:
        """Take a row out: it goes when no issued sheet shows it, else it is struck and keeps its serial."""

        def strike(activity: Activity) -> Activity:
            row = row_of(activity, number)
            if number in pinned_rows(activity):
                return exchanged(activity, _change(row, struck=True))
            return _change(activity, rows=tuple(one for one in activity.rows if one.row != number))

        return self._edit(actor, activity_id, base_version, strike)

    def print_sheet(
        self, actor: Actor, activity_id: str, base_version: int, kind: SheetKind | str
    ) -> Saved[Activity]:
        """Note that a sheet is printed: the newest one of its kind once more, or a new one.

        A new one pins its rows in their order. It is the same one, and its copies are counted, where it shows
        the same rows and was neither spoilt nor superseded. The sheet is the record's last one of that kind.
        """
        today = self._database.today()
        return self._rewrite(
            actor, activity_id, base_version, lambda activity: sheet_printed(activity, kind, today)
        )

    def issue_sheet(
        self, actor: Actor, activity_id: str, base_version: int, kind: SheetKind | str
    ) -> Saved[Activity]:
        """Note that a new sheet was printed: from now on its rows keep their order and serial."""
        today = self._database.today()
        return self._rewrite(
            actor, activity_id, base_version, lambda activity: with_sheet(activity, kind, today)
        )

    def finish(
        self,
        actor: Actor,
        activity_id: str,
        base_version: int,
        signatures: int,
        count_reason: str = "",
        open_reason: str = "",
    ) -> Saved[Activity]:
        """Close the record of an activity, and the amendment that is open.

        signatures: counted on paper, before any total shows; not looked at where nobody is on the roster.
        Raises InvalidInput 'missing', 'count_differs' (a reason is needed) or 'open_payments' (one reason
        for all who have not completed).
        """
        today = self._database.today()
        with self._database.transaction() as tx:
            held = self._get(tx, activity_id)
            before = held.record
            _refuse_finished(before)
            _refuse_unfinished(before, today, signatures, count_reason, open_reason)
            after = finishing.sheets_keyed(_closed(before, signatures, count_reason, open_reason))
            if finishing.open_amendment(before):
                base = finished_before(tx, held)
                after = finishing.amendment_closed(after, base, changed_values(base, after), today)
            self._refuse_hard(after, before)
            self._put(tx, actor, after, base_version)
            if len(after.amendments) < len(before.amendments):
                self._seal(tx, activity_id)
            return self._as_saved(tx, activity_id, before)

    def amend(self, actor: Actor, activity_id: str, base_version: int, reason: str) -> Saved[Activity]:
        """Open a finished activity again; what stood there is sealed first, so that it is kept for ever.

        Raises InvalidInput 'not_finished' or 'no_reason'.
        """
        with self._database.transaction() as tx:
            before = self._get(tx, activity_id).record
            if not finishing.is_locked(before):
                raise InvalidInput(
                    Text("This session is not finished."), Text("It can be changed as it is."), "not_finished"
                )
            if not reason.strip():
                raise InvalidInput(
                    Text("An amendment needs a reason."), Text("Write it in a few words."), "no_reason"
                )
            self._seal(tx, activity_id)
            begun = finishing.amendment_begun(before, reason.strip())
            self._refuse_hard(begun, before)
            self._put(tx, actor, begun, base_version)
            return self._as_saved(tx, activity_id, before)

    def cancel_amendment(self, actor: Actor, activity_id: str, base_version: int) -> Saved[Activity]:
        """Put everything back as it was when the activity was finished last.

        Raises InvalidInput 'not_amended' where no amendment is open.
        """
        with self._database.transaction() as tx:
            held = self._get(tx, activity_id)
            if not finishing.open_amendment(held.record):
                raise InvalidInput(Text("No amendment is open."), Text("Nothing was changed."), "not_amended")
            back = finishing.put_back(held.record, finished_before(tx, held))
            self._put(tx, actor, back, base_version)
            self._seal(tx, activity_id)
            return self._as_saved(tx, activity_id, held.record)

    def take_suggestion(
        self,
        actor: Actor,
        activity_id: str,
        base_version: int,
        change: Callable[[Activity], Activity],
        reason: str,
    ) -> Saved[Activity]:
        """Correct what somebody asked to be corrected: in a finished activity that is an amendment, at once.

        Raises InvalidInput where it cannot be finished again as it was, as when another number is present.
        """
        today = self._database.today()
        with self._database.transaction() as tx:
            before = self._get(tx, activity_id).record
            after = change(before)
            if finishing.is_locked(before):
                self._seal(tx, activity_id)
                _refuse_unfinished(after, today, before.signatures_counted, before.count_reason, "")
                begun = finishing.amendment_begun(after, reason)
                again = _closed(begun, before.signatures_counted, before.count_reason, "")
                values = changed_values(before, again)
                after = finishing.amendment_closed(again, before, values, today)
            self._refuse_hard(after, before)
            self._put(tx, actor, after, base_version)
            return self._as_saved(tx, activity_id, before)

    def put_back_suggestion(self, actor: Actor, activity_id: str, base_version: int) -> Saved[Activity]:
        """Undo `take_suggestion` in a finished activity: it stands as it did, and no amendment was made.

        Raises InvalidInput 'packed_since' where others may have read the amendment already.
        """
        with self._database.transaction() as tx:
            held = self._get(tx, activity_id)
            before = finished_before(tx, held)
            # What the next amendment sealed is what this one would be put back to: nothing would change.
            if held.sealed or len(before.amendments) >= len(held.record.amendments):
                raise InvalidInput(
                    Text("It has been packed since, so it can no longer be undone."),
                    Text("Nothing was changed. Amend the session instead."),
                    "packed_since",
                )
            self._put(tx, actor, before, base_version)
            return self._as_saved(tx, activity_id, held.record)

    def finished_by(self, actor: Actor, activity_id: str) -> tuple[str, datetime]:
        """Which login finished the activity last, and when."""
        actor.must_be_known()
        with self._database.reading() as tx:
            return finished_by(tx, self._get(tx, activity_id))

    def repeat(
        self, actor: Actor, activity_id: str, start_date: date | None, *, with_people: bool = False
    ) -> Saved[Activity]:
        """Plan the same activity once more, with a number of its own.

        with_people: its people are expected again: who they are, without presence, payments and marks.
        """
        actor.must_be_known()
        with self._database.reading() as tx:
            again = repeated(self._get(tx, activity_id).record, start_date, with_people=with_people)
        return self.start(actor, again.kind, start_date, again.place, **_given(again))

    def take_copy(self, actor: Actor, copied: Activity) -> Saved[Activity]:
        """Keep the copy of an activity of a practice home as one of this home's own, under a new number."""
        saved = self.start(actor, copied.kind, copied.start_date, copied.place, **_given(copied))
        record_id = saved.held.record.id
        with self._database.transaction() as tx:
            log.note(
                tx,
                self._database.clock(),
                actor.login,
                "copied_from_practice",
                "activity",
                bytes.fromhex(record_id),
                copied.id,
            )
        return saved

    def delete(self, actor: Actor, record_id: str, base_version: int, reason: str) -> Saved[Activity]:
        """As for every record; a finished activity is not deleted, nor one that is being amended."""
        with self._database.reading() as tx:
            activity = self._get(tx, record_id).record
        if finishing.is_locked(activity) or finishing.open_amendment(activity):
            raise _locked()
        return super().delete(actor, record_id, base_version, reason)

    def save(self, actor: Actor, record: Activity, base_version: int | None = None) -> Saved[Activity]:
        """As for every record; a finished activity takes nothing but the outcome of a pending payment."""
        with self._database.transaction() as tx:
            if base_version is None:
                self._refuse_hard(record)
                return self._put(tx, actor, record, None)
            before = self._get(tx, record.id).record
            # A number that was given is never given again, whatever an older copy says.
            record = _change(record, last_row=max(before.last_row, record.last_row))
            self._refuse_hard(record, before)
            _refuse_change_of_finished(before, record)
            return self._put(tx, actor, record, base_version)

    def _seal(self, tx: Connection, activity_id: str) -> None:
        sealing.seal(tx, origin(tx, self._database), only=[bytes.fromhex(activity_id)])

    def _as_saved(self, tx: Connection, activity_id: str, before: Activity) -> Saved[Activity]:
        """What was saved in this transaction, as it is held after sealing."""
        return Saved(self._get(tx, activity_id), before, Touched.one("activity", activity_id))

    def _edit(
        self, actor: Actor, activity_id: str, base_version: int, change: Callable[[Activity], Activity]
    ) -> Saved[Activity]:
        with self._database.transaction() as tx:
            before = self._get(tx, activity_id).record
            after = change(before)
            self._refuse_hard(after, before)
            _refuse_change_of_finished(before, after)
            return self._put(tx, actor, after, base_version)


def _pays(activity: Activity) -> bool:
    return activity.kind == ActivityKind.CHAI_SAMOSA


_GIVEN_ANEW = frozenset({"id", "number", "letter", "kind", "start_date", "place"})


def _given(activity: Activity) -> dict[str, Any]:
    """What `start` is given besides kind, day and place."""
    named = (one.name for one in fields(Activity) if one.name not in _GIVEN_ANEW)
    return {name: value for name in named if (value := getattr(activity, name))}


def _refuse_unfinished(
    activity: Activity, today: date, signatures: int, count_reason: str, open_reason: str
) -> None:
    missing = [problem for problem in missing_to_finish(activity, today) if problem.hard]
    if missing:
        raise InvalidInput(missing[0].text, Text("Fill it in, then finish again."), "missing")
    present = finishing.present_count(activity)
    if finishing.counts_signatures(activity) and signatures != present and not count_reason:
        raise InvalidInput(
            Text(
                "{counted} signatures were counted, {present} are marked present.",
                counted=signatures,
                present=present,
            ),
            Text("Count again, correct the rows, or write the reason for the difference."),
            "count_differs",
        )
    waiting = len(open_rows(activity)) if _pays(activity) else 0
    if waiting and not open_reason:
        raise InvalidInput(
            Text("{n} who were present have not completed two payments.", n=waiting),
            Text("Give one reason for all of them, or complete the payments."),
            "open_payments",
        )


def _closed(activity: Activity, signatures: int, count_reason: str, open_reason: str) -> Activity:
    waiting = {row.row for row in open_rows(activity)} if _pays(activity) else set()
    counted = finishing.counts_signatures(activity)
    return _change(
        activity,
        rows=tuple(
            _change(row, open_reason=open_reason) if row.row in waiting else row for row in activity.rows
        ),
        state=str(ActivityState.FINISHED),
        signatures_counted=signatures if counted else 0,
        count_reason=count_reason if counted and signatures != finishing.present_count(activity) else "",
    )


def _refuse_finished(activity: Activity) -> None:
    if finishing.is_locked(activity):
        raise InvalidInput(
            Text("This session is finished already."), Text("Nothing was changed."), "finished"
        )


def _refuse_change_of_finished(before: Activity, after: Activity) -> None:
    if finishing.is_locked(before) and not finishing.only_settled(before, after):
        raise _locked()
    if finishing.open_amendment(before) and after.state != before.state:
        raise InvalidInput(
            Text("An amendment is open."), Text("Finish the session again first, or cancel it."), "amending"
        )


def _locked() -> InvalidInput:
    return InvalidInput(
        Text("This session is finished and locked."),
        Text("To change it, press Amend and give a reason."),
        "locked",
    )
