"""Going over a home's database: its pages, what its sealed revisions are the hash of, its chains, its log.

Reads only. Each function gives what it found wrong, nothing when all is well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import zstandard
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical
from fieldapp.domain.fields import flatten
from fieldapp.storage import letting_go
from fieldapp.storage.journal import LINK_ZERO
from fieldapp.storage.records import read_rows
from fieldapp.storage.rows import gather
from fieldapp.storage.tables import record_directory, record_heads, revisions, seals

_UNPACK = zstandard.ZstdDecompressor()


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is: records, sealed revisions, links of chains, records not sealed as they stand."""

    records: int
    revisions: int
    links: int
    unsealed: int


def broken_pages(tx: Connection) -> Iterator[str]:
    """What the engine finds: pages without their right check code, broken trees, parts without a record.

    PostgreSQL looks after its own pages; nothing is asked of it.
    """
    if tx.dialect.name != "sqlite":
        return
    for pragma in ("cipher_integrity_check", "integrity_check(20)", "foreign_key_check"):
        for row in tx.exec_driver_sql(f"PRAGMA {pragma}"):
            if row[0] != "ok":
                yield " ".join(str(value) for value in row)


def altered_revisions(tx: Connection) -> Iterator[str]:
    """The ids of records with a sealed body that is not what its name is the hash of.

    A state that was let go of has no body any more; the activity log then says of its record that something
    of it was erased.
    """
    erased = {bytes(row.id) for row in tx.execute(letting_go.noted())}
    for row in tx.execute(sa.select(revisions.c.id, revisions.c.rev, revisions.c.body)):
        let_go = not row.body and bytes(row.id) in erased
        if not let_go and _name_of(bytes(row.body)) != bytes(row.rev).hex():
            yield bytes(row.id).hex()


def _name_of(packed: bytes) -> str:
    try:
        return canonical.revision_of(_UNPACK.decompress(packed))
    except zstandard.ZstdError:
        return ""


def altered_rows(tx: Connection) -> Iterator[str]:
    """The ids of records whose rows are not what they were sealed as, though nobody edited them since."""
    packed = (record_heads.c.version == record_heads.c.sealed_version) & (record_heads.c.deleted == 0)
    own = (
        (revisions.c.centre == record_heads.c.centre)
        & (revisions.c.id == record_heads.c.id)
        & (revisions.c.rev == record_heads.c.rev)
    )
    heads = sa.select(record_heads.c.centre, record_heads.c.id, record_heads.c.type, revisions.c.body)
    for row in tx.execute(heads.join(revisions, own).where(packed)).fetchall():
        body = _content(bytes(row.body))
        key = bytes(row.id)
        record = gather(row.type, key.hex(), read_rows(tx, row.type, row.centre, key))
        if body is not None and canonical.encode(body.get("f", {})) != canonical.encode(flatten(record)):
            yield key.hex()


def _content(packed: bytes) -> dict[str, Any] | None:
    """The body as plain values; None for an altered one, which `altered_revisions` names."""
    try:
        found: dict[str, Any] = canonical.decode(_UNPACK.decompress(packed))
    except (zstandard.ZstdError, canonical.NotCanonical):
        return None
    return found


def broken_links(tx: Connection) -> Iterator[tuple[str, int]]:
    """(node, log number) of every link of a chain of seals that does not follow from the one before it."""
    node, number, link = b"", 0, LINK_ZERO
    for row in tx.execute(sa.select(seals).order_by(seals.c.node, seals.c.n)):
        if bytes(row.node) != node:
            node, number, link = bytes(row.node), 0, LINK_ZERO
        expected = canonical.chain(link, row.n, bytes(row.id), bytes(row.rev))
        if row.n != number + 1 or expected != bytes(row.chain):
            yield node.hex(), row.n
        number, link = row.n, bytes(row.chain)


def counts(tx: Connection) -> Counts:
    """How much there is to go over."""

    def count(table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
        return tx.execute(sa.select(sa.func.count()).select_from(table).where(*where)).scalar_one()

    return Counts(
        records=count(record_directory),
        revisions=count(revisions),
        links=count(seals),
        unsealed=count(record_heads, record_heads.c.version != record_heads.c.sealed_version),
    )
