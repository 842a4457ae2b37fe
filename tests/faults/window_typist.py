"""The real window, without a screen, and somebody who types in it until the process is killed or ended.

Its lines on standard output are what the parent holds it to:

    cell <seconds> <record id> <path> <path when saved>   the cursor is in this cell or field now
    key <seconds> <character>                             a key of a word was pressed and dealt with
    saved                                                 the cell was left, and the save has returned
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fieldapp.app import FrontDoor
from fieldapp.domain.fields import Name
from fieldapp.domain.records import RosterRow
from fieldapp.ui.ending import Ending
from tests.robots.robot import keystroke

WORDS = ("सुनीता देवी", "बुधनी सोरेन", "रामेश्वर महतो", "खैराचातर", "नकद रहित बोकारो", "चाय और समोसा")
PATIENCE = 60.0


def main(folder: str, seed: str) -> None:
    app = QApplication([])
    door = opened(Path(folder))
    Ending(app, door.window)
    places = (in_roster, in_roster, in_details, in_new_activity, in_new_person, in_row)
    places[int(seed) % len(places)](Typist(app, door, random.Random(seed)))
    door.close()


def opened(folder: Path) -> FrontDoor:
    """The program on a practice home, at work."""
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder.parent / "computer"))
    door = FrontDoor(folder, language="hi", practice=True)
    door.window.show()
    door.window.activateWindow()
    door.begin()
    until = time.monotonic() + PATIENCE
    while door.window.page is None:
        assert time.monotonic() < until, "the home did not open"
        QTest.qWait(5)
    assert QTest.qWaitForWindowActive(QApplication.activeModalWidget() or door.window)
    return door


class Typist:
    """Types at about ten keys a second and says what it does."""

    def __init__(self, app: QApplication, door: FrontDoor, chance: random.Random) -> None:
        self.app, self.window, self.chance = app, door.window, chance
        self.home = door.home
        self.saves = 0
        self.may_type = True
        self.window.hub.saved.connect(self._count)
        self.window.closing.connect(self._stop)

    def enter(self, lands: str = "") -> None:
        """Say where the cursor is; lands: the path its words will have when they are saved."""
        if not self.may_type:
            return
        spot = self.window.page.spot()
        say("cell", time.monotonic(), spot.record, spot.path, lands or spot.path)

    def words(self) -> None:
        """Type some words, a key at a time."""
        typed = " ".join(self.chance.choices(WORDS, k=self.chance.choice((1, 1, 3))))
        for letter in typed:
            self.wait(self.chance.uniform(0.03, 0.17))
            if not self.may_type:
                return
            keystroke(letter)
            say("key", time.monotonic(), letter)

    def leave(self) -> None:
        """Press the key that leaves the cell, and say so when that has saved it."""
        if not self.may_type:
            return
        before = self.saves
        keystroke((Qt.Key.Key_Tab,))
        if self.saves > before:
            say("saved")

    def wait(self, seconds: float) -> None:
        """Let the program live for a moment, as it does between two keys."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            QTest.qWait(max(1, round(left * 1000)))

    def _count(self) -> None:
        self.saves += 1

    def _stop(self) -> None:
        self.may_type = False


def in_roster(typist: Typist) -> None:
    """Names and villages of one row after the other, with a tick now and then."""
    typist.window.open_page("activities", an_activity(typist))
    grid = typist.window.page.panel.roster.grid
    grid.setFocus()
    row = 0
    while typist.may_type:
        for key in ("name", "relation", "village"):
            grid.go(row, next(at for at, one in enumerate(grid.roster.columns) if one.key == key))
            typist.enter(f"rows/{row + 1}/{key}")
            typist.words()
            typist.leave()
        row += 1


def in_details(typist: Typist) -> None:
    """The fields of an activity that hold words."""
    typist.window.open_page("activities", an_activity(typist))
    panel = typist.window.page.panel
    panel.show_details(on=True)
    while typist.may_type:
        for path in ("title/hi", "campaign", "venue/hi"):
            panel.form.focus_path(path)
            QApplication.focusWidget().selectAll()
            typist.enter()
            typist.words()
            typist.leave()


def in_new_activity(typist: Typist) -> None:
    """The dialog that keeps nothing before its button is pressed: its last words count."""
    typist.window.begin_new("activities")
    dialog = QApplication.activeModalWidget()
    while not dialog.isActiveWindow():
        QTest.qWait(5)
    dialog.form.focus_path("venue/hi")
    typist.enter()
    while typist.may_type:
        typist.words()


def in_row(typist: Typist) -> None:
    """The dialog of a row, which keeps a field when it is left: its last words count."""
    activity, services = an_activity(typist), typist.home.services.activities
    version = services.get(typist.home.actor, activity).version
    services.add_row(typist.home.actor, activity, version, RosterRow(name=Name("सुनीता देवी")))
    typist.window.open_page("activities", activity)
    typist.window.page.panel.row_person.show_row(1)
    dialog = QApplication.activeModalWidget()
    while not dialog.isActiveWindow():
        QTest.qWait(5)
    dialog.form.focus_path("remarks")
    typist.enter()
    while typist.may_type:
        typist.words()


def in_new_person(typist: Typist) -> None:
    """A record that has been begun and is not kept yet."""
    typist.window.begin_new("people")
    typist.window.page.tab.panel.form.focus_path("name/hi")
    typist.enter()
    while typist.may_type:
        typist.words()


def an_activity(typist: Typist) -> str:
    """The activity of the practice home."""
    services = typist.home.services
    return services.activities.page(typist.home.actor).items[0].record.id


def say(*words: object) -> None:
    print(json.dumps(words, ensure_ascii=False), flush=True)


# ---------------------------------------------------------------- what the parent makes of it


@dataclass
class Cell:
    """A cell the typist was in: since when, and the keys typed there with their times."""

    at: float
    record: str
    path: str
    lands: str
    keys: list[tuple[float, str]] = field(default_factory=list)
    saved: bool = False

    def words(self, until: float = float("inf")) -> str:
        """What had been typed there at a moment."""
        return "".join(letter for at, letter in self.keys if at <= until)


def cells(lines: list[str]) -> list[Cell]:
    """The cells of a typist's lines, in the order they were typed in; a half line is none."""
    found: list[Cell] = []
    hear: dict[str, Callable[..., object]] = {
        "cell": lambda *said: found.append(Cell(*said)),
        "key": lambda at, letter: found[-1].keys.append((at, letter)),
        "saved": lambda: setattr(found[-1], "saved", True),
    }
    for line in lines:
        if line.endswith("\n"):
            word, *rest = json.loads(line)
            hear[word](*rest)
    return found
