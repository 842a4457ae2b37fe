"""The exchange's state machine with people who come, stand in sessions, and are erased.

What head office has heard to be erased is, after honest round trips, shown by no home and found in none, but
in a version that a computer wrote which is no more in use (storage.taking_in: it is not shown either). What a
computer wrote that is gone is emptied by the one in its place, once it was given back to that; until then, a
year at the longest, head office keeps it (test_erasing: what a dead computer said last goes after a year).
"""

import itertools
from datetime import date

from hypothesis import strategies as st
from hypothesis.stateful import rule
from msgspec.structs import replace

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.domain.records import person_of_row
from fieldapp.homes import Exchange as Exchanging
from fieldapp.storage import erasing, records
from fieldapp.storage.journal import held_of
from fieldapp.storage.tables import record_directory, record_table
from tests.sync.exchange import KASMAR, row
from tests.sync.exchange_machine import ExchangeMachine
from tests.sync.replacing import node_of

NUMBERS = st.integers(0, 1_000_000)
LEAD = Actor("supervisor", "SUPERVISOR")


class ErasingLives(ExchangeMachine):
    """words: of each person who was asked to be erased, by their id, what they were called. looked_for: how
    many of those head office had heard of when a life of this class ended, over all of them.
    """

    looked_for = 0

    def __init__(self) -> None:
        super().__init__()
        self.people = itertools.count(1)
        self.words: dict[str, str] = {}

    @rule(which=NUMBERS)
    def somebody_comes(self, which):
        one = self.computer(which)
        name = f"Canary{next(self.people):04}"
        theirs = replace(row(1, present=1, remarks=f"{name} came"), name=Name("", name))
        given = {"rows": (theirs,), "last_row": 1, "notes": f"with {name}"}
        one.services.activities.start(one.actor, "CHAI_SAMOSA", date(2017, 1, 14), KASMAR, **given)
        self.note_numbers(one)

    @rule(which=NUMBERS, record=NUMBERS)
    def erase_at_a_centre(self, which, record):
        one = self.computer(which)
        named = self.with_names(one)
        if found := [one_id for one_id, _ in self.own_records(one, deleted=0) if one_id in named]:
            self.erase(one, LEAD, found[record % len(found)])

    @rule(record=NUMBERS)
    def erase_at_head_office(self, record):
        if ids := sorted(self.with_names(self.hq)):
            self.erase(self.hq, self.hq.actor, ids[record % len(ids)])

    @staticmethod
    def with_names(side):
        """The sessions in which somebody stands who was not erased."""
        table = record_table("activity_rows")
        with side.home.database.reading() as tx:
            rows = tx.execute(table.select().where(table.c.anonymous == 0)).fetchall()
        return {bytes(one.id).hex() for one in rows}

    def erase(self, side, actor, session):
        record = side.services.activities.get(actor, session).record
        there = record.row(1)
        if there is None or not there.name:
            return
        who = person_of_row(session, there)
        try:
            side.services.erasing.erase(actor, who, Exchanging.of(side.home).erasures, session)
        except InvalidInput as error:
            if error.code != "not_found":  # it was deleted meanwhile
                raise
        else:
            self.words[who] = there.name.en

    # ------------------------------------------------------------ the end

    def go_round(self):
        """Everybody is at work, so that everybody sends; what was lost with a computer is given back."""
        if not self.words:
            super().go_round()
            return
        self.go_round_at_work()
        if self.before:
            self.go_round_at_work()  # head office hears by it which of its keys each of them knows
            for one in self.in_use():
                given = len(self.gifts)
                self.give_back_to(one)
                for _, path in self.gifts[given:]:
                    self.take_gift(one, path)
            self.go_round_at_work()

    def go_round_at_work(self):
        for one in self.in_use():
            one.start()
        super().go_round()

    def in_use(self):
        """The computers in whose place no other one is."""
        return [one for one in self.computers if not self.is_replaced(node_of(one))]

    # ------------------------------------------------------------ the oracle

    def check_at_the_end(self):
        super().check_at_the_end()
        with self.hq.home.database.reading() as tx:
            heard = erasing.asked(tx)
        for who, word in self.words.items():
            if who in heard:
                type(self).looked_for += 1
                for side in (self.hq, *self.in_use()):
                    assert not is_shown(side, word), f"{word} is shown"
                    assert not is_sealed(side, word), f"{word} stands in a sealed state"


def is_shown(side, word):
    with side.home.database.reading() as tx:
        ids = tx.execute(record_directory.select().where(record_directory.c.type == "activity")).fetchall()
        return any(word in repr(records.get(tx, bytes(one.id).hex()).record) for one in ids)


def is_sealed(side, word):
    """In a record of one version; another version of a forked one may wait for its computer."""
    with side.home.database.reading() as tx:
        for one in tx.execute(record_directory.select()).fetchall():
            held = held_of(tx, bytes(one.id))
            if sum(leaf for _, leaf in held) == 1 and any(word.encode() in each.body for each, _ in held):
                return True
    return False
