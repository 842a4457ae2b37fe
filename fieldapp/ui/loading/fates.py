"""What becomes of each row of a list, before anything is written and afterwards."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QVBoxLayout, QWidget

from fieldapp.domain.text import Text
from fieldapp.services.load_rows import Fate, RowFate
from fieldapp.services.loading import LoadResult
from fieldapp.ui.widgets.chip_button import ChipButton
from fieldapp.ui.widgets.flow import FlowRow
from fieldapp.ui.widgets.parts_of_a_page import plain_label
from fieldapp.ui.widgets.plain_table import Cell, PlainTable, Row
from fieldapp.ui.words import Words

_SHOWN = {
    Fate.NEW: (Text("New"), "accent", "check"),
    Fate.ALREADY: (Text("Already here"), "muted", "check"),
    Fate.REFUSED: (Text("Refused"), "red", "stop"),
    Fate.LEFT_OUT: (Text("Left out"), "muted", ""),
}
_TO_LOOK_AT = Text("To look at")
_LOADED = Text("Loaded")
_CONVERSIONS = 3


class FatesStep(QWidget):
    """convert_changed: words in an old font are to be put into Unicode, or not after all."""

    convert_changed = Signal(bool)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._result: LoadResult | None = None
        self._filter = ""
        self.notes = plain_label("hint")
        self.summary = plain_label("section")
        self.convert = QCheckBox()
        self.convert.toggled.connect(self.convert_changed)
        self._chips = {key: ChipButton() for key, _ in _filters()}
        group = QButtonGroup(self)
        for key, chip in self._chips.items():
            group.addButton(chip)
            chip.clicked.connect(lambda _checked=False, key=key: self.show_only(key))
        self._chips[""].setChecked(True)
        self.table = PlainTable(
            words,
            Text("Rows of the list"),
            (Text("Row"), Text("Name"), Text("Outcome"), Text("Why")),
            stretch=3,
        )
        self.table.picked.connect(lambda _key: self._say_reason())
        self.reason = plain_label("small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self.summary, self.notes, self.convert, FlowRow(*self._chips.values())):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.reason)
        words.changed.connect(self._say)

    def put(self, result: LoadResult) -> None:
        """Show what became, or would become, of each row: refused ones first when there are any."""
        self._result = result
        self._filter = ""
        self._chips[""].setChecked(True)
        self._say()

    def show_only(self, key: str) -> None:
        """Show the rows of one fate ('new', ...), those with a hint ('hint'), or all ('')."""
        self._filter = key
        self._chips[key].setChecked(True)
        self._say_rows()

    def _say(self) -> None:
        if self._result is None:
            return
        result, render = self._result, self._words.render
        number = self._words.language.number
        counts = result.counts
        hinted = sum(bool(_hints(row)) for row in result.rows)
        shown = {str(fate): counts.get(fate, 0) for fate in Fate} | {"hint": hinted, "": len(result.rows)}
        for key, label in _filters(loaded=not result.dry_run):
            self._chips[key].setText(f"{render(label)} {number(shown[key])}")
            self._chips[key].setVisible(not key or bool(shown[key]))
        self.summary.setText(render(self._summary(result)))
        said = [*result.notes]
        if result.unused:
            said.append(Text("Columns that are not used: {names}", names=", ".join(result.unused)))
        self.notes.setText("\n".join(map(render, said)))
        self.notes.setVisible(bool(said))
        pairs = list(result.conversions)[:_CONVERSIONS]
        self.convert.setVisible(bool(pairs) and result.dry_run)
        examples = ", ".join(f"{old} = {new}" for old, new in pairs)
        self.convert.setText(
            render(Text("Put old-font text (Kruti Dev) into Unicode: {examples}", examples=examples))
        )
        self.convert.blockSignals(True)
        self.convert.setChecked(result.converted)
        self.convert.blockSignals(False)
        self._say_rows()

    def _summary(self, result: LoadResult) -> Text:
        counts, number = result.counts, self._words.language.number
        args = {name: number(counts[name]) for name in ("new", "already", "refused")}
        if result.dry_run:
            return Text(
                "Nothing is written yet. {new} new, {already} already here, {refused} refused.", **args
            )
        return Text("{new} new, {already} already loaded, {refused} refused.", **args)

    def _say_rows(self) -> None:
        if self._result is not None:
            self.table.put(self._rows(self._result.rows), "")
            self.reason.setText("")

    def _rows(self, fates: Sequence[RowFate]) -> list[Row]:
        loaded = self._result is not None and not self._result.dry_run
        rows: list[Row] = []
        for at, fate in enumerate(fates):
            hints = _hints(fate)
            if self._filter not in ("", str(fate.fate)) and not (self._filter == "hint" and hints):
                continue
            label, tone, sign = _SHOWN[fate.fate]
            if fate.fate is Fate.NEW and loaded:
                label = _LOADED
            if hints:
                tone, sign = "amber", "hint"
            why: Text | str = fate.text or " ".join(map(self._words.render, hints))
            cells = (Cell(str(fate.row), right=True), Cell(fate.name), Cell(label, tone, sign), Cell(why))
            rows.append((str(at), cells))
        return rows

    def _say_reason(self) -> None:
        """All that is said about the row the cursor is on, in both languages."""
        if self._result is None or not self.table.key:
            self.reason.setText("")
            return
        fate = self._result.rows[int(self.table.key)]
        said = [fate.text] if fate.text else list(_hints(fate))
        words = [" / ".join(filter(None, (self._words.render(one), self._words.other(one)))) for one in said]
        self.reason.setText("\n".join(words))


def _filters(*, loaded: bool = False) -> list[tuple[str, Text]]:
    fates = [(str(fate), label) for fate, (label, _, _) in _SHOWN.items()]
    named = [(key, _LOADED if loaded and key == Fate.NEW else label) for key, label in fates]
    return [("", Text("All")), *named, ("hint", _TO_LOOK_AT)]


def _hints(fate: RowFate) -> tuple[Text, ...]:
    """What is to be looked at in a row that is taken."""
    if fate.fate is not Fate.NEW:
        return ()
    unknown = fate.place_unknown
    return (
        *((Text("No code was found for the place {words}.", words=unknown),) if unknown else ()),
        *fate.hints,
    )
