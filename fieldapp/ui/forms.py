"""A form built from a record's fields: one editor a kind, sections that fold, problems under their fields.

The form saves nothing. It emits `edited(name, value)` when a field is left with another value; the page
saves, and shows the form what is now held.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fieldapp.domain.codes import Section
from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.fields import Field, Kind, fields
from fieldapp.domain.identifiers import find_forbidden_number
from fieldapp.domain.records import HeadCount
from fieldapp.domain.rules import Problem
from fieldapp.ui.form_section import FormRow, FormSection
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.code_edit import CodeEditor, CodesEditor, YesNoEditor
from fieldapp.ui.widgets.editor import FieldEditor, Surroundings
from fieldapp.ui.widgets.lines import (
    DateEditor,
    FractionEditor,
    LongTextEditor,
    MoneyEditor,
    TextEditor,
    TimeEditor,
    WholeEditor,
)
from fieldapp.ui.widgets.name_edit import NameEditor, PersonNameEditor
from fieldapp.ui.widgets.parts_edit import HeadCountsEditor, PartsEditor
from fieldapp.ui.widgets.place_book import PlaceBook
from fieldapp.ui.widgets.place_edit import PlaceEditor
from fieldapp.ui.widgets.ref_edit import RefBook, RefEditor
from fieldapp.ui.words import Words

MakeEditor = Callable[[Field, Surroundings], FieldEditor]


def _text(one: Field, around: Surroundings) -> FieldEditor:
    if one.person_name:
        return PersonNameEditor(one, around)
    return LongTextEditor(one, around) if one.lines > 1 else TextEditor(one, around)


def _parts(one: Field, around: Surroundings) -> FieldEditor:
    return HeadCountsEditor(one, around) if one.part is HeadCount else PartsEditor(one, around)


EDITORS: dict[Kind, MakeEditor] = {
    Kind.TEXT: _text,
    Kind.NAME: NameEditor,
    Kind.CODE: CodeEditor,
    Kind.CODES: CodesEditor,
    Kind.WHOLE: WholeEditor,
    Kind.MONEY: MoneyEditor,
    Kind.FRACTION: FractionEditor,
    Kind.DATE: DateEditor,
    Kind.TIME: TimeEditor,
    Kind.YES_NO: YesNoEditor,
    Kind.PLACE: PlaceEditor,
    Kind.PARTS: _parts,
    Kind.REF: RefEditor,
}
"""The one table of editors."""

_LABELS_BESIDE_FROM, _TWO_COLUMNS_FROM = 520, 760
_OPEN_AT_FIRST = frozenset({Section.MAIN, Section.PLACE, Section.TEAM})


class Form(QScrollArea):
    """edited: the name of a field, and its value, when it was left with another one than the record has."""

    edited = Signal(str, object)

    def __init__(
        self,
        record_type: type[msgspec.Struct],
        words: Words,
        places: PlaceBook | None = None,
        refs: RefBook | None = None,
        *,
        overrides: Mapping[str, MakeEditor] | None = None,
        without: Collection[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        """overrides: editors of a page's own by field name, also for fields nobody types by hand.

        without: names of fields that the page shows elsewhere. The roster is never part of a form.
        """
        super().__init__(parent)
        self._words = words
        book = places or PlaceBook.of(words, None)
        self._around = Surroundings(words, book, lambda one: EDITORS[one.kind](one, self._around), refs)
        self._overrides = dict(overrides or {})
        self._record: msgspec.Struct | None = None
        self._kind = ""
        self._rows: dict[str, FormRow] = {}
        self._sections: dict[Section, FormSection] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        sheet = QWidget(self.viewport())
        sheet.setProperty("look", "sheet")
        self._layout = QVBoxLayout(sheet)
        self._layout.setContentsMargins(0, 0, 8, 0)
        self._layout.setSpacing(6)
        for one in fields(record_type):
            if one.name in self._overrides or (self._belongs(one) and one.name not in without):
                self._add(one)
        self._layout.addStretch(1)
        self.setWidget(sheet)
        self._be_read_in_order()
        self._laid_out = (-1, "")
        self._look = current()
        key = QShortcut(QKeySequence("F10"), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self.next_problem)
        words.changed.connect(self.say)
        self.say()

    def set_record(self, record: msgspec.Struct, kind: str = "") -> None:
        """Show a record. kind: the activity kind that decides which fields there are.

        Focus and cursor stay; what somebody is typing in a field that has not been left stays too.
        """
        before, self._record = self._record, record
        another = before is None or getattr(before, "id", None) != getattr(record, "id", None)
        for name, row in self._rows.items():
            value = getattr(record, name)
            if another:
                row.editor.show_value(value)
                row.settle()
            elif value != (was := getattr(before, name)):
                row.editor.follow(value, was)
                row.settle()
        self._kind = kind
        self._arrange()
        self._hide_what_is_blank()
        if another:
            self._fold_what_is_empty()

    def set_editable(self, *, on: bool) -> None:
        """Whether values can be changed; what can only be read may be unfolded and looked at all the same."""
        for row in self._rows.values():
            row.editor.set_editable(on=on)
        self._hide_what_is_blank()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Write what the rules say under the fields it is about; a field not named is in order again."""
        by_field: dict[str, list[Problem]] = {}
        for problem in problems:
            by_field.setdefault(problem.path.partition("/")[0], []).append(problem)
        for name, row in self._rows.items():
            found = by_field.get(name, [])
            if found != row.found:
                row.found = found
                row.say_problem()

    def refuse(self, name: str, error: FieldAppError) -> None:
        """Write under a field why its value was not saved.

        A forbidden number is taken out of the field and out of what can be undone in it; other words stay.
        """
        row = self._rows[name]
        row.wrong = InvalidInput(error.title, error.advice, error.code)
        if error.code == "forbidden_number":
            row.editor.forget_typing()
            row.editor.show_value(getattr(self._record, name))  # what was kept stays when it is left again
        row.say_problem()
        self._unfold(row)

    def focus_path(self, path: str, why: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> bool:
        """Put the focus where a problem's path points; False when the form has no such field."""
        name, _, rest = path.partition("/")
        row = self._rows.get(name)
        if row is None or not row.one.shows_for(self._kind):
            return False
        self._unfold(row)
        row.editor.focus_part(rest, why)
        self.ensureWidgetVisible(row.editor)
        return True

    def to_correct(self) -> list[str]:
        """The paths of everything that is wrong or doubtful here, in the order of the form."""
        paths: list[str] = []
        for row in self._rows.values():
            if row.one.shows_for(self._kind):
                wrong = [_path(row, row.editor.wrong_part())] if row.wrong is not None else []
                paths += wrong or [problem.path for problem in row.found]
        return paths

    def next_problem(self) -> None:
        """Go to the next thing to correct after the field one is in; after the last comes the first."""
        paths = self.to_correct()
        order = list(self._rows)
        here = self.place()
        at = order.index(here.partition("/")[0]) if here else -1
        after = [path for path in paths if order.index(path.partition("/")[0]) > at]
        same = paths[paths.index(here) + 1 :] if here in paths else []
        if to := (*same, *after, *paths)[:1]:
            self.focus_path(to[0], Qt.FocusReason.TabFocusReason)  # what is typed now is instead of it

    def focus_first(self) -> None:
        """Put the focus in the first field, with the heading above it in sight."""
        self.verticalScrollBar().setValue(0)
        for row in self._rows.values():
            if row.editor.isVisibleTo(self):
                row.editor.focus_part("")
                return

    def place(self) -> str:
        """The path of the input with the focus ('campaign', 'venue/en', 'partners/2/contact'), '' if none."""
        row = self._row_with_focus()
        return "" if row is None else _path(row, row.editor.place())

    def typing(self) -> tuple[str, str] | None:
        """(path, words) of what stands where the focus is and is not saved yet; None where nothing does."""
        row = self._row_with_focus()
        if row is None or row.editor.value_or_none() == getattr(self._record, row.one.name, None):
            return None
        words = row.editor.standing()
        return None if words is None else (self.place(), words)

    def unsaved(self) -> dict[str, str]:
        """Words that are not saved yet, by their paths: what was refused, and last what `typing` gives."""
        found: dict[str, str] = {}
        for row in self._rows.values():
            words = dict[str, str]()
            if isinstance(row.editor, PartsEditor):
                words = row.editor.unsaved(getattr(self._record, row.one.name, ()))
            elif row.wrong is not None:
                words = row.editor.words()
            found |= {_path(row, inside): one for inside, one in words.items() if one}
        if typing := self.typing():
            found.pop(typing[0], None)
            found |= [typing]
        return found

    def put_back(self, typed: Mapping[str, str], path: str) -> dict[str, str]:
        """Put back what `unsaved` gave, with the focus at `path`; gives the words there is no field for.

        What was refused is left again, and so refused as before; a list of parts when all its words are back.
        """
        lost, lists = {}, dict[str, FormRow]()
        for at, words in typed.items():
            name, _, rest = at.partition("/")
            row = self._rows.get(name)
            if row is None or not row.one.shows_for(self._kind):
                lost[at] = words
            elif isinstance(row.editor, PartsEditor):
                row.editor.put_words(rest, words)
                lists[name] = row
            elif self.resume(at, words) and at != path:
                self._leave(row)
        self.resume(path, None if path.partition("/")[0] in lists else typed.get(path))
        for name, row in lists.items():
            if name != path.partition("/")[0]:
                self._leave(row)
            else:
                row.editor.value_or_none()  # what cannot be read is red again; somebody is still at it
        return lost

    def resume(self, path: str, words: str | None) -> bool:
        """Put the focus where `place` said it was, and words that were being typed there: they are not saved
        before the field is left. False when the form has no such field now.
        """
        if not self.focus_path(path):
            return False
        name, _, rest = path.partition("/")
        self._rows[name].editor.take_up(rest, words)
        return True

    def editor(self, name: str) -> FieldEditor:
        """The editor of a field. Raises KeyError when the form has none of that name."""
        return self._rows[name].editor

    def row(self, name: str) -> FormRow:
        """Label, editor and problem of a field. Raises KeyError when the form has none of that name."""
        return self._rows[name]

    def commit(self) -> None:
        """Take what stands in the field that has the focus, as if it had been left."""
        if (row := self._row_with_focus()) is not None:
            self._leave(row)

    def say(self) -> None:
        """Everything in the language spoken now."""
        for section in self._sections.values():
            section.say()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange and current() != self._look:
            # Qt says so at every new parent too, time and again while a page is put together.
            self._look = current()
            self._laid_out = (-1, "")
            self._arrange()
            for section in self._sections.values():
                section.say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _belongs(self, one: Field) -> bool:
        return self._around.shows(one) and one.section is not Section.ROSTER

    def _row_with_focus(self) -> FormRow | None:
        return next((row for row in self._rows.values() if row.editor.has_focus()), None)

    def _add(self, one: Field) -> None:
        section = self._sections.get(one.section)
        if section is None:
            section = self._sections[one.section] = FormSection(one.section, self._words)
            self._layout.addWidget(section)
        make = self._overrides.get(one.name) or EDITORS[one.kind]
        row = FormRow(one, make(one, self._around), self._words)
        row.editor.left.connect(lambda: self._leave(row))
        section.add(row)
        self._rows[one.name] = row

    def _be_read_in_order(self) -> None:
        """Tab goes as one reads: by sections, whatever the order in which their fields were declared."""
        stops: list[QWidget] = []
        for section in self._sections.values():
            stops += [section.heading, *(widget for row in section.rows for widget in row.editor.inputs())]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _arrange(self) -> None:
        room = self.viewport().width()
        columns = sum(room >= current().px(least) for least in (_LABELS_BESIDE_FROM, _TWO_COLUMNS_FROM))
        if (columns, self._kind) == self._laid_out:
            return
        self._laid_out = (columns, self._kind)
        for section in self._sections.values():
            section.arrange(columns, self._kind)

    def _hide_what_is_blank(self) -> None:
        """A heading stands over something, be it only over fields to fill in."""
        for section in self._sections.values():
            shown = (row for row in section.rows if row.one.shows_for(self._kind))
            section.setVisible(not all(row.editor.is_blank for row in shown))

    def _fold_what_is_empty(self) -> None:
        for section in self._sections.values():
            filled = any(getattr(self._record, row.one.name) != row.one.empty for row in section.rows)
            section.heading.setChecked(filled or section.section in _OPEN_AT_FIRST)

    def _unfold(self, row: FormRow) -> None:
        self._sections[row.one.section].heading.setChecked(True)

    def _leave(self, row: FormRow) -> None:
        try:
            value = row.editor.value()
        except InvalidInput as error:
            found = next(filter(None, map(find_forbidden_number, _typed(row.editor))), None)
            if found is not None:  # it goes, whatever else is wrong with it
                self.refuse(row.one.name, InvalidInput(found.message, error.advice, "forbidden_number"))
                return
            row.wrong = error
            row.say_problem()
            return
        row.settle()
        if self._record is not None and value != getattr(self._record, row.one.name):
            self.edited.emit(row.one.name, value)


def _typed(editor: FieldEditor) -> Iterator[str]:
    for widget in editor.inputs():
        if isinstance(widget, QLineEdit):
            yield widget.text()
        elif isinstance(widget, QPlainTextEdit):
            yield widget.toPlainText()


def _path(row: FormRow, rest: str) -> str:
    return f"{row.one.name}/{rest}" if rest else row.one.name
