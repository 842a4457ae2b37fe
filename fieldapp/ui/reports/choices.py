"""Which report, of which days and which place, in which language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

import msgspec
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Kind, PlaceRef, fields
from fieldapp.domain.periods import (
    Period,
    financial_year,
    month_period,
    quarter,
    quarter_period,
    week_period,
    year_period,
)
from fieldapp.domain.places import Gazetteer
from fieldapp.domain.text import Text
from fieldapp.ui.forms import EDITORS
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.editor import FieldEditor, Surroundings
from fieldapp.ui.widgets.parts_of_a_page import Card, said_label
from fieldapp.ui.widgets.place_book import PlaceBook
from fieldapp.ui.words import Words


@dataclass(frozen=True, slots=True)
class Offered:
    """A report that can be asked for: its name in the catalogue, its title, and what can be chosen for it."""

    name: str
    title: Text
    by_period: bool = True
    by_place: bool = True
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was chosen. start, end: both included, None is open; place: a key; language: 'hi' or 'en'.

    light: without what names or describes a person, as it is at first.
    """

    report: Offered
    start: date | None
    end: date | None
    place: str
    language: str
    light: bool


class _Draft(msgspec.Struct):
    start: Annotated[date | None, Field("From date")] = None
    end: Annotated[date | None, Field("To date")] = None
    place: Annotated[PlaceRef, Field("Place")] = PlaceRef()


_LINE = 26
_MOST_SEEN = 6


class Choices(Card):
    """changed: something else was chosen. refused: an InvalidInput, for what cannot be read."""

    changed = Signal()
    refused = Signal(object)

    def __init__(self, words: Words, places: Gazetteer | None, today: date) -> None:
        super().__init__()
        self._words = words
        self._today = today
        self._offered: Sequence[Offered] = ()
        self.reports = QListWidget()
        self.reports.currentRowChanged.connect(lambda _row: self._chosen())
        self.period, self.edition = QComboBox(), QComboBox()
        self.period.activated.connect(self._set_days)
        self.edition.activated.connect(lambda _at: self.changed.emit())
        book = PlaceBook.of(words, places)
        around = Surroundings(words, book, lambda one: EDITORS[one.kind](one, around))
        self.editors: dict[str, FieldEditor] = {}
        self._lines: dict[str, tuple[QWidget, QWidget]] = {}
        dates = QHBoxLayout()
        self.body.setSpacing(2)
        self._add("reports", Text("Report"), self.reports)
        self._add("period", Text("Period"), self.period)
        for one in fields(_Draft):
            editor = EDITORS[one.kind](one, around)
            editor.left.connect(self._left)
            self.editors[one.name] = editor
            into = self.body if one.kind is Kind.PLACE else dates
            if one.kind is Kind.PLACE:
                self.body.addLayout(dates)
            self._add(one.name, Text(one.label), editor, editor.inputs()[0], into)
        self._add("edition", Text("Edition"), self.edition)
        self.names = QCheckBox()
        words.say(self.names.setText, Text("With names and numbers"))
        words.say(
            self.names.setToolTip, Text("What names or describes a person is left out unless it is needed")
        )
        self.names.toggled.connect(lambda _checked: self._chosen())
        self.body.addWidget(self.names)
        self._before: Wanted | None = None
        self._fill_lists()

    def offer(self, reports: Sequence[Offered]) -> None:
        """The reports there are; the first one is chosen."""
        self._offered = reports
        self.reports.clear()
        for _ in reports:
            item = QListWidgetItem()
            item.setSizeHint(QSize(0, current().px(_LINE)))
            self.reports.addItem(item)
        lines = max(2, min(_MOST_SEEN, len(reports)))
        self.reports.setFixedHeight(current().px(lines * _LINE) + 4)
        self.say()
        self.reports.setCurrentRow(0)

    def wanted(self) -> Wanted | None:
        """What is chosen; None while there is no report. Raises InvalidInput for dates that are none."""
        row = self.reports.currentRow()
        if not 0 <= row < len(self._offered):
            return None
        report = self._offered[row]
        start, end, place = (editor.value() for editor in self.editors.values())
        if start and end and start > end:
            raise InvalidInput(
                Text("The period ends before it begins."), Text("Put the earlier date first."), "period"
            )
        if place and not place.key:
            raise InvalidInput(
                Text("This place is not in the list."),
                Text("Choose one of those offered while you type, or leave the line empty."),
                "place",
            )
        return Wanted(
            report,
            start if report.by_period else None,
            end if report.by_period else None,
            place.key if report.by_place else "",
            self.edition.currentData(),
            report.personal and not self.names.isChecked(),
        )

    def say(self) -> None:
        """All of it in the language spoken now."""
        for n, report in enumerate(self._offered):
            self.reports.item(n).setText(self._words.render(report.title))
        for n, (text, _) in enumerate(self._periods()):
            self.period.setItemText(n, self._words.render(text))
        for editor in self.editors.values():
            editor.say()

    def _add(
        self,
        name: str,
        text: Text,
        widget: QWidget,
        typed: QWidget | None = None,
        into: QBoxLayout | None = None,
    ) -> None:
        label = said_label(self._words, text, "muted")
        label.setBuddy(typed or widget)
        self._words.say((typed or widget).setAccessibleName, text)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(label)
        column.addWidget(widget)
        (into or self.body).addLayout(column)
        self._lines[name] = label, widget

    def _fill_lists(self) -> None:
        for text, _ in self._periods():
            self.period.addItem(self._words.render(text))
        for code, name in (("hi", "हिंदी"), ("en", "English")):
            self.edition.addItem(name, code)
        self.edition.setCurrentIndex(self.edition.findData(self._words.language.code))

    def _periods(self) -> list[tuple[Text, Period | None]]:
        """The periods people ask for; the last one is for days of one's own."""
        today, year = self._today, financial_year(self._today)
        before = month_period(today).first - timedelta(days=1)
        return [
            (Text("All dates"), None),
            (Text("Financial year {year}", year=year), year_period(year)),
            (Text("This quarter"), quarter_period(year, quarter(today))),
            (Text("This month"), month_period(today)),
            (Text("Last month"), month_period(before)),
            (Text("This week"), week_period(today)),
            (Text("Own dates"), None),
        ]

    def _set_days(self, at: int) -> None:
        period = self._periods()[at][1]
        if period is None and at > 0:
            self.editors["start"].focus_part("")
            return
        self.editors["start"].show_value(period.first if period else None)
        self.editors["end"].show_value(period.last if period else None)
        self._chosen()

    def _left(self) -> None:
        """A date or place was left: the period it makes is shown by its name where it has one."""
        days = self.editors["start"].value_or_none(), self.editors["end"].value_or_none()
        known = [(one.first, one.last) if one else (None, None) for _, one in self._periods()[:-1]]
        self.period.setCurrentIndex(known.index(days) if days in known else len(known))
        self._chosen()

    def _chosen(self) -> None:
        report = self.reports.currentRow()
        if 0 <= report < len(self._offered):
            offered = self._offered[report]
            for name, shown in (
                ("period", offered.by_period),
                ("start", offered.by_period),
                ("end", offered.by_period),
                ("place", offered.by_place),
            ):
                for widget in self._lines[name]:
                    widget.setVisible(shown)
            self.names.setVisible(offered.personal)
        try:
            wanted = self.wanted()
        except InvalidInput as error:
            self.refused.emit(error)
            return
        if wanted != self._before:
            self._before = wanted
            self.changed.emit()
