"""The bar above the page: its heading; who works here, search, help, language and lock on the right."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from fieldapp.domain.text import Text
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.icons import icon, picture
from fieldapp.ui.words import Words

if TYPE_CHECKING:
    from fieldapp.domain.actor import Actor


class Who(QLabel):
    """Name and duty of who works here. clicked: for the mouse; the keyboard has Ctrl+K and Ctrl+L."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()


class TopBar(QFrame):
    """What its buttons ask for comes as signals; the window does it."""

    search_asked = Signal()
    help_asked = Signal()
    language_asked = Signal()
    lock_asked = Signal()
    person_asked = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "topbar")
        self._words = words
        self._actor: Actor | None = None
        self.heading = QLabel()
        self.heading.setProperty("look", "title")
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setWordWrap(True)
        self.heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._face, self.who = QLabel(), Who()
        words.say(self.who.setToolTip, Text("Change person"))
        self.who.clicked.connect(self.person_asked)
        self.search = self._button("search", Text("Go to any page, action or record"), "Ctrl+K")
        self.help = self._button("help", Text("Help"), "F1")
        self.language = self._button("", Text("Hindi or English"), "Ctrl+Shift+L")
        self.lock = self._button("lock", Text("Lock"), "Ctrl+L")
        right = QHBoxLayout()
        right.setSpacing(2)
        right.addStretch(1)
        right.addWidget(self._face)
        right.addSpacing(4)
        right.addWidget(self.who)
        right.addSpacing(8)
        for button, signal in (
            (self.search, self.search_asked),
            (self.help, self.help_asked),
            (self.language, self.language_asked),
            (self.lock, self.lock_asked),
        ):
            button.clicked.connect(signal)
            right.addWidget(button)
        self._right = right
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(16, 6, 10, 2)
        self._row.addWidget(self.heading, 1)
        self._row.addLayout(right)
        words.changed.connect(self.refresh)
        self.refresh()

    def show_actor(self, actor: "Actor") -> None:
        """Write who is logged in, and with which duty."""
        self._actor = actor
        self.refresh()

    def show_heading(self, words: str) -> None:
        """Write what the page is about; it gets a line of its own where there is little width."""
        self.heading.setText(words)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        need = self.heading.fontMetrics().horizontalAdvance(self.heading.text())
        narrow = need + self._right.sizeHint().width() + 40 > self.width()
        way = QBoxLayout.Direction.BottomToTop if narrow else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(way)

    def refresh(self) -> None:
        """Words, icons and sizes as they are now."""
        theme = current()
        side = theme.px(18)
        for button in (self.search, self.help, self.lock):
            button.setIcon(icon(button.property("icon_name"), theme.colours.text, side))
            button.setIconSize(QSize(side, side))
        # The names of the languages are written in themselves, whatever is spoken now.
        self.language.setText("English" if self._words.hindi else "हिंदी")
        if self._actor is not None:
            from fieldapp.domain.actor import Duty

            self.who.setText(f"{self._actor.login} · {self._words.render(Duty.words(self._actor.duty))}")
            self._face.setPixmap(picture("person", theme.colours.muted, side, self.devicePixelRatioF()))

    def _button(self, name: str, text: Text, key: str) -> QPushButton:
        button = QPushButton()
        button.setProperty("look", "flat")
        button.setProperty("icon_name", name)
        self._words.say(button.setAccessibleName, text)
        self._words.say(button.setToolTip, Text("{what} ({key})", what=text, key=key))
        return button
