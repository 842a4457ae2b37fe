"""The place a line of a list speaks of: by its code where there is one, else by its words within their place.

A village that no table holds is kept in its own words under the block it lies in; a name that fits several
places is kept in its words alone, for people to choose.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fieldapp.domain.codes import Level
from fieldapp.domain.fields import PlaceRef
from fieldapp.domain.periods import parse_whole
from fieldapp.domain.places import Gazetteer, Place
from fieldapp.domain.text import Text
from fieldapp.services.load_cells import clean, refused
from fieldapp.services.load_columns import squashed
from fieldapp.services.load_kinds import DOWNWARDS, PLACE_KEY, PLACE_WORDS

_MANY = 50
_BRACKETS = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a line's place is. unknown: its words when no code was found for them, else ''."""

    ref: PlaceRef
    unknown: str = ""


class PlaceFinder:
    """Finds places from the columns of a list. levels: what bare words mean, the likeliest first."""

    def __init__(self, gazetteer: Gazetteer, levels: Sequence[Level]) -> None:
        self._gazetteer = gazetteer
        self._levels = levels
        self._found: dict[tuple[tuple[str, tuple[str, ...]], ...], Placed] = {}

    def find(self, cells: Mapping[str, Sequence[str]]) -> Placed:
        """The place of a line. cells: what stands under each place column ('@block.code', '@place', ...).

        Raises InvalidInput when a code is no place's.
        """
        asked = tuple((goal, tuple(words)) for goal, words in cells.items())
        if asked not in self._found:  # a long list names few places, and finding one takes its time
            self._found[asked] = self._look_up(cells)
        return self._found[asked]

    def _look_up(self, cells: Mapping[str, Sequence[str]]) -> Placed:
        within = self._by_key(cells.get(PLACE_KEY, ()))
        unknown = ""
        for level in DOWNWARDS:
            codes, names = (cells.get(f"@{level.lower()}.{what}", ()) for what in ("code", "name"))
            found = self._by_code(level, codes, within) or self._by_name(names, (level,), within)
            within = found or within
            if names and not found:
                unknown = clean(names[0])
            elif found:
                unknown = ""
        words = cells.get(PLACE_WORDS, ())
        if words and not (within and _is_called(within, words)):
            found = self._by_name(words, self._levels, within)
            within = found or within
            unknown = "" if found else clean(words[0])
        if unknown:
            return Placed(PlaceRef(within.key if within else "", unknown), unknown)
        return Placed(PlaceRef(within.key, within.name_hi or within.name_en) if within else PlaceRef())

    def _by_key(self, keys: Sequence[str]) -> Place | None:
        return self._gazetteer.get(self._gazetteer.parse_lgd(keys[0])) if keys else None

    def _by_code(self, level: Level, codes: Sequence[str], within: Place | None) -> Place | None:
        if not codes or not (code := parse_whole(codes[0])):
            return None
        key = f"{level.lower()}:{code}"
        if level is Level.BLOCK and within is not None and within.level is Level.DISTRICT:
            key = f"block:{within.lgd_code}/{code}"
        elif level is Level.BLOCK:
            key = self._gazetteer.parse_lgd(f"block {code}")
        found = self._gazetteer.get(key)
        if found is None and level in (Level.GP, Level.VILLAGE):
            return None
        if found is None:
            title = Text(
                "There is no place with the code {code} ({level}).", code=code, level=Text(level.label)
            )
            raise refused("no_such_place", title)
        return found

    def _by_name(self, names: Sequence[str], levels: Sequence[Level], within: Place | None) -> Place | None:
        """The one place of these levels with one of the names; None when there is none, or more than one."""
        for name in names:
            found = self._gazetteer.find(
                _BRACKETS.sub("", name), levels, within.key if within else "", limit=_MANY
            )
            exact = [place for place in found if _is_called(place, (name,))]
            for level in levels:
                same = [place for place in exact if place.level is level]
                if len(same) == 1:
                    return same[0]
                if same:
                    break
        return None


def _is_called(place: Place, words: Sequence[str]) -> bool:
    names = {squashed(name) for name in (place.name_en, place.name_hi, *place.aliases)}
    return any(squashed(_BRACKETS.sub("", one)) in names for one in words)
