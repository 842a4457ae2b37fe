"""A row of Today for what somebody returned or asked to be corrected."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from fieldapp.domain.codes import ActivityKind, DecisionKind
from fieldapp.domain.fields import fields
from fieldapp.domain.records import TYPE_LABELS, Activity, Record, type_name
from fieldapp.domain.text import Text
from fieldapp.ui.desk import Desk
from fieldapp.ui.pages import page_of
from fieldapp.ui.widgets.parts_of_a_page import RowButton

if TYPE_CHECKING:
    from fieldapp.services.overview import Asked

_MOST = 20


def asked_row(desk: Desk, asked: "Asked", open_page: Callable[[str, str], object]) -> RowButton:
    """What is asked about which record, and why; pressing it opens the record. open_page: page and id."""
    record, said = asked.held.record, asked.decision
    kind = DecisionKind.words(said.record.kind)
    words = desk.words.render
    row = RowButton()
    row.put(
        " · ".join(filter(None, (words(kind), _name(desk, record)))),
        words(Text("{reason} ({by}, {at})", reason=said.record.reason, by=said.by, at=said.at)).strip(),
    )
    page = page_of(type_name(record))
    row.setEnabled(bool(page))
    row.clicked.connect(lambda: open_page(page, record.id))
    return row


def not_taken_rows(desk: Desk, open_page: Callable[[str, str], object]) -> Iterator[RowButton]:
    """A row for each record that head office did not take: why, in both languages, and which it is."""
    if desk.exchange is None or desk.office.is_hq:
        return
    for one in desk.exchange.history.refused(desk.actor)[:_MOST]:
        record = desk.services.for_type(one.type).get(desk.actor, one.id).record
        row, page = RowButton(), page_of(one.type)
        row.put(desk.language.both(one.said[0]), _name(desk, record))
        row.setEnabled(bool(page))
        row.clicked.connect(lambda _checked=False, page=page, key=one.id: open_page(page, key))
        yield row


def _name(desk: Desk, record: Record) -> str:
    """What tells the record from others: number and title of an activity, else its first words."""
    if isinstance(record, Activity):
        title = record.title.shown(desk.words.hindi) or desk.words.render(ActivityKind.words(record.kind))
        return f"{record.printed_number} {title}"
    values: Any = (getattr(record, one.name) for one in fields(type(record)) if one.in_list)
    named = (value.shown(desk.words.hindi) for value in values if hasattr(value, "shown"))
    return next(filter(None, named), desk.words.render(TYPE_LABELS[type_name(record)]))
