"""Which lines of a file came before: who sends everything once more sends mostly what is held."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.storage.tables import file_revisions, inbox_files, revisions
from fieldapp.sync.checkpoints import IMPORTED
from fieldapp.sync.sync_file import Content

FROM = 100
"""A file of fewer records is read sooner than its lines are looked for."""


def lines_taken(tx: Connection, content: Content, centre: int) -> frozenset[bytes]:
    """The names of the lines of its sender that were taken and whose revisions are held, 16 bytes each.

    centre: the sender's, home-local. Empty for a file that begins where all that was imported of its sender
    ends: it can bring none again.
    """
    base, key = content.manifest.base, bytes.fromhex(content.outer.key)
    came = (inbox_files.c.key == key) & (inbox_files.c.state == IMPORTED)
    came &= inbox_files.c.sha256 != bytes.fromhex(content.outer.sha256)
    beyond = sa.select(sa.func.count()).where(came, inbox_files.c.to_n > (base.n if base else 0))
    if content.manifest.count < FROM or not tx.execute(beyond).scalar_one():
        return frozenset()
    own = (revisions.c.centre == centre) & (file_revisions.c.centre == centre)
    held = (revisions.c.id == file_revisions.c.id) & (revisions.c.rev == file_revisions.c.rev)
    rows = tx.execute(
        sa.select(file_revisions.c.line)
        .join(inbox_files, inbox_files.c.sha256 == file_revisions.c.sha256)
        .join(revisions, held)
        .where(own, came, file_revisions.c.line.is_not(None), file_revisions.c.outcome != "REFUSED")
    )
    return frozenset(bytes(line) for (line,) in rows)
