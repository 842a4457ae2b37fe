"""The form of one record: read, change field by field, undo; a new one is kept from its first field on."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QFocusEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.fields import field, fields
from fieldapp.domain.records import RECORD_TYPES, Record
from fieldapp.domain.text import Text
from fieldapp.services.records import Held, SyncState
from fieldapp.services.typed_paths import suggested_value, with_value
from fieldapp.ui.desk import Desk
from fieldapp.ui.forms import Form
from fieldapp.ui.page import Spot
from fieldapp.ui.pictures.strip import PictureDrops, has_pictures, pictures_editor
from fieldapp.ui.records.asked_bar import AskedBar
from fieldapp.ui.records.values import shown
from fieldapp.ui.records.views import View
from fieldapp.ui.widgets.flow import HeadRow
from fieldapp.ui.widgets.parts_of_a_page import plain_label, verb


class RecordPanel(QWidget):
    """heading_changed: the record is called something else now.

    also_says: what the line above the form says of a kept record, besides who saved it and when.
    """

    heading_changed = Signal()

    def __init__(self, desk: Desk, view: View, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._view = view
        self._type = RECORD_TYPES[view.word]
        self._service = desk.services.for_type(view.word)
        self._held: Held[Record] | None = None
        self._record: Record | None = None
        self._saving = False
        self.also_says: Callable[[Record], Text | None] = lambda _record: None
        pictures = pictures_editor(desk, lambda: self.form.focus_path("attachments"))
        own = {"attachments": pictures} if has_pictures(self._type) else {}
        self.form = Form(self._type, desk.words, desk.places, desk.refs, overrides=own)
        if own:
            PictureDrops(self, lambda: self.form.editor("attachments"))
        self.form.edited.connect(self._keep)
        self._line = plain_label("muted")
        self._to_correct = QPushButton()
        self._to_correct.setProperty("look", "flat")
        self._to_correct.clicked.connect(self.form.next_problem)
        self._to_correct.hide()
        self.asked = AskedBar(desk)
        self.asked.taken.connect(self._take_suggestion)
        self.asked.right.connect(self._was_right)
        self._verbs = HeadRow(self._line, self._to_correct)
        self._by_button: list[tuple[QPushButton, QAction]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._verbs)
        layout.addWidget(self.asked)
        layout.addWidget(self.form, 1)
        desk.words.changed.connect(self._say)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self._focus_asked():
            self.form.focus_first()

    # ------------------------------------------------------------ what the page calls

    @property
    def record(self) -> Record | None:
        """The record as it is kept, or the empty one that is being begun."""
        return self._record

    @property
    def version(self) -> int | None:
        """The version of the record that is shown; None while it is not kept."""
        return self._held.version if self._held else None

    @property
    def is_kept(self) -> bool:
        """Whether the record has been saved once."""
        return self._held is not None

    @property
    def is_gone(self) -> bool:
        """Whether nothing is open any more: it was deleted, or the import that brought it was withdrawn."""
        return self._record is None or (self._held is not None and self._held.deleted)

    def open(self, record_id: str) -> None:
        """Read a record and show it. Raises InvalidInput when it is not here."""
        self._take(self._service.get(self._desk.actor, record_id))
        self._focus_asked()

    def begin(self, record: Record) -> None:
        """Begin a new record; nothing is kept before its first field."""
        self._held, self._record = None, record
        self._show()
        self.form.focus_first()

    def reload(self) -> None:
        """Read again what is open, after somebody else has changed it."""
        if self._held is None or self._saving:
            return
        try:
            self.open(self._held.record.id)
        except InvalidInput:
            self._held = self._record = None

    def leave(self) -> None:
        """Save what stands in a field."""
        if self._record is not None:
            self.form.commit()

    def spot(self) -> Spot:
        """Where somebody is in the form, and the words not saved there."""
        word = self._view.word
        if self._record is None:
            return Spot(word, view=word)
        return Spot(word, self._record.id, word, self.form.place(), self.form.unsaved())

    def resume(self, spot: Spot) -> Mapping[str, str]:
        """Back to a spot in the record that is open; gives the words there is no field for any more."""
        if not self.editable or self.is_gone:
            return spot.typed
        return self.form.put_back(spot.typed, spot.path)

    def delete(self) -> bool:
        """Take the record out of the lists; undo brings it back. False when that could not be done."""
        held = self._held
        if held is None:
            return True
        reason = self._desk.words.render(Text("Deleted"))
        delete = self._service.delete
        return self._try(
            lambda: self._tell(
                delete(self._desk.actor, held.record.id, held.version, reason), self._view.deleted
            )
        )

    def change(self, do: Callable[[str, int], Any], label: Text) -> None:
        """Let a service change the open record, given its id and version; what it raises is told."""
        self.leave()
        held = self._held
        if held is not None:
            self._try(lambda: self._tell(do(held.record.id, held.version), label))

    def add_verb(self, words: Text, do: Callable[[], object]) -> QPushButton:
        """A further button above the form; Ctrl+K has it while it can be pressed."""
        button, action = QPushButton(), verb(self._desk.words, self, words, "", do)
        self._desk.words.say(button.setText, words)
        button.clicked.connect(action.trigger)
        self._verbs.add(button)
        self._by_button.append((button, action))
        return button

    @property
    def verbs(self) -> list[QAction]:
        """What can be done with the open record now."""
        return [made for button, made in self._by_button if button.isEnabled() and not button.isHidden()]

    def heading(self) -> str:
        """What tells the record from others of its type: the first field in the list that is filled."""
        words, record = self._desk.words, self._record
        if record is None:
            return words.render(self._view.title)
        said = (shown(one, getattr(record, one.name), words) for one in fields(self._type) if one.in_list)
        return next(filter(None, said), words.render(self._view.begin))

    # ------------------------------------------------------------ what head office asked

    def _look_what_is_asked(self) -> None:
        """What was said about the open record, for whoever writes it."""
        held, record, actor = self._held, self._record, self._desk.actor
        if held is None or record is None or held.deleted:
            self.asked.hide()
            return
        if not self.editable:
            self.asked.put_theirs(record, self._desk.services.decisions.review(actor, record.id))
            return
        exchange = self._desk.exchange
        refused = exchange.history.refused(actor) if exchange is not None else ()
        self.asked.put(
            record,
            self._desk.services.decisions.review(actor, record.id),
            next((one for one in refused if one.id == record.id), None),
        )

    def _focus_asked(self) -> bool:
        """Go to the field that something was said about. False when there is none."""
        asked = not self.asked.isHidden() and bool(self.asked.path)
        return asked and self.form.focus_path(self.asked.path)

    def _take_suggestion(self) -> None:
        """Let what was suggested stand where it was asked for."""
        asked, record, held, words = self.asked.asked, self._record, self._held, self._desk.words
        if asked is None or record is None or held is None:
            return

        def both(text: Text) -> tuple[str, ...]:
            return words.render(text), words.other(text)

        def take() -> None:
            value = suggested_value(record, asked.field_path, asked.suggestion, both)
            changed = with_value(record, asked.field_path, value)
            label = Text("Take the suggestion")
            self._tell(self._service.save(self._desk.actor, changed, held.version), label)

        if self._try(take):
            self._desk.messages.tell(Text("The suggestion was taken."))

    def _was_right(self, why: str) -> None:
        """Answer that it was right, with a note."""
        asked = self.asked.asked
        if asked is None:
            return

        def answer() -> None:
            saved = self._desk.services.decisions.was_right(self._desk.actor, asked.id, why)
            self._desk.saved(saved, Text("It was right"))

        if self._try(answer):
            self._look_what_is_asked()
            self.form.focus_first()

    # ------------------------------------------------------------ within

    def _keep(self, name: str, value: Any) -> None:
        if self._record is None:
            return
        changed = replace(self._record, **{name: value})
        label = Text(field(self._type, name).label) if self._held else self._view.begin
        try:
            self._tell(self._service.save(self._desk.actor, changed, self.version), label)
        except FieldAppError as error:
            self.form.refuse(name, error)

    def _tell(self, saved: Any, label: Text) -> None:
        self._take(saved.held)
        self._saving = True
        try:
            self._desk.saved(saved, label)
        finally:
            self._saving = False

    def _try(self, do: Callable[[], object]) -> bool:
        try:
            do()
        except FieldAppError as error:
            self._desk.messages.show(error)
            return False
        return True

    def _take(self, held: Held[Record]) -> None:
        self._held, self._record = held, held.record
        self._show()

    def _show(self) -> None:
        if self._record is None:
            return
        self.form.set_record(self._record)
        self.form.show_problems(self._service.problems(self._record))
        self.form.set_editable(on=self.editable)
        self._look_what_is_asked()
        self._say()

    @property
    def editable(self) -> bool:
        """Whether this home writes it; a copy from elsewhere can only be read."""
        if self._view.read_only:
            return False
        return self._held is None or (self._held.state != SyncState.COPY and not self._held.deleted)

    def _say(self) -> None:
        held = self._held
        if held is None:
            self._desk.words.say(self._line.setText, Text("Not yet saved"))
        else:
            state = SyncState.words(held.state)
            saved = Text("{state} · {at} · {by}", state=state, at=held.at, by=held.by)
            more = self.also_says(held.record)
            self._desk.words.say(
                self._line.setText, Text("{saved} · {more}", saved=saved, more=more) if more else saved
            )
        wrong = len(self.form.to_correct())
        said = Text("{verb} {key}", verb=Text("{n} to correct", n=wrong), key="F10")
        self._desk.words.say(self._to_correct.setText, said)
        self._to_correct.setVisible(wrong > 0)
        self.heading_changed.emit()
