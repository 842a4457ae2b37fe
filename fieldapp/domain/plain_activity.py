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

_UNUSUAL = re.compile("[^\x00-\x7f\u0900-\u0965\u0970-\u097f\u200c\u200d\u2010-\u2027\u20b9]")
"""Letters of other scripts than these two may be digits, or look like them."""
_NO_DIGITS = bytes(b for b in range(256) if b not in b'0123456789",')
_LONG = re.compile(rb"[0-9]{%d,}" % SHORTEST_FORBIDDEN)


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
    return item if item is not None and _in_order(Activity, item) and _is_fine(item, sent) else None


def _is_fine(item: PlainActivity, sent: bytes) -> bool:
    tries = [one for row in item.rows for one in row.tries]
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
    if _UNUSUAL.search(sent.decode()):
        return False
    long_ones = 0
    for one in references:
        if len(one) >= SHORTEST_FORBIDDEN:
            if day is None or not (one.isascii() and one.isdigit() and rrn_fits(one, day)):
                return False
            long_ones += 1
    return len(_LONG.findall(sent.translate(None, _NO_DIGITS))) == long_ones


def _in_order(part: type[msgspec.Struct], item: Any) -> bool:
    """Whether parts with a key of their own ascend by it. Absent lists are made empty ones."""
    for name, inner, key in _lists(part):
        pieces = getattr(item, name)
        if not pieces:
            if pieces is None:
                setattr(item, name, ())
            continue
        if key:
            last = 0
            for piece in pieces:
                number = getattr(piece, key) or 0
                if number <= last:
                    return False
                last = number
        if _lists(inner) and not all(_in_order(inner, piece) for piece in pieces):
            return False
    return True


@lru_cache(maxsize=64)
def _lists(part: type[msgspec.Struct]) -> tuple[tuple[str, type[msgspec.Struct], str], ...]:
    return tuple((one.name, part_type(one), getattr(one.part, "key_field", "")) for one in parts(part))


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
