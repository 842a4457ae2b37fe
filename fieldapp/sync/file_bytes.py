"""The bytes of the files that reached an office, as they came, in a table of their own.

What is noted of a file changes with every step it takes, and a database writes a changed row whole.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.storage.database import execute
from fieldapp.storage.tables import inbox_bytes, inbox_files

IS_KEPT = sa.exists().where(inbox_bytes.c.sha256 == inbox_files.c.sha256)
"""Of a row of inbox_files: whether its bytes are here."""


def keep(tx: Connection, sha256: str, content: bytes) -> None:
    """Keep the bytes of a file, which may be kept already. sha256: of them, 64 hex."""
    sql = "INSERT INTO inbox_bytes (sha256, content) VALUES (?, ?) ON CONFLICT DO NOTHING"
    execute(tx, sql, bytes.fromhex(sha256), content)


def kept(tx: Connection, sha256: str) -> bytes:
    """The bytes of a file; b'' when they are not here, or not any more."""
    sql = "SELECT content FROM inbox_bytes WHERE sha256 = ?"
    found = execute(tx, sql, bytes.fromhex(sha256)).fetchone()
    return bytes(found[0]) if found else b""


def destroy(tx: Connection, *of_files: sa.ColumnElement[bool]) -> None:
    """Let go of the bytes of the files that meet conditions on inbox_files; that they came stays noted."""
    files = sa.select(inbox_files.c.sha256).where(*of_files)
    tx.execute(inbox_bytes.delete().where(inbox_bytes.c.sha256.in_(files)))


def forget(tx: Connection, *files: sa.ColumnElement[bool]) -> None:
    """Let go of files altogether, as if they had never come: requests that were answered."""
    destroy(tx, *files)
    tx.execute(inbox_files.delete().where(*files))
