"""Lists that people have in files, as text: CSV, XLSX and JSON Lines become numbered lines of cells.

What the cells mean is `loading`'s business. CSV may begin with a byte order mark, be UTF-16 (Excel's 'Unicode
text'), and be parted by commas, semicolons or tabs. A spreadsheet's first sheet with anything in it is read.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import msgspec

from fieldapp.domain.errors import EnvironmentProblem, InvalidInput
from fieldapp.domain.text import Text

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
    """The lines of a file, headings still among them. sha256: 64 hex over its bytes."""

    name: str
    sha256: str
    lines: tuple[Line, ...]


def read_table(path: Path) -> TableFile:
    """The lines of a CSV, XLSX or JSON Lines file; what it is, is seen from its content.

    A cell of JSON Lines that holds a list of objects is that list as JSON text. Raises EnvironmentProblem
    when the file cannot be read, InvalidInput when it is none of the three or too large.
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
    lines: list[Line] = []
    for line in _lines(content):
        if len(lines) == MAX_LINES:
            raise _refused("too_large", Text("This file is larger than a list may be."))
        if any(line.cells):
            lines.append(line)
    if not lines:
        raise _refused("empty", Text("There is nothing in this file."))
    return TableFile(path.name, hashlib.sha256(content).hexdigest(), tuple(lines))


def _lines(content: bytes) -> Iterator[Line]:
    if content.startswith(b"PK\x03\x04"):
        return _workbook_lines(content)
    text = _decoded(content)
    return _json_lines(text) if text.lstrip().startswith("{") else _csv_lines(text)


def _refused(code: str, title: Text) -> InvalidInput:
    advice = Text("Nothing was loaded. Save the list again as CSV (UTF-8) or XLSX and load that file.")
    return InvalidInput(title, advice, code)


def _decoded(content: bytes) -> str:
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused("not_unicode", Text("The letters of this file are not in Unicode.")) from error
    if "\0" in text:
        raise _refused("not_a_table", Text("This file is neither a CSV nor an XLSX nor a JSON Lines file."))
    return text


# ---------------------------------------------------------------- CSV


def _csv_lines(text: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 1
    try:
        for cells in reader:
            yield Line(number, _checked(tuple(cell.strip() for cell in cells)))
            number = reader.line_num + 1
    except csv.Error as error:
        title = Text("Line {n} of the file is not written as CSV is.", n=number)
        raise _refused("not_a_table", title) from error


def _delimiter(text: str) -> str:
    """The mark that the first lines have most of; a comma where there is none at all."""
    beginning = "\n".join(text.splitlines()[:20])
    return max(",;\t", key=beginning.count)


def _checked(cells: tuple[str, ...]) -> tuple[str, ...]:
    if len(cells) > MAX_CELLS or any(len(cell) > MAX_CELL for cell in cells):
        raise _refused("too_large", Text("This file is larger than a list may be."))
    return cells


# ---------------------------------------------------------------- workbook


def _workbook_lines(content: bytes) -> Iterator[Line]:
    import python_calamine

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            plain = sum(member.file_size for member in packed.infolist())
        if plain > 10 * MAX_BYTES:
            raise _refused("too_large", Text("This file is larger than a list may be."))
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False)
            if rows:
                break
        else:
            rows = []
    except (zipfile.BadZipFile, python_calamine.CalamineError) as error:
        title = Text("This file is neither a CSV nor an XLSX nor a JSON Lines file.")
        raise _refused("not_a_table", title) from error
    for number, row in enumerate(rows, start=1):
        yield Line(number, _checked(tuple(_cell(value) for value in row)))


def _cell(value: Any) -> str:
    """A cell as a person would type it; dates as ISO, clock times as HH:MM."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return "" if value is None else str(value).strip()


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
