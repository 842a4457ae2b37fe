"""A small dialog that asks for a few words: why something is amended or returned, a count, a new date.

It knows no service. What it gives is taken or refused by the call it was given; what that raises is said in
the dialog, which then stays open.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.identifiers import find_forbidden_number
from fieldapp.domain.text import Text
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.parts_of_a_page import button, give_size, plain_label, said_label
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words

Answers = Mapping[str, str]
"""What was typed, by the names of the lines; a tick is '1' or ''."""


@dataclass(frozen=True)
class AskedLine:
    """One line of the dialog. short: it holds a number or a day. secret: what is typed is not shown.

    after: the code of a refusal after which the line shows, '' for one that is there from the beginning.
    """

    name: str
    label: Text
    value: str = ""
    longest: int = 300
    short: bool = False
    secret: bool = False
    after: str = ""


@dataclass(frozen=True)
class Asked:
    """What a dialog asks. told: what will happen. tick: a question to be ticked, by its name.

    allowed: the registered centre IDs, which may stand in its lines. danger: it cannot be undone.
    """

    title: Text
    verb: Text
    lines: Sequence[AskedLine]
    told: Text | None = None
    tick: tuple[str, Text, bool] | None = None
    allowed: frozenset[str] = frozenset()
    danger: bool = False


class AskingDialog(QDialog):
    """What was answered is taken or refused by a call; what that raises is said here, and nothing is gone.

    Enter takes, Esc gives up.
    """

    def __init__(self, words: Words, title: Text, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._words = words
        words.say(self.setWindowTitle, title)
        self.wrong = plain_label("problem")
        self.wrong.hide()
        give_size(self, 560)

    def _give(self, take: Callable[[], object]) -> None:
        try:
            take()
        except FieldAppError as error:
            self._refuse(error)
        else:
            self.accept()

    def _refuse(self, error: FieldAppError) -> None:
        both = self._words.language.both
        self.wrong.setText(f"{both(error.title)}\n{both(error.advice)}")
        self.wrong.show()
        self.adjustSize()


class AskDialog(AskingDialog):
    """Asks for a few lines of words."""

    def __init__(self, words: Words, asked: Asked, take: Callable[[Answers], object], parent: QWidget):
        super().__init__(words, asked.title, parent)
        self._asked, self._take = asked, take
        self.lines: dict[str, LineEdit] = {}
        self._labels: dict[str, QLabel] = {}
        self._tick = QCheckBox()
        self._lay_out()

    @classmethod
    def ask(
        cls, words: Words, asked: Asked, take: Callable[[Answers], object], parent: QWidget
    ) -> "AskDialog":
        """Open it over `parent`; `take` gets the answers, or nothing is called."""
        dialog = cls(words, asked, take, parent)
        dialog.open()
        next(line for line in dialog.lines.values() if not line.isHidden()).setFocus()
        return dialog

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        if self._asked.told is not None:
            layout.addWidget(said_label(self._words, self._asked.told))
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for at, one in enumerate(self._asked.lines):
            self._add_line(grid, at, one)
        layout.addLayout(grid)
        if self._asked.tick is not None:
            _, text, on = self._asked.tick
            self._words.say(self._tick.setText, text)
            self._tick.setChecked(on)
            layout.addWidget(self._tick)
        layout.addWidget(self.wrong)
        layout.addStretch(1)
        look = "danger" if self._asked.danger else "primary"
        self.done_button = button(self._words, self._asked.verb, look)
        self.done_button.setDefault(True)
        self.done_button.clicked.connect(self._finish)
        cancel = button(self._words, Text("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.done_button)
        layout.addLayout(buttons)

    def _add_line(self, grid: QGridLayout, at: int, one: AskedLine) -> None:
        line = LineEdit(one.value)
        line.setMaxLength(one.longest)
        if one.short:
            line.setMaximumWidth(current().px(140))
        if one.secret:
            line.setEchoMode(LineEdit.EchoMode.Password)
        label = said_label(self._words, one.label)
        label.setBuddy(line)
        self._words.say(line.setAccessibleName, one.label)
        grid.addWidget(label, at, 0)
        grid.addWidget(line, at, 1)
        self.lines[one.name], self._labels[one.name] = line, label
        for widget in (line, label):
            widget.setHidden(bool(one.after))

    def typed(self) -> dict[str, str]:
        """What stands here unsaved, by the names of the lines; what is secret is kept nowhere."""
        open_lines = (one for one in self._asked.lines if not one.secret)
        found = {one.name: self.lines[one.name].text() for one in open_lines}
        return {name: words for name, words in found.items() if words}

    def take_up(self, typed: Mapping[str, str]) -> None:
        """Put back what `typed` gave, after a power cut."""
        for name, words in typed.items():
            if name in self.lines:
                self.lines[name].setText(words)
                self.lines[name].show()
                self._labels[name].show()

    def _finish(self) -> None:
        answers = {name: line.text().strip() for name, line in self.lines.items()}
        if self._asked.tick is not None:
            answers[self._asked.tick[0]] = "1" if self._tick.isChecked() else ""

        def take() -> None:
            self._clear_numbers()
            self._take(answers)

        self._give(take)

    def _clear_numbers(self) -> None:
        """Whatever else is wrong with an answer, a number that must not be kept goes first."""
        found = None
        for line in (self.lines[one.name] for one in self._asked.lines if not one.secret):
            if one_found := find_forbidden_number(line.text(), allowed=self._asked.allowed):
                line.setText("")  # and what could be undone in it
                line.setFocus()
                found = one_found
        if found is not None:
            advice = Text("Take the number out of these words.")
            raise InvalidInput(found.message, advice, "forbidden_number")

    def _refuse(self, error: FieldAppError) -> None:
        """Show the line that answers it, too."""
        for one in self._asked.lines:
            line = self.lines[one.name]
            if one.after and one.after == error.code:
                line.show()
                self._labels[one.name].show()
                line.setFocus()
        super()._refuse(error)
