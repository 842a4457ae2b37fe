"""What a paper is made from: here the records of a home meet the reports, which know no database.

The window and the command line both come through here, so that both give the same paper.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Kind, Name, PlaceRef, fields
from fieldapp.domain.places import Gazetteer, Place, marked
from fieldapp.domain.records import Activity, Record
from fieldapp.domain.text import Text
from fieldapp.language import Language, overlay_of
from fieldapp.notices import LANGUAGES, Notice
from fieldapp.reports.attendance import AttendanceSheet, attendance_sheet, attendance_sheets
from fieldapp.reports.attendance_contents import ORIGINAL
from fieldapp.reports.carrier_chit import CarrierChit, ChitFile, carrier_chit
from fieldapp.reports.catalogue import FORMATS, REPORTS, Asked, Report
from fieldapp.reports.finish_summary import FinishSummary, finish_summary
from fieldapp.reports.mela_list import NOWHERE, Days
from fieldapp.reports.page import both_names
from fieldapp.services.all import Services
from fieldapp.services.decisions import Review
from fieldapp.services.records import Query
from fieldapp.sync.block_offices import is_block_office

if TYPE_CHECKING:
    from fieldapp.sync.batches import Batch
    from fieldapp.sync.stick import StickRound
    from fieldapp.sync.sync_file import Placed

UNION_TERRITORIES = frozenset(
    f"state:{code}"
    for code in (
        1,  # Jammu and Kashmir
        4,  # Chandigarh
        7,  # Delhi
        31,  # Lakshadweep
        34,  # Puducherry
        35,  # Andaman and Nicobar Islands
        37,  # Ladakh
        38,  # Dadra and Nagar Haveli and Daman and Diu
    )
)
"""By the LGD list of states of 2022; the states are all others."""


@dataclass(frozen=True, slots=True)
class Papers:
    """Makes the papers of one home. clock gives aware UTC; gazetteer knows the places typed here too."""

    services: Services
    actor: Actor
    gazetteer: Gazetteer
    clock: Callable[[], datetime]
    practice: bool

    def attendance(
        self,
        activity: Activity,
        kind: str,
        *,
        sheet_number: int = 0,
        blank_rows: int = 10,
        short: bool = False,
        reprint_pages: tuple[int, ...] = (),
    ) -> bytes:
        """The attendance sheet of an activity as a PDF. kind: a SheetKind; sheet_number: 0 for a draft."""
        return attendance_sheet(
            self._sheet(
                activity,
                kind,
                sheet_number,
                blank_rows=blank_rows,
                short=short,
                reprint_pages=reprint_pages,
            )
        )

    def attendance_of_all(self, sheets: Iterable[tuple[Activity, str, int]]) -> bytes:
        """The attendance sheets of several activities as one PDF: each with its kind and sheet number.

        They are taken one by one, so whoever gives them can count them off, or stop.
        """
        return attendance_sheets(self._sheet(*one) for one in sheets)

    def _sheet(
        self,
        activity: Activity,
        kind: str,
        sheet_number: int,
        *,
        blank_rows: int = 10,
        short: bool = False,
        reprint_pages: tuple[int, ...] = (),
    ) -> AttendanceSheet:
        centre = self.services.settings.centre_of(activity.id)
        issued = next((one for one in activity.sheets if one.number == sheet_number), None)
        copies = issued.copies if issued else 1
        return AttendanceSheet(
            activity=activity,
            kind=kind,
            printed_at=self.clock(),
            sheet_number=sheet_number,
            copy=ORIGINAL if copies < 2 else Text("Copy {n}", n=copies),
            centre_name=Name(centre.name_hi, centre.name_en),
            csc_id=centre.csc_id,
            places=self.places_of(activity.place),
            blank_rows=blank_rows,
            short=short,
            practice=self.practice,
            reprint_pages=reprint_pages,
            state=overlay_of(self.gazetteer.state_of(centre.place_key)) or None,
            printed_by=self.actor.login,
        )

    def finish_summary(self, activity_id: str) -> bytes:
        """The summary of a finished activity as a PDF of one page."""
        activity = self.services.activities.get(self.actor, activity_id).record
        centre = self.services.settings.centre_of(activity.id)
        standing = self.services.decisions.review(self.actor, activity_id)
        said = standing.said if standing.review is Review.APPROVED else None
        return finish_summary(
            FinishSummary(
                activity=activity,
                printed_at=self.clock(),
                finished=self.services.activities.finished_by(self.actor, activity_id),
                approved=(said.record, said.by) if said else None,
                centre_name=Name(centre.name_hi, centre.name_en),
                csc_id=centre.csc_id,
                place=", ".join(both_names(name) for _, name in self.places_of(activity.place)),
                practice=self.practice,
                printed_by=self.actor.login,
            )
        )

    def chit(self, batch: "Batch", office: Name) -> bytes:
        """The carrier's chit of a batch as a PDF; who takes it along is on it once it was handed over."""
        return self._chit(
            batch.parts,
            office,
            batch=batch.number,
            records=batch.records,
            made_at=batch.made_at,
            to_whom=batch.note if batch.state == "HANDED_OVER" else "",
        )

    def chit_of_stick(self, done: "StickRound", at: datetime, office: Name) -> bytes:
        """The chit of what a block office put on a stick for head office: its centres' files and its own.

        at: when it did.
        """
        forwarded = done.forwarded
        files = (*done.copied, *(forwarded.files if forwarded else ()))
        return self._chit(
            files, office, centres=len(forwarded.on) if forwarded else 0, made_at=at, to_whom=""
        )

    def _chit(self, files: "Iterable[Placed]", office: Name, **what: Any) -> bytes:
        own = self.services.settings.own_centre()
        return carrier_chit(
            CarrierChit(
                files=[ChitFile(one.path.name, one.size, one.sha256) for one in files],
                of_block=is_block_office(own),
                office=office,
                centre_name=Name(own.name_hi, own.name_en),
                csc_id=own.csc_id,
                printed_at=self.clock(),
                printed_by=self.actor.login,
                practice=self.practice,
                **what,
            )
        )

    def report(
        self,
        name: str,
        suffix: str,
        language: Language,
        *,
        start: date | None = None,
        end: date | None = None,
        place: str = "",
        light: bool = False,
    ) -> bytes:
        """A report by its name, as one of catalogue.FORMATS, of the days from start to end (None: open).

        place: a key; only what lies in it is reported. light: without what names or describes a person.

        Raises InvalidInput for a report or an ending that there is not.
        """
        report, days = _known(name, suffix), Days(start, end)
        area = self.gazetteer.get(place) if place else None
        found = reversed(self._records(report, days))
        records = sorted((one for one in found if not place or self._lies_in(one, place)), key=_as_held)
        return report.bytes_as(
            suffix,
            Asked(
                records=records,
                language=language,
                printed_at=self.clock(),
                city_of=self.city_of,
                days=days,
                place=_name(area) if area else NOWHERE,
                practice=self.practice,
                printed_by=self.actor.login,
                light=light,
                notices=self._notices(),
            ),
        )

    def places_of(self, ref: PlaceRef) -> tuple[tuple[str, Name], ...]:
        """(level code, name) from the narrowest place to its state; empty where no code is known.

        A village that only words are known of stands before the block it was kept under, without a level.
        """
        place = self.gazetteer.get(ref.key)
        if place is None:
            return ()
        chain = (place, *self.gazetteer.ancestors(place.key))
        named = tuple((str(one.level), _name(one)) for one in chain)
        called = (place.name_hi, place.name_en, *place.aliases)
        return named if not ref.words or ref.words in called else (("", Name(ref.words)), *named)

    def city_of(self, ref: PlaceRef) -> tuple[Name, bool]:
        """The official name of a place in both languages, and whether it lies in a union territory."""
        place = self.gazetteer.get(ref.key)
        if place is None:
            return Name(ref.words, ref.words), False
        states = (place, *self.gazetteer.ancestors(place.key))
        return _name(place), any(one.key in UNION_TERRITORIES for one in states)

    def _lies_in(self, record: Record, place: str) -> bool:
        refs = [getattr(record, one.name) for one in fields(type(record)) if one.kind is Kind.PLACE]
        return any(self.gazetteer.lies_in(ref.key, place) for ref in refs)

    def _notices(self) -> tuple[Notice, ...]:
        notices = self.services.notices
        return tuple(notices.text(notices.version_in_force(), code) for code in LANGUAGES)

    def _records(self, report: Report, days: Days) -> list[Record]:
        if not report.reads:
            return []
        query = Query(kind=report.activity_kind, start=days.start, end=days.end)
        return [held.record for held in self.services.for_type(report.reads).every(self.actor, query)]


def _as_held(record: Record) -> tuple[date, int]:
    """Activities begin with the oldest; of one day, with the number given first. Others stay as they are."""
    if isinstance(record, Activity):
        return record.start_date or date.min, record.number
    return date.min, 0


def _name(place: Place) -> Name:
    return Name(marked(place, "hi"), marked(place, "en"))


def _known(name: str, suffix: str) -> Report:
    if name not in REPORTS:
        raise InvalidInput(
            Text("There is no report called {name}.", name=name),
            Text("The reports are: {names}.", names=", ".join(REPORTS)),
            "no_such_report",
        )
    if suffix not in FORMATS:
        raise InvalidInput(
            Text("A report cannot be had as {suffix}.", suffix=suffix or "?"),
            Text("The endings are: {endings}.", endings=" ".join(FORMATS)),
            "no_such_format",
        )
    return REPORTS[name]
