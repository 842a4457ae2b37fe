"""Lists of records: filtered, newest first, paged by key and never by counting rows off."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.fields import Kind
from fieldapp.domain.fields import columns as columns_of_type
from fieldapp.domain.records import RECORD_TYPES, Record
from fieldapp.storage import state
from fieldapp.storage.records import REFUSED, Head, Held, SyncState, columns_of, heads_only, held_as
from fieldapp.storage.tables import activity_figures, record_directory, record_heads, record_table

R = TypeVar("R", bound=Record)

Cursor = tuple[str, str]
"""Where a page ended: the sort value and the id of its last record."""

_SORTED_BY = {
    "activity": "start_date",
    "target": "due_date",
    "observation": "end_date",
    "action_point": "due_date",
}


@dataclass(frozen=True, slots=True)
class Query:
    """What to list. Empty means any. place is a place key; start and end bound the record's date."""

    text: str = ""
    kind: str = ""
    state: str = ""
    place: str = ""
    start: date | None = None
    end: date | None = None
    sync_state: str = ""
    deleted: bool = False
    centre: int | None = None


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
class Page(Generic[R]):
    """One page of a list: records without their parts. next is None on the last page."""

    items: tuple[Held[R], ...]
    next: Cursor | None
    total: int
    figures: dict[str, ActivityFigures] = field(default_factory=dict)


def page(tx: Connection, word: str, query: Query, after: Cursor | None = None, limit: int = 200) -> Page[Any]:
    """The next page of a list. total counts everything that matches; it is asked on the first page only."""
    table = record_table(word)
    joined = table.join(
        record_heads, (record_heads.c.centre == table.c.centre) & (record_heads.c.id == table.c.id)
    ).join(record_directory, record_directory.c.id == table.c.id)
    where = _conditions(tx, word, query)
    total = 0
    if after is None:
        total = tx.execute(sa.select(sa.func.count()).select_from(joined).where(*where)).scalar() or 0
    order = _sort_column(word)
    if after is not None:
        value, record_id = after
        where.append(sa.tuple_(order, table.c.id) < sa.tuple_(sa.literal(value), bytes.fromhex(record_id)))
    columns = columns_of(word)
    statement = (
        sa.select(*columns, *record_heads.c, record_directory.c.owner, REFUSED)
        .select_from(joined)
        .where(*where)
        .order_by(order.desc(), table.c.id.desc())
        .limit(limit)
    )
    rows = tx.execute(statement).fetchall()
    own, base = state.standing(tx)
    width = len(columns)
    heads = [Head(*row[width:]) for row in rows]
    items = tuple(
        held_as(heads_only(word, bytes(head.id).hex(), tuple(row[:width])), head, own, base)
        for row, head in zip(rows, heads, strict=True)
    )
    following = None
    if len(rows) == limit:
        value = getattr(rows[-1], _SORTED_BY[word]) if word in _SORTED_BY else ""
        following = (value, items[-1].record.id)
    figures = _figures(tx, items) if word == "activity" else {}
    return Page(items, following, total, figures)


def _sort_column(word: str) -> sa.ColumnElement[Any]:
    name = _SORTED_BY.get(word)
    return record_table(word).c[name] if name else sa.literal("")


def _conditions(tx: Connection, word: str, query: Query) -> list[sa.ColumnElement[bool]]:
    table = record_table(word)
    where: list[sa.ColumnElement[bool]] = [record_heads.c.deleted == int(query.deleted)]
    if query.centre is not None:
        where.append(table.c.centre == query.centre)
    for name, wanted in (("kind", query.kind), ("state", query.state), ("place_key", query.place)):
        if wanted and name in table.c:
            where.append(table.c[name] == wanted)
    dated = _SORTED_BY.get(word)
    if dated and query.start:
        where.append(table.c[dated] >= query.start.isoformat())
    if dated and query.end:
        where.append(table.c[dated] <= query.end.isoformat())
    if query.text.strip():
        where.append(_matches(word, query.text.strip()))
    if query.sync_state:
        where.append(_in_sync_state(tx, query.sync_state))
    return where


def _matches(word: str, text: str) -> sa.ColumnElement[bool]:
    """A plain search in every text a list could show; the number too, where there is one."""
    table = record_table(word)
    searched = (Kind.TEXT, Kind.NAME, Kind.PLACE)
    names = [c.name for c in columns_of_type(RECORD_TYPES[word]) if c.field.kind in searched]
    found = [table.c[name].icontains(text, autoescape=True) for name in names]
    if "number" in table.c and text.split("-", maxsplit=1)[0].isdecimal():
        found.append(table.c.number == int(text.split("-", maxsplit=1)[0]))
    return sa.or_(*found)


def _in_sync_state(tx: Connection, wanted: str) -> sa.ColumnElement[bool]:
    packed = record_heads.c.version == record_heads.c.sealed_version
    received = record_heads.c.log_number <= state.base(tx)
    own = record_directory.c.owner == state.node(tx)
    return {
        SyncState.NOT_PACKED: sa.and_(own, sa.not_(packed)),
        SyncState.PACKED: sa.and_(own, packed, sa.not_(received), sa.not_(REFUSED)),
        SyncState.RECEIVED: sa.and_(own, packed, received, sa.not_(REFUSED)),
        SyncState.ATTENTION: sa.and_(own, packed, REFUSED),
        SyncState.COPY: sa.not_(own),
    }.get(SyncState(wanted), sa.false())


def _figures(tx: Connection, items: tuple[Held[Any], ...]) -> dict[str, ActivityFigures]:
    keys = [bytes.fromhex(held.record.id) for held in items]
    found = tx.execute(sa.select(activity_figures).where(activity_figures.c.id.in_(keys)))
    return {bytes(row.id).hex(): ActivityFigures(*row[2:]) for row in found}


def next_number(tx: Connection, centre: int) -> int:
    """The next activity number of this home: one more than the highest given, deleted ones included."""
    table = record_table("activity")
    found = tx.execute(sa.select(sa.func.max(table.c.number)).where(table.c.centre == centre)).scalar()
    return (found or 0) + 1
