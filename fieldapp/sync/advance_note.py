"""The advance note: one line to read out or to send by SMS, that says what is on its way.

    FIELDAPP 100000000015-A BATCH 42: FILES 1, RECORDS 35, SESSIONS 12, PHOTOS 0. CHECK 1234-5678-9012

Plain English capitals, so that an SMS of 160 characters holds it; counts, and nothing about anybody. The
check is an HMAC over the counts under the key that both sides can make (NodeKeys.shared_key), so head office
knows who says it and that it was heard rightly. For the block offices of a centre further checks follow, as
many as one SMS holds.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.text import Text
from fieldapp.storage import state
from fieldapp.storage.database import Database
from fieldapp.storage.home import Home
from fieldapp.storage.tables import (
    batches,
    centres,
    file_blobs,
    inbox_files,
    nodes,
    record_directory,
    seals,
)
from fieldapp.sync.arrived import FileState
from fieldapp.sync.batches import BatchState
from fieldapp.sync.block_offices import block_offices
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.office import key_list
from fieldapp.sync.revocation import TRUSTED

MOST = 160
"""Characters of one SMS in the GSM alphabet."""

_PURPOSE = "fieldapp-advance-note-1"
_WORDS = ("FILES", "RECORDS", "SESSIONS", "PHOTOS")
_SHAPE = re.compile(
    r"FIELDAPP (\d{12}|OFFICE-[A-Z\d-]+)-([A-Z]) BATCH (\d+) FILES (\d+) RECORDS (\d+) SESSIONS (\d+) "
    r"PHOTOS (\d+) CHECK ([\d -]+)"
)
_CHECK = 12
"""Digits of a check."""

_WAITING = (FileState.READY, FileState.QUARANTINE, FileState.PARKED)


@dataclass(frozen=True, slots=True)
class Noted:
    """What a note says that was found to be true to its check.

    csc_id: of a centre, or what stands for it at a block office. arrived: how many files of the batch are
    imported here; waiting: how many are here and not imported.
    """

    csc_id: str
    letter: str
    batch: int
    files: int
    records: int
    sessions: int
    pictures: int
    arrived: int
    waiting: int


class AdvanceNotes:
    """Written at a centre or block office, checked at an office that its batches are written to."""

    def __init__(self, database: Database, home: Home, keys: NodeKeys) -> None:
        self._database = database
        self._home = home
        self._keys = keys

    def write(self, actor: Actor, number: int) -> str:
        """The note about a batch, in one SMS. Raises InvalidInput: 'no_batch', 'no_note', 'no_pack'."""
        actor.must_be_known()
        with self._database.reading() as tx:
            offices = key_list(tx)
            if offices is None:
                raise InvalidInput(
                    Text("The pack of head office has not come yet, so nobody could check a note."),
                    Text("Your records are safe here. Send head office the enrolment request first."),
                    "no_pack",
                )
            counts = _counts(tx, number)
            centre = state.centre(tx, int(state.read(tx, "centre")))
            name = f"{centre.csc_id}-{state.read(tx, 'letter', 'Z')}"
            node = state.node(tx)
            readers = [offices.keys[0].age, *(one.age for one in block_offices(tx))]
        said = ", ".join(f"{word} {n}" for word, n in zip(_WORDS, counts, strict=True))
        note, between = f"FIELDAPP {name} BATCH {number}: {said}. CHECK", " "
        for reader in readers:
            check = _check(self._keys.shared_key(reader, _PURPOSE), node, number, counts)
            longer = note + between + "-".join(check[at : at + 4] for at in range(0, _CHECK, 4))
            if between == " " or len(longer) <= MOST:
                note, between = longer, ", "
        return note

    def check(self, actor: Actor, note: str) -> Noted:
        """What a note that was sent or read out says, if its check is right.

        Raises InvalidInput: 'note_shape', 'note_unknown' (no such computer is enrolled), 'note_wrong', and at
        a block office 'note_for_hq' (its only check is head office's).
        """
        actor.must_be(Duty.OFFICER)
        plain = " ".join(re.sub(r"[:,.]", " ", fold_digits(note).upper()).split())
        plain = re.sub(r" ?- ?", "-", plain)
        if (found := _SHAPE.fullmatch(plain)) is None:
            raise InvalidInput(
                Text("This is no advance note."),
                Text("Type the whole line, from FIELDAPP to the last digit of the check."),
                "note_shape",
            )
        csc_id, letter, number = found[1], found[2], int(found[3])
        counts = (int(found[4]), int(found[5]), int(found[6]), int(found[7]))
        digits = re.sub(r"[ -]", "", found[8])
        checks = [digits[at : at + _CHECK] for at in range(0, len(digits), _CHECK)]
        with self._database.reading() as tx:
            rows = tx.execute(
                sa.select(nodes)
                .join(centres, centres.c.centre == nodes.c.centre)
                .where(centres.c.csc_id == csc_id, nodes.c.state == TRUSTED)
            ).fetchall()
            if not rows:
                raise InvalidInput(
                    Text("No computer of the centre {csc_id} is enrolled here.", csc_id=csc_id),
                    Text("The note cannot be checked before its first file was imported."),
                    "note_unknown",
                )
            for row, pair in product(rows, (self._keys, *self._keys.older)):
                key = pair.shared_key(row.age_recipient, _PURPOSE)
                wanted = _check(key, bytes(row.node), number, counts)
                if any(hmac.compare_digest(wanted, check) for check in checks):
                    arrived = _files(tx, bytes(row.key), number, (FileState.IMPORTED,))
                    waiting = _files(tx, bytes(row.key), number, _WAITING)
                    return Noted(csc_id, letter, number, *counts, arrived, waiting)
        if self._home.scope and len(digits) <= _CHECK:
            raise InvalidInput(
                Text("Only head office can check this note: it has one check."),
                Text("For a block office a second one follows. Ask for the whole line."),
                "note_for_hq",
            )
        raise InvalidInput(
            Text("The check of this note is not right."),
            Text("Something was misheard, or it is not from this centre. Have it read out once more."),
            "note_wrong",
        )


def _counts(tx: Connection, number: int) -> tuple[int, int, int, int]:
    """Files, records, sessions and photographs of a batch."""
    rows = tx.execute(
        sa.select(batches).where(batches.c.number == number, batches.c.state != BatchState.MAKING)
    ).fetchall()
    if not rows:
        raise InvalidInput(
            Text("There is no batch {n}.", n=number), Text("Look at the list of batches."), "no_batch"
        )
    if any(row.to_n == 0 for row in rows):
        raise InvalidInput(
            Text("There is no advance note about a part."),
            Text("Make a sync file with everything that waits; a note can tell of it."),
            "no_note",
        )
    first, last = min(row.base_n for row in rows), max(row.to_n for row in rows)
    sessions = tx.execute(
        sa.select(sa.func.count(seals.c.id.distinct()))
        .join(record_directory, record_directory.c.id == seals.c.id)
        .where(seals.c.node == state.node(tx), seals.c.n > first, seals.c.n <= last)
        .where(record_directory.c.type == "activity")
    ).scalar()
    records = sum(row.records for row in rows)
    files = [bytes(row.sha256) for row in rows if row.sha256]
    carried = sa.select(sa.func.count()).select_from(file_blobs).where(file_blobs.c.file.in_(files))
    return len(rows), records, sessions or 0, tx.execute(carried).scalar() or 0


def _check(key: bytes, node: bytes, batch: int, counts: tuple[int, ...]) -> str:
    message = "|".join(map(str, (batch, *counts))).encode()
    mac = hmac.digest(key, _PURPOSE.encode() + b"\0" + node + message, hashlib.sha256)
    return f"{int.from_bytes(mac) % 10**12:012}"


def _files(tx: Connection, key: bytes, number: int, states: Sequence[FileState]) -> int:
    """How many files of a batch are here in one of these states."""
    own = (inbox_files.c.key == key) & (inbox_files.c.batch == number) & inbox_files.c.state.in_(states)
    return tx.execute(sa.select(sa.func.count()).select_from(inbox_files).where(own)).scalar() or 0
