"""The list of records: a search line, chips that narrow it down, and the records that match."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
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

from fieldapp.domain.codes import Code
from fieldapp.domain.text import Text
from fieldapp.services.records import Query
from fieldapp.ui.records.list_model import Fetch, ListColumn, RecordListModel
from fieldapp.ui.theme import ROW_HEIGHT, current
from fieldapp.ui.widgets.parts_of_a_page import button, empty_state, plain_label
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words

_SEARCH_AFTER_MS = 120
_NOTHING_YET = Text("Nothing is here yet. Ctrl+N begins the first one.")
_NOTHING_FOUND = Text("Nothing matches. Clear the search or the chips above.")


@dataclass(frozen=True)
class Narrowing:
    """One chip: what it is about, the field of the query it fills, and the codes it offers."""

    label: Text
    name: str
    codes: type[Code]


class Chip(QPushButton):
    """Opens a menu of codes; says which one it lets through. chosen: the code, '' for all."""

    chosen = Signal(str)

    def __init__(self, words: Words, about: Narrowing) -> None:
        super().__init__()
        self._words, self._about = words, about
        self.setProperty("look", "chip")
        self.setCheckable(True)
        self.setAutoDefault(False)
        menu = QMenu(self)
        for code in ("", *about.codes):
            action = QAction(self)
            words.say(action.setText, about.codes.words(code) if code else Text("All"))
            action.triggered.connect(lambda _checked=False, code=code: self.choose(str(code)))
            menu.addAction(action)
        self.setMenu(menu)
        self.choose("")

    def choose(self, code: str) -> None:
        """Let only records with this code through."""
        self.setChecked(bool(code))
        said = Text("{what}: {code}", what=self._about.label, code=self._about.codes.words(code))
        self._words.say(self.setText, said if code else self._about.label)
        self.chosen.emit(code)


class RecordList(QTableView):
    """Rows to choose from: Enter or a double click opens one."""

    opened = Signal(str)

    def __init__(self, model: RecordListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.records = model
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(lambda index: self.opened.emit(model.held(index.row()).record.id))

    def chosen(self) -> str:
        """The id of the record the cursor is on, '' for none."""
        index = self.currentIndex()
        return self.records.held(index.row()).record.id if index.isValid() else ""

    def choose(self, record_id: str) -> None:
        """Put the cursor on a record, or on the first."""
        self.selectRow(self.records.row_of(record_id) or 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen():
            self.opened.emit(self.chosen())
        elif event.text() and event.text() in "/?":
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        theme, columns = current(), self.records.columns
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW_HEIGHT))
        widths = [theme.px(column.width) for column in columns]
        spare = max(0, self.viewport().width() - sum(widths))
        shares = sum(column.stretch for column in columns) or 1
        for at, column in enumerate(columns):
            self.setColumnWidth(at, widths[at] + spare * column.stretch // shares)


class RecordListPanel(QWidget):
    """opened: the id of the record somebody wants to see. begin_asked: a new one is wanted.

    list_asked: many are wanted, from a list in a file.
    """

    opened = Signal(str)
    begin_asked = Signal()
    list_asked = Signal()

    def __init__(
        self,
        words: Words,
        columns: tuple[ListColumn, ...],
        fetch: Fetch,
        narrowings: Sequence[Narrowing],
        begin: Text,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self.query = Query()
        self.model = RecordListModel(words, columns, fetch, self)
        self.list = RecordList(self.model)
        self.list.opened.connect(self.opened)
        self.search = LineEdit()
        self.search.setClearButtonEnabled(True)
        words.say(self.search.setPlaceholderText, Text("Search: name, number or place  ( / )"))
        words.say(self.search.setAccessibleName, Text("Search"))
        words.say(self.list.setAccessibleName, Text("What was found"))
        self.search.installEventFilter(self)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SEARCH_AFTER_MS)
        self._later.timeout.connect(self._search)
        self.search.textChanged.connect(lambda _typed: self._later.start())
        self.chips = {about.name: Chip(words, about) for about in narrowings}
        for name, chip in self.chips.items():
            chip.chosen.connect(lambda code, name=name: self.narrow(name, code))
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
        before = self.list.chosen()
        self.model.ask(self.query)
        self.list.choose(before)
        self._words.say(self._count.setText, Text("Found: {n}", n=self.model.total))
        self._words.say(self._nothing.setText, _NOTHING_YET if self.query == Query() else _NOTHING_FOUND)
        self._stack.setCurrentIndex(0 if self.model.total else 1)
        self.setFocusProxy(self.list if self.model.total else self.search)

    def narrow(self, name: str, code: str) -> None:
        """Let through only records whose query field `name` is this code."""
        chosen: dict[str, Any] = {name: code}
        self.query = replace(self.query, **chosen)
        self.reload()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._search()
                self.setFocus()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    # ------------------------------------------------------------ within

    def _search(self) -> None:
        self._later.stop()
        typed = self.search.text().strip()
        if typed != self.query.text:
            self.query = replace(self.query, text=typed)
            self.reload()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.search, 1)
        for chip in self.chips.values():
            head.addWidget(chip)
        head.addWidget(self.begin)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        foot = QHBoxLayout()
        foot.addWidget(self._count, 1)
        foot.addWidget(self.take_list)
        layout.addLayout(foot)
        self.setFocusProxy(self.search)

    def _make_verbs(self, begin: Text) -> list[QAction]:
        made = []
        for words, key, do in (
            (begin, "Ctrl+N", self.begin_asked.emit),
            (Text("Take in a list…"), "Ctrl+I", self.list_asked.emit),
            (Text("Search"), "/", self.search.setFocus),
        ):
            action = QAction(self)
            self._words.say(action.setText, words)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _checked=False, do=do: do())
            self.addAction(action)
            made.append(action)
        return made
