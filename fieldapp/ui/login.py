"""Who is at the window: choose a login and give its passphrase, at the start and after locking.

The panel knows no service: it says what somebody tried, and is told what came of it (doors.py).
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.text import Text
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words

_WIDTH = 360


class LoginPanel(QWidget):
    """tried: login and passphrase, when somebody presses Enter or the button."""

    tried = Signal(str, str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("look", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = QLabel()
        self._title.setProperty("look", "title")
        self.logins = QComboBox()
        self.passphrase = LineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._refusal = QLabel()
        self._refusal.setProperty("look", "problem")
        self._refusal.setWordWrap(True)
        self.button = QPushButton()
        self.button.setProperty("look", "primary")
        words.say(self.button.setText, Text("Log in"))
        self.card = QFrame()
        self.card.setProperty("look", "card")
        layout = QVBoxLayout(self.card)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(6)
        layout.addWidget(self._title)
        layout.addSpacing(8)
        for text, field in ((Text("User name"), self.logins), (Text("Password"), self.passphrase)):
            label = QLabel()
            words.say(label.setText, text)
            words.say(field.setAccessibleName, text)
            label.setBuddy(field)
            layout.addWidget(label)
            layout.addWidget(field)
        layout.addWidget(self._refusal)
        layout.addSpacing(8)
        layout.addWidget(self.button)
        self.language = QPushButton()
        self.language.setProperty("look", "flat")
        words.say(self.language.setAccessibleName, Text("Hindi or English"))
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        middle = QHBoxLayout()  # an alignment would give the card no room for a refusal of several lines
        middle.addStretch(1)
        middle.addWidget(self.card)
        middle.addStretch(1)
        outer.addLayout(middle)
        outer.addWidget(self.language, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(1)
        self.button.clicked.connect(self._try)
        self.passphrase.returnPressed.connect(self._try)
        self._refused: FieldAppError | None = None
        words.changed.connect(self._say)
        self._say()

    def ask(self, logins: Sequence[str], chosen: str, *, locked: bool) -> None:
        """Ask for one of these logins. locked: somebody is at work and the window was locked."""
        title = Text("Locked") if locked else Text("Who is working?")
        self._words.say(self._title.setText, title)
        self.logins.clear()
        self.logins.addItems(list(logins))
        self.logins.setCurrentText(chosen)
        self.card.setFixedWidth(current().px(_WIDTH))
        self._refused = None
        self._say()
        self.set_busy(busy=False)
        self.passphrase.clear()
        self.passphrase.setFocus()

    def refuse(self, error: FieldAppError) -> None:
        """Say why they were not let in; the passphrase is typed anew."""
        self._refused = error
        self._say()
        self.set_busy(busy=False)
        self.passphrase.clear()
        self.passphrase.setFocus()

    def set_busy(self, *, busy: bool) -> None:
        """While the passphrase is being tried nothing can be pressed; the focus stays where it is typed."""
        self.passphrase.setReadOnly(busy)
        for widget in (self.logins, self.button):
            widget.setDisabled(busy)

    def _try(self) -> None:
        if self.passphrase.isReadOnly():
            return
        self.set_busy(busy=True)
        self.tried.emit(self.logins.currentText(), self.passphrase.text())

    def _say(self) -> None:
        self.language.setText("English" if self._words.hindi else "हिंदी")
        error = self._refused
        self._refusal.setVisible(error is not None)
        if error is not None:
            both = self._words.language.both
            self._refusal.setText(f"{both(error.title)}\n{both(error.advice)}")
