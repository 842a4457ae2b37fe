"""The dialog that takes in a list: its columns, then what becomes of each row, and only then the list."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.language import in_both_languages
from fieldapp.services.load_columns import Layout
from fieldapp.services.load_history import TakenBack
from fieldapp.services.load_kinds import KINDS, ROSTER
from fieldapp.services.loading import Fate, LoadingService, LoadResult, RosterRead
from fieldapp.services.table_files import TableFile
from fieldapp.services.typed_places import known_places
from fieldapp.ui.choosers import ask_files
from fieldapp.ui.desk import Desk
from fieldapp.ui.loading.columns import ColumnsStep
from fieldapp.ui.loading.fates import FatesStep
from fieldapp.ui.loading.head import ListHead
from fieldapp.ui.loading.start import StartStep
from fieldapp.ui.loading.take_back import push_undo
from fieldapp.ui.tasks import Progress, Task
from fieldapp.ui.widgets.parts_of_a_page import button, give_size, plain_label

KINDS_OF_FILES = "*.csv *.xlsx *.xlsm *.jsonl *.tsv *.txt"
_SIZE = (1000, 540)


@dataclass(frozen=True)
class Sheet:
    """The activity that is to get the people of a list, and what appends their rows in one save."""

    activity: Activity
    take: Callable[[tuple[RosterRow, ...]], object]


class LoadDialog(QDialog):
    """Takes a list into the home, or the people of one onto a sheet. Nothing is written before 'Load'."""

    def __init__(self, desk: Desk, parent: QWidget, word: str = "", sheet: Sheet | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self._sheet = sheet
        self._word = ROSTER.word if sheet else next((one.word for one in KINDS if one.type_word == word), "")
        gazetteer = desk.gazetteer or known_places(desk.services.places, desk.actor)
        self.service = LoadingService(desk.services, gazetteer, in_both_languages)
        self._path: Path | None = None
        self._table: TableFile | None = None
        self._result: LoadResult | None = None
        self._rows: tuple[RosterRow, ...] = ()
        self._task: Task | None = None
        words = desk.words
        title = Text("Take people from a list") if sheet else Text("Take in a list")
        words.say(self.setWindowTitle, title)
        self.file = plain_label("section")
        self.start, self.columns, self.fates = StartStep(words), ColumnsStep(words), FatesStep(words)
        self.problem = plain_label("problem")
        self.bar = QProgressBar()
        self.another = button(words, Text("Another file…"))
        self.head = ListHead(words, self.another)
        self.back = button(words, Text("Back to the columns"))
        self.look = button(words, Text("What will become of it"), "primary")
        self.go = button(words, Text("Load"), "primary")
        self.take_back = button(words, Text("Take this list back"))
        self.close_button = button(words, Text("Close"))
        self._steps = QStackedWidget()
        for step in (self.start, self.columns, self.fates):
            self._steps.addWidget(step)
        self._lay_out()
        self._connect()
        self._show_step()
        give_size(self, *_SIZE)

    @classmethod
    def ask(
        cls,
        desk: Desk,
        parent: QWidget,
        word: str = "",
        *,
        path: Path | None = None,
        pasted: str = "",
        sheet: Sheet | None = None,
    ) -> "LoadDialog":
        """Open it for a file, for text that was copied from a spreadsheet, or with the choice of one."""
        dialog = cls(desk, parent, word, sheet)
        dialog.open()
        if pasted:
            dialog.read_pasted(pasted)
        elif path is not None:
            dialog.read(path)
        else:
            dialog.start.choose.setFocus()
        return dialog

    # ------------------------------------------------------------ the file

    def read(self, path: Path, page: str = "") -> None:
        """Read a file and say what it seems to be."""
        self._path = path
        self._run(
            lambda _progress: self._guessed(self.service.read(path, page)),
            Text("Reading the list…"),
            self._put,
        )

    def read_pasted(self, text: str) -> None:
        """As `read`, for cells that were copied."""
        self._path = None
        self._run(
            lambda _progress: self._guessed(self.service.pasted(text)), Text("Reading the list…"), self._put
        )

    def _guessed(self, table: TableFile) -> tuple[TableFile, Layout]:
        layout = self.service.guess(table, self._word)
        if self._word and not layout.fits and not self._sheet:  # the page it was asked from may be another
            best = self.service.guess(table)
            layout = best if best.fits else layout
        return table, layout

    def _put(self, found: tuple[TableFile, Layout]) -> None:
        self._table, layout = found
        self._result = None
        name = self._table.name or self._desk.words.render(Text("Copied cells"))
        self.file.setText(name)
        self.head.put_sheets(self._table)
        self._put_layout(layout)
        self._steps.setCurrentWidget(self.columns)
        self._show_step()
        self.columns.focus_first()

    def _put_layout(self, layout: Layout) -> None:
        if self._table is None:
            return
        kinds = [ROSTER] if self._sheet else list(KINDS)
        self.head.put(self._table, layout, kinds, may_lack=self._sheet is not None)
        self.columns.put(self._table, layout)
        self._say_missing()

    def _understand_again(self) -> None:
        """Another kind or another line of headings was chosen."""
        if self._table is not None:
            self._put_layout(self.service.layout(self._table, *self.head.chosen))

    def _say_missing(self) -> None:
        layout = self.columns.layout_now()
        fits = layout is not None and layout.fits
        self.look.setEnabled(fits)
        self.refuse(None)
        if layout is not None and not fits:
            missing = Text(
                "A column that a list of {kind} must have is missing. Choose where it stands.",
                kind=layout.kind.label,
            )
            self._say_problem(missing)

    # ------------------------------------------------------------ the fates

    def preview(self, convert: bool | None = None) -> None:
        """Say what would become of each row; nothing is written."""
        table, layout = self._table, self.columns.layout_now()
        if table is None or layout is None or not layout.fits:
            return
        turn = self._result is not None and self._result.converted if convert is None else convert
        label = Text("Looking at each row…")
        if self._sheet is not None:
            activity = self._sheet.activity
            self._run(partial(self._read_roster, activity, table, layout, turn), label, self._show_roster)
        else:
            self._run(partial(self._load, table, layout, turn, dry_run=True), label, self._show_result)

    def _read_roster(
        self, activity: Activity, table: TableFile, layout: Layout, convert: bool, progress: Progress
    ) -> RosterRead:
        return self.service.roster(activity, table, layout, convert=convert, progress=progress)

    def _load(
        self, table: TableFile, layout: Layout, convert: bool, progress: Progress, *, dry_run: bool
    ) -> LoadResult:
        return self.service.load_table(
            self._desk.actor, table, layout, dry_run=dry_run, convert=convert, progress=progress
        )

    def _show_roster(self, read: RosterRead) -> None:
        self._rows = read.rows
        self._show_result(read.result)

    def _show_result(self, result: LoadResult) -> None:
        self._result = result
        self.fates.put(result)
        self._steps.setCurrentWidget(self.fates)
        self._show_step()
        if self.go.isVisible() and self.go.isEnabled():
            self.go.setFocus()
        else:
            self.fates.table.setFocus()

    # ------------------------------------------------------------ loading, and back

    def load(self) -> None:
        """Write what was agreed on."""
        table, layout, result = self._table, self.columns.layout_now(), self._result
        if table is None or layout is None or result is None or not result.dry_run:
            return
        if self._sheet is not None:
            if self._sheet.take(self._rows):
                self.accept()
            return
        self._run(
            partial(self._load, table, layout, result.converted, dry_run=False),
            Text("Loading the list…"),
            self._loaded,
        )

    def _loaded(self, result: LoadResult) -> None:
        push_undo(self._desk, self.service, result)
        self._tell()
        self._show_result(result)

    def undo_load(self) -> None:
        """Take back what this list made, but for what was changed since."""
        load = self.service.loads.find(self._table.sha256) if self._table is not None else None
        if load is None:
            return
        actor = self._desk.actor
        self._run(
            lambda progress: self.service.take_back(actor, load, progress),
            Text("Taking the list back…"),
            self._taken_back,
        )

    def _taken_back(self, taken: TakenBack) -> None:
        gone, stayed = map(self._desk.words.language.number, (len(taken.gone), taken.stayed))
        self._tell()
        said = Text(
            "{gone} were taken back; {stayed} were changed since and stayed.", gone=gone, stayed=stayed
        )
        if not taken.stayed:
            said = Text("{gone} were taken back.", gone=gone)
        self._desk.messages.tell(said)
        self.accept()

    def _tell(self) -> None:
        self._desk.hub.saved.emit(self._desk.clock())
        self._desk.hub.changed.emit(Touched(everything=True))

    # ------------------------------------------------------------ work that takes a while

    def _run(self, work: Callable[[Progress], object], label: Text, then: Callable[..., object]) -> None:
        """Do it beside the window; what a person can act on is said here, a bug in the window."""
        self.refuse(None)
        task = self._task = self._desk.tasks.submit(work, label)
        self.bar.setRange(0, 0)
        task.progress.connect(self._show_progress)
        task.finished.connect(lambda value: self._done(task, partial(then, value)))
        task.cancelled.connect(lambda: self._done(task, self._stopped))
        task.failed.connect(lambda error: self._done(task, lambda: self._failed(error)))
        self._show_step()

    def _done(self, task: Task, then: Callable[[], object]) -> None:
        if self._task is task:
            self._task = None
            self._show_step()
            then()

    def _stopped(self) -> None:
        """What was loaded up to there stays: the list can go on, or be taken back."""
        self._tell()
        self.preview()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, FieldAppError):
            self._desk.messages.clear()
            self.refuse(error)

    def _show_progress(self, done: int, every: int, _left: float) -> None:
        self.bar.setRange(0, every)
        self.bar.setValue(done)

    def refuse(self, error: FieldAppError | None) -> None:
        """Say what is wrong with the file, in both languages; None takes it away."""
        self.problem.setVisible(error is not None)
        if error is not None:
            self._say_problem(error.title, error.advice)

    def _say_problem(self, *said: Text) -> None:
        both = (self._desk.words.render, self._desk.words.other)
        self.problem.setText("\n".join(filter(None, (" ".join(map(one, said)).strip() for one in both))))
        self.problem.show()

    # ------------------------------------------------------------ what is shown when

    def _show_step(self) -> None:
        working, read = self._task is not None, self._table is not None
        on_fates = self._steps.currentWidget() is self.fates
        result = self._result
        loaded = result is not None and not result.dry_run
        some = result.counts[Fate.NEW] if result is not None else 0
        self.bar.setVisible(working)
        for widget in (self.head, self._steps):
            widget.setEnabled(not working)
        self.back.setVisible(on_fates and not loaded)
        self.look.setVisible(read and not on_fates)
        self.go.setVisible(on_fates and not loaded)
        self.go.setEnabled(bool(some) and not working)
        self.back.setEnabled(not working)
        if some:
            number = self._desk.words.language.number(some)
            self._desk.words.say(self.go.setText, Text("Load {n}", n=number))
        here = read and not self._sheet and on_fates and self._is_here()
        self.take_back.setVisible(here and not working)
        self._desk.words.say(self.close_button.setText, Text("Stop") if working else Text("Close"))
        self.head.setVisible(read and not on_fates)
        self._hint.setVisible(read and not loaded)
        next_step = self.look if read else self.start.choose
        (self.go if on_fates else next_step).setDefault(True)

    def _is_here(self) -> bool:
        return self._table is not None and self.service.loads.find(self._table.sha256) is not None

    def _to_columns(self) -> None:
        self._steps.setCurrentWidget(self.columns)
        self._show_step()
        self.columns.focus_first()

    def _stop_or_close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        else:
            self.reject()

    def reject(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        super().reject()

    def _ask_another(self) -> None:
        ask_files(
            self, self._desk.words, Text("Choose a list"), KINDS_OF_FILES, lambda files: self.read(files[0])
        )

    def _connect(self) -> None:
        self.head.understood_anew.connect(self._understand_again)
        self.head.page_chosen.connect(self._other_page)
        self.columns.changed.connect(self._say_missing)
        self.fates.convert_changed.connect(self.preview)
        self.another.clicked.connect(self._ask_another)
        for verb in self.findChildren(QPushButton):
            verb.setAutoDefault(True)  # Enter presses the one that has the focus, as everywhere
        self.start.choose.clicked.connect(self._ask_another)
        self.start.refused.connect(self.refuse)
        self.back.clicked.connect(self._to_columns)
        self.look.clicked.connect(lambda: self.preview())  # noqa: PLW0108 (clicked says whether it is checked)
        self.go.clicked.connect(self.load)
        self.take_back.clicked.connect(self.undo_load)
        self.close_button.clicked.connect(self._stop_or_close)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self._go_on)

    def _other_page(self, name: str) -> None:
        if self._path is not None:
            self.read(self._path, name)

    def _go_on(self) -> None:
        """Ctrl+Enter: the next step."""
        for verb in (self.look, self.go):
            if verb.isVisible() and verb.isEnabled():
                verb.click()
                return

    def _lay_out(self) -> None:
        words = self._desk.words
        self._hint = QLabel()
        self._hint.setProperty("look", "small")
        words.say(self._hint.setText, Text("Ctrl+Enter goes on."))
        buttons = QHBoxLayout()
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.take_back)
        buttons.addWidget(self.bar, 1)
        buttons.addStretch(1)
        buttons.addWidget(self._hint)
        for verb in (self.back, self.look, self.go):
            buttons.addWidget(verb)
        self.look.setEnabled(False)
        self.bar.setTextVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self.file)
        layout.addWidget(self.head)
        layout.addWidget(self.problem)
        layout.addWidget(self._steps, 1)
        layout.addLayout(buttons)
        self.problem.hide()
