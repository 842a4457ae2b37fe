"""Consent of a person: on which notice it was given, what goes when it is refused, how it is withdrawn.

(DPDP Act 2023, sections 5, 6 and 9; domain reference 4.3. Training never depends on it.)
"""

from datetime import date
from typing import TypeVar

from msgspec.structs import replace

from fieldapp.domain.codes import Consent
from fieldapp.domain.fields import Name, Ref
from fieldapp.domain.records import Activity, Person, Record, RosterRow

P = TypeVar("P", RosterRow, Person)


def lacks_notice(record: Record) -> bool:
    """Whether somebody in a record has agreed, and it is not yet said to which notice."""
    if isinstance(record, Activity):
        return any(map(_agreed_to_none, record.rows))
    return isinstance(record, Person) and _agreed_to_none(record)


def with_notice(record: Record, before: Record | None, version: int) -> Record:
    """The record with the notice's version where consent was given since `before`.

    What stood there before without a version keeps none: nobody knows to what those people agreed.
    """
    if isinstance(record, Activity):
        old = {row.row: row for row in before.rows} if isinstance(before, Activity) else {}
        rows = tuple(_noted(row, old.get(row.row), version) for row in record.rows)
        return replace(record, rows=rows)
    if isinstance(record, Person):
        return _noted(record, before if isinstance(before, Person) else None, version)
    return record


def _agreed_to_none(one: RosterRow | Person) -> bool:
    return one.consent == Consent.YES and not one.notice_version


def _noted(one: P, before: P | None, version: int) -> P:
    agreed_before = before is not None and before.consent == Consent.YES
    if agreed_before or not _agreed_to_none(one):
        return one
    return replace(one, notice_version=version)


def anonymous(row: RosterRow) -> RosterRow:
    """The row of somebody who refused: counted, without name, mobile number or whatever else names them."""
    return replace(
        row,
        consent=str(Consent.NO),
        notice_version=0,
        anonymous=True,
        person=Ref(""),
        name=Name(),
        relation=Name(),
        mobile="",
        guardian="",
        guardian_relation="",
    )


def withdrawn(person: Person, day: date) -> Person:
    """The person after taking consent back on that day."""
    return replace(person, consent=str(Consent.NO), consent_withdrawn=day)
