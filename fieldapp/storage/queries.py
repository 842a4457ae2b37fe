"""Lists of records: filtered, newest first, paged by key and never by counting rows off."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.fields import Kind
from fieldapp.domain.fields import columns as columns_of_type
from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.records import RECORD_TYPES, Record
from fieldapp.storage import finding, journal, state
from fieldapp.storage.aliases import merged_away
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.storage.records import REFUSED, Head, Held, SyncState, columns_of, heads_only, held_as
from fieldapp.storage.tables import (
    activity_figures,
    head_of,
    record_directory,
    record_heads,
    record_table,
    search_records,
)

R = TypeVar("R", bound=Record)

Cursor = tuple[str, ...]
"""Where a page ended; only `page` knows what stands in it."""

COUNTED = 1000
"""A list counts so many of its records; beyond that it only says that there are more."""

_MANY = 3000
_MOBILE = 10

_SORTED_BY = {
    "activity": "start_date",
    "target": "due_date",
    "observation": "end_date",
    "action_point": "due_date",
}
_PLACED_BY = {"person": "village_key", "place": "parent_key"}
_FILTERS = ("kind", "state")


@dataclass(frozen=True, slots=True)
class Query:
    """What to list. Empty means any.

    place is a place key; what lies in that place is meant too. start and end bound the record's date. sort
    is a column of the record's table, '' for the usual order, which is by date or age, the newest first;
    backwards turns the order round. What is found by text comes newest first whatever sort says.
    """

    text: str = ""
    kind: str = ""
    state: str = ""
    place: str = ""
    start: date | None = None
    end: date | None = None
    sync_state: str = ""
    deleted: bool = False
    centre: int | None = None
    sort: str = ""
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class ActivityFigures:
    """The roll-up of an activity: people counted once each, paid_paise in paise."""

    people: int = 0
    present: int = 0
    men: int = 0
    women: int = 0
    first_paid: int = 0
    completed: int = 0
    failed: int = 0
    pending: int = 0
    certificates: int = 0
    paid_paise: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the words about somebody stand who has no record: an activity and the number of its row."""

    activity: str
    row: int


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page of a list: records without their parts. next is None on the last page.

    total: how many match, on the first page; with counted=False there are more than that. figures: of
    activities, by id. standing: of people without a record, by id.
    """

    items: tuple[Held[R], ...]
    next: Cursor | None
    total: int
    counted: bool = True
    figures: dict[str, ActivityFigures] = field(default_factory=dict)
    standing: dict[str, Standing] = field(default_factory=dict)


def page(tx: Connection, word: str, query: Query, after: Cursor | None = None, limit: int = 200) -> Page[Any]:
    """The next page of a list. What is typed is looked up in the index, so let it `catch_up` first."""
    if query.text.strip() and not query.deleted:
        return _found_by_text(tx, word, query, after, limit)
    table, keys = record_table(word), _sort_keys(word, query.sort)
    first = tx.dialect.name == "sqlite" and not query.deleted and _is_common(tx, query.sync_state)
    joined, where = _joined(word, first=first), _conditions(tx, word, query)
    descending = query.backwards == bool(query.sort)
    if after is not None:
        place, seek = sa.tuple_(*keys), sa.tuple_(*_literals(keys, after))
        where = [*where, place < seek if descending else place > seek]
    statement = (
        _columns(word)
        .select_from(joined)
        .where(*where)
        .order_by(*(key.desc() if descending else key for key in keys))
        .limit(limit)
    )
    rows = tx.execute(statement).fetchall()
    items = _held(tx, word, rows)
    following = None
    if len(rows) == limit:
        values = tuple(str(getattr(rows[-1], key.name)) for key in keys[:-1])
        following = (*values, items[-1].record.id)
    total, figures = len(items), _figures(tx, items) if word == "activity" else {}
    if after is None and following is not None:
        some = sa.select(table.c.id).select_from(joined).where(*where).limit(COUNTED + 1).subquery()
        total = tx.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
    return Page(items, following, min(total, COUNTED), total <= COUNTED, figures)


def _is_common(tx: Connection, state: str) -> bool:
    """Whether so many records may be in a sync state that a list in its order soon meets a page of them.

    What is not packed has an index of its own, which is the shorter way while there are few.
    """
    if state == SyncState.NOT_PACKED:
        waiting = sa.select(sa.literal(1)).where(record_heads.c.version != record_heads.c.sealed_version)
        few = waiting.limit(_MANY).subquery()
        return tx.execute(sa.select(sa.func.count()).select_from(few)).scalar_one() == _MANY
    return state in ("", SyncState.RECEIVED, SyncState.COPY)


def _joined(word: str, *, first: bool = False) -> sa.Join:
    """A record's table with its heads. first: read in the order of its own index, the heads looked up.

    SQLite, which has no statistics, would else go through all heads and sort what it finds; a plus before a
    column keeps it from looking records up by their heads.
    """
    table = record_table(word)
    centre: sa.ColumnElement[Any] = table.c.centre
    key: sa.ColumnElement[Any] = table.c.id
    if first:
        centre, key = (sa.literal_column(f"+{word}.{name}", table.c[name].type) for name in ("centre", "id"))
    listed = (record_directory.c.id == record_heads.c.id) & (
        record_directory.c.centre == record_heads.c.centre
    )
    return table.join(record_heads, (record_heads.c.centre == centre) & (record_heads.c.id == key)).join(
        record_directory, listed
    )


def _columns(word: str, *more: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(*columns_of(word), *record_heads.c, record_directory.c.owner, REFUSED, *more)


def _held(tx: Connection, word: str, rows: Sequence[Any]) -> tuple[Held[Any], ...]:
    log = state.own_log(tx)
    width = len(columns_of(word))
    heads = [Head(*row[width : width + len(Head._fields)]) for row in rows]
    return tuple(
        held_as(heads_only(word, bytes(head.id).hex(), tuple(row[:width])), head, log)
        for row, head in zip(rows, heads, strict=True)
    )


def held_where(
    tx: Connection,
    word: str,
    *where: sa.ColumnElement[bool],
    order: Sequence[sa.ColumnElement[Any]] = (),
    limit: int | None = None,
) -> list[Held[Any]]:
    """Records of a type that are not deleted, without their parts."""
    statement = _columns(word).select_from(_joined(word)).where(record_heads.c.deleted == 0, *where)
    return list(_held(tx, word, tx.execute(statement.order_by(*order).limit(limit)).fetchall()))


def held_by_id(tx: Connection, word: str, ids: Collection[str]) -> dict[str, Held[Any]]:
    """Records of a type by their ids, without their parts."""
    wanted = [bytes.fromhex(one) for one in ids]
    if not wanted:
        return {}
    found = _columns(word).select_from(_joined(word)).where(record_directory.c.id.in_(wanted))
    return {held.record.id: held for held in _held(tx, word, tx.execute(found).fetchall())}


def heads_by_id(tx: Connection, ids: Collection[str]) -> dict[str, Head]:
    """The head rows of records by their ids."""
    wanted = [bytes.fromhex(one) for one in ids]
    if not wanted:
        return {}
    rows = tx.execute(_heads(), {"ids": wanted})
    return {bytes(row.id).hex(): Head(*tuple(row)) for row in rows}


@cache
def _heads() -> sa.Select[Any]:
    """Made once: a list asks this for every page, and putting it together takes longer than the look."""
    ids: sa.BindParameter[list[bytes]] = sa.bindparam("ids", expanding=True)
    return (
        sa.select(*record_heads.c, record_directory.c.owner, REFUSED)
        .select_from(record_directory.join(record_heads, head_of(record_directory)))
        .where(record_directory.c.id.in_(ids))
    )


def _sort_keys(word: str, sort: str) -> list[sa.Column[Any]]:
    """The columns a list is in the order of; the id comes last. Raises KeyError for what is no column."""
    table, usual = record_table(word), _SORTED_BY.get(word)
    names = [sort] if sort else []
    if usual and sort in ("", *_FILTERS, "place_key"):
        names.append(usual)
    return [*(table.c[name] for name in names), table.c.id]


def _literals(keys: Sequence[sa.Column[Any]], after: Cursor) -> list[Any]:
    *values, record_id = after
    typed = [
        int(value) if isinstance(key.type, sa.Integer) else value
        for key, value in zip(keys[:-1], values, strict=True)
    ]
    return [*map(sa.literal, typed), sa.literal(bytes.fromhex(record_id))]


def _found_by_text(tx: Connection, word: str, query: Query, after: Cursor | None, limit: int) -> Page[Any]:
    """What fits the typed text; what fits it less well only after few or none."""
    columns = record_table(word).c
    wanted = ((name, getattr(query, name)) for name in _FILTERS if name in columns)
    filters: list[tuple[str, Sequence[str]]] = [(name, [one]) for name, one in wanted if one]
    if query.place and "place_key" in columns:
        filters.append(("place_key", inside(tx, query.place)))
    made = finding.groups(tx, word, query.text, filters)
    if after is not None:
        at, day, record = map(int, after)
        return _of_group(tx, word, query, made, at, finding.Spot(day, record, 0), limit)
    found: Page[Any] = Page((), None, 0)
    for at, group in enumerate(made):
        if len(found.items) < group.if_fewer:
            found = joined(found, _of_group(tx, word, query, made, at, finding.FIRST, limit))
    return found


def joined(first: Page[R], then: Page[R]) -> Page[R]:
    """What fits less well after the few that fit, each record once."""
    known = {held.record.id for held in first.items}
    items = (*first.items, *(held for held in then.items if held.record.id not in known))
    return replace(
        then,
        items=items,
        total=len(items),
        figures=first.figures | then.figures,
        standing=first.standing | then.standing,
    )


def _of_group(
    tx: Connection,
    word: str,
    query: Query,
    made: Sequence[finding.Group],
    at: int,
    after: finding.Spot,
    limit: int,
) -> Page[Any]:
    table = record_table(word)
    where = _conditions(tx, word, replace(query, text=""))
    typed = fold_digits(query.text).strip()
    if word == "activity" and typed.isdigit() and len(typed) == _MOBILE:
        where.append(_says_number(typed))
    indexed = (search_records.c.id == table.c.id) & (search_records.c.centre == table.c.centre)
    found: list[Any] = []
    more = True
    while more and len(found) < limit:
        spots = finding.find(tx, made[at], after, limit)
        more = len(spots) == limit
        numbers = [spot.record for spot in spots if not spot.row]
        rows = {
            row.n: row
            for row in tx.execute(
                _columns(word, search_records.c.n)
                .select_from(_joined(word).join(search_records, indexed))
                .where(search_records.c.n.in_(numbers), *where)
            )
        }
        for spot in spots:
            after = spot
            if spot.record in rows:
                found.append(rows[spot.record])
                if len(found) == limit:
                    break
    items = _held(tx, word, found)
    following = (str(at), str(after.day), str(after.record)) if len(found) == limit else None
    figures = _figures(tx, items) if word == "activity" else {}
    return Page(items, following, len(items), following is None, figures)


def _conditions(tx: Connection, word: str, query: Query) -> list[sa.ColumnElement[bool]]:
    table = record_table(word)
    where: list[sa.ColumnElement[bool]] = [record_heads.c.deleted == int(query.deleted)]
    if query.deleted:
        where.append(record_heads.c.type == word)
    elif word == "person":
        where.append(table.c.id.not_in(merged_away()))
    if query.centre is not None:
        where.append(table.c.centre == query.centre)
    for name in _FILTERS:
        wanted = getattr(query, name)
        if wanted and name in table.c:
            where.append(table.c[name] == wanted)
    placed = _PLACED_BY.get(word, "place_key")
    if query.place and placed in table.c:
        keys = inside(tx, query.place)
        column: sa.ColumnElement[Any] = table.c[placed]
        if len(keys) > 1 and tx.dialect.name == "sqlite":  # of many places most is listed: go by the day
            column = sa.literal_column(f"+{word}.{placed}", column.type)
        where.append(column.in_(keys))
    dated = _SORTED_BY.get(word)
    if dated and query.start:
        where.append(table.c[dated] >= query.start.isoformat())
    if dated and query.end:
        where.append(table.c[dated] <= query.end.isoformat())
    if query.text.strip():
        where.append(_contains(word, query.text.strip()))
    if query.sync_state:
        where.append(_in_sync_state(tx, query.sync_state))
    return where


def inside(tx: Connection, key: str) -> list[str]:
    """The keys of a place and of all that lies in it, the places typed here too."""
    known, typed = gazetteer(), record_table("place")
    found, new = [key], [key]
    while new:
        below = [place.key for above in new for place in known.children(above)]
        rows = tx.execute(sa.select(typed.c.id).where(typed.c.parent_key.in_(new)))
        new = [*below, *(f"place:{bytes(row.id).hex()}" for row in rows)]
        found += new
    return found


def _says_number(digits: str) -> sa.ColumnElement[bool]:
    """Activities where all of a mobile number stands: the index knows its end only."""
    activity, rows = record_table("activity"), record_table("activity_rows")
    tries = record_table("activity_rows_tries")
    said = (
        sa.exists().where(part.c.centre == activity.c.centre, part.c.id == activity.c.id, column == digits)
        for part, column in ((rows, rows.c.mobile), (tries, tries.c.reference_number))
    )
    return sa.or_(*said, _contains("activity", digits))


def _contains(word: str, text: str) -> sa.ColumnElement[bool]:
    """A plain search in every text, for what has been deleted and is not in the index."""
    table = record_table(word)
    searched = (Kind.TEXT, Kind.NAME, Kind.PLACE)
    names = [c.name for c in columns_of_type(RECORD_TYPES[word]) if c.field.kind in searched]
    return sa.or_(*(table.c[name].icontains(text, autoescape=True) for name in names))


def _in_sync_state(tx: Connection, wanted: str) -> sa.ColumnElement[bool]:
    log, number = state.own_log(tx), record_heads.c.log_number
    sealed = record_heads.c.version == record_heads.c.sealed_version
    received, own = number <= log.base, record_directory.c.owner == log.node
    not_packed = sa.not_(sealed)
    if journal.checkpoint(tx, log.node)[0] > log.packed:  # else the index of what is not sealed will do
        not_packed = sa.or_(not_packed, sa.and_(number > log.packed, sa.not_(REFUSED)))
    return {
        SyncState.NOT_PACKED: sa.and_(own, not_packed),
        SyncState.PACKED: sa.and_(own, sealed, number > log.base, number <= log.packed, sa.not_(REFUSED)),
        SyncState.RECEIVED: sa.and_(own, sealed, received, sa.not_(REFUSED)),
        SyncState.ATTENTION: sa.and_(own, sealed, REFUSED),
        SyncState.COPY: sa.not_(own),
    }.get(SyncState(wanted), sa.false())


def _figures(tx: Connection, items: tuple[Held[Any], ...]) -> dict[str, ActivityFigures]:
    keys = [bytes.fromhex(held.record.id) for held in items]
    centres = {held.centre for held in items}
    own = activity_figures.c.centre.in_(centres) & activity_figures.c.id.in_(keys)
    found = tx.execute(sa.select(activity_figures).where(own))
    return {bytes(row.id).hex(): ActivityFigures(*row[2:]) for row in found}


def next_number(tx: Connection, centre: int) -> int:
    """The next activity number of this home: one more than the highest given, deleted ones included."""
    table = record_table("activity")
    found = tx.execute(sa.select(sa.func.max(table.c.number)).where(table.c.centre == centre)).scalar()
    return (found or 0) + 1
