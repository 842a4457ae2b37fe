"""The line that opens in a name cell: one line for both scripts.

Latin letters become Devanagari at Space (Backspace at once gives them back); the letters are kept as the
Latin name. What the line makes of its words is `name_of`, without Qt. A name that is known offers its person.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.services.search import KnownPerson
from fieldapp.ui.widgets.name_edit import PhoneticLine, Transliterate
from fieldapp.ui.widgets.offer_list import OfferList
from fieldapp.ui.widgets.old_font import KEPT

_FROM_LETTERS = 3
_OFFER_AFTER_MS = 80
"""Letters that follow each other more quickly than this are looked for together."""


People = Callable[[str], Sequence[KnownPerson]]
"""What was typed of a name -> who may be meant, the likeliest first."""


def nobody(_typed: str) -> Sequence[KnownPerson]:
    """For names that are no participant's."""
    return ()


def name_of(
    typed: str, before: Name, letters: Mapping[str, str], kept: frozenset[str], transliterate: Transliterate
) -> Name:
    """The name that a line with these words stands for.

    before: the name the typing began from, empty when it began anew. letters: Devanagari word -> the Latin
    letters it was typed with. kept: Latin words a person took back from Devanagari, so they stay as they are.
    """
    words = typed.split()
    if not words or " ".join(words) in (before.hi, before.en):
        return before if words else Name()
    if all(_is_latin(word) for word in words):
        if before:
            return Name(before.hi, " ".join(words))
        if kept.issuperset(words):
            return Name("", " ".join(words))
    hindi = [word if word in kept else transliterate(word) if _is_latin(word) else word for word in words]
    latin = [word if _is_latin(word) else letters.get(word, "") for word in words]
    english = " ".join(word[:1].upper() + word[1:] for word in latin) if all(latin) else before.en
    return Name(" ".join(hindi), english)


def _is_latin(word: str) -> bool:
    return word.isascii() and any(letter.isalpha() for letter in word)


class NameLine(PhoneticLine):
    """A phonetic line that remembers the letters behind its Devanagari words.

    person: the known person who was taken from the list, or None.
    """

    def __init__(
        self,
        transliterate: Transliterate,
        parent: QWidget,
        people: People = nobody,
        village: Callable[[PlaceRef], str] = attrgetter("words"),
    ) -> None:
        """village: how a known person's village is named beside the name."""
        super().__init__(transliterate, parent)
        self._village = village
        self._to_devanagari = transliterate
        self._people = people
        self.person: KnownPerson | None = None
        self._before = Name()
        self._hindi = False
        self._letters: dict[str, str] = {}
        self._kept: set[str] = set()
        self._offered: Sequence[KnownPerson] = ()
        self._list = OfferList(self)
        self._list.taken.connect(self._take)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_OFFER_AFTER_MS)
        self._soon.timeout.connect(self._offer)
        self.turned.connect(self._turned)
        self.given_back.connect(self._kept.add)
        if people is not nobody:
            self.textEdited.connect(self._soon.start)

    def show_value(self, name: Name, *, hindi: bool) -> None:
        """Begin with a name that is there; hindi: the script that is shown."""
        self._before, self._hindi = name, hindi
        self.setText(name.shown(hindi))

    def start_over(self) -> None:
        """Begin with nothing: what is typed replaces the name in both scripts."""
        self._before = Name()
        self.clear()

    def value(self) -> Name:
        kept = self.text().split() if self.property(KEPT) else self._kept
        return name_of(self.text(), self._before, self._letters, frozenset(kept), self._to_devanagari)

    def steer(self, event: QKeyEvent) -> bool:
        """Let a key move in the list of known people. True when it was used up by that."""
        if event.key() == Qt.Key.Key_Down and self._soon.isActive():
            self._offer()
        return self._list.steer(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._soon.stop()
        self._list.hide()
        super().hideEvent(event)

    def _turned(self, latin: str) -> None:
        word = self.text()[: self.cursorPosition()].split(" ")[-1]
        self._letters[word] = latin

    def _offer(self) -> None:
        self._soon.stop()
        typed = " ".join(self.text().split())
        self._offered = self._people(typed) if len(typed) >= _FROM_LETTERS else ()
        self._list.offer([self._known_words(one) for one in self._offered])

    def _take(self, at: int) -> None:
        self.person = self._offered[at]
        self._before = self.person.name
        self.setText(self._before.shown(self._hindi))

    def _known_words(self, known: KnownPerson) -> str:
        """What tells one person from another in a list: name, father's or husband's name, village."""
        name, relation = known.name.shown(self._hindi), known.relation.shown(self._hindi)
        return " · ".join(filter(None, (name, relation, self._village(known.village))))
