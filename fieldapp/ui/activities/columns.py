"""The columns of the roster grid: made from the fields of a roster row, by the kind of activity. No Qt."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from fieldapp.domain.fields import Field, Kind, field, fields
from fieldapp.domain.records import PAYMENTS_TO_COMPLETE, RosterRow
from fieldapp.domain.text import Text
from fieldapp.ui.activities.cells import (
    Cell,
    CodeCell,
    ConsentCell,
    DayCell,
    MarkCell,
    MobileCell,
    NameCell,
    NumberCell,
    PersonNameCell,
    PlaceCell,
    TextCell,
    TickCell,
)
from fieldapp.ui.activities.payment_cell import DoneCell, PaymentCell


@dataclass(frozen=True)
class Column:
    """width: logical pixels at 100 %; stretch: its share of the room left over; full: the heading in full.

    sticky: the value of the row above is offered and Enter takes it. hinted: it is offered, and taken only by
    going on typing. rare: 'Take grey values' does not stop there.
    """

    cell: Cell
    path: str
    heading: Text
    full: Text
    width: int
    stretch: int = 0
    sticky: bool = False
    hinted: bool = False
    rare: bool = False

    @property
    def key(self) -> str:
        """What tells it from every other column: 'age', 'tries:2' for a payment, 'present:3' for a day."""
        slot = getattr(self.cell, "slot", 0)
        day = getattr(self.cell, "day", 1)
        number = slot or (day if day > 1 else 0)
        return f"{self.path}:{number}" if number else self.path


IN_THE_ROW_PANEL = frozenset({"guardian", "guardian_relation", "anonymous", "open_reason", "remarks"})
"""Fields of a row that are rarely needed: they stand in the row panel (Ctrl+N), not in the grid."""

_STICKY = frozenset({"gender", "category", "village", "present", "mark", "consent", "chai", "samosa"})
_RARE = frozenset({"pwd"})

_CELLS: dict[Kind, Callable[[Field], Cell]] = {
    Kind.TEXT: TextCell,
    Kind.NAME: NameCell,
    Kind.CODE: CodeCell,
    Kind.WHOLE: NumberCell,
    Kind.YES_NO: TickCell,
    Kind.PLACE: PlaceCell,
}

_CELLS_BY_NAME: dict[str, Callable[[Field], Cell]] = {
    "name": PersonNameCell,
    "mobile": MobileCell,
    "mark": MarkCell,
    "consent": ConsentCell,
}

# Seventeen columns share 877 pixels, so some have shorter headings than the form.
_HEADINGS = {
    "relation": Text("Father/Husb."),
    "gender": Text("Sex"),
    "category": Text("Cat."),
    "pwd": Text("Dis."),
    "present": Text("Pres."),
    "consent": Text("Cons."),
    "samosa": Text("Sam."),
}
_WIDTHS = {
    "name": 106,
    "relation": 90,
    "gender": 25,
    "age": 30,
    "category": 50,
    "pwd": 24,
    "village": 76,
    "mobile": 76,
    "chai": 28,
    "samosa": 30,
}
_NARROW, _PAYMENT, _WORDS = 31, 94, 84


@cache
def columns_for(kind: str, days: int) -> tuple[Column, ...]:
    """The columns for an activity of this kind that lasts so many days, in the order of the paper sheet."""
    shown = [
        one
        for one in fields(RosterRow)
        if one.by_hand and one.shows_for(kind) and one.name not in IN_THE_ROW_PANEL
    ]
    found = [column for one in shown for column in _columns_of(one, days)]
    tries = field(RosterRow, "tries")
    if tries in shown:
        found.append(Column(DoneCell(tries), "tries", Text("Done"), Text("Payments that succeeded"), 36))
    return tuple(found)


def _columns_of(one: Field, days: int) -> Iterator[Column]:
    heading, full = _HEADINGS.get(one.name, Text(one.heading)), Text(one.label)
    if one.name == "present":
        for day in range(1, days + 1):
            of_day = Text("Day {n}", n=day) if days > 1 else heading
            yield Column(DayCell(one, day), one.name, of_day, full, _NARROW, sticky=True)
    elif one.name == "tries":
        for slot in range(1, PAYMENTS_TO_COMPLETE + 1):
            yield Column(
                PaymentCell(one, slot),
                one.name,
                Text("Payment {n}", n=slot),
                Text("Practice payment {n} of one rupee", n=slot),
                _PAYMENT,
                hinted=True,
            )
    elif one.kind is not Kind.PARTS:
        cell = _CELLS_BY_NAME.get(one.name, _CELLS[one.kind])(one)
        narrow = not cell.typed
        width = _WIDTHS.get(one.name, _NARROW if narrow else _WORDS)
        stretch = {Kind.NAME: 4, Kind.PLACE: 2, Kind.TEXT: 2}.get(one.kind, 0) if one.name != "mobile" else 0
        yield Column(
            cell, one.name, heading, full, width, stretch, one.name in _STICKY, rare=one.name in _RARE
        )


def next_stop(columns: tuple[Column, ...], row: int, column: int) -> tuple[int, int]:
    """Where Enter and Tab lead: the next cell a person fills, and from the last one the next row's first."""
    for at in range(column + 1, len(columns)):
        if not columns[at].cell.fixed:
            return row, at
    return row + 1, first_stop(columns)


def next_empty(columns: tuple[Column, ...], row: RosterRow, index: int, column: int) -> tuple[int, int]:
    """Where 'Take grey values' leads: the next empty cell that is not rare, else the next row's first."""
    for at in range(column + 1, len(columns)):
        one = columns[at]
        if not (one.cell.fixed or one.rare) and one.cell.is_empty(row):
            return index, at
    return index + 1, first_stop(columns)


def stop_before(columns: tuple[Column, ...], row: int, column: int) -> tuple[int, int]:
    """Where Shift+Tab leads: the cell before, and from the first one the last of the row above."""
    for at in range(column - 1, -1, -1):
        if not columns[at].cell.fixed:
            return row, at
    if row == 0:
        return 0, first_stop(columns)
    return row - 1, max(at for at, one in enumerate(columns) if not one.cell.fixed)


def first_stop(columns: tuple[Column, ...]) -> int:
    """The first column a person fills."""
    return next(at for at, one in enumerate(columns) if not one.cell.fixed)


def next_sticky(columns: tuple[Column, ...], column: int) -> int:
    """The next column (F7) whose value Enter takes from above, beginning again after the last."""
    sticky = [at for at, one in enumerate(columns) if one.sticky]
    return next((at for at in sticky if at > column), sticky[0] if sticky else column)
