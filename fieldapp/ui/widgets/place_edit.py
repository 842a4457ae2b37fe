"""Picks a place: type a part of its name in either script, choose one, or go on with your own words."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QListView, QWidget

from fieldapp.domain.fields import Field, PlaceRef
from fieldapp.domain.places import Place, shown
from fieldapp.ui.widgets.editor import FieldEditor, FieldLine, Surroundings

_CHOICES = 8
_FROM_LETTERS = 2
_WORDS = Qt.ItemDataRole.UserRole + 1
_KEY = Qt.ItemDataRole.UserRole + 2


class PlaceEditor(FieldEditor):
    """A place of the gazetteer, or words that are none: both are kept as they stand."""

    width_wished = 360

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around)
        self.line = FieldLine()
        self._chosen = PlaceRef()
        self._choices = QStandardItemModel(self)
        self._completer = QCompleter(self._choices, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setCompletionRole(_WORDS)
        popup = QListView()
        popup.setProperty("look", "popup")
        self._completer.setPopup(popup)
        self._completer.activated[QModelIndex].connect(self._take)  # type: ignore[index]
        self.line.setCompleter(self._completer)
        self.line.textEdited.connect(self._offer)
        self.line.editingFinished.connect(self._leave)
        self.fit(self.line)

    def value(self) -> PlaceRef:
        words = " ".join(self.line.text().split())
        if not words:
            return PlaceRef()
        return self._chosen if words == self._chosen.words else PlaceRef("", words)

    def show_value(self, value: PlaceRef) -> None:
        self._chosen = value
        self.line.put(value.words)

    def inputs(self) -> list[QWidget]:
        return [self.line]

    def _offer(self, typed: str) -> None:
        self._choices.clear()
        for place in self._found(typed):
            words, within = self._name(place), self._within(place)
            item = QStandardItem(f"{words} · {within}" if within else words)
            item.setData(words, _WORDS)
            item.setData(place.key, _KEY)
            self._choices.appendRow(item)

    def _found(self, typed: str) -> Sequence[Place]:
        places, typed = self.around.places, typed.strip()
        return (
            places.find(typed, limit=_CHOICES) if places is not None and len(typed) >= _FROM_LETTERS else ()
        )

    def _name(self, place: Place) -> str:
        return shown(place, self.around.words.language.code)[0]

    def _within(self, place: Place) -> str:
        above = self.around.places.ancestors(place.key) if self.around.places is not None else ()
        return self._name(above[0]) if above else ""

    def _take(self, index: QModelIndex) -> None:
        self._chosen = PlaceRef(index.data(_KEY), index.data(_WORDS))
        self.line.put(self._chosen.words)
        self.left.emit()

    def _leave(self) -> None:
        """Words that are the name of one place only mean that place; of several, nobody knows which."""
        value = self.value()
        if value.words and not value.key:
            wanted = value.words.casefold()
            found = self._found(value.words)
            same = [place for place in found if wanted in (place.name_hi, place.name_en.casefold())]
            if len(same) == 1:
                self._chosen = PlaceRef(same[0].key, value.words)
        self.left.emit()
