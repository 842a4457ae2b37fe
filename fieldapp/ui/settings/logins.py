"""Letting one more person log in: a name, a duty and a passphrase typed twice."""

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from fieldapp.domain.actor import Duty
from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.text import Text
from fieldapp.ui.desk import Desk
from fieldapp.ui.messages import Tone
from fieldapp.ui.widgets.parts_of_a_page import button, said_label
from fieldapp.ui.widgets.plain import LineEdit

SHORTEST_PASSPHRASE = 8


class AddLogin(QWidget):
    """Three fields and a button; only a supervisor or an officer is given it."""

    def __init__(self, desk: Desk, added: Callable[[], object]) -> None:
        """added: called when there is one more login."""
        super().__init__()
        self._desk = desk
        self._added = added
        self.name, self.passphrase, self.again = LineEdit(), LineEdit(), LineEdit()
        for line in (self.passphrase, self.again):
            line.setEchoMode(QLineEdit.EchoMode.Password)
        self.duty = QComboBox()
        self.add = button(desk.words, Text("Add login"))
        self.add.clicked.connect(self._add)
        form = QFormLayout(self)
        form.setContentsMargins(0, 8, 0, 0)
        for text, field in (
            (Text("User name"), self.name),
            (Text("Duty"), self.duty),
            (Text("Password"), self.passphrase),
            (Text("Password again"), self.again),
        ):
            label = said_label(desk.words, text)
            label.setBuddy(field)
            desk.words.say(field.setAccessibleName, text)
            form.addRow(label, field)
        form.addRow(self.add)
        for duty in Duty:
            self.duty.addItem("", str(duty))
        self.retranslate()

    def retranslate(self) -> None:
        """The duties in the language spoken now."""
        for at, duty in enumerate(Duty):
            self.duty.setItemText(at, self._desk.words.render(Duty.words(duty)))

    def _add(self) -> None:
        desk, name, passphrase = self._desk, self.name.text().strip(), self.passphrase.text()
        duty = Duty[self.duty.currentData()]
        try:
            check_login(name, passphrase, self.again.text())
        except FieldAppError as error:
            desk.messages.show(error)
            return
        self.add.setEnabled(False)
        task = desk.tasks.submit(
            lambda _progress: desk.services.users.add(desk.actor, name, duty, passphrase),
            Text("Adding a login"),
        )
        task.finished.connect(lambda _actor: self._done(name))
        task.failed.connect(self._refused)

    def _refused(self, error: Exception) -> None:
        self.add.setEnabled(True)
        if isinstance(error, FieldAppError) and error.code == "forbidden_number":
            self.name.setText("")  # and what could be undone in it

    def _done(self, name: str) -> None:
        self.add.setEnabled(True)
        for line in (self.name, self.passphrase, self.again):
            line.clear()
        self._desk.messages.tell(Text("{login} can log in now.", login=name), tone=Tone.DONE)
        self._added()


def check_login(name: str, passphrase: str, again: str) -> None:
    """Raise InvalidInput, code 'login' or 'passphrase', unless somebody can log in with these."""
    if not name:
        raise InvalidInput(Text("The user name is missing."), Text("Type a short name, as in rita."), "login")
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise InvalidInput(
            Text("The password is too short."),
            Text("Use at least {n} characters; several words are easy to remember.", n=SHORTEST_PASSPHRASE),
            "passphrase",
        )
    if passphrase != again:
        raise InvalidInput(
            Text("The two passwords are not the same."), Text("Type both again."), "passphrase"
        )
