"""The line that opens in a name cell: one line for both scripts.

Latin letters become Devanagari at Space (Backspace at once gives them back); the letters are kept as the
Latin name. What the line makes of its words is `name_of`, without Qt.
"""

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from fieldapp.domain.fields import Name
from fieldapp.ui.widgets.name_edit import PhoneticLine, Transliterate


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
    """A phonetic line that remembers the letters behind its Devanagari words."""

    def __init__(self, transliterate: Transliterate, parent: QWidget) -> None:
        super().__init__(transliterate, parent)
        self._to_devanagari = transliterate
        self._before = Name()
        self._letters: dict[str, str] = {}
        self._kept: set[str] = set()
        self.turned.connect(self._turned)
        self.given_back.connect(self._kept.add)

    def show_value(self, name: Name, *, hindi: bool) -> None:
        """Begin with a name that is there; hindi: the script that is shown."""
        self._before = name
        self.setText(name.shown(hindi))

    def start_over(self) -> None:
        """Begin with nothing: what is typed replaces the name in both scripts."""
        self._before = Name()
        self.clear()

    def value(self) -> Name:
        return name_of(self.text(), self._before, self._letters, frozenset(self._kept), self._to_devanagari)

    def _turned(self, latin: str) -> None:
        word = self.text()[: self.cursorPosition()].split(" ")[-1]
        self._letters[word] = latin
