"""Typing at five keys a second in the real window while every fsync takes 80 ms, as on a worn hard disk."""

import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fieldapp.ui.activities.written import WrittenTable
from tests.bench.measure import Line
from tests.faults.killing import make_home
from tests.faults.window_typist import opened
from tests.robots.fsyncs import Fsyncs
from tests.robots.robot import keystroke

FSYNC = 0.08
KEY_EVERY = 0.2
SHOWN_WITHIN = 0.15
NAMES = ("सुनीता देवी", "बुधनी सोरेन", "रामेश्वर महतो", "मीना")
ENTER = (Qt.Key.Key_Return,)
NEXT_ROW = (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
WORDS = {"relation": "राम", "gender": "f", "age": "34", "category": "g", "village": "कसमार"}
WORDS |= {"mobile": "5000000001", "present": " ", "mark": "s", "consent": "y"}

Key = str | tuple[Qt.Key | Qt.KeyboardModifier, ...]


def names(_grid: WrittenTable) -> Iterator[Key]:
    """Name and father's name, and the next row."""
    for name in NAMES:
        yield from (*name, ENTER, *WORDS["relation"], NEXT_ROW)


def every_cell(grid: WrittenTable) -> Iterator[Key]:
    """Enter through every cell: where a cell takes one key, every second key saves."""
    for name in NAMES:
        row = grid.here[0]
        while grid.here[0] == row:
            cell = grid.roster.columns[grid.here[1]].key
            yield from name if cell == "name" else WORDS.get(cell, "")
            yield ENTER


def lines(folder: Path) -> Iterator[Line]:
    """How late the latest key was painted, against what nobody notices. No key may be lost."""
    app = QApplication.instance() or QApplication([])
    make_home(folder / "home")
    door = opened(folder / "home")
    Fsyncs(door.home.database.engine, lambda: time.sleep(FSYNC))
    services, actor = door.home.services, door.home.actor
    activity = services.activities.page(actor).items[0].record.id
    door.window.open_page("activities", activity)
    grid = door.window.page.panel.roster.grid
    for typist, how in ((every_cell, "every cell"), (names, "names")):
        begun = len(services.activities.get(actor, activity).record.rows)
        grid.go(begun, 0)
        grid.setFocus()
        latest = type_evenly(app, typist(grid))
        grid.commit()
        kept = services.activities.get(actor, activity).record.in_order()[begun:]
        if [(row.name.hi, row.relation.hi) for row in kept] != [(name, WORDS["relation"]) for name in NAMES]:
            raise AssertionError(f"keys were lost: {kept}")
        if typist is every_cell and {(row.age, row.mobile, row.present) for row in kept} != {
            (34, WORDS["mobile"], 1)
        }:
            raise AssertionError(f"keys were lost: {kept}")
        yield Line(f"latest key shown, fsync 80 ms, {how}", latest, SHOWN_WITHIN, "150 ms", "<= 1.0")
    door.window.close()
    door.close()


def type_evenly(app: QApplication, keys: Iterator[Key]) -> float:
    """Press a key every fifth of a second; how many seconds after its turn the latest had been painted."""
    latest, begun = 0.0, time.monotonic()
    for n, key in enumerate(keys, start=1):
        due = begun + n * KEY_EVERY
        while (left := due - time.monotonic()) > 0:
            QTest.qWait(max(1, round(left * 1000)))
        keystroke(key)
        app.processEvents()
        latest = max(latest, time.monotonic() - due)
    return latest
