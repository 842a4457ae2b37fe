"""Forbidden numbers, typed and pasted into everything of the window that takes words.

Here every field meets one of them; the proof 'guard' (tests/proofs) brings all to all.
"""

from itertools import cycle

import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from fieldapp.domain.codes import ActivityKind
from fieldapp.domain.records import Person
from tests.guard import EVERY, laid_open, numbers_in
from tests.robots.guard import GuardRobot


@pytest.fixture
def guard(window) -> GuardRobot:
    assert QTest.qWaitForWindowActive(window)
    return GuardRobot(window)


@pytest.mark.parametrize("paste", [True, False], ids=["pasted", "typed"])
def test_no_field_of_a_record_takes_a_number(guard, home, paste):
    guard.try_records(cycle(EVERY[::4]), paste=paste)
    assert guard.tried >= 50
    assert numbers_in(laid_open(home)) == []


@pytest.mark.parametrize(
    ("kind", "paste"), [(ActivityKind.CHAI_SAMOSA, False), (ActivityKind.WORKSHOP, True)]
)
def test_no_field_or_cell_of_an_activity_takes_a_number(guard, home, kind, paste):
    guard.try_activity(home, kind, cycle(EVERY[1::4]), paste=paste)
    assert guard.tried >= 40
    assert numbers_in(laid_open(home)) == []


def test_what_was_kept_before_stays_when_a_number_is_refused(guard, home):
    service = home.services.people
    kept = service.save(home.actor, Person(id=service.new_id(), notes="Speaks Santali")).held.record
    guard.window.open_page("people", kept.id)
    form = guard.window.page.tab.panel.form
    notes = form.editor("notes").inputs()[0]
    notes.setFocus()
    notes.moveCursor(QTextCursor.MoveOperation.End)
    guard.type(f" {EVERY[1]}")
    guard.press("Tab")
    assert notes.toPlainText() == "Speaks Santali"
    notes.setFocus()
    guard.press("Tab")
    assert service.get(home.actor, kept.id).record == kept
