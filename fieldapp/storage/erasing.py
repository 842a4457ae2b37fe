"""Erasing people: whom decisions name, under which ids, and where they stand.

Whom a decision names stays named for ever: a copy that was put back, or a session that comes later, is
emptied by the same look (storage.emptying).
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical
from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.fields import Ref
from fieldapp.domain.records import HIGHEST_ROW, Activity, Decision
from fieldapp.storage import aliases, records, sealing
from fieldapp.storage.database import slices
from fieldapp.storage.records import Typed
from fieldapp.storage.state import HQ_CENTRE
from fieldapp.storage.tables import changes, head_of, record_directory, record_heads, record_table

People = dict[str, str]
"""Ids of people, each with the session in whose roster somebody without a record stands, '' for a record."""

_AN_ID = re.compile(r"\b[0-9a-f]{32}\b")
_ERASE = str(DecisionKind.ERASE_PERSON)


@cache
def _asked() -> sa.Select[tuple[bytes, bytes | None, str, int, int | None]]:
    """Every file and receipt asks; building it takes longer than the answer."""
    decision = record_table("decision")
    said, whom = record_directory.alias("said"), record_directory.alias("whom")
    return (
        sa.select(
            decision.c.about,
            decision.c.about_in,
            record_heads.c.at,
            said.c.centre,
            whom.c.centre.label("whose"),
        )
        .join(record_heads, head_of(decision))
        .join(said, said.c.id == decision.c.id)
        .outerjoin(whom, whom.c.id == decision.c.about)
        .where(decision.c.kind == _ERASE, record_heads.c.deleted == 0, decision.c.about.is_not(None))
        .order_by(decision.c.id)
    )


def asked(tx: Connection) -> People:
    """The people whom a decision that counts wants erased.

    What an office decided counts, and what the centre did to which they belong; another one only asks.
    """
    found: People = {}
    for person, session, _ in _that_count(tx):
        found[person] = found.get(person) or session
    return found


def decided_at(tx: Connection) -> list[str]:
    """When each decision that counts was made (stamps), the earliest first."""
    return sorted(at for _, _, at in _that_count(tx))


def _that_count(tx: Connection) -> Iterator[tuple[str, str, str]]:
    """Each decision that counts: whom it names, in which session if they have no record, and when."""
    rows = tx.execute(_asked()).fetchall()
    said = [
        (row, bytes(row.about).hex(), bytes(row.about_in).hex() if row.about_in is not None else "")
        for row in rows
    ]
    stand = _standing(tx, {session for row, _, session in said if session and not _is_settled(row)})
    for row, person, session in said:
        if _counts(row.centre, row.whose, person, stand.get(session, {})):
            yield person, session, row.at


def _is_settled(row: Any) -> bool:
    """Whether it counts or does not, wherever they stand."""
    return row.centre == HQ_CENTRE or row.whose is not None


def counts(tx: Connection, centre: int, person: str, session: str) -> bool:
    """Whether that centre's or office's decision to erase somebody counts, or only asks their owner."""
    whose = sa.select(record_directory.c.centre).where(record_directory.c.id == bytes.fromhex(person))
    stand = _standing(tx, filter(None, [session]))
    return _counts(centre, tx.execute(whose).scalar(), person, stand.get(session, {}))


def _counts(centre: int, whose: int | None, person: str, stand: Mapping[str, int]) -> bool:
    """whose: the centre to which their record belongs, None without one. stand: of the session in which they
    are said to stand, to whom its rows belong and to which centre.
    """
    if centre == HQ_CENTRE or whose is not None:
        return centre in (HQ_CENTRE, whose)
    return stand.get(person) == centre


def decided_by(tx: Connection, node: bytes, before: str = "") -> set[str]:
    """The people whom that home has decided to be erased; before: a stamp, for what was decided till then."""
    decision = record_table("decision")
    said = sa.select(decision.c.about).join(record_heads, head_of(decision))
    own = said.join(record_directory, record_directory.c.id == decision.c.id)
    own = own.where(decision.c.kind == _ERASE, record_heads.c.deleted == 0, decision.c.about.is_not(None))
    if before:
        own = own.where(record_heads.c.at <= before)
    rows = tx.execute(own.where(record_directory.c.owner == node)).scalars()
    return {bytes(one).hex() for one in rows}


def decide(
    tx: Connection, actor: Actor, at: Typed, new_ids: Iterator[str], people: Mapping[str, str]
) -> list[str]:
    """Note for each of these ids that whoever has it is to be erased, so that everybody hears of it who wrote
    of them under it; the ids of the decisions. new_ids: where fresh ones come from. What was decided stays.
    """
    found = []
    known = decided_by(tx, bytes.fromhex(at.node))
    for person, session in people.items():
        if person in known:
            continue
        sealing.seal(tx, at, only=[bytes.fromhex(session or person)])
        held = records.find(tx, session or person)
        decision = Decision(
            id=next(new_ids),
            kind=_ERASE,
            about=Ref(person),
            about_rev=Ref(held.rev if held else ""),
            about_in=Ref(session),
        )
        records.put(tx, decision, actor, at)
        found.append(decision.id)
    return found


def _standing(tx: Connection, sessions: Iterable[str]) -> dict[str, dict[str, int]]:
    """Of each of these sessions whoever without a record has, or had, a row of their own there, each with the
    centre of the session.
    """
    activity, rows = record_table("activity"), record_table("activity_rows")
    own = (rows.c.centre == activity.c.centre) & (rows.c.id == activity.c.id)
    key = (activity.c.id, activity.c.centre, activity.c.last_row)
    last = (
        sa.select(*key, sa.func.max(rows.c["row"]).label("highest"))
        .join(record_directory, _listed(activity))
        .outerjoin(rows, own)
        .group_by(*key)
    )
    found = {}
    for part in slices(map(bytes.fromhex, sessions)):
        for row in tx.execute(last.where(record_directory.c.id.in_(part))).fetchall():
            session = bytes(row.id).hex()
            people = _ids_to(session, max(row.last_row, row.highest or 0))
            found[session] = dict.fromkeys(people, row.centre)
    return found


def _listed(table: sa.FromClause) -> sa.ColumnElement[bool]:
    """That an entry of the directory is of a table's row: its key begins with the centre, which an id alone
    does not say.
    """
    return (table.c.centre == record_directory.c.centre) & (table.c.id == record_directory.c.id)


def ids_of_rows(activity: Activity) -> dict[str, int]:
    """The id that each row gives to somebody without a record, with its number, also of one that is gone."""
    return _ids_to(activity.id, max(activity.last_row, *(row.row for row in activity.rows), 0))


def _ids_to(session: str, last: int) -> dict[str, int]:
    numbers = range(1, min(last, HIGHEST_ROW) + 1)
    return {canonical.person_id(session, number): number for number in numbers}


def everybody(
    tx: Connection,
    people: Mapping[str, str],
    said_by: bytes | None = None,
    placed: Collection[str] = (),
) -> People:
    """These people under all the ids that decisions give them.

    said_by: only those of that home (node id). placed: ids for which no session need be looked for.
    """
    if not people:
        return {}
    found, links = dict(people), aliases.links(tx, said_by)
    fresh = set(found)
    while fresh:
        near = {one: session for one, other, session in links if other in fresh and one not in found}
        near |= {other: "" for one, other, _ in links if one in fresh and other not in found | near}
        found |= near
        fresh = set(near)
    return found | _placed(tx, [one for one, session in found.items() if not session and one not in placed])


def _placed(tx: Connection, people: Iterable[str]) -> People:
    """Where those of these people stand who have no record here, as far as they stand anywhere."""
    wanted = set(people)
    wanted -= set(with_records(tx, wanted))
    if not wanted:
        return {}
    rows, found = record_table("activity_rows"), People()
    for row in tx.execute(sa.select(rows.c.id, rows.c["row"]).where(rows.c.person.is_(None))):
        session = bytes(row.id).hex()
        if (person := canonical.person_id(session, row.row)) in wanted:
            found[person] = session
    return found


def sessions_of(tx: Connection, people: Mapping[str, str], centre: int | None = None) -> list[str]:
    """The ids of all activities in which these people stand on the sheet or are the trainer.

    centre: only those that it wrote (home-local number), and those that it decided something about.
    """
    rows, activity = record_table("activity_rows"), record_table("activity")
    columns = ((rows, rows.c.person), (activity, activity.c.trainer), (activity, activity.c.id))
    found: set[str] = set()
    for part in slices(map(bytes.fromhex, {*people, *filter(None, people.values())})):
        for table, column in columns:
            look = sa.select(table.c.id).where(column.in_(part))
            if centre is not None:
                near = _within_reach(centre).subquery()
                look = look.where(table.c.centre == near.c.centre, table.c.id == near.c.id)
            found.update(bytes(one).hex() for one in tx.execute(look).scalars())
    return sorted(found)


def standing_among(tx: Connection, people: Container[str], ids: Iterable[str]) -> list[str]:
    """Those of these records (ids) that are of these people, or sessions in which they stand or train."""
    rows, activity, person = (record_table(one) for one in ("activity_rows", "activity", "person"))
    own = sa.select(person.c.id.label("who"), person.c.id).join(record_directory, _listed(person))
    trains = sa.select(activity.c.trainer.label("who"), activity.c.id)
    trains = trains.join(record_directory, _listed(activity))
    stands = sa.select(rows.c.person.label("who"), rows.c.id, rows.c["row"])
    stands = stands.join(record_directory, _listed(rows))
    found: set[str] = set()
    for part in slices(map(bytes.fromhex, ids)):
        here = record_directory.c.id.in_(part)
        for row in (*tx.execute(own.where(here)), *tx.execute(trains.where(here))):
            if row.who is not None and bytes(row.who).hex() in people:
                found.add(bytes(row.id).hex())
        for row in tx.execute(stands.where(here)):
            session = bytes(row.id).hex()
            who = canonical.person_id(session, row.row) if row.who is None else bytes(row.who).hex()
            if who in people:
                found.add(session)
    return sorted(found)


def with_records(tx: Connection, people: Iterable[str], centre: int | None = None) -> list[str]:
    """Those of these people who have a record here. centre: only one of that centre (home-local number)."""
    found = []
    for part in slices(map(bytes.fromhex, people)):
        here = sa.select(record_directory.c.id).where(record_directory.c.id.in_(part))
        here = here if centre is None else here.where(record_directory.c.centre == centre)
        found += [bytes(one).hex() for one in tx.execute(here.order_by(record_directory.c.id)).scalars()]
    return found


def _within_reach(centre: int) -> sa.CompoundSelect[tuple[int, bytes]]:
    """What a centre wrote, and what it decided something about: centre and id."""
    decision = record_table("decision")
    spoken_of = sa.select(decision.c.about).where(decision.c.centre == centre)
    return sa.union_all(
        sa.select(record_heads.c.centre, record_heads.c.id).where(record_heads.c.centre == centre),
        sa.select(record_directory.c.centre, record_directory.c.id).where(
            record_directory.c.id.in_(spoken_of)
        ),
    )


def stood_in(tx: Connection, people: Collection[str]) -> set[str]:
    """The ids of all activities whose journal here says that one of these people stood there."""
    if not people:
        return set()
    activity, wanted = record_table("activity"), set(people)
    own = activity.join(changes, (changes.c.centre == activity.c.centre) & (changes.c.id == activity.c.id))
    rows = tx.execute(sa.select(activity.c.id, changes.c.what).select_from(own))
    return {bytes(row.id).hex() for row in rows if not wanted.isdisjoint(_AN_ID.findall(row.what))}
