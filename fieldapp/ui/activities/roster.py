"""Funnel, grid, the line under it and the row of keys: everything about who came."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fieldapp.domain.records import Activity, RosterRow
from fieldapp.domain.rules import Problem
from fieldapp.domain.text import Text
from fieldapp.ui.activities.actions import OpenActivity
from fieldapp.ui.activities.delegate import MakeLine
from fieldapp.ui.activities.funnel import Funnel
from fieldapp.ui.activities.grid import RosterGrid
from fieldapp.ui.activities.line import LineBelow
from fieldapp.ui.activities.payment_cell import PaymentCell
from fieldapp.ui.activities.payments import wants_a_reason
from fieldapp.ui.desk import Desk

KEYS: tuple[tuple[str, Text, str], ...] = (
    ("F3", Text("New row"), "insert_row"),
    ("Ctrl+F3", Text("New row below"), "insert_row_after"),
    ("F4", Text("Take out"), "strike_row"),
    ("F6", Text("Go to row"), "ask_row"),
    ("F7", Text("Sticky fields"), "go_to_sticky"),
    ("F10", Text("Next problem"), "go_to_problem"),
    ("Ctrl+D", Text("As above"), "same_as_above"),
    ("Ctrl+N", Text("More"), "ask_more"),
)
"""Key, its words, and the method of the panel or of its grid. Ctrl+F3 has no button of its own."""

_WITHOUT_BUTTON = "Ctrl+F3"
_CHECKED_AT_ONCE = 60
"""Rosters up to this many rows are checked whole in the window's thread; longer ones beside it."""

_CHECK_AFTER_MS = 500


class RosterPanel(QWidget):
    """more_asked: the number of a row of which a person wants to see everything."""

    more_asked = Signal(int)

    def __init__(
        self, desk: Desk, opened: OpenActivity, make_line: MakeLine, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._open = opened
        self._problems: tuple[Problem, ...] = ()
        self.funnel = Funnel(desk.words)
        self.grid = RosterGrid(desk.words, opened, make_line)
        desk.words.say(self.grid.setAccessibleName, Text("Participants"))
        self.line = LineBelow(desk.words)
        self._count = QLabel()
        self._check = QTimer(self)
        self._check.setSingleShot(True)
        self._check.setInterval(_CHECK_AFTER_MS)
        self._check.timeout.connect(self.check_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.funnel)
        layout.addWidget(self.grid, 1)
        layout.addWidget(self.line)
        layout.addLayout(self._make_keys())
        self.setFocusProxy(self.grid)
        self.grid.moved.connect(self._say)
        desk.words.changed.connect(self._say)

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
            self.grid.roster.show_problems(())
            self.check_all()
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
        self._show_problems(kept + tuple(one for one in found if one.path.startswith(begins)))

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        self._problems = problems
        self.grid.roster.show_problems(problems)
        self._say()

    def _say(self) -> None:
        """Say what there is to say about the current cell."""
        grid, roster = self.grid, self.grid.roster
        if not roster.columns or not roster.rowCount():
            return
        row, column = grid.here
        cell, there = roster.columns[column].cell, roster.row_at(row)
        refusal, problems = roster.refusal_at(row, column), roster.problems_at(row, column)
        if isinstance(cell, PaymentCell) and wants_a_reason(there.tries, cell.slot):
            self.line.choices(cell.keys(there), asking=True)
        elif refusal is not None:
            self.line.say((refusal.error.title, refusal.error.advice), "hard")
        elif problems:
            self.line.say((problems[0].text,), "hard" if problems[0].hard else "soft")
        elif not self._open.editable:
            self.line.say((_why_closed(self._open),), "")
        else:
            self.line.choices(self._keys_of(row, column))

    def _keys_of(self, row: int, column: int) -> list[tuple[str, Text]]:
        roster = self.grid.roster
        if not roster.may_change(row, column):
            return []
        keys = roster.columns[column].cell.keys(roster.row_at(row))
        taken = [("Enter", Text("Take the grey value"))] if roster.offered(row, column) else []
        return taken + keys

    # ------------------------------------------------------------ keys

    def _make_keys(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        for key, words, name in KEYS:
            action = QAction(self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(self._verb(name))
            self._desk.words.say(action.setText, words)
            self.addAction(action)
            if key == _WITHOUT_BUTTON:
                continue
            button = QPushButton()
            button.setProperty("look", "status")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(action.trigger)
            self._desk.words.say(button.setText, Text("{key} {verb}", key=key, verb=words))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _verb(self, name: str) -> Callable[[], object]:
        if name == "insert_row_after":
            return lambda: self.grid.insert_row(after=True)
        verb: Callable[[], object] = getattr(self, name, None) or getattr(self.grid, name)
        # A triggered action says whether it is checked, which no verb wants to know.
        return lambda: verb()  # noqa: PLW0108

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
        """F10: the next cell about which there is something to say."""
        if not self.grid.go_to_problem():
            self.line.say((Text("There is nothing to correct."),), "")


def _why_closed(opened: OpenActivity) -> Text:
    if not opened.owned:
        return Text("This is a copy from elsewhere. It can be read here, and its owner can change it.")
    return Text("This session is locked. Ask the supervisor to reopen it.")
