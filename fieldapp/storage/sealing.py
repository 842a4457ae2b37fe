"""Sealing: a home's own records become revisions when they leave.

Saves in between are changes (storage.records); a batch or a decision seals what is not packed. Each seal adds
a link to the home's chain, by which head office says how far it has everything.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical
from fieldapp.domain.fields import flatten
from fieldapp.storage import journal
from fieldapp.storage.journal import Checkpoint, Revision
from fieldapp.storage.readied import packed
from fieldapp.storage.records import Typed, read_rows
from fieldapp.storage.rows import gather
from fieldapp.storage.tables import changes, home_state, record_directory, record_heads, revisions, seals

MAX_ANCESTORS = 64


def seal(tx: Connection, origin: Typed, only: Sequence[bytes] | None = None) -> Checkpoint:
    """Seal every own record that is not packed (or only those ids); gives where the chain then ends."""
    return _seal(tx, origin, only, erased=False)


def seal_erased(tx: Connection, origin: Typed, only: Sequence[bytes]) -> None:
    """Seal these own records as they stand, emptied. Every later seal of them says so too: whoever did not
    get this one lets go of what was before by the next.
    """
    _seal(tx, origin, only, erased=True)


def _seal(tx: Connection, origin: Typed, only: Sequence[bytes] | None, *, erased: bool) -> Checkpoint:
    node = bytes.fromhex(origin.node)
    if tx.dialect.name == "postgresql":
        # Officers who seal at once would each go on from the same end of the log.
        tx.execute(sa.select(home_state.c.value).where(home_state.c.name == "node").with_for_update())
    n, chain = journal.checkpoint(tx, node)
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
    previous = journal.find(tx, head.centre, key, bytes(head.rev)) if head.rev else None
    ancestors = ((previous.rev, *previous.ancestors) if previous else ())[:MAX_ANCESTORS]
    erased = erased or (previous is not None and previous.erases)
    op = _op(head, erased=erased)
    body = _body(tx, head, node, ancestors, op, erased=erased)
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
            ancestors=journal.joined(ancestors),
            body=packed(sealed),
            schema=journal.SCHEMA,
            login=head.login,
            at=head.at,
        )
    )
    sealed_as = {"node": node, "n": n + 1, "centre": head.centre, "id": key, "rev": rev, "chain": chain}
    tx.execute(seals.insert().values(sealed_as | {"since": _changed_since(tx, head)}))
    _mark_sealed(tx, head, rev, n + 1)
    return n + 1, chain


def _changed_since(tx: Connection, head: Any) -> str:
    """A stamp: when the first change was typed that no seal has yet."""
    first = (changes.c.centre == head.centre) & (changes.c.id == head.id)
    first &= changes.c.version == head.sealed_version + 1
    return tx.execute(sa.select(changes.c.at).where(first)).scalar() or str(head.at)


def _op(head: Any, *, erased: bool) -> str:
    """What a seal says of itself; a person who was erased stays so, whatever their head says."""
    if head.deleted and not (erased and journal.hides(head.type, "erase")):
        return "del"
    return "erase" if erased else "put"


def _body(
    tx: Connection, head: Any, node: bytes, ancestors: tuple[str, ...], op: str, *, erased: bool
) -> dict[str, Any]:
    key = bytes(head.id)
    if op == "del":
        content: dict[str, Any] = {"reason": head.delete_reason, journal.ERASED: erased}
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
    if previous.dropped:
        return False
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
