"""Photographs and clippings at rest: one encrypted file each, under the hash of what is in it.

They lie outside the database, in `blobs/` of the home, under its data key. A picture is there, whole, before
any record names it: so a cut in between leaves at most one that nobody names, and those are cleared later.
A backup need copy each of them once: under one name there is never anything else.
"""

import errno
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import nacl.exceptions
import nacl.secret

from fieldapp.domain.errors import EnvironmentProblem, InvalidInput
from fieldapp.domain.results import surroundings
from fieldapp.domain.text import Text
from fieldapp.storage.home import Home, sync_folder, write_durably

MOST_BYTES = 700_000
"""The largest picture that is kept or sent (sync file, blob line)."""

_NAME = re.compile("[0-9a-f]{64}")
_PURPOSE = b"fieldapp-blob-1\0"


def name_of(content: bytes) -> str:
    """The name of a picture: SHA-256 of its bytes, 64 hex."""
    return hashlib.sha256(content).hexdigest()


class BlobStore:
    """The pictures of one home. key: its data key, 32 bytes."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._box = nacl.secret.Aead(key)

    def keep(self, content: bytes) -> str:
        """Make a picture durable and give its name; the same one again is the same file.

        Raises EnvironmentProblem when the disk will not have it; ValueError beyond 700,000 bytes.
        """
        if len(content) > MOST_BYTES:
            raise ValueError(f"a picture of {len(content)} bytes")
        name = name_of(content)
        path = self._path(name)
        if self._is_whole(name):
            os.utime(path)  # what nobody names is cleared by its age, and it is wanted again
            return name
        with self._in_words():
            if not path.parent.is_dir():
                path.parent.mkdir(parents=True, exist_ok=True)
                sync_folder(self._folder)
            write_durably(path, bytes(self._box.encrypt(content, _PURPOSE + bytes.fromhex(name))))
        return name

    def read(self, name: str) -> bytes:
        """The bytes of a picture. Raises InvalidInput 'no_picture', EnvironmentProblem 'picture_damaged'."""
        try:
            kept = self._path(name).read_bytes()
        except OSError as error:
            raise InvalidInput(
                Text("This picture is not here yet."),
                Text("It comes with a later file; nothing else is missing."),
                "no_picture",
            ) from error
        try:
            content = self._box.decrypt(kept, _PURPOSE + bytes.fromhex(name))
        except (nacl.exceptions.CryptoError, ValueError) as error:
            raise _damaged() from error
        if name_of(content) != name:
            raise _damaged()
        return content

    def holds(self, name: str) -> bool:
        """Whether a picture lies here; whether it is whole shows when it is read."""
        return self._path(name).is_file()

    def older_than(self, at: datetime) -> Iterator[str]:
        """The names of all pictures that were last kept before that instant."""
        for path in self._folder.glob("*/*"):
            with suppress(OSError):
                changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                if _NAME.fullmatch(path.name) and changed < at:
                    yield path.name

    def remove(self, name: str) -> None:
        """Take a picture away that no record names any more."""
        self._path(name).unlink(missing_ok=True)

    def tidy(self) -> None:
        """At a start: clear away what a crash left half written."""
        for part in self._folder.glob("*/*.part"):
            part.unlink(missing_ok=True)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            raise surroundings("disk_full" if full else "read_only", place=self._folder.name) from error

    def _is_whole(self, name: str) -> bool:
        try:
            return self.holds(name) and bool(self.read(name))
        except EnvironmentProblem:
            return False

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(name)
        return self._folder / name[:2] / name


def blobs_of(home: Home, data_key: bytes) -> BlobStore:
    """The pictures of an open home."""
    return BlobStore(home.folder / "blobs", data_key)


def _damaged() -> EnvironmentProblem:
    return EnvironmentProblem(
        Text("This picture is damaged on the disk."),
        Text("The record is safe. Attach the picture again where you still have it."),
        "picture_damaged",
    )
