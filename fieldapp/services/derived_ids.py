"""Record ids that follow from something else, so that doing a thing twice makes no second record."""

import hashlib


def derived_id(*words: object) -> str:
    """The same 32 hex digits for the same words: SHA-256 in the shape of a UUIDv8 (RFC 9562)."""
    raw = bytearray(hashlib.sha256("\0".join(map(str, words)).encode()).digest()[:16])
    raw[6] = 0x80 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return raw.hex()
