"""The roster with large letters on a small screen: nothing is cut, and the cell stays in sight."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from fieldapp.homes import Exchange
from fieldapp.ui.desk import Office
from fieldapp.ui.theme import Theme
from tests.robots.robot import cut_words
from tests.robots.roster import RosterRobot, person, start
from tests.ui.conftest import NOW

KEY = Qt.Key


@pytest.fixture
def large(home, make_window, request) -> RosterRobot:
    """A sheet at 200 % text in a window of 1093x580."""
    window = make_window(request.param, Theme(scale=200))
    desk = window.make_desk(home.services, home.actor, None, lambda: NOW, Office(), Exchange.of(home))
    window.open_desk(desk)
    window.resize(1093, 580)
    rows = [person(n, age=15 if n == 20 else 30, present=1) for n in range(1, 31)]
    return RosterRobot(window, home, start(home, "CHAI_SAMOSA", *rows))


@pytest.mark.parametrize("large", ["hi", "en"], indirect=True)
def test_at_200_per_cent_nothing_of_the_roster_is_cut(large):
    assert cut_words(large.panel.roster) == []
    large.keys(KEY.Key_F11)
    assert cut_words(large.panel.roster) == []


@pytest.mark.parametrize("large", ["hi", "en"], indirect=True)
def test_at_200_per_cent_the_cell_and_its_problem_are_seen_together(large):
    large.keys(KEY.Key_F10)
    assert large.here == (19, "name")
    QApplication.processEvents()
    grid, line, panel = large.grid, large.line, large.panel.roster
    cell = grid.visualRect(grid.currentIndex())
    top = grid.viewport().mapTo(panel, cell.topLeft()).y()
    bottom = line.mapTo(panel, QPoint(0, line.height())).y()
    assert 0 <= top < bottom <= panel.height() + 1
    assert "18" in line.words
