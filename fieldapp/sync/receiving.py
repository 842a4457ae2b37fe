"""Taking receipts at a centre, and telling apart whatever somebody brought on a stick.

A checkpoint is believed only if it lies on this home's own chain; the highest such one of the receipt taken
last is the base, which may so go down again (head office was restored from an old backup). Receipts are taken
as they come, whatever their number: a late one can only make this home send more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.results import refuse
from fieldapp.storage import blob_names, clock, journal, log, state
from fieldapp.storage.blobs import BlobStore
from fieldapp.storage.database import Database, stamp
from fieldapp.storage.home import Home
from fieldapp.storage.state import HQ_CENTRE
from fieldapp.storage.tables import receipts
from fieldapp.sync import pack
from fieldapp.sync.arriving import Sender
from fieldapp.sync.batches_received import mark_batches
from fieldapp.sync.block_offices import block_offices
from fieldapp.sync.carrying import Carried, Passing
from fieldapp.sync.erasures import Erasures
from fieldapp.sync.given_back import TakenBack, TakingBack
from fieldapp.sync.inbox import Inbox
from fieldapp.sync.keys import NodeKeys, recipient_id
from fieldapp.sync.office import is_retired, key_list
from fieldapp.sync.receipt_code import WRONG_CODES
from fieldapp.sync.receipt_lines import ReceiptLine, ReceiptSaid, read_receipt
from fieldapp.sync.received import Received, ReceivedState, Taken
from fieldapp.sync.refused_records import RefusedRecord, count_received, mark_refused
from fieldapp.sync.shelf import bytes_of, contents_of, files_in
from fieldapp.sync.sync_file import DOWNWARD, Content, Kind, Outer, Signer, Trust, open_, peek
from fieldapp.sync.taking import take_records, take_sections
from fieldapp.sync.unpacking import Piece, shown_name

Trusting = Callable[[str], Signer | None]


class _Met(NamedTuple):
    """A file for this home, on its way to being taken."""

    path: Path
    name: str
    outer: Outer


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
        self._erasures = Erasures(database, home, blobs)

    def receive(self, actor: Actor, paths: Sequence[Path]) -> tuple[Received, ...]:
        """Take what head office sent to this computer out of files and folders, and say what the rest is.

        Files inside a ZIP or a mail are taken out in memory. A pack is only recognised: taking it needs the
        words (sync.enrolment). What is another's stays where it lies; a receipt is also kept, unopened, to be
        put on the next stick (sync.carrying). Raises EnvironmentProblem when there is no room for that.
        """
        actor.must_be_known()
        trust = self._trust()
        with self.carried.passing() as passing:
            # One after the other, for all that lies on a stick may not fit into the memory.
            found = [
                self._recognise(path, piece, trust, passing)
                for path in files_in(paths)
                for piece in contents_of(path)
            ]
        ours = sorted((one for one in found if isinstance(one, _Met)), key=_in_turn)
        taken = {id(one): self._take_one(actor, one) for one in ours}
        return tuple(taken[id(one)] if isinstance(one, _Met) else one for one in found)

    def apply(self, actor: Actor, path: Path) -> Taken:
        """Take one receipt. Raises SyncFileRefused, and nothing has changed then."""
        actor.must_be_known()
        return self._take(actor, self._peek(bytes_of(path), self._trust(), (Kind.RECEIPT,)))

    def tidy(self) -> None:
        """At a start: packs that came inside an archive, and whose words never did, are of no more use."""
        for path in pack.laid_apart(self._home):
            path.unlink(missing_ok=True)

    # ------------------------------------------------------------ what it is

    def _trust(self) -> Trusting:
        """Who signs with a key: the offices this home knows."""
        with self._database.reading() as tx:
            offices = key_list(tx)
            blocks = {one.public.key_id: one.signer for one in block_offices(tx)}
        return (lambda key_id: offices.signer(key_id) or blocks.get(key_id)) if offices else _nobody

    def _peek(self, content: bytes, trust: Trusting, kinds: tuple[Kind, ...]) -> Outer:
        outer = peek(content, trust, kinds)
        outer.must_suit(practice=self._home.practice)
        return outer

    def _recognise(self, path: Path, piece: Piece, trust: Trusting, passing: Passing) -> Received | _Met:
        """A file for us with its outside, or what else it is."""
        met = Received(path, ReceivedState.REFUSED, name=piece.name)
        try:
            if isinstance(piece.content, SyncFileRefused):
                raise piece.content
            outer = self._peek(piece.content, trust, DOWNWARD)
            if outer.kind is Kind.PACK:
                inside = piece.name != shown_name(path.name)
                shown = pack.read_open(piece.content, Kind.PACK)
                where = pack.lay_apart(self._home, outer, piece.content) if inside else path
                return replace(met, path=where, state=ReceivedState.PACK, pack=shown)
            if recipient_id(self._keys.public.age) not in outer.header.recipients:
                kept = passing.keep(outer, piece.content)
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
        taking = TakingBack(self._database, self._home, self._blobs, self._erasures)
        return taking.take(actor, self._opened(outer))

    def _opened(self, outer: Outer) -> Content:
        if outer.trust is not Trust.KNOWN:
            with self._database.reading() as tx:
                raise refuse("retired_key" if is_retired(tx, outer.key) else "bad_signature")
        return open_(outer, [self._keys.identity], practice=self._home.practice)

    def _take(self, actor: Actor, outer: Outer) -> Taken:
        content = self._opened(outer)
        said = read_receipt(content)
        with self._database.transaction() as tx:
            if said.receipt.node != state.read(tx, "node"):
                raise refuse("not_for_this_computer")
            before = state.base(tx)
            counts = _is_head_office(tx, outer.key)
            heard = self._hear(tx, said) if counts else _Heard()
            office = take_records(
                tx,
                self._home,
                Sender(outer.header.node, HQ_CENTRE),
                content.records(),
                stamp(self._database.clock()),
            )
            again = self._note(tx, actor, outer, said.receipt, counts=counts)
            emptied = self._erasures.heed(tx, actor)
            taken = Taken(
                number=outer.header.batch,
                base_before=before,
                base=state.base(tx),
                received=count_received(tx),
                refused=heard.refused,
                office=office,
                foreign=heard.foreign,
                full_asked=said.receipt.full,
                again=again,
                pictures_asked=heard.pictures,
                older_keys=heard.older_keys,
                erased=emptied.new,
                of_block=not counts,
                gap=said.receipt.gap and not counts,
            )
        self._erasures.settle(emptied)
        return replace(taken, waited=self._import_what_waited(actor)) if self._home.scope else taken

    def _import_what_waited(self, actor: Actor) -> int:
        """At a block office: files of computers that head office has told of now; how many came in."""
        inbox = Inbox(self._database, self._home, self._keys, self._blobs)
        return len(inbox.import_what_waited(actor)) if actor.duty == Duty.OFFICER else 0

    def _hear(self, tx: Connection, said: ReceiptSaid) -> _Heard:
        """What only head office can tell: what it holds and lacks, its keys, and the offices around."""
        foreign, now = self._move_base(tx, said.receipt), stamp(self._database.clock())
        clock.told(tx, said.receipt.at, state.base(tx))
        mark_batches(tx, said.files, now)
        blob_names.forget(tx, said.missing)
        attention = mark_refused(tx, said.refused)
        older_keys = take_sections(tx, self._home, said.sections, now)
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


def _in_turn(met: _Met) -> tuple[bool, int, int]:
    """Records that come back before the receipts that speak of them; the newest receipt last, for people."""
    outer = met.outer
    return outer.kind is Kind.RECEIPT, outer.header.batch, outer.header.part


def _is_head_office(tx: Connection, key: str) -> bool:
    """A block office holds what it was sent, not what counts."""
    offices = key_list(tx)
    return offices is not None and offices.find(key) is not None


def _nobody(_key_id: str) -> Signer | None:
    return None


def _refused_file(met: Received, error: SyncFileRefused) -> Received:
    return replace(met, code=error.code, said=(error.title, error.advice))
