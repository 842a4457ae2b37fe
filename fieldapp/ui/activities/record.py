"""The page of one activity: a line about it, the verbs, and below them the roster or its own fields."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.domain.codes import ActionState, ActivityKind, ActivityState
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.fields import Field, PlaceRef, Ref, field
from fieldapp.domain.finishing import is_locked
from fieldapp.domain.records import ActionPoint, Activity
from fieldapp.domain.rules import Problem
from fieldapp.domain.text import Text
from fieldapp.services.typed_paths import field_at
from fieldapp.ui.activities.about import line_about
from fieldapp.ui.activities.actions import OpenActivity
from fieldapp.ui.activities.cells import Cell, NameCell, PlaceCell
from fieldapp.ui.activities.closing import Closing
from fieldapp.ui.activities.name_line import NameLine
from fieldapp.ui.activities.review_bar import ReviewBar
from fieldapp.ui.activities.roster import RosterPanel
from fieldapp.ui.activities.row_person import RowPerson
from fieldapp.ui.activities.sheets import sheets_editor
from fieldapp.ui.desk import Desk
from fieldapp.ui.forms import Form
from fieldapp.ui.messages import Tone
from fieldapp.ui.pictures.strip import PictureDrops, pictures_editor
from fieldapp.ui.preview import notice_pdf, show_preview
from fieldapp.ui.records.whose import Whose
from fieldapp.ui.widgets.code_edit import CodeEditor
from fieldapp.ui.widgets.editor import Surroundings
from fieldapp.ui.widgets.flow import HeadRow
from fieldapp.ui.widgets.name_edit import transliterate
from fieldapp.ui.widgets.parts_of_a_page import verb
from fieldapp.ui.widgets.place_line import PlaceLine
from fieldapp.ui.widgets.ref_edit import RefEditor

VERBS: tuple[tuple[Text, str], ...] = (
    (Text("Details"), "F8"),
    (Text("Print sheet"), "Ctrl+P"),
    (Text("Amend"), ""),
    (Text("Finish"), "F12"),
)
MORE: tuple[tuple[Text, str], ...] = (
    (Text("Summary"), ""),
    (Text("Repeat this session"), ""),
    (Text("Ask for a correction"), ""),
    (Text("Copy to a real centre…"), ""),
    (Text("Take people from a list…"), "Ctrl+I"),
    (Text("Notice for participants"), ""),
    (Text("New action point"), ""),
)


class ActivityPanel(QWidget):
    """One activity, read and written through OpenActivity.

    repeated: the id of a new activity that repeats this one. point_begun: of a new action point, opened in
    this review. heading_changed: there is another title.
    """

    repeated = Signal(str)
    point_begun = Signal(str)
    heading_changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.opened = OpenActivity(desk, self)
        self._whose = Whose(desk)
        self._shown = ""
        self._line = QLabel()
        self._line.setProperty("look", "muted")
        self._line.setTextFormat(Qt.TextFormat.PlainText)
        self._line.setWordWrap(True)
        self.closing = Closing(desk, self.opened, self, self._here)
        self.row_person = RowPerson(desk, self.opened, self)
        self.review = ReviewBar(desk, self.opened, self.closing.verbs())
        self.addActions(self.review.verbs)
        self._own_verbs = self._make_verbs()
        self._more_verbs = self._make_more()
        self._below = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._make_head())
        layout.addWidget(self.review)
        layout.addWidget(self._below, 1)
        self.roster = RosterPanel(desk, self.opened, self._make_line, self._below)
        self._form: Form | None = None
        PictureDrops(self, lambda: self.form.editor("attachments"))
        self._below.addWidget(self.roster)
        self.roster.more_asked.connect(self.row_person.show_row)
        self.roster.field_asked.connect(self.row_person.show_row)
        self.closing.missing.connect(self._show_missing)
        self.closing.finished.connect(self.review.focus_summary)
        self.closing.amended.connect(self.go_to)
        self.closing.repeated.connect(self.repeated)
        self.opened.changed.connect(self._show)
        self.roster.grid.rows_pasted.connect(self.take_list)
        desk.words.changed.connect(self._say)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._below.currentWidget() is self.roster:
            self.roster.grid.setFocus()
        else:
            self.form.focus_first()

    # ------------------------------------------------------------ what the page calls

    @property
    def form(self) -> Form:
        """The activity's own fields, made when somebody first goes there: without them its roster is open in
        half the time.
        """
        if self._form is None:
            self._form = self._make_form()
            self._below.addWidget(self._form)
            self._form.edited.connect(self._keep_field)
            self._show_fields()
        return self._form

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
            if self._form is not None:
                self._form.commit()

    @property
    def on_roster(self) -> bool:
        """Whether the roster is shown and not the activity's own fields."""
        return self._below.currentWidget() is self.roster

    def heading(self) -> str:
        """Kind and venue, as the frame writes them above the page."""
        activity, words = self.opened.activity, self._desk.words
        kind = words.render(ActivityKind.words(activity.kind))
        title = activity.title.shown(words.hindi) or kind
        where = activity.venue.shown(words.hindi) or words.place(activity.place)
        return " · ".join(filter(None, (title, where)))

    # ------------------------------------------------------------ verbs

    def show_details(self, *, on: bool | None = None) -> None:
        """The activity's own fields instead of the roster, and back."""
        self.leave()
        details = self._below.currentWidget() is self.roster if on is None else on
        self._below.setCurrentWidget(self.form if details else self.roster)
        if details:
            self._show_problems()
            self.form.focus_first()
        else:
            self.roster.grid.setFocus()
        self._say()

    @property
    def verbs(self) -> list[QAction]:
        """What Ctrl+K offers while the activity is open."""
        every = (*self._own_verbs, *self._more_verbs, *self.review.verbs)
        return [verb for verb in every if verb.isEnabled() and verb.isVisible()]

    def print_sheet(self) -> None:
        """Print its attendance sheet."""
        self.leave()
        self.closing.print_sheet()

    def show_notice(self) -> None:
        """The notice that people are read before they agree, to read it here or to print it."""
        self.leave()
        pdf = partial(notice_pdf, self._desk)
        show_preview(self._desk, Text("Notice for participants"), pdf, "notice.pdf")

    def begin_point(self) -> None:
        """Open a new action point in this review meeting."""
        self.leave()
        desk, activity = self._desk, self.opened.activity
        service = desk.services.action_points
        point = ActionPoint(
            id=service.new_id(),
            place=activity.place,
            state=str(ActionState.OPEN),
            opened_in=Ref(activity.id),
        )
        label = Text("New action point")
        if self.opened.attempt(lambda: desk.saved(service.save(desk.actor, point), label)):
            self.point_begun.emit(point.id)

    def finish(self) -> None:
        """Ask for the signatures on paper and what is open, then close the record."""
        if self.opened.editable and self.roster.grid.commit():
            self.leave()
            self.closing.finish()

    def amend(self) -> None:
        """Ask why, and open the finished activity again."""
        if self.opened.owned and is_locked(self.opened.activity):
            self.closing.amend()

    def _show_missing(self, missing: Problem) -> None:
        if missing.path == "rows":
            self.show_details(on=False)
            self._desk.messages.tell(missing.text, tone=Tone.HINT)
            return
        self.show_details(on=True)
        self.form.show_problems((*self.opened.problems(), missing))
        self.form.focus_path(missing.path)

    def go_to(self, path: str) -> None:
        """Put the cursor where a return or a correction points; '' leaves it where it is."""
        rows, _, cell = path.partition("/")
        if rows == "rows":  # of a payment the row is shown, by its name
            row, _, field_name = cell.partition("/")
            name = field_name if field_name and "/" not in field_name else "name"
            self.show_details(on=False)
            self.roster.grid.resume(f"rows/{row}/{name}", None)
        elif path:
            self.show_details(on=True)
            self.form.focus_path(path)

    def _here(self) -> str:
        """The path of the cell or field somebody is at."""
        path = self.roster.grid.place() if self.on_roster else self.form.place()
        return path if field_at(self.opened.activity, path) else ""

    # ------------------------------------------------------------ within

    def _keep_field(self, name: str, value: Any) -> None:
        changed = replace(self.opened.activity, **{name: value})
        try:
            if name == "trainer":
                changed = self.opened.with_trainer(changed)
            self.opened.keep(changed, Text(field(Activity, name).label))
        except FieldAppError as error:
            self.form.refuse(name, error)

    def _show(self) -> None:
        activity = self.opened.activity
        fresh = activity.id != self._shown
        self._shown = activity.id
        self._show_fields()
        self.roster.show_activity(fresh=fresh)
        self._say()

    def _show_fields(self) -> None:
        if self._form is None or not self.opened.is_open:
            return
        activity = self.opened.activity
        self._form.set_record(activity, activity.kind)
        self._form.set_editable(on=self.opened.editable)
        if not self.on_roster:
            self._show_problems()

    def _show_problems(self) -> None:
        """What the rules say about the whole activity, for some of what they say of fields hangs on rows."""
        self.form.show_problems(self.opened.problems())

    def _say(self) -> None:
        held = self.opened.held
        if held is None:
            return
        activity, words = held.record, self._desk.words
        self._line.setText(line_about(activity, self.opened.standing.review, self._whose.said(held), words))
        self._line.setToolTip(self._line.text())
        on_roster = self._below.currentWidget() is self.roster
        words.say(
            self._details.setText, _with_key(Text("Details") if on_roster else Text("Participants"), "F8")
        )
        locked = is_locked(activity)
        self._finish.setEnabled(self.opened.editable)
        self._finish.setVisible(not locked)
        self._amend.setVisible(locked and self.opened.owned)
        decides = self._desk.actor.decides
        copies = self._desk.office.practice and self.opened.owned
        is_review = activity.kind == ActivityKind.REVIEW
        shown = (
            locked,
            not self._desk.office.is_hq,
            decides,
            copies,
            self.opened.editable,
            True,
            is_review,
        )
        for action, there in zip(self._more_verbs, shown, strict=True):
            action.setVisible(there)
        self.review.show_standing()
        self.heading_changed.emit()

    def _make_form(self) -> Form:
        desk = self._desk
        overrides = {
            "state": StateEditor,
            "trainer": RefEditor,
            "attachments": pictures_editor(desk, lambda: self.go_to("attachments")),
            "sheets": sheets_editor(self.opened),
        }
        return Form(Activity, desk.words, desk.places, desk.refs, overrides=overrides, parent=self._below)

    def _make_head(self) -> HeadRow:
        self._details, self._print, self._amend, self._finish = (QPushButton() for _ in VERBS)
        buttons = (self._details, self._print, self._amend, self._finish)
        for button, action, (words, key) in zip(buttons, self._own_verbs, VERBS, strict=True):
            button.clicked.connect(action.trigger)
            self._desk.words.say(button.setText, _with_key(words, key))
        self._finish.setProperty("look", "primary")
        more, menu = QPushButton(), QMenu(self)
        menu.addActions(self._more_verbs)
        more.setMenu(menu)
        self._desk.words.say(more.setText, Text("Also"))
        return HeadRow(self._line, more, *buttons)

    def take_list(self, pasted: str = "") -> None:
        """Add the people of a list in a file, or of cells that were copied, to the sheet."""
        if self.opened.editable and self.roster.grid.commit():
            from fieldapp.ui.loading.destination import Sheet
            from fieldapp.ui.loading.dialog import LoadDialog

            sheet = Sheet(self.opened.activity, self.opened.add_rows)
            LoadDialog.ask(self._desk, self, pasted=pasted, sheet=sheet)

    def _make_more(self) -> list[QAction]:
        closing = self.closing
        calls: tuple[Callable[[], object], ...] = (
            closing.print_summary,
            closing.repeat,
            closing.ask_correction,
            closing.copy_to_real,
            self.take_list,
            self.show_notice,
            self.begin_point,
        )
        return self._actions(MORE, calls)

    def _make_verbs(self) -> list[QAction]:
        calls: tuple[Callable[[], object], ...] = (
            self.show_details,
            self.print_sheet,
            self.amend,
            self.finish,
        )
        return self._actions(VERBS, calls)

    def _actions(
        self, verbs: Sequence[tuple[Text, str]], calls: Sequence[Callable[[], object]]
    ) -> list[QAction]:
        words = self._desk.words
        return [verb(words, self, text, key, call) for (text, key), call in zip(verbs, calls, strict=True)]

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
