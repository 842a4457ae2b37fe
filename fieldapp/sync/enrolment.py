"""How head office and its centres come to know each other's keys.

With a pack: head office makes it, the centre takes it with the words told by telephone, and the header of its
batches proves the pack's secret until the first receipt. Without one: the centre sends a request, an officer
compares the fingerprints by telephone and enrols it, and sends a pack.
"""

import csv
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.domain.identifiers import csc_id as plain_csc_id
from fieldapp.domain.identifiers import csc_id_problem
from fieldapp.domain.results import refuse
from fieldapp.domain.rules import Setting
from fieldapp.domain.text import Text
from fieldapp.storage import journal, log, state
from fieldapp.storage.database import Database, stamp
from fieldapp.storage.home import Home
from fieldapp.storage.records import Typed
from fieldapp.storage.state import HQ_CENTRE, OWN_CENTRE, Centre
from fieldapp.storage.tables import inbox_files, nodes, packs
from fieldapp.sync import pack
from fieldapp.sync.arriving import Sender
from fieldapp.sync.downward import IN_PACKS, Downward
from fieldapp.sync.examiner import REVOKED, enrol_node, node_is_taken
from fieldapp.sync.keys import NodeKeys, PublicKeys
from fieldapp.sync.office import key_list, office_sections, own_key_list, take_office_section
from fieldapp.sync.pack import Identity, Shown
from fieldapp.sync.packing import lines
from fieldapp.sync.proof import PACK_SECRET
from fieldapp.sync.sync_file import Columns, Header, Kind, Placed, file_name
from fieldapp.sync.taking import take_records
from fieldapp.sync.words import choose, new_lock

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXY"  # Z is what a computer has before its pack
_MOST_OF_RECORDS = 500_000
"""Bytes of records in a pack; the rest comes with the first receipt."""

_CSV_COLUMNS = ("csc_id", "name_hi", "name_en", "place_key")


@dataclass(frozen=True, slots=True)
class PackMade:
    """A pack and the six words to tell by telephone; they are kept nowhere."""

    path: Path
    words: str
    letter: str
    centre: Centre


@dataclass(frozen=True, slots=True)
class RequestMade:
    """A request and the fingerprint to read out when head office rings."""

    path: Path
    fingerprint: str


@dataclass(frozen=True, slots=True)
class NodeShown:
    """A computer of a centre. key: its key id; state: trusted or revoked; receipt: number of the last one.

    fingerprint: as its centre reads it out.
    """

    key: str
    node: str
    letter: str
    state: str
    receipt: int
    receipt_due: bool
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class CentreShown:
    """A registered centre, its computers, and the letters of packs that nobody has used yet."""

    centre: Centre
    nodes: tuple[NodeShown, ...]
    unused_packs: tuple[str, ...]


class Enrolment:
    """Keys and identities, on either side."""

    def __init__(self, database: Database, home: Home, keys: NodeKeys, data_key: bytes) -> None:
        self._database = database
        self._home = home
        self._keys = keys
        self._data_key = data_key

    # ------------------------------------------------------------ head office

    def register_centre(self, actor: Actor, csc_id: str, name: Name, place_key: str) -> Centre:
        """Note a centre by its 12-digit CSC ID. Raises InvalidInput: 'csc_id', or 'centre_known'."""
        self._must_be_office(actor)
        with self._database.transaction() as tx:
            return self._register(tx, actor, csc_id, name, place_key)

    def make_pack(self, actor: Actor, centre: int, target: Path) -> PackMade:
        """Make the pack of a centre's next computer. target: a file, or a folder that it is put into.

        Raises InvalidInput 'letters' when the letters are used up, and EnvironmentProblem.
        """
        self._must_be_office(actor)
        words, lock, secret = choose(), new_lock(practice=self._home.practice), secrets.token_bytes(32)
        with self._database.transaction() as tx:
            known = state.centre(tx, centre)
            letter = _next_letter(tx, centre)
            own_key_list(tx, self._home, self._keys, self._data_key)
            node, now = state.node(tx), stamp(self._database.clock())
            journal.seal(tx, Typed(node.hex(), HQ_CENTRE, self._database.clock()))
            seals = Downward(tx, node, IN_PACKS).for_centre(known)
            sections = [pack.identity_line("pack", self._identity(tx, known, letter)), *office_sections(tx)]
            tx.execute(packs.insert().values(centre=centre, letter=letter, secret=secret, made_at=now))
            log.note(tx, self._database.clock(), actor.login, "make_pack", what=f"{known.csc_id}-{letter}")
        records = _fitting(lines(self._database, seals, Columns({})))
        name = file_name(f"{known.csc_id}-{letter}-pack", 0, 1, 1, now[:10])
        try:
            header = pack.own_header(self._keys.public, node.hex(), known.csc_id, now)
            content = [*sections, pack.locked_line(words, lock, secret, records)]
            placed = self._write(target / name if target.is_dir() else target, Kind.PACK, header, content)
        except BaseException:
            with self._database.transaction() as tx:
                tx.execute(packs.delete().where(packs.c.centre == centre, packs.c.letter == letter))
            raise
        return PackMade(placed.path, words, letter, known)

    def make_packs(self, actor: Actor, table: Path, folder: Path) -> tuple[PackMade, ...]:
        """Register the centres of a CSV file (csc_id, name_hi, name_en, place_key) and make a pack for each.

        A centre that is registered already gets a pack all the same. Every row is looked at before the first
        pack is made. Raises InvalidInput 'csv' or 'csc_id'.
        """
        self._must_be_office(actor)
        rows = _read_table(table)
        with self._database.transaction() as tx:
            known = {centre.csc_id: centre for centre in state.all_centres(tx)}
            for row in rows:
                csc_id = plain_csc_id(row["csc_id"])
                if csc_id not in known:
                    name = Name(row["name_hi"], row["name_en"])
                    known[csc_id] = self._register(tx, actor, csc_id, name, row["place_key"])
        wanted = [known[plain_csc_id(row["csc_id"])].number for row in rows]
        return tuple(self.make_pack(actor, number, folder) for number in wanted)

    def read_request(self, path: Path) -> Shown:
        """Look into an enrolment request: who asks, and the fingerprint to compare by telephone."""
        return pack.read_open(path, Kind.REQUEST)

    def enrol(self, actor: Actor, path: Path, fingerprint: str) -> Centre:
        """Trust the computer that made a request. fingerprint: as read out, at least its last four digits.

        A centre that is not registered yet is registered as the request says. Raises InvalidInput
        'fingerprint' when it is another, 'node_known' when the computer's id belongs to other keys.
        """
        self._must_be_office(actor)
        shown = self.read_request(path)
        self._check_practice(shown)
        _compare(fingerprint, shown.fingerprint)
        asked, key = shown.identity, bytes.fromhex(shown.outer.key)
        with self._database.transaction() as tx:
            known = {centre.csc_id: centre for centre in state.all_centres(tx)}
            centre = known.get(plain_csc_id(asked.csc_id)) or self._register(
                tx, actor, asked.csc_id, asked.name, asked.place_key
            )
            if tx.execute(sa.select(nodes.c.key).where(nodes.c.key == key)).first() is None:
                if node_is_taken(tx, shown.outer.header.node):
                    raise InvalidInput(
                        Text("This computer is enrolled with other keys."),
                        Text("Nothing was changed. Ask the centre whether its home was copied."),
                        "node_known",
                    )
                enrol_node(tx, shown.outer, centre.number, "", stamp(self._database.clock()))
                log.note(tx, self._database.clock(), actor.login, "enrol", what=shown.outer.key)
            asks = (inbox_files.c.kind == Kind.REQUEST) & (inbox_files.c.key == key)
            tx.execute(inbox_files.delete().where(asks))
        return centre

    def centres(self, actor: Actor) -> tuple[CentreShown, ...]:
        """Every registered centre with its computers and unused packs."""
        self._must_be_office(actor)
        with self._database.reading() as tx:
            known = tx.execute(
                sa.select(nodes).order_by(nodes.c.centre, nodes.c.letter, nodes.c.key)
            ).fetchall()
            unused = tx.execute(
                sa.select(packs.c.centre, packs.c.letter)
                .where(packs.c.used_by.is_(None))
                .order_by(packs.c.letter)
            ).fetchall()
            return tuple(
                CentreShown(
                    centre,
                    tuple(_node(row) for row in known if row.centre == centre.number),
                    tuple(row.letter for row in unused if row.centre == centre.number),
                )
                for centre in state.all_centres(tx)
                if centre.number != HQ_CENTRE
            )

    def revoke(self, actor: Actor, node: str) -> None:
        """Trust a computer no longer: its files wait in quarantine from now on. What came stays.

        Raises InvalidInput 'no_node' when no such computer is enrolled.
        """
        self._must_be_office(actor)
        with self._database.transaction() as tx:
            own = nodes.c.node == bytes.fromhex(node)
            if tx.execute(nodes.update().where(own).values(state=REVOKED)).rowcount == 0:
                raise InvalidInput(
                    Text("No such computer is enrolled."), Text("Look at the list of centres."), "no_node"
                )
            log.note(tx, self._database.clock(), actor.login, "revoke", what=node)

    # ------------------------------------------------------------ centre

    def read_pack(self, path: Path) -> Shown:
        """Look into a pack: for whom it is, from whom, and the fingerprint to compare by telephone."""
        return pack.read_open(path, Kind.PACK)

    def take_pack(self, actor: Actor, path: Path, words: str) -> Centre:
        """Take a pack: from now on this centre can write to its head office and read its receipts.

        Numbers given before keep their letter Z. Raises InvalidInput: 'words', 'other_centre' (the pack is
        another centre's), and SyncFileRefused.
        """
        actor.must_be_known()
        shown = self.read_pack(path)
        self._check_practice(shown)
        secret, records = pack.unlocked(pack.section(shown, "locked"), words)
        with self._database.transaction() as tx:
            self._check_addressee(tx, shown.identity)
            for number, said in shown.sections:
                take_office_section(tx, said, number)
            offices = key_list(tx)
            if offices is None or offices.find(shown.outer.key) is None:
                raise refuse("bad_key")
            centre = self._take_identity(tx, shown.identity, secret)
            setting = Setting(demo=self._home.practice, centre_ids=state.centre_ids(tx))
            sender = Sender(shown.outer.header.node, HQ_CENTRE)
            take_records(tx, sender, records, setting, stamp(self._database.clock()))
            log.note(tx, self._database.clock(), actor.login, "take_pack", what=shown.outer.sha256)
        return centre

    def make_request(self, actor: Actor, folder: Path) -> RequestMade:
        """Ask head office to be enrolled, for a centre that has no pack yet."""
        actor.must_be_known()
        with self._database.reading() as tx:
            own, node = state.centre(tx, OWN_CENTRE), state.read(tx, "node")
        made = stamp(self._database.clock())
        identity = Identity(
            csc_id=own.csc_id, name_hi=own.name_hi, name_en=own.name_en, place_key=own.place_key
        )
        header = pack.own_header(self._keys.public, node, own.csc_id, made, own.csc_id)
        name = file_name(f"{own.csc_id}-request", 0, 1, 1, made[:10])
        content = [pack.identity_line("request", identity)]
        placed = self._write(folder / name, Kind.REQUEST, header, content)
        return RequestMade(placed.path, self._keys.public.fingerprint)

    # ------------------------------------------------------------ the steps

    def _must_be_office(self, actor: Actor) -> None:
        actor.must_be(Duty.OFFICER)
        if not self._home.is_hq:
            raise InvalidInput(
                Text("Only a head office enrols centres."),
                Text("A centre takes the pack that head office made for it."),
                "not_an_office",
            )

    def _check_practice(self, shown: Shown) -> None:
        if shown.outer.practice != self._home.practice:
            raise refuse("practice_file" if shown.outer.practice else "real_file")

    def _register(self, tx: Connection, actor: Actor, csc_id: str, name: Name, place_key: str) -> Centre:
        plain = plain_csc_id(csc_id)
        if problem := csc_id_problem(plain):
            raise InvalidInput(
                problem, Text("Nothing was changed. Look at the papers of the centre."), "csc_id"
            )
        known = state.all_centres(tx)
        if any(centre.csc_id == plain for centre in known):
            raise InvalidInput(
                Text("The centre {csc_id} is registered already.", csc_id=plain),
                Text("Make a pack for it instead."),
                "centre_known",
            )
        number = max((centre.number for centre in known), default=HQ_CENTRE) + 1
        centre = Centre(number, plain, name.hi, name.en, place_key)
        state.put_centre(tx, centre)
        log.note(tx, self._database.clock(), actor.login, "register_centre", what=plain)
        return centre

    def _identity(self, tx: Connection, centre: Centre, letter: str) -> Identity:
        office = state.centre(tx, HQ_CENTRE)
        return Identity(
            csc_id=centre.csc_id,
            name_hi=centre.name_hi,
            name_en=centre.name_en,
            place_key=centre.place_key,
            letter=letter,
            office_hi=office.name_hi,
            office_en=office.name_en,
        )

    def _write(self, target: Path, kind: Kind, header: Header, content: list[bytes]) -> Placed:
        return pack.write_open(target, kind, header, content, self._keys, practice=self._home.practice)

    def _check_addressee(self, tx: Connection, identity: Identity) -> None:
        if self._home.is_hq:
            raise InvalidInput(
                Text("A pack is for a centre, and this is an office."),
                Text("Open the home of the centre and take the pack there."),
                "not_a_centre",
            )
        own = state.centre(tx, OWN_CENTRE)
        if own.csc_id and own.csc_id != identity.csc_id:
            raise InvalidInput(
                Text("This pack is for the centre {csc_id}.", csc_id=identity.csc_id),
                Text("Nothing was changed. Ask head office for the pack of this centre."),
                "other_centre",
            )

    def _take_identity(self, tx: Connection, identity: Identity, secret: bytes) -> Centre:
        centre = Centre(OWN_CENTRE, identity.csc_id, identity.name_hi, identity.name_en, identity.place_key)
        state.put_centre(tx, centre)
        state.put_centre(tx, Centre(HQ_CENTRE, "", identity.office_hi, identity.office_en, ""))
        if state.read(tx, "letter", "Z") == "Z":
            state.write(tx, "letter", identity.letter)
        if not state.read(tx, "receipt"):
            state.write(tx, PACK_SECRET, secret.hex())
        return centre


def _next_letter(tx: Connection, centre: int) -> str:
    used = set(tx.execute(sa.select(packs.c.letter).where(packs.c.centre == centre)).scalars())
    letter = next((one for one in _LETTERS if one not in used), "")
    if not letter:
        raise InvalidInput(
            Text("This centre has packs for 25 computers already."),
            Text("Nothing was made; more computers a centre cannot have."),
            "letters",
        )
    return letter


def _fitting(records: Iterator[bytes]) -> list[bytes]:
    found, size = list[bytes](), 0
    for line in records:
        size += len(line)
        if size > _MOST_OF_RECORDS:
            break
        found.append(line)
    return found


def _compare(told: str, fingerprint: str) -> None:
    plain, expected = "".join(told.split()).casefold(), "".join(fingerprint.split())
    if len(plain) < 4 or not expected.endswith(plain):
        raise InvalidInput(
            Text("The fingerprint is another one."),
            Text("Do not enrol this computer. Ring the centre and compare it once more."),
            "fingerprint",
        )


def _read_table(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not set(_CSV_COLUMNS) <= rows[0].keys():
        raise InvalidInput(
            Text("The table must have the columns {names}.", names=", ".join(_CSV_COLUMNS)),
            Text("Nothing was changed. Save it as CSV with these headings and try again."),
            "csv",
        )
    return rows


def _node(row: Any) -> NodeShown:
    return NodeShown(
        bytes(row.key).hex(),
        bytes(row.node).hex(),
        row.letter,
        row.state,
        row.receipt_number,
        row.receipt_due > 0,
        PublicKeys(bytes(row.sign_public).hex(), row.age_recipient).fingerprint,
    )
