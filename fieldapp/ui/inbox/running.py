"""Running an office: whom it trusts, whom it calls, its keys, its programme, its lists of centres."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from fieldapp.centre_lists import LineFate, take_list
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange
from fieldapp.language import INDIA
from fieldapp.services.settings import Programme
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.sync.enrolment import CentreShown, PackMade, RevokedNode
from fieldapp.sync.examiner import TRUSTED
from fieldapp.sync.office_keys import RESERVE_SUFFIX, Apart, KeysShown
from fieldapp.sync.registry import Contact
from fieldapp.ui.choosers import ask_files, ask_folder, ask_where
from fieldapp.ui.desk import Desk
from fieldapp.ui.inbox import actions
from fieldapp.ui.inbox.centres import CentresPart
from fieldapp.ui.inbox.dialog import Panel
from fieldapp.ui.inbox.trust_panels import Ending
from fieldapp.ui.inbox.work import Work
from fieldapp.ui.preview import save_file, show_preview

_LISTS = "*.csv *.xlsx"


class Running(QObject):
    """opened: something is asked now in the part 'Centres'."""

    opened = Signal()

    def __init__(self, desk: Desk, exchange: Exchange, work: Work, centres: CentresPart) -> None:
        super().__init__(centres)
        self._desk = desk
        self._exchange = exchange
        self._work = work
        self._centres = centres
        self._wire_trust()
        self._wire_office()

    # ------------------------------------------------------------ whom it trusts and calls

    def _ask_ending(self, number: int) -> None:
        enrolment, actor = self._exchange.enrolment, self._desk.actor
        nodes = [node for node in self._centre(number).nodes if node.state == TRUSTED]
        self._work.begin(
            lambda _progress: [Ending(node, enrolment.ends(actor, node.node)) for node in nodes],
            Text("Looking at the inbox…"),
            lambda found: self._open(self._centres.revoke_panel, self._centres.revoke_panel.begin, found),
        )

    def _ask_restoring(self, number: int) -> None:
        nodes = [Ending(node) for node in self._centre(number).nodes if node.state != TRUSTED]
        self._open(self._centres.restore_panel, self._centres.restore_panel.begin, nodes)

    def _revoke(self, node: str, n: int, reason: str) -> None:
        self._work.begin(
            lambda _progress: self._exchange.enrolment.revoke(self._desk.actor, node, n, reason),
            Text("Noting it…"),
            self._tell_revoked,
        )

    def _tell_revoked(self, done: RevokedNode) -> None:
        self._put_away()
        beyond = Text(
            "Imported files that end beyond it: {n}. They stay until they are taken out.", n=done.beyond
        )
        stays = Text("What counts stays good, whenever it comes. Its later files wait here.")
        self._desk.messages.tell(
            Text("This computer is no longer trusted."), beyond if done.beyond else stays
        )

    def _restore(self, node: str, _n: int, reason: str) -> None:
        self._work.begin(
            lambda _progress: self._exchange.enrolment.restore(self._desk.actor, node, reason),
            Text("Noting it…"),
            lambda _nothing: self._tell(
                Text("This computer is trusted again."), Text("Its files that waited are ready now.")
            ),
        )

    def _ask_contact(self) -> None:
        chosen = self._centres.listing.chosen
        if chosen is not None:
            self._centres.open_panel(self._centres.contact_panel)
            self._centres.contact_panel.begin(chosen, self._centres.called(chosen))

    def _change_contact(self, number: int, contact: Contact) -> None:
        self._work.begin(
            lambda _progress: self._exchange.enrolment.change_contact(self._desk.actor, number, contact),
            Text("Noting it…"),
            lambda _nothing: self._put_away(),
        )

    # ------------------------------------------------------------ what it tells all centres

    def _ask_programme(self) -> None:
        panel = self._centres.programme_panel
        self._open(panel, panel.begin, self._desk.services.settings.programme())

    def _set_programme(self, programme: Programme) -> None:
        self._work.begin(
            lambda _progress: self._desk.services.settings.set_programme(self._desk.actor, programme),
            Text("Noting it…"),
            lambda _nothing: self._tell(
                Text("The programme is set."), Text("Write receipts next, so that the centres hear of it.")
            ),
        )

    # ------------------------------------------------------------ its keys

    def _look_at_keys(self) -> None:
        self._work.begin(
            lambda _progress: self._exchange.office_keys.shown(self._desk.actor),
            Text("Looking at the keys…"),
            lambda shown: self._open(self._centres.keys_panel, self._centres.keys_panel.begin, shown),
        )

    def _rotate(self, file: Path | None, words: str) -> None:
        self._work.begin(
            lambda _progress: self._exchange.office_keys.rotate(self._desk.actor, file, words),
            Text("Changing the key…"),
            self._tell_rotated,
        )

    def _tell_rotated(self, shown: KeysShown) -> None:
        self._centres.keys_panel.begin(shown)
        self._work.changed()
        self._desk.messages.tell(
            Text("The working key is another one now."),
            Text("Write receipts next: centres hear of it with them."),
        )

    def _ask_apart(self) -> None:
        title = Text("Write the reserve key into")
        ask_folder(self._centres, self._desk.words, title, self._write_apart)

    def _write_apart(self, folder: Path) -> None:
        self._work.begin(
            lambda _progress: self._exchange.office_keys.write_reserve(self._desk.actor, folder),
            Text("Writing the reserve key…"),
            self._tell_apart,
        )

    def _tell_apart(self, made: Apart) -> None:
        self._centres.keys_panel.show_words(made)
        self._desk.messages.tell(
            Text("The reserve key is written: {name}.", name=made.path.name),
            Text("Write the six words on paper, then type them from there and take the key out here."),
        )

    def _forget(self, file: Path, words: str) -> None:
        keys, actor = self._exchange.office_keys, self._desk.actor
        self._work.begin(
            lambda _progress: keys.forget_reserve(actor, file, words),
            Text("Noting it…"),
            self._tell_forgotten,
        )

    def _tell_forgotten(self, shown: KeysShown) -> None:
        self._centres.keys_panel.begin(shown)
        self._desk.messages.tell(
            Text("The reserve key is kept apart."), Text("Without its file and words no key can be changed.")
        )

    def _ask_reserve_file(self) -> None:
        ask_files(
            self._centres,
            self._desk.words,
            Text("File of the reserve key"),
            f"*{RESERVE_SUFFIX}",
            lambda paths: self._centres.keys_panel.take_file(paths[0]),
        )

    # ------------------------------------------------------------ its lists

    def _ask_list(self) -> None:
        title = Text("List of centres")
        ask_files(self._centres, self._desk.words, title, _LISTS, lambda paths: self.load(paths[0]))

    def load(self, path: Path) -> None:
        """Register the centres of a list and say what became of its lines."""
        places = self._desk.gazetteer or gazetteer()
        self._work.begin(
            lambda _progress: take_list(self._exchange.enrolment, self._desk.actor, path, places),
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
        self.opened.emit()
        self._centres.open_panel(self._centres.list_panel)
        self._centres.list_panel.begin(fates, bare)
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
        self._centres.put_panel_away()
        self._work.changed()
        if not made:
            return
        self._desk.messages.tell(
            Text("Packs made: {n}.", n=len(made)),
            Text("Print this list: the words are kept nowhere. Never send it with the files."),
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

    # ------------------------------------------------------------ how it hangs together

    def _centre(self, number: int) -> CentreShown:
        return next(one for one in self._centres.listing.listed if one.centre.number == number)

    def _open(self, panel: Panel, begin: Callable[[Any], object], shown: object) -> None:
        """Show a panel with what it is about, unless words of a pack stand there."""
        if not self._centres.showing_words:
            self.opened.emit()
            self._centres.open_panel(panel)
            begin(shown)

    def _put_away(self) -> None:
        self._centres.put_panel_away()
        self._work.changed()

    def _tell(self, title: Text, advice: Text) -> None:
        self._put_away()
        self._desk.messages.tell(title, advice)

    def _wire_trust(self) -> None:
        centres = self._centres
        centres.revoke_asked.connect(self._ask_ending)
        centres.restore_asked.connect(self._ask_restoring)
        centres.revoke_panel.asked.connect(self._revoke)
        centres.restore_panel.asked.connect(self._restore)
        centres.call.clicked.connect(self._ask_contact)
        centres.contact_panel.asked.connect(self._change_contact)

    def _wire_office(self) -> None:
        centres, keys = self._centres, self._centres.keys_panel
        centres.programme.clicked.connect(self._ask_programme)
        centres.programme_panel.asked.connect(self._set_programme)
        centres.keys.clicked.connect(self._look_at_keys)
        keys.rotate_asked.connect(self._rotate)
        keys.write_asked.connect(self._ask_apart)
        keys.file_asked.connect(self._ask_reserve_file)
        keys.forget_asked.connect(self._forget)
        centres.load.clicked.connect(self._ask_list)
        centres.list_panel.packs_asked.connect(self._ask_packs_folder)
        centres.paper.clicked.connect(self._print)
        centres.save.clicked.connect(self._ask_where)
