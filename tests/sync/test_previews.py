"""What a preview says of a file is what happens, record by record, and what is said of it afterwards."""

import random
from collections import Counter
from types import SimpleNamespace

import pytest

from fieldapp.sync.arrived import FileState
from fieldapp.sync.inbox import Counts, Outcome
from tests.sync.hostile import RECORDS, Hand
from tests.sync.test_pictures import attach
from tests.sync.two_centres import TwoCentres, held, joined, person

STRANGE = [one for one in RECORDS if "thousand" not in one.sentence]
"""Lines, good and bad, that do not take long."""


@pytest.fixture
def exchange(template, tmp_path):
    found = joined(template, tmp_path)
    yield found
    found.close()


class Lives:
    """Two centres that do this and that, and every file that comes of it."""

    def __init__(self, exchange: TwoCentres, seed: int) -> None:
        self.exchange, self.chance = exchange, random.Random(seed)
        self.files = []
        for self.side in (exchange.centre, exchange.second):
            self.start()
            self.send()
        exchange.deliver(*self.files)  # so that both are known
        self.files.clear()
        self.old = exchange.copy_of_centre("old")

    def goes_on(self) -> None:
        """Everything is done three times, by one centre or the other, in no order."""
        steps = 3 * [self.start, self.edit, self.edit, self.delete, self.photograph, self.strange_lines]
        self.chance.shuffle(steps)
        for n, step in enumerate(steps):
            if n == len(steps) // 2:
                self.exchange.put_back(self.old)
            self.side = getattr(self.exchange, self.chance.choice(("centre", "second")))
            step()
            if n % 2:
                self.send()

    def start(self) -> None:
        held(self.side, *(person(n + 1) for n in range(self.chance.randrange(4))))

    def edit(self) -> None:
        self.side.edit(self.any_one().record.id, notes=f"{self.chance.randrange(10**6)} times")

    def delete(self) -> None:
        found = self.any_one()
        self.side.services.activities.delete(self.side.actor, found.record.id, found.version, "twice")
        self.start()

    def photograph(self) -> None:
        attach(self.side, self.chance.randrange(10**6))

    def strange_lines(self) -> None:
        """A file that no program of ours would write, with one of its lines twice."""
        hand = Hand(SimpleNamespace(centre=self.side, hq=self.exchange.hq))
        lines = [one.make(hand) for one in self.chance.sample(STRANGE, 6)]
        lines.append(self.chance.choice(lines))
        path = self.exchange.stick / f"strange {len(self.files)}.fieldsync"
        path.write_bytes(hand.file(hand.content(*lines)))
        self.files.append(path)

    def send(self) -> None:
        full = self.chance.random() < 0.3
        made = self.side.outbox.make(self.side.actor, target=self.exchange.stick, full=full)
        self.files += [one.path for one in made.copies]

    def any_one(self):
        return self.chance.choice(self.side.services.activities.page(self.side.actor).items)


def counts_of(preview) -> Counts:
    return sum((Counts().and_one(one.outcome) for one in preview.rows), Counts())


def told(preview) -> Counter:
    """What it says of each record."""
    return Counter((one.id, one.type, one.op, one.outcome, one.code, one.path) for one in preview.rows)


@pytest.mark.parametrize("seed", range(6))
def test_a_preview_equals_its_import_and_what_is_said_of_it_later_over_random_files(exchange, seed):
    lives, hq, met = Lives(exchange, seed), exchange.hq, set()
    lives.goes_on()
    lives.chance.shuffle(lives.files)
    for file in hq.inbox.read(hq.actor, lives.files):
        assert file.state is FileState.READY
        before = hq.inbox.preview(hq.actor, file.sha256)
        applied = hq.inbox.apply(hq.actor, file.sha256, before.counts)
        after = hq.inbox.preview(hq.actor, file.sha256)
        assert before.counts.total == file.records
        assert applied.counts == after.counts == before.counts == counts_of(before)
        assert not applied.differs
        assert told(after) == told(before)
        met |= {one.outcome for one in before.rows}
    assert met >= {Outcome.NEW, Outcome.CHANGED, Outcome.SAME, Outcome.REFUSED}
