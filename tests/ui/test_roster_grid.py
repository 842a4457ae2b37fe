"""The roster grid driven by keys, on a real home: what is in the database after each cell."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.ui.activities.actions import OpenActivity
from fieldapp.ui.activities.roster import RosterPanel
from tests.ui.practice import PracticeDesk, person

KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def type_letter(widget, letter: str) -> None:
    """One letter of any script (QTest.keyClicks knows Latin only)."""
    if letter.isascii():
        QTest.keyClicks(widget, letter)
    else:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(widget, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


class Roster:
    """The panel as a person has it before them: type, and look at cells and lines."""

    def __init__(self, at: PracticeDesk, activity_id: str, qtbot) -> None:
        self.at, self.id = at, activity_id
        self.open = OpenActivity(at.desk)
        self.panel = RosterPanel(at.desk, self.open, lambda _cell, _parent: None)
        self.open.changed.connect(self.show)
        self.grid = self.panel.grid
        qtbot.addWidget(self.panel)
        self.panel.resize(913, 470)
        self.open.open(activity_id)
        self.panel.show_activity(fresh=True)
        self.panel.show()
        self.panel.activateWindow()
        self.grid.setFocus()
        qtbot.waitUntil(self.grid.hasFocus)
        self.go(0, "name")

    def show(self) -> None:
        if self.panel.isVisible():
            self.panel.show_activity(fresh=False)

    def column(self, path: str, n: int = 0) -> int:
        return [at for at, one in enumerate(self.grid.roster.columns) if one.path == path][n]

    def go(self, row: int, path: str, n: int = 0) -> None:
        self.grid.go(row, self.column(path, n))

    def type(self, *keys) -> None:
        """Press keys one after the other, wherever the focus is; a string is typed letter by letter."""
        for key in keys:
            if isinstance(key, str):
                for letter in key:
                    type_letter(self.focused(), letter)
            elif isinstance(key, tuple):
                QTest.keyClick(self.focused(), *key)
            else:
                QTest.keyClick(self.focused(), key)

    def focused(self):
        return QApplication.focusWidget() or self.grid

    @property
    def here(self) -> tuple[int, str]:
        row, column = self.grid.here
        return row, self.grid.roster.columns[column].path

    def shown(self, row: int, path: str, n: int = 0) -> str:
        return self.grid.roster.drawn(row, self.column(path, n)).text

    def stored(self, row: int = 0):
        return self.at.rows(self.id)[row]


@pytest.fixture
def at(qapp, tmp_path):  # noqa: ARG001 (the application must be there first)
    practice = PracticeDesk(tmp_path)
    yield practice
    practice.close()


@pytest.fixture
def roster(at, qtbot):
    return Roster(at, at.start(expected=38), qtbot)


def full(at, qtbot, *rows, **given) -> Roster:
    last = max(row.row for row in rows)
    return Roster(at, at.start(rows=rows, last_row=last, **given), qtbot)


def test_a_whole_person_is_keyed_without_the_mouse(roster):
    enter = KEY.Key_Return
    roster.type("Budhni Soren", enter, "Birsa Soren", enter, "f", enter, "46", enter, "t", enter, enter)
    roster.type("Khairachatar", enter, "5000000021", enter, " ", enter, "l", enter, "y", enter)
    roster.type("c", enter, "a7014", enter, " ", enter, " ", enter)
    row = roster.stored()
    assert (row.name.en, row.relation.en, row.gender, row.age) == ("Budhni Soren", "Birsa Soren", "F", 46)
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
    assert roster.panel.funnel.figures["Second payment"] == 1


def test_a_cell_is_saved_when_it_is_left_and_not_before(roster):
    roster.type("Budhni", KEY.Key_Return)
    roster.go(0, "gender")
    roster.type("f")
    assert roster.stored().gender == ""
    roster.type(KEY.Key_Tab)
    assert roster.stored().gender == "F"


def test_leaving_the_grid_saves_the_line_that_is_open(roster, qtbot):
    roster.type("Budhni")
    roster.panel.line.number.show()
    roster.panel.line.number.setFocus()
    qtbot.waitUntil(lambda: len(roster.at.rows(roster.id)) == 1)
    assert roster.stored().name.en == "Budhni"


def test_the_empty_row_becomes_real_only_with_a_value(roster):
    roster.type(KEY.Key_Return, KEY.Key_Return, KEY.Key_Down, KEY.Key_Up)
    assert roster.at.rows(roster.id) == ()
    roster.go(0, "gender")
    roster.type("f", (KEY.Key_Return, CONTROL))
    assert roster.stored().gender == "F"
    assert roster.here == (1, "name")
    assert roster.grid.roster.rowCount() == 2


def test_values_of_the_row_above_are_offered_and_taken_by_enter(at, qtbot):
    above = person(1, gender="F", category="ST", village=PlaceRef("k", "खैराचातर"), consent="YES")
    roster = full(at, qtbot, above)
    roster.go(1, "name")
    roster.type("Sita", KEY.Key_Return, KEY.Key_Return)
    assert roster.grid.roster.offered(1, roster.column("gender")) == "F"
    roster.type(KEY.Key_Return)
    assert roster.stored(1).gender == "F"
    roster.go(1, "category")
    roster.type(KEY.Key_Down)
    assert roster.stored(1).category == ""
    roster.go(1, "village")
    roster.type(KEY.Key_Tab)
    assert roster.stored(1).village == PlaceRef("k", "खैराचातर")


def test_shift_tab_goes_back_and_arrows_go_up_and_down(at, qtbot):
    roster = full(at, qtbot, person(1), person(2))
    roster.go(1, "name")
    roster.type((KEY.Key_Backtab, SHIFT))
    assert roster.here == (0, "samosa")
    roster.type(KEY.Key_Down)
    assert roster.here == (1, "samosa")
    roster.type(KEY.Key_Up)
    assert roster.here == (0, "samosa")


def test_escape_gives_up_what_was_typed_in_the_cell(roster):
    roster.type("Budhni", KEY.Key_Return)
    roster.go(0, "gender")
    roster.type("m", KEY.Key_Escape, KEY.Key_Tab)
    assert roster.stored().gender == ""
    roster.go(0, "age")
    roster.type("46", KEY.Key_Escape, KEY.Key_Tab)
    assert roster.stored().age == 0


def test_f3_inserts_before_and_ctrl_f3_after(at, qtbot):
    roster = full(at, qtbot, person(1), person(2))
    roster.go(1, "gender")
    roster.type(KEY.Key_F3)
    assert [row.row for row in at.rows(roster.id)] == [1, 3, 2]
    assert roster.here == (1, "name")
    roster.go(0, "gender")
    roster.type((KEY.Key_F3, CONTROL))
    assert [row.row for row in at.rows(roster.id)] == [1, 4, 3, 2]
    assert roster.here == (1, "name")


def test_f4_takes_a_row_out_and_undo_brings_it_back(at, qtbot):
    roster = full(at, qtbot, person(1, gender="F"), person(2, gender="M"))
    roster.go(0, "gender")
    roster.type(KEY.Key_F4)
    assert [row.row for row in at.rows(roster.id)] == [2]
    at.desk.undo_last()
    assert [row.row for row in at.rows(roster.id)] == [1, 2]
    at.desk.redo_last()
    assert [row.row for row in at.rows(roster.id)] == [2]


def test_f4_strikes_a_row_that_a_printed_sheet_shows_and_again_brings_it_back(at, qtbot):
    roster = full(at, qtbot, person(1), person(2))
    roster.open.issue_sheet("EXPECTED")
    roster.go(0, "name")
    roster.type(KEY.Key_F4)
    assert [row.struck for row in at.rows(roster.id)] == [True, False]
    roster.go(0, "gender")
    roster.type("f", KEY.Key_Tab)
    assert roster.stored().gender == ""
    roster.type(KEY.Key_F4)
    assert [row.struck for row in at.rows(roster.id)] == [False, False]


def test_f3_adds_at_the_end_once_a_sheet_pins_the_order(at, qtbot):
    roster = full(at, qtbot, person(1), person(2))
    roster.open.issue_sheet("EXPECTED")
    roster.go(0, "name")
    roster.type(KEY.Key_F3)
    assert [row.row for row in at.rows(roster.id)] == [1, 2, 3]
    assert roster.here == (2, "name")


def test_f6_asks_for_the_row_in_the_line_below(at, qtbot):
    roster = full(at, qtbot, *(person(n) for n in range(1, 31)))
    roster.type(KEY.Key_F6)
    roster.type("17", KEY.Key_Return)
    assert roster.here == (16, "name")
    assert not roster.panel.line.number.isVisible()


def test_f7_jumps_through_the_sticky_fields(roster):
    roster.type("Budhni", KEY.Key_Return, KEY.Key_F7)
    assert roster.here == (0, "gender")
    roster.type(KEY.Key_F7)
    assert roster.here == (0, "category")


def test_ctrl_d_takes_the_value_of_the_row_above(at, qtbot):
    roster = full(at, qtbot, person(1, relation=Name("राजेश", "Rajesh")), person(2))
    roster.go(1, "relation")
    roster.type((KEY.Key_D, CONTROL), KEY.Key_Tab)
    assert roster.stored(1).relation == Name("राजेश", "Rajesh")


def test_a_failed_payment_asks_for_its_reason_in_the_line_below(roster):
    roster.type("Budhni", KEY.Key_Return)
    roster.go(0, "present")
    roster.type(" ")
    roster.go(0, "tries")
    roster.type("a!")
    assert "Fingerprint did not match" in roster.panel.line.words
    roster.type("f")
    assert "Card" in roster.panel.line.words
    roster.type("c", KEY.Key_Return)
    assert [(one.mode, one.result) for one in roster.stored().tries] == [("AEPS", "FAILED"), ("CARD", "OK")]
    assert roster.shown(0, "tries") == "Try 2: Card"


def test_a_question_mark_marks_a_payment_pending_and_opens_no_help(roster):
    roster.type("Budhni", KEY.Key_Return)
    roster.go(0, "tries")
    roster.type("u?", KEY.Key_Return)
    assert roster.stored().tries[0].result == "PENDING"
    assert roster.shown(0, "tries") == "UPI ₹1 …"


def test_a_wrong_mobile_stays_red_in_its_cell_with_the_reason_and_is_not_stored(roster):
    roster.type("Budhni", KEY.Key_Return)
    roster.go(0, "mobile")
    roster.type("12345", KEY.Key_Tab)
    assert roster.stored().mobile == ""
    assert roster.here == (0, "present")
    roster.type(KEY.Key_F10)
    assert roster.here == (0, "mobile")
    assert "12345" in roster.shown(0, "mobile")
    assert "10 digits" in roster.panel.line.words
    roster.type("5000000021", KEY.Key_Tab)
    assert roster.stored().mobile == "5000000021"


def test_an_aadhaar_number_is_neither_stored_nor_left_on_the_screen(roster):
    roster.type("Budhni", KEY.Key_Return)
    roster.go(0, "name")
    roster.type("999941057058", KEY.Key_Tab)
    assert roster.stored().name.en == "Budhni"
    assert roster.shown(0, "name") == ""
    roster.go(0, "name")
    assert "Aadhaar" in roster.panel.line.words


def test_an_age_that_cannot_be_stays_red(roster):
    roster.type("Budhni", KEY.Key_Return)
    roster.go(0, "age")
    roster.type("130", KEY.Key_Tab)
    assert roster.stored().age == 0
    assert roster.shown(0, "age") == "130"
    roster.go(0, "age")
    assert "120" in roster.panel.line.words


def test_a_doubt_is_amber_and_f10_goes_to_it(at, qtbot):
    roster = full(at, qtbot, person(1), person(2, present=0, age=15))
    roster.type(KEY.Key_F10)
    assert roster.here == (1, "name")
    assert "guardian" in roster.panel.line.words
    assert roster.grid.roster.drawn(1, 0).problem == "soft"


def test_what_is_undone_is_shown_at_once(roster):
    roster.type("Budhni", KEY.Key_Return)
    roster.go(0, "gender")
    roster.type("f", KEY.Key_Tab)
    roster.at.desk.undo_last()
    roster.open.open(roster.id)
    assert roster.shown(0, "gender") == ""


def test_a_finished_session_takes_nothing_but_a_pending_payment(at, qtbot):
    from fieldapp.domain.records import PaymentTry

    pending = PaymentTry(slot=2, mode="UPI", amount_paise=100, result="PENDING")
    paid = PaymentTry(slot=1, mode="CARD", amount_paise=100, result="OK")
    roster = full(
        at, qtbot, person(1, present=1, tries=(paid, pending)), trainer_name=Name("", "Meena"), expected=1
    )
    roster.open.finish(1, "", "NETWORK")
    assert roster.grid.roster.rowCount() == 1
    assert "locked" in roster.panel.line.words
    roster.go(0, "gender")
    roster.type("m", KEY.Key_Tab)
    assert roster.stored().gender == ""
    roster.go(0, "tries", 1)
    roster.type("?", KEY.Key_Tab)
    assert roster.stored().tries[1].result == "OK"


def test_a_thousand_rows_are_drawn_only_where_they_are_looked_at(at, qtbot):
    roster = full(at, qtbot, *(person(n, age=30) for n in range(1, 1001)))
    roster.panel.grab()
    assert len(roster.grid.roster._drawn) < 1000
    assert roster.grid.go_to_row(1000)
    assert roster.here == (999, "name")


def test_the_same_rows_in_hindi(roster):
    roster.type("बुधनी", KEY.Key_Return)
    assert roster.stored().name == Name("बुधनी", "")
    assert roster.shown(0, "name") == "बुधनी"
