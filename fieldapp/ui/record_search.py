"""Ctrl+K over records: by number, name, place, receipt number, mobile's end, or the digits of a sheet."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from fieldapp.domain.codes import ActivityKind
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.records import TYPE_LABELS, Activity
from fieldapp.ui.desk import Desk
from fieldapp.ui.go_to import Goal, Search

if TYPE_CHECKING:
    from fieldapp.services.search import KnownPerson

_MOST = 6
_MOST_OF_OTHERS = 3
_PAGE_OF = {
    "establishment": "adoption",
    "observation": "adoption",
    "target": "plan",
    "action_point": "plan",
}


def record_search(desk: Desk, open_page: Callable[[str, str], object]) -> Search:
    """What Ctrl+K asks for the records that fit what is typed. open_page: takes a page and a record's id."""

    def search(typed: str) -> list[Goal]:
        try:
            rather_a_number = any(map(str.isdecimal, typed))
            first = (_activities, _people) if rather_a_number else (_people, _activities)
            return [goal for find in (*first, _others) for goal in find(desk, typed, open_page)]
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
            " · ".join(filter(None, (_day(desk, one), desk.words.place(one.place)))),
            partial(open_page, "activities", one.id),
        )


def _people(desk: Desk, typed: str, open_page: Callable[[str, str], object]) -> Iterator[Goal]:
    for one in desk.services.search.people(desk.actor, typed, _MOST):
        hindi = desk.words.hindi
        yield Goal(
            one.name.shown(hindi),
            " · ".join(filter(None, (one.relation.shown(hindi), desk.words.place(one.village)))),
            _to_person(one, open_page),
        )


def _to_person(one: "KnownPerson", open_page: Callable[[str, str], object]) -> Callable[[], object]:
    """A record opens its form, a trainee the session where they stand."""
    return partial(open_page, *(("activities", one.activity) if one.activity else ("people", one.person)))


def _others(desk: Desk, typed: str, open_page: Callable[[str, str], object]) -> Iterator[Goal]:
    from fieldapp.services.records import Query

    for word, page in _PAGE_OF.items():
        service = desk.services.for_type(word)
        for held in service.page(desk.actor, Query(text=typed), limit=_MOST_OF_OTHERS).items:
            label = desk.words.render(TYPE_LABELS[word])
            yield Goal(_name(desk, held.record) or label, label, partial(open_page, page, held.record.id))


def _name(desk: Desk, record: Any) -> str:
    """What a record is called: its name, title, gap or place."""
    for field in ("name", "title"):
        if named := getattr(record, field, None):
            return str(named.shown(desk.words.hindi))
    place = getattr(record, "place", None)
    return str(getattr(record, "gap", "") or (desk.words.place(place) if place else ""))


def _activity_name(desk: Desk, one: Activity) -> str:
    return one.title.shown(desk.words.hindi) or desk.words.render(ActivityKind.words(one.kind))


def _day(desk: Desk, one: Activity) -> str:
    return desk.language.date(one.start_date) if one.start_date else ""
