"""What a service call changed, so that open pages know whether to read again."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Touched:
    """The records that changed, as (type, id); `everything` after an import, where a list would be long."""

    records: frozenset[tuple[str, str]] = frozenset()
    everything: bool = False

    @classmethod
    def one(cls, type_name: str, record_id: str) -> Self:
        """A single record."""
        return cls(frozenset({(type_name, record_id)}))

    def any_of(self, *type_names: str) -> bool:
        """Whether a record of one of these types changed."""
        return self.everything or any(name in type_names for name, _ in self.records)

    def __or__(self, other: "Touched") -> "Touched":
        return Touched(self.records | other.records, self.everything or other.everything)
