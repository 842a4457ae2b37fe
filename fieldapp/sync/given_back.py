"""Taking a give-back at a centre: records come back to be written here, or to be read (sync.give_back).

What is being written on this computer is never overwritten: where both sides have a version of their own the
one here stays, and goes up as such.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.results import refuse
from fieldapp.storage import blob_names, journal, log, state, taking_in, taking_over
from fieldapp.storage.blobs import BlobStore
from fieldapp.storage.database import Database, stamp
from fieldapp.storage.home import Home
from fieldapp.storage.state import OWN_CENTRE
from fieldapp.storage.tables import record_directory, record_heads
from fieldapp.sync.arriving import (
    Counts,
    Judge,
    Judged,
    Outcome,
    Sender,
    check_known,
    check_same,
    revision_of,
    setting_here,
)
from fieldapp.sync.erasures import Erasures
from fieldapp.sync.give_back import SECTION, GiveBackLine
from fieldapp.sync.lineage import learn
from fieldapp.sync.looking import slices
from fieldapp.sync.pictures_arrived import pictures_in
from fieldapp.sync.receipt_lines import lines_of
from fieldapp.sync.sync_file import Content, Record
from fieldapp.sync.taking import take_letter

_SLICE = 400


class _Head(NamedTuple):
    """A record as it stands here: its newest sealed revision, whether it was edited since, whose it is."""

    rev: str
    edited: bool
    owner: str


Heads = dict[str, _Head]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What one file of a give-back brought. own: records that are written here from now on; read: of others.

    counts: what became of them; part, of: which of its files this is; letter: this computer's from now on.
    """

    counts: Counts
    own: int
    read: int
    pictures: int
    part: int
    of: int
    letter: str


class TakingBack:
    """A centre's side."""

    def __init__(self, database: Database, home: Home, blobs: BlobStore, erasures: Erasures) -> None:
        self._database = database
        self._home = home
        self._blobs = blobs
        self._erasures = erasures

    def take(self, actor: Actor, content: Content) -> TakenBack:
        """Take one file of a give-back, all of it or nothing. Raises SyncFileRefused."""
        said = _said(content)
        with self._database.reading() as tx:
            if said.node != state.read(tx, "node"):
                raise refuse("not_for_this_computer")
        pictures = pictures_in(content, self._blobs)
        with self._database.transaction() as tx:
            blob_names.travelled(tx, bytes.fromhex(content.outer.sha256), pictures.names)
            counts, own, read = self._take_records(tx, content, said)
            self._enter(tx, content, own)
            take_letter(tx, said.letter)
            learn(tx, said.before)
            log.note(tx, self._database.clock(), actor.login, "take_give_back", what=content.outer.sha256)
            emptied = self._erasures.heed(tx, actor)
            taken = TakenBack(
                counts=counts,
                own=len(own),
                read=read,
                pictures=len(pictures.names),
                part=content.outer.header.part,
                of=content.outer.header.of,
                letter=state.read(tx, "letter", "Z"),
            )
        self._erasures.settle(emptied)
        return taken

    def _take_records(
        self, tx: Connection, content: Content, said: GiveBackLine
    ) -> tuple[Counts, list[tuple[str, str]], int]:
        """What became of all lines; (id, revision) of those that are own from now on; how many others."""
        judge = _Returned(tx, Sender(said.node, OWN_CENTRE), setting_here(tx, self._home))
        owns = said.owns
        node, at = bytes.fromhex(said.node), stamp(self._database.clock())
        counts, own, read = Counts(), list[tuple[str, str]](), 0
        for part in slices(content.records()):
            heads = _heads(tx, [line.id for line in part if not line.problem])
            judged = [_spared(one, heads.get(one.line.id)) for one in judge.judge(part)]
            kept = [one for one in judged if _is_taken(one, heads.get(one.line.id), said.node)]
            for one in judged:
                counts = counts.and_one(one.outcome)
            taking_in.receive(tx, [_revision(one.line) for one in kept], at)
            known = [one.line for one in judged if one.outcome is not Outcome.REFUSED]
            mine = [line for line in known if line.owner in owns]
            taking_over.own(tx, [bytes.fromhex(line.id) for line in mine], node)
            own += [(line.id, line.rev) for line in mine]
            read += len(known) - len(mine)
        return counts, own, read

    def _enter(self, tx: Connection, content: Content, own: Sequence[tuple[str, str]]) -> None:
        """Enter the own ones in the log: where it stands as head office thought, all of them, and they count
        as received; else those that are not in it yet, which go up once more.
        """
        node, base, to = state.node(tx), content.manifest.base, content.manifest.to
        ids = [bytes.fromhex(record_id) for record_id, _ in own]
        n, chain = journal.checkpoint(tx, node)
        expected = base is not None and (base.n, base.chain) == (n, chain.hex())
        heads = _heads(tx, [record_id for record_id, _ in own])
        if not expected or any(heads[record_id].rev != rev for record_id, rev in own):
            taking_over.enter(tx, node, taking_over.not_entered(tx, node, ids))
            return
        end, link = taking_over.enter(tx, node, ids)
        if to is not None and (to.n, to.chain) == (end, link.hex()):
            state.write(tx, "base", str(end))


class _Returned(Judge):
    """Judges what head office gives back: it may come from any home of this centre."""

    def _check_place(self, line: Record, held: journal.Known | None) -> None:
        check_known(line)
        check_same(line, held, OWN_CENTRE)


def _said(content: Content) -> GiveBackLine:
    """What it says of itself."""
    found = lines_of(content.sections(), SECTION, GiveBackLine)
    if len(found) != 1:
        raise refuse("bad_count")
    return found[0]


def _revision(line: Record) -> journal.Revision:
    return revision_of(line, Sender(line.owner, OWN_CENTRE))


def _spared(one: Judged, head: _Head | None) -> Judged:
    """What was edited here since it was sealed stays as it is."""
    if one.outcome is Outcome.CHANGED and head is not None and head.edited:
        return replace(one, outcome=Outcome.CHECK, code="fork")
    return one


def _is_taken(one: Judged, head: _Head | None, node: str) -> bool:
    """What is new; and of two versions the other one, where neither was written here."""
    read_only = head is not None and head.owner != node
    return one.outcome in (Outcome.NEW, Outcome.CHANGED) or (one.outcome is Outcome.CHECK and read_only)


def _heads(tx: Connection, ids: Sequence[str]) -> Heads:
    found: Heads = {}
    for at in range(0, len(ids), _SLICE):
        part = [bytes.fromhex(one) for one in ids[at : at + _SLICE]]
        for row in tx.execute(
            sa.select(record_heads, record_directory.c.owner)
            .join(record_directory, record_directory.c.id == record_heads.c.id)
            .where(record_heads.c.id.in_(part))
        ):
            rev = bytes(row.rev).hex() if row.rev is not None else ""
            edited = row.version != row.sealed_version
            found[bytes(row.id).hex()] = _Head(rev, edited, bytes(row.owner).hex())
    return found
