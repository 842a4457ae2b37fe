"""Activities: numbers, the roster, issued sheets, finishing."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.codes import ActivityKind, ActivityState, PaymentResult, SheetKind, SheetState
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import PlaceRef
from fieldapp.domain.records import Activity, IssuedSheet, PaymentTry, RosterRow
from fieldapp.domain.rules import Setting, missing_to_finish, open_rows
from fieldapp.domain.text import Text
from fieldapp.services.records import RecordService, Saved, origin
from fieldapp.storage import queries, state
from fieldapp.storage.database import Database

GAP = 1024
"""Between the positions of two rows, so that one can be put between them without touching others."""

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
        return self._edit(actor, activity_id, base_version, lambda activity: _with_row(activity, row, before))

    def save_row(self, actor: Actor, activity_id: str, base_version: int, row: RosterRow) -> Saved[Activity]:
        """Keep one changed roster row. A first presence turns a planned activity into a held one."""
        return self._edit(
            actor, activity_id, base_version, lambda activity: _held_now(_exchange(activity, row))
        )

    def strike_row(self, actor: Actor, activity_id: str, base_version: int, number: int) -> Saved[Activity]:
        """Take a row out: it goes when no issued sheet shows it, else it is struck and keeps its serial."""

        def strike(activity: Activity) -> Activity:
            row = _row(activity, number)
            if number in pinned_rows(activity):
                return _exchange(activity, _change(row, struck=True))
            return _change(activity, rows=tuple(one for one in activity.rows if one.row != number))

        return self._edit(actor, activity_id, base_version, strike)

    def issue_sheet(
        self, actor: Actor, activity_id: str, base_version: int, kind: SheetKind | str
    ) -> Saved[Activity]:
        """Note that a sheet was printed: from now on its rows keep their order and serial."""
        today = self._database.today()

        def issue(activity: Activity) -> Activity:
            sheet = IssuedSheet(
                number=max((one.number for one in activity.sheets), default=0) + 1,
                kind=str(kind),
                state=SheetState.ISSUED,
                rows=",".join(str(row.row) for row in activity.in_order()),
                issued_on=today,
                copies=1,
            )
            return _change(activity, sheets=(*activity.sheets, sheet))

        return self._rewrite(actor, activity_id, base_version, issue)

    def finish(
        self,
        actor: Actor,
        activity_id: str,
        base_version: int,
        signatures: int,
        count_reason: str = "",
        open_reason: str = "",
    ) -> Saved[Activity]:
        """Close the record of an activity: signatures are the ones counted on paper, before any total shows.

        Raises InvalidInput 'missing', 'count_differs' (a reason is needed) or 'open_payments' (one reason
        for all who have not completed).
        """
        today = self._database.today()

        def close(activity: Activity) -> Activity:
            _refuse_unfinished(activity, today, signatures, count_reason, open_reason)
            waiting = {row.row for row in open_rows(activity)} if _pays(activity) else set()
            rows = tuple(
                _change(row, open_reason=open_reason) if row.row in waiting else row for row in activity.rows
            )
            return _change(
                activity,
                rows=rows,
                state=str(ActivityState.FINISHED),
                signatures_counted=signatures,
                count_reason=count_reason,
            )

        return self._edit(actor, activity_id, base_version, close)

    def reopen(self, actor: Actor, activity_id: str, base_version: int) -> Saved[Activity]:
        """A supervisor opens a finished activity again."""
        actor.must_be(Duty.SUPERVISOR, Duty.OFFICER)
        return self._rewrite(
            actor,
            activity_id,
            base_version,
            lambda activity: _change(activity, state=str(ActivityState.HELD)),
        )

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

    def _edit(
        self, actor: Actor, activity_id: str, base_version: int, change: Callable[[Activity], Activity]
    ) -> Saved[Activity]:
        with self._database.transaction() as tx:
            before = self._get(tx, activity_id).record
            after = change(before)
            self._refuse_hard(after, before)
            _refuse_change_of_finished(before, after)
            return self._put(tx, actor, after, base_version)


def pinned_rows(activity: Activity) -> frozenset[int]:
    """The numbers of the rows that stand on an issued sheet which was not spoilt."""
    listed = (one.rows for one in activity.sheets if one.state != SheetState.SPOILT)
    return frozenset(int(number) for rows in listed for number in rows.split(",") if number)


def _pays(activity: Activity) -> bool:
    return activity.kind == ActivityKind.CHAI_SAMOSA


def _row(activity: Activity, number: int) -> RosterRow:
    row = activity.row(number)
    if row is None:
        raise InvalidInput(
            Text("Row {n} is not on this sheet.", n=number), Text("Look at the sheet again."), "no_row"
        )
    return row


def _exchange(activity: Activity, row: RosterRow) -> Activity:
    _row(activity, row.row)
    return _change(activity, rows=tuple(row if one.row == row.row else one for one in activity.rows))


def _held_now(activity: Activity) -> Activity:
    if activity.state == ActivityState.PLANNED and any(row.present for row in activity.rows):
        return _change(activity, state=str(ActivityState.HELD))
    return activity


def _with_row(activity: Activity, row: RosterRow | None, before: int | None) -> Activity:
    ordered = activity.in_order()
    number = max(activity.last_row, *(one.row for one in ordered), 0) + 1
    last = ordered[-1].position if ordered else 0
    position = last + GAP
    rows = activity.rows
    if before is not None and not pinned_rows(activity):
        at = next((n for n, one in enumerate(ordered) if one.row == before), len(ordered))
        low = ordered[at - 1].position if at else 0
        if at < len(ordered):
            if ordered[at].position - low < 2:
                spaced = {one.row: n * GAP for n, one in enumerate(ordered, start=1)}
                rows = tuple(_change(one, position=spaced[one.row]) for one in rows)
                low, high = at * GAP, (at + 1) * GAP
            else:
                high = ordered[at].position
            position = (low + high) // 2
    fresh = _change(row or RosterRow(), row=number, position=position, walk_in=bool(pinned_rows(activity)))
    return _held_now(_change(activity, rows=(*rows, fresh), last_row=number))


def _refuse_unfinished(
    activity: Activity, today: date, signatures: int, count_reason: str, open_reason: str
) -> None:
    missing = [problem for problem in missing_to_finish(activity, today) if problem.hard]
    if missing:
        raise InvalidInput(missing[0].text, Text("Fill it in, then finish again."), "missing")
    present = sum(bool(row.present) for row in activity.rows if not row.struck)
    if signatures != present and not count_reason:
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


def _refuse_change_of_finished(before: Activity, after: Activity) -> None:
    if before.state != ActivityState.FINISHED or _unsettled(before, after) == _change(before, sheets=()):
        return
    raise InvalidInput(
        Text("This session is locked. Ask the supervisor to reopen it."),
        Text("Nothing was changed."),
        "locked",
    )


def _unsettled(before: Activity, after: Activity) -> Activity:
    """`after` with the outcome of every payment that was pending taken back, and no sheets.

    Settling a pending payment and printing another sheet are no change of a finished session.
    """
    rows = []
    for row in after.rows:
        old = before.row(row.row)
        was = old.tries if old else ()
        tries = tuple(
            was[n] if n < len(was) and _settles(was[n], one) else one for n, one in enumerate(row.tries)
        )
        rows.append(_change(row, tries=tries))
    return _change(after, rows=tuple(rows), sheets=())


def _settles(was: PaymentTry, now: PaymentTry) -> bool:
    return was.result == PaymentResult.PENDING and (was.slot, was.mode, was.amount_paise) == (
        now.slot,
        now.mode,
        now.amount_paise,
    )
