"""A session's life in the real window: finished, approved, returned, amended, answered, repeated."""

import pytest
from PySide6.QtCore import Qt

from fieldapp.domain.actor import Actor
from fieldapp.domain.fields import Name
from fieldapp.domain.records import ONE_RUPEE, PaymentTry, Person, RoleSpan
from fieldapp.services.decisions import Review
from fieldapp.storage import sealing
from fieldapp.storage.records import Typed
from fieldapp.storage.tables import refused
from fieldapp.ui.activities.asking import AskDialog
from tests.robots.robot import cut_words, words
from tests.robots.roster import RosterRobot, person, start

KEY = Qt.Key
SUPERVISOR = Actor("supervisor", "SUPERVISOR")


def paid(slot: int) -> PaymentTry:
    return PaymentTry(slot=slot, mode="CARD", amount_paise=ONE_RUPEE, result="OK")


@pytest.fixture
def begin(window, home):
    """Gives a robot at a finished session of two people, for somebody at the window."""

    def at(actor: Actor | None = None) -> RosterRobot:
        rows = [person(n, present=1, age=30 + n, tries=(paid(1), paid(2))) for n in (1, 2)]
        record_id = start(home, "CHAI_SAMOSA", *rows, trainer_name=Name("मीना", "Meena"))
        held = home.services.activities.get(home.actor, record_id)
        home.services.activities.finish(home.actor, record_id, held.version, 2)
        if actor is not None:
            window.desk.actor = actor
        return RosterRobot(window, home, record_id)

    return at


def review(robot: RosterRobot) -> Review:
    return robot.home.services.decisions.review(robot.home.actor, robot.id).review


def answer(robot: RosterRobot, **lines: str) -> None:
    """Fill in the dialog that is open and press Enter."""
    dialog = robot.dialog()
    assert isinstance(dialog, AskDialog)
    for name, typed in lines.items():
        dialog.lines[name].setFocus()
        robot.type(typed)
    robot.press("Enter")
    if robot.dialog() is None:
        robot.window.activateWindow()  # without a screen no window manager does it when a dialog closes


def test_a_finished_session_says_so_and_offers_its_summary(begin):
    robot = begin()
    assert "Finished and locked. It waits for approval." in robot.read_page()
    papers = []
    robot.window.hub.preview.connect(papers.append)
    robot.press_button("Summary")
    assert papers[0].make_pdf().startswith(b"%PDF")


def test_an_operator_neither_approves_nor_returns(begin):
    robot = begin()
    with pytest.raises(AssertionError):
        robot.button("Approve")


def test_a_supervisor_counts_blind_and_approves(begin):
    robot = begin(SUPERVISOR)
    robot.press_button("Approve")
    assert not any(character.isdigit() for character in "".join(words(robot.dialog())))
    answer(robot, counted="2")
    assert review(robot) is Review.APPROVED
    assert "Approved by supervisor, 2 counted." in robot.read_page()
    assert "Approved (frozen)" in robot.read_page()


def test_another_count_shows_the_difference_and_asks_why(begin):
    robot = begin(SUPERVISOR)
    robot.press_button("Approve")
    answer(robot, counted="3")
    assert "3 signatures were counted, 2 are marked present." in robot.read_window()
    answer(robot, reason="one signed twice")
    assert "3 counted, 2 marked present: one signed twice" in robot.read_page()


def test_the_list_says_what_was_approved_and_what_was_returned(begin, home):
    home.services.decisions.approve(SUPERVISOR, begin(SUPERVISOR).id, 0, 2)
    robot = begin(SUPERVISOR)
    home.services.decisions.send_back(SUPERVISOR, robot.id, "the day")
    robot.press("Esc")
    robot.window.page.reload()
    model = robot.window.page.listing.model
    states = {model.data(model.index(row, 7)) for row in (0, 1)}
    assert states == {"Approved (frozen)", "Sent back"}


def test_a_known_trainer_brings_the_name(window, home):
    trainer = Person(
        id=home.services.people.new_id(),
        name=Name("मीना सोरेन", "Meena Soren"),
        roles=(RoleSpan(role="MASTER_TRAINER"),),
    )
    home.services.people.save(home.actor, trainer)
    robot = RosterRobot(window, home, start(home))
    robot.press("F8")
    robot.panel.form.focus_path("trainer")
    robot.type("soren")
    robot.keys(KEY.Key_Down, KEY.Key_Return)
    activity = robot.activity()
    assert (activity.trainer, activity.trainer_name) == (trainer.id, trainer.name)


def test_an_approval_is_undone(begin):
    robot = begin(SUPERVISOR)
    robot.press_button("Approve")
    answer(robot, counted="2")
    robot.press("Ctrl+Z")
    assert review(robot) is Review.FINISHED


def test_a_return_shows_its_reason_and_amending_goes_to_the_field(begin):
    robot = begin(SUPERVISOR)
    robot.go(1, "age")
    robot.press_button("Return")
    robot.button("It is about: Row 2: Age (years)").setChecked(True)
    answer(robot, reason="the age cannot be right")
    assert "Returned by supervisor: Row 2: Age (years)" in robot.read_page()
    robot.window.desk.actor = robot.home.actor
    robot.go(0, "name")
    robot.press_button("Amend")
    assert robot.dialog().lines["reason"].text() == "the age cannot be right"
    answer(robot)
    assert robot.here == (1, "age")
    robot.keys("40", KEY.Key_Return)
    assert robot.row(1).age == 40
    robot.press("F12")
    robot.keys("2", KEY.Key_Return, KEY.Key_Return)
    assert review(robot) is Review.FINISHED
    (amendment,) = robot.activity().amendments
    assert [one.field_path for one in amendment.values] == ["rows/2/age"]


def test_a_return_without_a_reason_is_none(begin):
    robot = begin(SUPERVISOR)
    robot.press_button("Return")
    answer(robot)
    assert "A reason is needed." in robot.read_window()
    assert review(robot) is Review.FINISHED


def test_a_cancelled_amendment_leaves_nothing(begin):
    robot = begin()
    before = robot.activity()
    robot.press_button("Amend")
    answer(robot, reason="by mistake")
    assert "Amendment 1 is open: by mistake" in robot.read_page()
    robot.go(0, "age")
    robot.keys("77", KEY.Key_Return)
    robot.press_button("Cancel the amendment")
    robot.press_button("Cancel the amendment")
    assert robot.activity() == before


def test_a_suggestion_is_taken_with_one_key(begin):
    robot = begin()
    decisions = robot.home.services.decisions
    decisions.ask_correction(SUPERVISOR, robot.id, "31 or 13?", "rows/1/age", "13")
    robot.panel.reload()
    assert "Row 1: Age (years): 31 or 13? · Suggested: 13" in robot.read_page()
    robot.press("F5")
    assert robot.row().age == 13
    assert "Suggested" not in robot.read_page()
    assert robot.activity().amendments[0].reason == "31 or 13?"


def test_a_suggestion_that_was_taken_is_undone_and_done_again(begin):
    robot = begin()
    before = robot.activity()
    robot.home.services.decisions.ask_correction(SUPERVISOR, robot.id, "31 or 13?", "rows/1/age", "13")
    robot.panel.reload()
    robot.press("F5")
    assert robot.row().age == 13
    robot.press("Ctrl+Z")
    assert robot.activity() == before
    assert robot.panel.on_roster
    assert "31 or 13?" in robot.read_page()
    robot.press("Ctrl+Y")
    assert robot.row().age == 13
    assert "31 or 13?" not in robot.read_page()
    robot.press("Ctrl+Z")
    assert robot.activity() == before


def test_of_a_session_that_is_not_finished_too_a_suggestion_is_undone(window, home):
    robot = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1, age=31)))
    home.services.decisions.ask_correction(SUPERVISOR, robot.id, "31 or 13?", "rows/1/age", "13")
    robot.panel.reload()
    robot.press("F5")
    assert robot.row().age == 13
    robot.press("Ctrl+Z")
    assert robot.row().age == 31
    assert "31 or 13?" in robot.read_page()


def test_a_suggestion_that_was_sent_meanwhile_stays_taken(begin):
    robot = begin()
    robot.home.services.decisions.ask_correction(SUPERVISOR, robot.id, "31 or 13?", "rows/1/age", "13")
    robot.panel.reload()
    robot.press("F5")
    database = robot.home.database
    with database.transaction() as tx:
        sealing.seal(tx, Typed(robot.home.keys.key_id, 1, database.clock()))
    robot.press("Ctrl+Z")
    assert "It has been packed since" in robot.read_message()
    assert robot.row().age == 13


def test_why_head_office_did_not_take_it_stands_there_in_both_languages_with_the_row(begin):
    robot = begin()
    database, held = robot.home.database, robot.panel.opened.held
    with database.transaction() as tx:
        sealing.seal(tx, Typed(robot.home.keys.key_id, 1, database.clock()))
    rev = robot.home.services.activities.get(robot.home.actor, robot.id).rev
    row = (
        1,
        bytes.fromhex(held.record.id),
        bytes.fromhex(rev),
        bytes(16),
        "activity",
        "field_rule",
        "rows/2/age",
    )
    with database.transaction() as tx:
        tx.execute(refused.insert().values(row))
    robot.window.open_page("today")
    robot.window.page.reload()
    english = "The value in the field Age (years) is not possible."
    robot.press_button(f"आयु (वर्ष) में दर्ज मान संभव नहीं है। / {english}")
    said = robot.read_page()
    assert "Row 2: Age (years): The value in the field" in said
    assert "पंक्ति 2" in said
    assert robot.panel.roster.grid.place() == "rows/2/age"


def test_it_was_right_is_answered_with_a_note(begin):
    robot = begin()
    decisions = robot.home.services.decisions
    decisions.ask_correction(SUPERVISOR, robot.id, "31 or 13?", "rows/1/age", "13")
    robot.panel.reload()
    robot.press_button("It was right Shift+F5")
    answer(robot, reason="seen on the card")
    assert "Suggested" not in robot.read_page()
    robot.window.desk.actor = SUPERVISOR
    robot.panel.reload()
    robot.press_button("Accept")
    assert decisions.review(SUPERVISOR, robot.id).answers == ()


def test_a_session_is_repeated_on_another_day_with_the_same_people(begin):
    robot = begin()
    robot.panel.closing.repeat()
    robot.button("With the same people").setChecked(True)
    answer(robot, day="21-01-2017")
    again = robot.panel.opened.activity
    assert again.id != robot.id
    assert (again.number, again.start_date.isoformat(), len(again.rows)) == (2, "2017-01-21", 2)
    assert not any(row.present or row.tries for row in again.rows)


def test_a_day_that_is_none_is_asked_again(begin):
    robot = begin()
    robot.panel.closing.repeat()
    answer(robot, day="31-02-2017")
    assert robot.dialog() is not None
    assert robot.dialog().wrong.text()


def test_a_forbidden_number_stays_in_no_line_of_a_dialog(begin):
    robot = begin()
    robot.press_button("Amend")
    answer(robot, reason="9999 7165 8847")
    line = robot.dialog().lines["reason"]
    assert (line.text(), line.isUndoAvailable()) == ("", False)
    assert robot.activity().state == "FINISHED"


def test_a_mela_without_a_roster_is_finished_without_a_count(window, home):
    robot = RosterRobot(window, home, start(home, "MELA", footfall=300))
    robot.press("F12")
    assert robot.dialog() is None
    assert robot.activity().state == "FINISHED"


def test_a_correction_of_a_field_of_the_session_opens_its_details_there(window, home):
    robot = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1)))
    robot.home.services.decisions.ask_correction(SUPERVISOR, robot.id, "Who came?", "trainer_name")
    robot.window.page.back()
    robot.window.page.open_record(robot.id)
    assert robot.panel.form.editor("trainer_name").isAncestorOf(robot.focused())


@pytest.mark.parametrize("language", ["en", "hi"])
def test_no_words_are_cut(begin, language):
    robot = begin(SUPERVISOR)
    robot.window.speak(language)
    decisions = robot.home.services.decisions
    decisions.ask_correction(SUPERVISOR, robot.id, "31 or 13?", "rows/1/age", "13")
    robot.panel.reload()
    assert cut_words(robot.panel) == []
    for ask in (robot.panel.closing.approve, robot.panel.closing.send_back, robot.panel.closing.repeat):
        ask()
        assert cut_words(robot.dialog()) == []
        robot.press("Esc")


def test_a_sheet_is_called_filed_from_the_details_of_a_finished_session(begin):
    robot = begin()
    held = robot.home.services.activities.get(robot.home.actor, robot.id)
    robot.home.services.activities.print_sheet(robot.home.actor, robot.id, held.version, "FINAL")
    robot.window.page.reload()
    robot.press("F8")
    sheets = robot.panel.form.editor("sheets")
    robot.panel.form.focus_path("sheets/1")
    day = robot.window.desk.language.date(robot.home.database.today())
    assert f"Sheet 1: Final attendance sheet, {day}, copies: 1" in robot.read_page()
    filed = next(one for one in sheets.inputs()[0].menu().actions() if one.text() == "Filed")
    filed.trigger()
    assert [one.state for one in robot.activity().sheets] == ["FILED"]
    assert sheets.inputs()[0].text() == "Filed"
    robot.press("Ctrl+Z")
    assert [one.state for one in robot.activity().sheets] == ["ISSUED"]
    assert review(robot) is Review.FINISHED


def test_fewer_counted_than_present_is_said_in_the_details(window, home):
    rows = [person(n, present=1) for n in (1, 2)]
    robot = RosterRobot(window, home, start(home, "MELA", *rows, footfall=1))
    robot.press("F8")
    assert "1 were counted, but 2 are present on the roster." in robot.read_page()


def test_a_locked_session_without_photographs_has_no_heading_for_them(begin):
    robot = begin()
    robot.press("F8")
    assert "Place and time" in robot.read_page()
    assert "Photographs" not in robot.read_page()


def test_an_action_point_is_opened_in_a_review_moved_on_and_closed(window, home):
    robot = RosterRobot(window, home, start(home, "REVIEW"))
    points = home.services.action_points
    next(verb for verb in robot.panel.verbs if verb.text() == "New action point").trigger()
    robot.panel_of_plan = robot.window.page.tab.panel

    def point():
        return points.get(home.actor, robot.panel_of_plan.record.id).record

    assert point().opened_in == robot.id
    robot.panel_of_plan.form.focus_path("due_date")
    robot.type("14-01-2017")
    robot.press_button("Move to the next review")
    moved = point()
    assert moved.due_date > home.database.today()
    assert moved.opened_in == robot.id
    assert "moved to the review of" in moved.remark
    robot.press_button("Closed today")
    assert (point().state, point().closed_on) == ("CLOSED", home.database.today())
    robot.press("Ctrl+Z")
    robot.press("Ctrl+Z")
    assert (point().state, point().due_date.isoformat(), point().remark) == ("OPEN", "2017-01-14", "")


def test_one_goes_back_from_an_action_point_to_the_review_it_was_opened_in(window, home):
    robot = RosterRobot(window, home, start(home, "REVIEW"))
    next(verb for verb in robot.panel.verbs if verb.text() == "New action point").trigger()
    assert window.pages.name == "plan"
    robot.press("Alt+Left")
    assert window.pages.name == "activities"
    assert window.page.spot().record == robot.id
    robot.press("Alt+Left")
    assert window.page.on_list
    robot.open_page("plan")
    assert not window.page.tab.on_list
    robot.press("Alt+Left")
    assert window.page.tab.on_list


def test_no_other_meeting_offers_an_action_point(window, home):
    robot = RosterRobot(window, home, start(home))
    assert "New action point" not in [verb.text() for verb in robot.panel.verbs]
