"""Where each batch is: made, on a stick, handed over, received, lost; and copying one to a stick."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import Code
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.identifiers import refuse_forbidden_number
from fieldapp.domain.text import Text
from fieldapp.storage import blob_names, log
from fieldapp.storage.database import Database, instant, stamp
from fieldapp.storage.home import Home, write_durably
from fieldapp.storage.tables import batches
from fieldapp.sync.sync_file import Placed, copy_verified
from fieldapp.sync.sync_file_place import speaking_of

README = "FIELDAPP-README.txt"
_README_WORDS = (
    "The files here whose names end in .fieldsync hold records of a centre. Please give them, unchanged, to\n"
    "head office or to the block office. They are locked: only that office can read them. A file may be\n"
    "copied or sent twice; nothing is counted twice.\n"
    "\n"
    "यहाँ .fieldsync से समाप्त होने वाली फ़ाइलों में केंद्र के अभिलेख हैं। कृपया इन्हें बिना बदले मुख्यालय या प्रखंड कार्यालय\n"
    "को दें। ये तालाबंद हैं: केवल वही कार्यालय इन्हें पढ़ सकता है। फ़ाइल दो बार कॉपी करने या भेजने पर भी कुछ भी\n"
    "दो बार नहीं गिना जाता।\n"
)


class BatchState(Code):
    """Where a batch is, as far as this home knows."""

    MAKING = "MAKING", "Being made"
    MADE = "MADE", "Made, still on this computer"
    ON_STICK = "ON_STICK", "On the stick"
    HANDED_OVER = "HANDED_OVER", "Handed over"
    RECEIVED = "RECEIVED", "Received by head office"
    LOST = "LOST", "Lost, reported"
    REPLACED = "REPLACED", "Replaced by the next sync file"
    WITHDRAWN = "WITHDRAWN", "Withdrawn by head office"
    ATTENTION = "ATTENTION", "Needs your attention"


_FINAL = (BatchState.MAKING, BatchState.RECEIVED)

KEPT = 10
"""So many of the newest batches keep their files though they were received: an office restored from an old
backup takes back what it said."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch in the history. note: to whom it was handed, or why it needs attention.

    chosen: it carries a part that somebody chose, so that what waits still waits.
    """

    number: int
    state: BatchState
    state_at: datetime
    made_at: datetime
    full: bool
    records: int
    parts: tuple[Placed, ...]
    note: str
    chosen: bool = False


class BatchHistory:
    """The batches of a home and where they are."""

    def __init__(self, database: Database, home: Home) -> None:
        self._database = database
        self._home = home

    def _remove_files(self, names: Sequence[str]) -> None:
        for name in names:
            (self._home.outbox / name).unlink(missing_ok=True)

    def tidy(self) -> int:
        """At a start: clear away what a crash left of batches in the making; how many there were.

        Their records are safe: they are sealed, and go with the next batch. Files of batches that were
        received long ago go too; those that no receipt covers stay, however many they are.
        """
        self._remove_files(self._long_received())
        for part in self._home.outbox.glob("*.part"):
            part.unlink(missing_ok=True)
        with self._database.reading() as tx:
            making = batches.c.state == BatchState.MAKING
            left = tx.execute(sa.select(batches.c.number).where(making).distinct()).scalars().all()
            names = (
                tx.execute(sa.select(batches.c.file_name).where(batches.c.number.in_(left))).scalars().all()
            )
        if left:
            self._remove_files(names)
            with self._database.transaction() as tx:
                for number in left:
                    self._forget(tx, number)
        return len(left)

    def _long_received(self) -> Sequence[str]:
        """The names of the files that nobody needs any more."""
        with self._database.reading() as tx:
            newest = sa.select(batches.c.number).distinct().order_by(batches.c.number.desc()).limit(KEPT)
            open_yet = sa.select(batches.c.number).where(batches.c.state != BatchState.RECEIVED)
            old = batches.c.number.not_in(newest) & batches.c.number.not_in(open_yet)
            return tx.execute(sa.select(batches.c.file_name).where(old)).scalars().all()

    def _forget(self, tx: Connection, number: int) -> None:
        """A batch that never came to be: its pictures are still to be sent."""
        own = batches.c.number == number
        _pictures_again(tx, own)
        tx.execute(batches.delete().where(own))

    def copy_to(self, actor: Actor, number: int, folder: Path) -> tuple[Placed, ...]:
        """Copy a batch to a stick, read it back and compare; only then may it be called safe to remove.

        Raises InvalidInput 'no_batch' or 'file_changed', and EnvironmentProblem: disk_full, read_only,
        stick_gone, not_kept, busy.
        """
        actor.must_be_known()
        batch = self.batch(actor, number)
        for part in batch.parts:
            if not part.path.is_file() or _sha256(part.path) != part.sha256:
                raise InvalidInput(
                    Text("The file of batch {n} is no longer as it was made.", n=number),
                    Text("Make a new sync file; no record is lost by that."),
                    "file_changed",
                )
        copied = tuple(copy_verified(part.path, folder, part.path.name) for part in batch.parts)
        explain(folder)
        self._set_state(actor, number, BatchState.ON_STICK, "copy_batch")
        return copied

    def hand_over(self, actor: Actor, number: int, to_whom: str) -> Batch:
        """Somebody took the batch along."""
        return self._set_state(actor, number, BatchState.HANDED_OVER, "hand_over", to_whom)

    def lost(self, actor: Actor, number: int, note: str = "") -> Batch:
        """A batch is reported lost; its records and pictures go again with the next one."""
        actor.must_be_known()
        refuse_forbidden_number(note)
        own = (batches.c.number == number) & batches.c.state.not_in(_FINAL)
        with self._database.transaction() as tx:
            _pictures_again(tx, own)
        return self._set_state(actor, number, BatchState.LOST, "batch_lost", note)

    def batch(self, actor: Actor, number: int) -> Batch:
        """One batch. Raises InvalidInput 'no_batch'."""
        return next(iter(self._read(actor, batches.c.number == number)), None) or _no_batch(number)

    def batches(self, actor: Actor) -> tuple[Batch, ...]:
        """The history, the newest first."""
        return self._read(actor, sa.true())

    def _read(self, actor: Actor, where: sa.ColumnElement[bool]) -> tuple[Batch, ...]:
        actor.must_be_known()
        with self._database.reading() as tx:
            rows = tx.execute(
                sa.select(batches).where(where).order_by(batches.c.number.desc(), batches.c.part)
            ).fetchall()
        by_number: dict[int, list[Any]] = {}
        for row in rows:
            by_number.setdefault(row.number, []).append(row)
        return tuple(self._batch(parts) for parts in by_number.values())

    def _batch(self, rows: list[Any]) -> Batch:
        """A batch is received when all its parts are; else it is where its first missing part is."""
        shown = next((row for row in rows if row.state != BatchState.RECEIVED), rows[0])
        return Batch(
            number=shown.number,
            state=BatchState(shown.state),
            state_at=instant(shown.state_at),
            made_at=instant(shown.made_at),
            full=bool(shown.whole),
            records=sum(row.records for row in rows),
            parts=tuple(
                Placed(self._home.outbox / row.file_name, bytes(row.sha256 or b"").hex(), row.size)
                for row in rows
            ),
            note=shown.note,
            chosen=shown.to_n == 0,
        )

    def _set_state(
        self, actor: Actor, number: int, to: BatchState, verb: str, note: str | None = None
    ) -> Batch:
        """Note where a batch is. What is received stays received."""
        actor.must_be_known()
        refuse_forbidden_number(note or "")
        values = {"state": to, "state_at": stamp(self._database.clock())}
        if note is not None:
            values["note"] = note
        with self._database.transaction() as tx:
            tx.execute(
                batches.update()
                .where(batches.c.number == number, batches.c.state.not_in(_FINAL))
                .values(values)
            )
            log.note(tx, self._database.clock(), actor.login, verb, what=str(number))
        return self.batch(actor, number)


def let_go_of_files(tx: Connection, now: str) -> None:
    """No file of a batch lies here any more, now (a stamp): the pictures that no receipt covers go again.

    A batch that was nowhere else gives way to the next one. One that was taken along may still arrive.
    """
    _pictures_again(tx, batches.c.state.not_in(_FINAL))
    here = batches.c.state == BatchState.MADE
    tx.execute(batches.update().where(here).values(state=BatchState.REPLACED, state_at=now))


def _pictures_again(tx: Connection, where: sa.ColumnElement[bool]) -> None:
    for file in tx.execute(sa.select(batches.c.sha256).where(where, batches.c.sha256.is_not(None))).scalars():
        blob_names.forget_file(tx, bytes(file))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def explain(folder: Path) -> None:
    """Say beside the files, in both languages, what they are. Raises EnvironmentProblem as a copy does."""
    with speaking_of(folder):
        write_durably(folder / README, ("\ufeff" + _README_WORDS.replace("\n", "\r\n")).encode())


def _no_batch(number: int) -> Batch:
    raise InvalidInput(
        Text("There is no batch {n}.", n=number), Text("Look at the list of batches."), "no_batch"
    )
