"""Taking an imported file out again: head office then stands as if it had never been imported.

What a head office holds is a function of the set of imported files. So revisions that no other imported file
carries go, leaves they had superseded come back, the file's checkpoints go, and what other files could not
bring because of it is judged again. A Decision and a line of the activity log say who did it and why; the
centre reads it in its next receipt and sends its records again.
"""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.errors import InvalidInput, SyncFileRefused
from fieldapp.domain.fields import Ref
from fieldapp.domain.records import Decision
from fieldapp.domain.results import refuse
from fieldapp.domain.rules import refusal
from fieldapp.domain.text import Text
from fieldapp.storage import blob_names, findings, log, records, state
from fieldapp.storage.database import stamp
from fieldapp.storage.records import Typed
from fieldapp.storage.tables import file_blobs, file_revisions, given_back, inbox_files, nodes, refused
from fieldapp.storage.withdrawing import withdraw
from fieldapp.sync.arrived import FileState, InboxFile
from fieldapp.sync.arriving import Outcome, setting_here
from fieldapp.sync.due import note_due, note_due_for
from fieldapp.sync.inbox import Inbox, LeftOut
from fieldapp.sync.lineage import line_of
from fieldapp.sync.sync_file import Content

_other = file_revisions.alias("other")


@dataclass(frozen=True, slots=True)
class Undone:
    """A file that was taken out. revisions: how many went with it; records: how many are gone altogether."""

    file: InboxFile
    revisions: int
    records: int


class OfficeInbox(Inbox):
    """The inbox of a head office, whole: files are taken in, and taken out again."""

    def undo(self, actor: Actor, sha256: str, reason: str) -> Undone:
        """Take an imported file out, in one transaction. Its bytes stay; `offer_again` makes it ready.

        Raises InvalidInput 'no_reason', or what the rules say about its words, and 'not_imported' when it is
        not, or somebody was quicker.
        """
        self._must_be_office(actor)
        decision = self._decision(DecisionKind.IMPORT_WITHDRAWN, sha256, reason.strip())
        before = self.file(sha256)
        with self._database.transaction() as tx:
            self._claim_back(tx, sha256, decision.reason)
            beside = self._left_out_beside(sha256)
            gone = _carried_by_none_else(tx, sha256)
            _forget_lines(tx, sha256)
            now = stamp(self._database.clock())
            left = withdraw(tx, gone, now)
            for other, content, left_out in beside:
                self._take_again(tx, other, content, left_out)
            pictures = _pictures_of_none_else(tx, sha256)
            blob_names.forget_file(tx, bytes.fromhex(sha256))
            findings.look_at_file(tx, sha256)
            note_due(tx, before.key)
            _forget_given_back(tx, before.node)
            self._put_decision(tx, actor, decision)
            log.note(tx, self._database.clock(), actor.login, "undo_import", what=sha256)
        for picture in pictures:
            self._blobs.remove(picture)
        return Undone(self.file(sha256), sum(map(len, gone.values())), left)

    def offer_again(self, actor: Actor, sha256: str) -> InboxFile:
        """Look at a withdrawn file anew: if all is well it is ready to be imported again.

        Raises SyncFileRefused 'bytes_destroyed' for one that is not kept any more.
        """
        self._must_be_office(actor)
        file = self.file(sha256)
        if file.state is FileState.WITHDRAWN:
            content = self._content(sha256)
            if not content:
                raise refuse("bytes_destroyed")
            self._keep(sha256, file.name, content, self._examiner.examine(content))
        return self.file(sha256)

    def let_in(self, actor: Actor, sha256: str, reason: str) -> InboxFile:
        """Decide to take a file of a computer that was replaced, which came late; it is ready then.

        What is newer in it is shown for checking. Raises InvalidInput 'not_late' for any other file,
        'no_reason', or what the rules say about its words.
        """
        self._must_be_office(actor)
        if self.file(sha256).code != "replaced_sender":
            raise InvalidInput(
                Text("This file is not one of a computer that was replaced."),
                Text("Nothing was changed."),
                "not_late",
            )
        decision = self._decision(DecisionKind.LATE_FILE_TAKEN, sha256, reason.strip())
        with self._database.transaction() as tx:
            own = inbox_files.c.sha256 == bytes.fromhex(sha256)
            tx.execute(inbox_files.update().where(own).values(let_in=1))
            self._put_decision(tx, actor, decision)
            log.note(tx, self._database.clock(), actor.login, "let_in", what=sha256)
        content = self._content(sha256)
        self._keep(sha256, self.file(sha256).name, content, self._examiner.examine(content))
        return self.file(sha256)

    # ------------------------------------------------------------ the steps

    def _put_decision(self, tx: Connection, actor: Actor, decision: Decision) -> None:
        node, centre = state.identity(tx)
        records.put(tx, decision, actor, Typed(node, centre, self._database.clock()), verb="decide")

    def _claim_back(self, tx: Connection, sha256: str, reason: str) -> None:
        """First of all. On PostgreSQL nobody may import meanwhile what is judged by what is held now."""
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql("LOCK TABLE inbox_files IN SHARE ROW EXCLUSIVE MODE")
        own = inbox_files.c.sha256 == bytes.fromhex(sha256)
        claimed = tx.execute(
            inbox_files.update()
            .where(own, inbox_files.c.state == FileState.IMPORTED)
            .values(
                state=FileState.WITHDRAWN,
                code="withdrawn",
                said=msgspec.json.encode({"reason": reason}).decode(),
                counts="{}",
                applied_at="",
                applied_by="",
            )
        )
        if claimed.rowcount == 0:
            raise InvalidInput(
                Text("This file is not imported."), Text("Nothing was changed."), "not_imported"
            )

    def _left_out_beside(self, sha256: str) -> list[tuple[str, Content, LeftOut]]:
        """The other imported files, opened, with what they could not bring about the same records.

        Asked once nobody imports meanwhile: a file that came in between would be forgotten.
        """
        own = file_revisions.c.sha256 == bytes.fromhex(sha256)
        same = (_other.c.centre == file_revisions.c.centre) & (_other.c.id == file_revisions.c.id)
        lines: dict[str, LeftOut] = defaultdict(dict)
        with self._database.reading() as tx:
            for row in tx.execute(
                sa.select(_other.c.sha256, _other.c.id, _other.c.rev, _other.c.outcome)
                .join(file_revisions, same)
                .join(inbox_files, inbox_files.c.sha256 == _other.c.sha256)
                .where(own, _other.c.sha256 != file_revisions.c.sha256, sa.not_(_is_held(_other)))
                .order_by(inbox_files.c.to_n, inbox_files.c.sha256)
            ):
                name = bytes(row.id).hex(), bytes(row.rev).hex()
                lines[bytes(row.sha256).hex()][name] = Outcome(row.outcome)
        found = []
        for other, left_out in lines.items():
            # From a sender who was revoked since nothing more is taken.
            with suppress(SyncFileRefused):
                found.append((other, self._examiner.open(self._content(other)), left_out))
        return found

    def _decision(self, kind: DecisionKind, sha256: str, reason: str) -> Decision:
        """It names the file by its hash, half of it in each of the two references."""
        half = len(sha256) // 2
        decision = Decision(
            id=self._database.new_id(),
            kind=str(kind),
            about=Ref(sha256[:half]),
            about_rev=Ref(sha256[half:]),
            reason=reason,
        )
        if not reason:
            raise InvalidInput(
                Text("A reason is missing."), Text("The centre reads it with its next receipt."), "no_reason"
            )
        with self._database.reading() as tx:
            setting = setting_here(tx, self._home)
        if problem := refusal(decision, setting):
            raise InvalidInput(problem.text, Text("Nothing was undone. Correct the reason."), problem.code)
        return decision


def _is_held(carried: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether a line of a file counts for what is held: not if refused, nor if stale and breaking a rule."""
    stale = (carried.c.outcome == Outcome.REPEAT) & (carried.c.code != "")
    return sa.not_(stale | (carried.c.outcome == Outcome.REFUSED))


def _carried_by_none_else(tx: Connection, sha256: str) -> dict[str, list[str]]:
    """The revisions, by record id, that only this one of the imported files brought."""
    same = (
        (_other.c.centre == file_revisions.c.centre)
        & (_other.c.id == file_revisions.c.id)
        & (_other.c.rev == file_revisions.c.rev)
    )
    elsewhere = sa.exists().where(same, _other.c.sha256 != file_revisions.c.sha256, _is_held(_other))
    own = file_revisions.c.sha256 == bytes.fromhex(sha256)
    rows = tx.execute(
        sa.select(file_revisions.c.id, file_revisions.c.rev).where(
            own, _is_held(file_revisions), sa.not_(elsewhere)
        )
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[bytes(row.id).hex()].append(bytes(row.rev).hex())
    return dict(found)


def _forget_lines(tx: Connection, sha256: str) -> None:
    """What a file carried, and the corrections that were asked for because of it."""
    own = file_revisions.c.sha256 == bytes.fromhex(sha256)
    named = sa.exists().where(
        own,
        file_revisions.c.centre == refused.c.centre,
        file_revisions.c.id == refused.c.id,
        file_revisions.c.rev == refused.c.rev,
    )
    tx.execute(refused.delete().where(named))
    tx.execute(file_revisions.delete().where(own))


def _forget_given_back(tx: Connection, node: str) -> None:
    """What was given back may have held what went: the heir sends it, and hears that it is to."""
    line = line_of(tx, node)
    heirs = [bytes.fromhex(one) for one in line.nodes]
    if tx.execute(given_back.delete().where(given_back.c.node.in_(heirs))).rowcount:
        note_due_for(tx, nodes.c.node == bytes.fromhex(line.heir))


def _pictures_of_none_else(tx: Connection, sha256: str) -> list[str]:
    """The photographs that came in no other file and that no record here names any more."""
    raw, other = bytes.fromhex(sha256), file_blobs.alias("other_blobs")
    elsewhere = sa.exists().where(other.c.blob == file_blobs.c.blob, other.c.file != raw)
    statement = sa.select(file_blobs.c.blob).where(file_blobs.c.file == raw, sa.not_(elsewhere))
    names = tx.execute(statement).scalars().all()
    return sorted(set(names) - blob_names.among(tx, names))
