"""Playing the exchange with real homes: who records, makes files, carries, imports, answers."""

import os
import shutil
from collections import Counter
from datetime import date
from functools import cached_property
from pathlib import Path

import msgspec

from fieldapp.domain import canonical
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import RosterRow, Target
from fieldapp.homes import OpenHome, new_centre, new_hq, open_home
from fieldapp.storage import journal, state
from fieldapp.storage.blobs import blobs_of
from fieldapp.storage.database import Clock, utc_now
from fieldapp.storage.state import Centre
from fieldapp.storage.tables import nodes
from fieldapp.sync.continuing import Continuing
from fieldapp.sync.enrolment import Enrolment
from fieldapp.sync.give_back import GivingBack
from fieldapp.sync.office_keys import OfficeKeys
from fieldapp.sync.outbox import Outbox
from fieldapp.sync.receipts import Receipts
from fieldapp.sync.sync_file import (
    START,
    Checkpoint,
    Columns,
    Header,
    Kind,
    Manifest,
    record_line,
    write,
)
from fieldapp.sync.undoing import OfficeInbox

CSC_ID = "100000000015"
KASMAR = PlaceRef("block:322/3069", "कसमार")
CENTRE = Centre(0, CSC_ID, "प्रज्ञा केंद्र कसमार", "Pragya Kendra Kasmar", KASMAR.key)


class Side:
    """An open home and what it exchanges with."""

    def __init__(self, home: OpenHome, clock: Clock = utc_now) -> None:
        self.home, self.clock = home, clock
        self.folder = home.home.folder
        self.actor = home.actor
        self.services = home.services
        parts = (home.database, home.home, home.keys)
        self.blobs = blobs_of(home.home, home.data_key)
        self.outbox = Outbox(*parts, self.blobs)
        self.inbox = OfficeInbox(*parts, self.blobs)
        self.receipts = Receipts(*parts, self.blobs)
        self.enrolment = Enrolment(*parts, home.data_key)
        self.continuing = Continuing(home.database, home.home)
        self.office_keys = OfficeKeys(*parts, home.data_key)
        self.giving_back = GivingBack(*parts, self.blobs)

    @classmethod
    def opened(cls, folder: Path, clock: Clock = utc_now) -> "Side":
        return cls(open_home(folder, clock=clock), clock)

    @cached_property
    def node(self) -> bytes:
        """Its node id, which an open home keeps."""
        with self.home.database.reading() as tx:
            return state.node(tx)

    def state_hash(self) -> str:
        with self.home.database.reading() as tx:
            return journal.state_hash(tx)

    def count(self, statement) -> int:
        with self.home.database.reading() as tx:
            return tx.execute(statement).scalar()

    # ------------------------------------------------------------ recording

    def start(self, **given):
        """A planned activity; gives its id."""
        saved = self.services.activities.start(self.actor, "CHAI_SAMOSA", date(2017, 1, 14), KASMAR, **given)
        return saved.held.record.id

    def edit(self, record_id: str, word: str = "activity", **changes):
        """Save a record with these fields changed."""
        service = self.services.for_type(word)
        held = service.get(self.actor, record_id)
        return service.save(self.actor, msgspec.structs.replace(held.record, **changes), held.version)

    def notes(self, record_id: str) -> str:
        return self.services.activities.get(self.actor, record_id).record.notes

    def state_of(self, record_id: str, word: str = "activity") -> str:
        return self.services.for_type(word).get(self.actor, record_id).state

    def plan(self, **given) -> str:
        """A target; gives its id."""
        target = Target(id=self.services.targets.new_id(), title=Name("नौ शहर", "Nine cities"), **given)
        return self.services.targets.save(self.actor, target).held.record.id


class Exchange:
    """One head office, one centre, and the folder that is carried between them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.stick = root / "stick"
        self.hq = Side.opened(root / "hq")
        self.centre = Side.opened(root / "centre")

    @classmethod
    def copied(cls, template: Path, root: Path) -> "Exchange":
        shutil.copytree(template, root, dirs_exist_ok=True)
        return cls(root)

    def close(self) -> None:
        self.hq.home.close()
        self.centre.home.close()

    def send(self, **given) -> list[Path]:
        """The centre makes a batch; its files on the stick."""
        made = self.centre.outbox.make(self.centre.actor, target=self.stick, **given)
        return [part.path for part in made.copies]

    def deliver(self, *paths: Path):
        """Head office imports files from the stick."""
        return self.hq.inbox.import_all(self.hq.actor, paths)

    def answer(self) -> Path:
        """Head office writes the centre's receipt."""
        return self.hq.receipts.make(self.hq.actor, self.stick)[0].path

    def round_trip(self):
        """A batch goes up, its receipt comes down and is taken."""
        self.deliver(*self.send())
        return self.centre.receipts.apply(self.centre.actor, self.answer())

    def reopen_centre(self) -> Side:
        self._let_go("centre")
        return self._opened("centre")

    def copy_of_centre(self, name: str) -> Path:
        """A copy of the centre's home as it lies on the disk."""
        return self._copied("centre", name)

    def copy_of_office(self, name: str) -> Path:
        """A copy of head office's home as it lies on the disk."""
        return self._copied("hq", name)

    def put_back(self, kept: Path) -> Side:
        """The centre's computer goes on from an old copy, and does not know it."""
        return self._put_back("centre", kept)

    def put_office_back(self, kept: Path) -> Side:
        """Head office goes on from an old copy, and does not know it."""
        return self._put_back("hq", kept)

    def _copied(self, which: str, name: str) -> Path:
        self._let_go(which)
        shutil.copytree(self.root / which, self.root / name)
        self._opened(which)
        return self.root / name

    def _put_back(self, which: str, kept: Path) -> Side:
        self._let_go(which)
        shutil.rmtree(self.root / which)
        shutil.copytree(kept, self.root / which)
        return self._opened(which)

    def _let_go(self, which: str) -> None:
        side: Side = getattr(self, which)
        side.home.close()

    def _opened(self, which: str) -> Side:
        setattr(self, which, Side.opened(self.root / which))
        side: Side = getattr(self, which)
        return side


def enrol(hq: Side, centre: Side, folder: Path) -> int:
    """The centre takes its pack; the number under which the office knows it."""
    known = hq.enrolment.register_centre(hq.actor, CSC_ID, Name(CENTRE.name_hi, CENTRE.name_en), KASMAR.key)
    pack = hq.enrolment.make_pack(hq.actor, known.number, folder)
    centre.enrolment.take_pack(centre.actor, pack.path, pack.words)
    pack.path.unlink()
    return known.number


def make_template(root: Path) -> Path:
    """A practice head office with one centre that has taken its pack."""
    (root / "stick").mkdir()
    hq = Side(new_hq(root / "hq", practice=True))
    centre = Side(new_centre(root / "centre", CENTRE, practice=True))
    enrol(hq, centre, root)
    hq.home.close()
    centre.home.close()
    for side in ("hq", "centre"):
        (root / side / "ballast").unlink()  # only makes copies slow here
    return root


def row(number: int, **given) -> RosterRow:
    return RosterRow(
        row=number, position=number * 1024, name=Name(f"नाम {number}", f"Name {number}"), **given
    )


def is_known(side: Side) -> bool:
    """Whether a head office trusts a computer."""
    return side.count(nodes.select().with_only_columns(nodes.c.key).limit(1)) is not None


def body_of(node: str, f: dict, *, t: str = "activity", record_id: str = "", **given) -> tuple[bytes, str]:
    """A sealed body put together by hand, and its name."""
    members = {"t": t, "op": "put", "id": record_id or os.urandom(16).hex(), "owner": node, "anc": [], "f": f}
    encoded = canonical.encode({**members, **given})
    return encoded, canonical.revision_of(encoded)


def line_of(body: bytes, rev: str, at: str = "2026-11-20T10:00:00Z") -> bytes:
    return record_line(body, rev, Columns({}), schema=1, n=1, by="operator", at=at)


def hand_made(exchange: Exchange, lines: list[bytes], target: str = "made.fieldsync", **given) -> Path:
    """A batch of the centre with these lines, whatever they are. given: parts of manifest and cover."""
    centre, hq = exchange.centre.home, exchange.hq.home
    counts = Counter(msgspec.json.decode(line)["t"] for line in lines)
    keys = given.pop("keys", centre.keys)
    recipients = given.pop("recipients", (hq.keys.public.age,))
    practice = given.pop("practice", True)
    header = Header(
        app="by hand", node=given.pop("node", keys.key_id), schema=1, part=1, of=1,
        batch=given.pop("batch", 7), centre=given.pop("centre", CSC_ID),
        min_reader=given.get("min_reader", 1), enrol=given.pop("enrol", None),
    )  # fmt: skip
    said = {"schema": 1, "min_reader": 1, "base": START, "to": Checkpoint(n=1, chain="ab" * 16)} | given
    manifest = Manifest(**said, count=len(lines), counts=dict(counts))
    written = write(
        exchange.stick / target, Kind.BATCH, header, manifest, lines,
        signer=keys, recipients=recipients, practice=practice,
    )  # fmt: skip
    return written.path
