"""What comes down from head office: the pack at the beginning, then receipts; what was not taken there."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.text import Text
from fieldapp.language import INDIA
from fieldapp.services.settings import Programme
from fieldapp.ui.programme import programme_lines
from fieldapp.ui.sync.code_card import CodeRow
from fieldapp.ui.sync.words import RECORD_WORDS
from fieldapp.ui.widgets.flow import HeadRow
from fieldapp.ui.widgets.parts_of_a_page import Card, RowButton, button, plain_label, said_label
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words

if TYPE_CHECKING:
    from fieldapp.sync.receipt_history import TakenReceipt
    from fieldapp.sync.refused_records import RefusedRecord

_MOST_RECEIPTS = 4
_MOST_REFUSED = 5


class OfficeCard(Card):
    """take_asked: somebody wants to choose receipts. record_asked: type and id of a record to look at."""

    take_asked = Signal()
    record_asked = Signal(str, str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._receipts: Sequence[TakenReceipt] = ()
        self._refused: Sequence[RefusedRecord] = ()
        self._told: tuple[Programme, date] | None = None
        self.take = button(words, Text("Take receipts…"))
        self.take.clicked.connect(self.take_asked)
        self.programme, self.list = plain_label(), plain_label()
        self.attention = said_label(words, Text("Head office did not take these records"), "hint")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self.by_phone = button(words, Text("Receipt by phone…"))
        self.code = CodeRow(words)
        self.code.hide()
        self.by_phone.clicked.connect(self.code.begin)
        title = said_label(words, Text("From head office"), "section")
        self.body.addWidget(HeadRow(title, self.by_phone, self.take, least=130))
        self.body.addWidget(self.code)
        self.body.addWidget(self.programme)
        self.body.addWidget(self.list)
        self.body.addWidget(self.attention)
        self.body.addLayout(self._rows)

    def put_programme(self, programme: Programme, today: date) -> None:
        """Say what head office told: the programme, its last day, and whom to call there."""
        self._told = programme, today
        self.say()

    def put(self, receipts: Sequence["TakenReceipt"], refused: Sequence["RefusedRecord"]) -> None:
        """Show the receipts that were taken, and the records that were not."""
        self._receipts, self._refused = receipts, refused
        self.say()

    def say(self) -> None:
        """All of it in the language spoken now."""
        lines = [self._line(receipt) for receipt in self._receipts[:_MOST_RECEIPTS]]
        self.list.setText("\n".join(lines) or self._words.render(Text("No receipt has come yet.")))
        told = programme_lines(*self._told, hindi=self._words.hindi) if self._told else ()
        self.programme.setText("\n".join(map(self._words.render, told)))
        self.programme.setVisible(bool(self.programme.text()))
        self.attention.setVisible(bool(self._refused))
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for record in self._refused[:_MOST_REFUSED]:
            row = RowButton()
            what = RECORD_WORDS.get(record.type, Text("Record"))
            row.put(self._words.render(record.said[0]), self._words.render(what))
            row.clicked.connect(
                lambda _checked, record=record: self.record_asked.emit(record.type, record.id)
            )
            self._rows.addWidget(row)

    def _line(self, receipt: "TakenReceipt") -> str:
        n = receipt.number
        pieces = [
            Text("Receipt {n} of the block office", n=n) if receipt.of_block else Text("Receipt {n}", n=n),
            Text("taken {day}", day=receipt.taken_at.astimezone(INDIA).date()),
        ]
        if receipt.full:
            pieces.append(Text("asks for a full file"))
        elif receipt.gap:
            pieces.append(Text("files are missing there"))
        return " · ".join(map(self._words.render, pieces))


NO_PACK = (
    Text("The pack of head office has not come yet"),
    Text(
        "You can record and print. Sync files can be made as soon as the pack is here: "
        "head office makes it by itself, or after this computer has sent a request."
    ),
)
UNANSWERED = (
    Text("This computer goes on with the work of another one"),
    Text(
        "You can record, print and make sync files. Head office takes them once it has confirmed this "
        "computer: send it the request, and read out the fingerprint when it rings."
    ),
)


NOT_KNOWN = (
    Text("Head office does not know this computer yet"),
    Text(
        "Its first sync file says who it is. Does it take the place of another one? Then send head office "
        "the request, and read out the fingerprint when it rings: it gives back all records."
    ),
)
BROUGHT = (
    Text("A pack of head office was brought"),
    Text("This computer has taken one already. Take this one only if head office told you to."),
)


class PackCard(Card):
    """For a centre whose pack has not come, or whose computer head office does not know or answer yet.

    taken: the file and the words that were typed. closed: the pack that was brought is not wanted.
    """

    pack_asked = Signal()
    request_asked = Signal()
    closed = Signal()
    taken = Signal(object, str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._pack: Path | None = None
        self.request = button(words, Text("Make an enrolment request…"))
        self.request.clicked.connect(self.request_asked)
        self.choose = button(words, Text("I have the pack…"))
        self.choose.clicked.connect(self.pack_asked)
        self.told = plain_label()
        self.told.hide()
        self.spoken = LineEdit()
        words.say(self.spoken.setAccessibleName, Text("Words told by telephone"))
        words.say(self.spoken.setPlaceholderText, Text("Six words, as head office tells them"))
        self.open = button(words, Text("Take the pack"), "primary")
        self.spoken.returnPressed.connect(self._take)
        self.open.clicked.connect(self._take)
        self.close_it = button(words, Text("Close"), "flat")
        self.close_it.clicked.connect(self._close)
        self._title, self._about = plain_label("section"), plain_label()
        self.body.addWidget(self._title)
        self.body.addWidget(self._about)
        row = QHBoxLayout()
        for widget in (self.choose, self.request):
            row.addWidget(widget)
        row.addStretch(1)
        self.body.addLayout(row)
        words_row = QHBoxLayout()
        words_row.addWidget(self.spoken, 1)
        words_row.addWidget(self.open)
        words_row.addWidget(self.close_it)
        self.body.addWidget(self.told)
        self.body.addLayout(words_row)
        self._show_line(shown=False)

    def put(self, said: tuple[Text, Text]) -> None:
        """Say what is waited for, or what was brought: one of the four above."""
        title, about = said
        self._words.say(self._title.setText, title)
        self._words.say(self._about.setText, about)
        self.request.setHidden(said is BROUGHT)
        self.choose.setHidden(said in (BROUGHT, NOT_KNOWN))

    def offer(self, pack: Path, fingerprint: str) -> None:
        """A pack was brought: ask for its words. fingerprint: of the office that made it."""
        self._pack = pack
        self.tell(
            Text("{name} · fingerprint of head office {fingerprint}", name=pack.name, fingerprint=fingerprint)
        )
        self._show_line(shown=True)

    @property
    def is_offering(self) -> bool:
        """Whether the words of a pack are asked for."""
        return self._pack is not None

    def put_aside(self) -> None:
        """The pack that was brought is taken, or not wanted: nothing is asked any more."""
        self._pack = None
        self.spoken.clear()
        self.told.hide()
        self._show_line(shown=False)

    def tell(self, text: Text) -> None:
        """Say something that stays on the card, such as a fingerprint to be read out."""
        self._words.say(self.told.setText, text)
        self.told.show()

    def _take(self) -> None:
        if self._pack is not None:
            self.taken.emit(self._pack, self.spoken.text())

    def _close(self) -> None:
        self.put_aside()
        self.closed.emit()

    def _show_line(self, *, shown: bool) -> None:
        for widget in (self.spoken, self.open, self.close_it):
            widget.setVisible(shown)
