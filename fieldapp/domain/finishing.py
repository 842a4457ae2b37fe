"""When an activity is closed: what is counted then, what may still change, and its amendments.

Source: product features A13 (the count comes first) and A14 (freeze and amend).
"""

from datetime import date

import msgspec

from fieldapp.domain.codes import ActivityKind, ActivityState, PaymentResult, SheetState
from fieldapp.domain.records import (
    PAYMENTS_TO_COMPLETE,
    Activity,
    AmendedValue,
    Amendment,
    Decision,
    IssuedSheet,
    PaymentTry,
    RosterRow,
)
from fieldapp.domain.roster_rules import tries_of
from fieldapp.domain.rules import Problem
from fieldapp.domain.text import Text

_change = msgspec.structs.replace

_LIVE_SHEETS = frozenset({SheetState.ISSUED, SheetState.RETURNED, SheetState.KEYED, SheetState.FILED})
_TRAINED = frozenset({ActivityKind.CHAI_SAMOSA, ActivityKind.TRAINER_TRAINING})
_COUNTED = frozenset({ActivityKind.MELA, ActivityKind.CAMP, ActivityKind.WALK, ActivityKind.VISIT})
_BACK_SHEETS = frozenset({SheetState.ISSUED, SheetState.RETURNED})


def present_count(activity: Activity) -> int:
    """How many people the roster says were present; struck rows do not count."""
    return sum(bool(row.present) for row in activity.rows if not row.struck)


def counts_signatures(activity: Activity) -> bool:
    """Whether somebody stands on its roster, so that there are signatures on paper to be counted."""
    return any(not row.struck for row in activity.rows)


def counted_at_approval(decision: Decision) -> Text:
    """What a supervisor counted on paper, with the number of the sheet where one was printed."""
    if decision.sheet_number:
        return Text("sheet {n}: {counted} counted", n=decision.sheet_number, counted=decision.counted)
    return Text("{counted} counted", counted=decision.counted)


def open_rows(activity: Activity) -> tuple[RosterRow, ...]:
    """The rows that were present and have not completed their two payments, and say no reason for it."""
    return tuple(
        row
        for row in activity.in_order()
        if row.present and not row.struck and row.completed() < PAYMENTS_TO_COMPLETE and not row.open_reason
    )


def missing_to_finish(activity: Activity, today: date) -> tuple[Problem, ...]:
    """What must still be filled in before an activity can be finished (asked only then)."""
    needed: list[tuple[str, bool, Text]] = [
        ("start_date", activity.start_date is None, Text("The date is missing.")),
        ("place", not activity.place, Text("The place is missing.")),
        ("trainer_name", _needs_trainer(activity), Text("The name of the trainer is missing.")),
        ("rows", _needs_people(activity), Text("Nobody is recorded in this session yet.")),
        ("footfall", _needs_count(activity), Text("How many came is missing: names, groups or footfall.")),
    ]
    pending = [
        f"rows/{row.row}/tries" for row, _, one in tries_of(activity) if one.result == PaymentResult.PENDING
    ]
    found = [Problem("missing", path, text, True, "finish") for path, absent, text in needed if absent]
    if activity.start_date and activity.start_date > today:
        text = Text("The session's day has not come yet by this computer's clock. Check date and clock.")
        found.append(Problem("future", "start_date", text, False, "finish"))
    if pending:
        text = Text("A payment is still pending. It can be settled after finishing too.")
        found.append(Problem("pending", pending[0], text, False, "finish"))
    return tuple(found)


def _needs_trainer(activity: Activity) -> bool:
    return activity.kind in _TRAINED and not activity.trainer_name and not activity.trainer


def _needs_people(activity: Activity) -> bool:
    """Whoever is trained is on the roster; what nobody came to was not held."""
    return activity.kind in _TRAINED and all(row.struck for row in activity.rows)


def _needs_count(activity: Activity) -> bool:
    counted = activity.footfall or activity.households or activity.head_counts or activity.rows
    return activity.kind in _COUNTED and not counted


def open_amendment(activity: Activity) -> Amendment | None:
    """The amendment that is being made: it has a reason and no date yet."""
    return next((one for one in activity.amendments if one.amended_on is None), None)


def is_locked(activity: Activity) -> bool:
    """Whether it is finished, and takes nothing but the outcome of a pending payment."""
    return activity.state == ActivityState.FINISHED


def only_settled(before: Activity, after: Activity) -> bool:
    """Whether `after` is `before` but for outcomes of payments that were pending, and for papers printed.

    Neither is a change of a finished activity, and neither takes an approval away.
    """
    rows = []
    for row in after.rows:
        old = before.row(row.row)
        was = old.tries if old else ()
        tries = tuple(
            was[n] if n < len(was) and _settles(was[n], one) else one for n, one in enumerate(row.tries)
        )
        rows.append(_change(row, tries=tries, certificate=old.certificate if old else row.certificate))
    papers = {"sheets": before.sheets, "certificates": before.certificates}
    return _change(after, rows=tuple(rows), **papers) == before


def _settles(was: PaymentTry, now: PaymentTry) -> bool:
    return was.result == PaymentResult.PENDING and (was.slot, was.mode, was.amount_paise) == (
        now.slot,
        now.mode,
        now.amount_paise,
    )


def amendment_begun(activity: Activity, reason: str) -> Activity:
    """A finished activity opened again, with the number and the reason of the amendment."""
    number = max((one.number for one in activity.amendments), default=0) + 1
    begun = Amendment(number=number, reason=reason)
    return _change(activity, state=str(ActivityState.HELD), amendments=(*activity.amendments, begun))


def amendment_closed(
    activity: Activity, before: Activity, values: tuple[AmendedValue, ...], today: date
) -> Activity:
    """The activity with its open amendment closed; one that changed nothing disappears.

    before: as it stood when it was finished last. Another day makes the sheets of the old one superseded.
    """
    begun = open_amendment(activity)
    if begun is None:
        return activity
    closed = (_change(begun, amended_on=today, values=values),) if values else ()
    amendments = tuple(one for one in activity.amendments if one.number != begun.number)
    days = (activity.start_date, activity.end_date)
    sheets = activity.sheets
    if days != (before.start_date, before.end_date):
        old = {one.number for one in before.sheets}
        sheets = tuple(_superseded(one) if one.number in old else one for one in sheets)
    return _change(activity, amendments=(*amendments, *closed), sheets=sheets)


def _superseded(sheet: IssuedSheet) -> IssuedSheet:
    return _change(sheet, state=str(SheetState.SUPERSEDED)) if sheet.state in _LIVE_SHEETS else sheet


def sheets_keyed(activity: Activity) -> Activity:
    """The activity with every sheet that was out or back marked as keyed in."""
    keyed = str(SheetState.KEYED)
    sheets = tuple(_change(one, state=keyed) if one.state in _BACK_SHEETS else one for one in activity.sheets)
    return _change(activity, sheets=sheets)


def put_back(activity: Activity, before: Activity) -> Activity:
    """The activity as it was finished last. Numbers given and papers printed since stay known."""
    old = {one.number for one in before.sheets}
    printed = tuple(one for one in activity.sheets if one.number not in old)
    return _change(
        before,
        last_row=max(before.last_row, activity.last_row),
        sheets=(*before.sheets, *printed),
        certificates=activity.certificates or before.certificates,
    )
