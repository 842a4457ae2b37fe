"""What a file is that somebody brought: its kind, its sender, whether it opens here, and if not, why not."""

from dataclasses import dataclass, replace
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.results import refuse
from fieldapp.storage import journal, log, state
from fieldapp.storage.database import Database, execute, stamp
from fieldapp.storage.home import Home
from fieldapp.storage.tables import centres, inbox_files, nodes, packs
from fieldapp.sync.arrived import FileState, plain_values, state_for
from fieldapp.sync.block_offices import tell_those_concerned
from fieldapp.sync.checkpoints import stretch_of
from fieldapp.sync.container import CHOSEN, PREFIX_LENGTH, START, Prefix
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.lineage import (
    claim,
    is_replaced,
    refuse_unconfirmed,
    replaced_at,
    sender_confirmed,
    was_let_in,
)
from fieldapp.sync.packing import APP
from fieldapp.sync.proof import proves
from fieldapp.sync.revocation import REVOKED, TRUSTED, Revoked, covers, end_trust
from fieldapp.sync.sync_file import (
    Checkpoint,
    Content,
    Enrol,
    Kind,
    Manifest,
    Outer,
    Signer,
    Trust,
    open_,
    peek,
)

_WELCOME = (Kind.BATCH, Kind.REQUEST)
_CHECKED_BY = "parked_checked_by"


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found: where the file goes, why, and what could be read of it."""

    state: FileState
    code: str = ""
    said: dict[str, Any] | None = None
    outer: Outer | None = None
    manifest: Manifest | None = None
    centre: int | None = None
    kind: int = 0

    def values(self) -> dict[str, Any]:
        """As columns of inbox_files."""
        found: dict[str, Any] = {
            "state": self.state,
            "code": self.code,
            "said": msgspec.json.encode(self.said or {}).decode(),
            "centre": self.centre,
            "kind": self.kind,
        }
        if self.outer:
            header = self.outer.header
            found |= {
                "key": bytes.fromhex(self.outer.key),
                "centre_code": header.centre,
                "batch": header.batch,
                "part": header.part,
                "parts": header.of,
                "header": header.encoded().decode(),
            }
        if self.manifest and self.manifest.base and self.manifest.to:
            kept = msgspec.structs.replace(self.manifest, columns={})
            found |= {
                "base_n": self.manifest.base.n,
                "base_chain": bytes.fromhex(self.manifest.base.chain),
                "to_n": self.manifest.to.n,
                "to_chain": bytes.fromhex(self.manifest.to.chain),
                "manifest": kept.encoded().decode(),
            }
        return found


class Examiner:
    """Looks at files for a head office."""

    def __init__(self, database: Database, home: Home, keys: NodeKeys) -> None:
        self._database = database
        self._home = home
        self._keys = keys

    def examine(self, content: bytes) -> Examined:
        """What a file is. A sender who proves to have a pack of ours is enrolled by that."""
        found = Examined(FileState.REQUEST)
        try:
            prefix = Prefix.unpack(content[:PREFIX_LENGTH])
            # Of a damaged file too one wants to know whom to call; nothing else follows from it.
            found = replace(found, kind=int(prefix.kind), centre=self._centre(prefix.key))
            outer = self._met(self._peek(content))
            found = replace(found, outer=outer, centre=self._centre(outer.key))
            if outer.kind is Kind.REQUEST:
                outer.must_suit(practice=self._home.practice)
                return found
            opened = self._open(outer)
            found = replace(found, manifest=opened.manifest)
            self._note_claim(opened)
            self._check_trusted(opened)
            return replace(found, state=FileState.READY)
        except SyncFileRefused as error:
            said, code = plain_values(error), self._as_said_here(error.code)
            return replace(found, state=state_for(code), code=code, said=said)

    def _as_said_here(self, code: str) -> str:
        """A block office enrols and confirms nobody: it waits until head office has told it."""
        return "not_named_yet" if self._home.scope and code in _NOT_TOLD else code

    def open(self, content: bytes, *, imported: bool = False) -> Content:
        """A batch, opened. Raises SyncFileRefused as it is, 'revoked_sender' beyond where trust ended.

        imported: it is in already and is only looked at, whoever sent it.
        """
        opened = self._open(self._peek(content))
        if imported:
            return opened
        with self._database.reading() as tx:
            row = _signer_row(tx, opened.outer.key)
            if not covers(row, _ends(opened.manifest)[1][0]) and not was_let_in(tx, opened.outer.sha256):
                raise refuse("revoked_sender")
        return opened

    def waiting(self, tx: Connection) -> list[str]:
        """The files (SHA-256, hex) to look at again: sender enrolled or revoked since, program renewed."""
        sender = sa.exists().where(nodes.c.key == inbox_files.c.key)
        wanted: list[sa.ColumnElement[bool]] = [
            # Known by now, were it only up to the checkpoint where another computer went on.
            (inbox_files.c.state == FileState.QUARANTINE)
            & inbox_files.c.code.in_(("unknown_sender", "not_named_yet"))
            & sender,
            (inbox_files.c.state == FileState.QUARANTINE)
            & inbox_files.c.code.in_(_BEYOND)
            & sender.where(nodes.c.state == TRUSTED),
            (inbox_files.c.state == FileState.QUARANTINE)
            & (inbox_files.c.code == "continues_unconfirmed")
            & sender_confirmed(),
        ]
        if self.is_renewed(tx):
            wanted.append(inbox_files.c.state == FileState.PARKED)
        rows = tx.execute(sa.select(inbox_files.c.sha256).where(sa.or_(*wanted)))
        return [bytes(row.sha256).hex() for row in rows] + _moved_by_revocation(tx)

    def is_renewed(self, tx: Connection) -> bool:
        """Whether this program is another one than that which last looked at parked files."""
        return state.read(tx, _CHECKED_BY) != APP

    def parked_were_checked(self, tx: Connection) -> None:
        """Until the program is renewed, parked files need not be looked at again."""
        state.write(tx, _CHECKED_BY, APP)

    def signer(self, key_id: str) -> Signer | None:
        """Who signs with that key, for `peek`."""
        with self._database.reading() as tx:
            sql = "SELECT sign_public, node FROM nodes WHERE key = ?"
            row = execute(tx, sql, bytes.fromhex(key_id)).fetchone()
        return Signer(bytes(row[0]), bytes(row[1]).hex()) if row else None

    def _peek(self, content: bytes) -> Outer:
        outer = peek(content, self.signer, kinds=_WELCOME)
        if outer.key == self._keys.key_id:
            raise refuse("own_file")
        return outer

    def _met(self, outer: Outer) -> Outer:
        """Of a file that came: a sender who proves to have a pack of ours is known from then on."""
        if outer.kind is Kind.BATCH and outer.header.enrol and outer.header.enrol.proof:
            outer.must_suit(practice=self._home.practice)
            if self._shows_pack(outer):
                return outer._replace(trust=Trust.KNOWN)
        return outer

    def _open(self, outer: Outer) -> Content:
        outer.must_suit(practice=self._home.practice)
        content = open_(outer, self._keys.identities, practice=self._home.practice)
        base, to = content.manifest.base, content.manifest.to
        if base is None or to is None or base.n > to.n:
            raise refuse("bad_json", line=1)
        # A file of photographs alone goes on from where the records of its batch end, and no further; a part
        # that somebody chose moves no checkpoint either, and stands where every log begins.
        chosen = to == START and CHOSEN in content.manifest.caps
        alone = content.manifest.counts.keys() == {"blob"}
        if base.n == to.n and (base != to or not (alone or chosen)):
            raise refuse("bad_json", line=1)
        return content

    def _check_trusted(self, content: Content) -> None:
        """A computer that is revoked is believed up to a checkpoint (sync.revocation)."""
        with self._database.reading() as tx:
            node = content.outer.header.node
            refuse_unconfirmed(tx, node, content.manifest)
            row = _signer_row(tx, content.outer.key)
            if row.state != REVOKED or was_let_in(tx, content.outer.sha256):
                return
            revoked = Revoked(tx, row)
            belongs = revoked.belongs(*_ends(content.manifest))
            if belongs and (not revoked.is_whole or revoked.knows_all(content.records())):
                return
            why = "not_in_log" if belongs else "revoked_sender"
            raise refuse("replaced_sender" if is_replaced(tx, node) else why)

    def _note_claim(self, content: Content) -> None:
        """A computer says that it goes on from another one: somebody is to confirm it."""
        said = content.manifest.continues
        if said is not None:
            with self._database.transaction() as tx:
                claim(tx, content.outer.header.node, said.steps)

    def _centre(self, key: str) -> int | None:
        """The centre of the home that signs with a key, as far as it is known."""
        with self._database.reading() as tx:
            row = execute(tx, "SELECT centre FROM nodes WHERE key = ?", bytes.fromhex(key)).fetchone()
        return row[0] if row else None

    def _shows_pack(self, outer: Outer) -> bool:
        """Whether a header proves that its sender was given one of our packs, which nobody used yet.

        An unknown sender is enrolled by that; of a known one it is noted which pack it used.
        """
        offered, key = outer.header.enrol, bytes.fromhex(outer.key)
        with self._database.reading() as tx:  # nearly always none, and then nobody need wait to write
            if offered is None or _unused_pack(tx, offered, alone=False) is None:
                return False
        with self._database.transaction() as tx:
            pack = _unused_pack(tx, offered, alone=True)
            if pack is None or (outer.trust is not Trust.KNOWN and node_is_taken(tx, outer.header.node)):
                return False
            _note_use(tx, pack, key)
            if outer.trust is Trust.KNOWN:
                unnamed = (nodes.c.key == key) & (nodes.c.letter == "")
                tx.execute(nodes.update().where(unnamed).values(letter=pack.letter))
            else:
                enrol_node(tx, outer, pack.centre, pack.letter, stamp(self._database.clock()))
                tell_those_concerned(tx, pack.centre)
                log.note(tx, self._database.clock(), "", "enrol", what=outer.key)
        return True


_NOT_TOLD = ("unknown_sender", "continues_unconfirmed")
_BEYOND = ("revoked_sender", "not_in_log", "replaced_sender")
"""Codes of what waits because its sender was revoked."""


def _signer_row(tx: Connection, key: str) -> Any:
    return tx.execute(sa.select(nodes).where(nodes.c.key == bytes.fromhex(key))).one()


def _ends(manifest: Manifest) -> tuple[journal.Checkpoint, journal.Checkpoint]:
    """Where a batch begins and ends in its home's log."""
    return _point(manifest.base), _point(manifest.to)


def _point(named: Checkpoint | None) -> journal.Checkpoint:
    found = named or START
    return found.n, bytes.fromhex(found.chain)


def _moved_by_revocation(tx: Connection) -> list[str]:
    """Of computers that were revoked: what was ready and lies beyond, and what waited and may belong now."""
    rows = tx.execute(
        sa.select(inbox_files)
        .join(nodes, nodes.c.key == inbox_files.c.key)
        .where(nodes.c.state == REVOKED, inbox_files.c.to_n.is_not(None))
        .where(
            (inbox_files.c.state == FileState.READY)
            | ((inbox_files.c.state == FileState.QUARANTINE) & inbox_files.c.code.in_(_BEYOND))
        )
    ).fetchall()
    senders = {bytes(row.key): _signer_row(tx, bytes(row.key).hex()) for row in rows}
    revoked = {key: Revoked(tx, row) for key, row in senders.items()}
    return [bytes(row.sha256).hex() for row in rows if _stands_elsewhere(row, revoked[bytes(row.key)])]


def _stands_elsewhere(row: Any, sender: Revoked) -> bool:
    """Whether a file's ends now tell something else than its state. Its content was looked at once."""
    belongs = sender.belongs(*stretch_of(row))
    if row.state == FileState.READY:
        return not belongs and not row.let_in
    return belongs and (row.code == "revoked_sender" or not sender.is_whole)


def _unused_pack(tx: Connection, offered: Enrol, *, alone: bool) -> Any:
    """alone: nobody else may look at it until this transaction ends."""
    unused = (
        sa.select(packs)
        .join(centres, centres.c.centre == packs.c.centre)
        .where(centres.c.csc_id == offered.csc_id, packs.c.used_by.is_(None))
    )
    rows = tx.execute(unused.with_for_update(of=packs) if alone else unused)
    return next((row for row in rows if proves(bytes(row.secret), offered)), None)


def use_pack(tx: Connection, outer: Outer, centre: int) -> str:
    """The letter of the unused pack of a centre that a header proves to have been given; '' without one."""
    offered = outer.header.enrol
    pack = _unused_pack(tx, offered, alone=True) if offered is not None else None
    if pack is None or pack.centre != centre:
        return ""
    _note_use(tx, pack, bytes.fromhex(outer.key))
    return str(pack.letter)


def _note_use(tx: Connection, pack: Any, key: bytes) -> None:
    own = (packs.c.centre == pack.centre) & (packs.c.letter == pack.letter)
    tx.execute(packs.update().where(own).values(used_by=key))


def node_is_taken(tx: Connection, node: str) -> bool:
    """Whether a node id belongs to this home or to one that is enrolled already."""
    raw = bytes.fromhex(node)
    return raw == state.node(tx) or bool(
        tx.execute(sa.select(nodes.c.key).where(nodes.c.node == raw)).first()
    )


def enrol_node(tx: Connection, outer: Outer, centre: int, letter: str, now: str) -> None:
    """Trust the keys that a header brings, as those of a home of that centre."""
    offered = outer.header.enrol
    if offered is None:
        raise ValueError("the header brings no keys")
    tx.execute(
        nodes.insert().values(
            key=bytes.fromhex(outer.key),
            node=bytes.fromhex(outer.header.node),
            centre=centre,
            letter=letter,
            sign_public=bytes.fromhex(offered.sign_pub),
            age_recipient=offered.age_recipient,
            state=TRUSTED,
            known_at=now,
        )
    )
    until = replaced_at(tx, outer.header.node)
    if until is not None:
        end_trust(tx, bytes.fromhex(outer.header.node), until)
