"""The columns of a list, one below the other: its heading, what stands in it, and where it goes."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QScrollArea, QWidget

from fieldapp.domain.identifiers import find_forbidden_number, mask_mobile, mobile
from fieldapp.domain.text import Text
from fieldapp.services.load_columns import Layout, choices
from fieldapp.services.load_kinds import IGNORED
from fieldapp.services.table_files import TableFile
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.parts_of_a_page import plain_label, said_label
from fieldapp.ui.words import Words

LEAVE_OUT = Text("– leave out –")
_EXAMPLES = 3
_HEADING_WIDTH = 230
_LONGEST_EXAMPLE = 60


class ColumnsStep(QScrollArea):
    """changed: a column goes elsewhere now. What the columns mean at this moment is `layout_now`."""

    changed = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._layout: Layout | None = None
        self._boxes: list[tuple[int, QComboBox]] = []
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        words.changed.connect(self._say)

    def put(self, table: TableFile, layout: Layout) -> None:
        """Show the columns of a list as they are understood."""
        self._layout = layout
        self._boxes = []
        sheet = QWidget()
        sheet.setProperty("look", "sheet")
        grid = QGridLayout(sheet)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for at, heading in enumerate((Text("Column"), Text("What stands in it"), Text("Goes to"))):
            grid.addWidget(said_label(self._words, heading, "small"), 0, at)
        rows = [line.cells for line in table.lines if line.number > layout.heading_line]
        for at in range(len(layout.goals)):
            self._add_column(grid, at, [cells[at] for cells in rows if at < len(cells) and cells[at]])
        grid.setColumnMinimumWidth(0, current().px(_HEADING_WIDTH))
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        self.setWidget(sheet)
        self._say()

    def layout_now(self) -> Layout | None:
        """What the columns mean as it is chosen now."""
        if self._layout is None:
            return None
        goals = list(self._layout.goals)
        for at, box in self._boxes:
            ignored = not box.currentData() and goals[at] == IGNORED
            goals[at] = IGNORED if ignored else box.currentData()
        return replace(self._layout, goals=tuple(goals))

    def focus_first(self) -> None:
        """Put the focus on the first column, the first that is left out if there is one."""
        boxes = [box for _, box in self._boxes]
        unknown = next((box for box in boxes if not box.currentData()), None)
        if first := unknown or next(iter(boxes), None):
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wheel scrolls the columns and changes none that it happens to stand on."""
        if isinstance(event, QWheelEvent) and isinstance(watched, QComboBox) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _add_column(self, grid: QGridLayout, at: int, cells: Sequence[str]) -> None:
        heading = self._heading(at)
        if not heading and not cells:
            return
        name = heading or self._words.render(Text("Column {n}", n=at + 1))
        row = grid.rowCount()
        examples = plain_label("muted", " · ".join(_example(cell) for cell in cells[:_EXAMPLES]))
        box = QComboBox()
        box.setMinimumWidth(current().px(230))
        box.setMaxVisibleItems(18)
        box.setProperty("heading", name)
        box.installEventFilter(self)
        box.currentIndexChanged.connect(lambda _at: self.changed.emit())
        self._boxes.append((at, box))
        label = plain_label("", name)
        label.setBuddy(box)
        label.setMaximumWidth(current().px(_HEADING_WIDTH))
        grid.addWidget(label, row, 0)
        grid.addWidget(examples, row, 1)
        grid.addWidget(box, row, 2)

    def _heading(self, at: int) -> str:
        headings = self._layout.headings if self._layout is not None else ()
        return _example(headings[at]) if at < len(headings) else ""

    def _say(self) -> None:
        """Fill the boxes in the language spoken now; what is chosen stays."""
        if self._layout is None:
            return
        render = self._words.render
        offered = [("", LEAVE_OUT), *choices(self._layout.kind)]
        known = {goal for goal, _ in offered}
        for at, box in self._boxes:
            goal = box.currentData() if box.count() else self._layout.goals[at]
            goal = goal if goal in known and goal != IGNORED else ""
            box.blockSignals(True)
            box.clear()
            for one, words in offered:
                box.addItem(render(words), one)
            box.setCurrentIndex(box.findData(goal))
            box.blockSignals(False)
            box.setAccessibleName(render(Text("{column} goes to", column=box.property("heading"))))


def _example(cell: str) -> str:
    """A cell as it may be shown: nothing of a number that must not be kept, a mobile in part."""
    words = " ".join(cell.split())
    if find_forbidden_number(words):
        return "••••"
    if mobile(words, demo=True) is not None:
        return mask_mobile(mobile(words, demo=True) or "")
    return words if len(words) <= _LONGEST_EXAMPLE else words[: _LONGEST_EXAMPLE - 1] + "…"
