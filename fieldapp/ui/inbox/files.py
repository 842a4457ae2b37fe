"""The part 'Files' of the inbox: what was brought and what became of it, with the chosen file beside it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fieldapp.domain.text import Text
from fieldapp.sync.arrived import FileState, InboxFile
from fieldapp.ui.inbox.actions import Brought
from fieldapp.ui.inbox.file_names import FileNames
from fieldapp.ui.inbox.model import FILTERS, Line, bad_words, key_of, lines_of, sums, table_rows
from fieldapp.ui.inbox.preview import FilePreview
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.chip_button import ChipButton
from fieldapp.ui.widgets.flow import FlowRow, SideBySide
from fieldapp.ui.widgets.parts_of_a_page import Card, button, empty_state, plain_label
from fieldapp.ui.widgets.plain_table import PlainTable
from fieldapp.ui.words import Words

_WIDEST_COLUMN = 144


class FilesPart(QWidget):
    """Shows lines and says which one is chosen; the page reads and imports.

    picked: a Line or None, whenever another one is chosen.
    """

    picked = Signal(object)

    def __init__(self, words: Words, parent: QWidget | None = None, *, enrols: bool = True) -> None:
        """enrols: whether this office is one that enrols computers."""
        super().__init__(parent)
        self._words = words
        self._files: Sequence[InboxFile] = ()
        self._looked = False
        self._brought: Brought | None = None
        self._wanted = ""
        self._lines: dict[str, Line] = {}
        self.choose_files, self.choose_folder = (
            button(words, text) for text in (Text("Choose files…"), Text("Choose folder…"))
        )
        self.import_ready = button(words, Text("Import all ready"), "primary")
        self.receipts = button(words, Text("Write receipts…"))
        self.bundles = button(words, Text("By block…"), "flat")
        self.mails = button(words, Text("As mails…"), "flat")
        words.say(self.bundles.setAccessibleName, Text("Receipts, a folder a block…"))
        words.say(self.mails.setAccessibleName, Text("Receipts as mail drafts…"))
        self.watch = button(words, Text("Watch a folder…"))
        self.table = PlainTable(
            words,
            Text("Files"),
            (Text("File"), Text("Centre"), Text("Batch"), Text("Records"), Text("Status")),
            stretch=4,
        )
        self.table.horizontalHeader().setMaximumSectionSize(current().px(_WIDEST_COLUMN))
        self._names = FileNames(self.table)
        self.table.setItemDelegateForColumn(0, self._names)
        self.table.picked.connect(self._tell_picked)
        self.preview = FilePreview(words, enrols=enrols)
        self._none = empty_state(words, Text("No file here. Drop a folder on the window, or choose it."))
        self.sums, self.bad = plain_label("small"), plain_label("hint")
        self._chips: list[QPushButton] = []
        self._chosen = self._make_chips()
        self._lay_out()
        self._fill()
        self.set_ready(ready=False)

    @property
    def line(self) -> Line | None:
        """The line that is chosen."""
        return self._lines.get(self.table.key)

    @property
    def verbs(self) -> tuple[QPushButton, ...]:
        """What is done with files that came; the buttons stand beside the tabs."""
        return self.import_ready, self.receipts, self.bundles, self.mails

    def put(self, files: Sequence[InboxFile]) -> None:
        """Show what the inbox holds now; the chosen line stays chosen."""
        self._files, self._looked = files, True
        self._fill(self._wanted)
        self._wanted = ""

    def put_brought(self, brought: Brought) -> None:
        """Show with the next `put` what was just read too, with the first of it chosen.

        The line about which a reason is being typed stays the chosen one.
        """
        self._brought = brought
        if not self.preview.asking:
            self._wanted = next((key_of(n, file) for n, (file, _path) in enumerate(brought.found)), "")

    def put_so_far(self, brought: Brought) -> None:
        """Show what was read so far, while reading goes on; nothing is chosen by it."""
        known = {file.sha256 for file in self._files}
        fresh = [file for file, _path in brought.found if file.sha256 and file.sha256 not in known]
        self._brought = brought
        self._files = [*self._files, *(one for one in fresh if one.state is not FileState.REPEAT)]
        self._fill()

    def put_due(self, due: int) -> None:
        """For how many computers a receipt is due."""
        text = Text("Write receipts ({n})…", n=due) if due else Text("Write receipts…")
        self._words.say(self.receipts.setText, text)

    def say(self) -> None:
        """All of it in the language spoken now."""
        self._fill()
        self.preview.say()

    def set_ready(self, *, ready: bool) -> None:
        """Whether something can be begun; nothing can while files are read or imported."""
        for one in (self.choose_files, self.choose_folder, self.receipts, self.bundles, self.mails):
            one.setEnabled(ready)
        self.import_ready.setEnabled(ready and self._count(FileState.READY) > 0)

    # ------------------------------------------------------------ the steps

    def _fill(self, wanted: str = "") -> None:
        lines = lines_of(self._files, self._brought)
        narrowed = FILTERS[max(0, self._chosen.checkedId())]
        passing = [line for line in lines if narrowed.takes(line.file)]
        self._lines = {line.key: line for line in passing}
        for one, chip in zip(FILTERS, self._chips, strict=True):
            n = sum(one.takes(line.file) for line in lines)
            chip.setText(f"{self._words.render(one.title)} {n}")
        n = self._count(FileState.READY)
        text = Text("Import all ready ({n})", n=n) if n else Text("Import all ready")
        self._words.say(self.import_ready.setText, text)
        chosen = next((key for key in (wanted, self.table.key) if key in self._lines), self._in_its_place())
        self._names.put(line.file.name for line in passing)
        self.table.put(table_rows(passing, self._words), chosen)
        self._stack.setCurrentIndex(1 if passing or not self._looked else 0)
        self._say_sums()
        self._tell_picked()

    def _in_its_place(self) -> str:
        """The line that comes where the chosen one stood, which is let through no longer."""
        keys = list(self._lines)
        at = max(0, self.table.currentIndex().row())
        return keys[min(at, len(keys) - 1)] if keys else ""

    def _say_sums(self) -> None:
        """What was brought last, in numbers that add up, and whom to call about what is bad."""
        now = {file.sha256: file for file in self._files}
        brought = self._brought.found if self._brought is not None else ()
        files = [
            file if file.state is FileState.REPEAT else now.get(file.sha256, file) for file, _path in brought
        ]
        self.sums.setText(sums(files, self._words))
        self.sums.setVisible(len(files) > 1)
        self.bad.setText(bad_words(files, self._words))
        self.bad.setVisible(len(files) > 1 and bool(self.bad.text()))

    def _count(self, state: FileState) -> int:
        return sum(file.state is state for file in self._files)

    def _tell_picked(self, _key: str = "") -> None:
        self.picked.emit(self.line)

    def _make_chips(self) -> QButtonGroup:
        group = QButtonGroup(self)
        for n, _one in enumerate(FILTERS):
            chip = ChipButton()
            chip.setChecked(n == 0)
            group.addButton(chip, n)
            self._chips.append(chip)
        group.idClicked.connect(lambda _id: self._fill())
        return group

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self._none)
        self._stack.addWidget(self.table)
        card = Card()
        card.body.setContentsMargins(4, 10, 4, 10)
        card.body.addWidget(self.preview)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(FlowRow(*self._chips, self.choose_files, self.choose_folder, self.watch))
        column.addWidget(self.sums)
        column.addWidget(self.bad)
        column.addWidget(SideBySide(self._stack, card), 1)
        self.setFocusProxy(self.table)
