"""Who imported, undid, merged, asked, revoked: the activity log of an office, read with what it is about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.text import Text
from fieldapp.storage import log
from fieldapp.storage.database import Database, instant
from fieldapp.storage.log import Line
from fieldapp.storage.tables import centres, inbox_files, nodes, record_directory, record_table

DEEDS = {
    "import": Text("Imported a file"),
    "undo_import": Text("Took an import out again"),
    "make_receipt": Text("Wrote a receipt"),
    "make_receipt_code": Text("Told a receipt by telephone"),
    "register_centre": Text("Registered a centre"),
    "make_pack": Text("Made a pack"),
    "enrol": Text("Enrolled a computer"),
    "revoke": Text("Revoked a computer"),
    "restore_trust": Text("Trusted a computer again"),
    "change_centre": Text("Changed a centre"),
    "change_contact": Text("Noted whom to call"),
    "rotate_keys": Text("Changed the working key"),
    "write_reserve": Text("Wrote the reserve key apart"),
    "forget_reserve": Text("Took the reserve key out"),
    "set_programme": Text("Set the programme"),
    "confirm_continuing": Text("Confirmed a computer in place of another"),
    "give_back": Text("Gave records back"),
    "let_in": Text("Let a late file in"),
    "add_login": Text("Added a login"),
    "new_home": Text("Made this home"),
    "invite": Text("Invited another officer"),
    "join": Text("Joined this head office"),
    "erase": Text("Let go of what was erased"),
}
"""What each verb of the log that concerns the exchange is called."""

_FILE, _KEY = re.compile("[0-9a-f]{64}"), re.compile("[0-9a-f]{32}")
_SLICE = 400


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as people read it. verb: of the log, or a decision's kind; about: a file, a centre, a reason,
    or of a decision the centre, the number of the session, and the reason.
    """

    at: datetime
    login: str
    verb: str
    deed: Text
    about: str


class AuditTrail:
    """The log of an office, for its officers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lines(self, actor: Actor, most: int = 500) -> tuple[Entry, ...]:
        """The newest lines about the exchange and about decisions, newest first."""
        actor.must_be(Duty.OFFICER)
        with self._database.reading() as tx:
            found = log.newest(tx, DEEDS.keys(), ("decision",), most)
            names = _names(tx, [line.note for line in found])
            decisions = _decisions(tx, [line.key for line in found if line.type and line.key])
        return tuple(_entry(line, names, decisions) for line in found)


def _entry(line: Line, names: dict[str, str], decisions: dict[bytes, tuple[str, str]]) -> Entry:
    if line.type and line.verb not in DEEDS:
        kind, about = decisions.get(line.key or b"", ("", ""))
        known = next((one for one in DecisionKind if one == kind), None)
        deed = DecisionKind.words(known) if known else Text("Decision")
        if line.verb == "delete":
            deed = Text("Taken back: {what}", what=deed)
        return Entry(instant(line.at), line.login, kind or line.verb, deed, about)
    return Entry(instant(line.at), line.login, line.verb, DEEDS[line.verb], names.get(line.note, line.note))


def _names(tx: Connection, notes: Sequence[str]) -> dict[str, str]:
    """The names of the files, and of the centres of the computers, that notes speak of."""
    found: dict[str, str] = {}
    for at in range(0, len(notes), _SLICE):
        part = notes[at : at + _SLICE]
        files = [bytes.fromhex(one) for one in part if _FILE.fullmatch(one)]
        for file in tx.execute(
            sa.select(inbox_files.c.sha256, inbox_files.c.name).where(inbox_files.c.sha256.in_(files))
        ):
            found[bytes(file.sha256).hex()] = file.name
        keys = [bytes.fromhex(one) for one in part if _KEY.fullmatch(one)]
        for row in tx.execute(
            sa.select(nodes.c.key, nodes.c.node, nodes.c.letter, centres.c.csc_id)
            .join(centres, centres.c.centre == nodes.c.centre)
            .where(nodes.c.key.in_(keys) | nodes.c.node.in_(keys))
        ):
            name = f"{row.csc_id}-{row.letter or 'Z'}"
            found |= {bytes(row.key).hex(): name, bytes(row.node).hex(): name}
    return found


def _decisions(tx: Connection, keys: Sequence[bytes]) -> dict[bytes, tuple[str, str]]:
    """(kind, what it is about) of decisions by their ids."""
    table, found = record_table("decision"), dict[bytes, tuple[str, str]]()
    session = record_table("activity")
    for at in range(0, len(keys), _SLICE):
        subject = sa.func.coalesce(table.c.about_in, table.c.about)
        rows = tx.execute(
            sa.select(
                table.c.id, table.c.kind, table.c.reason, centres.c.csc_id, session.c.number, session.c.letter
            )
            .outerjoin(record_directory, record_directory.c.id == subject)
            .outerjoin(centres, centres.c.centre == record_directory.c.centre)
            .outerjoin(
                session,
                (session.c.centre == record_directory.c.centre) & (session.c.id == record_directory.c.id),
            )
            .where(table.c.id.in_(keys[at : at + _SLICE]))
        )
        for row in rows:
            number = f"{row.number:04}-{row.letter}" if row.number else ""
            about = " · ".join(filter(None, (" ".join(filter(None, (row.csc_id, number))), row.reason)))
            found[bytes(row.id)] = (row.kind, about)
    return found
