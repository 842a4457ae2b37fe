"""The first start: where there is no home yet, one panel asks what this computer is to be.

It makes nothing itself: `chosen` brings what somebody wants, and whoever makes the home tells of a refusal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
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
from fieldapp.ui.widgets.parts_of_a_page import Card, RowButton, button, plain_label, said_label
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words

_WIDTH = 620
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


class _Form(QWidget):
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
        around = Surroundings(self.words, places, lambda one: EDITORS[one.kind](one, around))
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


class _PackForm(_Form):
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


class _CentreForm(_Form):
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


class _OfficeForm(_Form):
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


class WelcomePanel(QWidget):
    """chosen: a Choice, filled in. language_asked: somebody wants the other language.

    places: gives the shipped places; asked when a form needs them.
    """

    chosen = Signal(object)
    language_asked = Signal()

    def __init__(self, words: Words, places: Callable[[], Gazetteer], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self._words = words
        self._places = places
        self._form: _Form | None = None
        self._language = QPushButton()
        self._language.setProperty("look", "flat")
        words.say(self._language.setAccessibleName, Text("Hindi or English"))
        self._language.clicked.connect(self.language_asked)
        self._layers = QStackedWidget()
        self._choices = self._make_choices()
        self._layers.addWidget(self._choices)
        head = QHBoxLayout()
        head.addWidget(said_label(words, Text("Welcome"), "title"), 1)
        head.addWidget(self._language)
        card = Card()
        card.setFixedWidth(current().px(_WIDTH))
        card.body.setContentsMargins(24, 16, 24, 20)
        card.body.setSpacing(10)
        card.body.addLayout(head)
        card.body.addWidget(self._layers)
        sheet = QWidget()
        sheet.setProperty("look", "sheet")
        outer = QVBoxLayout(sheet)
        outer.addStretch(1)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(2)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(sheet)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        words.changed.connect(self._say)
        self._say()
        self.setFocusProxy(self._rows[0])

    def take_pack(self, pack: Path) -> None:
        """Somebody brought a file: open the form for it."""
        form = _PackForm(self._words)
        self._open(form)
        form.take(pack)

    def refuse(self, error: FieldAppError) -> None:
        """Say why nothing was made."""
        self.set_busy(busy=False)
        if self._form is None:
            both = self._words.language.both
            self._refusal.setText(f"{both(error.title)}\n{both(error.advice)}")
            self._refusal.show()
        else:
            self._form.refuse(error)

    def set_busy(self, *, busy: bool) -> None:
        """While a home is being made nothing can be pressed."""
        self._layers.setDisabled(busy)
        self._wait.setVisible(busy and self._form is None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        found = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if found:
            event.acceptProposedAction()
            self.take_pack(found[0])

    def _make_choices(self) -> QWidget:
        choices = QWidget()
        column = QVBoxLayout(choices)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(said_label(self._words, Text("What is this computer to be?")))
        self._rows = [RowButton() for _ in _OFFERS]
        for row, (_, _, make) in zip(self._rows, _OFFERS, strict=True):
            row.clicked.connect(lambda _checked, make=make: self._choose(make))
            column.addWidget(row)
        self._refusal, self._wait = (
            plain_label("problem"),
            said_label(self._words, Text("Please wait…"), "muted"),
        )
        for label in (self._refusal, self._wait):
            label.hide()
            column.addWidget(label)
        column.addStretch(1)
        return choices

    def _choose(self, make: "Callable[[WelcomePanel], _Form | None]") -> None:
        self._refusal.hide()
        form = make(self)
        if form is None:
            self.chosen.emit(Practice())
        else:
            self._open(form)

    def _open(self, form: _Form) -> None:
        self._close()
        self._form = form
        form.sent.connect(self.chosen)
        form.left.connect(self._close)
        self._layers.addWidget(form)
        self._layers.setCurrentWidget(form)
        form.typed[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _close(self) -> None:
        form, self._form = self._form, None
        if form is not None:
            self._layers.removeWidget(form)
            form.deleteLater()
            self._layers.setCurrentWidget(self._choices)
            self._rows[0].setFocus()

    def _say(self) -> None:
        self._language.setText("English" if self._words.hindi else "हिंदी")
        for row, (title, detail, _) in zip(self._rows, _OFFERS, strict=True):
            row.put(self._words.render(title), self._words.render(detail))

    def pack_form(self) -> _Form:
        """The form for a pack."""
        return _PackForm(self._words)

    def centre_form(self) -> _Form:
        """The form for a centre without one."""
        return _CentreForm(self._words, self._places())

    def office_form(self) -> _Form:
        """The form for an office."""
        return _OfficeForm(self._words, self._places())


def _no_form(_panel: Any) -> None:
    return None


_OFFERS: tuple[tuple[Text, Text, Callable[[WelcomePanel], _Form | None]], ...] = (
    (
        Text("I have a pack from head office"),
        Text("A file on a stick or in a mail, and words told by telephone."),
        WelcomePanel.pack_form,
    ),
    (
        Text("Start work, the pack comes later"),
        Text("Record and print at once; sync files can be made as soon as the pack is here."),
        WelcomePanel.centre_form,
    ),
    (
        Text("Try it (practice)"),
        Text("Invented people and sessions; nothing of it ever goes to head office."),
        _no_form,
    ),
    (
        Text("This is the head office or a block office"),
        Text("Makes packs for centres, imports their sync files and gives receipts."),
        WelcomePanel.office_form,
    ),
)
