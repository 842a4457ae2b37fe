"""The tables of places: the government's codes (LGD), names in both scripts, and what lies in what.

A place key is a string: 'state:20', 'district:322', 'subdistrict:2593', 'ulb:251471' (a town or city),
'block:322/3069' (block codes repeat, so a block is known by district and code), and 'place:' with the
record id for a place typed at home. All of it is made of the lines of the tables in resources/places; whoever
makes one reads the files.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from types import MappingProxyType
from typing import NamedTuple, Self

from fieldapp.domain.codes import Level
from fieldapp.domain.names import search_key, search_query

# Also the order in which equally good finds are offered.
LGD_LEVELS = (Level.STATE, Level.DISTRICT, Level.ULB, Level.BLOCK, Level.SUBDISTRICT)
_ABOVE = {
    Level.DISTRICT: Level.STATE,
    Level.ULB: Level.STATE,
    Level.BLOCK: Level.DISTRICT,
    Level.SUBDISTRICT: Level.DISTRICT,
}


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


class PlaceTree:
    """The places of India down to blocks, sub-districts and towns, those typed at home; what lies where."""

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

    def with_typed(self, places: Iterable[Place]) -> Self:
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
        return type(self)(rows, self._by_hand, typed)

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
    def _below(self) -> Mapping[str, Sequence[int]]:
        below = defaultdict(list)
        for at, row in enumerate(self._rows):
            below[row.parent].append(at)
        return below


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
