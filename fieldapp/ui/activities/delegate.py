"""How a roster cell is painted, and the line that opens in it when a person types."""

from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from shiboken6 import isValid

from fieldapp.ui.activities.cells import Cell
from fieldapp.ui.activities.clip import clipboard_words, is_table
from fieldapp.ui.activities.model import Drawn, RosterModel
from fieldapp.ui.activities.name_line import NameLine
from fieldapp.ui.theme import Colours, current
from fieldapp.ui.widgets.icons import picture
from fieldapp.ui.widgets.place_line import PlaceLine
from fieldapp.ui.widgets.plain import LineEdit

Index = QModelIndex | QPersistentModelIndex

MakeLine = Callable[[Cell, QWidget], QWidget | None]
"""Makes the line for cells that want more than plain words; None for the others."""

_PAD = 4
_SIGN = 13
_DOT = 9


class Step(Enum):
    """Where a key leads from a cell."""

    NEXT = auto()
    NEXT_EMPTY = auto()
    BACK = auto()
    UP = auto()
    DOWN = auto()
    NEXT_ROW = auto()


def step_of(event: QKeyEvent) -> Step | None:
    """The step a key stands for, the same with and without an open line; None for any other key."""
    control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    match event.key():
        case Qt.Key.Key_Return | Qt.Key.Key_Enter if control:
            return Step.NEXT_ROW
        case Qt.Key.Key_Return | Qt.Key.Key_Enter:
            return Step.BACK if shift else Step.NEXT
        case Qt.Key.Key_Tab if not control:
            return Step.NEXT
        case Qt.Key.Key_Backtab if not control:
            return Step.BACK
        case Qt.Key.Key_Up if not (control or shift):
            return Step.UP
        case Qt.Key.Key_Down if not (control or shift):
            return Step.DOWN
    return None


class RosterDelegate(QStyledItemDelegate):
    """stepped: a Step, when a key leaves the open line; the line has given its words to the model by then.

    rows_pasted: a table that somebody wanted to paste into the open line. here: the current cell as (row,
    column), kept by the view.
    """

    stepped = Signal(object)
    rows_pasted = Signal(str)

    def __init__(self, model: RosterModel, make_line: MakeLine, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._make_line = make_line
        self._line: QWidget | None = None
        self._cuts: dict[tuple[str, int, int], tuple[str, int]] = {}
        self.here = (-1, -1)

    # ------------------------------------------------------------ the open line

    @property
    def line(self) -> QWidget | None:
        """The line that is open, or None."""
        return self._line if self._line is not None and isValid(self._line) else None

    def finish(self) -> None:
        """Take over what stands in the open line and close it."""
        if (line := self.line) is not None:
            self._line = None
            self.commitData.emit(line)
            self.closeEditor.emit(line, QStyledItemDelegate.EndEditHint.NoHint)

    def line_closed(self) -> None:
        """The view has closed the line: it is on its way out, whatever it still says."""
        self._line = None

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        column = self._model.columns[index.column()]
        line = self._make_line(column.cell, parent) or LineEdit(parent)
        line.setAccessibleName(self._model.headerData(index.column(), Qt.Orientation.Horizontal, _SPOKEN))
        self._line = line
        return line

    def setEditorData(self, line: QWidget, index: Index) -> None:
        value = self._model.columns[index.column()].cell.value(self._model.row_at(index.row()))
        if isinstance(line, NameLine):
            line.show_value(value, hindi=self._model.speaks_hindi)
        elif isinstance(line, PlaceLine):
            line.show_value(value)
        else:
            super().setEditorData(line, index)

    def setModelData(self, line: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(line, NameLine) and line.person is not None:
            self._model.take_person(index.row(), index.column(), line.person)
        elif isinstance(line, NameLine | PlaceLine):
            model.setData(index, line.value())
        else:
            super().setModelData(line, model, index)

    def updateEditorGeometry(self, line: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        line.setGeometry(option.rect)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if isinstance(watched, NameLine | PlaceLine) and watched.steer(event):
                return True
            if event.matches(QKeySequence.StandardKey.Paste) and is_table(words := clipboard_words()):
                self.rows_pasted.emit(words)
                return True
            step = step_of(event)
            if step is not None:
                if isinstance(watched, NameLine) and watched.person is not None and step is Step.NEXT:
                    step = Step.NEXT_EMPTY
                self.finish()
                self.stepped.emit(step)
                return True
        return super().eventFilter(watched, event)

    # ------------------------------------------------------------ painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, column, rect = index.row(), index.column(), option.rect
        drawn = self._model.drawn(row, column)
        colours = current().colours
        here = self.here == (row, column)
        chosen = here or QStyle.StateFlag.State_Selected in option.state
        ground = _ground(drawn, colours, chosen=chosen)
        if ground != colours.card:
            painter.fillRect(rect, QColor(ground))
        if here:
            _frame(painter, rect, colours)
        words, ink = drawn.text, _ink(drawn, colours)
        if not words and row == self.here[0]:
            offered = self._model.offer_drawn(row, column)
            if offered is not None:
                offered = offered._replace(problem=drawn.problem)
                drawn, words, ink = offered, offered.text, colours.muted
        if drawn.sign == "dot":
            _dot(painter, rect, ink)
        elif words or drawn.problem:
            self._draw_words(painter, rect, words, ink, drawn)

    def _draw_words(self, painter: QPainter, rect: QRect, words: str, ink: str, drawn: Drawn) -> None:
        sign = _PROBLEM_SIGNS[drawn.problem] or drawn.sign
        side = current().px(_SIGN) if sign else 0
        pad = 1 if drawn.centred else _PAD
        room = rect.adjusted(pad, 0, -pad - side, 0)
        if drawn.struck:
            painter.save()
            font = painter.font()
            font.setStrikeOut(True)
            painter.setFont(font)
        painter.setPen(QColor(ink))
        cut, width = self._cut(painter, words, room.width())
        painter.drawText(room, _CENTRED if drawn.centred and not sign else _LEFT, cut)
        if drawn.struck:
            painter.restore()
        if sign:
            colours = current().colours
            tint = colours.accent if sign in ("check", "file") else ink
            left = min(room.left() + width + 2, rect.right() - side)
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(left, rect.center().y() - side // 2, picture(sign, tint, side, ratio))

    def _cut(self, painter: QPainter, words: str, room: int) -> tuple[str, int]:
        """The words as far as there is room, and how wide they are; measuring costs more than drawing."""
        key = (words, room, current().scale)
        if key not in self._cuts:
            if len(self._cuts) > _MOST_CUTS:
                self._cuts.clear()
            metrics = painter.fontMetrics()
            cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
            self._cuts[key] = cut, metrics.horizontalAdvance(cut)
        return self._cuts[key]


_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine)
_CENTRED = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextSingleLine)
_PROBLEM_SIGNS = {"hard": "alert", "soft": "hint", "": ""}
_MOST_CUTS = 5000
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)


def _ground(drawn: Drawn, colours: Colours, *, chosen: bool) -> str:
    if drawn.problem == "hard" or drawn.tone == "red":
        return colours.red_soft
    if drawn.problem == "soft" or (drawn.tone == "amber" and "…" in drawn.text):
        return colours.amber_soft
    return colours.accent_soft if chosen else colours.card


def _ink(drawn: Drawn, colours: Colours) -> str:
    if drawn.problem == "hard":
        return colours.red
    if drawn.problem == "soft":
        return colours.amber
    tones = {"good": colours.text, "amber": colours.amber, "red": colours.red, "muted": colours.muted}
    if drawn.struck:
        return colours.muted
    return tones.get(drawn.tone, colours.text)


def _frame(painter: QPainter, rect: QRect, colours: Colours) -> None:
    painter.setPen(QColor(colours.accent))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0, 0, -1, -1))
    painter.drawRect(rect.adjusted(1, 1, -2, -2))


def _dot(painter: QPainter, rect: QRect, ink: str) -> None:
    side = current().px(_DOT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink))
    painter.drawEllipse(rect.center().x() - side // 2, rect.center().y() - side // 2, side, side)
