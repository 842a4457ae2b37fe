"""Where somebody is: the page that is open, what lies over it and the heading above; going there and back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fieldapp.domain.text import Text
from fieldapp.ui.desk import Desk
from fieldapp.ui.frame import Frame, focus_into
from fieldapp.ui.messages import Messages
from fieldapp.ui.open_pages import OpenPages
from fieldapp.ui.over_page import OverPage
from fieldapp.ui.page import Page, Spot
from fieldapp.ui.pages import page_of
from fieldapp.ui.words import Words

if TYPE_CHECKING:
    from fieldapp.services.left_off import LeftOff
    from fieldapp.ui.preview import Paper


class Whereabouts(QObject):
    """Of whoever works at the desk that `begin` was given last; before that there is nowhere to go."""

    def __init__(self, frame: Frame, words: Words, messages: Messages, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self._words = words
        self._messages = messages
        self._desk: Desk | None = None
        self.pages = OpenPages(frame.pages, self)
        self.over = OverPage(frame, self)
        frame.rail.chosen.connect(self.open)
        frame.status.sync_asked.connect(self._open_sync)
        frame.uncovered.connect(self.focus_page)
        self.pages.heading_changed.connect(self._say_heading)
        self.pages.asks_for.connect(self.open)
        self.pages.asks_new.connect(self.begin_new)
        self.over.uncovered.connect(self._show_page)
        messages.bug.connect(self.over.show_bug)
        words.changed.connect(self.pages.retranslate)
        words.changed.connect(self._say_heading)

    @property
    def page(self) -> Page | None:
        """The page that is open."""
        return self.pages.current

    # ------------------------------------------------------------ going somewhere

    def begin(self, desk: Desk) -> None:
        """Somebody begins work at a desk: no page of whoever worked here before is left."""
        self.over.put_away()
        self.pages.begin(is_hq=desk.office.is_hq, is_block=desk.office.is_block)
        self._desk = desk

    def take_up(self, left: "LeftOff") -> dict[str, str]:
        """Go where this login left off, with the words that stood there; gives those that found no place."""
        known = any(entry.name == left.page for entry in self.pages.entries)
        self.open(left.page if known else self.pages.entries[0].name)
        if not known or self.page is None:
            return dict(left.typed)
        return dict(self.page.resume(Spot(left.type, left.record, left.view, left.path, left.typed)))

    def open(self, name: str, record_id: str = "") -> None:
        """Open a page of the rail, and on it a record. Raises KeyError for a name that is not there."""
        if self._desk is None:
            return
        if name != self.pages.name:
            self._messages.clear()
        self.pages.leave()
        self.over.put_away()
        page = self.pages.open(name, self._desk)
        self._frame.rail.mark(name)
        self._say_heading()
        if record_id:
            page.open_record(record_id)
        focus_into(page)

    def begin_new(self, name: str) -> None:
        """Open a page and begin a new record on it."""
        self.open(name)
        if self.page is not None:
            self.page.begin_new()

    def send_part(self, ids: Sequence[str]) -> None:
        """Make a sync file of these sessions alone, where one sees what becomes of it."""
        self.open("sync")
        if self.page is not None:
            self.page.send_part(ids)

    def show_change(self, type_word: str, record_id: str, path: str) -> None:
        """Go to what undo has just changed."""
        name = page_of(type_word)
        if not name:
            return
        if name != self.pages.name:
            self.open(name)
        if record_id and self.page is not None:
            self.page.show_change(record_id, path)

    def show_paper(self, paper: "Paper") -> None:
        """Lay a paper over the page."""
        if self._desk is not None:
            self.over.show_paper(self._desk, paper)
            self._say_heading()

    def back(self) -> None:
        """Close what lies over the page or beside it, else one step back."""
        frame = self._frame
        if frame.side.isVisible():
            frame.side.put_away()
        elif frame.message.isVisible():
            frame.message.put_away()
        elif not self.over.close():
            self.pages.back()

    def focus_page(self) -> None:
        """Put the focus into the open page."""
        if self.page is not None and self._frame.at_work:
            focus_into(self.page)

    # ------------------------------------------------------------ what is said of it

    def help_of_page(self) -> tuple[str, list[tuple[str, Text]]]:
        """The name of the open page's help, and its keys."""
        if self.page is None:
            return "", []
        return self.page.help_name or self.pages.name, self.page.keys()

    def _say_heading(self) -> None:
        heading = self.over.title or (self.page.heading() if self.page is not None else "")
        if heading:
            self._frame.top.show_heading(self._words.render(heading))

    def _open_sync(self) -> None:
        self.open("inbox" if self._desk is not None and self._desk.office.is_hq else "sync")

    def _show_page(self) -> None:
        if self.page is not None:
            self._frame.pages.setCurrentWidget(self.page)
            self.focus_page()
        self._say_heading()
