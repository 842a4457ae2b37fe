"""Typing at five keys a second in the real window while every fsync takes 80 ms, as on a worn hard disk."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import event

from tests.bench.measure import Line
from tests.faults.window_killing import make_home
from tests.faults.window_typist import opened
from tests.robots.robot import type_words

FSYNC = 0.08
KEY_EVERY = 0.2
SHOWN_WITHIN = 0.15
NAMES = ("सुनीता देवी", "बुधनी सोरेन", "रामेश्वर महतो", "मीना")
NEXT_ROW = (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def slow_down(engine) -> None:
    """Let each commit that has written something take as long as an fsync of a worn disk."""
    changes, worn_disk = [0], threading.Event()

    def before_commit(connection) -> None:
        written = connection.connection.total_changes
        if written != changes[0]:
            changes[0] = written
            worn_disk.wait(FSYNC)

    event.listen(engine, "commit", before_commit)


def lines(folder: Path) -> Iterator[Line]:
    """How late the latest key was painted, against what nobody notices."""
    app = QApplication.instance() or QApplication([])
    make_home(folder / "home")
    door = opened(folder / "home")
    slow_down(door.home.database.engine)
    services, actor = door.home.services, door.home.actor
    activity = services.activities.page(actor).items[0].record.id
    door.window.open_page("activities", activity)
    door.window.page.panel.roster.grid.setFocus()
    keys = [key for name in NAMES for key in (*name, Qt.Key.Key_Tab, *name, NEXT_ROW)]
    latest, begun = 0.0, time.monotonic()
    for n, key in enumerate(keys):
        due = begun + (n + 1) * KEY_EVERY
        while (left := due - time.monotonic()) > 0:
            QTest.qWait(max(1, round(left * 1000)))
        target = QApplication.focusWidget()
        if isinstance(key, str):
            type_words(target, key)
        else:
            QTest.keyClick(target, *(key if isinstance(key, tuple) else (key,)))
        app.processEvents()
        latest = max(latest, time.monotonic() - due)
    door.window.close()
    door.close()
    yield Line("latest key shown, every fsync 80 ms", latest, SHOWN_WITHIN, "150 ms", "<= 1.0")
