"""The outbox: sealing what is not packed and making batches of it. (Where each batch is: sync.batches.)

    seal -> portions -> lines -> file -> verified -> stick

A batch carries everything that no receipt covers yet, so a lost one costs nothing. The base moves on a
receipt alone (sync.receipts). Numbers, dates and names are for people; no rule reads them.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.storage import blob_names, clock, journal, log, sealing, state
from fieldapp.storage.blob_names import Named
from fieldapp.storage.blobs import BlobStore
from fieldapp.storage.database import Database
from fieldapp.storage.home import Home
from fieldapp.storage.records import Typed
from fieldapp.storage.tables import batches, record_directory
from fieldapp.sync.batches import Batch, BatchState
from fieldapp.sync.block_offices import block_offices
from fieldapp.sync.container import CHOSEN, PICTURES
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.lineage import continued
from fieldapp.sync.next_base import next_base
from fieldapp.sync.office import KeyList, key_list, shared_settings
from fieldapp.sync.packing import (
    APP,
    MIN_READER,
    Portion,
    columns_for,
    lines,
    newest,
    portions,
    sealed_between,
)
from fieldapp.sync.pictures_sent import picture_lines, picture_portions, to_send
from fieldapp.sync.progress import Progress, silent
from fieldapp.sync.proof import introduction
from fieldapp.sync.sync_file import (
    Checkpoint,
    Clock,
    Columns,
    Header,
    Kind,
    Manifest,
    Placed,
    file_name,
    write,
)
from fieldapp.sync.waiting import Waiting, WouldGo

__all__ = ["LEAST", "MOST", "USUAL", "Batch", "BatchState", "Made", "Outbox", "WouldGo"]

MOST = 20 << 20
"""The largest file that is ever made; more records than that become several files."""

LEAST, USUAL = 1 << 20, 5 << 20
"""The smallest largest file that people may ask for, and what they get unasked: what a mail takes."""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished batch. parts: its files, with size in bytes and SHA-256; copies: those on the stick, if any.

    records, pictures: lines in all of them.
    """

    number: int
    parts: tuple[Placed, ...]
    copies: tuple[Placed, ...]
    records: int
    full: bool
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class _Plan:
    """A batch that has been begun: its rows stand as 'making', its content is sealed."""

    number: int
    full: bool
    portions: tuple[Portion, ...]
    names: tuple[str, ...]
    checkpoints: tuple[Checkpoint, ...]
    header: Header
    manifest: Manifest
    totals: dict[str, int]
    recipients: tuple[str, ...]


class Outbox(Waiting):
    """A home's own records on their way up."""

    def __init__(self, database: Database, home: Home, keys: NodeKeys, blobs: BlobStore) -> None:
        super().__init__(database, home, blobs)
        self._keys = keys

    def make(
        self,
        actor: Actor,
        *,
        full: bool = False,
        only: Collection[str] | None = None,
        limit: int | None = None,
        target: Path | None = None,
        progress: Progress = silent,
    ) -> Made:
        """Seal what is not packed and write everything no receipt covers; `full`: everything there is.

        A block office may have nothing of its own to tell: its file then says who it is, and which keys of
        head office it has.

        only: ids of own records, for a part that cannot wait; it moves no checkpoint, so they go again with
        the next batch. limit: bytes a file may have at most (None: 20 MiB), more becomes several complete
        files; target: a folder to copy them to as `copy_to` does. Raises InvalidInput 'no_pack' (nobody to
        encrypt to yet) or 'nothing_new', and EnvironmentProblem; nothing is left behind then.
        """
        actor.must_be_known()
        pictures = to_send(self._database, self._blobs) if only is None else ()
        plan = self._begin(actor, full, only, min(limit or MOST, MOST), pictures)
        try:
            parts = tuple(self._write_parts(plan, progress))
        except BaseException:
            self._discard(plan)
            raise
        copies = self.copy_to(actor, plan.number, target) if target is not None else ()
        records = sum(len(one.seals) for one in plan.portions)
        return Made(
            plan.number, parts, copies, records, full, sum(len(one.pictures) for one in plan.portions)
        )

    def _begin(
        self,
        actor: Actor,
        full: bool,
        only: Collection[str] | None,
        limit: int,
        pictures: tuple[Named, ...],
    ) -> _Plan:
        """The one short transaction: seal, fix where the batch ends, note it as being made."""
        with self._database.transaction() as tx:
            offices = key_list(tx)
            if offices is None:
                raise InvalidInput(
                    Text("The pack of head office has not come yet, so no sync file can be made."),
                    Text("Your records are safe here. Send head office the enrolment request first."),
                    "no_pack",
                )
            node = state.node(tx)
            to, _ = sealing.seal(tx, self._origin(tx))
            base = 0 if full else next_base(tx)
            if only is None:
                found = portions(sealed_between(tx, node, base, to), base, limit)
                found += picture_portions(pictures, to, limit)
                if not found and (self._introduces(tx) or (full and self._home.scope)):
                    found = [Portion(0, 0, ())]
            else:
                found = _chosen(tx, node, to, only, limit)
            if found:
                plan = self._note(tx, actor, full, offices, found, to)
                moves_on = any(one.to for one in found)
                return plan if moves_on else replace(plan, totals={})
        raise InvalidInput(
            Text("There is nothing new: head office has received everything."),
            Text("If head office asks for it, make a full file with everything once more."),
            "nothing_new",
        )

    def _origin(self, tx: Connection) -> Typed:
        return Typed(state.read(tx, "node"), int(state.read(tx, "centre")), self._database.clock())

    def _note(
        self, tx: Connection, actor: Actor, full: bool, offices: KeyList, found: list[Portion], to: int
    ) -> _Plan:
        seen = clock.look(tx, self._database.clock(), to)
        now = seen.now
        number = (tx.execute(sa.select(sa.func.max(batches.c.number))).scalar() or 0) + 1
        centre = state.centre(tx, int(state.read(tx, "centre")))
        stem = f"{centre.csc_id or 'OFFICE'}-{state.read(tx, 'letter', 'Z')}"
        names = tuple(
            self._free(file_name(stem, number, part, len(found), now[:10]))
            for part in range(1, len(found) + 1)
        )
        points = tuple(_checkpoint(tx, n) for n in (found[0].base, *(one.to for one in found)))
        for part, one in enumerate(found, start=1):
            own = {"number": number, "part": part, "parts": len(found), "whole": int(full)}
            row = _row(one, points[part], names[part - 1], now)
            tx.execute(batches.insert().values(own | row))
        log.note(tx, self._database.clock(), actor.login, "make_batch", what=str(number))
        return _Plan(
            number=number,
            full=full,
            portions=tuple(found),
            names=names,
            checkpoints=points,
            header=Header(
                app=APP,
                node=state.read(tx, "node"),
                schema=journal.SCHEMA,
                min_reader=MIN_READER,
                centre=centre.csc_id,
                batch=number,
                part=1,
                of=len(found),
                made=now,
                enrol=introduction(tx, self._keys.public, centre.csc_id),
            ),
            manifest=Manifest(
                schema=journal.SCHEMA,
                min_reader=MIN_READER,
                full=full,
                receipt=int(state.read(tx, "receipt", "0")),
                settings=shared_settings(tx).version,
                continues=continued(tx),
                clock=Clock(now=now, highest=seen.highest, suspect=seen.suspect),
            ),
            totals=_totals(tx),
            recipients=(*offices.recipients, *(one.age for one in block_offices(tx))),
        )

    def _free(self, name: str) -> str:
        """The name, or one with a letter more where an older file has it."""
        path = self._home.outbox / name
        for letter in "bcdefghijklmnopqrstuvwxyz":
            if not path.exists():
                break
            path = path.with_name(f"{Path(name).stem}_{letter}{Path(name).suffix}")
        return path.name

    def _write_parts(self, plan: _Plan, progress: Progress) -> Iterator[Placed]:
        total = sum(one.lines for one in plan.portions)
        done = 0
        for at, portion in enumerate(plan.portions):
            placed = self._write_part(plan, at, partial(_pass_on, progress, done, total))
            done += portion.lines
            progress(done, total)
            with self._database.transaction() as tx:
                carried = (one.sha256 for one in portion.pictures)
                blob_names.travelled(tx, bytes.fromhex(placed.sha256), carried)
                tx.execute(
                    batches.update()
                    .where(batches.c.number == plan.number, batches.c.part == at + 1)
                    .values(
                        state=BatchState.MADE,
                        file_name=placed.path.name,
                        sha256=bytes.fromhex(placed.sha256),
                        size=placed.size,
                    )
                )
            yield placed

    def _write_part(self, plan: _Plan, at: int, progress: Callable[[int], None]) -> Placed:
        portion, last = plan.portions[at], plan.portions[at].to == plan.portions[-1].to
        with self._database.reading() as tx:
            named = {} if portion.pictures else columns_for(tx, portion.seals)
            doubts = clock.Doubts(tx)
        content = (
            picture_lines(self._blobs, portion.pictures)
            if portion.pictures
            else lines(self._database, portion.seals, Columns(named), doubts)
        )
        return write(
            self._home.outbox / plan.names[at],
            Kind.BATCH,
            _change(plan.header, part=at + 1),
            _change(
                plan.manifest,
                base=plan.checkpoints[at],
                to=plan.checkpoints[at + 1],
                count=portion.lines,
                counts=portion.counts,
                totals=plan.totals if last else {},
                caps=_demands(portion),
                columns=named,
            ),
            _counted(content, progress),
            signer=self._keys,
            recipients=plan.recipients,
            practice=self._home.practice,
        )

    def _discard(self, plan: _Plan) -> None:
        with suppress(OSError):
            self._remove_files(plan.names)
        with self._database.transaction() as tx:
            self._forget(tx, plan.number)


def _chosen(tx: Connection, node: bytes, to: int, only: Collection[str], limit: int) -> list[Portion]:
    """Files of these records alone. They begin and end at the start of the log: they move no checkpoint."""
    wanted = {bytes.fromhex(one) for one in only}
    entries = [seal for seal in newest(sealed_between(tx, node, 0, to)) if seal.id in wanted]
    return [one._replace(base=0, to=0) for one in portions(entries, 0, limit)]


def _demands(portion: Portion) -> tuple[str, ...]:
    """What a reader must understand of a file."""
    if portion.pictures:
        return (PICTURES,)
    return () if portion.to else (CHOSEN,)


def _row(one: Portion, to: Checkpoint, name: str, now: str) -> dict[str, Any]:
    return {
        "state": BatchState.MAKING,
        "base_n": one.base,
        "to_n": one.to,
        "to_chain": bytes.fromhex(to.chain),
        "records": len(one.seals),
        "file_name": name,
        "made_at": now,
        "state_at": now,
    }


def _pass_on(progress: Progress, before: int, total: int, n: int) -> None:
    progress(before + n, total)


def _change(value: Any, **given: Any) -> Any:
    return msgspec.structs.replace(value, **given)


def _totals(tx: Connection) -> dict[str, int]:
    """What this home owns by type; all of it is sealed when this is asked."""
    rows = tx.execute(
        sa.select(record_directory.c.type, sa.func.count())
        .where(record_directory.c.owner == state.node(tx))
        .group_by(record_directory.c.type)
    )
    return {row[0]: row[1] for row in rows}


def _checkpoint(tx: Connection, n: int) -> Checkpoint:
    link = journal.link(tx, state.node(tx), n)
    if link is None:
        raise LookupError(f"the log has no entry {n}")
    return Checkpoint(n=n, chain=link.hex())


def _counted(source: Iterator[bytes], progress: Callable[[int], None]) -> Iterator[bytes]:
    for n, line in enumerate(source, start=1):
        yield line
        if n % 100 == 0:
            progress(n)
