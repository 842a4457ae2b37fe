"""One person under several ids: who stands for whom, as decisions say.

Everybody who shows or counts people asks here. The words of records and sheets are never changed by it, and
taking the decision back gives two people again.
"""

from collections.abc import Iterable
from functools import cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.codes import DecisionKind
from fieldapp.storage.database import slices
from fieldapp.storage.tables import head_of, record_directory, record_heads, record_table


def alias_of(tx: Connection, person_id: str) -> str:
    """The id of the person who stands for this one everywhere: itself, unless it was merged into another."""
    return aliases(tx, [person_id]).get(person_id, person_id)


def aliases(tx: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Who stands for those people for whom another one does; a ring of decisions ends where it began."""
    found: dict[str, str] = {}
    asked = set(ids)
    while asked:
        found |= (step := _step(tx, asked))
        asked = set(step.values()) - found.keys()
    return {one: root for one in found if (root := _root(found, one)) != one}


def _step(tx: Connection, ids: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in slices(map(bytes.fromhex, ids)):
        rows = tx.execute(_who_stands_for(), {"people": part})
        found.update((bytes(row.about).hex(), bytes(row.other).hex()) for row in rows)
    return found


@cache
def _who_stands_for() -> sa.Select[tuple[bytes, bytes]]:
    """Made once: every list of people asks this, and putting it together takes longer than the look."""
    same = _live("same")
    people: sa.BindParameter[list[bytes]] = sa.bindparam("people", expanding=True)
    return (
        sa.select(same.c.about, same.c.other)
        .where(*_holding(same), same.c.about.in_(people))
        .order_by(same.c.id)
    )


def _root(found: dict[str, str], one: str) -> str:
    seen = [one]
    while (following := found.get(seen[-1])) and following not in seen:
        seen.append(following)
    return seen[-1]


def merged_away() -> sa.Select[tuple[bytes]]:
    """The ids of people for whom another one stands, to be used as a subquery."""
    same = _live("same")
    return sa.select(same.c.about).where(*_holding(same))


def put_under(tx: Connection, person_id: str) -> list[str]:
    """The ids of those whom a decision put straight under this person, the newest decision first."""
    same = _live("same")
    rows = tx.execute(
        sa.select(same.c.about)
        .where(*_holding(same), same.c.other == bytes.fromhex(person_id))
        .order_by(same.c.id.desc())
    )
    return list(dict.fromkeys(bytes(row.about).hex() for row in rows))


def links(tx: Connection, said_by: bytes | None = None) -> list[tuple[str, str, str]]:
    """Each two people whom a decision calls one: whoever was put away, whoever stands for them, and the
    session in which the first stands, '' for a record. said_by: the decisions of that home alone (node id).
    """
    same, decision = _live("same"), record_table("decision")
    statement = (
        sa.select(same.c.about, same.c.other, decision.c.about_in)
        .join(decision, decision.c.id == same.c.id)
        .join(record_directory, record_directory.c.id == same.c.id)
        .where(*_holding(same))
    )
    if said_by is not None:
        statement = statement.where(record_directory.c.owner == said_by)
    return [
        (bytes(row.about).hex(), bytes(row.other).hex(), bytes(row.about_in or b"").hex())
        for row in tx.execute(statement.order_by(same.c.id))
    ]


def last_said(tx: Connection, ones: Iterable[str], twos: Iterable[str]) -> str:
    """The newest decision about two people: SAME_PERSON, DIFFERENT_PEOPLE, or '' while nobody has said.

    ones, twos: all the ids of each, for one person has several, a new one in every session.
    """
    return _newest(tx, ones, twos)[1]


def id_after(tx: Connection, one: str, two: str, fresh: str) -> str:
    """The id for a decision that is to hold from now on: a fresh one, or just after the newest of the two.

    Ids say which came last, and a computer's clock may have been set back since.
    """
    newest = _newest(tx, [one], [two])[0]
    return fresh if fresh > newest else f"{int(newest, 16) + 1:032x}"


def _newest(tx: Connection, ones: Iterable[str], twos: Iterable[str]) -> tuple[str, str]:
    """Id and kind of the newest decision about two people; both '' while nobody has said."""
    live = _live("live")
    first, second = ([bytes.fromhex(one) for one in ids] for ids in (ones, twos))
    straight = live.c.about.in_(first) & live.c.other.in_(second)
    turned = live.c.about.in_(second) & live.c.other.in_(first)
    pair = (live.c.about.in_([*first, *second]), sa.or_(straight, turned), live.c.about != live.c.other)
    query = sa.select(live.c.id, live.c.kind).where(*pair).order_by(live.c.id.desc()).limit(1)
    row = tx.execute(query).first()
    return (bytes(row.id).hex(), row.kind) if row else ("", "")


def _live(name: str) -> sa.Subquery:
    """The decisions about two people that nobody took back."""
    table = record_table("decision")
    kinds = (str(DecisionKind.SAME_PERSON), str(DecisionKind.DIFFERENT_PEOPLE))
    return (
        sa.select(table.c.id, table.c.kind, table.c.about, table.c.other)
        .join(record_heads, head_of(table))
        .where(table.c.kind.in_(kinds), record_heads.c.deleted == 0, table.c.other.is_not(None))
        .subquery(name)
    )


def _holding(same: sa.Subquery) -> tuple[sa.ColumnElement[bool], ...]:
    """That a decision calls two people one, and that no newer one speaks of the two."""
    later = _live("later")
    straight = (later.c.about == same.c.about) & (later.c.other == same.c.other)
    turned = (later.c.about == same.c.other) & (later.c.other == same.c.about)
    newer = sa.exists().where(later.c.id > same.c.id, sa.or_(straight, turned))
    return same.c.kind == str(DecisionKind.SAME_PERSON), sa.not_(newer)
