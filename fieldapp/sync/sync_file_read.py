"""Reading a sync file: `peek` looks at the outside and needs no key, `open_` shows what is in it.

Strangers' bytes meet no parser: the signature is checked before anything is decrypted, inflated or parsed.
Only the header of a signer who is not known yet is read first, at most 4 KiB, because it may bring his key.
"""

import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import pyrage
import zstandard

from fieldapp.domain import canonical
from fieldapp.domain.results import refuse, surroundings
from fieldapp.domain.text import Text
from fieldapp.sync.container import (
    CAPS,
    MAX_BODY,
    MAX_HEADER,
    PREFIX_LENGTH,
    READER,
    SIGNED_LENGTH,
    Header,
    Kind,
    Manifest,
    Prefix,
    signed_message,
)
from fieldapp.sync.keys import PublicKeys, recipient_id, verify
from fieldapp.sync.sync_file_frame import columns_of, numbered, read_lines
from fieldapp.sync.sync_file_lines import Blob, Record, Section
from fieldapp.sync.sync_file_place import code_of

_STANZA = rb"-> [!-~]+(?: [!-~]+)*\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n"
_STANZAS = re.compile(rb"age-encryption\.org/v1\n(?:" + _STANZA + rb"){1,20}--- [A-Za-z0-9+/]{43}\n")
_MAX_STANZA_BYTES = 16 * 1024
_LOADING = (".crdownload", ".part", ".partial", ".download", ".opdownload")
"""How browsers call what they have not downloaded to its end; of a whole file the name counts for nothing."""


class Trust(StrEnum):
    """How far a signer is known."""

    KNOWN = "known"
    INTRODUCED = "introduced"  # unknown; signed with the key that its own header brings
    STRANGER = "stranger"  # unknown, and the signature could not be checked


class Signer(NamedTuple):
    """Whom a key id belongs to. sign: Ed25519 public key, 32 bytes; node: 32 hex."""

    sign: bytes
    node: str


Sections = list[tuple[int, dict[str, Any]]]
"""The members of sections, each with the number of its line, for the words of an error."""


class Outer(NamedTuple):
    """A file that is whole, seen from outside. sha256: of the whole file, 64 hex; size: in bytes."""

    kind: Kind
    practice: bool
    key: str
    trust: Trust
    header: Header
    body: memoryview
    sha256: str
    size: int

    def must_suit(self, *, practice: bool) -> None:
        """A practice home takes practice files only, a real one none: else SyncFileRefused."""
        if self.practice != practice:
            raise refuse("practice_file" if self.practice else "real_file")


def read_file(path: Path) -> bytes:
    """The bytes of a sync file on a stick or in a folder, unchecked beyond what its first bytes promise.

    Never waits and never follows a link. Raises EnvironmentProblem 'stick_gone', and SyncFileRefused:
    'unreadable', or as `peek` for a file whose beginning cannot be right.
    """
    flags = os.O_RDONLY
    for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise refuse("not_a_sync_file", what=Text("a folder, a link or a device"))
        with open(os.open(path, flags), "rb") as file:  # noqa: PTH123 (Path.open takes no flags)
            start = file.read(PREFIX_LENGTH)
            loading = path.suffix.lower() in _LOADING
            if loading and len(start) < PREFIX_LENGTH:
                raise refuse("still_loading")
            prefix = Prefix.unpack(start)
            content = start + file.read(MAX_HEADER + MAX_BODY + 1)
            if loading and len(content) < PREFIX_LENGTH + prefix.header_length + prefix.body_length:
                raise refuse("still_loading")
            return content
    except OSError as error:
        if code_of(error) == "stick_gone" and error.errno != errno.EIO:
            raise surroundings("stick_gone", place=str(path.parent)) from error
        raise refuse("unreadable") from error


def peek(
    source: bytes, trust: Callable[[str], Signer | None], kinds: Collection[Kind] = frozenset(Kind)
) -> Outer:
    """What a file says on its outside, once everything that needs no private key has been checked.

    trust: who owns a key id (32 hex), or None. kinds: what may be given here. Raises SyncFileRefused.
    """
    prefix = Prefix.unpack(source[:PREFIX_LENGTH])
    if prefix.kind not in kinds:
        raise refuse("wrong_kind", kind=prefix.kind.words)
    body_start = PREFIX_LENGTH + prefix.header_length
    expected = body_start + prefix.body_length
    if len(source) < body_start:
        raise _truncated(len(source), expected)
    encoded = source[PREFIX_LENGTH:body_start]
    signer = trust(prefix.key)
    header = None if signer else Header.decoded(encoded)
    introduced = _introduced(prefix.key, header) if header else None
    sign = signer.sign if signer else introduced
    message = signed_message(prefix.kind, source[:SIGNED_LENGTH], encoded)
    if sign and not verify(sign, message, prefix.signature):
        raise refuse("bad_signature")
    if len(source) < expected:
        raise _truncated(len(source), expected)
    if len(source) > expected:
        raise refuse("trailing_bytes", extra=len(source) - expected)
    body = memoryview(source)[body_start:]
    if hashlib.sha256(body).digest() != prefix.sha256:
        raise refuse("bad_hash")
    header = header or Header.decoded(encoded)
    if signer and header.node != signer.node:
        raise refuse("not_bound")
    known = Trust.KNOWN if signer else Trust.INTRODUCED if introduced else Trust.STRANGER
    whole = hashlib.sha256(source).hexdigest()
    return Outer(prefix.kind, prefix.practice, prefix.key, known, header, body, whole, len(source))


def _truncated(have: int, expected: int) -> Exception:
    return refuse("truncated", have=f"{have // 1024:,}", expected=f"{-(-expected // 1024):,}")


def _introduced(key: str, header: Header) -> bytes | None:
    if header.enrol is None:
        return None
    public = PublicKeys(header.enrol.sign_pub, header.enrol.age_recipient).checked()
    if public.key_id != key:
        raise refuse("bad_signature")
    return bytes.fromhex(public.sign)


class Content:
    """An opened file: its manifest, and its lines as often as they are asked for."""

    def __init__(self, outer: Outer, frame: bytes) -> None:
        """From the zstd frame; SyncFileRefused if its first line is no manifest, or of another file."""
        self.outer = outer
        self.frame = frame
        self.manifest = Manifest.converted(self._first())
        if _cover(self.manifest) != (outer.kind, outer.header.node, outer.key, outer.header.batch):
            raise refuse("not_bound")
        if self.manifest.min_reader > READER or set(self.manifest.caps) - CAPS:
            raise refuse("needs_newer_program")
        columns_of(self.manifest)

    def lines(self, known: Collection[bytes] = ()) -> Iterator[Record | Blob | Section]:
        """Every line after the manifest. A record or blob that fails says so and stops nothing.

        known: the names of lines that were taken before; of those little is read.

        A fault of the file itself may show at any line: SyncFileRefused. So nothing of it counts before the
        iteration has come to its end.
        """
        records_only = self.outer.kind is Kind.BATCH
        return read_lines(self.frame, self.manifest, records_only=records_only, known=known)

    def records(self) -> Iterator[Record]:
        """The lines that are records."""
        return (line for line in self.lines() if isinstance(line, Record))

    def sections(self) -> Sections:
        """The lines that are sections; having come to the end, the file is known to be whole."""
        return [(n, line.members) for n, line in enumerate(self.lines(), 2) if isinstance(line, Section)]

    @property
    def inflated(self) -> int:
        """How many bytes it says that its lines have; it cannot have more."""
        return zstandard.frame_content_size(self.frame)

    def _first(self) -> Any:
        for _, sent in numbered(self.frame):
            try:
                return canonical.decode(sent)
            except canonical.NotCanonical as error:
                raise refuse(error.code, line=1) from error
        return None


def _cover(manifest: Manifest) -> tuple[int, str, str, int]:
    return manifest.kind, manifest.node, manifest.key, manifest.batch


def open_(
    outer: Outer, identities: Sequence[pyrage.x25519.Identity], *, practice: bool, introduce: bool = False
) -> Content:
    """The content of a file that `peek` let pass. Raises SyncFileRefused.

    identities: the age identities that may open it. practice: whether this home is a practice home.
    introduce: a person chose to enrol the signer, so a request or pack signed with its own key may be read.
    """
    if outer.practice and not practice:
        raise refuse("practice_file")
    chosen = introduce and outer.trust is Trust.INTRODUCED and not outer.kind.encrypted
    if outer.trust is not Trust.KNOWN and not chosen:
        raise refuse("unknown_sender")
    if outer.header.min_reader > READER:
        raise refuse("needs_newer_program")
    body = bytes(outer.body)
    frame = _decrypted(outer, body, identities) if outer.kind.encrypted else body
    return Content(outer, frame)


def _decrypted(outer: Outer, body: bytes, identities: Sequence[pyrage.x25519.Identity]) -> bytes:
    ours = {recipient_id(str(identity.to_public())) for identity in identities}
    if ours.isdisjoint(outer.header.recipients):
        raise refuse("other_office" if outer.kind is Kind.BATCH else "not_for_this_computer")
    _check_stanzas(body)
    try:
        plain: bytes = pyrage.decrypt(body, identities)
    except pyrage.DecryptError as error:
        raise refuse("cannot_decrypt") from error
    return plain


def _check_stanzas(body: bytes) -> None:
    """A bounded number of stanzas, before age tries them all, and each as age's own vectors want it.

    A passphrase is never tried: there is none.
    """
    if not _STANZAS.match(body, 0, _MAX_STANZA_BYTES):
        raise refuse("cannot_decrypt")
