"""The stationery of every paper: text that fits its box, both languages, the foot of the page, drawn marks.

Hindi stands first and larger, English below or behind it (Official Languages Rules; domain reference 4.5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import hypot
from typing import Literal, NamedTuple

import segno

from fieldapp.domain.fields import Name
from fieldapp.domain.text import Text
from fieldapp.language import INDIA, Language
from fieldapp.reports.pdf import POINT, Document, Page, text_width
from fieldapp.reports.shaping import pieces

MARGIN = 10.0
"""White on either side of the page, mm: what common inkjets cannot reach, and room for a punch."""

_OVER, _UNDER = 0.88, 0.36
"""How far Devanagari reaches above and below the base line, in sizes of the text."""

Align = Literal["left", "centre", "right"]


class Box(NamedTuple):
    """A place on the page in mm; x, y is its top left corner."""

    x: float
    y: float
    width: float
    height: float

    def inner(self, across: float, down: float = 0.0) -> "Box":
        """The box without a rim of `across` mm left and right and `down` mm above and below."""
        return Box(self.x + across, self.y + down, self.width - 2 * across, self.height - 2 * down)

    @property
    def right(self) -> float:
        """Where the box ends on the right."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where the box ends below."""
        return self.y + self.height


class Line(NamedTuple):
    """One line of text and its size in points."""

    words: str
    size: float
    bold: bool = False

    @property
    def height(self) -> float:
        """How much room the line takes from top to bottom, mm."""
        return self.size * POINT * (_OVER + _UNDER)


# ---------------------------------------------------------------- both languages


@dataclass(frozen=True, slots=True)
class Voice:
    """Paper speaks Hindi and English at once."""

    hindi: Language
    english: Language

    @classmethod
    def of_state(cls, state: str | None = None) -> "Voice":
        """state: two letters such as 'JH', where Hindi has words of its own; else the common words."""
        return cls(Language.named("hi", state), Language.named("en", state))

    def pair(self, text: Text | str) -> tuple[str, str]:
        """The words in Hindi and in English; the second is "" where both are the same."""
        hindi, english = self.hindi.render(text), self.english.render(text)
        return hindi, "" if english == hindi else english

    def line(self, text: Text | str) -> str:
        """Both languages in one line."""
        return self.hindi.both(text)


def both_names(name: Name, joiner: str = " / ") -> str:
    """A name in both scripts, once where they are the same or one is missing."""
    return joiner.join(dict.fromkeys(filter(None, (name.hi, name.en))))


# ---------------------------------------------------------------- text that fits

_ONE_LINE = (1.0, 0.93, 0.86)
_AT_SPACES = (0.93, 0.86, 0.79, 0.72, 0.65)
_ANYWHERE = 0.79
_BLANKS = str.maketrans("\n\r\t", "   ")


@lru_cache(maxsize=8192)
def fitted(words: str, width: float, size: float, bold: bool = False, most: int = 2) -> tuple[Line, ...]:
    """Lines of at most `width` mm that hold all the words: nothing is ever cut.

    First one line, a little smaller if need be; then up to `most` lines broken at spaces, smaller step by
    step; then broken within words, until it fits. size: points at best.
    """
    words = words.translate(_BLANKS)
    for scale in _ONE_LINE:
        if text_width(words, size * scale, bold) <= width:
            return (Line(words, size * scale, bold),)
    if most > 1:
        for scale in _AT_SPACES:
            broken = _wrapped(words.split(" "), " ", width, size * scale, bold)
            if broken and len(broken) <= most:
                return tuple(Line(one, size * scale, bold) for one in broken)
    scale = _ANYWHERE
    while len(broken := _wrapped(pieces(words), "", width, size * scale, bold)) not in range(1, most + 1):
        scale *= 0.92
    return tuple(Line(one.strip(" "), size * scale, bold) for one in broken)


def _wrapped(parts: list[str], joiner: str, width: float, size: float, bold: bool) -> list[str]:
    """The parts put into lines as long as the width allows; [] when a part alone is wider."""
    lines = [parts[0]]
    for part in parts[1:]:
        longer = f"{lines[-1]}{joiner}{part}"
        if text_width(longer, size, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines if all(text_width(one, size, bold) <= width for one in lines) else []


def heading_lines(voice: Voice, text: Text | str, width: float, size: float) -> tuple[Line, ...]:
    """A heading in bold Hindi over smaller English."""
    hindi, english = voice.pair(text)
    above = fitted(hindi, width, size, True)
    return above + fitted(english, width, size * 0.82) if english else above


def write(page: Page, box: Box, lines: Iterable[Line], align: Align = "left") -> None:
    """Write lines into a box, one under the other, in its middle from top to bottom.

    Lines that are too high together are made smaller, so that nothing leaves its box.
    """
    lines = tuple(lines)
    height = sum(line.height for line in lines)
    scale = min(1.0, box.height / height) if height else 1.0
    y = box.y + (box.height - height * scale) / 2
    for words, best, bold in lines:
        size = best * scale
        x = box.x
        if align != "left":
            spare = box.width - text_width(words, size, bold)
            x += spare if align == "right" else spare / 2
        page.text(x, y + size * POINT * _OVER, words, size, bold=bold)
        y += size * POINT * (_OVER + _UNDER)


def labelled(page: Page, box: Box, label: str, value: str, size: float = 8.5) -> None:
    """A small label with its value under it, as forms have it. An empty value leaves room for a pen."""
    inside = box.inner(1.2, 0.5)
    caption = fitted(label, inside.width, 5.8, most=1)
    write(page, inside._replace(height=caption[0].height), caption)
    if value:
        room = Box(inside.x, inside.y + caption[0].height, inside.width, inside.height - caption[0].height)
        one, two = fitted(value, room.width, size, most=1), fitted(value, room.width, size)
        crowded = max(1.0, sum(line.height for line in two) / room.height)
        write(page, room, one if one[0].size >= two[0].size / crowded else two)


# ---------------------------------------------------------------- marks


def tick(page: Page, box: Box) -> None:
    """A tick, drawn: no font at hand has one."""
    x, y, width, height = box
    page.path(
        [
            (x + 0.12 * width, y + 0.55 * height),
            (x + 0.4 * width, y + 0.85 * height),
            (x + 0.9 * width, y + 0.1 * height),
        ],
        pen=0.45,
    )


def tick_box(page: Page, middle: tuple[float, float], size: float, ticked: bool = False) -> None:
    """An empty or a ticked box of `size` mm."""
    box = Box(middle[0] - size / 2, middle[1] - size / 2, size, size)
    page.box(*box)
    if ticked:
        tick(page, box.inner(size * 0.08, size * 0.08))


def code_square(page: Page, box: Box, digits: str) -> None:
    """A QR code that holds digits only, so that it never carries a name. Raises ValueError otherwise."""
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("a QR code on paper holds digits only")
    rows = tuple(segno.make_qr(digits, error="m", boost_error=False, mask=0).matrix)
    module = box.width / len(rows)
    dark = [
        (box.x + column * module, box.y + row * module, module, module)
        for row, modules in enumerate(rows)
        for column, on in enumerate(modules)
        if on
    ]
    page.filled(dark)


def watermark(page: Page, voice: Voice) -> None:
    """'Practice' across the page, pale, to be drawn before everything else."""
    words = voice.line(Text("PRACTICE"))
    length = hypot(page.width, page.height)
    slope = page.width / length, page.height / length
    size = 0.72 * length / text_width(words, 1, True)
    start, drop = 0.14, size * POINT * 0.3
    page.slanted(
        page.width * start + slope[1] * drop,
        page.height * (1 - start) + slope[0] * drop,
        words,
        size,
        slope,
        0.93,
    )


# ---------------------------------------------------------------- the foot of every page


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands at the foot of each page: when and by whom it was printed, and which paper it is."""

    printed_at: datetime
    printed_by: str = ""
    reference: str = ""


def page_number(voice: Voice, number: int, total: int) -> str:
    """'पृष्ठ 2 / 4 · Page 2 of 4'."""
    hindi, english = voice.pair(Text("Page {n} of {m}", n=number, m=total))
    return f"{hindi} · {english}"


def draw_foot(page: Page, voice: Voice, foot: Foot, number: int, total: int) -> None:
    """The last line of a page, 6 mm above its edge."""
    box = Box(MARGIN, page.height - 9.8, page.width - 2 * MARGIN, 4)
    page.line(box.x, box.y, box.right, box.y, pen=0.1)
    write(page, box, [Line(printed_on(voice, foot), 6.5)])
    write(page, box, [Line(foot.reference, 6.5)], "centre")
    write(page, box, [Line(page_number(voice, number, total), 7.5, True)], "right")


def printed_on(voice: Voice, foot: Foot) -> str:
    """When and by which login it was printed, in both languages."""
    day, clock = foot.printed_at.astimezone(INDIA).date(), voice.hindi.clock(foot.printed_at)
    words = voice.line(Text("Printed on {date} at {time}", date=day, time=clock[:5]))
    return f"{words} · {foot.printed_by}" if foot.printed_by else words


def finish(document: Document, voice: Voice, foot: Foot) -> bytes:
    """Put the foot under every page and give the file."""
    for number, page in enumerate(document.pages, 1):
        draw_foot(page, voice, foot, number, len(document.pages))
    return document.pdf()
