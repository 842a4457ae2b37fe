"""A computer in place of another one: confirming it, and giving the records of a centre back to it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fieldapp.domain.text import Text
from fieldapp.homes import Exchange
from fieldapp.sync.continuing import Claim
from fieldapp.sync.enrolment import NodeShown
from fieldapp.sync.give_back import GivenBack
from fieldapp.ui.choosers import ask_folder
from fieldapp.ui.desk import Desk
from fieldapp.ui.inbox.centres import CentresPart
from fieldapp.ui.inbox.replace_panel import ReplacePanel
from fieldapp.ui.inbox.work import Work


class Replacing(QObject):
    """opened: something is asked now in the part 'Centres'."""

    opened = Signal()

    def __init__(self, desk: Desk, exchange: Exchange, work: Work, centres: CentresPart) -> None:
        super().__init__(centres)
        self._desk = desk
        self._exchange = exchange
        self._work = work
        self._centres = centres
        self._panel: ReplacePanel = centres.replace_panel
        centres.replace_asked.connect(self._ask)
        self._panel.asked.connect(self._confirm)
        self._panel.records_asked.connect(self._ask_folder)

    def _ask(self, number: int) -> None:
        shown = next(one for one in self._centres.listing.listed if one.centre.number == number)
        self._work.begin(
            lambda _progress: self._exchange.continuing.claims(self._desk.actor),
            Text("Looking at the inbox…"),
            lambda claims: self._open(shown.nodes, claims),
        )

    def _open(self, nodes: Sequence[NodeShown], claims: Sequence[Claim]) -> None:
        if not self._centres.showing_words:
            self.opened.emit()
            self._centres.open_panel(self._panel)
            self._panel.begin(nodes, {one.node: one for one in claims})

    def _confirm(self, node: str, before: str) -> None:
        self._work.begin(
            lambda _progress: self._exchange.continuing.confirm(self._desk.actor, node, before),
            Text("Noting it…"),
            lambda _nothing: self._tell_confirmed(),
        )

    def _tell_confirmed(self) -> None:
        self._centres.put_panel_away()
        self._work.changed()
        self._desk.messages.tell(
            Text("Confirmed: the new computer goes on with the work of the old one."),
            Text("Its files that waited are ready. Now its records can be given back."),
        )

    def _ask_folder(self, node: str) -> None:
        title = Text("Put the give-back into")
        ask_folder(self._centres, self._desk.words, title, lambda folder: self.give_back(node, folder))

    def give_back(self, node: str, folder: Path) -> None:
        """Write all records of a centre for that computer (32 hex) into a folder."""
        self._work.begin(
            lambda progress: self._exchange.giving_back.make(
                self._desk.actor, node, folder, progress=progress
            ),
            Text("Writing the records…"),
            self._tell_given,
        )

    def _tell_given(self, made: GivenBack) -> None:
        self._centres.put_panel_away()
        self._work.changed()
        self._desk.messages.tell(
            Text("Records given back: {n}, in files: {files}.", n=made.records, files=len(made.files)),
            Text("The centre lets them fall on its window, after the pack if it has none yet."),
        )
