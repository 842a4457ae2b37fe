"""Head office's inbox: files are read, looked into, and their records taken, one file in one transaction.

    file -> lines -> judged -> received

A bad file or record never stops the others. The stick or folder the files came from is never written and not
needed again: their bytes are kept in the database. What this home holds is a function of the set of imported
files alone; file_revisions notes what each of them carried.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.records import Record as OneRecord
from fieldapp.domain.results import refuse
from fieldapp.domain.rules import Setting
from fieldapp.domain.text import Text
from fieldapp.storage import blob_names, findings, journal, log, state
from fieldapp.storage.blobs import BlobStore
from fieldapp.storage.database import Database, instant, stamp
from fieldapp.storage.home import Home
from fieldapp.storage.tables import file_revisions, inbox_files, nodes, refused
from fieldapp.sync.arrived import (
    FileState,
    InboxFile,
    plain_values,
    state_for,
    totals_differ,
)
from fieldapp.sync.arriving import (
    Counts,
    Judge,
    Judged,
    Outcome,
    Sender,
    head_of,
    revision_of,
    slices,
)
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.lineage import line_of, was_let_in
from fieldapp.sync.pictures_arrived import ArrivedPictures, pictures_in
from fieldapp.sync.progress import Cancelled, Progress, never, silent
from fieldapp.sync.revocation import covers
from fieldapp.sync.shelf import FileShelf, receipt_due
from fieldapp.sync.sync_file import Blob, Content, Record

__all__ = [
    "Applied",
    "Counts",
    "FileState",
    "Imported",
    "Inbox",
    "InboxFile",
    "Outcome",
    "Preview",
    "PreviewRow",
]

MOST_ROWS = 2000
"""How many records a preview shows one by one."""

_UNKNOWN = "unknown_type"
Outcomes = dict[tuple[str, str], tuple[str, str, str]]
"""(outcome, code, path) by record id and revision."""

LeftOut = dict[tuple[str, str], Outcome]
"""What became of lines that were not taken, by record id and revision."""


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

    rows: the first 2,000 records, those that need attention first; counts is of all.
    """

    file: InboxFile
    counts: Counts
    rows: tuple[PreviewRow, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """A finished import. differs: something had changed since the preview it was compared with."""

    file: InboxFile
    counts: Counts
    notes: tuple[str, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of many files. counts: of the records of all that were taken now."""

    files: tuple[InboxFile, ...]
    counts: Counts
    cancelled: bool

    def by_state(self) -> dict[FileState, int]:
        """How many files of each state; they add up to all."""
        found: dict[FileState, int] = {}
        for one in self.files:
            found[one.state] = found.get(one.state, 0) + 1
        return found


class Inbox(FileShelf):
    """The files that reached a head office, and taking their records and photographs."""

    def __init__(self, database: Database, home: Home, keys: NodeKeys, blobs: BlobStore) -> None:
        super().__init__(database, home, keys)
        self._blobs = blobs
        self.pictures = ArrivedPictures(database, self._examiner, blobs)

    def preview(self, actor: Actor, sha256: str) -> Preview:
        """What importing a file would do, record by record; of an imported one, what it did. Nothing changes.

        Raises SyncFileRefused when its content turns out not to be in order; the file is noted as such.
        """
        self._must_be_office(actor)
        file, content = self.file(sha256), self._opened(sha256)
        counts, rows, other = Counts(), list[PreviewRow](), list[PreviewRow]()
        with self._damage_noted(sha256), self._database.reading() as tx:
            done = _outcomes(tx, sha256) if file.state is FileState.IMPORTED else None
            for part in self._judged(tx, content, done):
                for judged in part:
                    counts = counts.and_one(judged.outcome)
                    kept = rows if judged.code else other
                    if len(kept) < MOST_ROWS:
                        kept.append(_row(judged))
            bad = pictures_in(content, None).bad
        notes = self._notes(file, bad, differ=file.state is FileState.IMPORTED)
        return Preview(file, counts, tuple((rows + other)[:MOST_ROWS]), notes)

    def apply(self, actor: Actor, sha256: str, expected: Counts | None = None) -> Applied:
        """Take the records of a file: all of it or none, in one transaction.

        expected: what the preview counted; `differs` says whether it came out otherwise. Raises
        SyncFileRefused: 'already_imported' when somebody was quicker, or what is wrong with the file.
        """
        self._must_be_office(actor)
        counts, bad = self._apply(actor, sha256)
        file = self.file(sha256)
        differs = expected is not None and expected != counts
        return Applied(file, counts, self._notes(file, bad, differ=True), differs)

    def _apply(self, actor: Actor, sha256: str) -> tuple[Counts, int]:
        """What became of its records, and how many of its photographs were damaged."""
        content = self._opened(sha256, waiting=True)
        counts = Counts()
        with self._damage_noted(sha256):
            pictures = pictures_in(content, self._blobs)
        with self._damage_noted(sha256), self._database.transaction() as tx:
            self._claim(tx, actor, sha256)
            blob_names.travelled(tx, bytes.fromhex(sha256), pictures.names)
            sender = _sender(tx, content, alone=True)
            for part in self._judge_lines(tx, content, _records(content)):
                self._take(tx, sha256, sender, part)
                for judged in part:
                    counts = counts.and_one(judged.outcome)
            own = inbox_files.c.sha256 == bytes.fromhex(sha256)
            tx.execute(inbox_files.update().where(own).values(counts=_json(counts)))
            findings.look_at_file(tx, sha256)
            receipt_due(tx, content.outer.key)
            log.note(tx, self._database.clock(), actor.login, "import", what=sha256)
        return counts, pictures.bad

    def import_all(
        self,
        actor: Actor,
        paths: Sequence[Path] = (),
        progress: Progress = silent,
        cancel: Cancelled = never,
    ) -> Imported:
        """Read files and folders and take every file that is ready; with no paths, what is ready already.

        Each file alone; a cancelled import keeps what it has done and can be begun again. progress: files
        read and in all, then files imported and in all.
        """
        if paths:
            brought = [*self.read(actor, paths, progress, cancel), *self.recheck(actor)]
        else:
            brought = self.files(actor)
        ready = list(dict.fromkeys(one.sha256 for one in brought if one.state is FileState.READY))
        counts, done = Counts(), list[str]()
        for n, sha256 in enumerate(ready, start=1):
            if cancel():
                break
            with suppress(SyncFileRefused):
                counts += self._apply(actor, sha256)[0]
            done.append(sha256)
            progress(n, len(ready))
        now = {one.sha256: one for one in self.named(done)}
        files = [now.get(one.sha256, one) if one.state is FileState.READY else one for one in brought]
        return Imported(tuple(files), counts, cancelled=len(done) < len(ready))

    def recheck(self, actor: Actor) -> list[InboxFile]:
        """As for any shelf; and a renewed program takes the records whose type the old one did not know."""
        self._must_be_office(actor)
        with self._database.reading() as tx:
            held = _with_unknown_types(tx) if self._examiner.is_renewed(tx) else []
        for sha256 in held:
            with suppress(SyncFileRefused):
                self._take_unknown(actor, sha256)
        return super().recheck(actor)

    def _take_unknown(self, actor: Actor, sha256: str) -> None:
        content = self._examiner.open(self._content(sha256))
        with self._database.transaction() as tx:
            left_out = {
                name: Outcome(outcome)
                for name, (outcome, code, _) in _outcomes(tx, sha256).items()
                if code == _UNKNOWN
            }
            self._take_again(tx, sha256, content, left_out)
            receipt_due(tx, content.outer.key)
            log.note(tx, self._database.clock(), actor.login, "import", what=sha256)

    def _take_again(self, tx: Connection, sha256: str, content: Content, before: LeftOut) -> None:
        """Judge lines of an imported file anew; before: what had become of each."""
        own = inbox_files.c.sha256 == bytes.fromhex(sha256)
        noted = file_revisions.c.sha256 == bytes.fromhex(sha256)
        counts = msgspec.json.decode(
            tx.execute(sa.select(inbox_files.c.counts).where(own)).scalar_one(), type=Counts
        )
        lines = (line for line in _records(content) if (line.id, line.rev) in before)
        for part in self._judge_lines(tx, content, lines):
            tx.execute(file_revisions.delete().where(noted, file_revisions.c.id.in_(_ids(part))))
            self._take(tx, sha256, _sender(tx, content), part)
            for judged in part:
                was = before.get((judged.line.id, judged.line.rev))
                counts = counts.instead(was, judged.outcome) if was else counts
        tx.execute(inbox_files.update().where(own).values(counts=_json(counts)))

    # ------------------------------------------------------------ the steps

    def _opened(self, sha256: str, *, waiting: bool = False) -> Content:
        """A file that can be opened here. waiting: it must not be imported yet."""
        own = inbox_files.c.sha256 == bytes.fromhex(sha256)
        with self._database.reading() as tx:
            row = tx.execute(sa.select(inbox_files).where(own)).first()
        if row is None or row.state not in (FileState.READY, FileState.IMPORTED):
            file = self.file(sha256)
            title, advice = file.said or (
                Text("This file holds no records."),
                Text("Enrol its centre; then it can send sync files."),
            )
            raise SyncFileRefused(title, advice, file.code or "wrong_kind")
        if row.state == FileState.IMPORTED and waiting:
            raise refuse("already_imported", date=instant(row.applied_at))
        with self._damage_noted(sha256):
            return self._examiner.open(bytes(row.content))

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

    def _claim(self, tx: Connection, actor: Actor, sha256: str) -> None:
        """First of all, so that of two officers who import one file the second finds it taken."""
        own = inbox_files.c.sha256 == bytes.fromhex(sha256)
        now = stamp(self._database.clock())
        claimed = tx.execute(
            inbox_files.update()
            .where(own, inbox_files.c.state == FileState.READY)
            .values(state=FileState.IMPORTED, applied_at=now, applied_by=actor.login)
        )
        if claimed.rowcount == 0:
            raise refuse("already_imported", date=instant(now))

    def _judged(self, tx: Connection, content: Content, done: Outcomes | None) -> Iterator[list[Judged]]:
        """What becomes of each record, a slice at a time; `done`: what became of it when it was imported."""
        if done is None:
            yield from self._judge_lines(tx, content, _records(content))
            return
        for part in slices(_records(content)):
            yield [_as_done(line, done) for line in part]

    def _judge_lines(
        self, tx: Connection, content: Content, lines: Iterable[Record]
    ) -> Iterator[list[Judged]]:
        setting = Setting(demo=self._home.practice, centre_ids=state.centre_ids(tx))
        judge = Judge(tx, _sender(tx, content), setting)
        for part in slices(lines):
            yield judge.judge(part)

    def _take(self, tx: Connection, sha256: str, sender: Sender, part: list[Judged]) -> None:
        kept = [revision_of(judged.line, sender) for judged in part if judged.kept]
        journal.receive(tx, kept, stamp(self._database.clock()))
        named = [judged for judged in part if judged.line.rev]
        if not named:
            return
        rows = [_revision_row(sha256, sender.centre, judged) for judged in named]
        tx.execute(file_revisions.insert(), rows)
        settled = [row["id"] for row, judged in zip(rows, named, strict=True) if judged.settles]
        tx.execute(refused.delete().where(refused.c.centre == sender.centre, refused.c.id.in_(settled)))
        open_ones = [_refused_row(sender, judged) for judged in named if judged.outcome is Outcome.REFUSED]
        if open_ones:
            tx.execute(refused.insert(), open_ones)

    def _notes(self, file: InboxFile, bad_pictures: int, *, differ: bool) -> tuple[str, ...]:
        """Result codes about the file as a whole."""
        found = ["gap_before"] if file.gap else []
        found += ["bad_blob"] if bad_pictures else []
        if differ and file.centre is not None:
            with self._database.reading() as tx:
                if totals_differ(tx, bytes.fromhex(file.node), file.centre):
                    found.append("totals_differ")
        return tuple(found)


def _records(content: Content) -> Iterator[Record]:
    """The records of a batch, without its photographs."""
    for line in content.lines():
        if isinstance(line, Record):
            yield line
        elif not isinstance(line, Blob):
            raise refuse("needs_newer_program")


def _sender(tx: Connection, content: Content, *, alone: bool = False) -> Sender:
    """alone: on a server, one transaction at a time takes records of that home, for two of its files may
    hold the same one.
    """
    own = sa.select(nodes).where(nodes.c.key == bytes.fromhex(content.outer.key))
    row = tx.execute(own.with_for_update() if alone else own).one()
    let_in = was_let_in(tx, content.outer.sha256)
    if not covers(row, content.manifest.to.n if content.manifest.to else 0) and not let_in:
        raise refuse("revoked_sender")
    node = bytes(row.node).hex()
    return Sender(node, row.centre, line_of(tx, node), let_in)


def _with_unknown_types(tx: Connection) -> list[str]:
    """The files of which some records wait for a newer program."""
    rows = tx.execute(sa.select(file_revisions.c.sha256).where(file_revisions.c.code == _UNKNOWN).distinct())
    return [bytes(row.sha256).hex() for row in rows]


def _ids(part: list[Judged]) -> list[bytes]:
    return [bytes.fromhex(judged.line.id) for judged in part]


def _outcomes(tx: Connection, sha256: str) -> Outcomes:
    """(outcome, code, path) of each (id, rev) that an imported file carried."""
    rows = tx.execute(sa.select(file_revisions).where(file_revisions.c.sha256 == bytes.fromhex(sha256)))
    return {(bytes(row.id).hex(), bytes(row.rev).hex()): (row.outcome, row.code, row.path) for row in rows}


def _as_done(line: Record, done: Outcomes) -> Judged:
    outcome, code, path = done.get((line.id, line.rev), (Outcome.REFUSED, line.problem or "bad_record", ""))
    return Judged(line, Outcome(outcome), code, path)


def _row(judged: Judged) -> PreviewRow:
    line = judged.line
    return PreviewRow(
        line.t, line.id, line.op, judged.outcome, judged.code, judged.path, judged.said, head_of(judged)
    )


def _revision_row(sha256: str, centre: int, judged: Judged) -> dict[str, Any]:
    return {
        "sha256": bytes.fromhex(sha256),
        "centre": centre,
        "id": bytes.fromhex(judged.line.id),
        "rev": bytes.fromhex(judged.line.rev),
        "outcome": judged.outcome,
        "code": judged.code,
        "path": judged.path,
    }


def _refused_row(sender: Sender, judged: Judged) -> dict[str, Any]:
    return {
        "centre": sender.centre,
        "id": bytes.fromhex(judged.line.id),
        "rev": bytes.fromhex(judged.line.rev),
        "node": bytes.fromhex(sender.node),
        "type": judged.line.t,
        "code": judged.code,
        "path": judged.path,
    }


def _json(counts: Counts) -> str:
    return msgspec.json.encode(counts).decode()
