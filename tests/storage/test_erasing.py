"""Where people who are erased stand."""

from contextlib import contextmanager
from datetime import date

from fieldapp.domain.actor import Actor
from fieldapp.domain.canonical import person_id
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import HIGHEST_ROW, Activity, RosterRow
from fieldapp.storage import emptying, erasing, state
from fieldapp.storage.erasing import ids_of_rows
from fieldapp.storage.records import Typed
from tests.statements import statements

SESSION = "ab" * 16


def test_the_rows_of_a_session_and_those_that_are_gone_give_ids():
    found = ids_of_rows(Activity(id=SESSION, last_row=3, rows=(RosterRow(row=1), RosterRow(row=4))))
    assert found == {person_id(SESSION, number): number for number in (1, 2, 3, 4)}


def test_no_more_ids_are_made_for_a_session_than_rows_can_be_written():
    held = Activity(id=SESSION, last_row=1_000_000_000, rows=(RosterRow(row=1_000_000_000),))
    assert len(ids_of_rows(held)) == HIGHEST_ROW


@contextmanager
def counting(home):
    """A transaction, and the statements that are made in it."""
    with statements(home.database) as made, home.database.transaction() as tx:
        yield tx, made


def heeded(home, people, *, copies=False, arrived=None):
    """What decisions say of so many people is done here; how many statements it took."""
    with counting(home) as (tx, made):
        at = Typed(*state.identity(tx), home.database.clock())
        also = dict.fromkeys(people, "")
        actor = Actor("officer", "OFFICER")
        emptying.heed(tx, actor, at, lambda *_: None, copies=copies, also=also, arrived=arrived)
    return len(made)


def test_thousands_may_be_erased(hq_home):
    people = [f"{n:032x}" for n in range(1, 3001)]
    heeded(hq_home, people)
    heeded(hq_home, [*people, "ab" * 16])


def test_what_is_done_at_a_head_office_is_not_gone_over_again_one_by_one(hq_home):
    people = [f"{n:032x}" for n in range(1, 101)]
    heeded(hq_home, people)
    assert heeded(hq_home, people) < len(people) / 4


def test_a_file_with_nothing_about_them_costs_a_block_office_the_same_however_many_were_erased(hq_home):
    few, many = ([f"{n:032x}" for n in range(1, last)] for last in (3, 1001))
    counts = []
    for people in (few, many):
        heeded(hq_home, people, copies=True)
        counts.append(heeded(hq_home, people, copies=True, arrived=["ab" * 16]))
    assert counts[0] == counts[1] < 20


def test_who_is_to_be_erased_is_asked_in_as_few_statements_for_many_without_a_record_as_for_one(centre_home):
    home, kasmar, counts = centre_home, PlaceRef("block:322/3069", "कसमार"), []
    for many in (1, 20):
        people = {}
        for _ in range(many):
            rows = (RosterRow(row=1, position=1024, name=Name("सीता", "Sita")),)
            start = home.services.activities.start
            held = start(home.actor, "CHAI_SAMOSA", date(2017, 1, 14), kasmar, rows=rows, last_row=1).held
            people[person_id(held.record.id, 1)] = held.record.id
        with home.database.transaction() as tx:
            at = Typed(*state.identity(tx), home.database.clock())
            erasing.decide(tx, home.actor, at, iter(home.database.new_id, ""), people)
        with counting(home) as (tx, made):
            assert people.items() <= erasing.asked(tx).items()
        counts.append(len(made))
    assert counts[0] == counts[1]


def test_whether_a_file_or_a_decision_is_about_them_is_asked_without_reading_every_session(hq_home):
    """Of millions of sessions a file brings a few, and a decision names one."""
    with counting(hq_home) as (tx, made):
        erasing.standing_among(tx, {"cd" * 16: ""}, [SESSION])
        erasing.counts(tx, 7, person_id(SESSION, 1), SESSION)
        asked = [one for one in made if one.startswith("SELECT")]
        plans = [tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}").fetchall() for one in asked]
    steps = [row.detail for plan in plans for row in plan]
    assert steps
    assert [one for one in steps if one.startswith("SCAN")] == []
