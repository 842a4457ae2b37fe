"""What a page is: a widget in the frame that reads through services and says so when it has to read again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QWidget

from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.ui.words import Setter

if TYPE_CHECKING:
    from fieldapp.ui.desk import Desk


@dataclass(frozen=True)
class Spot:
    """Where somebody is on a page, and what stands there that has not been saved.

    type and record: word and id of the record, '' for none. view: which part of the page shows it, in the
    page's own words. path: the field or cell in the record ('venue/hi', 'rows/12/age'). typed: words by such
    paths, those with the cursor last; nobody has looked for forbidden numbers in them yet.
    """

    type: str = ""
    record: str = ""
    view: str = ""
    path: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


class Page(QWidget):
    """A page of the window. A page sets `title`, `help_name` and `shows` and overrides `reload`.

    shows: the record types it displays; when one of them was touched it reloads, at once if it is visible and
    else when it is next shown. The frame writes `heading()` above the page and asks again after
    `heading_changed`.
    """

    title: Text = Text("")
    help_name: str = ""
    shows: tuple[str, ...] = ()

    heading_changed = Signal()
    asks_for = Signal(str, str)
    """(page name, record id): the page asks the frame to open another page, '' for no record."""
    asks_new = Signal(str)
    """(page name): the page asks the frame to open another page and begin a new record there."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._stale = False

    def say(self, setter: Setter, text: Text | str) -> None:
        """Say a text through a widget's setter, in every language from now on."""
        self.desk.words.say(setter, text)

    def reload(self) -> None:
        """Read again what the page shows."""

    def retranslate(self) -> None:
        """Say again what was not said with `say`; comes after every change of language."""

    def touched(self, touched: Touched) -> None:
        """Records have changed somewhere. By default: reload if a type that is shown is among them."""
        if not touched.any_of(*self.shows):
            return
        if self.isVisible():
            self.reload()
        else:
            self._stale = True

    def heading(self) -> Text | str:
        """What the frame writes above the page."""
        return self.title

    def keys(self) -> list[tuple[str, Text]]:
        """The page's own keys, for `?`: the key as printed on it, and what it does."""
        return []

    def verbs(self) -> list[QAction]:
        """The actions that Ctrl+K offers while the page is open."""
        return []

    def open_record(self, record_id: str) -> None:
        """Show that record; a page without records ignores it."""

    def begin_new(self) -> None:
        """Begin a new record; a page without records ignores it."""

    def take_files(self, files: list[Path]) -> None:
        """Files fell on the window; only the page that exchanges files is given any."""

    def send_part(self, ids: Sequence[str]) -> None:
        """Make a sync file of these records alone; only a centre's page that exchanges files is asked."""

    def back(self) -> bool:
        """Go back one step inside the page (from a record to its list). False when there is none."""
        return False

    def leave(self) -> None:
        """The person goes elsewhere, locks or closes: what stands in a field is to be saved now.

        The frame takes the focus out of the field first, which is enough for a form.
        """

    def show_change(self, record_id: str, path: str) -> None:
        """Show the field or cell that undo has just changed; the form of a record shows it anyway."""
        del path
        if self.spot().record != record_id:
            self.open_record(record_id)

    def spot(self) -> Spot:
        """Where somebody is, for the next start after a power cut; asked twice a second, so it is quick."""
        return Spot()

    def resume(self, spot: Spot) -> Mapping[str, str]:
        """Go to where `spot` said, and put the words back into their fields; they are not saved by that.

        Gives the words that could not be put back: their record is gone or locked by now.
        """
        return spot.typed

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.reload()
