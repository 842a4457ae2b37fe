"""Editors that are lines to type in: text, whole numbers, money, fractions, dates and times.

Digits of every script are taken; what is shown has Latin ones. An empty line is the empty value.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, time
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Paise, Ratio
from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.periods import parse_date, parse_time, parse_whole
from fieldapp.domain.text import Text
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.editor import FieldEditor, FieldLine, Surroundings, sized
from fieldapp.ui.widgets.old_font import OldFontOffer
from fieldapp.ui.widgets.plain import TextBox

_NEAR_THE_END = 0.1


class TextEditor(FieldEditor):
    """One line of words. line: one that helps with them."""

    def __init__(self, one: Field, around: Surroundings, line: FieldLine | None = None) -> None:
        super().__init__(one, around)
        self.width_wished = 140 if one.longest <= 20 else 0
        self.line = line or FieldLine()
        self.line.editingFinished.connect(self.left)
        self.fit(self.line)

    def value(self) -> str:
        words = " ".join(self.line.text().split())
        return words if self.one.guard == "text" else fold_digits(words)

    def show_value(self, value: str) -> None:
        self.line.put(value)

    def inputs(self) -> list[QWidget]:
        return [self.line]


class LongTextEditor(FieldEditor):
    """Several lines of words."""

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around)
        self.box = TextBox()
        self.old_font = OldFontOffer(self.box)
        self.box.left.connect(self.left)
        self.take_size()
        self.left_over = QLabel()
        self.left_over.setProperty("look", "small")
        self.left_over.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.left_over.hide()
        self.box.textChanged.connect(self._count)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.box)
        column.addWidget(self.left_over)
        self.row.addLayout(column)

    def take_size(self) -> None:
        lines = max(2, self.one.lines)
        letters = QFontMetrics(QApplication.font())  # the box is dressed after its editor
        self.box.setFixedHeight(letters.lineSpacing() * lines + current().px(16))

    def say(self) -> None:
        self._count()

    def _count(self) -> None:
        """Say how many characters there is room for, only when there are few."""
        free = self.one.longest - len(self.value())
        self.left_over.setVisible(free < self.one.longest * _NEAR_THE_END)
        self.left_over.setText(self.around.words.render(Text("{n} characters left", n=free)))

    def value(self) -> str:
        return self.box.toPlainText().strip()

    def show_value(self, value: str) -> None:
        cursor = self.box.textCursor()
        at = cursor.position()
        self.box.setPlainText(value)
        cursor = self.box.textCursor()
        cursor.setPosition(min(at, len(value)))
        self.box.setTextCursor(cursor)

    def inputs(self) -> list[QWidget]:
        return [self.box]


class ReadEditor(FieldEditor):
    """A line whose words are read as something else; what cannot be read stays and is said to be wrong."""

    def __init__(
        self,
        one: Field,
        around: Surroundings,
        width: int,
        read: Callable[[str], Any],
        write: Callable[[Any], str],
    ) -> None:
        super().__init__(one, around)
        self.width_wished = width
        self._read, self._write = read, write
        self.line = FieldLine()
        self.line.editingFinished.connect(self._leave)
        self.fit(self.line)

    def value(self) -> Any:
        typed = self.line.text().strip()
        return self._read(typed) if typed else self.one.empty

    def show_value(self, value: Any) -> None:
        self.line.put("" if value == self.one.empty else self._write(value))

    def inputs(self) -> list[QWidget]:
        return [self.line]

    def _leave(self) -> None:
        with suppress(InvalidInput):  # the form says what is wrong; the words stay as they were typed
            self.show_value(self.value())
        self.left.emit()


class WholeEditor(ReadEditor):
    """A whole number from 0 to the field's most; nothing stands for 0."""

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around, 110, self._whole, str if one.year else around.words.language.number)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _whole(self, typed: str) -> int:
        number = parse_whole(typed)
        if number > self.one.most:
            raise InvalidInput(
                Text("This number is too large."),
                Text(
                    "At most {most} can be entered here.",
                    most=self.around.words.language.number(self.one.most),
                ),
                "too_large",
            )
        return number


class MoneyEditor(ReadEditor):
    """An amount typed in rupees (1, 1.50, ₹64), kept in paise."""

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around, 120, self._paise, around.words.language.rupees)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _paise(self, typed: str) -> Paise:
        rupees, _, rest = fold_digits(typed).replace("₹", "").strip().partition(".")
        if len(rest) > 2 or (rest and not rest.isdecimal()):
            raise InvalidInput(
                Text("This is not an amount: {words}", words=typed),
                Text("Enter rupees and paise, as in 1 or 1.50."),
                "money",
            )
        paise = parse_whole(rupees or "0") * 100 + int(rest.ljust(2, "0") or 0)
        if paise > self.one.most:
            raise InvalidInput(
                Text("This amount is too large."),
                Text(
                    "At most {most} can be entered here.",
                    most=self.around.words.language.rupees(self.one.most),
                ),
                "too_large",
            )
        return Paise(paise)


class DateEditor(ReadEditor):
    """A day as dd-mm-yyyy."""

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around, 120, parse_date, around.words.language.date)
        self.line.setPlaceholderText("dd-mm-yyyy")

    def value(self) -> date | None:
        found: date | None = super().value()
        return found


class TimeEditor(ReadEditor):
    """A clock time to the minute, 24 hours."""

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around, 120, parse_time, lambda value: f"{value:%H:%M}")
        self.line.setPlaceholderText("hh:mm")

    def value(self) -> time | None:
        found: time | None = super().value()
        return found


class FractionEditor(FieldEditor):
    """So many of so many: two whole numbers."""

    width_wished = 240

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around)
        self.over, self.under = FieldLine(), FieldLine()
        for line in (self.over, self.under):
            line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            line.editingFinished.connect(self.left)
            self.row.addWidget(sized(line, 90))
            if line is self.over:
                self.row.addWidget(QLabel("/"))
        self.row.addStretch(1)

    def value(self) -> Ratio:
        over, under = (
            parse_whole(line.text()) if line.text().strip() else 0 for line in (self.over, self.under)
        )
        return Ratio(over, under)

    def show_value(self, value: Ratio) -> None:
        number = self.around.words.language.number
        self.over.put(number(value.over) if value else "")
        self.under.put(number(value.under) if value else "")

    def inputs(self) -> list[QWidget]:
        return [self.over, self.under]

    def by_path(self) -> dict[str, QWidget]:
        return {"over": self.over, "under": self.under}

    def name_for_ears(self, label: Text) -> None:
        super().name_for_ears(label)
        render = self.around.words.render
        self.over.setAccessibleName(render(Text("{label}: how many", label=label)))
        self.under.setAccessibleName(render(Text("{label}: of how many", label=label)))
