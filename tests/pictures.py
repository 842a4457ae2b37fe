"""Pictures for tests: drawn, never taken of anybody."""

import io
import random

from PIL import Image

CANARY = b"CANARY-23.6693N-86.1511E"
"""What must be found nowhere after a picture that carries it was added."""


def drawn(seed=1, size=(640, 480), mode="RGB"):
    """A picture that is another one for each seed."""
    grey = Image.frombytes("L", (16, 16), random.Random(seed).randbytes(256))
    return grey.resize(size).convert(mode)


def as_bytes(picture, kind="JPEG", **given):
    out = io.BytesIO()
    picture.save(out, kind, **given)
    return out.getvalue()


def photograph(seed=1, size=(640, 480)):
    """A JPEG as a telephone writes it: turned, with a place, a maker, a remark and bytes behind its end."""
    picture = drawn(seed, size)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned to the right
    exif[0x010F] = CANARY.decode()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (23.0, 40.0, 9.5)
    gps[29] = CANARY.decode()
    return as_bytes(picture, exif=exif, comment=CANARY, xmp=b"<x>" + CANARY + b"</x>") + CANARY
