"""What pages are put together from: headings, empty states, big buttons, cards, rows that open something."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QDialog,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fieldapp.domain.text import Text
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.widgets.word_button import WordButton
from fieldapp.ui.words import Words

_AROUND = 40
_MARGIN = 12
"""What stays free below a widget that is brought into view: what is said above it shall stay there."""


def plain_label(look: str = "", text: str = "") -> QLabel:
    """A label that shows its words literally and wraps them. look: see theme.py."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("look", look)
    return label


def said_label(words: Words, text: Text, look: str = "") -> QLabel:
    """A label that says a text in the language spoken, now and later."""
    label = plain_label(look)
    words.say(label.setText, text)
    return label


def section_heading(words: Words, text: Text) -> QLabel:
    """The heading of a section of a page."""
    return said_label(words, text, "section")


def empty_state(words: Words, text: Text) -> QLabel:
    """What stands where there is nothing yet: says what could be done about it."""
    label = said_label(words, text, "empty")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setMinimumHeight(current().px(1.4 * ROW_HEIGHT))
    return label


def button(words: Words, text: Text, look: str = "") -> QPushButton:
    """A button with a verb on it. look: '', 'primary', 'big', 'danger' or 'flat'."""
    made = QPushButton()
    made.setProperty("look", look)
    made.setAutoDefault(False)
    words.say(made.setText, text)
    return made


def big_button(words: Words, text: Text) -> QPushButton:
    """The one thing most people come to a page for."""
    return button(words, text, "big")


def verb(words: Words, owner: QWidget, text: Text, key: str, do: Callable[[], object]) -> QAction:
    """What can be done by a key while the focus is inside the owner. key: '' for none."""
    made = QAction(owner)
    words.say(made.setText, text)
    made.setShortcut(QKeySequence(key))
    made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    made.triggered.connect(lambda _checked=False: do())
    owner.addAction(made)
    return made


class Card(QFrame):
    """A white sheet with room round what lies on it: add to `body`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(14, 10, 14, 10)
        self.body.setSpacing(4)


def give_size(dialog: QDialog, width: int, height: int = 0) -> None:
    """Make a dialog so large, in pixels at 100 %, as far as the window it comes over has room for it.

    Without a height it is as high as what is in it.
    """
    parent = dialog.parentWidget()
    room = parent.window().size() if parent is not None else dialog.screen().availableSize()
    wide = min(current().px(width), room.width() - _AROUND)
    if height:
        dialog.resize(wide, min(current().px(height), room.height() - _AROUND))
    else:
        dialog.setMinimumWidth(wide)


def scrolled(widget: QWidget, parent: QWidget | None = None) -> QScrollArea:
    """A widget that scrolls where it has too little room; its edge and focus are its own."""
    area = QScrollArea(parent)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area


class TwoColumns(QScrollArea):
    """A page of two columns that scrolls; the right one goes below the left where there is little width."""

    _STACKED_BELOW = 640

    def __init__(self, left_share: int = 1, right_share: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        sheet = QWidget()
        sheet.setProperty("look", "sheet")
        self.body = QVBoxLayout(sheet)
        self.body.setContentsMargins(0, 0, 8, 0)
        self.body.setSpacing(12)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(16)
        self.left, self.right = QVBoxLayout(), QVBoxLayout()
        for column, share in ((self.left, left_share), (self.right, right_share)):
            column.setSpacing(8)
            self._columns.addLayout(column, share)
        self.body.addLayout(self._columns)
        self.body.addStretch(1)
        self._kept: QWidget | None = None
        self._soon = QTimer(self, interval=0, singleShot=True)  # when all that changed has its place
        self._soon.timeout.connect(self._scroll_to_kept)
        self.setWidget(sheet)

    def add(self, column: QVBoxLayout, *widgets: QWidget) -> None:
        """Put widgets into `left` or `right`, from the top."""
        for widget in widgets:
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)

    def keep_in_view(self, widget: QWidget) -> None:
        """Scroll to a widget, now and again while it has the focus and what stands around it changes."""
        self._kept = widget
        self._soon.start()

    def _scroll_to_kept(self) -> None:
        kept, focused = self._kept, QApplication.focusWidget()
        if kept is not None and focused is not None and (kept is focused or kept.isAncestorOf(focused)):
            self.ensureWidgetVisible(kept, 0, current().px(_MARGIN))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._soon.start()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._soon.start()
        narrow = self.viewport().width() < current().px(self._STACKED_BELOW)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(way)


class RowButton(WordButton):
    """A row that opens something: its words, and what is known of it in small letters below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "row")
        self.detail = plain_label("small")
        self.detail.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.lines.addWidget(self.detail)

    def put(self, words: str, detail: str) -> None:
        """Both lines, as they are to be shown."""
        self.setText(words)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.setAccessibleName(words)
        self.setAccessibleDescription(detail)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(max(hint.width(), self.detail.sizeHint().width() + 24), max(hint.height(), self._both()))

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self._both())

    def _both(self) -> int:
        lines = self.fontMetrics().height() + self.detail.fontMetrics().height() + current().px(8)
        return max(lines, current().px(ROW_HEIGHT))
