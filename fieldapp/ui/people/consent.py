"""Taking consent back, as easy as giving it: one button on the form of a person, and undo."""

from PySide6.QtCore import QObject

from fieldapp.domain.codes import Consent
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.records import Person
from fieldapp.domain.text import Text
from fieldapp.ui.desk import Desk
from fieldapp.ui.records.panel import RecordPanel

WITHDRAW = Text("Withdraw consent")


class Withdrawing(QObject):
    """The verb is there while the open person has agreed and is written here."""

    def __init__(self, desk: Desk, panel: RecordPanel) -> None:
        super().__init__(panel)
        self._desk, self._panel = desk, panel
        self.button = panel.add_verb(WITHDRAW, self.withdraw)
        panel.heading_changed.connect(self._show)
        self._show()

    def withdraw(self) -> None:
        """Note today as the day; what was agreed to before stays in the history."""
        self._panel.leave()
        person, actor = self._panel.record, self._desk.actor
        if not isinstance(person, Person):
            return
        try:
            held = self._desk.services.people.get(actor, person.id)
            self._desk.saved(self._desk.services.notices.withdraw(actor, person.id, held.version), WITHDRAW)
        except FieldAppError as error:
            self._desk.messages.show(error)

    def _show(self) -> None:
        person = self._panel.record
        agreed = isinstance(person, Person) and person.consent == Consent.YES
        self.button.setVisible(agreed and self._panel.is_kept and self._panel.editable)
