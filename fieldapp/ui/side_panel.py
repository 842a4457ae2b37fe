"""The panel on the right: help for the page (F1) and its keys (?)."""

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from fieldapp.domain.text import Text
from fieldapp.resources import resource
from fieldapp.ui.cover import Cover
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.icons import icon
from fieldapp.ui.words import Words

_WIDTH = 330

FRAME_KEYS: tuple[tuple[str, Text], ...] = (
    ("Ctrl+1 … 8", Text("Open a page")),
    ("Ctrl+K", Text("Go to any page, action or record")),
    ("Ctrl+Z", Text("Undo")),
    ("Ctrl+Y, Ctrl+Shift+Z", Text("Redo")),
    ("Alt+←, Esc", Text("Back")),
    ("Ctrl+Shift+L", Text("Hindi or English")),
    ("Ctrl+L", Text("Lock")),
    ("F1", Text("Help")),
    ("?", Text("Keys of this page")),
)


class SidePanel(Cover):
    """Shows help or keys."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self._words = words
        self._page = ""
        self._keys: list[tuple[str, Text]] = []
        self._help = False
        self._title = QLabel()
        self._title.setProperty("look", "section")
        self.text = QTextBrowser()
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setOpenLinks(False)
        self.text.document().setIndentWidth(16)
        close = QPushButton()
        close.setProperty("look", "flat")
        close.setIcon(icon("close", current().colours.muted, current().px(14)))
        words.say(close.setAccessibleName, Text("Close the help"))
        close.clicked.connect(self.put_away)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 6, 8)
        layout.addLayout(head)
        layout.addWidget(self.text, 1)
        words.changed.connect(self._say)
        self.hide()

    def show_help(self, page: str, keys: list[tuple[str, Text]]) -> None:
        """Open with the help of a page and its keys below; `page` is the name of the help file."""
        self._open(page, keys, with_help=True)

    def show_keys(self, page: str, keys: list[tuple[str, Text]]) -> None:
        """Open with the keys of a page and those that work everywhere."""
        self._open(page, keys, with_help=False)

    def _open(self, page: str, keys: list[tuple[str, Text]], *, with_help: bool) -> None:
        self._page, self._keys, self._help = page, keys, with_help
        self._say()
        self.come_up()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self) -> None:
        self.setFixedWidth(current().px(_WIDTH))
        title = self._words.render(Text("Help") if self._help else Text("Keyboard shortcuts"))
        self._title.setText(title)
        self.text.setAccessibleName(title)
        self.text.setMarkdown(help_text(self._page, self._words.language.code) if self._help else "")
        self.text.append(self._table(self._keys))
        self.text.append(self._table(list(FRAME_KEYS)))
        self.text.moveCursor(self.text.textCursor().MoveOperation.Start)

    def _table(self, keys: list[tuple[str, Text]]) -> str:
        rows = "".join(
            f"<tr><td style='padding:3px 12px 3px 0'><b>{html.escape(key)}</b></td>"
            f"<td style='padding:3px 0'>{html.escape(self._words.render(what))}</td></tr>"
            for key, what in keys
        )
        return f"<table>{rows}</table><br>" if rows else ""


def help_text(page: str, language: str) -> str:
    """The help of a page as Markdown in 'hi' or 'en'; nothing where none has been written."""
    try:
        return resource("help", f"{page}.{language}.md").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
