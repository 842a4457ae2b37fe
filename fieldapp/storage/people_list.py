"""The list of people: those with a record, and the trainees of rosters, one line each, newest first.

A line is a Person either way, so that the list and the form need one shape only: the words of a roster row
make one that has never been saved, and `Page.standing` says where they stand.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.records import Person
from fieldapp.storage import finding, queries, state
from fieldapp.storage.finding import Spot
from fieldapp.storage.known_people import KnownPerson, people_at
from fieldapp.storage.queries import Cursor, Page, Query, Standing
from fieldapp.storage.records import Held, held_as

_MOBILE = 10


def people_page(tx: Connection, query: Query, after: Cursor | None = None, limit: int = 200) -> Page[Person]:
    """The next page of people; let the index `catch_up` first.

    Somebody who stands in several rosters may come again on a later page. Deleted ones are records only.
    """
    if query.deleted or query.sync_state:
        return queries.page(tx, "person", query, after, limit)
    filters = [("place_key", queries.inside(tx, query.place))] if query.place else []
    typed = query.text.strip()
    groups = finding.groups(tx, "person", typed, filters) if typed else finding.everybody(tx, filters)
    if after is not None:
        at, *spot = map(int, after)
        return _of_group(tx, query, groups, at, Spot(*spot), limit)
    found: Page[Person] = Page((), None, 0)
    for at, group in enumerate(groups):
        if len(found.items) < group.if_fewer:
            found = queries.joined(found, _of_group(tx, query, groups, at, finding.FIRST, limit))
    return found


def _of_group(
    tx: Connection, query: Query, groups: Sequence[finding.Group], at: int, after: Spot, limit: int
) -> Page[Person]:
    found, more = dict[str, KnownPerson](), True
    while more and len(found) < limit:
        spots = finding.find(tx, groups[at], after, limit - len(found))
        more = len(spots) == limit - len(found)
        after = spots[-1] if spots else after
        for known in people_at(tx, spots, 0):
            if _fits(known, query):
                found.setdefault(known.person, known)
    items = _held(tx, list(found.values()))
    standing = {one.person: Standing(one.activity, one.row) for one in found.values() if one.activity}
    following = (str(at), *map(str, after)) if more else None
    return Page(items, following, len(items), not more, standing=standing)


def _fits(known: KnownPerson, query: Query) -> bool:
    """What the index does not know: the centre, and all of a mobile number."""
    digits = fold_digits(query.text).strip()
    whole = digits.isdigit() and len(digits) == _MOBILE
    return (query.centre is None or known.centre == query.centre) and (not whole or known.mobile == digits)


def _held(tx: Connection, people: Sequence[KnownPerson]) -> tuple[Held[Any], ...]:
    """Each as held: a record as it is, a trainee in the state of the activity they stand in."""
    records = queries.held_by_id(tx, "person", [one.person for one in people if not one.activity])
    heads = queries.heads_by_id(tx, {one.activity for one in people if one.activity})
    own, base = state.standing(tx)
    return tuple(
        held_as(_person(one), heads[one.activity], own, base) if one.activity else records[one.person]
        for one in people
    )


def _person(known: KnownPerson) -> Person:
    return Person(
        id=known.person,
        name=known.name,
        relation=known.relation,
        gender=known.gender,
        category=known.category,
        village=known.village,
        mobile=known.mobile,
    )
