"""What can be made of an arriving revision before it meets the database: whoever reads the file does it."""

import msgspec
import zstandard

from fieldapp.domain.plain_activity import PlainActivity
from fieldapp.storage.figures import figures_of
from fieldapp.storage.plain_rows import Lots, spread_plain

_PACK, _UNPACK = zstandard.ZstdCompressor(level=3), zstandard.ZstdDecompressor()


class Readied(msgspec.Struct, array_like=True, gc=False):
    """packed: the body as it is stored. figures: of an activity that is plainly in order, else none; its rows
    are among `lots`, and `at` is its place there.
    """

    packed: bytes
    figures: tuple[int, ...] = ()
    at: int = 0
    lots: Lots | None = None


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
    """A body, and of the activity that it brings the figures, if it is a plain one."""
    return Readied(packed(body), figures_of(plain) if plain is not None else ())


def spread_out(body: bytes, plain: PlainActivity | None) -> Readied:
    """As `readied`, with the rows."""
    ready = readied(body, plain)
    if plain is not None:
        ready.lots = spread_plain([plain])
    return ready
