"""The window: who works here, how it looks and speaks, what keys and the hub ask for.

It paints before any service is imported; `open_desk` fills it when the home is open. The frame round the
pages is laid out in frame.py; which page is open, and going from one to another, is in whereabouts.py, and
what stands in their fields in drafts.py. Who is let on, and the lock, are in doors.py, the keys in keys.py.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow

from fieldapp.language import Language
from fieldapp.ui import theme as look
from fieldapp.ui.desk import Desk, Office
from fieldapp.ui.doors import Doors
from fieldapp.ui.drafts import Drafts, say_recovered
from fieldapp.ui.enter_presses import EnterPresses
from fieldapp.ui.frame import Frame
from fieldapp.ui.hub import Hub
from fieldapp.ui.keys import make_keys
from fieldapp.ui.messages import ConfirmDialog, Messages
from fieldapp.ui.page import Page
from fieldapp.ui.power import Power
from fieldapp.ui.qt_words import QtWords
from fieldapp.ui.stillness import Stillness
from fieldapp.ui.tasks import TaskRunner
from fieldapp.ui.theme import Theme
from fieldapp.ui.undo import Undo
from fieldapp.ui.watches import watch
from fieldapp.ui.whereabouts import Whereabouts
from fieldapp.ui.words import Words

if TYPE_CHECKING:
    from fieldapp.domain.actor import Actor
    from fieldapp.domain.places import Gazetteer
    from fieldapp.homes import Exchange
    from fieldapp.services.all import Services
    from fieldapp.ui.go_to import Search

SIZE = (1093, 580)
"""What a 1366x768 screen at 125 % leaves for a window."""

SMALLEST = (960, 540)


class MainWindow(QMainWindow):
    """file_dropped: files somebody let fall anywhere. closing: the window goes; fields have been saved.

    look_changed (a Theme) and language_changed ('hi', 'en') bring what somebody chose, to be remembered.
    """

    file_dropped = Signal(list)
    closing = Signal()
    look_changed = Signal(object)
    language_changed = Signal(str)

    def __init__(
        self,
        language: Language,
        theme: Theme,
        overlay: str | None = None,
        *,
        power_supplies: Path | None = None,
    ) -> None:
        """power_supplies: the folder in which Linux lists them, None for the computer's own."""
        super().__init__()
        self.theme = theme
        _wear(theme)
        self.words = Words(language, self, overlay)
        self._qt_words = QtWords(self.words, self)
        self.hub = Hub(self)
        self.messages = Messages(self)
        self.tasks = TaskRunner(self)
        self.undo = Undo(self)
        self.stillness = Stillness(self)
        self._enter = EnterPresses(self)
        self.frame = Frame(self.words, self.tasks)
        self.whereabouts = Whereabouts(self.frame, self.words, self.messages, self)
        self.pages, self.over = self.whereabouts.pages, self.whereabouts.over
        self.drafts = Drafts(lambda: (self.pages.name, self.page), self)
        self.power = Power(power_supplies, self.frame.status, self.tasks, self.drafts, self.messages, self)
        self.doors = Doors(self)
        self._desk: Desk | None = None
        self._search: Search | None = None
        self._watches = QObject(self)
        self.setCentralWidget(self.frame)
        self.frame.rail.fill(self.pages.entries)
        self.setWindowTitle("fieldapp")
        self._connect()
        make_keys(self)
        self.setAcceptDrops(True)
        self.setMinimumSize(*SMALLEST)
        self.resize(*SIZE)

    # ------------------------------------------------------------ what the composition root calls

    def make_desk(
        self,
        services: "Services",
        actor: "Actor",
        gazetteer: "Gazetteer | None",
        clock: Callable[[], datetime],
        office: Office,
        exchange: "Exchange | None" = None,
    ) -> Desk:
        """A desk with the window's own words, hub, messages, tasks and undo."""
        return Desk(
            services=services,
            actor=actor,
            words=self.words,
            hub=self.hub,
            messages=self.messages,
            tasks=self.tasks,
            undo=self.undo,
            gazetteer=gazetteer,
            clock=clock,
            office=office,
            exchange=exchange,
        )

    def open_desk(self, desk: Desk, search: "Search | None" = None) -> None:
        """Start work at a desk, where this login left off. search: finds records for Ctrl+K.

        Whoever worked here before leaves nothing behind: undo, clipboard and pages are cleared.
        """
        if self._desk is not None and self._desk.actor.login != desk.actor.login:
            QGuiApplication.clipboard().clear()
        self.undo.clear()
        self.messages.clear()
        self.whereabouts.begin(desk)
        self._desk, self._search = desk, search
        self.frame.show_desk(desk, self.pages.entries)
        self.put_on(Theme(self.theme.dark, self.theme.scale, desk.office.practice))
        self.frame.layers.setCurrentWidget(self.frame.work)
        left, saves = self.drafts.begin(desk)
        say_recovered(desk, left, saves, self.whereabouts.take_up(left))
        self._watches.deleteLater()
        self._watches = watch(desk, self.frame.status, self)
        self.power.look()

    def keep_everything(self, *, orderly: bool = False) -> None:
        """Save what stands in the open field, and note as a draft what cannot be saved yet.

        orderly: a person closes the program or goes. It comes also when the computer is shut down.
        """
        if self.frame.at_work:
            self.pages.leave()
        self.drafts.flush(orderly=orderly)

    # ------------------------------------------------------------ what pages and keys ask for

    @property
    def desk(self) -> Desk | None:
        """The desk somebody works at, once there is one."""
        return self._desk

    @property
    def page(self) -> Page | None:
        """The page that is open."""
        return self.pages.current

    def open_page(self, name: str, record_id: str = "") -> None:
        """Open a page of the rail, and on it a record. Raises KeyError for a name that is not there."""
        self.whereabouts.open(name, record_id)

    def begin_new(self, name: str) -> None:
        """Open a page and begin a new record on it."""
        self.whereabouts.begin_new(name)

    def speak(self, code: str) -> None:
        """Speak Hindi ('hi') or English ('en') from now on, everywhere and at once."""
        if code != self.words.language.code:
            self.words.speak(code)
            self.language_changed.emit(code)

    def switch_language(self) -> None:
        """Hindi if it was English, English if it was Hindi."""
        self.speak("en" if self.words.hindi else "hi")

    def put_on(self, theme: Theme) -> None:
        """Another look: light or dark, text size, practice colours."""
        if theme == self.theme:
            return
        self.theme = theme
        _wear(theme)
        self.frame.refresh()
        self.pages.retranslate()
        self.look_changed.emit(theme)

    def show_help(self) -> None:
        """F1: help for the open page."""
        self.frame.side.show_help(*self.whereabouts.help_of_page())

    def show_keys(self) -> None:
        """?: the keys of the open page."""
        self.frame.side.show_keys(*self.whereabouts.help_of_page())

    def take_list(self, word: str = "", path: Path | None = None) -> None:
        """Take in a list: ask for a file, or begin with the one given. word: of a record type, or ''."""
        if self._desk is not None:
            from fieldapp.ui.loading.dialog import LoadDialog

            self.pages.leave()
            dialog = LoadDialog.ask(self._desk, self, word, path=path)
            dialog.finished.connect(self.whereabouts.focus_page)

    def go_to(self) -> None:
        """Ctrl+K: the list of everything one can go to."""
        if self._desk is not None:
            from fieldapp.ui.goals import goals

            self.frame.go_to.line.allowed = self._desk.services.settings.centre_ids
            self.frame.go_to.open(goals(self), self._search)

    def go_back(self) -> None:
        """Esc and Alt+Left: close what lies over the page, else one step back."""
        self.whereabouts.back()

    def undo_last(self) -> None:
        """Ctrl+Z: take back what was saved last, wherever that was."""
        if self._desk is not None:
            self._desk.undo_last()

    def redo_last(self) -> None:
        """Ctrl+Y: do again what was taken back last."""
        if self._desk is not None:
            self._desk.redo_last()

    # ------------------------------------------------------------ how it hangs together

    def _connect(self) -> None:
        frame, hub = self.frame, self.hub
        frame.top.search_asked.connect(self.go_to)
        frame.top.help_asked.connect(self.show_help)
        frame.top.language_asked.connect(self.switch_language)
        frame.top.lock_asked.connect(self.doors.lock)
        frame.top.person_asked.connect(self.doors.change_person)
        frame.language_asked.connect(self.switch_language)
        hub.changed.connect(self.pages.touched)
        hub.retraced.connect(self.whereabouts.show_change)
        hub.saved.connect(frame.status.show_saved)
        hub.saved.connect(lambda _at: self.drafts.saved())
        hub.waiting.connect(frame.rail.count)
        hub.language_wanted.connect(self.speak)
        hub.look_wanted.connect(self.put_on)
        hub.lock_after.connect(self.stillness.lock_after)
        hub.preview.connect(self.whereabouts.show_paper)
        hub.list_wanted.connect(self.take_list)
        hub.part_wanted.connect(self.whereabouts.send_part)
        self.messages.said.connect(frame.message.put)
        self.messages.cleared.connect(frame.message.put_away)
        self.messages.asked.connect(lambda question: ConfirmDialog(question, self.words, self).open())
        self.tasks.failed.connect(self.messages.show)
        self.stillness.idle.connect(self.doors.lock)
        self.stillness.key.connect(self.drafts.key_pressed)
        if isinstance(app := QApplication.instance(), QApplication):
            app.focusWindowChanged.connect(self.stillness.watch)
            app.focusWindowChanged.connect(self._enter.watch)

    # ------------------------------------------------------------ Qt's own names

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.frame.at_work:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self.go_back()
        elif event.text() == "?":
            self.show_keys()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.stillness.watch(self.windowHandle())
        self._enter.watch(self.windowHandle())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        found = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if found and self._desk is not None and self.frame.at_work:
            event.acceptProposedAction()
            self.file_dropped.emit(found)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.keep_everything(orderly=True)
        self.drafts.end()
        self.closing.emit()
        self.over.put_away()
        self.tasks.close()
        self.doors.close()
        super().closeEvent(event)


def _wear(theme: Theme) -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        look.apply(app, theme)
