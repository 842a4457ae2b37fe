"""Killing the window while somebody types in it, and looking what is there when it is opened again."""

import random
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from fieldapp.homes import OpenHome
from fieldapp.ui.page import Spot
from tests.faults.killing import look_sound, make_home
from tests.faults.window_typist import Cell, cells, main, opened
from tests.forked import started

BEHIND = 2.0
"""So many seconds of typing a power cut may cost."""

_LONGEST = 4.0


def kill_while_typing(folder: Path, seed: int) -> None:
    """One kill at a random moment. Raises AssertionError when more is gone than may be."""
    make_home(folder)
    typed, killed_at = typed_until_killed(folder, seed)
    app = QApplication.instance() or QApplication([])
    door = opened(folder)
    try:
        check(typed, killed_at, door.window.page.spot(), door.home)
        look_sound(door.home)
    finally:
        door.window.close()
        door.close()
        door.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert app


def typed_until_killed(folder: Path, seed: int) -> tuple[list[Cell], float]:
    """Let the typist type for a while and kill it; what it typed where, and when it was killed."""
    with started(main, str(folder), str(seed)) as typist:
        heard = [typist.stdout.readline()]
        typist.ends(random.Random(seed).uniform(0, _LONGEST))
        killed_at = time.monotonic()
        typist.kill()
        heard += typist.stdout.readlines()
    assert heard[0], "the typist did not come to type"
    return cells(heard), killed_at


def check(typed: list[Cell], killed_at: float, spot: Spot, home: OpenHome) -> None:
    """Hold what is there against what was typed."""
    kept = {(cell.record, cell.lands): cell.words() for cell in typed if cell.saved}
    last = typed[-1]
    for (record, path), words in kept.items():
        if (record, path) != (last.record, last.lands) or last.saved:
            assert stored(home, record, path) == words, f"{path} says not what was saved"
    recent = [cell for n, cell in enumerate(typed) if cell is last or typed[n + 1].at > killed_at - BEHIND]
    if typed[0].at < killed_at - BEHIND:
        assert (spot.record, spot.path) in {(cell.record, cell.path) for cell in recent}, f"opened at {spot}"
    if not last.saved:
        must, all_of_it = last.words(killed_at - BEHIND), last.words()
        there = spot.typed.get(last.path) or stored(home, last.record, last.lands)
        assert there.startswith(must), f"{len(must) - len(there)} letters are gone"
        assert all_of_it.startswith(there) or there in kept.values(), "words that were never typed there"


def stored(home: OpenHome, record_id: str, path: str) -> str:
    """The words of a cell as the database has them, '' where it has none yet."""
    if path.startswith("name"):
        return ""  # a person who was only begun
    found = home.services.activities.page(home.actor).items
    if record_id not in {one.record.id for one in found}:
        return ""
    activity = home.services.activities.get(home.actor, record_id).record
    parts = path.split("/")
    if parts[0] == "rows":
        row = activity.row(int(parts[1]))
        value = getattr(row, parts[2]) if row is not None else ""
    else:
        value = getattr(activity, parts[0])
    return value if isinstance(value, str) else getattr(value, "hi", "") or getattr(value, "words", "")
