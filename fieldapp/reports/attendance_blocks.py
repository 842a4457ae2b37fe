"""What stands above and below the rows of an attendance sheet: the header block, the figures of the page, the
closing lines. Wording and order: domain reference 2.2."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fieldapp.domain.codes import Category, Code, Gender, Level, PaymentMode, SheetKind
from fieldapp.domain.fields import field
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.domain.text import Text
from fieldapp.reports.attendance_contents import PRINTED_MODES, AttendanceSheet, Figures, sheet_code
from fieldapp.reports.page import Box, Line, Voice, both_names, code_square, fitted, labelled, write
from fieldapp.reports.pdf import Page

TITLE_HEIGHT, CELL_HEIGHT = 10.0, 8.0
CLOSING_HEIGHT = 35.0

_QR, _QR_GAP = 15.0, 3.0
_LOGO, _LOGO_GAP = 18.0, 2.0
_BY_HAND = "_" * 14
_DAYS_COUNTED = 5
"""More days than these have no room in the strip of figures."""


def header_height(short: bool) -> float:
    """The height of the header block, mm; short: the upright form."""
    return TITLE_HEIGHT + CELL_HEIGHT * (4 if short else 3)


def totals_height(final: bool) -> float:
    """The height of the strip with the figures of a page, mm."""
    return 15.2 if final else 6.6


class _Cell(NamedTuple):
    """A labelled cell of the header block, and the share of its line that it takes."""

    label: str
    value: str
    share: float


class Blocks:
    """Draws the blocks of one sheet."""

    def __init__(self, sheet: AttendanceSheet, voice: Voice, everybody: Figures) -> None:
        """everybody: the figures of the whole sheet."""
        self.sheet = sheet
        self.voice = voice
        self.everybody = everybody

    # ------------------------------------------------------------ above the rows

    def header(self, page: Page, box: Box, number: int) -> None:
        """The header block of page `number`, the same on every page but for the QR code."""
        sheet = self.sheet
        square = Box(box.right - _QR, box.y, _QR, _QR)
        code_square(page, square, sheet_code(sheet.csc_id, sheet.activity, sheet.sheet_number, number))
        beside = box.width - _QR - _QR_GAP
        self._title(page, Box(box.x, box.y, beside, TITLE_HEIGHT - 1), number)
        y = box.y + TITLE_HEIGHT
        for cells in self._cells():
            width = beside if y < square.bottom else box.width
            self._line_of_cells(page, Box(box.x, y, width, CELL_HEIGHT), cells)
            y += CELL_HEIGHT

    def _title(self, page: Page, box: Box, number: int) -> None:
        sheet, voice = self.sheet, self.voice
        beside_left, beside_right = self._logos(page, box)
        left = list(fitted(both_names(sheet.centre_name), beside_left.width, 9, True))
        if sheet.csc_id:
            left.append(Line(f"{voice.line(Text('Centre ID'))}: {sheet.csc_id}", 7))
        write(page, beside_left, left)
        hindi, english = voice.pair(Text("Attendance sheet"))
        write(page, box, [Line(hindi, 13, True), Line(english, 8)], "centre")
        right = [Line(voice.line(SheetKind.words(sheet.kind)), 7)]
        if sheet.sheet_number:
            right.insert(0, Line(f"{voice.line(Text('Sheet number'))}: {sheet.sheet_number}", 8.5, True))
        copy = Text("{copy}, page {n} printed again", copy=sheet.copy, n=number)
        right += fitted(voice.line(copy if sheet.reprint_pages else sheet.copy), beside_right.width, 7)
        for mark in sheet.marks:
            right += fitted(voice.line(mark), beside_right.width, 8.5, True)
        write(page, beside_right, right, "right")

    def _logos(self, page: Page, box: Box) -> tuple[Box, Box]:
        """Draw what logos there are at the ends of the title; gives the room left and right that remains."""
        side = box.width * 0.36
        left, right = box._replace(width=side), box._replace(x=box.right - side, width=side)
        if self.sheet.organiser_logo:
            page.picture(left._replace(width=_LOGO), self.sheet.organiser_logo)
            left = left._replace(x=left.x + _LOGO + _LOGO_GAP, width=side - _LOGO - _LOGO_GAP)
        if self.sheet.programme_logo:
            slot = right._replace(x=right.right - _LOGO, width=_LOGO)
            page.picture(slot, self.sheet.programme_logo, right=True)
            right = right._replace(width=side - _LOGO - _LOGO_GAP)
        return left, right

    def _line_of_cells(self, page: Page, box: Box, cells: Sequence[_Cell]) -> None:
        unit = box.width / sum(cell.share for cell in cells)
        x = box.x
        for cell in cells:
            place = Box(x, box.y, cell.share * unit, box.height)
            page.box(*place, pen=0.12)
            labelled(page, place, cell.label, cell.value)
            x = place.right

    def _cells(self) -> Iterable[Sequence[_Cell]]:
        activity = self.sheet.activity
        programme, kind = self._of("title", 7), self._of("kind", 2.8)
        number = _Cell(self._label("number"), self.sheet.reference, 2.2)
        days = _Cell(self._label("start_date"), self._days(), 1.5 if activity.days == 1 else 2.2)
        hours = _Cell(self.voice.line(Text("Time")), self._hours(), 1.4)
        venue, trainer, organiser = self._of("venue", 3.6), self._trainer(), self._of("organiser", 3)
        organisations = ", ".join(one.organisation for one in activity.partners)
        partners = _Cell(self._label("partners"), organisations, 4)
        if self.sheet.short:
            yield programme, number
            yield kind, days, hours, venue
            yield self._places()
        else:
            yield programme, kind, number
            yield days, hours, venue, *self._places()
        yield trainer, organiser, partners

    def _of(self, name: str, share: float) -> _Cell:
        value = getattr(self.sheet.activity, name)
        codes = field(Activity, name).codes
        return _Cell(
            self._label(name), self.voice.line(codes.words(value)) if codes else both_names(value), share
        )

    def _label(self, name: str) -> str:
        return self.voice.line(Text(field(Activity, name).label))

    def _places(self) -> Sequence[_Cell]:
        named = [
            _Cell(self.voice.line(Level.words(level)), both_names(name), 2)
            for level, name in self.sheet.places
        ]
        return named or [_Cell(self._label("place"), self.sheet.activity.place.words, 5)]

    def _trainer(self) -> _Cell:
        activity = self.sheet.activity
        words = filter(None, (both_names(activity.trainer_name), activity.trainer_designation))
        return _Cell(self._label("trainer_name"), ", ".join(words), 3)

    def _days(self) -> str:
        activity = self.sheet.activity
        shown = [self.voice.hindi.date(day) for day in (activity.start_date, activity.end_date) if day]
        return " – ".join(dict.fromkeys(shown))

    def _hours(self) -> str:
        activity = self.sheet.activity
        return " – ".join(f"{at:%H:%M}" for at in (activity.start_time, activity.end_time) if at)

    # ------------------------------------------------------------ the figures of a page

    def totals(self, page: Page, box: Box, here: Figures, so_far: Figures, last: bool) -> None:
        """The figures of a page, of the pages before it, and of both together (`so_far`)."""
        keys = self._keys()
        carried = Text("Grand total") if last else Text("Carried forward")
        label, height = 50.0, box.height / 4
        step = (box.width - label) / len(keys)
        lines: list[tuple[Text, list[str]]] = [
            (Text(""), [self.voice.line(text) for text, _ in keys]),
            (Text("Total of this page"), [str(here[key]) for _, key in keys]),
            (Text("Brought forward"), [str(so_far[key] - here[key]) for _, key in keys]),
            (carried, [str(so_far[key]) for _, key in keys]),
        ]
        for n, (text, words) in enumerate(lines):
            place = Box(box.x + 1, box.y + n * height, label - 2, height)
            write(page, place, fitted(self.voice.line(text), place.width, 7, n == 3, most=1))
            for m, one in enumerate(words):
                cell = Box(box.x + label + m * step, place.y, step, height)
                write(page, cell, fitted(one, step - 1, 8 if n else 6.5, n == 3, most=1), "centre")
            page.line(box.x, place.bottom, box.right, place.bottom, pen=0.1)
        for m in range(len(keys)):
            page.line(box.x + label + m * step, box.y, box.x + label + m * step, box.bottom, pen=0.1)
        page.box(*box, pen=0.2)

    def _keys(self) -> list[tuple[Text, tuple[str, str]]]:
        """What is counted, under which heading; 'not stated' only where a sheet needs it."""
        keys: list[tuple[Text, tuple[str, str]]] = [(Text("Present"), ("total", ""))]
        days = self.sheet.activity.days
        if 1 < days <= _DAYS_COUNTED:
            keys += [(Text("Day {n}", n=day), ("day", str(day))) for day in range(1, days + 1)]
        groups: dict[str, type[Code]] = {"gender": Gender}
        if self.sheet.show_category:
            groups["category"] = Category
        for group, codes in groups.items():
            keys += [(codes.words(code, short=True), (group, code)) for code in codes]
            if self.everybody[group, ""]:
                keys.append((Text("Not stated"), (group, "")))
        return keys

    def totals_by_hand(self, page: Page, box: Box) -> None:
        """Empty boxes for the figures of a page that is filled in by hand, and what its marks mean."""
        label, step, square = 44.0, 25.0, 11.0
        words = fitted(self.voice.line(Text("Present on this page")), label, 7.5)
        write(page, box._replace(width=label), words)
        x = box.x + label
        for text in (*(Gender.words(code, short=True) for code in Gender), Text("Total")):
            write(
                page, Box(x, box.y, step - square - 1, box.height), [Line(self.voice.line(text), 7)], "right"
            )
            page.box(x + step - square, box.y + 0.4, square, box.height - 0.6)
            x += step
        if not self.sheet.short and field(RosterRow, "tries").shows_for(self.sheet.activity.kind):
            write(page, Box(x, box.y, box.right - x, box.height), self._legend(box.right - x), "right")

    def _legend(self, width: float) -> Iterable[Line]:
        for language, size in ((self.voice.hindi, 6.6), (self.voice.english, 6.0)):
            words = [
                f"{mode.key} = {language.render(PaymentMode.words(mode, short=True))}"
                for mode in PRINTED_MODES
            ]
            words.append(language.render(Text("boxes = last 4 digits of the receipt number")))
            yield from fitted(" · ".join(words), width, size, most=1)

    # ------------------------------------------------------------ closing lines

    def closing(self, page: Page, box: Box) -> None:
        """The certificate and the signatures; what is not known yet is left to be written by hand."""
        half = box.width / 2
        certified = Text(
            "Certified that the {n} participants named above were present on {date}.",
            n=self.everybody["total", ""] if self.sheet.final else _BY_HAND,
            date=self._days() or _BY_HAND,
        )
        thumbs = Text(
            "Thumb impressions (left / right) were taken in my presence. Witness and initials: {gap}",
            gap=_BY_HAND,
        )
        self._sentence(page, Box(box.x, box.y, half - 3, 9), certified)
        self._sentence(page, Box(box.x + half, box.y, half, 9), thumbs)
        signatures = (
            Text("Prepared by (centre operator)"),
            Text("Signature of trainer"),
            Text("Signature and seal of supervisor"),
            Text("Countersigned (BDO / nodal officer)"),
        )
        width = box.width / len(signatures)
        for n, who in enumerate(signatures):
            place = Box(box.x + n * width, box.y + 9.6, width, 19)
            page.box(*place, pen=0.15)
            hindi, english = self.voice.pair(who)
            words = (*fitted(hindi, width - 2, 7.5), *fitted(english, width - 2, 6.3))
            write(page, Box(place.x + 1, place.bottom - 8, width - 2, 7.6), words, "centre")
        ends = ((Text("Place"), _BY_HAND * 2), (Text("Date"), _BY_HAND))
        line = "      ".join(f"{self.voice.line(label)}: {gap}" for label, gap in ends)
        write(page, Box(box.x, box.bottom - 5, box.width, 5), [Line(line, 7.5)])

    def _sentence(self, page: Page, box: Box, text: Text) -> None:
        hindi, english = self.voice.pair(text)
        write(page, box, (*fitted(hindi, box.width, 8.2), *fitted(english, box.width, 6.6)))
