"""The rail on the left: whose home it is, and a button with icon and word for each page."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from fieldapp.domain.text import Text
from fieldapp.ui.pages import PageEntry
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.icons import icon
from fieldapp.ui.words import Words

if TYPE_CHECKING:
    from fieldapp.domain.fields import Name

_WIDTH = 152


class Rail(QWidget):
    """chosen: the name of the page somebody picked."""

    chosen = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words = words
        self._office: Name | None = None
        self._entries: dict[str, tuple[PageEntry, QPushButton]] = {}
        self._counts: dict[str, int] = {}
        self._name, self._number = QLabel(), QLabel()
        self._name.setWordWrap(True)
        self._group = QButtonGroup(self)
        body = QWidget()
        body.setObjectName("railbody")
        self._buttons = QVBoxLayout(body)
        self._buttons.setContentsMargins(0, 0, 0, 8)
        self._buttons.setSpacing(0)
        scroll = QScrollArea()
        scroll.setObjectName("railscroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        self._scroll = scroll
        head = QVBoxLayout()
        head.setContentsMargins(16, 14, 8, 8)
        head.setSpacing(0)
        head.addWidget(self._name)
        head.addWidget(self._number)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
        words.changed.connect(self.refresh)
        self.refresh()

    def show_office(self, name: "Name", number: str) -> None:
        """Write whose home it is above the buttons. number: 12 digits, shown in groups of four; the code of a
        block office is for files only.
        """
        self._office = name
        number = number if number.isdecimal() else ""
        self._number.setText(" ".join(number[at : at + 4] for at in range(0, len(number), 4)))
        self._number.setVisible(bool(number))
        self.refresh()

    def fill(self, entries: tuple[PageEntry, ...]) -> None:
        """Make the buttons anew, one a page."""
        for _, button in self._entries.values():
            self._group.removeButton(button)
            button.hide()  # until it is gone it would be painted below the new ones, and could be clicked
            button.deleteLater()
        while self._buttons.takeAt(0):
            pass
        self._entries.clear()
        for entry in entries:
            button = QPushButton()
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, name=entry.name: self.chosen.emit(name))
            self._group.addButton(button)
            self._buttons.addWidget(button)
            self._entries[entry.name] = (entry, button)
        self._buttons.addStretch(1)
        self.refresh()

    def mark(self, name: str) -> None:
        """Show which page is open; large letters leave no room for all of them at once."""
        button = self._entries[name][1]
        button.setChecked(True)
        self._scroll.ensureWidgetVisible(button, 0, 0)

    def count(self, name: str, number: int) -> None:
        """Write how many things wait on a page beside its word; 0 writes nothing."""
        self._counts[name] = number
        self.refresh()

    def button(self, name: str) -> QPushButton:
        """The button of a page. Raises KeyError when the rail has none of that name."""
        return self._entries[name][1]

    def refresh(self) -> None:
        """Words, counts, icons and sizes as they are now."""
        theme = current()
        self.setFixedWidth(theme.px(_WIDTH))
        self._name.setText(self._office.shown(self._words.hindi) if self._office else "")
        for number, (entry, button) in enumerate(self._entries.values(), 1):
            title = self._words.render(entry.title)
            waiting = self._counts.get(entry.name, 0)
            button.setText(f"  {title}  · {waiting}" if waiting else f"  {title}")
            button.setAccessibleName(
                self._words.render(Text("{page}, {count} waiting", page=title, count=waiting))
                if waiting
                else title
            )
            button.setToolTip(f"Ctrl+{number}")
            side = theme.px(18)
            button.setIconSize(QSize(side, side))
            button.setIcon(icon(entry.icon, theme.colours.rail_text, side))
