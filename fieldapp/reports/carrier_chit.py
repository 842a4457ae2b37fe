"""The chit that goes with a stick: files, sizes, days, who gave them and who took them (feature C12).

Two of it on a sheet, each on its own where many files are on the stick: one stays at the centre, one goes
along. What a block office carries on for its centres goes the same way. It names no participant.
"""

from collections.abc import Iterator, Sequence
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
_TOP, _HALF = 6.0, A4[1] / 2
_LINE = 6.0
_NUMBER, _SIZE, _SUM = 8.0, 24.0, 40.0
_ON_A_HALF, _ON_A_PAGE = 8, 34
"""Files of which there is room on half a page and on a whole one."""
_SIGNED_AT = 110.0


@dataclass(frozen=True, slots=True)
class ChitFile:
    """A file on the stick. size: in bytes; sha256: 64 hex, of which the first sixteen are printed."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierChit:
    """What a chit says. to_whom: the carrier, '' leaves room for a pen.

    centres: of how many centres a block office carries files on; then it is about no batch of its own, and
    made_at says when they were put on the stick. of_block: a block office makes it, and no centre.
    """

    batch: int = 0
    files: Sequence[ChitFile]
    records: int = 0
    centres: int = 0
    of_block: bool = False
    made_at: datetime
    to_whom: str
    office: Name
    centre_name: Name
    csc_id: str
    printed_at: datetime
    printed_by: str = ""
    practice: bool = False


def carrier_chit(chit: CarrierChit) -> bytes:
    """The chit twice, as a PDF: on one page of A4, or with many files on pages of its own."""
    voice = Voice.of_state()
    document = Document(voice.line(TITLE))
    stays = Text("Stays at the block office") if chit.of_block else Text("Stays at the centre")
    copies = stays, Text("Goes with the stick")
    if len(chit.files) <= _ON_A_HALF:
        page = _page(document, voice, chit)
        for top, whose in zip((_TOP, _HALF + 1), copies, strict=True):
            _draw(page, voice, chit, top, whose, range(len(chit.files)))
            _signatures(page, voice, top + _SIGNED_AT)
        page.line(0, _HALF - 2, A4[0], _HALF - 2, pen=0.1)
    else:
        for whose in copies:
            for first in range(0, len(chit.files), _ON_A_PAGE):
                page = _page(document, voice, chit)
                shown = range(len(chit.files))[first : first + _ON_A_PAGE]
                _draw(page, voice, chit, _TOP, whose, shown)
                _signatures(page, voice, _HALF + 1 + _SIGNED_AT)
    about = f"{chit.csc_id} · {chit.batch}" if chit.batch else chit.csc_id
    return finish(document, voice, Foot(chit.printed_at, chit.printed_by, about))


def _page(document: Document, voice: Voice, chit: CarrierChit) -> Page:
    page = document.page(*A4)
    if chit.practice:
        watermark(page, voice)
    return page


def _head(voice: Voice, chit: CarrierChit) -> Iterator[tuple[Text, str]]:
    """What stands above the files."""
    day = voice.hindi.date(chit.made_at.astimezone(INDIA).date())
    whose = Text("Block office") if chit.of_block else Text("Centre")
    yield whose, " · ".join(filter(None, (both_names(chit.centre_name), chit.csc_id)))
    yield Text("For the office"), both_names(chit.office)
    if chit.centres:
        yield Text("Centres"), str(chit.centres)
        yield Text("Put on the stick"), day
    else:
        yield Text("Batch"), f"{chit.batch} · {day}"
        yield Text("Records"), str(chit.records)
    yield Text("Carried by"), chit.to_whom


def _draw(page: Page, voice: Voice, chit: CarrierChit, top: float, whose: Text, shown: range) -> None:
    """A copy down to its advice. shown: which files."""
    write(page, Box(MARGIN, top, _ROOM, 11), heading_lines(voice, TITLE, _ROOM, 14), "centre")
    write(page, Box(MARGIN, top + 11, _ROOM, 5), fitted(voice.line(whose), _ROOM, 8, most=1), "centre")
    y = top + 17
    for label, value in _head(voice, chit):
        write(page, Box(MARGIN, y, 58, _LINE), fitted(voice.line(label), 58, 8.5, most=1))
        room = Box(MARGIN + 60, y, _ROOM - 60, _LINE)
        if value:
            write(page, room, fitted(value, room.width, 9.5, True, most=1))
        else:
            page.line(room.x, room.bottom - 1, room.right, room.bottom - 1, pen=0.15)
        y += _LINE
    y = _files(page, voice, chit, shown, y + 2)
    advice = Text("Give the stick to nobody else. The files are locked: only that office can read them.")
    write(page, Box(MARGIN, y + 1, _ROOM, 9), heading_lines(voice, advice, _ROOM, 8))


def _files(page: Page, voice: Voice, chit: CarrierChit, shown: range, y: float) -> float:
    width = _ROOM - _NUMBER - _SIZE - _SUM
    files = [(n + 1, chit.files[n]) for n in shown]
    rows = [("", voice.line(Text("File")), voice.line(Text("Size")), voice.line(Text("Check")))]
    rows += [(str(n), one.name, _size(one.size), _short(one.sha256)) for n, one in files]
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
