"""What follows for the rest of a row when one of its cells is filled. No Qt."""

from msgspec.structs import replace

from fieldapp.domain.fields import Ref
from fieldapp.domain.records import PAYMENTS_TO_COMPLETE, RosterRow
from fieldapp.services.search import KnownPerson

_SHOW_PRESENCE = ("mark", "tries", "chai", "samosa")
_KNOWN = ("relation", "gender", "category", "village", "mobile", "age")


def with_what_follows(before: RosterRow, row: RosterRow, *, one_day: bool) -> RosterRow:
    """Who signs, pays or eats is present, where there is one day only; who has completed needs no reason."""
    came = any(getattr(row, name) and not getattr(before, name) for name in _SHOW_PRESENCE)
    if one_day and came and not row.present:
        row = replace(row, present=1)
    if row.open_reason and row.completed() >= PAYMENTS_TO_COMPLETE > before.completed():
        row = replace(row, open_reason="")
    return row


def as_person(row: RosterRow, known: KnownPerson) -> RosterRow:
    """The row of that person; what it does not say yet is taken from what is known of them."""
    wanted = {name: getattr(known, name) for name in _KNOWN if not getattr(row, name)}
    return replace(row, name=known.name, anonymous=False, person=Ref(known.person), **wanted)
