"""What can be made of an arriving revision before it meets the database: whoever reads the file does it."""

import msgspec
import zstandard

from fieldapp.domain.plain_activity import PlainActivity
from fieldapp.storage.figures import figures_of
from fieldapp.storage.plain_rows import Lot, spread_plain

_PACK, _UNPACK = zstandard.ZstdCompressor(level=3), zstandard.ZstdDecompressor()


class Readied(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """packed: the body as it is stored. lots, figures: of an activity that is plainly in order, by table."""

    packed: bytes
    lots: dict[str, Lot] = {}
    figures: tuple[int, ...] = ()


def packed(body: bytes) -> bytes:
    """A sealed body as it is stored."""
    return _PACK.compress(body)


def unpacked(stored: bytes) -> bytes:
    """The sealed body that is stored so."""
    return _UNPACK.decompress(stored)


def body_in(body: bytes, ready: Readied | None) -> bytes:
    """A sealed body, which may have been left out because it lies packed in what was made of it."""
    return unpacked(ready.packed) if ready is not None and not body else body


def readied(body: bytes, plain: PlainActivity | None) -> Readied:
    """A body, and the activity that it brings if it is a plain one."""
    if plain is None:
        return Readied(packed(body))
    return Readied(packed(body), spread_plain(plain), figures_of(plain))
