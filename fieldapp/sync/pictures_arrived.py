"""Photographs that came up: taken out of sync files, kept, and asked for again when they are missing."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from fieldapp.domain.errors import FieldAppError, SyncFileRefused
from fieldapp.storage import blob_names
from fieldapp.storage.blobs import MOST_BYTES, BlobStore
from fieldapp.storage.database import Database
from fieldapp.storage.tables import file_blobs, inbox_bytes
from fieldapp.sync.examiner import Examiner
from fieldapp.sync.sync_file import Blob, Content


@dataclass(slots=True)
class Pictures:
    """What the blob lines of one file came to. bad: how many were damaged; each was left out alone.

    A picture may come in parts, in their order (sync file, blob line).
    """

    store: BlobStore | None
    names: list[str] = field(default_factory=list)
    bad: int = 0
    _begun: dict[str, bytes] = field(default_factory=dict)

    def take(self, line: Blob) -> None:
        """One line. Raises EnvironmentProblem when the disk will not have the picture."""
        content = self._begun.pop(line.sha256, b"") + line.content if line.part else line.content
        whole = hashlib.sha256(content).hexdigest() == line.sha256
        if line.problem or len(content) > MOST_BYTES or (line.part == 0 and not whole):
            self.bad += 1
        elif not whole:
            self._begun[line.sha256] = content
        else:
            self.names.append(line.sha256)
            if self.store is not None:
                self.store.keep(content)

    def end(self) -> "Pictures":
        """No line follows: what has not become whole is damaged."""
        self.bad += len(self._begun)
        self._begun.clear()
        return self


def carries_pictures(content: Content) -> bool:
    """Whether a file says that it has pictures in it."""
    return "blob" in content.manifest.counts


def pictures_in(
    content: Content, store: BlobStore | None, lines: Callable[[Content], Iterable[object]] = Content.lines
) -> Pictures:
    """The pictures of an opened file; with a store they are kept there, durable when this returns.

    lines: who reads it.

    Raises SyncFileRefused when the file turns out not to be in order, and EnvironmentProblem.
    """
    found = Pictures(store)
    if carries_pictures(content):
        for line in lines(content):
            if isinstance(line, Blob):
                found.take(line)
    return found.end()


class ArrivedPictures:
    """What has come to a head office, and what it must ask for."""

    def __init__(self, database: Database, examiner: Examiner, blobs: BlobStore) -> None:
        self._database = database
        self._examiner = examiner
        self._blobs = blobs

    def missing(self, node: bytes, centre: int) -> list[str]:
        """The pictures that records of a node and its centre name and that are not here, nor in a file that
        is kept here.
        """
        with self._database.reading() as tx:
            named = blob_names.named_by(tx, node, centre)
        for one in named:
            if not self._blobs.holds(one.sha256):
                self.bring_back(one.sha256)
        with self._database.reading() as tx:
            return [one.sha256 for one in blob_names.not_travelled(tx, node, centre)]

    def bring_back(self, name: str) -> bool:
        """Take a picture that was lost from this disk out of the sync file it came in.

        False when no file that is kept has it: then it counts as not arrived, and is asked for.
        """
        with self._database.reading() as tx:
            rows = tx.execute(
                sa.select(inbox_bytes.c.content)
                .join(file_blobs, file_blobs.c.file == inbox_bytes.c.sha256)
                .where(file_blobs.c.blob == name)
            ).fetchall()
        if any(self._taken_out(bytes(row.content), name) for row in rows):
            return True
        if not rows:
            return False
        with self._database.transaction() as tx:
            blob_names.forget(tx, [name])
        return False

    def _taken_out(self, file: bytes, name: str) -> bool:
        try:
            pictures_in(self._examiner.open(file), self._blobs)
        except SyncFileRefused:
            return False
        return self._sound(name)

    def _sound(self, name: str) -> bool:
        try:
            self._blobs.read(name)
        except FieldAppError:
            return False
        return True
