"""Papers about the centres of a head office: how each stands and whom to call, and the words of packs.

Here the registry meets the reports, which know no database.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Name
from fieldapp.domain.text import Text
from fieldapp.language import INDIA, Language
from fieldapp.reports.catalogue import FORMATS
from fieldapp.reports.register import register
from fieldapp.reports.workbook import csv_text, workbook
from fieldapp.sync.enrolment import CentreShown, PackMade
from fieldapp.sync.registry import Contact

HEALTH, WORDS = Text("Centres: whom to call"), Text("Words of the packs")
_KEEP_APART = Text("Tell each centre its six words by telephone. Never send this list with the files.")
NameOf = Callable[[str], str]
"""The words of a place's key."""


class _HealthLine(msgspec.Struct, frozen=True):
    name: Annotated[Name, Field("Centre name", in_list=True)] = Name()
    csc_id: Annotated[str, Field("Centre ID", in_list=True)] = ""
    place: Annotated[str, Field("Place", in_list=True)] = ""
    last_on: Annotated[date | None, Field("Last file", in_list=True)] = None
    last_batch: Annotated[int, Field("Batch")] = 0
    silent: Annotated[str, Field("Days silent", in_list=True)] = ""
    missing: Annotated[str, Field("Batches missing", in_list=True)] = ""
    corrections: Annotated[int, Field("To correct", in_list=True)] = 0
    percent: Annotated[int, Field("To correct, %")] = 0
    clock: Annotated[bool, Field("Clock wrong")] = False
    clock_days: Annotated[int, Field("Clock (days)")] = 0
    program: Annotated[str, Field("Program")] = ""
    contact: Annotated[str, Field("Whom to call", in_list=True)] = ""
    phone: Annotated[str, Field("Phone", in_list=True)] = ""


class _WordsLine(msgspec.Struct, frozen=True):
    name: Annotated[Name, Field("Centre name", in_list=True)] = Name()
    csc_id: Annotated[str, Field("Centre ID", in_list=True)] = ""
    letter: Annotated[str, Field("Letter", in_list=True)] = ""
    contact: Annotated[str, Field("Whom to call", in_list=True)] = ""
    phone: Annotated[str, Field("Phone", in_list=True)] = ""
    words: Annotated[str, Field("Six words", in_list=True)] = ""
    file: Annotated[str, Field("File")] = ""


def health_list(
    centres: Sequence[CentreShown],
    place_of: NameOf,
    suffix: str,
    language: Language,
    printed_at: datetime,
    *,
    practice: bool,
) -> bytes:
    """How the centres stand, in the order given, as one of catalogue.FORMATS. InvalidInput 'format' else."""
    lines = [_health_line(one, place_of) for one in centres]
    return _as(suffix, HEALTH, _HealthLine, lines, language, printed_at, (), practice)


def words_list(
    made: Sequence[PackMade],
    contacts: dict[int, Contact],
    suffix: str,
    language: Language,
    printed_at: datetime,
    *,
    practice: bool,
    until: date | None = None,
) -> bytes:
    """The words of packs, to be told by telephone. contacts: by centre; until: last day of the programme."""
    about = [_KEEP_APART]
    if until is not None:
        about.append(Text("The programme runs until {date}.", date=until))
    lines = [
        _WordsLine(
            Name(one.centre.name_hi, one.centre.name_en),
            one.centre.csc_id,
            one.letter,
            contacts.get(one.centre.number, Contact()).name,
            contacts.get(one.centre.number, Contact()).phone,
            one.words,
            one.path.name,
        )
        for one in made
    ]
    return _as(suffix, WORDS, _WordsLine, lines, language, printed_at, about, practice)


def _health_line(one: CentreShown, place_of: NameOf) -> _HealthLine:
    centre, health = one.centre, one.health
    return _HealthLine(
        Name(centre.name_hi, centre.name_en),
        centre.csc_id,
        place_of(centre.place_key),
        health.last_at.astimezone(INDIA).date() if health.last_at else None,
        health.last_batch,
        "" if health.silent is None else str(health.silent),
        ", ".join(map(str, health.missing)),
        health.corrections,
        health.percent,
        health.clock_wrong,
        health.clock_days,
        health.program,
        one.contact.name,
        one.contact.phone,
    )


def _as(
    suffix: str,
    title: Text,
    kind: type[msgspec.Struct],
    lines: Iterable[msgspec.Struct],
    language: Language,
    printed_at: datetime,
    about: Sequence[Text],
    practice: bool,
) -> bytes:
    match suffix:
        case ".pdf":
            return register(title, kind, lines, language, printed_at, about=about, practice=practice)
        case ".xlsx":
            return workbook(title, kind, lines, language)
        case ".csv":
            return csv_text(kind, lines, language)
    raise InvalidInput(
        Text("A report cannot be had as {suffix}.", suffix=suffix or "?"),
        Text("The endings are: {endings}.", endings=" ".join(FORMATS)),
        "format",
    )
