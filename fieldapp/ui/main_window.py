"""The window: opens pages, speaks, locks, undoes; the frame round the pages is laid out in frame.py.

It paints before any service is imported; `open_desk` fills it when the home is open.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.language import Language
from fieldapp.ui import theme as look
from fieldapp.ui.desk import Desk, Office
from fieldapp.ui.doors import Doors, Unlock, Way
from fieldapp.ui.frame import Frame, focus_into
from fieldapp.ui.hub import Hub
from fieldapp.ui.messages import ConfirmDialog, Messages, Question
from fieldapp.ui.page import Page
from fieldapp.ui.pages import PageEntry, pages
from fieldapp.ui.status import SyncWatch
from fieldapp.ui.stillness import Stillness
from fieldapp.ui.tasks import TaskRunner
from fieldapp.ui.theme import Theme
from fieldapp.ui.undo import Undo
from fieldapp.ui.words import Words

if TYPE_CHECKING:
    from fieldapp.domain.actor import Actor
    from fieldapp.domain.places import Gazetteer
    from fieldapp.homes import Exchange
    from fieldapp.services.all import Services
    from fieldapp.ui.go_to import Goal, Search
    from fieldapp.ui.preview import Paper, Preview

SIZE = (1093, 580)
"""What a 1366x768 screen at 125 % leaves for a window."""

SMALLEST = (960, 540)
_LOOK_AT_BATTERY_MS = 60_000


class MainWindow(QMainWindow):
    """file_dropped: files somebody let fall anywhere. closing: the window goes; fields have been saved.

    look_changed (a Theme) and language_changed ('hi', 'en') bring what somebody chose, to be remembered.
    """

    file_dropped = Signal(list)
    closing = Signal()
    look_changed = Signal(object)
    language_changed = Signal(str)

    def __init__(self, language: Language, theme: Theme, overlay: str | None = None) -> None:
        super().__init__()
        self.theme = theme
        _wear(theme)
        self.words = Words(language, self, overlay)
        self.hub = Hub(self)
        self.messages = Messages(self)
        self.tasks = TaskRunner(self)
        self.undo = Undo(self)
        self.stillness = Stillness(self)
        self.frame = Frame(self.words, self.tasks)
        self.doors = Doors(lambda: self.frame.login, self.messages, self)
        self._desk: Desk | None = None
        self._search: Search | None = None
        self._entries: tuple[PageEntry, ...] = pages(is_hq=False)
        self._pages: dict[str, Page] = {}
        self._open_name = ""
        self._preview: Preview | None = None
        self._before_bug: QWidget | None = None
        self._sync_watch: SyncWatch | None = None
        self.setCentralWidget(self.frame)
        self.frame.rail.fill(self._entries)
        self.frame.rail.setEnabled(False)
        self.frame.practice.setVisible(theme.practice)
        self.setWindowTitle("fieldapp")
        self._connect()
        self._make_keys()
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
        """Start work at a desk, on the page Today. search: finds records for Ctrl+K.

        Whoever worked here before leaves nothing behind: undo, clipboard and pages are cleared.
        """
        if self._desk is not None and self._desk.actor.login != desk.actor.login:
            QGuiApplication.clipboard().clear()
        self.undo.clear()
        self.messages.clear()
        for page in self._pages.values():
            self.frame.pages.removeWidget(page)
            page.deleteLater()
        self._pages.clear()
        self._put_preview_away()
        self._open_name = ""
        self._desk, self._search = desk, search
        self._entries = pages(is_hq=desk.office.is_hq)
        self.frame.rail.fill(self._entries)
        self.frame.rail.setEnabled(True)
        self.frame.rail.show_office(desk.office.name, desk.office.number)
        self.frame.top.show_actor(desk.actor)
        self.put_on(Theme(self.theme.dark, self.theme.scale, desk.office.practice))
        self.frame.layers.setCurrentWidget(self.frame.work)
        self.open_page(self._entries[0].name)
        self._watch_sync(desk)
        self._show_battery()

    def ask_login(
        self,
        logins: Sequence[str],
        unlock: Unlock,
        entered: Callable[[Any], object],
        chosen: str = "",
    ) -> None:
        """Let nobody on before a passphrase fits; remembered for locking.

        unlock(login, passphrase) runs in a thread of its own and raises FieldAppError when it does not fit;
        its value goes to entered, unless the same person only came back to the locked window.
        """
        self.doors.set_way(Way(logins, unlock, entered))
        self.frame.layers.setCurrentWidget(self.frame.login)
        self.doors.ask(chosen)

    def can_be_locked(self, logins: Sequence[str], unlock: Unlock, entered: Callable[[Any], object]) -> None:
        """How somebody who is in already gets in again after locking; the same as for `ask_login`."""
        self.doors.set_way(Way(logins, unlock, entered))

    def lock(self) -> None:
        """Hide everything until a passphrase fits. A practice home has none and is never locked."""
        if self._desk is None or not self.frame.at_work:
            return
        if not self.doors.can_be_locked:
            self.messages.tell(Text("A practice home opens by itself and is not locked."))
            return
        self._leave_page()
        self.frame.go_to.put_away()
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        self.frame.layers.setCurrentWidget(self.frame.login)
        self.doors.ask(locked_by=self._desk.actor.login)

    # ------------------------------------------------------------ what pages and keys ask for

    @property
    def desk(self) -> Desk | None:
        """The desk somebody works at, once there is one."""
        return self._desk

    @property
    def page(self) -> Page | None:
        """The page that is open."""
        return self._pages.get(self._open_name)

    def open_page(self, name: str, record_id: str = "") -> None:
        """Open a page of the rail, and on it a record. Raises KeyError for a name that is not there."""
        if self._desk is None:
            return
        entry = next((one for one in self._entries if one.name == name), None)
        if entry is None:
            raise KeyError(name)
        if name != self._open_name:
            self.messages.clear()
        self._leave_page()
        self._put_preview_away()
        page = self._pages.get(name) or self._make_page(entry, self._desk)
        self._open_name = name
        self.frame.rail.mark(name)
        self.frame.pages.setCurrentWidget(page)
        self._say_heading()
        if record_id:
            page.open_record(record_id)
        focus_into(page)

    def begin_new(self, name: str) -> None:
        """Open a page and begin a new record on it."""
        self.open_page(name)
        if self.page is not None:
            self.page.begin_new()

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
        self.frame.practice.setVisible(theme.practice)
        self.frame.refresh()
        for page in self._pages.values():
            page.retranslate()
        self.look_changed.emit(theme)

    def show_help(self) -> None:
        """F1: help for the open page."""
        self.frame.side.show_help(*self._help_of_page())

    def show_keys(self) -> None:
        """?: the keys of the open page."""
        self.frame.side.show_keys(*self._help_of_page())

    def go_to(self) -> None:
        """Ctrl+K: the list of everything one can go to."""
        if self._desk is not None:
            self.frame.go_to.open(self._goals(), self._search)

    def go_back(self) -> None:
        """Esc and Alt+Left: close what lies over the page, else one step back inside it."""
        frame = self.frame
        if frame.side.isVisible():
            frame.side.put_away()
        elif frame.message.isVisible():
            frame.message.put_away()
        elif frame.pages.currentWidget() is frame.bug:
            self._after_bug()
        elif self._preview is not None:
            self._close_preview()
        elif self.page is not None:
            self.page.back()

    # ------------------------------------------------------------ how it hangs together

    def _connect(self) -> None:
        frame = self.frame
        frame.rail.chosen.connect(self.open_page)
        frame.top.search_asked.connect(self.go_to)
        frame.top.help_asked.connect(self.show_help)
        frame.top.language_asked.connect(self.switch_language)
        frame.top.lock_asked.connect(self.lock)
        frame.status.sync_asked.connect(self._open_sync)
        frame.language_asked.connect(self.switch_language)
        frame.bug_left.connect(self._after_bug)
        frame.uncovered.connect(self._focus_page)
        self.hub.changed.connect(self._pass_on)
        self.hub.saved.connect(frame.status.show_saved)
        self.hub.waiting.connect(frame.rail.count)
        self.hub.language_wanted.connect(self.speak)
        self.hub.look_wanted.connect(self.put_on)
        self.hub.lock_after.connect(self.stillness.lock_after)
        self.hub.preview.connect(self._show_preview)
        self.words.changed.connect(self._retranslate)
        self.messages.said.connect(frame.message.put)
        self.messages.cleared.connect(frame.message.put_away)
        self.messages.bug.connect(self._show_bug)
        self.messages.asked.connect(self._ask)
        self.tasks.failed.connect(self.messages.show)
        self.stillness.idle.connect(self.lock)
        self.doors.came_back.connect(self._come_back)
        self._battery = QTimer(self)
        self._battery.setInterval(_LOOK_AT_BATTERY_MS)
        self._battery.timeout.connect(self._show_battery)
        self._battery.start()

    def _make_keys(self) -> None:
        at_work: dict[str, Callable[[], object]] = {
            "Ctrl+K": self.go_to,
            "F1": self.show_help,
            "Ctrl+L": self.lock,
            "Alt+Left": self.go_back,
            "Ctrl+Z": self._undo,
            "Ctrl+Y": self._redo,
            "Ctrl+Shift+Z": self._redo,
        }
        for number in range(1, 9):
            at_work[f"Ctrl+{number}"] = partial(self._open_number, number)
        for keys, do in at_work.items():
            shortcut = QShortcut(QKeySequence(keys), self.frame.work)
            shortcut.activated.connect(do)
        QShortcut(QKeySequence("Ctrl+Shift+L"), self).activated.connect(self.switch_language)

    def _make_page(self, entry: PageEntry, desk: Desk) -> Page:
        page = entry.build(desk)
        page.heading_changed.connect(self._say_heading)
        page.asks_for.connect(self.open_page)
        page.asks_new.connect(self.begin_new)
        self._pages[entry.name] = page
        self.frame.pages.addWidget(page)
        page.reload()
        return page

    def _goals(self) -> "list[Goal]":
        from fieldapp.ui.go_to import Goal

        render = self.words.render
        goals = [
            Goal(render(entry.title), f"Ctrl+{number}", partial(self.open_page, entry.name))
            for number, entry in enumerate(self._entries, 1)
        ]
        if self.page is not None:
            goals += [
                Goal(verb.text().replace("&", ""), verb.shortcut().toString(), verb.trigger)
                for verb in self.page.verbs()
                if verb.isEnabled()
            ]
        for label, word, do, key in (
            (self.undo.undo_label, Text("Undo"), self._undo, "Ctrl+Z"),
            (self.undo.redo_label, Text("Redo"), self._redo, "Ctrl+Y"),
        ):
            if label is not None:
                goals.append(Goal(render(Text("{verb}: {what}", verb=word, what=label)), key, do))
        return [
            *goals,
            Goal(render(Text("Hindi or English")), "Ctrl+Shift+L", self.switch_language),
            Goal(render(Text("Lock")), "Ctrl+L", self.lock),
            Goal(render(Text("Help")), "F1", self.show_help),
            Goal(render(Text("Keys of this page")), "?", self.show_keys),
        ]

    def _watch_sync(self, desk: Desk) -> None:
        if self._sync_watch is not None:
            self._sync_watch.deleteLater()
            self._sync_watch = None
        if not desk.office.is_hq:
            self._sync_watch = SyncWatch(desk, self.frame.status, self)
            self._sync_watch.count()

    def _help_of_page(self) -> tuple[str, list[tuple[str, Text]]]:
        if self.page is None:
            return "", []
        return self.page.help_name or self._open_name, self.page.keys()

    # ------------------------------------------------------------ what happens

    def _open_number(self, number: int) -> None:
        if number <= len(self._entries):
            self.open_page(self._entries[number - 1].name)

    def _open_sync(self) -> None:
        self.open_page("inbox" if self._desk is not None and self._desk.office.is_hq else "sync")

    def _undo(self) -> None:
        if self._desk is not None:
            self._desk.undo_last()

    def _redo(self) -> None:
        if self._desk is not None:
            self._desk.redo_last()

    def _pass_on(self, touched: Touched) -> None:
        for page in self._pages.values():
            page.touched(touched)

    def _retranslate(self) -> None:
        for page in self._pages.values():
            page.retranslate()
        self._say_heading()

    def _show_preview(self, paper: "Paper") -> None:
        if self._desk is None:
            return
        from fieldapp.ui.preview import Preview

        self._put_preview_away()
        self._preview = Preview(self._desk)
        self._preview.closed.connect(self._close_preview)
        self.frame.pages.addWidget(self._preview)
        self.frame.pages.setCurrentWidget(self._preview)
        self._preview.show_paper(paper)
        self._preview.setFocus()
        self._say_heading()

    def _close_preview(self) -> None:
        self._put_preview_away()
        if self.page is not None:
            self.frame.pages.setCurrentWidget(self.page)
            self._focus_page()
        self._say_heading()

    def _put_preview_away(self) -> None:
        preview, self._preview = self._preview, None
        if preview is not None:
            preview.put_away()
            self.frame.pages.removeWidget(preview)
            preview.deleteLater()

    def _say_heading(self) -> None:
        if self._preview is not None and self._preview.paper is not None:
            self.frame.top.show_heading(self.words.render(self._preview.paper.title))
        elif self.page is not None:
            heading = self.words.render(self.page.heading())
            self.frame.top.show_heading(heading)

    def _leave_page(self) -> None:
        focused = QApplication.focusWidget()
        if focused is not None and self.frame.pages.isAncestorOf(focused):
            focused.clearFocus()
        if self.page is not None:
            self.page.leave()

    def _focus_page(self) -> None:
        if self.page is not None and self.frame.at_work:
            focus_into(self.page)

    def _show_battery(self) -> None:
        from fieldapp.ui.battery import percent_on_battery

        self.frame.status.show_battery(percent_on_battery())

    def _come_back(self) -> None:
        self.frame.layers.setCurrentWidget(self.frame.work)
        self._focus_page()

    def _show_bug(self, error: BaseException) -> None:
        self.frame.bug.put(error)
        self.frame.pages.setCurrentWidget(self.frame.bug)
        if self._desk is None and not self.frame.at_work:  # nothing is hidden yet: let them see it
            self._before_bug = self.frame.layers.currentWidget()
            self.frame.layers.setCurrentWidget(self.frame.work)
        self.frame.bug.setFocus()

    def _after_bug(self) -> None:
        if self._desk is None:
            self.frame.pages.setCurrentIndex(0)
        if self._before_bug is not None:
            self.frame.layers.setCurrentWidget(self._before_bug)
            self._before_bug = None
        if self.page is not None:
            self.frame.pages.setCurrentWidget(self.page)
            self._focus_page()

    def _ask(self, question: Question) -> None:
        ConfirmDialog(question, self.words, self).open()

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
        if (handle := self.windowHandle()) is not None:
            handle.installEventFilter(self.stillness)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        found = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if found and self._desk is not None and self.frame.at_work:
            event.acceptProposedAction()
            self.file_dropped.emit(found)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._leave_page()
        self.closing.emit()
        self._put_preview_away()
        self.tasks.close()
        self.doors.close()
        super().closeEvent(event)


def _wear(theme: Theme) -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        look.apply(app, theme)
