"""Record ids: UUIDv7 (RFC 9562), so that new records lie beside each other in the database."""


def uuid7(milliseconds: int, random: bytes) -> str:
    """32 hex digits from the time in milliseconds since 1970 and ten random bytes.

    The clock only spreads ids; no rule reads it back. A clock before 1970 counts as 1970.
    """
    raw = bytearray(max(0, milliseconds).to_bytes(8, "big")[-6:] + random[:10])
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return raw.hex()
