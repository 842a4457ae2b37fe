"""Words become glyphs. Hindi joins, reorders and stacks its letters, and only a shaping engine knows how.

A shaped word is kept as PDF text operators for a font of size 1, so that it can be drawn at any size. What
cannot be read back from the glyphs one by one (all Devanagari) is wrapped in a span that says which text it
stands for; pdftotext, pdfium and screen readers then get the logical Unicode text.
"""

import re
import struct
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

import uharfbuzz

from fieldapp.resources import resource

_FILES = {False: "NotoSansDevanagari-Regular.ttf", True: "NotoSansDevanagari-Bold.ttf"}
_EM = 1000

# Joiners and the dotted circle belong to the script of their neighbours, so a run is never cut at them.
_LETTER = r"\u0900-\u097f\u1cd0-\u1cff\ua8e0-\ua8ff"
_DEVANAGARI = re.compile(rf"[{_LETTER}][{_LETTER}\u200c\u200d\u25cc]*")

# A PDF draws glyphs by number: what the shaper or an operating system would want is left out.
_NOT_FOR_DRAWING = (b"GDEF", b"GPOS", b"GSUB", b"STAT", b"cmap", b"name", b"post", b"OS/2", b"gasp")


@dataclass(frozen=True, slots=True)
class Shaped:
    """Text ready to be drawn. width: in em. operators: draw it with a font of size 1. glyphs: each glyph it
    uses with the text that stands for it alone, "" where it has none."""

    width: float
    operators: str
    glyphs: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class _Glyph:
    number: int
    cluster: int
    advance: int
    right: int
    up: int


class Face:
    """One weight of the font that all paper is written in (Noto Sans Devanagari: Latin, Devanagari, ₹)."""

    def __init__(self, file_name: str) -> None:
        self.name = file_name.removesuffix(".ttf")
        blob = uharfbuzz.Blob.from_file_path(str(resource("fonts", file_name)))
        self._face = uharfbuzz.Face(blob)
        self._font = uharfbuzz.Font(self._face)
        self._font.scale = (_EM, _EM)
        extents = self._font.get_font_extents("ltr")
        self.space = int(self._font.get_nominal_glyph(ord(" ")))
        self._blank = int(self._font.get_nominal_glyph(ord("\u00a0")))
        self.ascent, self.descent = int(extents.ascender), int(extents.descender)
        head = self._face.reference_table("head").data
        scale = _EM / self._face.upem
        self.box = tuple(round(side * scale) for side in struct.unpack(">4h", head[36:44]))

    def glyph_width(self, glyph: int) -> int:
        """The advance of a glyph in thousandths of an em."""
        return int(self._font.get_glyph_h_advance(glyph))

    def subset(self, glyphs: Iterable[int]) -> bytes:
        """A TrueType font that holds only these glyphs, under the numbers they have here."""
        wanted = uharfbuzz.SubsetInput()
        wanted.glyph_set.update(set(glyphs) | {0})
        wanted.drop_table_tag_set.update(int.from_bytes(tag) for tag in _NOT_FOR_DRAWING)
        wanted.flags = (
            uharfbuzz.SubsetFlags.RETAIN_GIDS
            | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
            | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
        )
        return bytes(wanted.subset(self._face).blob.data)

    def shape(self, word: str) -> Shaped:
        """Shape a word, each run of one script by itself: 'SBI-हिन्दी' is a Latin and a Devanagari run."""
        operators: list[str] = []
        meanings: list[tuple[int, str]] = []
        width = 0
        for run, devanagari in _runs(word):
            glyphs = self._shape_run(run, devanagari)
            width += sum(one.advance for one in glyphs)
            if not devanagari and self._reads_back(run, glyphs):
                operators.append(_draw(glyphs, self.glyph_width))
                meanings += [(one.number, letter) for one, letter in zip(glyphs, run, strict=True)]
            else:
                drawn = _draw(self._closed(glyphs), self.glyph_width)
                text = run.encode("utf-16-be").hex().upper()
                operators.append(f"/Span <</ActualText <FEFF{text}>>> BDC {drawn} EMC")
                meanings += [*self._alone(run, glyphs), (self._blank, "")]
        return Shaped(width / _EM, " ".join(operators), tuple(meanings))

    def _closed(self, glyphs: list[_Glyph]) -> list[_Glyph]:
        """The glyphs, with a blank set back under the last letter where a mark comes last.

        pdfium takes the width of the last glyph for where a word ends; a mark has none, and the space
        before the next word would be lost. The blank is another glyph than the space, for it stands for
        no text.
        """
        if glyphs[-1].advance:
            return glyphs
        return [*glyphs, _Glyph(self._blank, glyphs[-1].cluster, 0, -self.glyph_width(self._blank), 0)]

    def _shape_run(self, run: str, devanagari: bool) -> list[_Glyph]:
        buffer = uharfbuzz.Buffer()
        buffer.add_str(run)
        buffer.direction = "ltr"
        buffer.script = "Deva" if devanagari else "Latn"
        buffer.language = "hi" if devanagari else "en"
        uharfbuzz.shape(self._font, buffer, {"liga": devanagari})
        return [
            _Glyph(one.codepoint, one.cluster, at.x_advance, at.x_offset, at.y_offset)
            for one, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        ]

    def _reads_back(self, run: str, shaped: list[_Glyph]) -> bool:
        """Whether each glyph is the plain one of its letter, so that the font alone tells the text."""
        return len(run) == len(shaped) and all(
            one.number and one.number == self._font.get_nominal_glyph(ord(letter))
            for one, letter in zip(shaped, run, strict=True)
        )

    def _alone(self, run: str, shaped: list[_Glyph]) -> Iterator[tuple[int, str]]:
        """What each glyph would mean by itself, for readers that know no spans: best effort."""
        starts = sorted({one.cluster for one in shaped})
        ends = dict(zip(starts, [*starts[1:], len(run)], strict=True))
        for one in shaped:
            letters = run[one.cluster : ends[one.cluster]]
            sharing = sum(other.cluster == one.cluster for other in shaped)
            nominal = [
                letter for letter in letters if self._font.get_nominal_glyph(ord(letter)) == one.number
            ]
            yield one.number, (nominal or [letters if sharing == 1 else ""])[0]


@cache
def face(bold: bool = False) -> Face:
    """The regular or the bold weight; opened once."""
    return Face(_FILES[bold])


# The same names, villages and headings come again and again, so words and lines are remembered.


@lru_cache(maxsize=4096)
def _word(word: str, bold: bool) -> Shaped:
    return face(bold).shape(word)


@lru_cache(maxsize=4096)
def shaped(line: str, bold: bool = False) -> Shaped:
    """A line of text, word by word: each word is its own span, so that it can be found by itself."""
    words = [_word(word, bold) for word in line.replace("\u00a0", " ").split(" ")]
    space = face(bold).space
    operators = f" <{space:04X}> Tj ".join(word.operators for word in words)
    width = sum(word.width for word in words) + (len(words) - 1) * face(bold).glyph_width(space) / _EM
    return Shaped(width, operators, ((space, " "), *chain.from_iterable(word.glyphs for word in words)))


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


def _runs(word: str) -> Iterator[tuple[str, bool]]:
    end = 0
    for match in _DEVANAGARI.finditer(word):
        if match.start() > end:
            yield word[end : match.start()], False
        yield match[0], True
        end = match.end()
    if end < len(word):
        yield word[end:], False


def _draw(glyphs: list[_Glyph], width_of: Callable[[int], int]) -> str:
    """The glyphs as show operators; what the shaper moved is moved between them."""
    out: list[str] = []
    row: list[str] = []
    height = moved = 0
    for one in glyphs:
        if one.up != height:
            if row:
                out.append(f"[{''.join(row)}] TJ")
                row = []
            out.append(f"{one.up / _EM:g} Ts")
            height = one.up
        moved += one.right
        if moved:
            row.append(f" {-moved} ")
        row.append(f"<{one.number:04X}>")
        moved = one.advance - width_of(one.number) - one.right
    if moved:
        row.append(f" {-moved} ")
    out.append(f"[{''.join(row)}] TJ")
    if height:
        out.append("0 Ts")
    return " ".join(out).replace("><", "")
