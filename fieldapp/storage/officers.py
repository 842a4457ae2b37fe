"""Which officers work in one database on a server, each from a folder of their own.

What a login has left open and how its lists are kept lies in the database under its name: no two have one.
"""

from sqlalchemy.engine import Connection

from fieldapp.storage.database import execute
from fieldapp.storage.home import same_login


def note(tx: Connection, login: str, at: str) -> bool:
    """Note an officer's name, at: a stamp; False when it is another's already, however it is written."""
    kept = execute(
        tx,
        "INSERT INTO home_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        f"officer {same_login(login)}",
        at,
    )
    return bool(kept.rowcount)
