"""Loading a list from a file: each line becomes a record, or is refused in words of its own.

The id of a record follows from the file's hash, the line's number and the home, so that the same file again
changes nothing and says so, and a load that was cut off goes on where it stopped; in another home it makes
other records, for a record has one owner. Columns: `load_columns`; cells: `load_cells`; files: `table_files`.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import Level
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Kind, Name, Ratio, part_type
from fieldapp.domain.fields import field as field_of
from fieldapp.domain.periods import parse_whole
from fieldapp.domain.places import Gazetteer
from fieldapp.domain.records import Activity, Record
from fieldapp.domain.text import Text
from fieldapp.services.all import Services
from fieldapp.services.derived_ids import derived_id
from fieldapp.services.load_cells import name_of, ratio_of, refused, value_of
from fieldapp.services.load_columns import IGNORED, KINDS, Layout, LoadKind, Says, layouts
from fieldapp.services.load_places import PlaceFinder
from fieldapp.services.table_files import Line, TableFile, read_table


class Fate(StrEnum):
    """What became of a line."""

    NEW = "new"
    ALREADY = "already"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowFate:
    """One line of the list: its number in the file, what became of it, and why if it was refused.

    place_unknown: the words of its place that no code was found for, '' when there is nothing to say.
    """

    row: int
    fate: Fate
    record_id: str
    code: str = ""
    text: Text | None = None
    place_unknown: str = ""


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a list was taken for and what became of each line. dry_run: nothing was saved."""

    name: str
    sha256: str
    kind: LoadKind
    guessed: bool
    dry_run: bool
    unused: tuple[str, ...]
    rows: tuple[RowFate, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many lines met each fate; together they are all lines."""
        met = Counter(row.fate for row in self.rows)
        return {str(fate): met[fate] for fate in Fate}


class LoadingService:
    """Takes lists into a home. says: the words of a Text in each language a list may be written in."""

    def __init__(self, services: Services, gazetteer: Gazetteer, says: Says) -> None:
        self._services = services
        self._gazetteer = gazetteer
        self._says = says

    def load(self, actor: Actor, path: Path, kind: str = "", *, dry_run: bool = False) -> LoadResult:
        """Every line of a list as a record, saved one by one; one bad line never stops the rest.

        kind: the word of one of KINDS, or '' to go by the headings. Raises InvalidInput when the file is no
        list or its headings fit no kind, EnvironmentProblem when it cannot be read or the disk fails.
        """
        actor.must_be_known()
        table = read_table(path)
        layout = self._layout(table, kind)
        reader = _RowReader(layout, PlaceFinder(self._gazetteer, layout.kind.levels), self._says)
        seed = f"{self._home_mark(actor, dry_run)} {table.sha256}"
        below = (line for line in table.lines if line.number > layout.heading_line)
        fates = [self._take(actor, reader, row_id(seed, line.number), line, dry_run) for line in below]
        return LoadResult(
            table.name, table.sha256, layout.kind, not kind, dry_run, layout.unused, tuple(fates)
        )

    def _layout(self, table: TableFile, kind: str) -> Layout:
        wanted = [one for one in KINDS if kind in ("", one.word)]
        if not wanted:
            raise InvalidInput(
                Text("There is no kind of list called {kind}.", kind=kind),
                Text("The kinds are: {kinds}.", kinds=", ".join(one.word for one in KINDS)),
                "no_such_kind",
            )
        found = layouts([(line.number, line.cells) for line in table.lines], wanted, self._says)
        if not found:
            raise InvalidInput(
                Text("The headings of this list are not understood."),
                Text("Nothing was loaded. Give the columns the names they have in the program."),
                "no_layout",
            )
        return found[0]

    def _home_mark(self, actor: Actor, dry_run: bool) -> str:
        """What tells this home's loads from another's; it stays when the home is restored elsewhere."""
        settings = self._services.settings
        mark = settings.read(_HOME_MARK)
        if not mark and not dry_run:
            mark = self._services.places.new_id()
            settings.write(actor, _HOME_MARK, mark)
        return mark

    def _take(self, actor: Actor, reader: "_RowReader", record_id: str, line: Line, dry_run: bool) -> RowFate:
        try:
            if self._is_here(actor, reader.kind, record_id):
                return RowFate(line.number, Fate.ALREADY, record_id)
            record, unknown = reader.record(record_id, line)
            if dry_run:
                self._refuse_hard(reader.kind, record)
            else:
                self._save(actor, reader.kind, record)
        except InvalidInput as error:
            return RowFate(line.number, Fate.REFUSED, "", error.code, error.title)
        return RowFate(line.number, Fate.NEW, record_id, place_unknown=unknown)

    def _is_here(self, actor: Actor, kind: LoadKind, record_id: str) -> bool:
        try:
            self._services.for_type(kind.type_word).get(actor, record_id)
        except InvalidInput as error:
            if error.code != "not_found":
                raise
            return False
        return True

    def _refuse_hard(self, kind: LoadKind, record: Record) -> None:
        for problem in self._services.for_type(kind.type_word).problems(record):
            if problem.hard:
                raise refused(problem.code, problem.text)

    def _save(self, actor: Actor, kind: LoadKind, record: Record) -> None:
        if isinstance(record, Activity):
            values = {name: getattr(record, name) for name in record.__struct_fields__}
            for numbered in ("number", "letter"):
                del values[numbered]
            self._services.activities.start(actor, **values)
        else:
            self._services.for_type(kind.type_word).save(actor, record)


_HOME_MARK = "load_mark"


def row_id(seed: str, number: int) -> str:
    """The id of the record from a line of a file, whatever the file's name."""
    return derived_id("fieldapp-load-1", seed, number)


class _RowReader:
    """Makes the record of one line after the other."""

    def __init__(self, layout: Layout, places: PlaceFinder, says: Says) -> None:
        self.kind = layout.kind
        self._layout = layout
        self._places = places
        self._says = says

    def record(self, record_id: str, line: Line) -> tuple[Record, str]:
        """The record of a line, and the words of its place when no code was found for them.

        Raises InvalidInput in words about the cell that cannot be taken.
        """
        kind = self.kind
        plain: dict[str, Any] = dict(kind.given)
        single: dict[str, Any] = {}
        placed: dict[str, list[str]] = {}
        for goal, cell in zip(self._layout.goals, line.cells, strict=False):
            if not goal or goal == IGNORED or not cell:
                continue
            if goal.startswith("@"):
                placed.setdefault(goal, []).append(cell)
            elif kind.single and goal.startswith(f"{kind.single}."):
                self._put(self._single_type(), goal.partition(".")[2], cell, single)
            else:
                self._put(kind.record_type, goal, cell, plain)
        if single:
            plain[kind.single] = (self._single_type()(**single),)
        if kind.type_word == "place":
            _take_own_level(placed, plain)
        place = self._places.find(placed)
        if place.ref:
            plain[kind.place] = place.ref
        return kind.record_type(id=record_id, **plain), place.unknown

    def _single_type(self) -> type[msgspec.Struct]:
        return part_type(field_of(self.kind.record_type, self.kind.single))

    def _put(self, record_type: type[msgspec.Struct], goal: str, cell: str, values: dict[str, Any]) -> None:
        """Put a cell's value under its field; two columns that say different things are refused."""
        one, half = _field_and_half(record_type, goal)
        before = values.get(one.name)
        if one.kind is Kind.NAME:
            values[one.name] = name_of(before or Name(), cell, half)
        elif one.kind is Kind.FRACTION:
            values[one.name] = ratio_of(before or Ratio(), cell, half)
        else:
            value = value_of(one, cell, self._says)
            if before is not None and before not in (value, self.kind.given.get(one.name)):
                raise refused(
                    "contradiction",
                    Text("Two columns give different values for {label}.", label=Text(one.label)),
                )
            values[one.name] = value


def _take_own_level(placed: dict[str, list[str]], plain: dict[str, Any]) -> None:
    """A list of villages or panchayats names its own places in columns of their level: not where they lie."""
    for level in (Level.VILLAGE, Level.GP):
        names = placed.get(f"@{level.lower()}.name", ())
        if "name" in plain or not names:
            continue
        for words in names:
            plain["name"] = name_of(plain.get("name", Name()), words, "")
        plain.setdefault("level", str(level))
        codes = placed.pop(f"@{level.lower()}.code", ())
        del placed[f"@{level.lower()}.name"]
        if codes:
            plain["lgd_code"] = parse_whole(codes[0])


def _field_and_half(record_type: type[msgspec.Struct], goal: str) -> tuple[Field, str]:
    try:
        return field_of(record_type, goal), ""
    except KeyError:
        name, _, half = goal.rpartition("_")
        return field_of(record_type, name), half
