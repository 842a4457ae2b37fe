"""What is typed, looked up in the search index: the records and roster rows that fit, newest first.

Every way in which something can fit is a stream of places in the order of the postings. Streams are merged,
so that no more is read than a page shows; of several words the rarest is followed, the others looked up.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import merge
from string import ascii_uppercase
from typing import NamedTuple

from sqlalchemy.engine import Connection

from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.identifiers import reference_number as plain_reference
from fieldapp.domain.names import search_query, skeleton
from fieldapp.storage.search_words import (
    ALIKE,
    EVERY,
    IN_ORDER,
    MOBILE_END,
    SCOPES,
    SHORT,
    ask,
    filter_word,
    number_words,
)

Tokens = tuple[int, ...]
"""Numbers of search words of which any will do."""


class Spot(NamedTuple):
    """Where something stands in the index: days and record numbers count down, so the newest comes first."""

    day: int
    record: int
    row: int


FIRST = Spot(-(1 << 31), -(1 << 31), -1)
"""Before everything."""


class Named(NamedTuple):
    """A place in the index by the name that stands there, as `names.order_key` writes it."""

    key: str
    spot: Spot


_COMMON = 400
_FEW_ENOUGH = 3000
"""So many people of a place are put in order at once; of more, the whole order is gone through for them."""
_MOST_ALIKE = 120
FEW = 8
"""So many fill what is offered at a glance; with fewer, those who sound alike are shown after them."""
_AT_ONCE = 60
_NUMBER = re.compile(r"(?:\d{12}/)?0*(\d{1,6})(?:-([A-Za-z]))?")
_SHEET_CODE = re.compile(r"1\d{12}(\d{5})(\d{2})\d{6}")
_LEAST_REFERENCE = 6


@dataclass(frozen=True, slots=True)
class Wish:
    """One way to fit. words must stand in one entry; filters are words of its record.

    rows: what is looked for are roster rows, and their activity is what is found.
    """

    words: tuple[Tokens, ...]
    filters: tuple[Tokens, ...] = ()
    rows: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Ways to fit that are equally good, and what was found already in another way.

    if_fewer: it is asked only when better groups have found fewer than this.
    """

    wishes: tuple[Wish, ...]
    found: tuple[Spot, ...] = ()
    if_fewer: int = 1


Filters = Sequence[tuple[str, Sequence[str]]]
"""Column and the values of it that are let through."""


def groups(tx: Connection, word: str, text: str, filters: Filters = ()) -> tuple[Group, ...]:
    """How records of a type can fit what is typed, the strictest group first.

    What only sounds alike comes after the few that fit, what leaves out a word when there is nothing else.
    An activity is also found by its roster rows, by a receipt number and by the digits of its sheet.
    """
    text = fold_digits(text).strip()
    scope = SCOPES[word]
    passed = tuple(
        _exact(tx, [scope + filter_word(name, value) for value in values]) for name, values in filters
    )
    if not all(passed):
        return ()
    asked = search_query(text)
    part = [words for words in asked if not set(words) < set(asked[0])]
    made = []
    for words_of, asked_of in ((_tokens, part), (_alike, part), (_tokens, [*asked[len(part) :]])):
        wishes = [_wish(word, words, passed) for words in _found_words(tx, scope, asked_of, words_of)]
        if word == "activity":
            people = _found_words(tx, SCOPES["person"], asked_of, words_of)
            wishes += [Wish(words, passed, rows=True) for words in people]
        made.append(wishes)
    strict, alike, loose = made
    spots: tuple[Spot, ...] = ()
    if word == "activity":
        strict += [Wish(words, passed) for words in _numbered(tx, text)]
        spots = _by_reference(tx, text)
    every = (Group(tuple(strict), spots), Group(tuple(alike), if_fewer=FEW), Group(tuple(loose)))
    return tuple(group for group in every if group.wishes or group.found)


def _wish(word: str, words: tuple[Tokens, ...], passed: tuple[Tokens, ...]) -> Wish:
    """Of people, records and roster rows each have the words of their own filters."""
    return Wish((*words, *passed)) if word == "person" else Wish(words, passed)


def everybody(tx: Connection, filters: Filters = ()) -> tuple[Group, ...]:
    """All people, newest first."""
    scope = SCOPES["person"]
    wanted = [[EVERY], *([filter_word(name, value) for value in values] for name, values in filters)]
    words = tuple(_exact(tx, [scope + one for one in either]) for either in wanted[1:] or wanted)
    return (Group((Wish(words),)),) if all(words) else ()


def find(tx: Connection, group: Group, after: Spot, limit: int) -> list[Spot]:
    """The next places of a group, in order and each once; fewer than `limit` when there are no more."""
    streams = [_stream(tx, wish, after, limit) for wish in group.wishes]
    streams.append(sorted(spot for spot in group.found if spot > after))
    return _merged(streams, limit)


def in_order(
    tx: Connection, sort: str, filters: Filters, after: Named | None, limit: int, *, backwards: bool = False
) -> list[Named]:
    """The next people in the order of their names; fewer than `limit` when there are no more.

    sort: a column of `search_words.IN_ORDER`; within one name the newest come first, backwards last.
    """
    scope, mark = SCOPES["person"], IN_ORDER[sort]
    passed = [_exact(tx, [scope + filter_word(name, value) for value in values]) for name, values in filters]
    if not all(passed):
        return []
    for tokens in passed:
        if _how_common(tx, tokens, _FEW_ENOUGH) < _FEW_ENOUGH:
            return _few_in_order(tx, mark, tokens, passed, after, limit, backwards=backwards)
    where = [_stands("p", "f", tokens, '= p."row"') for tokens in passed]
    start = (scope + mark).encode()
    beyond = start[:-1] + bytes([start[-1] + 1])
    found: list[Named] = []
    if after is not None:
        here = start + after.key.encode()
        same = [*where, f'(p.day, p.record, p."row") {"<" if backwards else ">"} {tuple(after.spot)}']
        found = _named(tx, "w.word = {0}", (here,), same, limit, backwards=backwards)
        start, beyond = (start, here) if backwards else (here + b"\0", beyond)
    if len(found) < limit:
        between = "w.word >= {0} AND w.word < {0}"
        found += _named(tx, between, (start, beyond), where, limit - len(found), backwards=backwards)
    return found


def _named(
    tx: Connection, words: str, values: Sequence[bytes], where: Sequence[str], limit: int, *, backwards: bool
) -> list[Named]:
    down = " DESC" if backwards else ""
    end = " AND ".join(["p.word = w.n", words, *where])
    sql = (
        'SELECT w.word, p.day, p.record, p."row" FROM search_words w '  # noqa: S608 - whole numbers, our words
        "CROSS JOIN search_postings p "
        f'WHERE {end} ORDER BY w.word{down}, p.day{down}, p.record{down}, p."row"{down} LIMIT {limit}'
    )
    return [Named(bytes(word)[2:].decode(), Spot(*spot)) for word, *spot in ask(tx, sql, values)]


def _few_in_order(
    tx: Connection,
    mark: str,
    tokens: Tokens,
    passed: Sequence[Tokens],
    after: Named | None,
    limit: int,
    *,
    backwards: bool,
) -> list[Named]:
    """As `in_order`, of few people: all are read, for where they stand in the order is kept beside them."""
    where = [_stands("p", "f", other, '= p."row"') for other in passed if other is not tokens]
    end = " AND ".join([f"p.word IN ({','.join(map(str, tokens))})", *where])
    sql = (
        'SELECT p.day, p.record, p."row", e.words FROM search_postings p '  # noqa: S608 - whole numbers
        f'JOIN search_entries e ON e.record = p.record AND e."row" = p."row" WHERE {end}'
    )
    found = set()
    for *spot, words in ask(tx, sql):
        key = next((word[1:] for word in bytes(words).decode().split("\n") if word.startswith(mark)), "")
        found.add(Named(key, Spot(*spot)))
    beyond = [one for one in found if after is None or (one < after if backwards else one > after)]
    return sorted(beyond, reverse=backwards)[:limit]


def _merged(streams: Sequence[list[Spot]], limit: int) -> list[Spot]:
    """The first places of streams that are each in order and without repeats, as one such stream."""
    streams = [stream for stream in streams if stream]
    if len(streams) < 2:
        return streams[0][:limit] if streams else []
    found: list[Spot] = []
    for spot in merge(*streams):
        if not found or spot != found[-1]:
            if len(found) == limit:
                break
            found.append(spot)
    return found


# ---------------------------------------------------------------- from what is typed to words of the index


_WordsOf = Callable[[Connection, str, Sequence[str]], Tokens]


def _found_words(
    tx: Connection, scope: str, asked: Sequence[Sequence[Sequence[str]]], words_of: _WordsOf
) -> list[tuple[Tokens, ...]]:
    """The alternatives of a query as tokens; those with a word that nothing has are left out."""
    found = []
    for words in asked:
        tokens = tuple(words_of(tx, scope, forms) for forms in words)
        if all(tokens):
            found.append(tokens)
    return found


def _tokens(tx: Connection, scope: str, forms: Sequence[str]) -> Tokens:
    """What a typed word may be: exact for digits and short beginnings, else all that begins with it."""
    exact: list[str] = []
    found: list[int] = []
    for form in forms:
        if form.isdigit():
            exact.append(f"{scope}.{form[-MOBILE_END:] if scope == SCOPES['person'] else form}")
            exact += [f"{scope}#{int(form)}"] if scope == SCOPES["activity"] else []
        elif len(form) <= SHORT:
            exact += [f"{scope}*{form}", f"{scope}.{form}"]
        else:
            found += _beginning_with(tx, f"{scope}.{form}")
            found += _beginning_with(tx, f"{scope}+{form}", len(form))
    return tuple(dict.fromkeys((*_exact(tx, exact), *found)))


def _alike(tx: Connection, scope: str, forms: Sequence[str]) -> Tokens:
    """What a typed word may be, whatever its vowels; a short one is taken as it is."""
    found: list[int] = []
    for bones in dict.fromkeys(filter(None, map(skeleton, forms))):
        whole = " " if len(bones) <= SHORT else ""
        found += [-n for n in _beginning_with(tx, f"{scope}{ALIKE}{bones}{whole}", len(bones))]
    return tuple(dict.fromkeys(found))[:_MOST_ALIKE] or _tokens(tx, scope, forms)


def _exact(tx: Connection, words: Sequence[str]) -> Tokens:
    if not words:
        return ()
    places = ", ".join(["{0}"] * len(words))
    sql = f"SELECT n FROM search_words WHERE word IN ({places})"  # noqa: S608 - only places of values
    return tuple(n for (n,) in ask(tx, sql, [word.encode() for word in words]))


def _beginning_with(tx: Connection, start: str, least: int = 0) -> Tokens:
    low = start.encode()
    high = low[:-1] + bytes([low[-1] + 1])
    sql = "SELECT n FROM search_words WHERE word >= {0} AND word < {0} AND least <= {0}"
    return tuple(n for (n,) in ask(tx, sql, (low, high, least)))


def _numbered(tx: Connection, text: str) -> list[tuple[Tokens, ...]]:
    """The words of a printed number (0042-A) or of the digits in a sheet's QR code."""
    if code := _SHEET_CODE.fullmatch(text):
        letter = int(code[2])
        named = ascii_uppercase[letter - 1] if 0 < letter <= len(ascii_uppercase) else ""
        number, letter_given = int(code[1]), named
    elif printed := _NUMBER.fullmatch(text):
        number, letter_given = int(printed[1]), (printed[2] or "").upper()
    else:
        return []
    bare, full = number_words(number, letter_given)
    tokens = _exact(tx, [SCOPES["activity"] + (full if letter_given else bare)])
    return [(tokens,)] if tokens else []


def _by_reference(tx: Connection, text: str) -> tuple[Spot, ...]:
    """The activities where a receipt number stands."""
    reference = plain_reference(text)
    if len(reference) < _LEAST_REFERENCE or not any(c.isdigit() for c in reference):
        return ()
    sql = (
        "SELECT DISTINCT e.day, r.n, 0 FROM activity_rows_tries t JOIN search_records r ON r.id = t.id "
        'JOIN search_entries e ON e.record = r.n AND e."row" = 0 WHERE t.reference_number = {0}'
    )
    return tuple(Spot(*row) for row in ask(tx, sql, (reference,)))


# ---------------------------------------------------------------- streams of postings


def _stream(tx: Connection, wish: Wish, after: Spot, limit: int) -> list[Spot]:
    """The next places that fit one wish, by following its rarest word."""
    every = [*wish.words, *wish.filters]
    rarest = min(range(len(every)), key=lambda at: _how_common(tx, every[at])) if len(every) > 1 else 0
    by_filter = rarest >= len(wish.words)
    others = [tokens for at, tokens in enumerate(wish.words) if at != rarest]
    passed = [tokens for at, tokens in enumerate(wish.filters, len(wish.words)) if at != rarest]
    where = [_stands("p", "f", tokens, "= 0") for tokens in passed]
    if by_filter and wish.rows:
        first, *rest = others
        same_row = [_stands("o", "r", tokens, '= o."row"') for tokens in rest]
        where.append(_stands("p", "o", first, "> 0", same_row))
    else:
        where += [_stands("p", "o", tokens, '= p."row"') for tokens in others]
    if wish.rows and not by_filter:
        where.append('p."row" > 0')
    return _followed(tx, every[rarest], where, after, limit, by_record=wish.rows)


def _followed(
    tx: Connection, tokens: Tokens, where: list[str], after: Spot, limit: int, *, by_record: bool
) -> list[Spot]:
    """The postings of any of these tokens after a place; no token is read further than asked."""
    what = "DISTINCT p.day, p.record" if by_record else 'p.day, p.record, p."row"'
    order = "1, 2" if by_record else "1, 2, 3"
    beyond = f"(p.day, p.record) > ({after.day}, {after.record})"
    if not by_record:
        beyond = f'(p.day, p.record, p."row") > ({after.day}, {after.record}, {after.row})'
    end = " AND ".join([beyond, *where])
    streams = []
    for at in range(0, len(tokens), _AT_ONCE):
        selects = [
            f"SELECT {what} FROM search_postings p WHERE p.word = {token} AND {end} "  # noqa: S608 - whole numbers
            f"ORDER BY {order} LIMIT {limit}"
            for token in tokens[at : at + _AT_ONCE]
        ]
        if len(selects) == 1:
            sql = selects[0]
        else:
            parts = [f"SELECT * FROM ({one}) s{n}" for n, one in enumerate(selects)]  # noqa: S608
            sql = f"{' UNION '.join(parts)} ORDER BY {order} LIMIT {limit}"
        found = ask(tx, sql)
        streams.append([Spot(row[0], row[1], 0 if by_record else row[2]) for row in found])
    return _merged(streams, limit)


def _stands(of: str, alias: str, tokens: Tokens, row: str, more: Sequence[str] = ()) -> str:
    """SQL: one of these tokens stands at the same record."""
    listed = ",".join(map(str, tokens))
    same = (
        f"{alias}.word IN ({listed}) AND {alias}.day = {of}.day AND {alias}.record = {of}.record "
        f'AND {alias}."row" {row}'
    )
    inside = " AND ".join([same, *more])
    return f"EXISTS (SELECT 1 FROM search_postings {alias} WHERE {inside})"  # noqa: S608 - whole numbers


def _how_common(tx: Connection, tokens: Tokens, most: int = _COMMON) -> int:
    """How many postings there are, counted up to a few hundred for each of a few tokens."""
    listed = ",".join(map(str, tokens))
    sql = f"SELECT count(*) FROM (SELECT 1 FROM search_postings WHERE word IN ({listed}) LIMIT {most}) s"  # noqa: S608
    return int(ask(tx, sql)[0][0])
