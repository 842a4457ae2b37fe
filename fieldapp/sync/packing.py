"""From sealed revisions to the lines of a file: what goes, cut into how many files, with which columns.

Bodies are immutable, so they are read in slices while work goes on.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
import zstandard
from sqlalchemy.engine import Connection

from fieldapp import __version__
from fieldapp.domain import canonical
from fieldapp.domain.fields import columns, part_type, parts
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.storage import journal
from fieldapp.storage.blob_names import Named
from fieldapp.storage.clock import Doubts
from fieldapp.storage.database import Database
from fieldapp.storage.tables import record_directory, revisions, seals
from fieldapp.sync.container import MAX_RECORDS, READER
from fieldapp.sync.sync_file import Columns, record_line

APP = f"fieldapp {__version__}"
MIN_READER = READER

_SLICE = 100
_ENVELOPE = 64, 250  # what a line adds to its body: packed, plain
_COVER = 8192
_MOST_PLAIN = 200 << 20  # below the format's limit, since both sizes are estimates from above
_FRAME_HEADER = 18

SIZES = (
    revisions.c.schema,
    sa.func.length(revisions.c.body).label("packed"),
    sa.func.substr(revisions.c.body, 1, _FRAME_HEADER).label("start"),
)
"""What a statement asks of a revision to know how large it is without reading it."""


class Seal(NamedTuple):
    """An entry of a home's log and the sizes of its body, packed and plain, in bytes."""

    n: int
    centre: int
    id: bytes
    rev: bytes
    type: str
    schema: int
    packed: int
    plain: int


class Portion(NamedTuple):
    """What one file carries: what was sealed after `base` up to `to`, each record once, as it then stood.

    pictures: instead of records, in files of their own (sync.pictures_sent).
    """

    base: int
    to: int
    seals: tuple[Seal, ...]
    pictures: tuple[Named, ...] = ()

    @property
    def lines(self) -> int:
        """How many lines its file has after the manifest."""
        return len(self.seals) + len(self.pictures)

    @property
    def counts(self) -> dict[str, int]:
        """Lines by type."""
        pictures = {"blob": len(self.pictures)} if self.pictures else {}
        return count_types(self.seals) | pictures


def count_types(entries: Iterable[Seal]) -> dict[str, int]:
    """How many of each type."""
    found: dict[str, int] = {}
    for entry in entries:
        found[entry.type] = found.get(entry.type, 0) + 1
    return found


def sealed_between(tx: Connection, node: bytes, base: int, to: int) -> list[Seal]:
    """Everything a home sealed with base < number <= to, in that order."""
    rows = tx.execute(
        sa.select(
            seals,
            record_directory.c.type,
            *SIZES,
        )
        .join(record_directory, record_directory.c.id == seals.c.id)
        .join(
            revisions,
            (revisions.c.centre == seals.c.centre)
            & (revisions.c.id == seals.c.id)
            & (revisions.c.rev == seals.c.rev),
        )
        .where(seals.c.node == node, seals.c.n > base, seals.c.n <= to)
        .where(sa.func.length(revisions.c.body) > 0)  # an erased state is never sent; what follows it is
        .order_by(seals.c.n)
    )
    return [seal_of(row, row.n) for row in rows]


def seal_of(row: Any, n: int) -> Seal:
    """The entry of a row with centre, id, rev, type and `SIZES`, under that number."""
    plain = zstandard.frame_content_size(bytes(row.start))
    return Seal(n, row.centre, bytes(row.id), bytes(row.rev), row.type, row.schema, row.packed, plain)


def newest(entries: Iterable[Seal]) -> tuple[Seal, ...]:
    """The newest seal of each record, in the order of the log."""
    found = {entry.id: entry for entry in entries}
    return tuple(sorted(found.values(), key=lambda entry: entry.n))


def portions(entries: Sequence[Seal], base: int, limit: int) -> list[Portion]:
    """Cut a stretch of the log into files of at most `limit` bytes; one record is never cut.

    Each portion has the newest revision within its own stretch, even where a later one has a newer: else HQ
    would hold a checkpoint whose content never came.
    """
    found: list[Portion] = []
    current: dict[bytes, Seal] = {}
    packed = plain = 0
    for entry in entries:
        old = current.get(entry.id)
        packed += entry.packed - old.packed if old else entry.packed + _ENVELOPE[0]
        plain += entry.plain - old.plain if old else entry.plain + _ENVELOPE[1]
        full = packed + _COVER > limit or plain > _MOST_PLAIN or len(current) >= MAX_RECORDS
        if current and full:
            to = entry.n - 1
            found.append(Portion(base, to, newest(current.values())))
            base, current = to, {}
            packed, plain = entry.packed + _ENVELOPE[0], entry.plain + _ENVELOPE[1]
        current[entry.id] = entry
    if current:
        found.append(Portion(base, entries[-1].n, newest(current.values())))
    return found


def record_columns() -> dict[str, tuple[str, ...]]:
    """The child lists that travel as rows, and their columns, from the field definitions.

    A list with a column that has the name of another list (the `rows` of a sheet) travels as objects.
    """
    found: dict[str, dict[str, None]] = {}
    plain: dict[str, set[str]] = {}
    pending: list[type[msgspec.Struct]] = [*RECORD_TYPES.values()]
    while pending:
        holder = pending.pop(0)
        for one in parts(holder):
            part = part_type(one)
            own = [column.name for column in columns(part)]
            inner = [child.name for child in parts(part)]
            found.setdefault(one.name, {}).update(dict.fromkeys([*own, *inner]))
            plain.setdefault(one.name, set()).update(own)
            pending.append(part)
    return {name: tuple(found[name]) for name in found if plain[name].isdisjoint(found)}


def columns_for(tx: Connection, entries: Iterable[Seal]) -> dict[str, tuple[str, ...]]:
    """The same, with what bodies that were sealed under another schema have besides."""
    found = {name: dict.fromkeys(names) for name, names in record_columns().items()}
    other = [entry for entry in entries if entry.schema != journal.SCHEMA]
    for revision in journal.read_slice(tx, [entry[:4] for entry in other]):
        pending = list(canonical.decode(revision.body).get("f", {}).items())
        for name, value in pending:
            for row in value if name in found else ():
                found[name].update(dict.fromkeys(row))
                pending += row.items()
    return {name: tuple(names) for name, names in found.items()}


def lines(
    database: Database, entries: Sequence[Seal], by_row: Columns, doubts: Doubts | None = None
) -> Iterator[bytes]:
    """The lines of these seals, in their order, read in slices that hold the database for a moment each.

    doubts: of a home's own log, to say where the time of a record is in doubt.
    """
    rest = iter(entries)
    while part := [entry[:4] for entry in islice(rest, _SLICE)]:
        with database.reading() as tx:
            read = list(journal.read_slice(tx, part))
        for one in read:
            n, at = one.log_number, one.at
            q = doubts is not None and doubts.about(n, at)
            yield record_line(one.body, one.rev, by_row, schema=one.schema, n=n, by=one.login, at=at, q=q)
