"""The dialog that takes in a list: its columns, then what becomes of each row, and only then the list."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.language import in_both_languages
from fieldapp.services.load_columns import Layout
from fieldapp.services.load_history import PastLoad, TakenBack
from fieldapp.services.loading import LoadingService, LoadResult
from fieldapp.services.table_files import TableFile
from fieldapp.services.typed_places import known_places
from fieldapp.ui.choosers import ask_files
from fieldapp.ui.desk import Desk
from fieldapp.ui.loading.columns import ColumnsStep
from fieldapp.ui.loading.destination import Destination, IntoHome, OntoSheet, Sheet
from fieldapp.ui.loading.fates import FatesStep
from fieldapp.ui.loading.foot import Foot
from fieldapp.ui.loading.head import ListHead
from fieldapp.ui.loading.start import StartStep
from fieldapp.ui.loading.work_bar import WorkBar
from fieldapp.ui.messages import NOTHING
from fieldapp.ui.tasks import Progress
from fieldapp.ui.widgets.parts_of_a_page import button, give_size, plain_label

KINDS_OF_FILES = "*.csv *.xlsx *.xlsm *.jsonl *.tsv *.txt"
_SIZE = (1000, 540)


class LoadDialog(QDialog):
    """Takes a list into the home, or the people of one onto a sheet. Nothing is written before 'Load'."""

    def __init__(self, desk: Desk, parent: QWidget, word: str = "", sheet: Sheet | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        gazetteer = desk.gazetteer or known_places(desk.services.places, desk.actor)
        self.service = LoadingService(desk.services, gazetteer, in_both_languages)
        self._destination: Destination = (
            OntoSheet(self.service, sheet) if sheet else IntoHome(desk, self.service, word)
        )
        self._path: Path | None = None
        self._table: TableFile | None = None
        self._result: LoadResult | None = None
        words = desk.words
        words.say(self.setWindowTitle, self._destination.title)
        self.file = plain_label("section")
        self.start, self.columns, self.fates = StartStep(words), ColumnsStep(words), FatesStep(words)
        self.problem = plain_label("problem")
        self.bar = WorkBar(desk)
        self.another = button(words, Text("Another file…"))
        self.head = ListHead(words, self.another)
        self.foot = Foot(words, self.bar)
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
        self._begin(lambda: self.service.read(path, page))

    def read_pasted(self, text: str) -> None:
        """As `read`, for cells that were copied."""
        self._path = None
        self._begin(lambda: self.service.pasted(text))

    def _begin(self, read: Callable[[], TableFile]) -> None:
        def guessed(_progress: Progress) -> tuple[TableFile, Layout]:
            table = read()
            return table, self._destination.guess(table)

        self.bar.run(guessed, Text("Reading the list…"), self._put, self._show_step)

    def _put(self, found: tuple[TableFile, Layout]) -> None:
        self._table, layout = found
        self._result = None
        self.file.setText(self._table.name or self._desk.words.render(Text("Copied cells")))
        self.head.put_sheets(self._table)
        self._put_layout(layout)
        self._to_columns()

    def _put_layout(self, layout: Layout) -> None:
        if self._table is None:
            return
        self.head.put(self._table, layout, self._destination.kinds, may_lack=self._destination.may_lack)
        self.columns.put(self._table, layout)
        self._say_missing()

    def _understand_again(self) -> None:
        """Another kind or another line of headings was chosen."""
        if self._table is not None:
            self._put_layout(self.service.layout(self._table, *self.head.chosen))

    def _say_missing(self) -> None:
        layout = self.columns.layout_now()
        fits = layout is not None and layout.fits
        self.foot.look.setEnabled(fits)
        missing = None
        if layout is not None and not fits:
            what = Text(
                "A column that a list of {kind} must have is missing. Choose where it stands.",
                kind=layout.kind.label,
            )
            missing = InvalidInput(what, NOTHING, "no_layout")
        self.refuse(missing)

    # ------------------------------------------------------------ the fates

    def preview(self, convert: bool | None = None) -> None:
        """Say what would become of each row; nothing is written."""
        table, layout = self._table, self.columns.layout_now()
        if table is None or layout is None or not layout.fits:
            return
        turn = self._result is not None and self._result.converted if convert is None else convert
        look = partial(self._destination.look, table, layout, turn)
        self.bar.run(look, Text("Looking at each row…"), self._show_result, self._to_columns)

    def _show_result(self, result: LoadResult) -> None:
        self._result = result
        self.fates.put(result)
        self._steps.setCurrentWidget(self.fates)
        self._show_step()
        (self.foot.next_step() or self.fates.table).setFocus()

    # ------------------------------------------------------------ loading, and back

    def load(self) -> None:
        """Write what was agreed on."""
        table, layout, result = self._table, self.columns.layout_now(), self._result
        if table is None or layout is None or result is None or not result.dry_run:
            return
        if self._destination.take(table, layout, result, self.bar, self._loaded):
            self.accept()

    def _loaded(self, result: LoadResult) -> None:
        self._tell()
        self._show_result(result)

    def undo_load(self) -> None:
        """Take back what this list made, but for what was changed since."""
        load = self._past_load()
        if load is None:
            return

        def take_back(progress: Progress) -> TakenBack:
            return self.service.take_back(self._desk.actor, load, progress)

        self.bar.run(take_back, Text("Taking the list back…"), self._taken_back)

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

    def _stopped(self) -> None:
        """What was loaded up to there stays: the list can go on, or be taken back."""
        self._tell()
        self.preview()

    # ------------------------------------------------------------ what is shown when

    def refuse(self, error: FieldAppError | None) -> None:
        """Say what is wrong with the file, in both languages; None takes it away."""
        self.problem.setVisible(error is not None)
        if error is not None:
            both = (self._desk.words.render, self._desk.words.other)
            said = (f"{say(error.title)} {say(error.advice)}".strip() for say in both)
            self.problem.setText("\n".join(filter(None, said)))

    def _show_step(self) -> None:
        working, read = self.bar.busy, self._table is not None
        on_fates = self._steps.currentWidget() is self.fates
        for widget in (self.head, self._steps):
            widget.setEnabled(not working)
        self.head.setVisible(read and not on_fates)
        here = on_fates and self._destination.remembers and self._past_load() is not None
        self.foot.show_step(self._result, is_read=read, on_fates=on_fates, is_here=here)
        first = self.foot.look if read else self.start.choose
        (self.foot.go if on_fates else first).setDefault(True)

    def _past_load(self) -> PastLoad | None:
        """The load of this list, where it was taken in before or just now."""
        return self.service.loads.find(self._table.sha256) if self._table is not None else None

    def _to_columns(self) -> None:
        self._steps.setCurrentWidget(self.columns)
        self._show_step()
        self.columns.focus_first()

    def _stop_or_close(self) -> None:
        if self.bar.busy:
            self.bar.stop()
        else:
            self.reject()

    def reject(self) -> None:
        self.bar.let_go()
        super().reject()

    def _ask_another(self) -> None:
        ask_files(
            self, self._desk.words, Text("Choose a list"), KINDS_OF_FILES, lambda files: self.read(files[0])
        )

    def _other_page(self, name: str) -> None:
        if self._path is not None:
            self.read(self._path, name)

    def _go_on(self) -> None:
        """Ctrl+Enter: the next step."""
        if verb := self.foot.next_step():
            verb.click()

    def _connect(self) -> None:
        self.bar.changed.connect(self._show_step)
        self.bar.refused.connect(self.refuse)
        self.bar.stopped.connect(self._stopped)
        self.head.understood_anew.connect(self._understand_again)
        self.head.page_chosen.connect(self._other_page)
        self.columns.changed.connect(self._say_missing)
        self.fates.convert_changed.connect(self.preview)
        self.another.clicked.connect(self._ask_another)
        for verb in self.findChildren(QPushButton):
            verb.setAutoDefault(True)  # Enter presses the one that has the focus, as everywhere
        self.start.choose.clicked.connect(self._ask_another)
        self.start.refused.connect(self.refuse)
        foot = self.foot
        foot.back.clicked.connect(self._to_columns)
        foot.look.clicked.connect(lambda: self.preview())  # noqa: PLW0108 (clicked says whether it is checked)
        foot.go.clicked.connect(self.load)
        foot.take_back.clicked.connect(self.undo_load)
        foot.close_button.clicked.connect(self._stop_or_close)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self._go_on)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self.file)
        layout.addWidget(self.head)
        layout.addWidget(self.problem)
        layout.addWidget(self._steps, 1)
        layout.addWidget(self.foot)
        self.problem.hide()
