"""The notice for participants as a poster: a page in Hindi, a page in English, to hang where people sign.

Its words come from resources/notices; the first sentence is the one that is spoken to whoever cannot read.
"""

from collections.abc import Sequence
from datetime import datetime

from fieldapp.domain.text import Text
from fieldapp.language import Language
from fieldapp.notices import Notice
from fieldapp.reports.page import MARGIN, Box, Foot, Line, Voice, finish, fitted, watermark, write
from fieldapp.reports.pdf import A4, Document, Page
from fieldapp.reports.workbook import Table

TITLE = Text("Notice for participants")

_WIDTH = A4[0] - 2 * MARGIN
_RIM = 4.0
_MOST_LINES = 14


def notice_poster(
    notices: Sequence[Notice], printed_at: datetime, *, practice: bool = False, printed_by: str = ""
) -> bytes:
    """The notice as a PDF, A4 upright, a page for each language. printed_at: an aware time."""
    voice = Voice.of_state()
    document = Document(voice.line(TITLE))
    for one in notices:
        page = document.page(*A4)
        if practice:
            watermark(page, voice)
        _draw(page, one)
    version = Text("Notice version {n}", n=notices[0].version)
    return finish(document, voice, Foot(printed_at, printed_by, voice.line(version)))


def _draw(page: Page, one: Notice) -> None:
    y = _put(page, 14.0, fitted(one.title, _WIDTH, 24, True), centred=True) + 4
    spoken = fitted(one.spoken, _WIDTH - 2 * _RIM, 14.5, True, most=_MOST_LINES)
    height = sum(line.height for line in spoken) + 2 * _RIM
    page.box(MARGIN, y, _WIDTH, height, pen=0.4)
    write(page, Box(MARGIN, y, _WIDTH, height).inner(_RIM, _RIM), spoken)
    y += height + 5
    for heading, words in one.parts:
        y = _put(page, y, fitted(heading, _WIDTH, 15, True))
        y = _put(page, y, fitted(words, _WIDTH, 13.5, most=_MOST_LINES)) + 3.5


def _put(page: Page, y: float, lines: Sequence[Line], *, centred: bool = False) -> float:
    """Write lines from there on; gives where they end."""
    height = sum(line.height for line in lines)
    write(page, Box(MARGIN, y, _WIDTH, height), lines, "centre" if centred else "left")
    return y + height


def notice_table(notices: Sequence[Notice], language: Language) -> Table:
    """The same words as a table: heading and paragraph, in the language asked for."""
    one = next((one for one in notices if one.language == language.code), notices[0])
    headings = (language.render(TITLE), language.render(Text("Notice version {n}", n=one.version)))
    return Table(one.title, headings, [("", one.spoken), *one.parts])
