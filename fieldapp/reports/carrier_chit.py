"""The chit that goes with a stick: files, sizes, days, who gave them and who took them (feature C12).

Two of it on a sheet: one stays at the centre, one goes along. It names no participant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fieldapp.domain.fields import Name
from fieldapp.domain.text import Text
from fieldapp.language import INDIA
from fieldapp.reports.page import (
    MARGIN,
    Box,
    Foot,
    Voice,
    both_names,
    finish,
    fitted,
    heading_lines,
    watermark,
    write,
)
from fieldapp.reports.pdf import A4, Document, Page

TITLE = Text("Carrier's chit")
_ROOM = A4[0] - 2 * MARGIN
_HALF = A4[1] / 2
_LINE = 6.0
_NUMBER, _SIZE, _SUM = 8.0, 24.0, 40.0
_MOST_FILES = 8
"""Files that are named; of more the number and the sum are said."""


@dataclass(frozen=True, slots=True)
class ChitFile:
    """A file on the stick. size: in bytes; sha256: 64 hex, of which the first sixteen are printed."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierChit:
    """What a chit says. to_whom: the carrier, '' leaves room for a pen."""

    batch: int
    files: Sequence[ChitFile]
    records: int
    made_at: datetime
    to_whom: str
    office: Name
    centre_name: Name
    csc_id: str
    printed_at: datetime
    printed_by: str = ""
    practice: bool = False


def carrier_chit(chit: CarrierChit) -> bytes:
    """The chit twice on one page of A4, as a PDF."""
    voice = Voice.of_state()
    document = Document(voice.line(TITLE))
    page = document.page(*A4)
    if chit.practice:
        watermark(page, voice)
    for top, whose in ((6.0, Text("Stays at the centre")), (_HALF + 1, Text("Goes with the stick"))):
        _draw(page, voice, chit, top, whose)
    page.line(0, _HALF - 2, A4[0], _HALF - 2, pen=0.1)
    return finish(document, voice, Foot(chit.printed_at, chit.printed_by, f"{chit.csc_id} · {chit.batch}"))


def _draw(page: Page, voice: Voice, chit: CarrierChit, top: float, whose: Text) -> None:
    write(page, Box(MARGIN, top, _ROOM, 11), heading_lines(voice, TITLE, _ROOM, 14), "centre")
    write(page, Box(MARGIN, top + 11, _ROOM, 5), fitted(voice.line(whose), _ROOM, 8, most=1), "centre")
    day = voice.hindi.date(chit.made_at.astimezone(INDIA).date())
    y = top + 17
    for label, value in (
        (Text("Centre"), " · ".join(filter(None, (both_names(chit.centre_name), chit.csc_id)))),
        (Text("For the office"), both_names(chit.office)),
        (Text("Batch"), f"{chit.batch} · {day}"),
        (Text("Records"), str(chit.records)),
        (Text("Carried by"), chit.to_whom),
    ):
        write(page, Box(MARGIN, y, 58, _LINE), fitted(voice.line(label), 58, 8.5, most=1))
        room = Box(MARGIN + 60, y, _ROOM - 60, _LINE)
        if value:
            write(page, room, fitted(value, room.width, 9.5, True, most=1))
        else:
            page.line(room.x, room.bottom - 1, room.right, room.bottom - 1, pen=0.15)
        y += _LINE
    y = _files(page, voice, chit, y + 2)
    advice = Text("Give the stick to nobody else. The files are locked: only that office can read them.")
    write(page, Box(MARGIN, y + 1, _ROOM, 9), heading_lines(voice, advice, _ROOM, 8))
    _signatures(page, voice, top + 110)


def _files(page: Page, voice: Voice, chit: CarrierChit, y: float) -> float:
    width = _ROOM - _NUMBER - _SIZE - _SUM
    shown = chit.files[:_MOST_FILES]
    rows = [("", voice.line(Text("File")), voice.line(Text("Size")), voice.line(Text("Check")))]
    rows += [(str(n), one.name, _size(one.size), _short(one.sha256)) for n, one in enumerate(shown, 1)]
    total = Text("Files: {n}", n=len(chit.files))
    rows.append(("", voice.line(total), _size(sum(one.size for one in chit.files)), ""))
    for n, (number, name, size, check) in enumerate(rows):
        bold = n in (0, len(rows) - 1)
        x = MARGIN
        for words, room in ((number, _NUMBER), (name, width), (size, _SIZE), (check, _SUM)):
            if words:
                write(page, Box(x, y, room, 5.2).inner(0.8), fitted(words, room - 1.6, 8, bold, most=1))
            x += room
        y += 5.2
        page.line(MARGIN, y, MARGIN + _ROOM, y, pen=0.1)
    return y


def _signatures(page: Page, voice: Voice, top: float) -> None:
    gap = 6.0
    room = (_ROOM - gap) / 2
    for n, who in enumerate(
        (Text("Given by: signature, date, time"), Text("Taken by: signature, date, time"))
    ):
        place = Box(MARGIN + n * (room + gap), top, room, 22)
        page.box(*place, pen=0.15)
        words = fitted(voice.line(who), room - 4, 7.5, most=1)
        write(page, Box(place.x + 2, place.bottom - 6, room - 4, 5), words, "centre")


def _size(count: int) -> str:
    return f"{max(1, round(count / 1000)):,} KB"


def _short(sha256: str) -> str:
    return " ".join(sha256[at : at + 4] for at in range(0, 16, 4))
