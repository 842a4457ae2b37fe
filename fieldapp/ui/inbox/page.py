"""The page Inbox of a head office: files come in, receipts go out, centres are enrolled."""

from collections.abc import Callable
from functools import reduce
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.homes import Exchange
from fieldapp.sync.arrived import FileState
from fieldapp.sync.enrolment import CentreShown
from fieldapp.sync.inbox import Imported
from fieldapp.ui.choosers import ask_files, ask_folder
from fieldapp.ui.desk import Desk
from fieldapp.ui.inbox import actions
from fieldapp.ui.inbox.actions import Brought, Listed
from fieldapp.ui.inbox.advance_notes import CheckingNotes
from fieldapp.ui.inbox.answering import Answering
from fieldapp.ui.inbox.centres import CentresPart
from fieldapp.ui.inbox.enrolling import Enrolling
from fieldapp.ui.inbox.files import FilesPart
from fieldapp.ui.inbox.lists import Lists
from fieldapp.ui.inbox.looking import Looking
from fieldapp.ui.inbox.model import FILTERS, counted
from fieldapp.ui.inbox.one_file import OneFile
from fieldapp.ui.inbox.replacing import Replacing
from fieldapp.ui.inbox.running import Running
from fieldapp.ui.inbox.trail import TrailPart
from fieldapp.ui.inbox.watching import Watching
from fieldapp.ui.inbox.work import Work
from fieldapp.ui.messages import Tone
from fieldapp.ui.page import Page
from fieldapp.ui.widgets.flow import FlowRow
from fieldapp.ui.widgets.parts_of_a_page import scrolled
from fieldapp.ui.widgets.plain import typed_into

_KINDS = "*.fieldsync *.zip *.eml"


class InboxPage(Page):
    """Reading, importing and writing run in the background, one after the other."""

    title = Text("Inbox")
    help_name = "inbox"
    _came = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        if desk.exchange is None:
            raise ValueError("this desk exchanges nothing")
        self._exchange: Exchange = desk.exchange
        self._reading = self._look_again = False
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self._head_office = not desk.office.is_block
        self.files = FilesPart(desk.words, enrols=self._head_office)
        self.centres = CentresPart(desk.words, desk.gazetteer, head_office=self._head_office)
        self._work = Work(desk, self)
        self.enrolling = Enrolling(desk, self._exchange, self._work, self.centres)
        self._running = Running(desk, self._exchange, self._work, self.centres)
        self.replacing = Replacing(desk, self._exchange, self._work, self.centres)
        self._notes = CheckingNotes(desk, self._exchange, self._work, self.centres)
        self._lists = Lists(desk, self._exchange, self._work, self.centres)
        self.answering = Answering(desk, self._exchange, self._work, self.files)
        self._one_file = OneFile(desk, self._exchange, self._work, self.files)
        self._looking = Looking(desk, self._exchange, self.files.preview)
        self.trail = TrailPart(desk.words)
        self.watching = Watching(desk, self._exchange, self._work, self.files.watch)
        sheet = QWidget()
        sheet.setProperty("look", "sheet")
        layout = QVBoxLayout(sheet)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(FlowRow(self.tabs, *self.files.verbs, *self.centres.verbs))
        self._parts = QStackedWidget()
        layout.addWidget(self._parts, 1)
        area = scrolled(sheet, self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        for part in (self.files, self.centres, self.trail):
            self.tabs.addTab("")
            self._parts.addWidget(part)
        self.tabs.currentChanged.connect(self._turn)
        self.centres.opened.connect(area.ensureWidgetVisible)
        self._connect()
        self._make_verbs()
        self.retranslate()
        self._turn(0)

    # ------------------------------------------------------------ what the frame calls

    def reload(self) -> None:
        """Look at the inbox and the centres again, in the background."""
        if self._reading:
            self._look_again = True
            return
        self._reading = True
        task = self.desk.tasks.submit(lambda _progress: self._look(), Text("Looking at the inbox…"))
        task.finished.connect(self._show)
        for signal in (task.failed, task.cancelled):
            signal.connect(lambda *_: self._looked())

    def retranslate(self) -> None:
        for n, text in enumerate((Text("Files"), Text("Centres"), Text("Who did what"))):
            self.tabs.setTabText(n, self.desk.words.render(text))
        self.say(self.tabs.setAccessibleName, Text("Parts of the inbox"))
        self.files.say()
        self.centres.say()
        self.trail.say()

    def touched(self, touched: Touched) -> None:
        """Another officer's import or one's own: what is shown may be another thing now."""
        if touched.everything:
            super().touched(touched)

    def keys(self) -> list[tuple[str, Text]]:
        return [(keys, text) for text, keys, _do in self._offered()]

    def verbs(self) -> list[QAction]:
        return self._verbs

    def begin_new(self) -> None:
        """Ask for a new centre, where centres are registered."""
        if self._head_office:
            self.enrolling.begin_new()

    def back(self) -> bool:
        return (self.files.preview.back, self.centres.back, lambda: False)[self.tabs.currentIndex()]()

    def take_files(self, files: list[Path]) -> None:
        """Read files and folders; what they are stands in the table afterwards."""
        self.tabs.setCurrentIndex(0)
        self._work.begin(
            lambda progress: actions.read(self._exchange, self.desk.actor, files, progress, self._came.emit),
            Text("Reading files…"),
            self._show_brought,
        )

    # ------------------------------------------------------------ files

    def import_ready(self) -> None:
        """Take the records of every file that is ready."""
        self._work.begin(
            lambda progress: actions.import_ready(self._exchange, self.desk.actor, progress),
            Text("Importing files…"),
            self._tell_imported,
        )

    def _show_brought(self, brought: Brought) -> None:
        """Whoever brought files goes through them by keys at once, unless they have gone elsewhere."""
        self._tell_brought(brought)
        if self.isVisible() and self.tabs.currentIndex() == 0 and typed_into() is None:
            self.setFocus()

    def _tell_brought(self, brought: Brought) -> None:
        self.files.put_brought(brought)
        self._work.changed()
        found = [file for file, _path in brought.found]
        ready = sum(file.state is FileState.READY for file in found)
        title = Text("Files read: {n}, ready: {ready}.", n=len(found), ready=ready)
        if brought.stopped:
            self.desk.messages.tell(title, Text("The rest was not read: it was cancelled."), Tone.HINT)
        elif ready:
            self.desk.messages.tell(title, Text("Nothing is imported yet. Look at them, then press Ctrl+I."))
        else:
            self.desk.messages.tell(title, Text("The table says what each of them is."), Tone.HINT)

    def _tell_imported(self, imported: Imported) -> None:
        self._work.changed()
        pieces = counted(imported.counts, self.desk.words) or [Text("{n}", n=0)]
        counts = reduce(lambda saved, more: Text("{saved} · {more}", saved=saved, more=more), pieces)
        taken = Text("Import result: {counts}.", counts=counts)
        if imported.cancelled:
            advice = Text("It was cancelled: what is imported stays, the rest is still ready.")
            self.desk.messages.tell(taken, advice, Tone.HINT)
            return
        if imported.counts.refused or imported.counts.check:
            self.desk.messages.tell(taken, Text("Look at what is refused or to be checked."), Tone.HINT)
        else:
            self.desk.messages.tell(taken, Text("Write receipts next."))

    # ------------------------------------------------------------ how it hangs together

    def _look(self) -> tuple[Listed, tuple[CentreShown, ...]]:
        found = actions.look(self._exchange, self.desk.actor)
        return found, self._exchange.enrolment.centres(self.desk.actor)

    def _show(self, found: tuple[Listed, tuple[CentreShown, ...]]) -> None:
        listed, centres = found
        self.trail.put(listed.trail)
        self._looking.forget()
        self.files.put(listed.files)
        self.files.put_due(listed.due)
        self.centres.put(centres)
        waiting = sum(FILTERS[1].takes(file) or FILTERS[2].takes(file) for file in listed.files)
        self.desk.hub.waiting.emit("inbox", waiting)
        self._set_ready(ready=not self._work.busy)
        self._looked()

    def _looked(self) -> None:
        self._reading = False
        if self._look_again:
            self._look_again = False
            self.reload()

    def _set_ready(self, *, ready: bool) -> None:
        files = self.files
        if QApplication.focusWidget() in (
            *files.verbs, files.choose_files, files.choose_folder, *self.centres.verbs,
        ):  # fmt: skip
            self.setFocus()  # a button that is switched off would hand it to the next one
        self.files.set_ready(ready=ready)
        self.centres.set_ready(ready=ready)

    def _enrol_chosen(self) -> None:
        line = self.files.line
        if line is not None:
            self.enrolling.look_at_kept(line.file.sha256)

    def _turn(self, at: int) -> None:
        self._parts.setCurrentIndex(at)
        self.help_name = ("inbox", "centres", "inbox")[at]
        for n, verbs in enumerate((self.files.verbs, self.centres.verbs, ())):
            for verb in verbs:
                verb.setVisible(n == at)
        self.setFocusProxy((self.files, self.centres, self.trail)[at])
        self.tabs.updateGeometry()  # the words of the chosen one are bold, thus wider

    def _choose_files(self) -> None:
        ask_files(self, self.desk.words, Text("Choose files"), _KINDS, self._bring)

    def _choose_folder(self) -> None:
        ask_folder(self, self.desk.words, Text("Choose folder"), lambda folder: self._bring([folder]))

    def _bring(self, files: list[Path]) -> None:
        """To a block office some files come down from head office: they are not for this page."""
        if self._head_office:
            self.take_files(files)
        else:
            self.desk.hub.files_chosen.emit(files)

    def _other_part(self) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + 1) % self.tabs.count())
        self.setFocus()

    def _connect(self) -> None:
        files = self.files
        files.choose_files.clicked.connect(self._choose_files)
        files.choose_folder.clicked.connect(self._choose_folder)
        files.import_ready.clicked.connect(self.import_ready)
        files.picked.connect(self._looking.choose)
        files.preview.enrol_asked.connect(self._enrol_chosen)
        self._came.connect(files.put_so_far, Qt.ConnectionType.QueuedConnection)
        self.watching.brought.connect(self._tell_brought)
        self._looking.noted.connect(self.reload)
        self._work.failed.connect(self.reload)
        self._work.ready.connect(lambda ready: self._set_ready(ready=ready))
        for one in (self.enrolling, self._running, self.replacing, self._lists, self._notes):
            one.opened.connect(lambda: self.tabs.setCurrentIndex(1))

    def _offered(self) -> list[tuple[Text, str, Callable[[], object]]]:
        """What can be begun here, with its keys."""
        files, centres = self.files, self.centres
        registering = (
            (Text("New centre and pack…"), "Ctrl+N", self.begin_new),
            (Text("Enrol from a request…"), "Ctrl+E", centres.enrol.click),
        )
        return [
            (Text("Choose files…"), "Ctrl+O", files.choose_files.click),
            (Text("Choose folder…"), "Ctrl+Shift+O", files.choose_folder.click),
            (Text("Import all ready"), "Ctrl+I", files.import_ready.click),
            (Text("Write receipts…"), "Ctrl+R", files.receipts.click),
            (Text("Receipts, a folder a block…"), "Ctrl+Shift+R", files.bundles.click),
            (Text("Receipts as mail drafts…"), "Ctrl+M", files.mails.click),
            (Text("Advance note…"), "Ctrl+T", centres.note.click),
            *(registering if self._head_office else ()),
            (Text("Files, Centres or who did what"), "Ctrl+Tab", self._other_part),
        ]

    def _make_verbs(self) -> None:
        self._verbs = []
        for text, keys, do in self._offered():
            verb = QAction(self)
            self.say(verb.setText, text)
            verb.setShortcut(keys)
            verb.triggered.connect(lambda _checked, do=do: do())
            self.addAction(verb)
            self._verbs.append(verb)
