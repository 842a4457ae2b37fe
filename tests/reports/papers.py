"""Invented people, a sheet made of them, and eyes for a PDF."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import pypdfium2
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_PATH, FPDF_PAGEOBJ_TEXT

from fieldapp.domain.codes import ActivityKind, SheetKind
from fieldapp.domain.fields import Name, Paise, PlaceRef
from fieldapp.domain.records import Activity, Partner, PaymentTry, RosterRow
from fieldapp.reports.attendance import AttendanceSheet

PRINTED_AT = datetime(2026, 11, 11, 12, 2, tzinfo=UTC)

FIRST = [
    ("सुनीता", "Sunita"), ("ज़ैनब", "Zainab"), ("लक्ष्मी", "Laxmi"), ("उर्मिला", "Urmila"), ("दुर्गा", "Durga"),
    ("रुख़साना", "Rukhsana"), ("राजेश", "Rajesh"), ("धनेश्वर", "Dhaneshwar"), ("बैद्यनाथ", "Baidyanath"),
]  # fmt: skip
LAST = [("देवी", "Devi"), ("हेम्ब्रम", "Hembram"), ("किस्कू", "Kisku"), ("लकड़ा", "Lakra"), ("कर्मकार", "Karmakar")]
GENDERS, CATEGORIES, MODES = (
    "FFM",
    ["OBC", "ST", "SC", "GEN", "MIN"],
    ["AEPS", "CARD", "WALLET", "UPI", "USSD"],
)


def person(n: int, **words) -> RosterRow:
    """The n-th invented person, present, with two payments that worked."""
    first, last = FIRST[n % len(FIRST)], LAST[n % len(LAST)]
    father, family = FIRST[(n + 6) % len(FIRST)], LAST[(n + 1) % len(LAST)]
    tries = tuple(
        PaymentTry(
            slot=slot, mode=MODES[(n + slot) % 5], amount_paise=Paise(100), result="OK",
            reference_number=f"6316{n:06}{slot:02}",
        )
        for slot in (1, 2)
    )  # fmt: skip
    given = {
        "row": n,
        "position": n * 1024,
        "name": Name(f"{first[0]} {last[0]}", f"{first[1]} {last[1]}"),
        "relation": Name(f"{father[0]} {family[0]}", f"{father[1]} {family[1]}"),
        "gender": GENDERS[n % 3],
        "age": 18 + n % 50,
        "category": CATEGORIES[n % 5],
        "village": PlaceRef("", "खैराचातर"),
        "mobile": f"5{n:09}",
        "present": 1,
        "mark": "THUMB" if n % 4 == 0 else "SIGNATURE",
        "tries": tries,
        "chai": True,
        "samosa": True,
        "certificate": f"0042-A/{n:03}",
    }
    return RosterRow(**{**given, **words})


def activity(people=35, **words) -> Activity:
    """A Chai-Samosa session; people: how many, or the rows themselves."""
    rows = tuple(map(person, range(1, people + 1))) if isinstance(people, int) else tuple(people)
    given = {
        "id": "0" * 32,
        "kind": ActivityKind.CHAI_SAMOSA,
        "number": 42,
        "letter": "A",
        "title": Name("चाय-समोसा प्रशिक्षण, खैराचातर", "Chai-Samosa training, Khairachatar"),
        "start_date": date(2026, 11, 12),
        "start_time": time(10, 30),
        "end_time": time(13),
        "venue": Name("पंचायत भवन, खैराचातर", "Panchayat Bhawan, Khairachatar"),
        "trainer_name": Name("सुमित्रा हेम्ब्रम", "Sumitra Hembram"),
        "trainer_designation": "मास्टर प्रशिक्षक",
        "organiser": Name("जिला प्रशासन, बोकारो", "District Administration, Bokaro"),
        "partners": (Partner(organisation="NPCI"), Partner(organisation="भारतीय स्टेट बैंक")),
        "rows": rows,
    }
    return Activity(**{**given, **words})


def sheet(kind: SheetKind, people=35, **words) -> AttendanceSheet:
    """A sheet of an activity; people: how many, rows, or an activity."""
    given = {
        "activity": people if isinstance(people, Activity) else activity(people),
        "kind": kind,
        "printed_at": PRINTED_AT,
        "sheet_number": 1,
        "centre_name": Name("प्रज्ञा केंद्र कसमार", "Pragya Kendra Kasmar"),
        "csc_id": "100000000015",
        "places": (
            ("VILLAGE", Name("खैराचातर", "Khairachatar")),
            ("BLOCK", Name("कसमार", "Kasmar")),
            ("DISTRICT", Name("बोकारो", "Bokaro")),
            ("STATE", Name("झारखंड", "Jharkhand")),
        ),
    }
    return AttendanceSheet(**{**given, **words})


# ---------------------------------------------------------------- eyes


def poppler_text(pdf: bytes, folder: Path, *options: str) -> str:
    """What pdftotext reads, page after page; it must have nothing to complain about."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", *options, str(path), "-"], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stderr == ""
    return done.stdout


def pdfium_text(pdf: bytes) -> list[str]:
    """What pdfium reads on each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


@dataclass(frozen=True)
class Seen:
    """Something on a page: mm from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float


class Page:
    """A page as a reader sees it: where its lines, words and pictures are."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._page = page
        self.width, self.height = (side * 25.4 / 72 for side in page.get_size())

    def _all(self, kind: int) -> list[Seen]:
        unit, found = 25.4 / 72, []
        for one in self._page.get_objects([kind]):
            left, bottom, right, top = one.get_bounds()
            found.append(
                Seen(left * unit, self.height - top * unit, right * unit, self.height - bottom * unit)
            )
        return found

    @cached_property
    def words(self) -> list[Seen]:
        return [one for one in self._all(FPDF_PAGEOBJ_TEXT) if one.right - one.left > 0.01]

    @cached_property
    def paths(self) -> list[Seen]:
        return self._all(FPDF_PAGEOBJ_PATH)

    @cached_property
    def pictures(self) -> list[Seen]:
        return self._all(FPDF_PAGEOBJ_IMAGE)

    @cached_property
    def row_lines(self) -> list[float]:
        """The height of each line across the whole page, from the top down."""
        flat = [
            one for one in self.paths if one.bottom - one.top < 0.8 and one.right - one.left > self.width - 21
        ]
        return sorted({round((one.top + one.bottom) / 2, 2) for one in flat})

    @cached_property
    def column_lines(self) -> list[float]:
        """How far from the left each line stands that runs down the whole table."""
        tall = [one for one in self.paths if one.right - one.left < 0.8 and one.bottom - one.top > 30]
        return sorted({round((one.left + one.right) / 2, 2) for one in tall})

    def text_in(self, left: float, top: float, right: float, bottom: float) -> str:
        unit = 72 / 25.4
        reader = self._page.get_textpage()
        return reader.get_text_bounded(
            left * unit, (self.height - bottom) * unit, right * unit, (self.height - top) * unit
        )

    def rows(self) -> list[tuple[int, float, float]]:
        """(serial, top, bottom) of each row of the table."""
        found = []
        for top, bottom in pairwise(self.row_lines):
            serial = self.text_in(10, top, 19, bottom).strip()
            if serial.isdecimal():
                found.append((int(serial), top, bottom))
        return found


def pages(pdf: bytes) -> list[Page]:
    """The pages of a PDF, to be looked at."""
    return [Page(page) for page in pypdfium2.PdfDocument(pdf)]
