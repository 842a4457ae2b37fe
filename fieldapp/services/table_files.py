"""Lists that people have in files, as text: CSV, XLSX and JSON Lines become numbered lines of cells.

What the cells mean is `loading`'s business. CSV may begin with a byte order mark, be UTF-16 (Excel's 'Unicode
text') or in an old code, and be parted by commas, semicolons, tabs or bars.
"""

import csv
import hashlib
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.domain.text import Text
from fieldapp.services.table_letters import decoded
from fieldapp.services.table_letters import refused as _refused

MAX_BYTES = 64 * 1024 * 1024
MAX_LINES = 200_000
MAX_CELLS = 500
MAX_CELL = 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line with anything in it. number: as the spreadsheet counts, from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableFile:
    """The lines of a file, headings still among them. sha256: 64 hex over its bytes and the sheet chosen.

    notes: what had to be put right to read it. sheet, sheets: of a workbook with more than one.
    """

    name: str
    sha256: str
    lines: tuple[Line, ...]
    notes: tuple[Text, ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def read_table(path: Path, sheet: str = "") -> TableFile:
    """The lines of a CSV, XLSX or JSON Lines file; what it is, is seen from its content.

    sheet: the name of a sheet of a workbook; without one it is the first with two lines. A cell of JSON Lines
    that holds a list of objects is that list as JSON text. Raises EnvironmentProblem when the file cannot be
    read, InvalidInput when it is none of the three or too large.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _refused("too_large", Text("This file is larger than a list may be."))
        content = path.read_bytes()
    except OSError as error:
        raise EnvironmentProblem(
            Text("The file {name} cannot be read.", name=path.name),
            Text("Check its name and that the stick is still there."),
            "unreadable",
        ) from error
    seal = hashlib.sha256(content)
    if content.startswith(b"PK\x03\x04"):
        book = _Workbook(content)
        chosen = sheet or book.first
        if chosen != book.first:
            seal.update(chosen.encode())
        return TableFile(
            path.name, seal.hexdigest(), _filled(book.lines(chosen)), (), chosen, tuple(book.names)
        )
    text, notes = decoded(content)
    lines = _json_lines(text) if text.lstrip().startswith("{") else _csv_lines(text)
    return TableFile(path.name, seal.hexdigest(), _filled(lines), notes)


def pasted_table(text: str) -> TableFile:
    """The lines of cells that were copied from a spreadsheet. Raises InvalidInput for an empty text."""
    seal = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
    return TableFile("", seal, _filled(_csv_lines(text)))


def _filled(read: Iterator[Line]) -> tuple[Line, ...]:
    lines: list[Line] = []
    for line in read:
        if len(lines) == MAX_LINES:
            raise _refused("too_large", Text("This file is larger than a list may be."))
        if any(line.cells):
            lines.append(line)
    if not lines:
        raise _refused("empty", Text("There is nothing in this file."))
    return tuple(lines)


# ---------------------------------------------------------------- CSV


def _csv_lines(text: str) -> Iterator[Line]:
    mark = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    number = 1
    try:
        for cells in reader:
            if number > 1 or [cell.lower() for cell in cells[:1]] not in (["sep="], [f"sep={mark}"]):
                yield Line(number, _checked(tuple(map(_as_text, cells))))
            number = reader.line_num + 1
    except csv.Error as error:
        title = Text("Line {n} of the file is not written as CSV is.", n=number)
        raise _refused("not_a_table", title) from error


_FIRST_LINES = 20


def _delimiter(text: str) -> str:
    """The mark that parts the first lines into the same number of cells most often; a comma if none does."""
    beginning = text.splitlines()[:_FIRST_LINES]
    if found := re.fullmatch(r"sep=([,;\t|])", beginning[0].lower() if beginning else ""):
        return found[1]

    def regular(mark: str) -> tuple[int, int]:
        widths = Counter(len(cells) for cells in csv.reader(beginning, delimiter=mark) if len(cells) > 1)
        width, lines = max(widths.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
        return lines, width

    return max(",;\t|", key=regular)


def _checked(cells: tuple[str, ...]) -> tuple[str, ...]:
    if len(cells) > MAX_CELLS or any(len(cell) > MAX_CELL for cell in cells):
        raise _refused("too_large", Text("This file is larger than a list may be."))
    return cells


_LIKE_A_NUMBER = re.compile(r"(\d{5,})[.,]0+|\d[.,](\d{8,})[eE]\+?(\d{1,2})")
_ARMOUR = re.compile(r"=\"([^\"]*)\"|['’](?=[\d=+@-])(.*)", re.DOTALL)
_LONGEST_NUMBER = 19


def _as_text(cell: str) -> str:
    """A cell as it was meant: 9876543210.0 and 9,87654321E9 are whole numbers, ="012" and '012 are text.

    A number of which digits were rounded away stays as it is; whoever reads it refuses it.
    """
    words = cell.strip()
    if armoured := _ARMOUR.fullmatch(words):
        words = armoured[1] if armoured[1] is not None else armoured[2]
    if number := _LIKE_A_NUMBER.fullmatch(words):
        if number[1]:
            return number[1]
        if len(number[2]) + 1 >= int(number[3]) <= _LONGEST_NUMBER:
            return str(int(Decimal(words.replace(",", "."))))
    return words


# ---------------------------------------------------------------- workbook

_FILLED_ACROSS = 3
"""A heading merged over so many columns stands over each of them; what is wider is a title."""


class _Workbook:
    """The sheets of an XLSX file as lines of cells; formulas are their values."""

    def __init__(self, content: bytes) -> None:
        import python_calamine

        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                plain = sum(member.file_size for member in packed.infolist())
            if plain > 10 * MAX_BYTES:
                raise _refused("too_large", Text("This file is larger than a list may be."))
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
            sheets = {name: book.get_sheet_by_name(name) for name in book.sheet_names}
            self._rows = {name: _merged(sheet) for name, sheet in sheets.items()}
        except (zipfile.BadZipFile, python_calamine.CalamineError) as error:
            title = Text("This file is neither a CSV nor an XLSX nor a JSON Lines file.")
            raise _refused("not_a_table", title) from error
        filled = {name: sum(any(row) for row in rows) for name, rows in self._rows.items()}
        self.names = [name for name, lines in filled.items() if lines]
        self.first = next((name for name in self.names if filled[name] > 1), next(iter(self.names), ""))

    def lines(self, name: str) -> Iterator[Line]:
        """The lines of a sheet; none where it has none, or there is no such sheet."""
        for number, row in enumerate(self._rows.get(name, []), start=1):
            yield Line(number, _checked(tuple(row)))


def _merged(sheet: Any) -> list[list[str]]:
    """The cells of a sheet; what is merged downwards stands in each of its lines."""
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if right - left >= _FILLED_ACROSS or top >= len(rows) or left >= len(rows[top]):
            continue
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return rows


def _cell(value: Any) -> str:
    """A cell as a person would type it; dates as ISO, clock times as HH:MM."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return "" if value is None else _as_text(str(value))


# ---------------------------------------------------------------- JSON Lines


def _json_lines(text: str) -> Iterator[Line]:
    """The names of all lines, in the order they turn up, are line 0; a record keeps its line's number."""
    found: list[tuple[int, dict[str, Any]]] = []
    names: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = msgspec.json.decode(line, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError) as error:
            title = Text("Line {n} of the file is not a JSON object.", n=number)
            raise _refused("not_a_table", title) from error
        found.append((number, record))
        names.update(dict.fromkeys(record))
    yield Line(0, _checked(tuple(names)))
    for number, record in found:
        yield Line(number, _checked(tuple(_json_cell(record.get(name)) for name in names)))


def _json_cell(value: Any) -> str:
    if isinstance(value, list) and not any(isinstance(item, dict) for item in value):
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, dict | list):
        return msgspec.json.encode(value).decode()
    return _cell(value)
