"""What can be chosen on the first start, and the forms that are filled in for it."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from fieldapp.domain import identifiers
from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.fields import Field, Name, PlaceRef, fields
from fieldapp.domain.places import Gazetteer
from fieldapp.domain.text import Text
from fieldapp.ui.choosers import ask_files
from fieldapp.ui.forms import EDITORS
from fieldapp.ui.settings.logins import check_login
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.widgets.editor import FieldEditor, Surroundings
from fieldapp.ui.widgets.parts_of_a_page import button, plain_label, said_label
from fieldapp.ui.widgets.place_book import PlaceBook
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words

_LABEL_WIDTH = 190


@dataclass(frozen=True, slots=True)
class Keeper:
    """The first login of a new home."""

    login: str
    passphrase: str


@dataclass(frozen=True, slots=True)
class FromPack:
    """A centre from the pack that its head office made. words: those told by telephone."""

    pack: Path
    words: str
    keeper: Keeper


@dataclass(frozen=True, slots=True)
class NewCentre:
    """A centre that begins before its pack has come."""

    name: Name
    csc_id: str
    place: PlaceRef
    keeper: Keeper


@dataclass(frozen=True, slots=True)
class NewOffice:
    """A head office, or with a place the office of that block or district."""

    name: Name
    place: PlaceRef
    keeper: Keeper


@dataclass(frozen=True, slots=True)
class Practice:
    """Invented records to try the program with."""


Choice = FromPack | NewCentre | NewOffice | Practice


class _Centre(msgspec.Struct):
    name: Annotated[Name, Field("Centre name", longest=120)] = Name()
    csc_id: Annotated[str, Field("Centre ID", longest=20)] = ""
    place: Annotated[PlaceRef, Field("Place")] = PlaceRef()


class _Office(msgspec.Struct):
    name: Annotated[Name, Field("Name of the office", longest=120)] = Name()
    place: Annotated[PlaceRef, Field("Only for this place")] = PlaceRef()


class _Missing(InvalidInput):
    """Something in the form is not there or wrong; `where` gets the focus."""

    def __init__(self, where: QWidget, title: Text, advice: Text) -> None:
        super().__init__(title, advice)
        self.where = where


class WelcomeForm(QWidget):
    """Labels and fields, the login at the end, what is wrong, and the button."""

    sent = Signal(object)
    left = Signal()

    def __init__(self, words: Words, title: Text, login: str) -> None:
        super().__init__()
        self.words = words
        self.typed: list[QWidget] = []
        self.login = LineEdit(login)
        self.passphrase, self.again = LineEdit(), LineEdit()
        for line in (self.passphrase, self.again):
            line.setEchoMode(QLineEdit.EchoMode.Password)
        self.go = button(words, Text("Begin"), "primary")
        self.go.clicked.connect(self._send)
        self.back = button(words, Text("Back"))
        self.back.clicked.connect(self.left)
        self._problem = plain_label("problem")
        self._problem.hide()
        self._refused: FieldAppError | None = None
        self.grid = QGridLayout()
        self.grid.setColumnMinimumWidth(0, current().px(_LABEL_WIDTH))
        self.grid.setColumnStretch(1, 1)
        self.grid.setHorizontalSpacing(10)
        self.grid.setVerticalSpacing(6)
        buttons = QHBoxLayout()
        buttons.addWidget(self.go)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(said_label(words, title, "section"))
        column.addLayout(self.grid)
        column.addWidget(self._problem)
        column.addLayout(buttons)
        column.addStretch(1)
        words.changed.connect(self._say)

    def choice(self) -> Choice:
        """What was filled in. Raises _Missing."""
        raise NotImplementedError

    def add(self, text: Text, widget: QWidget, *inside: QWidget) -> None:
        """One more line. inside: what one types in or presses, where the widget holds it."""
        label = said_label(self.words, text)
        label.setMinimumHeight(current().px(ROW_HEIGHT - 2))
        self.typed += inside or (widget,)
        typed = inside[0] if inside else widget
        label.setBuddy(typed)
        self.words.say(typed.setAccessibleName, text)
        row = self.grid.rowCount()
        self.grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self.grid.addWidget(widget, row, 1)

    def hint(self, text: Text) -> None:
        """A few words below the line before."""
        self.grid.addWidget(said_label(self.words, text, "small"), self.grid.rowCount(), 1)

    def add_keeper(self) -> None:
        """The lines for the first login."""
        self.add(Text("User name"), self.login)
        self.add(Text("Password"), self.passphrase)
        self.add(Text("Password again"), self.again)
        self.again.returnPressed.connect(self._send)
        for before, after in pairwise((*self.typed, self.go, self.back)):
            QWidget.setTabOrder(before, after)

    def add_editors(self, draft: type[msgspec.Struct], places: Gazetteer) -> dict[str, FieldEditor]:
        """A line for each field of a draft."""
        book = PlaceBook.of(self.words, places)
        around = Surroundings(self.words, book, lambda one: EDITORS[one.kind](one, around))
        editors = {}
        for one in fields(draft):
            editor = EDITORS[one.kind](one, around)
            self.add(Text(one.label), editor, *editor.inputs())
            editor.name_for_ears(Text(one.label))
            editors[one.name] = editor
        return editors

    def keeper(self) -> Keeper:
        """The login that was typed."""
        login = " ".join(self.login.text().split())
        try:
            check_login(login, self.passphrase.text(), self.again.text())
        except InvalidInput as error:
            line = self.login if error.code == "login" else self.passphrase
            raise _Missing(line, error.title, error.advice) from error
        return Keeper(login, self.passphrase.text())

    def refuse(self, error: FieldAppError | None) -> None:
        """Say in both languages what is wrong; None takes it away."""
        self._refused = error
        self._say()
        if isinstance(error, _Missing):
            error.where.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self) -> None:
        error, both = self._refused, self.words.language.both
        self._problem.setVisible(error is not None)
        if error is not None:
            self._problem.setText(f"{both(error.title)}\n{both(error.advice)}")

    def _send(self) -> None:
        try:
            choice = self.choice()
        except InvalidInput as error:
            self.refuse(error)
            return
        self.refuse(None)
        self.sent.emit(choice)


class PackForm(WelcomeForm):
    def __init__(self, words: Words) -> None:
        super().__init__(words, Text("I have a pack from head office"), "operator")
        self._pack: Path | None = None
        self._file = plain_label()
        self._choose = button(words, Text("Choose the file…"))
        self._choose.clicked.connect(self._ask)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._choose)
        row.addWidget(self._file, 1)
        words.say(self._file.setText, Text("or let it fall anywhere on this window"))
        self._spoken = LineEdit()
        self.add(Text("Pack"), line, self._choose)
        self.add(Text("Words told by telephone"), self._spoken)
        self.add_keeper()

    def take(self, pack: Path) -> None:
        """The file that was chosen or dropped."""
        self._pack = pack
        self.words.say(self._file.setText, pack.name)
        self._spoken.setFocus()

    def choice(self) -> Choice:
        if self._pack is None:
            raise _Missing(
                self._choose,
                Text("The pack is missing."),
                Text("Choose the file that came from head office; its name ends in .fieldsync."),
            )
        if not self._spoken.text().strip():
            raise _Missing(
                self._spoken,
                Text("The words that open the pack are missing."),
                Text("Head office tells them by telephone; they are not written in the pack."),
            )
        return FromPack(self._pack, self._spoken.text(), self.keeper())

    def _ask(self) -> None:
        ask_files(
            self,
            self.words,
            Text("I have a pack from head office"),
            "*.fieldsync",
            lambda files: self.take(files[0]),
        )


class CentreForm(WelcomeForm):
    def __init__(self, words: Words, places: Gazetteer) -> None:
        super().__init__(words, Text("Start work, the pack comes later"), "operator")
        self._editors = self.add_editors(_Centre, places)
        self.add_keeper()

    def choice(self) -> Choice:
        name, number, place = (editor.value() for editor in self._editors.values())
        inputs = {key: editor.inputs()[0] for key, editor in self._editors.items()}
        if not name:
            raise _Missing(
                inputs["name"], Text("The name of the centre is missing."), Text("It stands on every paper.")
            )
        if wrong := identifiers.csc_id_problem(number):
            raise _Missing(inputs["csc_id"], wrong, Text("It stands on the certificate of the centre."))
        return NewCentre(name, identifiers.csc_id(number), place, self.keeper())


class OfficeForm(WelcomeForm):
    def __init__(self, words: Words, places: Gazetteer) -> None:
        super().__init__(words, Text("This is the head office or a block office"), "officer")
        self._editors = self.add_editors(_Office, places)
        self._editors["name"].show_value(Name("मुख्यालय", "Head office"))
        self.hint(Text("Empty: for all centres, as at the head office."))
        self.add_keeper()

    def choice(self) -> Choice:
        name: Name = self._editors["name"].value()
        place: PlaceRef = self._editors["place"].value()
        if not name:
            raise _Missing(
                self._editors["name"].inputs()[0],
                Text("The name of the office is missing."),
                Text("It stands on every paper."),
            )
        if place and not place.key:
            raise _Missing(
                self._editors["place"].inputs()[0],
                Text("This place is not in the list."),
                Text("Choose one of those offered while you type, or leave the line empty."),
            )
        return NewOffice(name, place, self.keeper())
