"""What names, numbers and places are found by: for each token the records and roster rows that have it.

A posting is (token, day, record, row). They are clustered in that order and days and record numbers count
down, so that the newest of a million people called Devi are read off without sorting anything. Row 0 is a
record itself, any other a named row of an activity's roster. Both engines keep it alike.

Upkeep comes after the commit: whoever writes a record leaves a mark in the same transaction (`mark`), and
`catch_up` works the marks off, a few at once after saves and in slices after an import.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple
from zlib import crc32

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.fields import Kind, columns, fields
from fieldapp.domain.names import search_tokens
from fieldapp.domain.records import RECORD_TYPES, RosterRow
from fieldapp.storage.tables import (
    record_directory,
    record_heads,
    record_table,
    search_entries,
    search_records,
    search_waiting,
    search_words,
)

SCOPES = {
    "activity": "a",
    "person": "p",
    "target": "t",
    "observation": "o",
    "establishment": "e",
    "action_point": "c",
    "place": "l",
    "decision": "d",
}
"""The letter that a word of each record type begins with. Roster rows are people."""

EVERY = "#"
"""The word that every person and roster row has: the list of all people, newest first."""

SHORT = 3
"""Beginnings of so many letters are words themselves: with fewer than four, thousands of names fit."""

_FIRST_DAY = date(1970, 1, 1).toordinal()
_SLICE = 400
_MOST_LINES = 2
MOBILE_END = 4
"""So many last digits of a mobile number find its owner; no more of it is kept here."""

_Posting = tuple[str, int, int, int]
"""The word with its letter, day, record number, row."""

Words = dict[str, int]
"""Words as `search_words` holds them, without the letter of the scope, with their least typed length.

'.sunit' a token, '+sunitdivi' two joined, '*sun' a beginning, '#42' a number, '=kind:MELA' a filter.
"""


def day_number(iso: str) -> int:
    """A day as it is ordered: the later the smaller; one that is not known comes last."""
    return _FIRST_DAY - date.fromisoformat(iso[:10]).toordinal() if iso else 0


def mark(tx: Connection, ids: Iterable[bytes], *, late: bool = False) -> None:
    """Note in the caller's transaction that these records have changed. late: they came in a file."""
    _many(
        tx,
        "INSERT INTO search_waiting (late, id) VALUES ({0}, {0}) "
        "ON CONFLICT (late, id) DO UPDATE SET late = excluded.late",
        [(int(late), key) for key in ids],
    )


def is_behind(tx: Connection, *, late: bool = True) -> bool:
    """Whether records wait for being indexed; late=False leaves out those that came in files."""
    wanted = sa.select(sa.literal(1)).select_from(search_waiting)
    if not late:
        wanted = wanted.where(search_waiting.c.late == 0)
    return tx.execute(wanted.limit(1)).scalar() is not None


def catch_up(tx: Connection, most: int = 0) -> bool:
    """Index what was saved here, and of what came in files up to `most` records. True when more waits."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("LOCK TABLE search_words IN SHARE ROW EXCLUSIVE MODE")
    while own := _waiting(tx, 0, _SLICE):
        _refresh(tx, own)
    if late := _waiting(tx, 1, most):
        _refresh(tx, late)
    return is_behind(tx)


def _waiting(tx: Connection, late: int, most: int) -> list[bytes]:
    """Takes the marks away; the rows are locked on PostgreSQL, so that a mark made meanwhile waits."""
    if not most:
        return []
    wanted = search_waiting.c.late == late
    rows = tx.execute(sa.select(search_waiting.c.id).where(wanted).limit(most).with_for_update())
    ids = [bytes(row.id) for row in rows]
    for part in _slices(ids):
        tx.execute(search_waiting.delete().where(wanted, search_waiting.c.id.in_(part)))
    return ids


# ---------------------------------------------------------------- what a record is found by


class _Source(NamedTuple):
    """A table of what is to be found: its text columns, and how they are taken, one or two at a time."""

    table: str
    columns: tuple[str, ...]
    takes: tuple[str, ...]


class _Entry(NamedTuple):
    """What is to be found, on which day: texts as `takes` takes them, and words as they are."""

    day: int
    takes: tuple[str, ...]
    texts: tuple[str, ...]
    ready: tuple[str, ...]

    def mark(self) -> int:
        """Another one when anything has changed."""
        return crc32("\n".join((*self.texts, *self.ready)).encode())

    def words(self) -> Words:
        found = dict.fromkeys(self.ready, 0)
        texts = iter(self.texts)
        for take in self.takes:
            found |= _words(take, tuple(islice(texts, 2 if take == "name" else 1)))
        return found


def _source(table: str, part: type[msgspec.Struct], names: Sequence[str] = ()) -> _Source:
    """Every text, name and place of a part that is no long note."""
    found: list[str] = []
    takes: list[str] = []
    for one in fields(part):
        own = [column.name for column in columns(part) if column.field.name == one.name]
        if names and one.name not in names:
            continue
        if one.kind in (Kind.NAME, Kind.PLACE):
            found += own if one.kind is Kind.NAME else own[1:]
            takes.append(one.kind.value)
        elif one.kind is Kind.TEXT and one.guard in ("mobile", "text") and one.lines <= _MOST_LINES:
            found += own
            takes.append(one.guard)
    return _Source(table, tuple(found), tuple(takes))


_SOURCES = {word: _source(word, record_type) for word, record_type in RECORD_TYPES.items()}
_ROWS = _source("activity_rows", RosterRow, ("name", "relation", "village", "mobile"))


@lru_cache(maxsize=20_000)
def _words(take: str, names: tuple[str, ...]) -> Words:
    if take == "mobile":
        return {f".{names[0][-MOBILE_END:]}": 0} if len(names[0]) >= MOBILE_END else {}
    found: Words = {}
    for token, least in search_tokens(*names).items():
        if not least:
            found["." + token] = 0
        elif take != "text":
            found["+" + token] = least
    return found


def beginnings(words: Iterable[str]) -> set[str]:
    """All words under which an entry is posted: its own, and the beginnings of its tokens."""
    found = set(words)
    for word in words:
        if word[0] == "." and not word[1].isdigit():
            found.update("*" + word[1 : n + 1] for n in range(1, SHORT + 1))
    return found


def number_words(number: int, letter: str) -> tuple[str, str]:
    """The words of an activity's printed number, with and without the computer's letter."""
    return f"#{number}", f"#{number}{letter or 'Z'}"


def filter_word(column: str, value: str) -> str:
    """The word of a record whose column has that value."""
    return f"={column}:{value}"


FILTERS = ("kind", "state", "place_key")


class _Heading(NamedTuple):
    """What the directory and the head of a record say."""

    id: bytes
    centre: int
    type: str
    deleted: int
    at: str


def _entries(tx: Connection, head: _Heading) -> dict[int, _Entry]:
    """Row -> what is to be found of a record; nothing when it is deleted."""
    if head.deleted:
        return {}
    table, source = record_table(head.type), _SOURCES[head.type]
    filters = tuple(name for name in FILTERS if name in table.c)
    more = ("start_date", "number", "letter") if head.type == "activity" else ()
    (row,) = _rows(tx, source.table, (*source.columns, *filters, *more), head) or ((),)
    if not row:
        return {}
    texts, rest = row[: len(source.columns)], row[len(source.columns) :]
    ready = [filter_word(name, value) for name, value in zip(filters, rest, strict=False) if value]
    if head.type != "activity":
        ready += [EVERY] if head.type == "person" else []
        return {0: _Entry(day_number(head.at), source.takes, texts, tuple(ready))}
    start_date, number, letter = rest[len(filters) :]
    day = day_number(start_date)
    found = {0: _Entry(day, source.takes, texts, (*ready, *number_words(number, letter)))}
    for n, struck, anonymous, *said in _rows(
        tx, _ROWS.table, ("row", "struck", "anonymous", *_ROWS.columns), head
    ):
        if (said[0] or said[1]) and not struck and not anonymous:
            found[n] = _Entry(day, _ROWS.takes, tuple(said), (EVERY,))
    return found


def _rows(tx: Connection, table: str, names: Sequence[str], head: _Heading) -> list[tuple[Any, ...]]:
    at = _place_of_value(tx)
    quoted = ", ".join(f'"{name}"' for name in names)
    sql = f'SELECT {quoted} FROM "{table}" WHERE centre = {at} AND id = {at}'  # noqa: S608 - our own names
    cursor = tx.connection.cursor()
    cursor.execute(sql, (head.centre, head.id))
    found = cursor.fetchall()
    cursor.close()
    return list(found)


# ---------------------------------------------------------------- writing


class _Kept(NamedTuple):
    """An entry as it is kept: of record number n, its row."""

    n: int
    row: int
    day: int
    mark: int
    words: str

    def listed(self) -> list[str]:
        return self.words.split("\n")


def _refresh(tx: Connection, ids: Sequence[bytes]) -> None:
    """Bring the entries and postings of these records to what the records say now."""
    for part in _slices(ids):
        heads = _headings(tx, part)
        numbers = _numbered(tx, heads)
        change = _Change(tx)
        for head, kept in _kept(tx, heads, numbers):
            change.compare(head.type, numbers[head.id], _entries(tx, head), kept)
        change.write()


def _headings(tx: Connection, ids: Sequence[bytes]) -> list[_Heading]:
    rows = tx.execute(
        sa.select(
            record_directory.c.id,
            record_directory.c.centre,
            record_directory.c.type,
            record_heads.c.deleted,
            record_heads.c.at,
        )
        .join(
            record_heads,
            (record_heads.c.centre == record_directory.c.centre)
            & (record_heads.c.id == record_directory.c.id),
        )
        .where(record_directory.c.id.in_(ids))
    )
    return [_Heading(bytes(row.id), *row[1:]) for row in rows if row.type in SCOPES]


def _numbered(tx: Connection, heads: Sequence[_Heading]) -> dict[bytes, int]:
    """The numbers of records in the index; new ones get theirs, counted down."""
    ids = [head.id for head in heads]
    found = {
        bytes(row.id): row.n
        for row in tx.execute(
            sa.select(search_records.c.n, search_records.c.id).where(search_records.c.id.in_(ids))
        )
    }
    new = [head for head in heads if head.id not in found]
    if new:
        first = tx.execute(sa.select(sa.func.min(search_records.c.n))).scalar() or 0
        rows = [(first - at, head.id, head.centre, head.type) for at, head in enumerate(new, 1)]
        _many(tx, "INSERT INTO search_records (n, id, centre, type) VALUES ({0}, {0}, {0}, {0})", rows)
        found |= {row[1]: row[0] for row in rows}
    return found


def _kept(
    tx: Connection, heads: Sequence[_Heading], numbers: dict[bytes, int]
) -> Iterator[tuple[_Heading, dict[int, _Kept]]]:
    """Each record with the entries that are kept of it, by row."""
    found: dict[int, dict[int, _Kept]] = {}
    for row in tx.execute(sa.select(search_entries).where(search_entries.c.record.in_(numbers.values()))):
        kept = _Kept(row.record, row.row, row.day, row.mark, bytes(row.words).decode())
        found.setdefault(kept.n, {})[kept.row] = kept
    for head in heads:
        yield head, found.get(numbers[head.id], {})


class _Change:
    """What is to be written for some records, gathered and carried out with one statement a table."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self._gone: list[tuple[int, int]] = []
        self._come: list[_Kept] = []
        self._least: Words = {}
        self._unpost: list[_Posting] = []
        self._post: list[_Posting] = []

    def compare(self, word: str, n: int, new: dict[int, _Entry], kept: dict[int, _Kept]) -> None:
        """Note what turns the kept entries of record number n into the new ones."""
        for row in kept.keys() - new.keys():
            self._gone.append((n, row))
            self._unpost += _postings(word, kept[row], beginnings(kept[row].listed()))
        for row, entry in new.items():
            before, mark = kept.get(row), entry.mark()
            if before is not None and (before.day, before.mark) == (entry.day, mark):
                continue
            words = entry.words()
            after = _Kept(n, row, entry.day, mark, "\n".join(words))
            now, old = beginnings(words), set[str]()
            if before is not None:
                self._gone.append((n, row))
                old = beginnings(before.listed())
                stays = old & now if before.day == after.day else set()
                self._unpost += _postings(word, before, old - stays)
                now -= stays
            self._come.append(after)
            self._post += _postings(word, after, now)
            scope = scope_of(word, row)
            self._least |= {scope + one: least for one, least in words.items() if least}

    def write(self) -> None:
        """Carry everything out."""
        tx = self._tx
        numbers = self._numbers_of_words()
        _many(tx, 'DELETE FROM search_entries WHERE record = {0} AND "row" = {0}', self._gone)
        _many(
            tx,
            'INSERT INTO search_entries (record, "row", day, mark, words) VALUES ({0}, {0}, {0}, {0}, {0})',
            [(*kept[:4], kept.words.encode()) for kept in self._come],
        )
        gone = [(numbers[word], *rest) for word, *rest in self._unpost if word in numbers]
        _many(
            tx,
            'DELETE FROM search_postings WHERE word = {0} AND day = {0} AND record = {0} AND "row" = {0}',
            gone,
        )
        come = sorted((numbers[word], *rest) for word, *rest in self._post)
        _many(
            tx,
            'INSERT INTO search_postings (word, day, record, "row") VALUES ({0}, {0}, {0}, {0})',
            come,
        )

    def _numbers_of_words(self) -> dict[str, int]:
        """The numbers of all words that are needed; new ones get theirs."""
        wanted = list({posting[0] for posting in (*self._post, *self._unpost)})
        found: dict[str, int] = {}
        for part in _slices([word.encode() for word in wanted]):
            rows = self._tx.execute(
                sa.select(search_words.c.word, search_words.c.n).where(search_words.c.word.in_(part))
            )
            found.update({bytes(row.word).decode(): row.n for row in rows})
        new = [word for word in wanted if word not in found]
        if new:
            last = self._tx.execute(sa.select(sa.func.max(search_words.c.n))).scalar() or 0
            added = [(n, word.encode(), self._least.get(word, 0)) for n, word in enumerate(new, last + 1)]
            _many(self._tx, "INSERT INTO search_words (n, word, least) VALUES ({0}, {0}, {0})", added)
            found |= {word: n for n, word in enumerate(new, last + 1)}
        return found


def scope_of(word: str, row: int) -> str:
    """The letter before the words of an entry: roster rows are among the people."""
    return SCOPES["person" if row else word]


def _postings(word: str, kept: _Kept, words: Iterable[str]) -> list[_Posting]:
    scope = scope_of(word, kept.row)
    return [(scope + one, kept.day, kept.n, kept.row) for one in words]


def _many(tx: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """One statement for many rows, past the toolkit, which takes twice as long; {0} is a value."""
    if rows:
        cursor = tx.connection.cursor()
        cursor.executemany(sql.format(_place_of_value(tx)), rows)
        cursor.close()


def _place_of_value(tx: Connection) -> str:
    return "?" if tx.dialect.name == "sqlite" else "%s"


def _slices(ids: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for at in range(0, len(ids), _SLICE):
        yield ids[at : at + _SLICE]
