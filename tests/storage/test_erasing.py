"""Where people who are erased stand."""

from fieldapp.domain.canonical import person_id
from fieldapp.domain.records import HIGHEST_ROW, Activity, RosterRow
from fieldapp.storage.erasing import ids_of_rows

SESSION = "ab" * 16


def test_the_rows_of_a_session_and_those_that_are_gone_give_ids():
    found = ids_of_rows(Activity(id=SESSION, last_row=3, rows=(RosterRow(row=1), RosterRow(row=4))))
    assert found == {person_id(SESSION, number): number for number in (1, 2, 3, 4)}


def test_no_more_ids_are_made_for_a_session_than_rows_can_be_written():
    held = Activity(id=SESSION, last_row=1_000_000_000, rows=(RosterRow(row=1_000_000_000),))
    assert len(ids_of_rows(held)) == HIGHEST_ROW
