"""The page Sync: what would go, one big button, where each batch is, and what head office answered."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.sync.stick import StickRound, go_round
from fieldapp.ui.choosers import ask_folder
from fieldapp.ui.desk import Desk
from fieldapp.ui.messages import Tone
from fieldapp.ui.page import Page
from fieldapp.ui.pages import page_of
from fieldapp.ui.sync.coming_down import ComingDown
from fieldapp.ui.sync.make_card import MakeCard
from fieldapp.ui.sync.on_the_way import OnTheWay
from fieldapp.ui.sync.stick_card import StickCard
from fieldapp.ui.tasks import Task
from fieldapp.ui.widgets.parts_of_a_page import TwoColumns, section_heading
from fieldapp.ui.widgets.plain import typed_into

if TYPE_CHECKING:
    from fieldapp.domain.actor import Actor
    from fieldapp.homes import Exchange
    from fieldapp.sync.enrolment import Enrolment
    from fieldapp.sync.outbox import Made


class SyncPage(Page):
    """Everything that touches files runs in the background; the page reads and counts by itself."""

    title = Text("Sync")
    help_name = "sync"
    shows = tuple(RECORD_TYPES)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        if desk.exchange is None:
            raise ValueError("this desk exchanges nothing")
        self._exchange: Exchange = desk.exchange
        self._busy = False
        self._on_stick: tuple[StickRound, datetime] | None = None
        words = desk.words
        self.make, self.stick = MakeCard(words, lambda: desk.today), StickCard(words)
        self.sent = OnTheWay(desk, desk.exchange, self._begin, self)
        self.down = ComingDown(desk, desk.exchange, self)
        self._columns = TwoColumns(1, 1, self)
        left, right = self._columns.left, self._columns.right
        self._columns.add(left, self.down.pack, self.stick, self.make, self.down.office)
        left.addStretch(1)
        right.addWidget(section_heading(words, Text("Batches")))
        right.addWidget(self.sent.none)
        right.addWidget(self.sent.history, 100)
        right.addWidget(self.sent.card)
        right.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._columns)
        self._connect()
        self._make_verbs()

    def reload(self) -> None:
        """Count what would go, and read where each batch is."""
        actor, exchange = self.desk.actor, self._exchange
        try:
            would_go = exchange.outbox.preview(actor)
            batches = exchange.outbox.batches(actor)
            has_work = bool(would_go.is_something or batches)
            self.down.reload(has_pack=bool(would_go.to_whom), has_work=has_work)
        except FieldAppError as error:
            self.desk.messages.show(error)
            return
        self.make.put(would_go)
        self.make.set_ready(ready=not self._busy)
        self.sent.put(batches, self.make.office)

    def retranslate(self) -> None:
        for card in (self.stick, self.make, self.sent.card, self.down.office):
            card.say()

    def keys(self) -> list[tuple[str, Text]]:
        return [
            ("Ctrl+U", Text("Stick")),
            ("Ctrl+M", Text("Make sync file")),
            ("↑ ↓", Text("Previous or next batch")),
            ("Ctrl+O", Text("Take receipts")),
        ]

    def verbs(self) -> list[QAction]:
        return self._verbs

    def take_files(self, files: list[Path]) -> None:
        """Receipts and packs are taken; anything else is named as what it is."""
        self.down.take_files(files)

    # ------------------------------------------------------------ one stick

    def _use_stick(self, folder: Path | None) -> None:
        if folder is None:
            ask_folder(self, self.desk.words, Text("Stick"), self._use_stick)
            return
        actor, exchange, most = self.desk.actor, self._exchange, self.make.most
        self.stick.begin(folder)
        task = self._begin(
            lambda progress: _without_packs_of_no_use(
                actor,
                exchange.enrolment,
                go_round(
                    actor,
                    folder,
                    exchange.outbox,
                    exchange.receipts,
                    relay=exchange.relay,
                    limit=most,
                    progress=progress,
                ),
            ),
            Text("Reading and writing the stick…"),
            self._stick_done,
        )
        for signal in (task.failed, task.cancelled):
            signal.connect(self._stick_failed)

    def _stick_done(self, done: StickRound) -> None:
        typing = typed_into()
        if any(one.taken is not None and one.taken.erased for one in done.taken):
            self.desk.undo.clear()  # it holds what they were called
        self._everything_changed()
        self._on_stick = done, self.desk.clock()
        self.stick.put(
            done, len(self.desk.services.overview.today(self.desk.actor).asked) if done.taken else 0
        )
        asks: QWidget = self.stick.press
        if done.packs:
            asks = self.down.offer_packs(done.packs)
        if done.copied:  # who takes it along is asked first: the words of a pack can wait
            asks = self.sent.look_at(done.batch)
        if typing is None:
            self._go_to(asks)

    def _show_chit(self) -> None:
        if self._on_stick is not None:
            self.sent.show_chit_of(*self._on_stick)

    def _ask_chit(self) -> None:
        """Of what a block office carries on, once it put that on a stick; else of the chosen batch."""
        (self.sent.card.chit if self.stick.chit.isHidden() else self.stick.chit).click()

    def _stick_failed(self, *_news: object) -> None:
        """The message line says what and what to do; a receipt may have been taken before."""
        self.desk.undo.clear()  # and it may have erased people: undo holds what they were called
        self.stick.put(None)
        self._everything_changed()

    # ------------------------------------------------------------ making and handing on

    def make_file(self, full: bool = False, only: Sequence[str] | None = None) -> None:
        """Make a sync file in the background. only: the ids of a part."""
        most = self.make.most
        self._begin(
            lambda progress: self._exchange.outbox.make(
                self.desk.actor, full=full, only=only, limit=most, progress=progress
            ),
            Text("Making the sync file…"),
            self._made,
        )

    def send_part(self, ids: Sequence[str]) -> None:
        self.make_file(only=ids)

    def _make_part(self, first: date, last: date) -> None:
        try:
            found = self._exchange.outbox.sessions_between(self.desk.actor, first, last)
        except FieldAppError as error:
            self.desk.messages.show(error)
            return
        if found:
            self.make_file(only=found)
        else:
            self.desk.messages.tell(
                Text("There is no session of these days."), Text("Choose other days."), Tone.HINT
            )

    def _made(self, made: "Made") -> None:
        self._everything_changed()
        self.sent.show_made(made)

    # ------------------------------------------------------------ how it hangs together

    def _connect(self) -> None:
        self.stick.asked.connect(self._use_stick)
        self.stick.chit_asked.connect(self._show_chit)
        self.make.asked.connect(self.make_file)
        self.make.part_asked.connect(self._make_part)
        self.sent.changed.connect(self._everything_changed)
        self.sent.wanted.connect(self._go_to)
        self.down.changed.connect(self._everything_changed)
        self.down.office.by_phone.clicked.connect(self._show_code_row)
        self.down.pack_taken.connect(self.make.make.setFocus)
        self.down.office.record_asked.connect(self._open_refused)

    def _show_code_row(self) -> None:
        """All of the row, with the line below that says which groups are right."""
        self._columns.keep_in_view(self.down.office.code)

    def _go_to(self, widget: QWidget) -> None:
        """Nobody shall type what they cannot see; whoever is on another page by now stays there."""
        if not self.isVisible():
            return
        widget.setFocus()
        self._columns.keep_in_view(widget)

    def _make_verbs(self) -> None:
        self._verbs = []
        for text, keys, do in (
            (Text("Stick"), "Ctrl+U", self.stick.press.click),
            (Text("Make sync file"), "Ctrl+M", self.make.make.click),
            (Text("Take receipts"), "Ctrl+O", self.down.ask_receipts),
            (Text("Everything once more"), "", self.make.full.click),
            (Text("Receipt by phone…"), "", self.down.office.by_phone.click),
            (Text("Carrier's chit"), "", self._ask_chit),
            (Text("Advance note"), "", self.sent.card.note.click),
        ):
            verb = QAction(self)
            self.say(verb.setText, text)
            verb.setShortcut(keys)
            verb.triggered.connect(lambda _checked, do=do: do())
            self.addAction(verb)
            self._verbs.append(verb)

    def _open_refused(self, word: str, record_id: str) -> None:
        if page := page_of(word):
            self.asks_for.emit(page, record_id)

    def _begin(self, work: Callable[[Any], object], label: Text, then: Callable[[Any], object]) -> Task:
        """Do something with files in the background; nothing else can be begun meanwhile."""
        self.desk.messages.clear()
        self._set_ready(ready=False)
        task = self.desk.tasks.submit(work, label)
        # Methods of this page, not functions: they go with it when another person comes to the window.
        for signal in (task.finished, task.failed, task.cancelled):
            signal.connect(self._ready_again)
        task.finished.connect(then)
        return task

    def _ready_again(self, *_news: object) -> None:
        self._set_ready(ready=True)

    def _set_ready(self, *, ready: bool) -> None:
        self._busy = not ready
        self.stick.set_ready(ready=ready)
        self.make.set_ready(ready=ready)
        self.sent.card.set_ready(ready=ready)
        self.down.office.take.setEnabled(ready)

    def _everything_changed(self) -> None:
        """The state of any record may be another one now: lists, status line and this page read again."""
        self.desk.hub.changed.emit(Touched(everything=True))


def _without_packs_of_no_use(actor: "Actor", enrolment: "Enrolment", done: StickRound) -> StickRound:
    """A pack that was taken, or is another's, may lie on a stick for ever: nobody is asked for its words."""
    of_use = (one for one in done.received if one.pack is None or enrolment.may_take(actor, one.pack))
    return replace(done, received=tuple(of_use))
