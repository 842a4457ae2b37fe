"""The attendance sheet (उपस्थिति पत्रक) as a PDF: blank, with the expected people, or final.

Layout: domain reference 2.2. Header block, headings and totals stand on every page, a row never falls on two,
and a box for a signature or a thumb is at least 14 mm high, whatever else has to give way.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.reports.attendance_blocks import CLOSING_HEIGHT, Blocks, header_height, totals_height
from fieldapp.reports.attendance_columns import columns_for, fit
from fieldapp.reports.attendance_contents import (
    AttendanceSheet,
    Entry,
    count_present,
    entries,
    rows_per_page,
)
from fieldapp.reports.page import MARGIN, Box, Foot, Voice, draw_foot, fitted, heading_lines, watermark, write
from fieldapp.reports.pdf import A4, Document, Page

__all__ = ["AttendanceSheet", "attendance_sheet", "attendance_sheets"]

ROW_HEIGHT = 14.1
"""Room for a thumb impression and for the line under it, mm."""

_TALLEST_ROW = 18.0
_TOP, _FOOT, _GAP = 7.0, 10.4, 1.0
_HEADING = 8.6


def attendance_sheet(sheet: AttendanceSheet) -> bytes:
    """The sheet as a PDF. Raises InvalidInput when a page to be printed again does not exist."""
    return _drawn(sheet).pdf()


def attendance_sheets(sheets: Iterable[AttendanceSheet]) -> bytes:
    """Several sheets as one PDF, at least one. They are taken one by one, each when those before are drawn.

    Raises InvalidInput as for one.
    """
    document: Document | None = None
    for sheet in sheets:
        document = _drawn(sheet, document)
    if document is None:
        raise ValueError("no sheet was given")
    return document.pdf()


def _drawn(sheet: AttendanceSheet, document: Document | None = None) -> Document:
    drawing = _Drawing(sheet, document)
    last = len(drawing.pages)
    if absent := [number for number in sheet.reprint_pages if not 1 <= number <= last]:
        raise InvalidInput(
            Text("The sheet has no page {page}.", page=absent[0]),
            Text("Choose a page from 1 to {last}.", last=last),
            code="no_such_page",
        )
    for number in sheet.reprint_pages or range(1, last + 1):
        drawing.draw(number)
    return drawing.document


class _Drawing:
    """One sheet on its way to paper: where things stand, and the pages drawn so far."""

    def __init__(self, sheet: AttendanceSheet, document: Document | None = None) -> None:
        self.sheet = sheet
        self.voice = Voice.of_state(sheet.state)
        self.document = document or Document(self.voice.line(Text("Attendance sheet")))
        self.size = A4 if sheet.short else (A4[1], A4[0])
        room = self.size[0] - 2 * MARGIN
        offered = columns_for(
            sheet.activity, self.voice, final=sheet.final, category=sheet.show_category, short=sheet.short
        )
        self.columns = fit(offered, room)
        self.rows_top = _TOP + header_height(sheet.short) + _GAP + _HEADING
        self.totals = Box(
            MARGIN, self.size[1] - _FOOT - totals_height(sheet.final), room, totals_height(sheet.final)
        )
        self.first_walk_in = 0
        self.pages = self._pages()
        self.figures = [count_present(lines) for lines in self.pages]
        self.so_far = list(accumulate(self.figures))
        self.blocks = Blocks(sheet, self.voice, self.so_far[-1])

    def _pages(self) -> Sequence[Sequence[Entry]]:
        lines = entries(self.sheet)
        if any(one.row for one in lines):
            self.first_walk_in = next((one.serial for one in lines if one.row is None), 0)
        full = self._room(last=False)
        counts = rows_per_page(len(lines), int(full / ROW_HEIGHT), int(self._room(last=True) / ROW_HEIGHT))
        return [lines[start:end] for start, end in pairwise(accumulate(counts, initial=0))]

    def _room(self, *, last: bool) -> float:
        """The height left for rows, mm."""
        return self.totals.y - _GAP - self.rows_top - (CLOSING_HEIGHT if last else 0)

    def draw(self, number: int) -> None:
        """Draw page `number`, counted from 1."""
        sheet, last = self.sheet, number == len(self.pages)
        page = self.document.page(*self.size)
        if sheet.practice:
            watermark(page, self.voice)
        self.blocks.header(page, Box(MARGIN, _TOP, self.totals.width, header_height(sheet.short)), number)
        bottom = self._rows(page, self.pages[number - 1], last)
        self._headings(page, bottom)
        totals = self.totals._replace(y=bottom + _GAP)
        if sheet.final:
            self.blocks.totals(page, totals, self.figures[number - 1], self.so_far[number - 1], last)
        else:
            self.blocks.totals_by_hand(page, totals)
        if last:
            height = CLOSING_HEIGHT - _GAP
            self.blocks.closing(page, Box(MARGIN, totals.bottom + _GAP, totals.width, height))
        foot = Foot(sheet.printed_at, sheet.printed_by, sheet.reference)
        draw_foot(page, self.voice, foot, number, len(self.pages))

    def _headings(self, page: Page, bottom: float) -> None:
        """The headings, and the lines between the columns down to the last row."""
        top = self.rows_top - _HEADING
        x = MARGIN
        for column in self.columns:
            room = column.width - 1
            words = heading_lines(self.voice, column.heading, room, 7.4)
            write(page, Box(x + 0.5, top, room, _HEADING), words, "centre")
            page.line(x, top, x, bottom, pen=0.12)
            x += column.width
        page.line(MARGIN, self.rows_top, x, self.rows_top, pen=0.35)
        page.box(MARGIN, top, x - MARGIN, bottom - top, pen=0.25)

    def _rows(self, page: Page, lines: Sequence[Entry], last: bool) -> float:
        """Draw the rows; gives where the last one ends.

        Rows fill their page; at the end of a sheet they keep their height, and on a final one what is left
        is struck out.
        """
        room = self._room(last=last)
        unused = int(room / ROW_HEIGHT) - len(lines) if last else 0
        height = ROW_HEIGHT if unused else min(room / len(lines), _TALLEST_ROW)
        y = self.rows_top
        for line in lines:
            self._row(page, Box(MARGIN, y, self.totals.width, height), line)
            if line.serial == self.first_walk_in:
                self._announce_walk_ins(page, y)
            y += height
        if self.sheet.final and unused:
            self._strike(page, y, self.rows_top + room, unused)
            y = self.rows_top + room
        return y

    def _row(self, page: Page, box: Box, line: Entry) -> None:
        x = box.x
        for column in self.columns:
            column.draw(page, Box(x, box.y, column.width, box.height), line)
            x += column.width
        page.line(box.x, box.bottom, box.right, box.bottom, pen=0.12)
        if line.row and line.row.struck:
            # Two lines, so that both the Hindi and the English of a cell are struck.
            for share in (0.42, 0.6):
                y = box.y + share * box.height
                page.line(box.x + self.columns[0].width + 0.8, y, box.right - 0.8, y, pen=0.25)

    def _announce_walk_ins(self, page: Page, y: float) -> None:
        page.line(MARGIN, y, self.size[0] - MARGIN, y, pen=0.45)
        hindi, english = self.voice.pair(Text("Walk-ins from here"))
        left, room = MARGIN + self.columns[0].width + 0.8, self.columns[1].width - 1.6
        lines = (*fitted(hindi, room, 6, most=1), *fitted(english, room, 5.4, most=1))
        write(page, Box(left, y + 0.5, room, 5), lines)

    def _strike(self, page: Page, top: float, bottom: float, unused: int) -> None:
        """Empty rows that one diagonal strikes out, so that nobody is added later."""
        right = self.size[0] - MARGIN
        for n in range(1, unused):
            y = top + n * (bottom - top) / unused
            page.line(MARGIN, y, right, y, pen=0.12)
        page.line(MARGIN, bottom, right, top, pen=0.3)
