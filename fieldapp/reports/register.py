"""A register: records of any type as a list on paper, with the fields declared for lists as its columns.

Headings are Hindi over English, names stand in both scripts, codes in the language of the edition, and mobile
numbers are masked: paper is passed on. The serial is printed, never stored.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from fieldapp.domain.codes import Code
from fieldapp.domain.fields import Field, Kind, fields
from fieldapp.domain.identifiers import mask_mobile
from fieldapp.domain.text import Text
from fieldapp.language import Language
from fieldapp.reports.page import (
    MARGIN,
    Align,
    Box,
    Foot,
    Line,
    Voice,
    finish,
    fitted,
    heading_lines,
    watermark,
    write,
)
from fieldapp.reports.pdf import A4, Document, Page, text_width

_HEIGHT, _WIDTH = A4
_ROOM = _WIDTH - 2 * MARGIN
_BOTTOM = _HEIGHT - 13.0
_SIZE, _HEADING_SIZE = 8.5, 8.5
_PAD = 1.3
_WIDEST = 90.0
_MOST_LINES = 12
"""A row of so many lines is far lower than a page, so that none need ever be split."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its heading, and for each record the words that stand there, one under the other."""

    heading: Text
    cells: Sequence[tuple[str, ...]]
    align: Align = "left"


def register(
    title: Text,
    record_type: type[msgspec.Struct],
    records: Iterable[msgspec.Struct],
    language: Language,
    printed_at: datetime,
    *,
    about: Sequence[Text | str] = (),
    practice: bool = False,
    light: bool = False,
    printed_by: str = "",
) -> bytes:
    """The records, in their order, as a PDF; an empty register says so.

    language: of codes and yes/no. printed_at: an aware time. about: lines under the title, such as a period
    or a place. light: without the columns that name or describe a person.
    """
    kept = tuple(records)
    voice = Voice.of_state()
    columns = _columns(record_type, kept, language, light)
    widths = _widths(columns, voice)
    rows = [_row(columns, widths, n) for n in range(len(kept))]
    document = Document(voice.line(title))
    left = rows
    while True:
        page = document.page(_WIDTH, _HEIGHT)
        if practice:
            watermark(page, voice)
        y = _title(page, voice, title, about) if len(document.pages) == 1 else 12.0
        y = _headings(page, voice, columns, widths, y)
        left = _rows(page, columns, widths, left, y)
        if not rows:
            nothing = fitted(voice.line(Text("There is nothing to list.")), _ROOM - 4, 10)
            write(page, Box(MARGIN, y, _ROOM, 16), nothing, "centre")
        if not left:
            return finish(document, voice, Foot(printed_at, printed_by))


# ---------------------------------------------------------------- what stands in the columns


def _columns(
    record_type: type[msgspec.Struct], records: Sequence[msgspec.Struct], language: Language, light: bool
) -> list[_Column]:
    serial = _Column(Text("Sl. No."), [(str(n),) for n in range(1, len(records) + 1)], "centre")
    listed = [one for one in fields(record_type) if one.in_list and one.kind in _WORDS]
    return [
        serial,
        *(
            _Column(
                Text(one.label),
                [_cell(one, getattr(record, one.name), language) for record in records],
                _ALIGNS.get(one.kind, "left"),
            )
            for one in listed
            if not (light and one.personal)
        ),
    ]


def _cell(one: Field, value: Any, language: Language) -> tuple[str, ...]:
    return () if value == one.empty else _WORDS[one.kind](one, value, language)


def _text(one: Field, value: Any, _language: Language) -> tuple[str, ...]:
    return (mask_mobile(value) if one.guard == "mobile" else value,)


def _code(one: Field, value: Any, language: Language) -> tuple[str, ...]:
    return (language.render((one.codes or Code).words(value)),)


def _codes(one: Field, value: Any, language: Language) -> tuple[str, ...]:
    codes = one.codes or Code
    return (", ".join(language.render(codes.words(code, short=True)) for code in value),)


_WORDS: dict[Kind, Callable[[Field, Any, Language], tuple[str, ...]]] = {
    Kind.TEXT: _text,
    Kind.NAME: lambda _one, value, _language: tuple(dict.fromkeys(filter(None, (value.hi, value.en)))),
    Kind.CODE: _code,
    Kind.CODES: _codes,
    Kind.WHOLE: lambda one, value, language: (str(value) if one.year else language.number(value),),
    Kind.MONEY: lambda _one, value, language: (language.rupees(value),),
    Kind.FRACTION: lambda _one, value, _language: (f"{value.over} / {value.under}",),
    Kind.DATE: lambda _one, value, language: (language.date(value),),
    Kind.TIME: lambda _one, value, _language: (f"{value:%H:%M}",),
    Kind.YES_NO: lambda _one, _value, language: (language.render(Text("Yes")),),
    Kind.PLACE: lambda _one, value, _language: (value.words,) if value.words else (),
}
"""The words of a value by the kind of its field. Ids of other records and parts are no column."""

_ALIGNS: dict[Kind, Align] = {
    Kind.WHOLE: "right",
    Kind.MONEY: "right",
    Kind.FRACTION: "centre",
    Kind.DATE: "centre",
    Kind.TIME: "centre",
    Kind.YES_NO: "centre",
}


# ---------------------------------------------------------------- how wide, how high


def _widths(columns: Sequence[_Column], voice: Voice) -> list[float]:
    """Widths in mm that fill the page: what each column needs, and the rest shared out by need.

    Where there is not enough, each keeps the longest word of its heading and shares the rest.
    """
    least, wished = [], []
    for column in columns:
        hindi, english = voice.pair(column.heading)
        words = [*((word, True) for word in hindi.split()), *((word, False) for word in english.split())]
        least.append(max(text_width(word, _HEADING_SIZE, bold) for word, bold in words) + 2 * _PAD)
        longest = max((text_width(words, _SIZE) for cell in column.cells for words in cell), default=0.0)
        wished.append(max(least[-1], min(longest + 2 * _PAD, _WIDEST)))
    spare = _ROOM - sum(least)
    beyond = [wish - low for wish, low in zip(wished, least, strict=True)]
    if sum(wished) <= _ROOM or spare <= 0:
        return [wish * _ROOM / sum(wished) for wish in wished]
    return [low + more * spare / sum(beyond) for low, more in zip(least, beyond, strict=True)]


_Cells = list[tuple[Line, ...]]


def _row(columns: Sequence[_Column], widths: Sequence[float], n: int) -> tuple[float, _Cells]:
    """A record's row: its height in mm, and the lines of its cells."""
    cells: _Cells = [
        tuple(
            line
            for words in column.cells[n]
            for line in fitted(words, width - 2 * _PAD, _SIZE, most=_MOST_LINES)
        )
        for column, width in zip(columns, widths, strict=True)
    ]
    return max(_high(cell) for cell in cells), cells


def _high(lines: Iterable[Line]) -> float:
    return sum(line.height for line in lines) + 2 * _PAD


# ---------------------------------------------------------------- drawing


def _title(page: Page, voice: Voice, title: Text, about: Sequence[Text | str]) -> float:
    """The title in both languages and what the register is about; gives where they end."""
    lines = list(heading_lines(voice, title, _ROOM, 15))
    lines += [line for one in about for line in fitted(voice.line(one), _ROOM, 9)]
    room = Box(MARGIN, 9, _ROOM, sum(line.height for line in lines))
    write(page, room, lines, "centre")
    return room.bottom + 3


def _headings(
    page: Page, voice: Voice, columns: Sequence[_Column], widths: Sequence[float], y: float
) -> float:
    """Hindi over English, as on every page; gives where they end."""
    cells = [
        heading_lines(voice, column.heading, width - 2 * _PAD, _HEADING_SIZE)
        for column, width in zip(columns, widths, strict=True)
    ]
    height = max(_high(cell) for cell in cells)
    _draw_row(page, ["centre"] * len(cells), widths, cells, Box(MARGIN, y, _ROOM, height), 0.25)
    return y + height


def _rows(
    page: Page,
    columns: Sequence[_Column],
    widths: Sequence[float],
    rows: Sequence[tuple[float, _Cells]],
    y: float,
) -> list[tuple[float, _Cells]]:
    """Draw as many rows as the page takes whole; gives those that are left."""
    aligns = [column.align for column in columns]
    for n, (height, cells) in enumerate(rows):
        if y + height > _BOTTOM:
            return list(rows[n:])
        _draw_row(page, aligns, widths, cells, Box(MARGIN, y, _ROOM, height), 0.12)
        y += height
    return []


def _draw_row(
    page: Page,
    aligns: Sequence[Align],
    widths: Sequence[float],
    cells: Sequence[tuple[Line, ...]],
    row: Box,
    pen: float,
) -> None:
    x = row.x
    for align, width, lines in zip(aligns, widths, cells, strict=True):
        box = Box(x, row.y, width, row.height)
        page.box(*box, pen=pen)
        write(page, box.inner(_PAD), lines, align)
        x += width
