"""The roster grid driven by keys in the real window: what is in the database after each cell."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import PaymentTry
from fieldapp.ui.theme import current
from tests.robots.roster import CONTROL, SHIFT, RosterRobot, person, start

KEY = Qt.Key


@pytest.fixture
def full(window, home) -> Callable[..., RosterRobot]:
    """Opens a Chai-Samosa session with these rows."""

    def opened(*rows, **given) -> RosterRobot:
        return RosterRobot(window, home, start(home, "CHAI_SAMOSA", *rows, **given))

    return opened


@pytest.fixture
def roster(full) -> RosterRobot:
    """A session in which nobody stands yet."""
    return full(expected=38)


def test_a_whole_person_is_keyed_without_the_mouse(roster):
    enter = KEY.Key_Return
    roster.keys("Budhni Soren", enter, "Birsa Soren", enter, "f", enter, "46", enter, "t", enter, enter)
    roster.keys("Khairachatar", enter, "5000000021", enter, " ", enter, "l", enter, "y", enter)
    roster.keys("c", enter, "a7014", enter, " ", enter, " ", enter)
    row = roster.row()
    assert (row.name, row.relation.en) == (Name("बुधनी सोरेन", "Budhni Soren"), "Birsa Soren")
    assert (row.gender, row.age) == ("F", 46)
    assert (row.category, row.pwd, row.village.words) == ("ST", False, "Khairachatar")
    assert (row.mobile, row.present, row.mark, row.consent) == ("5000000021", 1, "THUMB", "YES")
    assert [(one.slot, one.mode, one.reference_number) for one in row.tries] == [
        (1, "CARD", ""),
        (2, "AEPS", "7014"),
    ]
    assert row.chai
    assert row.samosa
    assert roster.here == (1, "name")
    assert roster.shown(0, "tries", 2) == "2/2"
    assert roster.panel.roster.funnel.figures["Second payment"] == 1


def test_a_cell_is_saved_when_it_is_left_and_not_before(roster):
    roster.keys("Budhni", KEY.Key_Return)
    roster.go(0, "gender")
    roster.keys("f")
    assert roster.row().gender == ""
    roster.keys(KEY.Key_Tab)
    assert roster.row().gender == "F"


def test_leaving_the_grid_saves_the_line_that_is_open(roster, qtbot):
    roster.keys("Budhni")
    roster.line.field.show()
    roster.line.field.setFocus()
    qtbot.waitUntil(lambda: len(roster.rows()) == 1)
    assert roster.row().name.en == "Budhni"


def test_the_empty_row_becomes_real_only_with_a_value(roster):
    roster.keys(KEY.Key_Return, KEY.Key_Return, KEY.Key_Down, KEY.Key_Up)
    assert roster.rows() == ()
    roster.go(0, "gender")
    roster.keys("f", (KEY.Key_Return, CONTROL))
    assert roster.row().gender == "F"
    assert roster.here == (1, "name")
    assert roster.grid.roster.rowCount() == 2


def test_values_of_the_row_above_are_offered_and_taken_by_enter(full):
    above = person(1, gender="F", category="ST", village=PlaceRef("k", "खैराचातर"), consent="YES")
    roster = full(above)
    roster.go(1, "name")
    roster.keys("Sita", KEY.Key_Return, KEY.Key_Return)
    assert roster.grid.roster.offered(1, roster.column("gender")) == "F"
    roster.keys(KEY.Key_Return)
    assert roster.row(1).gender == "F"
    roster.go(1, "category")
    roster.keys(KEY.Key_Down)
    assert roster.row(1).category == ""
    roster.go(1, "village")
    roster.keys(KEY.Key_Tab)
    assert roster.row(1).village == PlaceRef("k", "खैराचातर")


def test_shift_tab_goes_back_and_arrows_go_up_and_down(full):
    roster = full(person(1), person(2))
    roster.go(1, "name")
    roster.keys((KEY.Key_Backtab, SHIFT))
    assert roster.here == (0, "samosa")
    roster.keys(KEY.Key_Down)
    assert roster.here == (1, "samosa")
    roster.keys(KEY.Key_Up)
    assert roster.here == (0, "samosa")


def test_escape_gives_up_what_was_typed_in_the_cell(roster):
    roster.keys("Budhni", KEY.Key_Return)
    roster.go(0, "gender")
    roster.keys("m", KEY.Key_Escape, KEY.Key_Tab)
    assert roster.row().gender == ""
    roster.go(0, "age")
    roster.keys("46", KEY.Key_Escape, KEY.Key_Tab)
    assert roster.row().age == 0


def test_f3_inserts_before_and_ctrl_f3_after(full):
    roster = full(person(1), person(2))
    roster.go(1, "gender")
    roster.keys(KEY.Key_F3)
    assert [row.row for row in roster.rows()] == [1, 3, 2]
    assert roster.here == (1, "name")
    roster.go(0, "gender")
    roster.keys((KEY.Key_F3, CONTROL))
    assert [row.row for row in roster.rows()] == [1, 4, 3, 2]
    assert roster.here == (1, "name")


def test_f4_takes_a_row_out_and_undo_brings_it_back(full):
    roster = full(person(1, gender="F"), person(2, gender="M"))
    roster.go(0, "gender")
    roster.keys(KEY.Key_F4)
    assert [row.row for row in roster.rows()] == [2]
    roster.keys((KEY.Key_Z, CONTROL))
    assert [row.row for row in roster.rows()] == [1, 2]
    roster.keys((KEY.Key_Y, CONTROL))
    assert [row.row for row in roster.rows()] == [2]


def test_what_was_refused_before_anything_else_of_a_person_was_kept_stays_with_that_person(roster):
    roster.go(0, "age")
    roster.keys("x", KEY.Key_Return)
    roster.go(0, "relation")
    roster.keys("Ramesh", KEY.Key_Return)
    model, age = roster.grid.roster, roster.column("age")
    assert [model.refusal_at(row, age) is not None for row in (0, 1)] == [True, False]
    roster.go(0, "age")
    roster.keys("30", KEY.Key_Return)
    assert roster.row().age == 30
    assert model.refusals == {}


def test_the_current_cell_is_seen_where_it_is_when_rows_above_it_come_and_go(full):
    roster = full()
    roster.panel.opened.add_rows((person(1), person(2)))
    roster.go(1, "age")
    for key in (KEY.Key_Z, KEY.Key_Y, KEY.Key_Z):
        roster.keys((key, CONTROL))
        place = roster.grid.visualRect(roster.grid.currentIndex())
        frame = roster.grid.viewport().grab().toImage().pixelColor(place.left(), place.center().y())
        assert frame.name() == current().colours.accent


def test_f4_leaves_the_cursor_where_it_was_on_the_person_who_moved_up(full):
    roster = full(*(person(n) for n in range(1, 5)))
    for row, left_on in ((1, 1), (2, 2), (1, 1)):
        roster.go(row, "gender")
        roster.keys(KEY.Key_F4)
        assert roster.here == (left_on, "gender")


def test_f4_strikes_a_row_that_a_printed_sheet_shows_and_again_brings_it_back(full):
    roster = full(person(1), person(2))
    roster.panel.opened.issue_sheet("EXPECTED")
    roster.go(0, "name")
    roster.keys(KEY.Key_F4)
    assert [row.struck for row in roster.rows()] == [True, False]
    roster.go(0, "gender")
    roster.keys("f", KEY.Key_Tab)
    assert roster.row().gender == ""
    roster.keys(KEY.Key_F4)
    assert [row.struck for row in roster.rows()] == [False, False]


def test_f3_adds_at_the_end_once_a_sheet_pins_the_order(full):
    roster = full(person(1), person(2))
    roster.panel.opened.issue_sheet("EXPECTED")
    roster.go(0, "name")
    roster.keys(KEY.Key_F3)
    assert [row.row for row in roster.rows()] == [1, 2, 3]
    assert roster.here == (2, "name")


def test_f6_asks_for_the_row_in_the_line_below(full):
    roster = full(*(person(n) for n in range(1, 31)))
    roster.keys(KEY.Key_F6)
    roster.keys("17", KEY.Key_Return)
    assert roster.here == (16, "name")
    assert not roster.line.field.isVisible()


def test_f7_jumps_through_the_sticky_fields(roster):
    roster.keys("Budhni", KEY.Key_Return, KEY.Key_F7)
    assert roster.here == (0, "gender")
    roster.keys(KEY.Key_F7)
    assert roster.here == (0, "category")


def test_ctrl_d_takes_the_value_of_the_row_above(full):
    roster = full(person(1, relation=Name("राजेश", "Rajesh")), person(2))
    roster.go(1, "relation")
    roster.keys((KEY.Key_D, CONTROL), KEY.Key_Tab)
    assert roster.row(1).relation == Name("राजेश", "Rajesh")


def test_a_failed_payment_asks_for_its_reason_in_the_line_below(roster):
    roster.keys("Budhni", KEY.Key_Return)
    roster.go(0, "present")
    roster.keys(" ")
    roster.go(0, "tries")
    roster.keys("a!")
    assert "Finger" in roster.line.words
    roster.keys("f")
    assert "Card" in roster.line.words
    roster.keys("c", KEY.Key_Return)
    assert [(one.mode, one.result) for one in roster.row().tries] == [("AEPS", "FAILED"), ("CARD", "OK")]
    assert roster.shown(0, "tries") == "Try 2: Card"


def test_a_question_mark_marks_a_payment_pending_and_opens_no_help(roster):
    roster.keys("Budhni", KEY.Key_Return)
    roster.go(0, "tries")
    roster.keys("u?", KEY.Key_Return)
    assert roster.row().tries[0].result == "PENDING"
    assert roster.shown(0, "tries") == "UPI ₹1 …"


def test_a_wrong_mobile_stays_red_in_its_cell_with_the_reason_and_is_not_stored(roster):
    roster.keys("Budhni", KEY.Key_Return)
    roster.go(0, "mobile")
    roster.keys("12345", KEY.Key_Tab)
    assert roster.row().mobile == ""
    assert roster.here == (0, "present")
    assert "10 digits" in roster.line.words, "who types on reads it under the next cell"
    roster.keys(KEY.Key_Tab)
    assert "10 digits" not in roster.line.words
    roster.keys(KEY.Key_F10)
    assert roster.here == (0, "mobile")
    assert "12345" in roster.shown(0, "mobile")
    assert "10 digits" in roster.line.words
    roster.keys("5000000021", KEY.Key_Tab)
    assert roster.row().mobile == "5000000021"


def test_an_aadhaar_number_is_neither_stored_nor_left_on_the_screen(roster):
    roster.keys("Budhni", KEY.Key_Return)
    roster.go(0, "name")
    roster.keys("999941057058", KEY.Key_Tab)
    assert roster.row().name.en == "Budhni"
    assert roster.shown(0, "name") == ""
    roster.go(0, "name")
    assert "Aadhaar" in roster.line.words


def test_an_age_that_cannot_be_stays_red(roster):
    roster.keys("Budhni", KEY.Key_Return)
    roster.go(0, "age")
    roster.keys("130", KEY.Key_Tab)
    assert roster.row().age == 0
    assert roster.shown(0, "age") == "130"
    roster.go(0, "age")
    assert "120" in roster.line.words


def test_a_doubt_is_amber_and_f10_goes_to_it(full):
    roster = full(person(1), person(2, present=0, age=15))
    roster.keys(KEY.Key_F10)
    assert roster.here == (1, "name")
    assert "guardian" in roster.line.words
    assert roster.grid.roster.drawn(1, 0).problem == "soft"


def test_what_is_undone_is_shown_at_once(roster):
    roster.keys("Budhni", KEY.Key_Return)
    roster.go(0, "gender")
    roster.keys("f", KEY.Key_Tab)
    roster.keys((KEY.Key_Z, CONTROL))
    assert roster.shown(0, "gender") == ""


def test_a_finished_session_takes_nothing_but_a_pending_payment(full):
    pending = PaymentTry(slot=2, mode="UPI", amount_paise=100, result="PENDING")
    paid = PaymentTry(slot=1, mode="CARD", amount_paise=100, result="OK")
    roster = full(person(1, present=1, tries=(paid, pending)), trainer_name=Name("", "Meena"), expected=1)
    roster.panel.opened.finish(1, "", "NETWORK")
    assert roster.grid.roster.rowCount() == 1
    assert "locked" in roster.line.words
    roster.go(0, "gender")
    roster.keys("m", KEY.Key_Tab)
    assert roster.row().gender == ""
    roster.go(0, "tries", 1)
    roster.keys("?", KEY.Key_Tab)
    assert roster.row().tries[1].result == "OK"


def test_a_thousand_rows_are_drawn_only_where_they_are_looked_at(full):
    roster = full(*(person(n, age=30) for n in range(1, 1001)))
    roster.panel.grab()
    assert len(roster.grid.roster._drawn) < 1000
    assert roster.grid.go_to_row(1000)
    assert roster.here == (999, "name")


def test_the_same_rows_in_hindi(roster):
    roster.keys("बुधनी", KEY.Key_Return)
    assert roster.row().name == Name("बुधनी", "")
    assert roster.shown(0, "name") == "बुधनी"


def test_a_village_of_the_roster_is_offered_and_taken_by_down_and_enter(full):
    khairachatar = PlaceRef("place:1", "Khairachatar")
    roster = full(person(1, village=khairachatar), person(2))
    roster.go(1, "village")
    roster.keys("khai", KEY.Key_Down, KEY.Key_Return)
    assert roster.row(1).village == khairachatar
    assert roster.here == (1, "mobile")


def test_a_village_typed_on_past_the_offers_is_kept_as_typed(full):
    roster = full(person(1, village=PlaceRef("place:1", "Khairachatar")), person(2), person(3))
    roster.go(1, "village")
    roster.keys("Khairabad", KEY.Key_Return)
    assert roster.row(1).village == PlaceRef("", "Khairabad")
    roster.go(2, "village")
    roster.keys("khairachatar", KEY.Key_Tab)
    assert roster.row(2).village == PlaceRef("place:1", "Khairachatar")


def test_escape_puts_the_offers_away_before_the_typing(full):
    roster = full(person(1, village=PlaceRef("place:1", "Khairachatar")), person(2))
    roster.go(1, "village")
    roster.keys("khai", KEY.Key_Escape, "r", KEY.Key_Return)
    assert roster.row(1).village == PlaceRef("", "khair")
