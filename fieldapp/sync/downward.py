"""Which of its own records a head office sends down to a centre: in its pack, and with every receipt.

Targets, action points, trainers and places go to every centre of their district; a decision goes to the
centre whose record it is about, and to the block offices that read it. Where a district cannot be told,
everybody is told.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.codes import DecisionKind, Role
from fieldapp.domain.fields import Kind, fields
from fieldapp.domain.records import Person, Record
from fieldapp.storage import journal, records
from fieldapp.storage.database import slices
from fieldapp.storage.state import HQ_CENTRE, Centre
from fieldapp.storage.tables import record_directory, record_table
from fieldapp.sync.block_offices import offices_of_centres
from fieldapp.sync.packing import Seal, newest, sealed_between

IN_PACKS = ("place", "person")
IN_RECEIPTS = ("place", "person", "target", "action_point", "decision")


@dataclass(frozen=True, slots=True)
class _Concern:
    """Whom a record is for. districts: LGD codes, empty for everybody; centres: only these, if any."""

    districts: frozenset[str] = frozenset()
    centres: frozenset[int] | None = None

    def includes(self, centre: Centre) -> bool:
        if self.centres is not None:
            return centre.number in self.centres
        own = district_of(centre.place_key)
        return not self.districts or not own or own in self.districts


class Downward:
    """The sealed records of this office and whom each is for."""

    def __init__(self, tx: Connection, node: bytes, types: Collection[str]) -> None:
        """node: of this office. Seal what is not packed first."""
        to, _ = journal.checkpoint(tx, node)
        entries = [one for one in newest(sealed_between(tx, node, 0, to)) if one.type in types]
        decided = _of_decisions(tx, [one.id for one in entries if one.type == "decision"])
        self._entries = [
            (entry, concern)
            for entry in entries
            if (concern := decided[entry.id] if entry.type == "decision" else _concern(tx, entry)) is not None
        ]

    def for_centre(self, centre: Centre) -> list[Seal]:
        """The newest seal of each record for that centre, in the order of the log."""
        return [entry for entry, concern in self._entries if concern.includes(centre)]


def district_of(place_key: str) -> str:
    """The LGD code of the district a place lies in, as far as its key tells; '' if it does not."""
    level, _, code = place_key.partition(":")
    return code.partition("/")[0] if level in ("district", "block") else ""


def _concern(tx: Connection, entry: Seal) -> _Concern | None:
    """Whom a record is for; None for one that stays here."""
    held = records.get(tx, entry.id.hex())
    record = held.record
    if isinstance(record, Person) and held.deleted and record == Person(id=record.id):
        return _Concern()  # whoever was told of them is to hear that they are erased
    if isinstance(record, Person) and all(span.role != Role.MASTER_TRAINER for span in record.roles):
        return None
    districts = frozenset(map(district_of, _place_keys(record)))
    return _Concern(frozenset() if "" in districts else districts)


def _of_decisions(tx: Connection, ids: Sequence[bytes]) -> dict[bytes, _Concern]:
    """Whom each of these decisions is for: the centre of the record, and the block offices that read it too;
    that one of this office's own people is to be erased, everybody.

    There may be tens of thousands, and every receipt asks: they are read many at a time.
    """
    offices, decision, found = offices_of_centres(tx), record_table("decision"), dict[bytes, _Concern]()
    said = sa.select(decision.c.id, decision.c.kind, decision.c.about, decision.c.other, decision.c.about_in)
    for part in slices(ids):
        rows = tx.execute(said.where(decision.c.id.in_(part))).fetchall()
        named = {bytes(row.id): [bytes(one) for one in row[2:] if one is not None] for row in rows}
        whose = _centres_of(tx, {one for each in named.values() for one in each})
        for row in rows:
            centres = frozenset(whose[one] for one in named[bytes(row.id)] if one in whose)
            to_all = row.kind == DecisionKind.ERASE_PERSON and HQ_CENTRE in centres
            readers = centres.union(*(offices.get(one, frozenset()) for one in centres))
            found[bytes(row.id)] = _Concern() if to_all else _Concern(centres=readers)
    return found


def _centres_of(tx: Connection, ids: Iterable[bytes]) -> dict[bytes, int]:
    """The centres to which those of these records belong that are here."""
    found: dict[bytes, int] = {}
    own = sa.select(record_directory.c.id, record_directory.c.centre)
    for part in slices(ids):
        rows = tx.execute(own.where(record_directory.c.id.in_(part)))
        found.update((bytes(row.id), row.centre) for row in rows)
    return found


def _place_keys(item: msgspec.Struct | Record) -> Iterator[str]:
    for one in fields(type(item)):
        value = getattr(item, one.name)
        if one.kind is Kind.PLACE and value:
            yield value.key
        elif one.kind is Kind.PARTS:
            for part in value:
                yield from _place_keys(part)
