"""What a cell of a list says: text typed by somebody becomes the value of a field."""

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from fieldapp.domain import identifiers, periods
from fieldapp.domain.canonical import FORBIDDEN_TEXT
from fieldapp.domain.codes import Code
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Kind, Name, Paise, Ratio, build, part_type
from fieldapp.domain.kruti_dev import looks_like_kruti_dev
from fieldapp.domain.text import Text
from fieldapp.services.load_columns import Says, squashed

_YES = frozenset({"yes", "y", "true", "1", "हाँ", "हां"})
_NO = frozenset({"no", "n", "false", "0", "नहीं"})
_SIGNS = frozenset("✓✔")


def clean(text: str) -> str:
    """A cell's text as it is kept: NFC, single blanks, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_devanagari(text: str) -> bool:
    """Whether any letter of a text is Devanagari."""
    return any("\u0900" <= c <= "\u097f" for c in text)


def refused(code: str, title: Text) -> InvalidInput:
    """The error of one row; the others are loaded."""
    return InvalidInput(title, Text("The other rows of the list are not affected. Correct this one."), code)


def value_of(one: Field, text: str, says: Says) -> Any:
    """The value a cell gives a field. Raises InvalidInput in words about the cell."""
    reading = _READINGS.get(one.kind)
    return reading(one, text) if reading else _coded(one, text, says)


def name_of(before: Name, text: str, half: str) -> Name:
    """A name with one more half. half: 'hi', 'en', or '' to go by the letters themselves."""
    words = clean(text)
    _refuse_old_font(words)
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
    if FORBIDDEN_TEXT.search(words):
        raise refused(
            "bad_character", Text("There is a character here that cannot be kept. Type the text again.")
        )
    if one.guard == "reference":
        return identifiers.reference_number(words)
    if one.guard == "mobile":
        return identifiers.mobile(words, demo=True) or words
    return words


def _money(_: Field, text: str) -> Paise:
    plain = identifiers.fold_digits(text).replace("₹", "").removeprefix("Rs.").removeprefix("Rs").strip()
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
    Kind.WHOLE: lambda _, text: periods.parse_whole(text),
    Kind.MONEY: _money,
    Kind.DATE: lambda _, text: periods.parse_date(text),
    Kind.TIME: lambda _, text: periods.parse_time(text),
    Kind.YES_NO: _yes_no,
    Kind.PARTS: _parts,
}


# ---------------------------------------------------------------- codes


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
    for member in members:
        if member.key:
            found.setdefault(squashed(member.key), member.value)
    return found
