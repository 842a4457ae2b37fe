"""The words that stand for a field's value in a list, by the kind of the field."""

from collections.abc import Callable
from typing import Any

from fieldapp.domain.fields import Field, Kind
from fieldapp.domain.identifiers import mask_mobile
from fieldapp.domain.text import Text
from fieldapp.ui.words import Words


def shown(one: Field, value: Any, words: Words) -> str:
    """A value in the language spoken; '' for an empty one. Mobile numbers are masked."""
    if value == one.empty:
        return ""
    return _SHOWN[one.kind](one, value, words)


def _text(one: Field, value: Any, _words: Words) -> str:
    return mask_mobile(value) if one.guard == "mobile" else str(value)


def _code(one: Field, value: Any, words: Words) -> str:
    return words.render(one.codes.words(value)) if one.codes else str(value)


def _codes(one: Field, value: Any, words: Words) -> str:
    codes = one.codes
    return ", ".join(words.render(codes.words(code, short=True)) if codes else code for code in value)


_SHOWN: dict[Kind, Callable[[Field, Any, Words], str]] = {
    Kind.TEXT: _text,
    Kind.NAME: lambda _one, value, words: value.shown(words.hindi),
    Kind.CODE: _code,
    Kind.CODES: _codes,
    Kind.WHOLE: lambda one, value, words: str(value) if one.year else words.language.number(value),
    Kind.MONEY: lambda _one, value, words: words.language.rupees(value),
    Kind.FRACTION: lambda _one, value, words: words.render(
        Text("{part} of {whole}", part=value.over, whole=value.under)
    ),
    Kind.DATE: lambda _one, value, words: words.language.date(value),
    Kind.TIME: lambda _one, value, _words: f"{value:%H:%M}",
    Kind.YES_NO: lambda _one, _value, words: words.render(Text("Yes")),
    Kind.REF: lambda _one, _value, _words: "",
    Kind.PLACE: lambda _one, value, words: words.place(value),
    Kind.PARTS: lambda _one, value, words: words.language.number(len(value)),
}
