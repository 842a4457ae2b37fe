"""The dialogs of an activity. They know no service: they are given a draft and give one back."""

from collections.abc import Callable
from typing import Any

from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.fields import fields
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.domain.text import Text
from fieldapp.ui.activities.columns import IN_THE_ROW_PANEL
from fieldapp.ui.forms import Form
from fieldapp.ui.widgets.parts_of_a_page import give_size
from fieldapp.ui.widgets.place_book import PlaceBook
from fieldapp.ui.words import Words


class NewActivityDialog(QDialog):
    """Kind, day and place of a new activity; everything else can wait until it is open.

    Enter goes from field to field and on the last one to Start; Ctrl+Enter starts from any of them.
    """

    ASKED = ("kind", "start_date", "venue", "place")

    def __init__(
        self,
        words: Words,
        places: PlaceBook | None,
        draft: Activity,
        take: Callable[[Activity], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words.say(self.setWindowTitle, Text("New session"))
        self._take = take
        self.draft = draft
        self.form = Form(Activity, words, places, without=_NOT_ASKED)
        self.form.edited.connect(self._keep)
        self._start, cancel = QPushButton(), QPushButton()
        words.say(self._start.setText, Text("Start"))
        words.say(cancel.setText, Text("Cancel"))
        self._start.setProperty("look", "primary")
        self._start.setDefault(True)
        self._start.clicked.connect(self._finish)
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addWidget(self.form, 1)
        layout.addLayout(buttons)
        self.setTabOrder(self._start, cancel)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._finish)
        give_size(self, 600, 330)
        self._show()

    @classmethod
    def ask(
        cls,
        words: Words,
        places: PlaceBook | None,
        draft: Activity,
        take: Callable[[Activity], object],
        parent: QWidget,
    ) -> "NewActivityDialog":
        """Open it over `parent`; `take` gets the draft with what was chosen, or nothing is called."""
        dialog = cls(words, places, draft, take, parent)
        dialog.open()
        dialog.form.focus_first()
        return dialog

    def _keep(self, name: str, value: Any) -> None:
        self.draft = structs.replace(self.draft, **{name: value})
        self._show()

    def _show(self) -> None:
        self.form.set_record(self.draft)
        self._start.setEnabled(bool(self.draft.kind))

    def _finish(self) -> None:
        self.form.commit()
        if self.draft.kind:
            self.accept()
            self._take(self.draft)


_NOT_ASKED = frozenset(one.name for one in fields(Activity)) - frozenset(NewActivityDialog.ASKED)


class RowDialog(QDialog):
    """What a roster row says beside the grid, and which person it is."""

    def __init__(
        self,
        words: Words,
        row: RosterRow,
        kind: str,
        take: Callable[[RosterRow], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._take = take
        self.row = row
        words.say(self.setWindowTitle, row.name.shown(words.hindi) or Text("Participant"))
        self.form = Form(RosterRow, words, without=_IN_THE_GRID)
        self.form.edited.connect(self._keep)
        self.form.set_record(row, kind)
        self.buttons = QHBoxLayout()
        close = QPushButton()
        words.say(close.setText, Text("Close"))
        close.setProperty("look", "primary")
        close.clicked.connect(self.accept)
        self.buttons.addStretch(1)
        self.buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addWidget(self.form, 1)
        layout.addLayout(self.buttons)
        give_size(self, 600, 390)  # with room for what is wrong with the last field

    def add_verb(self, button: QPushButton) -> None:
        """Put a further button before the others."""
        button.setAutoDefault(False)
        self.buttons.insertWidget(0, button)

    def done(self, result: int) -> None:
        """What stands in a field is taken however the dialog is closed."""
        self.form.commit()
        super().done(result)

    def _keep(self, name: str, value: Any) -> None:
        changed = structs.replace(self.row, **{name: value})
        try:
            self._take(changed)
        except FieldAppError as error:
            self.form.refuse(name, error)
            return
        self.row = changed
        self.form.set_record(self.row)


_IN_THE_GRID = frozenset(one.name for one in fields(RosterRow)) - IN_THE_ROW_PANEL
