"""The roster as a table: the rows of an activity in printed order, and an empty one at the end that waits.

The model changes nothing by itself: a typed cell becomes `pending` until the grid has it saved.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fieldapp.domain.codes import PaymentResult
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import PlaceRef
from fieldapp.domain.identifiers import find_forbidden_number
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.domain.rules import Problem
from fieldapp.domain.text import Text
from fieldapp.services.search import KnownPerson
from fieldapp.ui.activities.cell_problems import Place, Refusal, by_place, next_place
from fieldapp.ui.activities.cells import Shown
from fieldapp.ui.activities.columns import Column, columns_for
from fieldapp.ui.activities.payment_cell import DoneCell, PaymentCell
from fieldapp.ui.activities.row_changes import as_person, with_what_follows
from fieldapp.ui.words import Words

Index = QModelIndex | QPersistentModelIndex

# Comparing a role with an enum costs more than all the rest of data().
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_EDIT = int(Qt.ItemDataRole.EditRole)
_TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_HORIZONTAL = Qt.Orientation.Horizontal
_ANY_CELL = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_LINE_CELL = _ANY_CELL | Qt.ItemFlag.ItemIsEditable
_NOWHERE = QModelIndex()

EMPTY_ROW = RosterRow()


class Drawn(NamedTuple):
    """What one cell looks like: words, a sign after them, a tone, and how bad what is said about it is."""

    text: str = ""
    sign: str = ""
    tone: str = ""
    problem: str = ""
    struck: bool = False
    centred: bool = False


@dataclass(frozen=True)
class Pending:
    """A row as the cell being typed in has made it; saved when the cell is left."""

    index: int
    column: int
    row: RosterRow


class RosterModel(QAbstractTableModel):
    """Rows are counted from 0 in printed order; a row's number (never reused) is in the row itself."""

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._rows: list[RosterRow] = []
        self._drawn: dict[tuple[int, int], Drawn] = {}
        self._problems: dict[Place, list[Problem]] = {}
        self._numbers: dict[int, int] = {}
        self.columns: tuple[Column, ...] = ()
        self.editable = True
        self.pending: Pending | None = None
        self.refusals: dict[tuple[int, int], Refusal] = {}
        words.changed.connect(self._say_again)

    @property
    def speaks_hindi(self) -> bool:
        return self._words.hindi

    # ------------------------------------------------------------ what is shown

    def show(self, activity: Activity, *, editable: bool) -> None:
        """Show an activity's rows; only what differs from what is shown is told to the view."""
        columns = columns_for(activity.kind, activity.days)
        rows = list(activity.in_order())
        if columns != self.columns or editable != self.editable:
            self.beginResetModel()
            self.columns, self.editable, self._rows = columns, editable, rows
            self._drawn.clear()
            self._count()
            self.endResetModel()
            return
        self._exchange(rows)

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Mark the cells the rules speak of (paths 'rows/12/age')."""
        rows = {row.row: row for row in self._rows}
        found = by_place(problems, rows, frozenset(column.key for column in self.columns))
        if found == self._problems:
            return
        places = found.keys() | self._problems.keys()
        numbers = {place[0] for place in places if found.get(place) != self._problems.get(place)}
        self._problems = found
        for number in numbers & self._numbers.keys():
            self._row_changed(self._numbers[number])

    def problems_at(self, index: int, column: int) -> list[Problem]:
        """What the rules say about a cell."""
        row = self.row_at(index)
        found = self._problems.get((row.row, self.columns[column].key), [])
        if column == 0:
            found = found + self._problems.get((row.row, ""), [])
        return found

    def rows(self) -> tuple[RosterRow, ...]:
        """The rows as they are saved, in printed order."""
        return tuple(self._rows)

    def row_at(self, index: int) -> RosterRow:
        """The row as it is or is being typed; the empty one after the last."""
        if self.pending is not None and self.pending.index == index:
            return self.pending.row
        return self._rows[index] if index < len(self._rows) else EMPTY_ROW

    def saved_row(self, index: int) -> RosterRow:
        """The row as it is saved."""
        return self._rows[index] if index < len(self._rows) else EMPTY_ROW

    def is_waiting(self, index: int) -> bool:
        """Whether this is the empty row at the end, which no sheet knows yet."""
        return index >= len(self._rows)

    def index_of(self, number: int) -> int | None:
        """Where the row with that number stands."""
        return self._numbers.get(number)

    def sticky(self, index: int, column: int) -> RosterRow | None:
        """The row above whose value is offered for this empty cell, or None."""
        offered = self.columns[column]
        if not (offered.sticky or offered.hinted) or not self.editable:
            return None
        if not offered.cell.is_empty(self.row_at(index)):
            return None
        above = self.above(index)
        return None if above is None or offered.cell.is_empty(above) else above

    def above(self, index: int) -> RosterRow | None:
        """The nearest row above that is not struck out."""
        before = range(min(index, len(self._rows)) - 1, -1, -1)
        return next((self._rows[at] for at in before if not self._rows[at].struck), None)

    def drawn(self, index: int, column: int) -> Drawn:
        """What a cell looks like; made once for each state of the row."""
        key = (index, column)
        if key not in self._drawn:
            self._drawn[key] = self._draw(index, column)
        return self._drawn[key]

    def offer_drawn(self, index: int, column: int) -> Drawn | None:
        """How the sticky value looks before it is taken; None where nothing is offered."""
        above = self.sticky(index, column)
        if above is None:
            return None
        cell = self.columns[column].cell
        shown = cell.offer(above, self._words.hindi)
        return Drawn(self._say(shown), shown.sign, "muted", centred=cell.centred)

    def offered(self, index: int, column: int) -> str:
        """The words of the sticky value, shown grey; '' where none is offered."""
        drawn = self.offer_drawn(index, column)
        return drawn.text if drawn else ""

    def copied(self, index: int, column: int) -> str:
        """What of a cell goes to the clipboard: what stands in it when it is edited, else what it shows."""
        edited = self.columns[column].cell.text(self.row_at(index), self._words.hindi)
        return (edited if self.columns[column].cell.holds_text else "") or self.drawn(index, column).text

    # ------------------------------------------------------------ what is typed

    def type_into(self, index: int, column: int, row: RosterRow) -> None:
        """Hold a row as the cell being typed in makes it, until it is saved or forgotten."""
        self.refusals.pop((self.row_at(index).row, column), None)
        if self.editable:
            one_day = not any(of.key == "present:2" for of in self.columns)
            row = with_what_follows(self.row_at(index), row, one_day=one_day)
        self.pending = Pending(index, column, row)
        self._row_changed(index)

    def take_person(self, index: int, column: int, known: KnownPerson) -> None:
        """This row is that person."""
        self.type_into(index, column, as_person(self.row_at(index), known))

    def forget_pending(self) -> None:
        """Show the row as it is saved."""
        if self.pending is not None:
            index, self.pending = self.pending.index, None
            self._row_changed(index)

    def may_change(self, index: int, column: int) -> bool:
        """Whether a cell takes input: not on a struck row; of a finished activity only a pending payment."""
        row, cell = self.row_at(index), self.columns[column].cell
        if cell.fixed or row.struck:
            return False
        if self.editable:
            return True
        newest = row.last_try(cell.slot) if isinstance(cell, PaymentCell) else None
        saved = self.saved_row(index).last_try(newest.slot) if newest else None
        return saved is not None and saved.result == PaymentResult.PENDING

    def refuse(self, index: int, column: int, text: str, error: InvalidInput) -> None:
        """Keep what could not be saved in its cell, in red; nothing of it is stored.

        A number that must not be kept is not shown either (domain reference 4.2), whatever else is wrong.
        """
        found = find_forbidden_number(text)
        if found is not None and error.code != _FORBIDDEN:
            error = InvalidInput(found.message, Text("Nothing was saved of it. Correct it here."), _FORBIDDEN)
        text = "" if error.code == _FORBIDDEN else text
        self.refusals[self.row_at(index).row, column] = Refusal(text, error)
        self.forget_pending()
        self._row_changed(index)

    def keep_refusals(self, index: int, number: int) -> None:
        """The waiting row at this index is the row of that number now: what was refused in it stays there."""
        for row, column in [key for key in self.refusals if key[0] == EMPTY_ROW.row]:
            self.refusals[number, column] = self.refusals.pop((row, column))
        for changed in (index, index + 1):
            self._row_changed(changed)

    def refusal_at(self, index: int, column: int) -> Refusal | None:
        return self.refusals.get((self.row_at(index).row, column))

    def next_problem(self, index: int, column: int) -> tuple[int, int] | None:
        """The next cell after this one about which there is something to say, beginning again at the top."""
        return next_place(self._wrong_cells(), index, column)

    # ------------------------------------------------------------ Qt's questions

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows) + self.editable

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Asked twice for every cell that is painted, so the column alone decides; see `may_change`."""
        return _LINE_CELL if self.columns[index.column()].cell.typed else _ANY_CELL

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if role == _DISPLAY:
            return self.drawn(index.row(), index.column()).text
        if role == _EDIT:
            row = self.row_at(index.row())
            refusal = self.refusal_at(index.row(), index.column())
            if refusal is not None:
                return refusal.text
            return self.columns[index.column()].cell.text(row, self._words.hindi)
        if role == _ACCESSIBLE:
            return self._spoken(index.row(), index.column())
        if role == _TOOL_TIP and isinstance(self.columns[index.column()].cell, DoneCell):
            return self.row_at(index.row()).certificate or None
        return None

    def setData(self, index: Index, value: Any, role: int = _EDIT) -> bool:
        if role != _EDIT:
            return False
        row, column = index.row(), index.column()
        cell = self.columns[column].cell
        try:
            taken = (
                cell.take(self.row_at(row), value)
                if isinstance(value, str)
                else cell.put(self.row_at(row), value)
            )
        except InvalidInput as error:
            self.refuse(row, column, str(value), error)
            return False
        if taken != self.row_at(row):
            self.type_into(row, column, taken)
        else:
            self.refusals.pop((taken.row, column), None)
            self._row_changed(row)
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation == _HORIZONTAL:
            if role == _DISPLAY:
                return self._words.render(self.columns[section].heading)
            if role in (_TOOL_TIP, _ACCESSIBLE):
                return self._words.render(self.columns[section].full)
        elif role == _DISPLAY:
            return "" if self.is_waiting(section) else str(section + 1)
        return None

    # ------------------------------------------------------------ within

    def _exchange(self, rows: list[RosterRow]) -> None:
        old, new = [row.row for row in self._rows], [row.row for row in rows]
        head = next(
            (n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
        )
        tail = 0
        while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        if gone := len(old) - head - tail:
            self.beginRemoveRows(_NOWHERE, head, head + gone - 1)
            del self._rows[head : head + gone]
            self._drawn.clear()
            self.endRemoveRows()
        if come := len(new) - head - tail:
            # A row that was waiting at the end becomes real where it is, and a new one waits below it.
            at = head + (self.editable and head == len(self._rows))
            self.beginInsertRows(_NOWHERE, at, at + come - 1)
            self._rows[head:head] = rows[head : head + come]
            self._drawn.clear()
            self.endInsertRows()
        for index, row in enumerate(rows):
            if (self._rows[index] is not row and self._rows[index] != row) or (
                come and head <= index <= head + come
            ):
                self._rows[index] = row
                self._row_changed(index)
        self._rows = rows
        self._count()

    def _count(self) -> None:
        self._numbers = {row.row: at for at, row in enumerate(self._rows)}

    def _draw(self, index: int, column: int) -> Drawn:
        row, cell = self.row_at(index), self.columns[column].cell
        refusal = self.refusal_at(index, column)
        if refusal is not None:
            return Drawn(refusal.text, "", "red", "hard", row.struck, cell.centred)
        shown = cell.shows(row, self._words.hindi)
        problems = self.problems_at(index, column)
        worst = ""
        if problems:
            worst = "hard" if any(problem.hard for problem in problems) else "soft"
        return Drawn(self._say(shown), shown.sign, shown.tone, worst, row.struck, cell.centred)

    def _say(self, shown: Shown) -> str:
        said = shown.text
        return self._words.place(said) if isinstance(said, PlaceRef) else self._words.render(said)

    def _spoken(self, index: int, column: int) -> str:
        drawn = self.drawn(index, column)
        sign = _SIGNS.get(drawn.sign, Text("")) if drawn.text != "" else Text("")
        refusal = self.refusal_at(index, column)
        parts = (
            self._words.render(Text("Row {n}", n=index + 1)),
            self._words.render(self.columns[column].full),
            drawn.text,
            self._words.render(sign),
            self._words.render(refusal.error.title) if refusal else "",
            *(self._words.render(problem.text) for problem in self.problems_at(index, column)),
        )
        return ", ".join(filter(None, parts))

    def _wrong_cells(self) -> Iterable[tuple[int, int]]:
        for number, column in self.refusals:
            index = self.index_of(number) if number else len(self._rows)
            if index is not None:
                yield index, column
        places = {column.key: at for at, column in enumerate(self.columns)}
        for number, key in self._problems:
            if number in self._numbers:
                yield self._numbers[number], places.get(key, 0)

    def _row_changed(self, index: int) -> None:
        for column in range(len(self.columns)):
            self._drawn.pop((index, column), None)
        self.dataChanged.emit(self.index(index, 0), self.index(index, len(self.columns) - 1))

    def _all_changed(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(self.columns) - 1))

    def _say_again(self) -> None:
        self._drawn.clear()
        if self.columns:
            self.headerDataChanged.emit(_HORIZONTAL, 0, len(self.columns) - 1)
        self._all_changed()


_FORBIDDEN = "forbidden_number"
_SIGNS = {"check": Text("Successful"), "close": Text("Failed")}
