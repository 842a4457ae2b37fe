"""The composition root: the one place that builds things and hands them on. It opens the window on a home.

    window painted -> home found or made (welcome, login) -> desk -> pages

The window is shown before any service, database or paper library is imported; those load in a thread of
their own while it stands there.
"""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from PySide6.QtCore import QObject, QSize, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyle

from fieldapp.domain.errors import EnvironmentProblem, FieldAppError, InvalidInput
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.language import Language, overlay_of
from fieldapp.ui import opening
from fieldapp.ui.desk import Desk
from fieldapp.ui.doors import Way
from fieldapp.ui.dropped import Dropped
from fieldapp.ui.main_window import MainWindow
from fieldapp.ui.messages import Offer, Tone
from fieldapp.ui.remembered import Remembered
from fieldapp.ui.tasks import Progress, TaskRunner
from fieldapp.ui.theme import Theme
from fieldapp.ui.widgets.icons import icon

# What is not seen at the start is read in when it is wanted: the first picture is what people wait for.
if TYPE_CHECKING:
    from fieldapp.homes import OpenHome
    from fieldapp.ui.go_to import Goal, Search
    from fieldapp.ui.welcome import WelcomePanel
    from fieldapp.ui.welcome_forms import Choice

PRACTICE_CENTRE = "practice-centre"
"""The folder of the practice home, beside the one for work."""

_NAME = "fieldapp"
_HOUR_MS = 3_600_000
_FIRST_LOOK_MS = 1_000
_LASTING = 50_000
_AT_ONCE, _AT_ONCE_BESIDE_READERS = 5, 200


def run(home: Path | None = None, *, language: str = "", practice: bool = False) -> int:
    """Open the window and stay until it is closed; gives the exit status.

    home: a folder, or the one that was used last. language: 'hi' or 'en', '' for the one spoken last.
    practice: a practice home, which is made where there is none. Raises EnvironmentProblem without a screen.
    """
    _need_a_screen()
    collect_rarely()
    app = QApplication([_NAME])
    QApplication.setApplicationName(_NAME)
    QApplication.setWindowIcon(icon("fieldapp", "#0b6e4f", 64))
    door = FrontDoor(home, language=language, practice=practice)
    show_whole(door.window, QGuiApplication.primaryScreen().availableSize())
    app.processEvents()  # it is painted now; the rest comes while somebody looks at it
    _watch_over(app, door.window)
    door.begin()
    status = app.exec()
    door.close()
    return status


def show_whole(window: MainWindow, room: QSize) -> None:
    """Show the window; where its size and a title bar have no room, it takes the room there is.

    Otherwise the status line would lie below the edge of the screen, or behind the desktop's own bar.
    """
    title = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    if room.width() < window.width() or room.height() < window.height() + title:
        window.showMaximized()
    else:
        window.show()


def collect_rarely() -> None:
    """Look for garbage in circles every 50,000 new objects instead of every 700.

    What a start reads in stays to the end; looking through it all again and again took a seventh of it.
    """
    gc.set_threshold(_LASTING)


def _watch_over(app: QApplication, window: MainWindow) -> None:
    from fieldapp.ui.bugs import keep_a_log, report_bugs_to
    from fieldapp.ui.ending import Ending

    keep_a_log(Path(platformdirs.user_log_dir(_NAME, appauthor=False)))
    report_bugs_to(window.messages)
    Ending(app, window)


def home_folder(name: str = "home") -> Path:
    """Where a home lies on this computer when no folder is named; practice has folders of its own."""
    return Path(platformdirs.user_data_dir(_NAME, appauthor=False)) / name


class FrontDoor(QObject):
    """Finds or makes the home, lets somebody in, and keeps the window and the home together until the end."""

    def __init__(
        self, folder: Path | None, *, language: str, practice: bool, power_supplies: Path | None = None
    ) -> None:
        """power_supplies: the folder in which Linux lists them, None for the computer's own."""
        super().__init__()
        self.remembered = Remembered()
        self._practice, self._named = practice, folder is not None
        self.folder = self._choose_folder(folder)
        self.home: OpenHome | None = None
        spoken = Language.named(language or self.remembered.language)
        look = replace(self.remembered.theme, practice=practice)
        self.window = MainWindow(spoken, look, power_supplies=power_supplies)
        self._opener = TaskRunner(self)
        self._welcome: WelcomePanel | None = None
        self._hour = QTimer(self)
        self._hour.setInterval(_HOUR_MS)
        self._hour.timeout.connect(lambda: self.window.hub.changed.emit(Touched()))
        self._first_look = QTimer(self)
        self._first_look.setInterval(_FIRST_LOOK_MS)
        self._first_look.setSingleShot(True)
        self._first_look.timeout.connect(self._load_the_rest)
        self.window.language_changed.connect(self._remember_language)
        self.window.look_changed.connect(self._remember_look)
        self.window.stillness.quiet.connect(self._move_log_into_database)
        self._dropped = Dropped(self.window)
        self.window.doors.another_asked.connect(self._change_person)
        self.window.hub.changed.connect(self._learn_places)
        self.window.hub.changed.connect(self._learn_name)
        self.window.hub.changed.connect(lambda _touched: self._index_what_came())
        self.window.tasks.ended.connect(lambda _task: self._go_on_indexing())
        self._indexing = False

    def begin(self) -> None:
        """Look for the home and open it, ask who is there, or ask what this computer is to be."""
        self.window.messages.clear()
        self._do(lambda: opening.look(self.folder), self._found, self._say_with_retry)

    def close(self) -> None:
        """Let go of the home; what was typed has been saved by the window."""
        self._hour.stop()
        self._first_look.stop()
        self._opener.close()
        if self.home is not None:
            self.home.close()
            self.home = None

    # ------------------------------------------------------------ which home

    def _choose_folder(self, folder: Path | None) -> Path:
        if folder is not None:
            return folder
        if self._practice:
            return home_folder(PRACTICE_CENTRE)
        return self.remembered.home or home_folder()

    def _found(self, found: opening.Found | None) -> None:
        if found is None and self._practice:
            self._make_practice()
        elif found is None:
            self._show_welcome()
        elif found.practice:
            self._do(lambda: opening.open_home(self.folder), self._start_work, self._say_with_retry)
        elif self._practice:
            self._say_with_retry(_not_for_practice())
        else:
            self.window.doors.ask(self._way_in())

    def _make_practice(self) -> None:
        from fieldapp.ui.welcome_forms import Practice

        self._make(Practice())

    def _show_welcome(self) -> None:
        from fieldapp.ui.welcome import WelcomePanel

        welcome = WelcomePanel(self.window.words, opening.shipped_places)
        welcome.chosen.connect(self._make)
        welcome.language_asked.connect(self.window.switch_language)
        self._welcome = welcome
        self.window.frame.layers.addWidget(welcome)
        self.window.frame.layers.setCurrentWidget(welcome)
        welcome.setFocus()

    def _make(self, choice: "Choice") -> None:
        """Make the home that was chosen; practice lies beside the place for work unless one was named."""
        if self._welcome is not None:
            self._welcome.set_busy(busy=True)
        from fieldapp.ui.welcome_forms import Practice

        elsewhere = isinstance(choice, Practice) and not self._named
        folder = home_folder(PRACTICE_CENTRE) if elsewhere else self.folder
        self._do(lambda: opening.make_home(folder, choice), self._start_work, self._refuse_to_make)

    def _refuse_to_make(self, error: FieldAppError) -> None:
        if self._welcome is not None:
            self._welcome.refuse(error)
        else:
            self._say_with_retry(error)

    def _say_with_retry(self, error: FieldAppError) -> None:
        again = Offer(Text("Try again"), self.begin)
        self.window.messages.tell(error.title, error.advice, Tone.PROBLEM, again)

    def _do(
        self, work: Callable[[], Any], then: Callable[[Any], object], otherwise: Callable[[Any], object]
    ) -> None:
        """Run what takes a while; what a person can act on goes to `otherwise`, a bug to the window."""
        task = self._opener.submit(lambda _progress: work(), Text("Opening…"))
        task.finished.connect(then)
        task.failed.connect(
            lambda error: (
                otherwise(error) if isinstance(error, FieldAppError) else self.window.messages.show(error)
            )
        )

    # ------------------------------------------------------------ who is there

    def _way_in(self) -> Way:
        return Way(opening.Logins(self.folder), self._unlock, self._start_work)

    def _unlock(self, login: str, passphrase: str) -> opening.Opened:
        """Runs in the doorkeeper's thread: opens the home, or lets another person to the one that is open."""
        if self.home is None:
            return opening.open_home(self.folder, login, passphrase)
        from fieldapp.storage.home import open_login

        actor, _ = open_login(self.home.home, login, passphrase)
        return opening.with_places(replace(self.home, actor=actor))

    def _change_person(self) -> None:
        """In a practice home the next of its logins comes without a passphrase."""
        from fieldapp.storage.home import PRACTICE_PASSPHRASE

        if self.home is None or not self.home.home.practice:
            return
        logins = list(opening.Logins(self.folder))
        if len(logins) == 1:
            second = Offer(Text("Add login"), lambda: self.window.open_page("settings"))
            self.window.messages.tell(Text("There is only one login in this home."), offer=second)
            return
        following = logins[(logins.index(self.home.actor.login) + 1) % len(logins)]
        self._do(
            lambda: self._unlock(following, PRACTICE_PASSPHRASE), self._take_over, self.window.messages.show
        )

    def _take_over(self, opened: opening.Opened) -> None:
        self.window.doors.lay_down_work()
        self._start_work(opened)

    def _start_work(self, opened: opening.Opened) -> None:
        home, window = opened.home, self.window
        self.home = home
        self.folder = home.home.folder
        if not home.home.practice:
            self.remembered.home = self.folder
            window.doors.set_way(self._way_in())
        own_place = home.services.settings.own_centre().place_key
        window.words.live_in(overlay_of(opened.places.state_of(own_place)))
        desk = window.make_desk(
            home.services,
            home.actor,
            opened.places,
            home.database.clock,
            opening.office_of(home),
            opened.exchange,
        )
        if self._welcome is not None:
            window.frame.layers.removeWidget(self._welcome)
            self._welcome.deleteLater()
            self._welcome = None
        window.open_desk(desk, _record_search(desk, window.open_page))
        self._set_lock(desk)
        self._hour.start()
        self._first_look.start()
        self._index_what_came()

    def _set_lock(self, desk: Desk) -> None:
        from fieldapp.ui.settings.page import LOCK_AFTER, LOCK_AFTER_AT_FIRST

        kept = desk.services.settings.read(LOCK_AFTER, str(LOCK_AFTER_AT_FIRST))
        self.window.stillness.lock_after(0 if desk.office.practice else int(kept))

    # ------------------------------------------------------------ while it is open

    def _load_the_rest(self) -> None:
        self._opener.submit(lambda _progress: opening.load_the_rest())

    def _move_log_into_database(self) -> None:
        """Nobody types now. Not beside a task: an import holds the database for as long as a file takes."""
        if self.home is None or self.window.tasks.busy:
            return
        try:
            self.home.database.checkpoint()
        except FieldAppError as error:
            self.window.messages.show(error)

    def _learn_places(self, touched: Touched) -> None:
        desk = self.window.desk
        if self.home is not None and desk is not None and touched.any_of("place"):
            desk.gazetteer = opening.places_of(self.home)

    def _learn_name(self, touched: Touched) -> None:
        """A home that took its pack has the name that head office knows it by."""
        desk = self.window.desk
        if self.home is None or desk is None or not touched.everything:
            return
        office = opening.office_of(self.home)
        if office != desk.office:
            desk.office = office
            self.window.frame.rail.show_office(office.name, office.number)

    def _index_what_came(self) -> None:
        """What files brought is made findable beside the work, a few records at a time.

        A task goes first: each file it reads would wait for as many records as are indexed at once.
        """
        home, tasks = self.home, self.window.tasks
        if home is None or self._indexing:
            return

        def index(progress: Progress) -> bool:
            at_once = _AT_ONCE_BESIDE_READERS if home.home.is_hq else _AT_ONCE
            more = True
            while more and not tasks.busy:
                more = home.services.search.index_more(at_once)
                progress(0, 0)
            return more

        def over(gave_way: object = False) -> None:
            self._indexing = False
            if gave_way is True:
                self._go_on_indexing()

        self._indexing = True
        task = self._opener.submit(index)
        task.finished.connect(over)
        task.failed.connect(over)
        task.cancelled.connect(over)

    def _go_on_indexing(self) -> None:
        if not self.window.tasks.busy:
            self._index_what_came()

    def _remember_language(self, code: str) -> None:
        self.remembered.language = code

    def _remember_look(self, theme: Theme) -> None:
        self.remembered.theme = theme


def _record_search(desk: Desk, open_page: Callable[[str, str], object]) -> "Search":
    def search(typed: str) -> "Sequence[Goal]":
        from fieldapp.ui.record_search import record_search

        return record_search(desk, open_page)(typed)

    return search


def _not_for_practice() -> InvalidInput:
    return InvalidInput(
        Text("This home is not for practice."),
        Text("Start the program without 'practice', or name another folder."),
        "not_for_practice",
    )


def _need_a_screen() -> None:
    """Qt would end the whole program without a word to the person who started it."""
    if sys.platform != "linux" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        return
    raise EnvironmentProblem(
        Text("There is no screen here to open a window on."),
        Text("Use the commands (fieldapp --help); 'fieldapp tour --out DIR' plays the journey without one."),
        "no_screen",
    )
