"""A name in two lines, Hindi and English; and one in a single line.

In the Hindi line one may type Latin letters: Space (or leaving) turns the word into Devanagari, Backspace at
once gives the letters back. The letters are kept as the English name while nobody has typed another one.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from fieldapp.domain.fields import Field, Name
from fieldapp.domain.text import Text
from fieldapp.domain.transliteration import to_devanagari
from fieldapp.resources import resource
from fieldapp.ui.widgets.editor import FieldEditor, FieldLine, Surroundings
from fieldapp.ui.widgets.lines import TextEditor
from fieldapp.ui.widgets.old_font import KEPT

Transliterate = Callable[[str], str]
"""A Latin word -> the likeliest Devanagari word."""


def transliterate() -> Transliterate:
    """The program's way from Latin letters to Devanagari.

    By sound, but common names and the words of the field (panchayat, mahila, dukan) as they are spelt.
    """
    return lambda word: to_devanagari(word, _usual_spellings())


@cache
def _usual_spellings() -> dict[str, str]:
    lists: dict[str, Any] = msgspec.json.decode(resource("demo", "names.json").read_bytes())
    names = [name for group in lists.values() if isinstance(group, list) for name in group]
    _, *lines = resource("i18n", "typed_words.tsv").read_text("utf-8").splitlines()
    words = dict(line.split("\t") for line in lines)
    return words | {latin.lower(): hindi for latin, hindi, *_ in names if " " not in latin}


class PhoneticLine(FieldLine):
    """A line that turns Latin words into Devanagari. turned: a Latin word has become Devanagari."""

    turned = Signal(str)
    given_back = Signal(str)

    def __init__(self, transliterate: Transliterate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._transliterate = transliterate
        self._last: tuple[str, str] | None = None
        self._as_typed: set[str] = set()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self._turn_word():
            super().keyPressEvent(event)
            return
        if event.key() == Qt.Key.Key_Backspace and self._give_back():
            return
        self._last = None
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._turn_word()
        self._last = None
        super().focusOutEvent(event)

    def _turn_word(self) -> bool:
        if self.property(KEPT):
            return False
        before = self.text()[: self.cursorPosition()]
        latin = before.rpartition(" ")[2]
        wanted = latin.isascii() and any(letter.isalpha() for letter in latin)
        if not wanted or latin in self._as_typed:  # what was given back stays as it is
            self._last = None
            return False
        word = self._transliterate(latin)
        if word == latin:
            return False
        self._replace(latin, word)
        self._last = (latin, word)
        self.turned.emit(latin)
        return True

    def _give_back(self) -> bool:
        if self._last is None:
            return False
        latin, word = self._last
        self._last = None
        if not self.text()[: self.cursorPosition()].endswith(word + " "):
            return False
        self._as_typed.add(latin)
        self._replace(word + " ", latin)
        self.given_back.emit(latin)
        return True

    def _replace(self, old: str, new: str) -> None:
        at = self.cursorPosition()
        text = self.text()
        self.setText(text[: at - len(old)] + new + text[at:])
        self.setCursorPosition(at - len(old) + len(new))
        self.textEdited.emit(self.text())


class PersonNameEditor(TextEditor):
    """The name of somebody in one line: Latin letters become Devanagari while Hindi is spoken."""

    def __init__(self, one: Field, around: Surroundings) -> None:
        in_devanagari = transliterate()
        words = around.words
        super().__init__(one, around, PhoneticLine(lambda word: in_devanagari(word) if words.hindi else word))


class NameEditor(FieldEditor):
    """Both scripts of a name side by side."""

    width_wished = 0

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around)
        self.hindi = PhoneticLine(transliterate())
        self.english = FieldLine()
        self.hindi.setPlaceholderText("हिंदी")
        self.english.setPlaceholderText("English")
        self._letters = ""
        self.hindi.turned.connect(self._keep_letters)
        self.hindi.given_back.connect(self._drop_letters)
        for line in (self.hindi, self.english):
            line.editingFinished.connect(self.left)
            self.row.addWidget(line, 1)

    def value(self) -> Name:
        return Name(" ".join(self.hindi.text().split()), " ".join(self.english.text().split()))

    def show_value(self, value: Name) -> None:
        self.hindi.put(value.hi)
        self.english.put(value.en)
        self._letters = ""

    def inputs(self) -> list[QWidget]:
        return [self.hindi, self.english]

    def by_path(self) -> dict[str, QWidget]:
        return {"hi": self.hindi, "en": self.english}

    def name_for_ears(self, label: Text) -> None:
        words = self.around.words
        for line, named in (
            (self.hindi, Text("{label} (in Hindi)", label=label)),
            (self.english, Text("{label} (in English)", label=label)),
        ):
            line.setAccessibleName(words.render(named))
            line.setAccessibleDescription(words.other(named))

    def _keep_letters(self, latin: str) -> None:
        if self.english.text() == self._letters:
            self._letters = f"{self._letters} {latin.capitalize()}".strip()
            self.english.setText(self._letters)

    def _drop_letters(self, latin: str) -> None:
        if self.english.text() == self._letters:
            self._letters = self._letters[: -len(latin)].rstrip()
            self.english.setText(self._letters)
