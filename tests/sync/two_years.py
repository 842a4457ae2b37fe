"""Years of many centres: files get lost, come twice and late, computers are put back, moved, and die.

The steps are those of the exchange's state machine; a seed draws who does what when. In the end, after
honest round trips, head office holds the union of what was saved: nothing is lost, nothing is there twice.
"""

from dataclasses import dataclass
from pathlib import Path
from random import Random

import sqlalchemy as sa

from fieldapp.storage import journal, state
from fieldapp.storage.tables import record_directory
from tests.sync.exchange_machine import ExchangeMachine
from tests.sync.replacing import node_of

LETTERS = "abcdefghijklmnopqrst"
LOST, REPEATED = 0.3, 0.2
_LOOKED_AT_EVERY = 26


@dataclass(frozen=True)
class Plan:
    """How long a life is, and how many centres it has. restores: weeks in which something is put back."""

    centres: int
    weeks: int
    restores: int


class Years(ExchangeMachine):
    """A life that is played week by week."""

    busy = False

    def check_now(self):
        """Looked at now and then: with twenty centres after each file would take all the time there is."""
        if not self.busy:
            super().check_now()

    def play(self, plan: Plan, seed: int) -> None:
        """All weeks. What is on its way may be lost, or come again in any later week."""
        chance = Random(seed)
        rough = sorted(chance.sample(range(plan.weeks // 4, plan.weeks), plan.restores))
        events = [
            self.put_a_computer_back,
            self.put_the_office_back,
            self.move,
            self.die,
            self.go_on_elsewhere,
        ]
        chance.shuffle(events)
        on_the_way: list[Path] = []
        for week in range(plan.weeks):
            self.busy = week % _LOOKED_AT_EVERY != 0
            if week == plan.weeks // 8:
                self.keep_copies()
            for _ in range(rough.count(week)):
                events[rough.index(week) % len(events)](chance)
            for which in range(len(self.computers)):
                self.work(chance, which)
                on_the_way += self.sent_off(chance, which)
            on_the_way = self.bring_some(chance, on_the_way)
            if week % 4 == 3:
                self.answer_some(chance)
        self.busy = False

    # ------------------------------------------------------------ a week

    def work(self, chance: Random, which: int) -> None:
        """A session, corrections of earlier ones, now and then one deleted."""
        self.record(which=which)
        for _ in range(chance.randrange(3)):
            self.edit(which=which, record=chance.randrange(10_000), note=chance.randrange(1000))
        if chance.random() < 0.05:
            self.delete(which=which, record=chance.randrange(10_000))

    def sent_off(self, chance: Random, which: int) -> list[Path]:
        """A file or more, in two weeks of three."""
        if chance.random() < 1 / 3:
            return []
        kinds = ({}, {}, {}, {"limit": 9_000}, {"full": True})
        return self.send(self.computers[which], **chance.choice(kinds))

    def bring_some(self, chance: Random, on_the_way: list[Path]) -> list[Path]:
        """Most arrive this week in any order; some are lost, some come once more, some much later."""
        chance.shuffle(on_the_way)
        later = []
        for path in on_the_way:
            if chance.random() < LOST:
                continue
            if chance.random() < 0.1:
                later.append(path)
                continue
            self.bring(path)
            if chance.random() < REPEATED:
                later.append(path)
        return later

    def answer_some(self, chance: Random) -> None:
        """Receipts, of which as many get lost, and old ones that turn up."""
        self.answer()
        for one in self.computers:
            if chance.random() > LOST:
                self.take_newest_of(one)
        if self.receipts and chance.random() < REPEATED:
            self.take_any(which=chance.randrange(10_000))

    def keep_copies(self) -> None:
        """Somebody copies all homes to be on the safe side."""
        for which in range(len(self.computers)):
            self.keep_a_copy(which=which)
        self.keep_the_office()

    # ------------------------------------------------------------ what befalls

    def put_a_computer_back(self, chance: Random) -> None:
        self.go_on_from_a_copy(which=chance.randrange(len(self.kept)))

    def put_the_office_back(self, chance: Random) -> None:
        self.office_goes_on_from_a_copy(which=chance.randrange(10_000))

    def move(self, chance: Random) -> None:
        which = chance.randrange(len(self.computers))
        self.move_to_another_computer(which=which)
        self.make_known(self.computers[which])

    def go_on_elsewhere(self, chance: Random) -> None:
        self.go_on_from_a_copy_elsewhere(which=chance.randrange(len(self.kept)))
        self.make_known(self.computers[-1])

    def die(self, chance: Random) -> None:
        """Nothing is left of a computer but what head office has received; that comes back."""
        which = chance.randrange(len(self.computers))
        self.lose_a_computer(which=which)
        new = self.computers[which]
        self.make_known(new)
        self.give_back_to(new)
        for node, path in self.gifts:
            if node == node_of(new):
                self.take_gift(new, path)

    # ------------------------------------------------------------ the end

    def check_union(self) -> None:
        """Head office has every record that any computer has, each with a version that counts."""
        ids = set()
        for one in self.computers:
            ids |= {bytes.fromhex(key) for key, _, _ in self.sealed(one)}
        with self.hq.home.database.reading() as tx:
            rows = tx.execute(
                sa.select(record_directory.c.id).where(record_directory.c.owner != state.node(tx))
            )
            known = journal.known(tx, [bytes(row.id).hex() for row in rows])
        assert ids <= {bytes.fromhex(key) for key in known}, "a record is missing"
        assert all(one.leaves for one in known.values()), "a record without a version"


def check_years(template: Path, plan: Plan, seed: int) -> None:
    """Play it, make honest round trips, and look at everything."""
    life = type("Life", (Years,), {"template": template, "names": LETTERS[: plan.centres]})()
    try:
        life.begin()
        life.play(plan, seed)
        life.check_now()
        life.go_round()
        life.check_at_the_end()
        life.check_union()
    finally:
        life.close()
