"""Finding people and receipt numbers in everything this home holds, as somebody types."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.identifiers import reference_number as plain_reference
from fieldapp.domain.names import matches, search_key, search_query
from fieldapp.domain.records import Person
from fieldapp.storage import finding, known_people, people_list, search_index, state
from fieldapp.storage.database import Database
from fieldapp.storage.finding import Spot
from fieldapp.storage.known_people import KnownPerson, ReceiptUse
from fieldapp.storage.queries import Cursor, Page, Query, Standing

__all__ = ["KnownPerson", "ReceiptUse", "SearchService", "Standing", "looking"]

_WINDOW = 40
_MOBILE = 10


@contextmanager
def looking(database: Database, besides: str = "") -> Iterator[Connection]:
    """A look at the database that sees in the index whatever was saved here before.

    besides: the id of a record that is not asked for. Typing a sheet asks at every name and saves at every
    cell; it need not be indexed each time.
    """
    with database.reading() as tx:
        if not search_index.is_behind(tx, late=False, besides=besides):
            yield tx
            return
    with database.upkeep() as tx:
        search_index.catch_up(tx)
    with database.reading() as tx:
        yield tx


class SearchService:
    """What the roster, the lists and Ctrl+K ask."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def people(
        self, actor: Actor, typed: str, limit: int = 8, without_activity: str = ""
    ) -> tuple[KnownPerson, ...]:
        """Who may be meant: by own name before father's or village, own centre first, then newest.

        typed: name in any script, father's or husband's name, village, mobile or its last four digits. One
        line a person. without_activity: the activity that is being typed, whose own rows are not offered.
        """
        actor.must_be_known()
        with looking(self._database, without_activity) as tx:
            found = _first_people(tx, typed, max(limit, _WINDOW), self._database.today().year)
            own = int(state.read(tx, "centre", "0"))
        others = [one for one in found if not one.activity or one.activity != without_activity]
        query = search_query(typed)

        def order(one: KnownPerson) -> tuple[bool, bool]:
            return matches(query, search_key(one.name.hi, one.name.en)) is None, one.centre != own

        return tuple(sorted(others, key=order)[:limit])

    def people_page(
        self, actor: Actor, query: Query, after: Cursor | None = None, limit: int = 200
    ) -> Page[Person]:
        """The next page of the list of people: records, and trainees of rosters who have none, one line each.

        Trainees are Persons made of their row's words; `standing` of the page says where these stand.
        """
        actor.must_be_known()
        with looking(self._database) as tx:
            return people_list.people_page(tx, query, after, limit)

    def receipts(self, actor: Actor, reference_number: str) -> tuple[ReceiptUse, ...]:
        """Where this receipt number stands already, the newest activity first."""
        actor.must_be_known()
        reference = plain_reference(reference_number)
        if not reference:
            return ()
        with self._database.reading() as tx:
            return known_people.receipts(tx, reference)

    def index_more(self, most: int = 200) -> bool:
        """Index up to `most` of the records that came in files. True when more of them wait.

        So do all records of a home whose index is of an older program.
        """
        with self._database.reading() as tx:
            old = search_index.is_old(tx)
            if not old and not search_index.is_behind(tx, late=True):
                return False
        with self._database.upkeep() as tx:
            if old:
                search_index.make_again(tx)
            more = search_index.catch_up(tx, most)
        self._database.checkpoint()  # postings lie all over the index, and each page of it in the log
        return more


def _first_people(tx: Connection, typed: str, most: int, year: int) -> list[KnownPerson]:
    """The newest people who fit, each once; after a few, those whose names sound alike."""
    digits = fold_digits(typed).strip()
    offered: dict[str, KnownPerson] = {}
    for group in finding.groups(tx, "person", typed):
        if len(offered) >= group.if_fewer:
            continue
        spots: list[Spot] = finding.find(tx, group, finding.FIRST, most)
        found = {one.person: one for one in reversed(known_people.people_at(tx, spots, year))}
        people = list(reversed(found.values()))
        if digits.isdigit() and len(digits) == _MOBILE:
            people = [one for one in people if one.mobile == digits]
        for one in people:
            offered.setdefault(one.person, one)
    return list(offered.values())
