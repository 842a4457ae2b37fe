"""Receipts: written at head office, one for each computer that is to be told something; taken at a centre.

(What stands in one: sync.receipt_lines. Taking one: sync.receiving.)
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical
from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.storage import journal, log, sealing, state
from fieldapp.storage.blobs import BlobStore
from fieldapp.storage.database import Database, stamp
from fieldapp.storage.home import Home
from fieldapp.storage.records import Typed
from fieldapp.storage.state import HQ_CENTRE, Centre
from fieldapp.storage.tables import centre_contacts, inbox_files, nodes, refused
from fieldapp.sync import checkpoints
from fieldapp.sync.arrived import FileState, lacks_some, totals_held
from fieldapp.sync.block_offices import lines_about_blocks, offices_of_centres
from fieldapp.sync.container import READER, Checkpoint
from fieldapp.sync.downward import IN_RECEIPTS, Downward
from fieldapp.sync.due import is_due
from fieldapp.sync.examiner import Examiner
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.office import (
    list_shown_by,
    office_sections,
    own_shared_settings,
    shared_settings,
    signing_keys,
)
from fieldapp.sync.office_keys import must_be_current
from fieldapp.sync.packing import APP, Seal, columns_for, count_types, lines
from fieldapp.sync.pictures_arrived import ArrivedPictures
from fieldapp.sync.progress import Cancelled, Progress, never, silent
from fieldapp.sync.receipt_bundles import Road, as_draft, bundle_of, explain
from fieldapp.sync.receipt_lines import (
    MOST_MISSING,
    FileLine,
    MissingLine,
    ReceiptLine,
    RefusedLine,
    section,
)
from fieldapp.sync.receiving import Receiving
from fieldapp.sync.revocation import TRUSTED
from fieldapp.sync.sync_file import Clock, Columns, Header, Kind, Manifest, file_name, write
from fieldapp.sync.sync_file_place import speaking_of

MOST_FILES = 200
"""How many files of a home a receipt names, those highest in its log first."""


@dataclass(frozen=True, slots=True)
class ReceiptMade:
    """A receipt that was written. number: the how manieth for this node; records: sent down with it.

    path: of the file, or of the draft with it; mail: the address that stands on that, '' for none.
    """

    centre: Centre
    node: str
    number: int
    path: Path
    files: int
    records: int
    mail: str = ""


@dataclass(frozen=True, slots=True)
class _Draft:
    """All that one receipt says, gathered at one moment."""

    header: Header
    manifest: Manifest
    sections: tuple[bytes, ...]
    seals: tuple[Seal, ...]
    seen: int
    to: int
    files: int
    signer: NodeKeys


class Receipts(Receiving):
    """Making receipts at a head office, and taking them at a centre."""

    def __init__(self, database: Database, home: Home, keys: NodeKeys, blobs: BlobStore) -> None:
        super().__init__(database, home, keys, blobs)
        self._pictures = ArrivedPictures(database, Examiner(database, home, keys), blobs)

    def make(
        self,
        actor: Actor,
        folder: Path,
        progress: Progress = silent,
        road: Road = Road.FILES,
        cancel: Cancelled = never,
    ) -> tuple[ReceiptMade, ...]:
        """Write a receipt for every computer that is due: files came, there is something new to read, or it
        has not been told anything for long (`due.SILENCE`).

        road: as files, in a folder a block with a list of whom they are for, or as mail drafts. A cancelled
        run gives those made; the others stay due. Raises EnvironmentProblem when the folder cannot be
        written; those before are done and stay due no longer.
        """
        self._must_be_office(actor)
        due, down = self._due(actor)
        mails = self._addresses() if road is Road.MAILS else {}
        made = []
        for n, (row, centre) in enumerate(due, start=1):
            where = folder / bundle_of(centre) if road is Road.BLOCKS else folder
            with speaking_of(folder):
                where.mkdir(exist_ok=True)
            one = self._write(actor, where, row, centre, down)
            if one is None:
                continue
            if road is Road.MAILS:
                address = mails.get(centre.number, "")
                one = replace(one, path=as_draft(one.path, centre, one.number, address), mail=address)
            made.append(one)
            progress(n, len(due))
            if cancel():
                break
        if road is Road.BLOCKS:
            for where in {one.path.parent for one in made}:
                explain(where, [(one.centre, one.path.name) for one in made if one.path.parent == where])
        return tuple(made)

    def _addresses(self) -> dict[int, str]:
        with self._database.reading() as tx:
            return {row.centre: row.mail for row in tx.execute(sa.select(centre_contacts)) if row.mail}

    def due(self, actor: Actor) -> int:
        """How many computers a receipt is due for."""
        self._must_be_office(actor)
        return len(self._due(actor)[0])

    def _must_be_office(self, actor: Actor) -> None:
        actor.must_be(Duty.OFFICER)
        if not self._home.is_hq:
            raise InvalidInput(
                Text("Only a head office writes receipts."),
                Text("A centre takes them: choose the receipt that came."),
                "not_an_office",
            )

    def _due(self, actor: Actor) -> tuple[list[tuple[Any, Centre]], Downward]:
        """The rows of the nodes that are due, each with its centre; and what goes down to all."""
        with self._database.transaction() as tx:
            node = state.node(tx)
            must_be_current(tx, self._keys)
            self._erasures.pass_on(tx, actor)
            sealing.seal(tx, Typed(node.hex(), HQ_CENTRE, self._database.clock()))
            if not self._home.scope:
                own_shared_settings(tx)
            down = Downward(tx, node, IN_RECEIPTS)
            rows = tx.execute(sa.select(nodes).where(nodes.c.state == TRUSTED).order_by(nodes.c.centre)).all()
            found = [(row, state.centre(tx, row.centre)) for row in rows]
            now = self._database.clock()
            due = [one for one in found if is_due(one[0], now) or _is_more(one[0], down.for_centre(one[1]))]
            # Of whatever came from its centres a block office is told, so that it need not carry it.
            offices, told = offices_of_centres(tx), {row.key for row, _ in due}
            passed = frozenset[int]().union(*(offices.get(centre.number, ()) for _, centre in due))
        more = [one for one in found if one[1].number in passed and one[0].key not in told]
        return due + more, down

    def _write(
        self, actor: Actor, folder: Path, row: Any, centre: Centre, down: Downward
    ) -> ReceiptMade | None:
        """One receipt; none where another officer wrote the same one meanwhile."""
        missing = self._pictures.missing(bytes(row.node), row.centre)
        with self._database.reading() as tx:
            draft = self._draft(tx, row, centre, down, missing)
            named = columns_for(tx, draft.seals)
        records = lines(self._database, draft.seals, Columns(named))
        number, made = draft.header.batch, draft.header.made
        name = file_name(f"{centre.csc_id}-{row.letter or 'Z'}-receipt", number, 1, 1, made[:10])
        placed = write(
            folder / name,
            Kind.RECEIPT,
            draft.header,
            msgspec.structs.replace(draft.manifest, columns=named),
            _one_after_the_other(draft.sections, records),
            signer=draft.signer,
            recipients=(row.age_recipient,),
            practice=self._home.practice,
        )
        with self._database.transaction() as tx:
            first = tx.execute(
                nodes.update()
                .where(nodes.c.key == row.key, nodes.c.receipt_number == number - 1)
                .values(
                    receipt_number=number,
                    receipt_to=draft.to,
                    receipt_at=made,
                    receipt_due=nodes.c.receipt_due - draft.seen,
                )
            ).rowcount
            if first:
                log.note(tx, self._database.clock(), actor.login, "make_receipt", what=placed.sha256)
        if not first:
            placed.path.unlink()
            return None
        node = bytes(row.node).hex()
        return ReceiptMade(centre, node, number, placed.path, draft.files, len(draft.seals))

    def _draft(self, tx: Connection, row: Any, centre: Centre, down: Downward, missing: list[str]) -> _Draft:
        row = tx.execute(sa.select(nodes).where(nodes.c.key == row.key)).one()
        node, own = bytes(row.node), state.node(tx)
        now = stamp(self._database.clock())
        files, gap = _files(tx, node)
        shown = list_shown_by(tx, bytes(row.key))
        held = checkpoints.for_receipt(tx, node)
        sections = (
            section(
                "receipt",
                ReceiptLine(
                    node=node.hex(),
                    centre=centre.csc_id,
                    checkpoints=_named(held.reached),
                    given=_named(held.given),
                    gap=gap,
                    full=lacks_some(tx, node, centre.number),
                    at=now,
                ),
            ),
            *(section("file", one) for one in files),
            *(section("refused", one) for one in _refused(tx, node, centre.number)),
            *([section("missing", MissingLine(pictures=tuple(missing[:MOST_MISSING])))] if missing else ()),
            *(() if self._home.scope else office_sections(tx, after=shown.number if shown else 0)),
            *lines_about_blocks(tx, centre),
        )
        seals = tuple(down.for_centre(centre))
        counts = Counter(canonical.decode(line)["t"] for line in sections) + Counter(count_types(seals))
        return _Draft(
            header=Header(
                app=APP,
                node=own.hex(),
                schema=journal.SCHEMA,
                min_reader=READER,
                centre=centre.csc_id,
                batch=row.receipt_number + 1,
                part=1,
                of=1,
                made=now,
            ),
            manifest=Manifest(
                schema=journal.SCHEMA,
                min_reader=READER,
                count=counts.total(),
                counts=dict(counts),
                totals=totals_held(tx, node, centre.number),
                settings=shared_settings(tx).version,
                clock=Clock(now=now),
            ),
            sections=sections,
            seals=seals,
            seen=row.receipt_due,
            to=journal.checkpoint(tx, own)[0],
            files=len(files),
            signer=signing_keys(tx, self._keys, bytes(row.key)),
        )


def _named(held: list[journal.Checkpoint]) -> tuple[Checkpoint, ...]:
    return tuple(Checkpoint(n=n, chain=link.hex()) for n, link in held)


def _is_more(row: Any, below: list[Seal]) -> bool:
    """Whether something goes down to it that has not."""
    return any(entry.n > row.receipt_to for entry in below)


def _files(tx: Connection, node: bytes) -> tuple[list[FileLine], bool]:
    """What became of the newest files of a node, and whether files before one of them are missing."""
    rows = tx.execute(
        sa.select(inbox_files)
        .join(nodes, nodes.c.key == inbox_files.c.key)
        .where(nodes.c.node == node)
        .order_by(inbox_files.c.to_n.desc(), inbox_files.c.sha256)
    ).fetchall()
    known = checkpoints.valid(tx, [node])[node]
    imported = [row for row in rows if row.state == FileState.IMPORTED]
    gap = any(checkpoints.lies_behind_a_gap(checkpoints.stretch_of(row), known) for row in imported)
    found = [
        FileLine(
            sha256=bytes(row.sha256).hex(),
            batch=row.batch,
            part=row.part,
            of=row.parts,
            state=row.state,
            code=row.code,
            reason=msgspec.json.decode(row.said)["reason"] if row.state == FileState.WITHDRAWN else "",
        )
        for row in rows[:MOST_FILES]
    ]
    return found, gap


def _refused(tx: Connection, node: bytes, centre: int) -> list[RefusedLine]:
    own = (refused.c.centre == centre) & (refused.c.node == node)
    rows = tx.execute(sa.select(refused).where(own).order_by(refused.c.id))
    return [
        RefusedLine(
            type=row.type,
            id=bytes(row.id).hex(),
            revision=bytes(row.rev).hex(),
            code=row.code,
            path=row.path,
        )
        for row in rows
    ]


def _one_after_the_other(sections: tuple[bytes, ...], records: Iterator[bytes]) -> Iterator[bytes]:
    yield from sections
    yield from records
