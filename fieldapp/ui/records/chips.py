"""The chips above a list: each lets only some records through, and says which."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from fieldapp.domain.codes import Code
from fieldapp.domain.periods import (
    Period,
    financial_year,
    month_period,
    parse_date,
    week_period,
    year_period,
)
from fieldapp.domain.text import Text
from fieldapp.ui.widgets.chip_button import ChipButton
from fieldapp.ui.words import Words

if TYPE_CHECKING:
    from fieldapp.domain.places import Gazetteer
    from fieldapp.ui.activities.asking import AskDialog

_MOST_PLACES = 12


@dataclass(frozen=True)
class Narrowing:
    """One chip: what it is about, the field of the query it fills, and the codes it offers."""

    label: Text
    name: str
    codes: type[Code]


class Chip(ChipButton):
    """Lets records through by its state, '' for all. chosen: the fields of the query that follow."""

    chosen = Signal(object)

    def __init__(self, words: Words, label: Text) -> None:
        super().__init__()
        self.words, self._label, self.state = words, label, ""

    def choose(self, state: str) -> None:
        """Take on a state; one that was remembered and is unknown by now lets everything through."""
        said = self.said(state)
        self.state = state if said else ""
        self.setChecked(bool(said))
        self.words.say(
            self.setText, Text("{what}: {code}", what=self._label, code=said) if said else self._label
        )
        self.chosen.emit(self.fields())

    def said(self, state: str) -> Text | str | None:
        """What a state is called, None for everything."""
        raise NotImplementedError

    def fields(self) -> dict[str, Any]:
        """The fields of the query that follow from the state."""
        raise NotImplementedError

    def offer(self, *states: str) -> None:
        """A menu of states; the first lets everything through."""
        menu = QMenu(self)
        for state in ("", *states):
            self._add(menu, self.said(state) or Text("All"), partial(self.choose, state))
        self.setMenu(menu)

    def _add(self, menu: QMenu, said: Text | str, do: Callable[[], object]) -> None:
        action = QAction(self)
        if isinstance(said, Text):
            self.words.say(action.setText, said)
        else:
            action.setText(said)
        action.triggered.connect(lambda _checked=False: do())
        menu.addAction(action)


class CodeChip(Chip):
    """One code of a list."""

    def __init__(self, words: Words, about: Narrowing) -> None:
        self._about = about
        super().__init__(words, about.label)
        self.offer(*map(str, about.codes))
        self.choose("")

    def said(self, state: str) -> Text | None:
        return self._about.codes.words(state) if state else None

    def fields(self) -> dict[str, Any]:
        return {self._about.name: self.state}


def _last_month(today: date) -> Period:
    return month_period(today.replace(day=1) - timedelta(days=1))


_PERIODS: dict[str, tuple[Text, Callable[[date], Period]]] = {
    "TODAY": (Text("Today"), lambda today: Period(today, today)),
    "WEEK": (Text("This week"), week_period),
    "MONTH": (Text("This month"), month_period),
    "LAST_MONTH": (Text("Last month"), _last_month),
    "YEAR": (Text("This financial year"), lambda today: year_period(financial_year(today))),
    "BEFORE": (Text("Before today"), lambda today: Period(date.min, today - timedelta(days=1))),
    "COMING": (Text("Still to come"), lambda today: Period(today + timedelta(days=1), date.max)),
}


_OTHER_DAYS = Text("Other days…")


def _typed_period(state: str) -> Period | None:
    """The two days of a state, None when it is not of that kind."""
    start, dots, end = state.partition("..")
    if not dots:
        return None
    try:
        return Period(
            date.fromisoformat(start) if start else date.min, date.fromisoformat(end) if end else date.max
        )
    except ValueError:
        return None


class PeriodChip(Chip):
    """Days counted from today, so that a filter that is kept stays right, or two days that are typed.

    The state of two days is '2017-01-01..2017-01-14'; either may be left out.
    """

    def __init__(self, words: Words, today: Callable[[], date]) -> None:
        self._today = today
        super().__init__(words, Text("Period"))
        self.offer(*_PERIODS)
        self._add(self.menu(), _OTHER_DAYS, self.ask)
        self.choose("")

    def said(self, state: str) -> Text | None:
        if state in _PERIODS:
            return _PERIODS[state][0]
        if (typed := _typed_period(state)) is None:
            return None
        say = self.words.language.date
        if typed.first == date.min:
            return Text("until {end}", end=say(typed.last))
        if typed.last == date.max:
            return Text("from {start}", start=say(typed.first))
        return Text("{first} to {last}", first=say(typed.first), last=say(typed.last))

    def ask(self) -> "AskDialog":
        """Let the first and the last day be typed; either may be left out."""
        from fieldapp.ui.activities.asking import AskDialog, Asked, AskedLine

        now = self.fields()
        shown = {name: self.words.language.date(day) if day else "" for name, day in now.items()}
        lines = [
            AskedLine("start", Text("From date"), shown["start"], longest=10, short=True),
            AskedLine("end", Text("To date"), shown["end"], longest=10, short=True),
        ]
        dialog = AskDialog.ask(self.words, Asked(_OTHER_DAYS, Text("Choose"), lines), self._take, self)
        for line in dialog.lines.values():
            line.setPlaceholderText("dd-mm-yyyy")
        return dialog

    def _take(self, typed: Mapping[str, str]) -> None:
        start, end = (parse_date(typed[name]) if typed[name] else None for name in ("start", "end"))
        if start and end and end < start:
            start, end = end, start
        days = [day.isoformat() if day else "" for day in (start, end)]
        self.choose("..".join(days) if any(days) else "")

    def fields(self) -> dict[str, Any]:
        if not self.state:
            return {"start": None, "end": None}
        if (period := _typed_period(self.state)) is None:
            period = _PERIODS[self.state][1](self._today())
        return {
            "start": period.first if period.first > date.min else None,
            "end": period.last if period.last < date.max else None,
        }


class PlaceChip(Chip):
    """A place and what lies in it, found by a few letters."""

    def __init__(self, words: Words, gazetteer: "Callable[[], Gazetteer | None]") -> None:
        self._gazetteer = gazetteer
        super().__init__(words, Text("Place"))
        menu = QMenu(self)
        self._add(menu, Text("All"), lambda: self.choose(""))
        self._add(menu, Text("Choose a place…"), self.ask)
        self.setMenu(menu)
        self.choose("")

    def said(self, state: str) -> str | None:
        return self._name(state) or None if state else None

    def fields(self) -> dict[str, Any]:
        return {"place": self.state}

    def ask(self) -> None:
        """Let a place be found and chosen."""
        from fieldapp.ui.records.pick import Choice, PickDialog

        def search(typed: str) -> list[Choice]:
            known = self._gazetteer()
            found = known.find(typed, limit=_MOST_PLACES) if known and typed else ()
            return [Choice(place.key, self._path(place.key)) for place in found]

        PickDialog.ask(self.words, Text("Choose a place…"), "", search, self.choose, self)

    def _name(self, key: str) -> str:
        known = self._gazetteer()
        place = known.get(key) if known else None
        if place is None:
            return ""
        return (place.name_hi if self.words.hindi else place.name_en) or place.name_en

    def _path(self, key: str) -> str:
        known = self._gazetteer()
        above = known.ancestors(key) if known else ()
        return ", ".join([self._name(key), *(self._name(place.key) for place in above)])


class DeletedChip(Chip):
    """Shows what was deleted instead of what is there."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, Text("Deleted"))
        self.clicked.connect(lambda checked: self.choose("1" if checked else ""))
        self.choose("")

    def said(self, state: str) -> Text | None:
        return Text("shown") if state else None

    def fields(self) -> dict[str, Any]:
        return {"deleted": bool(self.state)}
