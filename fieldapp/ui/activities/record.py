"""The page of one activity: a line about it, the verbs, and below them the roster or its own fields."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.domain.actor import Duty
from fieldapp.domain.codes import ActivityKind, ActivityState
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.fields import Field, PlaceRef, field
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.domain.rules import missing_to_finish, open_rows
from fieldapp.domain.text import Text
from fieldapp.language import INDIA
from fieldapp.services.records import Query
from fieldapp.ui.activities.actions import OpenActivity, person_words
from fieldapp.ui.activities.cells import Cell, NameCell, PlaceCell
from fieldapp.ui.activities.dialog import FinishDialog, FinishDraft, RowDialog
from fieldapp.ui.activities.name_line import NameLine
from fieldapp.ui.activities.roster import RosterPanel
from fieldapp.ui.desk import Desk
from fieldapp.ui.forms import Form
from fieldapp.ui.records.pick import Choice, PickDialog
from fieldapp.ui.today.page import WEEKDAYS
from fieldapp.ui.widgets.code_edit import CodeEditor
from fieldapp.ui.widgets.editor import Surroundings
from fieldapp.ui.widgets.name_edit import transliterate
from fieldapp.ui.widgets.place_line import PlaceLine

VERBS: tuple[tuple[Text, str], ...] = (
    (Text("Details"), "F8"),
    (Text("Print sheet"), "Ctrl+P"),
    (Text("Open again"), ""),
    (Text("Finish"), "F12"),
)


class ActivityPanel(QWidget):
    """One activity, read and written through OpenActivity.

    print_asked: its id, when its attendance sheet is to be printed. heading_changed: there is another title.
    """

    print_asked = Signal(str)
    heading_changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.opened = OpenActivity(desk, self)
        self._shown = ""
        self._line = QLabel()
        self._line.setProperty("look", "muted")
        self._line.setTextFormat(Qt.TextFormat.PlainText)
        self.roster = RosterPanel(desk, self.opened, self._make_line)
        self.form = Form(
            Activity,
            desk.words,
            desk.places,
            overrides={"state": StateEditor},
        )
        self._below = QStackedWidget()
        self._below.addWidget(self.roster)
        self._below.addWidget(self.form)
        self.verbs = self._make_verbs()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self._make_head())
        layout.addWidget(self._below, 1)
        self.roster.more_asked.connect(self._show_row)
        self.opened.changed.connect(self._show)
        self.form.edited.connect(self._keep_field)
        desk.words.changed.connect(self._say)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._below.currentWidget() is self.roster:
            self.roster.grid.setFocus()
        else:
            self.form.focus_first()

    # ------------------------------------------------------------ what the page calls

    def open(self, activity_id: str) -> None:
        """Read an activity and show its roster. Raises InvalidInput when it is not here."""
        self.opened.open(activity_id)
        self.show_details(on=False)

    def reload(self) -> None:
        """Read again what is open, after somebody else has changed it."""
        self.opened.reload()

    def leave(self) -> None:
        """Save what stands in a cell or a field."""
        if self.opened.is_open:
            self.roster.grid.commit()
            self.form.commit()

    @property
    def on_roster(self) -> bool:
        """Whether the roster is shown and not the activity's own fields."""
        return self._below.currentWidget() is self.roster

    def heading(self) -> str:
        """Kind and venue, as the frame writes them above the page."""
        activity, words = self.opened.activity, self._desk.words
        kind = words.render(ActivityKind.words(activity.kind))
        title = activity.title.shown(words.hindi) or kind
        where = activity.venue.shown(words.hindi) or activity.place.words
        return " · ".join(filter(None, (title, where)))

    # ------------------------------------------------------------ verbs

    def show_details(self, *, on: bool | None = None) -> None:
        """The activity's own fields instead of the roster, and back."""
        self.leave()
        details = self._below.currentWidget() is self.roster if on is None else on
        self._below.setCurrentWidget(self.form if details else self.roster)
        if details:
            self.form.focus_first()
        else:
            self.roster.grid.setFocus()
        self._say()

    def print_sheet(self) -> None:
        """Print its attendance sheet."""
        self.leave()
        self.print_asked.emit(self.opened.activity.id)

    def finish(self) -> None:
        """Ask for the signatures on paper and what is open, then close the record."""
        if not self.opened.editable or not self.roster.grid.commit():
            return
        activity = self.opened.activity
        today = self._desk.clock().astimezone(INDIA).date()
        missing = next((one for one in missing_to_finish(activity, today) if one.hard), None)
        if missing is not None:
            self.show_details(on=True)
            self.form.show_problems((*self._own_problems(), missing))
            self.form.focus_path(missing.path)
            return
        paying = activity.kind == ActivityKind.CHAI_SAMOSA
        draft = FinishDraft(
            present=sum(bool(row.present) for row in activity.rows if not row.struck),
            open_payments=len(open_rows(activity)) if paying else 0,
        )
        FinishDialog.ask(self._desk.words, draft, self._close_record, self)

    def reopen(self) -> None:
        """A supervisor opens a finished activity again."""
        self._try(self.opened.reopen)

    def _close_record(self, draft: FinishDraft) -> None:
        signatures = draft.signatures or 0
        if self._try(lambda: self.opened.finish(signatures, draft.count_reason, draft.open_reason)):
            self._desk.messages.tell(Text("The session is finished and locked."))

    # ------------------------------------------------------------ one row

    def _show_row(self, number: int) -> None:
        """Everything a row says beside the grid, and whom it speaks of."""
        row = self.opened.activity.row(number)
        if row is None:
            return
        words = self._desk.words
        dialog = RowDialog(words, row, self.opened.activity.kind, self._keep_row, self)
        if self.opened.editable:
            pick, make = QPushButton(), QPushButton()
            words.say(pick.setText, Text("A known person…"))
            words.say(make.setText, Text("Keep as a person"))
            pick.clicked.connect(lambda: self._pick_person(dialog))
            make.clicked.connect(lambda: self._make_person(dialog))
            make.setEnabled(bool(row.name) and not row.person)
            dialog.add_verb(make)
            dialog.add_verb(pick)
        dialog.form.setEnabled(self.opened.editable)
        dialog.open()
        dialog.form.focus_path("remarks")

    def _keep_row(self, row: RosterRow) -> bool:
        return self._try(lambda: self.opened.keep_row(row, field(RosterRow, "remarks")))

    def _pick_person(self, dialog: RowDialog) -> None:
        number = dialog.row.row
        dialog.accept()
        row = self.opened.activity.row(number)
        typed = row.name.shown(self._desk.words.hindi) if row else ""
        PickDialog.ask(
            self._desk.words,
            Text("Who is it?"),
            typed,
            self._find_people,
            lambda person_id: self._link(number, person_id),
            self,
        )

    def _find_people(self, typed: str) -> list[Choice]:
        people = self._desk.services.people
        found = people.page(self._desk.actor, Query(text=typed), limit=20).items
        hindi = self._desk.words.hindi
        return [Choice(one.record.id, person_words(one.record, hindi=hindi)) for one in found]

    def _link(self, number: int, person_id: str) -> None:
        person = self._desk.services.people.get(self._desk.actor, person_id).record
        self._try(lambda: self.opened.link_person(number, person))

    def _make_person(self, dialog: RowDialog) -> None:
        dialog.accept()
        if self._try(lambda: self.opened.make_person(dialog.row.row)):
            self._desk.messages.tell(Text("The person is kept among People now."))

    # ------------------------------------------------------------ within

    def _keep_field(self, name: str, value: Any) -> None:
        changed = replace(self.opened.activity, **{name: value})
        try:
            self.opened.keep(changed, Text(field(Activity, name).label))
        except FieldAppError as error:
            self.form.refuse(name, error)

    def _try(self, do: Callable[[], object]) -> bool:
        try:
            do()
        except FieldAppError as error:
            self._desk.messages.show(error)
            return False
        return True

    def _show(self) -> None:
        activity = self.opened.activity
        fresh = activity.id != self._shown
        self._shown = activity.id
        self.form.set_record(activity, activity.kind)
        self._sheet_of_form().setEnabled(self.opened.editable)
        self.form.show_problems(self._own_problems())
        self.roster.show_activity(fresh=fresh)
        self._say()

    def _sheet_of_form(self) -> QWidget:
        return self.form.widget() or self.form

    def _own_problems(self) -> tuple[Any, ...]:
        alone = replace(self.opened.activity, rows=())
        return self._desk.services.activities.problems(alone)

    def _say(self) -> None:
        if not self.opened.is_open:
            return
        activity, words = self.opened.activity, self._desk.words
        parts: list[Text | str] = [
            Text("No. {number}", number=activity.printed_number),
            ActivityState.words(activity.state),
            activity.place.words,
            self._day(activity),
        ]
        if activity.trainer_name:
            parts.append(Text("Trainer: {name}", name=activity.trainer_name.shown(words.hindi)))
        self._line.setText(" · ".join(filter(None, map(words.render, parts))))
        self._line.setToolTip(self._line.text())
        on_roster = self._below.currentWidget() is self.roster
        words.say(
            self._details.setText, _with_key(Text("Details") if on_roster else Text("Participants"), "F8")
        )
        finished = activity.state == ActivityState.FINISHED
        self._finish.setEnabled(self.opened.editable)
        self._finish.setVisible(not finished)
        may = self._desk.actor.duty in (Duty.SUPERVISOR, Duty.OFFICER)
        self._reopen.setVisible(finished and self.opened.owned and may)
        self.heading_changed.emit()

    def _day(self, activity: Activity) -> Text | str:
        if activity.start_date is None:
            return Text("no date yet")
        weekday = WEEKDAYS[activity.start_date.weekday()]
        if activity.days > 1 and activity.end_date:
            return Text("{first} to {last}", first=activity.start_date, last=activity.end_date)
        return Text("{date} {weekday}", date=activity.start_date, weekday=weekday)

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._line, 1)
        self._details, self._print, self._reopen, self._finish = (QPushButton() for _ in self.verbs)
        buttons = (self._details, self._print, self._reopen, self._finish)
        for button, action, (words, key) in zip(buttons, self.verbs, VERBS, strict=True):
            button.clicked.connect(action.trigger)
            self._desk.words.say(button.setText, _with_key(words, key))
            row.addWidget(button)
        self._finish.setProperty("look", "primary")
        return row

    def _make_verbs(self) -> list[QAction]:
        calls: tuple[Callable[[], object], ...] = (
            self.show_details,
            self.print_sheet,
            self.reopen,
            self.finish,
        )
        made = []
        for (words, key), call in zip(VERBS, calls, strict=True):
            action = QAction(self)
            self._desk.words.say(action.setText, words)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _checked=False, call=call: call())
            self.addAction(action)
            made.append(action)
        return made

    def _make_line(self, cell: Cell, parent: QWidget) -> QWidget | None:
        if isinstance(cell, NameCell):
            return NameLine(transliterate(), parent)
        if isinstance(cell, PlaceCell):
            return PlaceLine(
                self._desk.places, parent, known=self._villages, near=lambda: self.opened.activity.place.key
            )
        return None

    def _villages(self) -> Iterable[PlaceRef]:
        return dict.fromkeys(row.village for row in self.opened.activity.rows if row.village)


class StateEditor(CodeEditor):
    """Planned, postponed, cancelled or held; finishing is a verb of its own."""

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around)
        self.box.removeItem(self.box.findData(""))
        self.box.removeItem(self.box.findData(str(ActivityState.FINISHED)))


def _with_key(words: Text, key: str) -> Text:
    return Text("{verb} {key}", verb=words, key=key) if key else words
