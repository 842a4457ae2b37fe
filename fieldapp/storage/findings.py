"""Findings: what several records of a head office together say that somebody ought to look at.

They are looked for while received records are indexed (search_index), in the same slices: each lookup
follows an index, so that a million people cost what a few do. What was found is kept by its key, with what
people said about it; whether it still holds is looked at again whenever one of its records changes, and a
finding whose cause is gone is hidden, not forgotten. Rules: domain/findings.py.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import combinations
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.fields import Name
from fieldapp.domain.findings import FindingKind, FindingState, Settlement, clock_doubt, person_keys
from fieldapp.storage import aliases, forks, known_people, state
from fieldapp.storage.database import instant, stamp, utc_now
from fieldapp.storage.finding import Spot
from fieldapp.storage.known_people import KnownPerson
from fieldapp.storage.search_words import Heading, ask
from fieldapp.storage.state import HQ_CENTRE
from fieldapp.storage.tables import (
    finding_places,
    findings,
    inbox_files,
    nodes,
    record_heads,
    record_table,
    revisions,
    search_records,
)
from fieldapp.storage.tables import person_keys as keys

_SLICE = 400
MOST_CENTRES = 6
"""A key that people of more centres share says nothing about any of them."""

MOST_ROWS = 60
"""So many rows of one key are compared; a trainee who came more often is seen by these."""


class Named(NamedTuple):
    """What a finding is known by. key: a number, a receipt number, a record id or a file's hash.

    one, two: home-local numbers of the two centres of a person; 0 for other kinds.
    """

    kind: str
    key: str
    one: int = 0
    two: int = 0

    @property
    def id(self) -> bytes:
        """16 bytes that are the same whenever and wherever it is found."""
        return sha256("\0".join(map(str, ("fieldapp-finding-1", *self))).encode()).digest()[:16]


@dataclass(frozen=True, slots=True)
class Cause:
    """That a finding holds now. records: ids of those it is about; settled: a decision says what is so."""

    records: frozenset[bytes] = frozenset()
    settled: str = ""


# ---------------------------------------------------------------- looking, while records are indexed


def refresh(tx: Connection, numbers: dict[bytes, int], heads: Sequence[Heading], gone: Iterable[int]) -> None:
    """Look at records that came or changed. numbers: theirs in the index; gone: of those taken out again.

    Nothing is looked for but at a head office.
    """
    if state.read(tx, "centre") != str(HQ_CENTRE):
        return
    wanted = set(_linked(tx, [*numbers, *_decided(tx, heads)]))
    for n in gone:
        wanted.update(_of_number(tx, n))
    _forget_keys(tx, [*numbers.values(), *gone])
    live = [head for head in heads if not head.deleted]
    fresh = _write_keys(tx, numbers, live)
    wanted.update(_shared_keys(tx, fresh))
    wanted.update(_repeated(tx, [head for head in live if head.type == "activity"]))
    wanted.update(_forked(tx, heads))
    look_again(tx, wanted)


def look_again(tx: Connection, wanted: Iterable[Named]) -> None:
    """See whether each of these holds now, and keep what is so."""
    for named in sorted(wanted):
        _keep(tx, named, _CAUSES[named.kind](tx, named))


def look_at_file(tx: Connection, file: str) -> None:
    """See whether the clock of an imported file is in doubt. file: its SHA-256 in hex."""
    if state.read(tx, "centre") == str(HQ_CENTRE):
        look_again(tx, [Named(FindingKind.CLOCK, file)])


def about_people(tx: Connection, ids: Collection[str], sessions: Collection[str]) -> None:
    """Look again, after a decision, at what was found about people: ids of theirs and of their sessions."""
    look_again(tx, _linked(tx, [bytes.fromhex(one) for one in (*ids, *sessions)]))


def _linked(tx: Connection, records: Collection[bytes]) -> Iterator[Named]:
    for part in _slices(list(records)):
        rows = tx.execute(
            sa.select(findings.c.kind, findings.c.key, findings.c.one, findings.c.two)
            .distinct()
            .join(finding_places, finding_places.c.finding == findings.c.id)
            .where(finding_places.c.record.in_(part))
        )
        yield from (Named(*row) for row in rows)


def _of_number(tx: Connection, n: int) -> Iterator[Named]:
    """The findings about a record that is here no more; the index still knows its number."""
    key = tx.execute(sa.select(search_records.c.id).where(search_records.c.n == n)).scalar()
    return _linked(tx, [bytes(key)]) if key is not None else iter(())


def _decided(tx: Connection, heads: Sequence[Heading]) -> list[bytes]:
    """What the decisions among these records speak of; of one that is gone its words are still here."""
    ids = [head.id for head in heads if head.type == "decision"]
    table = record_table("decision")
    rows = tx.execute(
        sa.select(table.c.about, table.c.other, table.c.about_in).where(table.c.id.in_(ids))
    ).fetchall()
    return [bytes(one) for row in rows for one in row if one is not None]


# ---------------------------------------------------------------- the keys of people


def _forget_keys(tx: Connection, numbers: Sequence[int]) -> None:
    for part in _slices(numbers):
        tx.execute(keys.delete().where(keys.c.record.in_(part)))


def _write_keys(tx: Connection, numbers: dict[bytes, int], heads: Sequence[Heading]) -> set[int]:
    rows: list[dict[str, int]] = []
    for head in heads:
        for row, found in _keys_of(tx, head):
            rows += [{"key": one, "record": numbers[head.id], "row": row} for one in found]
    if rows:
        tx.execute(keys.insert(), rows)
    return {row["key"] for row in rows}


_WORDS = "name_hi, name_en, relation_hi, relation_en, village_words, mobile"


def _keys_of(tx: Connection, head: Heading) -> Iterator[tuple[int, frozenset[int]]]:
    """(row, keys) of everybody with a name in a record; row 0 for a person of their own."""
    where = "WHERE centre = {0} AND id = {0}"
    if head.type == "person":
        sql = f"SELECT 0, {_WORDS} FROM person {where}"  # noqa: S608 - our own names
    elif head.type == "activity":
        sql = f'SELECT "row", {_WORDS} FROM activity_rows {where} AND struck = 0 AND anonymous = 0'  # noqa: S608
    else:
        return
    for row, hi, en, of_hi, of_en, village, mobile in ask(tx, sql, (head.centre, head.id)):
        yield row, person_keys(Name(hi, en), Name(of_hi, of_en), village, mobile)


def _shared_keys(tx: Connection, fresh: Collection[int]) -> Iterator[Named]:
    """The keys under which people of several centres stand, two centres at a time."""
    found: dict[int, set[int]] = {}
    for part in _slices(sorted(fresh)):
        shared = (
            sa.select(keys.c.key)
            .join(search_records, search_records.c.n == keys.c.record)
            .where(keys.c.key.in_(part))
            .group_by(keys.c.key)
            .having(sa.func.min(search_records.c.centre) != sa.func.max(search_records.c.centre))
        )
        rows = tx.execute(
            sa.select(keys.c.key, search_records.c.centre)
            .distinct()
            .join(search_records, search_records.c.n == keys.c.record)
            .where(keys.c.key.in_(shared))
        )
        for key, centre in rows:
            found.setdefault(key, set()).add(centre)
    for key, centres in found.items():
        if len(centres) <= MOST_CENTRES:
            for one, two in combinations(sorted(centres), 2):
                yield Named(FindingKind.SAME_PERSON, str(key), one, two)


def people_of(tx: Connection, named: Named) -> tuple[list[KnownPerson], list[KnownPerson]]:
    """Who stands under a key at each of the two centres, whoever was merged as themselves."""
    rows = tx.execute(
        sa.select(keys.c.record, keys.c.row, search_records.c.centre)
        .join(search_records, search_records.c.n == keys.c.record)
        .where(keys.c.key == int(named.key), search_records.c.centre.in_((named.one, named.two)))
        .order_by(keys.c.record, keys.c.row)
        .limit(MOST_ROWS)
    ).fetchall()
    spots = [Spot(0, row.record, row.row) for row in rows]
    sides: dict[int, list[KnownPerson]] = {named.one: [], named.two: []}
    for row, spot in zip(rows, spots, strict=True):
        sides[row.centre] += known_people.words_at(tx, [spot], 0)
    return sides[named.one], sides[named.two]


def _same_person(tx: Connection, named: Named) -> Cause | None:
    """Holds unless their genders differ, or another key of the two, their mobile, says the same already."""
    one, two = people_of(tx, named)
    if not one or not two or _contradict(one, two) or _is_said_by_mobile(named, one, two):
        return None
    everybody = [*one, *two]
    ids = _ids(everybody)
    standing = aliases.aliases(tx, ids)
    roots = {standing.get(each, each) for each in ids}
    settled = ""
    if len(roots) == 1:
        settled = Settlement.ONE_PERSON
    elif aliases.last_said_among(tx, *map(_ids, (one, two))) == DecisionKind.DIFFERENT_PEOPLE:
        settled = Settlement.DIFFERENT_PEOPLE
    records = {bytes.fromhex(person.activity or person.person) for person in everybody}
    return Cause(frozenset(records | {bytes.fromhex(each) for each in ids}), settled)


def _ids(side: Sequence[KnownPerson]) -> set[str]:
    return {person.person for person in side}


def _contradict(one: Sequence[KnownPerson], two: Sequence[KnownPerson]) -> bool:
    first, second = ({person.gender for person in side if person.gender} for side in (one, two))
    return bool(first and second and not first & second)


def _is_said_by_mobile(named: Named, one: Sequence[KnownPerson], two: Sequence[KnownPerson]) -> bool:
    shared = {person.mobile for person in one if person.mobile} & {person.mobile for person in two}
    by_mobile = {
        str(key)
        for person in one
        if person.mobile in shared
        for key in person_keys(person.name, Name(), "", person.mobile)
    }
    return bool(by_mobile) and named.key not in by_mobile


# ---------------------------------------------------------------- receipt numbers, forks, clocks


def _repeated(tx: Connection, heads: Sequence[Heading]) -> Iterator[Named]:
    """Receipt numbers of these activities that stand at another payment too."""
    tries, other = record_table("activity_rows_tries"), record_table("activity_rows_tries").alias("other")
    elsewhere = sa.or_(
        other.c.id != tries.c.id, other.c["row"] != tries.c["row"], other.c.slot != tries.c.slot
    )
    by_centre: dict[int, list[bytes]] = {}
    for head in heads:
        by_centre.setdefault(head.centre, []).append(head.id)
    for centre, ids in by_centre.items():
        for part in _slices(ids):
            rows = tx.execute(
                sa.select(tries.c.reference_number)
                .distinct()
                .join(other, other.c.reference_number == tries.c.reference_number)
                .where(tries.c.centre == centre, tries.c.id.in_(part), tries.c.reference_number != "")
                .where(elsewhere)
            )
            for (number,) in rows:
                yield Named(FindingKind.REPEATED_RECEIPT, number)


class Use(NamedTuple):
    """A payment at which a receipt number stands; of several tries for it, one."""

    centre: int
    activity: str
    row: int
    slot: int


def uses_of(tx: Connection, number: str) -> list[Use]:
    """The payments at which a receipt number stands, the newest session first; struck rows count nowhere."""
    tries, rows, activity = (record_table(f"activity{one}") for one in ("_rows_tries", "_rows", ""))
    same = [tries.c.centre == rows.c.centre, tries.c.id == rows.c.id, tries.c["row"] == rows.c["row"]]
    head = (record_heads.c.centre == tries.c.centre) & (record_heads.c.id == tries.c.id)
    found = tx.execute(
        sa.select(activity.c.start_date, tries.c.centre, tries.c.id, tries.c["row"], tries.c.slot)
        .distinct()
        .join_from(tries, rows, sa.and_(*same))
        .join(record_heads, head)
        .join(activity, (activity.c.centre == tries.c.centre) & (activity.c.id == tries.c.id))
        .where(tries.c.reference_number == number, record_heads.c.deleted == 0, rows.c.struck == 0)
        .order_by(activity.c.start_date.desc(), tries.c.id, tries.c["row"], tries.c.slot)
    )
    return [Use(centre, bytes(key).hex(), row, slot) for _, centre, key, row, slot in found]


def _repeated_receipt(tx: Connection, named: Named) -> Cause | None:
    uses = uses_of(tx, named.key)
    if len(uses) < 2:
        return None
    return Cause(frozenset(bytes.fromhex(use.activity) for use in uses))


def _forked(tx: Connection, heads: Sequence[Heading]) -> Iterator[Named]:
    by_centre: dict[int, list[bytes]] = {}
    for head in heads:
        by_centre.setdefault(head.centre, []).append(head.id)
    for centre, ids in by_centre.items():
        for part in _slices(ids):
            rows = tx.execute(
                sa.select(revisions.c.id)
                .where(revisions.c.centre == centre, revisions.c.id.in_(part), revisions.c.leaf == 1)
                .group_by(revisions.c.id)
                .having(sa.func.count() > 1)
            )
            for row in rows:
                yield Named(FindingKind.FORK, bytes(row.id).hex())


def _fork(tx: Connection, named: Named) -> Cause | None:
    leaves = forks.leaves(tx, named.key)
    if len(leaves) < 2:
        return None
    chosen = forks.chosen(tx, named.key, leaves)
    settled = Settlement.VERSION_CHOSEN if chosen else ""
    return Cause(frozenset({bytes.fromhex(named.key)}), settled)


class _Clock(msgspec.Struct):
    now: str = ""
    suspect: bool = False


class _Said(msgspec.Struct):
    """What is asked of a file's manifest here."""

    clock: _Clock = msgspec.field(default_factory=_Clock)


def _clock(tx: Connection, named: Named) -> Cause | None:
    return Cause() if doubt_of(tx, named.key) else None


def doubt_of(tx: Connection, file: str) -> str:
    """Why the clock of an imported file is in doubt: a `ClockDoubt`, or ''. file: its SHA-256 in hex."""
    row = file_of(tx, file)
    made = made_at(row.manifest) if row is not None else None
    if row is None or made is None:
        return ""
    before = file_before(tx, row)
    last = made_at(before.manifest) if before is not None else None
    return clock_doubt(made, instant(row.read_at), last, said=_clock_in(row.manifest).suspect)


_FILES = (
    sa.select(
        inbox_files.c.manifest, inbox_files.c.read_at, inbox_files.c.base_n, inbox_files.c.batch,
        inbox_files.c.centre, nodes.c.node,
    )
    .join(nodes, nodes.c.key == inbox_files.c.key)
    .where(inbox_files.c.applied_at != "")
)  # fmt: skip


def file_of(tx: Connection, file: str) -> Any:
    """The row of an imported file, None for any other. file: its SHA-256 in hex."""
    return tx.execute(_FILES.where(inbox_files.c.sha256 == bytes.fromhex(file))).first()


def file_before(tx: Connection, row: Any) -> Any:
    """The row of the imported file that lies last before another one in the log of the same computer."""
    earlier = (inbox_files.c.to_n <= (row.base_n or 0), inbox_files.c.to_n > 0)
    statement = _FILES.where(nodes.c.node == row.node, *earlier).order_by(inbox_files.c.to_n.desc())
    return tx.execute(statement.limit(1)).first()


def made_at(manifest: str) -> datetime | None:
    """When a file was made by the clock of its computer; None where it does not say so."""
    try:
        return instant(_clock_in(manifest).now)
    except ValueError:
        return None


def _clock_in(manifest: str) -> _Clock:
    return msgspec.json.decode(manifest, type=_Said).clock


_CAUSES = {
    str(FindingKind.SAME_PERSON): _same_person,
    str(FindingKind.REPEATED_RECEIPT): _repeated_receipt,
    str(FindingKind.FORK): _fork,
    str(FindingKind.CLOCK): _clock,
}


# ---------------------------------------------------------------- keeping

_BY_DECISION = (str(Settlement.ONE_PERSON), str(Settlement.VERSION_CHOSEN), str(Settlement.DIFFERENT_PEOPLE))


def _keep(tx: Connection, named: Named, cause: Cause | None) -> None:
    own = findings.c.id == named.id
    before = tx.execute(sa.select(findings).where(own)).first()
    if before is None and cause is None:
        return
    now = stamp(utc_now())
    tx.execute(finding_places.delete().where(finding_places.c.finding == named.id))
    if cause is not None and cause.records:
        places = [{"record": one, "finding": named.id} for one in sorted(cause.records)]
        tx.execute(finding_places.insert(), places)
    if before is None:
        standing = FindingState.SETTLED if cause and cause.settled else FindingState.OPEN
        first = {"live": 1, "state": standing, "reason": cause.settled if cause else "", "at": now}
        tx.execute(findings.insert().values(id=named.id, **named._asdict(), **first, found_at=now))
        return
    changed = _changed(before, cause, now)
    if changed:
        tx.execute(findings.update().where(own).values(changed))


def _changed(before: Any, cause: Cause | None, now: str) -> dict[str, object]:
    """What is another thing now about a finding that was kept."""
    live = int(cause is not None)
    found: dict[str, object] = {} if before.live == live else {"live": live}
    if cause is None:
        return found
    if cause.settled and (before.state, before.reason) != (FindingState.SETTLED, cause.settled):
        found |= {"state": FindingState.SETTLED, "reason": cause.settled, "at": now}
    elif not cause.settled and before.state == FindingState.SETTLED and before.reason in _BY_DECISION:
        found |= {"state": FindingState.OPEN, "reason": "", "at": now}
    return found


def _slices(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for at in range(0, len(values), _SLICE):
        yield values[at : at + _SLICE]
