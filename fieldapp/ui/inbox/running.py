"""Running an office: whom it trusts, whom it calls, its keys and its programme. (Its lists: lists.py.)"""

from pathlib import Path

from fieldapp.domain.text import Text
from fieldapp.homes import Exchange
from fieldapp.services.settings import Programme
from fieldapp.sync.enrolment import RevokedNode
from fieldapp.sync.office_keys import RESERVE_SUFFIX, Apart, KeysShown
from fieldapp.sync.registry import Contact
from fieldapp.sync.revocation import TRUSTED
from fieldapp.ui.choosers import ask_files, ask_folder
from fieldapp.ui.desk import Desk
from fieldapp.ui.inbox.asking import Asking
from fieldapp.ui.inbox.centres import CentresPart
from fieldapp.ui.inbox.trust_panels import Ending
from fieldapp.ui.inbox.work import Work


class Running(Asking):
    """What it asks comes in panels of its own."""

    def __init__(self, desk: Desk, exchange: Exchange, work: Work, centres: CentresPart) -> None:
        super().__init__(desk, exchange, work, centres)
        self._wire_trust()
        self._wire_office()

    # ------------------------------------------------------------ whom it trusts and calls

    def _ask_ending(self, number: int) -> None:
        enrolment, actor = self._exchange.enrolment, self._desk.actor
        nodes = [node for node in self._centres.listing.centre(number).nodes if node.state == TRUSTED]
        self._work.begin(
            lambda _progress: [Ending(node, enrolment.ends(actor, node.node)) for node in nodes],
            Text("Looking at the inbox…"),
            lambda found: self._open(self._centres.revoke_panel, self._centres.revoke_panel.begin, found),
        )

    def _ask_restoring(self, number: int) -> None:
        nodes = [Ending(node) for node in self._centres.listing.centre(number).nodes if node.state != TRUSTED]
        self._open(self._centres.restore_panel, self._centres.restore_panel.begin, nodes)

    def _revoke(self, node: str, n: int, reason: str) -> None:
        self._work.begin(
            lambda _progress: self._exchange.enrolment.revoke(self._desk.actor, node, n, reason),
            Text("Noting it…"),
            self._tell_revoked,
        )

    def _tell_revoked(self, done: RevokedNode) -> None:
        beyond = Text(
            "Imported files that end beyond it: {n}. They stay until they are taken out.", n=done.beyond
        )
        stays = Text("What counts stays good, whenever it comes. Its later files wait here.")
        self._close(Text("This computer is no longer trusted."), beyond if done.beyond else stays)

    def _restore(self, node: str, _n: int, reason: str) -> None:
        self._work.begin(
            lambda _progress: self._exchange.enrolment.restore(self._desk.actor, node, reason),
            Text("Noting it…"),
            lambda _nothing: self._close(
                Text("This computer is trusted again."), Text("Its files that waited are ready now.")
            ),
        )

    def _ask_contact(self) -> None:
        chosen = self._centres.listing.chosen
        if chosen is not None:
            self._open(self._centres.contact_panel, self._centres.contact_panel.begin, chosen)

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
            lambda _nothing: self._close(
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

    # ------------------------------------------------------------ how it hangs together

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
