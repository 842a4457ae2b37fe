"""The roster grid: every key of the key map.

What a key makes of a row is cells.py's; where a key leads is columns.py's; how it is saved is written.py's.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from fieldapp.domain.kruti_dev import looks_like_kruti_dev
from fieldapp.ui.activities.cells import latin_key
from fieldapp.ui.activities.clip import clipboard_words, copy_cells, is_table
from fieldapp.ui.activities.columns import first_stop, next_empty, next_sticky, next_stop, stop_before
from fieldapp.ui.activities.delegate import MakeLine, Step, step_of
from fieldapp.ui.activities.model import Index
from fieldapp.ui.activities.name_line import NameLine
from fieldapp.ui.activities.payment_cell import PaymentCell
from fieldapp.ui.activities.written import Keeper, WrittenTable
from fieldapp.ui.words import Words


class RosterGrid(WrittenTable):
    """moved: the current cell, or what stands in it, is another one. rows_pasted: several cells as text.

    left: the cell the current one was reached from, as (row, column). unused: a key came that means nothing
    in the current cell.
    """

    moved = Signal()
    rows_pasted = Signal(str)
    unused = Signal()

    def __init__(
        self, words: Words, keeper: Keeper, make_line: MakeLine, parent: QWidget | None = None
    ) -> None:
        super().__init__(words, keeper, make_line, parent)
        self._fresh = True
        self.left = (-1, -1)
        self._delegate.stepped.connect(self.step)
        self._delegate.rows_pasted.connect(self._hand_on_rows)
        self.setModel(self.roster)
        self.doubleClicked.connect(lambda _index: self._open_line(None))
        self.roster.dataChanged.connect(lambda *_: self.moved.emit())
        for moved in (self.roster.rowsInserted, self.roster.rowsRemoved):
            moved.connect(lambda *_: self._draw_here())

    # ------------------------------------------------------------ steps

    def step(self, step: Step) -> None:
        """Follow a key of the key map from the current cell."""
        row, column = self.here
        columns = self.roster.columns
        if step is Step.NEXT_EMPTY:
            self.commit()
            target = next_empty(columns, self.roster.row_at(row), row, column)
        elif step is Step.NEXT:
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

    # ------------------------------------------------------------ for drafts

    def place(self) -> str:
        """The current cell as a path: 'rows/12/age' by row number, 'rows/0/name' in the waiting row."""
        row, column = self.here
        if not self.roster.columns:
            return ""
        return f"rows/{self.roster.saved_row(row).row}/{self.roster.columns[column].key}"

    def typing(self) -> tuple[str, str] | None:
        """The place and what has been typed there and not been saved yet, or None.

        The words are those in the open line, or the keys pressed in a cell without one. Nobody has looked for
        forbidden numbers in them yet.
        """
        line = self._delegate.line
        if isinstance(line, QLineEdit):
            return self.place(), line.text()
        pending = self.roster.pending
        if pending is None:
            return None
        column = self.roster.columns[pending.column]
        saved = self.roster.saved_row(pending.index)
        return f"rows/{saved.row}/{column.key}", column.cell.typed_keys(pending.row, saved)

    def refused(self) -> dict[str, str]:
        """The words that stand in red in their cells and could not be saved, by their places."""
        columns = self.roster.columns
        return {
            f"rows/{number}/{columns[column].key}": refusal.text
            for (number, column), refusal in self.roster.refusals.items()
            if refusal.text
        }

    def resume(self, path: str, words: str | None) -> None:
        """Go to the cell of a path that `place` gave; with words, type them there again and save nothing.

        A row or column that is not there any more leaves everything as it is.
        """
        number, _, key = path.removeprefix("rows/").partition("/")
        row = self.roster.index_of(int(number)) if number.isdecimal() and int(number) else None
        if number == "0" and self.roster.editable:
            row = len(self.roster.rows())
        column = next((at for at, one in enumerate(self.roster.columns) if one.key == key), None)
        if row is None or column is None:
            return
        self.go(row, column)
        if words is None:
            return
        if not self.roster.columns[column].cell.typed:
            for letter in words:
                self._press(letter)
            return
        self._open_line(None)
        line = self._delegate.line
        if isinstance(line, NameLine):
            line.start_over()
        if isinstance(line, QLineEdit):
            line.setText(words)

    # ------------------------------------------------------------ what the function keys do

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

    # ------------------------------------------------------------ keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = step_of(event)
        if step is not None:
            self.step(step)
        elif event.matches(QKeySequence.StandardKey.Copy):
            copy_cells(self.roster, self.selectionModel())
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
        if not self._press(event.text()) and self.roster.columns[self.here[1]].cell.typed:
            self._open_line(event)

    def _press(self, letter: str) -> bool:
        """One key in a cell; whether it was used up."""
        row, column = self.here
        if not self._may_change(row, column):
            return False
        was, key = self.roster.row_at(row), latin_key(letter)
        of = self.roster.columns[column]
        above = self.roster.sticky(row, column) if of.hinted and key.isdecimal() else None
        before = of.cell.like(was, above) if above is not None else was
        pressed = of.cell.press(before, key, fresh=self._fresh)
        if pressed is not None:
            self._fresh = pressed.tries == was.tries
            self.roster.type_into(row, column, pressed)
        self.moved.emit()
        if pressed is None and not of.cell.typed and not of.cell.fixed:
            self.unused.emit()
        return pressed is not None

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
        words = clipboard_words()
        if is_table(words):
            self._hand_on_rows(words)
        elif words.strip() and self._may_change(row, column):
            holds_text = self.roster.columns[column].cell.holds_text
            if holds_text and looks_like_kruti_dev(words):
                self._open_line(None)
                if isinstance(line := self._delegate.line, QLineEdit):
                    line.selectAll()
                    line.insert(words.strip())
            elif holds_text:
                self.roster.setData(self.roster.index(row, column), words.strip())
            else:
                self._press(words.strip())

    def _hand_on_rows(self, words: str) -> None:
        """More than one cell is not for a cell: whoever brings in lists takes it."""
        if self.roster.editable:
            self._delegate.finish()
            self.rows_pasted.emit(words)

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

    def _draw_here(self) -> None:
        """Draw the current cell where it came to lie; Qt says nothing when rows above it come or go."""
        self._delegate.here = self.here

    # ------------------------------------------------------------ Qt's own names

    def currentChanged(self, new: Index, old: Index) -> None:
        super().currentChanged(new, old)
        pending = self.roster.pending
        if pending is not None and (pending.index, pending.column) != (new.row(), new.column()):
            self.commit()
        self._fresh = True
        self.left = (old.row(), old.column())
        self._delegate.here = (new.row(), new.column())
        for row in {old.row(), new.row()}:
            # Grey values stand in the current row only; painting all rows takes longer than a key should.
            top = self.rowViewportPosition(row)
            self.viewport().update(0, top, self.viewport().width(), self.rowHeight(row))
        self.moved.emit()


def _is_shortcut(event: QKeyEvent) -> bool:
    held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    # AltGr comes as both and types a character.
    return bool(held) and held != (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
