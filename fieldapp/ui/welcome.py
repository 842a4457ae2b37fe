"""The first start: where there is no home yet, one panel asks what this computer is to be.

It makes nothing itself: `chosen` brings what somebody wants, and whoever makes the home tells of a refusal.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.places import Gazetteer
from fieldapp.domain.text import Text
from fieldapp.ui.theme import current
from fieldapp.ui.welcome_forms import CentreForm, OfficeForm, PackForm, Practice, WelcomeForm
from fieldapp.ui.widgets.parts_of_a_page import Card, RowButton, plain_label, said_label
from fieldapp.ui.words import Words

_WIDTH = 620


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
        self._form: WelcomeForm | None = None
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
        form = PackForm(self._words)
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

    def _choose(self, make: "Callable[[WelcomePanel], WelcomeForm | None]") -> None:
        self._refusal.hide()
        form = make(self)
        if form is None:
            self.chosen.emit(Practice())
        else:
            self._open(form)

    def _open(self, form: WelcomeForm) -> None:
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

    def pack_form(self) -> WelcomeForm:
        """The form for a pack."""
        return PackForm(self._words)

    def centre_form(self) -> WelcomeForm:
        """The form for a centre without one."""
        return CentreForm(self._words, self._places())

    def office_form(self) -> WelcomeForm:
        """The form for an office."""
        return OfficeForm(self._words, self._places())


def _no_form(_panel: Any) -> None:
    return None


_OFFERS: tuple[tuple[Text, Text, Callable[[WelcomePanel], WelcomeForm | None]], ...] = (
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
