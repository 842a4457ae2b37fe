"""Photographs on their way up: which go with the next batch, in files of their own after its records."""

from collections.abc import Iterator, Sequence

from sqlalchemy.engine import Connection

from fieldapp.domain.errors import FieldAppError
from fieldapp.storage import blob_names, state
from fieldapp.storage.blob_names import Named
from fieldapp.storage.blobs import BlobStore
from fieldapp.storage.database import Database
from fieldapp.sync.packing import Portion
from fieldapp.sync.sync_file import blob_line

_ENVELOPE = 300
_MOST_PLAIN = 100 << 20


def to_send(database: Database, blobs: BlobStore) -> tuple[Named, ...]:
    """The pictures of own records that no file has carried yet, and those head office asked for again.

    One that is lost or damaged here is left out: it must not keep the records from leaving.
    """
    with database.reading() as tx:
        named = _not_travelled(tx)
    return tuple(one for one in named if _is_sound(blobs, one.sha256))


def waiting(tx: Connection, blobs: BlobStore) -> int:
    """How many pictures a batch made now would carry, as far as can be seen without opening them."""
    return sum(blobs.holds(one.sha256) for one in _not_travelled(tx))


def _not_travelled(tx: Connection) -> list[Named]:
    node, centre = state.identity(tx)
    return blob_names.not_travelled(tx, bytes.fromhex(node), centre)


def _is_sound(blobs: BlobStore, name: str) -> bool:
    try:
        blobs.read(name)
    except FieldAppError:
        return False
    return True


def picture_portions(named: Sequence[Named], end: int, limit: int) -> Iterator[Portion]:
    """Files of at most `limit` bytes, though each holds at least one picture.

    They begin and end where the records of the batch end, so they move no checkpoint: without the records
    they say nothing, and a batch whose pictures were lost is received all the same.
    """
    part: list[Named] = []
    packed = plain = 0
    for one in named:
        size = one.size + one.size // 25 + _ENVELOPE  # base64 packs back to little more than what it was
        if part and (packed + size > limit or plain > _MOST_PLAIN):
            yield Portion(end, end, (), tuple(part))
            part, packed, plain = [], 0, 0
        part.append(one)
        packed += size
        plain += one.size * 4 // 3 + _ENVELOPE
    if part:
        yield Portion(end, end, (), tuple(part))


def picture_lines(blobs: BlobStore, named: Sequence[Named]) -> Iterator[bytes]:
    """A line for each picture, whole: none of ours is too long for one."""
    for one in named:
        yield blob_line(one.sha256, one.media_type, blobs.read(one.sha256))
