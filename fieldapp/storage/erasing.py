"""What a home keeps of a person beside their record: sessions they stand in, journal, drafts, index."""

import json
import re
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.storage import login_state, search_index, tables
from fieldapp.storage.tables import changes, record_directory, record_table

_LEFT_OFF = "left_off"
"""The name under which services.left_off keeps what somebody was typing."""


def sessions_of(tx: Connection, node: bytes, people: Collection[str]) -> list[str]:
    """The ids of a home's own activities in which these people stand on the sheet or are the trainer."""
    ids = [bytes.fromhex(one) for one in people]
    rows, activity = record_table("activity_rows"), record_table("activity")
    stands = sa.select(rows.c.id).where(rows.c.person.in_(ids))
    trains = sa.select(activity.c.id).where(activity.c.trainer.in_(ids))
    found = tx.execute(
        sa.select(record_directory.c.id)
        .where(record_directory.c.owner == node, record_directory.c.id.in_(stands.union(trains)))
        .order_by(record_directory.c.id)
    )
    return [bytes(one).hex() for one in found.scalars()]


def forget_changes(tx: Connection, record_id: str, gone: re.Pattern[str], words: Sequence[str]) -> None:
    """Take the values out of a record's journal: at paths that `gone` fits, and wherever such words stand.

    That something was changed there, when and by whom is kept.
    """
    own = changes.c.id == bytes.fromhex(record_id)
    for row in tx.execute(sa.select(changes).where(own)).fetchall():
        what = json.loads(row.what)
        kept = [line if not _names(line, gone, words) else [line[0], None, None] for line in what]
        if kept != what:
            said = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
            tx.execute(changes.update().where(own, changes.c.version == row.version).values(what=said))


def _names(line: Sequence[Any], gone: re.Pattern[str], words: Sequence[str]) -> bool:
    return bool(gone.match(line[0])) or any(word in str(value) for value in line[1:] for word in words)


def forget_typing(tx: Connection, ids: Collection[str], words: Sequence[str]) -> None:
    """Let go of what was being typed in these records by whomever, and take the words out of filters."""
    for row in tx.execute(sa.select(tables.login_state)).fetchall():
        value = row.value
        if row.name == _LEFT_OFF and any(one in value for one in (*ids, *words)):
            value = ""
        for word in words:
            value = value.replace(word, "")
        if value != row.value:
            login_state.write(tx, row.login, row.name, value)


def forget_in_index(tx: Connection, ids: Collection[str]) -> None:
    """Index these records as they are now, and let go of words that nothing is found by any more."""
    search_index.mark(tx, sorted(map(bytes.fromhex, ids)))
    search_index.catch_up(tx)
    tx.exec_driver_sql(
        "DELETE FROM search_words WHERE NOT EXISTS "
        "(SELECT 1 FROM search_postings WHERE search_postings.word = abs(search_words.n))"
    )
