"""Picks a place: type a part of its name in either script, choose one, or go on with your own words."""

from PySide6.QtWidgets import QWidget

from fieldapp.domain.fields import Field, PlaceRef
from fieldapp.ui.widgets.editor import FieldEditor, Surroundings
from fieldapp.ui.widgets.place_line import PlaceLine


class PlaceEditor(FieldEditor):
    """A known place, or words that are none: both are kept as they stand."""

    width_wished = 360

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around)
        self.line = PlaceLine(around.places)
        self.line.editingFinished.connect(self.left)
        self.line.taken.connect(self.left)
        self.fit(self.line)

    def value(self) -> PlaceRef:
        return self.line.value()

    def show_value(self, value: PlaceRef) -> None:
        self.line.show_value(value)

    def say(self) -> None:
        self.line.say()

    def inputs(self) -> list[QWidget]:
        return [self.line]
