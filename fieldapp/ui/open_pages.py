"""The pages of the rail: each is made when it is first opened, and all go when somebody else comes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget

from fieldapp.domain.touched import Touched
from fieldapp.ui.page import Page
from fieldapp.ui.pages import PageEntry, pages

if TYPE_CHECKING:
    from fieldapp.ui.desk import Desk


class OpenPages(QObject):
    """heading_changed, asks_for and asks_new: as of the pages (page.py)."""

    heading_changed = Signal()
    asks_for = Signal(str, str)
    asks_new = Signal(str)

    def __init__(self, stack: QStackedWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._stack = stack
        self._made: dict[str, Page] = {}
        self.entries: tuple[PageEntry, ...] = pages(is_hq=False)
        self.name = ""
        self._asked = ("", "")  # the page that asked for the open record, and the record

    @property
    def current(self) -> Page | None:
        """The page that was opened last."""
        return self._made.get(self.name)

    def begin(self, *, is_hq: bool, is_block: bool = False) -> None:
        """Whoever worked here before leaves no page behind."""
        for page in self._made.values():
            self._stack.removeWidget(page)
            page.deleteLater()
        self._made.clear()
        self.name = ""
        self.entries = pages(is_hq=is_hq, is_block=is_block)

    def open(self, name: str, desk: "Desk") -> Page:
        """Put a page on top. Raises KeyError for a name that is not there."""
        entry = next((one for one in self.entries if one.name == name), None)
        if entry is None:
            raise KeyError(name)
        page = self._made.get(name) or self._make(entry, desk)
        self.name, self._asked = name, ("", "")
        self._stack.setCurrentWidget(page)
        return page

    def leave(self) -> None:
        """Let the open page keep what stands in the field that has the focus."""
        focused = QApplication.focusWidget()
        if focused is not None and self._stack.isAncestorOf(focused):
            focused.clearFocus()
        if self.current is not None:
            self.current.leave()

    def back(self) -> None:
        """One step back: to the record from which the open one was asked for, else inside the page."""
        page, (asker, record) = self.current, self._asked
        if page is not None and asker and page.spot().record == record:
            self.asks_for.emit(asker, "")
        elif page is not None:
            page.back()

    def touched(self, touched: Touched) -> None:
        """Tell every page what has changed."""
        for page in self:
            page.touched(touched)

    def retranslate(self) -> None:
        """Let every page say again what it says by itself."""
        for page in self:
            page.retranslate()

    def __iter__(self) -> Iterator[Page]:
        return iter(tuple(self._made.values()))

    def _ask(self, name: str, record: str) -> None:
        asker = self.name
        shown = self.current.spot().record if self.current is not None else ""
        self.asks_for.emit(name, record)
        if shown and record and asker != name:
            self._asked = asker, record

    def _make(self, entry: PageEntry, desk: "Desk") -> Page:
        page = entry.build(desk, self._stack)
        page.heading_changed.connect(self.heading_changed)
        page.asks_for.connect(self._ask)
        page.asks_new.connect(self.asks_new)
        self._made[entry.name] = page
        self._stack.addWidget(page)
        page.reload()
        return page
