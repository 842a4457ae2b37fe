"""Names across scripts and spellings: search keys.

A search key is made of sounds, not letters. A Devanagari word is first written in Latin letters
(`latin_word`), then both go the same way (`_sound`): aspiration and length are dropped, sh is s, ph is f, b
and w are v, z is j; of the vowels only the front one (i, e, y -> i) and the back one (u, o -> u) stay, since
a is written or left out at will. So सुनीता, Sunita and Suneeta all sound 'sunit'. Where a spelling leaves open
what is said (Begum or Begam, Avtar or Autar) it stands for both sounds (`_MAY_BE`). Domain reference 4.5.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.transliteration import HALANT, NUKTA, latin_word, plain, table


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


SOUNDS = 2
"""Another one whenever a token or a skeleton may come out otherwise: homes then index again."""

_TITLES = _set(
    "shri sri shree sh shrimati srimati smt smti sau sushri km ku kum mr mrs ms mst miss adv er pt dr prof "
    "late haji ji jee urf alias "
    "श्री श्रीमती श्रीमति सौ सुश्री कु डॉ डा डॉक्टर डाक्टर प्रो पं स्व स्वर्गीय लेट हाजी जी उर्फ"
)
_MAY_BEGIN = _set("shri sri shree श्री")
_MAY_END = _set("ji jee जी")
"""Titles that may be part of a name written in two: Shri Kant, राम जी."""

_SHORT_FORMS = (
    dict.fromkeys(("md", "mohd", "mohmd", "mo", "मो", "मु", "मोह"), "mohammad")
    | dict.fromkeys(("sk", "shk", "शे"), "sheikh")
    | dict.fromkeys(("pd", "प्र"), "prasad")
    | {"kr": "kumar"}
)
_INITIALS = table(  # as they are called
    "ए:a बी:b सी:c डी:d ई:e एफ:f जी:g एच:h आई:i जे:j के:k एल:l एम:m एन:n ओ:o पी:p आर:r एस:s टी:t यू:u वी:v"
)
_WORD = re.compile(r"[ऀ-ॣॱ-ॿ]+|[ঀ-\u0dff]+|[^\W\d_]+|[0-9]+")
_RESPELLINGS = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        ("m[ou]h[ae]m+[ae]d", "mohamad"),
        ("ch(?:au|ou|ow)dh?[au]?r(?=[iy])", "chaudhar"),
        ("hembr[ou]m", "hembram"),
        ("^man?jh?i", "maji"),
        ("char[jy]+(?=[ie])", "chari"),  # Bhattacharjee is भट्टाचार्य
        ("^s[h]?eo(?![aeiou])", "shiv"),
        ("deo(?![aeiou])", "dev"),
        ("ao$", "av"),
        ("^hri", "ri"),
        ("^om(?=k)", "on"),
        ("^chr", "kr"),
        ("^[ou]r+a(?:on|un|o|u|wn?|vn?|nv|nw)$", "uraon"),
        ("^k(?:u|un|um)[vw]?[ae]r(?=[iy]?$)", "kunvar"),  # Kuer, Kuwar
        ("(?<=[a-z][a-z])es+h?[ae]r(?=[iy]?$)", "eshvar"),  # Ramesar, Maheshari
        ("eh(?=[^aeiouy])", "ah"),  # Rehman, Shehnaz
        ("(?<=jo)h(?=n)", ""),
        ("que?(?=[ai]|$)", "k"),  # Quadir, Haque
        ("^abdu[rszn]h?$|^abdu(?:r(?=r)|sh?(?=s)|z(?=z)|n(?=n))", "abdul"),  # Abdus Salam
        ("(?<=[^aeiouyr])ru(?=[^aeiou])(?!m$)|^ru(?=sh[iy]|tu)", "ri"),  # Marathi: Krushna, Amruta
        ("^([bvw])raj(?=.)", r"\1rij"),
        ("(?<=[^aeiouy])y(?=u)", ""),  # Mrityunjay
        ("^a[iy]odh", "ajodh"),
        ("^gn(?=[aeiy])|^jn|dny", "gy"),
        ("(?<=pra)(?:j|d)n(?=y?a)", "gy"),
        ("(?<=^vi)jn(?=an)|(?<=^ya)jn(?=a)", "gy"),
        ("(?<=[^aeiouy]r)ah(?=[lmn])", "a"),  # Prahlad is Pralhad, Brahma is Bramha
        ("(?<=r)yo", "jo"),  # Durjodhan
        ("er(?=[^aeiouyr])", "r"),  # Fernandes, Perween
        ("^ahm[ae]d", "ahmad"),
        ("^rukm[aei]n", "rukmin"),
        ("^(ch[ae]t+|ban|mukh|gangu)e(?=rj)", r"\1a"),  # Chatterjee, Banerjee: Hindi hears no e
        ("^pro(?=[tsdkmnbv])", "pra"),  # a Bengali Protima is a Hindi प्रतिमा
        ("^mondal", "mandal"),
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
        for one, two in (*pairwise(words), *(pair for _, pair in _with_titles(name))):
            if one.isascii() == two.isascii():
                least = min(map(len, _forms(one))) + 1
                joined.update(dict.fromkeys(_together(one, two), least))
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
        alternatives.append((_together(*words),))
        if len(words) > 2:
            pairs = enumerate(pairwise(words))
            alternatives += [(*every[:at], _together(*pair), *every[at + 2 :]) for at, pair in pairs]
    alternatives += [(*every[:at], _together(*pair), *every[at + 1 :]) for at, pair in _with_titles(text)]
    own = tuple(forms for forms in every if not _SHARED_NAMES.intersection(forms))
    if own and own != every:
        alternatives.append(own)
    return tuple(alternatives)


def order_key(name: str) -> str:
    """Names in the order of a Hindi dictionary: by code point, without what only shades a letter.

    Nukta and joiners do not count, a nasal is one however it is written, capitals are small. Latin comes
    before Devanagari. Each letter is one below U+0100, so that a key is short; it ends after 40.
    """
    folded = fold_digits(plain(name)).casefold().replace(NUKTA, "").replace("ँ", "ं")
    letters = (
        chr(ord(c) - _FIRST_DEVANAGARI + 0x80) if c in _DEVANAGARI else c for c in " ".join(folded.split())
    )
    return "".join(letters)[:_LONGEST_ORDER]


_DEVANAGARI = frozenset(map(chr, range(0x900, 0x980)))
_FIRST_DEVANAGARI = 0x900
_LONGEST_ORDER = 40


def matches(query: Query, key: str) -> int | None:
    """Which alternative of a query a search key meets (0 is the strictest), or None."""
    tokens = key.split()
    for rank, words in enumerate(query):
        if all(any(token.startswith(forms) for token in tokens) for forms in words):
            return rank
    return None


def skeleton(token: str) -> str:
    """What stays of a token when its vowels are not trusted: Sukhmoti and Sukhmati, Mousumi and मौसमी.

    A vowel in front is any vowel; after the first letter d and r are one, as for ड़; n before s and v after s
    are faint: Bhonsle and Bhosle, Swapna and Sapna. Too short: ''.
    """
    if not token.isascii() or token.isdigit():
        return ""
    first = "a" if token[0] in "aiu" else token[0]
    bones = first + token[1:].replace("ns", "s").translate(_NO_VOWELS)
    bones = bones.replace("sv", "s")
    return bones if len(bones) >= _FEWEST_BONES else ""


_NO_VOWELS = str.maketrans("d", "r", "aiu")
_FEWEST_BONES = 3


def _said(text: str) -> list[str]:
    """Every word of a name, titles too."""
    folded = (
        re.sub(r"\b[swdc]/o\b", " ", fold_digits(plain(text)).casefold()).replace("'", "").replace("ॐ", "ओम")
    )
    return [word for word in _WORD.findall(folded) if word != "0"]  # मो० is written with a zero


def _words(text: str) -> list[str]:
    words = _said(text)
    return [word for word in words if word not in _TITLES] or words


def _with_titles(text: str) -> list[tuple[int, tuple[str, str]]]:
    """A word and the title beside it that may be its beginning or end, and which of `_words` it is."""
    found: list[tuple[int, tuple[str, str]]] = []
    at = 0
    for one, two in pairwise(["", *_said(text), ""]):
        at += bool(one) and one not in _TITLES
        if one in _MAY_BEGIN and two and two not in _TITLES:
            found.append((at, (one, two)))
        if two in _MAY_END and one and one not in _TITLES:
            found.append((at - 1, (one, two)))
    return found


_MAY_FLAP = re.compile(f"(?<=[क-हा-ौ{NUKTA}अ-औ])([डढ])(?!{HALANT})")
_LAST_NASAL = re.compile("(?<=[ािीुूेैोौ])[ंँ]$")
_MAY_BE = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        ("(?<=..[^aeiou])e$", ""),  # Gope
        ("(?<=[aeiou][^aeiouy])a(?=h[aeiou])", ""),  # Farahan
        ("(?<=[^aeiouy])er$", "r"),  # Upender
        ("(?<=[aeiou])c+h+(?=a?m)|^chh(?=a?m)", "ksh"),  # Lachhmi, Chhama
        ("a+[vw](?=[^aeiouyvwh])|a+[vw]a(?=[td])", "au"),  # Avtar, Awadhesh
        ("([aeiou][^aeiou]{1,2})[uo](?=m$)", r"\1a"),  # Begum
        ("(?<=^bhu)[vwb]a?(?=n)", ""),  # Bhuvneshwar
        ("^jaga?ra?n(?=at)", "jagann"),
        ("^d[vw]i[vwb]", "dub"),  # Dwivedi is Dubey
        ("([aeiou][^aeiou]{1,2})[uo]a$", r"\1va"),  # Budhua
        ("([aeiou][^aeiou]{1,3})o(?=[ntlrdk][iy]$|la$)", r"\1a"),  # Bengali: Chintamoni
        ("^mono", "mano"),
        ("x(?!m)", "kh"),  # Kurukh: Xalxo
        ("jyots|jots", "jos"),
        ("^lu(?=x|ks)", "la"),
    )
)
"""A spelling, and what it may stand for as well."""
_ANY_MAY_BE = re.compile("|".join(pattern.pattern for pattern, _ in _MAY_BE))
_MOST_SPELLINGS = 8


def _together(*words: str) -> tuple[str, ...]:
    """The sounds of words written as one; initials are put together by their letters."""
    letters = [_INITIALS.get(word, word) for word in words]
    as_one = "".join(letters if all(len(letter) == 1 for letter in letters) else words)
    return _forms(as_one)


def _heard(word: str) -> tuple[str, ...]:
    """The sounds of a word as it is written and of what it is short for."""
    return tuple(dict.fromkeys(_forms(word) + _forms(_SHORT_FORMS.get(word, _INITIALS.get(word, word)))))


@lru_cache(maxsize=50_000)
def _forms(word: str) -> tuple[str, ...]:
    """The sounds a word may stand for: one, or more where its spelling leaves it open."""
    if "\u0900" <= word[0] <= "\u097f":
        flat = word.replace("ड़", "ड").replace("ढ़", "ढ")  # the dot is often left out, and d or r written
        flapped = _MAY_FLAP.sub(rf"\1{NUKTA}", flat)
        written = dict.fromkeys((word, flat, flapped, _LAST_NASAL.sub("", word)))
        sounds = map(_sound, _spellings([latin_word(one) for one in written]))
        return tuple(dict.fromkeys(filter(None, sounds))) or (word,)  # a sign by itself has none
    apart = unicodedata.normalize("NFKD", word)
    latin = "".join(c for c in apart if not unicodedata.combining(c) and not c.isspace())
    if not latin or not latin.isascii():
        return (latin or word,)
    return tuple(dict.fromkeys(map(_sound, _spellings([latin]))))


def _spellings(spellings: list[str]) -> list[str]:
    """Latin spellings, and those that they may stand for: everything that may be, once and together."""
    found = dict.fromkeys(spellings)
    if not any(map(_ANY_MAY_BE.search, spellings)):
        return spellings  # as most are
    for pattern, put in _MAY_BE:
        found |= dict.fromkeys([pattern.sub(put, one) for one in found])
    return list(found)[:_MOST_SPELLINGS]


def _sound(latin: str) -> str:
    if latin.isdigit():
        return latin
    sound = latin
    for pattern, put in _RESPELLINGS:
        sound = pattern.sub(put, sound)
    return sound.lower() or latin


_SHARED_NAMES = frozenset(map(_sound, _set("devi kumar kumari khatoon begum bibi bai mohammad")))
