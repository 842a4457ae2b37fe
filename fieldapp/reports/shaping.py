"""Words become glyphs. Hindi joins, reorders and stacks its letters, and only a shaping engine knows how.

ReportLab shapes with HarfBuzz, and goes by the script of the first letter; so a line is cut into runs of one
script ('SBI-हिन्दी' is two). What cannot be read back from the glyphs one by one (all Devanagari) says which
text it stands for; pdftotext, pdfium and screen readers then get the logical Unicode text.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple

from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import ShapeData, ShapedStr, TTFont, shapeStr

from fieldapp.resources import resource

_NAMES = {False: "NotoSansDevanagari-Regular", True: "NotoSansDevanagari-Bold"}
_EM = 1000

# Joiners and the dotted circle belong to the script of their neighbours, so a run is never cut at them.
_LETTER = r"\u0900-\u097f\u1cd0-\u1cff\ua8e0-\ua8ff"
_DEVANAGARI = re.compile(rf"([{_LETTER}][{_LETTER}\u200c\u200d\u25cc]*)")


class Face(NamedTuple):
    """One weight of the font that all paper is written in (Noto Sans Devanagari: Latin, Devanagari, ₹).

    name: by which ReportLab knows it. blank: a letter that draws nothing, is as wide as a space, and stands
    for no text.
    """

    name: str
    blank: str


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Letters of one script that stand side by side. face: of which weight. width: in em. levels: what is
    drawn, letters of one height after the other, each with its height above the base line in em. meaning:
    the text to be read for them, "" where the letters can be read by themselves."""

    face: Face
    width: float
    levels: tuple[tuple[float, str], ...]
    meaning: str = ""


class Shaped(NamedTuple):
    """A line of text ready to be drawn: its width in em, and its runs from left to right."""

    width: float
    runs: tuple[Run, ...]


@cache
def face(bold: bool = False) -> Face:
    """The regular or the bold weight, made known to ReportLab; opened once."""
    name = _NAMES[bold]
    font = TTFont(name, str(resource("fonts", f"{name}.ttf")), asciiReadable=False)
    shaper, letters = font.hbFont(), font.face
    # A glyph that no letter has for itself gets the next private letter when ReportLab first meets it, and
    # that reaches the file. Given out beforehand, it does not depend on what was printed before.
    private = font.hbAddPrivate  # type: ignore[attr-defined]
    for glyph in range(letters.numGlyphs):
        if glyph not in letters.glyphToChar:  # type: ignore[attr-defined]
            private(shaper.glyph_to_string(glyph), glyph, shaper.get_glyph_h_advance(glyph))
    blank = private("blank", letters.charToGlyph[ord(" ")], letters.charWidths[ord(" ")])
    registerFont(font)
    return Face(name, chr(blank))


# The same names, villages and headings come again and again, so runs and lines are remembered.


@lru_cache(maxsize=4096)
def _run(words: str, bold: bool) -> Run:
    one = face(bold)
    devanagari = bool(_DEVANAGARI.match(words))
    found = shapeStr(words, one.name, _EM, force=devanagari)
    if not isinstance(found, ShapedStr):
        return Run(one, stringWidth(words, one.name, 1), ((0, words),))
    glyphs: list[tuple[str, ShapeData]] = list(zip(found, found.__shapeData__, strict=True))  # type: ignore[attr-defined]
    width = sum(at.x_advance for _, at in glyphs) / _EM
    if not glyphs[-1][1].x_advance:
        # pdfium takes the width of the last glyph for where a word ends; a mark has none, and the space
        # before the next word would be lost. So a blank is set back under the last letter.
        blank = stringWidth(one.blank, one.name, _EM)
        glyphs.append((one.blank, ShapeData(0, 0, 0, -blank, 0, blank)))
    levels = tuple(
        (height / _EM, _level(list(group)))
        for height, group in groupby(glyphs, lambda glyph: glyph[1].y_offset)
    )
    return Run(one, width, levels, words if devanagari or found != words else "")


def _level(glyphs: list[tuple[str, ShapeData]]) -> ShapedStr:
    """Glyphs of one height, to be drawn as if they stood on the base line.

    ReportLab raises glyphs by itself, but loses the base line behind two marks of different heights.
    """
    flat = [at._replace(y_offset=0) for _, at in glyphs]
    return ShapedStr("".join(letter for letter, _ in glyphs), flat)  # type: ignore[arg-type]


@lru_cache(maxsize=4096)
def shaped(line: str, bold: bool = False) -> Shaped:
    """Shape a line of text. A space that does not break is one like any other."""
    words = _DEVANAGARI.split(line.replace("\u00a0", " "))
    runs = tuple(_run(word, bold) for word in words if word)
    return Shaped(sum(run.width for run in runs), runs)


def pieces(word: str) -> list[str]:
    """The smallest pieces a word may be broken into: a letter with all that is joined to it."""
    found: list[str] = []
    for letter in word:
        joined = unicodedata.category(letter) in ("Mn", "Mc") or letter in "\u200c\u200d"
        if found and (joined or found[-1][-1] in "\u094d\u200d"):
            found[-1] += letter
        else:
            found.append(letter)
    return found
