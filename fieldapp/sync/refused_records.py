"""Own records as head office answered for them: those it did not take and why, and how many it has."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.results import RESULTS
from fieldapp.domain.text import Text
from fieldapp.storage import state
from fieldapp.storage.tables import record_directory, record_heads, refused
from fieldapp.sync.arriving import label_of
from fieldapp.sync.receipt_lines import RefusedLine


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """An own record that head office did not take, as it now stands here. path: the field to look at."""

    type: str
    id: str
    code: str
    path: str
    said: tuple[Text, Text]


def mark_refused(tx: Connection, lines: Sequence[RefusedLine]) -> tuple[RefusedRecord, ...]:
    """Note the own records that were not taken as they now stand; what was sealed anew since is not meant."""
    node, centre = state.identity(tx)
    owned = (refused.c.centre == centre) & (refused.c.node == bytes.fromhex(node))
    tx.execute(refused.delete().where(owned))
    found = []
    for line in {one.id: one for one in lines}.values():
        key, rev = bytes.fromhex(line.id), bytes.fromhex(line.revision)
        own = (record_heads.c.centre == centre) & (record_heads.c.id == key)
        if tx.execute(sa.select(record_heads.c.rev).where(own)).scalar() != rev:
            continue
        row = {"centre": centre, "id": key, "rev": rev, "node": bytes.fromhex(node), "type": line.type}
        tx.execute(refused.insert().values(**row, code=line.code, path=line.path))
        found.append(RefusedRecord(line.type, line.id, line.code, line.path, refusal_words(line)))
    return tuple(found)


def refusal_words(line: RefusedLine) -> tuple[Text, Text]:
    """What the code says; one of a newer head office is put in general words."""
    values: dict[str, object] = {"type": line.type, "field": label_of(line.type, line.path)}
    result = RESULTS.get(line.code)
    if result is None or not result.names() <= values.keys():
        result = RESULTS["bad_record"]
    return result.said(**values)


def count_received(tx: Connection) -> int:
    """How many own records head office has as they stand here, without those it did not take."""
    base = state.base(tx)
    not_taken = sa.exists().where(
        refused.c.centre == record_heads.c.centre,
        refused.c.id == record_heads.c.id,
        refused.c.rev == record_heads.c.rev,
    )
    statement = (
        sa.select(sa.func.count())
        .select_from(record_heads)
        .join(record_directory, record_directory.c.id == record_heads.c.id)
        .where(
            record_directory.c.owner == state.node(tx),
            record_heads.c.version == record_heads.c.sealed_version,
            record_heads.c.log_number <= base,
            sa.not_(not_taken),
        )
    )
    return tx.execute(statement).scalar() or 0
