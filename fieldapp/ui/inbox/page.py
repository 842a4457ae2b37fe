"""The page Inbox of a head office: files come in, receipts go out, centres are enrolled."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QScrollArea, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from fieldapp.domain.fields import Name
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.homes import Exchange
from fieldapp.storage.state import Centre
from fieldapp.sync.arrived import FileState
from fieldapp.sync.enrolment import CentreShown, PackMade
from fieldapp.sync.inbox import Imported, Preview
from fieldapp.sync.pack import Shown
from fieldapp.sync.receipts import ReceiptMade
from fieldapp.ui.choosers import ask_files, ask_folder
from fieldapp.ui.desk import Desk
from fieldapp.ui.inbox import actions
from fieldapp.ui.inbox.actions import Brought, CentreDraft, Listed
from fieldapp.ui.inbox.centres import CentresPart
from fieldapp.ui.inbox.files import FilesPart
from fieldapp.ui.inbox.flow import Flow
from fieldapp.ui.inbox.model import FILTERS, Line, counted
from fieldapp.ui.messages import Tone
from fieldapp.ui.page import Page

_WITH_RECORDS = (FileState.READY, FileState.IMPORTED)
_KINDS = "*.fieldsync"
_MOST_NAMES = 5


class InboxPage(Page):
    """Reading, importing and writing run in the background, one after the other."""

    title = Text("Inbox")
    help_name = "inbox"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        if desk.exchange is None:
            raise ValueError("this desk exchanges nothing")
        self._exchange: Exchange = desk.exchange
        self._looking = self._look_again = self._working = False
        self._previewed = self._previewing = ""
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.files = FilesPart(desk.words)
        self.centres = CentresPart(desk.words, desk.gazetteer)
        self._parts = QStackedWidget()
        for part in (self.files, self.centres):
            self.tabs.addTab("")
            self._parts.addWidget(part)
        self.tabs.currentChanged.connect(self._turn)
        sheet = QWidget()
        sheet.setProperty("look", "sheet")
        layout = QVBoxLayout(sheet)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(Flow(self.tabs, *self.files.verbs, *self.centres.verbs))
        layout.addWidget(self._parts, 1)
        scrolled = QScrollArea()
        scrolled.setFrameShape(QScrollArea.Shape.NoFrame)
        scrolled.setWidgetResizable(True)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scrolled.setWidget(sheet)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled)
        self.centres.opened.connect(scrolled.ensureWidgetVisible)
        self._connect()
        self._make_verbs()
        self.retranslate()
        self._turn(0)

    # ------------------------------------------------------------ what the frame calls

    def reload(self) -> None:
        """Look at the inbox and the centres again, in the background."""
        if self._looking:
            self._look_again = True
            return
        self._looking = True
        task = self.desk.tasks.submit(lambda _progress: self._look(), Text("Looking at the inbox…"))
        task.finished.connect(self._show)
        for signal in (task.failed, task.cancelled):
            signal.connect(lambda *_: self._looked())

    def retranslate(self) -> None:
        for n, text in enumerate((Text("Files"), Text("Centres"))):
            self.tabs.setTabText(n, self.desk.words.render(text))
        self.say(self.tabs.setAccessibleName, Text("Parts of the inbox"))
        self.files.say()
        self.centres.say()

    def touched(self, touched: Touched) -> None:
        """Another officer's import or one's own: what is shown may be another thing now."""
        if touched.everything:
            super().touched(touched)

    def keys(self) -> list[tuple[str, Text]]:
        return [
            ("Ctrl+O", Text("Choose files…")),
            ("Ctrl+Shift+O", Text("Choose folder…")),
            ("Ctrl+I", Text("Import all ready")),
            ("Ctrl+R", Text("Write receipts…")),
            ("Ctrl+N", Text("New centre and pack…")),
            ("Ctrl+E", Text("Enrol from a request…")),
            ("Ctrl+Tab", Text("Files or Centres")),
        ]

    def verbs(self) -> list[QAction]:
        return self._verbs

    def begin_new(self) -> None:
        """Ask for a new centre."""
        self.tabs.setCurrentIndex(1)
        self.centres.begin_new()

    def back(self) -> bool:
        return self.tabs.currentIndex() == 1 and self.centres.back()

    def take_files(self, files: list[Path]) -> None:
        """Read files and folders; what they are stands in the table afterwards."""
        self.tabs.setCurrentIndex(0)
        self._begin(
            lambda progress: actions.read(self._exchange, self.desk.actor, files, progress),
            Text("Reading files…"),
            self._tell_brought,
        )

    # ------------------------------------------------------------ files

    def import_ready(self) -> None:
        """Take the records of every file that is ready."""
        self._begin(
            lambda progress: actions.import_ready(self._exchange, self.desk.actor, progress),
            Text("Importing files…"),
            self._tell_imported,
        )

    def _tell_brought(self, brought: Brought) -> None:
        self.files.put_brought(brought)
        self._changed()
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
        self._changed()
        words = self.desk.words
        taken = Text("Import result: {counts}.", counts=", ".join(counted(imported.counts, words)) or "0")
        if imported.cancelled:
            advice = Text("It was cancelled: what is imported stays, the rest is still ready.")
            self.desk.messages.tell(taken, advice, Tone.HINT)
            return
        if imported.counts.refused or imported.counts.check:
            self.desk.messages.tell(taken, Text("Look at what is refused or to be checked."), Tone.HINT)
        else:
            self.desk.messages.tell(taken, Text("Write receipts next."))

    def _ask_receipts(self) -> None:
        ask_folder(self, self.desk.words, Text("Write receipts into"), self.write_receipts)

    def write_receipts(self, folder: Path) -> None:
        """Write every receipt that is due into a folder."""
        self._begin(
            lambda progress: self._exchange.receipts.make(self.desk.actor, folder, progress),
            Text("Writing receipts…"),
            lambda made: self._tell_receipts(made, folder),
        )

    def _tell_receipts(self, made: Sequence[ReceiptMade], folder: Path) -> None:
        self._changed()
        if not made:
            self.desk.messages.tell(
                Text("No receipt is due."), Text("Every centre has been told all there is."), Tone.HINT
            )
            return
        names = [self._name(one.centre) for one in made]
        shown = ", ".join(names[:_MOST_NAMES]) + (" …" if len(names) > _MOST_NAMES else "")
        self.desk.messages.tell(
            Text("Receipts written: {n}, in {folder}.", n=len(made), folder=str(folder)),
            Text("For: {names}", names=shown),
        )

    # ------------------------------------------------------------ the chosen file

    def _show_line(self, line: Line | None) -> None:
        """Ask for what is in the chosen file, unless that is on its way or there."""
        key = f"{line.key} {line.file.state}" if line is not None else ""
        if key == self._previewed:
            return
        self._previewed = key
        self.files.preview.put(line)
        self._ask_preview()

    def _ask_preview(self) -> None:
        line = self.files.line
        if self._previewing or line is None or line.file.state not in _WITH_RECORDS:
            return
        self._previewing = self._previewed
        sha256 = line.file.sha256
        task = self.desk.tasks.submit(
            lambda _progress: self._exchange.inbox.preview(self.desk.actor, sha256),
            Text("Looking into the file…"),
        )
        task.finished.connect(self._put_preview)
        task.failed.connect(lambda _error: self._preview_failed())
        task.cancelled.connect(self._previewed_one)

    def _put_preview(self, preview: Preview) -> None:
        if self._previewing == self._previewed:
            self.files.preview.put_preview(preview)
        self._previewed_one()

    def _preview_failed(self) -> None:
        """Its content was not in order, which the inbox has noted."""
        self._previewed_one()
        self.reload()

    def _previewed_one(self) -> None:
        """Go on with the file that was chosen meanwhile."""
        before, self._previewing = self._previewing, ""
        if before != self._previewed:
            self._ask_preview()

    # ------------------------------------------------------------ centres

    def _ask_folder_for(self, draft: CentreDraft) -> None:
        ask_folder(
            self, self.desk.words, Text("Put the pack into"), lambda folder: self.make_centre(draft, folder)
        )

    def make_centre(self, draft: CentreDraft, folder: Path) -> None:
        """Register a centre and put its pack into a folder."""
        self._begin(
            lambda _progress: actions.register_and_pack(self._exchange, self.desk.actor, draft, folder),
            Text("Making the pack…"),
            self._show_words,
        )

    def _ask_another(self, number: int) -> None:
        ask_folder(
            self, self.desk.words, Text("Put the pack into"), lambda folder: self.make_pack(number, folder)
        )

    def make_pack(self, number: int, folder: Path) -> None:
        """Put the pack of one more computer of a centre into a folder."""
        self._begin(
            lambda _progress: self._exchange.enrolment.make_pack(self.desk.actor, number, folder),
            Text("Making the pack…"),
            self._show_words,
        )

    def _show_words(self, made: PackMade) -> None:
        self.centres.show_words(made)
        self._changed()

    def _ask_request(self) -> None:
        ask_files(
            self, self.desk.words, Text("Enrol from a request"), _KINDS, lambda paths: self.look_at(paths[0])
        )

    def _enrol_chosen(self) -> None:
        line = self.files.line
        if line is not None and line.path is not None:
            self.look_at(line.path)
        else:
            self._ask_request()

    def look_at(self, request: Path) -> None:
        """Show who made a request, and ask for the fingerprint that was read out."""
        self._begin(
            lambda _progress: self._exchange.enrolment.read_request(request),
            Text("Looking into the file…"),
            lambda shown: self._show_request(request, shown),
        )

    def _show_request(self, request: Path, shown: Shown) -> None:
        self.tabs.setCurrentIndex(1)
        self.centres.open_panel(self.centres.enrol_panel)
        self.centres.enrol_panel.begin(request, shown)

    def _enrol(self, request: Path, fingerprint: str) -> None:
        self._begin(
            lambda _progress: self._exchange.enrolment.enrol(self.desk.actor, request, fingerprint),
            Text("Enrolling…"),
            self._tell_enrolled,
        )

    def _tell_enrolled(self, centre: Centre) -> None:
        self.centres.put_panel_away()
        self._changed()
        self.desk.messages.tell(
            Text("{name} is enrolled.", name=self._name(centre)),
            Text("Its files that waited are ready now. Make it a pack, and tell it the words."),
        )

    # ------------------------------------------------------------ how it hangs together

    def _look(self) -> tuple[Listed, tuple[CentreShown, ...]]:
        found = actions.look(self._exchange, self.desk.actor)
        return found, self._exchange.enrolment.centres(self.desk.actor)

    def _show(self, found: tuple[Listed, tuple[CentreShown, ...]]) -> None:
        listed, centres = found
        self.files.put(listed.files)
        self.files.put_due(listed.due)
        self.centres.put(centres)
        waiting = sum(FILTERS[1].takes(file) or FILTERS[2].takes(file) for file in listed.files)
        self.desk.hub.waiting.emit("inbox", waiting)
        self._set_ready(ready=not self._working)
        self._looked()

    def _looked(self) -> None:
        self._looking = False
        if self._look_again:
            self._look_again = False
            self.reload()

    def _changed(self) -> None:
        """Records and files may be other ones now: every page reads again, this one too."""
        self._previewed = ""
        self.desk.hub.changed.emit(Touched(everything=True))
        if not self.isVisible():
            self.reload()

    def _begin(self, work: Callable[[Any], object], label: Text, then: Callable[[Any], object]) -> None:
        """Do something in the background; nothing else can be begun meanwhile."""
        if self._working:
            self.desk.messages.tell(
                Text("Something is still being done."), Text("Wait for it, or cancel it."), Tone.HINT
            )
            return
        self.desk.messages.clear()
        focused = QApplication.focusWidget()
        if focused in (*self.files.verbs, *self.centres.verbs):
            self.setFocus()  # a button that is switched off would hand it to the next one
        self._set_ready(ready=False)
        task = self.desk.tasks.submit(work, label)
        task.finished.connect(lambda value: self._end(lambda: then(value)))
        task.cancelled.connect(lambda: self._end(self._changed))
        task.failed.connect(lambda _error: self._end(self.reload))

    def _end(self, then: Callable[[], object]) -> None:
        self._set_ready(ready=True)
        then()

    def _set_ready(self, *, ready: bool) -> None:
        self._working = not ready
        self.files.set_ready(ready=ready)
        self.centres.set_ready(ready=ready)

    def _name(self, centre: Centre) -> str:
        return Name(centre.name_hi, centre.name_en).shown(self.desk.words.hindi) or centre.csc_id

    def _turn(self, at: int) -> None:
        self._parts.setCurrentIndex(at)
        for n, verbs in enumerate((self.files.verbs, self.centres.verbs)):
            for verb in verbs:
                verb.setVisible(n == at)
        self.setFocusProxy((self.files, self.centres)[at])

    def _choose_files(self) -> None:
        ask_files(self, self.desk.words, Text("Choose files"), _KINDS, self.take_files)

    def _choose_folder(self) -> None:
        ask_folder(self, self.desk.words, Text("Choose folder"), lambda folder: self.take_files([folder]))

    def _begin_new_centre(self) -> None:
        self.begin_new()

    def _other_part(self) -> None:
        self.tabs.setCurrentIndex(1 - self.tabs.currentIndex())
        self.setFocus()

    def _connect(self) -> None:
        files, centres = self.files, self.centres
        files.choose_files.clicked.connect(self._choose_files)
        files.choose_folder.clicked.connect(self._choose_folder)
        files.import_ready.clicked.connect(self.import_ready)
        files.receipts.clicked.connect(self._ask_receipts)
        files.picked.connect(self._show_line)
        files.preview.enrol_asked.connect(self._enrol_chosen)
        centres.enrol.clicked.connect(self._ask_request)
        centres.pack_asked.connect(self._ask_another)
        centres.new_panel.asked.connect(self._ask_folder_for)
        centres.enrol_panel.asked.connect(self._enrol)

    def _make_verbs(self) -> None:
        files, centres = self.files, self.centres
        self._verbs = []
        for text, keys, do in (
            (Text("Choose files…"), "Ctrl+O", files.choose_files.click),
            (Text("Choose folder…"), "Ctrl+Shift+O", files.choose_folder.click),
            (Text("Import all ready"), "Ctrl+I", files.import_ready.click),
            (Text("Write receipts…"), "Ctrl+R", files.receipts.click),
            (Text("New centre and pack…"), "Ctrl+N", self._begin_new_centre),
            (Text("Enrol from a request…"), "Ctrl+E", centres.enrol.click),
            (Text("Files or Centres"), "Ctrl+Tab", self._other_part),
        ):
            verb = QAction(self)
            self.say(verb.setText, text)
            verb.setShortcut(keys)
            verb.triggered.connect(lambda _checked, do=do: do())
            self.addAction(verb)
            self._verbs.append(verb)
