"""Registering centres, making packs and enrolling computers, with what the part 'Centres' asks for."""

from collections.abc import Callable
from pathlib import Path

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange
from fieldapp.storage.state import Centre
from fieldapp.sync.enrolment import PackMade
from fieldapp.sync.pack import Shown
from fieldapp.sync.registry import CentreDraft
from fieldapp.ui.choosers import ask_files, ask_folder
from fieldapp.ui.desk import Desk
from fieldapp.ui.inbox import actions
from fieldapp.ui.inbox.asking import Asking
from fieldapp.ui.inbox.centre_words import called
from fieldapp.ui.inbox.centres import CentresPart
from fieldapp.ui.inbox.dialog import Request
from fieldapp.ui.inbox.work import Work

_KINDS = "*.fieldsync"


class Enrolling(Asking):
    """A pack goes out, a request comes in; the words and the fingerprint go by telephone."""

    def __init__(self, desk: Desk, exchange: Exchange, work: Work, centres: CentresPart) -> None:
        super().__init__(desk, exchange, work, centres)
        centres.new.clicked.connect(self.begin_new)
        centres.enrol.clicked.connect(self.ask_request)
        centres.pack_asked.connect(self._ask_another)
        centres.code_asked.connect(self._tell_codes)
        centres.new_panel.asked.connect(self._ask_folder)
        centres.enrol_panel.asked.connect(self._enrol)

    def begin_new(self) -> None:
        """Ask for a new centre."""
        self._open(self._centres.new_panel, self._centres.new_panel.begin)

    def make_centre(self, draft: CentreDraft, folder: Path) -> None:
        """Register a centre and put its pack into a folder."""
        self._work.begin(
            lambda _progress: actions.register_and_pack(self._exchange, self._desk.actor, draft, folder),
            Text("Making the pack…"),
            self._show_words,
        )

    def make_pack(self, number: int, folder: Path) -> None:
        """Put the pack of one more computer of a registered centre into a folder. number: home-local."""
        self._work.begin(
            lambda _progress: self._exchange.enrolment.make_pack(self._desk.actor, number, folder),
            Text("Making the pack…"),
            self._show_words,
        )

    def ask_request(self) -> None:
        """Ask for the file of a request."""
        title = Text("Enrol from a request")
        ask_files(self._centres, self._desk.words, title, _KINDS, lambda paths: self.look_at(paths[0]))

    def look_at(self, request: Path) -> None:
        """Show who made a request, and ask for the fingerprint that was read out."""
        self._look_at(lambda: request)

    def look_at_kept(self, sha256: str) -> None:
        """The same for a request that lies in the inbox, wherever it was taken out of."""
        self._look_at(lambda: self._exchange.inbox.content(self._desk.actor, sha256))

    # ------------------------------------------------------------ the steps

    def _look_at(self, find: Callable[[], Request]) -> None:
        def look(_progress: object) -> tuple[Request, Shown]:
            request = find()
            return request, self._exchange.enrolment.read_request(request)

        panel = self._centres.enrol_panel
        self._work.begin(
            look, Text("Looking into the file…"), lambda seen: self._open(panel, panel.begin, *seen)
        )

    def _tell_codes(self, number: int) -> None:
        """Show what can be read out by telephone, the newest batch of each computer."""
        try:
            made = self._exchange.codes.make(self._desk.actor, number)
        except FieldAppError as error:
            self._desk.messages.show(error)
            return
        newest = {one.node: one for one in reversed(made)}
        self._centres.tell_codes(
            [
                Text("{letter} · batch {n}: {code}", letter=one.letter, n=one.batch, code=one.code)
                for one in newest.values()
            ]
            + [
                Text(
                    "Records that were not taken: {n}. A code does not name them: send the receipt too.", n=n
                )
                for n in [sum(one.refused for one in newest.values())]
                if n
            ]
        )

    def _ask_folder(self, draft: CentreDraft) -> None:
        title = Text("Put the pack into")
        ask_folder(self._centres, self._desk.words, title, lambda folder: self.make_centre(draft, folder))

    def _ask_another(self, number: int) -> None:
        title = Text("Put the pack into")
        ask_folder(self._centres, self._desk.words, title, lambda folder: self.make_pack(number, folder))

    def _show_words(self, made: PackMade) -> None:
        self._desk.services.know_centres()
        self.opened.emit()
        self._centres.show_words(made)
        self._work.changed()

    def _enrol(self, request: Request, fingerprint: str) -> None:
        self._work.begin(
            lambda _progress: self._exchange.enrolment.enrol(self._desk.actor, request, fingerprint),
            Text("Enrolling…"),
            self._tell_enrolled,
        )

    def _tell_enrolled(self, centre: Centre) -> None:
        self._desk.services.know_centres()
        self._centres.listing.choose_next(centre.csc_id)
        self._close(
            Text("{name} is enrolled.", name=called(centre, self._desk.words)),
            Text("Its files that waited are ready now. Make it a pack, and tell it the words."),
        )
