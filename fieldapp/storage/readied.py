"""What can be made of an arriving revision before it meets the database: whoever reads the file does it."""

from typing import Any

import msgspec
import zstandard

from fieldapp.domain.plain_activity import PlainActivity
from fieldapp.storage.figures import figures_of
from fieldapp.storage.plain_rows import spread_plain
from fieldapp.storage.rows import Row

_PACK = zstandard.ZstdCompressor(level=3)


class Readied(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """packed: the body as it is stored. rows, figures: of an activity that is plainly in order, by table."""

    packed: bytes
    rows: dict[str, list[Row]] = {}
    figures: tuple[int, ...] = ()


def packed(body: bytes) -> bytes:
    """A sealed body as it is stored."""
    return _PACK.compress(body)


def readied(body: bytes, plain: PlainActivity | None, centre: int, record_id: str) -> Readied:
    """A body, and the activity that it brings if it is a plain one, for a record of that centre."""
    if plain is None:
        return Readied(packed(body))
    rows: Any = spread_plain(plain, centre, bytes.fromhex(record_id))
    return Readied(packed(body), rows, figures_of(plain))
