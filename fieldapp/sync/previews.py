"""What importing a file would do, before anybody does it; and of an imported one, what it did.

    file -> lines -> judged

Preview and import judge alike, so they count alike while nothing changes in between.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.records import Record as OneRecord
from fieldapp.domain.results import refuse
from fieldapp.domain.rules import Setting
from fieldapp.domain.text import Text
from fieldapp.storage.database import Database, execute, instant
from fieldapp.storage.home import Home
from fieldapp.storage.tables import file_revisions, inbox_files, nodes
from fieldapp.sync import file_bytes
from fieldapp.sync.arrived import FileState, InboxFile, plain_values, state_for, totals_differ
from fieldapp.sync.arriving import Counts, Judge, Judged, Outcome, Sender, head_of, setting_here
from fieldapp.sync.kept_files import erased_among, kept_until
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.lineage import line_of, was_let_in
from fieldapp.sync.looking import slices
from fieldapp.sync.pictures_arrived import pictures_in
from fieldapp.sync.reader import the_reader
from fieldapp.sync.revocation import covers
from fieldapp.sync.shelf import FileShelf
from fieldapp.sync.sync_file import Blob, Content, Record, Section

MOST_ROWS = 2000
"""How many records a preview shows one by one."""

Outcomes = dict[tuple[str, str], tuple[str, str, str]]
"""(outcome, code, path) by record id and revision."""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A record of a file and what becomes of it. head: it without its parts, where it may be shown."""

    type: str
    id: str
    op: str
    outcome: Outcome
    code: str
    path: str
    said: tuple[Text, Text] | None
    head: OneRecord | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What importing a file would do, or has done. notes: result codes about the file as a whole.

    rows: the first 2,000 records, those that need attention first; counts is of all. kept_until: somebody in
    it was erased since; on that day its bytes are destroyed.
    """

    file: InboxFile
    counts: Counts
    rows: tuple[PreviewRow, ...]
    notes: tuple[str, ...]
    kept_until: date | None = None


class Previews(FileShelf):
    """The files that reached a head office, and looking into them."""

    def __init__(self, database: Database, home: Home, keys: NodeKeys) -> None:
        super().__init__(database, home, keys)
        self._reader = the_reader()

    def preview(self, actor: Actor, sha256: str) -> Preview:
        """What importing a file would do, record by record; of an imported one, what it did. Nothing changes.

        Raises SyncFileRefused when its content turns out not to be in order; the file is noted as such.
        """
        self._must_be_office(actor)
        file = self.file(sha256)
        if file.state is FileState.IMPORTED and not self._content(sha256):
            return self._without_bytes(file)
        content = self._opened(sha256)
        counts, rows, other = Counts(), list[PreviewRow](), list[PreviewRow]()
        with self._damage_noted(sha256), self._database.reading() as tx:
            done = outcomes_of(tx, sha256) if file.state is FileState.IMPORTED else None
            for part in self._judged(tx, content, done):
                for judged in part:
                    counts = counts.and_one(judged.outcome)
                    kept = rows if judged.code else other
                    if len(kept) < MOST_ROWS:
                        kept.append(_row(judged))
            bad = pictures_in(content, None, self._lines).bad
            shown = (rows + other)[:MOST_ROWS]
            erased, until = erased_among(tx, {one.id for one in shown}), kept_until(tx, file)
        notes = self._notes(file, bad, differ=file.state is FileState.IMPORTED)
        return Preview(file, counts, tuple(_unnamed(one, erased) for one in shown), notes, until)

    def _without_bytes(self, file: InboxFile) -> Preview:
        own = inbox_files.c.sha256 == bytes.fromhex(file.sha256)
        with self._database.reading() as tx:
            counts = tx.execute(sa.select(inbox_files.c.counts).where(own)).scalar_one()
        return Preview(file, msgspec.json.decode(counts, type=Counts), (), ("bytes_destroyed",))

    def _opened(self, sha256: str, *, waiting: bool = False) -> Content:
        """A file that can be opened here. waiting: it must not be imported yet."""
        with self._database.reading() as tx:
            row = execute(tx, _STATE, bytes.fromhex(sha256)).fetchone()
            sent = file_bytes.kept(tx, sha256)
        state, applied_at = row or ("", "")
        if state not in (FileState.READY, FileState.IMPORTED):
            file = self.file(sha256)
            title, advice = file.said or (
                Text("This file holds no records."),
                Text("Enrol its centre; then it can send sync files."),
            )
            raise SyncFileRefused(title, advice, file.code or "wrong_kind")
        if state == FileState.IMPORTED and waiting:
            raise refuse("already_imported", date=instant(applied_at))
        with self._damage_noted(sha256):
            return self._examiner.open(sent, imported=state == FileState.IMPORTED)

    @contextmanager
    def _damage_noted(self, sha256: str) -> Iterator[None]:
        """A file whose content is not in order is no longer ready; the error goes on to the caller."""
        try:
            yield
        except SyncFileRefused as error:
            own = inbox_files.c.sha256 == bytes.fromhex(sha256)
            waiting = inbox_files.c.state == FileState.READY
            values = {
                "state": state_for(error.code),
                "code": error.code,
                "said": msgspec.json.encode(plain_values(error)).decode(),
            }
            with self._database.transaction() as tx:
                tx.execute(inbox_files.update().where(own, waiting).values(values))
            raise

    def _judged(self, tx: Connection, content: Content, done: Outcomes | None) -> Iterator[list[Judged]]:
        """What becomes of each record, a slice at a time; `done`: what became of it when it was imported."""
        if done is None:
            yield from self._judge_lines(tx, content, sender_of(tx, content))
            return
        for part in slices(self._records(content, setting_here(tx, self._home))):
            yield [_as_done(line, done) for line in part]

    def _judge_lines(
        self,
        tx: Connection,
        content: Content,
        sender: Sender,
        only: Collection[tuple[str, str]] | None = None,
        known: Collection[bytes] = (),
    ) -> Iterator[list[Judged]]:
        """only: id and revision of the lines that matter, if not all do. known: as in `Content.lines`."""
        setting = setting_here(tx, self._home)
        lines = self._records(content, setting, known)
        judge = Judge(tx, sender, setting)
        wanted = lines if only is None else (line for line in lines if (line.id, line.rev) in only)
        for part in slices(wanted):
            yield judge.judge(part)

    def _lines(
        self, content: Content, setting: Setting | None = None, known: Collection[bytes] = ()
    ) -> Iterable[Record | Blob | Section]:
        """Every line, read in the process that is to read it."""
        if self._reader.takes(content):
            return self._reader.lines(content, setting or Setting(), known)
        return content.lines(known)

    def _records(self, content: Content, setting: Setting, known: Collection[bytes] = ()) -> Iterator[Record]:
        """The records of a batch, without its photographs."""
        for line in self._lines(content, setting, known):
            if isinstance(line, Record):
                yield line
            elif not isinstance(line, Blob):
                raise refuse("needs_newer_program")

    def _notes(self, file: InboxFile, bad_pictures: int, *, differ: bool) -> tuple[str, ...]:
        """Result codes about the file as a whole."""
        found = ["gap_before"] if file.gap else []
        found += ["bad_blob"] if bad_pictures else []
        if differ and file.centre is not None:
            with self._database.reading() as tx:
                if totals_differ(tx, bytes.fromhex(file.node), file.centre):
                    found.append("totals_differ")
        return tuple(found)


_STATE = "SELECT state, applied_at FROM inbox_files WHERE sha256 = ?"
_OWN = sa.select(nodes).where(nodes.c.key == sa.bindparam("key"))


def sender_of(tx: Connection, content: Content, *, alone: bool = False) -> Sender:
    """alone: on a server, one transaction at a time takes records of that home, for two of its files may
    hold the same one.
    """
    key = {"key": bytes.fromhex(content.outer.key)}
    row = tx.execute(_OWN.with_for_update() if alone else _OWN, key).one()
    let_in = was_let_in(tx, content.outer.sha256)
    if not covers(row, content.manifest.to.n if content.manifest.to else 0) and not let_in:
        raise refuse("revoked_sender")
    node = bytes(row.node).hex()
    return Sender(node, row.centre, line_of(tx, node), let_in)


def outcomes_of(tx: Connection, sha256: str) -> Outcomes:
    """(outcome, code, path) of each (id, rev) that an imported file carried."""
    rows = tx.execute(sa.select(file_revisions).where(file_revisions.c.sha256 == bytes.fromhex(sha256)))
    return {(bytes(row.id).hex(), bytes(row.rev).hex()): (row.outcome, row.code, row.path) for row in rows}


def _as_done(line: Record, done: Outcomes) -> Judged:
    """Takes what it says out of `done`: a file has each record once, and a second line of it was refused."""
    refusal = (Outcome.REFUSED, line.problem or "bad_record", "")
    outcome, code, path = done.pop((line.id, line.rev), refusal)
    return Judged(line, Outcome(outcome), code, path)


def _unnamed(row: PreviewRow, erased: Collection[str]) -> PreviewRow:
    """Of a record of which something was erased nothing is shown that a file from before may say."""
    return replace(row, head=None) if row.id in erased else row


def _row(judged: Judged) -> PreviewRow:
    line = judged.line
    return PreviewRow(
        line.t, line.id, line.op, judged.outcome, judged.code, judged.path, judged.said, head_of(judged)
    )
