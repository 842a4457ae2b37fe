"""Loading a list from a file: each line becomes a record, or is refused in words of its own.

The id of a record follows from the file's hash, the line's number and the home, so that the same file again
changes nothing and says so, and a load that was cut off goes on where it stopped; in another home it makes
other records, for a record has one owner. A list that was taken back gets other ids when it is loaded again.
Columns: `load_columns`; lines: `load_rows`; files: `table_files`; taking back: `load_history`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.identifiers import find_forbidden_number, mask_forbidden_numbers
from fieldapp.domain.places import Gazetteer
from fieldapp.domain.records import Activity, Record, RosterRow
from fieldapp.domain.rules import Problem
from fieldapp.domain.text import Text
from fieldapp.services.all import Services
from fieldapp.services.load_columns import Layout, Says, by_content, layout_at, layouts, targets
from fieldapp.services.load_history import Loads, PastLoad, TakenBack, row_id
from fieldapp.services.load_kinds import AGE, KINDS, ROSTER, LoadKind
from fieldapp.services.load_places import PlaceFinder
from fieldapp.services.load_rows import Fate, RowFate, RowReader, old_font_columns, person_key, read_row
from fieldapp.services.records import Query
from fieldapp.services.table_files import Line, TableFile, pasted_table, read_table

__all__ = ["Fate", "LoadResult", "LoadingService", "RosterRead", "RowFate", "row_id"]

Progress = Callable[[int, int], None]
"""Told (lines done, lines in all) between two portions; what it raises stops the load there."""

PORTION = 200
"""So many lines are read and kept in one transaction: what is done stays when the rest is stopped."""

_KNOWN_PEOPLE_AT_MOST = 20_000
"""In a home with more people, namesakes are looked for in the list only."""


def _nobody(_done: int, _all: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a list was taken for and what became of each line. dry_run: nothing was saved.

    notes: what had to be put right to read the file. conversions: words in an old font and what they become
    in Unicode, the first of them. converted: whether they were put into it.
    """

    name: str
    sha256: str
    kind: LoadKind
    guessed: bool
    dry_run: bool
    unused: tuple[str, ...]
    rows: tuple[RowFate, ...]
    notes: tuple[Text, ...] = ()
    conversions: tuple[tuple[str, str], ...] = ()
    converted: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many lines met each fate; lines of totals and the like only where there are any."""
        met = Counter(row.fate for row in self.rows)
        return {str(fate): met[fate] for fate in Fate if met[fate] or fate is not Fate.LEFT_OUT}


@dataclass(frozen=True, slots=True)
class RosterRead:
    """The people of a list as rows of a sheet, and what became of each line. The rows have no numbers yet."""

    result: LoadResult
    rows: tuple[RosterRow, ...]


class LoadingService:
    """Takes lists into a home. says: the words of a Text in each language a list may be written in."""

    def __init__(self, services: Services, gazetteer: Gazetteer, says: Says) -> None:
        self._services = services
        self._gazetteer = gazetteer
        self._says = says
        self.loads = Loads(services)

    # ------------------------------------------------------------ what is in the file

    def read(self, path: Path, sheet: str = "") -> TableFile:
        """The lines of a file. Raises as `read_table` does; a number in its name is not repeated."""
        table = read_table(path, sheet)
        if find_forbidden_number(table.name):
            return replace(table, name=path.suffix.lstrip("."))
        return table

    def pasted(self, text: str) -> TableFile:
        """The lines of cells that were copied from a spreadsheet. Raises InvalidInput for an empty text."""
        return pasted_table(text)

    def guess(self, table: TableFile, kind: str = "") -> Layout:
        """What the list seems to be; what it must have may be missing (`Layout.fits`).

        kind: the word of one of KINDS or of ROSTER, '' to go by the headings. Raises InvalidInput
        'no_such_kind'.
        """
        wanted = self._kinds(kind)
        found = layouts(_cells(table), wanted, self._says)
        best = found[0]
        if wanted == [ROSTER] and not best.fits:
            return by_content(_cells(table), ROSTER)
        return best

    def layout(self, table: TableFile, kind: str, heading_line: int) -> Layout:
        """What the columns are when the headings stand in the line of that number; 0 for no headings."""
        one = self._kinds(kind)[0]
        if not heading_line:
            return by_content(_cells(table), one)
        return layout_at(_cells(table), heading_line, one, targets(one, self._says))

    def _kinds(self, kind: str) -> list[LoadKind]:
        wanted = [one for one in (*KINDS, ROSTER) if kind == one.word] if kind else list(KINDS)
        if not wanted:
            raise InvalidInput(
                Text("There is no kind of list called {kind}.", kind=kind),
                Text("The kinds are: {kinds}.", kinds=", ".join(one.word for one in KINDS)),
                "no_such_kind",
            )
        return wanted

    # ------------------------------------------------------------ records

    def load(
        self, actor: Actor, path: Path, kind: str = "", *, dry_run: bool = False, convert: bool = False
    ) -> LoadResult:
        """Every line of a list as a record; one bad line never stops the rest.

        kind: the word of one of KINDS, or '' to go by the headings. convert: put words in Kruti Dev into
        Unicode. Raises InvalidInput when the file is no list or its headings fit no kind, EnvironmentProblem
        when it cannot be read or the disk fails.
        """
        actor.must_be_known()
        table = self.read(path)
        result = self.load_table(actor, table, self.guess(table, kind), dry_run=dry_run, convert=convert)
        return replace(result, guessed=not kind)

    def load_table(
        self,
        actor: Actor,
        table: TableFile,
        layout: Layout,
        *,
        dry_run: bool = False,
        convert: bool = False,
        progress: Progress = _nobody,
    ) -> LoadResult:
        """As `load`, for a file that is read and whose columns are agreed on. dry_run: nothing is saved."""
        if not layout.fits:
            raise InvalidInput(
                Text("The headings of this list are not understood."),
                Text("Nothing was loaded. Give the columns the names they have in the program."),
                "no_layout",
            )
        here = self._people_here(actor) if layout.kind.type_word == "person" else frozenset()
        lines, reader = self._reader(table, layout, convert, here)
        service = self._services.for_type(layout.kind.type_word)
        load = self.loads.begin(actor, table, layout, lines[-1].number if lines else 0, keep=not dry_run)
        fates: list[RowFate] = []
        for portion in _portions(lines, progress):
            known = self.loads.already(actor, load, [line.number for line in portion])
            fresh: list[Record] = []
            for line in portion:
                if line.number in known:
                    name = "" if _is_forbidden(reader, line) else reader.name_of(line)
                    fates.append(RowFate(line.number, Fate.ALREADY, known[line.number], name=name))
                    continue
                fate, made = read_row(reader, line, load.id_of(line.number), service.problems)
                fates.append(fate)
                if isinstance(made, Record):
                    fresh.append(made)
            if not dry_run:
                self._save(actor, layout.kind, fresh)
        return self._result(table, layout, reader, fates, dry_run)

    def _reader(
        self, table: TableFile, layout: Layout, convert: bool, here: frozenset[str]
    ) -> tuple[list[Line], RowReader]:
        lines = [line for line in table.lines if line.number > layout.heading_line]
        setting, year = self._services.activities.setting, self._services.people.today.year
        places = PlaceFinder(self._gazetteer, layout.kind.levels)
        reader = RowReader(layout, places, self._says, setting, year, convert)
        reader.old_font, reader.here = old_font_columns(layout, lines), here
        return lines, reader

    def _result(
        self, table: TableFile, layout: Layout, reader: RowReader, fates: Sequence[RowFate], dry_run: bool
    ) -> LoadResult:
        notes = table.notes
        if layout.kind.born and AGE in layout.goals and any(row.fate is Fate.NEW for row in fates):
            by_age = Text("The year of birth was worked out from the age in {year}.", year=str(reader.year))
            notes = (*notes, by_age)
        return LoadResult(
            table.name,
            table.sha256,
            layout.kind,
            False,
            dry_run,
            tuple(map(mask_forbidden_numbers, layout.unused)),
            tuple(fates),
            notes,
            tuple(reader.conversions.items()),
            reader.convert,
        )

    def _people_here(self, actor: Actor) -> frozenset[str]:
        page = self._services.people.page(actor, Query())
        keys: set[str] = set()
        while page.total <= _KNOWN_PEOPLE_AT_MOST:
            keys.update(person_key(held.record) for held in page.items)
            if page.next is None:
                break
            page = self._services.people.page(actor, Query(), page.next)
        return frozenset(keys - {""})

    def _save(self, actor: Actor, kind: LoadKind, fresh: Sequence[Record]) -> None:
        for record in fresh:
            if isinstance(record, Activity):
                values = {name: getattr(record, name) for name in record.__struct_fields__}
                for numbered in ("number", "letter"):
                    del values[numbered]
                self._services.activities.start(actor, **values)
        if kind.type_word != "activity" and fresh:
            self._services.for_type(kind.type_word).save_all(actor, fresh)

    # ------------------------------------------------------------ taking back

    def take_back(self, actor: Actor, load: PastLoad, progress: Progress = _nobody) -> TakenBack:
        """Delete what a load made and nobody has changed since."""
        return self.loads.take_back(actor, load, progress)

    def put_back(self, actor: Actor, load: PastLoad, taken: TakenBack) -> None:
        """Bring back what `take_back` deleted of a load. Raises MovedOn when it was loaded anew meanwhile."""
        self.loads.put_back(actor, load, taken)

    # ------------------------------------------------------------ rows of a sheet

    def roster(
        self,
        activity: Activity,
        table: TableFile,
        layout: Layout,
        *,
        convert: bool = False,
        progress: Progress = _nobody,
    ) -> RosterRead:
        """The people of a list as rows for the sheet of an activity; nothing is saved.

        Who stands on the sheet already, or twice in the list, is hinted at and not left out.
        """
        bare = msgspec.structs.replace(activity, rows=())

        def problems(row: Any) -> Sequence[Problem]:
            alone = msgspec.structs.replace(bare, rows=(msgspec.structs.replace(row, row=1),))
            found = self._services.activities.problems(alone)
            return [one for one in found if one.path.startswith("rows/")]

        here = frozenset(key for row in activity.rows if not row.struck and (key := person_key(row)))
        lines, reader = self._reader(table, layout, convert, here)
        fates: list[RowFate] = []
        rows: list[RosterRow] = []
        for portion in _portions(lines, progress):
            for line in portion:
                fate, made = read_row(reader, line, "", problems)
                fates.append(fate)
                if isinstance(made, RosterRow):
                    rows.append(made)
        return RosterRead(self._result(table, layout, reader, fates, dry_run=True), tuple(rows))


def _cells(table: TableFile) -> list[tuple[int, tuple[str, ...]]]:
    return [(line.number, line.cells) for line in table.lines]


def _portions(lines: Sequence[Line], progress: Progress) -> Iterator[Sequence[Line]]:
    for start in range(0, len(lines), PORTION):
        progress(start, len(lines))
        yield lines[start : start + PORTION]
    progress(len(lines), len(lines))


def _is_forbidden(reader: RowReader, line: Line) -> bool:
    try:
        reader.refuse_forbidden(line)
    except InvalidInput:
        return True
    return False
