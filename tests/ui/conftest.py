"""A practice home and the real window at it, for every test of the user interface."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from pytestqt.qtbot import QtBot

from fieldapp import homes
from fieldapp.app import FrontDoor
from fieldapp.domain.fields import Name
from fieldapp.homes import Exchange, OpenHome
from fieldapp.language import Language
from fieldapp.storage.state import OWN_CENTRE, Centre
from fieldapp.ui.desk import Office
from fieldapp.ui.main_window import MainWindow
from fieldapp.ui.theme import Theme
from tests.robots.robot import Robot

NOW = datetime(2017, 1, 14, 6, 12, 7, tzinfo=UTC)
NAME = Name("प्रज्ञा केंद्र कसमार", "Pragya Kendra Kasmar")
NUMBER = "100000000015"
PRACTICE = Theme(practice=True)  # as the homes are: one look for all, for dressing every widget takes 0.2 s


@pytest.fixture(autouse=True)
def nothing_remembered(tmp_path: Path) -> None:
    """What the window remembers on a computer goes into the test's own folder."""
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "remembered"))


@pytest.fixture(scope="session")
def template_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice home that is made once and copied for each test."""
    folder = tmp_path_factory.mktemp("template") / "home"
    centre = Centre(OWN_CENTRE, NUMBER, NAME.hi, NAME.en, "")
    homes.new_centre(folder, centre, practice=True, clock=lambda: NOW).close()
    return folder


@pytest.fixture
def home(tmp_path: Path, template_home: Path) -> Iterator[OpenHome]:
    """An invented centre's home; its clock stands at NOW."""
    folder = tmp_path / "home"
    shutil.copytree(template_home, folder, ignore=shutil.ignore_patterns("ballast"))
    opened = homes.open_home(folder, clock=lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture
def make_window(qtbot: QtBot) -> Iterator[Callable[..., MainWindow]]:
    """Makes windows that are shown, and closed at the end of the test."""
    made: list[MainWindow] = []

    def make(language: str = "en", theme: Theme | None = None, **given) -> MainWindow:
        window = MainWindow(Language.named(language), theme or PRACTICE, **given)
        made.append(window)
        with qtbot.waitExposed(window):
            window.show()
            window.activateWindow()
        return window

    yield make
    for window in made:
        window.close()
        window.deleteLater()
    # Without an event loop nobody else would; and every window that is left is dressed again with each look.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(home: OpenHome, make_window: Callable[..., MainWindow]) -> MainWindow:
    """The window, open at the practice home; it closes before the home does, as in life."""
    made = make_window()
    office = Office(NAME, NUMBER, practice=True)
    desk = made.make_desk(home.services, home.actor, None, lambda: NOW, office, Exchange.of(home))
    made.open_desk(desk)
    return made


@pytest.fixture
def robot(window: MainWindow) -> Robot:
    """Hands and eyes at the window."""
    return Robot(window)


@pytest.fixture
def door(made_centre: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[FrontDoor]:
    """The whole program, in English, at a practice home in block Kasmar."""
    shutil.copytree(made_centre, tmp_path / "home")
    opened = FrontDoor(tmp_path / "home", language="en", practice=True)
    opened.window.show()
    opened.window.activateWindow()
    opened.begin()
    qtbot.waitUntil(lambda: opened.window.desk is not None and opened.window.frame.at_work, timeout=30_000)
    yield opened
    opened.window.close()
    opened.close()
    opened.window.deleteLater()
