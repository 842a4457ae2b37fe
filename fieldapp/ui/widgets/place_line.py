"""The line that takes a place, in a form and in a grid: offers places below itself while one types."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from fieldapp.domain.fields import PlaceRef
from fieldapp.ui.widgets.editor import FieldLine
from fieldapp.ui.widgets.offer_list import OfferList
from fieldapp.ui.widgets.place_book import Offer, PlaceBook


class OfferingLine(FieldLine):
    """A line with offers below it: Down chooses one, Enter or Tab takes it, Esc closes the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = OfferList(self)
        self.list.taken.connect(self.take_offer)
        self.textEdited.connect(self.offer)

    def offer(self, typed: str) -> None:
        """Show what may be meant by what was typed."""
        raise NotImplementedError

    def take_offer(self, at: int) -> None:
        """The offer at this place was chosen."""
        raise NotImplementedError

    def steer(self, event: QKeyEvent) -> bool:
        """Let a key move in the list. True when it was used up by that; Enter takes and is never used up."""
        return self.list.steer(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.steer(event):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        self.list.take()
        return super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.list.hide()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.list.hide()
        super().hideEvent(event)


class PlaceLine(OfferingLine):
    """taken: a place was taken from the offers, by key or by mouse; going on typing ignores them."""

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
        self._said = ""
        self._offers: Sequence[Offer] = ()

    def show_value(self, place: PlaceRef) -> None:
        """Begin with a place that is there."""
        self._value, self._said = place, self._book.said(place)
        self.put(self._said)

    def say(self) -> None:
        """The place that is there, in the language spoken now; what somebody is typing stays."""
        if self.text() == self._said:
            self.show_value(self._value)

    def value(self) -> PlaceRef:
        """The place that was chosen, or what the words mean that were typed."""
        words = " ".join(self.text().split())
        if not words:
            return PlaceRef()
        if words in (self._value.words, self._said):
            return self._value
        return self._book.meant(words, self._known(), self._near())

    def offer(self, typed: str) -> None:
        self._offers = self._book.offers(typed, self._known(), self._near())
        self.list.offer([offer.words for offer in self._offers])

    def take_offer(self, at: int) -> None:
        place = self._book.take(self._offers[at])
        if place is not None:
            self.show_value(place)
            self.taken.emit()
