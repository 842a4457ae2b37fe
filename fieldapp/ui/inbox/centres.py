"""The part 'Centres' of the inbox: who is registered, which computers are trusted, and what is asked."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.domain.fields import Name
from fieldapp.domain.places import Gazetteer, shown
from fieldapp.domain.text import Text
from fieldapp.sync.enrolment import CentreShown, NodeShown, PackMade
from fieldapp.sync.examiner import TRUSTED
from fieldapp.ui.inbox.dialog import EnrolPanel, NewCentrePanel, Panel, RevokePanel, WordsPanel
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.flow import FlowRow, SideBySide
from fieldapp.ui.widgets.parts_of_a_page import Card, button, empty_state, plain_label
from fieldapp.ui.widgets.plain_table import Cell, PlainTable, Row
from fieldapp.ui.words import Words

_WIDEST_COLUMN = 190
_NARROWEST_COLUMN = 112


class CentresPart(QWidget):
    """Shows centres and what is asked about them; the page does it.

    pack_asked: the home-local number of a registered centre that gets another pack. opened: a widget that is
    to be looked at now. code_asked: the number of a centre that a receipt code is read out to.
    """

    pack_asked = Signal(int)
    code_asked = Signal(int)
    opened = Signal(QWidget)

    def __init__(self, words: Words, places: Gazetteer | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._places = places
        self._centres: dict[str, CentreShown] = {}
        self._wanted = ""
        self.new = button(words, Text("New centre and pack…"), "primary")
        self.another = button(words, Text("Another pack…"))
        self.enrol = button(words, Text("Enrol from a request…"))
        self.revoke = button(words, Text("Trust no longer…"))
        self.code = button(words, Text("Receipt code"))
        self.codes = plain_label("section")
        self.code.clicked.connect(self._ask_code)
        self.table = PlainTable(
            words,
            Text("Centres"),
            (Text("Centre ID"), Text("Name"), Text("Place"), Text("Computers")),
            stretch=3,
        )
        self.table.horizontalHeader().setMaximumSectionSize(current().px(_WIDEST_COLUMN))
        self.table.horizontalHeader().setMinimumSectionSize(current().px(_NARROWEST_COLUMN))
        self.table.picked.connect(lambda _key: self._say_chosen())
        self.about_name, self.about = plain_label("section"), plain_label()
        self.new_panel = NewCentrePanel(words, places)
        self.enrol_panel = EnrolPanel(words, places)
        self.words_panel = WordsPanel(words)
        self.revoke_panel = RevokePanel(words)
        self._none = empty_state(words, Text("No centre is registered yet. Make one and its pack."))
        self._lay_out()
        self.new.clicked.connect(self.begin_new)
        self.another.clicked.connect(self._ask_another)
        self.revoke.clicked.connect(self._ask_revoke)
        for panel in self.panels:
            panel.left.connect(self.put_panel_away)
        self.put(())

    @property
    def verbs(self) -> tuple[QPushButton, ...]:
        """Its buttons, which stand beside the tabs."""
        return self.new, self.another, self.enrol

    @property
    def panels(self) -> tuple[Panel, ...]:
        """What is asked at the right."""
        return self.new_panel, self.enrol_panel, self.words_panel, self.revoke_panel

    @property
    def asking(self) -> bool:
        """Whether one of the panels is open."""
        return self._side.currentIndex() > 0

    def put(self, centres: Sequence[CentreShown]) -> None:
        """Show these centres; the chosen one stays chosen."""
        self._centres = {one.centre.csc_id: one for one in centres}
        first = next(iter(self._centres), "")
        wanted = next((key for key in (self._wanted, self.table.key) if key in self._centres), first)
        self._wanted = ""
        self.table.put([self._row(one) for one in centres], wanted)
        self._stack.setCurrentIndex(1 if centres else 0)
        self._say_chosen()

    def say(self) -> None:
        """All of it in the language spoken now."""
        self.put(tuple(self._centres.values()))
        for panel in self.panels:
            panel.say()

    def set_ready(self, *, ready: bool) -> None:
        """Whether something can be begun."""
        for one in (self.new, self.enrol):
            one.setEnabled(ready)
        self.another.setEnabled(ready and bool(self.table.key))

    def begin_new(self) -> None:
        """Ask for a new centre. While words of a pack are shown, those come first."""
        if not self._showing_words():
            self.open_panel(self.new_panel)
            self.new_panel.begin()

    def open_panel(self, panel: Panel) -> None:
        """Show one of the panels instead of the chosen centre."""
        self._side.setCurrentWidget(self._sheets[panel])
        self.opened.emit(self._side)

    def put_panel_away(self) -> None:
        """Back to the table."""
        self._side.setCurrentIndex(0)
        self.table.setFocus()

    def show_words(self, made: PackMade) -> None:
        """Show the words of a pack, and its centre as the chosen one when next there is something to put."""
        self._wanted = made.centre.csc_id
        self.open_panel(self.words_panel)
        self.words_panel.begin(made)

    def back(self) -> bool:
        """Close the panel that is open; not the words, which would be lost. False when there is none."""
        if not self.asking:
            return False
        if not self._showing_words():
            self.put_panel_away()
        return True

    # ------------------------------------------------------------ the steps

    def _showing_words(self) -> bool:
        return self._side.currentWidget() is self._sheets[self.words_panel]

    def _ask_another(self) -> None:
        chosen = self._centres.get(self.table.key)
        if chosen is not None and not self._showing_words():
            self.pack_asked.emit(chosen.centre.number)

    def _ask_revoke(self) -> None:
        chosen = self._centres.get(self.table.key)
        if chosen is not None and not self._showing_words():
            self.open_panel(self.revoke_panel)
            self.revoke_panel.begin([node for node in chosen.nodes if node.state == TRUSTED])

    def _ask_code(self) -> None:
        chosen = self._centres.get(self.table.key)
        if chosen is not None:
            self.code_asked.emit(chosen.centre.number)

    def tell_codes(self, lines: Sequence[Text]) -> None:
        """Show the codes that can be read out to the chosen centre."""
        self.codes.setText("\n".join(map(self._words.render, lines)))
        self.codes.setVisible(bool(lines))

    def _row(self, one: CentreShown) -> Row:
        centre, words = one.centre, self._words
        trusted = any(node.state == TRUSTED for node in one.nodes)
        tone, sign = ("accent", "check") if trusted else ("amber", "hint")
        return centre.csc_id, (
            Cell(centre.csc_id),
            Cell(Name(centre.name_hi, centre.name_en).shown(words.hindi)),
            Cell(self._place(centre.place_key)),
            Cell(", ".join(map(words.render, self._computers(one))), tone, sign),
        )

    def _computers(self, one: CentreShown) -> list[Text]:
        found = [_node_words(node) for node in one.nodes]
        if one.unused_packs:
            found.append(Text("pack {letters} not used yet", letters=", ".join(one.unused_packs)))
        return found or [Text("none yet")]

    def _place(self, key: str) -> str:
        place = self._places.get(key) if self._places is not None and key else None
        return shown(place, self._words.language.code)[0] if place is not None else ""

    def _say_chosen(self) -> None:
        one, words = self._centres.get(self.table.key), self._words
        self.tell_codes(())
        self.code.setVisible(one is not None and any(node.state == TRUSTED for node in one.nodes))
        self.another.setEnabled(one is not None)
        self.revoke.setVisible(one is not None and any(node.state == TRUSTED for node in one.nodes))
        if one is None:
            self.about_name.setText("")
            self.about.setText(
                words.render(Text("A centre begins with its pack: a file, and six words told by telephone."))
            )
            return
        centre = one.centre
        self.about_name.setText(Name(centre.name_hi, centre.name_en).shown(words.hindi) or centre.csc_id)
        lines: list[Text | str] = [centre.csc_id, self._place(centre.place_key)]
        for node in one.nodes:
            lines.append(_node_words(node))
            lines.append(Text("Fingerprint: {fingerprint}", fingerprint=node.fingerprint))
            if node.receipt:
                lines.append(Text("Receipts written: {n}", n=node.receipt))
            if node.receipt_due:
                lines.append(Text("A receipt is due."))
        if one.unused_packs:
            lines.append(Text("pack {letters} not used yet", letters=", ".join(one.unused_packs)))
        if not one.nodes:
            lines.append(Text("No computer is enrolled yet; it is with its first file."))
        self.about.setText("\n".join(filter(None, map(words.render, lines))))

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self._none)
        self._stack.addWidget(self.table)
        about = Card()
        about.body.addWidget(self.about_name)
        about.body.addWidget(self.about)
        about.body.addWidget(self.codes)
        about.body.addWidget(FlowRow(self.code, self.revoke))
        about.body.addStretch(1)
        self._side = QStackedWidget()
        self._side.addWidget(_scrolled(about))
        self._sheets = {panel: _scrolled(panel) for panel in self.panels}
        for sheet in self._sheets.values():
            self._side.addWidget(sheet)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(SideBySide(self._stack, self._side), 1)
        self.setFocusProxy(self.table)


def _node_words(node: NodeShown) -> Text:
    letter = node.letter or "Z"
    if node.state == TRUSTED:
        return Text("{letter}: trusted", letter=letter)
    return Text("{letter}: no longer trusted", letter=letter)


def _scrolled(card: Card) -> QScrollArea:
    sheet = QScrollArea()
    sheet.setFrameShape(QScrollArea.Shape.NoFrame)
    sheet.setWidgetResizable(True)
    sheet.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    sheet.setWidget(card)
    return sheet
