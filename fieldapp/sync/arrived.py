"""The files that reached a head office, as people see them: what each is and what became of it."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.codes import Code
from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.fields import Name
from fieldapp.domain.results import RESULTS
from fieldapp.domain.text import Text
from fieldapp.storage.database import instant
from fieldapp.storage.journal import Checkpoint
from fieldapp.storage.tables import (
    IMPORTED,
    READY,
    WITHDRAWN,
    centres,
    inbox_files,
    nodes,
    record_directory,
    refused,
)
from fieldapp.sync import checkpoints
from fieldapp.sync.arriving import Counts
from fieldapp.sync.sync_file import Kind


class FileState(Code):
    """What has become of a file so far."""

    READY = READY, "Ready"
    IMPORTED = IMPORTED, "Imported"
    REPEAT = "REPEAT", "Already imported"
    QUARANTINE = "QUARANTINE", "On hold"
    PARKED = "PARKED", "Waits for a newer program"
    REQUEST = "REQUEST", "Asks to be enrolled"
    REFUSED = "REFUSED", "Refused"
    WITHDRAWN = WITHDRAWN, "Withdrawn"


_PARKING = frozenset({"newer_format", "needs_newer_program"})


def state_for(code: str) -> FileState:
    """Where a file goes for which a result code was raised."""
    if code in _PARKING:
        return FileState.PARKED
    return FileState.QUARANTINE if RESULTS[code].kind == "held" else FileState.REFUSED


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A file and what is known of it. sha256: 64 hex, '' for one that was not even taken in.

    centre: home-local number, None while the sender is unknown; key: key id of the signer; records, pictures:
    as its cover says; counts: what became of the records, once imported; gap: files before it are neither
    imported nor ready.
    """

    name: str
    state: FileState
    code: str = ""
    sha256: str = ""
    size: int = 0
    kind: int = 0
    key: str = ""
    node: str = ""
    centre: int | None = None
    centre_code: str = ""
    centre_name: Name = field(default_factory=Name)
    batch: int = 0
    part: int = 0
    parts: int = 0
    records: int = 0
    counts: Counts | None = None
    gap: bool = False
    read_at: datetime | None = None
    applied_at: datetime | None = None
    applied_by: str = ""
    said: tuple[Text, Text] | None = None
    pictures: int = 0


def unkept(name: str, error: SyncFileRefused) -> InboxFile:
    """A file of which nothing is kept: it is no sync file, or too little of one."""
    return InboxFile(name, state_for(error.code), error.code, said=(error.title, error.advice))


Held = dict[bytes, set[Checkpoint]]
"""What the nodes that were asked for so far would have here, were all imported that is ready."""


def shown(tx: Connection, where: sa.ColumnElement[bool], held: Held | None = None) -> list[InboxFile]:
    """The files of the inbox that meet a condition, by centre and place in its log.

    held: while nothing is imported, give the same again for each look.
    """
    held = {} if held is None else held
    # One at a time: most of a row is not shown.
    found = [(_file(row), _place_of(row)) for row in tx.execute(_SHOWN.where(where))]
    held |= checkpoints.valid(tx, {place[0] for _, place in found if place} - held.keys(), ready=True)
    return [
        replace(file, gap=True) if place and checkpoints.lies_behind_a_gap(place[1], held[place[0]]) else file
        for file, place in found
    ]


_SHOWN = (
    sa.select(inbox_files, nodes.c.node, centres.c.name_hi, centres.c.name_en)
    .outerjoin(nodes, nodes.c.key == inbox_files.c.key)
    .outerjoin(centres, centres.c.centre == inbox_files.c.centre)
    .order_by(inbox_files.c.centre, nodes.c.node, inbox_files.c.to_n, inbox_files.c.sha256)
)


def _place_of(row: Any) -> tuple[bytes, checkpoints.Stretch] | None:
    """Whose log a file is of, and where in it, as far as it is known."""
    if row.base_n is None or row.node is None:
        return None
    return bytes(row.node), checkpoints.stretch_of(row)


def _file(row: Any) -> InboxFile:
    manifest = msgspec.json.decode(row.manifest)
    pictures = manifest.get("counts", {}).get("blob", 0)
    return InboxFile(
        name=row.name,
        state=FileState(row.state),
        code=row.code,
        sha256=bytes(row.sha256).hex(),
        size=row.size,
        kind=row.kind,
        key=bytes(row.key).hex() if row.key is not None else "",
        node=bytes(row.node).hex() if row.node is not None else "",
        centre=row.centre,
        centre_code=row.centre_code,
        centre_name=Name(row.name_hi or "", row.name_en or ""),
        batch=row.batch,
        part=row.part,
        parts=row.parts,
        records=manifest.get("count", 0) - pictures,
        pictures=pictures,
        counts=msgspec.json.decode(row.counts, type=Counts) if row.applied_at else None,
        read_at=instant(row.read_at),
        applied_at=instant(row.applied_at) if row.applied_at else None,
        applied_by=row.applied_by,
        said=words(row.code, row.kind, msgspec.json.decode(row.said)),
    )


def words(code: str, kind: int, said: dict[str, Any]) -> tuple[Text, Text] | None:
    """Title and advice of a code with the values kept with it; None for no code."""
    if not code:
        return None
    if kind:
        said = {"kind": Kind(kind).words, **said}
    return RESULTS[code].said(**said)


def plain_values(error: SyncFileRefused) -> dict[str, Any]:
    """The values in an error's words that can be kept: numbers and words, no Text."""
    return {name: value for name, value in error.title.args.items() if isinstance(value, str | int)}


def totals_said(tx: Connection, node: bytes) -> dict[str, int]:
    """What a node said to hold, by type, where its log is held to its end without a gap; else nothing."""
    valid = checkpoints.valid(tx, [node])[node]
    rows = tx.execute(
        sa.select(inbox_files.c.to_n, inbox_files.c.to_chain, inbox_files.c.manifest)
        .join(nodes, nodes.c.key == inbox_files.c.key)
        .where(nodes.c.node == node, inbox_files.c.state == FileState.IMPORTED)
        .order_by(inbox_files.c.to_n.desc(), inbox_files.c.sha256)
        .limit(1)
    )
    for row in rows:
        if (row.to_n, bytes(row.to_chain)) in valid:
            totals: dict[str, int] = msgspec.json.decode(row.manifest).get("totals", {})
            return totals
    return {}


def totals_held(tx: Connection, node: bytes, centre: int) -> dict[str, int]:
    """What is held of a node's records by type, refused ones included."""
    of_node = (record_directory.c.owner == node) & (record_directory.c.centre == centre)
    held = sa.exists().where(record_directory.c.id == refused.c.id)
    never_held = (refused.c.centre == centre) & (refused.c.node == node) & sa.not_(held)
    found = Counter[str]()
    for column, where in ((record_directory.c.type, of_node), (refused.c.type, never_held)):
        for row in tx.execute(sa.select(column, sa.func.count()).where(where).group_by(column)):
            found[row[0]] += row[1]
    return dict(found)


def totals_differ(tx: Connection, node: bytes, centre: int) -> bool:
    """Whether a node counts other records than are held, though nothing seems to be missing."""
    said = totals_said(tx, node)
    return bool(said) and said != totals_held(tx, node, centre)


def lacks_some(tx: Connection, node: bytes, centre: int) -> bool:
    """Whether fewer records of a type are held than a node counts: then a full file may bring them.

    More are held where a home was put back to an old copy of itself; a full file would not mend that.
    """
    held = totals_held(tx, node, centre)
    return any(held.get(word, 0) < count for word, count in totals_said(tx, node).items())
