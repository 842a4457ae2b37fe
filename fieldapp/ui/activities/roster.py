"""Funnel, grid, the line under it and the row of keys: everything about who came."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from fieldapp.domain.codes import FailureReason
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.finishing import open_rows
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.domain.rules import Problem
from fieldapp.domain.text import Text
from fieldapp.services.search import KnownPerson
from fieldapp.ui.activities.actions import OpenActivity
from fieldapp.ui.activities.cells import Cell, PersonNameCell
from fieldapp.ui.activities.columns import IN_THE_ROW_PANEL, first_stop
from fieldapp.ui.activities.delegate import MakeLine
from fieldapp.ui.activities.find import found_rows, nearest, remember
from fieldapp.ui.activities.funnel import Funnel, takes_payments
from fieldapp.ui.activities.grid import RosterGrid
from fieldapp.ui.activities.hints import Found, Hints
from fieldapp.ui.activities.line import LineBelow
from fieldapp.ui.activities.name_line import NameLine
from fieldapp.ui.activities.payment_cell import PaymentCell
from fieldapp.ui.activities.payments import wants_a_reason
from fieldapp.ui.desk import Desk
from fieldapp.ui.widgets.flow import FlowRow
from fieldapp.ui.widgets.name_edit import transliterate
from fieldapp.ui.widgets.parts_of_a_page import verb

KEYS: tuple[tuple[str, Text, str], ...] = (
    ("F3", Text("New row"), "insert_row"),
    ("Ctrl+F3", Text("New row below"), "insert_row_after"),
    ("F4", Text("Take out"), "strike_row"),
    ("F6", Text("Go to row"), "ask_row"),
    ("F7", Text("Sticky fields"), "go_to_sticky"),
    ("F9", Text("Take grey values"), "take_grey"),
    ("F10", Text("Next problem"), "go_to_problem"),
    ("F11", Text("Reason for all open"), "ask_open_reason"),
    ("Ctrl+D", Text("As above"), "same_as_above"),
    ("Ctrl+F", Text("Find"), "ask_find"),
    ("Ctrl+N", Text("More"), "ask_more"),
    ("Ctrl+S", Text("Save the cell"), "save"),
)
"""Key, its words, and the method of the panel or of its grid."""

_WITHOUT_BUTTON = frozenset({"Ctrl+F3", "Ctrl+S"})
_CHECKED_AT_ONCE = 60
"""Rosters up to this many rows are checked whole in the window's thread; longer ones beside it."""

_LOOKED_UP_AT_ONCE = 100
"""Of longer rosters only the rows that change are looked up in the rest of the home."""

_CHECK_AFTER_MS = 500


class RosterPanel(QWidget):
    """more_asked: the number of a row of which a person wants to see everything.

    field_asked: a row's number and the field of its panel that a problem is about.
    """

    more_asked = Signal(int)
    field_asked = Signal(int, str)

    def __init__(
        self, desk: Desk, opened: OpenActivity, make_line: MakeLine, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._open = opened
        self._make_line = make_line
        self._problems: tuple[Problem, ...] = ()
        self._hints = Hints(desk)
        self._walked: tuple[int, str] | None = None
        self.funnel = Funnel(desk.words)
        self.grid = RosterGrid(desk.words, opened, self._line_of)
        desk.words.say(self.grid.setAccessibleName, Text("Participants"))
        self.line = LineBelow(desk.words)
        self._check = QTimer(self)
        self._check.setSingleShot(True)
        self._check.setInterval(_CHECK_AFTER_MS)
        self._check.timeout.connect(self.check_all)
        self._scroll = self._lay_out()
        self._sight = QTimer(self)  # what the line says has its height only after the layout
        self._sight.setSingleShot(True)
        self._sight.setInterval(0)
        self._sight.timeout.connect(self._keep_in_sight)
        self.setFocusProxy(self.grid)
        self.grid.unused.connect(self._ask_for_a_key)
        self.grid.moved.connect(self._say)
        desk.words.changed.connect(self._say)

    def _lay_out(self) -> QScrollArea:
        """Large letters need more height than a small screen has: then it scrolls, and nothing is cut."""
        self._sheet = QWidget()
        self._sheet.setProperty("look", "sheet")
        inside = QVBoxLayout(self._sheet)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(6)
        inside.addWidget(self.funnel)
        inside.addWidget(self.grid, 1)
        inside.addWidget(self.line)
        inside.addWidget(self._make_keys())
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._sheet)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        return scroll

    # ------------------------------------------------------------ showing

    def show_activity(self, *, fresh: bool) -> None:
        """Show the open activity; fresh: it is another one than before."""
        activity = self._open.activity
        known = {row.row: row for row in self.grid.roster.rows()} if not fresh else {}
        self.grid.roster.show(activity, editable=self._open.editable)
        self.funnel.show_activity(activity)
        if fresh:
            self.grid.roster.refusals.clear()
            self._problems = ()
            self._hints.forget()
            self.grid.roster.show_problems(())
            self.check_all()
            self._look_everywhere(activity)
            self.grid.go(0, self.grid.here[1])
        else:
            self._check_changed(known, activity)
            self._check.start()
        self._say()

    def check_all(self) -> None:
        """Ask the rules about the whole activity; a long roster is checked without holding anybody up."""
        activity = self._open.activity
        if len(activity.rows) <= _CHECKED_AT_ONCE:
            self._show_problems(self._open.problems())
            return
        service = self._desk.services.activities
        task = self._desk.tasks.submit(lambda _progress: (activity, service.problems(activity)))
        task.finished.connect(self._take_problems)

    def _look_everywhere(self, activity: Activity) -> None:
        """Ask what the rest of the home knows of every row, without holding anybody up."""
        if activity.rows and self._open.owned and len(activity.rows) <= _LOOKED_UP_AT_ONCE:
            task = self._desk.tasks.submit(lambda progress: self._hints.look_everywhere(activity, progress))
            task.finished.connect(lambda found: self._take_hints(activity.id, found))

    def _take_hints(self, activity_id: str, found: Found) -> None:
        if self._open.is_open and self._open.activity.id == activity_id:
            self._hints.take(found)
            self._show_problems(self._problems)

    def _take_problems(self, found: tuple[Activity, tuple[Problem, ...]]) -> None:
        activity, problems = found
        if self._open.is_open and activity is self._open.activity:
            self._show_problems(problems)

    def _check_changed(self, known: dict[int, RosterRow], activity: Activity) -> None:
        """What the rules say about the rows that have changed; the rest stands as it was."""
        changed = [row for row in activity.rows if known.get(row.row) != row]
        if not changed:
            return
        begins = tuple(f"rows/{row.row}/" for row in changed)
        kept = tuple(one for one in self._problems if not one.path.startswith(begins))
        found = [one for row in changed for one in self._open.problems_of_row(row)]
        for row in changed:
            self._hints.look(activity, row, known.get(row.row))
        self._show_problems(kept + tuple(one for one in found if one.path.startswith(begins)))

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        self._problems = problems
        self.grid.roster.show_problems((*problems, *self._hints.all()))
        self._say()

    def _say(self) -> None:
        """Say what there is to say about the current cell, where both can be seen."""
        grid, roster = self.grid, self.grid.roster
        if not roster.columns or not roster.rowCount():
            return
        self._sight.start()
        row, column = grid.here
        cell, there = roster.columns[column].cell, roster.row_at(row)
        if isinstance(cell, PaymentCell) and wants_a_reason(there.tries, cell.slot):
            self.line.choices(cell.keys(there), asking=True)
        elif self._say_what_is_wrong(row, column):
            return
        elif not self._open.editable:
            self.line.say((_why_closed(self._open),), "")
        elif not self._say_what_is_wrong(*grid.left):
            self.line.choices(self._keys_of(row, column))

    def _ask_for_a_key(self) -> None:
        """A key that means nothing in this cell is not passed over: the ones that do are held out."""
        if keys := self._keys_of(*self.grid.here):
            self.line.choices(keys, asking=True)

    def _say_what_is_wrong(self, row: int, column: int) -> bool:
        """Say it of this cell, where there is one. Who types on with Enter reads it one cell later."""
        roster = self.grid.roster
        if not (0 <= row < roster.rowCount() and 0 <= column < len(roster.columns)):
            return False
        refusal, problems = roster.refusal_at(row, column), roster.problems_at(row, column)
        if refusal is not None:
            self.line.say((refusal.error.title, refusal.error.advice), "hard")
        elif problems:
            self.line.say((problems[0].text,), "hard" if problems[0].hard else "soft")
        return refusal is not None or bool(problems)

    def _keep_in_sight(self) -> None:
        """Where it scrolls, the current cell and what is said about it are to be seen together."""
        if self._scroll.verticalScrollBar().maximum():
            self.grid.scrollTo(self.grid.currentIndex(), QAbstractItemView.ScrollHint.PositionAtBottom)
            cell = self.grid.visualRect(self.grid.currentIndex())
            corner = self.grid.viewport().mapTo(self._sheet, cell.topLeft())
            self._scroll.ensureWidgetVisible(self.grid, 0, 0)
            self._scroll.ensureWidgetVisible(self.line, 0, 0)
            self._scroll.ensureVisible(0, corner.y(), 0, 0)

    def _keys_of(self, row: int, column: int) -> list[tuple[str, Text]]:
        roster = self.grid.roster
        if not roster.may_change(row, column):
            return []
        keys = roster.columns[column].cell.keys(roster.row_at(row))
        if not roster.offered(row, column):
            return keys
        if roster.columns[column].hinted:
            return [("0-9", Text("Receipt number, mode as above")), *keys]
        return [("Enter", Text("Take the grey value")), ("F9", Text("Take grey values")), *keys]

    # ------------------------------------------------------------ keys

    def _make_keys(self) -> FlowRow:
        row = FlowRow(gap=2)
        for key, words, name in KEYS:
            action = verb(self._desk.words, self, words, key, self._verb(name))
            if key in _WITHOUT_BUTTON:
                continue
            button = QPushButton()
            button.setProperty("look", "status")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(action.trigger)
            self._desk.words.say(button.setText, Text("{key} {verb}", key=key, verb=words))
            row.add(button)
        return row

    def _verb(self, name: str) -> Callable[[], object]:
        if name == "insert_row_after":
            return lambda: self.grid.insert_row(after=True)
        call: Callable[[], object] = getattr(self, name, None) or getattr(self.grid, name)
        return call

    def ask_row(self) -> None:
        """F6: ask in the line under the grid for the row to go to."""
        self.grid.commit()
        self.line.ask_number(Text("Go to which row?"), self.grid.go_to_row, self.grid)

    def ask_more(self) -> None:
        """Ctrl+N: everything about the row: note, guardian, the person."""
        if self.grid.commit():
            number = self.grid.roster.saved_row(self.grid.here[0]).row
            if number:
                self.more_asked.emit(number)

    def go_to_problem(self) -> None:
        """F10: the next cell about which there is something to say; on from there into the row's panel."""
        asked = self._in_the_row_panel()
        if asked is not None and asked != self._walked:
            self._walked = asked
            self.field_asked.emit(*asked)
        elif self.grid.go_to_problem():
            self._walked = None if self._in_the_row_panel() != self._walked else self._walked
        else:
            self.line.say((Text("There is nothing to correct."),), "")

    def _in_the_row_panel(self) -> tuple[int, str] | None:
        """The row's number and the field in its panel that something is said about at the current cell."""
        roster = self.grid.roster
        if not self._open.editable or not roster.columns:
            return None
        for problem in roster.problems_at(*self.grid.here):
            _, number, name = problem.path.split("/")[:3]
            if name in IN_THE_ROW_PANEL:
                return int(number), name
        return None

    def ask_find(self) -> None:
        """Ctrl+F: find people of this sheet by name in any script, village, mobile or receipt number."""
        self.grid.commit()
        rows = self.grid.roster.rows()
        self._desk.tasks.submit(lambda _progress: remember(rows))
        self.line.ask_words(Text("Find in this sheet"), self._seek, self.grid)

    def _seek(self, typed: str, step: int) -> str:
        roster = self.grid.roster
        found = found_rows(roster, typed)
        at = nearest(found, self.grid.here[0], step)
        if at is None:
            return self._desk.words.render(Text("Nobody is found.")) if typed.strip() else ""
        self.grid.go(found[at], first_stop(roster.columns))
        return f"{at + 1} / {len(found)}"

    def ask_open_reason(self) -> None:
        """F11: one reason for everybody present who has not completed two payments."""
        if not self.grid.commit() or not self._open.editable:
            return
        waiting = len(open_rows(self._open.activity)) if takes_payments(self._open.activity) else 0
        if not waiting:
            self.line.say((Text("Nobody is left with open payments."),), "")
            return
        question = Text("{n} have open payments. One reason for all:", n=waiting)
        keys = [(one.key, Text(one.short)) for one in FailureReason]
        self.line.ask_key(question, keys, self._give_open_reason, self.grid)

    def _give_open_reason(self, key: str) -> None:
        reason = next(one for one in FailureReason if one.key == key)
        activity = self._open.activity
        waiting = {row.row for row in open_rows(activity)}
        rows = tuple(
            replace(row, open_reason=str(reason)) if row.row in waiting else row for row in activity.rows
        )
        try:
            self._open.keep(replace(activity, rows=rows), Text("Reason for all open payments"))
        except FieldAppError as error:
            self._open.fail(error)

    # ------------------------------------------------------------ people who are known

    def _line_of(self, cell: Cell, parent: QWidget) -> QWidget | None:
        if isinstance(cell, PersonNameCell):
            return NameLine(transliterate(), parent, self._people, self._desk.words.place)
        return self._make_line(cell, parent)

    def _people(self, typed: str) -> Sequence[KnownPerson]:
        return self._hints.people(typed, self._open.activity.id)


def _why_closed(opened: OpenActivity) -> Text:
    if not opened.owned:
        return Text("This is a copy from elsewhere. It can be read here, and its owner can change it.")
    return Text("This session is finished and locked. To change it, press Amend.")
