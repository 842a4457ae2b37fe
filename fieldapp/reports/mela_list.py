"""The list of melas held: the seed's table क्र.सं. / स्मार्ट सिटी / आयोजित मेले की तिथि, for any period.

One edition is Hindi, the other English; the headings carry both. The serial is printed, never stored, and
'(UT)' comes from the place, never from what was typed (domain reference 1.1).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fieldapp.domain.codes import ActivityKind, ActivityState
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import Activity
from fieldapp.domain.text import Text
from fieldapp.language import Language
from fieldapp.reports.page import (
    MARGIN,
    Align,
    Box,
    Foot,
    Voice,
    both_names,
    finish,
    fitted,
    watermark,
    write,
)
from fieldapp.reports.pdf import A4, Document, Page
from fieldapp.reports.workbook import Table

TITLE = Text("Report on melas held")
HEADINGS = (Text("Sl. No."), Text("Smart city"), Text("Date of mela held"))
NOWHERE = Name()

_WIDTHS = (22.0, 108.0, 60.0)
_HEADING, _ROW = 11.0, 8.5
_BOTTOM = A4[1] - 16.0
_HELD = (ActivityState.HELD, ActivityState.FINISHED)


@dataclass(frozen=True, slots=True)
class MelaRow:
    """A mela that was held: in which city, whether that lies in a union territory, and when."""

    city: Name
    held_on: date
    union_territory: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """The days a report is about, both ends included; None is open."""

    start: date | None = None
    end: date | None = None

    def hold(self, day: date) -> bool:
        """Whether the day is one of them."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    @property
    def words(self) -> Text:
        """The period, to be printed under a title."""
        if self.start and self.end:
            return Text("Period: {start} to {end}", start=self.start, end=self.end)
        if self.start:
            return Text("Period: from {start}", start=self.start)
        if self.end:
            return Text("Period: until {end}", end=self.end)
        return Text("Period: all dates")


ALL_DAYS = Days()


def melas_held(
    activities: Iterable[Activity], city_of: Callable[[PlaceRef], tuple[Name, bool]], days: Days = ALL_DAYS
) -> tuple[MelaRow, ...]:
    """The melas among the activities that were held in these days, by date and then by their numbers.

    city_of: a place -> its official name, and whether it lies in a union territory.
    """
    found = []
    for one in activities:
        held = one.kind == ActivityKind.MELA and one.state in _HELD
        if held and one.start_date and days.hold(one.start_date):
            city, union_territory = city_of(one.place)
            found.append((one.number, MelaRow(city, one.start_date, union_territory)))
    return tuple(row for _, row in sorted(found, key=lambda one: (one[1].held_on, one[0])))


def mela_table(rows: Iterable[MelaRow], language: Language) -> Table:
    """The three columns as a table; the rows keep their order."""
    cells = [(n, _city(one, language), one.held_on) for n, one in enumerate(rows, 1)]
    return Table(language.render(TITLE), tuple(map(language.render, HEADINGS)), cells)


def _city(row: MelaRow, language: Language) -> str:
    name = row.city.shown(language.code == "hi")
    return language.render(Text("{city} (UT)", city=name)) if row.union_territory else name


def mela_list(
    rows: Iterable[MelaRow],
    language: Language,
    days: Days,
    printed_at: datetime,
    *,
    place: Name = NOWHERE,
    practice: bool = False,
    printed_by: str = "",
) -> bytes:
    """The list as a PDF, A4 upright; an empty period says so.

    place: the area it is about, when it is not all. printed_at: an aware time.
    """
    table = mela_table(rows, language)
    voice = Voice.of_state()
    document = Document(voice.line(TITLE))
    left = list(table.rows)
    while True:
        page = document.page(*A4)
        if practice:
            watermark(page, voice)
        y = _title(page, voice, language, (days, place)) if len(document.pages) == 1 else 14.0
        y = _headings(page, voice, language, y)
        room = int((_BOTTOM - y) / _ROW)
        _rows(page, left[:room], y)
        if not table.rows:
            nothing = fitted(voice.line(Text("No mela was held in this period.")), sum(_WIDTHS) - 4, 10)
            write(page, Box(MARGIN, y, sum(_WIDTHS), _ROW * 2), nothing, "centre")
        left = left[room:]
        if not left:
            return finish(document, voice, Foot(printed_at, printed_by))


def _title(page: Page, voice: Voice, language: Language, about: tuple[Days, Name]) -> float:
    """The title and what the list is about; gives where they end."""
    days, place = about
    first, second = voice.pair(TITLE)
    if language.code == "en":
        first, second = second, first
    room = Box(MARGIN, 12, sum(_WIDTHS), 14)
    write(page, room, [*fitted(first, room.width, 15, True), *fitted(second, room.width, 9)], "centre")
    words = [voice.line(days.words)]
    if place:
        words.insert(0, both_names(place))
    lines = [line for one in words for line in fitted(one, room.width, 9)]
    height = sum(line.height for line in lines) + 2
    write(page, Box(MARGIN, room.bottom, room.width, height), lines, "centre")
    return room.bottom + height + 4


def _headings(page: Page, voice: Voice, language: Language, y: float) -> float:
    """The headings, the edition's language above the other; gives where they end."""
    x = MARGIN
    for text, width in zip(HEADINGS, _WIDTHS, strict=True):
        first, second = voice.pair(text)
        if language.code == "en":
            first, second = second, first
        lines = [*fitted(first, width - 3, 10, True), *fitted(second, width - 3, 7.5)]
        page.box(x, y, width, _HEADING, pen=0.2)
        write(page, Box(x, y, width, _HEADING), lines, "centre")
        x += width
    return y + _HEADING


def _rows(page: Page, rows: Sequence[tuple[object, ...]], y: float) -> None:
    aligns: tuple[Align, ...] = ("centre", "left", "centre")
    for number, city, held_on in rows:
        x = MARGIN
        for cell, width, align in zip((number, city, f"{held_on:%d-%m-%Y}"), _WIDTHS, aligns, strict=True):
            place = Box(x, y, width, _ROW)
            page.box(*place, pen=0.12)
            write(page, place.inner(3), fitted(str(cell), width - 6, 10), align)
            x += width
        y += _ROW
