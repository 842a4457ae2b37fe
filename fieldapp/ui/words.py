"""The language that is spoken now, and everything on screen that is said again when it changes."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from fieldapp.domain.text import Text
from fieldapp.language import Language

# The window is painted before records and places are read in.
if TYPE_CHECKING:
    from fieldapp.domain.fields import PlaceRef
    from fieldapp.domain.places import Gazetteer

Setter = Callable[[str], object]
"""A bound method of a widget (or a partial of one) that takes words: `label.setText`."""


class Words(QObject):
    """Says texts through setters of widgets, and says them all again in another language.

    A widget that is gone is forgotten. `changed` comes after everything has been said again.
    """

    changed = Signal()

    def __init__(self, language: Language, parent: QObject | None = None, overlay: str | None = None) -> None:
        """overlay: the two letters of the state whose own words are preferred, e.g. 'JH'."""
        super().__init__(parent)
        self.language = language
        self._overlay = overlay
        self._places: Callable[[], Gazetteer | None] = lambda: None
        self._said: dict[tuple[int, str, object], tuple[QObject, Setter, Text]] = {}
        self._prune_at = 256

    def say(self, setter: Setter, text: Text | str) -> None:
        """Call `setter` with the words of `text` now and after every change of language.

        A later text for the same setter replaces the former; a str is said once, as it is.
        Raises TypeError when the setter belongs to no QObject, since it could then never be forgotten.
        """
        owner, key = _owner(setter)
        setter(self.render(text))
        if isinstance(text, str):
            self._said.pop(key, None)
            return
        self._said[key] = (owner, setter, text)
        if len(self._said) >= self._prune_at:
            self._forget_the_gone()
            self._prune_at = max(256, 2 * len(self._said))

    def live_in(self, overlay: str) -> None:
        """Prefer the words of a state from now on; overlay: its two letters, '' for the common words."""
        if (overlay or None) != self._overlay:
            self._overlay = overlay or None
            self.speak(self.language.code)

    def speak(self, code: str) -> None:
        """Change the language to 'hi' or 'en' and say everything again."""
        self.language = Language.named(code, self._overlay)
        self._forget_the_gone()
        for _, setter, text in list(self._said.values()):
            setter(self.render(text))
        self.changed.emit()

    def render(self, text: Text | str) -> str:
        """The words in the language spoken now."""
        return self.language.render(text)

    def know_places(self, places: "Callable[[], Gazetteer | None]") -> None:
        """Where the names of places are looked up from now on."""
        self._places = places

    def place(self, place: "PlaceRef") -> str:
        """The words of a place in the language spoken now, as far as they are known (domain.places.said)."""
        from fieldapp.domain.places import said

        known = self._places() if place.key else None
        return said(place.words, known.get(place.key) if known else None, self.language.code)

    def other(self, text: Text) -> str:
        """The words in the other language, or nothing where they are the same."""
        here = self.language.render(text)
        there = Language.named("en" if self.hindi else "hi", self._overlay).render(text)
        return "" if there == here else there

    def other_of(self, setter: Setter) -> str:
        """In the other language, what was last said through a setter; '' for a str or nothing."""
        said = self._said.get(_owner(setter)[1])
        return self.other(said[2]) if said is not None else ""

    @property
    def hindi(self) -> bool:
        """Whether Hindi is spoken now."""
        return self.language.code == "hi"

    def _forget_the_gone(self) -> None:
        self._said = {key: said for key, said in self._said.items() if isValid(said[0])}


def _owner(setter: Setter) -> tuple[QObject, tuple[int, str, object]]:
    method, detail = (setter.func, setter.args) if isinstance(setter, partial) else (setter, ())
    owner = getattr(method, "__self__", None)
    if not isinstance(owner, QObject):
        raise TypeError("the setter must be a method of a widget")
    return owner, (id(owner), getattr(method, "__name__", ""), detail)
