"""Random lives of a centre and its head office: whatever is late, repeated or put back, nothing is lost.

The idea is that of the exchange's simulation, played here with the real outbox, inbox and receipts.
"""

import random
import shutil
from contextlib import suppress

import pytest
import sqlalchemy as sa

from fieldapp.domain.errors import InvalidInput
from fieldapp.storage import journal
from fieldapp.storage.tables import record_heads, revisions
from tests.sync.exchange import Exchange, Side

HONEST = ("save", "edit", "edit", "many", "delete", "export", "export", "full", "split")
CARRIED = ("deliver", "deliver", "deliver", "old", "answer", "answer", "take", "take", "stale")
PUT_BACK = ("keep", "put back", "keep office", "put back office")
STEPS = 30


class History:
    """One random life. lines: how many histories the centre has lived in (copies put back)."""

    def __init__(self, exchange: Exchange, seed: int, verbs: tuple[str, ...]) -> None:
        self.exchange, self.chance, self.verbs = exchange, random.Random(seed), verbs
        self.ids, self.files, self.receipts = [], [], []
        self.kept, self.kept_offices, self.forked, self.office_forgot = [], [], False, False

    def play(self) -> None:
        for _ in range(STEPS):
            verb = self.chance.choice(self.verbs)
            getattr(self, verb.replace(" ", "_"))()
            self.look()
        for _ in range(3):
            self.answer()
            self.take()
            self.export()
            self.deliver_last_batch()
            self.answer()
            self.take()
        self.look_at_the_end()

    # ------------------------------------------------------------ the centre

    def save(self):
        self.ids.append(self.exchange.centre.start())

    def edit(self):
        if alive := self.alive():
            self.exchange.centre.edit(self.chance.choice(alive), notes=f"note {self.chance.randrange(10**6)}")

    def many(self):
        if alive := self.alive():
            for n in range(20):
                self.exchange.centre.edit(alive[0], notes=f"{n} of {self.chance.randrange(10**6)}")

    def delete(self):
        if alive := self.alive():
            service, actor = self.exchange.centre.services.activities, self.exchange.centre.actor
            record_id = self.chance.choice(alive)
            service.delete(actor, record_id, service.get(actor, record_id).version, "test")

    def alive(self):
        with self.exchange.centre.home.database.reading() as tx:
            rows = tx.execute(
                sa.select(record_heads.c.id).where(record_heads.c.deleted == 0, record_heads.c.centre == 1)
            )
            return sorted(bytes(row.id).hex() for row in rows)

    def export(self, **given):
        with suppress(InvalidInput):  # nothing new
            made = self.exchange.centre.outbox.make(self.exchange.centre.actor, **given)
            for part in made.parts:
                target = self.exchange.stick / f"{len(self.files)}.fieldsync"
                shutil.copy(part.path, target)
                self.files.append(target)

    def full(self):
        self.export(full=True)

    def split(self):
        self.export(limit=9_000)

    # ------------------------------------------------------------ the way

    def deliver(self):
        if self.files:
            back = min(len(self.files), int(self.chance.expovariate(0.7)) + 1)
            self.exchange.deliver(self.files[-back])

    def old(self):
        if self.files:
            self.exchange.deliver(self.chance.choice(self.files))

    def deliver_last_batch(self):
        if self.files:
            self.exchange.deliver(*self.files[-12:])

    def answer(self):
        made = self.exchange.hq.receipts.make(self.exchange.hq.actor, self.exchange.stick)
        self.receipts += [one.path for one in made]

    def take(self):
        if self.receipts:
            self.exchange.centre.receipts.apply(self.exchange.centre.actor, self.receipts[-1])

    def stale(self):
        if self.receipts:
            path = self.chance.choice(self.receipts)
            self.exchange.centre.receipts.apply(self.exchange.centre.actor, path)

    # ------------------------------------------------------------ copies

    def keep(self):
        self.kept.append(self.exchange.copy_of_centre(f"copy {len(self.kept)}"))

    def put_back(self):
        if self.kept:
            self.exchange.put_back(self.chance.choice(self.kept))
            self.forked = True

    def keep_office(self):
        self.kept_offices.append(self.exchange.root / f"office {len(self.kept_offices)}")
        self._swap_office(self.exchange.root / "hq", self.kept_offices[-1], move=False)

    def put_back_office(self):
        if self.kept_offices:
            self._swap_office(self.chance.choice(self.kept_offices), self.exchange.root / "hq", move=True)
            self.office_forgot = True

    def _swap_office(self, source, target, *, move):
        self.exchange.hq.home.close()
        if move:
            shutil.rmtree(target)
        shutil.copytree(source, target)
        self.exchange.hq = Side.opened(self.exchange.root / "hq")

    # ------------------------------------------------------------ the oracle

    def known_at_office(self, ids):
        with self.exchange.hq.home.database.reading() as tx:
            return journal.known(tx, ids)

    def heads(self, received_only):
        """(id, newest sealed revision) of the centre's records."""
        with self.exchange.centre.home.database.reading() as tx:
            base = int(
                tx.exec_driver_sql(
                    "SELECT coalesce(max(value), '0') FROM home_state WHERE name = 'base'"
                ).scalar()
            )
            rows = tx.execute(sa.select(record_heads).where(record_heads.c.centre == 1)).fetchall()
        for row in rows:
            received = row.version == row.sealed_version and row.log_number <= base
            if row.rev is not None and (received or not received_only):
                yield bytes(row.id).hex(), bytes(row.rev).hex(), received

    def look(self):
        """Nothing forks by itself, and nothing is called received that head office does not hold."""
        if not self.forked:
            with self.exchange.hq.home.database.reading() as tx:
                leaves = sa.select(revisions.c.id).where(revisions.c.leaf == 1)
                twice = tx.execute(leaves.group_by(revisions.c.id).having(sa.func.count() > 1)).fetchall()
            assert twice == []
        if not self.office_forgot:
            received = [(record_id, rev) for record_id, rev, _ in self.heads(received_only=True)]
            known = self.known_at_office([record_id for record_id, _ in received])
            for record_id, rev in received:
                assert rev in known[record_id].revs | known[record_id].older

    def look_at_the_end(self):
        heads = list(self.heads(received_only=False))
        known = self.known_at_office([record_id for record_id, _, _ in heads])
        for record_id, rev, received in heads:
            assert rev in known[record_id].revs | known[record_id].older
            assert received
        if not self.forked:
            assert self.exchange.hq.state_hash() == self.exchange.centre.state_hash()
        for one in self.known_at_office(self.ids).values():
            assert not set(one.leaves) & one.older


@pytest.mark.parametrize("seed", range(8))
def test_files_and_receipts_lost_late_and_repeated(exchange, seed):
    History(exchange, seed, HONEST + CARRIED).play()


@pytest.mark.parametrize("seed", range(8))
def test_both_sides_put_back_to_old_copies(exchange, seed):
    exchange.centre.start()
    exchange.round_trip()  # from here on both know each other, whatever copy they are put back to
    History(exchange, seed, HONEST + CARRIED + PUT_BACK).play()
