"""Lists of an office: centres taken in from a file, packs for many with their words, and whom to call."""

from collections.abc import Sequence
from pathlib import Path

from fieldapp.centre_lists import LineFate, take_list
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange
from fieldapp.language import INDIA
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.sync.enrolment import CentreShown, PackMade
from fieldapp.ui.choosers import ask_files, ask_folder, ask_where
from fieldapp.ui.desk import Desk
from fieldapp.ui.inbox import actions
from fieldapp.ui.inbox.asking import Asking
from fieldapp.ui.inbox.centres import CentresPart
from fieldapp.ui.inbox.work import Work
from fieldapp.ui.messages import Offer
from fieldapp.ui.preview import save_file, show_preview

_LISTS = "*.csv *.xlsx"


class Lists(Asking):
    """A list comes in, packs for its centres go out, and the table is printed or saved."""

    def __init__(self, desk: Desk, exchange: Exchange, work: Work, centres: CentresPart) -> None:
        super().__init__(desk, exchange, work, centres)
        centres.load.clicked.connect(self._ask_list)
        centres.list_panel.packs_asked.connect(self._ask_packs_folder)
        centres.paper.clicked.connect(self._print)
        centres.save.clicked.connect(self._ask_where)

    def _ask_list(self) -> None:
        title = Text("List of centres")
        ask_files(self._centres, self._desk.words, title, _LISTS, lambda paths: self.load(paths[0]))

    def load(self, path: Path) -> None:
        """Register the centres of a list and say what became of its lines."""
        places = self._desk.gazetteer or gazetteer()
        self._work.begin(
            lambda progress: take_list(self._exchange.enrolment, self._desk.actor, path, places, progress),
            Text("Reading the list…"),
            self._tell_list,
        )

    def _tell_list(self, fates: tuple[LineFate, ...]) -> None:
        listed = {one.entered.centre.number for one in fates if one.entered.centre}
        bare = [
            one.centre.number
            for one in self._exchange.enrolment.centres(self._desk.actor)
            if one.centre.number in listed and not one.nodes and not one.unused_packs
        ]
        self._desk.services.know_centres()
        panel = self._centres.list_panel
        self._open(panel, panel.begin, fates, bare)
        self._work.changed()

    def _ask_packs_folder(self, numbers: Sequence[int]) -> None:
        title = Text("Put the packs into")
        ask_folder(self._centres, self._desk.words, title, lambda folder: self.make_packs(numbers, folder))

    def make_packs(self, numbers: Sequence[int], folder: Path) -> None:
        """Make a pack for each of these centres, then show their words to be printed."""
        self._work.begin(
            lambda progress: actions.make_packs(self._exchange, self._desk.actor, numbers, folder, progress),
            Text("Making the packs…"),
            self._show_words,
        )

    def _show_words(self, made: tuple[PackMade, ...]) -> None:
        self._put_away()
        if made:
            self._show_list(made)

    def _show_list(self, made: tuple[PackMade, ...]) -> None:
        """The words, which can be looked at again while the line about them stands there."""
        self._desk.messages.tell(
            Text("Packs made: {n}.", n=len(made)),
            Text("Print this list: the words are kept nowhere. Never send it with the files."),
            offer=Offer(Text("Show the list again"), lambda: self._show_list(made)),
        )
        show_preview(self._desk, Text("Words of the packs"), lambda: self._words_pdf(made), "words.pdf")

    def _words_pdf(self, made: tuple[PackMade, ...]) -> bytes:
        from fieldapp.centre_papers import words_list

        desk = self._desk
        contacts = {one.centre.number: one.contact for one in self._exchange.enrolment.centres(desk.actor)}
        until = desk.services.settings.programme().until
        practice = desk.office.practice
        return words_list(made, contacts, ".pdf", desk.language, desk.clock(), practice=practice, until=until)

    def _health(self, centres: Sequence[CentreShown], suffix: str) -> bytes:
        from fieldapp.centre_papers import health_list

        desk = self._desk
        place_of = self._centres.listing.place_of
        return health_list(
            centres, place_of, suffix, desk.language, desk.clock(), practice=desk.office.practice
        )

    def _print(self) -> None:
        listed = self._centres.listing.listed
        show_preview(
            self._desk, Text("Centres: whom to call"), lambda: self._health(listed, ".pdf"), "centres.pdf"
        )

    def _ask_where(self) -> None:
        day = self._desk.clock().astimezone(INDIA).date()
        name = f"centres-{day.isoformat()}.csv"
        ask_where(self._centres, self._desk.words, Text("Centres: whom to call"), name, self.save)

    def save(self, path: Path) -> None:
        """Write the listed centres as a table; its kind follows from the ending."""
        listed, suffix = self._centres.listing.listed, path.suffix.lower()
        self._work.begin(
            lambda _progress: self._health(listed, suffix),
            Text("Centres: whom to call"),
            lambda content: save_file(self._desk, path, content),
        )
