"""Beside the list: the sides of the chosen finding, value by value; what differs has a sign and weight."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from fieldapp.domain.fields import Name
from fieldapp.domain.findings import FindingKind, FindingState, Settlement
from fieldapp.domain.text import Text
from fieldapp.language import INDIA
from fieldapp.services.finding_sides import Line, Side
from fieldapp.services.findings import Finding
from fieldapp.ui.records.values import shown
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.parts_of_a_page import empty_state, plain_label
from fieldapp.ui.words import Words

_LABELS = 90


class Beside(QScrollArea):
    """record_asked: type and id of a record of which somebody wants to see more."""

    record_asked = Signal(str, str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._finding: Finding | None = None
        self.sides: Sequence[Side] = ()
        self.title, self.standing = plain_label("section"), plain_label("muted")
        self._nothing = empty_state(words, Text("Choose a finding in the list to see its sides."))
        self._grid = QWidget()
        body = QWidget()
        body.setProperty("look", "sheet")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(8, 0, 8, 0)
        self._column.setSpacing(6)
        for one in (self._nothing, self.title, self.standing, self._grid):
            self._column.addWidget(one)
        self._column.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(body)
        self.put(None, ())

    def put(self, finding: Finding | None, sides: Sequence[Side]) -> None:
        """Show a finding and its sides; None for nothing."""
        self._finding, self.sides = finding, sides
        self.say()

    def say(self) -> None:
        """All of it in the language spoken now."""
        finding, render = self._finding, self._words.render
        self._nothing.setVisible(finding is None)
        for one in (self.title, self.standing):
            one.setVisible(finding is not None)
        if finding is not None:
            said = (render(FindingKind.words(finding.kind)), about(finding, self._words))
            self.title.setText(" · ".join(said))
            self.standing.setText(standing(finding, self._words))
        self._fill()

    def _fill(self) -> None:
        old, self._grid = self._grid, QWidget()
        self._column.replaceWidget(old, self._grid)
        old.hide()
        old.deleteLater()
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        grid.setColumnMinimumWidth(0, current().px(_LABELS))
        for column, side in enumerate(self.sides, start=1):
            grid.setColumnStretch(column, 1)
            grid.addWidget(plain_label("section", self._head(side)), 0, column)
            if side.record:
                grid.addWidget(self._open(side), 1, column, Qt.AlignmentFlag.AlignLeft)
        labels = [line.label for line in self.sides[0].lines] if self.sides else []
        for n, label in enumerate(labels):
            values = [self._value(side.lines[n]) for side in self.sides]
            if any(values):
                self._add_line(grid, n + 2, self._words.render(label), values)

    def _add_line(self, grid: QGridLayout, at: int, label: str, values: list[str]) -> None:
        """A row of the grid; where the sides differ, a sign before the label says so too."""
        differ = len(set(values)) > 1
        grid.addWidget(plain_label("muted", f"≠ {label}" if differ else label), at, 0)
        for column, value in enumerate(values, start=1):
            cell = plain_label("section" if differ else "", value or "–")
            cell.setAccessibleName(f"{label}: {value or '–'}")
            grid.addWidget(cell, at, column, Qt.AlignmentFlag.AlignTop)

    def _head(self, side: Side) -> str:
        words = self._words
        name = Name(side.centre.name_hi, side.centre.name_en).shown(words.hindi) or side.centre.csc_id
        return f"{name} · {words.render(Text('shown now'))}" if side.stands else name

    def _open(self, side: Side) -> QPushButton:
        """Goes to the record a side stands in."""
        made = QPushButton(self._words.render(Text("Open the record")))
        made.setProperty("look", "flat")
        made.setAutoDefault(False)
        made.setAccessibleDescription(self._head(side))
        made.clicked.connect(lambda: self.record_asked.emit(side.type, side.record))
        return made

    def _value(self, line: Line) -> str:
        words = self._words
        if line.field is not None:
            return shown(line.field, line.value, words)
        return words.render(line.value) if isinstance(line.value, Text) else _plain(line.value)


def about(finding: Finding, words: Words) -> str:
    """What a finding is about, in one line."""
    pieces = dict.fromkeys(_piece(one, words) for one in finding.about)
    return " · ".join(filter(None, pieces))


def standing(finding: Finding, words: Words) -> str:
    """How it stands: state, reason, note, who and when."""
    pieces = [words.render(FindingState.words(finding.state))]
    if finding.reason:
        pieces.append(words.render(Settlement.words(finding.reason)))
    pieces += [finding.note] if finding.note else []
    if finding.login:
        pieces.append(words.render(Text("{by}, {at}", by=finding.login, at=finding.at)))
    return " · ".join(pieces)


def _piece(one: Any, words: Words) -> str:
    if isinstance(one, Text):
        return words.render(one)
    return one.shown(words.hindi) if isinstance(one, Name) else str(one)


def _plain(value: Any) -> str:
    return f"{value.astimezone(INDIA):%d-%m-%Y %H:%M}" if isinstance(value, datetime) else str(value)
