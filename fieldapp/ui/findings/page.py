"""The page Findings of a head office: what was found, side by side, and one key to say what is so."""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.findings import FindingKind, FindingState, Settlement
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.services.finding_sides import Side
from fieldapp.services.findings import Finding, Queue
from fieldapp.ui.desk import Desk
from fieldapp.ui.findings.beside import Beside, about
from fieldapp.ui.findings.others import Others
from fieldapp.ui.findings.watch import WORD
from fieldapp.ui.messages import NOTHING
from fieldapp.ui.page import Page
from fieldapp.ui.pages import page_of
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.chip_button import ChipButton
from fieldapp.ui.widgets.flow import FlowRow, SideBySide
from fieldapp.ui.widgets.parts_of_a_page import Card, empty_state, plain_label, scrolled
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.widgets.plain_table import Cell, PlainTable

_SIGNS = {
    FindingState.OPEN: ("amber", "alert"),
    FindingState.LOOKING: ("accent", "person"),
    FindingState.SETTLED: ("muted", "check"),
}
_LIST, _SIDES = 2200, 2800
"""How the list and the sides share the width."""

_WIDEST_COLUMN, _WIDEST_ALONE = 118, 210
"""What a column may take beside that of the states, and without it."""

_OFFICER_COLUMN, _STATE_COLUMN = 3, 4
_LEAST_HEIGHT = 280
_MINE = "mine"
_STATES = (FindingState.OPEN, FindingState.LOOKING, _MINE, FindingState.SETTLED, None)
_KINDS = (None, *FindingKind)
_DECIDING = ("first", "second", "again")
"""What may make a decision, or take one back, that travels."""

_WRITTEN_DOWN = Text("Written down. The centres hear it with their next receipt.")

_SAID_OF_SIDES = {
    FindingKind.SAME_PERSON: (Text("These are one person"), Text("They are different people")),
    FindingKind.FORK: (Text("The first stands"), Text("The second stands")),
    FindingKind.REPEATED_RECEIPT: (
        Text("Ask the first for a correction"),
        Text("Ask the second for a correction"),
    ),
}
"""What F5 and F6 say of each kind; of another one they say nothing."""


class FindingsPage(Page):
    """Everything is one key; what is typed as a note goes along with it."""

    title = Text("Findings")
    help_name = "findings"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        words = desk.words
        self._queue = Queue((), {}, behind=False)
        self._chosen = ""
        self._states, state_chips = self._chips(len(_STATES))
        self._kinds, kind_chips = self._chips(len(_KINDS))
        self.table = PlainTable(
            words,
            self.title,
            (Text("What"), Text("About"), Text("Days"), Text("Officer"), Text("Status")),
            stretch=1,
        )
        self.table.picked.connect(self._look)
        self.beside = Beside(words)
        self.beside.record_asked.connect(lambda word, record: self.asks_for.emit(page_of(word), record))
        self.note = LineEdit()
        self.note.setMaxLength(300)
        words.say(self.note.setPlaceholderText, Text("Note, or the reason"))
        words.say(self.note.setAccessibleName, Text("Note, or the reason"))
        self.note.returnPressed.connect(self._write_note)
        self.behind = plain_label("small")
        self._none = empty_state(words, Text("Nothing here is to be looked at."))
        self._actions: dict[str, QAction] = {}
        self._buttons: dict[str, QPushButton] = {}
        for name, key, do in self._deeds():
            self._make(name, key, do)
        self._others = Others(desk, self)
        self.addAction(self._others)
        self._lay_out(state_chips, kind_chips)
        self.retranslate()

    # ------------------------------------------------------------ what the frame calls

    def reload(self) -> None:
        """Read the list again; the chosen one stays chosen, else the next comes in its place."""
        try:
            kind, state, mine = self._asked
            self._queue = self.desk.services.findings.queue(self.desk.actor, kind, state, mine=mine)
        except FieldAppError as error:
            self.desk.messages.show(error)
            return
        self._show()
        self.desk.hub.waiting.emit("findings", self._queue.waiting)

    def retranslate(self) -> None:
        self._show()
        self.beside.say()

    def touched(self, touched: Touched) -> None:
        """Whatever changed, an import above all, may have settled a finding or made one."""
        if touched.any_of("decision", WORD):
            super().touched(Touched(everything=True))

    def keys(self) -> list[tuple[str, Text]]:
        return [
            ("F5", Text("One person, first version, or ask the first centre")),
            ("F6", Text("Different people, second version, or ask the second centre")),
            ("F7", Text("Take it up: I am looking at it")),
            ("F8", Text("It is in order as it stands")),
            ("F9", Text("Settle with the reason typed")),
            ("F10", Text("Settle those exactly like it too, or take that back")),
            ("Shift+F5", Text("Open again, decisions taken back")),
            ("Enter", Text("In the note: write it down")),
        ]

    def verbs(self) -> list[QAction]:
        return [*self._actions.values(), self._others]

    # ------------------------------------------------------------ what can be said

    def _deeds(self) -> tuple[tuple[str, str, Callable[[Finding, str], None]], ...]:
        """Name, key, and what it does with the chosen finding and the note that was typed."""
        service, actor = self.desk.services.findings, self.desk.actor
        return (
            ("first", "F5", partial(self._side, 0)),
            ("second", "F6", partial(self._side, 1)),
            ("looking", "F7", lambda one, _note: service.look_at(actor, one.id, one.login)),
            ("in_order", "F8", lambda one, note: service.settle(actor, one.id, Settlement.IN_ORDER, note)),
            ("other", "F9", lambda one, note: service.settle(actor, one.id, Settlement.OTHER, note)),
            ("again", "Shift+F5", lambda one, _note: service.open_again(actor, one.id)),
        )

    def _side(self, at: int, finding: Finding, note: str) -> None:
        service, actor = self.desk.services.findings, self.desk.actor
        match finding.kind:
            case FindingKind.SAME_PERSON:
                (service.part if at else service.merge)(actor, finding.id, note)
            case FindingKind.FORK:
                service.choose(actor, finding.id, self.beside.sides[at].rev, note)
            case FindingKind.REPEATED_RECEIPT:
                service.ask(actor, finding.id, self.beside.sides[at], note)

    def _do(self, name: str, what: Callable[[Finding, str], None]) -> None:
        finding = self._finding()
        if finding is None:
            return
        try:
            what(finding, self.note.text())
        except FieldAppError as error:
            self.desk.messages.show(error)
            self.note.setFocus()
            return
        self.note.clear()
        if self.focusWidget() is not self.table:
            self.table.setFocus()
        self._others.forget()
        self.desk.hub.changed.emit(Touched(everything=True))
        try:
            alike = self.desk.services.findings.alike
            others = alike(self.desk.actor, finding.id) if name != "note" else ()
        except FieldAppError as error:
            self.desk.messages.show(error)
            return
        told = _WRITTEN_DOWN if name in _DECIDING else NOTHING
        if others:
            self._others.offer(finding, others, told)
        elif told is not NOTHING:
            self.desk.messages.tell(told)
        else:
            self.desk.messages.clear()

    def _write_note(self) -> None:
        service, actor = self.desk.services.findings, self.desk.actor
        self._do("note", lambda one, note: service.note(actor, one.id, note))

    # ------------------------------------------------------------ showing

    def _finding(self) -> Finding | None:
        return next((one for one in self._queue.findings if one.id == self.table.key), None)

    @property
    def _asked(self) -> tuple[str, str, bool]:
        """The kind and the state that the chips let through, '' for all; whether only one's own."""
        kind, state = _KINDS[max(0, self._kinds.checkedId())], _STATES[max(0, self._states.checkedId())]
        return kind or "", *_of_chip(state)

    def _show(self) -> None:
        of_kind, in_state, mine = self._asked
        for n, (chip, state) in enumerate(zip(self._states.buttons(), _STATES, strict=True)):
            of_state, own = _of_chip(state)
            words = _chip_words(state)
            chip.setText(self._counted(words, self._queue.count(of_kind, of_state, mine=own)))
            chip.setAccessibleDescription("" if n else self.desk.words.render(Text("Filter")))
        for chip, kind in zip(self._kinds.buttons(), _KINDS, strict=True):
            words = FindingKind.words(kind) if kind else Text("All kinds")
            chip.setText(self._counted(words, self._queue.count(kind or "", in_state, mine=mine)))
        rows = [(one.id, self._cells(one)) for one in self._queue.findings]
        self._stack.setCurrentIndex(0 if rows else 1)
        mixed = not in_state and not mine
        self.table.setColumnHidden(_STATE_COLUMN, not mixed)
        self.table.setColumnHidden(
            _OFFICER_COLUMN, mine or not any(one.login for one in self._queue.findings)
        )
        widest = _WIDEST_COLUMN if mixed else _WIDEST_ALONE
        self.table.horizontalHeader().setMaximumSectionSize(current().px(widest))
        at = next((n for n, row in enumerate(self.table.rows) if row[0] == self._chosen), 0)
        keys = [key for key, _ in rows]
        wanted = self._chosen if self._chosen in keys else keys[min(at, len(keys) - 1)] if keys else ""
        self.table.put(rows, wanted)
        self.behind.setVisible(self._queue.behind)
        self.behind.setText(
            self.desk.words.render(Text("Records that came last are still being looked through."))
        )
        self._look(self.table.key)

    def _counted(self, words: Text, n: int) -> str:
        said = self.desk.words.render(words)
        return f"{said} {self.desk.language.number(n)}" if n else said

    def _cells(self, one: Finding) -> tuple[Cell, ...]:
        words = self.desk.words
        days = max(0, (self.desk.clock() - one.found_at).days)
        tone, sign = _SIGNS[one.state]
        return (
            Cell(FindingKind.words(one.kind)),
            Cell(about(one, words)),
            Cell(words.language.number(days), right=True),
            Cell(one.login),
            Cell(FindingState.words(one.state), tone, sign),
        )

    def _look(self, key: str) -> None:
        """Show the sides of the chosen one, and what can be said about it."""
        self._chosen = key or self._chosen
        finding = self._finding()
        sides: tuple[Side, ...] = ()
        if finding is not None:
            try:
                sides = self.desk.services.findings.sides(self.desk.actor, finding.id)
            except FieldAppError as error:
                self.desk.messages.show(error)
        self.beside.put(finding, sides)
        self.note.setEnabled(finding is not None)
        self._say_verbs(finding, len(sides))

    def _say_verbs(self, finding: Finding | None, sides: int) -> None:
        state = finding.state if finding is not None else None
        settled, fresh = state is FindingState.SETTLED, state is FindingState.OPEN
        open_yet = state is not None and not settled
        looking = state is FindingState.LOOKING
        of_another = looking and finding is not None and finding.login != self.desk.actor.login
        sayable = open_yet and not of_another
        said_of = _SAID_OF_SIDES.get(finding.kind, ()) if finding is not None and sayable else ()
        first, second = (*said_of[:sides], None, None)[:2]
        texts = {
            "first": first,
            "second": second,
            "looking": Text("Take it up") if fresh else Text("Take it over") if of_another else None,
            "in_order": Text("It is in order") if sayable else None,
            "other": Text("Settle with a reason") if sayable else None,
            "again": Text("Open it again") if state is not None and not fresh else None,
        }
        for name, text in texts.items():
            action, button = self._actions[name], self._buttons[name]
            action.setEnabled(text is not None)
            button.setVisible(text is not None)
            if text is not None:
                said = self.desk.words.render(text)
                action.setText(said)
                button.setText(f"{said} {action.shortcut().toString()}")

    # ------------------------------------------------------------ how it hangs together

    def _make(self, name: str, key: str, do: Callable[[Finding, str], None]) -> None:
        action, button = QAction(self), QPushButton()
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False: self._do(name, do))
        self.addAction(action)
        button.setAutoDefault(False)
        if name == "first":
            button.setProperty("look", "primary")
        button.clicked.connect(action.trigger)
        self._actions[name], self._buttons[name] = action, button

    def _chips(self, n: int) -> tuple[QButtonGroup, list[ChipButton]]:
        group, chips = QButtonGroup(self), [ChipButton() for _ in range(n)]
        for at, chip in enumerate(chips):
            chip.setChecked(at == 0)
            group.addButton(chip, at)
        group.idClicked.connect(lambda _id: self.reload())
        return group, chips

    def _lay_out(self, states: list[ChipButton], kinds: list[ChipButton]) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._none)
        card = Card()
        card.body.setContentsMargins(4, 8, 4, 8)
        card.body.addWidget(self.beside, 1)
        card.body.addWidget(self.note)
        card.body.addWidget(FlowRow(*self._buttons.values()))
        sheet = QWidget()
        sheet.setProperty("look", "sheet")
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(FlowRow(*states))
        column.addWidget(FlowRow(*kinds))
        column.addWidget(self.behind)
        sides = SideBySide(self._stack, card, shares=(_LIST, _SIDES))
        card.setMinimumHeight(current().px(_LEAST_HEIGHT))
        column.addWidget(sides, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(sheet))
        self.setFocusProxy(self.table)


def _of_chip(state: str | None) -> tuple[str, bool]:
    """The state that a chip lets through, '' for all, and whether only one's own findings."""
    return ("", True) if state == _MINE else (state or "", False)


def _chip_words(state: str | None) -> Text:
    if state is None:
        return Text("All")
    return Text("Mine") if state == _MINE else FindingState.words(state)
