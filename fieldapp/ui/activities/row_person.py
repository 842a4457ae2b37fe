"""Everything a row says beside the grid, and which person it speaks of."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton, QWidget

from fieldapp.domain.fields import field
from fieldapp.domain.records import RosterRow, person_of_row
from fieldapp.domain.text import Text
from fieldapp.services.records import Query
from fieldapp.ui.activities.actions import OpenActivity, person_words
from fieldapp.ui.activities.dialog import RowDialog
from fieldapp.ui.desk import Desk
from fieldapp.ui.people.erasing import DECIDED, ERASE, ask_erasing
from fieldapp.ui.records.pick import Choice, PickDialog


class RowPerson(QObject):
    """Opens the dialog of a row over a widget, and links the row to a person."""

    def __init__(self, desk: Desk, opened: OpenActivity, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._opened, self._over = desk, opened, over

    def show_row(self, number: int, path: str = "remarks") -> None:
        """Open the dialog of the row with that number, at one of its fields."""
        row = self._opened.activity.row(number)
        if row is None:
            return
        words = self._desk.words
        dialog = RowDialog(words, row, self._opened.activity.kind, self._keep_row, self._over)
        if self._opened.editable:
            pick, make = QPushButton(), QPushButton()
            words.say(pick.setText, Text("A known person…"))
            words.say(make.setText, Text("Keep as a person"))
            pick.clicked.connect(lambda: self._pick_person(dialog))
            make.clicked.connect(lambda: self._make_person(dialog))
            make.setEnabled(bool(row.name) and not row.person)
            dialog.add_verb(make)
            dialog.add_verb(pick)
        if self._desk.actor.decides and row.name and self._desk.exchange is not None:
            erase = QPushButton()
            who = person_of_row(self._opened.activity.id, row)
            decided = self._desk.services.erasing.is_decided(self._desk.actor, who)
            words.say(erase.setText, DECIDED if decided else ERASE)
            erase.setEnabled(not decided)
            erase.clicked.connect(lambda: self._ask_erasing(dialog))
            dialog.add_verb(erase)
        dialog.form.setEnabled(self._opened.editable)
        dialog.open()
        dialog.form.focus_path(path)

    def _keep_row(self, row: RosterRow) -> None:
        self._opened.keep_row(row, field(RosterRow, "remarks"))

    def _ask_erasing(self, dialog: RowDialog) -> None:
        """Whoever stands on the row, with a record of their own or without."""
        dialog.accept()
        activity = self._opened.activity
        row = activity.row(dialog.row.row)
        if row is not None and row.name:
            who, where = person_of_row(activity.id, row), "" if row.person else activity.id
            ask_erasing(self._desk, who, row.name, self._over, lambda _done: None, where)

    def _pick_person(self, dialog: RowDialog) -> None:
        number = dialog.row.row
        dialog.accept()
        row = self._opened.activity.row(number)
        typed = row.name.shown(self._desk.words.hindi) if row else ""
        PickDialog.ask(
            self._desk.words,
            Text("Who is it?"),
            typed,
            self._find_people,
            lambda person_id: self._link(number, person_id),
            self._over,
        )

    def _find_people(self, typed: str) -> list[Choice]:
        people = self._desk.services.people
        found = people.page(self._desk.actor, Query(text=typed), limit=20).items
        return [Choice(one.record.id, person_words(one.record, self._desk.words)) for one in found]

    def _link(self, number: int, person_id: str) -> None:
        person = self._desk.services.people.get(self._desk.actor, person_id).record
        self._opened.attempt(lambda: self._opened.link_person(number, person))

    def _make_person(self, dialog: RowDialog) -> None:
        dialog.accept()
        if self._opened.attempt(lambda: self._opened.make_person(dialog.row.row)):
            self._desk.messages.tell(Text("The person is kept among People now."))
