"""What stands round every page and how it is laid out; what happens there is decided in main_window.py."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.domain.text import Text
from fieldapp.ui.messages import BugPage, Message, MessageLine
from fieldapp.ui.pages import PageEntry
from fieldapp.ui.rail import Rail
from fieldapp.ui.status import StatusLine, TaskLine
from fieldapp.ui.tasks import TaskRunner
from fieldapp.ui.theme import current
from fieldapp.ui.top_bar import TopBar
from fieldapp.ui.words import Words

if TYPE_CHECKING:
    from fieldapp.ui.desk import Desk
    from fieldapp.ui.go_to import GoTo
    from fieldapp.ui.login import LoginPanel
    from fieldapp.ui.side_panel import SidePanel


class Frame(QWidget):
    """rail | top bar, pages and side panel, lines, status; above all of it the practice strip.

    `work` and `login` are layers: one of them is shown. What is not seen at the start is made when it is
    first wanted. bug_left: somebody goes on after a bug. uncovered: what lay over the page is gone.
    """

    language_asked = Signal()
    bug_left = Signal()
    uncovered = Signal()

    def __init__(self, words: Words, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.rail = Rail(words)
        self.top = TopBar(words)
        self.status = StatusLine(words)
        self.message = MessageLine(words)
        self.rail.setEnabled(False)
        self.practice = _practice_strip(words)
        self.practice.setVisible(current().practice)
        self.pages = QStackedWidget()
        self.pages.addWidget(_loading(words))
        self.work = QWidget()
        self.task = TaskLine(words, tasks)
        self._middle = QHBoxLayout()
        self._lay_out_work()
        self.layers = QStackedWidget()
        self.layers.addWidget(self.work)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.practice)
        whole.addWidget(self.layers, 1)

    @cached_property
    def login(self) -> "LoginPanel":
        """Asks who is there."""
        from fieldapp.ui.login import LoginPanel

        panel = LoginPanel(self._words)
        panel.language.clicked.connect(self.language_asked)
        self.layers.addWidget(panel)
        return panel

    @cached_property
    def side(self) -> "SidePanel":
        """Help and keys, beside the page."""
        from fieldapp.ui.side_panel import SidePanel

        panel = SidePanel(self._words)
        panel.closed.connect(self.uncovered)
        self._middle.addWidget(panel)
        return panel

    @cached_property
    def bug(self) -> BugPage:
        """The report of what should not have happened, instead of a page."""
        page = BugPage(self._words)
        page.back.connect(self.bug_left)
        self.pages.addWidget(page)
        return page

    @cached_property
    def go_to(self) -> "GoTo":
        """Everything one can go to, over the page."""
        from fieldapp.ui.go_to import GoTo

        panel = GoTo(self._words, self)
        panel.closed.connect(self.uncovered)
        panel.line.refused.connect(lambda why: self.message.put(Message(why)))
        return panel

    @property
    def at_work(self) -> bool:
        """Whether the pages are shown, and not who works here."""
        return self.layers.currentWidget() is self.work

    def show_desk(self, desk: "Desk", entries: tuple[PageEntry, ...]) -> None:
        """Show who works now, in which office, and the pages there are for them."""
        self.rail.fill(entries)
        self.rail.setEnabled(True)
        self.rail.show_office(desk.office.name, desk.office.number)
        self.top.show_actor(desk.actor)

    def refresh(self) -> None:
        """Icons, sizes and the practice strip for a look that has just been put on."""
        self.practice.setVisible(current().practice)
        for part in (self.rail, self.top, self.status):
            part.refresh()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes on in reading order: rail, top bar, page, help, message, status.

        Qt's own order is the order of making, and pages are made last.
        """
        zones = (self.rail, self.top, self.pages, self.side, self.task, self.message, self.status)
        focused = QApplication.focusWidget()
        if not self.at_work or focused is None or not self.isAncestorOf(focused):
            return super().focusNextPrevChild(forward)
        order = [widget for zone in zones for widget in _stops(zone, focused)]
        if focused not in order:
            return super().focusNextPrevChild(forward)
        at = (order.index(focused) + (1 if forward else -1)) % len(order)
        order[at].setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        return True

    def _lay_out_work(self) -> None:
        self._middle.setContentsMargins(16, 4, 16, 8)
        self._middle.setSpacing(12)
        self._middle.addWidget(self.pages, 1)
        lines = QVBoxLayout()
        lines.setContentsMargins(16, 0, 16, 0)
        lines.addWidget(self.task)
        lines.addWidget(self.message)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addLayout(self._middle, 1)
        column.addLayout(lines)
        column.addSpacing(6)
        column.addWidget(self.status)
        row = QHBoxLayout(self.work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(column, 1)


def focus_into(page: QWidget) -> None:
    """Put the focus on the page, or on the first of its fields where it takes none itself."""
    page.setFocus()
    # The window's own: a dialog that closes may still have the keys.
    focused: QWidget | None = page.window().focusWidget()
    if focused is not None and (focused is page or page.isAncestorOf(focused)):
        return
    following = page.nextInFocusChain()
    while following is not None and following is not page:
        takes_tab = following.focusPolicy() & Qt.FocusPolicy.TabFocus
        if (
            page.isAncestorOf(following)
            and takes_tab
            and following.isVisibleTo(page)
            and following.isEnabled()
        ):
            following.setFocus()
            return
        following = following.nextInFocusChain()


def _stops(zone: QWidget, focused: QWidget) -> Iterator[QWidget]:
    """Where Tab stops in a zone, in Qt's order; the widget with the focus is one wherever it is."""
    widget = zone.nextInFocusChain()
    while widget is not None and widget is not zone:
        takes_tab = (
            widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled()
        )
        if zone.isAncestorOf(widget) and (takes_tab or widget is focused) and widget.focusProxy() is None:
            yield widget
        widget = widget.nextInFocusChain()


def _loading(words: Words) -> QWidget:
    label = QLabel()
    label.setProperty("look", "empty")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    words.say(label.setText, Text("Opening…"))
    return label


def _practice_strip(words: Words) -> QFrame:
    strip = QFrame()
    strip.setProperty("look", "practice")
    label = QLabel()
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    both = words.language.both(Text("PRACTICE"))
    words.say(label.setText, Text("{both}: nothing here goes to head office", both=both))
    row = QHBoxLayout(strip)
    row.setContentsMargins(8, 1, 8, 1)
    row.addWidget(label)
    return strip
