"""Every forbidden number in every written form, typed and pasted into everything of the window.

A seed is one number in one form, brought to every field and cell; afterwards it is nowhere in the home.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.guard import CARD, DRESSES, EVERY, laid_open, numbers_in

TEXTS = (*EVERY, *(dress(CARD) for dress in DRESSES.values()))
SAMPLE = 2
WHOLE = len(TEXTS)


def prove(seed: int, folder: Path) -> None:
    """One text."""
    from itertools import repeat

    from fieldapp.domain.codes import ActivityKind
    from tests.robots.guard import GuardRobot

    home, window = _opened(folder)
    try:
        robot = GuardRobot(window)
        texts = repeat(TEXTS[seed])
        robot.try_records(texts, paste=bool(seed % 2))
        for kind in ActivityKind:
            robot.try_activity(home, kind, texts, paste=not seed % 2)
        if numbers_in(laid_open(home)):
            raise AssertionError(f"{TEXTS[seed]!r} is in the home after {robot.tried} fields")
    finally:
        window.close()
        home.close()


def _opened(folder: Path):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QSettings
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from fieldapp.homes import Exchange, new_centre
    from fieldapp.language import Language
    from fieldapp.ui.desk import Office
    from fieldapp.ui.main_window import MainWindow
    from fieldapp.ui.theme import Theme
    from tests.conftest import CENTRE

    _ = QApplication.instance() or QApplication(sys.argv[:1])
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder / "remembered"))
    home = new_centre(
        folder / "home", CENTRE, practice=True, clock=lambda: datetime(2017, 1, 14, 6, tzinfo=UTC)
    )
    window = MainWindow(Language.named("en"), Theme())
    office = Office(practice=True)
    window.open_desk(
        window.make_desk(home.services, home.actor, None, home.database.clock, office, Exchange.of(home))
    )
    window.show()
    window.activateWindow()
    if not QTest.qWaitForWindowActive(window):
        raise AssertionError("the window does not come up")
    return home, window
