"""What a form is made of: a row is one field with its label and what is wrong, a section folds its rows."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fieldapp.domain.codes import Section
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Kind
from fieldapp.domain.rules import Problem
from fieldapp.domain.text import Text
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.widgets.editor import FieldEditor
from fieldapp.ui.widgets.icons import icon
from fieldapp.ui.widgets.parts_edit import PartsEditor
from fieldapp.ui.words import Words

_LABEL_WIDTH = 168
_SHORT = 250


class FormRow:
    """Label, editor and what is wrong, of one field."""

    def __init__(self, one: Field, editor: FieldEditor, words: Words) -> None:
        self.one = one
        self.editor = editor
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setBuddy(editor.inputs()[0])
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.hide()
        self._words = words
        self.wrong: InvalidInput | None = None
        self.found: list[Problem] = []

    @property
    def short(self) -> bool:
        """Whether two such fields fit beside each other."""
        return 0 < self.editor.width_wished <= _SHORT

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        return self.label, self.editor, self.problem

    def say(self) -> None:
        """Label, names for the ear and problems in the language spoken now."""
        label = Text(self.one.label)
        self.label.setText(self._words.render(label))
        self.label.setToolTip(self._words.other(label))
        self.editor.say()
        self.editor.name_for_ears(label)
        self.say_problem()

    def settle(self) -> None:
        """What was wrong with the words that stood there is over."""
        if self.wrong is not None:
            self.wrong = None
            self.say_problem()

    def say_problem(self) -> None:
        """What is wrong in both languages, in red; what is doubtful in amber."""
        hard = self.wrong is not None or any(problem.hard for problem in self.found)
        both = self._words.language.both
        lines = [both(problem.text) for problem in self.found]
        if self.wrong is not None:
            lines = [f"{both(self.wrong.title)}\n{both(self.wrong.advice)}"]
        self.problem.setText("\n".join(lines))
        self.problem.setVisible(bool(lines))
        look = "problem" if hard else "hint"
        if self.problem.property("look") != look:
            self.problem.setProperty("look", look)
            self.problem.style().unpolish(self.problem)
            self.problem.style().polish(self.problem)
        self.editor.mark("" if not lines else "hard" if hard else "soft")
        if isinstance(self.editor, PartsEditor):
            for problem in self.found:
                self.editor.mark_part(problem.path.partition("/")[2], "hard" if problem.hard else "soft")


class FormSection(QWidget):
    """A heading that folds, and the rows below it."""

    def __init__(self, section: Section, words: Words) -> None:
        super().__init__()
        self.section = section
        self.rows: list[FormRow] = []
        self._above = False
        self._words = words
        self.heading = QPushButton()
        self.heading.setProperty("look", "heading")
        self.heading.setCheckable(True)
        self.heading.setChecked(True)
        self.heading.toggled.connect(self._fold)
        self._stop_at_heading_if_folded()
        self.body = QWidget()
        self._grid = QGridLayout(self.body)
        self._grid.setContentsMargins(8, 0, 8, 10)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.heading)
        layout.addWidget(self.body)

    def add(self, row: FormRow) -> None:
        """Take a row in. It goes with us, even while this kind of activity has no place for it."""
        self.rows.append(row)
        for widget in row.widgets:
            widget.setParent(self.body)

    def arrange(self, columns: int, kind: str) -> None:
        """Lay the rows out in one column of fields or two; what an activity of this kind lacks is hidden.

        columns: 0 for labels above their fields, where large letters leave no room beside each other.
        """
        self._above, columns = columns == 0, max(columns, 1)
        shown = [row for row in self.rows if row.one.shows_for(kind)]
        for row in self.rows:
            for widget in row.widgets:
                self._grid.removeWidget(widget)
            if row not in shown:
                for widget in row.widgets:
                    widget.hide()
        for column in (0, 2):
            self._grid.setColumnMinimumWidth(
                column, current().px(_LABEL_WIDTH) if column < 2 * columns and not self._above else 0
            )
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1 if columns == 2 else 0)
        line = side = 0
        for at, row in enumerate(shown):
            following_short = at + 1 < len(shown) and shown[at + 1].short
            pairs = columns == 2 and row.short and (side == 1 or following_short)
            self._place(row, line, side, wide=not pairs, columns=columns)
            side = 1 - side if pairs else 0
            line += 0 if side else 3

    def say(self) -> None:
        """Heading and rows in the language spoken now."""
        self.heading.setText(self._words.render(Text(self.section.label)))
        side = current().px(14)
        name = "down" if self.heading.isChecked() else "right"
        self.heading.setIcon(icon(name, current().colours.muted, side))
        self.heading.setToolTip(self._words.other(Text(self.section.label)))
        for row in self.rows:
            row.say()

    def _place(self, row: FormRow, line: int, side: int, *, wide: bool, columns: int) -> None:
        at = 2 * side
        span = 2 * columns - 1 if wide else 1
        top = Qt.AlignmentFlag.AlignTop
        row.label.setMinimumHeight(0 if self._above else current().px(ROW_HEIGHT - 2))
        if row.one.kind is Kind.PARTS or self._above:
            self._grid.addWidget(row.label, line, 0, 1, 2 * columns)
            self._grid.addWidget(row.editor, line + 1, 0, 1, 2 * columns)
            self._grid.addWidget(row.problem, line + 2, 0, 1, 2 * columns)
        else:
            self._grid.addWidget(row.label, line, at, top)
            self._grid.addWidget(row.editor, line, at + 1, 1, span)
            self._grid.addWidget(row.problem, line + 1, at + 1, 1, span)
        row.label.setVisible(row.one.label != self.section.label)
        row.editor.show()

    def _fold(self, checked: bool) -> None:
        self.body.setVisible(checked)
        self._stop_at_heading_if_folded()
        self.say()

    def _stop_at_heading_if_folded(self) -> None:
        """Tab goes from field to field; a heading is a stop only while it hides its fields."""
        policy = Qt.FocusPolicy.ClickFocus if self.heading.isChecked() else Qt.FocusPolicy.StrongFocus
        self.heading.setFocusPolicy(policy)
