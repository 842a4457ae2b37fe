"""Picks another record: a few letters find it, Down and Enter take it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.fields import Field, Ref
from fieldapp.domain.text import Text
from fieldapp.ui.widgets.editor import FieldEditor, Surroundings
from fieldapp.ui.widgets.place_line import OfferingLine


@dataclass(frozen=True)
class RefBook:
    """name: (field, id) -> what the record is called. find: (field, words) -> (id, what tells it apart)."""

    name: Callable[[Field, str], str]
    find: Callable[[Field, str], Sequence[tuple[str, str]]]


_NOTHING = RefBook(lambda _one, _id: "", lambda _one, _typed: ())


class RefLine(OfferingLine):
    """The line of a reference. It offers at the first letter, for nobody remembers all of them."""

    def __init__(self, one: Field, book: RefBook) -> None:
        super().__init__()
        self._one, self._book = one, book
        self._offers: Sequence[tuple[str, str]] = ()
        self._chosen = ("", "")

    def show_value(self, record_id: str) -> None:
        """Show what the record with this id is called."""
        self._chosen = (record_id, self._book.name(self._one, record_id) if record_id else "")
        self.put(self._chosen[1])

    def say(self) -> None:
        """What was chosen, in the language spoken now; what somebody is typing stays."""
        if self._chosen[0] and self.text() == self._chosen[1]:
            with suppress(FieldAppError):  # where it cannot be read now, it stays as it was called
                self.show_value(self._chosen[0])

    def value(self) -> Ref:
        """The id that was chosen, '' for an empty line. Raises InvalidInput when nothing was chosen."""
        words = self.text().strip()
        if words and words != self._chosen[1]:
            raise InvalidInput(
                Text("Nothing has been chosen for: {words}", words=words),
                Text("Type a few letters, go down to the right one and press Enter."),
                "no_choice",
            )
        return Ref(self._chosen[0] if words else "")

    def offer(self, typed: str) -> None:
        self._offers = self._book.find(self._one, typed.strip()) if typed.strip() else ()
        self.list.offer([words for _, words in self._offers])

    def take_offer(self, at: int) -> None:
        self.show_value(self._offers[at][0])


class RefEditor(FieldEditor):
    """Another record, chosen by words that find it."""

    width_wished = 360

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around)
        self.line = RefLine(one, around.refs or _NOTHING)
        self.line.setPlaceholderText(around.words.render(Text("Type a few letters to find it")))
        self.line.editingFinished.connect(self.left)
        self.line.list.taken.connect(lambda _at: self.left.emit())
        self.fit(self.line)

    def value(self) -> Ref:
        return self.line.value()

    def show_value(self, value: str) -> None:
        self.line.show_value(value)

    def inputs(self) -> list[QWidget]:
        return [self.line]

    def say(self) -> None:
        self.line.setPlaceholderText(self.around.words.render(Text("Type a few letters to find it")))
        self.line.say()
