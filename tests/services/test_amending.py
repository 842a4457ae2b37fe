"""A finished session is changed by an amendment only: numbered, with its reason, the old values kept."""

from datetime import date

import msgspec
import pytest

from fieldapp.domain.codes import ActivityState, SheetKind, SheetState
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.domain.records import RosterRow
from tests.services.test_activities import Desk, finished, payment

change = msgspec.structs.replace


@pytest.fixture
def desk(centre_home):
    """A finished session of one person who paid twice; its sheet was printed."""
    desk = Desk(centre_home)
    desk.start().do("add_row", RosterRow(name=Name("क"), age=31, present=1, tries=(payment(1), payment(2))))
    return desk.do("issue_sheet", SheetKind.EXPECTED).do("finish", 1)


def save(desk, **given):
    activity = change(desk.activity, **given)
    desk.saved = desk.service.save(desk.actor, activity, desk.saved.held.version)
    return desk


def values(desk, n=0):
    return {one.field_path: (one.before, one.after) for one in desk.activity.amendments[n].values}


def test_an_amendment_keeps_its_number_its_reason_and_what_stood_there(desk):
    desk.do("amend", "age was misread")
    assert desk.activity.state == ActivityState.HELD
    desk.do("save_row", change(desk.activity.row(1), age=40)).do("finish", 1)
    (amendment,) = desk.activity.amendments
    assert (amendment.number, amendment.reason) == (1, "age was misread")
    assert amendment.amended_on == desk.home.database.today()
    assert values(desk) == {"rows/1/age": ("31", "40")}
    desk.do("amend", "name was misspelt")
    desk.do("save_row", change(desk.activity.row(1), name=Name("ख"))).do("finish", 1)
    assert [one.number for one in desk.activity.amendments] == [1, 2]
    assert values(desk, 1) == {"rows/1/name_hi": ("क", "ख")}


def test_rows_that_came_or_went_are_listed_value_by_value(desk):
    desk.do("amend", "one was left out").do("add_row", RosterRow(name=Name("ग"), age=22, present=1))
    desk.do("finish", 2, open_reason="BANK")
    listed = values(desk)
    assert listed["rows/2/name_hi"] == ("", "ग")
    assert listed["rows/2/present"] == ("", "1")
    assert listed["signatures_counted"] == ("1", "2")
    assert not any(path.endswith(("position", "walk_in")) for path in listed)


def test_what_was_changed_and_changed_back_is_no_amendment(desk):
    desk.do("amend", "age was misread")
    desk.do("save_row", change(desk.activity.row(1), age=40))
    desk.do("save_row", change(desk.activity.row(1), age=31)).do("finish", 1)
    assert desk.activity.amendments == ()
    assert desk.saved.held.sealed


def test_cancelling_puts_everything_back_as_it_was(desk):
    before = desk.activity
    desk.do("amend", "by mistake").do("add_row", RosterRow(name=Name("ग")))
    save(desk, notes="not so").do("save_row", change(desk.activity.row(1), age=99))
    desk.do("cancel_amendment")
    assert desk.activity == change(before, last_row=2)
    with pytest.raises(InvalidInput) as refused:
        desk.do("cancel_amendment")
    assert refused.value.code == "not_amended"


def test_cancelling_gives_back_the_sealed_revision_even_after_a_pack_was_made_meanwhile(desk):
    desk.do("amend", "by mistake")
    rev = desk.saved.held.rev
    desk.do("cancel_amendment")
    assert (desk.saved.held.rev, desk.saved.held.sealed) == (rev, True)


def test_another_day_supersedes_the_sheets_of_the_old_one(desk):
    desk.do("amend", "wrong day")
    save(desk, start_date=date(2017, 1, 13)).do("issue_sheet", SheetKind.FINAL).do("finish", 1)
    assert [one.state for one in desk.activity.sheets] == [SheetState.SUPERSEDED, SheetState.KEYED]
    assert values(desk)["start_date"] == ("2017-01-14", "2017-01-13")


def test_an_amendment_needs_a_finished_session_and_a_reason(desk):
    with pytest.raises(InvalidInput) as refused:
        desk.do("amend", "  ")
    assert refused.value.code == "no_reason"
    desk.do("amend", "age was misread")
    with pytest.raises(InvalidInput) as refused:
        desk.do("amend", "once more")
    assert refused.value.code == "not_finished"


def test_an_open_amendment_is_neither_cancelled_by_another_status_nor_deleted(desk):
    desk.do("amend", "age was misread")
    with pytest.raises(InvalidInput) as refused:
        save(desk, state=str(ActivityState.CANCELLED))
    assert refused.value.code == "amending"
    with pytest.raises(InvalidInput):
        desk.do("delete", "gone")


def test_settling_a_pending_payment_is_no_amendment(centre_home):
    desk = finished(Desk(centre_home), payment(1), payment(2, "PENDING"))
    row = desk.activity.row(1)
    desk.do("save_row", change(row, tries=(row.tries[0], payment(2))))
    assert desk.activity.state == ActivityState.FINISHED
    assert desk.activity.amendments == ()


def test_a_sheet_printed_again_counts_its_copies_and_a_superseded_one_is_not_used_again(desk):
    desk.do("print_sheet", SheetKind.EXPECTED)
    assert [(one.number, one.copies) for one in desk.activity.sheets] == [(1, 2)]
    desk.do("amend", "wrong day")
    save(desk, start_date=date(2017, 1, 13)).do("finish", 1).do("print_sheet", SheetKind.EXPECTED)
    assert [(one.number, one.copies) for one in desk.activity.sheets] == [(1, 2), (2, 1)]


# ---------------------------------------------------------------- once more


def test_a_session_is_repeated_with_what_stays_the_same_and_a_number_of_its_own(desk):
    first = desk.activity
    desk.saved = desk.service.repeat(desk.actor, first.id, date(2017, 1, 21))
    again = desk.activity
    assert (again.start_date, again.state, again.rows) == (date(2017, 1, 21), "PLANNED", ())
    assert (again.trainer_name, again.place) == (first.trainer_name, first.place)
    assert again.number == first.number + 1
    assert again.id != first.id
    assert (again.sheets, again.signatures_counted) == ((), 0)


def test_the_same_people_are_expected_again_and_nothing_of_what_they_did(desk):
    person = desk.home.services.activities
    desk.saved = person.repeat(desk.actor, desk.activity.id, date(2017, 1, 21), with_people=True)
    (row,) = desk.activity.rows
    assert (row.name, row.age, row.present, row.tries, row.consent) == (Name("क"), 31, 0, (), "")
    assert row.person
    assert desk.activity.last_row == 1
