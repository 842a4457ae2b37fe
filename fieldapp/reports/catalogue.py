"""The reports by name: what the command `fieldapp report NAME` and the Reports page offer.

A report says which records it is made from; whoever asks for it reads those and hands them over.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fieldapp.domain.codes import ActivityKind
from fieldapp.domain.fields import Name, PlaceRef, fields
from fieldapp.domain.records import RECORD_TYPES, Activity, Record
from fieldapp.domain.text import Text
from fieldapp.language import Language
from fieldapp.notices import Notice
from fieldapp.reports.mela_list import ALL_DAYS, NOWHERE, TITLE, Days, mela_list, mela_table, melas_held
from fieldapp.reports.notice_poster import TITLE as NOTICE
from fieldapp.reports.notice_poster import notice_poster, notice_table
from fieldapp.reports.page import both_names
from fieldapp.reports.register import register
from fieldapp.reports.workbook import Table, csv_of, tables, xlsx

FORMATS = (".pdf", ".xlsx", ".csv")
"""The endings of the files a report can be had as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a report is made from.

    records: as the report wants them, with parts only where it says so. city_of: a place -> its official
    name, and whether it lies in a union territory. place: the area asked for, if not all. light: without
    what names or describes a person. notices: the one in force, in each language.
    """

    records: Sequence[Record]
    language: Language
    printed_at: datetime
    city_of: Callable[[PlaceRef], tuple[Name, bool]]
    days: Days = ALL_DAYS
    place: Name = NOWHERE
    practice: bool = False
    printed_by: str = ""
    light: bool = False
    notices: Sequence[Notice] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that can be asked for.

    name: its word on the command line. reads: the record type it is made from, "" for none. activity_kind:
    only activities of this kind, "" for any. by_period, by_place: whether days and a place can be chosen.
    personal: whether it names people, so that a light edition differs.
    """

    name: str
    title: Text
    reads: str
    pdf: Callable[[Asked], bytes]
    table: Callable[[Asked], Table]
    activity_kind: str = ""
    by_period: bool = True
    by_place: bool = True
    personal: bool = False

    def bytes_as(self, suffix: str, asked: Asked) -> bytes:
        """The report as one of FORMATS. Raises ValueError for another ending."""
        match suffix:
            case ".pdf":
                return self.pdf(asked)
            case ".xlsx":
                return xlsx([self.table(asked)])
            case ".csv":
                return csv_of(self.table(asked))
        raise ValueError(suffix)


def _melas(asked: Asked) -> bytes:
    activities = [one for one in asked.records if isinstance(one, Activity)]
    rows = melas_held(activities, asked.city_of, asked.days)
    return mela_list(
        rows,
        asked.language,
        asked.days,
        asked.printed_at,
        place=asked.place,
        practice=asked.practice,
        printed_by=asked.printed_by,
    )


def _mela_table(asked: Asked) -> Table:
    activities = [one for one in asked.records if isinstance(one, Activity)]
    return mela_table(melas_held(activities, asked.city_of, asked.days), asked.language)


def _notice(asked: Asked) -> bytes:
    return notice_poster(
        asked.notices, asked.printed_at, practice=asked.practice, printed_by=asked.printed_by
    )


def _register(name: str, title: Text, reads: str, *, by_period: bool = True, by_place: bool = True) -> Report:
    """All records of one type: as a list on paper, as a table with every field."""
    record_type = RECORD_TYPES[reads]

    def listed(asked: Asked) -> list[Record]:
        return [one for one in asked.records if isinstance(one, record_type)]

    def pdf(asked: Asked) -> bytes:
        about: list[Text | str] = [both_names(asked.place)] if asked.place else []
        if asked.days != ALL_DAYS:
            about.append(asked.days.words)
        return register(
            title,
            record_type,
            listed(asked),
            asked.language,
            asked.printed_at,
            about=about,
            practice=asked.practice,
            light=asked.light,
            printed_by=asked.printed_by,
        )

    def table(asked: Asked) -> Table:
        return tables(title, record_type, listed(asked), asked.language, asked.light)[0]

    return Report(
        name=name,
        title=title,
        reads=reads,
        pdf=pdf,
        table=table,
        by_period=by_period,
        by_place=by_place,
        personal=any(one.personal for one in fields(record_type)),
    )


REPORTS: dict[str, Report] = {
    one.name: one
    for one in (
        Report(
            name="melas",
            title=TITLE,
            reads="activity",
            activity_kind=ActivityKind.MELA,
            pdf=_melas,
            table=_mela_table,
        ),
        _register("people", Text("People"), "person", by_period=False),
        _register("targets", Text("Targets"), "target", by_place=False),
        _register("observations", Text("Observations"), "observation"),
        _register("establishments", Text("Establishments"), "establishment", by_period=False),
        _register("action-points", Text("Action points"), "action_point"),
        Report(
            name="notice",
            title=NOTICE,
            reads="",
            pdf=_notice,
            table=lambda asked: notice_table(asked.notices, asked.language),
            by_period=False,
            by_place=False,
        ),
    )
}
"""Every report by its name, in the order they are offered."""
