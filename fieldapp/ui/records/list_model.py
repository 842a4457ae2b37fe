"""A list of records, read page by page as somebody scrolls on; always by key, never by counting rows off."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from fieldapp.domain.fields import Field, Kind, fields
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.domain.text import Text
from fieldapp.services.records import ActivityFigures, Cursor, Held, Page, Query, SyncState
from fieldapp.ui.records.values import shown
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.icons import icon
from fieldapp.ui.words import Words

Index = QModelIndex | QPersistentModelIndex
Fetch = Callable[[Query, Cursor | None], Page[Any]]
Says = Callable[[Held[Any], ActivityFigures, Words], str]

# Comparing a role with an enum costs more than all the rest of data().
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_DECORATION = int(Qt.ItemDataRole.DecorationRole)
_FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_HORIZONTAL = Qt.Orientation.Horizontal
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_CENTRED = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
_NOWHERE = QModelIndex()
_NO_FIGURES = ActivityFigures()


@dataclass(frozen=True)
class ListColumn:
    """width: logical pixels at 100 %; stretch: its share of the room left over; says: the words in a row.

    tip: what is said beside the mouse, where there is more to say than may have room.
    sort: the columns of the table it can be sorted by, in Hindi the first and in English the last.
    """

    heading: Text
    says: Says
    width: int
    stretch: int = 0
    figure: bool = False
    is_state: bool = False
    tip: Says | None = None
    sort: tuple[str, ...] = ()


def field_column(one: Field) -> ListColumn:
    """The column of a field, as wide as its kind needs."""
    width, stretch = _WIDTHS.get(one.kind, (110, 1))
    return ListColumn(
        Text(one.heading),
        lambda held, _figures, words: shown(one, getattr(held.record, one.name), words),
        width,
        stretch,
        one.kind in (Kind.WHOLE, Kind.MONEY),
        sort=tuple(f"{one.name}{end}" for end in _SORTED_BY.get(one.kind, ())),
    )


def sync_column() -> ListColumn:
    """Where the newest state of the record is: in words, with a sign."""
    return ListColumn(
        Text("Sync"),
        lambda held, _figures, words: words.render(SyncState.words(held.state)),
        144,
        is_state=True,
    )


def columns_of(type_word: str, where: ListColumn) -> tuple[ListColumn, ...]:
    """The columns of a record type: the fields declared for lists, and where the record is."""
    listed = [one for one in fields(RECORD_TYPES[type_word]) if one.in_list and one.kind is not Kind.PARTS]
    return (*(field_column(one) for one in listed), where)


_WIDTHS = {
    Kind.NAME: (120, 3),
    Kind.PLACE: (90, 2),
    Kind.TEXT: (90, 2),
    Kind.DATE: (84, 0),
    Kind.WHOLE: (70, 0),
    Kind.FRACTION: (80, 0),
}
_SORTED_BY = {
    Kind.TEXT: ("",),
    Kind.CODE: ("",),
    Kind.WHOLE: ("",),
    Kind.DATE: ("",),
    Kind.NAME: ("_hi", "_en"),
    Kind.PLACE: ("_words",),
}
_MOST_CHOSEN = 2000
_SIGNS = {
    SyncState.NOT_PACKED: ("file", "amber"),
    SyncState.PACKED: ("sync", "muted"),
    SyncState.RECEIVED: ("check", "accent"),
    SyncState.ATTENTION: ("alert", "red"),
    SyncState.COPY: ("inbox", "muted"),
}


class RecordListModel(QAbstractTableModel):
    """What matches a query, newest first. `total` counts all of it, also what has not been read yet."""

    def __init__(
        self, words: Words, columns: tuple[ListColumn, ...], fetch: Fetch, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._fetch = fetch
        self._query = Query()
        self._items: list[Held[Any]] = []
        self._figures: dict[str, ActivityFigures] = {}
        self._next: Cursor | None = None
        self._said: dict[tuple[int, int], str] = {}
        self.columns = columns
        self.total = 0
        self.counted = True
        words.changed.connect(self._say_again)

    def ask(self, query: Query) -> None:
        """Read the first page of what matches. As many pages as were read stay read for the same query."""
        wanted = len(self._items) if query == self._query else 0
        page = self._fetch(query, None)
        items, figures, following = list(page.items), dict(page.figures), page.next
        while following is not None and len(items) < wanted:
            more = self._fetch(query, following)
            items += more.items
            figures |= more.figures
            following = more.next
        self.beginResetModel()
        self._query, self._items, self._figures = query, items, figures
        self._next, self.total, self.counted = following, page.total, page.counted
        self._said.clear()
        self.endResetModel()

    def held(self, row: int) -> Held[Any]:
        """The record in a row, without its parts."""
        return self._items[row]

    def row_of(self, record_id: str) -> int | None:
        """The row of a record among those that were read."""
        return next((at for at, held in enumerate(self._items) if held.record.id == record_id), None)

    def read_on(self) -> None:
        """Read all that matches, but no more than can be done something with at once."""
        while self._next is not None and len(self._items) < _MOST_CHOSEN:
            self.fetchMore(_NOWHERE)

    # ------------------------------------------------------------ Qt's questions

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._items)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._next is not None

    def fetchMore(self, parent: Index) -> None:
        if parent.isValid() or self._next is None:
            return
        page = self._fetch(self._query, self._next)
        # Somebody who stands in several rosters may come again; one line is enough.
        known = {held.record.id for held in self._items}
        items = [held for held in page.items if held.record.id not in known]
        if items:
            first = len(self._items)
            self.beginInsertRows(_NOWHERE, first, first + len(items) - 1)
            self._items += items
            self._figures |= page.figures
            self.endInsertRows()
        self._next = page.next

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        row, column = index.row(), self.columns[index.column()]
        if role == _DISPLAY:
            return self._say(row, index.column())
        if role == _ALIGNMENT:
            return _CENTRED if column.figure else _LEFT
        if role == _TOOL_TIP and column.tip is not None:
            return column.tip(*self._asked(row))
        if role in (_DECORATION, _FOREGROUND) and column.is_state:
            name, tone = _SIGNS[self._items[row].state]
            colour = getattr(current().colours, tone)
            return icon(name, colour, current().px(14)) if role == _DECORATION else QColor(colour)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation == _HORIZONTAL and role == _DISPLAY:
            return self._words.render(self.columns[section].heading)
        if orientation == _HORIZONTAL and role == _ALIGNMENT:
            alignment = _CENTRED if self.columns[section].figure else _LEFT
            return alignment | Qt.TextFlag.TextWordWrap.value
        return None

    def _say(self, row: int, column: int) -> str:
        key = (row, column)
        if key not in self._said:
            self._said[key] = self.columns[column].says(*self._asked(row))
        return self._said[key]

    def _asked(self, row: int) -> tuple[Held[Any], ActivityFigures, Words]:
        held = self._items[row]
        return held, self._figures.get(held.record.id, _NO_FIGURES), self._words

    def _say_again(self) -> None:
        self._said.clear()
        self.headerDataChanged.emit(_HORIZONTAL, 0, len(self.columns) - 1)
        if self._items:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._items) - 1, len(self.columns) - 1))
