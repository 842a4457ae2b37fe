"""The line that opens in a village cell: offers places below itself, and takes no key it has no use for."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from fieldapp.domain.codes import Level
from fieldapp.domain.fields import PlaceRef
from fieldapp.domain.places import Gazetteer, shown
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words

_FROM_LETTERS = 2
_MOST = 6


class Offer(NamedTuple):
    """A place that may be meant, and what tells it from others of its name."""

    place: PlaceRef
    words: str


Offers = Callable[[str], Sequence[Offer]]


def offers(
    typed: str, known: Iterable[PlaceRef], gazetteer: Gazetteer | None, words: Words
) -> tuple[Offer, ...]:
    """Places that begin like what was typed: first those of this roster, then those of the gazetteer."""
    wanted = typed.strip().casefold()
    if len(wanted) < _FROM_LETTERS:
        return ()
    found = {place: place.words for place in known if place.words.casefold().startswith(wanted)}
    if gazetteer is not None:
        for place in gazetteer.find(typed, limit=_MOST):
            name = shown(place, words.language.code)[0]
            above = [shown(one, words.language.code)[0] for one in gazetteer.ancestors(place.key)[:1]]
            detail = " · ".join([name, *above, words.render(Level.words(place.level))])
            found.setdefault(PlaceRef(place.key, name), detail)
    return tuple(Offer(place, detail) for place, detail in found.items())[:_MOST]


class PlaceLine(LineEdit):
    """Typing offers places; Down chooses one, Enter takes it, going on typing ignores them."""

    def __init__(self, offered: Offers, parent: QWidget) -> None:
        super().__init__(parent)
        self._offered = offered
        self._value = PlaceRef()
        self._shown: Sequence[Offer] = ()
        self._list = QListWidget(parent.window())
        self._list.setProperty("look", "popup")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.hide()
        self._list.itemClicked.connect(lambda _item: self._take())
        self.textEdited.connect(self._offer)
        self.destroyed.connect(self._list.deleteLater)

    def show_value(self, place: PlaceRef) -> None:
        """Begin with a place that is there."""
        self._value = place
        self.setText(place.words)

    def value(self) -> PlaceRef:
        """The place that was chosen, or the words as typed; the name of one place only means that one."""
        words = " ".join(self.text().split())
        if words == self._value.words:
            return self._value
        same = {
            offer.place for offer in self._offered(words) if offer.place.words.casefold() == words.casefold()
        }
        return same.pop() if len(same) == 1 else PlaceRef("", words)

    def steer(self, event: QKeyEvent) -> bool:
        """Let a key move in the list. True when it was used up by that; Enter takes and is never used up."""
        if not self._list.isVisible():
            return False
        row = self._list.currentRow()
        if event.key() == Qt.Key.Key_Down:
            self._list.setCurrentRow(min(row + 1, self._list.count() - 1))
        elif event.key() == Qt.Key.Key_Up and row >= 0:
            self._list.setCurrentRow(row - 1)
        elif event.key() == Qt.Key.Key_Escape:
            self._list.hide()
        else:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab) and row >= 0:
                self._take()
            return False
        return True

    def hideEvent(self, event: QHideEvent) -> None:
        self._list.hide()
        super().hideEvent(event)

    def _take(self) -> None:
        self.show_value(self._shown[self._list.currentRow()].place)
        self._list.hide()

    def _offer(self, typed: str) -> None:
        self._shown = self._offered(typed)
        self._list.clear()
        for offer in self._shown:
            self._list.addItem(QListWidgetItem(offer.words))
        self._list.setVisible(bool(self._shown))
        if self._shown:
            self._place_list()

    def _place_list(self) -> None:
        theme = current()
        window = self.window()
        height = theme.px(ROW_HEIGHT - 2) * len(self._shown) + 6
        below = self.mapTo(window, QPoint(0, self.height()))
        if below.y() + height > window.height():
            below = self.mapTo(window, QPoint(0, -height))
        self._list.setGeometry(below.x(), below.y(), max(self.width(), theme.px(280)), height)
        self._list.raise_()
