"""Rows and sheets of an activity: numbers that are never given twice, an order that a printed sheet pins."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from fieldapp.domain.codes import ActivityState, SheetKind, SheetState
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Ref
from fieldapp.domain.records import Activity, IssuedSheet, RosterRow, person_of_row
from fieldapp.domain.text import Text

GAP = 1024
"""Between the positions of two rows, so that one can be put between them without touching others."""

_change = msgspec.structs.replace


def pinned_rows(activity: Activity) -> frozenset[int]:
    """The numbers of the rows that stand on an issued sheet which was not spoilt."""
    listed = (one.rows for one in activity.sheets if one.state != SheetState.SPOILT)
    return frozenset(int(number) for rows in listed for number in rows.split(",") if number)


def row_of(activity: Activity, number: int) -> RosterRow:
    """The row with that number. Raises InvalidInput 'no_row'."""
    row = activity.row(number)
    if row is None:
        raise InvalidInput(
            Text("Row {n} is not on this sheet.", n=number), Text("Look at the sheet again."), "no_row"
        )
    return row


def exchanged(activity: Activity, row: RosterRow) -> Activity:
    """The activity with another row in the place of the one with its number."""
    row_of(activity, row.row)
    return _change(activity, rows=tuple(row if one.row == row.row else one for one in activity.rows))


def held_now(activity: Activity) -> Activity:
    """A planned activity to which somebody came is a held one."""
    if activity.state == ActivityState.PLANNED and any(row.present for row in activity.rows):
        return _change(activity, state=str(ActivityState.HELD))
    return activity


def with_row(activity: Activity, row: RosterRow | None, before: int | None) -> Activity:
    """The activity with one more row: at the end, or before the one with that number while none is pinned."""
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
    return held_now(_change(activity, rows=(*rows, fresh), last_row=number))


def with_rows(activity: Activity, rows: Sequence[RosterRow]) -> Activity:
    """The activity with these rows at the end of its sheet, in their order, each with a number of its own."""
    ordered = activity.in_order()
    number = max(activity.last_row, *(one.row for one in ordered), 0)
    position = ordered[-1].position if ordered else 0
    pinned = bool(pinned_rows(activity))
    fresh = tuple(
        _change(row, row=number + n, position=position + n * GAP, walk_in=pinned)
        for n, row in enumerate(rows, start=1)
    )
    return held_now(_change(activity, rows=(*activity.rows, *fresh), last_row=number + len(fresh)))


def sheet_in_use(activity: Activity, kind: SheetKind | str) -> IssuedSheet | None:
    """The newest sheet of a kind, where printing it would show the same rows; None where a new one is due."""
    of_kind = [one for one in activity.sheets if one.kind == kind]
    newest = max(of_kind, key=lambda one: one.number, default=None)
    if newest is None or newest.state in (SheetState.SPOILT, SheetState.SUPERSEDED):
        return None
    return newest if newest.rows == _rows_in_order(activity) else None


def sheet_kind(activity: Activity) -> SheetKind:
    """The kind of sheet that is printed of an activity as it stands: final, with those expected, or blank."""
    if activity.state == ActivityState.FINISHED:
        return SheetKind.FINAL
    return SheetKind.EXPECTED if activity.rows else SheetKind.BLANK


def sheet_printed(activity: Activity, kind: SheetKind | str, today: date) -> Activity:
    """The activity after its sheet was printed: one more copy of the one in use, or a new sheet."""
    again = sheet_in_use(activity, kind)
    if again is None:
        return with_sheet(activity, kind, today)
    more = _change(again, copies=again.copies + 1)
    return _change(activity, sheets=tuple(more if one == again else one for one in activity.sheets))


def _rows_in_order(activity: Activity) -> str:
    return ",".join(str(row.row) for row in activity.in_order())


def sheet_to_print(activity: Activity, today: date, *, own: bool) -> tuple[Activity, SheetKind, int]:
    """The activity as the sheet shows it, the kind of the sheet, and its number, 0 where it has none.

    own: the print will be noted in the record, and the sheet says so already.
    """
    kind = sheet_kind(activity)
    if own:
        activity = sheet_printed(activity, kind, today)
    return activity, kind, max((one.number for one in activity.sheets if one.kind == kind), default=0)


def with_sheet(activity: Activity, kind: SheetKind | str, today: date) -> Activity:
    """The activity with one more issued sheet, which pins its rows in their order."""
    sheet = IssuedSheet(
        number=max((one.number for one in activity.sheets), default=0) + 1,
        kind=str(kind),
        state=SheetState.ISSUED,
        rows=_rows_in_order(activity),
        issued_on=today,
        copies=1,
    )
    return _change(activity, sheets=(*activity.sheets, sheet))


REPEATED = (
    "kind",
    "title",
    "campaign",
    "target",
    "audience",
    "expected",
    "start_time",
    "end_time",
    "venue",
    "place",
    "trainer",
    "trainer_name",
    "trainer_designation",
    "organiser",
    "partners",
    "agenda",
)
"""What an activity has in common with the one it repeats."""

_SAME_PERSON = (
    "name",
    "relation",
    "gender",
    "age",
    "category",
    "pwd",
    "village",
    "designation",
    "office",
    "occupation",
    "mobile",
    "guardian",
    "guardian_relation",
)


def repeated(activity: Activity, start_date: date | None, *, with_people: bool = False) -> Activity:
    """The activity once more, planned for another day; it has neither id nor number yet."""
    more = timedelta(days=activity.days - 1)
    end = start_date + more if more and start_date else None
    rows: list[RosterRow] = []
    for row in activity.in_order() if with_people else ():
        if row.name and not row.struck and not row.anonymous:
            n = len(rows) + 1
            known = {name: getattr(row, name) for name in _SAME_PERSON}
            person = Ref(person_of_row(activity.id, row))
            rows.append(RosterRow(row=n, position=n * GAP, person=person, **known))
    same = {name: getattr(activity, name) for name in REPEATED}
    return Activity(id="", **same, start_date=start_date, end_date=end, rows=tuple(rows), last_row=len(rows))
