"""The tables of places in resources/places, made from the official files of the Local Government Directory.

    python -m installer.build_places FOLDER     FOLDER holds the directory's CSV files, however they are named

The official files differ from year to year: headings with blanks, "(In English)" or slips of the pen, a title
above them, a byte order mark, codes with leading zeros or commas, a last row of totals. Only the columns that
are needed are looked for, by what their headings say. Names in capitals are put in ordinary letters. The
names of hindi_names.tsv, which is kept by hand, go into the search columns.
"""

import argparse
import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from fieldapp.domain.codes import Level
from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.place_tables import search_column
from fieldapp.resources import resource
from fieldapp.storage.gazetteer import BY_HAND, TABLES

HEADING = "code\tparent\tname_en\tlocal\tsearch"


class Columns(NamedTuple):
    """The headings of one kind of official file, as `bare_heading` leaves them; '' for none."""

    code: str
    name: str
    parent: str = ""
    local: str = ""


# The most particular first: a file of blocks also has the columns of a file of districts.
KINDS = {
    Level.SUBDISTRICT: Columns("subdistrictcode", "subdistrictname", "districtcode"),
    Level.BLOCK: Columns("blockcode", "blockname", "districtcode"),
    Level.ULB: Columns("localbodycode", "localbodyname", "statecode", "localbodynameinlocal"),
    Level.DISTRICT: Columns("districtcode", "districtname", "statecode"),
    Level.STATE: Columns("statecode", "statename"),
}


class Entry(NamedTuple):
    """One place of an official file."""

    code: str
    parent: str
    name: str
    local: str


# ---------------------------------------------------------------- reading the official files


def bare_heading(text: str) -> str:
    """'Block Name ' and 'Village Name (In Englsih)' become 'blockname' and 'villagename'."""
    plain = re.sub(r"\(\s*in\s+engl?[a-z]*\s*\)", "", text.casefold())
    return re.sub(r"[^a-z0-9]", "", plain)


def read_official(path: Path) -> tuple[Level, list[Entry]] | None:
    """The level and places of one official file, or None when it is of another kind."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    for at, row in enumerate(rows[:10]):
        headings = [bare_heading(cell) for cell in row]
        if "villagecode" in headings or ("localbodycode" in headings and "districtcode" in headings):
            return None  # villages, and which villages a town covers
        for level, columns in KINDS.items():
            if {columns.code, columns.name, columns.parent} - {""} <= set(headings):
                return level, list(_entries(rows[at + 1 :], headings, columns))
    return None


def _entries(rows: Iterable[Sequence[str]], headings: Sequence[str], columns: Columns) -> Iterator[Entry]:
    def cells(row: Sequence[str], heading: str) -> list[str]:
        found = [row[at] for at, one in enumerate(headings) if one == heading and at < len(row)]
        return [" ".join(text.split()) for text in found if text.strip()]

    for row in rows:
        code = whole("".join(cells(row, columns.code)[:1]))
        parent = whole("".join(cells(row, columns.parent)[:1])) if columns.parent else ""
        # Where the heading of the name stands twice, the second is the name in the local language.
        names = [*cells(row, columns.name), *cells(row, columns.local or "-")]
        if code and names and (parent or not columns.parent):
            local = next((name for name in names[1:] if name.casefold() != names[0].casefold()), "")
            yield Entry(code, parent, names[0], local)


def whole(text: str) -> str:
    """A code without leading zeros and grouping: '020' and '21,195' are '20' and '21195'; '' for no code."""
    digits = re.sub(r"[,\s]", "", fold_digits(text))
    return str(int(digits)) if digits.isdecimal() else ""


# ---------------------------------------------------------------- names in ordinary letters

SMALL_WORDS = {"And", "Cum", "Of", "The"}
SHORT_FORMS = {
    "Hq": "HQ",
    "H/O": "H/O",
    "Cd": "CD",
    "Ii": "II",
    "Iii": "III",
    "Iv": "IV",
    "Vi": "VI",
    "Vii": "VII",
}


def ordinary_letters(name: str) -> str:
    """'NORTH AND MIDDLE ANDAMAN' -> 'North and Middle Andaman'; what has small letters keeps its capitals."""
    name = re.sub(r"\s*\(\s*", " (", re.sub(r"\s*\)", ")", name)).rstrip("*").strip()
    name = re.sub(r"[.,]{2,}|(?<=[A-Za-z]{3})\.$", "", " ".join(name.split()))
    name = re.sub(r"(?<=\S)\s+-(?=\S)|(?<=\S)-\s+(?=\S)(?<! - )", "-", name)
    capitals = name == name.upper()
    words = re.sub(r"[^\W\d_]+", lambda word: _capitalised(word, capitals), name)
    return re.sub(r"[A-Z][a-z]+|H/o", lambda word: SHORT_FORMS.get(word[0].title(), word[0]), words)


def _capitalised(word: re.Match[str], capitals: bool) -> str:
    before, text = word.string[: word.start()], word[0]
    if not capitals and text != text.lower():
        return text
    proper = text.capitalize()
    if proper in SMALL_WORDS and before.endswith((" ", "-")):
        return proper.lower()
    initials = len(text) > 2 and text == text.upper() and not re.search("[AEIOUY]", text)  # NTPC
    return text if initials else proper


# ---------------------------------------------------------------- writing the tables


def table(level: Level, entries: Iterable[Entry], by_hand: Mapping[str, Sequence[str]]) -> str:
    """The text of one table, by code; raises ValueError when a key comes twice."""
    lines: dict[tuple[int, ...], str] = {}
    for entry in entries:
        code = f"{entry.parent}/{entry.code}" if level is Level.BLOCK else entry.code
        name = ordinary_letters(entry.name)
        hand = by_hand.get(f"{level.lower()}:{code}", ())
        names = [name, entry.local]
        for column in hand[1:4]:
            names += column.split(";")
        order = tuple(int(part) for part in code.split("/"))
        if order in lines:
            raise ValueError(f"{level} {code} comes twice")
        lines[order] = "\t".join((code, entry.parent, name, entry.local, search_column(filter(None, names))))
    return "\n".join([HEADING, *(line for _, line in sorted(lines.items()))]) + "\n"


def build(official: Path, tables: Path) -> dict[Level, int]:
    """Write the tables made from the files in `official`; returns how many places each level has.

    Raises FileNotFoundError when a level has no file.
    """
    hand_lines = (tables / BY_HAND).read_text("utf-8").rstrip("\n").split("\n")[1:]
    by_hand = {line.split("\t")[0]: line.split("\t") for line in hand_lines}
    found = {}
    for path in sorted(official.glob("*.csv")):
        if read := read_official(path):
            found[read[0]] = read[1]
    if missing := [level.label for level in TABLES if level not in found]:
        raise FileNotFoundError(f"no file of: {', '.join(missing)}")
    for level, name in TABLES.items():
        (tables / name).write_text(table(level, found[level], by_hand), "utf-8", newline="\n")
    return {level: len(found[level]) for level in TABLES}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path, help="the folder of the official CSV files")
    arguments = parser.parse_args()
    for level, count in build(arguments.folder, resource("places")).items():
        print(f"{level.label}: {count:,}")


if __name__ == "__main__":
    main()
