"""Erasing a person on their request: who may do it types the name once more, and there is no undo."""

from PySide6.QtCore import QObject, Signal

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.records import Person
from fieldapp.domain.text import Text
from fieldapp.ui.activities.asking import Answers, AskDialog, Asked, AskedLine
from fieldapp.ui.desk import Desk
from fieldapp.ui.records.panel import RecordPanel

ERASE = Text("Erase this person…")


class Erasing(QObject):
    """The verb is there for those who may, while the open person is kept. erased: nothing is left to show."""

    erased = Signal()

    def __init__(self, desk: Desk, panel: RecordPanel) -> None:
        super().__init__(panel)
        self._desk, self._panel = desk, panel
        self.button = panel.add_verb(ERASE, self.ask)
        panel.heading_changed.connect(self._show)
        self._show()

    def ask(self) -> None:
        """Say what goes and what stays, and ask for the name."""
        self._panel.leave()
        person = self._panel.record
        if not isinstance(person, Person):
            return
        told = Text(
            "Name, mobile and everything that describes {name} leaves this computer and, with the next sync"
            " file, head office. Sessions keep their counts. A locked copy that only head office can open is"
            " kept for one year. This cannot be undone.",
            name=person.name.shown(self._desk.words.hindi),
        )
        asked = Asked(
            ERASE,
            Text("Erase for good"),
            [AskedLine("name", Text("Type the name to confirm"), longest=120)],
            told,
        )
        AskDialog.ask(self._desk.words, asked, lambda answers: self._erase(person, answers), self._panel)

    def _erase(self, person: Person, answers: Answers) -> None:
        desk = self._desk
        if desk.exchange is None:
            raise RuntimeError("a desk without an exchange")
        if answers["name"].strip() not in {person.name.hi, person.name.en} - {""}:
            raise InvalidInput(
                Text("This is not the name."), Text("Type it just as it stands in the record."), "other_name"
            )
        done = desk.services.erasing.erase(desk.actor, person.id, desk.exchange.sealed)
        desk.undo.clear()  # it holds what was just erased
        desk.hub.saved.emit(desk.clock())
        desk.hub.changed.emit(done.touched)
        if not done.here:
            desk.messages.tell(
                Text("It is decided. The centre that wrote this record erases it when it hears of it.")
            )
            return
        self.erased.emit()
        desk.messages.tell(Text("Erased. {n} sessions keep their counts without the name.", n=done.sessions))

    def _show(self) -> None:
        may = self._desk.actor.decides
        self.button.setVisible(may and self._panel.is_kept)
