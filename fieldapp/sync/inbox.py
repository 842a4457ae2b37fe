"""Head office's inbox: files are read, looked into, and their records taken, one file in one transaction.

    file -> lines -> judged -> received

A bad file or record never stops the others. The stick or folder the files came from is never written and not
needed again: their bytes are kept in the database. What this home holds is a function of the set of imported
files alone; file_revisions notes what each of them carried.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.results import refuse
from fieldapp.storage import blob_names, findings, log, taking_in
from fieldapp.storage.blobs import BlobStore
from fieldapp.storage.database import Database, execute, instant, stamp
from fieldapp.storage.emptying import NOTHING_DONE
from fieldapp.storage.home import Home
from fieldapp.storage.letting_go import LetGo
from fieldapp.storage.rows import Row
from fieldapp.storage.tables import file_revisions, inbox_files, refused
from fieldapp.storage.writer import Writer
from fieldapp.sync.arrived import FileState, InboxFile
from fieldapp.sync.arriving import Counts, Judged, Outcome, Sender, revision_of
from fieldapp.sync.due import note_due
from fieldapp.sync.erasures import Erasures
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.lines_taken import lines_taken
from fieldapp.sync.pictures_arrived import ArrivedPictures, pictures_in
from fieldapp.sync.previews import Preview, PreviewRow, Previews, outcomes_of, sender_of
from fieldapp.sync.progress import Cancelled, Progress, Stopped, never, silent, until
from fieldapp.sync.shelf import files_in
from fieldapp.sync.sync_file import Content

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

_UNKNOWN = "unknown_type"
_CLAIM = (
    "UPDATE inbox_files SET state = 'IMPORTED', applied_at = ?, applied_by = ?"
    " WHERE sha256 = ? AND state = 'READY'"
)
_COUNTED = "UPDATE inbox_files SET counts = ? WHERE sha256 = ?"

LeftOut = dict[tuple[str, str], Outcome]
"""What became of lines that were not taken, by record id and revision."""


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


class Inbox(Previews):
    """The files that reached a head office, and taking their records and photographs."""

    def __init__(self, database: Database, home: Home, keys: NodeKeys, blobs: BlobStore) -> None:
        super().__init__(database, home, keys)
        self._blobs = blobs
        self._erasures = Erasures(database, home, blobs)
        self.pictures = ArrivedPictures(database, self._examiner, blobs)

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

    def _apply(self, actor: Actor, sha256: str, cancel: Cancelled = never) -> tuple[Counts, int]:
        """What became of its records, and how many of its photographs were damaged.

        Raises Stopped when it is cancelled in its middle: nothing of it is taken then.
        """
        content = self._opened(sha256, waiting=True)
        counts = Counts()
        with self._damage_noted(sha256):
            pictures = pictures_in(content, self._blobs, lambda it: until(cancel, self._lines(it)))
        with self._damage_noted(sha256), _no_collecting(), self._database.transaction() as tx:
            self._claim(tx, actor, sha256)
            blob_names.travelled(tx, bytes.fromhex(sha256), pictures.names)
            sender = sender_of(tx, content, alone=True)
            gone, decided, came = LetGo(), False, list[str]()
            known = lines_taken(tx, content, sender.centre)
            for part in until(cancel, self._judge_lines(tx, content, sender, known=known)):
                gone |= self._take(tx, sha256, sender, part)
                for judged in part:
                    counts = counts.and_one(judged.outcome)
                    decided |= _erases_somebody(judged)
                came += [judged.line.id for judged in part if judged.kept]
            # A block office empties copies too, and sessions may come after the decision.
            is_due = decided or gone.records or self._home.scope
            emptied = self._erasures.heed(tx, actor, gone, arrived=came) if is_due else NOTHING_DONE
            execute(tx, _COUNTED, _json(counts), bytes.fromhex(sha256))
            findings.look_at_file(tx, sha256)
            note_due(tx, content.outer.key)
            log.note(tx, self._database.clock(), actor.login, "import", what=sha256)
        self._erasures.settle(emptied)
        return counts, pictures.bad

    def import_all(
        self,
        actor: Actor,
        paths: Sequence[Path] = (),
        progress: Progress = silent,
        cancel: Cancelled = never,
    ) -> Imported:
        """Read files and folders and take every file that is ready; without paths just what is ready already.

        Each file alone; a cancelled import keeps the files it has taken, leaves the one it was at, however
        large, as it was, and can be begun again. progress: files read and in all, then files imported and in
        all.
        """
        if not paths:
            return self._import(actor, self.files(actor, FileState.READY), progress, cancel)
        with self._reader.at_work(_size_of(paths)):
            brought = [*self.read(actor, paths, progress, cancel), *self.recheck(actor)]
            return self._import(actor, brought, progress, cancel)

    def import_what_waited(self, actor: Actor) -> list[InboxFile]:
        """Take the files that had to wait and are ready now; those that came in."""
        ready = [one.sha256 for one in self.recheck(actor) if one.state is FileState.READY]
        for sha256 in ready:
            with suppress(SyncFileRefused):
                self._apply(actor, sha256)
        return [one for one in self.named(ready) if one.state is FileState.IMPORTED]

    def _import(
        self, actor: Actor, brought: Sequence[InboxFile], progress: Progress, cancel: Cancelled
    ) -> Imported:
        ready = list(dict.fromkeys(one.sha256 for one in brought if one.state is FileState.READY))
        counts, done = Counts(), list[str]()
        with self._reader.at_work(sum(one.size for one in brought if one.state is FileState.READY)):
            for n, sha256 in enumerate(ready, start=1):
                if cancel():
                    break
                try:
                    counts += self._apply(actor, sha256, cancel)[0]
                except Stopped:
                    break
                except SyncFileRefused:
                    pass  # it is noted with the file
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
                for name, (outcome, code, _) in outcomes_of(tx, sha256).items()
                if code == _UNKNOWN
            }
            self._take_again(tx, sha256, content, left_out)
            note_due(tx, content.outer.key)
            log.note(tx, self._database.clock(), actor.login, "import", what=sha256)

    def _take_again(self, tx: Connection, sha256: str, content: Content, before: LeftOut) -> None:
        """Judge lines of an imported file anew; before: what had become of each."""
        own = inbox_files.c.sha256 == bytes.fromhex(sha256)
        noted = file_revisions.c.sha256 == bytes.fromhex(sha256)
        counts = msgspec.json.decode(
            tx.execute(sa.select(inbox_files.c.counts).where(own)).scalar_one(), type=Counts
        )
        sender = sender_of(tx, content)
        for part in self._judge_lines(tx, content, sender, before):
            tx.execute(file_revisions.delete().where(noted, file_revisions.c.id.in_(_ids(part))))
            self._take(tx, sha256, sender, part)
            for judged in part:
                was = before.get((judged.line.id, judged.line.rev))
                counts = counts.instead(was, judged.outcome) if was else counts
        execute(tx, _COUNTED, _json(counts), bytes.fromhex(sha256))

    # ------------------------------------------------------------ the steps

    def _claim(self, tx: Connection, actor: Actor, sha256: str) -> None:
        """First of all, so that of two officers who import one file the second finds it taken."""
        now = stamp(self._database.clock())
        if execute(tx, _CLAIM, now, actor.login, bytes.fromhex(sha256)).rowcount == 0:
            raise refuse("already_imported", date=instant(now))

    def _take(self, tx: Connection, sha256: str, sender: Sender, part: list[Judged]) -> LetGo:
        kept = [revision_of(judged.line, sender) for judged in part if judged.kept]
        held = {judged.line.id: judged.held for judged in part if judged.held}
        gone = taking_in.receive(tx, kept, stamp(self._database.clock()), held)
        named = [judged for judged in part if judged.line.rev]
        if not named:
            return gone
        writer, file = Writer(tx), bytes.fromhex(sha256)
        for judged in named:
            writer.insert(file_revisions.name, _revision_row(file, sender.centre, judged))
        writer.flush()
        settled = [bytes.fromhex(judged.line.id) for judged in named if judged.settles]
        tx.execute(refused.delete().where(refused.c.centre == sender.centre, refused.c.id.in_(settled)))
        open_ones = [_refused_row(sender, judged) for judged in named if judged.outcome is Outcome.REFUSED]
        if open_ones:
            tx.execute(refused.insert(), open_ones)
        return gone


def _erases_somebody(judged: Judged) -> bool:
    """Whether it is a decision that somebody be erased; most decisions are about other things."""
    is_taken = judged.line.t == "decision" and judged.line.op != "del" and judged.kept
    return is_taken and judged.line.fields().get("kind") == DecisionKind.ERASE_PERSON


def _size_of(paths: Sequence[Path]) -> int:
    """How many bytes lie there, as far as can be told."""
    total = 0
    for path in files_in(paths):
        with suppress(OSError):
            total += path.lstat().st_size
    return total


@contextmanager
def _no_collecting() -> Iterator[None]:
    """While a file's rows pass through, looking for cycles among them costs more than making them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _with_unknown_types(tx: Connection) -> list[str]:
    """The files of which some records wait for a newer program."""
    rows = tx.execute(sa.select(file_revisions.c.sha256).where(file_revisions.c.code == _UNKNOWN).distinct())
    return [bytes(row.sha256).hex() for row in rows]


def _ids(part: list[Judged]) -> list[bytes]:
    return [bytes.fromhex(judged.line.id) for judged in part]


def _revision_row(sha256: bytes, centre: int, judged: Judged) -> Row:
    line = judged.line
    own = sha256, centre, bytes.fromhex(line.id), bytes.fromhex(line.rev)
    return (*own, judged.outcome.value, judged.code, judged.path, line.line or None)


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
