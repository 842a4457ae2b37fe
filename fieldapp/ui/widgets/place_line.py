"""The line that takes a place, in a form and in a grid: offers places below itself while one types."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget
from shiboken6 import isValid

from fieldapp.domain.fields import PlaceRef
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.widgets.editor import FieldLine
from fieldapp.ui.widgets.place_book import Offer, PlaceBook

_WIDEST = 480


class PlaceLine(FieldLine):
    """Down chooses an offer, Enter or Tab takes it, Esc closes the list; going on typing ignores it.

    taken: an offer was taken, by key or by mouse.
    """

    taken = Signal()

    def __init__(
        self,
        book: PlaceBook,
        parent: QWidget | None = None,
        *,
        known: Callable[[], Iterable[PlaceRef]] = tuple,
        near: Callable[[], str] = lambda: "",
    ) -> None:
        """known: places to offer first. near: the key of a place to prefer to the home's own."""
        super().__init__(parent)
        self._book, self._known, self._near = book, known, near
        self._value = PlaceRef()
        self._shown: Sequence[Offer] = ()
        self._list: QListWidget | None = None
        self.textEdited.connect(self._offer)
        self.destroyed.connect(self._forget_list)

    def show_value(self, place: PlaceRef) -> None:
        """Begin with a place that is there."""
        self._value = place
        self.put(place.words)

    def value(self) -> PlaceRef:
        """The place that was chosen, or what the words mean that were typed."""
        words = " ".join(self.text().split())
        if not words:
            return PlaceRef()
        if words == self._value.words:
            return self._value
        return self._book.meant(words, self._known(), self._near())

    @property
    def offered(self) -> list[str]:
        """The words of the offers that are shown now."""
        return [offer.words for offer in self._shown] if self._showing() else []

    def steer(self, event: QKeyEvent) -> bool:
        """Let a key move in the list. True when it was used up by that; Enter takes and is never used up."""
        if self._list is None or not self._showing():
            return False
        row = self._list.currentRow()
        if event.key() == Qt.Key.Key_Down:
            self._list.setCurrentRow(min(row + 1, self._list.count() - 1))
        elif event.key() == Qt.Key.Key_Up and row >= 0:
            self._list.setCurrentRow(row - 1)
        elif event.key() == Qt.Key.Key_Escape:
            self._list.hide()
        else:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
                self._take()
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.steer(event):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        self._take()
        return super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._hide_list()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._hide_list()
        super().hideEvent(event)

    def _take(self) -> None:
        """Take the offer the cursor is on, if there is one."""
        row = self._list.currentRow() if self._list is not None and self._showing() else -1
        self._hide_list()
        if row < 0:
            return
        place = self._book.take(self._shown[row])
        if place is not None:
            self.show_value(place)
            self.taken.emit()

    def _offer(self, typed: str) -> None:
        self._shown = self._book.offers(typed, self._known(), self._near())
        if not self._shown:
            self._hide_list()
            return
        if self._list is None:
            self._list = self._make_list()
        self._list.clear()
        for offer in self._shown:
            self._list.addItem(QListWidgetItem(offer.words))
        self._place_list(self._list)
        self._list.show()
        self._list.raise_()

    def _make_list(self) -> QListWidget:
        made = QListWidget(self.window())
        made.setProperty("look", "popup")
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setAccessibleName(self.accessibleName())
        made.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.itemClicked.connect(lambda _item: self._take())
        return made

    def _place_list(self, listing: QListWidget) -> None:
        theme = current()
        window = self.window()
        if listing.parentWidget() is not window:
            listing.setParent(window)
        height = theme.px(ROW_HEIGHT - 2) * len(self._shown) + 6
        width = min(max(self.width(), theme.px(_WIDEST)), window.width())
        below = self.mapTo(window, QPoint(0, self.height()))
        if below.y() + height > window.height():
            below = self.mapTo(window, QPoint(0, -height))
        listing.setGeometry(min(below.x(), window.width() - width), max(below.y(), 0), width, height)

    def _showing(self) -> bool:
        return self._list is not None and isValid(self._list) and self._list.isVisible()

    def _hide_list(self) -> None:
        if self._list is not None and isValid(self._list):
            self._list.hide()

    def _forget_list(self) -> None:
        if self._list is not None and isValid(self._list):
            self._list.deleteLater()
