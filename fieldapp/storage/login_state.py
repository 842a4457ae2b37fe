"""What a home keeps for one login and nobody else sees: where it left off, its filters and columns."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.storage.tables import login_state


def read(tx: Connection, login: str, name: str) -> str:
    """The value kept for a login under that name, '' when there is none."""
    where = (login_state.c.login == login, login_state.c.name == name)
    return tx.execute(sa.select(login_state.c.value).where(*where)).scalar() or ""


def of_everybody(tx: Connection, name: str) -> dict[str, str]:
    """The value kept under that name for each login that has one."""
    kept = sa.select(login_state.c.login, login_state.c.value).where(login_state.c.name == name)
    return {row.login: row.value for row in tx.execute(kept)}


def write(tx: Connection, login: str, name: str, value: str) -> None:
    """Keep a value for a login under that name; '' forgets it."""
    tx.execute(login_state.delete().where(login_state.c.login == login, login_state.c.name == name))
    if value:
        tx.execute(login_state.insert().values(login=login, name=name, value=value))
