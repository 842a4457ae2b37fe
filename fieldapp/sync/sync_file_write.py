"""Writing a sync file: lines -> one zstd frame -> age -> cover -> its place on the disk.

The packed content, at most 32 MiB, is held in memory and never touches a disk unencrypted.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec
import pyrage
import zstandard

from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.results import refuse, surroundings
from fieldapp.sync.container import (
    MAX_BODY,
    MAX_LINE,
    MAX_OPEN_BODY,
    MAX_PLAIN,
    MAX_RECORDS,
    PREFIX_LENGTH,
    SIGNED_LENGTH,
    Header,
    Kind,
    Manifest,
    Prefix,
    signed_message,
)
from fieldapp.sync.keys import NodeKeys, PublicKeys, is_recipient, must_have_random_numbers, recipient_id
from fieldapp.sync.sync_file_frame import plain_chunks
from fieldapp.sync.sync_file_place import Placed, keep, part_file, settle, speaking_of
from fieldapp.sync.sync_file_read import Signer, peek

LEVEL = 3
_GATHERED = 256 * 1024
_SIZE_FOLLOWS = 0xC0  # in a zstd frame header's descriptor: the content size stands there in eight bytes
_FRAME_START = 14


def write(
    target: Path,
    kind: Kind,
    header: Header,
    manifest: Manifest,
    lines: Iterable[bytes],
    *,
    signer: NodeKeys,
    recipients: Sequence[str] = (),
    practice: bool,
) -> Placed:
    """Write a sync file to `target`, or beside it where that name is taken, and verify it on the disk.

    lines: canonical lines without their ends, as many as `manifest.count` says; read once, never held.
    recipients: 'age1…' of all who may read it; none for a request or pack. What header and manifest repeat of
    cover, signer and readers is filled in here.

    Raises SyncFileRefused: 'too_big' when it would pass a limit of the format (make more parts), 'bad_key'
    for a recipient nobody can safely write to; and EnvironmentProblem: disk_full, read_only, stick_gone,
    not_kept, busy, no_random_numbers. On any error nothing is left behind.
    """
    must_have_random_numbers()
    readers = [_reader(recipient) for recipient in recipients]
    if bool(readers) != kind.encrypted:
        raise ValueError("a batch, receipt or give-back has recipients, a request or pack has none")
    header = _completed(header, kind, recipients)
    manifest = msgspec.structs.replace(
        manifest, kind=int(kind), node=header.node, key=signer.key_id, batch=header.batch
    )
    frame = _frame(_counted(manifest, lines))
    with speaking_of(target.parent), part_file(target) as (part, file):
        _fill(file, kind, header.encoded(), frame, signer, readers, practice)
        keep(file)
        file.close()
        del frame
        sha256, size = _verified(part, signer.public, header.node)
        return Placed(settle(part, target), sha256, size)


def _reader(recipient: str) -> pyrage.x25519.Recipient:
    if not is_recipient(recipient):
        raise refuse("bad_key")
    return pyrage.x25519.Recipient.from_str(recipient)


def _completed(header: Header, kind: Kind, recipients: Sequence[str]) -> Header:
    english, hindi = kind.sentences
    return msgspec.structs.replace(
        header,
        recipients=tuple(map(recipient_id, recipients)),
        en=header.en or english,
        hi=header.hi or hindi,
    )


def _fill(
    file: IO[bytes],
    kind: Kind,
    header: bytes,
    frame: bytes,
    signer: NodeKeys,
    readers: list[pyrage.x25519.Recipient],
    practice: bool,
) -> None:
    """The header and body first, since the prefix speaks of them."""
    file.write(bytes(PREFIX_LENGTH) + header)
    body = _Body(file)
    if readers:
        _encrypt(frame, body, readers)
    else:
        body.write(frame)
    if body.length > (MAX_BODY if kind.encrypted else MAX_OPEN_BODY):
        raise refuse("too_big")
    prefix = Prefix(kind, practice, signer.key_id, len(header), body.length, body.sha256.digest())
    message = signed_message(kind, prefix.pack()[:SIGNED_LENGTH], header)
    file.seek(0)
    file.write(prefix._replace(signature=signer.sign(message)).pack())


def _verified(part: Path, public: PublicKeys, node: str) -> tuple[str, int]:
    """Read the file again as its reader will; its SHA-256 and size."""
    signer = Signer(bytes.fromhex(public.sign), node)
    try:
        outer = peek(part.read_bytes(), lambda _: signer)
    except SyncFileRefused as error:
        raise surroundings("not_kept", place=str(part.parent)) from error
    return outer.sha256, outer.size


def _counted(manifest: Manifest, lines: Iterable[bytes]) -> Iterator[bytes]:
    if manifest.count > MAX_RECORDS:
        raise refuse("too_big")
    yield manifest.encoded()
    count = 0
    for line in lines:
        if len(line) > MAX_LINE:
            raise refuse("too_big")
        count += 1
        yield line
    if count != manifest.count:
        raise ValueError(f"{count} lines, and the manifest says {manifest.count}")


def _frame(lines: Iterable[bytes]) -> bytes:
    """One zstd frame with its content size declared, checked by inflating it again.

    The size is known only at the end, and libzstd wants it at the beginning: so the frame is made without it,
    and its header (RFC 8878, 3.1.1.1) is then written anew, eight bytes longer.
    """
    packed = io.BytesIO(bytes(_FRAME_START - 6))
    packed.seek(0, io.SEEK_END)
    compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compressobj()
    size = 0
    for piece in _gathered(lines):
        size += len(piece)
        packed.write(compressor.compress(piece))
        if packed.tell() > MAX_BODY or size > MAX_PLAIN:
            raise refuse("too_big")
    packed.write(compressor.flush())
    with packed.getbuffer() as view:
        start = bytes(view[_FRAME_START - 6 : _FRAME_START])
        view[:_FRAME_START] = (
            start[:4] + bytes([start[4] | _SIZE_FOLLOWS, start[5]]) + size.to_bytes(8, "little")
        )
    frame = packed.getvalue()
    for _ in plain_chunks(frame):
        pass
    return frame


def _gathered(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines with their ends, in pieces worth a call of the compressor."""
    piece = bytearray()
    for line in lines:
        piece += line
        piece += b"\n"
        if len(piece) >= _GATHERED:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


class _Body:
    """The body on its way to the disk: counted, hashed, and stopped at the limit."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.length = 0
        self.sha256 = hashlib.sha256()
        self.error: OSError | None = None

    def write(self, piece: bytes) -> int:
        """As of a file; an error is kept too, since pyrage passes on only its words."""
        try:
            self._file.write(piece)
        except OSError as error:
            self.error = error
            raise
        self.length += len(piece)
        self.sha256.update(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing: the file is flushed once, when it is complete."""


def _encrypt(frame: bytes, body: _Body, readers: list[pyrage.x25519.Recipient]) -> None:
    try:
        pyrage.encrypt_io(io.BytesIO(frame), body, readers)
    except pyrage.EncryptError:
        if body.error:
            raise body.error from None
        raise
