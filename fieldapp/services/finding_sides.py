"""The two sides of a finding, or more, as they are looked at beside each other: labelled values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.fields import Field, Kind, field, fields, in_key_order
from fieldapp.domain.findings import ClockDoubt, FindingKind
from fieldapp.domain.records import TYPE_LABELS, Activity, PaymentTry, Record, RosterRow, type_name
from fieldapp.domain.text import Text
from fieldapp.services.amending import record_of
from fieldapp.storage import finding_causes, forks, journal, queries, records, state
from fieldapp.storage.database import instant
from fieldapp.storage.finding_causes import Named
from fieldapp.storage.known_people import KnownPerson
from fieldapp.storage.state import Centre
from fieldapp.storage.tables import inbox_files, record_directory

MOST_SIDES = 4
"""More places than this of one receipt number are counted, not shown."""

_MOST_SESSIONS = 6
_OF_A_PERSON = ("name", "relation", "gender", "age", "category", "village", "mobile")


@dataclass(frozen=True, slots=True)
class Line:
    """A value and what it is called. field: in whose words it is shown; None: the value is its own words."""

    label: Text
    value: Any
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One side. type, record, path: where it stands; rev: of one version of a fork.

    people: everybody who stands on this side; stands: this version is the one that is shown now.
    """

    centre: Centre
    lines: tuple[Line, ...]
    type: str = ""
    record: str = ""
    path: str = ""
    rev: str = ""
    stands: bool = False
    people: tuple[KnownPerson, ...] = ()


def sides_of(tx: Connection, named: Named) -> tuple[Side, ...]:
    """The sides of a finding, () where its cause is gone."""
    return _SIDES[named.kind](tx, named)


def words_of(tx: Connection, named: Named) -> tuple[Text | Any, ...]:
    """What a finding is about in a list: pieces, each a Text, a Name or a plain word."""
    match named.kind:
        case FindingKind.SAME_PERSON:
            one, two = finding_causes.people_of(tx, named)
            return (one[0].name, two[0].name) if one and two else ()
        case FindingKind.FORK:
            held = records.find(tx, named.key)
            return _called(held.record) if held else ()
        case FindingKind.CLOCK:
            doubt = finding_causes.doubt_of(tx, named.key)
            return (ClockDoubt.words(doubt),) if doubt else ()
    return (named.key,)


def centres_of(tx: Connection, named: Named) -> tuple[Centre, ...]:
    """The centres a finding is about, each once."""
    match named.kind:
        case FindingKind.SAME_PERSON:
            numbers = [named.one, named.two]
        case FindingKind.FORK:
            own = record_directory.c.id == bytes.fromhex(named.key)
            numbers = [tx.execute(sa.select(record_directory.c.centre).where(own)).scalar_one()]
        case FindingKind.CLOCK:
            file = inbox_files.c.sha256 == bytes.fromhex(named.key)
            numbers = [tx.execute(sa.select(inbox_files.c.centre).where(file)).scalar_one()]
        case _:
            numbers = [use.centre for use in finding_causes.uses_of(tx, named.key)]
    return tuple(state.centre(tx, number) for number in dict.fromkeys(numbers))


def _called(record: Record) -> tuple[Any, ...]:
    """What a record is known by: its type, and the first field in lists that says something."""
    word = TYPE_LABELS[type_name(record)]
    if isinstance(record, Activity):
        return (word, record.printed_number)
    listed = (getattr(record, one.name) for one in fields(type(record)) if one.in_list)
    return (word, next((str(one) for one in listed if one), ""))


# ---------------------------------------------------------------- one person at two centres


def _people(tx: Connection, named: Named) -> tuple[Side, ...]:
    found = finding_causes.people_of(tx, named)
    if not all(found):
        return ()
    return tuple(
        _person_side(tx, centre, people) for centre, people in zip((named.one, named.two), found, strict=True)
    )


def _person_side(tx: Connection, centre: int, people: Sequence[KnownPerson]) -> Side:
    """Who it is by their record, else by the words of the newest row."""
    shown = next((one for one in people if not one.activity), people[0])
    own = [(field(RosterRow, name), getattr(shown, name)) for name in _OF_A_PERSON]
    lines = [Line(Text(one.label), value, one) for one, value in own]
    sessions = queries.held_by_id(tx, "activity", {one.activity for one in people if one.activity})
    newest = sorted(sessions.values(), key=lambda held: str(held.record.start_date or ""), reverse=True)
    said = [f"{one.record.printed_number} ({_day(one.record.start_date)})" for one in newest[:_MOST_SESSIONS]]
    lines.append(Line(Text("Sessions"), ", ".join(said) + (" …" if len(newest) > _MOST_SESSIONS else "")))
    where = (
        ("activity", shown.activity, f"rows/{shown.row}") if shown.activity else ("person", shown.person, "")
    )
    return Side(state.centre(tx, centre), tuple(lines), *where, people=tuple(people))


def _day(value: Any) -> str:
    return f"{value:%d-%m-%Y}" if value else "–"


# ---------------------------------------------------------------- a receipt number at two payments


def _payments(tx: Connection, named: Named) -> tuple[Side, ...]:
    sides = []
    for use in finding_causes.uses_of(tx, named.key)[:MOST_SIDES]:
        activity = records.get(tx, use.activity).record
        row = activity.row(use.row) if isinstance(activity, Activity) else None
        if not isinstance(activity, Activity) or row is None:
            continue
        tried = [one for one in row.tries if one.reference_number == named.key and one.slot == use.slot]
        lines = (
            Line(Text("Session"), activity.printed_number),
            _line(activity, "start_date"),
            _line(activity, "place"),
            *(_line(row, name) for name in ("name", "relation", "village")),
            *(_line(tried[-1], name) for name in ("slot", "mode", "amount_paise", "result", "at")),
        )
        centre = state.centre(tx, use.centre)
        sides.append(Side(centre, lines, "activity", use.activity, _path(row, tried[-1])))
    return tuple(sides)


def _path(row: RosterRow, tried: PaymentTry) -> str:
    return f"rows/{row.row}/tries/{row.tries.index(tried) + 1}/reference_number"


def _line(item: msgspec.Struct, name: str) -> Line:
    one = field(type(item), name)
    return Line(Text(one.label), getattr(item, name), one)


# ---------------------------------------------------------------- two versions of a record


def _versions(tx: Connection, named: Named) -> tuple[Side, ...]:
    """The leaves, the one that is shown first; only what differs, and who wrote each when."""
    held = records.find(tx, named.key)
    leaves = forks.leaves(tx, named.key)
    if held is None or len(leaves) < 2:
        return ()
    order = sorted(leaves, key=lambda rev: (rev != held.rev, -len(leaves[rev]), rev))[:MOST_SIDES]
    key = bytes.fromhex(named.key)
    revisions = [one for rev in order if (one := journal.find(tx, held.centre, key, bytes.fromhex(rev)))]
    values = [_walked(record_of(one)) for one in revisions]
    paths = [
        path
        for path in dict.fromkeys(path for one in values for path in one)
        if len({_plain(one.get(path)) for one in values}) > 1
    ]
    sides = []
    for revision, own in zip(revisions, values, strict=True):
        lines = [
            Line(Text("Saved by"), revision.login),
            Line(Text("Saved at"), instant(revision.at) if revision.at else ""),
            Line(Text("Versions before it"), str(len(revision.ancestors))),
        ]
        if revision.op == "del":
            lines.append(Line(Text("Deleted"), Text("Yes")))
        lines += [_difference(path, own, values) for path in paths]
        where = (revision.type, named.key, "", revision.rev, revision.rev == held.rev)
        sides.append(Side(state.centre(tx, held.centre), tuple(lines), *where))
    return tuple(sides)


_Walked = dict[str, tuple[Field, Any, str]]
"""Field, value and printed row by path."""


def _walked(record: msgspec.Struct | None) -> _Walked:
    return {path: (one, value, row) for path, one, value, row in _walk(record, "", "")} if record else {}


def _walk(item: msgspec.Struct, before: str, row: str) -> Iterator[tuple[str, Field, Any, str]]:
    for one in fields(type(item)):
        value = getattr(item, one.name)
        if one.kind is Kind.PARTS:
            key = getattr(one.part, "key_field", "")
            for n, part in enumerate(in_key_order(one, value), start=1):
                step = str(getattr(part, key) if key else n)
                yield from _walk(part, f"{before}{one.name}/{step}/", row or step)
        elif value != one.empty:
            yield before + one.name, one, value, row


def _plain(found: tuple[Field, Any, str] | None) -> str:
    return "" if found is None else repr(found[1])


def _difference(path: str, own: _Walked, every: Sequence[_Walked]) -> Line:
    one, _, row = next(values[path] for values in every if path in values)
    label = Text("Row {n}: {what}", n=row, what=Text(one.label)) if row else Text(one.label)
    return Line(label, own[path][1] if path in own else one.empty, one)


# ---------------------------------------------------------------- a clock in doubt


def _files(tx: Connection, named: Named) -> tuple[Side, ...]:
    """The file, and beside it the one before it in the log of the same computer."""
    own = finding_causes.file_of(tx, named.key)
    if own is None or not (doubt := finding_causes.doubt_of(tx, named.key)):
        return ()
    before = finding_causes.file_before(tx, own)
    centre = state.centre(tx, own.centre)
    sides = [Side(centre, (Line(Text("What is odd"), ClockDoubt.words(doubt)), *_file_lines(own)))]
    if before is not None:
        sides.append(
            Side(centre, (Line(Text("What is odd"), Text("The file before it")), *_file_lines(before)))
        )
    return tuple(sides)


def _file_lines(row: Any) -> Iterator[Line]:
    made = finding_causes.made_at(row.manifest)
    yield Line(Text("Batch"), str(row.batch))
    yield Line(Text("Made, by its clock"), made or "")
    yield Line(Text("Read here"), instant(row.read_at))


_SIDES = {
    str(FindingKind.SAME_PERSON): _people,
    str(FindingKind.REPEATED_RECEIPT): _payments,
    str(FindingKind.FORK): _versions,
    str(FindingKind.CLOCK): _files,
}
