"""Hindi in the old font Kruti Dev 010: recognised, and put into Unicode when somebody asks for it.

Kruti Dev shows Devanagari under the codes of Latin keys in the order of the strokes on paper: सुनीता is kept
as 'lquhrk'. Three things stand elsewhere than in Unicode. The sign ि is written before its letters, the
hook of र् after them, and most letters are a half form that the stem 'k' makes whole ('[' is ख्, '[k' is ख).
"""

import re
import unicodedata
from dataclasses import dataclass

_HALANT, _NUKTA, _I = "\u094d", "\u093c", "\u093f"
_REPH = "र" + _HALANT


def _pairs(words: str) -> dict[str, str]:
    """'d क x ग' as a dictionary; blanks part everything."""
    parts = words.split()
    return dict(zip(parts[::2], parts[1::2], strict=True))


_WHOLE = _pairs(
    "d क x ग p च N छ t ज > झ V ट B ठ M ड < ढ r त n द u न i प Q फ c ब e म ; य j र y ल G ळ o व l स g ह ³ ङ ¥ ञ "
    "Ä घ Ò भ K ज्ञ J श्र = त्र } द्व | द्य ) द्ध í द्द Ì द्द Ø क्र Ý फ्र æ द्र ç प्र Á प्र ê ट्ट Í ट्ट ë ट्ठ Î ट्ठ ì ड्ड Ï ड्ड "
    "ï ड्ढ Ô ड्ढ ô क्क é न्न à ह्न á ह्य ã ह्म â हृ Ñ कृ — कृ – दृ # रु : रू"
)
"""Letters with their stem, and what else is one glyph."""

_HALF = _pairs(
    "D क [ ख X ग ? घ P च T ज ÷ झ Ö झ . ण R त F थ / ध è ध Ë ध U न I प ¶ फ C ब H भ E म ¸ य Y ल O व ' श \" ष "
    "L स { क्ष º ह « त्र Ù त्त ™ न्न"
)
"""Half letters, without the halant they carry; the stem makes them whole."""

_VOWELS = _pairs("v‚ ऑ vks ओ vkS औ vk आ v अ bZ ई Ã ई b इ m उ Å ऊ ,s ऐ , ए _ ऋ")
_SIGNS = _pairs("ks ो kS ौ h ी q ु w ू ` ृ s े ¢ े S ै ‚ ॉ W ॅ a ं ¡ ँ % ः È ीं")
_BELOW = {"z": _HALANT + "र", "ª": _HALANT + "र", "î": _HALANT + "य", "Ó": _HALANT + "य", "+": _NUKTA}
_MARKS = _pairs(
    "A । ] , & - - . @ / ^ ‘ * ’ Þ “ ß ” ( ; ¼ ( ½ ) ¿ { À } ¾ = \\ ? $ + • ऽ · ऽ Œ ॰ ñ ॰ "
    "å ० ƒ १ „ २ … ३ † ४ ‡ ५ ˆ ६ ‰ ७ Š ८ ‹ ९"
)
_SPELT_OUT = {"±": "Za", "Ç": "fa", "¯": "fa", "Æ": "fZ", "É": "fZa", "Ê": "hZ", "f=k": "f=", "=kk": "=k"}
"""Glyphs of two signs at once. The hook in front of its letters ('fZ') waits for them as ि does."""

_PUT_TOGETHER = dict(zip(["आॅ", "ाॅ", "अॅ", "अा", "ाे", "ाै"], ["ऑ", "ॉ", "ऍ", "आ", "ो", "ौ"], strict=True))
"""Signs that people put together from two keys, and the one they mean."""

_TOKEN = re.compile(
    "|".join(re.escape(one) for one in sorted({*_VOWELS, *_SIGNS}, key=len, reverse=True)) + "|.", re.DOTALL
)
_AS_KEYED = str.maketrans("‘’“”", "''\"\"")
"""What word processors make of the keys ' and " while somebody types."""

_NO_LETTER = re.compile(r"[\d\s.,:/()-]*")


def kruti_to_unicode(text: str) -> str:
    """Text in Kruti Dev 010 in Unicode (NFC): 'vkius tks dgk' -> आपने जो कहा.

    Words that hold Devanagari already, and numbers, stay as they are. Nothing is asked here: whoever calls
    knows that the text is in this font, or shows the result before it is taken.
    """
    pieces = re.split(r"(\s+)", text)
    turned = (one if _NO_LETTER.fullmatch(one) or _is_devanagari(one) else _word(one) for one in pieces)
    return unicodedata.normalize("NFC", "".join(turned))


def _is_devanagari(text: str) -> bool:
    return any("\u0900" <= c <= "\u097f" for c in text)


def _word(word: str) -> str:
    word = word.translate(_AS_KEYED)
    for glyph, signs in _SPELT_OUT.items():
        word = word.replace(glyph, signs)
    out = _Written()
    for key in _TOKEN.findall(re.sub("Z{2,}", "Z", word)):
        out.add(key)
    return out.finished()


@dataclass(slots=True)
class _Syllable:
    """letters with what hangs below them; signs: vowel and dots; i, hook: what the font writes elsewhere."""

    letters: str
    i: bool = False
    hook: bool = False
    signs: str = ""

    def __str__(self) -> str:
        return (_REPH if self.hook else "") + self.letters + (_I if self.i else "") + self.signs


class _Written:
    """A word as far as it is read. _half: the last letter waits for its stem or for another letter."""

    def __init__(self) -> None:
        self._syllables: list[_Syllable] = []
        self._half = False
        self._i_comes = self._hook_comes = False

    def add(self, key: str) -> None:
        """Take the next sign of the word."""
        if key in _VOWELS:
            self._begin(_VOWELS[key])
        elif key in _WHOLE:
            self._letter(_WHOLE[key], half=False)
        elif key in _HALF:
            self._letter(_HALF[key], half=True)
        elif key == "f":
            self._half, self._i_comes = False, True
        elif key == "Z":
            self._hook()
        elif key in _BELOW or key == "~":
            self._below(key)
        elif key == "k" or key in _SIGNS:
            self._sign(key)
        else:
            self._begin(_MARKS.get(key, key))

    def finished(self) -> str:
        """The word, with signs that people put together in several ways in one."""
        if self._i_comes:
            self._begin("")
        written = re.sub("([ंँः]+)([ा-ौॅ]+)", r"\2\1", "".join(map(str, self._syllables)))
        for signs, one in _PUT_TOGETHER.items():
            written = written.replace(signs, one)
        return written

    def _begin(self, letters: str) -> None:
        self._half = False
        self._syllables.append(_Syllable(letters, self._i_comes, self._hook_comes))
        self._i_comes = self._hook_comes = False

    def _letter(self, letters: str, *, half: bool) -> None:
        """A letter goes on after a half one, else it begins a syllable."""
        if self._half:
            self._last.letters += letters
        else:
            self._begin(letters)
        self._half = half
        if half:
            self._last.letters += _HALANT

    def _below(self, key: str) -> None:
        """What hangs below a letter; a half letter with a dot stays half, with a र it is whole."""
        last = self._last
        if key == "~":
            last.letters = last.letters.removesuffix(_HALANT) + _HALANT
            self._half = True
        else:
            stays_half = self._half and key == "+"
            last.letters = last.letters.removesuffix(_HALANT) if self._half else last.letters
            last.letters += _BELOW[key] + (_HALANT if stays_half else "")
            self._half = stays_half

    def _sign(self, key: str) -> None:
        """A vowel sign or a dot above; the stem k first makes a half letter whole."""
        last = self._last
        if self._half and key[0] == "k":
            last.letters = last.letters.removesuffix(_HALANT)
            key = key[1:]
        self._half = False
        last.signs += "ा" if key == "k" else _SIGNS.get(key, "")

    def _hook(self) -> None:
        """र् belongs before the syllable that was read last, or, straight after ि, before the next."""
        if self._i_comes:
            self._hook_comes = True
        else:
            self._half = False
            self._last.hook = True

    @property
    def _last(self) -> _Syllable:
        if not self._syllables:
            self._syllables.append(_Syllable(""))
        return self._syllables[-1]


# ---------------------------------------------------------------- recognising it

_ANY_HALF = "(?:[DXPRFUICHEYOLGT\\[?/'\"{.è÷¶¸ºÙ«Ë]|[dxpNtVBM<>rnuiQce;jyolg]~)"
_ANY_WHOLE = "(?:[dxpNtVBM<>rnuiQce;jyolgK=J}|)íØ#:ÑêëìïôÌÍÎÏÒÄÝæçÁ³¥]|[\\[?F/H'\"{.è]k)"
_SIGNED = rf"[fÇÆ]?{_ANY_HALF}*{_ANY_WHOLE}[zªîÓ]?\+?(?:k[sS]?|[hqws`S‚])?[a¡W]?Z?[a¡]?"
_ALONE = "(?:v(?:k[sS]?)?|bZ?|m|Å|,s?|_)[a¡]?"
_KRUTI_SHAPE = re.compile(f"(?:{_ALONE})?(?>{_SIGNED}|(?<=[khqwsS]){_ALONE})*+")  # atomic: no long retries
# Letters that stand together or at an end in Kruti Dev, and next to never in names and English; found by
# comparing 1,500 Hindi words so written with 11,400 English and Latin-written ones.
_KRUTI_ONLY = re.compile(
    "[;{}\\[\\]|~<>+=#\"`?]|[^\x00-\x7f]|^[a-z]\\S*[A-Z]|^[a-z][^aeiouyAEIOUY]{2,}$|qj|kk|jk$|'k|jh$|vk|kj$|xk|^dk|xj"
    "|\\.k|kf|yh|^iz|yk$|^jk|/k|fj|fc|sj$|^gk|^lk|fd|^dq|^pk|^lgs|^ih|lq|^iq|^ij|kl$|^ds|^yk|^eku|tq|ax$|^iw|Vh$|lk$"
    "|fn|pq|nh$|kx|wj|^if|^nq|vj|jx|hx|rj$|wy|^eks|dj$|fp|^ld|kn$|cj|^esy|^ys|^uh|rq|^nk|^vf|^vuh|^euk"
    "|^bejk|^nhi|Z$|^nsoh$|^egrks$"
)


def looks_like_kruti_dev(text: str) -> bool:
    """Whether Latin letters are more likely Hindi in an old font (Kruti Dev) than English or a name.

    Kruti Dev keeps Devanagari under the codes of Latin keys: सुनीता is stored as 'lquhrk'. Every word must be
    possible in that font, and at least half of them hardly anything else.
    """
    if re.search("[ऀ-ॿ]", text):
        return False
    words = [word.strip("-&,.()]¼½") for word in text.translate(_AS_KEYED).split()]
    words = [word for word in words if len(word) > 1 and re.search("[A-Za-z]", word)]
    if not words or not all(_KRUTI_SHAPE.fullmatch(word.removesuffix("A")) for word in words):
        return False
    return 2 * sum(bool(_KRUTI_ONLY.search(word)) and not word.isupper() for word in words) >= len(words)
