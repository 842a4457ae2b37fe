"""The field at a rule's path ('start_date', 'rows/12/age', 'partners/2/contact'): its value, and another one.

A step after a list of parts is their key where they have one, else their place, from 1 (domain/rules.py).
"""

from typing import Any, TypeVar

import msgspec

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Kind, PlaceRef, fields, in_key_order
from fieldapp.domain.text import Text
from fieldapp.services.load_cells import clean, name_of, ratio_of, value_of
from fieldapp.services.load_columns import Says

S = TypeVar("S", bound=msgspec.Struct)


def field_at(item: msgspec.Struct, path: str) -> Field | None:
    """The field a path ends at; None for '' and for a path that leads nowhere in this record."""
    name, _, rest = path.partition("/")
    one = next((one for one in fields(type(item)) if one.name == name), None)
    if one is None or one.kind is not Kind.PARTS or not rest:
        return one
    step, _, beyond = rest.partition("/")
    part = _part(one, getattr(item, name), step)
    return None if part is None else field_at(part, beyond) if beyond else one


def value_at(item: msgspec.Struct, path: str) -> Any:
    """The value at a path; None where it leads nowhere."""
    name, _, rest = path.partition("/")
    one = next((one for one in fields(type(item)) if one.name == name), None)
    if one is None or one.kind is not Kind.PARTS or not rest:
        return getattr(item, name) if one else None
    step, _, beyond = rest.partition("/")
    part = _part(one, getattr(item, name), step)
    return part if part is None or not beyond else value_at(part, beyond)


def with_value(item: S, path: str, value: Any) -> S:
    """The record with another value at a path. Raises InvalidInput 'no_field' where it leads nowhere."""
    name, _, rest = path.partition("/")
    if not rest:
        if field_at(item, path) is None:
            raise _nowhere()
        return msgspec.structs.replace(item, **{name: value})
    one = next((one for one in fields(type(item)) if one.name == name), None)
    step, _, beyond = rest.partition("/")
    parts = getattr(item, name, ())
    old = _part(one, parts, step) if one else None
    if old is None or not beyond:
        raise _nowhere()
    new = with_value(old, beyond, value)
    return msgspec.structs.replace(item, **{name: tuple(new if part is old else part for part in parts)})


def suggested_value(item: msgspec.Struct, path: str, words: str, says: Says) -> Any:
    """The value that typed words give the field at a path. Raises InvalidInput where they give none.

    says: the words of a text in each language, by which codes are known.
    """
    one = field_at(item, path)
    if one is None or one.kind is Kind.PARTS:
        raise _nowhere()
    before = value_at(item, path)
    if one.kind is Kind.NAME:
        return name_of(before, words, "")
    if one.kind is Kind.PLACE:
        return PlaceRef("", clean(words))
    return ratio_of(before, words, "") if one.kind is Kind.FRACTION else value_of(one, words, says)


def _part(one: Field, parts: tuple[Any, ...], step: str) -> msgspec.Struct | None:
    """The part a step points at: by its key where it has one, else by its place, from 1."""
    key = getattr(one.part, "key_field", "")
    ordered = in_key_order(one, parts)
    numbered = ((getattr(part, key), part) for part in ordered) if key else enumerate(ordered, start=1)
    return next((part for n, part in numbered if str(n) == step), None)


def _nowhere() -> InvalidInput:
    return InvalidInput(
        Text("The field that was meant is not in this record any more."),
        Text("Look at the reason and correct it by hand."),
        "no_field",
    )
