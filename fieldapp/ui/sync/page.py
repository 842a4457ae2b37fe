"""The page Sync: what would go, one big button, where each batch is, and what head office answered."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.language import INDIA
from fieldapp.sync.stick import StickRound, go_round
from fieldapp.ui.choosers import ask_folder
from fieldapp.ui.desk import Desk
from fieldapp.ui.messages import Tone
from fieldapp.ui.page import Page
from fieldapp.ui.pages import page_of
from fieldapp.ui.preview import show_preview
from fieldapp.ui.sync.batch_card import BatchCard
from fieldapp.ui.sync.chit import chit_pdf
from fieldapp.ui.sync.coming_down import ComingDown
from fieldapp.ui.sync.make_card import MakeCard
from fieldapp.ui.sync.stick_card import StickCard
from fieldapp.ui.tasks import Task
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.widgets.parts_of_a_page import TwoColumns, empty_state, section_heading
from fieldapp.ui.widgets.plain_table import Cell, PlainTable, Row

if TYPE_CHECKING:
    from fieldapp.homes import Exchange
    from fieldapp.sync.batches import Batch
    from fieldapp.sync.outbox import Made
    from fieldapp.sync.sync_file import Placed

_TONES = {
    "MAKING": ("muted", "sync"),
    "MADE": ("amber", "file"),
    "ON_STICK": ("amber", "sync"),
    "HANDED_OVER": ("muted", "person"),
    "RECEIVED": ("accent", "check"),
    "LOST": ("red", "alert"),
    "REPLACED": ("muted", "sync"),
    "WITHDRAWN": ("red", "alert"),
    "ATTENTION": ("red", "alert"),
}


_MARGIN = 12
"""What stays free below a line that is brought into view; what is said above it shall stay there."""


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
        self._batches: dict[str, Batch] = {}
        self._busy = False
        self._wanted: QWidget | None = None
        self._soon = QTimer(self, interval=0, singleShot=True)  # when all that changed has its place
        words = desk.words
        self.make, self.batch = MakeCard(words, lambda: desk.today), BatchCard(words)
        self.stick = StickCard(words)
        self.down = ComingDown(desk, desk.exchange, self)
        self.history = PlainTable(
            words,
            Text("Batches"),
            (Text("Batch"), Text("Made on"), Text("Records"), Text("Status")),
            stretch=3,
        )
        self._none = empty_state(words, Text("No sync file has been made yet."))
        self._columns = TwoColumns(4, 5, self)
        self._columns.add(self._columns.left, self.down.pack, self.stick, self.make, self.batch)
        self._columns.left.addStretch(1)
        right = self._columns.right
        right.addWidget(section_heading(words, Text("Batches")))
        right.addWidget(self._none)
        right.addWidget(self.history, 100)
        right.addWidget(self.down.office)
        right.addStretch(1)
        self.history.setMinimumHeight(current().px(6 * ROW_HEIGHT))
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
            self.down.reload(has_pack=bool(would_go.to_whom))
        except FieldAppError as error:
            self.desk.messages.show(error)
            return
        self.make.put(would_go)
        self.make.set_ready(ready=not self._busy)
        self._show_batches(batches)

    def retranslate(self) -> None:
        for card in (self.stick, self.make, self.batch, self.down.office):
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
            lambda progress: go_round(
                actor,
                folder,
                exchange.outbox,
                exchange.receipts,
                relay=exchange.relay,
                limit=most,
                progress=progress,
            ),
            Text("Reading and writing the stick…"),
            self._stick_done,
        )
        for signal in (task.failed, task.cancelled):
            signal.connect(self._stick_failed)

    def _stick_done(self, done: StickRound) -> None:
        if any(one.taken is not None and one.taken.erased for one in done.taken):
            self.desk.undo.clear()  # it holds what they were called
        self._everything_changed()
        self.stick.put(done)
        if done.batch:
            self.history.pick(str(done.batch))
        if done.packs:
            self.down.offer_packs(done.packs)
        elif done.copied:
            self._go_to(self.batch.whom)

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
        self.history.pick(str(made.number))
        self.desk.messages.tell(
            Text("Batch {n} is made; records in it: {records}.", n=made.number, records=made.records),
            Text("Copy it to a stick now, and give it to head office."),
        )
        self.batch.look_for_sticks()
        self._go_to(self.batch.to_stick if self.batch.to_stick.isVisible() else self.batch.to_folder)

    def _copy(self, folder: Path | None) -> None:
        batch = self.batch.batch
        if batch is None:
            return
        if folder is None:
            title = Text("Copy batch {n} to", n=batch.number)
            ask_folder(self, self.desk.words, title, self._copy_to)
        else:
            self._copy_to(folder)

    def _copy_to(self, folder: Path) -> None:
        batch = self.batch.batch
        if batch is None:
            return
        self._begin(
            lambda _progress: self._exchange.outbox.copy_to(self.desk.actor, batch.number, folder),
            Text("Copying to {folder}…", folder=str(folder)),
            self._copied,
        )

    def _copied(self, placed: "Sequence[Placed]") -> None:
        self._everything_changed()
        folder = placed[0].path.parent
        self.desk.messages.tell(
            Text("The copy is in {folder} and was read back.", folder=str(folder)),
            Text("The stick can be removed safely. Write down whom you give it to."),
        )
        self._go_to(self.batch.whom)

    def _hand_over(self, whom: str) -> None:
        batch = self.batch.batch
        if batch is None:
            return
        if not whom:
            self._go_to(self.batch.whom)
            self.desk.messages.tell(
                Text("Who took the file along?"), Text("Type a name and press Enter."), Tone.HINT
            )
            return
        self._note(lambda: self._exchange.outbox.hand_over(self.desk.actor, batch.number, whom))

    def _show_note(self) -> None:
        batch = self.batch.batch
        if batch is None:
            return
        try:
            self.batch.tell_note(self._exchange.notes.write(self.desk.actor, batch.number))
        except FieldAppError as error:
            self.desk.messages.show(error)
            return
        self.desk.messages.tell(
            Text("The advance note is copied."), Text("Send it by SMS, or read it out to head office.")
        )

    def _show_chit(self) -> None:
        batch = self.batch.batch
        if batch is not None:
            name, office = f"chit-{batch.number:04}.pdf", self.make.office
            show_preview(self.desk, Text("Carrier's chit"), lambda: chit_pdf(self.desk, batch, office), name)

    def _lost(self) -> None:
        batch = self.batch.batch
        if batch is not None and self._note(
            lambda: self._exchange.outbox.lost(self.desk.actor, batch.number)
        ):
            self.desk.messages.tell(
                Text("Batch {n} is noted as lost.", n=batch.number),
                Text("Nothing is missing: its records go again with the next sync file. Make one now."),
                Tone.HINT,
            )

    def _note(self, do: Callable[[], object]) -> bool:
        """One small entry about a batch."""
        try:
            do()
        except FieldAppError as error:
            self.desk.messages.show(error)
            if error.code == "forbidden_number":
                self.batch.whom.setText("")  # and what could be undone in it
            return False
        self.desk.messages.clear()
        self.desk.hub.saved.emit(self.desk.clock())
        self._everything_changed()
        return True

    # ------------------------------------------------------------ how it hangs together

    def _connect(self) -> None:
        self._soon.timeout.connect(self._keep_in_view)
        self._columns.verticalScrollBar().rangeChanged.connect(lambda *_range: self._soon.start())
        self.stick.asked.connect(self._use_stick)
        self.make.asked.connect(self.make_file)
        self.make.part_asked.connect(self._make_part)
        self.batch.chit_asked.connect(self._show_chit)
        self.batch.note_asked.connect(self._show_note)
        self.history.picked.connect(lambda key: self.batch.put(self._batches.get(key)))
        self.batch.copy_asked.connect(self._copy)
        self.batch.handed_over.connect(self._hand_over)
        self.batch.lost.connect(self._lost)
        self.down.changed.connect(self._everything_changed)
        self.down.office.by_phone.clicked.connect(self._show_code_row)
        self.down.pack_taken.connect(self.make.make.setFocus)
        self.down.office.record_asked.connect(self._open_refused)

    def _show_code_row(self) -> None:
        """All of the row, with the line below that says which groups are right."""
        self._bring_into_view(self.down.office.code)

    def _go_to(self, widget: QWidget) -> None:
        """Nobody shall type what they cannot see."""
        widget.setFocus()
        self._bring_into_view(widget)

    def _bring_into_view(self, widget: QWidget) -> None:
        """Now, and again when what stands above it has found its height."""
        self._wanted = widget
        self._soon.start()

    def _keep_in_view(self) -> None:
        wanted, focused = self._wanted, QApplication.focusWidget()
        if wanted is not None and focused is not None and (wanted is focused or wanted.isAncestorOf(focused)):
            self._columns.ensureWidgetVisible(wanted, 0, current().px(_MARGIN))

    def _make_verbs(self) -> None:
        self._verbs = []
        for text, keys, do in (
            (Text("Stick"), "Ctrl+U", self.stick.press.click),
            (Text("Make sync file"), "Ctrl+M", self.make.make.click),
            (Text("Take receipts"), "Ctrl+O", self.down.ask_receipts),
            (Text("Everything once more"), "", self.make.full.click),
            (Text("Receipt by phone…"), "", self.down.office.by_phone.click),
            (Text("Carrier's chit"), "", self.batch.chit.click),
            (Text("Advance note"), "", self.batch.note.click),
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
        self.batch.set_ready(ready=ready)
        self.down.office.take.setEnabled(ready)

    def _everything_changed(self) -> None:
        """The state of any record may be another one now: lists, status line and this page read again."""
        self.desk.hub.changed.emit(Touched(everything=True))

    def _show_batches(self, batches: "Sequence[Batch]") -> None:
        self._batches = {str(batch.number): batch for batch in batches}
        first = next(iter(self._batches), "")
        self.history.setVisible(bool(batches))
        self._none.setVisible(not batches)
        self.history.put([self._row(batch) for batch in batches], self.history.key or first)
        self.batch.put(self._batches.get(self.history.key))

    def _row(self, batch: "Batch") -> Row:
        tone, sign = _TONES[batch.state]
        return str(batch.number), (
            Cell(str(batch.number), right=True),
            Cell(self.desk.language.date(batch.made_at.astimezone(INDIA).date())),
            Cell(str(batch.records), right=True),
            Cell(type(batch.state).words(batch.state), tone, sign),
        )
