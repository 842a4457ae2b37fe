"""Who imported, undid, merged, asked, revoked, wrote: the log of an office, read with what it is about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.findings import FindingKind
from fieldapp.domain.records import RECORD_TYPES, TYPE_LABELS
from fieldapp.domain.text import Text
from fieldapp.storage import log
from fieldapp.storage.database import Database, instant, slices
from fieldapp.storage.log import Line
from fieldapp.storage.tables import (
    centres,
    finding_places,
    findings,
    inbox_files,
    nodes,
    record_directory,
    record_table,
)

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
    "finding_open": Text("Opened a finding again"),
    "finding_looking": Text("Took up a finding"),
    "finding_settled": Text("Settled a finding"),
    "forward": Text("Put files of centres on a stick"),
    "make_batch": Text("Made a sync file"),
    "copy_batch": Text("Copied a sync file"),
    "hand_over": Text("Handed a sync file over"),
    "batch_lost": Text("Noted a sync file as lost"),
    "take_pack": Text("Took a pack"),
    "take_receipt": Text("Took a receipt"),
    "take_receipt_code": Text("Took a receipt by telephone"),
}
"""What each verb of the log is called. Any other is about a record, and called by the type of that.

`forward` notes how many files, what is done with a batch its number.
"""

_CALLED = {"target": "title", "establishment": "name", "place": "name"}
"""Types that are called by a name of their own. No person is named, as in the log itself."""

_FINDING = "finding_"
_FILE, _KEY = re.compile("[0-9a-f]{64}"), re.compile("[0-9a-f]{32}")
_SLICE = 400


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as people read it. verb: of the log, or a decision's kind; about: a file, a centre, a reason,
    or of a decision the centre, the number of the session, and the reason. id: of the record or finding it is
    about (32 hex), '' for none.
    """

    at: datetime
    login: str
    verb: str
    deed: Text
    about: str
    id: str = ""


class AuditTrail:
    """The log of an office, for its officers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lines(self, actor: Actor, most: int = 500) -> tuple[Entry, ...]:
        """The newest lines: about the exchange, findings, decisions and this office's own records."""
        actor.must_be(Duty.OFFICER)
        with self._database.reading() as tx:
            found = log.newest(tx, DEEDS.keys(), RECORD_TYPES.keys(), most)
            about = _About(
                _names(tx, [line.note for line in found]),
                _decisions(tx, _keys(found, "decision")),
                _called(tx, found),
                _findings(tx, [line.note for line in found if line.verb.startswith(_FINDING)]),
            )
        return tuple(_entry(line, about) for line in found)


class _About(NamedTuple):
    """What lines are about: files and computers by note, decisions and records by id, findings by note."""

    names: dict[str, str]
    decisions: dict[bytes, tuple[str, str]]
    records: dict[bytes, str]
    findings: dict[str, tuple[str, str]]


def _keys(lines: Sequence[Line], word: str) -> list[bytes]:
    return [line.key for line in lines if line.type == word and line.key]


def _entry(line: Line, about: _About) -> Entry:
    at, key = instant(line.at), (line.key or b"").hex()
    if line.verb.startswith(_FINDING):
        kind, centres_of = about.findings.get(line.note, ("", ""))
        known = next((one for one in FindingKind if one == kind), None)
        deed = DEEDS[line.verb]
        if known:
            deed = Text("{deed}: {what}", deed=deed, what=FindingKind.words(known))
        return Entry(at, line.login, line.verb, deed, centres_of, line.note)
    if line.verb in DEEDS:
        return Entry(at, line.login, line.verb, DEEDS[line.verb], about.names.get(line.note, line.note), key)
    if line.type != "decision":
        what = TYPE_LABELS[line.type]
        deed = (
            Text("Deleted: {what}", what=what) if line.verb == "delete" else Text("Saved: {what}", what=what)
        )
        return Entry(at, line.login, line.verb, deed, about.records.get(line.key or b"", ""), key)
    kind, said = about.decisions.get(line.key or b"", ("", ""))
    taken = next((one for one in DecisionKind if one == kind), None)
    deed = DecisionKind.words(taken) if taken else Text("Decision")
    if line.verb == "delete":
        deed = Text("Taken back: {what}", what=deed)
    return Entry(at, line.login, kind or line.verb, deed, said, key)


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


def _called(tx: Connection, lines: Sequence[Line]) -> dict[bytes, str]:
    """How this office's own records are called by their ids: the number of a session, a title, a name."""
    found: dict[bytes, str] = {}
    session = record_table("activity")
    numbers = sa.select(session.c.id, session.c.number, session.c.letter)
    for part in slices(_keys(lines, "activity")):
        for row in tx.execute(numbers.where(session.c.id.in_(part))):
            found[bytes(row.id)] = f"{row.number:04}-{row.letter or 'Z'}" if row.number else ""
    for word, column in _CALLED.items():
        table = record_table(word)
        names = sa.select(table.c.id, table.c[f"{column}_hi"], table.c[f"{column}_en"])
        for part in slices(_keys(lines, word)):
            for key, hi, en in tx.execute(names.where(table.c.id.in_(part))):
                found[bytes(key)] = " / ".join(filter(None, (hi, en)))
    return found


def _findings(tx: Connection, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """(kind, the centres) of findings by their ids; one whose cause is gone may be forgotten."""
    found: dict[str, tuple[str, str]] = {}
    for part in slices([bytes.fromhex(one) for one in dict.fromkeys(ids)]):
        rows = tx.execute(
            sa.select(findings.c.id, findings.c.kind, centres.c.csc_id)
            .distinct()
            .outerjoin(finding_places, finding_places.c.finding == findings.c.id)
            .outerjoin(record_directory, record_directory.c.id == finding_places.c.record)
            .outerjoin(centres, centres.c.centre == record_directory.c.centre)
            .where(findings.c.id.in_(part))
            .order_by(centres.c.csc_id)
        )
        for key, kind, csc_id in rows:
            before = found.get(bytes(key).hex(), (kind, ""))[1]
            found[bytes(key).hex()] = kind, " · ".join(filter(None, (before, csc_id)))
    return found
