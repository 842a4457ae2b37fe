"""Editors to choose in: one code of a list, several of them, yes or no.

A code that has a key of its own is chosen by that key alone; other letters look for a label, as in any list,
in whichever language they are typed.
"""

from itertools import chain
from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from fieldapp.domain.codes import Code
from fieldapp.domain.fields import Field
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.widgets.editor import FieldEditor, Surroundings

_GO_ON = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CodeBox(QComboBox):
    """A combo box for the keyboard: one key chooses, Enter goes on, Space opens; the wheel does nothing."""

    def __init__(self, codes: type[Code], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._by_key = {code.key.casefold(): str(code) for code in codes if code.key}
        self._names: dict[str, tuple[str, ...]] = {}
        self._typed, self._typed_at = "", 0.0
        self.currentTextChanged.connect(self.setToolTip)

    def name(self, code: str, *labels: str) -> None:
        """By which words letters find a code, besides itself: its labels in every language."""
        self._names[code] = tuple(label.casefold() for label in (*labels, code) if label)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if plain and (code := self._by_key.get(event.text().casefold())) is not None:
            self.setCurrentIndex(self.findData(code))
            self.activated.emit(self.currentIndex())
        elif event.key() in _GO_ON:
            self.focusNextChild()
        elif event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.setCurrentIndex(0)
            self.activated.emit(0)
        elif event.key() == Qt.Key.Key_Escape or event.text() == "?":
            event.ignore()
        elif plain and _is_letter(event):
            if (at := self._seek(event.text(), self.currentIndex())) >= 0:
                self.setCurrentIndex(at)
                self.activated.emit(at)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As ever, but words there is no room for end in an ellipsis instead of within a letter."""
        del event
        painter, drawn = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(drawn)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, drawn)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, drawn, part, self)
        drawn.currentText = drawn.fontMetrics.elidedText(
            drawn.currentText, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, drawn)

    def showPopup(self) -> None:
        self.view().installEventFilter(self)
        super().showPopup()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and _is_letter(event):
            if (at := self._seek(event.text(), self.view().currentIndex().row())) >= 0:
                self.view().setCurrentIndex(self.model().index(at, 0))
            return True
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def _seek(self, letter: str, now: int) -> int:
        """The entry that the letters typed so far begin, -1 where none does; one letter again goes on."""
        at_once = monotonic() - self._typed_at < QApplication.keyboardInputInterval() / 1000
        self._typed = (self._typed if at_once else "") + letter.casefold()
        self._typed_at = monotonic()
        again = len(set(self._typed)) == 1
        found = self._begun_by(letter.casefold() if again else self._typed)
        if now not in found:
            return found[0] if found else -1
        return found[(found.index(now) + again) % len(found)]

    def _begun_by(self, typed: str) -> list[int]:
        """The entries with a label that begins so, then those with a word that does."""
        whole, inside = [], []
        for at in range(self.count()):
            names = self._names.get(self.itemData(at), ())
            if any(name.startswith(typed) for name in names):
                whole.append(at)
            elif any(word.startswith(typed) for word in chain.from_iterable(map(str.split, names))):
                inside.append(at)
        return whole + inside


class CodeEditor(FieldEditor):
    """One code of the field's list, or none."""

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around)
        self._codes = codes_of(one)
        self.width_wished = 150 if max(len(code.label) for code in self._codes) <= 14 else 320
        self.box = CodeBox(self._codes)
        self.box.setMinimumContentsLength(6)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.addItem("", "")
        for code in self._codes:
            self.box.addItem("", str(code))
        self.box.activated.connect(lambda _index: self.left.emit())
        self.fit(self.box)
        self.say()

    def value(self) -> str:
        code: str = self.box.currentData() or ""
        return code

    def show_value(self, value: str) -> None:
        at = self.box.findData(value)
        if at < 0:  # a code of a newer program: kept, and shown as what it is
            self.box.addItem(self.around.words.render(self._codes.words(value)), value)
            at = self.box.count() - 1
        self.box.setCurrentIndex(at)

    def inputs(self) -> list[QWidget]:
        return [self.box]

    def say(self) -> None:
        for at in range(self.box.count()):
            code: str = self.box.itemData(at)
            words = self._codes.words(code)
            label = self.around.words.render(words)
            if code:
                self.box.name(code, label, self.around.words.other(words))
            key = self._codes[code].key if code in self._codes.values() else ""
            self.box.setItemText(at, f"{label}  ({key})" if key else label)


class CodeList(QListWidget):
    """A list to tick: Space ticks, Up and Down move, Enter goes on."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _GO_ON:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Escape or event.text() == "?":
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.currentRow() < 0:
            self.setCurrentRow(0)


class CodesEditor(FieldEditor):
    """Any number of codes of the field's list."""

    width_wished = 420
    _ROWS = 5

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around)
        self._codes = codes_of(one)
        self.list = CodeList()
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setTabKeyNavigation(False)
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for code in self._codes:
            self._add(str(code))
        self.list.setProperty("look", "checks")
        self.take_size()
        self.list.itemChanged.connect(lambda _item: self.left.emit())
        self.fit(self.list)
        self.say()

    def take_size(self) -> None:
        super().take_size()
        rows = min(self.list.count(), self._ROWS)
        self.list.setFixedHeight(rows * current().px(ROW_HEIGHT - 6) + 6)

    def value(self) -> tuple[str, ...]:
        items = (self.list.item(at) for at in range(self.list.count()))
        return tuple(
            item.data(Qt.ItemDataRole.UserRole)
            for item in items
            if item.checkState() is Qt.CheckState.Checked
        )

    def show_value(self, value: tuple[str, ...]) -> None:
        self.list.blockSignals(True)
        known = {self.list.item(at).data(Qt.ItemDataRole.UserRole) for at in range(self.list.count())}
        for code in value:
            if code not in known:
                self._add(code)
        for at in range(self.list.count()):
            item = self.list.item(at)
            ticked = item.data(Qt.ItemDataRole.UserRole) in value
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.say()
        self.list.blockSignals(False)

    def inputs(self) -> list[QWidget]:
        return [self.list]

    def say(self) -> None:
        was_blocked = self.list.blockSignals(True)
        for at in range(self.list.count()):
            item = self.list.item(at)
            item.setText(self.around.words.render(self._codes.words(item.data(Qt.ItemDataRole.UserRole))))
        self.list.blockSignals(was_blocked)

    def _add(self, code: str) -> None:
        item = QListWidgetItem()
        item.setData(Qt.ItemDataRole.UserRole, code)
        item.setCheckState(Qt.CheckState.Unchecked)
        self.list.addItem(item)


class YesNoEditor(FieldEditor):
    """A box to tick."""

    width_wished = 60

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around)
        self.box = QCheckBox()
        self.box.clicked.connect(lambda _on: self.left.emit())
        self.box.installEventFilter(self)
        self.row.addWidget(self.box)
        self.row.addStretch(1)

    def value(self) -> bool:
        return self.box.isChecked()

    def show_value(self, value: bool) -> None:
        self.box.setChecked(value)

    def inputs(self) -> list[QWidget]:
        return [self.box]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _GO_ON:
            self.box.focusNextChild()
            return True
        return super().eventFilter(watched, event)


def _is_letter(event: QKeyEvent) -> bool:
    return event.text().isprintable() and bool(event.text().strip())


def codes_of(one: Field) -> type[Code]:
    """The code list of a field. Raises TypeError when it has none."""
    if one.codes is None:
        raise TypeError(f"{one.name} has no codes")
    return one.codes
