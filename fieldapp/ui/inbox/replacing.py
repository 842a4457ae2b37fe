"""A computer in place of another one: confirming it, and giving the records of a centre back to it."""

from pathlib import Path

from fieldapp.domain.text import Text
from fieldapp.homes import Exchange
from fieldapp.sync.give_back import GivenBack
from fieldapp.ui.choosers import ask_folder
from fieldapp.ui.desk import Desk
from fieldapp.ui.inbox.asking import Asking
from fieldapp.ui.inbox.centres import CentresPart
from fieldapp.ui.inbox.replace_panel import ReplacePanel
from fieldapp.ui.inbox.work import Work


class Replacing(Asking):
    """Both are asked in one panel."""

    def __init__(self, desk: Desk, exchange: Exchange, work: Work, centres: CentresPart) -> None:
        super().__init__(desk, exchange, work, centres)
        self._panel: ReplacePanel = centres.replace_panel
        centres.replace_asked.connect(self._ask)
        self._panel.asked.connect(self._confirm)
        self._panel.records_asked.connect(self._ask_folder)

    def _ask(self, number: int) -> None:
        shown = self._centres.listing.centre(number)
        self._work.begin(
            lambda _progress: self._exchange.continuing.claims(self._desk.actor),
            Text("Looking at the inbox…"),
            lambda claims: self._open(
                self._panel, self._panel.begin, shown.nodes, {one.node: one for one in claims}
            ),
        )

    def _confirm(self, node: str, before: str) -> None:
        self._work.begin(
            lambda _progress: self._exchange.continuing.confirm(self._desk.actor, node, before),
            Text("Noting it…"),
            lambda _nothing: self._close(
                Text("Confirmed: the new computer goes on with the work of the old one."),
                Text("Its files that waited are ready. Now its records can be given back."),
            ),
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
        self._close(
            Text("Records given back: {n}, in files: {files}.", n=made.records, files=len(made.files)),
            Text("The centre lets them fall on its window, after the pack if it has none yet."),
        )
