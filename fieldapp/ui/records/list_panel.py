"""The list of records: a search line, chips that narrow it down, and the records that match."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from fieldapp.domain.text import Text
from fieldapp.services.records import Query
from fieldapp.ui.records.chips import Chip
from fieldapp.ui.records.list_model import Fetch, ListColumn, RecordListModel
from fieldapp.ui.records.saved_filters import SavedFilters
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.widgets.flow import HeadRow
from fieldapp.ui.widgets.parts_of_a_page import button, empty_state, plain_label, verb
from fieldapp.ui.widgets.search_line import SearchLine
from fieldapp.ui.words import Words

_SEARCH_AFTER_MS = 120
_NOTHING_YET = Text("Nothing is here yet. Ctrl+N begins the first one.")
_NOTHING_FOUND = Text("Nothing matches. Clear the search or the chips above.")

_HEADING, _PADDING = 30, 6
_ANY_HEIGHT = 10_000
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


class RecordList(QTableView):
    """Rows to choose from: Enter or a double click opens one, Ctrl+A chooses all that match.

    sorted_by: the column whose heading was clicked. arranged: other columns are shown. typed: a letter, to be
    looked for.
    """

    opened = Signal(str)
    sorted_by = Signal(int)
    arranged = Signal()
    typed = Signal(str)

    def __init__(self, model: RecordListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.records = model
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideNone)  # they go on in a second line
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(lambda index: self.opened.emit(model.held(index.row()).record.id))
        model.headerDataChanged.connect(lambda *_which: self._spread())
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().sectionClicked.connect(self.sorted_by)
        self.horizontalHeader().setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.horizontalHeader().customContextMenuRequested.connect(self._offer_columns)

    def chosen(self) -> str:
        """The id of the record the cursor is on, '' for none."""
        index = self.currentIndex()
        return self.records.held(index.row()).record.id if index.isValid() else ""

    def chosen_all(self) -> list[str]:
        """The ids of all records that are chosen, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.records.held(row).record.id for row in rows]

    def choose_all(self) -> None:
        """Choose everything that matches; the first some thousands of a longer list."""
        self.records.read_on()
        self.selectAll()

    def hidden(self) -> list[int]:
        """The columns that are not shown."""
        return [at for at in range(len(self.records.columns)) if self.isColumnHidden(at)]

    def hide_columns(self, hidden: Sequence[int]) -> None:
        """Show all columns but these; one always stays."""
        for at in range(len(self.records.columns)):
            self.setColumnHidden(at, at in hidden and at > 0)
        self._spread()

    def _offer_columns(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for at in range(1, len(self.records.columns)):
            action = menu.addAction(self._heading(at))
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(at))
            action.toggled.connect(lambda on, at=at: self._show_column(at, on))
        menu.popup(self.horizontalHeader().mapToGlobal(where))

    def _show_column(self, at: int, on: bool) -> None:
        self.setColumnHidden(at, not on)
        self._spread()
        self.arranged.emit()

    def choose(self, record_id: str) -> None:
        """Put the cursor on a record, or on the first."""
        self.selectRow(self.records.row_of(record_id) or 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen():
            self.opened.emit(self.chosen())
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.choose_all()
        elif event.text() and event.text() in "/?":
            event.ignore()
        elif event.modifiers() in _PLAIN and event.text().isprintable() and event.text().strip():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._spread()

    def _spread(self) -> None:
        """Give the columns that are shown all the room there is, and their headings the lines they need."""
        theme, columns = current(), self.records.columns
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW_HEIGHT))
        shown = [at for at in range(len(columns)) if not self.isColumnHidden(at)]
        least = {at: max(theme.px(columns[at].width), self._longest_word(at)) for at in shown}
        spare = max(0, self.viewport().width() - sum(least.values()))
        shares = sum(columns[at].stretch for at in shown) or 1
        for at in shown:
            self.setColumnWidth(at, least[at] + spare * columns[at].stretch // shares)
        tallest = max((self._heading_height(at) for at in shown), default=0)
        self.horizontalHeader().setFixedHeight(max(theme.px(_HEADING), tallest + theme.px(_PADDING)))

    def _heading(self, at: int) -> str:
        return str(self.records.headerData(at, Qt.Orientation.Horizontal))

    def _longest_word(self, at: int) -> int:
        metrics = self.horizontalHeader().fontMetrics()
        words = map(metrics.horizontalAdvance, self._heading(at).split())
        return max(words, default=0) + 2 * current().px(_PADDING)

    def _heading_height(self, at: int) -> int:
        room = QRect(0, 0, self.columnWidth(at) - 2 * current().px(_PADDING), _ANY_HEIGHT)
        metrics = self.horizontalHeader().fontMetrics()
        return metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self._heading(at)).height()


class RecordListPanel(QWidget):
    """opened: the id of the record somebody wants to see. begin_asked: a new one is wanted.

    list_asked: many are wanted, from a list in a file. delete_asked, restore_asked: the ids of all that are
    chosen. kept: filters and columns to be remembered.
    """

    opened = Signal(str)
    begin_asked = Signal()
    list_asked = Signal()
    delete_asked = Signal(list)
    restore_asked = Signal(list)
    kept = Signal(str)

    def __init__(
        self,
        words: Words,
        columns: tuple[ListColumn, ...],
        fetch: Fetch,
        chips: Mapping[str, Chip],
        begin: Text,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self.query = Query()
        self._taking = self._read_only = False
        self.model = RecordListModel(words, columns, fetch, self)
        self.list = RecordList(self.model)
        self.list.opened.connect(self.opened)
        self.search = SearchLine()
        self.search.setClearButtonEnabled(True)
        words.say(self.search.setPlaceholderText, Text("Search: name, number or place  ( / )"))
        words.say(self.search.setAccessibleName, Text("Search"))
        words.say(self.list.setAccessibleName, Text("What was found"))
        self.search.installEventFilter(self)
        self.list.typed.connect(self._look_for)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SEARCH_AFTER_MS)
        self._later.timeout.connect(self._search)
        self.search.textChanged.connect(lambda _typed: self._later.start())
        self.chips = dict(chips)
        for chip in self.chips.values():
            chip.chosen.connect(self.narrow)
        self.list.sorted_by.connect(self._sort)
        self.filters = SavedFilters(words, self._state, self._take, self._say)
        self.filters.changed.connect(self._keep)
        self.list.arranged.connect(self._keep)
        self._many = button(words, Text("Delete"), "status")
        self._many.clicked.connect(self._ask_many)
        self._more: list[tuple[QPushButton, Callable[[int], Text]]] = []
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._show_many())
        self.begin = QPushButton()
        self.begin.setProperty("look", "primary")
        self.begin.setAutoDefault(False)
        words.say(self.begin.setText, Text("{verb} {key}", verb=begin, key="Ctrl+N"))
        self.begin.clicked.connect(self.begin_asked)
        self._count = plain_label("small")
        self.take_list = button(
            words, Text("{verb} {key}", verb=Text("Take in a list…"), key="Ctrl+I"), "status"
        )
        self.take_list.clicked.connect(self.list_asked)
        self._nothing = empty_state(words, _NOTHING_YET)
        self.verbs = self._make_verbs(begin)
        self._lay_out()

    # ------------------------------------------------------------ what the page calls

    def reload(self) -> None:
        """Read again what matches; the cursor stays on its record."""
        before, model = self.list.chosen(), self.model
        model.ask(self.query)
        self.list.choose(before)
        found = Text("Found: {n}", n=model.total)
        more = Text("Found: more than {n}", n=model.total)
        self._words.say(self._count.setText, found if model.counted else more)
        self._words.say(self._nothing.setText, _NOTHING_YET if self.query == Query() else _NOTHING_FOUND)
        self._stack.setCurrentIndex(0 if model.total else 1)
        self.setFocusProxy(self.list if model.total else self.search)
        self._show_many()

    def only_for(self, *, reading: bool, taking_in: bool) -> None:
        """What this list is not for is not offered. reading: nothing is begun or deleted in it."""
        self._read_only = reading
        self.begin.setVisible(not reading)
        self.take_list.setVisible(taking_in)
        for action, there in ((self._begin, not reading), (self._take_in, taking_in)):
            action.setEnabled(there)
            if not there:
                self.verbs.remove(action)
        self._show_many()

    def narrow(self, fields: Mapping[str, Any]) -> None:
        """Let through only records that fit these fields of the query."""
        self.query = replace(self.query, **fields)
        if not self._taking:
            self.reload()

    def remembered(self, kept: str) -> None:
        """Take back what `kept` brought at another time."""
        found = json.loads(kept) if kept else {}
        self.filters.fill(found.get("filters", ()))
        self.list.hide_columns(found.get("hidden", ()))

    def _look_for(self, letter: str) -> None:
        self.search.setFocus()
        self.search.end(False)
        self.search.insert(letter)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if not self.search.settle():
                    self._search()
                    self.setFocus()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.begin_anew()
                return True
        return super().eventFilter(watched, event)

    # ------------------------------------------------------------ within

    def _search(self) -> None:
        self._later.stop()
        typed = self.search.text().strip()
        if typed != self.query.text:
            self.query = replace(self.query, text=typed)
            self.reload()

    def _sort(self, at: int) -> None:
        """By a column: once for its order, again for the other way, a third time for the usual order."""
        columns = self.model.columns[at].sort
        column = columns[0 if self._words.hindi else -1] if columns else ""
        if not column or self.query.text:
            return
        header = self.list.horizontalHeader()
        if self.query.sort != column:
            self.query = replace(self.query, sort=column, backwards=False)
        elif not self.query.backwards:
            self.query = replace(self.query, backwards=True)
        else:
            self.query = replace(self.query, sort="", backwards=False)
        header.setSortIndicatorShown(bool(self.query.sort))
        order = Qt.SortOrder.DescendingOrder if self.query.backwards else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(at, order)
        self.reload()

    def also_for_chosen(
        self, called: Callable[[int], Text], key: str, do: Callable[[list[str]], object]
    ) -> None:
        """One more thing that can be done with all that are chosen: a button at the foot, and a key.

        called: what it is called, for so many. do: takes their ids. The key does it for a single one too.
        """
        more = button(self._words, called(0), "status")
        more.clicked.connect(lambda: do(self.list.chosen_all()))
        self._foot.insertWidget(self._foot.indexOf(self._many), more)
        self._more.append((more, called))
        self.verbs.append(verb(self._words, self, called(1), key, lambda: do(self.list.chosen_all())))
        self._show_many()

    def _show_many(self) -> None:
        """What can be done with all that are chosen."""
        chosen = len(self.list.selectionModel().selectedRows())
        for more, of in self._more:
            self._words.say(more.setText, of(chosen))
            more.setVisible(chosen > 1 and not self.query.deleted)
        verb = Text("Bring back: {n}", n=chosen) if self.query.deleted else Text("Delete: {n}", n=chosen)
        self._words.say(self._many.setText, verb)
        self._many.setVisible(not self._read_only and (chosen > 1 or (chosen == 1 and self.query.deleted)))
        self._delete.setEnabled(not self._read_only and chosen > 0 and not self.query.deleted)
        self._restore.setEnabled(not self._read_only and chosen > 0 and self.query.deleted)
        self._show_deleted.setEnabled(not self.query.deleted)

    def _ask_many(self) -> None:
        asked = self.restore_asked if self.query.deleted else self.delete_asked
        asked.emit(self.list.chosen_all())

    def _state(self) -> dict[str, str]:
        """The filter as it stands: what is typed and the state of each chip."""
        self.search.settle()
        found = {"text": self.search.text().strip()}
        found |= {name: chip.state for name, chip in self.chips.items()}
        return {name: state for name, state in found.items() if state}

    def _take(self, state: Mapping[str, str]) -> None:
        self._taking = True
        for name, chip in self.chips.items():
            chip.choose(state.get(name, ""))
        self._taking = False
        self.search.setText(state.get("text", ""))
        self._later.stop()
        self.query = replace(self.query, text=state.get("text", ""))
        self.reload()

    def _say(self, state: Mapping[str, str]) -> str:
        render = self._words.render
        said = [render(said) for name, chip in self.chips.items() if (said := chip.said(state.get(name, "")))]
        return " · ".join([*([f"'{state['text']}'"] if "text" in state else []), *said])

    def _keep(self) -> None:
        """As it was typed: behind escapes the number guard would see no digits of other scripts."""
        kept = {"filters": self.filters.states, "hidden": self.list.hidden()}
        self.kept.emit(json.dumps(kept, ensure_ascii=False))

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(HeadRow(self.search, *self.chips.values(), self.filters, self.begin))
        layout.addWidget(self._stack, 1)
        foot = self._foot = QHBoxLayout()
        foot.addWidget(self._count, 1)
        foot.addWidget(self._many)
        foot.addWidget(self.take_list)
        layout.addLayout(foot)
        self.setFocusProxy(self.search)

    def _make_verbs(self, begin: Text) -> list[QAction]:
        def made(text: Text, key: str, do: Callable[[], object]) -> QAction:
            return verb(self._words, self, text, key, do)

        self._begin = made(begin, "Ctrl+N", self.begin_asked.emit)
        self._take_in = made(Text("Take in a list…"), "Ctrl+I", self.list_asked.emit)
        self._delete = made(Text("Delete"), "Del", self._ask_many)
        self._restore = made(Text("Bring back"), "", self._ask_many)
        self._show_deleted = made(Text("Show what was deleted"), "", self.chips["deleted"].click)
        search = made(Text("Search"), "/", self.search.setFocus)
        every = made(Text("Choose all that match"), "Ctrl+A", self.list.choose_all)
        return [self._begin, self._take_in, search, every, self._delete, self._restore, self._show_deleted]
