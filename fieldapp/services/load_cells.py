"""What a cell of a list says: text typed by somebody becomes the value of a field."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any

import msgspec

from fieldapp.domain import identifiers, periods
from fieldapp.domain.canonical import FORBIDDEN_TEXT
from fieldapp.domain.codes import Category, Code, Gender, Level
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Kind, Name, Paise, Ratio, build, part_type
from fieldapp.domain.kruti_dev import looks_like_kruti_dev
from fieldapp.domain.text import Text
from fieldapp.services.load_columns import Says, squashed

_YES = frozenset({"yes", "y", "true", "1", "हाँ", "हां"})
_NO = frozenset({"no", "n", "false", "0", "नहीं"})
_SIGNS = frozenset("✓✔")
_LOST = re.compile(r"[?\s.]*\?{3,}[?\s.]*|.*\ufffd.*")
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})+")
_ERROR = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!)")
_DAY_WITH_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T]\d\d:\d\d.*")
_DAY_WITH_MONTH = re.compile(r"(\d{1,2})[\s./-]*([^\W\d][^\d\s./,-]*)[\s./,-]*(\d{2,4})")
_WITH_UNIT = re.compile(r"([\d,.]+)\s*(?:years?|yrs?|y|वर्ष|साल|/-)\.?", re.IGNORECASE)
_MONTHS = (
    ("jan", "जन"),
    ("feb", "फर", "फ़र"),
    ("mar", "मार्च"),
    ("apr", "अप्र"),
    ("may", "मई"),
    ("jun", "जून"),
    ("jul", "जुल"),
    ("aug", "अग"),
    ("sep", "सित"),
    ("oct", "अक्तू", "अक्टू"),
    ("nov", "नव"),
    ("dec", "दिस"),
)
_SPREADSHEET_BEGINS = date(1899, 12, 30)
_SPREADSHEET_DAYS = range(20_000, 60_000)
"""Days of a spreadsheet, as they stand where a date has lost its format: 42749 is 14-01-2017."""


def clean(text: str) -> str:
    """A cell's text as it is kept: NFC, single blanks, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_devanagari(text: str) -> bool:
    """Whether any letter of a text is Devanagari."""
    return any("\u0900" <= c <= "\u097f" for c in text)


def refused(code: str, title: Text) -> InvalidInput:
    """The error of one row; the others are loaded."""
    return InvalidInput(title, Text("The other rows of the list are not affected. Correct this one."), code)


def refuse_spoilt(text: str) -> None:
    """Raises InvalidInput for a cell whose letters a program lost (???), or that holds an error (#REF!)."""
    if _LOST.fullmatch(text):
        raise refused("letters_lost", Text("The letters of this row were lost when the list was saved."))
    if _ERROR.fullmatch(text):
        raise refused("error_in_cell", Text("A formula of this row has no value: {words}", words=text))


def value_of(one: Field, text: str, says: Says) -> Any:
    """The value a cell gives a field. Raises InvalidInput in words about the cell."""
    reading = _READINGS.get(one.kind)
    return reading(one, text) if reading else _coded(one, text, says)


def name_of(before: Name, text: str, half: str) -> Name:
    """A name with one more half. half: 'hi', 'en', or '' to go by the letters themselves."""
    words = clean(text)
    _refuse_old_font(words)
    if not any(c.isalpha() for c in words):
        raise refused("no_name", Text("This is not a name: {words}", words=words))
    if half == "hi" or (not half and is_devanagari(words)):
        return Name(words, before.en)
    return Name(before.hi, words)


def ratio_of(before: Ratio, text: str, half: str) -> Ratio:
    """A fraction with one more half, or from a cell like '35/70'."""
    if half == "over":
        return Ratio(periods.parse_whole(text), before.under)
    if half == "under":
        return Ratio(before.over, periods.parse_whole(text))
    over, bar, under = text.partition("/")
    if not bar:
        raise refused("fraction", Text("This is not a fraction: {words}", words=clean(text)))
    return Ratio(periods.parse_whole(over), periods.parse_whole(under))


def _refuse_old_font(words: str) -> None:
    """Old-font text is never stored silently; codes and numbers are no words."""
    if not any(c.isdecimal() for c in words) and looks_like_kruti_dev(words):
        raise refused(
            "old_font", Text("This text is in an old Hindi font (such as Kruti Dev), not in Unicode.")
        )


def _text(one: Field, text: str) -> str:
    words = clean(text) if one.lines == 1 else unicodedata.normalize("NFC", text.strip())
    _refuse_old_font(words)
    if one.guard != "text" and _ROUNDED.fullmatch(words):
        raise refused(
            "rounded",
            Text("The last digits of this number were lost in the spreadsheet: {words}", words=words),
        )
    if FORBIDDEN_TEXT.search(words):
        raise refused(
            "bad_character", Text("There is a character here that cannot be kept. Type the text again.")
        )
    if one.guard == "reference":
        return identifiers.reference_number(words)
    if one.guard == "mobile":
        number = words.replace(",", "") if _GROUPED.fullmatch(words) else words
        return identifiers.mobile(number, demo=True) or words
    return words


def _whole(text: str) -> int:
    """A whole number; '31 years' is one too."""
    plain = identifiers.fold_digits(text).strip()
    unit = _WITH_UNIT.fullmatch(plain)
    return periods.parse_whole(unit[1] if unit else plain)


def _date(text: str) -> date:
    """A date as people type it, as a spreadsheet counts it, or with the name of its month."""
    plain = identifiers.fold_digits(clean(text))
    if plain.isdecimal() and int(plain) in _SPREADSHEET_DAYS:
        return _SPREADSHEET_BEGINS + timedelta(days=int(plain))
    if named := _DAY_WITH_MONTH.fullmatch(plain):
        word = named[2].casefold()
        month = next((n for n, begins in enumerate(_MONTHS, 1) if word.startswith(begins)), 0)
        plain = f"{named[1]}-{month}-{named[3]}" if month else plain
    elif with_time := _DAY_WITH_TIME.fullmatch(plain):
        plain = with_time[1]
    return periods.parse_date(plain)


def _money(_: Field, text: str) -> Paise:
    plain = (
        identifiers.fold_digits(text)
        .removesuffix("/-")
        .replace("₹", "")
        .removeprefix("Rs.")
        .removeprefix("Rs")
        .strip()
    )
    rupees, _point, rest = plain.partition(".")
    if not (rest.isdecimal() and len(rest) <= 2) and rest:
        raise refused("money", Text("This is not an amount in rupees: {words}", words=clean(text)))
    return Paise(periods.parse_whole(rupees) * 100 + int(rest.ljust(2, "0") or 0))


def _yes_no(_: Field, text: str) -> bool:
    answer = squashed(text)
    if answer in _YES or text.strip() in _SIGNS:
        return True
    if answer in _NO:
        return False
    raise refused("yes_no", Text("This is neither yes nor no: {words}", words=clean(text)))


def _parts(one: Field, text: str) -> tuple[Any, ...]:
    """A list of objects in JSON, in the plain form of the part."""
    try:
        items = msgspec.json.decode(text, type=list[dict[str, Any]])
        return tuple(build(part_type(one), item) for item in items)
    except (msgspec.DecodeError, ValueError, TypeError, KeyError) as error:
        raise refused(
            "parts", Text("The list of {label} is not in the form it must have.", label=Text(one.label))
        ) from error


_READINGS: dict[Kind, Callable[[Field, str], Any]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: lambda _, text: _whole(text),
    Kind.MONEY: _money,
    Kind.DATE: lambda _, text: _date(text),
    Kind.TIME: lambda _, text: periods.parse_time(text),
    Kind.YES_NO: _yes_no,
    Kind.PARTS: _parts,
}


# ---------------------------------------------------------------- codes

_BRACKETS = re.compile(r"\([^)]*\)")
_OTHER_ANSWERS: dict[type[Code], dict[str, str]] = {
    Gender: {
        **dict.fromkeys(("पु", "पु0", "मर्द", "लड़का", "boy", "man", "m"), Gender.M),
        **dict.fromkeys(("म", "म0", "स्त्री", "औरत", "लड़की", "girl", "woman", "lady", "f"), Gender.F),
        **dict.fromkeys(("other", "others", "अन्य", "किन्नर", "tg"), Gender.T),
    },
    Level: {
        **dict.fromkeys(("panchayat", "gp", "पंचायत"), Level.GP),
        **dict.fromkeys(("gaon", "ग्राम", "गांव", "revenuevillage"), Level.VILLAGE),
        **dict.fromkeys(("tola", "टोला"), Level.HAMLET),
    },
    Category: {
        **dict.fromkeys(("general", "ur", "unreserved", "सामान्य", "अनारक्षित"), Category.GEN),
        **dict.fromkeys(("अनुसूचितजाति", "अजा", "अनुजाति", "harijan"), Category.SC),
        **dict.fromkeys(("अनुसूचितजनजाति", "अजजा", "अनुजनजाति", "adivasi"), Category.ST),
        **dict.fromkeys(
            ("bc", "bc1", "bc2", "bci", "bcii", "ebc", "mobc", "पिछड़ावर्ग", "अन्यपिछड़ावर्ग", "अपिव"),
            Category.OBC,
        ),
        **dict.fromkeys(("minority", "अल्पसंख्यक"), Category.MIN),
    },
}
"""What lists say, besides the code, its labels and its key."""


def _coded(one: Field, text: str, says: Says) -> Any:
    if one.codes is None:
        raise TypeError(f"{one.name} is not read from a list")
    if one.kind is Kind.CODES:
        words = text.replace(";", ",").replace("|", ",").split(",")
        return tuple(_code(one, one.codes, word, says) for word in words if word.strip())
    return _code(one, one.codes, text, says)


def _code(one: Field, codes: type[Code], text: str, says: Says) -> str:
    found = _answers(codes, says).get(squashed(text))
    if found is None:
        title = Text("{label}: '{words}' is not in the list.", label=Text(one.label), words=clean(text))
        raise refused("no_such_code", title)
    return found


@cache
def _answers(codes: type[Code], says: Says) -> dict[str, str]:
    """Everything that stands for a code: itself, its label and short label in each language, its key."""
    found: dict[str, str] = {}
    members = [codes[name] for name in codes.__members__]
    for member in members:
        found.setdefault(squashed(member.value), member.value)
        for words in (*says(Text(member.label)), *says(Text(member.short))):
            found.setdefault(squashed(words), member.value)
            found.setdefault(squashed(_BRACKETS.sub("", words)), member.value)
    for words, code in _OTHER_ANSWERS.get(codes, {}).items():
        found.setdefault(words, code)
    for member in members:
        if member.key:
            found.setdefault(squashed(member.key), member.value)
    return found
