"""Ctrl+K over records: activities by number, title or place, people by name."""

from collections.abc import Callable, Iterator
from functools import partial

from fieldapp.domain.codes import ActivityKind
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.records import Activity, Person
from fieldapp.ui.desk import Desk
from fieldapp.ui.go_to import Goal, Search

_MOST = 6


def record_search(desk: Desk, open_page: Callable[[str, str], object]) -> Search:
    """What Ctrl+K asks for the records that fit what is typed. open_page: takes a page and a record's id."""

    def search(typed: str) -> list[Goal]:
        try:
            return [*_activities(desk, typed, open_page), *_people(desk, typed, open_page)]
        except FieldAppError as error:
            desk.messages.show(error)
            return []

    return search


def _activities(desk: Desk, typed: str, open_page: Callable[[str, str], object]) -> Iterator[Goal]:
    from fieldapp.services.records import Query  # late: the window starts without the services

    for held in desk.services.activities.page(desk.actor, Query(text=typed), limit=_MOST).items:
        one = held.record
        yield Goal(
            f"{one.printed_number} {_activity_name(desk, one)}",
            " · ".join(filter(None, (_day(desk, one), one.place.words))),
            partial(open_page, "activities", one.id),
        )


def _people(desk: Desk, typed: str, open_page: Callable[[str, str], object]) -> Iterator[Goal]:
    from fieldapp.services.records import Query

    for held in desk.services.people.page(desk.actor, Query(text=typed), limit=_MOST).items:
        one: Person = held.record
        hindi = desk.words.hindi
        yield Goal(
            one.name.shown(hindi),
            " · ".join(filter(None, (one.relation.shown(hindi), one.village.words))),
            partial(open_page, "people", one.id),
        )


def _activity_name(desk: Desk, one: Activity) -> str:
    return one.title.shown(desk.words.hindi) or desk.words.render(ActivityKind.words(one.kind))


def _day(desk: Desk, one: Activity) -> str:
    return desk.language.date(one.start_date) if one.start_date else ""
