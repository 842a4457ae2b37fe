"""Findings: what several records of a head office together say that somebody ought to look at.

They are looked for while received records are indexed (search_index), in the same slices: each lookup
follows an index, so that a million people cost what a few do. What was found is kept by its key, with what
people said about it; whether it still holds is looked at again whenever one of its records changes, and a
finding whose cause is gone is hidden, not forgotten. Rules: domain/findings.py.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.fields import Name
from fieldapp.domain.findings import FindingKind, FindingState, Settlement, person_keys
from fieldapp.storage import aliases, journal, state
from fieldapp.storage.database import slices, stamp, utc_now
from fieldapp.storage.finding_causes import CAUSES, Cause, Named
from fieldapp.storage.search_words import Heading, ask
from fieldapp.storage.state import HQ_CENTRE
from fieldapp.storage.tables import (
    finding_places,
    findings,
    record_table,
    revisions,
    search_records,
)
from fieldapp.storage.tables import person_keys as keys

MOST_CENTRES = 6
"""A key that people of more centres share says nothing about any of them."""


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
        _keep(tx, named, CAUSES[named.kind](tx, named))


def about_people(tx: Connection, ids: Collection[str]) -> Iterator[Named]:
    """The findings about these people and about everybody who is one with them now."""
    asked, found = {*ids, *aliases.aliases(tx, ids).values()}, set[str]()
    while asked:
        found |= asked
        asked = {under for one in asked for under in aliases.put_under(tx, one)} - found
    return _linked(tx, [bytes.fromhex(one) for one in found])


def look_at_file(tx: Connection, file: str) -> None:
    """See whether the clock of an imported file is in doubt. file: its SHA-256 in hex."""
    if state.read(tx, "centre") == str(HQ_CENTRE):
        look_again(tx, [Named(FindingKind.CLOCK, file)])


def _linked(tx: Connection, records: Collection[bytes]) -> Iterator[Named]:
    for part in slices(records):
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
    """What the decisions among these records speak of; of one that was taken back, what it spoke of."""
    ids = [head.id for head in heads if head.type == "decision"]
    gone = [head.id for head in heads if head.type == "decision" and head.deleted]
    before = [record for one in gone for record in _said(tx, one)]
    table = record_table("decision")
    rows = tx.execute(
        sa.select(table.c.about, table.c.other, table.c.about_in).where(table.c.id.in_(ids))
    ).fetchall()
    return [*before, *(bytes(one) for row in rows for one in row if one is not None)]


def _said(tx: Connection, decision: bytes) -> Iterator[bytes]:
    """Whom the older states of a decision speak of: its tombstone came from elsewhere and says nothing."""
    for one, _ in journal.held_of(tx, decision):
        content = one.content().get("f", {})
        found = (content.get(name) for name in ("about", "other", "about_in"))
        yield from (bytes.fromhex(record) for record in found if record)


# ---------------------------------------------------------------- the keys of people


def _forget_keys(tx: Connection, numbers: Sequence[int]) -> None:
    for part in slices(numbers):
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
    for part in slices(sorted(fresh)):
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


# ---------------------------------------------------------------- receipt numbers and forks


def _repeated(tx: Connection, heads: Sequence[Heading]) -> Iterator[Named]:
    """Receipt numbers of these activities that stand at another payment too."""
    tries, other = record_table("activity_rows_tries"), record_table("activity_rows_tries").alias("other")
    elsewhere = sa.or_(
        other.c.id != tries.c.id, other.c["row"] != tries.c["row"], other.c.slot != tries.c.slot
    )
    for centre, part in _by_centre(heads):
        rows = tx.execute(
            sa.select(tries.c.reference_number)
            .distinct()
            .join(other, other.c.reference_number == tries.c.reference_number)
            .where(tries.c.centre == centre, tries.c.id.in_(part), tries.c.reference_number != "")
            .where(elsewhere)
        )
        for (number,) in rows:
            yield Named(FindingKind.REPEATED_RECEIPT, number)


def _forked(tx: Connection, heads: Sequence[Heading]) -> Iterator[Named]:
    for centre, part in _by_centre(heads):
        rows = tx.execute(
            sa.select(revisions.c.id)
            .where(revisions.c.centre == centre, revisions.c.id.in_(part), revisions.c.leaf == 1)
            .group_by(revisions.c.id)
            .having(sa.func.count() > 1)
        )
        for row in rows:
            yield Named(FindingKind.FORK, bytes(row.id).hex())


def _by_centre(heads: Sequence[Heading]) -> Iterator[tuple[int, list[bytes]]]:
    """A centre and ids of its records, as many as a statement takes: every key begins with the centre."""
    by_centre: dict[int, list[bytes]] = {}
    for head in heads:
        by_centre.setdefault(head.centre, []).append(head.id)
    for centre, ids in by_centre.items():
        for part in slices(ids):
            yield centre, part


# ---------------------------------------------------------------- keeping

_BY_DECISION = (str(Settlement.ONE_PERSON), str(Settlement.VERSION_CHOSEN), str(Settlement.DIFFERENT_PEOPLE))


_KEPT = sa.select(findings).where(findings.c.id == sa.bindparam("id"))


def _keep(tx: Connection, named: Named, cause: Cause | None) -> None:
    before = tx.execute(_KEPT, {"id": named.id}).first()
    if before is None and cause is None:
        return
    own, now = findings.c.id == named.id, stamp(utc_now())
    forgotten = cause is None and _is_of_erased(tx, named)
    tx.execute(finding_places.delete().where(finding_places.c.finding == named.id))
    if cause is not None and cause.records:
        places = [{"record": one, "finding": named.id} for one in sorted(cause.records)]
        tx.execute(finding_places.insert(), places)
    if before is None:
        standing = FindingState.SETTLED if cause and cause.settled else FindingState.OPEN
        first = {"live": 1, "state": standing, "reason": cause.settled if cause else "", "at": now}
        tx.execute(findings.insert().values(id=named.id, **named._asdict(), **first, found_at=now))
        return
    if forgotten:
        tx.execute(findings.delete().where(own))
        return
    changed = _changed(before, cause, now)
    if changed:
        tx.execute(findings.update().where(own).values(changed))


def _is_of_erased(tx: Connection, named: Named) -> bool:
    """Whether something was erased in a record that a finding is about: its key may be what was erased."""
    about = sa.select(finding_places.c.record).where(finding_places.c.finding == named.id)
    ids = [bytes(one).hex() for one in tx.execute(about).scalars()]
    return bool(journal.let_go_among(tx, ids))


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
