"""Two people who may be one: they are shown side by side, and somebody who knows them says which it is."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.fields import Field, Kind, fields
from fieldapp.domain.records import Decision, Person, Record
from fieldapp.domain.text import Text
from fieldapp.services.records import Query, Saved
from fieldapp.ui.activities.actions import person_words
from fieldapp.ui.desk import Desk
from fieldapp.ui.records.panel import RecordPanel
from fieldapp.ui.records.pick import Choice, PickDialog
from fieldapp.ui.records.values import shown
from fieldapp.ui.widgets.parts_of_a_page import button, give_size, plain_label, said_label, scrolled
from fieldapp.ui.words import Words

SAME, DIFFERENT = Text("These are one person"), Text("They are different people")
_MOST = 20


class Merging(QObject):
    """The verbs of a person's form that say who is one and who is not."""

    def __init__(self, desk: Desk, panel: RecordPanel) -> None:
        super().__init__(panel)
        self._desk, self._panel = desk, panel
        self._others: tuple[Person, ...] = ()
        self.same = panel.add_verb(SAME, self.ask_other)
        self.two = panel.add_verb(Text("They are two people…"), self.ask_who_is_not)
        panel.also_says = self._says_others
        panel.heading_changed.connect(self._show)

    def ask_other(self) -> None:
        """Ask who else the open person is."""
        person = self._panel.record
        if isinstance(person, Person) and self._panel.is_kept:
            PickDialog.ask(
                self._desk.words,
                Text("Who else is this person?"),
                person.name.shown(self._desk.words.hindi),
                lambda typed: self._find(typed, person.id),
                self.compare,
                self._panel,
            )

    def ask_who_is_not(self) -> None:
        """Ask who of those for whom the open person stands is somebody else; one is shown at once."""
        choices = [self._choice(other) for other in self._others]
        if len(choices) == 1:
            self.compare(choices[0].record_id)
        elif choices:
            PickDialog.ask(
                self._desk.words,
                Text("Who is not this person?"),
                "",
                lambda typed: [one for one in choices if typed.casefold() in one.words.casefold()],
                self.compare,
                self._panel,
            )

    def compare(self, other_id: str) -> None:
        """Show both side by side and ask."""
        person = self._panel.record
        if isinstance(person, Person):
            other = self._desk.services.people.get(self._desk.actor, other_id).record
            merged = any(one.id == other_id for one in self._others)
            SideBySideDialog.ask(
                self._desk.words,
                (person, other),
                None if merged else lambda: self._merge(person, other),
                lambda: self._part(person, other),
                self._panel,
            )

    def _find(self, typed: str, own: str) -> list[Choice]:
        people = self._desk.services.people.page(self._desk.actor, Query(text=typed), limit=_MOST).items
        return [self._choice(one.record) for one in people if one.record.id != own]

    def _choice(self, person: Person) -> Choice:
        return Choice(person.id, person_words(person, self._desk.words))

    def _merge(self, person: Person, other: Person) -> None:
        people = self._desk.services.people
        self._say(
            lambda: people.merge(self._desk.actor, person.id, other.id),
            SAME,
            Text("They are one person now."),
        )

    def _part(self, person: Person, other: Person) -> None:
        people = self._desk.services.people
        self._say(
            lambda: people.different(self._desk.actor, person.id, other.id),
            DIFFERENT,
            Text("They are two people now, and no hint calls them one."),
        )

    def _say(self, decide: Callable[[], Saved[Decision]], label: Text, told: Text) -> None:
        try:
            saved = decide()
        except FieldAppError as error:
            self._desk.messages.show(error)
            return
        self._desk.saved(saved, label)
        self._desk.messages.tell(told)
        self._panel.reload()

    def _says_others(self, person: Record) -> Text | None:
        """For whom else the open person stands."""
        self._others = self._desk.services.people.stands_for(self._desk.actor, person.id)
        hindi = self._desk.words.hindi
        names = ", ".join(other.name.shown(hindi) for other in self._others)
        return Text("stands also for {names}", names=names) if names else None

    def _show(self) -> None:
        self.same.setVisible(self._panel.is_kept)
        self.two.setVisible(self._panel.is_kept and bool(self._others))


class SideBySideDialog(QDialog):
    """What is known of each; what differs is bold, so that it is seen without colour."""

    def __init__(
        self,
        words: Words,
        two: tuple[Person, Person],
        merge: Callable[[], object] | None,
        part: Callable[[], object],
        parent: QWidget,
    ) -> None:
        """merge: None where one stands for the other already, and only parting is asked."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words.say(self.setWindowTitle, SAME if merge else DIFFERENT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(scrolled(_both(words, two)), 1)
        told = Text("This person stands for both from now on. What sheets say stays as it is.")
        if merge is None:
            told = Text("This person stands for both now. Afterwards each stands in the lists again.")
        layout.addWidget(said_label(words, told, "muted"))
        self.same = button(words, SAME, "primary")
        self.different = button(words, DIFFERENT)
        cancel = button(words, Text("Cancel"))
        for one, do in ((self.same, merge), (self.different, part)):
            one.setHidden(do is None)
            one.clicked.connect(self.accept)
            one.clicked.connect(lambda _checked, do=do: do())
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for one in (cancel, self.different, self.same):
            buttons.addWidget(one)
        layout.addLayout(buttons)
        give_size(self, 640, 330)

    @classmethod
    def ask(
        cls,
        words: Words,
        two: tuple[Person, Person],
        merge: Callable[[], object] | None,
        part: Callable[[], object],
        parent: QWidget,
    ) -> "SideBySideDialog":
        """Open it over `parent`; one of the two is called, or neither."""
        dialog = cls(words, two, merge, part, parent)
        dialog.open()
        dialog.different.setFocus()
        return dialog


def _both(words: Words, two: tuple[Person, Person]) -> QWidget:
    both = QWidget()
    grid = QGridLayout(both)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    for column in (1, 2):
        grid.setColumnStretch(column, 1)
    grid.addWidget(said_label(words, Text("This person"), "section"), 0, 1)
    grid.addWidget(said_label(words, Text("The other person"), "section"), 0, 2)
    line = 1
    for one in fields(Person):
        if one.kind in (Kind.PARTS, Kind.REF) or not one.by_hand:
            continue
        values = [_value(one, getattr(person, one.name), words) for person in two]
        if not any(values):
            continue
        grid.addWidget(said_label(words, Text(one.label), "muted"), line, 0)
        look = "" if values[0] == values[1] else "section"
        for column, value in enumerate(values, start=1):
            grid.addWidget(plain_label(look, value or "–"), line, column)
        line += 1
    grid.setRowStretch(line, 1)
    return both


def _value(one: Field, value: Any, words: Words) -> str:
    """As in a list, but a name in both scripts: it may differ in one of them."""
    if one.kind is Kind.NAME:
        return "\n".join(dict.fromkeys(filter(None, (value.hi, value.en))))
    return shown(one, value, words)
