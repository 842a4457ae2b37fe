"""What stands on an attendance sheet, before anything is drawn: its lines, pages, figures and number.

The paper has the rows of the screen in the same order; the serial is a row's rank in that order and runs on
from page to page (domain reference 2.2).
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from string import ascii_uppercase

from fieldapp.domain.codes import Category, Gender, PaymentMode, SheetKind, SheetState
from fieldapp.domain.fields import Name
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.domain.text import Text

ORIGINAL = Text("Original copy")
NO_NAME = Name()

PRINTED_MODES = (PaymentMode.CARD, PaymentMode.AEPS, PaymentMode.WALLET)
"""The modes of the seed, to be ringed on paper by their letters; others are written by hand."""

_LEAST_ON_LAST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceSheet:
    """What a sheet is made from.

    kind: a SheetKind. places: (level code, name) from the narrowest to the widest. copy: which copy of the
    sheet this is. blank_rows: lines to be filled in, behind the expected people or alone. short: A4 upright
    with fewer columns. state: two letters of the state whose words are wanted. printed_at: an aware time.
    organiser_logo, programme_logo: sound PNG files, drawn left and right in the header; none if empty.
    reprint_pages: only these pages, marked as printed again; empty for the whole sheet.
    """

    activity: Activity
    kind: str
    printed_at: datetime
    sheet_number: int = 0
    centre_name: Name = NO_NAME
    csc_id: str = ""
    places: tuple[tuple[str, Name], ...] = ()
    copy: Text = ORIGINAL
    blank_rows: int = 10
    short: bool = False
    show_category: bool = True
    state: str | None = None
    practice: bool = False
    reprint_pages: tuple[int, ...] = ()
    printed_by: str = ""
    organiser_logo: bytes = b""
    programme_logo: bytes = b""

    @property
    def final(self) -> bool:
        """Whether what was recorded is printed, and nothing may be added by hand."""
        return self.kind == SheetKind.FINAL

    @property
    def marks(self) -> tuple[Text, ...]:
        """What must be seen before anything else: that the sheet holds no longer, or what was amended."""
        issued = next((one for one in self.activity.sheets if one.number == self.sheet_number), None)
        found = []
        if issued is not None and issued.state in (SheetState.SUPERSEDED, SheetState.SPOILT):
            found.append(SheetState.words(issued.state))
        closed = [one.number for one in self.activity.amendments if one.amended_on]
        if closed and self.final:
            found.append(Text("Amendment {n}", n=max(closed)))
        return tuple(found)

    @property
    def reference(self) -> str:
        """The activity as it is quoted on paper: 100000000015/0042-A."""
        number = self.activity.printed_number
        return f"{self.csc_id}/{number}" if self.csc_id else number


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the sheet: its serial number, and who stands there (None: a line to be filled in)."""

    serial: int
    row: RosterRow | None = None


def entries(sheet: AttendanceSheet) -> tuple[Entry, ...]:
    """The lines of the sheet with their serials.

    A sheet that was issued shows the rows it pinned and no others; one that was not shows all. Lines to be
    filled in stand behind them, but not on a final sheet.
    """
    ranked = {row.row: Entry(serial, row) for serial, row in enumerate(sheet.activity.in_order(), 1)}
    people: list[Entry] = []
    if sheet.kind != SheetKind.BLANK:
        issued = next((one for one in sheet.activity.sheets if one.number == sheet.sheet_number), None)
        pinned = [int(number) for number in issued.rows.split(",") if number] if issued else []
        people = (
            [ranked[number] for number in pinned if number in ranked] if pinned else list(ranked.values())
        )
    after = max((one.serial for one in people), default=0)
    blank = 0 if sheet.final else sheet.blank_rows
    return (*people, *(Entry(after + n) for n in range(1, blank + 1)))


def rows_per_page(count: int, full: int, last: int) -> tuple[int, ...]:
    """How `count` rows fall on pages of `full` rows, the last of which has room for `last`.

    The closing lines never stand alone: the last page keeps two rows, even if the page before could take
    them.
    """
    if count <= last:
        return (count,)
    pages = 1 + ceil((count - last) / full)
    rest = count - full * (pages - 1)
    moved = max(0, _LEAST_ON_LAST - rest)
    return (*[full] * (pages - 2), full - moved, rest + moved)


def sheet_code(csc_id: str, activity: Activity, sheet_number: int, page: int) -> str:
    """The 26 digits of the QR code, by which a sheet finds its record again and which name nobody.

    1 (this layout) · centre ID, 12 · activity number, 5 · computer letter, 2 (A is 01) · sheet, 3 · page, 3.
    A centre ID that is not known yet, or is none, stands as zeros; so does a letter that is none.
    """
    centre = csc_id if re.fullmatch("[0-9]{12}", csc_id) else "0" * 12
    letter = ascii_uppercase.find(activity.letter or "Z") + 1
    return f"1{centre}{activity.number:05}{letter:02}{sheet_number:03}{page:03}"


Figures = Counter[tuple[str, str]]
"""How many were present: ("total", ""), ("day", "1") and so on, ("gender", code) and ("category", code); the
code "" counts those who did not state it."""


def count_present(lines: Iterable[Entry]) -> Figures:
    """The people present on at least one day; struck rows do not count."""
    found: Figures = Counter()
    genders, categories = Gender.values(), Category.values()
    for row in (one.row for one in lines):
        if row is not None and row.present and not row.struck:
            found["total", ""] += 1
            for day in range(1, row.present.bit_length() + 1):
                found["day", str(day)] += row.present_on(day)
            found["gender", row.gender if row.gender in genders else ""] += 1
            found["category", row.category if row.category in categories else ""] += 1
    return found
