"""Under which words something is found: what the search index takes of each record and roster row."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple
from zlib import crc32

import msgspec
from sqlalchemy.engine import Connection

from fieldapp.domain.fields import Kind, Name, columns, fields
from fieldapp.domain.names import SOUNDS, order_key, search_tokens
from fieldapp.domain.records import RECORD_TYPES, RosterRow
from fieldapp.storage.tables import record_table

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

ALIKE = "~"
"""Before the skeletons of tokens. Nothing is posted under these: they lead to tokens that sound alike."""

IN_ORDER = {"name_hi": "<", "name_en": ">"}
"""Before the whole name of a person as it is ordered: what a Hindi and what an English screen shows."""

MADE_AS = 100 * SOUNDS + 2
"""Another one whenever entries come to hold something else; homes then index again."""

SHORT = 3
"""Beginnings of so many letters are words themselves: with fewer than four, thousands of names fit."""

_FIRST_DAY = date(1970, 1, 1).toordinal()
_MOST_LINES = 2
_ASIDE = "~"
MOBILE_END = 4
"""So many last digits of a mobile number find its owner; no more of it is kept here."""

Words = dict[str, int]
"""Words as `search_words` holds them, without the letter of the scope, with their least typed length.

'.sunit' a token, ';ksmr' one that stands beside a name (a father's, a village), '+sunitdivi' two joined,
'*sun' a beginning, '#42' a number, '=kind:MELA' a filter, '<...' a whole name in its order.
"""


def day_number(iso: str) -> int:
    """A day as it is ordered: the later the smaller; one that is not known comes last."""
    return _FIRST_DAY - date.fromisoformat(iso[:10]).toordinal() if iso else 0


def scope_of(word: str, row: int) -> str:
    """The letter before the words of an entry: roster rows are among the people."""
    return SCOPES["person" if row else word]


class _Source(NamedTuple):
    """A table of what is to be found: its text columns, and how they are taken, one or two at a time."""

    table: str
    columns: tuple[str, ...]
    takes: tuple[str, ...]


class Entry(NamedTuple):
    """What is to be found, on which day: texts as `takes` takes them, and words as they are."""

    day: int
    takes: tuple[str, ...]
    texts: tuple[str, ...]
    ready: tuple[str, ...]

    def mark(self) -> int:
        """Another one when anything has changed, what is said or how it is taken."""
        return crc32("\n".join((*self.texts, *self.ready)).encode(), MADE_AS)

    def words(self) -> Words:
        """Everything it is found by, but for beginnings."""
        found = dict.fromkeys(self.ready, 0)
        texts = iter(self.texts)
        for take in self.takes:
            found |= _words(take, tuple(islice(texts, 2 if take.startswith("name") else 1)))
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


def _aside(source: _Source) -> _Source:
    """Of people: what stands beside their own name is found by three letters and more."""
    first, *others = source.takes
    takes = (first, *(take if take == "mobile" else take + _ASIDE for take in others))
    return source._replace(takes=takes)


_SOURCES = {word: _source(word, record_type) for word, record_type in RECORD_TYPES.items()}
_SOURCES["person"] = _aside(_SOURCES["person"])
_ROWS = _aside(_source("activity_rows", RosterRow, ("name", "relation", "village", "mobile")))
_ROW_COLUMNS = ("row", "struck", "anonymous", "village_key", *_ROWS.columns)
_MORE = {"activity": ("start_date", "number", "letter"), "person": ("village_key",)}


@lru_cache(maxsize=20_000)
def _words(take: str, names: tuple[str, ...]) -> Words:
    if take == "mobile":
        return {f".{names[0][-MOBILE_END:]}": 0} if len(names[0]) >= MOBILE_END else {}
    found: Words = {}
    for token, least in search_tokens(*names).items():
        if not least:
            found[(";" if take.endswith(_ASIDE) else ".") + token] = 0
        elif not take.startswith("text") and take != "name" + _ASIDE:
            found["+" + token] = least
    return found


def beginnings(words: Iterable[str]) -> set[str]:
    """All words under which an entry is posted: its own, and the beginnings of its tokens."""
    found: set[str] = set()
    for word in words:
        mark, token = word[0], word[1:]
        if mark not in ".;":
            found.add(word)
            continue
        found.add("." + token)
        if not token[0].isdigit():
            shortest = SHORT if mark == ";" else 1
            found.update("*" + token[:n] for n in range(shortest, SHORT + 1))
    return found


def number_words(number: int, letter: str) -> tuple[str, str]:
    """The words of an activity's printed number, with and without the computer's letter."""
    return f"#{number}", f"#{number}{letter or 'Z'}"


def filter_word(column: str, value: str) -> str:
    """The word of a record whose column has that value."""
    return f"={column}:{value}"


FILTERS = ("kind", "state", "place_key")
"""Columns whose values are words too, in the types that have them."""


class Heading(NamedTuple):
    """What the directory and the head of a record say."""

    id: bytes
    centre: int
    type: str
    deleted: int
    at: str


def entries(tx: Connection, head: Heading) -> dict[int, Entry]:
    """Row -> what is to be found of a record; nothing when it is deleted."""
    if head.deleted:
        return {}
    table, source = record_table(head.type), _SOURCES[head.type]
    filters = tuple(name for name in FILTERS if name in table.c)
    more = _MORE.get(head.type, ())
    (row,) = _rows(tx, source.table, (*source.columns, *filters, *more), head) or ((),)
    if not row:
        return {}
    texts, rest = row[: len(source.columns)], row[len(source.columns) :]
    ready = [filter_word(name, value) for name, value in zip(filters, rest, strict=False) if value]
    if head.type == "person":
        ready += (*_of_somebody(rest[-1]), *_ordered(Name(*texts[:2])))
    if head.type != "activity":
        return {0: Entry(day_number(head.at), source.takes, texts, tuple(ready))}
    place_key, start_date, number, letter = rest[-4:]
    day = day_number(start_date)
    found = {0: Entry(day, source.takes, texts, (*ready, *number_words(number, letter)))}
    for n, struck, anonymous, village_key, *said in _rows(tx, _ROWS.table, _ROW_COLUMNS, head):
        if (said[0] or said[1]) and not struck and not anonymous:
            ready_row = (*_of_somebody(village_key or place_key), *_ordered(Name(*said[:2])))
            found[n] = Entry(day, _ROWS.takes, tuple(said), ready_row)
    return found


def _of_somebody(place_key: str) -> tuple[str, ...]:
    """Somebody who stands on a roster without a village that is known is of the activity's place."""
    return (EVERY, filter_word("place_key", place_key)) if place_key else (EVERY,)


@lru_cache(maxsize=20_000)
def _ordered(name: Name) -> tuple[str, str]:
    return IN_ORDER["name_hi"] + order_key(name.shown(True)), IN_ORDER["name_en"] + order_key(
        name.shown(False)
    )


def forget() -> None:
    """Let go of the names that this process remembers the words of."""
    _words.cache_clear()
    _ordered.cache_clear()


def _rows(tx: Connection, table: str, names: Sequence[str], head: Heading) -> list[tuple[Any, ...]]:
    quoted = ", ".join(f'"{name}"' for name in names)
    sql = f'SELECT {quoted} FROM "{table}" WHERE centre = {{0}} AND id = {{0}}'  # noqa: S608 - our own names
    return ask(tx, sql, (head.centre, head.id))


def ask(tx: Connection, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """What a statement finds, past the toolkit, which takes longer than the look-up; {0} is a value."""
    cursor = tx.connection.cursor()
    cursor.execute(sql.format(place_of_value(tx)), values)
    found = cursor.fetchall()
    cursor.close()
    return list(found)


def place_of_value(tx: Connection) -> str:
    """How the engine's driver writes a value that is to come."""
    return "?" if tx.dialect.name == "sqlite" else "%s"
