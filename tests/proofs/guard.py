"""Every forbidden number in every written form, typed and pasted into everything of the window.

A seed is one number in one form, brought to every field and cell; afterwards it is nowhere in the home, on
none of its papers, and in no file it sends.
"""

import os
import sys
from pathlib import Path

from tests.guard import CARD, DRESSES, EVERY, carried, laid_open, numbers_in, printed

TEXTS = (*EVERY, *(dress(CARD) for dress in DRESSES.values()))
SAMPLE = 1
WHOLE = len(TEXTS)


def prove(seed: int, folder: Path) -> None:
    """One text."""
    from itertools import repeat

    from fieldapp.domain.codes import ActivityKind
    from tests.robots.guard import GuardRobot
    from tests.sync.exchange import Exchange, make_template

    exchange = Exchange(make_template(folder))
    home = exchange.centre.home
    window = _opened(folder, home)
    try:
        robot = GuardRobot(window)
        texts = repeat(TEXTS[seed])
        robot.try_records(texts, paste=bool(seed % 2))
        for kind in ActivityKind:
            robot.try_activity(home, kind, texts, paste=not seed % 2)
        _look(exchange, f"{TEXTS[seed]!r} after {robot.tried} fields")
    finally:
        window.close()
        exchange.close()


def _look(exchange, tried: str) -> None:
    """Everything the centre keeps, prints and sends, and what its head office makes of that."""
    files = exchange.send()
    exchange.deliver(*files)
    centre, office = exchange.centre.home, exchange.hq.home
    found = {
        "in the home": laid_open(centre),
        "on paper": printed(centre),
        "in a sync file": "\n".join(carried(file, office) for file in files),
        "at head office": laid_open(office),
    }
    for where, words in found.items():
        if numbers_in(words):
            raise AssertionError(f"{where}: {tried}")


def _opened(folder: Path, home):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QSettings
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from fieldapp.homes import Exchange
    from fieldapp.language import Language
    from fieldapp.ui.desk import Office
    from fieldapp.ui.main_window import MainWindow
    from fieldapp.ui.theme import Theme

    _ = QApplication.instance() or QApplication(sys.argv[:1])
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder / "remembered"))
    window = MainWindow(Language.named("en"), Theme())
    office = Office(practice=True)
    window.open_desk(
        window.make_desk(home.services, home.actor, None, home.database.clock, office, Exchange.of(home))
    )
    window.show()
    window.activateWindow()
    if not QTest.qWaitForWindowActive(window):
        raise AssertionError("the window does not come up")
    return window
