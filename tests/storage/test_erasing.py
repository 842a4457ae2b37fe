"""Where people who are erased stand."""

from fieldapp.domain.actor import Actor
from fieldapp.domain.canonical import person_id
from fieldapp.domain.records import HIGHEST_ROW, Activity, RosterRow
from fieldapp.storage import emptying, state
from fieldapp.storage.erasing import ids_of_rows
from fieldapp.storage.records import Typed

SESSION = "ab" * 16


def test_the_rows_of_a_session_and_those_that_are_gone_give_ids():
    found = ids_of_rows(Activity(id=SESSION, last_row=3, rows=(RosterRow(row=1), RosterRow(row=4))))
    assert found == {person_id(SESSION, number): number for number in (1, 2, 3, 4)}


def test_no_more_ids_are_made_for_a_session_than_rows_can_be_written():
    held = Activity(id=SESSION, last_row=1_000_000_000, rows=(RosterRow(row=1_000_000_000),))
    assert len(ids_of_rows(held)) == HIGHEST_ROW


def heeded(home, people):
    """What decisions say of so many people is done here; how many statements it took."""
    asked = []
    with home.database.transaction() as tx:
        tx.connection.driver_connection.set_trace_callback(asked.append)
        at = Typed(*state.identity(tx), home.database.clock())
        emptying.heed(
            tx, Actor("officer", "OFFICER"), at, lambda *_: None, copies=False, also=dict.fromkeys(people, "")
        )
        tx.connection.driver_connection.set_trace_callback(None)
    return len(asked)


def test_thousands_may_be_erased(hq_home):
    people = [f"{n:032x}" for n in range(1, 3001)]
    heeded(hq_home, people)
    heeded(hq_home, [*people, "ab" * 16])


def test_what_is_done_at_a_head_office_is_not_gone_over_again_one_by_one(hq_home):
    people = [f"{n:032x}" for n in range(1, 101)]
    heeded(hq_home, people)
    assert heeded(hq_home, people) < len(people) / 4
