"""The attendance sheets of an activity that were printed, and what has become of each (product E2)."""

from functools import partial

from msgspec.structs import replace
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from fieldapp.domain.codes import SheetKind, SheetState
from fieldapp.domain.fields import Field
from fieldapp.domain.records import IssuedSheet
from fieldapp.domain.text import Text
from fieldapp.ui.activities.actions import OpenActivity
from fieldapp.ui.forms import MakeEditor
from fieldapp.ui.widgets.editor import FieldEditor, Surroundings
from fieldapp.ui.widgets.flow import HeadRow

STATES = (SheetState.ISSUED, SheetState.RETURNED, SheetState.KEYED, SheetState.FILED, SheetState.SPOILT)
"""What somebody can say of a sheet; superseded it is by itself, when another day is entered."""


class SheetsEditor(FieldEditor):
    """Its value is a tuple of IssuedSheet. A button beside each sheet says its state and changes it.

    Papers live on when the activity is finished, so this can be changed as long as it is this home's own.
    """

    def __init__(self, one: Field, around: Surroundings, opened: OpenActivity) -> None:
        super().__init__(one, around)
        self._opened = opened
        self._sheets: tuple[IssuedSheet, ...] = ()
        self._lines: list[tuple[HeadRow, QLabel, QPushButton]] = []
        self._none = QLabel()
        self._none.setProperty("look", "muted")
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        self._column.addWidget(self._none)
        self.row.addLayout(self._column, 1)

    def value(self) -> tuple[IssuedSheet, ...]:
        return self._sheets

    def show_value(self, value: tuple[IssuedSheet, ...]) -> None:
        self._sheets = value
        while len(self._lines) < len(value):
            self._add_line()
        self.say()

    def inputs(self) -> list[QWidget]:
        return [button for _, _, button in self._lines[: len(self._sheets)]] or [self._none]

    def by_path(self) -> dict[str, QWidget]:
        return {str(n): widget for n, widget in enumerate(self.inputs(), start=1)}

    def set_editable(self, *, on: bool) -> None:
        del on
        self.setEnabled(self._opened.owned)

    def name_for_ears(self, label: Text) -> None:
        del label
        self.say()

    def say(self) -> None:
        words = self.around.words
        self._none.setText(words.render(Text("No sheet has been printed yet.")))
        self._none.setVisible(not self._sheets)
        for at, (line, label, button) in enumerate(self._lines):
            line.setVisible(at < len(self._sheets))
            if at < len(self._sheets):
                said = _words_of(self._sheets[at])
                label.setText(words.render(said))
                button.setText(words.render(SheetState.words(self._sheets[at].state)))
                button.setAccessibleName(words.render(said))
                button.setAccessibleDescription(words.other(said))

    def choose(self, at: int, state: SheetState) -> None:
        """Say what has become of a sheet, counted from 0."""
        changed = replace(self._sheets[at], state=str(state))
        self._sheets = (*self._sheets[:at], changed, *self._sheets[at + 1 :])
        self.say()
        self.left.emit()

    def _add_line(self) -> None:
        at, label, button = len(self._lines), QLabel(), QPushButton()
        menu = QMenu(button)
        for state in STATES:
            action = menu.addAction("", partial(self.choose, at, state))
            self.around.words.say(action.setText, Text(state.label))
        button.setMenu(menu)
        label.setWordWrap(True)
        line = HeadRow(label, button)
        self._lines.append((line, label, button))
        self._column.addWidget(line)


def sheets_editor(opened: OpenActivity) -> MakeEditor:
    """Makes the editor of the field 'Sheets issued' for the activity that is open."""
    return lambda one, around: SheetsEditor(one, around, opened)


def _words_of(sheet: IssuedSheet) -> Text:
    return Text(
        "Sheet {n}: {kind}, {date}, copies: {copies}",
        n=sheet.number,
        kind=SheetKind.words(sheet.kind),
        date=sheet.issued_on or "",
        copies=sheet.copies,
    )
