"""The list of people, with a record or trainees of rosters: one line each, the newest first or by name.

A line is a Person either way, so that the list and the form need one shape only: the words of a roster row
make one that has never been saved, and `Page.standing` says where they stand.
"""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy.engine import Connection

from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.names import order_key
from fieldapp.domain.records import Person
from fieldapp.storage import finding, queries, state
from fieldapp.storage.finding import Filters, Named, Spot
from fieldapp.storage.known_people import KnownPerson, people_at
from fieldapp.storage.queries import Cursor, Page, Query, Standing
from fieldapp.storage.records import Held, held_as
from fieldapp.storage.search_words import IN_ORDER

_MOBILE = 10


def people_page(tx: Connection, query: Query, after: Cursor | None = None, limit: int = 200) -> Page[Person]:
    """The next page of people; let the index `catch_up` first. They can be sorted by name alone.

    Somebody who stands in several rosters may come again on a later page. Deleted ones are records only.
    """
    if query.deleted or query.sync_state:
        return queries.page(tx, "person", query, after, limit)
    filters = [("place_key", queries.inside(tx, query.place))] if query.place else []
    typed = query.text.strip()
    if query.sort in IN_ORDER and not typed:
        return _by_name(tx, query, filters, after, limit)
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
    return _page(tx, list(found.values()), (str(at), *map(str, after)) if more else None)


def _by_name(
    tx: Connection, query: Query, filters: Filters, after: Cursor | None, limit: int
) -> Page[Person]:
    """In the order of the names that are shown.

    Where somebody stands under another name than theirs (a roster has the words of its day, a record that was
    merged into another is shown by that), they are left out: they have a place under their own. But not where
    that place is none of those that are asked for.
    """
    wanted = {value for _, values in filters for value in values}

    def key(known: KnownPerson) -> str:
        return order_key(known.name.shown(query.sort == "name_hi"))

    found, more, at = dict[str, tuple[str, KnownPerson]](), True, _named(after)
    while more and len(found) < limit:
        spots = finding.in_order(tx, query.sort, filters, at, limit - len(found), backwards=query.backwards)
        more = len(spots) == limit - len(found)
        if not spots:
            break
        first, last = sorted([(at or spots[0]).key, spots[-1].key])
        for known in people_at(tx, [one.spot for one in spots], 0):
            here = min(max(first, key(known)), last)
            if _fits(known, query) and (here == key(known) or (wanted and known.village.key not in wanted)):
                found.setdefault(known.person, (here, known))
        at = spots[-1]
    people = sorted(found.values(), key=itemgetter(0), reverse=query.backwards)
    following = (at.key, *map(str, at.spot)) if more and at is not None else None
    return _page(tx, [known for _, known in people], following)


def _named(after: Cursor | None) -> Named | None:
    if after is None:
        return None
    key, *spot = after
    return Named(key, Spot(*map(int, spot)))


def _page(tx: Connection, people: Sequence[KnownPerson], following: Cursor | None) -> Page[Person]:
    items = _held(tx, people)
    standing = {one.person: Standing(one.activity, one.row) for one in people if one.activity}
    return Page(items, following, len(items), following is None, standing=standing)


def _fits(known: KnownPerson, query: Query) -> bool:
    """What the index does not know: the centre, and all of a mobile number."""
    digits = fold_digits(query.text).strip()
    whole = digits.isdigit() and len(digits) == _MOBILE
    return (query.centre is None or known.centre == query.centre) and (not whole or known.mobile == digits)


def _held(tx: Connection, people: Sequence[KnownPerson]) -> tuple[Held[Any], ...]:
    """Each as held: a record as it is, a trainee in the state of the activity they stand in."""
    records = queries.held_by_id(tx, "person", [one.person for one in people if not one.activity])
    heads = queries.heads_by_id(tx, {one.activity for one in people if one.activity})
    log = state.own_log(tx)
    return tuple(
        held_as(_person(one), heads[one.activity], log) if one.activity else records[one.person]
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
