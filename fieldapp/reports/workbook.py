"""XLSX and CSV from the field definitions: whatever is in a record type is in its table, and nothing twice.

They are made to survive Excel. Text stays text (a mobile or a receipt number is no quantity, and a receipt
number of twelve digits would come back as 7.01E+11); dates are real dates; and no cell is ever run as a
formula, whatever somebody typed as a name (OWASP, CSV injection).
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import msgspec
import xlsxwriter

from fieldapp.domain.codes import Code
from fieldapp.domain.fields import Column, Field, Kind, columns, part_type, parts
from fieldapp.domain.records import RosterRow
from fieldapp.domain.text import Text
from fieldapp.language import Language

Cell = str | int | float | date | time | None

_FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
_TAKEN_FOR_A_NUMBER = re.compile(r"0\d+|\d{10,}|\d+[eE]\d+|\d{1,4}[-/]\d{1,2}([-/]\d{1,4})?")
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_LONGEST_SHEET_NAME = 31
_WIDEST = 45
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 (a workbook's date of creation has no zone; this one says nothing)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain cells under headings, already in the reader's language."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def workbook(
    title: Text,
    record_type: type[msgspec.Struct],
    records: Iterable[msgspec.Struct],
    language: Language,
    light: bool = False,
) -> bytes:
    """An XLSX file: a sheet of records, and a sheet for each of their parts (roster rows, tries, ...).

    light: without the columns that name or describe a person.
    """
    return xlsx(tables(title, record_type, records, language, light))


def csv_text(
    record_type: type[msgspec.Struct],
    records: Iterable[msgspec.Struct],
    language: Language,
    light: bool = False,
) -> bytes:
    """A CSV file of records without their parts: UTF-8 with a byte order mark, CRLF."""
    return csv_of(tables(Text(""), record_type, records, language, light)[0])


# ---------------------------------------------------------------- records -> tables


def tables(
    title: Text,
    record_type: type[msgspec.Struct],
    records: Iterable[msgspec.Struct],
    language: Language,
    light: bool,
) -> list[Table]:
    """The records as a table, then a table for each kind of part that occurs in them.

    A table of parts begins with the serial of the record they belong to, under the title of its table; parts
    of parts have one more for the part.
    """
    numbered = [((n,), record) for n, record in enumerate(records, 1)]
    return _tables((language.render(title),), record_type, numbered, language, light)


_Numbered = Sequence[tuple[tuple[int, ...], msgspec.Struct]]


def _tables(
    titles: tuple[str, ...],
    record_type: type[msgspec.Struct],
    numbered: _Numbered,
    language: Language,
    light: bool,
) -> list[Table]:
    """titles: of the tables this one hangs on, from the outermost, and its own."""
    shown = [one for one in columns(record_type) if _is_shown(one.field, light)]
    headings = (
        *titles[:-1],
        language.render(Text("Sl. No.")),
        *(language.render(heading(one)) for one in shown),
    )
    rows = [(*number, *(_cell(one, record, language) for one in shown)) for number, record in numbered]
    found = [Table(titles[-1], headings, rows)]
    for one in parts(record_type):
        inner = [
            ((*number, n), part)
            for number, record in numbered
            for n, part in enumerate(getattr(record, one.name), 1)
        ]
        if inner and _is_shown(one, light):
            below = (*titles, language.render(Text(one.label)))
            found += _tables(below, part_type(one), inner, language, light)
    return found


def heading(column: Column) -> Text:
    """The heading of a column; the halves of a name, place or fraction say which half they are."""
    label = Text(column.field.label)
    match column.suffix:
        case "hi":
            return Text("{label} (in Hindi)", label=label)
        case "en":
            return Text("{label} (in English)", label=label)
        case "key":
            return Text("{label} (code)", label=label)
        case "under":
            return Text("{label} (out of)", label=label)
    return label


def _is_shown(one: Field, light: bool) -> bool:
    """Ids of other records mean nothing to a reader; personal columns are left out of a light table."""
    return one.kind is not Kind.REF and not (light and one.personal)


def _cell(column: Column, record: msgspec.Struct, language: Language) -> Cell:
    """What a record shows in a column; what is empty shows nothing."""
    if isinstance(record, RosterRow) and column.name == "present":
        # Kept as a bit a day, which says nothing to a reader.
        days = range(1, record.present.bit_length() + 1)
        return ", ".join(str(day) for day in days if record.present_on(day)) or None
    value: Any = getattr(record, column.field.name)
    if column.suffix:
        value = getattr(value, column.suffix)
    if value is None or (not value and column.field.kind is not Kind.TIME):
        return None
    return _shown(column.field, value, language)


def _shown(one: Field, value: Any, language: Language) -> Cell:
    codes = one.codes or Code
    match one.kind:
        case Kind.CODE:
            return language.render(codes.words(value))
        case Kind.CODES:
            return ", ".join(language.render(codes.words(code)) for code in value)
        case Kind.MONEY:
            return int(value) / 100
        case Kind.YES_NO:
            return language.render(Text("Yes"))
    shown: Cell = value
    return shown


# ---------------------------------------------------------------- tables -> bytes


def xlsx(sheets: Sequence[Table]) -> bytes:
    """The tables as the sheets of a workbook; the first gives it its title."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": sheets[0].title, "created": _EPOCH})
    formats = _Formats(book)
    names: set[str] = set()
    for table in sheets:
        sheet = book.add_worksheet(_sheet_name(table.title, names))
        sheet.freeze_panes(1, 0)
        for n, words in enumerate(table.headings):
            sheet.write_string(0, n, words, formats.heading)
            longest = max((len(str(row[n])) for row in table.rows if row[n] is not None), default=0)
            sheet.set_column(n, n, min(max(longest, len(words)) + 2, _WIDEST))
        for y, row in enumerate(table.rows, 1):
            for x, cell in enumerate(row):
                _write(sheet, y, x, cell, formats)
        last = max(len(table.rows), 1), len(table.headings) - 1
        sheet.autofilter(0, 0, *last)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{xlsxwriter.utility.xl_rowcol_to_cell(*last)}"})
    book.close()
    return file.getvalue()


class _Formats:
    """The cell formats of a workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({"num_format": "@", "valign": "top"})
        # The hidden apostrophe keeps it text even when somebody edits the cell.
        self.formula_like = book.add_format({"num_format": "@", "valign": "top", "quote_prefix": True})
        self.date = book.add_format({"num_format": "dd-mm-yyyy", "valign": "top", "align": "left"})
        self.time = book.add_format({"num_format": "hh:mm", "valign": "top", "align": "left"})
        self.money = book.add_format({"num_format": "0.00", "valign": "top"})
        self.number = book.add_format({"valign": "top"})


def _write(sheet: Any, y: int, x: int, cell: Cell, formats: _Formats) -> None:
    match cell:
        case None:
            return
        case str():
            risky = cell.startswith(_FORMULA_SIGNS)
            sheet.write_string(y, x, cell, formats.formula_like if risky else formats.text)
        case date():
            sheet.write_datetime(y, x, cell, formats.date)
        case time():
            sheet.write_datetime(y, x, cell, formats.time)
        case _:
            sheet.write_number(y, x, cell, formats.money if isinstance(cell, float) else formats.number)


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name Excel takes: short, without its forbidden characters, and not there yet."""
    plain = _NO_SHEET_NAME.sub(" ", title).strip() or "1"
    name, n = plain[:_LONGEST_SHEET_NAME], 1
    while name.casefold() in taken:
        n += 1
        name = f"{plain[: _LONGEST_SHEET_NAME - 4]} {n}"
    taken.add(name.casefold())
    return name


def csv_of(table: Table) -> bytes:
    """A table as CSV: UTF-8 with a byte order mark (without it Excel breaks Hindi), CRLF, dd-mm-yyyy.

    Text that a spreadsheet would run as a formula or take for a number or a date gets an apostrophe in
    front.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(table.headings)
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    return file.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            risky = cell.startswith(_FORMULA_SIGNS) or _TAKEN_FOR_A_NUMBER.fullmatch(cell)
            return f"'{cell}" if risky else cell
        case float():
            return f"{cell:.2f}"
        case date():
            return f"{cell:%d-%m-%Y}"
        case time():
            return f"{cell:%H:%M}"
    return str(cell)
