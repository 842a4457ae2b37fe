"""Numbers that must not be kept in all their written forms; and all that a home keeps, laid open."""

import re
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pyrage
import sqlalchemy as sa
import zstandard

from fieldapp.domain.codes import SheetKind
from fieldapp.domain.fields import Kind, fields
from fieldapp.domain.identifiers import fold_digits
from fieldapp.homes import OpenHome
from fieldapp.language import Language
from fieldapp.papers import Papers
from fieldapp.reports.catalogue import REPORTS
from fieldapp.services.typed_places import known_places
from fieldapp.storage.blobs import blobs_of
from fieldapp.sync.container import PREFIX_LENGTH

AADHAAR = ("999941057058", "999971658847", "999933119405", "999955183433", "999990501894")
"""UIDAI's published sandbox numbers (domain reference 4.2)."""

CARD = "4111111111111111"
"""The card number every payment system publishes for tests."""

_DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def in_fours(number: str, between: str) -> str:
    return between.join(number[at : at + 4] for at in range(0, len(number), 4))


DRESSES = {
    "plain": lambda number: number,
    "spaced": lambda number: in_fours(number, " "),
    "dashed": lambda number: in_fours(number, "-"),
    "in a Hindi sentence": lambda number: f"आधार {in_fours(number, ' ')} है".translate(_DEVANAGARI),
    "full width": lambda number: number.translate(_FULL_WIDTH),
    "with unseen characters": lambda number: in_fours(number, "\u200b\u00a0"),
    "beside another number": lambda number: f"5000000021 {number}",
}
"""Each written form of a number."""

EVERY = tuple(dress(number) for number in AADHAAR for dress in DRESSES.values())
"""All numbers in all forms."""


@dataclass(frozen=True)
class Place:
    """A text of a record that can be typed: its path as rules write it, and the guard of its field."""

    path: tuple[str, ...]
    guard: str


def texts_of(record_type: type) -> list[Place]:
    """Every text in a record type and its parts: names are two."""
    found = []
    for one in fields(record_type):
        if one.kind is Kind.PARTS:
            found += [Place((one.name, *inner.path), inner.guard) for inner in texts_of(one.part)]
        elif one.kind is Kind.NAME:
            found += [Place((one.name, side), one.guard) for side in ("hi", "en")]
        elif one.kind is Kind.PLACE:
            found += [Place((one.name, side), one.guard) for side in ("words", "key")]
        elif one.kind in (Kind.TEXT, Kind.CODE, Kind.CODES):
            found.append(Place((one.name,), one.guard))
    return found


# ------------------------------------------------------------ looking for them


def laid_open(home: OpenHome) -> str:
    """Every table with its packed bodies inflated, every file of the home as it is and as it opens."""
    found = []
    with home.database.reading() as tx:
        for table in sa.inspect(tx).get_table_names():
            for row in tx.exec_driver_sql(f'SELECT * FROM "{table}"'):
                found += map(_opened, row)
    blobs = blobs_of(home.home, home.data_key)
    for path in home.home.folder.rglob("*"):
        found.append(path.name)
        if path.is_file() and path.name != "ballast":
            found.append(path.read_bytes().decode("latin-1"))
            if path.parent.parent.name == "blobs" and path.suffix == "":
                found.append(blobs.read(path.name).decode("latin-1"))
    return "\n".join(found)


def carried(file: Path, reader: OpenHome) -> str:
    """All that a sync file says, outside and inside, opened with the key of whom it was made for."""
    source = file.read_bytes()
    body = PREFIX_LENGTH + int.from_bytes(source[28:32], "big")
    frame = pyrage.decrypt(source[body:], [reader.keys.identity])
    outside = file.name + source[:body].decode("latin-1")
    return f"{outside}\n{zstandard.ZstdDecompressor().decompress(frame).decode()}"


def printed(home: OpenHome) -> str:
    """What pdfium reads on the sheets of every activity of a home, and on its reports."""
    services, actor = home.services, home.actor
    papers = Papers(
        services, actor, known_places(services.places, actor), home.database.clock, home.home.practice
    )
    sheets = [
        papers.attendance(services.activities.get(actor, one.record.id).record, str(kind))
        for one in services.activities.page(actor).items
        for kind in SheetKind
    ]
    lists = [papers.report(one.name, ".pdf", Language.named("hi")) for one in REPORTS.values()]
    found = []
    for pdf in (*sheets, *lists):
        with pypdfium2.PdfDocument(pdf) as document:
            found += [page.get_textpage().get_text_range() for page in document]
    return "\n".join(found)


_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def _opened(value: object) -> str:
    if not isinstance(value, bytes):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))
    if value.startswith(b"\x28\xb5\x2f\xfd"):
        value = zstandard.ZstdDecompressor().decompress(value)
    return value.decode("utf-8", "replace")


def numbers_in(words: str) -> list[str]:
    """Which of the numbers stand in these words, however they are written there."""
    plain = re.sub("[^0-9]", "", fold_digits(words))
    return [number for number in (*AADHAAR, CARD) if number in plain]
