"""Revisions as a home keeps them: what one is, how it is stored and read, and the chain of a home's seals.

A revision is what a record was when it left its home, named by its content. Its body is kept as the exact
canonical bytes its name is the hash of and is never rewritten, not even by an upgrade. One's own are made in
storage.sealing, those of others come in through storage.taking_in.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical
from fieldapp.domain.upcasting import upcast
from fieldapp.storage.database import execute, slices
from fieldapp.storage.readied import Readied, body_in, unpacked
from fieldapp.storage.tables import record_directory, revisions, seals

SCHEMA = 1
"""Rises with every change of the records; bodies keep the number they were sealed under."""

ERASED = "erased"
"""Said by a tombstone of a record of which something had been erased."""

LINK_ZERO = bytes(16)
Checkpoint = tuple[int, bytes]
"""A place on a home's chain of seals: log number and 16-byte link; (0, LINK_ZERO) is before the first."""

_SLICE = 400


@dataclass(frozen=True, slots=True)
class Revision:
    """A sealed revision. Ids and revs are hex; body: canonical JSON of {t, op, id, owner, anc, f, x}.

    ready: what was made of it on the way here; then body may be empty (readied.body_in). An activity with
    lots there holds nothing unknown here.
    dropped: its body was let go of when its record was erased, and says nothing any more.
    """

    type: str
    id: str
    centre: int
    owner: str
    rev: str
    ancestors: tuple[str, ...]
    op: str
    body: bytes
    schema: int
    login: str
    at: str
    log_number: int = 0
    ready: Readied | None = None
    dropped: bool = False

    @property
    def erases(self) -> bool:
        """Whether something of its record was erased, then or before: what it follows is let go of."""
        return self.op == "erase" or (self.op == "del" and bool(self.content().get("f", {}).get(ERASED)))

    def content(self) -> dict[str, Any]:
        """The body as plain values."""
        found: dict[str, Any] = canonical.decode(body_in(self.body, self.ready))
        return found

    def fields(self) -> dict[str, Any]:
        """The record in its plain form, in today's words; of a tombstone, its reason."""
        found: dict[str, Any] = self.content().get("f", {})
        return found if self.op == "del" else upcast(self.type, found, self.schema)


def joined(ancestors: Iterable[str]) -> bytes:
    """Revision names as they are stored, 16 bytes each."""
    return b"".join(bytes.fromhex(rev) for rev in ancestors)


def parted(stored: bytes) -> tuple[str, ...]:
    """Revision names as people and files write them."""
    stored = bytes(stored)
    return tuple(stored[at : at + 16].hex() for at in range(0, len(stored), 16))


def hides(type_word: str, op: str) -> bool:
    """Whether a revision takes its record out of the lists: a tombstone, or a person who was erased."""
    return op == "del" or (op == "erase" and type_word == "person")


def checkpoint(tx: Connection, node: bytes) -> Checkpoint:
    """The newest link of a node's chain."""
    row = execute(tx, "SELECT n, chain FROM seals WHERE node = ? ORDER BY n DESC LIMIT 1", node).fetchone()
    return (row[0], bytes(row[1])) if row else (0, LINK_ZERO)


def link(tx: Connection, node: bytes, n: int) -> bytes | None:
    """The link with that log number on a node's chain, None beyond its end."""
    if n == 0:
        return LINK_ZERO
    found = tx.execute(sa.select(seals.c.chain).where(seals.c.node == node, seals.c.n == n)).scalar()
    return bytes(found) if found is not None else None


_REVISION_COLUMNS = (
    revisions.c.centre,
    revisions.c.id,
    revisions.c.rev,
    revisions.c.ancestors,
    revisions.c.body,
    revisions.c.schema,
    revisions.c.login,
    revisions.c.at,
    record_directory.c.type,
    record_directory.c.owner,
)


class _Op(msgspec.Struct):
    op: str


_OP = msgspec.json.Decoder(_Op)


def _dropped(row: Any) -> bytes:
    """What stands for a body that was dropped when its record was erased: nothing is in it."""
    said = {"t": row.type, "id": bytes(row.id).hex(), "owner": bytes(row.owner).hex()}
    return canonical.encode({**said, "op": "erase", "anc": list(parted(row.ancestors)), "f": {}, "x": {}})


def _revision(row: Any, n: int = 0) -> Revision:
    body = unpacked(bytes(row.body)) if row.body else _dropped(row)
    return Revision(
        type=row.type,
        id=bytes(row.id).hex(),
        centre=row.centre,
        owner=bytes(row.owner).hex(),
        rev=bytes(row.rev).hex(),
        ancestors=parted(row.ancestors),
        op=_OP.decode(body).op,
        body=body,
        schema=row.schema,
        login=row.login,
        at=row.at,
        log_number=n,
        dropped=not row.body,
    )


def find(tx: Connection, centre: int, key: bytes, rev: bytes) -> Revision | None:
    """One revision of a record, or None."""
    row = tx.execute(
        sa.select(*_REVISION_COLUMNS)
        .join(record_directory, record_directory.c.id == revisions.c.id)
        .where(revisions.c.centre == centre, revisions.c.id == key, revisions.c.rev == rev)
    ).first()
    return _revision(row) if row else None


def newest_in_range(tx: Connection, node: bytes, base: int, to: int) -> list[tuple[int, int, bytes, bytes]]:
    """(log number, centre, id, rev) of the newest seal of each record with base < number <= to, in order."""
    last = (
        sa.select(sa.func.max(seals.c.n).label("n"))
        .where(seals.c.node == node, seals.c.n > base, seals.c.n <= to)
        .group_by(seals.c.id)
        .subquery()
    )
    rows = tx.execute(
        sa.select(seals.c.n, seals.c.centre, seals.c.id, seals.c.rev)
        .join(last, last.c.n == seals.c.n)
        .where(seals.c.node == node)
        .order_by(seals.c.n)
    )
    return [(row.n, row.centre, bytes(row.id), bytes(row.rev)) for row in rows]


def read_slice(tx: Connection, wanted: Sequence[tuple[int, int, bytes, bytes]]) -> Iterator[Revision]:
    """The revisions for entries of `newest_in_range`, in that order. Give it short slices."""
    found: dict[bytes, Any] = {}
    for at in range(0, len(wanted), _SLICE):
        revs = [rev for _, _, _, rev in wanted[at : at + _SLICE]]
        centres = {centre for _, centre, _, _ in wanted[at : at + _SLICE]}
        rows = tx.execute(
            sa.select(*_REVISION_COLUMNS)
            .join(record_directory, record_directory.c.id == revisions.c.id)
            .where(
                revisions.c.centre.in_(centres),
                revisions.c.id.in_([key for _, _, key, _ in wanted[at : at + _SLICE]]),
                revisions.c.rev.in_(revs),
            )
        )
        found.update({bytes(row.rev): row for row in rows})
    for n, _, _, rev in wanted:
        yield _revision(found[rev], n)


@dataclass(frozen=True, slots=True)
class Known:
    """What is held of one record: its leaves with their ancestors, newest first, and whose it is.

    revs: all revisions held. older: every ancestor that any of them names, held or not.
    """

    centre: int
    type: str
    owner: str
    leaves: dict[str, tuple[str, ...]]
    revs: frozenset[str]
    older: frozenset[str]


def known(tx: Connection, ids: Iterable[str]) -> dict[str, Known]:
    """What this home holds of those records; records it has never seen are missing from the answer."""
    found: dict[str, Known] = {}
    keys = [bytes.fromhex(one) for one in ids]
    for at in range(0, len(keys), _SLICE):
        part = keys[at : at + _SLICE]
        directory = tx.execute(sa.select(record_directory).where(record_directory.c.id.in_(part))).fetchall()
        if not directory:
            continue
        centres = {row.centre for row in directory}
        held: dict[bytes, list[Any]] = {}
        for row in tx.execute(
            sa.select(revisions.c.id, revisions.c.rev, revisions.c.leaf, revisions.c.ancestors).where(
                revisions.c.centre.in_(centres), revisions.c.id.in_(part)
            )
        ):
            held.setdefault(bytes(row.id), []).append(row)
        for row in directory:
            rows = held.get(bytes(row.id), [])
            found[bytes(row.id).hex()] = Known(
                row.centre,
                row.type,
                bytes(row.owner).hex(),
                {bytes(one.rev).hex(): parted(one.ancestors) for one in rows if one.leaf},
                frozenset(bytes(one.rev).hex() for one in rows),
                frozenset(rev for one in rows for rev in parted(one.ancestors)),
            )
    return found


def held_of(tx: Connection, key: bytes) -> list[tuple[Revision, bool]]:
    """Every revision that is held of a record, and whether it is a leaf."""
    rows = tx.execute(
        sa.select(*_REVISION_COLUMNS, revisions.c.leaf)
        .join(
            record_directory,
            (record_directory.c.centre == revisions.c.centre) & (record_directory.c.id == revisions.c.id),
        )
        .where(record_directory.c.id == key)
        .order_by(revisions.c.rev)
    )
    return [(_revision(row), bool(row.leaf)) for row in rows]


def drop(tx: Connection, unwanted: Iterable[Revision]) -> None:
    """Let go of what these revisions say; their names stay, and so does what follows them."""
    for one in unwanted:
        own = (revisions.c.centre == one.centre) & (revisions.c.id == bytes.fromhex(one.id))
        tx.execute(revisions.update().where(own, revisions.c.rev == bytes.fromhex(one.rev)).values(body=b""))


def let_go_among(tx: Connection, ids: Iterable[str]) -> set[str]:
    """Those of these records of which a sealed state was let go of here: something in them was erased."""
    found: set[str] = set()
    for part in slices(map(bytes.fromhex, ids)):
        own = (revisions.c.centre == record_directory.c.centre) & (revisions.c.id == record_directory.c.id)
        empty = sa.select(record_directory.c.id).distinct().join(revisions, own)
        empty = empty.where(record_directory.c.id.in_(part), sa.func.length(revisions.c.body) == 0)
        found |= {bytes(one).hex() for one in tx.execute(empty).scalars()}
    return found


def all_leaves(tx: Connection) -> Iterator[tuple[str, list[str]]]:
    """(record id, its leaf revisions) in ascending order of ids: what the state hash is taken over."""
    rows = tx.execute(
        sa.select(revisions.c.id, revisions.c.rev).where(revisions.c.leaf == 1).order_by(revisions.c.id)
    )
    current, revs = "", list[str]()
    for row in rows:
        record_id = bytes(row.id).hex()
        if record_id != current and revs:
            yield current, revs
            revs = []
        current = record_id
        revs.append(bytes(row.rev).hex())
    if revs:
        yield current, revs


def state_hash(tx: Connection) -> str:
    """The state hash of everything sealed that this home holds."""
    return canonical.state_hash(all_leaves(tx))
