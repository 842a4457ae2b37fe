"""Beside the table: the chosen file, what importing it would do or has done, and what is wrong with it."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from fieldapp.domain.results import RESULTS
from fieldapp.domain.text import Text
from fieldapp.language import INDIA
from fieldapp.sync.arrived import FileState
from fieldapp.sync.arriving import Counts, Outcome
from fieldapp.sync.inbox import Preview
from fieldapp.ui.inbox.model import OUTCOME_SIGNS, Line, batch_of, preview_rows
from fieldapp.ui.inbox.undo_row import UndoRow
from fieldapp.ui.sync.words import size
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.widgets.parts_of_a_page import button, empty_state, plain_label
from fieldapp.ui.widgets.plain_table import PlainTable
from fieldapp.ui.words import Words

_ROWS_SEEN = 4


class CountsGrid(QWidget):
    """How many records have each of the six outcomes: number above, word below."""

    _COLUMNS = 3

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._numbers: dict[Outcome, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        for n, outcome in enumerate(Outcome):
            row, column = 2 * (n // self._COLUMNS), n % self._COLUMNS
            number, name = plain_label("section"), plain_label("small")
            words.say(name.setText, Outcome.words(outcome))
            grid.addWidget(number, row, column)
            grid.addWidget(name, row + 1, column, Qt.AlignmentFlag.AlignTop)
            self._numbers[outcome] = number
        for column in range(self._COLUMNS):
            grid.setColumnStretch(column, 1)

    def put(self, counts: Counts) -> None:
        """Show these numbers; what asks for a look is coloured."""
        for outcome, number in self._numbers.items():
            n = getattr(counts, outcome.lower())
            number.setText(self._words.language.number(n))
            tone = OUTCOME_SIGNS[outcome][0] if n else "muted"
            number.setStyleSheet(f"color: {getattr(current().colours, tone)}")
            number.setAccessibleName(f"{self._words.render(Outcome.words(outcome))} {n}")


class FilePreview(QScrollArea):
    """enrol_asked: somebody wants to enrol the computer that made the request shown.

    undo_asked: the file shown is to be taken out again, with the reason typed. again_asked: it is to be
    offered again. let_in_asked: it came late from a replaced computer and is to be taken, with the reason.
    """

    enrol_asked = Signal()
    undo_asked = Signal(str)
    again_asked = Signal()
    let_in_asked = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None, *, enrols: bool = True) -> None:
        """enrols: whether this office is one that enrols computers."""
        super().__init__(parent)
        self._words = words
        self._enrols = enrols
        self._line: Line | None = None
        self._preview: Preview | None = None
        self.name, self.facts = plain_label("section"), plain_label("muted")
        self.status = plain_label()
        self.wrong, self.advice, self.other = plain_label(), plain_label(), plain_label("small")
        self.counts = CountsGrid(words)
        self.notes, self.limit, self.reason = plain_label("hint"), plain_label("small"), plain_label("hint")
        self.rows = PlainTable(
            words, Text("Records of the file"), (Text("Outcome"), Text("Record")), stretch=1
        )
        self.rows.setMinimumHeight(current().px(_ROWS_SEEN * ROW_HEIGHT))
        self.rows.picked.connect(self._say_reason)
        self.enrol = button(words, Text("Enrol this computer…"), "primary")
        self.enrol.clicked.connect(self.enrol_asked)
        self.undo = UndoRow(words)
        self.undo.asked.connect(self.undo_asked)
        self.let_in = UndoRow(
            words,
            Text("Take it all the same…"),
            Text("Take it"),
            Text("Why? It is noted. What is newer in it is shown for checking."),
        )
        self.let_in.asked.connect(self.let_in_asked)
        self.again = button(words, Text("Offer it again"))
        self.again.clicked.connect(self.again_asked)
        self._nothing = empty_state(words, Text("Choose a file in the table to see what is in it."))
        self._lay_out()
        self.put(None)

    # ------------------------------------------------------------ what the page calls

    @property
    def asking(self) -> bool:
        """Whether a reason is being asked about the file shown."""
        return self.undo.asking or self.let_in.asking

    def back(self) -> bool:
        """Ask no more for a reason. False when none is asked."""
        row = next((one for one in (self.undo, self.let_in) if one.asking), None)
        if row is not None:
            row.give_up()
        return row is not None

    def put(self, line: Line | None) -> None:
        """Show a file; its records come later with `put_preview`.

        The same file in the same state keeps the reason that is being typed.
        """
        if _shown_as(line) != _shown_as(self._line):
            self.undo.close_asking()
            self.let_in.close_asking()
        self._line, self._preview = line, None
        self.say()

    def put_preview(self, preview: Preview) -> None:
        """Show what importing the file that is shown would do, or has done."""
        self._preview = preview
        self.say()

    def say(self) -> None:
        """All of it in the language spoken now."""
        line, preview = self._line, self._preview
        self._nothing.setVisible(line is None)
        for widget in (self.name, self.facts):
            widget.setVisible(line is not None)
        asks = line is not None and line.file.state is FileState.REQUEST
        self.enrol.setVisible(asks and self._enrols)
        self.undo.setVisible(line is not None and line.file.state is FileState.IMPORTED)
        self.let_in.setVisible(line is not None and line.file.code == "replaced_sender")
        self.again.setVisible(line is not None and line.file.state is FileState.WITHDRAWN)
        self._say_file(line)
        self._say_wrong(line)
        for one in (self.counts, self.rows):
            one.setVisible(preview is not None)
        self._say_preview(preview)

    # ------------------------------------------------------------ the steps

    def _say_file(self, line: Line | None) -> None:
        self.status.setVisible(line is not None and line.file.state is not FileState.REPEAT)
        if line is None:
            return
        words, file = self._words, line.file
        self.name.setText(file.name)
        facts: list[Text | str] = [file.centre_name.shown(words.hindi), file.centre_code]
        if file.batch:
            facts.append(Text("Batch {n}", n=batch_of(file)))
        if file.size:
            facts.append(size(file.size))
        self.facts.setText(" · ".join(words.render(fact) for fact in facts if fact))
        self.facts.setVisible(bool(self.facts.text()))
        if file.state is FileState.IMPORTED and file.applied_at is not None:
            day = file.applied_at.astimezone(INDIA).date()
            state = Text("Imported on {date} by {login}", date=day, login=file.applied_by)
        else:
            state = FileState.words(file.state)
        self.status.setText(words.render(state))

    def _say_wrong(self, line: Line | None) -> None:
        said = line.file.said if line is not None else None
        self._wrong.setVisible(said is not None)
        if said is None or line is None:
            return
        tone = {FileState.REFUSED: "problem", FileState.REPEAT: "done"}.get(line.file.state, "hint")
        self._wrong.setProperty("look", f"banner-{tone}")
        self.wrong.setText(self._words.render(said[0]))
        self.advice.setText(self._words.render(said[1]))
        self.other.setText(" ".join(filter(None, map(self._words.other, said))))
        for widget in (self._wrong, self.wrong, self.advice, self.other):
            widget.style().unpolish(widget)
            widget.style().polish(widget)

    def _say_preview(self, preview: Preview | None) -> None:
        words = self._words
        self.notes.setVisible(preview is not None and bool(preview.notes or preview.kept_until))
        self.limit.setVisible(preview is not None and preview.counts.total > len(preview.rows))
        self.reason.hide()
        if preview is None:
            self.rows.put([])
            return
        self.counts.put(preview.counts)
        said = [RESULTS[code].said() for code in preview.notes]
        lines = [" ".join(map(words.render, one)) for one in said]
        if preview.kept_until is not None:
            lines.append(words.render(_kept_until(preview.file.state, preview.kept_until)))
        self.notes.setText("\n".join(lines))
        shown, every = (words.language.number(n) for n in (len(preview.rows), preview.counts.total))
        self.limit.setText(words.render(Text("{n} of {every} records are listed.", n=shown, every=every)))
        self.rows.put(preview_rows(preview.rows, words))
        self._say_reason(self.rows.key)

    def _say_reason(self, key: str) -> None:
        """Why a record is to be checked or is refused, in both languages."""
        said = self._preview.rows[int(key)].said if self._preview is not None and key else None
        self.reason.setVisible(said is not None)
        if said is not None:
            both = (self._words.render, self._words.other)
            self.reason.setText("\n".join(filter(None, (" ".join(map(say, said)).strip() for say in both))))

    def _lay_out(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._wrong = QFrame()
        banner = QVBoxLayout(self._wrong)
        banner.setContentsMargins(12, 6, 12, 6)
        banner.setSpacing(2)
        for label in (self.wrong, self.advice, self.other):
            banner.addWidget(label)
        sheet = QWidget()
        sheet.setProperty("look", "sheet")
        column = QVBoxLayout(sheet)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(6)
        for widget in (
            self._nothing,
            self.name,
            self.facts,
            self.status,
            self._wrong,
            self.enrol,
            self.again,
            self.undo,
            self.let_in,
            self.counts,
        ):
            column.addWidget(widget)
        for widget in (self.notes, self.limit):
            column.addWidget(widget)
        column.addWidget(self.rows, 1)
        column.addWidget(self.reason)
        column.addStretch(0)
        self.setWidget(sheet)


def _kept_until(state: FileState, day: date) -> Text:
    """Until when the bytes of a file are kept, and why no longer."""
    if state is FileState.IMPORTED:
        return Text(
            "Somebody in this file was erased. Its bytes, locked as they came, are destroyed on {date}.",
            date=day,
        )
    return Text(
        "Somebody was erased after this file came. If it is not imported before, it is destroyed on {date}.",
        date=day,
    )


def _shown_as(line: Line | None) -> tuple[str, FileState] | None:
    return (line.key, line.file.state) if line is not None else None
