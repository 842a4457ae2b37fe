"""Names across scripts and spellings: search keys and transliteration both ways.

A search key is made of sounds, not letters. A Devanagari word is first written in Latin letters
(`to_latin`), then both go the same way (`_sound`): aspiration and length are dropped, sh is s, ph is f, b and
w are v, z is j; of the vowels only the front one (i, e, y -> i) and the back one (u, o -> u) stay, since a is
written or left out at will. So सुनीता, Sunita and Suneeta all sound 'sunit'. Rules: domain reference 4.5.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from fieldapp.domain.identifiers import fold_digits

_NUKTA, _HALANT, _NASALS = "\u093c", "\u094d", "ंँ"
_NO_NAMES: Mapping[str, str] = {}
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")


def _table(pairs: str) -> dict[str, str]:
    """'क:k ख:kh' as a dictionary."""
    return dict(pair.split(":") for pair in pairs.split())


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _plain(text: str) -> str:
    """In NFC (which makes one string of both ways to type ज़) and without joiners: for comparing only."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))


# ---------------------------------------------------------------- Devanagari -> Latin

_LATIN = _table(
    "क:k ख:kh ग:g घ:gh ङ:n च:ch छ:chh ज:j झ:jh ञ:n ट:t ठ:th ड:d ढ:dh ण:n त:t थ:th द:d ध:dh न:n प:p फ:ph ब:b "
    "भ:bh म:m य:y र:r ल:l ळ:l व:v श:sh ष:sh स:s ह:h क़:q ज़:z ड़:r ढ़:rh फ़:f ऱ:r ज्ञ:gy क्ष:ksh"
)
_LATIN_VOWELS = _table(
    "अ:a आ:a इ:i ई:i उ:u ऊ:u ऋ:ri ए:e ऐ:ai ऑ:o ओ:o औ:au ऍ:e ा:a ि:i ी:i ु:u ू:u ृ:ri े:e ै:ai ॉ:o ो:o ौ:au ॅ:e"
)
_SYLLABLE = re.compile(
    rf"(?P<consonants>(?:ज्ञ|क्ष|[क-हऱळ]{_NUKTA}?)?)(?P<vowel>[ा-ौ{_HALANT}अ-औ]?)(?P<nasal>[{_NASALS}]?)"
)
_SCHWA = "ə"


def to_latin(text: str, known: Mapping[str, str] = _NO_NAMES) -> str:
    """A Devanagari name in Latin letters as people write it here: राजेश -> Rajesh, शबनम -> Shabnam.

    known: Devanagari word -> its usual spelling, asked first. What is not Devanagari stays as it is.
    """
    words = re.compile("[ऀ-ॣॱ-ॿ]+")
    return words.sub(lambda word: known.get(word[0]) or _latin_word(word[0]).capitalize(), _plain(text))


@lru_cache(maxsize=20_000)
def _latin_word(word: str) -> str:
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
    word = re.sub(f"[ङञणनम]{_HALANT}(?=[क-घच-झट-ढत-धप-भ])", "ं", word)
    word = re.sub("[ंँ]व$", "ओन", word).replace("ंह", "ंघ")
    units = []
    for found in _SYLLABLE.finditer(word):
        letters, vowel, nasal = found.groups()
        if letters or vowel or nasal:
            told = "" if vowel == _HALANT else _LATIN_VOWELS.get(vowel, _SCHWA if letters else "")
            before_labial = word[found.end() : found.end() + 1] in tuple("पफबभम")
            heard = ("m" if before_labial else "n") if nasal else ""
            plain = _LATIN.get(letters) or _LATIN.get(letters[:1], "")
            units.append(_Unit(plain, told, heard, vowel not in ("", "अ", "ि", "इ", "ु", "उ")))
    return units


# ---------------------------------------------------------------- sounds and search keys

_TITLES = _set(
    "shri sri shree shrimati srimati smt sushri km ku kum mr mrs ms miss dr prof late haji ji jee "
    "श्री श्रीमती श्रीमति सुश्री कु डॉ डा स्व स्वर्गीय हाजी जी"
)
_SHORT_FORMS = (
    dict.fromkeys(("md", "mohd", "mohmd", "mo", "मो", "मु", "मोह"), "mohammad")
    | dict.fromkeys(("sk", "shk", "शे"), "sheikh")
    | dict.fromkeys(("pd", "प्र"), "prasad")
    | {"kr": "kumar"}
    | _table(  # initials, as they are called
        "ए:a बी:b सी:c डी:d ई:e एफ:f जी:g एच:h आई:i जे:j के:k एल:l एम:m एन:n ओ:o पी:p आर:r एस:s टी:t यू:u वी:v"
    )
)
_WORD = re.compile(r"[ऀ-ॣॱ-ॿ]+|[ঀ-\u0dff]+|[^\W\d_]+|[0-9]+")
_RESPELLINGS = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        ("m[ou]h[ae]m+[ae]d", "mohamad"),
        ("ch(?:au|ou|ow)dh?[au]r", "chaudhar"),
        ("hembrom", "hembram"),
        ("^man?jh?i", "maji"),
        ("char[jy]+(?=[ie])", "chari"),  # Bhattacharjee is भट्टाचार्य
        ("deo(?![aeiou])", "dev"),
        ("ao$", "av"),
        ("^hri", "ri"),
        ("^om(?=k)", "on"),
        ("(?<=[^aeiouy]r)ah(?=[lmn])", "a"),  # Prahlad is Pralhad, Brahma is Bramha
        ("(?<=r)yo", "jo"),  # Durjodhan
        ("er(?=[^aeiouyr])", "r"),  # Fernandes, Perween
        ("^ahm[ae]d", "ahmad"),
        ("^rukm[aei]n", "rukmin"),
        ("^(ch[ae]t+|ban|mukh|gangu)e(?=rj)", r"\1a"),  # Chatterjee, Banerjee: Hindi hears no e
        ("^pro(?=[tsdkmnbv])", "pra"),  # a Bengali Protima is a Hindi प्रतिमा
        ("^mondal", "mandal"),
        ("dny|^jn", "gy"),
        ("oy$", "ay"),
        ("inh$", "ing"),
        ("^x", "j"),
        ("x", "ks"),
        ("c+h+", "C"),
        ("ck", "k"),
        ("c(?=[eiy])", "s"),
        ("c", "k"),
        ("ph", "f"),
        ("ow(?![aeiouhy]|$)", "o"),
        ("aw(?![aeiouhy]|$)", "au"),
        ("uw(?=[aeiou])", "u"),
        ("uv(?=[aeiou])", "u"),
        ("[wb]", "v"),
        ("q", "k"),
        ("z", "j"),
        ("^y|jy", "j"),
        ("(?<=[^aeiouyh])h+", ""),
        (r"([^aeiouy])\1+", r"\1"),
        ("[iey]+", "I"),
        ("[ou]+", "U"),
        ("^a+(?![aIU])", "A"),
        ("a", ""),
        ("I+", "I"),
        ("U+", "U"),
        ("m(?=[pvf])", "n"),
        ("(?<=..)h$", ""),
    )
)

Query = tuple[tuple[tuple[str, ...], ...], ...]
"""Alternatives, the strictest first; each a set of words that must all be there; each word the beginnings of
tokens of which any will do."""


def search_key(*names: str) -> str:
    """The tokens by which a name is found, with blanks between; give it the name in both scripts.

    सुनीता देवी gives 'sunit divi sunitdivi'. Titles are left out; neighbours also stand joined, for फूल मनी
    and फूलमनी are one. The tokens are of a-z, 0-9 and, for other scripts, their own letters.
    """
    return " ".join(search_tokens(*names))


def search_tokens(*names: str) -> dict[str, int]:
    """The tokens of `search_key`, each with the fewest letters that need be typed for it to matter.

    That is 0 for a word. For two words joined it is one letter more than the first has: what is shorter finds
    the first word itself.
    """
    tokens: dict[str, int] = {}
    joined: dict[str, int] = {}
    for name in names:
        words = _words(name)
        for word in words:
            tokens.update(dict.fromkeys(_heard(word), 0))
        for one, two in pairwise(words):
            if one.isascii() == two.isascii():
                least = min(map(len, _forms(one))) + 1
                joined.update(dict.fromkeys(_heard(one + two), least))
    return tokens | {token: least for token, least in joined.items() if token not in tokens}


def search_query(text: str) -> Query:
    """What to look for among the tokens of search keys when this is typed; () when there is no word in it.

    The first alternative holds every word, the next the words joined, all and two by two, the last leaves out
    what many names share (Devi, Kumari, ...), so that 'Smt. Sunita Devi' also finds a सुनीता.
    """
    words = _words(text)
    every = tuple(map(_heard, words))
    if not every:
        return ()
    alternatives = [every]
    if len(words) > 1 and len({(word.isascii(), word.isdigit()) for word in words}) == 1:
        alternatives.append((_forms("".join(words)),))
        if len(words) > 2:
            pairs = enumerate(pairwise(words))
            alternatives += [(*every[:at], _forms(one + two), *every[at + 2 :]) for at, (one, two) in pairs]
    own = tuple(forms for forms in every if not _SHARED_NAMES.intersection(forms))
    if own and own != every:
        alternatives.append(own)
    return tuple(alternatives)


def matches(query: Query, key: str) -> int | None:
    """Which alternative of a query a search key meets (0 is the strictest), or None."""
    tokens = key.split()
    for rank, words in enumerate(query):
        if all(any(token.startswith(forms) for token in tokens) for forms in words):
            return rank
    return None


def skeleton(token: str) -> str:
    """What stays of a token when its vowels are not trusted: Sukhmoti and Sukhmati, Mousumi and मौसमी.

    A vowel in front is any vowel; after the first letter d and r are one, as for ड़. Too short: ''.
    """
    if not token.isascii() or token.isdigit():
        return ""
    first = "a" if token[0] in "aiu" else token[0]
    bones = first + token[1:].translate(_NO_VOWELS)
    return bones if len(bones) >= _FEWEST_BONES else ""


_NO_VOWELS = str.maketrans("d", "r", "aiu")
_FEWEST_BONES = 3


def _words(text: str) -> list[str]:
    plain = re.sub(r"\b[swdc]/o\b", " ", fold_digits(_plain(text)).casefold()).replace("'", "")
    words = [word for word in _WORD.findall(plain) if word != "0"]  # मो० is written with a zero
    return [word for word in words if word not in _TITLES] or words


_MAY_FLAP = re.compile(f"(?<=[क-हा-ौ{_NUKTA}अ-औ])([डढ])(?!{_HALANT})")
_SILENT_E = re.compile("(?<=..[^aeiou])e$")  # Gope
_SILENT_A = re.compile("(?<=[aeiou][^aeiouy])a(?=h[aeiou])")  # Farahan
_FAINT_E = re.compile("(?<=[^aeiouy])er$")  # Upender


def _heard(word: str) -> tuple[str, ...]:
    """The sounds of a word as it is written and of what it is short for."""
    return tuple(dict.fromkeys(_forms(word) + _forms(_SHORT_FORMS.get(word, word))))


@lru_cache(maxsize=50_000)
def _forms(word: str) -> tuple[str, ...]:
    """The sounds a word may stand for: one, or more where its spelling leaves it open."""
    if "\u0900" <= word[0] <= "\u097f":
        flat = word.replace("ड़", "ड").replace("ढ़", "ढ")  # the dot is often left out, and d or r written
        flapped = _MAY_FLAP.sub(rf"\1{_NUKTA}", flat)
        spellings = [_latin_word(spelling) for spelling in dict.fromkeys((word, flat, flapped))]
        return tuple(dict.fromkeys(map(_sound, spellings)))
    latin = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    if not latin.isascii():
        return (latin,)
    spellings = [latin, _SILENT_E.sub("", latin), _SILENT_A.sub("", latin), _FAINT_E.sub("r", latin)]
    return tuple(dict.fromkeys(map(_sound, dict.fromkeys(spellings))))


def _sound(latin: str) -> str:
    if latin.isdigit():
        return latin
    sound = latin
    for pattern, put in _RESPELLINGS:
        sound = pattern.sub(put, sound)
    return sound.lower() or latin


_SHARED_NAMES = frozenset(map(_sound, _set("devi kumari khatoon begum bibi bai mohammad")))


# ---------------------------------------------------------------- Latin -> Devanagari

_LETTERS = _table(
    "ksh:क्ष chh:छ kh:ख gh:घ ch:च jh:झ th:थ dh:ध ph:फ bh:भ sh:श k:क g:ग c:क j:ज t:त d:द n:न p:प f:फ b:ब m:म "
    "y:य r:र l:ल v:व w:व s:स h:ह z:ज़ q:क x:क्ष"
)
_VOWELS = _table("a:अ aa:आ i:इ ee:ई u:उ oo:ऊ e:ए ai:ऐ o:ओ au:औ")
_SIGNS = _table("a: aa:ा i:ि ee:ी u:ु oo:ू e:े ai:ै o:ो au:ौ")
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
            written += _HALANT if joins else ""
    return written.replace("क्रिष", "कृष").replace("ष्न", "ष्ण")
