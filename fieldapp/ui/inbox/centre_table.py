"""The table of centres: the worst first, narrowed down by a chip and by what is typed."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from fieldapp.domain.places import Gazetteer, shown
from fieldapp.domain.text import Text
from fieldapp.sync.enrolment import CentreShown
from fieldapp.ui.inbox.centre_words import FILTERS, HEADINGS, is_named, row_of
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.chip_button import ChipButton
from fieldapp.ui.widgets.flow import FlowRow
from fieldapp.ui.widgets.parts_of_a_page import empty_state
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.widgets.plain_table import PlainTable
from fieldapp.ui.words import Words

_WIDEST_COLUMN = 190
_FIND_WIDTH = 150


class CentreTable(QWidget):
    """picked: another centre is the chosen one, or none."""

    picked = Signal()

    def __init__(self, words: Words, places: Gazetteer | None, *, head_office: bool = True) -> None:
        super().__init__()
        self._words = words
        self._places = places
        self._centres: dict[str, CentreShown] = {}
        self._wanted = ""
        self.line = LineEdit()
        self.line.setFixedWidth(current().px(_FIND_WIDTH))
        words.say(self.line.setPlaceholderText, Text("Name, ID, place"))
        words.say(self.line.setAccessibleName, Text("Find a centre"))
        self.chips = QButtonGroup(self)
        for n in range(len(FILTERS)):
            chip = ChipButton()
            chip.setChecked(n == 0)
            self.chips.addButton(chip, n)
        self.table = PlainTable(words, Text("Centres"), HEADINGS, stretch=0)
        self.table.horizontalHeader().setMaximumSectionSize(current().px(_WIDEST_COLUMN))
        begin = Text("No centre is registered yet. Make one and its pack.")
        wait = Text("The centres of this block come with the receipts of head office.")
        self._none = empty_state(words, begin if head_office else wait)
        self._head = FlowRow(*self.chips.buttons(), self.line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self._none, self._head):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        self.table.picked.connect(lambda _key: self.picked.emit())
        self.line.textChanged.connect(lambda _text: self.say())
        self.chips.idClicked.connect(lambda _at: self.say())
        self.setFocusProxy(self.table)

    @property
    def chosen(self) -> CentreShown | None:
        """The centre of the current row."""
        return self._centres.get(self.table.key)

    @property
    def listed(self) -> tuple[CentreShown, ...]:
        """The centres in the table, in their order."""
        return tuple(self._centres[key] for key, _cells in self.table.rows)

    def centre(self, number: int) -> CentreShown:
        """The centre with that home-local number, which the table has."""
        return next(one for one in self._centres.values() if one.centre.number == number)

    def of_id(self, csc_id: str) -> CentreShown | None:
        """The centre with that ID, if it is registered here."""
        return self._centres.get(csc_id)

    def put(self, centres: Sequence[CentreShown]) -> None:
        """Show these centres; the chosen one stays chosen."""
        ordered = sorted(centres, key=lambda one: (one.health.urgency, one.centre.number))
        self._centres = {one.centre.csc_id: one for one in ordered}
        self._none.setVisible(not centres)
        for widget in (self._head, self.table):
            widget.setVisible(bool(centres))
        self.say()

    def choose_next(self, csc_id: str) -> None:
        """Make a centre the chosen one when next there is something to put."""
        self._wanted = csc_id

    def say(self) -> None:
        """The rows that the chip and the line let through, in the language spoken now."""
        for chip, (title, takes) in zip(self.chips.buttons(), FILTERS, strict=True):
            count = sum(map(takes, self._centres.values()))
            chip.setText(f"{self._words.render(title)} {count}")
        let_through = {key: one for key, one in self._centres.items() if self._lets_through(one)}
        first = next(iter(let_through), "")
        wanted = next((key for key in (self._wanted, self.table.key) if key in let_through), first)
        self._wanted = ""
        self.table.put([row_of(one, self._words) for one in let_through.values()], wanted)
        self.picked.emit()

    def place_of(self, key: str) -> str:
        """The words of a place's key."""
        place = self._places.get(key) if self._places is not None and key else None
        return shown(place, self._words.language.code)[0] if place is not None else ""

    def _lets_through(self, one: CentreShown) -> bool:
        takes = FILTERS[self.chips.checkedId()][1]
        return takes(one) and is_named(one, self.line.text(), self.place_of(one.centre.place_key))
