"""Sealed revisions: what a record was when it left, named by its content, and the chain of a home's seals.

Saves in between are changes (storage.records); a batch or a decision seals what is not packed. A sealed body
is kept as the exact canonical bytes its name is the hash of and is never rewritten, not even by an upgrade.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
import zstandard
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical
from fieldapp.domain.fields import build, flatten, unknown
from fieldapp.domain.records import RECORD_TYPES, Activity, Record
from fieldapp.domain.upcasting import upcast
from fieldapp.storage import forks, search_index, state
from fieldapp.storage.readied import Readied, packed
from fieldapp.storage.records import Typed, read_rows, write_figures
from fieldapp.storage.rows import gather
from fieldapp.storage.tables import activity_figures, record_directory, record_heads, revisions, seals
from fieldapp.storage.writer import Writer

SCHEMA = 1
"""Rises with every change of the records; bodies keep the number they were sealed under."""

MAX_ANCESTORS = 64
LINK_ZERO = bytes(16)
Checkpoint = tuple[int, bytes]
"""A place on a home's chain of seals: log number and 16-byte link; (0, LINK_ZERO) is before the first."""

_UNPACK = zstandard.ZstdDecompressor()
_SLICE = 400


@dataclass(frozen=True, slots=True)
class Revision:
    """A sealed revision. Ids and revs are hex; body: canonical JSON of {t, op, id, owner, anc, f, x}.

    ready: what was made of it on the way here. An activity with rows there holds nothing unknown here.
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

    def content(self) -> dict[str, Any]:
        """The body as plain values."""
        found: dict[str, Any] = canonical.decode(self.body)
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


def checkpoint(tx: Connection, node: bytes) -> Checkpoint:
    """The newest link of a node's chain."""
    row = tx.execute(
        sa.select(seals.c.n, seals.c.chain).where(seals.c.node == node).order_by(seals.c.n.desc()).limit(1)
    ).first()
    return (row.n, bytes(row.chain)) if row else (0, LINK_ZERO)


def link(tx: Connection, node: bytes, n: int) -> bytes | None:
    """The link with that log number on a node's chain, None beyond its end."""
    if n == 0:
        return LINK_ZERO
    found = tx.execute(sa.select(seals.c.chain).where(seals.c.node == node, seals.c.n == n)).scalar()
    return bytes(found) if found is not None else None


def seal(tx: Connection, origin: Typed, only: Sequence[bytes] | None = None) -> Checkpoint:
    """Seal every own record that is not packed (or only those ids); gives where the chain then ends."""
    return _seal(tx, origin, only, erased=False)


def seal_erased(tx: Connection, origin: Typed, only: Sequence[bytes]) -> None:
    """Seal these own records as they stand, emptied; of what they were before, only the names are kept."""
    _seal(tx, origin, only, erased=True)
    for key in only:
        own = tx.execute(
            sa.select(record_directory.c.centre).where(record_directory.c.id == key)
        ).scalar_one()
        drop_superseded(tx, own, key)


def drop_superseded(tx: Connection, centre: int, key: bytes) -> None:
    """Let go of what a record was in every revision that another one follows; their names stay."""
    own = (revisions.c.centre == centre) & (revisions.c.id == key)
    tx.execute(revisions.update().where(own, revisions.c.leaf == 0).values(body=b""))


def _seal(tx: Connection, origin: Typed, only: Sequence[bytes] | None, *, erased: bool) -> Checkpoint:
    node = bytes.fromhex(origin.node)
    n, chain = checkpoint(tx, node)
    for head in _not_packed(tx, node, only):
        n, chain = _seal_one(tx, head, node, (n, chain), erased=erased)
    return n, chain


def _not_packed(tx: Connection, node: bytes, only: Sequence[bytes] | None) -> Sequence[Any]:
    statement = (
        sa.select(record_heads)
        .join(record_directory, record_directory.c.id == record_heads.c.id)
        .where(record_heads.c.version != record_heads.c.sealed_version, record_directory.c.owner == node)
        .order_by(record_heads.c.id)
    )
    if only is not None:
        statement = statement.where(record_heads.c.id.in_(only))
    return tx.execute(statement).fetchall()


def _seal_one(tx: Connection, head: Any, node: bytes, end: Checkpoint, *, erased: bool) -> Checkpoint:
    (n, chain), key = end, bytes(head.id)
    previous = find(tx, head.centre, key, bytes(head.rev)) if head.rev else None
    ancestors = ((previous.rev, *previous.ancestors) if previous else ())[:MAX_ANCESTORS]
    op = "erase" if erased else _op(tx, head, previous)
    body = _body(tx, head, node, ancestors, op)
    if previous and _same_content(previous, body):
        _mark_sealed(tx, head, bytes(head.rev), head.log_number)
        return n, chain
    sealed = canonical.encode(body)
    rev = bytes.fromhex(canonical.revision_of(sealed))
    chain = canonical.chain(chain, n + 1, key, rev)
    own_row = (revisions.c.centre == head.centre) & (revisions.c.id == key)
    tx.execute(revisions.update().where(own_row).values(leaf=0))
    tx.execute(
        revisions.insert().values(
            centre=head.centre,
            id=key,
            rev=rev,
            leaf=1,
            ancestors=joined(ancestors),
            body=packed(sealed),
            schema=SCHEMA,
            login=head.login,
            at=head.at,
        )
    )
    tx.execute(seals.insert().values(node=node, n=n + 1, centre=head.centre, id=key, rev=rev, chain=chain))
    _mark_sealed(tx, head, rev, n + 1)
    return n + 1, chain


def _op(tx: Connection, head: Any, previous: Revision | None) -> str:
    """What a seal says of itself; that something was erased is said until head office has received it."""
    untold = previous is not None and previous.op == "erase" and head.log_number > state.base(tx)
    if head.deleted and not (untold and hides(head.type, "erase")):
        return "del"
    return "erase" if untold else "put"


def hides(type_word: str, op: str) -> bool:
    """Whether a revision takes its record out of the lists: a tombstone, or a person who was erased."""
    return op == "del" or (op == "erase" and type_word == "person")


def _body(tx: Connection, head: Any, node: bytes, ancestors: tuple[str, ...], op: str) -> dict[str, Any]:
    key = bytes(head.id)
    if op == "del":
        content: dict[str, Any] = {"reason": head.delete_reason}
    else:
        rows = read_rows(tx, head.type, head.centre, key)
        content = flatten(gather(head.type, key.hex(), rows))
    return {
        "t": head.type,
        "op": op,
        "id": key.hex(),
        "owner": node.hex(),
        "anc": list(ancestors),
        "f": content,
        "x": canonical.decode(head.unknown.encode()) if head.unknown else {},
    }


def _same_content(previous: Revision, body: dict[str, Any]) -> bool:
    """Whether nothing but the ancestors would differ: an edit that was undone is no new revision."""
    before = previous.content()
    if "f" in before:
        before["f"] = previous.fields()
    mine = canonical.decode(canonical.encode({name: body[name] for name in ("op", "f", "x")}))
    return all(before.get(name) == mine.get(name) for name in ("op", "f", "x"))


def _mark_sealed(tx: Connection, head: Any, rev: bytes, n: int) -> None:
    tx.execute(
        record_heads.update()
        .where(record_heads.c.centre == head.centre, record_heads.c.id == bytes(head.id))
        .values(sealed_version=head.version, rev=rev, log_number=n)
    )


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
    body = _UNPACK.decompress(bytes(row.body)) if row.body else _dropped(row)
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


def receive(tx: Connection, arrived: Sequence[Revision], at: str) -> None:
    """Keep revisions that came from elsewhere and show each record as its leaf says.

    A leaf is a revision that no held one has among its ancestors. Of several leaves (a fork) the one that
    somebody let stand is shown, else the one with the most ancestors, then the higher name: the same on every
    home, whatever came first.
    """
    held = known(tx, {one.id for one in arrived})
    writer = Writer(tx)
    fresh: dict[str, list[Revision]] = {}
    for one in arrived:
        before = held.get(one.id)
        twice = any(one.rev == other.rev for other in fresh.get(one.id, ()))
        if not twice and (before is None or one.rev not in before.revs):
            fresh.setdefault(one.id, []).append(one)
    figures: list[tuple[int, Activity]] = []
    for record_id, new in fresh.items():
        _receive_one(tx, writer, record_id, new, held.get(record_id), figures, at)
    writer.flush()
    write_figures(tx, figures)
    for record_id, new in fresh.items():
        _drop_erased(tx, record_id, new, held.get(record_id))
    search_index.mark(tx, sorted(map(bytes.fromhex, fresh)), late=True)


def _drop_erased(tx: Connection, record_id: str, new: Sequence[Revision], before: Known | None) -> None:
    """Keep of an erased record only its leaves, also where an older state of it comes late."""
    late = before is not None and any(one.rev in before.older for one in new)
    if not late and not any(one.op == "erase" for one in new):
        return
    centre, key = new[0].centre, bytes.fromhex(record_id)
    revs = {one.rev for one in new} | (before.revs if before else frozenset())
    held = [find(tx, centre, key, bytes.fromhex(rev)) for rev in revs]
    if any(one is not None and one.op == "erase" for one in held):
        drop_superseded(tx, centre, key)


def leaves_of(all_revs: dict[str, tuple[str, ...]]) -> set[str]:
    """The revisions that are nobody's ancestor."""
    return set(all_revs) - {rev for ancestors in all_revs.values() for rev in ancestors}


def shown_of(leaves: dict[str, tuple[str, ...]]) -> str:
    """The leaf that lists and forms show, of leaves with their ancestors."""
    return max(leaves, key=lambda rev: (len(leaves[rev]), rev))


def to_show(tx: Connection, record_id: str, leaves: dict[str, tuple[str, ...]]) -> str:
    """The leaf to show: the one that somebody let stand, while nothing has come since, else `shown_of`."""
    stands = forks.chosen(tx, record_id, leaves) if len(leaves) > 1 else ""
    return stands or shown_of(leaves)


def _receive_one(
    tx: Connection,
    writer: Writer,
    record_id: str,
    new: list[Revision],
    before: Known | None,
    figures: list[tuple[int, Activity]],
    at: str,
) -> None:
    key, first = bytes.fromhex(record_id), new[0]
    old_leaves = dict(before.leaves) if before else {}
    candidates = old_leaves | {one.rev: one.ancestors for one in new}
    leaves = leaves_of(candidates) - (before.older if before else frozenset())
    for one in new:
        writer.insert(revisions.name, _revision_row(one, key, one.rev in leaves))
    superseded = [bytes.fromhex(rev) for rev in old_leaves.keys() - leaves]
    if superseded:
        own = (revisions.c.centre == first.centre) & (revisions.c.id == key)
        tx.execute(revisions.update().where(own, revisions.c.rev.in_(superseded)).values(leaf=0))
    shown = to_show(tx, record_id, {rev: candidates[rev] for rev in leaves})
    chosen = next((one for one in new if one.rev == shown), None)
    if chosen is None and (superseded or len(leaves) > 1):
        chosen = find(tx, first.centre, key, bytes.fromhex(shown))
    if before is None:
        writer.insert(record_directory.name, (key, first.centre, first.type, bytes.fromhex(first.owner)))
    if before is None and chosen is not None and chosen.ready is not None and chosen.ready.rows:
        _add_ready(writer, chosen, chosen.ready, at)
    elif chosen is not None:
        show(tx, writer, chosen, before, figures, at)


def _add_ready(writer: Writer, chosen: Revision, ready: Readied, at: str) -> None:
    """An activity that is new here, from what was made of it when it was looked at."""
    key = bytes.fromhex(chosen.id)
    writer.insert_all(ready.rows)
    row = (chosen.centre, key, chosen.type, 1, 1, 0, bytes.fromhex(chosen.rev))
    writer.insert(record_heads.name, (*row, 0, "", chosen.login, chosen.at or at, ""))
    writer.insert(activity_figures.name, (chosen.centre, key, *ready.figures))


def _revision_row(one: Revision, key: bytes, leaf: bool) -> tuple[Any, ...]:
    return (
        one.centre,
        key,
        bytes.fromhex(one.rev),
        int(leaf),
        joined(one.ancestors),
        one.ready.packed if one.ready else packed(one.body),
        one.schema,
        one.login,
        one.at,
    )


def show(
    tx: Connection,
    writer: Writer,
    chosen: Revision,
    before: Known | None,
    figures: list[tuple[int, Activity]],
    at: str,
) -> None:
    """Put a received revision into the rows that lists and forms read."""
    key, content = bytes.fromhex(chosen.id), chosen.content()
    fields = {} if chosen.op == "del" else chosen.fields()
    hidden = int(hides(chosen.type, chosen.op))
    record_type = RECORD_TYPES[chosen.type]
    record: Record = build(record_type, fields, id=chosen.id)
    if before is None:
        writer.add(chosen.centre, key, record)
    else:
        old = gather(chosen.type, chosen.id, read_rows(tx, chosen.type, chosen.centre, key))
        writer.turn(chosen.type, chosen.centre, key, old, record)
    strange = content.get("x", {}) | unknown(record_type, fields)
    kept = canonical.encode(strange).decode() if strange else ""
    reason = content.get("f", {}).get("reason", "") if chosen.op == "del" else ""
    version = 1
    if before:
        own = (record_heads.c.centre == chosen.centre) & (record_heads.c.id == key)
        version = tx.execute(sa.select(record_heads.c.version).where(own)).scalar_one() + 1
    row = (chosen.centre, key, chosen.type, version, version, 0, bytes.fromhex(chosen.rev))
    writer.replace(record_heads.name, (*row, hidden, reason, chosen.login, chosen.at or at, kept))
    if isinstance(record, Activity):
        figures.append((chosen.centre, record))


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
