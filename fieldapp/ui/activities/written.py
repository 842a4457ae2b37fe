"""The roster as it is written to: a cell is saved when left, rows come and go, grey values are taken."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QApplication, QWidget

from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.fields import Field
from fieldapp.domain.records import RosterRow
from fieldapp.ui.activities.columns import first_stop, next_empty
from fieldapp.ui.activities.delegate import MakeLine, RosterDelegate
from fieldapp.ui.activities.model import EMPTY_ROW, Pending
from fieldapp.ui.activities.payment_cell import PaymentCell
from fieldapp.ui.activities.table import RosterTable
from fieldapp.ui.words import Words


class Keeper(Protocol):
    """Who saves what the grid has. All raise FieldAppError and have changed nothing then."""

    def keep_row(self, row: RosterRow, what: Field) -> None:
        """Save a row in which this field has changed."""

    def add_row(self, row: RosterRow | None, before: int | None) -> int:
        """Make a row, before the one with that number or at the end; gives its number."""

    def strike_row(self, number: int) -> None:
        """Take a row out, or strike it where a printed sheet shows it; a struck one comes back."""

    def fail(self, error: FieldAppError) -> None:
        """Tell of what could not be done."""


class WrittenTable(RosterTable):
    """Saves through a keeper; what could not be kept stays in its cell with the reason."""

    def __init__(self, words: Words, keeper: Keeper, make_line: MakeLine, parent: QWidget | None) -> None:
        super().__init__(words, parent)
        self._keeper = keeper
        self._delegate = RosterDelegate(self.roster, make_line, self)
        self.setItemDelegate(self._delegate)

    # ------------------------------------------------------------ a cell

    def commit(self) -> bool:
        """Save what stands in the current cell. False when it could not be kept; the cell then says why."""
        self._delegate.finish()
        pending = self.roster.pending
        if pending is None:
            return True
        self.roster.pending = None
        cell = self.roster.columns[pending.column].cell
        if isinstance(cell, PaymentCell):
            pending = replace(pending, row=cell.settled(pending.row))
        if pending.row == self.roster.saved_row(pending.index):
            self.roster.forget_pending()
            return True
        try:
            self._keep(pending)
        except InvalidInput as error:
            self.roster.refuse(pending.index, pending.column, self._text_of(pending), error)
            return False
        except FieldAppError as error:
            self.roster.pending = pending
            self._keeper.fail(error)
            return False
        return True

    def _keep(self, pending: Pending) -> None:
        if self.roster.is_waiting(pending.index):
            self.roster.keep_refusals(pending.index, self._keeper.add_row(pending.row, None))
        else:
            self._keeper.keep_row(pending.row, self.roster.columns[pending.column].cell.one)

    def _text_of(self, pending: Pending) -> str:
        return self.roster.columns[pending.column].cell.text(pending.row, hindi=True)

    def _accept_offered(self, row: int, column: int) -> None:
        """Enter on a grey value takes it; an empty row is not made real by it."""
        above = self.roster.sticky(row, column)
        taken = self.roster.columns[column].sticky and self.roster.row_at(row) != EMPTY_ROW
        if above is not None and taken and self._may_change(row, column):
            cell = self.roster.columns[column].cell
            self.roster.type_into(row, column, cell.like(self.roster.row_at(row), above))

    def save(self) -> None:
        """Ctrl+S: save the cell and stay in it."""
        self.commit()

    def same_as_above(self) -> None:
        """Ctrl+D: this cell as in the row above."""
        self._delegate.finish()
        row, column = self.here
        above = self.roster.above(row)
        if above is not None and self._may_change(row, column):
            cell = self.roster.columns[column].cell
            self.roster.type_into(row, column, cell.like(self.roster.row_at(row), above))

    # ------------------------------------------------------------ a row

    def insert_row(self, *, after: bool = False) -> None:
        """F3, Ctrl+F3: a new row before or after this one; at the end when a sheet pins the order."""
        if not self.roster.editable or not self.commit():
            return
        row, _ = self.here
        before = self.roster.saved_row(row + after).row or None
        self._try(lambda: self._go_to_number(self._keeper.add_row(None, before)))

    def strike_row(self) -> None:
        """F4: take the row out, or strike it; a struck row comes back."""
        row, column = self.here
        self._delegate.finish()
        self.roster.forget_pending()
        number = self.roster.saved_row(row).row
        if number and self.roster.editable:
            self._try(lambda: self._keeper.strike_row(number))
            self.go(row, column)

    def take_grey(self) -> None:
        """F9: as Enter, taking every grey value on the way to the next empty cell, all in one save."""
        self._delegate.finish()
        row, column = self.here
        self._accept_offered(row, column)
        typed = self.roster.pending
        columns, taken = self.roster.columns, self.roster.row_at(row)
        for at in range(column + 1, len(columns) if taken != EMPTY_ROW else 0):
            above = self.roster.sticky(row, at) if columns[at].sticky else None
            if above is not None and self._may_change(row, at):
                taken = columns[at].cell.like(taken, above)
                self.roster.type_into(row, at, taken)
            elif (row, at) == next_empty(columns, taken, row, at - 1):
                break
        if typed is not None and self.roster.pending is not None:  # what may be refused is what was typed
            self.roster.pending = replace(self.roster.pending, column=typed.column)
        self.commit()
        self.go(*next_empty(columns, self.roster.row_at(row), row, column))

    def _may_change(self, row: int, column: int) -> bool:
        return self.roster.may_change(row, column)

    def _try(self, do: Callable[[], object]) -> None:
        try:
            do()
        except FieldAppError as error:
            self._keeper.fail(error)

    def _go_to_number(self, number: int) -> None:
        row = self.roster.index_of(number)
        if row is not None:
            self.go(row, first_stop(self.roster.columns))

    # ------------------------------------------------------------ Qt's own names

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._delegate.line is None:
            self.commit()

    def closeEditor(self, line: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """A line that closes because the focus went elsewhere leaves its cell: that is a save."""
        super().closeEditor(line, hint)
        self._delegate.line_closed()
        focused = QApplication.focusWidget()
        if focused is not self and not self.isAncestorOf(focused or self):
            self.commit()
