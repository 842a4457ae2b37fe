"""Whether two homes hold the same records, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fieldapp.domain.fields import flatten
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.homes import OpenHome
from fieldapp.services.records import ActivityFigures, Query

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Proof:
    """What was compared. differences: 'type id path' of every value that is another one at head office."""

    records: int
    values: int
    differences: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether head office has exactly what the centres have."""
        return not self.differences

    def __add__(self, other: "Proof") -> "Proof":
        return Proof(
            self.records + other.records,
            self.values + other.values,
            self.differences + other.differences,
        )


def compare(own: OpenHome, office: OpenHome, centre: int) -> Proof:
    """Compare everything a centre's home wrote with what head office holds under that centre's number.

    The figures of activities, which each home adds up for itself, are compared too.
    """
    mine, theirs = contents(own, own.keys.key_id), contents(office, own.keys.key_id, centre)
    values, differences = 0, []
    for key in sorted(mine.keys() | theirs.keys()):
        before, after = mine.get(key, {}), theirs.get(key, {})
        for path in sorted(before.keys() | after.keys()):
            values += 1
            if before.get(path) != after.get(path):
                differences.append(f"{key} {path}")
    return Proof(len(mine), values, tuple(differences))


def contents(home: OpenHome, owner: str, centre: int | None = None) -> dict[str, Plain]:
    """'type id' -> every value of the record by its path, for the records of one owner."""
    found: dict[str, Plain] = {}
    for word in RECORD_TYPES:
        service = home.services.for_type(word)
        page = service.page(home.actor, Query(centre=centre))
        while True:
            for held in page.items:
                if held.owner == owner:
                    whole = service.get(home.actor, held.record.id).record
                    figures = page.figures.get(held.record.id)
                    found[f"{word} {whole.id}"] = dict(_paths(flatten(whole), "")) | _figures(figures)
            if page.next is None:
                break
            page = service.page(home.actor, Query(centre=centre), page.next)
    return found


def _figures(figures: ActivityFigures | None) -> Plain:
    if figures is None:
        return {}
    return {f"figures/{name}": getattr(figures, name) for name in figures.__slots__}


def _paths(plain: Mapping[str, Any], begins: str) -> Iterator[tuple[str, Any]]:
    """Every value of a plain form with its path; parts by their place in the list."""
    for name, value in plain.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for n, item in enumerate(value, start=1):
                yield from _paths(item, f"{begins}{name}/{n}/")
        else:
            yield begins + name, value
