"""What is asked beside the table of centres: a new centre, whom to trust; and a pack's words, once."""

from pathlib import Path
from typing import Annotated

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.fields import Field, Name, PlaceRef, fields
from fieldapp.domain.identifiers import csc_id as plain_csc_id
from fieldapp.domain.identifiers import csc_id_problem
from fieldapp.domain.places import Gazetteer
from fieldapp.domain.text import Text
from fieldapp.sync.block_offices import office_code
from fieldapp.sync.enrolment import PackMade
from fieldapp.sync.pack import Shown
from fieldapp.sync.registry import CentreDraft
from fieldapp.ui.forms import EDITORS
from fieldapp.ui.inbox.centre_words import called
from fieldapp.ui.widgets.code_edit import YesNoEditor
from fieldapp.ui.widgets.editor import Surroundings
from fieldapp.ui.widgets.parts_of_a_page import Card, button, plain_label, said_label
from fieldapp.ui.widgets.place_book import PlaceBook
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words


class _Typed(msgspec.Struct):
    csc_id: Annotated[str, Field("Centre ID", longest=20)] = ""
    office: Annotated[bool, Field("A block office, and no centre")] = False
    name: Annotated[Name, Field("Centre name", longest=120)] = Name()
    place: Annotated[PlaceRef, Field("Place")] = PlaceRef()


class Panel(Card):
    """Something that is asked: a heading, what is filled in, what is wrong, and the buttons.

    left: it is to be put away.
    """

    left = Signal()

    def __init__(self, words: Words, title: Text, verb: Text) -> None:
        super().__init__()
        self.words = words
        self._problem: FieldAppError | None = None
        self.go = button(words, verb, "primary")
        self.back = button(words, Text("Cancel"))
        self.back.clicked.connect(self.left)
        self.problem = plain_label("problem")
        self.problem.hide()
        self.rows = QVBoxLayout()
        self.rows.setSpacing(6)
        buttons = QHBoxLayout()
        buttons.addWidget(self.go)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        self.body.setSpacing(8)
        self.body.addWidget(said_label(words, title, "section"))
        self.body.addLayout(self.rows)
        self.body.addWidget(self.problem)
        self.body.addLayout(buttons)
        self.body.addStretch(1)

    def add(self, text: Text, widget: QWidget, typed: QWidget) -> None:
        """A label and below it a field. typed: the widget one types in."""
        label = said_label(self.words, text)
        label.setBuddy(typed)
        self.words.say(typed.setAccessibleName, text)
        self.rows.addWidget(label)
        self.rows.addWidget(widget)

    def showEvent(self, event: QShowEvent) -> None:
        """Tab comes to the buttons after what is filled in, which was put there later than they."""
        last: QWidget | None = None
        one = self.nextInFocusChain()
        while one is not None and one is not self:
            if self.isAncestorOf(one) and one.focusPolicy() & Qt.FocusPolicy.TabFocus:
                last = last if one in (self.go, self.back) else one
            one = one.nextInFocusChain()
        if last is not None:
            QWidget.setTabOrder(last, self.go)
        QWidget.setTabOrder(self.go, self.back)
        super().showEvent(event)

    def refuse(self, error: FieldAppError | None) -> None:
        """Say what is wrong; None takes it away."""
        self._problem = error
        self.say()

    def say(self) -> None:
        """What is wrong, in both languages, with the one spoken now first."""
        self.problem.setVisible(self._problem is not None)
        if self._problem is not None:
            said = (self._problem.title, self._problem.advice)
            both = (self.words.render, self.words.other)
            self.problem.setText("\n".join(filter(None, (" ".join(map(one, said)).strip() for one in both))))


class FieldsPanel(Panel):
    """Asks for the fields of a struct, each in its editor; what is ticked has its words beside the box."""

    def __init__(
        self,
        words: Words,
        title: Text,
        verb: Text,
        kind: type[msgspec.Struct],
        places: Gazetteer | None = None,
    ) -> None:
        super().__init__(words, title, verb)
        around = Surroundings(words, PlaceBook.of(words, places), lambda one: EDITORS[one.kind](one, around))
        self.editors = {one.name: EDITORS[one.kind](one, around) for one in fields(kind)}
        for editor in self.editors.values():
            if isinstance(editor, YesNoEditor):
                words.say(editor.box.setText, Text(editor.one.label))
                self.rows.addWidget(editor)
            else:
                self.add(Text(editor.one.label), editor, editor.inputs()[0])
        self._name_lines()
        words.changed.connect(self._name_lines)

    def _name_lines(self) -> None:
        for editor in self.editors.values():
            editor.name_for_ears(Text(editor.one.label))


class NewCentrePanel(FieldsPanel):
    """Asks for a centre. asked: a CentreDraft that is complete."""

    asked = Signal(object)

    def __init__(self, words: Words, places: Gazetteer | None) -> None:
        super().__init__(words, Text("New centre"), Text("Register and make its pack…"), _Typed, places)
        self.editors["office"].left.connect(self._offer_id)
        self.go.clicked.connect(self._ask)

    def begin(self) -> None:
        """Empty, with the cursor in the first line."""
        for editor in self.editors.values():
            editor.forget_typing()
        self._offer_id()
        self.refuse(None)
        self.editors["csc_id"].focus_part("")

    def _offer_id(self) -> None:
        """A block office has no ID that anybody could type."""
        self.editors["csc_id"].set_editable(on=not self.editors["office"].value())

    def _ask(self) -> None:
        try:
            draft = self._draft()
        except InvalidInput as error:
            self.refuse(error)
            self.editors[error.code].focus_part("")
            return
        self.refuse(None)
        self.asked.emit(draft)

    def _draft(self) -> CentreDraft:
        """Raises InvalidInput; its code is the field that is to be looked at."""
        office: bool = self.editors["office"].value()
        csc_id = plain_csc_id(self.editors["csc_id"].value())
        name: Name = self.editors["name"].value()
        place: PlaceRef = self.editors["place"].value()
        if not office and (problem := csc_id_problem(csc_id)):
            raise InvalidInput(problem, Text("It stands on the papers of the centre."), "csc_id")
        if not name:
            raise InvalidInput(
                Text("The name of the centre is missing."), Text("Type it in Hindi or English."), "name"
            )
        if not place.key:
            raise InvalidInput(
                Text("The place of the centre is missing."),
                Text("Type the beginning of its block or town and choose it from the list."),
                "place",
            )
        return CentreDraft(office_code(place.key) if office else csc_id, name, place.key)


Request = Path | bytes
"""Where a request lies, or what is in it."""


class EnrolPanel(Panel):
    """Shows who made a request, and asks for the fingerprint that was read out.

    asked: the request, and the fingerprint as typed.
    """

    asked = Signal(object, str)

    def __init__(self, words: Words, places: Gazetteer | None) -> None:
        super().__init__(words, Text("Enrol a computer"), Text("Enrol"))
        self._places = places
        self._request: Request | None = None
        self._shown: Shown | None = None
        self.who, self.fingerprint = plain_label(), plain_label("figure")
        self.typed = LineEdit()
        self.typed.returnPressed.connect(self._ask)
        self.go.clicked.connect(self._ask)
        self.rows.addWidget(self.who)
        self.rows.addWidget(said_label(words, Text("Fingerprint in the request"), "muted"))
        self.rows.addWidget(self.fingerprint)
        self.rows.addWidget(
            said_label(
                words,
                Text(
                    "Ring the centre at the number you know. It reads its fingerprint out; "
                    "both must be the same."
                ),
            )
        )
        self.add(Text("Fingerprint as read out, at least the last four"), self.typed, self.typed)

    def begin(self, request: Request, shown: Shown) -> None:
        """Show a request."""
        self._request, self._shown = request, shown
        self.typed.clear()
        self.fingerprint.setText(shown.fingerprint)
        self.refuse(None)
        self.typed.setFocus()

    def say(self) -> None:
        super().say()
        if self._shown is None:
            return
        asks = self._shown.identity
        pieces = [asks.name.shown(self.words.hindi), asks.csc_id]
        place = self._places.get(asks.place_key) if self._places is not None and asks.place_key else None
        if place is not None:
            pieces.append(place.name_hi if self.words.hindi and place.name_hi else place.name_en)
        self.who.setText(" · ".join(filter(None, pieces)))

    def _ask(self) -> None:
        if self._request is None:
            return
        if not self.typed.text().strip():
            self.refuse(
                InvalidInput(
                    Text("The fingerprint that was read out is missing."),
                    Text("Nobody was enrolled. Type what the centre reads out."),
                    "fingerprint",
                )
            )
            self.typed.setFocus()
            return
        self.refuse(None)
        self.asked.emit(self._request, self.typed.text())


class WordsPanel(Panel):
    """The six words of a pack: shown large, once, and gone when it is put away."""

    _COLUMNS = 2

    def __init__(self, words: Words) -> None:
        super().__init__(words, Text("The pack is made"), Text("The words are told"))
        self._made: PackMade | None = None
        self.file = plain_label("muted")
        self.spoken = [plain_label("figure") for _ in range(6)]
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        for n, label in enumerate(self.spoken):
            label.setWordWrap(False)
            number = plain_label("muted", str(n + 1))
            number.setWordWrap(False)
            row, column = divmod(n, self._COLUMNS)
            grid.addWidget(number, row, 2 * column, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label, row, 2 * column + 1)
        for column in range(self._COLUMNS):
            grid.setColumnStretch(2 * column + 1, 1)
        self.rows.addWidget(self.file)
        self.rows.addWidget(
            said_label(words, Text("Tell the centre these six words by telephone. They are shown this once."))
        )
        self.rows.addLayout(grid)
        self.rows.addWidget(
            said_label(
                words,
                Text(
                    "They are kept nowhere: if they are lost, make another pack. "
                    "Never send them with the file."
                ),
                "small",
            )
        )
        self.back.hide()
        self.go.clicked.connect(self._forget)

    def begin(self, made: PackMade) -> None:
        """Show the words of a pack."""
        self._made = made
        for label, word in zip(self.spoken, made.words.split(), strict=True):
            label.setText(word)
        self.say()
        self.go.setFocus()

    def say(self) -> None:
        super().say()
        if self._made is not None:
            made = self._made
            name = called(made.centre, self.words)
            self.file.setText(f"{name} · {made.centre.csc_id}-{made.letter}\n{made.path.name}")

    def _forget(self) -> None:
        self._made = None
        for label in self.spoken:
            label.clear()
        self.left.emit()
