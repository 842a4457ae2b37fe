"""Which pictures records name, and which of them travelled: what is to be sent, asked for, or cleared.

file_blobs holds a line for each picture and sync file it travelled in. At a centre its files are those that
were made, so a picture without a line is still to be sent; at head office those that came, so one without a
line has not arrived.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.fields import parts
from fieldapp.domain.records import RECORD_TYPES, Attachment
from fieldapp.storage.database import slices
from fieldapp.storage.tables import file_blobs, head_of, record_directory, record_heads, record_table


class Named(NamedTuple):
    """A picture that a record names. size: of its content, in bytes."""

    sha256: str
    media_type: str
    size: int


@cache
def _tables() -> tuple[sa.Table, ...]:
    return tuple(
        record_table(f"{word}_{one.name}")
        for word, record_type in RECORD_TYPES.items()
        for one in parts(record_type)
        if one.part is Attachment
    )


def among(tx: Connection, names: Sequence[str]) -> set[str]:
    """Those of the pictures that any record names, deleted ones too, since they can be brought back."""
    found: set[str] = set()
    for part in slices(names):
        for table in _tables():
            found |= set(tx.execute(sa.select(table.c.sha256).where(table.c.sha256.in_(part))).scalars())
    return found


def named_by(tx: Connection, owner: bytes, centre: int) -> list[Named]:
    """The pictures named by records of that owner (a node id) and their centre, by name."""
    return _named(tx, owner, centre, travelled=True)


def not_travelled(tx: Connection, owner: bytes, centre: int) -> list[Named]:
    """Those of them that travelled in no file yet."""
    return _named(tx, owner, centre, travelled=False)


def _named(tx: Connection, owner: bytes, centre: int, *, travelled: bool) -> list[Named]:
    """travelled: those too that are in a file."""
    found: dict[str, Named] = {}
    for statement in _statements(travelled):
        rows = tx.execute(statement, {"owner": owner, "centre": centre})
        found |= {row.sha256: Named(row.sha256, row.media_type, row.size) for row in rows}
    return [found[name] for name in sorted(found)]


@cache
def _statements(travelled: bool) -> tuple[sa.Select[tuple[str, str, int]], ...]:
    """One a table; every batch and receipt asks, and building them takes longer than the answer."""
    return tuple(
        sa.select(table.c.sha256, table.c.media_type, table.c.size)
        .join(record_heads, head_of(table))
        .join(record_directory, record_directory.c.id == table.c.id)
        .where(
            table.c.centre == sa.bindparam("centre"),
            record_directory.c.owner == sa.bindparam("owner"),
            record_heads.c.deleted == 0,
            sa.true() if travelled else ~sa.exists().where(file_blobs.c.blob == table.c.sha256),
        )
        for table in _tables()
    )


def travelled(tx: Connection, file: bytes, names: Iterable[str]) -> None:
    """Note that these pictures are in a sync file (its SHA-256, 32 bytes)."""
    rows = [{"blob": name, "file": file} for name in dict.fromkeys(names)]
    if rows:
        tx.execute(file_blobs.delete().where(file_blobs.c.file == file))
        tx.execute(file_blobs.insert(), rows)


def forget(tx: Connection, names: Sequence[str]) -> None:
    """These pictures travelled in no file that counts: they were lost, or are gone here."""
    for part in slices(names):
        tx.execute(file_blobs.delete().where(file_blobs.c.blob.in_(part)))


def forget_file(tx: Connection, file: bytes) -> None:
    """A sync file was lost: what was in it goes again."""
    tx.execute(file_blobs.delete().where(file_blobs.c.file == file))
