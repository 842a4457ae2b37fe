"""The roster grid: every key of the key map, and when a cell is saved (when it is left).

What a key makes of a row is cells.py's; where a key leads is columns.py's; saving is the keeper's.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QLabel,
    QTableView,
    QWidget,
)

from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.fields import Field
from fieldapp.domain.records import RosterRow
from fieldapp.domain.text import Text
from fieldapp.ui.activities.cells import PaymentCell, latin_key
from fieldapp.ui.activities.columns import first_stop, next_sticky, next_stop, stop_before
from fieldapp.ui.activities.delegate import MakeLine, RosterDelegate, Step, step_of
from fieldapp.ui.activities.model import EMPTY_ROW, Index, Pending, RosterModel
from fieldapp.ui.activities.name_line import NameLine
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.words import Words

_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect


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


class RosterGrid(QTableView):
    """moved: the current cell, or what stands in it, is another one."""

    moved = Signal()

    def __init__(
        self, words: Words, keeper: Keeper, make_line: MakeLine, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.roster = RosterModel(words, self)
        self._keeper = keeper
        self._fresh = True
        self._delegate = RosterDelegate(self.roster, make_line, self)
        self._delegate.stepped.connect(self.step)
        self.setItemDelegate(self._delegate)
        self.setModel(self.roster)
        self.doubleClicked.connect(lambda _index: self._open_line(None))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(True)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.verticalHeader().setHighlightSections(False)
        self._corner = QLabel(self)
        self._corner.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._corner.setProperty("look", "small")
        self._corner.setAutoFillBackground(True)
        self._corner.setBackgroundRole(QPalette.ColorRole.Base)
        words.say(self._corner.setText, Text("No."))
        self.roster.modelReset.connect(self._arrange)
        self.roster.dataChanged.connect(lambda *_: self.moved.emit())

    # ------------------------------------------------------------ where we are

    @property
    def here(self) -> tuple[int, int]:
        """The current cell as (row from 0, column); (0, first) before any was chosen."""
        index = self.currentIndex()
        if not index.isValid():
            return 0, first_stop(self.roster.columns) if self.roster.columns else 0
        return index.row(), index.column()

    def go(self, row: int, column: int) -> None:
        """Make a cell the current one; what stood pending in the one before is saved."""
        row = max(0, min(row, self.roster.rowCount() - 1))
        self.selectionModel().setCurrentIndex(self.roster.index(row, column), _SELECT)

    def go_to_row(self, serial: int) -> bool:
        """Go to the row with that printed serial, counted from 1. False when there is none."""
        if not 1 <= serial <= self.roster.rowCount():
            return False
        self.go(serial - 1, first_stop(self.roster.columns))
        return True

    def step(self, step: Step) -> None:
        """Follow a key of the key map from the current cell."""
        row, column = self.here
        columns = self.roster.columns
        if step is Step.NEXT:
            self._accept_offered(row, column)
            target = next_stop(columns, row, column)
        elif step is Step.BACK:
            target = stop_before(columns, row, column)
        elif step is Step.NEXT_ROW:
            target = row + 1, first_stop(columns)
        else:
            target = row + (1 if step is Step.DOWN else -1), column
        self.commit()
        self.go(*target)

    # ------------------------------------------------------------ saving

    def commit(self) -> bool:
        """Save what stands in the current cell. False when it could not be kept; the cell then says why."""
        self._delegate.finish()
        pending = self.roster.pending
        if pending is None:
            return True
        self.roster.pending = None
        if pending.row == self.roster.saved_row(pending.index):
            self.roster.forget_pending()
            return True
        try:
            self._keep(pending)
        except InvalidInput as error:
            text = "" if error.code in _NEVER_SHOWN else self._text_of(pending)
            self.roster.refuse(pending.index, pending.column, text, error)
            return False
        except FieldAppError as error:
            self.roster.pending = pending
            self._keeper.fail(error)
            return False
        return True

    def _keep(self, pending: Pending) -> None:
        if self.roster.is_waiting(pending.index):
            self._keeper.add_row(pending.row, None)
        else:
            self._keeper.keep_row(pending.row, self.roster.columns[pending.column].cell.one)

    def _text_of(self, pending: Pending) -> str:
        return self.roster.columns[pending.column].cell.text(pending.row, hindi=True)

    def _accept_offered(self, row: int, column: int) -> None:
        """Enter on a grey value takes it; an empty row is not made real by it."""
        above = self.roster.sticky(row, column)
        if above is not None and self.roster.row_at(row) != EMPTY_ROW and self._may_change(row, column):
            cell = self.roster.columns[column].cell
            self.roster.type_into(row, column, cell.like(self.roster.row_at(row), above))

    # ------------------------------------------------------------ what the function keys do

    def insert_row(self, *, after: bool = False) -> None:
        """F3, Ctrl+F3: a new row before or after this one; at the end when a sheet pins the order."""
        if not self.roster.editable or not self.commit():
            return
        row, _ = self.here
        before = self.roster.saved_row(row + after).row or None
        self._try(lambda: self._go_to_number(self._keeper.add_row(None, before)))

    def strike_row(self) -> None:
        """F4: take the row out, or strike it; a struck row comes back."""
        row, _ = self.here
        self._delegate.finish()
        self.roster.forget_pending()
        number = self.roster.saved_row(row).row
        if number and self.roster.editable:
            self._try(lambda: self._keeper.strike_row(number))

    def go_to_sticky(self) -> None:
        """F7: the next sticky field of the row."""
        row, column = self.here
        self.commit()
        self.go(row, next_sticky(self.roster.columns, column))

    def go_to_problem(self) -> bool:
        """F10: the next cell about which there is something to say. False when there is none."""
        self.commit()
        found = self.roster.next_problem(*self.here)
        if found is not None:
            self.go(*found)
        return found is not None

    def same_as_above(self) -> None:
        """Ctrl+D: this cell as in the row above."""
        self._delegate.finish()
        row, column = self.here
        above = self.roster.above(row)
        if above is not None and self._may_change(row, column):
            cell = self.roster.columns[column].cell
            self.roster.type_into(row, column, cell.like(self.roster.row_at(row), above))

    # ------------------------------------------------------------ keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = step_of(event)
        if step is not None:
            self.step(step)
        elif event.matches(QKeySequence.StandardKey.Copy):
            row, column = self.here
            QApplication.clipboard().setText(self.roster.drawn(row, column).text)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self._paste()
        elif event.key() == Qt.Key.Key_Escape and self.roster.pending is not None:
            self.roster.forget_pending()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._rub(whole=event.key() == Qt.Key.Key_Delete)
        elif event.key() == Qt.Key.Key_F2:
            self._open_line(None)
        elif event.text() and event.text().isprintable() and not _is_shortcut(event):
            self._type(event)
        else:
            super().keyPressEvent(event)

    def _type(self, event: QKeyEvent) -> None:
        row, column = self.here
        cell = self.roster.columns[column].cell
        if not self._may_change(row, column):
            return
        if cell.typed:
            self._open_line(event)
            return
        pressed = cell.press(self.roster.row_at(row), latin_key(event.text()), fresh=self._fresh)
        if pressed is not None:
            self._fresh = pressed.tries == self.roster.row_at(row).tries
            self.roster.type_into(row, column, pressed)
        self.moved.emit()

    def _rub(self, *, whole: bool) -> None:
        row, column = self.here
        if not self._may_change(row, column):
            return
        cell, was = self.roster.columns[column].cell, self.roster.row_at(row)
        self._fresh = False
        self.roster.refusals.pop((was.row, column), None)
        rubbed = cell.rubbed(was) if isinstance(cell, PaymentCell) and not whole else cell.clear(was)
        self.roster.type_into(row, column, rubbed)

    def _paste(self) -> None:
        row, column = self.here
        text = QApplication.clipboard().text().strip()
        if text and self._may_change(row, column):
            cell = self.roster.columns[column].cell
            if cell.typed or isinstance(cell, PaymentCell):
                self.roster.setData(self.roster.index(row, column), text)

    def _open_line(self, event: QKeyEvent | None) -> None:
        """Open the line in the cell; the key that opened it replaces what stood there."""
        row, column = self.here
        if not (self.roster.columns[column].cell.typed and self._may_change(row, column)):
            return
        self.edit(self.currentIndex())
        line = self._delegate.line
        if line is not None and event is not None:
            if isinstance(line, NameLine):
                line.start_over()
            QApplication.sendEvent(line, event.clone())

    def _may_change(self, row: int, column: int) -> bool:
        return self.roster.may_change(row, column)

    # ------------------------------------------------------------ Qt's own names

    def currentChanged(self, new: Index, old: Index) -> None:
        super().currentChanged(new, old)
        pending = self.roster.pending
        if pending is not None and (pending.index, pending.column) != (new.row(), new.column()):
            self.commit()
        self._fresh = True
        self._delegate.here = (new.row(), new.column())
        self.viewport().update()
        self.moved.emit()

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _try(self, do: Callable[[], object]) -> None:
        try:
            do()
        except FieldAppError as error:
            self._keeper.fail(error)

    def _go_to_number(self, number: int) -> None:
        row = self.roster.index_of(number)
        if row is not None:
            self.go(row, first_stop(self.roster.columns))

    def _arrange(self) -> None:
        """Give each column its width; those that stretch share the room that is over or wanting."""
        theme, columns = current(), self.roster.columns
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW_HEIGHT))
        self.verticalHeader().setFixedWidth(theme.px(_SERIAL))
        self._use_small_letters()
        widths = [theme.px(column.width) for column in columns]
        spare = self.viewport().width() - sum(widths)
        shares = sum(column.stretch for column in columns)
        self._corner.setGeometry(1, 1, theme.px(_SERIAL), self.horizontalHeader().height())
        for at, column in enumerate(columns):
            extra = spare * column.stretch // shares if shares else 0
            self.setColumnWidth(at, max(widths[at] + extra, round(widths[at] * _AT_LEAST)))

    def _use_small_letters(self) -> None:
        theme, font = current(), self.font()
        font.setPixelSize(theme.px(12))
        self.setFont(font)
        small = f"QHeaderView::section {{ padding: 0; font-size: {theme.px(11)}px; }}"
        for header in (self.horizontalHeader(), self.verticalHeader()):
            if header.styleSheet() != small:
                header.setStyleSheet(small)


_AT_LEAST = 0.85
"""How narrow a column that stretches may become before the grid scrolls sideways."""

_SERIAL = 30
_NEVER_SHOWN = frozenset({"forbidden_number"})
"""What these rules refuse is taken off the screen too (domain reference 4.2)."""


def _is_shortcut(event: QKeyEvent) -> bool:
    held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    # AltGr comes as both and types a character.
    return bool(held) and held != (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
