"""Which lines of a file came before: who sends everything once more sends mostly what is held."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.storage.tables import IMPORTED, file_revisions, inbox_files, revisions
from fieldapp.sync.sync_file import Content

FROM = 100
"""Fewer records are read as soon as their lines are looked for."""


def lines_taken(tx: Connection, content: Content, centre: int) -> frozenset[bytes]:
    """The names of the lines it may bring again, 16 bytes each: they were taken, and what they say is held.

    A line says its place in the log, so it can only stand in files that share some of that. centre: the
    sender's, home-local.
    """
    base, to = content.manifest.base, content.manifest.to
    if content.manifest.count < FROM or base is None or to is None:
        return frozenset()
    shared = (
        sa.select(inbox_files.c.sha256)
        .where(
            inbox_files.c.key == bytes.fromhex(content.outer.key),
            inbox_files.c.state == IMPORTED,
            inbox_files.c.base_n < to.n,
            inbox_files.c.to_n > base.n,
            inbox_files.c.sha256 != bytes.fromhex(content.outer.sha256),
        )
        .order_by(inbox_files.c.to_n.desc())
    )
    held = (revisions.c.id == file_revisions.c.id) & (revisions.c.rev == file_revisions.c.rev)
    found: set[bytes] = set()
    # File by file: a plan over all of them at once begins with whatever the centre ever sent.
    for sha256 in tx.execute(shared).scalars().all():
        names = (
            sa.select(file_revisions.c.line)
            .join(revisions, held & (revisions.c.centre == centre))
            .where(
                file_revisions.c.sha256 == sha256,
                file_revisions.c.centre == centre,
                file_revisions.c.line.is_not(None),
                file_revisions.c.outcome != "REFUSED",
            )
        )
        found.update(map(bytes, tx.execute(names).scalars()))
        if (
            len(found) >= content.manifest.count
        ):  # the newest have most of them; any other is read as a new one
            break
    return frozenset(found)
