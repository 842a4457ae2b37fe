"""How many keys a person costs who came and paid twice: forty of them, through the real window.

A key combination is one key. Letters of names and digits of receipt numbers are not counted, for they cost
the same everywhere. The goal is 40 people in five minutes at five keys a second: 37.5 keys a person.
"""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fieldapp.domain.codes import Category, Consent, Gender, Mark, PaymentMode
from fieldapp.domain.records import RosterRow
from fieldapp.homes import Exchange
from fieldapp.language import Language
from fieldapp.ui.activities.columns import next_empty
from fieldapp.ui.desk import Office
from fieldapp.ui.main_window import MainWindow
from fieldapp.ui.theme import Theme
from tests.bench.measure import Line
from tests.bench.model import PEOPLE, session
from tests.bench.saving import centre
from tests.robots.roster import RosterRobot, start

GOAL = 5 * 60 * 5 / PEOPLE
_CODES = {"gender": Gender, "category": Category, "mark": Mark, "consent": Consent}
_TICKS = frozenset({"pwd", "present", "chai", "samosa"})
_ENTER, _GREY = Qt.Key.Key_Return, Qt.Key.Key_F9


class Typist:
    """Keys in the rows of a sheet one after the other and counts. grey: knows the key for grey values."""

    def __init__(self, robot: RosterRobot, *, grey: bool) -> None:
        self.robot, self.grid, self.grey = robot, robot.grid, grey
        self.counted = 0
        self.slowest = 0.0

    def key_in(self, at: int, wanted: RosterRow) -> None:
        """One person, from the name to the end of the row."""
        while self.grid.here[0] == at:
            self._fill(at, self.grid.here[1], wanted)
            took_grey = self.grey and self._all_grey_is_right(at, wanted)
            self._press(_GREY if took_grey else _ENTER)

    def _fill(self, at: int, column: int, wanted: RosterRow) -> None:
        roster = self.grid.roster
        of = roster.columns[column]
        above = roster.sticky(at, column)
        cell = of.cell
        value = cell.value(wanted)
        if of.path == "tries":
            self._pay(wanted, cell.slot, above)
        elif cell.is_empty(wanted) or value in (cell.value(roster.row_at(at)), above and cell.value(above)):
            return
        elif of.path in ("name", "relation"):
            self.robot.keys(value.en)
        elif of.path in _CODES:
            self._type(_CODES[of.path](value).key.lower())
        else:
            self._type(" " if of.path in _TICKS else cell.text(wanted, hindi=True))

    def _pay(self, wanted: RosterRow, slot: int, above: RosterRow | None) -> None:
        one = wanted.last_try(slot)
        before = above.last_try(slot) if above is not None else None
        if before is None or before.mode != one.mode:
            self._type(PaymentMode(one.mode).key.lower())
        self.robot.keys(one.reference_number)

    def _all_grey_is_right(self, at: int, wanted: RosterRow) -> bool:
        """Whether every grey value up to the next empty cell is what stands on the paper."""
        roster, column = self.grid.roster, self.grid.here[1]
        row = roster.row_at(at)
        for next_one in range(column + 1, len(roster.columns)):
            of = roster.columns[next_one]
            above = roster.sticky(at, next_one) if of.sticky else None
            if above is not None:
                if of.cell.value(above) != of.cell.value(wanted):
                    return False
            elif next_empty(roster.columns, row, at, next_one - 1) == (at, next_one):
                return True
        return True

    def _type(self, keys: str) -> None:
        self.counted += len(keys)
        self.robot.keys(keys)

    def _press(self, key: Qt.Key) -> None:
        self.counted += 1
        begin = time.perf_counter()
        QTest.keyClick(self.robot.focused() or self.grid, key)
        self.slowest = max(self.slowest, time.perf_counter() - begin)


def lines(folder: Path) -> Iterator[Line]:
    """Keys a person, with Enter alone and with the key for grey values; and the slowest Enter."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder / "remembered"))
    home = centre(folder / "home")
    window = MainWindow(Language.named("hi"), Theme())
    desk = window.make_desk(
        home.services, home.actor, None, lambda: datetime.now(UTC), Office(), Exchange.of(home)
    )
    window.open_desk(desk)
    window.show()
    slowest = 0.0
    for grey, how in ((False, "Enter alone"), (True, "Enter and F9")):
        robot = RosterRobot(window, home, start(home))
        typist = Typist(robot, grey=grey)
        sheet = session(1)
        for at, wanted in enumerate(sheet.in_order()):
            typist.key_in(at, wanted)
        robot.grid.commit()
        typed = [(row.name.en, row.age, row.mobile, row.completed()) for row in robot.rows()]
        if typed != [(row.name.en, row.age, row.mobile, 2) for row in sheet.in_order()]:
            raise AssertionError("what was typed is not what is kept")
        yield Line(f"keys a person, {how}", typist.counted / PEOPLE, GOAL, "the goal", "<= 1.0", "keys")
        slowest = max(slowest, typist.slowest)
    yield Line("slowest Enter of them, save included", slowest, 0.05, "what a hand notices", "<= 1.0")
    window.close()
    home.close()
    app.processEvents()
