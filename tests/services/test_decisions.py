"""Approving, returning, asking for corrections and answering: what a record's standing follows from."""

import msgspec
import pytest

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import SheetKind
from fieldapp.domain.errors import InvalidInput, NotAllowed
from fieldapp.domain.fields import Name
from fieldapp.domain.records import RosterRow
from fieldapp.services.decisions import Review
from fieldapp.services.typed_paths import suggested_value, value_at, with_value
from tests.services.test_activities import Desk, payment

SUPERVISOR = Actor("supervisor", "SUPERVISOR")
change = msgspec.structs.replace


@pytest.fixture
def desk(centre_home):
    """A finished session of one person who paid twice, one payment pending; its sheet was printed."""
    desk = Desk(centre_home)
    tries = (payment(1), payment(2), payment(2, "PENDING"))
    desk.start().do("add_row", RosterRow(name=Name("क"), age=31, present=1, tries=tries))
    return desk.do("issue_sheet", SheetKind.EXPECTED).do("finish", 1)


@pytest.fixture
def decisions(centre_home):
    return centre_home.services.decisions


def standing(desk):
    return desk.home.services.decisions.review(desk.actor, desk.activity.id)


def refresh(desk):
    """The desk works on what is held now: deciding seals, which changes no version."""
    held = desk.service.get(desk.actor, desk.activity.id)
    assert held.version == desk.saved.held.version
    return held


def test_approval_keeps_the_sheet_the_blind_count_and_freezes(desk, decisions):
    assert standing(desk).review is Review.FINISHED
    saved = decisions.approve(SUPERVISOR, desk.activity.id, 1, 1)
    assert (saved.held.record.sheet_number, saved.held.record.counted) == (1, 1)
    assert standing(desk).review is Review.APPROVED
    assert saved.held.record.about_rev == refresh(desk).rev


def test_what_was_approved_is_in_no_file_yet_and_counts_so(desk, decisions):
    overview = desk.home.services.overview
    before = overview.sync(desk.actor).not_packed
    decisions.approve(SUPERVISOR, desk.activity.id, 1, 1)
    assert overview.sync(desk.actor).not_packed == before + 1  # the decision; the session as before


def test_only_a_supervisor_or_an_officer_approves(desk, decisions):
    with pytest.raises(NotAllowed):
        decisions.approve(desk.actor, desk.activity.id, 1, 1)
    with pytest.raises(NotAllowed):
        decisions.send_back(desk.actor, desk.activity.id, "no")


def test_another_count_needs_a_reason_which_is_kept(desk, decisions):
    with pytest.raises(InvalidInput) as refused:
        decisions.approve(SUPERVISOR, desk.activity.id, 1, 2)
    assert refused.value.code == "count_differs"
    saved = decisions.approve(SUPERVISOR, desk.activity.id, 1, 2, "one signed twice")
    assert (saved.held.record.counted, saved.held.record.reason) == (2, "one signed twice")


def test_a_sheet_that_was_never_printed_cannot_be_countersigned(desk, decisions):
    with pytest.raises(InvalidInput) as refused:
        decisions.approve(SUPERVISOR, desk.activity.id, 7, 1)
    assert refused.value.code == "no_sheet"


def test_a_session_that_is_not_finished_is_neither_approved_nor_returned(desk, decisions):
    desk.do("amend", "age was misread")
    for decide in (
        lambda: decisions.approve(SUPERVISOR, desk.activity.id, 1, 1),
        lambda: decisions.send_back(SUPERVISOR, desk.activity.id, "age"),
    ):
        with pytest.raises(InvalidInput) as refused:
            decide()
        assert refused.value.code == "not_finished"


def test_an_amendment_reopens_the_approval_and_a_cancelled_one_gives_it_back(desk, decisions):
    decisions.approve(SUPERVISOR, desk.activity.id, 1, 1)
    desk.do("amend", "age was misread")
    assert standing(desk).review is Review.OPEN
    desk.do("cancel_amendment")
    assert standing(desk).review is Review.APPROVED
    desk.do("amend", "age was misread").do("save_row", change(desk.activity.row(1), age=40)).do("finish", 1)
    assert standing(desk).review is Review.FINISHED


def test_printing_a_copy_and_settling_a_payment_leave_the_approval(desk, decisions):
    decisions.approve(SUPERVISOR, desk.activity.id, 1, 1)
    desk.do("print_sheet", SheetKind.FINAL)
    row = desk.activity.row(1)
    desk.do("save_row", change(row, tries=(*row.tries[:2], payment(2))))
    assert standing(desk).review is Review.APPROVED


def test_a_return_stands_with_its_reason_until_the_session_is_finished_anew(desk, decisions):
    decisions.send_back(SUPERVISOR, desk.activity.id, "the age cannot be right", "rows/1/age")
    now = standing(desk)
    assert now.review is Review.RETURNED
    assert now.wants_something
    assert now.said.record.field_path == "rows/1/age"
    desk.do("amend", "the age cannot be right")
    assert standing(desk).review is Review.RETURNED
    desk.do("save_row", change(desk.activity.row(1), age=40)).do("finish", 1)
    assert standing(desk).review is Review.FINISHED


def test_a_withdrawn_approval_is_none(desk, decisions):
    saved = decisions.approve(SUPERVISOR, desk.activity.id, 1, 1)
    decisions.delete(SUPERVISOR, saved.held.record.id, saved.held.version, "too early")
    assert standing(desk).review is Review.FINISHED


# ---------------------------------------------------------------- corrections


def test_a_correction_is_asked_until_that_field_is_another_one(desk, decisions):
    decisions.ask_correction(SUPERVISOR, desk.activity.id, "31 or 13?", "rows/1/age", "13")
    (asked,) = standing(desk).asked
    assert asked.record.suggestion == "13"
    desk.do("amend", "misspelt").do("save_row", change(desk.activity.row(1), name=Name("ख"))).do("finish", 1)
    assert len(standing(desk).asked) == 1
    desk.do("amend", "misread").do("save_row", change(desk.activity.row(1), age=13)).do("finish", 1)
    assert standing(desk).asked == ()


def test_a_suggestion_is_taken_in_one_step_as_an_amendment(desk, decisions):
    decisions.ask_correction(SUPERVISOR, desk.activity.id, "31 or 13?", "rows/1/age", "13")
    desk.do("take_suggestion", lambda one: with_value(one, "rows/1/age", 13), "31 or 13?")
    (amendment,) = desk.activity.amendments
    assert amendment.reason == "31 or 13?"
    assert [(one.field_path, one.before, one.after) for one in amendment.values] == [
        ("rows/1/age", "31", "13")
    ]
    assert desk.activity.state == "FINISHED"
    assert standing(desk).asked == ()


def test_a_suggestion_is_put_back_until_what_it_made_was_sealed_by_the_next(desk):
    for age in (32, 33):
        desk.do("take_suggestion", lambda one, age=age: with_value(one, "rows/1/age", age), "misread")
    desk.do("put_back_suggestion")
    assert (desk.activity.row(1).age, len(desk.activity.amendments)) == (32, 1)
    with pytest.raises(InvalidInput) as refused:
        desk.do("put_back_suggestion")
    assert refused.value.code == "packed_since"
    assert desk.service.get(desk.actor, desk.activity.id).record == desk.activity


def test_a_suggestion_after_which_the_count_would_be_another_is_not_taken_blindly(desk):
    with pytest.raises(InvalidInput) as refused:
        desk.do("take_suggestion", lambda one: with_value(one, "rows/1/present", 0), "was absent")
    assert refused.value.code == "count_differs"
    assert desk.service.get(desk.actor, desk.activity.id).record == desk.activity


def test_it_was_right_is_an_answer_with_a_note_that_the_asker_accepts(desk, decisions):
    asked = decisions.ask_correction(SUPERVISOR, desk.activity.id, "31 or 13?", "rows/1/age", "13")
    answer = decisions.was_right(desk.actor, asked.held.record.id, "seen on the voter card")
    assert (answer.held.record.kind, answer.held.record.other) == ("WAS_RIGHT", asked.held.record.id)
    now = standing(desk)
    assert now.asked == ()
    assert [one.record.id for one in now.answers] == [answer.held.record.id]
    decisions.accept(SUPERVISOR, answer.held.record.id)
    assert standing(desk).answers == ()


@pytest.mark.parametrize(
    ("path", "words", "value"),
    [
        ("start_date", "13-01-2017", "2017-01-13"),
        ("rows/1/gender", "महिला", "F"),
        ("rows/1/name", "सुनीता", Name("सुनीता")),
        ("rows/1/tries/2/reference_number", "701412345678", "701412345678"),
        ("rows/1/pwd", "yes", True),
    ],
)
def test_a_suggestion_is_read_as_its_field_wants_it(desk, path, words, value):
    says = {"Female": ("Female", "महिला")}
    found = suggested_value(desk.activity, path, words, lambda text: says.get(text.msgid, (text.msgid,)))
    assert value in (found, str(found))
    assert value_at(with_value(desk.activity, path, found), path) == found


@pytest.mark.parametrize("path", ["", "nothing", "rows/9/age", "rows/1/nothing", "rows"])
def test_a_path_that_leads_nowhere_takes_no_suggestion(desk, path):
    with pytest.raises(InvalidInput) as refused:
        suggested_value(desk.activity, path, "1", lambda text: (text.msgid,))
    assert refused.value.code == "no_field"


# ---------------------------------------------------------------- the morning


def test_the_morning_shows_what_was_returned_what_is_asked_and_what_waits_for_approval(desk, decisions):
    overview = desk.home.services.overview
    assert overview.today(desk.actor).approvals == ()
    assert [held.record.id for held in overview.today(SUPERVISOR).approvals] == [desk.activity.id]
    decisions.send_back(SUPERVISOR, desk.activity.id, "the age cannot be right")
    decisions.ask_correction(SUPERVISOR, desk.activity.id, "31 or 13?", "rows/1/age", "13")
    morning = overview.today(SUPERVISOR)
    assert morning.approvals == ()
    assert [one.decision.record.kind for one in morning.asked] == ["RETURNED", "CORRECTION_ASKED"]
    desk.do("amend", "as asked").do("save_row", change(desk.activity.row(1), age=13)).do("finish", 1)
    morning = overview.today(SUPERVISOR)
    assert morning.asked == ()
    assert [held.record.id for held in morning.approvals] == [desk.activity.id]
    decisions.approve(SUPERVISOR, desk.activity.id, 1, 1)
    desk.do("print_sheet", SheetKind.FINAL)
    assert overview.today(SUPERVISOR).approvals == ()
