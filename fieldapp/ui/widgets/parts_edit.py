"""A small table of parts (partners, agenda items, ...): a row of editors for each, and an empty one."""

from itertools import pairwise
from typing import Any

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Kind, fields, part_type
from fieldapp.domain.text import Text
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.editor import FieldEditor, Surroundings
from fieldapp.ui.widgets.icons import icon

_LEAST, _ENOUGH = 84, 112
"""How narrow a part's fields may become: large letters shall not push the form sideways out of its page."""


class _Row:
    """The editors of one part, by field name, and the button that takes it out."""

    def __init__(self, part: msgspec.Struct, editors: dict[str, FieldEditor], remove: QPushButton) -> None:
        self.part = part
        self.editors = editors
        self.remove = remove


class PartsEditor(FieldEditor):
    """The parts of a field. What the person may not type is kept as it was."""

    def __init__(self, one: Field, around: Surroundings) -> None:
        super().__init__(one, around)
        self._type = part_type(one)
        self._fields = [column for column in fields(self._type) if around.shows(column)]
        self._label = Text(one.label)
        self._rows: list[_Row] = []
        self._headings: list[QLabel] = []
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(4)
        self.row.addLayout(self._grid, 1)
        for at, _column in enumerate(self._fields):
            heading = QLabel()
            heading.setProperty("look", "small")
            heading.setWordWrap(True)
            self._headings.append(heading)
            self._grid.addWidget(heading, 0, at, Qt.AlignmentFlag.AlignBottom)
            if len(self._fields) == 1:
                heading.hide()  # the label of the whole says it already
        self._append(self._type())
        self.say()
        key = QShortcut(QKeySequence("Ctrl+Del"), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self._remove_current)

    def value(self) -> tuple[msgspec.Struct, ...]:
        parts = [self._read(row) for row in self._rows]
        return tuple(part for part in parts if part != self._type())

    def show_value(self, value: tuple[msgspec.Struct, ...]) -> None:
        wanted = [*value, self._type()]
        self._make_rows(len(wanted))
        for row, part in zip(self._rows, wanted, strict=True):
            self._show(row, part)

    def follow(self, value: tuple[msgspec.Struct, ...], before: Any) -> None:
        """As for every editor, but cell by cell."""
        del before
        wanted = [*value, self._type()]
        self._make_rows(len(wanted))
        for row, part in zip(self._rows, wanted, strict=True):
            for name, editor in row.editors.items():
                if getattr(part, name) != (was := getattr(row.part, name)):
                    editor.follow(getattr(part, name), was)
            row.part = part

    def inputs(self) -> list[QWidget]:
        return [widget for row in self._rows for editor in row.editors.values() for widget in editor.inputs()]

    def by_path(self) -> dict[str, QWidget]:
        return {
            "/".join(filter(None, (str(number), name, inside))): widget
            for number, row in enumerate(self._rows, start=1)
            for name, editor in row.editors.items()
            for inside, widget in editor.by_path().items()
        }

    def unsaved(self, held: tuple[msgspec.Struct, ...]) -> dict[str, str]:
        """The words and chosen codes of the rows that are other than the record holds, by path.

        None where a row was taken out and that is not saved: their paths would be those of other rows.
        """
        if [row.part for row in self._rows if row.part != self._type()] != list(held):
            return {}
        found: dict[str, str] = {}
        for number, row in enumerate(self._rows, start=1):
            if all(one.value_or_none() == getattr(row.part, name) for name, one in row.editors.items()):
                continue
            for name, editor in row.editors.items():
                if editor.one.kind is Kind.CODE:
                    found[f"{number}/{name}"] = editor.value_or_none() or ""
                for inside, words in editor.words().items():
                    found["/".join(filter(None, (str(number), name, inside)))] = words
        return {path: words for path, words in found.items() if words}

    def put_words(self, rest: str, words: str) -> None:
        """As for every editor; a row that was only begun is there again, and a code is chosen again."""
        number, _, inside = rest.partition("/")
        if number.isdecimal():
            self._make_rows(max(len(self._rows), int(number)))
        name, _, within = inside.partition("/")
        cell = self._cell(f"{number}/{name}")
        if cell is None:
            return
        if cell.one.kind is Kind.CODE:
            cell.show_value(words)
        else:
            cell.put_words(within, words)

    def take_up(self, rest: str, words: str | None) -> None:
        if words is not None:
            self.put_words(rest, words)
        self.focus_part(rest)

    def say(self) -> None:
        words = self.around.words
        for heading, column in zip(self._headings, self._fields, strict=True):
            heading.setText(words.render(Text(column.heading)))
            heading.setToolTip(words.other(Text(column.heading)))
        for row in self._rows:
            self._say_row(row)

    def name_for_ears(self, label: Text) -> None:
        """Every cell is named after its own column and row; the table it is in describes it."""
        self._label = label
        for row in self._rows:
            self._say_row(row)

    def mark(self, level: str) -> None:
        if not level:
            for row in self._rows:
                for editor in row.editors.values():
                    editor.mark("")

    def mark_part(self, rest: str, level: str) -> bool:
        """Colour the cell at '2/organisation'; False when there is none."""
        editor = self._cell(rest)
        if editor is None:
            return False
        editor.mark(level)
        return True

    def _cell(self, rest: str) -> FieldEditor | None:
        number, _, name = rest.partition("/")
        at = int(number) - 1 if number.isdecimal() else -1
        return self._rows[at].editors.get(name) if 0 <= at < len(self._rows) else None

    def _read(self, row: _Row) -> msgspec.Struct:
        values: dict[str, Any] = {}
        for name, editor in row.editors.items():
            try:
                values[name] = editor.value()
            except InvalidInput:
                editor.mark("hard")
                raise
        return msgspec.structs.replace(row.part, **values)

    def _show(self, row: _Row, part: msgspec.Struct) -> None:
        for name, editor in row.editors.items():
            editor.show_value(getattr(part, name))
        row.part = part

    def _make_rows(self, wanted: int) -> None:
        while len(self._rows) > wanted:
            self._take_out(self._rows[-1])
        while len(self._rows) < wanted:
            self._append(self._type())

    def _append(self, part: msgspec.Struct) -> None:
        line = len(self._rows) + 1
        remove = QPushButton()
        remove.setProperty("look", "flat")
        remove.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # by keyboard it is Ctrl+Delete
        row = _Row(part, {}, remove)
        remove.clicked.connect(lambda: self._remove(row))
        for at, column in enumerate(self._fields):
            editor = self.around.make(column)
            editor.left.connect(self._leave)
            row.editors[column.name] = editor
            self._grid.addWidget(editor, line, at)
            self._grid.setColumnStretch(at, _share(column))
        self._grid.addWidget(remove, line, len(self._fields))
        for above in self._rows:
            above.remove.show()
        remove.hide()  # the last row is the empty one to add to
        self._rows.append(row)
        self._size_row(row)
        self._show(row, part)
        self._say_row(row)
        for before, after in pairwise(self.inputs()):
            QWidget.setTabOrder(before, after)

    def take_size(self) -> None:
        for row in self._rows:
            self._size_row(row)

    def _size_row(self, row: _Row) -> None:
        row.remove.setIcon(icon("close", current().colours.muted, current().px(14)))
        for editor in row.editors.values():
            editor.setMinimumWidth(min(current().px(_LEAST), _ENOUGH))

    def _remove_current(self) -> None:
        for row in self._rows[:-1]:
            if any(editor.has_focus() for editor in row.editors.values()):
                self._remove(row)
                return

    def _leave(self) -> None:
        if any(editor.value_or_none() for editor in self._rows[-1].editors.values()):
            self._append(self._type())
        self.left.emit()

    def _remove(self, row: _Row) -> None:
        at = self._rows.index(row)
        self._take_out(row)
        following = self._rows[min(at, len(self._rows) - 1)]
        next(iter(following.editors.values())).focus_part("")
        self.left.emit()

    def _take_out(self, row: _Row) -> None:
        self._rows.remove(row)
        for widget in (*row.editors.values(), row.remove):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        for line, left in enumerate(self._rows, start=1):
            for at, editor in enumerate(left.editors.values()):
                self._grid.addWidget(editor, line, at)
            self._grid.addWidget(left.remove, line, len(self._fields))
            self._say_row(left)
        self._rows[-1].remove.hide()

    def _say_row(self, row: _Row) -> None:
        words = self.around.words
        number = self._rows.index(row) + 1 if row in self._rows else len(self._rows) + 1
        for column in self._fields:
            editor = row.editors[column.name]
            editor.say()
            editor.name_for_ears(Text("{label}, row {n}", label=Text(column.label), n=number))
            for widget in editor.inputs():
                widget.setAccessibleDescription(words.render(self._label))
        remove = Text("Remove row {n}", n=number)
        row.remove.setAccessibleName(words.render(remove))
        row.remove.setToolTip(words.render(Text("{what} ({key})", what=remove, key="Ctrl+Del")))


class HeadCountsEditor(PartsEditor):
    """Head-counts by group, and what they add up to."""

    def __init__(self, one: Field, around: Surroundings) -> None:
        self.total = QLabel()
        super().__init__(one, around)
        self.total.setProperty("look", "section")
        self.total.setWordWrap(True)
        self.row.removeItem(self._grid)
        column = QVBoxLayout()
        column.addLayout(self._grid)
        column.addWidget(self.total)
        self.row.addLayout(column, 1)
        self.left.connect(self._add_up)

    def show_value(self, value: tuple[msgspec.Struct, ...]) -> None:
        super().show_value(value)
        self._add_up()

    def follow(self, value: tuple[msgspec.Struct, ...], before: Any) -> None:
        super().follow(value, before)
        self._add_up()

    def say(self) -> None:
        super().say()
        self._add_up()

    def _add_up(self) -> None:
        counts = self.value_or_none() or ()
        sums = {
            name: self.around.words.language.number(sum(getattr(one, name) for one in counts))
            for name in ("men", "women", "others", "not_stated")
        }
        every = sum(one.men + one.women + one.others + one.not_stated for one in counts)
        total = Text(
            "Total {total}: men {men}, women {women}, others {others}, not stated {not_stated}",
            total=self.around.words.language.number(every),
            **sums,
        )
        self.total.setText(self.around.words.render(total))
        self.total.setVisible(every > 0)


def _share(column: Field) -> int:
    """How much of the width a column gets: names are two lines, codes and numbers need little."""
    if column.kind is Kind.NAME:
        return 5
    return 3 if column.kind in (Kind.TEXT, Kind.PLACE, Kind.CODE) else 2
