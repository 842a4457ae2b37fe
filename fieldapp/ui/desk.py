"""The desk: everything a page works with, built once by the composition root and handed to every page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.text import Text
from fieldapp.language import INDIA, Language
from fieldapp.ui.hub import Hub
from fieldapp.ui.messages import Messages, Offer
from fieldapp.ui.tasks import TaskRunner
from fieldapp.ui.undo import Call, Undo, changed_path
from fieldapp.ui.words import Words

# The frame is painted before records and places are read in, which takes a tenth of a second.
if TYPE_CHECKING:
    from fieldapp.domain.actor import Actor
    from fieldapp.domain.fields import Name
    from fieldapp.domain.places import Gazetteer
    from fieldapp.domain.records import Place
    from fieldapp.homes import Exchange
    from fieldapp.services.all import Services
    from fieldapp.services.records import Saved
    from fieldapp.ui.widgets.place_book import PlaceBook
    from fieldapp.ui.widgets.ref_edit import RefBook


def _no_name() -> "Name":
    from fieldapp.domain.fields import Name

    return Name()


@dataclass(frozen=True)
class Office:
    """Whose home this is, as the frame shows it. number: the CSC ID, '' at head office.

    is_hq: of a head office or block office; is_block: of the latter.
    """

    name: "Name" = field(default_factory=_no_name)
    number: str = ""
    practice: bool = False
    is_hq: bool = False
    is_block: bool = False


@dataclass(eq=False)
class Desk:
    """clock gives aware UTC; gazetteer knows the shipped places and the ones typed here.

    exchange: what sync files go through; None where a desk is made without one, for pages that need none.
    """

    services: "Services"
    actor: "Actor"
    words: Words
    hub: Hub
    messages: Messages
    tasks: TaskRunner
    undo: Undo
    gazetteer: "Gazetteer | None"
    clock: Callable[[], datetime]
    office: Office = field(default_factory=Office)
    exchange: "Exchange | None" = None

    def __post_init__(self) -> None:
        self.words.know_places(lambda: self.gazetteer)

    @cached_property
    def places(self) -> "PlaceBook":
        """What lines that take a place offer: what `gazetteer` knows at the moment, the home's own first."""
        from fieldapp.storage.gazetteer import offered_places
        from fieldapp.ui.widgets.place_book import PlaceBook

        own = self.services.settings.own_centre().place_key
        return PlaceBook(
            self.words,
            lambda: self.gazetteer,
            near=lambda: own,
            keep=self._keep_place,
            listed=offered_places,
        )

    @cached_property
    def refs(self) -> "RefBook":
        """The records that fields of forms can refer to."""
        from fieldapp.ui.records.refs import ref_book

        return ref_book(self)

    @property
    def today(self) -> date:
        """The day it is in India."""
        return self.clock().astimezone(INDIA).date()

    @property
    def language(self) -> Language:
        """The language spoken now."""
        return self.words.language

    def saved(
        self,
        saved: "Saved[Any]",
        label: Text | None,
        *,
        undo: Call | None = None,
        redo: Call | None = None,
    ) -> None:
        """Tell everybody of a service call that has succeeded.

        label: what was done, as 'Undo: {label}' shows it; None for what cannot be undone here. The inverse
        calls are found by themselves (the record as it was, a deletion, a restoration) unless they are given;
        each takes the version it must find.
        """
        if label is not None:
            back, again = self._inverse(saved)
            self.undo.push(saved, label, undo or back, redo or again)
        self._tell(saved)

    def undo_last(self) -> None:
        """Take back what was saved last; says why in a line when that cannot be done."""
        label = self.undo.undo_label
        if label is not None:
            again = Offer(Text("Redo"), self.redo_last)
            self._retrace(self.undo.undo, Text("Undone: {what}", what=label), again)

    def redo_last(self) -> None:
        """Do again what was taken back last."""
        label = self.undo.redo_label
        if label is not None:
            self._retrace(self.undo.redo, Text("Done again: {what}", what=label), None)

    def _keep_place(self, place: "Place") -> str:
        from msgspec.structs import replace

        service = self.services.places
        record = replace(place, id=service.new_id())
        try:
            self.saved(service.save(self.actor, record), Text("New place"))
        except FieldAppError as error:
            self.messages.show(error)
            return ""
        return f"place:{record.id}"

    def _retrace(self, move: Callable[[], "Saved[Any] | None"], done: Text, offer: Offer | None) -> None:
        try:
            saved = move()
        except FieldAppError as error:
            self.messages.show(error)
            return
        if saved is None:
            return
        self._tell(saved)
        from fieldapp.domain.records import type_name

        record, there = saved.held.record, not saved.held.deleted
        path = changed_path(saved.before, record) if saved.before is not None else ""
        self.hub.retraced.emit(type_name(record), record.id if there else "", path)
        self.messages.tell(done, offer=offer)

    def _tell(self, saved: "Saved[Any]") -> None:
        self.messages.clear()
        self.hub.saved.emit(self.clock())
        self.hub.changed.emit(saved.touched)

    def _inverse(self, saved: "Saved[Any]") -> tuple[Call, Call]:
        from fieldapp.domain.records import type_name

        record, before = saved.held.record, saved.before
        service = self.services.for_type(type_name(record))

        def delete(version: int) -> "Saved[Any]":
            return service.delete(self.actor, record.id, version, self.language.render(Text("Undone")))

        def restore(version: int) -> "Saved[Any]":
            return service.restore(self.actor, record.id, version)

        if before is None:
            return delete, restore
        if saved.held.deleted:
            return restore, delete
        as_before = _numbers_kept(before, record)
        return (
            lambda version: service.save(self.actor, as_before, version),
            lambda version: service.save(self.actor, record, version),
        )


def _numbers_kept(before: Any, record: Any) -> Any:
    """The record as it was, but a roster row number that was given once is never given again."""
    import msgspec

    given = getattr(record, "last_row", None)
    return before if given is None else msgspec.structs.replace(before, last_row=given)
