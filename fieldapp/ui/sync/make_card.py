"""What would go to head office now, and the one big button that makes a sync file of it."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from fieldapp.domain.fields import Name
from fieldapp.domain.text import Text
from fieldapp.sync.outbox import USUAL
from fieldapp.ui.records.chips import PeriodChip
from fieldapp.ui.sync.words import counted, expected_size, size
from fieldapp.ui.widgets.flow import FlowRow
from fieldapp.ui.widgets.parts_of_a_page import Card, big_button, button, plain_label
from fieldapp.ui.words import Words

if TYPE_CHECKING:
    from fieldapp.sync.outbox import WouldGo

LIMITS = (USUAL >> 20, 1, 10, 20)
"""Megabytes that a file may have, the first one unless something else is chosen."""


class MakeCard(Card):
    """asked: somebody wants a sync file; True for a full one. part_asked: first and last day."""

    asked = Signal(bool)
    part_asked = Signal(object, object)

    def __init__(self, words: Words, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._would_go: WouldGo | None = None
        self._ready = False
        self.figure, self.what, self.detail = plain_label("section"), plain_label(), plain_label("small")
        self.make = big_button(words, Text("Make sync file"))
        self.full = button(words, Text("Everything once more"), "flat")
        words.say(self.full.setToolTip, Text("A full file, for head office when it asks for one"))
        self.make.clicked.connect(lambda _checked: self.asked.emit(False))
        self.full.clicked.connect(lambda _checked: self.asked.emit(True))
        self.limit = QComboBox()
        words.say(self.limit.setAccessibleName, Text("Largest file"))
        words.say(self.limit.setToolTip, Text("More records than that become several complete files"))
        for megabytes in LIMITS:
            self.limit.addItem("", megabytes << 20)
        self.days = PeriodChip(words, today)
        self.part = button(words, Text("Send a part"), "flat")
        words.say(
            self.part.setToolTip, Text("The sessions of these days alone; they go again with the next file")
        )
        self.days.chosen.connect(lambda _fields: self.set_ready(ready=self._ready))
        self.part.clicked.connect(self._ask_part)
        for label in (self.figure, self.what, self.detail):
            self.body.addWidget(label)
        self.body.addSpacing(4)
        self.body.addWidget(FlowRow(self.make, self.full))
        self.body.addWidget(FlowRow(self.limit, self.days, self.part))

    @property
    def most(self) -> int:
        """How many bytes a file may have."""
        chosen: int = self.limit.currentData()
        return chosen

    @property
    def office(self) -> Name:
        """Who it goes to, nobody before the pack has come."""
        to_whom = self._would_go.to_whom if self._would_go else ()
        return to_whom[0] if to_whom else Name()

    def _ask_part(self) -> None:
        days = self.days.fields()
        self.part_asked.emit(days["start"] or date.min, days["end"] or date.max)

    def put(self, would_go: "WouldGo") -> None:
        """Show what the outbox would send."""
        self._would_go = would_go
        self.say()

    def set_ready(self, *, ready: bool) -> None:
        """While a file is being made nothing can be pressed."""
        self._ready = ready
        would_go = self._would_go
        to_somebody = would_go is not None and bool(would_go.to_whom)
        self.make.setEnabled(ready and to_somebody and would_go is not None and would_go.is_something)
        self.full.setEnabled(ready and to_somebody)
        self.part.setEnabled(ready and to_somebody and bool(self.days.state))

    def say(self) -> None:
        """All of it in the language spoken now."""
        for at, megabytes in enumerate(LIMITS):
            said = Text("Files up to {n}\u00a0MB", n=megabytes)
            self.limit.setItemText(at, self._words.render(said))
        would_go = self._would_go
        if would_go is None:
            return
        self.figure.setText(self._words.render(_figure(would_go, self._words.hindi)))
        self.what.setText(" · ".join(map(self._words.render, counted(would_go.by_type))))
        self.what.setVisible(would_go.records > 0)
        self.detail.setText(" · ".join(map(self._words.render, _details(would_go))))


def _figure(would_go: "WouldGo", hindi: bool) -> Text:
    office = ", ".join(name.shown(hindi) for name in would_go.to_whom)
    if not would_go.is_something:
        return Text("Nothing waits for head office.")
    if not would_go.records and not would_go.pictures:
        return Text("A file for head office that says who this computer is")
    if not would_go.records:
        return Text("Photographs waiting for head office: {n}", n=would_go.pictures)
    if not office:
        return Text("Records waiting for head office: {n}", n=would_go.records)
    return Text("Records for {office}: {n}", n=would_go.records, office=office)


def _details(would_go: "WouldGo") -> list[Text]:
    if not would_go.records and would_go.pictures:
        return [Text("Head office has not received them yet.")]
    if not would_go.records:
        return [Text("What is recorded from now on goes with the next sync file.")]
    again = would_go.records - would_go.not_packed
    said = [
        Text("new or changed: {n}", n=would_go.not_packed),
        Text("about {size}", size=size(expected_size(would_go.by_type))),
    ]
    if again:
        said.insert(1, Text("once more, for no receipt has come: {n}", n=again))
    if would_go.pictures:
        said.append(Text("photographs besides: {n}", n=would_go.pictures))
    return said
