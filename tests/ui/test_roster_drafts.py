"""What stands unsaved in the grid can be told and taken up again: the ground drafts stand on."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from fieldapp.domain.records import PaymentTry
from tests.robots.roster import RosterRobot, person, start

KEY = Qt.Key


@pytest.fixture
def opened(window, home) -> Callable[..., RosterRobot]:
    """Opens a Chai-Samosa session with these rows."""
    return lambda *rows: RosterRobot(window, home, start(home, "CHAI_SAMOSA", *rows))


def test_the_place_is_told_by_row_number_and_column(opened):
    roster = opened(person(7), person(9))
    roster.go(1, "tries", 1)
    assert roster.grid.place() == "rows/9/tries:2"
    roster.go(2, "name")
    assert roster.grid.place() == "rows/0/name"
    assert roster.grid.typing() is None


def test_words_in_an_open_line_are_told_and_put_back_unsaved(opened):
    roster = opened(person(7))
    roster.go(0, "relation")
    roster.keys("Bir")
    assert roster.grid.typing() == ("rows/7/relation", "Bir")
    roster.keys(KEY.Key_Escape)
    roster.go(0, "age")
    roster.grid.resume("rows/7/relation", "Bir")
    assert roster.grid.typing() == ("rows/7/relation", "Bir")
    assert not roster.row().relation
    roster.keys("sa", KEY.Key_Return)
    assert roster.row().relation.en == "Birsa"


def test_a_name_in_the_waiting_row_is_put_back(opened):
    roster = opened(person(1))
    roster.grid.resume("rows/0/name", "Budhni")
    assert roster.grid.typing() == ("rows/0/name", "Budhni")
    roster.keys(KEY.Key_Return)
    assert roster.row(1).name.en == "Budhni"


@pytest.mark.parametrize("keys", ["a7014", "c12!f", "u5?"])
def test_a_payment_that_was_not_left_is_put_back_as_it_was_typed(opened, keys):
    roster = opened(person(7))
    roster.go(0, "tries")
    roster.keys(keys)
    told, before = roster.grid.typing(), roster.grid.roster.row_at(0).tries
    roster.keys(KEY.Key_Escape)
    roster.go(0, "age")
    roster.grid.resume(*told)
    assert roster.grid.roster.row_at(0).tries == before
    assert roster.row().tries == ()


def test_a_receipt_number_that_was_corrected_replaces_the_old_one_when_put_back(opened):
    roster = opened(person(7, tries=(PaymentTry(slot=1, mode="CARD", amount_paise=100, result="OK"),)))
    roster.go(0, "tries")
    roster.keys("55")
    told = roster.grid.typing()
    roster.keys(KEY.Key_Escape)
    roster.grid.resume(*told)
    assert [one.reference_number for one in roster.grid.roster.row_at(0).tries] == ["55"]


def test_resuming_without_words_only_goes_there(opened):
    roster = opened(person(7))
    roster.grid.resume("rows/7/age", None)
    assert roster.here == (0, "age")
    assert roster.grid.typing() is None


@pytest.mark.parametrize("path", ["rows/99/age", "rows/7/unknown", "venue", ""])
def test_a_place_that_is_no_more_changes_nothing(opened, path):
    roster = opened(person(7))
    roster.go(0, "age")
    roster.grid.resume(path, "x")
    assert roster.here == (0, "age")
    assert roster.grid.typing() is None
