"""Writing receipts into a folder: as files, a folder a block, or mail drafts; and saying for whom."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from fieldapp.domain.text import Text
from fieldapp.homes import Exchange
from fieldapp.sync.receipt_bundles import Road
from fieldapp.sync.receipts import ReceiptMade
from fieldapp.ui.choosers import ask_folder
from fieldapp.ui.desk import Desk
from fieldapp.ui.inbox import actions
from fieldapp.ui.inbox.actions import Written
from fieldapp.ui.inbox.centre_words import called
from fieldapp.ui.inbox.files import FilesPart
from fieldapp.ui.inbox.work import Work
from fieldapp.ui.messages import Tone

_MOST_NAMES = 5
_INTO = {
    Road.FILES: Text("Write receipts into"),
    Road.BLOCKS: Text("Write a folder for each block into"),
    Road.MAILS: Text("Write mail drafts into"),
}


class Answering(QObject):
    """Does what the buttons for receipts in the part 'Files' ask for."""

    def __init__(self, desk: Desk, exchange: Exchange, work: Work, files: FilesPart) -> None:
        super().__init__(files)
        self._desk = desk
        self._exchange = exchange
        self._work = work
        self._files = files
        for button, road in (
            (files.receipts, Road.FILES),
            (files.bundles, Road.BLOCKS),
            (files.mails, Road.MAILS),
        ):
            button.clicked.connect(lambda _checked=False, road=road: self._ask_receipts(road))

    def _ask_receipts(self, road: Road) -> None:
        title = _INTO[road]
        ask_folder(self._files, self._desk.words, title, lambda folder: self.write_receipts(folder, road))

    def write_receipts(self, folder: Path, road: Road) -> None:
        """Write every receipt that is due into a folder: as files, a folder a block, or mail drafts."""
        self._work.begin(
            lambda progress: actions.write_receipts(self._exchange, self._desk.actor, folder, road, progress),
            Text("Writing receipts…"),
            lambda written: self.tell(written, folder, road),
        )

    def tell(self, written: Written, folder: Path, road: Road) -> None:
        """Say which receipts were written into a folder, and what is still to be done."""
        made = written.receipts
        self._work.changed()
        if not made:
            self._desk.messages.tell(
                Text("No receipt is due."), Text("Every centre has been told all there is."), Tone.HINT
            )
            return
        title = Text("Receipts written: {n}, in {folder}.", n=len(made), folder=str(folder))
        if road is Road.MAILS:
            title = Text("Mail drafts written: {n}, in {folder}.", n=len(made), folder=str(folder))
        if written.left:
            self._desk.messages.tell(title, Text("It was cancelled: the others are still due."), Tone.HINT)
        elif road is Road.MAILS:
            self._tell_drafts(made, title)
        else:
            self._desk.messages.tell(title, Text("For: {names}", names=self._names(made)))

    def _tell_drafts(self, made: Sequence[ReceiptMade], title: Text) -> None:
        if nameless := [one for one in made if not one.mail]:
            names = self._names(nameless)
            self._desk.messages.tell(title, Text("Without an address: {names}", names=names), Tone.HINT)
        else:
            self._desk.messages.tell(title, Text("Open each in the mail program and send it."))

    def _names(self, made: Sequence[ReceiptMade]) -> str:
        names = [called(one.centre, self._desk.words) for one in made[:_MOST_NAMES]]
        return ", ".join(names) + (" …" if len(made) > _MOST_NAMES else "")
