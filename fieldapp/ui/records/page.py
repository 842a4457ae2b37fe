"""A page of records: a tab for each type it shows, and in it the list or the form of the open record."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.fields import fields
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.domain.text import Text
from fieldapp.services.records import Cursor, Query, Saved, SyncState
from fieldapp.services.records import Page as Found
from fieldapp.ui.desk import Desk
from fieldapp.ui.messages import Offer, Tone
from fieldapp.ui.page import Page, Spot
from fieldapp.ui.records.chips import Chip, CodeChip, DeletedChip, Narrowing, PeriodChip, PlaceChip
from fieldapp.ui.records.list_model import Fetch, ListColumn, columns_of
from fieldapp.ui.records.list_panel import RecordListPanel
from fieldapp.ui.records.panel import RecordPanel
from fieldapp.ui.records.reviewing import ASK, ASK_KEY, Reviewing
from fieldapp.ui.records.views import View
from fieldapp.ui.records.whose import where_column
from fieldapp.ui.widgets.parts_of_a_page import verb

_DATED = ("activity", "target", "observation", "action_point")
_NO_PLACE = ("target", "decision")


def chips_of(desk: Desk, type_word: str) -> dict[str, Chip]:
    """The chips of a list: codes that the store can select by, days, place, where the record is."""
    coded = [one for one in fields(RECORD_TYPES[type_word]) if one.codes and one.name in ("kind", "state")]
    about = [Narrowing(Text(one.label), one.name, one.codes) for one in coded if one.codes]
    about.append(Narrowing(Text("Sync"), "sync_state", SyncState))
    found: dict[str, Chip] = {one.name: CodeChip(desk.words, one) for one in about}
    if type_word in _DATED:
        found["period"] = PeriodChip(desk.words, lambda: desk.today)
    if type_word not in _NO_PLACE:
        found["place"] = PlaceChip(desk.words, lambda: desk.gazetteer)
    return found | {"deleted": DeletedChip(desk.words)}


def list_of(
    desk: Desk,
    type_word: str,
    columns: tuple[ListColumn, ...],
    fetch: Fetch,
    begin: Text,
    deleted: Text,
    is_record: Callable[[str], bool] = lambda _id: True,
) -> RecordListPanel:
    """The list of a record type with its chips, what is remembered of it, and what many can be done to.

    deleted: what one deletion is called for undo. is_record: whether what is listed by that id is a record,
    and not a line on the sheet of a session.
    """
    panel = RecordListPanel(desk.words, columns, fetch, chips_of(desk, type_word), begin)
    panel.search.allowed = desk.services.settings.centre_ids
    panel.search.refused.connect(lambda why: desk.messages.tell(why, tone=Tone.PROBLEM))
    service, remembered = desk.services.for_type(type_word), desk.services.remembered
    name = f"list.{type_word}"
    panel.remembered(remembered.read(desk.actor, name))

    def remember(kept: str) -> None:
        try:
            remembered.write(desk.actor, name, kept)
        except FieldAppError as error:
            desk.messages.show(error)
            panel.remembered(remembered.read(desk.actor, name))

    panel.kept.connect(remember)

    def change(chosen: list[str], label: Text, do: Callable[[str, int], Saved[Any]]) -> None:
        if not chosen:
            return
        ids = [one for one in chosen if is_record(one)]
        if not ids:
            desk.messages.tell(Text("Who stands on a sheet is taken out there, with F4."), tone=Tone.HINT)
            return
        try:
            for record_id in ids:
                desk.saved(do(record_id, service.get(desk.actor, record_id).version), label)
        except FieldAppError as error:
            desk.messages.show(error)
        else:
            undo = Offer(Text("Undo"), desk.undo_last) if len(ids) == 1 else None
            desk.messages.tell(Text("{what}: {n}", what=label, n=len(ids)), offer=undo)
        panel.reload()

    reason = Text("Deleted")
    panel.delete_asked.connect(
        lambda ids: change(
            ids,
            deleted,
            lambda one, version: service.delete(desk.actor, one, version, desk.words.render(reason)),
        )
    )
    panel.restore_asked.connect(
        lambda ids: change(
            ids, Text("Brought back"), lambda one, version: service.restore(desk.actor, one, version)
        )
    )
    return panel


class RecordTab(QStackedWidget):
    """List and form of one record type."""

    def __init__(self, desk: Desk, view: View, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self._desk = desk
        self._service = desk.services.for_type(view.word)
        self.listing = list_of(
            desk, view.word, self.columns(), self.fetch, view.begin, view.deleted, self.is_record
        )
        self.addWidget(self.listing)
        self.panel = RecordPanel(desk, view, self)
        self.addWidget(self.panel)
        self.setFocusProxy(self.listing)
        self.currentChanged.connect(lambda at: self.setFocusProxy((self.listing, self.panel)[at]))
        self.listing.begin_asked.connect(self.begin)
        self.listing.list_asked.connect(lambda: desk.hub.list_wanted.emit(view.word, None))
        self.listing.opened.connect(self.open)
        self.listing.only_for(reading=view.read_only, taking_in=view.taken_in)
        self.reviewing = Reviewing(desk, self.panel)
        self.back_button = self.panel.add_verb(Text("Back to the list"), self.back)
        self.delete_button = self.panel.add_verb(Text("Delete"), self.delete)
        if not view.read_only:
            verb(desk.words, self.panel, view.begin, "Ctrl+N", self._begin_another)

    @property
    def on_list(self) -> bool:
        return self.currentWidget() is self.listing

    def open(self, record_id: str) -> None:
        """Show a record. Raises InvalidInput when it is not here or of another type."""
        self.panel.open(record_id)
        self._show_panel()

    def begin(self, record_id: str = "") -> None:
        """Begin a new record, under the id it was begun with before where it was."""
        if self.view.read_only:
            return
        self.panel.leave()
        self.panel.begin(RECORD_TYPES[self.view.word](id=record_id or self._service.new_id()))
        self._show_panel()

    def _begin_another(self) -> None:
        """From the form, unless something in it was refused: that would be gone without a line."""
        self.panel.leave()
        if refused := self.panel.form.unsaved():
            self.panel.form.focus_path(next(iter(refused)), Qt.FocusReason.TabFocusReason)
        else:
            self.begin()

    def resume(self, spot: Spot) -> Mapping[str, str]:
        """Back to a spot; a record that was begun and never kept is begun again with its words."""
        if not spot.record:
            return spot.typed
        try:
            self.open(spot.record)
        except InvalidInput:
            if not spot.typed:
                return {}
            self.begin(spot.record)
        if self.panel.is_gone:
            self.back()
            return spot.typed
        return self.panel.resume(spot)

    def back(self) -> bool:
        """From the form to the list. False when the list is there already."""
        if self.on_list:
            return False
        self.panel.leave()
        self.setCurrentWidget(self.listing)
        self.reload()
        if self.panel.record is not None:
            self.listing.list.choose(self.panel.record.id)
        self.listing.setFocus()
        self.panel.heading_changed.emit()
        return True

    def delete(self) -> None:
        """Take the open record out of the list."""
        if self.panel.delete():
            self.back()

    def reload(self) -> None:
        """Read again what is shown."""
        if self.on_list:
            self.listing.reload()
            return
        self.panel.reload()
        if self.panel.is_gone:
            self.back()

    def _show_panel(self) -> None:
        self.setCurrentWidget(self.panel)
        self.delete_button.setEnabled(self.panel.editable)
        self.panel.form.focus_first()
        self.panel.heading_changed.emit()

    def columns(self) -> tuple[ListColumn, ...]:
        """The columns of the list."""
        return columns_of(self.view.word, where_column(self._desk))

    def is_record(self, record_id: str) -> bool:  # noqa: ARG002 (people know others)
        """Whether what is listed by this id is a record."""
        return True

    def fetch(self, query: Query, after: Cursor | None) -> Found[Any]:
        """A page of the list."""
        return self._service.page(self._desk.actor, query, after)


class RecordsPage(Page):
    """A page sets `views`; with more than one there are tabs."""

    views: tuple[View, ...] = ()
    tab_type: type[RecordTab] = RecordTab

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.shows = tuple(view.word for view in self.views)
        self._bar = QTabBar(self)
        self._bar.setDrawBase(False)
        self._bar.setExpanding(False)
        self._stack = QStackedWidget(self)
        self.tabs = [self.tab_type(desk, view, self._stack) for view in self.views]
        for tab in self.tabs:
            self._bar.addTab(desk.words.render(tab.view.title))
            self._stack.addWidget(tab)
            tab.panel.heading_changed.connect(self.heading_changed)
        self._bar.currentChanged.connect(self._turn)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._bar)
        layout.addWidget(self._stack, 1)
        self._bar.setVisible(len(self.views) > 1)
        self.setFocusProxy(self.tab)

    @property
    def tab(self) -> RecordTab:
        """The tab that is open."""
        return self.tabs[self._stack.currentIndex()]

    def reload(self) -> None:
        self.tab.reload()

    def retranslate(self) -> None:
        for at, tab in enumerate(self.tabs):
            self._bar.setTabText(at, self.desk.words.render(tab.view.title))

    def heading(self) -> Text | str:
        return self.title if self.tab.on_list else self.tab.panel.heading()

    def keys(self) -> list[tuple[str, Text]]:
        view = self.tab.view
        return [
            ("Enter", Text("Open")),
            *([] if view.read_only else [("Ctrl+N", view.begin)]),
            *([("Ctrl+I", Text("Take in a list…"))] if view.taken_in else []),
            ("/", Text("Search")),
            ("Ctrl+A", Text("Choose all that match")),
            *([] if view.read_only else [("Del", Text("Delete"))]),
            ("F10", Text("Next problem")),
            *([(ASK_KEY, ASK)] if self.desk.office.is_hq else []),
            ("Esc", Text("Back to the list")),
        ]

    def verbs(self) -> list[QAction]:
        return self.tab.listing.verbs if self.tab.on_list else self.tab.panel.verbs

    def open_record(self, record_id: str) -> None:
        at = self._tab_of(record_id)
        if at is not None:
            self._bar.setCurrentIndex(at)

    def _tab_of(self, record_id: str) -> int | None:
        """Open a record in the tab of its type; says why when no tab has it."""
        for at, tab in enumerate(self.tabs):
            try:
                tab.open(record_id)
            except InvalidInput as error:
                if at == len(self.tabs) - 1:
                    self.desk.messages.show(error)
            else:
                return at
        return None

    def begin_new(self) -> None:
        self.tab.begin()

    def spot(self) -> Spot:
        word = self.tab.view.word
        return Spot(word, view=word) if self.tab.on_list else self.tab.panel.spot()

    def resume(self, spot: Spot) -> Mapping[str, str]:
        at = next((at for at, tab in enumerate(self.tabs) if tab.view.word == spot.view), None)
        if at is None:
            return spot.typed
        self._bar.setCurrentIndex(at)
        return self.tabs[at].resume(spot)

    def back(self) -> bool:
        return self.tab.back()

    def leave(self) -> None:
        self.tab.panel.leave()

    def _turn(self, at: int) -> None:
        self.leave()
        self._stack.setCurrentIndex(at)
        self.setFocusProxy(self.tab)
        self.reload()
        self.heading_changed.emit()
