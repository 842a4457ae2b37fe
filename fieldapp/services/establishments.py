"""Establishments: what the rules say, and whether the same one is known here already."""

from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.names import matches, search_key, search_query
from fieldapp.domain.records import Establishment
from fieldapp.domain.rules import Problem, Setting
from fieldapp.domain.text import Text
from fieldapp.services.records import Query, RecordService
from fieldapp.services.search import looking
from fieldapp.storage import queries
from fieldapp.storage.database import Database

_MOST = 20


class EstablishmentService(RecordService[Establishment]):
    """The verbs every record type has; one that is there twice is a hint beside its name."""

    def __init__(self, database: Database, setting: Setting) -> None:
        super().__init__(database, Establishment, setting)

    def problems(self, record: Establishment) -> tuple[Problem, ...]:
        """What the rules say, and a hint where kind, name (by its sound) and place are known here already."""
        found = super().problems(record)
        if not (record.kind and record.name and record.place and self._is_known(record)):
            return found
        words = Text("An establishment of this kind and name in this place is recorded already.")
        return (*found, Problem("known_establishment", "name", words, False, "seed: adoption"))

    def _is_known(self, record: Establishment) -> bool:
        typed = record.name.shown(hindi=True)
        query = Query(text=typed, kind=record.kind, place=record.place.key)
        with looking(self._database, record.id) as tx:
            others = queries.page(tx, "establishment", query, limit=_MOST).items
        return any(
            other.record.id != record.id
            and _same_name(other.record.name, record.name)
            and _same_place(other.record.place, record.place)
            for other in others
        )


def _same_name(one: Name, other: Name) -> bool:
    """By sound: every word of each stands in the other."""
    return _has_words_of(one, other) and _has_words_of(other, one)


def _has_words_of(one: Name, other: Name) -> bool:
    return matches(search_query(other.shown(hindi=True)), search_key(one.hi, one.en)) == 0


def _same_place(one: PlaceRef, other: PlaceRef) -> bool:
    if one.key or other.key:
        return one.key == other.key
    return search_key(one.words) == search_key(other.words)
