"""The part 'Centres' of the inbox: who is registered, how each stands, whom to call, and what is asked."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.domain.places import Gazetteer
from fieldapp.domain.text import Text
from fieldapp.sync.enrolment import CentreShown, PackMade
from fieldapp.sync.revocation import TRUSTED
from fieldapp.ui.inbox.centre_table import CentreTable
from fieldapp.ui.inbox.centre_words import called, details
from fieldapp.ui.inbox.dialog import EnrolPanel, NewCentrePanel, Panel, WordsPanel
from fieldapp.ui.inbox.note_panel import NotePanel
from fieldapp.ui.inbox.office_panels import ContactPanel, KeysPanel, ListPanel, ProgrammePanel
from fieldapp.ui.inbox.replace_panel import ReplacePanel
from fieldapp.ui.inbox.trust_panels import TrustPanel
from fieldapp.ui.widgets.flow import FlowRow, SideBySide
from fieldapp.ui.widgets.parts_of_a_page import Card, button, plain_label, scrolled
from fieldapp.ui.words import Words


class CentresPart(QWidget):
    """Shows centres, the worst first, and what is asked about them; the page does it.

    pack_asked, code_asked, revoke_asked, restore_asked, replace_asked: about the centre with that home-local
    number. opened: a widget that is to be looked at now. head_office: a block office registers, enrols and
    revokes nobody, has one key, and tells no programme.
    """

    pack_asked = Signal(int)
    code_asked = Signal(int)
    revoke_asked = Signal(int)
    restore_asked = Signal(int)
    replace_asked = Signal(int)
    opened = Signal(QWidget)

    def __init__(
        self,
        words: Words,
        places: Gazetteer | None,
        parent: QWidget | None = None,
        *,
        head_office: bool = True,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._ready = True
        self._head_office = head_office
        self.listing = CentreTable(words, places, head_office=head_office)
        self.table = self.listing.table
        self.new = button(words, Text("New centre and pack…"), "primary")
        self.another = button(words, Text("Another pack…"))
        self.enrol = button(words, Text("Enrol from a request…"))
        self.load = button(words, Text("List of centres…"))
        self.paper = button(words, Text("Print…"))
        self.save = button(words, Text("Save as table…"))
        self.note = button(words, Text("Advance note…"))
        self.keys = button(words, Text("Keys…"))
        self.programme = button(words, Text("Programme…"))
        self.revoke = button(words, Text("Trust no longer…"))
        self.restore = button(words, Text("Trust again…"))
        self.replace = button(words, Text("Computer replaced…"))
        self.call = button(words, Text("Whom to call…"))
        self.code = button(words, Text("Receipt code"))
        self.codes = plain_label("section")
        self.about_name, self.about = plain_label("section"), plain_label()
        self.new_panel = NewCentrePanel(words, places)
        self.enrol_panel = EnrolPanel(words, places)
        self.words_panel = WordsPanel(words)
        self.revoke_panel = TrustPanel(
            words,
            Text("Trust a computer no longer"),
            Text("Trust no longer"),
            Text(
                "For a computer that is lost, stolen or replaced. What counts stays good, whenever it comes."
            ),
            ends=True,
        )
        self.restore_panel = TrustPanel(
            words,
            Text("Trust a computer again"),
            Text("Trust again"),
            Text("Its files that waited are ready then."),
            ends=False,
        )
        self.replace_panel = ReplacePanel(words)
        self.list_panel, self.keys_panel = ListPanel(words), KeysPanel(words)
        self.programme_panel, self.contact_panel = ProgrammePanel(words), ContactPanel(words)
        self.note_panel = NotePanel(words)
        self._lay_out()
        self._connect()
        self.put(())

    @property
    def verbs(self) -> tuple[QPushButton, ...]:
        """Its buttons, which stand beside the tabs."""
        papers = (self.note, self.paper, self.save)
        if not self._head_office:
            return papers
        return self.new, self.another, self.enrol, self.load, *papers, self.programme, self.keys

    @property
    def panels(self) -> tuple[Panel, ...]:
        """What is asked at the right."""
        return (
            self.new_panel,
            self.enrol_panel,
            self.words_panel,
            self.revoke_panel,
            self.restore_panel,
            self.replace_panel,
            self.list_panel,
            self.keys_panel,
            self.programme_panel,
            self.contact_panel,
            self.note_panel,
        )

    @property
    def asking(self) -> bool:
        """Whether one of the panels is open."""
        return self._side.currentIndex() > 0

    def put(self, centres: Sequence[CentreShown]) -> None:
        """Show these centres, the worst first; the chosen one stays chosen."""
        self.listing.put(centres)

    def say(self) -> None:
        """All of it in the language spoken now."""
        self.listing.say()
        for panel in self.panels:
            panel.say()

    def set_ready(self, *, ready: bool) -> None:
        """Whether something can be begun."""
        self._ready = ready
        self._offer()

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
        self.listing.choose_next(made.centre.csc_id)
        self.open_panel(self.words_panel)
        self.words_panel.begin(made)

    def back(self) -> bool:
        """Close the panel that is open; not the words, which would be lost. False when there is none."""
        if not self.asking:
            return False
        if not self.showing_words:
            self.put_panel_away()
        return True

    def tell_codes(self, lines: Sequence[Text]) -> None:
        """Show the codes that can be read out to the chosen centre."""
        self.codes.setText("\n".join(map(self._words.render, lines)))
        self.codes.setVisible(bool(lines))

    @property
    def showing_words(self) -> bool:
        """Whether the words of a pack stand there, which nothing may push aside."""
        return self._side.currentWidget() is self._sheets[self.words_panel]

    # ------------------------------------------------------------ the steps

    def _offer(self) -> None:
        """What can be begun now; while words of a pack stand there, nothing that would ask in their place."""
        free = self._ready and not self.showing_words
        for one in (self.new, self.enrol, self.load, self.keys, self.programme):
            one.setEnabled(free)
        self.another.setEnabled(free and self.listing.chosen is not None)
        for one in (self.paper, self.save):
            one.setEnabled(self._ready and bool(self.listing.listed))

    def _ask(self, tell: Callable[[int], object]) -> None:
        chosen = self.listing.chosen
        if chosen is not None and not self.showing_words:
            tell(chosen.centre.number)

    def _say_chosen(self) -> None:
        one, words = self.listing.chosen, self._words
        self.tell_codes(())
        nodes = one.nodes if one is not None and self._head_office else ()
        trusted = any(node.state == TRUSTED for node in nodes)
        revoked = any(node.state != TRUSTED for node in nodes)
        for verb, is_there in (
            (self.code, trusted),
            (self.revoke, trusted),
            (self.restore, revoked),
            (self.replace, trusted),
            (self.call, one is not None),
        ):
            verb.setVisible(is_there)
        self._offer()
        if one is None:
            self.about_name.setText("")
            begin = Text("A centre begins with its pack: a file, and six words told by telephone.")
            wait = Text("The centres of this block come with the receipts of head office.")
            self.about.setText(words.render(begin if self._head_office else wait))
            return
        self.about_name.setText(called(one.centre, words))
        lines = details(one, self.listing.place_of(one.centre.place_key))
        self.about.setText("\n".join(filter(None, map(words.render, lines))))

    def _connect(self) -> None:
        for verb, about in (
            (self.another, self.pack_asked),
            (self.code, self.code_asked),
            (self.revoke, self.revoke_asked),
            (self.restore, self.restore_asked),
            (self.replace, self.replace_asked),
        ):
            verb.clicked.connect(lambda _checked, about=about: self._ask(about.emit))
        for panel in self.panels:
            panel.left.connect(self.put_panel_away)
        self.listing.picked.connect(self._say_chosen)
        self._side.currentChanged.connect(lambda _at: self._offer())

    def _lay_out(self) -> None:
        about = Card()
        for widget in (self.about_name, self.about, self.codes):
            about.body.addWidget(widget)
        about.body.addWidget(FlowRow(self.call, self.code, self.replace, self.revoke, self.restore))
        about.body.addStretch(1)
        self._side = QStackedWidget()
        self._side.addWidget(scrolled(about))
        self._sheets = {panel: scrolled(panel) for panel in self.panels}
        for sheet in self._sheets.values():
            self._side.addWidget(sheet)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(SideBySide(self.listing, self._side, self), 1)
        self.setFocusProxy(self.table)
