"""A give-back (kind 5): all records of a centre as head office holds them, for one of its computers.

Those of the computers it goes on from belong to it from then on; those of the centre's other computers come
to be read. Lines, before the records or photographs:

    give_back   for which node; before: the homes it goes on from, whose records are its own now, the nearest
                first; letter: for new numbers

Its records stand in an order, and whoever takes them enters its own in its log in that order. So head office
knows the log of a computer that begins with a give-back, and holds a checkpoint of it: nothing of it has to
travel up again. Where the log has gone on meanwhile the entries come to stand elsewhere, and go up once more.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa
from msgspec import Meta
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical
from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.storage import blob_names, journal, log, state
from fieldapp.storage.blob_names import Named
from fieldapp.storage.blobs import BlobStore
from fieldapp.storage.database import Database, stamp
from fieldapp.storage.home import Home
from fieldapp.storage.journal import Checkpoint
from fieldapp.storage.state import Centre
from fieldapp.storage.tables import given_back, nodes, record_directory, record_heads, revisions
from fieldapp.sync import checkpoints, sync_file
from fieldapp.sync.block_offices import refuse_block_office
from fieldapp.sync.container import PICTURES, READER, HexId, Step
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.lineage import steps_of
from fieldapp.sync.office import signing_keys
from fieldapp.sync.outbox import MOST
from fieldapp.sync.packing import APP, SIZES, Portion, Seal, columns_for, lines, portions, seal_of
from fieldapp.sync.pictures_sent import picture_lines, picture_portions
from fieldapp.sync.progress import Progress, silent
from fieldapp.sync.receipt_lines import section
from fieldapp.sync.revocation import TRUSTED, not_enrolled
from fieldapp.sync.sync_file import Clock, Columns, Header, Kind, Manifest, Placed, file_name, write

SECTION = "give_back"


class GiveBackLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The line 'give_back'. node: for which home; before: those it goes on from."""

    node: HexId
    centre: Annotated[str, Meta(max_length=40)] = ""
    before: Annotated[tuple[Step, ...], Meta(max_length=100)] = ()
    letter: Annotated[str, Meta(max_length=1)] = ""

    @property
    def owns(self) -> frozenset[str]:
        """The nodes whose seals are its own, its own ones among them."""
        return frozenset((self.node, *(step.node for step in self.before)))


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A give-back that was written. records: in all of its files; own: those the computer writes from now."""

    centre: Centre
    letter: str
    files: tuple[Placed, ...]
    records: int
    own: int
    pictures: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is written, gathered at one moment. ends: the checkpoint each portion begins and ends with."""

    row: Any
    centre: Centre
    node: str
    before: tuple[Step, ...]
    office: str
    start: Checkpoint
    own: tuple[Seal, ...]
    others: tuple[Seal, ...]
    pictures: tuple[Named, ...]
    signer: NodeKeys
    made: str


class GivingBack:
    """A head office's side."""

    def __init__(self, database: Database, home: Home, keys: NodeKeys, blobs: BlobStore) -> None:
        self._database = database
        self._home = home
        self._keys = keys
        self._blobs = blobs

    def make(
        self, actor: Actor, node: str, folder: Path, *, limit: int = MOST, progress: Progress = silent
    ) -> GivenBack:
        """Write all records of a computer's centre, and the photographs that are here, for that computer.

        node: 32 hex. limit: bytes a file may have at most. Raises InvalidInput 'no_node' for a computer that
        is not trusted, 'nothing_held' where nothing of the centre has come, 'block_office' at one, and
        EnvironmentProblem. No file is left of one that was not written whole: a computer that took it would
        stand in a stretch of its log of which nothing is noted here.
        """
        actor.must_be(Duty.OFFICER)
        refuse_block_office(self._home)
        with self._database.reading() as tx:
            plan = self._plan(tx, node)
        if not plan.own and not plan.others:
            raise InvalidInput(
                Text("Nothing of this centre has come yet, so there is nothing to give back."),
                Text("Import its sync files first."),
                "nothing_held",
            )
        chain = _chain(plan.start, plan.own)
        cut = self._cut(plan, limit)
        placed = []
        with ExitStack() as unless_whole:
            for part, one in enumerate(cut, start=1):
                placed.append(self._write(plan, chain, one, part, len(cut), folder))
                unless_whole.callback(_remove, placed[-1].path)
                progress(part, len(cut))
            with self._database.transaction() as tx:
                _remember(tx, bytes.fromhex(node), chain, cut)
                log.note(tx, self._database.clock(), actor.login, "give_back", what=node)
            unless_whole.pop_all()
        return GivenBack(
            plan.centre,
            plan.row.letter,
            tuple(placed),
            len(plan.own) + len(plan.others),
            len(plan.own),
            len(plan.pictures),
        )

    def _plan(self, tx: Connection, node: str) -> _Plan:
        key = bytes.fromhex(node)
        row = tx.execute(sa.select(nodes).where(nodes.c.node == key, nodes.c.state == TRUSTED)).first()
        if row is None:
            raise not_enrolled()
        held = _held(tx, row.centre)
        start = checkpoints.highest(tx, key)
        own = tuple(seal._replace(n=start[0] + n) for n, seal in enumerate(held.get(key, ()), start=1))
        others = tuple(seal for owner, seals in held.items() if owner != key for seal in seals)
        named = {one.sha256: one for owner in held for one in blob_names.named_by(tx, owner, row.centre)}
        return _Plan(
            row=row,
            centre=state.centre(tx, row.centre),
            node=node,
            before=steps_of(tx, node),
            office=state.node(tx).hex(),
            start=start,
            own=own,
            others=others,
            pictures=tuple(named[name] for name in sorted(named) if self._blobs.holds(name)),
            signer=signing_keys(tx, self._keys, bytes(row.key)),
            made=stamp(self._database.clock()),
        )

    @staticmethod
    def _cut(plan: _Plan, limit: int) -> list[Portion]:
        """Own records first, in the order in which they are entered; then what is read, and photographs."""
        end = plan.start[0] + len(plan.own)
        numbered = [seal._replace(n=n) for n, seal in enumerate(plan.others, start=1)]
        others = [one._replace(base=end, to=end) for one in portions(numbered, 0, limit)]
        return [
            *portions(plan.own, plan.start[0], limit),
            *others,
            *picture_portions(plan.pictures, end, limit),
        ]

    def _write(
        self, plan: _Plan, chain: dict[int, bytes], one: Portion, part: int, of: int, folder: Path
    ) -> Placed:
        with self._database.reading() as tx:
            named = {} if one.pictures else columns_for(tx, one.seals)
        said = GiveBackLine(
            node=plan.node,
            centre=plan.centre.csc_id,
            before=plan.before,
            letter=plan.row.letter,
        )
        stem = f"{plan.centre.csc_id}-{plan.row.letter or 'Z'}-give-back"
        return write(
            folder / file_name(stem, 0, part, of, plan.made[:10]),
            Kind.GIVE_BACK,
            Header(
                app=APP,
                node=plan.office,
                schema=journal.SCHEMA,
                min_reader=READER,
                centre=plan.centre.csc_id,
                part=part,
                of=of,
                made=plan.made,
            ),
            Manifest(
                schema=journal.SCHEMA,
                min_reader=READER,
                base=_named(one.base, chain),
                to=_named(one.to, chain),
                count=one.lines + 1,
                counts=one.counts | {SECTION: 1},
                caps=(PICTURES,) if one.pictures else (),
                columns=named,
                clock=Clock(now=plan.made),
            ),
            self._lines(said, one, Columns(named)),
            signer=plan.signer,
            recipients=(plan.row.age_recipient,),
            practice=self._home.practice,
        )

    def _lines(self, said: GiveBackLine, one: Portion, by_row: Columns) -> Iterator[bytes]:
        yield section(SECTION, said)
        if one.pictures:
            yield from picture_lines(self._blobs, one.pictures)
        else:
            yield from lines(self._database, one.seals, by_row)


def _held(tx: Connection, centre: int) -> dict[bytes, list[Seal]]:
    """The records of a centre as they are shown, by the node they belong to, in the order of their ids."""
    rows = tx.execute(
        sa.select(
            record_heads.c.id,
            record_heads.c.rev,
            record_heads.c.type,
            record_heads.c.centre,
            record_directory.c.owner,
            *SIZES,
        )
        .join(record_directory, record_directory.c.id == record_heads.c.id)
        .join(
            revisions,
            (revisions.c.centre == record_heads.c.centre)
            & (revisions.c.id == record_heads.c.id)
            & (revisions.c.rev == record_heads.c.rev),
        )
        .where(record_heads.c.centre == centre)
        .where(sa.func.length(revisions.c.body) > 0)  # of one that was erased and taken out, its name is left
        .order_by(record_heads.c.id)
    )
    found: dict[bytes, list[Seal]] = {}
    for row in rows:
        found.setdefault(bytes(row.owner), []).append(seal_of(row, 0))
    return found


def _chain(start: Checkpoint, own: Sequence[Seal]) -> dict[int, bytes]:
    """The link at each log number that the own records come to stand under."""
    n, link = start
    found = {n: link}
    for seal in own:
        link = canonical.chain(link, seal.n, seal.id, seal.rev)
        found[seal.n] = link
    return found


def _named(n: int, chain: dict[int, bytes]) -> sync_file.Checkpoint:
    return sync_file.Checkpoint(n=n, chain=chain[n].hex())


def _remove(file: Path) -> None:
    with suppress(OSError):  # the stick may be gone, and what is said then is why
        file.unlink(missing_ok=True)


def _remember(tx: Connection, node: bytes, chain: dict[int, bytes], cut: Sequence[Portion]) -> None:
    """The stretches of its log that a computer has once it took this; each once."""
    for one in cut:
        if one.base == one.to:
            continue
        values = {
            "node": node,
            "base_n": one.base,
            "base_chain": chain[one.base],
            "to_n": one.to,
            "to_chain": chain[one.to],
        }
        same = sa.and_(*(given_back.c[name] == value for name, value in values.items()))
        tx.execute(given_back.delete().where(same))
        tx.execute(given_back.insert().values(values))
