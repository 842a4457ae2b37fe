"""Taking receipts at a centre, and telling apart whatever somebody brought on a stick.

A checkpoint is believed only if it lies on this home's own chain; the highest such one of the receipt taken
last is the base, which may so go down again (head office was restored from an old backup). Receipts are taken
as they come, whatever their number: a late one can only make this home send more.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import Code
from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.identifiers import mask_forbidden_numbers
from fieldapp.domain.results import RESULTS, refuse
from fieldapp.domain.rules import Setting
from fieldapp.domain.text import Text
from fieldapp.storage import blob_names, journal, log, state
from fieldapp.storage.blobs import BlobStore
from fieldapp.storage.database import Database, stamp
from fieldapp.storage.home import Home
from fieldapp.storage.state import HQ_CENTRE
from fieldapp.storage.tables import batches, receipts, record_directory, record_heads, refused
from fieldapp.sync import pack
from fieldapp.sync.arrived import FileState
from fieldapp.sync.arriving import Counts, Sender, label_of
from fieldapp.sync.batches import BatchState
from fieldapp.sync.block_offices import block_offices, block_signer, take_blocks, take_centres
from fieldapp.sync.carrying import Carried
from fieldapp.sync.given_back import TakenBack, TakingBack
from fieldapp.sync.keys import NodeKeys, recipient_id
from fieldapp.sync.office import is_retired, key_list, take_office_sections
from fieldapp.sync.pack import Shown
from fieldapp.sync.receipt_lines import FileLine, MissingLine, ReceiptLine, RefusedLine
from fieldapp.sync.shelf import bytes_of, contents_of, files_in
from fieldapp.sync.sync_file import Content, Kind, Outer, Record, Section, Signer, Trust, open_, peek
from fieldapp.sync.taking import take_records
from fieldapp.sync.unpacking import Piece

Trusting = Callable[[str], Signer | None]
WRONG_CODES = "receipt_code_wrong"
"""How many wrong receipt codes were entered since a receipt came (sync.receipt_code)."""


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """An own record that head office did not take, as it now stands here. path: the field to look at."""

    type: str
    id: str
    code: str
    path: str
    said: tuple[Text, Text]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a receipt changed here.

    base_before, base: log numbers up to which head office has everything; received: own records it has now,
    as they stand here; office: its own records that came along; foreign: it holds checkpoints that this
    computer did not make; full_asked: it asks for a full file; again: this receipt was taken before;
    pictures_asked: photographs it lacks, which go again with the next sync file; older_keys: its list of
    keys is older than the one held here, and was left alone.
    """

    number: int
    base_before: int
    base: int
    received: int
    refused: tuple[RefusedRecord, ...]
    office: Counts
    foreign: bool
    full_asked: bool
    again: bool
    pictures_asked: int = 0
    older_keys: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """Result codes worth saying."""
        found = (
            ("foreign_checkpoint", self.foreign),
            ("totals_differ", self.full_asked),
            ("old_key_list", self.older_keys),
        )
        return tuple(code for code, is_so in found if is_so)


class ReceivedState(Code):
    """What a file turned out to be, at a centre."""

    TAKEN = "TAKEN", "Receipt taken"
    GIVEN_BACK = "GIVEN_BACK", "Records given back"
    PACK = "PACK", "Pack of head office: its six words are needed"
    OTHERS = "OTHERS", "For another computer"
    REFUSED = "REFUSED", "Refused"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was brought to a centre and what became of it. name: of it, and of what it lay in.

    carried: it is another's, signed by our office, and kept here to be passed on.
    """

    path: Path
    state: ReceivedState
    code: str = ""
    said: tuple[Text, Text] | None = None
    taken: Taken | None = None
    pack: Shown | None = None
    given_back: TakenBack | None = None
    name: str = ""
    sha256: str = ""
    carried: bool = False


class _Met(NamedTuple):
    """A file for this home, on its way to being taken."""

    path: Path
    name: str
    outer: Outer


@dataclass(frozen=True, slots=True)
class _Said:
    """The lines of a receipt that are no records."""

    receipt: ReceiptLine
    files: tuple[FileLine, ...]
    refused: tuple[RefusedLine, ...]
    missing: tuple[str, ...]
    sections: tuple[tuple[int, dict[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class _Heard:
    """What head office told of files and keys; of a block office, nothing. Members as in `Taken`."""

    foreign: bool = False
    refused: tuple[RefusedRecord, ...] = ()
    older_keys: bool = False
    pictures: int = 0


class Receiving:
    """A centre's side of receipts."""

    def __init__(self, database: Database, home: Home, keys: NodeKeys, blobs: BlobStore) -> None:
        self._database = database
        self._home = home
        self._keys = keys
        self._blobs = blobs
        self.carried = Carried(home)

    def receive(self, actor: Actor, paths: Sequence[Path]) -> tuple[Received, ...]:
        """Take what head office sent to this computer out of files and folders, and say what the rest is.

        Files inside a ZIP or a mail are taken out in memory. A pack is only recognised: taking it needs the
        words (sync.enrolment). What is another's stays where it lies; a receipt is also kept, unopened, to be
        put on the next stick (sync.carrying).
        """
        actor.must_be_known()
        trust = self._trust()
        pieces = [(path, piece) for path in files_in(paths) for piece in contents_of(path)]
        found = [self._recognise(path, piece, trust) for path, piece in pieces]
        ours = sorted((one for one in found if isinstance(one, _Met)), key=_in_turn)
        taken = {id(one): self._take_one(actor, one) for one in ours}
        return tuple(taken[id(one)] if isinstance(one, _Met) else one for one in found)

    def apply(self, actor: Actor, path: Path) -> Taken:
        """Take one receipt. Raises SyncFileRefused, and nothing has changed then."""
        actor.must_be_known()
        return self._take(actor, self._peek(bytes_of(path), self._trust(), (Kind.RECEIPT,)))

    # ------------------------------------------------------------ what it is

    def _trust(self) -> Trusting:
        """Who signs with a key: the offices this home knows."""
        with self._database.reading() as tx:
            offices = key_list(tx)
            blocks = {one.public.key_id: block_signer(tx, one.public.key_id) for one in block_offices(tx)}
        return (lambda key_id: offices.signer(key_id) or blocks.get(key_id)) if offices else _nobody

    def _peek(self, content: bytes, trust: Trusting, kinds: tuple[Kind, ...]) -> Outer:
        outer = peek(content, trust, kinds)
        if outer.practice != self._home.practice:
            raise refuse("practice_file" if outer.practice else "real_file")
        return outer

    def _recognise(self, path: Path, piece: Piece, trust: Trusting) -> Received | _Met:
        """A file for us with its outside, or what else it is."""
        met = Received(path, ReceivedState.REFUSED, name=piece.name)
        try:
            if isinstance(piece.content, SyncFileRefused):
                raise piece.content
            outer = self._peek(piece.content, trust, (Kind.RECEIPT, Kind.PACK, Kind.GIVE_BACK))
            if outer.kind is Kind.PACK:
                if piece.name != mask_forbidden_numbers(path.name):
                    raise refuse("pack_inside")
                return replace(met, state=ReceivedState.PACK, pack=pack.read_open(path, Kind.PACK))
            if recipient_id(self._keys.public.age) not in outer.header.recipients:
                kept = self.carried.keep(outer, piece.content)
                another = replace(met, state=ReceivedState.OTHERS, sha256=outer.sha256, carried=kept)
                return _refused_file(another, refuse("not_for_this_computer"))
            if outer.kind is Kind.GIVE_BACK and trust is _nobody:
                raise refuse("pack_first")
        except SyncFileRefused as error:
            return _refused_file(met, error)
        return _Met(path, piece.name, outer)

    def _take_one(self, actor: Actor, met: _Met) -> Received:
        done = Received(met.path, ReceivedState.TAKEN, name=met.name)
        try:
            if met.outer.kind is Kind.GIVE_BACK:
                back = self._take_back(actor, met.outer)
                return replace(done, state=ReceivedState.GIVEN_BACK, given_back=back)
            return replace(done, taken=self._take(actor, met.outer))
        except SyncFileRefused as error:
            return _refused_file(replace(done, state=ReceivedState.REFUSED), error)

    # ------------------------------------------------------------ taking it

    def take_back(self, actor: Actor, path: Path) -> TakenBack:
        """Take one file of a give-back. Raises SyncFileRefused, and nothing has changed then."""
        actor.must_be_known()
        return self._take_back(actor, self._peek(bytes_of(path), self._trust(), (Kind.GIVE_BACK,)))

    def _take_back(self, actor: Actor, outer: Outer) -> TakenBack:
        """Only of head office: a block office holds what it was sent, not what counts."""
        with self._database.reading() as tx:
            if not _is_head_office(tx, outer.key):
                raise refuse("bad_signature")
        return TakingBack(self._database, self._home, self._blobs).take(actor, self._opened(outer))

    def _opened(self, outer: Outer) -> Content:
        if outer.trust is not Trust.KNOWN:
            with self._database.reading() as tx:
                raise refuse("retired_key" if is_retired(tx, outer.key) else "bad_signature")
        return open_(outer, [self._keys.identity], practice=self._home.practice)

    def _take(self, actor: Actor, outer: Outer) -> Taken:
        content = self._opened(outer)
        said = _read(content)
        with self._database.transaction() as tx:
            if said.receipt.node != state.read(tx, "node"):
                raise refuse("not_for_this_computer")
            before = state.base(tx)
            counts = _is_head_office(tx, outer.key)
            heard = self._hear(tx, said) if counts else _Heard()
            office = take_records(
                tx,
                Sender(outer.header.node, HQ_CENTRE),
                _records(content),
                Setting(demo=self._home.practice, centre_ids=state.centre_ids(tx)),
                stamp(self._database.clock()),
            )
            again = self._note(tx, actor, outer, said.receipt, counts=counts)
            return Taken(
                number=outer.header.batch,
                base_before=before,
                base=state.base(tx),
                received=_count_received(tx),
                refused=heard.refused,
                office=office,
                foreign=heard.foreign,
                full_asked=said.receipt.full,
                again=again,
                pictures_asked=heard.pictures,
                older_keys=heard.older_keys,
            )

    def _hear(self, tx: Connection, said: _Said) -> _Heard:
        """What only head office can tell: what it holds and lacks, its keys, and the offices around."""
        foreign = self._move_base(tx, said.receipt)
        self._mark_batches(tx, said.files)
        blob_names.forget(tx, said.missing)
        attention = _mark_refused(tx, said.refused)
        older_keys = take_office_sections(tx, said.sections)
        if self._home.is_hq:
            take_centres(tx, said.sections, stamp(self._database.clock()))
        else:
            take_blocks(tx, said.sections)
        return _Heard(foreign, attention, older_keys, len(said.missing))

    def _move_base(self, tx: Connection, said: ReceiptLine) -> bool:
        """Believe the highest checkpoint on our own chain; whether there are others."""
        node = state.node(tx)
        held, given = (
            [one.n for one in points if journal.link(tx, node, one.n) == bytes.fromhex(one.chain)]
            for points in (said.checkpoints, said.given)
        )
        state.write(tx, "base", str(max(held + given, default=0)))
        return len(held) < len(said.checkpoints)

    def _mark_batches(self, tx: Connection, files: Sequence[FileLine]) -> None:
        """A batch is received when the base covers it; one that could not be taken needs attention."""
        now = stamp(self._database.clock())
        cover_batches(tx, now, [bytes.fromhex(one.sha256) for one in files if one.state in _HELD])
        for one in files:
            if state_now := _NOT_TAKEN.get(one.state):
                own = batches.c.sha256 == bytes.fromhex(one.sha256)
                # What a later batch brought as well need not be taken from this one; what was withdrawn is.
                open_yet = sa.or_(batches.c.state != BatchState.RECEIVED, _OF_NO_BASE)
                meant = batches.c.state != state_now if state_now == BatchState.WITHDRAWN else open_yet
                note = one.reason or one.code
                tx.execute(
                    batches.update().where(own, meant).values(state=state_now, state_at=now, note=note)
                )
            if one.state == FileState.WITHDRAWN:  # its photographs are there no more
                blob_names.forget_file(tx, bytes.fromhex(one.sha256))

    def _note(self, tx: Connection, actor: Actor, outer: Outer, said: ReceiptLine, *, counts: bool) -> bool:
        """Remember the receipt; whether it was taken before. counts: it is head office's."""
        sha256 = bytes.fromhex(outer.sha256)
        again = tx.execute(receipts.delete().where(receipts.c.sha256 == sha256)).rowcount > 0
        last = tx.execute(sa.select(sa.func.max(receipts.c.applied_seq))).scalar() or 0
        tx.execute(
            receipts.insert().values(
                sha256=sha256,
                number=outer.header.batch,
                sender=bytes.fromhex(outer.key),
                applied_at=stamp(self._database.clock()),
                applied_seq=last + 1,
                manifest=msgspec.json.encode(said).decode(),
            )
        )
        if counts:
            state.write(tx, "receipt", str(outer.header.batch))
            state.write(tx, state.PACK_SECRET, "")
            state.write(tx, WRONG_CODES, "0")
        log.note(tx, self._database.clock(), actor.login, "take_receipt", what=outer.sha256)
        return again


_OF_NO_BASE = sa.or_(batches.c.records == 0, batches.c.to_n == 0)
_HELD = (FileState.IMPORTED,)
_NOT_TAKEN = {
    str(FileState.REFUSED): BatchState.ATTENTION,
    str(FileState.WITHDRAWN): BatchState.WITHDRAWN,
}
"""States of a file in a receipt, and what they make of a batch that no receipt covers."""


def cover_batches(tx: Connection, now: str, imported: Sequence[bytes] = ()) -> None:
    """Mark the batches that the base covers as received, and those it covers no longer as made.

    A file of photographs, or of a part that was chosen, moves no base: it is received when head office says
    that it imported it. So is one that was withdrawn, though a later one may have brought what it held.
    imported: SHA-256 of those.
    """
    base, making, received = state.base(tx), BatchState.MAKING, BatchState.RECEIVED
    arrived = batches.c.sha256.in_(list(imported))
    withdrawn = batches.c.state == BatchState.WITHDRAWN
    covered = sa.case(
        (withdrawn, arrived),
        (_OF_NO_BASE, sa.or_(batches.c.state == received, arrived)),
        else_=batches.c.to_n <= base,
    )
    note = sa.case((withdrawn, ""), else_=batches.c.note)
    tx.execute(
        batches.update()
        .where(covered, batches.c.state.not_in((making, received)))
        .values(state=received, state_at=now, note=note)
    )
    tx.execute(
        batches.update()
        .where(sa.not_(covered), batches.c.state == received)
        .values(state=BatchState.MADE, state_at=now)
    )


def _in_turn(met: _Met) -> tuple[bool, int, int]:
    """Records that come back before the receipts that speak of them; the newest receipt last, for people."""
    outer = met.outer
    return outer.kind is Kind.RECEIPT, outer.header.batch, outer.header.part


def _is_head_office(tx: Connection, key: str) -> bool:
    """A block office holds what it was sent, not what counts."""
    offices = key_list(tx)
    found = offices.find(key) if offices else None
    return found is not None and found.duty == "hq"


def _nobody(_key_id: str) -> Signer | None:
    return None


def _read(content: Content) -> _Said:
    """Everything in a receipt but its records; having come to the end, the file is known to be whole."""
    sections = [(n, line.members) for n, line in enumerate(content.lines(), 2) if isinstance(line, Section)]
    found: list[msgspec.Struct] = []
    for number, members in sections:
        kind = _LINES.get(members["t"])
        try:
            found += [msgspec.convert(members, kind)] if kind else []
        except msgspec.ValidationError as error:
            raise refuse("bad_json", line=number) from error
    heads = [one for one in found if isinstance(one, ReceiptLine)]
    if len(heads) != 1:
        raise refuse("bad_count")
    return _Said(
        heads[0],
        tuple(one for one in found if isinstance(one, FileLine)),
        tuple(one for one in found if isinstance(one, RefusedLine)),
        tuple(name for one in found if isinstance(one, MissingLine) for name in one.pictures),
        tuple(sections),
    )


_LINES: dict[str, type[msgspec.Struct]] = {
    "receipt": ReceiptLine,
    "file": FileLine,
    "refused": RefusedLine,
    "missing": MissingLine,
}


def _records(content: Content) -> Iterator[Record]:
    return (line for line in content.lines() if isinstance(line, Record))


def _mark_refused(tx: Connection, lines: Sequence[RefusedLine]) -> tuple[RefusedRecord, ...]:
    """Note the own records that were not taken as they now stand; what was sealed anew since is not meant."""
    node, centre = state.identity(tx)
    owned = (refused.c.centre == centre) & (refused.c.node == bytes.fromhex(node))
    tx.execute(refused.delete().where(owned))
    found = []
    for line in {one.id: one for one in lines}.values():
        key, rev = bytes.fromhex(line.id), bytes.fromhex(line.revision)
        own = (record_heads.c.centre == centre) & (record_heads.c.id == key)
        if tx.execute(sa.select(record_heads.c.rev).where(own)).scalar() != rev:
            continue
        row = {"centre": centre, "id": key, "rev": rev, "node": bytes.fromhex(node), "type": line.type}
        tx.execute(refused.insert().values(**row, code=line.code, path=line.path))
        found.append(RefusedRecord(line.type, line.id, line.code, line.path, refusal_words(line)))
    return tuple(found)


def refusal_words(line: RefusedLine) -> tuple[Text, Text]:
    """What the code says; one of a newer head office is put in general words."""
    values: dict[str, object] = {"type": line.type, "field": label_of(line.type, line.path)}
    result = RESULTS.get(line.code)
    if result is None or not result.names() <= values.keys():
        result = RESULTS["bad_record"]
    return result.said(**values)


def _count_received(tx: Connection) -> int:
    """How many own records head office has as they stand here, without those it did not take."""
    base = state.base(tx)
    not_taken = sa.exists().where(
        refused.c.centre == record_heads.c.centre,
        refused.c.id == record_heads.c.id,
        refused.c.rev == record_heads.c.rev,
    )
    statement = (
        sa.select(sa.func.count())
        .select_from(record_heads)
        .join(record_directory, record_directory.c.id == record_heads.c.id)
        .where(
            record_directory.c.owner == state.node(tx),
            record_heads.c.version == record_heads.c.sealed_version,
            record_heads.c.log_number <= base,
            sa.not_(not_taken),
        )
    )
    return tx.execute(statement).scalar() or 0


def _refused_file(met: Received, error: SyncFileRefused) -> Received:
    return replace(met, code=error.code, said=(error.title, error.advice))
