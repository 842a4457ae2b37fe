"""Hands and eyes at the roster of an activity, in the real window."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.homes import OpenHome
from fieldapp.ui.main_window import MainWindow
from tests.robots.robot import Robot, type_words

DAY = date(2017, 1, 14)
PLACE = PlaceRef("", "खैराचातर")


def start(home: OpenHome, kind: str = "CHAI_SAMOSA", *rows: RosterRow, **given) -> str:
    """Plan an activity with these rows, past the window; gives its id."""
    last = max((row.row for row in rows), default=0)
    service = home.services.activities
    saved = service.start(home.actor, kind, DAY, PLACE, rows=rows, last_row=last, **given)
    return saved.held.record.id


def person(number: int, **given) -> RosterRow:
    """An invented roster row, at the place its number says."""
    given.setdefault("name", Name("सुनीता देवी", "Sunita Devi"))
    return RosterRow(row=number, position=number * 1024, **given)


class RosterRobot(Robot):
    """One activity, open in the window with its roster."""

    def __init__(self, window: MainWindow, home: OpenHome, activity_id: str) -> None:
        super().__init__(window)
        self.home, self.id = home, activity_id
        assert QTest.qWaitForWindowActive(window)
        window.open_page("activities", activity_id)
        assert window.page is not None
        self.panel = window.page.panel
        self.grid = self.panel.roster.grid
        self.line = self.panel.roster.line
        self.grid.setFocus()
        self.go(0, "name")

    # ------------------------------------------------------------ hands

    def keys(self, *keys) -> None:
        """Press keys one after the other where the focus is.

        A string is typed letter by letter, a tuple is a key with its modifiers, anything else is a Qt key.
        """
        for key in keys:
            if isinstance(key, str):
                for letter in key:
                    type_words(self.focused() or self.grid, letter)
            elif isinstance(key, tuple):
                QTest.keyClick(self.focused() or self.grid, *key)
            else:
                QTest.keyClick(self.focused() or self.grid, key)

    def go(self, row: int, path: str, n: int = 0) -> None:
        """Make a cell the current one, as a click does."""
        self.grid.go(row, self.column(path, n))

    # ------------------------------------------------------------ eyes

    @property
    def here(self) -> tuple[int, str]:
        """The current cell: its row from 0 and the field of its column."""
        row, column = self.grid.here
        return row, self.grid.roster.columns[column].path

    def shown(self, row: int, path: str, n: int = 0) -> str:
        """The words in a cell."""
        return self.grid.roster.drawn(row, self.column(path, n)).text

    def column(self, path: str, n: int = 0) -> int:
        return [at for at, one in enumerate(self.grid.roster.columns) if one.path == path][n]

    def activity(self) -> Activity:
        """The activity as the database has it now."""
        return self.home.services.activities.get(self.home.actor, self.id).record

    def rows(self) -> tuple[RosterRow, ...]:
        """Its rows in printed order, as the database has them now."""
        return self.activity().in_order()

    def row(self, at: int = 0) -> RosterRow:
        return self.rows()[at]


CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
