"""People as a centre thinks of them: Person records, and the trainees of rosters who have none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.storage.aliases import aliases
from fieldapp.storage.finding import Spot
from fieldapp.storage.search_words import ask
from fieldapp.storage.tables import head_of, record_heads, record_table


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as this home knows them: one who has a record, or as the words of a roster row say.

    person: their id, the same for both (domain.records.person_of_row). age: in years, 0 when it is not known.
    centre: home-local number. activity and row: where the words stand; '' and 0 for a record.
    """

    person: str
    name: Name
    relation: Name
    village: PlaceRef
    gender: str
    mobile: str
    category: str
    age: int
    centre: int
    activity: str
    row: int


@dataclass(frozen=True, slots=True)
class ReceiptUse:
    """Where a receipt number stands. number: the activity's, as printed; row: the never-reused row number."""

    activity: str
    number: str
    day: date | None
    row: int


def people_at(tx: Connection, spots: Sequence[Spot], year: int) -> list[KnownPerson]:
    """Who stands at these places, in their order; who has a record is shown by it. year: for ages.

    Who was merged into another is shown as that one. Where that one is not here (head office has called
    people of several centres one), those who are here still are one person: one of their records, or one of
    their rows under the id of the one who stands for them.
    """
    found = words_at(tx, spots, year)
    standing = aliases(tx, {one.person for one in found})
    shown: dict[str, KnownPerson] = {}
    for one in sorted(found, key=lambda one: bool(one.activity)):
        if root := standing.get(one.person):
            shown.setdefault(root, replace(one, person=root) if one.activity else one)
    records = _records(tx, (), shown, year) if shown else {}
    shown |= {root: records[root] for root in shown if root in records}
    return [shown.get(standing.get(one.person, one.person), one) for one in found]


def words_at(tx: Connection, spots: Sequence[Spot], year: int) -> list[KnownPerson]:
    """As `people_at`, whoever was merged as themselves."""
    rows = _rows_at(tx, [spot for spot in spots if spot.row])
    ids = {_person_of(row) for row in rows.values()}
    records = _records(tx, {spot.record for spot in spots if not spot.row}, ids, year)
    found = []
    for spot in spots:
        if spot.row == 0:
            known = records.get(spot.record)
        elif (row := rows.get((spot.record, spot.row))) is None:
            known = None
        else:
            known = records.get(_person_of(row)) or _from_row(row)
        if known is not None:
            found.append(known)
    return found


_ROW_COLUMNS = (
    "person",
    "name_hi",
    "name_en",
    "relation_hi",
    "relation_en",
    "village_key",
    "village_words",
    "gender",
    "mobile",
    "category",
)
_Row = tuple[Any, ...]
"""Record number, centre, activity id, row number, age, then _ROW_COLUMNS."""

_Records = dict[int | str, KnownPerson]
"""Person records by their number in the index and by their id."""


def _rows_at(tx: Connection, spots: Sequence[Spot]) -> dict[tuple[int, int], _Row]:
    if not spots:
        return {}
    values = ",".join(f"({spot.record},{spot.row})" for spot in spots)
    columns = ", ".join(f"a.{name}" for name in _ROW_COLUMNS)
    sql = (
        f'WITH w(n, "row") AS (VALUES {values}) '  # noqa: S608 - whole numbers and our own names
        f'SELECT w.n, r.centre, r.id, w."row", a.age, {columns} FROM w JOIN search_records r ON r.n = w.n '
        'JOIN activity_rows a ON a.centre = r.centre AND a.id = r.id AND a."row" = w."row"'
    )
    return {(row[0], row[3]): row for row in ask(tx, sql)}


def _person_of(row: _Row) -> str:
    picked = row[5]
    return bytes(picked).hex() if picked else canonical.person_id(bytes(row[2]).hex(), row[3])


def _from_row(row: _Row) -> KnownPerson:
    _, centre, activity, number, age, _, *said = row
    return _known(_person_of(row), said, age, centre, bytes(activity).hex(), number)


def _records(tx: Connection, numbers: Collection[int], ids: Collection[str], year: int) -> _Records:
    """The Person records with these numbers in the index or these ids, those that are not deleted."""
    columns = ", ".join(f"p.{name}" for name in _ROW_COLUMNS[1:])
    listed = ", ".join(map(str, numbers)) or "NULL"
    places = ", ".join(["{0}"] * len(ids)) or "NULL"
    sql = (
        f"SELECT r.n, r.id, r.centre, p.birth_year, {columns} FROM search_records r "  # noqa: S608 - our own names
        "JOIN person p ON p.centre = r.centre AND p.id = r.id "
        "JOIN record_heads h ON h.centre = r.centre AND h.id = r.id AND h.deleted = 0 "
        f"WHERE r.n IN ({listed}) OR r.id IN ({places})"
    )
    found: _Records = {}
    for n, key, centre, born, *said in ask(tx, sql, [bytes.fromhex(one) for one in ids]):
        age = max(0, year - born) if born else 0
        known = _known(bytes(key).hex(), said, age, centre, "", 0)
        found[n] = found[known.person] = known
    return found


def _known(person: str, said: Sequence[str], age: int, centre: int, activity: str, row: int) -> KnownPerson:
    name_hi, name_en, relation_hi, relation_en, key, words, gender, mobile, category = said
    return KnownPerson(
        person=person,
        name=Name(name_hi, name_en),
        relation=Name(relation_hi, relation_en),
        village=PlaceRef(key, words),
        gender=gender,
        mobile=mobile,
        category=category,
        age=age,
        centre=centre,
        activity=activity,
        row=row,
    )


def receipts(tx: Connection, reference: str) -> tuple[ReceiptUse, ...]:
    """Where a receipt number stands in activities that are not deleted, the newest first."""
    tries, activity = record_table("activity_rows_tries"), record_table("activity")
    rows = tx.execute(
        sa.select(activity.c.id, activity.c.number, activity.c.letter, activity.c.start_date, tries.c.row)
        .distinct()
        .join_from(tries, activity, (activity.c.centre == tries.c.centre) & (activity.c.id == tries.c.id))
        .join(record_heads, head_of(activity))
        .where(tries.c.reference_number == reference, record_heads.c.deleted == 0)
        .order_by(activity.c.start_date.desc(), activity.c.id, tries.c.row)
    )
    return tuple(
        ReceiptUse(
            activity=bytes(row.id).hex(),
            number=f"{row.number:04d}-{row.letter or 'Z'}",
            day=date.fromisoformat(row.start_date) if row.start_date else None,
            row=row.row,
        )
        for row in rows
    )
