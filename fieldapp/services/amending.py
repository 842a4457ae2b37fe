"""What an amendment stands on: the activity as it was finished last, and what differs from it net."""

import re
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.codes import ActivityState
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import build
from fieldapp.domain.records import RECORD_TYPES, Activity, AmendedValue, Record
from fieldapp.domain.text import Text
from fieldapp.storage import journal
from fieldapp.storage.database import instant
from fieldapp.storage.journal import Revision
from fieldapp.storage.records import Held
from fieldapp.storage.rows import shapes, spread
from fieldapp.storage.tables import changes

_LEFT_OUT = re.compile(
    r"(state|last_row)$|(amendments|sheets|certificates|attachments)(/|$)"
    r"|rows/\d+/(row|position|certificate|notice_version|person|walk_in)$"
)
"""What an amendment does not list: what the program numbers and keeps by itself, and other papers."""


def finished_before(tx: Connection, held: Held[Activity]) -> Activity:
    """The activity as it stood in the newest sealed revision in which it was finished.

    It was sealed when the amendment was begun, so it is there for ever. Raises InvalidInput where it is not.
    """
    key = bytes.fromhex(held.record.id)
    newest = journal.find(tx, held.centre, key, bytes.fromhex(held.rev)) if held.rev else None
    for rev in (newest.rev, *newest.ancestors) if newest else ():
        one = journal.find(tx, held.centre, key, bytes.fromhex(rev))
        record = record_of(one) if one else None
        if isinstance(record, Activity) and record.state == ActivityState.FINISHED:
            return record
    raise InvalidInput(
        Text("The state before the amendment is not here."),
        Text("Nothing was changed. Finish the session again instead."),
        "no_revision",
    )


def finished_by(tx: Connection, held: Held[Activity]) -> tuple[str, datetime]:
    """Which login finished an activity last, and when; of a copy, who wrote what is here."""
    row = tx.execute(
        sa.select(changes.c.login, changes.c.at)
        .where(
            changes.c.centre == held.centre,
            changes.c.id == bytes.fromhex(held.record.id),
            changes.c.what.like('%["state",%,"FINISHED"]%'),
        )
        .order_by(changes.c.version.desc())
        .limit(1)
    ).first()
    return (row.login, instant(row.at)) if row else (held.by, held.at)


def record_of(revision: Revision) -> Record | None:
    """The record of a sealed revision; None for a tombstone."""
    if revision.op == "del":
        return None
    return build(RECORD_TYPES[revision.type], revision.fields(), id=revision.id)


def changed_values(before: Activity, after: Activity) -> tuple[AmendedValue, ...]:
    """Every value that differs, by path as the journal writes it; what came has no `before`."""
    old, new = _values(before), _values(after)
    return tuple(
        AmendedValue(field_path=path, before=old.get(path, ""), after=new.get(path, ""))
        for path in dict.fromkeys((*old, *new))
        if old.get(path, "") != new.get(path, "")
    )


def _values(activity: Activity) -> dict[str, str]:
    """What is filled in, as it is stored, by path: 'start_date', 'rows/12/name_hi'."""
    found: dict[str, str] = {}
    rows = spread(activity)
    for one in shapes("activity"):
        for row in rows.get(one.table, ()):
            key = row[: len(one.keys)]
            steps = [f"{name}/{n}" for name, n in zip(one.path, key, strict=True)]
            for name, value in zip(one.columns[len(key) :], row[len(key) :], strict=True):
                path = "/".join([*steps, name])
                if value and not _LEFT_OUT.match(path):
                    found[path] = value.hex() if isinstance(value, bytes) else str(value)
    return found
