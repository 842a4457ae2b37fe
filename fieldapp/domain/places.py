"""The gazetteer: finding places by their names in either script, near other places and by their codes."""

import heapq
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate

from fieldapp.domain.codes import Level
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.names import search_query
from fieldapp.domain.place_tables import LGD_LEVELS, Place, PlaceTree
from fieldapp.domain.text import Text

__all__ = ["Gazetteer", "Place", "marked", "said", "shown"]

_ORDER = {level: rank for rank, level in enumerate(LGD_LEVELS)}
_OTHER_WORDS = {"town": "ulb", "city": "ulb", "tehsil": "subdistrict", "taluka": "subdistrict"}
_KNOWN_FROM_AFAR = frozenset({Level.STATE, Level.DISTRICT, Level.ULB})
_IN_STATE, _ELSEWHERE = 98, 99
_AS_TYPED, _SAME_SOUND, _BEGINS_SO, _HAS_WORD = range(4)


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


class Gazetteer(PlaceTree):
    """Finds places; those near the place that was asked about last are remembered."""

    _near: tuple[str, Mapping[int, int]] = ("", {})

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

    @cached_property
    def _tokens(self) -> str:
        return "\n".join([*(row.tokens for row in self._rows), ""])

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [0, *accumulate(len(row.tokens) + 1 for row in self._rows)]

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
