"""The bar above the page: its heading; who works here, search, help, language and lock on the right."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.text import Text
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.icons import icon, picture
from fieldapp.ui.words import Words


class TopBar(QFrame):
    """What its buttons ask for comes as signals; the window does it."""

    search_asked = Signal()
    help_asked = Signal()
    language_asked = Signal()
    lock_asked = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "topbar")
        self._words = words
        self._actor: Actor | None = None
        self.heading = QLabel()
        self.heading.setProperty("look", "title")
        self.heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._face, self.who = QLabel(), QLabel()
        self.search = self._button("search", Text("Go to any page, action or record"), "Ctrl+K")
        self.help = self._button("help", Text("Help"), "F1")
        self.language = self._button("", Text("Hindi or English"), "Ctrl+Shift+L")
        self.lock = self._button("lock", Text("Lock"), "Ctrl+L")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 10, 2)
        row.setSpacing(2)
        row.addWidget(self.heading, 1)
        row.addWidget(self._face)
        row.addSpacing(4)
        row.addWidget(self.who)
        row.addSpacing(8)
        for button, signal in (
            (self.search, self.search_asked),
            (self.help, self.help_asked),
            (self.language, self.language_asked),
            (self.lock, self.lock_asked),
        ):
            button.clicked.connect(signal)
            row.addWidget(button)
        words.changed.connect(self.refresh)
        self.refresh()

    def show_actor(self, actor: Actor) -> None:
        """Write who is logged in, and with which duty."""
        self._actor = actor
        self.refresh()

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
            self.who.setText(f"{self._actor.login} · {self._words.render(Duty.words(self._actor.duty))}")
            self._face.setPixmap(picture("person", theme.colours.muted, side, self.devicePixelRatioF()))

    def _button(self, name: str, text: Text, key: str) -> QPushButton:
        button = QPushButton()
        button.setProperty("look", "flat")
        button.setProperty("icon_name", name)
        self._words.say(button.setAccessibleName, text)
        self._words.say(button.setToolTip, Text("{what} ({key})", what=text, key=key))
        return button
