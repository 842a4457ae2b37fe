"""Finding a row of the open roster: by names in any script, village, mobile or receipt number."""

from collections.abc import Iterable
from functools import lru_cache

from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.names import matches, search_key, search_query
from fieldapp.domain.records import RosterRow
from fieldapp.ui.activities.model import RosterModel

_LEAST_DIGITS = 3


@lru_cache(maxsize=4096)
def _key_of(row: RosterRow) -> str:
    return search_key(row.name.hi, row.name.en, row.relation.hi, row.relation.en, row.village.words)


def remember(rows: Iterable[RosterRow]) -> None:
    """Make what rows are found by; a thousand of them take longer than a letter may."""
    for row in rows:
        _key_of(row)


def fits(row: RosterRow, typed: str) -> bool:
    """Whether a row is meant by what was typed; digits are part of a mobile or receipt number."""
    digits = "".join(fold_digits(typed).split()).upper()
    if len(digits) >= _LEAST_DIGITS and any(one.isdecimal() for one in digits):
        numbers = (row.mobile, row.certificate, *(one.reference_number for one in row.tries))
        return any(digits in number for number in numbers)
    query = search_query(typed)
    return bool(query) and matches(query, _key_of(row)) is not None


def found_rows(roster: RosterModel, typed: str) -> list[int]:
    """The rows that are meant, from 0, in printed order."""
    return [at for at, row in enumerate(roster.rows()) if fits(row, typed)]


def nearest(found: list[int], here: int, step: int) -> int | None:
    """The place among `found` to go to: step 0 from here on, 1 the next, -1 the one before, going round."""
    if not found:
        return None
    if step < 0:
        return next((at for at in range(len(found) - 1, -1, -1) if found[at] < here), len(found) - 1)
    return next((at for at, row in enumerate(found) if row >= here + step), 0)
