"""The shipped tables of places, read from resources/places when they are first asked for."""

from collections.abc import Mapping
from functools import cache

from fieldapp.domain.codes import Level
from fieldapp.domain.place_tables import OfferedPlace, StateWords, read_offered
from fieldapp.domain.places import Gazetteer
from fieldapp.resources import resource

TABLES = {
    Level.STATE: "states.tsv",
    Level.DISTRICT: "districts.tsv",
    Level.ULB: "towns.tsv",
    Level.BLOCK: "blocks.tsv",
    Level.SUBDISTRICT: "subdistricts.tsv",
}
BY_HAND = "hindi_names.tsv"


@cache
def gazetteer() -> Gazetteer:
    """The places of India, without those typed at home (see Gazetteer.with_typed)."""
    return Gazetteer.from_lines({level: _lines(name) for level, name in TABLES.items()}, _lines(BY_HAND))


@cache
def offered_places() -> Mapping[str, tuple[OfferedPlace, ...]]:
    """Block key -> the panchayats and villages that are offered in it."""
    return read_offered(_lines("bokaro_places.tsv"))


@cache
def state_words() -> StateWords:
    """What things are called in each state."""
    return StateWords(_lines("state_words.tsv"))


def _lines(name: str) -> list[str]:
    return resource("places", name).read_text("utf-8").rstrip("\n").split("\n")
