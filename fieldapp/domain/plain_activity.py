"""An activity in its plain form as one typed value, so that an import looks once at what is plainly in order.

A `PlainActivity` has the flat columns of an activity as attributes (None where absent; dates as such, the
rest as it was sent) and lists of such parts. One that is given here reads back just as it was sent, fits its
columns and breaks no hard rule. None says no more than that it must be looked at closely: build, flatten and
`rules.refusal` decide then. A test holds both ways equal.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from fieldapp.domain.codes import ActivityKind
from fieldapp.domain.fields import Column, Kind, columns, part_type, parts
from fieldapp.domain.identifiers import rrn_fits
from fieldapp.domain.record_rules import days_reversed
from fieldapp.domain.records import ONE_RUPEE, Activity
from fieldapp.domain.rules import SHORTEST_FORBIDDEN

PlainActivity = Any
"""A struct made for the columns of one file."""

Columns = tuple[tuple[str, tuple[str, ...]], ...]
"""(name of a list, names of its columns) of the lists that travel as rows."""

RULES_KEPT = frozenset(
    {"too_long", "bad_character", "too_large", "wrong_mobile", "not_a_hash", "days_reversed"}
    | {"amount_not_a_rupee", "impossible_share"}
)
"""The hard rules that are looked after here. (Bad characters are refused with the line; activities have no
shares.) A test holds this equal to the rules that there are.
"""

_PATTERNS = {
    Kind.TIME: r"\A(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z",
    Kind.REF: r"\A[0-9a-f]{32}\Z",
}
_GUARDED = {"mobile": r"\A[5-9][0-9]{9}\Z", "hash": r"\A[0-9a-f]{64}\Z"}
_CODE = Annotated[str, Meta(min_length=1)]
_WORD = Annotated[str, Meta(pattern=r"\A\S+\Z")]

_USUAL = re.compile("[\x00-\x7f\u0900-\u0965\u0970-\u097f\u200c\u200d\u2010-\u2027\u20b9]*+")
"""Letters and signs of two scripts, but for the digits of Devanagari: all else may be a digit."""
_ENDS = bytes.maketrans(b'123456789"', b"000000000,")
_NO_DIGITS = bytes(b for b in range(256) if b not in b'0123456789",')
_LONG = b"0" * SHORTEST_FORBIDDEN


def plain_activity(fields: object, sent: bytes, named: Columns) -> PlainActivity | None:
    """The activity, or None if it must be looked at closely.

    fields: decoded `f` of a record line; sent: its bytes, spelt canonically, without an escape. named: the
    lists that stand in it as rows.
    """
    if b"null]" in sent or b"false" in sent:
        return None
    taken = _activity_type(named)
    try:
        item = msgspec.convert(fields, taken) if taken else None
    except msgspec.ValidationError:
        return None
    return item if item is not None and _in_order(item) and _is_fine(item, sent) else None


def _is_fine(item: PlainActivity, sent: bytes) -> bool:
    tries = list(chain.from_iterable([row.tries for row in item.rows]))
    amounts = {one.amount_paise for one in tries}
    if None in amounts or (item.kind == ActivityKind.CHAI_SAMOSA and amounts - {ONE_RUPEE}):
        return False
    return not any(days_reversed(item)) and _holds_no_forbidden_number(
        item.start_date, [one.reference_number or "" for one in tries], sent
    )


def _holds_no_forbidden_number(day: date | None, references: list[str], sent: bytes) -> bool:
    """Whether no text has twelve digits, but for receipt numbers of that day.

    Of the bytes only digits, and what ends a text or a whole number, are left: twelve digits without an end
    between them are no other than a receipt number, as often as there is one.
    """
    text = sent.decode()
    usual = _USUAL.match(text)
    if usual is None or usual.end() < len(text):
        return False
    long_ones = [one for one in references if len(one) >= SHORTEST_FORBIDDEN]
    if long_ones and not (day and _are_of(day, long_ones)):
        return False
    return sent.translate(_ENDS, _NO_DIGITS).count(_LONG) == len(long_ones)


def _are_of(day: date, receipts: list[str]) -> bool:
    digits = "".join(receipts)
    return (
        {SHORTEST_FORBIDDEN} == set(map(len, receipts))
        and digits.isascii()
        and digits.isdigit()
        and all(rrn_fits(beginning + "0" * 8, day) for beginning in {one[:4] for one in receipts})
    )


def _in_order(item: PlainActivity) -> bool:
    """Whether parts with a key of their own ascend by it. Absent lists are made empty ones."""
    for name, key in _LISTS:
        pieces = getattr(item, name)
        if pieces is None:
            setattr(item, name, ())
        elif key and pieces:
            numbers = [getattr(piece, key) for piece in pieces]
            if None in numbers or numbers != sorted(set(numbers)):
                return False
    for row in item.rows:
        if row.tries is None:
            row.tries = ()
    return True


_LISTS = tuple((one.name, getattr(one.part, "key_field", "")) for one in parts(Activity))
"""The lists of an activity and their keys. Lists within them have no key (a test)."""


@lru_cache(maxsize=64)
def _activity_type(named: Columns) -> type[msgspec.Struct] | None:
    """The class for files with these columns; None when there are some that this program does not know."""
    try:
        return _typed(Activity, (), dict(named))
    except KeyError:
        return None


def _typed(
    part: type[msgspec.Struct], order: tuple[str, ...], named: Mapping[str, tuple[str, ...]]
) -> type[msgspec.Struct]:
    """order: the columns of a list that travels as rows; () for one of objects."""
    found: dict[str, Any] = {one.name: _type_of(one) | None for one in columns(part)}
    absent: dict[str, Any] = dict.fromkeys(found)
    for one in parts(part):
        inner = _typed(part_type(one), named.get(one.name, ()), named)
        found[one.name] = Annotated[list[inner], Meta(min_length=1)] | None  # type: ignore[valid-type]
        absent[one.name] = ()
    names = order or tuple(found)
    return msgspec.defstruct(
        f"Plain{part.__name__}",
        [(name, found[name], None) for name in names],
        namespace={name: empty for name, empty in absent.items() if name not in names},
        array_like=bool(order),
        forbid_unknown_fields=True,
        gc=False,
    )


def _type_of(one: Column) -> Any:
    field = one.field
    if field.kind is Kind.YES_NO:
        return bool
    if one.whole:
        return Annotated[int, Meta(ge=1, le=field.most)]
    if field.kind is Kind.DATE:
        return date
    if field.kind is Kind.CODES:
        return Annotated[list[_WORD], Meta(min_length=1)]
    if field.kind is Kind.CODE or one.suffix == "key":
        return _CODE
    pattern = _GUARDED.get(field.guard) or _PATTERNS.get(field.kind)
    if pattern:
        return Annotated[str, Meta(pattern=pattern)]
    return Annotated[str, Meta(min_length=1, max_length=field.longest)]
