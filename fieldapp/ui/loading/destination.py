"""Where a list goes: into the home, a record a line, or onto the sheet of an activity, a person a line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from fieldapp.domain.records import Activity, RosterRow
from fieldapp.domain.text import Text
from fieldapp.services.load_columns import Layout
from fieldapp.services.load_kinds import KINDS, ROSTER, LoadKind
from fieldapp.services.loading import LoadingService, LoadResult
from fieldapp.services.table_files import TableFile
from fieldapp.ui.desk import Desk
from fieldapp.ui.loading.take_back import push_undo
from fieldapp.ui.loading.work_bar import WorkBar
from fieldapp.ui.tasks import Progress


@dataclass(frozen=True)
class Sheet:
    """The activity that is to get the people of a list, and what appends their rows in one save."""

    activity: Activity
    take: Callable[[tuple[RosterRow, ...]], object]


class Destination(Protocol):
    """kinds: what the list may be one of. may_lack: it may have no row of headings. remembers: lists that
    were taken in are known by their content, and can be taken back as a whole.
    """

    @property
    def title(self) -> Text: ...
    @property
    def kinds(self) -> Sequence[LoadKind]: ...
    @property
    def may_lack(self) -> bool: ...
    @property
    def remembers(self) -> bool: ...

    def guess(self, table: TableFile) -> Layout:
        """What the columns seem to be."""

    def look(self, table: TableFile, layout: Layout, convert: bool, progress: Progress) -> LoadResult:
        """What would become of each row; nothing is written."""

    def take(
        self, table: TableFile, layout: Layout, result: LoadResult, bar: WorkBar, then: Callable[..., object]
    ) -> bool:
        """Write what was looked at: True when that is done; else it is begun, and `then` gets the result."""


@dataclass
class IntoHome:
    """word: of the record type that is expected, '' for any."""

    desk: Desk
    service: LoadingService
    word: str = ""
    title = Text("Take in a list")
    kinds = KINDS
    may_lack = False
    remembers = True

    def guess(self, table: TableFile) -> Layout:
        expected = next((one.word for one in KINDS if one.type_word == self.word), "")
        layout = self.service.guess(table, expected)
        if layout.fits or not expected:
            return layout
        best = self.service.guess(table)  # the page it was asked from may be another
        return best if best.fits else layout

    def look(self, table: TableFile, layout: Layout, convert: bool, progress: Progress) -> LoadResult:
        actor = self.desk.actor
        return self.service.load_table(actor, table, layout, dry_run=True, convert=convert, progress=progress)

    def take(
        self, table: TableFile, layout: Layout, result: LoadResult, bar: WorkBar, then: Callable[..., object]
    ) -> bool:
        def loaded(made: LoadResult) -> None:
            push_undo(self.desk, self.service, made)
            then(made)

        load = partial(self.service.load_table, self.desk.actor, table, layout, convert=result.converted)
        bar.run(lambda progress: load(progress=progress), Text("Loading the list…"), loaded)
        return False


@dataclass
class OntoSheet:
    """Its rows wait here between being looked at and being taken; undo is the sheet's own."""

    service: LoadingService
    sheet: Sheet
    title = Text("Take people from a list")
    kinds = (ROSTER,)
    may_lack = True
    remembers = False
    _rows: tuple[RosterRow, ...] = field(default=(), init=False)

    def guess(self, table: TableFile) -> Layout:
        return self.service.guess(table, ROSTER.word)

    def look(self, table: TableFile, layout: Layout, convert: bool, progress: Progress) -> LoadResult:
        read = self.service.roster(self.sheet.activity, table, layout, convert=convert, progress=progress)
        self._rows = read.rows
        return read.result

    def take(self, *_about_the_list: object) -> bool:
        return bool(self.sheet.take(self._rows))
