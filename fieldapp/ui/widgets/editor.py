"""What every editor of a field has in common, whatever its kind: a value in, a value out, and `left`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Kind
from fieldapp.domain.text import Text
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.old_font import OldFontOffer
from fieldapp.ui.widgets.place_book import PlaceBook
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words

if TYPE_CHECKING:
    from fieldapp.ui.widgets.ref_edit import RefBook

PICKED = frozenset({"target", "trained_by", "opened_in"})
"""The references that a person sets; the others follow from what is done."""


@dataclass(frozen=True)
class Surroundings:
    """What editors need besides their field. make: gives the editor of a further field (parts have some).

    refs: the records that can be referred to; None where no other record can be chosen.
    """

    words: Words
    places: PlaceBook
    make: "Callable[[Field], FieldEditor]"
    refs: "RefBook | None" = None

    def shows(self, one: Field) -> bool:
        """Whether a form has this field: what is set by hand, and other records where they are known."""
        return one.by_hand if one.kind is not Kind.REF else self.refs is not None and one.name in PICKED


_WISHED = "width wished"


class FieldEditor(QWidget):
    """An editor shows a value and gives one; it saves nothing.

    left: somebody left it, pressed Enter, or chose something, whether or not the value is another one now.
    `width_wished` is in logical pixels at 100 %; an editor that takes all the room there is has 0.
    """

    left = Signal()
    width_wished = 0

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__()
        self.one = one
        self.around = around
        self._look = current()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(6)

    def fit(self, widget: QWidget) -> None:
        """Put in the one widget of this editor, as wide as wished where there is the room."""
        if self.width_wished:
            self.row.addWidget(sized(widget, self.width_wished), 1000)
            self.row.addStretch(1)
        else:
            self.row.addWidget(widget)

    def take_size(self) -> None:
        """Give everything that has a size of its own the one that goes with the look that is worn."""
        for widget in self.findChildren(QWidget):
            if width := widget.property(_WISHED):
                sized(widget, width)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange and current() != self._look:
            self._look = current()
            self.take_size()

    def value(self) -> Any:
        """What stands in it. Raises InvalidInput when that is no value of its kind."""
        raise NotImplementedError

    def value_or_none(self) -> Any:
        """What stands in it, or None while it cannot be read."""
        try:
            return self.value()
        except InvalidInput:
            return None

    def show_value(self, value: Any) -> None:
        """Put a value in; what was being typed is gone, the cursor stays where it was as far as it can."""
        raise NotImplementedError

    def follow(self, value: Any, before: Any) -> None:
        """Show what the record holds now instead of `before`; what somebody is typing in it stays."""
        typing = self.has_focus() and self.value_or_none() != before
        if not typing:
            self.show_value(value)

    def inputs(self) -> list[QWidget]:
        """The widgets one types or chooses in, in reading order; the first carries the label."""
        raise NotImplementedError

    def by_path(self) -> dict[str, QWidget]:
        """The inputs by their path inside it: '' where there is one, 'hi', '2/organisation', '1/name/en'."""
        return {"": self.inputs()[0]}

    def say(self) -> None:
        """Say again what is said in words, in another language. The value stays."""

    def name_for_ears(self, label: Text) -> None:
        """Give the inputs the names a screen reader speaks."""
        for widget in self.inputs():
            widget.setAccessibleName(self.around.words.render(label))
            widget.setAccessibleDescription(self.around.words.other(label))

    def mark(self, level: str) -> None:
        """Colour it: 'hard' red, 'soft' amber, '' not at all."""
        for widget in self.inputs():
            if (widget.property("problem") or "") != level:
                widget.setProperty("problem", level)
                widget.style().unpolish(widget)
                widget.style().polish(widget)

    def has_focus(self) -> bool:
        """Whether somebody is in it."""
        return any(widget.hasFocus() for widget in self.inputs())

    def place(self) -> str:
        """The path inside it of the input that has the focus; '' when none has, or there is but one."""
        return next((path for path, widget in self.by_path().items() if widget.hasFocus()), "")

    def focus_part(self, rest: str, why: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the focus where a path inside it points ('hi', '2/organisation'), else in the first input."""
        self._at(rest).setFocus(why)

    def wrong_part(self) -> str:
        """The path inside it of the input that is red; '' where all of it is, or nothing."""
        inputs = self.by_path()
        red = [path for path, widget in inputs.items() if widget.property("problem") == "hard"]
        return red[0] if 0 < len(red) < len(inputs) else ""

    def words(self) -> dict[str, str]:
        """The words in its lines and boxes, by their path inside it."""
        found = {}
        for path, widget in self.by_path().items():
            if isinstance(widget, QLineEdit):
                found[path] = widget.text()
            elif isinstance(widget, QPlainTextEdit):
                found[path] = widget.toPlainText()
        return found

    def standing(self) -> str | None:
        """The words in the line or box that has the focus; None where one chooses instead of typing."""
        widget = self._at(self.place())
        if isinstance(widget, QLineEdit):
            return widget.text()
        return widget.toPlainText() if isinstance(widget, QPlainTextEdit) else None

    def take_up(self, rest: str, words: str | None) -> None:
        """Put the focus where a path inside it points, and the words that were being typed there."""
        self.focus_part(rest)
        if words is not None:
            self.put_words(rest, words)

    def put_words(self, rest: str, words: str) -> None:
        """Put words into the line or box where a path inside it points, as if somebody had typed them."""
        widget = self._at(rest)
        if isinstance(widget, QLineEdit):
            widget.selectAll()
            widget.insert(words)  # can be undone, as typing can
        elif isinstance(widget, QPlainTextEdit):
            widget.selectAll()
            widget.insertPlainText(words)

    def _at(self, rest: str) -> QWidget:
        inputs = self.by_path()
        return inputs.get(rest) or next(
            (widget for path, widget in inputs.items() if path.startswith(f"{rest}/")), self.inputs()[0]
        )

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing at all to be seen in it."""
        return False

    def set_editable(self, *, on: bool) -> None:
        """Whether its value can be changed."""
        self.setEnabled(on)

    def forget_typing(self) -> None:
        """Empty it so that nothing of what was typed can be brought back."""
        self.show_value(self.one.empty)


class FieldLine(LineEdit):
    """A line in a form: Enter goes on to the next field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.returnPressed.connect(self.focusNextChild)
        self.old_font = OldFontOffer(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # Qt would press the default button of the dialog as well

    def put(self, words: str) -> None:
        """Show these words with the cursor where it was, and forget the typing that could be undone."""
        at = self.cursorPosition()
        self.setText(words)
        self.setCursorPosition(min(at, len(words)))


def sized(widget: QWidget, width: int) -> QWidget:
    """Let a widget be at most so wide, in logical pixels at 100 %."""
    widget.setProperty(_WISHED, width)
    widget.setMaximumWidth(current().px(width))
    return widget
