"""What comes down to a centre by choosing it or letting it fall on the window: receipts, and the pack."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.text import Text
from fieldapp.sync.received import GAP_AT_THE_BLOCK
from fieldapp.ui.choosers import ask_files, ask_folder
from fieldapp.ui.desk import Desk
from fieldapp.ui.messages import Tone
from fieldapp.ui.sync.office_card import BROUGHT, NO_PACK, NOT_KNOWN, UNANSWERED, OfficeCard, PackCard
from fieldapp.ui.sync.words import asks_for_all, lacks_photographs, records_not_taken, stands_on_today

if TYPE_CHECKING:
    from fieldapp.homes import Exchange
    from fieldapp.sync.given_back import TakenBack
    from fieldapp.sync.received import Received, Taken

_KINDS = "*.fieldsync *.zip *.eml"


class ComingDown(QObject):
    """Two cards and what their buttons do. changed: something of head office was taken in."""

    changed = Signal()
    pack_taken = Signal()

    def __init__(self, desk: Desk, exchange: "Exchange", page: QWidget) -> None:
        """page: what choosers open over."""
        super().__init__(page)
        self._desk = desk
        self._exchange = exchange
        self._page = page
        self._has_pack = False
        self.pack, self.office = PackCard(desk.words), OfficeCard(desk.words)
        self.office.take_asked.connect(self.ask_receipts)
        self.office.code.entered.connect(self._take_code)
        self.pack.pack_asked.connect(self._ask_pack)
        self.pack.request_asked.connect(self._ask_request)
        self.pack.taken.connect(self._take_pack)
        self.pack.closed.connect(self.changed)

    def reload(self, *, has_pack: bool, has_work: bool) -> None:
        """Read what has come. has_work: something is recorded here or was sent. Raises FieldAppError."""
        history, actor = self._exchange.history, self._desk.actor
        enrolment = self._exchange.enrolment
        self._has_pack = has_pack
        unanswered = enrolment.is_unanswered(actor)
        not_known = has_pack and not has_work and not enrolment.is_answered(actor)
        if not self.pack.is_offering:  # somebody is at its words, or on the telephone for them
            self.pack.setVisible(unanswered or not_known or not has_pack)
            self.pack.put(UNANSWERED if unanswered else NOT_KNOWN if not_known else NO_PACK)
        self.office.put(history.receipts(actor), history.refused(actor))
        today = self._desk.today
        self.office.put_programme(self._desk.services.settings.programme(), today)

    def ask_receipts(self) -> None:
        """Ask for the files to take."""
        ask_files(self._page, self._desk.words, Text("Take receipts"), _KINDS, self.take_files)

    def take_files(self, files: list[Path]) -> None:
        """Receipts are taken, a pack is offered; anything else is named as what it is."""
        task = self._desk.tasks.submit(
            lambda _progress: self._exchange.receipts.receive(self._desk.actor, files),
            Text("Taking receipts…"),
        )
        task.finished.connect(self.tell_received)

    def offer_packs(self, found: "Sequence[Received]") -> QWidget:
        """Ask for the words of the newest pack among what was found; gives the line they are typed into."""
        packs = [one for one in found if one.pack is not None]
        if packs and packs[-1].pack is not None:
            self._desk.messages.clear()
            if self._has_pack:
                self.pack.put(BROUGHT)
            self.pack.show()
            self.pack.offer(packs[-1].path, packs[-1].pack.fingerprint)
        return self.pack.spoken

    def tell_received(self, found: "Sequence[Received]") -> None:
        """Say the one thing of what was brought that matters most; a pack is offered."""
        self.changed.emit()
        packs = [one for one in found if one.pack is not None]
        taken = [one.taken for one in found if one.taken is not None]
        refused = [one.said for one in found if one.said is not None]
        carried = sum(one.carried for one in found)
        back = [one.given_back for one in found if one.given_back is not None]
        if any(one.erased for one in taken):
            self._desk.undo.clear()  # it holds what they were called
        if packs:
            self.offer_packs(packs).setFocus()
        elif back:
            self._tell_given_back(back)
        elif taken:
            self._tell_taken(most_urgent(taken))
        elif carried:
            self._desk.messages.tell(
                Text("Receipts for other centres: {n}. They are kept, unopened.", n=carried),
                Text("They go onto the next stick that is made here."),
            )
        elif refused:
            title, advice = refused[0]
            self._desk.messages.tell(title, advice, Tone.PROBLEM)
        else:
            self._desk.messages.tell(
                Text("There is no file of head office here."),
                Text("Choose the receipt; its name ends in .fieldsync."),
                Tone.HINT,
            )

    def _take_code(self, digits: str) -> None:
        try:
            taken = self._exchange.codes.enter(self._desk.actor, digits)
        except FieldAppError as error:
            self._desk.messages.show(error)
            return
        self.office.code.hide()
        self.changed.emit()
        self._desk.messages.tell(
            Text("Batch {n} is received by head office.", n=taken.batch),
            Text("What was not taken of it, if anything, only a receipt file says."),
        )
        self.office.by_phone.setFocus()

    def _tell_given_back(self, back: "Sequence[TakenBack]") -> None:
        title = Text(
            "Records that came back, to be written here: {own}, to be read: {read}.",
            own=sum(one.own for one in back),
            read=sum(one.read for one in back),
        )
        if left := sum(one.counts.check for one in back):
            advice = Text("Left as they are here: {n}. Head office shows both versions.", n=left)
            self._desk.messages.tell(title, advice, Tone.HINT)
        else:
            letter = Text("New numbers of this computer have the letter {letter}.", letter=back[-1].letter)
            self._desk.messages.tell(title, letter)

    def _tell_taken(self, taken: "Taken") -> None:
        tell, n = self._desk.messages.tell, taken.number
        if to_do := _to_do(taken):
            tell(*to_do, Tone.HINT)
        elif taken.of_block:
            sent = taken.office.new + taken.office.changed
            tell(Text("Receipt {n} of the block office: records that it sent: {count}", n=n, count=sent))
        elif taken.waited:
            title = Text(
                "Receipt {n}: files that had waited for it are imported now: {count}", n=n, count=taken.waited
            )
            tell(title, Text("They stand in the inbox."))
        else:
            title = Text("Receipt {n}: head office has {count} of your records.", n=n, count=taken.received)
            if asked := len(self._desk.services.overview.today(self._desk.actor).asked):
                tell(title, stands_on_today(asked), Tone.HINT)
            else:
                tell(title)

    def _ask_pack(self) -> None:
        ask_files(self._page, self._desk.words, Text("I have the pack"), "*.fieldsync", self.take_files)

    def _take_pack(self, pack: Path, spoken: str) -> None:
        task = self._desk.tasks.submit(
            lambda _progress: self._exchange.enrolment.take_pack(self._desk.actor, pack, spoken),
            Text("Taking the pack…"),
        )
        task.finished.connect(self._tell_pack_taken)

    def _tell_pack_taken(self, _centre: object) -> None:
        self.pack.put_aside()
        self.changed.emit()
        self._desk.messages.tell(
            Text("The pack is taken: sync files can be made now."),
            Text("Until the first receipt comes, every file says who you are."),
        )
        self.pack_taken.emit()

    def _ask_request(self) -> None:
        ask_folder(self._page, self._desk.words, Text("Put the request into"), self._make_request)

    def _make_request(self, folder: Path) -> None:
        try:
            made = self._exchange.enrolment.make_request(self._desk.actor, folder)
        except FieldAppError as error:
            self._desk.messages.show(error)
            return
        self.pack.tell(
            Text(
                "Give {name} to head office. When it rings, read out: {fingerprint}",
                name=made.path.name,
                fingerprint=made.fingerprint,
            )
        )


def most_urgent(taken: "Sequence[Taken]") -> "Taken":
    """Of receipts that were taken together the one to tell of: with something to do, else the last.

    Of those of head office only the newest says what is asked for now, unless by an older one somebody was
    erased here.
    """
    newest = max((one.number for one in taken if not one.of_block), default=0)
    telling = [one for one in taken if one.erased or one.of_block or one.number == newest]
    return min(reversed(telling), key=_rank)


def _to_do(taken: "Taken") -> tuple[Text, Text] | None:
    """What a receipt wants of its reader first, and what to do about it."""
    n = taken.number
    if taken.erased:
        return (
            Text("Receipt {n}: people erased here, as was decided: {count}", n=n, count=taken.erased),
            Text("Sessions keep their counts. Make a sync file, so that head office hears of it."),
        )
    if taken.refused:
        return records_not_taken(taken)
    if full := asks_for_all(taken):
        return full
    if taken.pictures_asked:
        return lacks_photographs(taken), Text("They go again with the next sync file. Make one now.")
    return GAP_AT_THE_BLOCK if taken.gap else None


def _rank(taken: "Taken") -> int:
    """How soon it must be heard of, 0 first: the order in which one receipt is told of."""
    said = (
        taken.erased,
        taken.refused,
        asks_for_all(taken),
        taken.pictures_asked,
        taken.gap,
        taken.waited,
    )
    return next((n for n, one in enumerate(said) if one), len(said))
