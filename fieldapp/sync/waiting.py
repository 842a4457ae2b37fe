"""What waits for head office: counted, and looked for, without sealing anything."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.fields import Name
from fieldapp.storage import journal, state
from fieldapp.storage.blobs import BlobStore
from fieldapp.storage.database import Database
from fieldapp.storage.home import Home
from fieldapp.storage.records import REFUSED
from fieldapp.storage.tables import batches, receipts, record_directory, record_heads, record_table
from fieldapp.sync.batches import Batch, BatchHistory, BatchState
from fieldapp.sync.block_offices import block_offices, head_office
from fieldapp.sync.next_base import next_base
from fieldapp.sync.office import KeyList, key_list
from fieldapp.sync.pictures_sent import waiting

_TRAVELLING = (BatchState.MADE, BatchState.ON_STICK, BatchState.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class WouldGo:
    """What the next batch would carry. by_type: records by type word. not_packed: of them in no
    whole file as they stand.

    to_whom: the offices that can read it, none while the pack of head office has not come. pictures: how
    many photographs go besides; each goes once, and again only when head office asks. introduces: of a block
    office, that it would say who it is, or that it has new keys of head office.
    """

    by_type: dict[str, int]
    not_packed: int
    full: bool
    to_whom: tuple[Name, ...]
    pictures: int = 0
    introduces: bool = False

    @property
    def records(self) -> int:
        """How many in all."""
        return sum(self.by_type.values())

    @property
    def is_something(self) -> bool:
        """Whether there is a reason for a batch."""
        return bool(self.records or self.pictures or self.introduces)


class Waiting(BatchHistory):
    """A home's batches, and what goes with the next one."""

    def __init__(self, database: Database, home: Home, blobs: BlobStore) -> None:
        super().__init__(database, home)
        self._blobs = blobs

    def preview(self, actor: Actor, *, full: bool = False) -> WouldGo:
        """What a batch made now would carry; nothing is sealed."""
        actor.must_be_known()
        changed = record_heads.c.version != record_heads.c.sealed_version
        with self._database.reading() as tx:
            base = 0 if full else next_base(tx)
            in_none = record_heads.c.log_number > state.own_log(tx).packed
            never = changed | (in_none & sa.not_(REFUSED))
            rows = tx.execute(
                sa.select(record_directory.c.type, sa.func.count(), sa.func.count().filter(never))
                .join(record_heads, _same_record())
                .where(
                    record_directory.c.owner == state.node(tx), changed | (record_heads.c.log_number > base)
                )
                .group_by(record_directory.c.type)
            ).fetchall()
            offices = _offices(tx, key_list(tx))
            pictures, introduces = waiting(tx, self._blobs), self._introduces(tx)
        by_type = {row[0]: row[1] for row in rows}
        return WouldGo(by_type, sum(row[2] for row in rows), full, offices, pictures, introduces)

    def _introduces(self, tx: Connection) -> bool:
        """Whether a block office has something to say though it recorded nothing.

        Head office knows it by its first file, and which keys it has by its newest: with those it signs.
        """
        offices = key_list(tx)
        if not self._home.scope or offices is None:
            return False
        arrived = sa.select(batches.c.number).where(batches.c.state == BatchState.RECEIVED)
        newest = sa.select(receipts.c.sender).order_by(receipts.c.applied_seq.desc())
        sender = tx.execute(newest.limit(1)).scalar()
        signed_anew = sender is not None and offices.find(bytes(sender).hex()) is not None
        return not signed_anew or tx.execute(arrived.limit(1)).first() is None

    def sessions_between(self, actor: Actor, first: date, last: date) -> tuple[str, ...]:
        """The ids of own sessions that begin on these days, for a part."""
        actor.must_be_known()
        table = record_table("activity")
        with self._database.reading() as tx:
            found = tx.execute(
                sa.select(table.c.id)
                .join(record_directory, record_directory.c.id == table.c.id)
                .where(record_directory.c.owner == state.node(tx))
                .where(table.c.start_date.between(first.isoformat(), last.isoformat()))
            ).scalars()
            return tuple(bytes(one).hex() for one in found)

    def on_its_way(self, actor: Actor) -> Batch | None:
        """The newest batch, if it carries all that waits and is not lost: copying it again is enough."""
        actor.must_be_known()
        with self._database.reading() as tx:
            last = sa.select(sa.func.max(batches.c.number)).where(batches.c.to_n > 0).scalar_subquery()
            rows = tx.execute(sa.select(batches).where(batches.c.number == last)).fetchall()
            changed = tx.execute(
                sa.select(sa.func.count())
                .select_from(record_heads)
                .join(record_directory, _same_record())
                .where(
                    record_directory.c.owner == state.node(tx),
                    record_heads.c.version != record_heads.c.sealed_version,
                )
            ).scalar()
            whole = bool(rows) and min(row.base_n for row in rows) <= next_base(tx)
            ends = journal.checkpoint(tx, state.node(tx))[0]
            if changed or not whole or max(row.to_n for row in rows) != ends or waiting(tx, self._blobs):
                return None
        found = self.batch(actor, rows[0].number)
        return found if found.state in _TRAVELLING else None

    def full_one(self, actor: Actor) -> Batch | None:
        """The newest batch, if it carries everything once more, as was wished, and has not arrived."""
        newest = next(iter(self.batches(actor)), None)
        return newest if newest and newest.full and newest.state in _TRAVELLING else None

    def introduction(self, actor: Actor) -> Batch | None:
        """The newest batch, if it only says who this computer is and has not arrived yet."""
        newest = next(iter(self.batches(actor)), None)
        alone = newest is not None and newest.chosen and not newest.records
        return newest if newest and alone and newest.state in _TRAVELLING else None


def _same_record() -> sa.ColumnElement[bool]:
    return (record_heads.c.centre == record_directory.c.centre) & (record_heads.c.id == record_directory.c.id)


def _offices(tx: Connection, offices: KeyList | None) -> tuple[Name, ...]:
    """The names of head office and of the block office, once it is known who they are."""
    if offices is None:
        return ()
    office = state.centre(tx, state.HQ_CENTRE)
    above = head_office(tx) or Name(office.name_hi, office.name_en)
    return (above, *(one.name for one in block_offices(tx)))
