"""What makes keying quick: grey values in one key, known people, find, one reason for all, scanners."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import PaymentTry
from fieldapp.ui.activities.dialog import RowDialog
from fieldapp.ui.widgets.offer_list import OfferList
from tests.robots.robot import visible
from tests.robots.roster import CONTROL, SHIFT, RosterRobot, person, start

KEY = Qt.Key
KASMAR = PlaceRef("", "Kasmar")


def paid(slot: int, number: str = "", mode: str = "CARD") -> PaymentTry:
    return PaymentTry(slot=slot, mode=mode, amount_paise=100, result="OK", reference_number=number)


@pytest.fixture
def opened(window, home) -> Callable[..., RosterRobot]:
    """Opens a Chai-Samosa session with these rows."""
    return lambda *rows, kind="CHAI_SAMOSA": RosterRobot(window, home, start(home, kind, *rows))


def whole(number: int, **given):
    """A row in which every sticky field is filled."""
    given = {
        "gender": "F",
        "category": "ST",
        "village": KASMAR,
        "present": 1,
        "mark": "THUMB",
        "consent": "YES",
        "chai": True,
        "samosa": True,
        "tries": (paid(1, "701400000001"), paid(2, "701400000002", "UPI")),
    } | given
    return person(number, **given)


# ---------------------------------------------------------------- grey values


def test_f9_takes_the_grey_values_on_the_way_to_the_next_empty_cell(opened):
    roster = opened(whole(1))
    roster.go(1, "name")
    roster.keys("Sita", KEY.Key_Return, "Ramu", KEY.Key_F9)
    assert roster.here == (1, "age")
    assert roster.row(1).gender == "F"
    roster.keys("46", KEY.Key_F9)
    assert roster.here == (1, "mobile")
    assert (roster.row(1).age, roster.row(1).category, roster.row(1).village) == (46, "ST", KASMAR)
    assert not roster.row(1).present
    roster.keys("5000000021", KEY.Key_F9)
    assert roster.here == (1, "tries")
    assert (roster.row(1).present, roster.row(1).mark, roster.row(1).consent) == (1, "THUMB", "YES")
    assert roster.row(1).tries == ()


def test_the_last_f9_takes_chai_and_samosa_and_goes_to_the_next_row(opened):
    roster = opened(whole(1), person(2))
    roster.go(1, "tries", 1)
    roster.keys("u55", KEY.Key_F9)
    assert roster.here == (2, "name")
    assert (roster.row(1).chai, roster.row(1).samosa) == (True, True)


def test_f9_is_one_save_and_one_step_of_undo_with_the_cell_it_leaves(opened):
    roster = opened(whole(1), person(2))
    roster.go(1, "age")
    roster.keys("46", KEY.Key_F9, (KEY.Key_Z, CONTROL))
    assert (roster.row(1).age, roster.row(1).category, roster.row(1).village) == (0, "", PlaceRef())


def test_a_key_that_means_nothing_in_a_cell_holds_out_those_that_do(opened):
    roster = opened(person(1))
    roster.go(0, "gender")
    assert roster.line.property("look") != "banner-hint"
    roster.keys("3")
    assert roster.line.property("look") == "banner-hint"
    assert all(key in roster.line.words for key in "MFT")
    roster.keys("f")
    assert roster.line.property("look") != "banner-hint"


def test_f9_makes_no_row_of_the_empty_one(opened):
    roster = opened(whole(1))
    roster.go(1, "name")
    roster.keys(KEY.Key_F9, KEY.Key_F9, KEY.Key_F9)
    assert len(roster.rows()) == 1


def test_enter_never_takes_a_payment_from_above(opened):
    roster = opened(whole(1), person(2))
    roster.go(1, "tries")
    assert roster.grid.roster.offered(1, roster.column("tries")) == "Card"
    roster.keys(KEY.Key_Return, KEY.Key_Return)
    assert roster.row(1).tries == ()


def test_a_receipt_number_typed_into_an_empty_payment_takes_the_mode_from_above(opened):
    roster = opened(whole(1), person(2))
    roster.go(1, "tries", 1)
    assert "as above" in roster.line.words
    roster.keys("7014", KEY.Key_Return)
    assert [(one.slot, one.mode, one.reference_number) for one in roster.row(1).tries] == [(2, "UPI", "7014")]


def test_a_receipt_number_without_any_mode_is_kept_and_the_mode_is_asked(opened):
    roster = opened(person(1))
    roster.go(0, "tries")
    roster.keys("701400000009", KEY.Key_Return)
    assert roster.row().tries[0].reference_number == "701400000009"
    assert roster.shown(0, "tries") == "Which mode? …"
    roster.keys(KEY.Key_F10)
    assert roster.here == (0, "tries")
    assert "Which mode of payment was it?" in roster.line.words
    roster.keys("a", KEY.Key_Return)
    assert (roster.row().tries[0].mode, roster.row().tries[0].reference_number) == ("AEPS", "701400000009")


@pytest.mark.parametrize(("path", "key"), [("mark", "s"), ("tries", "c"), ("chai", " "), ("samosa", "y")])
def test_who_signs_pays_or_eats_is_present(opened, path, key):
    roster = opened(person(1))
    roster.go(0, path)
    roster.keys(key, KEY.Key_Tab)
    assert roster.row().present == 1


def test_presence_that_was_taken_back_stays_so(opened):
    roster = opened(person(1, present=1, mark="SIGNATURE"))
    roster.go(0, "present")
    roster.keys(" ", KEY.Key_Tab, KEY.Key_Tab, KEY.Key_Tab)
    assert roster.row().present == 0


# ---------------------------------------------------------------- scanners


def test_a_scanner_under_a_hindi_layout_types_the_number_it_read(opened):
    roster = opened(whole(1), person(2))
    roster.go(1, "tries")
    roster.keys("७०१४१२३४५६७८", KEY.Key_Return)
    assert roster.row(1).tries[0].reference_number == "701412345678"
    assert roster.here == (1, "tries")
    roster.keys("ै७०", KEY.Key_Tab)  # the W key of the InScript layout
    assert (roster.row(1).tries[1].mode, roster.row(1).tries[1].reference_number) == ("WALLET", "70")
    roster.go(1, "tries")
    roster.keys("ऊूब१२", KEY.Key_Return)
    assert roster.row(1).tries[0].reference_number == "TTY12"


def test_a_failed_payment_is_marked_under_a_hindi_layout_too(opened):
    roster = opened(person(1))
    roster.go(0, "tries")
    roster.keys("मऍि", KEY.Key_Return)
    assert [(one.mode, one.result, one.reason) for one in roster.row().tries] == [
        ("CARD", "FAILED", "FINGERPRINT")
    ]


# ---------------------------------------------------------------- people who are known


@pytest.fixture
def known(home) -> None:
    """Budhni Soren of Kasmar was at an earlier session."""
    start(
        home,
        "CHAI_SAMOSA",
        person(
            1,
            name=Name("बुधनी सोरेन", "Budhni Soren"),
            relation=Name("बिरसा सोरेन", "Birsa Soren"),
            gender="F",
            age=40,
            category="ST",
            village=KASMAR,
            mobile="5000000021",
            tries=(paid(1, "701400000077"),),
        ),
    )


def offered(roster: RosterRobot) -> list[str]:
    """The words in the list that is open below a line."""
    lists = list(visible(roster.window, OfferList))
    return [one.item(at).text() for one in lists for at in range(one.count())]


@pytest.mark.usefixtures("known")
def test_a_known_name_offers_the_person_and_down_enter_takes_them(opened, qtbot):
    roster = opened(person(1))
    roster.go(1, "name")
    roster.keys("budhni")
    qtbot.waitUntil(lambda: offered(roster) != [])
    assert offered(roster) == ["Budhni Soren · Birsa Soren · Kasmar"]
    roster.keys(KEY.Key_Down, KEY.Key_Return)
    row = roster.row(1)
    assert (row.name.hi, row.relation.en, row.gender, row.category) == ("बुधनी सोरेन", "Birsa Soren", "F", "ST")
    assert (row.village, row.mobile) == (KASMAR, "5000000021")
    assert row.person
    assert roster.here == (1, "present")


@pytest.mark.usefixtures("known")
def test_going_on_typing_ignores_who_is_offered(opened, qtbot):
    roster = opened(person(1))
    roster.go(1, "name")
    roster.keys("budhni")
    qtbot.waitUntil(lambda: offered(roster) != [])
    roster.keys(" Devi", KEY.Key_Return)
    assert (roster.row(1).name.en, roster.row(1).person) == ("Budhni Devi", "")
    assert roster.here == (1, "relation")


@pytest.mark.usefixtures("known")
def test_down_at_once_waits_for_no_clock(opened):
    roster = opened(person(1))
    roster.go(1, "name")
    roster.keys("budhni", KEY.Key_Down, KEY.Key_Return)
    assert roster.row(1).mobile == "5000000021"


@pytest.mark.usefixtures("known")
def test_a_person_who_is_known_here_is_hinted_beside_the_name(opened):
    roster = opened(person(1))
    roster.go(1, "name")
    roster.keys("Budhni Soren", KEY.Key_Return, "Birsa Soren", KEY.Key_Return)
    assert roster.grid.roster.drawn(1, 0).problem == ""
    roster.go(1, "village")
    roster.keys("Kasmar", KEY.Key_Return)
    roster.go(1, "name")
    assert roster.grid.roster.drawn(1, 0).problem == "soft"
    assert "is known here" in roster.line.words


@pytest.mark.usefixtures("known")
def test_the_same_mobile_in_a_family_says_nothing(opened):
    roster = opened(person(1), person(2, mobile="5000000021", name=Name("लखन", "Lakhan")))
    roster.go(0, "mobile")
    roster.keys("5000000021", KEY.Key_Return)
    assert [roster.grid.roster.problems_at(at, roster.column("mobile")) for at in (0, 1)] == [[], []]


@pytest.mark.usefixtures("known")
def test_a_receipt_number_of_another_session_is_amber(opened):
    roster = opened(person(1))
    roster.go(0, "tries")
    roster.keys("c701400000077", KEY.Key_Return)
    roster.go(0, "tries")
    assert "session 0001-Z of 14-01-2017" in roster.line.words
    assert roster.grid.roster.drawn(0, roster.column("tries")).problem == "soft"


@pytest.mark.usefixtures("known")
def test_a_sheet_that_is_opened_again_shows_what_is_known_elsewhere(opened, qtbot):
    roster = opened(person(1, present=1, tries=(paid(1, "701400000077"),)))
    qtbot.waitUntil(lambda: roster.grid.roster.drawn(0, roster.column("tries")).problem == "soft")


# ---------------------------------------------------------------- find, one reason for all


def test_ctrl_f_finds_in_any_script_and_enter_goes_to_the_next(opened):
    rows = [person(n) for n in range(1, 9)]
    rows[2] = person(3, name=Name("बुधनी सोरेन", ""))
    rows[6] = person(7, name=Name("", "Budhni Murmu"))
    roster = opened(*rows)
    roster.keys((KEY.Key_F, CONTROL), "budhni")
    assert roster.here == (2, "name")
    roster.keys(KEY.Key_Return)
    assert roster.here == (6, "name")
    roster.keys(KEY.Key_Return)
    assert roster.here == (2, "name")
    roster.keys((KEY.Key_Return, SHIFT))
    assert roster.here == (6, "name")
    roster.keys(KEY.Key_Escape)
    assert roster.focused() is roster.grid
    assert roster.here == (6, "name")


def test_ctrl_f_finds_the_last_digits_of_a_mobile_and_a_receipt_number(opened):
    roster = opened(person(1), person(2, mobile="5000004711"), person(3, tries=(paid(1, "701499887766"),)))
    roster.keys((KEY.Key_F, CONTROL), "4711")
    assert roster.here[0] == 1
    roster.keys(KEY.Key_Escape, (KEY.Key_F, CONTROL), "९९८८७७")
    assert roster.here[0] == 2


def test_ctrl_f_says_when_nobody_is_found(opened):
    roster = opened(person(1))
    roster.keys((KEY.Key_F, CONTROL), "zzz")
    assert "Nobody is found." in roster.read_page()


def test_f11_gives_one_reason_to_everybody_with_open_payments(opened):
    roster = opened(whole(1), person(2, present=1), person(3, present=1, tries=(paid(1),)), person(4))
    roster.keys(KEY.Key_F11)
    assert "2 have open payments" in roster.line.words
    roster.keys("n")
    assert [row.open_reason for row in roster.rows()] == ["", "NETWORK", "NETWORK", ""]
    assert roster.focused() is roster.grid
    roster.keys((KEY.Key_Z, CONTROL))
    assert [row.open_reason for row in roster.rows()] == ["", "", "", ""]


def test_f11_can_be_answered_with_the_mouse_and_given_up(opened):
    roster = opened(person(1, present=1))
    roster.keys(KEY.Key_F11, KEY.Key_Escape)
    assert roster.row().open_reason == ""
    roster.keys(KEY.Key_F11)
    roster.press_button("B  Balance")
    assert roster.row().open_reason == "BALANCE"


def test_f11_says_when_nothing_is_open(opened):
    roster = opened(whole(1))
    roster.keys(KEY.Key_F11)
    assert "Nobody is left" in roster.line.words


def test_the_reason_goes_when_both_payments_are_made(opened):
    roster = opened(whole(1, tries=(paid(1),), open_reason="NETWORK"))
    roster.go(0, "tries", 1)
    roster.keys("c5", KEY.Key_Return)
    assert roster.row().open_reason == ""


# ---------------------------------------------------------------- without a name, guardian, consent


def test_a_dash_counts_a_person_without_a_name(opened):
    roster = opened(person(1, mobile="5000000021", relation=Name("", "Ram"), age=40, gender="F"))
    roster.keys("-", KEY.Key_Tab)
    row = roster.row()
    assert (row.anonymous, row.name, row.relation, row.mobile) == (True, Name(), Name(), "")
    assert (row.age, row.gender) == (40, "F")
    assert roster.shown(0, "name") == "No name"
    roster.keys((KEY.Key_Z, CONTROL))
    assert roster.row().name.en == "Sunita Devi"


def test_a_dash_in_the_waiting_row_counts_one_more(opened):
    roster = opened(person(1))
    roster.go(1, "name")
    roster.keys("-", KEY.Key_Return)
    assert roster.row(1).anonymous
    roster.go(1, "name")
    roster.keys("Sita", KEY.Key_Return)
    assert (roster.row(1).anonymous, roster.row(1).name.en) == (False, "Sita")


def test_f10_at_a_minor_leads_on_to_the_guardian_in_the_row_panel(opened):
    roster = opened(person(1), person(2, age=15), person(3, age=16))
    roster.keys(KEY.Key_F10)
    assert roster.here == (1, "name")
    roster.keys(KEY.Key_F10)
    dialog = roster.dialog()
    assert isinstance(dialog, RowDialog)
    roster.type("Meena Devi")
    assert roster.focused().accessibleName().startswith("Guardian")
    dialog.accept()
    assert roster.row(1).guardian == "Meena Devi"
    roster.window.activateWindow()
    roster.grid.setFocus()
    roster.keys(KEY.Key_F10)
    assert roster.here == (2, "name")


def test_f10_goes_on_past_a_minor_whose_guardian_nobody_knows(opened):
    roster = opened(person(1, age=15), person(2, age=16))
    roster.keys(KEY.Key_F10)
    assert isinstance(roster.dialog(), RowDialog)
    roster.dialog().accept()
    roster.window.activateWindow()
    roster.grid.setFocus()
    roster.keys(KEY.Key_F10)
    assert roster.here == (1, "name")


def test_consent_taken_from_above_notes_the_notice_in_force(opened):
    roster = opened(whole(1), person(2))
    roster.go(1, "consent")
    roster.keys(KEY.Key_Return)
    assert roster.row(1).consent == "YES"
    assert roster.row(1).notice_version > 0


# ---------------------------------------------------------------- clipboard


def test_a_cell_is_copied_and_pasted(opened):
    roster = opened(person(1, mobile="5000000021", relation=Name("", "Ram")), person(2))
    roster.go(0, "mobile")
    roster.keys((KEY.Key_C, CONTROL), KEY.Key_Down, (KEY.Key_V, CONTROL), KEY.Key_Tab)
    assert roster.row(1).mobile == "5000000021"


def test_several_rows_are_copied_as_a_table(opened):
    roster = opened(person(1, age=41), person(2, age=42), person(3, age=43))
    roster.go(0, "age")
    roster.keys((KEY.Key_Down, SHIFT), (KEY.Key_Down, SHIFT), (KEY.Key_C, CONTROL))
    assert QApplication.clipboard().text() == "41\n42\n43"
    roster.keys((KEY.Key_A, CONTROL), (KEY.Key_C, CONTROL))
    lines = QApplication.clipboard().text().split("\n")
    assert lines[1].split("\t")[:1] == ["Sunita Devi"]
    assert "42" in lines[1].split("\t")


def test_a_pasted_table_is_handed_on_and_nothing_is_typed(opened, qtbot):
    roster = opened(person(1))
    QApplication.clipboard().setText("Sita\t40\nGita\t41\n")
    with qtbot.waitSignal(roster.grid.rows_pasted) as handed:
        roster.keys((KEY.Key_V, CONTROL))
    assert handed.args == ["Sita\t40\nGita\t41"]
    assert roster.row().name.en == "Sunita Devi"


def test_a_table_pasted_into_an_open_line_is_handed_on_too(opened, qtbot):
    roster = opened(person(1))
    QApplication.clipboard().setText("Sita\t40\nGita\t41\n")
    roster.go(0, "relation")
    roster.keys("R")
    with qtbot.waitSignal(roster.grid.rows_pasted):
        roster.keys((KEY.Key_V, CONTROL))


def test_ctrl_s_saves_the_cell_and_stays(opened):
    roster = opened(person(1))
    roster.go(0, "gender")
    roster.keys("f", (KEY.Key_S, CONTROL))
    assert roster.row().gender == "F"
    assert roster.here == (0, "gender")


# ---------------------------------------------------------------- forbidden numbers, ears


@pytest.mark.parametrize("path", ["name", "relation", "village", "mobile", "age"])
def test_an_aadhaar_number_vanishes_from_every_cell_it_is_typed_into(opened, path):
    roster = opened(person(1))
    roster.go(0, path)
    roster.keys("999941057058", KEY.Key_Tab)
    assert roster.shown(0, path) == ""
    roster.go(0, path)
    roster.keys(KEY.Key_F2)
    line = roster.focused()
    assert "9999" not in line.text()
    assert not line.isUndoAvailable()
    assert "9999" not in str(roster.activity())


def test_an_aadhaar_number_that_is_no_receipt_of_the_day_vanishes_from_a_payment(opened):
    roster = opened(person(1))
    roster.go(0, "tries")
    roster.keys("c999941057058", KEY.Key_Tab)
    assert "9999" not in roster.shown(0, "tries")
    assert "9999" not in str(roster.activity())


def test_a_cell_says_row_column_value_and_problem(opened):
    roster = opened(person(1), person(2, age=15, gender="F"))
    spoken = roster.grid.roster.data(roster.grid.roster.index(1, 0), int(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken.startswith("Row 2, Name, Sunita Devi, Under 18")
    roster.go(0, "mobile")
    roster.keys("12345", KEY.Key_Tab)
    index = roster.grid.roster.index(0, roster.column("mobile"))
    spoken = roster.grid.roster.data(index, int(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken.startswith("Row 1, Mobile number, 12345, Mobile number must have 10 digits")
