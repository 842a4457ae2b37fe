"""The page Activities in the real window: the list, a new session, its fields, a row's person, finishing."""

from datetime import date

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from fieldapp.domain.codes import ActivityState
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import ONE_RUPEE, Activity, PaymentTry, Person, person_of_row
from fieldapp.services.records import Query
from fieldapp.ui.activities.dialog import NewActivityDialog, RowDialog
from fieldapp.ui.activities.finish_dialog import FinishDialog, FinishDraft
from fieldapp.ui.activities.funnel import stages_of
from fieldapp.ui.forms import Form
from fieldapp.ui.loading.dialog import LoadDialog
from fieldapp.ui.records.pick import PickDialog
from tests.robots.robot import cut_words, words
from tests.robots.roster import CONTROL, DAY, RosterRobot, person, start

KEY = Qt.Key


def paid(slot: int, mode: str = "CARD") -> PaymentTry:
    return PaymentTry(slot=slot, mode=mode, amount_paise=ONE_RUPEE, result="OK")


def listed(robot) -> list[list[str]]:
    """The words of every row of the list."""
    model = robot.window.page.listing.model
    return [
        [model.data(model.index(row, column)) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


# ---------------------------------------------------------------- opening one


def test_the_fields_of_an_activity_are_made_when_somebody_goes_there_and_filled_then(robot, home):
    robot.window.open_page("activities", start(home, venue=Name("पंचायत भवन", "Panchayat Bhawan")))
    panel = robot.window.page.panel
    assert panel.findChildren(Form) == []
    robot.press("F8")
    assert robot.field("Venue").text() == "पंचायत भवन"
    assert panel.findChildren(Form) == [panel.form]


# ---------------------------------------------------------------- the list


@pytest.mark.parametrize("language", ["hi", "en"])
def test_what_is_below_the_line_about_an_activity_stands_still_when_that_gets_longer(robot, home, language):
    record_id = start(home, "CHAI_SAMOSA", venue=Name("पंचायत भवन", "Panchayat Bhawan"))
    robot.window.resize(1093, 580)
    robot.window.speak(language)
    robot.window.open_page("activities", record_id)
    panel = robot.window.page.panel
    robot.window.grab()
    before = panel.roster.mapTo(panel, QPoint()).y()
    service = home.services.activities
    held = service.get(home.actor, record_id)
    trainer = Name("श्रीमती सुनीता देवी महतो " * 3, "Shrimati Sunita Devi Mahato " * 2)
    robot.window.desk.saved(
        service.save(home.actor, replace(held.record, trainer_name=trainer), held.version), None
    )
    robot.window.grab()
    assert panel._line.heightForWidth(panel._line.width()) > panel._line.fontMetrics().lineSpacing()
    assert panel.roster.mapTo(panel, QPoint()).y() == before


def test_the_list_says_who_came_who_completed_and_where_the_record_is(robot, home):
    rows = [person(1, present=1, tries=(paid(1), paid(2))), person(2, present=1), person(3)]
    start(home, "CHAI_SAMOSA", *rows, expected=38, title=Name("चाय", "Chai with us"))
    robot.open_page("activities")
    assert listed(robot) == [
        [
            "0001-Z",
            "Chai-Samosa training",
            "Chai with us",
            "14-01-2017",
            "खैराचातर",
            "2 / 38",
            "1",
            "Planned",
            "Not packed",
        ]
    ]


def test_where_nobody_signs_the_list_and_today_say_how_many_were_counted(robot, home):
    start(home, "MELA", expected=200, footfall=320)
    robot.open_page("activities")
    assert listed(robot)[0][5] == "320 / 200"
    robot.open_page("today")
    robot.window.page.reload()
    assert "320 present" in robot.read_page()


def test_enter_opens_a_record_and_escape_goes_back_to_it_in_the_list(robot, home):
    first, second = start(home, "MELA"), start(home, "WORKSHOP")
    robot.open_page("activities")
    page = robot.window.page
    page.listing.list.choose(first)
    robot.press("Enter")
    assert page.panel.opened.activity.id == first
    assert "Digital payment mela" in robot.read_heading()
    robot.press("Esc")
    assert page.on_list
    assert page.listing.list.chosen() == first
    assert second != first


def test_letters_typed_in_the_list_look_for_what_they_begin(robot, home, qtbot):
    start(home, "MELA", title=Name("", "Thane"))
    start(home, "CHAI_SAMOSA", title=Name("", "Kasmar"))
    robot.open_page("activities")
    robot.window.page.listing.list.setFocus()
    robot.type("thane")
    assert robot.window.page.listing.search.text() == "thane"
    qtbot.waitUntil(lambda: [row[2] for row in listed(robot)] == ["Thane"])


def test_letters_and_chips_narrow_the_list_down(robot, home, qtbot):
    start(home, "MELA", title=Name("", "Thane"))
    start(home, "CHAI_SAMOSA", title=Name("", "Kasmar"))
    robot.open_page("activities")
    listing = robot.window.page.listing
    robot.press("/")
    robot.type("thane")
    qtbot.waitUntil(lambda: len(listed(robot)) == 1)
    assert listed(robot)[0][2] == "Thane"
    robot.press("Esc")
    qtbot.waitUntil(lambda: len(listed(robot)) == 2)
    listing.chips["kind"].choose("CHAI_SAMOSA")
    assert [row[2] for row in listed(robot)] == ["Kasmar"]
    listing.chips["sync_state"].choose("RECEIVED")
    assert listed(robot) == []
    assert "Nothing matches" in robot.read_page()


def test_a_long_list_is_read_page_by_page(robot, home):
    service = home.services.activities
    for number in range(250):
        service.start(home.actor, "VISIT", date(2017, 1, 1 + number % 28))
    robot.open_page("activities")
    model = robot.window.page.listing.model
    assert (model.rowCount(), model.total) == (200, 250)
    model.fetchMore(model.index(-1, -1))
    assert model.rowCount() == 250
    assert len({model.held(row).record.id for row in range(250)}) == 250


# ---------------------------------------------------------------- a new session


def test_a_new_session_asks_kind_day_and_place_and_opens(robot, home):
    robot.open_page("activities")
    robot.press("Ctrl+N")
    dialog = robot.dialog()
    assert isinstance(dialog, NewActivityDialog)
    robot.choose("Type of programme", "Chai-Samosa training")
    place = dialog.form.editor("place").line
    place.setFocus()
    robot.type("Khairachatar")
    robot.press_button("Start")
    activity = robot.window.page.panel.opened.activity
    assert (activity.kind, activity.start_date) == ("CHAI_SAMOSA", DAY)
    assert activity.place == PlaceRef("", "Khairachatar")
    assert (activity.state, activity.printed_number) == ("PLANNED", "0001-Z")
    robot.window.activateWindow()  # without a screen no window manager does it when a dialog closes
    robot.press("Ctrl+Z")
    assert home.services.activities.page(home.actor, Query()).total == 0
    assert robot.window.page.on_list


def test_nothing_is_begun_when_the_question_is_given_up(robot, home):
    robot.open_page("activities")
    robot.press("Ctrl+N")
    robot.press_button("Cancel")
    assert home.services.activities.page(home.actor, Query()).total == 0


# ---------------------------------------------------------------- its own fields


def test_a_field_is_saved_when_it_is_left_and_undone(window, home):
    robot = RosterRobot(window, home, start(home))
    robot.press("F8")
    robot.type_into("Expected participants", "38")
    robot.press("Tab")
    assert robot.activity().expected == 38
    robot.keys((KEY.Key_Z, CONTROL))
    assert robot.activity().expected == 0
    assert "Saved" in robot.read_status()


def test_a_field_that_cannot_be_saved_says_why_below_it(window, home):
    robot = RosterRobot(window, home, start(home))
    robot.press("F8")
    robot.type_into("Last day", "01-01-2017")
    robot.press("Tab")
    assert robot.activity().end_date is None
    assert "lies before the first day" in robot.read_page()


def test_days_bring_a_column_each(window, home):
    robot = RosterRobot(window, home, start(home, "WORKSHOP", person(1)))
    robot.press("F8")
    robot.type_into("Last day", "15-01-2017")
    robot.press("Tab")
    robot.press("F8")
    robot.go(0, "present", 1)
    robot.keys(" ", KEY.Key_Return)
    assert robot.row().present == 0b10
    assert robot.activity().state == ActivityState.HELD


# ---------------------------------------------------------------- a row and its person


def test_a_note_about_a_row_is_kept(window, home):
    robot = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1)))
    robot.keys((KEY.Key_N, CONTROL))
    dialog = robot.dialog()
    assert isinstance(dialog, RowDialog)
    robot.type_into("Remarks", "came late")
    robot.press("Esc")
    assert robot.row().remarks == "came late"


def test_a_row_becomes_a_person_of_its_own(window, home):
    robot = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1, mobile="5000000021")))
    robot.keys((KEY.Key_N, CONTROL))
    robot.press_button("Keep as a person")
    row = robot.row()
    assert row.person == person_of_row(robot.id, person(1))
    kept = home.services.people.get(home.actor, row.person).record
    assert (kept.name, kept.mobile) == (row.name, "5000000021")


def test_a_known_person_fills_what_the_row_does_not_say_yet(window, home):
    people = home.services.people
    known = Person(
        id=people.new_id(), name=Name("सुनीता देवी", "Sunita Devi"), relation=Name("राजेश", ""), gender="F"
    )
    people.save(home.actor, known)
    robot = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1, relation=Name("मनोज", ""))))
    robot.keys((KEY.Key_N, CONTROL))
    robot.press_button("A known person…")
    assert isinstance(robot.dialog(), PickDialog)
    robot.press("Enter")
    row = robot.row()
    assert (row.person, row.gender) == (known.id, "F")
    assert row.relation == Name("मनोज", "")


# ---------------------------------------------------------------- finishing


@pytest.fixture
def session(window, home) -> RosterRobot:
    """Two present, one of them with one payment; everything else that is asked for is there."""
    rows = [person(1, present=1, tries=(paid(1), paid(2))), person(2, present=1, tries=(paid(1),))]
    return RosterRobot(window, home, start(home, "CHAI_SAMOSA", *rows, trainer_name=Name("मीना", "Meena")))


def test_the_count_on_paper_is_asked_before_any_number_shows(session):
    session.press("F12")
    dialog = session.dialog()
    assert isinstance(dialog, FinishDialog)
    assert not any(character.isdigit() for character in "".join(words(dialog)))


def test_nothing_behind_the_dialog_tells_how_many_are_present_until_the_count_is_typed(session):
    def seen() -> QImage:
        return session.window.page.grab().toImage()

    session.press("F12")
    two = seen()
    session.press("Esc")
    session.window.activateWindow()  # without a screen no window manager does it when a dialog closes
    session.home.services.activities.add_row(
        session.home.actor, session.id, session.panel.opened.version, person(3, present=1)
    )
    session.panel.reload()
    session.press("F12")
    assert seen() == two
    session.keys("7", KEY.Key_Return)
    assert seen() != two
    session.press_button("Count again")
    assert seen() == two
    session.window.resize(session.window.width() + 40, session.window.height())
    wider = seen()
    added = wider.copy(wider.width() - 60, 0, 60, wider.height())
    blank = added.copy()
    blank.fill(added.pixelColor(0, 0))
    assert added == blank
    session.press("Esc")
    assert seen() != wider


def test_an_equal_count_and_one_reason_for_all_open_payments_finish(session):
    session.press("F12")
    session.keys("2", KEY.Key_Return)
    assert "1 who were present" in session.read_window()
    session.keys("n", KEY.Key_Return)
    activity = session.activity()
    assert (activity.state, activity.signatures_counted, activity.count_reason) == ("FINISHED", 2, "")
    assert [row.open_reason for row in activity.in_order()] == ["", "NETWORK"]
    assert "locked" in session.line.words
    assert "finished and locked" in session.read_message()


def test_another_count_needs_a_reason(session):
    session.press("F12")
    session.keys("3", KEY.Key_Return)
    assert "You counted 3; on the screen 2 are marked present." in session.read_window()
    session.keys("one signed twice")
    session.press_button("N  No network")
    session.press_button("Finish")
    activity = session.activity()
    assert (activity.signatures_counted, activity.count_reason) == (3, "one signed twice")


def test_what_is_missing_is_shown_at_its_field_before_anything_is_asked(window, home):
    robot = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1, present=1)))
    robot.press("F12")
    assert robot.dialog() is None
    assert "The name of the trainer is missing." in robot.read_page()
    assert robot.activity().state != "FINISHED"


def test_going_back_to_the_roster_finishes_nothing(session):
    session.press("F12")
    session.keys("2", KEY.Key_Return)
    session.press_button("Back to the roster")
    assert session.activity().state != "FINISHED"


@pytest.mark.parametrize(
    ("draft", "complete"),
    [
        (FinishDraft(present=2, open_payments=0), False),
        (FinishDraft(present=2, open_payments=0, signatures=2), True),
        (FinishDraft(present=2, open_payments=1, signatures=2), False),
        (FinishDraft(present=2, open_payments=1, signatures=2, open_reason="PIN"), True),
        (FinishDraft(present=2, open_payments=0, signatures=3), False),
        (FinishDraft(present=2, open_payments=0, signatures=3, count_reason="  "), False),
        (FinishDraft(present=2, open_payments=0, signatures=3, count_reason="torn"), True),
    ],
)
def test_a_finish_is_complete_when_nothing_is_left_to_ask(draft, complete):
    assert draft.complete is complete


# ---------------------------------------------------------------- the rest


def test_looking_at_the_sheet_pins_nothing_and_printing_it_does(window, home):
    robot = RosterRobot(window, home, start(home, "CHAI_SAMOSA", person(1), person(2)))
    papers = []
    window.hub.preview.connect(papers.append)
    robot.keys((KEY.Key_P, CONTROL))
    assert papers[0].make_pdf().startswith(b"%PDF")
    assert robot.activity().sheets == ()
    papers[0].note_taken()
    (sheet,) = robot.activity().sheets
    assert (sheet.number, sheet.kind, sheet.rows, sheet.copies) == (1, "EXPECTED", "1,2", 1)


def test_the_funnel_counts_struck_rows_nowhere():
    rows = (
        person(1, present=1, gender="F", tries=(paid(1), paid(2))),
        person(2, present=1, gender="M", tries=(paid(1),)),
        person(3, present=1, struck=True, tries=(paid(1), paid(2))),
    )
    chai = Activity(id="0" * 32, kind="CHAI_SAMOSA", rows=rows, expected=38)
    assert [stage.count for stage in stages_of(chai)] == [38, 2, 2, 1, 0]
    workshop = Activity(id="0" * 32, kind="WORKSHOP", rows=rows)
    assert [(stage.label.msgid, stage.count) for stage in stages_of(workshop)] == [
        ("Expected", 2),
        ("Present", 2),
        ("Women", 1),
        ("Men", 1),
    ]


@pytest.mark.parametrize("language", ["en", "hi"])
def test_no_words_are_cut_in_the_smallest_window(session, language):
    session.window.speak(language)
    assert cut_words(session.panel) == []
    session.press("F8")
    assert cut_words(session.panel) == []
    session.press("Esc")
    assert cut_words(session.window.page) == []


def test_a_list_of_people_is_asked_for_by_key_and_giving_it_up_leaves_one_in_the_sheet(robot, home, qtbot):
    record_id = start(home, "WORKSHOP", person(1))
    robot.window.open_page("activities", record_id)
    grid = robot.window.page.panel.roster.grid
    qtbot.waitUntil(grid.hasFocus)
    robot.press("Ctrl+I")
    dialog = robot.dialog()
    assert isinstance(dialog, LoadDialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    robot.press("Esc")
    robot.window.activateWindow()
    qtbot.waitUntil(robot.window.isActiveWindow)
    assert grid.hasFocus()
