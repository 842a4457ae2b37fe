import csv
import io
import zipfile
from datetime import date, time
from typing import Annotated

import pytest
from python_calamine import CalamineWorkbook

from fieldapp.domain.codes import PaymentMode
from fieldapp.domain.fields import Field, Name, Paise, PlaceRef, Ratio, columns, fields, part_type, parts
from fieldapp.domain.records import RECORD_TYPES, Activity, Person, Record, RosterRow
from fieldapp.domain.text import Text
from fieldapp.language import Language
from fieldapp.reports.workbook import Table, csv_of, csv_text, workbook, xlsx
from tests.reports.papers import activity, person

ENGLISH, HINDI = Language.named("en"), Language.named("hi")

DANGEROUS = ["=1+1", "+91", "-5", "@SUM(A1)", "\t=1", "\r=1", "＝1", "=HYPERLINK(1)"]
INNOCENT = ["सुनीता देवी", "A=1", "O'Neil", 'say "yes"', "a,b", "दो\nपंक्ति"]


class Sample(Record, frozen=True, kw_only=True):
    """One field of each kind, so that no kind can be forgotten."""

    words: Annotated[str, Field("Notes")] = ""
    name: Annotated[Name, Field("Name", personal=True)] = Name()
    mode: Annotated[str, Field("Mode of payment", codes=PaymentMode)] = ""
    modes: Annotated[tuple[str, ...], Field("Modes accepted", codes=PaymentMode)] = ()
    age: Annotated[int, Field("Age")] = 0
    amount: Annotated[Paise, Field("Amount (₹)")] = Paise(0)
    share: Annotated[Ratio, Field("Share to reach")] = Ratio()
    day: Annotated[date | None, Field("Date")] = None
    at: Annotated[time | None, Field("Time")] = None
    chai: Annotated[bool, Field("Chai")] = False
    village: Annotated[PlaceRef, Field("Village")] = PlaceRef()


FULL = Sample(
    id="0" * 32,
    words="701412345678",
    name=Name("सुनीता", "Sunita"),
    mode="CARD",
    modes=("CARD", "UPI"),
    age=35,
    amount=Paise(150),
    share=Ratio(7, 12),
    day=date(2026, 11, 12),
    at=time(0, 0),
    chai=True,
    village=PlaceRef("v:1", "खैराचातर"),
)


def sheets(content: bytes) -> dict[str, list[list]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_every_kind_of_field_arrives_as_what_it_is():
    found = sheets(workbook(Text("Name"), Sample, [FULL], ENGLISH))
    headings, cells = found["Name"]
    assert list(zip(headings, cells, strict=True)) == [
        ("Sl. No.", 1),
        ("Notes", "701412345678"),
        ("Name (in Hindi)", "सुनीता"),
        ("Name (in English)", "Sunita"),
        ("Mode of payment", "Card swipe (PoS)"),
        ("Modes accepted", "Card swipe (PoS), UPI / BHIM"),
        ("Age", 35),
        ("Amount (₹)", 1.5),
        ("Share to reach", 7),
        ("Share to reach (out of)", 12),
        ("Date", date(2026, 11, 12)),
        ("Time", time(0, 0)),
        ("Chai", "Yes"),
        ("Village (code)", "v:1"),
        ("Village", "खैराचातर"),
    ]


def test_csv_says_the_same_in_text():
    assert rows_of(csv_text(Sample, [FULL], ENGLISH))[1] == [
        *("1", "'701412345678", "सुनीता", "Sunita", "Card swipe (PoS)", "Card swipe (PoS), UPI / BHIM"),
        *("35", "1.50", "7", "12", "12-11-2026", "00:00", "Yes", "v:1", "खैराचातर"),
    ]


@pytest.mark.parametrize(("present", "words"), [(0, ""), (0b1, "1"), (0b11, "1, 2"), (0b101, "1, 3")])
def test_the_days_somebody_was_present_are_written_as_days(present, words):
    headings, cells = rows_of(csv_text(RosterRow, [person(1, present=present)], ENGLISH))
    assert cells[headings.index("Present")] == words


def test_csv_opens_in_excel_with_its_hindi():
    content = csv_text(Sample, [FULL], HINDI)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 2
    assert "नाम (हिंदी में)" in rows_of(content)[0]


def test_what_is_empty_is_an_empty_cell():
    assert rows_of(csv_text(Sample, [Sample(id="1" * 32)], ENGLISH))[1] == ["1", *[""] * len(columns(Sample))]
    (rows,) = sheets(workbook(Text("Name"), Sample, [Sample(id="1" * 32)], ENGLISH)).values()
    assert rows[1] == [1, *[""] * len(columns(Sample))]


def test_a_light_table_names_nobody():
    for content in (
        csv_text(Sample, [FULL], ENGLISH, light=True),
        workbook(Text("x"), Sample, [FULL], ENGLISH, True),
    ):
        text = content.decode("utf-8-sig") if content[:2] != b"PK" else str(sheets(content))
        assert "सुनीता" not in text
        assert "Sunita" not in text
        assert "खैराचातर" in text


@pytest.mark.parametrize("record_type", RECORD_TYPES.values())
def test_no_personal_field_of_any_record_reaches_a_light_workbook(record_type):
    def personal(kind) -> set[str]:
        own = {one.label for one in fields(kind) if one.personal}
        return own.union(*(personal(part_type(one)) for one in parts(kind)))

    record = activity() if record_type is Activity else record_type(id="0" * 32)
    found = sheets(workbook(Text("x"), record_type, [record], ENGLISH, light=True))
    headings = {words for rows in found.values() for words in rows[0]}
    assert (
        not {
            f"{label}{half}"
            for label in personal(record_type)
            for half in ("", " (in Hindi)", " (in English)")
        }
        & headings
    )


def test_parts_have_sheets_of_their_own_that_say_whose_they_are():
    found = sheets(workbook(Text("Activity"), Activity, [activity(1), activity(3)], ENGLISH))
    assert list(found) == ["Activity", "In coordination with", "Participants", "Practice payments"]
    people = found["Participants"]
    assert people[0][:2] == ["Activity", "Sl. No."]
    assert [row[:2] for row in people[1:]] == [[1, 1], [2, 1], [2, 2], [2, 3]]
    mobile = people[0].index("Mobile number")
    assert people[1][mobile] == person(1).mobile
    tries = found["Practice payments"]
    assert tries[0][:3] == ["Activity", "Participants", "Sl. No."]
    assert [row[:3] for row in tries[1:4]] == [[1, 1, 1], [1, 1, 2], [2, 1, 1]]
    assert tries[1][tries[0].index("Receipt number / RRN")] == person(1).tries[0].reference_number


@pytest.mark.parametrize("words", DANGEROUS)
def test_no_cell_is_ever_a_formula(words):
    record = Person(id="0" * 32, name=Name(words, words), notes=words)
    content = workbook(Text("Person"), Person, [record], ENGLISH)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert b'quotePrefix="1"' in book.read("xl/styles.xml")
    (rows,) = sheets(content).values()
    assert [cell.strip("\r") for cell in rows[1] if isinstance(cell, str) and cell].count(
        words.strip("\r")
    ) == 3
    cells = rows_of(csv_text(Person, [record], ENGLISH))[1]
    assert cells.count(f"'{words}") == 3


@pytest.mark.parametrize("words", INNOCENT)
def test_innocent_text_comes_back_as_it_was(words):
    table = Table("x", ("Notes",), [(words,)])
    assert rows_of(csv_of(table))[1] == [words]
    assert sheets(xlsx([table]))["x"][1] == [words]


@pytest.mark.parametrize(
    "words", ["5000000001", "0042", "12E5", "11-09-2018", "1/2", "6316000000010000000000"]
)
def test_csv_keeps_excel_from_taking_text_for_a_number_or_a_date(words):
    assert rows_of(csv_of(Table("x", ("a",), [(words,)])))[1] == [f"'{words}"]


def test_the_same_table_has_the_same_bytes():
    records = [activity(3)]
    assert workbook(Text("x"), Activity, records, HINDI) == workbook(Text("x"), Activity, records, HINDI)


def test_a_workbook_does_not_say_who_made_it_or_when():
    with zipfile.ZipFile(io.BytesIO(xlsx([Table("x", ("a",), [])]))) as book:
        core = book.read("docProps/core.xml").decode()
    assert "<dc:creator></dc:creator>" in core
    assert "2000-01-01" in core


def test_sheet_names_are_made_fit_for_excel():
    long = "प्रशिक्षण / [2026]: " + "अ" * 40
    found = sheets(xlsx([Table(long, ("a",), []), Table(long, ("a",), []), Table("", ("a",), [])]))
    assert len(found) == 3
    assert all(len(name) <= 31 for name in found)


def test_no_records_is_a_table_of_headings():
    assert len(rows_of(csv_text(RosterRow, [], ENGLISH))) == 1
    (rows,) = sheets(workbook(Text("x"), RosterRow, [], HINDI)).values()
    assert len(rows) == 1
