"""What was made for head office: the batches, and what is done with one until its receipt comes."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.fields import Name
from fieldapp.domain.text import Text
from fieldapp.language import INDIA
from fieldapp.ui.choosers import ask_folder
from fieldapp.ui.desk import Desk
from fieldapp.ui.messages import Tone
from fieldapp.ui.preview import papers, show_preview
from fieldapp.ui.sync.batch_card import BatchCard
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.widgets.parts_of_a_page import empty_state
from fieldapp.ui.widgets.plain_table import Cell, PlainTable, Row

if TYPE_CHECKING:
    from fieldapp.homes import Exchange
    from fieldapp.sync.batches import Batch
    from fieldapp.sync.outbox import Made
    from fieldapp.sync.stick import StickRound
    from fieldapp.sync.sync_file import Placed

Begin = Callable[[Callable[[Any], object], Text, Callable[[Any], object]], object]
"""Does work with files in the background: the work, what it is called, what is done with what it gave."""

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


class OnTheWay(QObject):
    """The history, the card of the batch that is looked at in it, and what its buttons do.

    changed: a batch is in another state now. wanted: what somebody is to see, and type into.
    """

    changed = Signal()
    wanted = Signal(object)

    def __init__(self, desk: Desk, exchange: "Exchange", begin: Begin, page: QWidget) -> None:
        """page: what choosers open over."""
        super().__init__(page)
        self._desk, self._exchange, self._begin, self._page = desk, exchange, begin, page
        self._batches: dict[str, Batch] = {}
        self.office = Name()
        words = desk.words
        self.card = BatchCard(words)
        self.history = PlainTable(
            words,
            Text("Batches"),
            (Text("Batch"), Text("Made on"), Text("Records"), Text("Status")),
            stretch=3,
        )
        self.history.setMinimumHeight(current().px(4 * ROW_HEIGHT))
        self.none = empty_state(words, Text("No sync file has been made yet."))
        self.history.picked.connect(lambda key: self.card.put(self._batches.get(key)))
        self.card.chit_asked.connect(self._show_chit)
        self.card.note_asked.connect(self._show_note)
        self.card.copy_asked.connect(self._copy)
        self.card.handed_over.connect(self._hand_over)
        self.card.lost.connect(self._lost)

    def put(self, batches: "Sequence[Batch]", office: Name) -> None:
        """Show the batches. office: who they go to, for their papers."""
        self.office = office
        self._batches = {str(batch.number): batch for batch in batches}
        first = next(iter(self._batches), "")
        self.history.setVisible(bool(batches))
        self.none.setVisible(not batches)
        self.history.put([self._row(batch) for batch in batches], self.history.key or first)
        self.card.put(self._batches.get(self.history.key))

    def show_made(self, made: "Made") -> None:
        """A batch was made: it is looked at, and what is to be done with it first is at hand."""
        self.history.pick(str(made.number))
        self._desk.messages.tell(
            Text("Batch {n} is made; records in it: {records}.", n=made.number, records=made.records),
            Text("Copy it to a stick now, and give it to head office."),
        )
        self.card.look_for_sticks()
        self.wanted.emit(self.card.to_stick if self.card.to_stick.isVisible() else self.card.to_folder)

    def look_at(self, number: int) -> QWidget:
        """Show a batch that was put on a stick; gives the line for who takes it along."""
        self.history.pick(str(number))
        return self.card.whom

    # ------------------------------------------------------------ what the buttons do

    def _copy(self, folder: Path | None) -> None:
        batch = self.card.batch
        if batch is None:
            return
        if folder is None:
            title = Text("Copy batch {n} to", n=batch.number)
            ask_folder(self._page, self._desk.words, title, self._copy_to)
        else:
            self._copy_to(folder)

    def _copy_to(self, folder: Path) -> None:
        batch = self.card.batch
        if batch is not None:
            self._begin(
                lambda _progress: self._exchange.outbox.copy_to(self._desk.actor, batch.number, folder),
                Text("Copying to {folder}…", folder=str(folder)),
                self._copied,
            )

    def _copied(self, placed: "Sequence[Placed]") -> None:
        self.changed.emit()
        folder = placed[0].path.parent
        self._desk.messages.tell(
            Text("The copy is in {folder} and was read back.", folder=str(folder)),
            Text("The stick can be removed safely. Write down whom you give it to."),
        )
        self.wanted.emit(self.card.whom)

    def _hand_over(self, whom: str) -> None:
        batch = self.card.batch
        if batch is None:
            return
        self.wanted.emit(self.card.whom)
        if not whom:
            self._desk.messages.tell(
                Text("Who took the file along?"), Text("Type a name and press Enter."), Tone.HINT
            )
            return
        self._note(lambda: self._exchange.outbox.hand_over(self._desk.actor, batch.number, whom))

    def _lost(self) -> None:
        batch = self.card.batch
        if batch is not None and self._note(
            lambda: self._exchange.outbox.lost(self._desk.actor, batch.number)
        ):
            self._desk.messages.tell(
                Text("Batch {n} is noted as lost.", n=batch.number),
                Text("Nothing is missing: its records go again with the next sync file. Make one now."),
                Tone.HINT,
            )

    def _note(self, do: Callable[[], object]) -> bool:
        """One small entry about a batch."""
        try:
            do()
        except FieldAppError as error:
            self._desk.messages.show(error)
            if error.code == "forbidden_number":
                self.card.whom.setText("")  # and what could be undone in it
            return False
        self._desk.messages.clear()
        self._desk.hub.saved.emit(self._desk.clock())
        self.changed.emit()
        return True

    def _show_note(self) -> None:
        batch = self.card.batch
        if batch is None:
            return
        try:
            self.card.tell_note(self._exchange.notes.write(self._desk.actor, batch.number))
        except FieldAppError as error:
            self._desk.messages.show(error)
            return
        self._desk.messages.tell(
            Text("The advance note is copied."), Text("Send it by SMS, or read it out to head office.")
        )

    def _show_chit(self) -> None:
        batch = self.card.batch
        if batch is not None:
            name, desk, office = f"chit-{batch.number:04}.pdf", self._desk, self.office
            show_preview(desk, Text("Carrier's chit"), lambda: papers(desk).chit(batch, office), name)

    def show_chit_of(self, done: "StickRound", at: datetime) -> None:
        """Show the chit of what a block office put on a stick, files of its centres too. at: when."""
        desk, office = self._desk, self.office
        show_preview(
            desk,
            Text("Carrier's chit"),
            lambda: papers(desk).chit_of_stick(done, at, office),
            "chit-stick.pdf",
        )

    def _row(self, batch: "Batch") -> Row:
        tone, sign = _TONES[batch.state]
        return str(batch.number), (
            Cell(str(batch.number), right=True),
            Cell(self._desk.language.date(batch.made_at.astimezone(INDIA).date())),
            Cell(str(batch.records), right=True),
            Cell(type(batch.state).words(batch.state), tone, sign),
        )
