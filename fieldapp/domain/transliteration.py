"""Names from one script into the other, by their sound: सुनीता is Sunita, and suneeta सुनीता."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

NUKTA, HALANT = "\u093c", "\u094d"
_NASALS = "ंँ"
_NO_NAMES: Mapping[str, str] = {}
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")


def table(pairs: str) -> dict[str, str]:
    """'क:k ख:kh' as a dictionary."""
    return dict(pair.split(":") for pair in pairs.split())


def plain(text: str) -> str:
    """In NFC (which makes one string of both ways to type ज़) and without joiners: for comparing only."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))


# ---------------------------------------------------------------- Devanagari -> Latin

_LATIN = table(
    "क:k ख:kh ग:g घ:gh ङ:n च:ch छ:chh ज:j झ:jh ञ:n ट:t ठ:th ड:d ढ:dh ण:n त:t थ:th द:d ध:dh न:n प:p फ:ph ब:b "
    "भ:bh म:m य:y र:r ल:l ळ:l व:v श:sh ष:sh स:s ह:h क़:q ज़:z ड़:r ढ़:rh फ़:f ऱ:r ज्ञ:gy क्ष:ksh"
)
_LATIN_VOWELS = table(
    "अ:a आ:a इ:i ई:i उ:u ऊ:u ऋ:ri ए:e ऐ:ai ऑ:o ओ:o औ:au ऍ:e ा:a ि:i ी:i ु:u ू:u ृ:ri े:e ै:ai ॉ:o ो:o ौ:au ॅ:e"
)
_SYLLABLE = re.compile(
    rf"(?P<consonants>(?:ज्ञ|क्ष|[क-हऱळ]{NUKTA}?)?)(?P<vowel>[ा-ौ{HALANT}अ-औ]?)(?P<nasal>[{_NASALS}]?)"
)
_SCHWA = "ə"


def to_latin(text: str, known: Mapping[str, str] = _NO_NAMES) -> str:
    """A Devanagari name in Latin letters as people write it here: राजेश -> Rajesh, शबनम -> Shabnam.

    known: Devanagari word -> its usual spelling, asked first. What is not Devanagari stays as it is.
    """
    words = re.compile("[ऀ-ॣॱ-ॿ]+")
    return words.sub(lambda word: known.get(word[0]) or latin_word(word[0]).capitalize(), plain(text))


@lru_cache(maxsize=20_000)
def latin_word(word: str) -> str:
    """One Devanagari word in small Latin letters, by its sound."""
    units = _units(word)
    if len(units) > 1 and units[-1].vowel == _SCHWA and units[-2].vowel:
        units[-1].vowel = ""  # the last inherent vowel is silent, but चंद्र is Chandra
    for before, unit, after in zip(units, units[1:], units[2:], strict=False):
        if unit.vowel == _SCHWA and unit.letters != "y" and before.is_open and after.is_full:
            unit.vowel = ""  # and so is one between vowel-consonant and consonant-vowel: शबनम is Shabnam
    for before, unit in pairwise(units):
        if unit.letters == "v" and not (before.vowel or before.nasal):
            unit.letters = "w"
    latin = "".join(unit.letters + unit.vowel + unit.nasal for unit in units).replace(_SCHWA, "a")
    return re.sub("(?<=[aeiou])([^aeiou]+)iya$", r"\1ia", latin.replace("chchh", "chh"))


@dataclass(slots=True)
class _Unit:
    """A syllable of a Devanagari word in Latin letters. vowel: '' after a halant, ə when inherent."""

    letters: str
    vowel: str
    nasal: str
    long: bool

    @property
    def is_open(self) -> bool:
        return bool(self.vowel) and (self.long or not self.nasal)

    @property
    def is_full(self) -> bool:
        return bool(self.letters and self.vowel)


def _units(word: str) -> list[_Unit]:
    word = re.sub(f"[ङञणनम]{HALANT}(?=[क-घच-झट-ढत-धप-भ])", "ं", word)
    word = re.sub("[ंँ]व$", "ओन", word).replace("ंह", "ंघ")
    units = []
    for found in _SYLLABLE.finditer(word):
        letters, vowel, nasal = found.groups()
        if letters or vowel or nasal:
            told = "" if vowel == HALANT else _LATIN_VOWELS.get(vowel, _SCHWA if letters else "")
            before_labial = word[found.end() : found.end() + 1] in tuple("पफबभम")
            heard = ("m" if before_labial else "n") if nasal else ""
            plain = _LATIN.get(letters) or _LATIN.get(letters[:1], "")
            units.append(_Unit(plain, told, heard, vowel not in ("", "अ", "ि", "इ", "ु", "उ")))
    return units


# ---------------------------------------------------------------- Latin -> Devanagari

_LETTERS = table(
    "ksh:क्ष chh:छ kh:ख gh:घ ch:च jh:झ th:थ dh:ध ph:फ bh:भ sh:श k:क g:ग c:क j:ज t:त d:द n:न p:प f:फ b:ब m:म "
    "y:य r:र l:ल v:व w:व s:स h:ह z:ज़ q:क x:क्ष"
)
_VOWELS = table("a:अ aa:आ i:इ ee:ई u:उ oo:ऊ e:ए ai:ऐ o:ओ au:औ")
_SIGNS = table("a: aa:ा i:ि ee:ी u:ु oo:ू e:े ai:ै o:ो au:ौ")
_PIECE = re.compile("|".join(sorted([*_LETTERS, *_VOWELS], key=len, reverse=True)) + "|.")
_TYPED = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        ("ii", "ee"),
        ("uu", "oo"),
        ("i(?=[nt]a$)", "ee"),
        ("singh$", "sinh"),
        ("ey$", "e"),
        ("([^aeiou])y$", r"\1ee"),
        ("([^aeiou])a$", r"\1aa"),
        ("(.)(?<!e)i$", r"\1ee"),
        ("(.)(?<!o)u$", r"\1oo"),
        ("([iey])a$", r"\1yaa"),
        ("ia", "iya"),
        ("n(?=[kgcjtds])(?!s[hwnm])|m(?=[pb])|n(?=h$)", "N"),
    )
)
_JOINED = re.compile(  # the pairs that are written as one; most clusters are only heard, as in शबनम
    "[kgtdpbf],r|sh,[rwvlmtkpn]|s,(?:[twvkpmn]|th|kh)|d,[wv]|[^,]+,y|r,(?:[^,s]|[^,]{2,3})|(?:ksh|x),[mn]"
    "|k,t|p,t|g,n|b,d|l,p|([kgcjtdpb])h?,\\1h?|([nmlsyv]),\\2|ch,chh?"
)


def to_devanagari(text: str, known: Mapping[str, str] = _NO_NAMES) -> str:
    """A name typed in Latin letters in Devanagari, by its sound: suneeta -> सुनीता, shabnam -> शबनम.

    known: lower-case Latin word -> its Devanagari, asked first, for spelling does not tell everything
    (Rajesh is राजेश, Ramesh is रमेश). What is not Latin letters stays as it is.
    """
    words = re.compile("[A-Za-z]+")
    return words.sub(lambda word: known.get(word[0].lower()) or _devanagari_word(word[0].lower()), text)


def _devanagari_word(word: str) -> str:
    for pattern, put in _TYPED:
        word = pattern.sub(put, word)
    pieces = _PIECE.findall(word)
    written = ""
    for at, piece in enumerate(pieces):
        before, after = (pieces[at - 1] if at else ""), (pieces[at + 1] if at + 1 < len(pieces) else "")
        if piece == "N":
            written += "ं"
        elif piece in _VOWELS:
            written += (_SIGNS if before in _LETTERS else _VOWELS)[piece]
        elif piece in _LETTERS:
            soft = piece == "sh" and after in ("t", "th", "k", "p", "n")  # पुष्पा, कृष्ण
            written += "ष" if soft else _LETTERS[piece]
            joins = after in _LETTERS and (not at or _JOINED.fullmatch(f"{piece},{after}"))
            written += HALANT if joins else ""
    return written.replace("क्रिष", "कृष").replace("ष्न", "ष्ण")
