"""The records that a field may refer to, by the words that find them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fieldapp.domain.codes import ActivityKind
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, fields
from fieldapp.domain.records import Activity, Record
from fieldapp.domain.text import Text
from fieldapp.ui.records.values import shown
from fieldapp.ui.widgets.ref_edit import RefBook

if TYPE_CHECKING:
    from fieldapp.ui.desk import Desk

_MOST = 6
_TRAINING = ("trainer", "trained_by")
"""Fields that refer to somebody who trains: Master Trainers and volunteers are offered, nobody else."""

_KINDS = {"opened_in": str(ActivityKind.REVIEW)}


def ref_book(desk: "Desk") -> RefBook:
    """What the fields of a desk's forms refer to: people, targets, and review meetings.

    People are found by name in any script; of the few others any word will do, a date or a number too.
    """
    from fieldapp.services.records import Query  # late: the window starts without the services

    def name(one: Field, record_id: str) -> str:
        try:
            record = desk.services.for_type(one.refers_to).get(desk.actor, record_id).record
        except InvalidInput:
            return desk.words.render(Text("A record that is not here"))
        return words_of(record, desk)

    def find(one: Field, typed: str) -> Sequence[tuple[str, str]]:
        if one.name in _TRAINING:
            trainers = desk.services.people.trainers(desk.actor, typed, _MOST)
            return [(person.id, words_of(person, desk)) for person in trainers]
        service, kind = desk.services.for_type(one.refers_to), _KINDS.get(one.name, "")
        by_name = service.page(desk.actor, Query(text=typed, kind=kind), limit=_MOST).items
        latest = service.page(desk.actor, Query(kind=kind)).items if one.refers_to != "person" else ()
        by_words = [held for held in latest if typed.casefold() in words_of(held.record, desk).casefold()]
        found = {held.record.id: words_of(held.record, desk) for held in (*by_name, *by_words)}
        return list(found.items())[:_MOST]

    return RefBook(name, find)


def words_of(record: Record, desk: "Desk") -> str:
    """What tells a record from others of its type: its number and what its list shows, each once."""
    values: list[Any] = [record.printed_number] if isinstance(record, Activity) else []
    listed = (one for one in fields(type(record)) if one.in_list and one.guard != "mobile")
    values += [shown(one, getattr(record, one.name), desk.words) for one in listed]
    return " · ".join(list(dict.fromkeys(filter(None, values)))[:4])
