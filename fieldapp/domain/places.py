"""Places: the government's codes for them (LGD), their names in both scripts, and finding them by either.

A place key is a string: 'state:20', 'district:322', 'subdistrict:2593', 'ulb:251471' (a town or city),
'block:322/3069' (block codes repeat, so a block is known by district and code), and 'place:' with the
record id for a place typed at home. The gazetteer is built from the lines of the tables in resources/places;
whoever makes one reads the files.
"""

import heapq
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple, Self

from fieldapp.domain.codes import Level
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.names import search_key, search_query
from fieldapp.domain.text import Text

# Also the order in which equally good finds are offered.
LGD_LEVELS = (Level.STATE, Level.DISTRICT, Level.ULB, Level.BLOCK, Level.SUBDISTRICT)
_ORDER = {level: rank for rank, level in enumerate(LGD_LEVELS)}
_ABOVE = {
    Level.DISTRICT: Level.STATE,
    Level.ULB: Level.STATE,
    Level.BLOCK: Level.DISTRICT,
    Level.SUBDISTRICT: Level.DISTRICT,
}
_OTHER_WORDS = {"town": "ulb", "city": "ulb", "tehsil": "subdistrict", "taluka": "subdistrict"}
_KNOWN_FROM_AFAR = frozenset({Level.STATE, Level.DISTRICT, Level.ULB})
_IN_STATE, _ELSEWHERE = 98, 99
_AS_TYPED, _SAME_SOUND, _BEGINS_SO, _HAS_WORD = range(4)


class Place(NamedTuple):
    """A place. name_hi is '' when its Hindi name is not known; hindi_source says where that name is from.

    aliases: other spellings and scripts, for searching only. parent: a key, '' for a state. lgd_code: 0 when
    there is none.
    """

    key: str
    level: Level
    name_en: str
    name_hi: str = ""
    aliases: tuple[str, ...] = ()
    parent: str = ""
    lgd_code: int = 0
    hindi_source: str = ""


class OfferedPlace(NamedTuple):
    """A panchayat, village or other place that can be added to a block with one choice."""

    level: Level
    name_en: str
    name_hi: str
    aliases: tuple[str, ...]
    lgd_code: int
    source: str


def shown(place: Place, language: str) -> tuple[str, bool]:
    """(the name to show, whether it is in the other language and must be marked so).

    language: 'hi' or 'en'. A missing Hindi name shows the English one, and the other way round.
    """
    wished, other = (place.name_hi, place.name_en) if language == "hi" else (place.name_en, place.name_hi)
    return (wished, False) if wished else (other, True)


def marked(place: Place, language: str) -> str:
    """The name to show; one that is only known in the other language says so: 'Khairachatar (EN)'."""
    name, other = shown(place, language)
    return f"{name} ({'EN' if language == 'hi' else 'HI'})" if other else name


def said(words: str, place: Place | None, language: str) -> str:
    """How a place is shown that a record holds with these words; place: the one they stand for, if any.

    Words in the letters of the language ('hi' or 'en') stay. Others give way to the place's name, and where
    it has none in that language they stay and say so: 'खैराचातर (HI)'.
    """
    devanagari = any("\u0900" <= c <= "\u097f" for c in words)
    if place is None or not words or devanagari == (language == "hi"):
        return words
    name, other = shown(place, language)
    return f"{words} ({'EN' if language == 'hi' else 'HI'})" if other else name


def search_column(names: Iterable[str]) -> str:
    """The tokens a place is found by: '=...' for each whole name, then those of its words."""
    whole: dict[str, None] = {}
    tokens: dict[str, None] = {}
    for name in names:
        query = search_query(name)
        joined = next((words[0] for words in query if len(words) == 1), ())
        whole.update(dict.fromkeys(f"={form}" for form in joined))
        tokens.update(dict.fromkeys(search_key(name).split()))
    return " ".join([*whole, *(token for token in tokens if f"={token}" not in whole)])


@cache
def _typed_tokens(place: Place) -> str:
    return search_column((place.name_en, place.name_hi, *place.aliases))


class _Row(NamedTuple):
    """A place as it stands in the tables. `tokens` is its search column."""

    key: str
    level: Level
    parent: str
    name_en: str
    local: str
    tokens: str


class _ByHand(NamedTuple):
    """What hindi_names.tsv says of a place; name_en and parent only where the table's are to be replaced."""

    name_hi: str = ""
    name_en: str = ""
    aliases: str = ""
    parent: str = ""
    source: str = ""


class Gazetteer:
    """The places of India down to blocks, sub-districts and towns, and those typed at home."""

    def __init__(
        self,
        rows: Sequence[_Row],
        by_hand: Mapping[str, _ByHand],
        typed: Mapping[str, Place] = MappingProxyType({}),
    ) -> None:
        self._rows = rows
        self._by_hand = by_hand
        self._typed = typed
        self._at = {row.key: at for at, row in enumerate(rows)}
        self._near: tuple[str, Mapping[int, int]] = ("", {})

    @classmethod
    def from_lines(cls, tables: Mapping[Level, Iterable[str]], by_hand: Iterable[str]) -> Self:
        """tables: per LGD level the lines of its table: code, parent, name_en, local name, search column.
        by_hand: the lines of hindi_names.tsv: key, name_hi, name_en, aliases, parent, source.

        The first line of each is its heading; columns are split by tabs. The search columns already hold the
        names of by_hand (installer/build_places.py puts them there).
        """
        hand = {key: _ByHand(*rest) for key, *rest in _columns(by_hand)}
        rows = []
        for level in LGD_LEVELS:
            prefix, above = f"{level.lower()}:", f"{_ABOVE[level].lower()}:" if level in _ABOVE else ""
            for code, parent, name_en, local, tokens in _columns(tables.get(level, ())):
                key = prefix + code
                known = hand.get(key)
                lies_in = known.parent if known and known.parent else above + parent
                rows.append(_Row(key, level, lies_in, name_en, local, tokens))
        return cls(rows, hand)

    def with_typed(self, places: Iterable[Place]) -> "Gazetteer":
        """The same gazetteer and these places typed at home, each with its key, level and parent."""
        more = {place.key: place for place in places}
        if not more:
            return self
        typed = dict(self._typed) | more
        rows = [row for row in self._rows if row.key not in typed]
        rows += [
            _Row(place.key, place.level, place.parent, place.name_en, "", _typed_tokens(place))
            for place in typed.values()
        ]
        return Gazetteer(rows, self._by_hand, typed)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: str) -> bool:
        return key in self._at

    def __getitem__(self, key: str) -> Place:
        """The place of a key. Raises KeyError when there is none."""
        return self._place(self._at[key])

    def get(self, key: str) -> Place | None:
        """The place of a key, or None."""
        at = self._at.get(key)
        return None if at is None else self._place(at)

    def _place(self, at: int) -> Place:
        row = self._rows[at]
        if row.key in self._typed:
            return self._typed[row.key]
        hand = self._by_hand.get(row.key, _ByHand())
        others = (*hand.aliases.split(";"), row.local, row.name_en if hand.name_en else "")
        return Place(
            key=row.key,
            level=row.level,
            name_en=hand.name_en or row.name_en,
            name_hi=hand.name_hi,
            aliases=tuple(dict.fromkeys(filter(None, others))),
            parent=row.parent,
            lgd_code=int(re.split("[:/]", row.key)[-1]),
            hindi_source=hand.source if hand.name_hi else "",
        )

    # ------------------------------------------------------------ up and down

    def ancestors(self, key: str) -> tuple[Place, ...]:
        """The places a place lies in, the nearest first; empty for a state or an unknown key."""
        return tuple(self._place(self._at[above]) for above in self._chain(key))

    def _chain(self, key: str) -> Iterator[str]:
        """The keys above a key, the nearest first; what is typed at home may even lie in itself."""
        seen = {key}
        while key in self._at:
            key = self._rows[self._at[key]].parent
            if key in seen or key not in self._at:
                return
            seen.add(key)
            yield key

    def state_of(self, key: str) -> str:
        """The key of the state a place lies in or is, '' where none is known."""
        if key not in self._at:
            return ""
        *_, highest = key, *self._chain(key)
        return highest if self._rows[self._at[highest]].level is Level.STATE else ""

    def lies_in(self, key: str, above: str) -> bool:
        """Whether a place is another one or lies in it."""
        return key == above or above in self._chain(key)

    def children(self, key: str, level: Level | None = None) -> tuple[Place, ...]:
        """The places that lie directly in a place ('' for the states), by English name."""
        below = (self._place(at) for at in self._below.get(key, ()))
        return tuple(sorted((p for p in below if level in (None, p.level)), key=lambda p: (p.name_en, p.key)))

    def _inside(self, key: str) -> set[int]:
        """The rows of all places that lie in a place, however deep."""
        inside: set[int] = set()
        new = list(self._below.get(key, ()))
        while new:
            at = new.pop()
            if at not in inside:
                inside.add(at)
                new += self._below.get(self._rows[at].key, ())
        return inside

    @cached_property
    def _tokens(self) -> str:
        return "\n".join([*(row.tokens for row in self._rows), ""])

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [0, *accumulate(len(row.tokens) + 1 for row in self._rows)]

    @cached_property
    def _below(self) -> Mapping[str, Sequence[int]]:
        below = defaultdict(list)
        for at, row in enumerate(self._rows):
            below[row.parent].append(at)
        return below

    # ------------------------------------------------------------ finding

    def find(
        self,
        text: str,
        levels: Iterable[Level] | None = None,
        within: str = "",
        limit: int = 20,
        near: str = "",
    ) -> tuple[Place, ...]:
        """The places whose names or aliases, in either script, have words that begin like those typed.

        levels: only these. within: only what lies in the place of this key. near: what lies in this place, or
        else in its district, and begins so comes first. Then come names just as they were typed, whole names
        of the same sound, names that begin so, and the rest; among equals those of the same state, the higher
        level, the shorter name.
        """
        wanted = frozenset(levels) if levels is not None else None
        inside = self._inside(within) if within else None
        rings = self._rings(near)
        ranks: dict[int, int] = {}
        for rank, rows in self._hits(text):
            last, full = None, False
            for at in rows:
                if full and at not in rings:
                    continue
                level = self._rows[at].level
                if len(ranks) >= limit and level is not last and at not in rings:
                    full = True  # what follows is of a lower level, and only what is near can be better
                elif (wanted is None or level in wanted) and (inside is None or at in inside):
                    ranks.setdefault(at, rank)
                    last = level
        typed = text.strip().casefold()
        for at, rank in ranks.items():
            if rank == _SAME_SOUND and typed in self._names(at):
                ranks[at] = _AS_TYPED

        def order(at: int) -> tuple[object, ...]:
            rank, ring = ranks[at], rings.get(at, _ELSEWHERE)
            close = ring < _IN_STATE and rank <= _BEGINS_SO
            return not close, ring if close else 0, max(rank, _SAME_SOUND), ring, rank, *self._order(at)

        return tuple(self._place(at) for at in heapq.nsmallest(limit, ranks, key=order))

    def namesakes(self, text: str, within: str) -> tuple[Place, ...]:
        """The places in another one of the same sound, in whichever script: खैराचातर is Khairachatar."""
        inside = self._inside(within)
        return tuple(self._place(at) for at in self._same_sound(text) if at in inside)

    def meant(self, text: str, near: str = "") -> Place | None:
        """The one place that these words name, or None where several may be meant, or none.

        Of several the nearest is meant, and the block rather than the revenue circle of the same name. What
        lies in another state is not meant by a village's name alone: only towns, districts and states are.
        """
        typed, rings = text.strip().casefold(), self._rings(near)
        same = [at for at in self._same_sound(text) if typed in self._names(at)]
        if near:
            same = [at for at in same if at in rings or self._rows[at].level in _KNOWN_FROM_AFAR]
        nearest = min((rings.get(at, _ELSEWHERE) for at in same), default=0)
        same = [at for at in same if rings.get(at, _ELSEWHERE) == nearest]
        blocks = {self._rows[at].parent for at in same if self._rows[at].level is Level.BLOCK}
        same = [
            at
            for at in same
            if self._rows[at].level is not Level.SUBDISTRICT or self._rows[at].parent not in blocks
        ]
        return self._place(same[0]) if len(same) == 1 else None

    def _same_sound(self, text: str) -> list[int]:
        return next(rows for _, rows in self._hits(text))

    def _rings(self, near: str) -> Mapping[int, int]:
        """The rows round a place: 0 for what lies in it, 1 in the one above, and so on up to the state."""
        if near != self._near[0]:
            rings: dict[int, int] = {}
            around = [self._at[key] for key in (near, *self._chain(near)) if key in self._at]
            for ring, centre in enumerate(around):
                row = self._rows[centre]
                for at in (centre, *self._inside(row.key)):
                    rings.setdefault(at, _IN_STATE if row.level is Level.STATE else ring)
            self._near = near, rings
        return self._near[1]

    def _names(self, at: int) -> tuple[str, ...]:
        place = self._place(at)
        return tuple(name.casefold() for name in (place.name_en, place.name_hi, *place.aliases))

    def _order(self, at: int) -> tuple[int, int, str]:
        row = self._rows[at]
        return (_ORDER.get(row.level, len(_ORDER)), len(row.name_en), row.name_en)

    def _hits(self, text: str) -> Iterator[tuple[int, list[int]]]:
        """(rank, its rows in order), the best rank first; a row may come again with a worse one."""
        query = search_query(text)
        alone = [form for words in query if len(words) == 1 for form in words[0]]
        yield _SAME_SOUND, self._rows_with([f"={form}(?=[ \n])" for form in alone])
        yield _BEGINS_SO, self._rows_with([f"={form}" for form in alone])
        rows = self._rows_with([f" {form}" for form in alone])
        for words in query:
            if len(words) > 1:
                longest = max(words, key=lambda forms: len(forms[0]))
                some = self._rows_with([mark + form for form in longest for mark in "= "])
                rows += [at for at in some if self._has_all(at, words)]
        yield _HAS_WORD, sorted(rows)

    def _rows_with(self, patterns: Iterable[str]) -> list[int]:
        found = {
            bisect_right(self._starts, match.start()) - 1
            for pattern in patterns
            for match in re.finditer(pattern, self._tokens)
        }
        return sorted(found)

    def _has_all(self, at: int, words: Sequence[Sequence[str]]) -> bool:
        tokens = self._rows[at].tokens
        return all(any(f" {form}" in tokens or f"={form}" in tokens for form in forms) for forms in words)

    # ------------------------------------------------------------ codes

    def parse_lgd(self, text: str) -> str:
        """The key that was meant on a command line: a key itself, '322/3069' for a block, 'block 3069' or a
        bare '251471' where only one place has that code. A key of a place typed at home passes as it is.

        Raises InvalidInput when there is no such place or more than one.
        """
        plain = re.sub(r"[\s:]+", ":", fold_digits(text).strip().casefold())
        if re.fullmatch("place:[0-9a-f]{32}", plain):
            return plain
        name, _, code = plain.rpartition(":")
        wanted = [_OTHER_WORDS.get(name, name)] if name else [level.lower() for level in LGD_LEVELS]
        found = [f"{level}:{code}" for level in wanted if f"{level}:{code}" in self._at]
        if "block" in wanted and code.isdecimal():
            ends = f"/{code}"
            found += [row.key for row in self._rows if row.level is Level.BLOCK and row.key.endswith(ends)]
        if len(found) == 1:
            return found[0]
        if found:
            raise InvalidInput(
                Text("More than one place has this code: {keys}", keys=", ".join(found)),
                Text("Write one of these instead."),
                code="place_code",
            )
        raise InvalidInput(
            Text("There is no place with the code {code}", code=text),
            Text("Write the level and the LGD code, as in district:322, block:322/3069 or ulb:251471."),
            code="place_code",
        )


# ---------------------------------------------------------------- the smaller tables


def read_offered(lines: Iterable[str]) -> dict[str, tuple[OfferedPlace, ...]]:
    """Block key -> the places to offer in it, from the lines of a table such as bokaro_places.tsv."""
    offered = defaultdict(list)
    for block, name_en, name_hi, level, aliases, code, source in _columns(lines):
        names = tuple(filter(None, aliases.split(";")))
        offered[block].append(OfferedPlace(Level(level), name_en, name_hi, names, int(code or 0), source))
    return {block: tuple(places) for block, places in offered.items()}


class StateWords:
    """What a thing is called in a state: a block is प्रखंड in Jharkhand and विकास खंड in Uttar Pradesh."""

    def __init__(self, lines: Iterable[str]) -> None:
        """lines: of state_words.tsv: concept, state key or * for all others, Hindi, English."""
        self._words = {(concept, state): (hi, en) for concept, state, hi, en in _columns(lines)}

    def words(self, concept: str, state: str, language: str) -> str:
        """The word for a concept ('block', 'district_head', ...) in the state of this key; 'hi' or 'en'.

        Raises KeyError for a concept that is not in the table.
        """
        hindi, english = self._words.get((concept, state)) or self._words[concept, "*"]
        return hindi if language == "hi" else english


def _columns(lines: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(lines)
    next(rest, None)
    return (line.rstrip("\r\n").split("\t") for line in rest)
