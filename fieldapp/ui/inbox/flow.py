"""Layouts that follow the room there is: rows that go on in a further line, and a list beside its detail."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QSplitter, QWidget

from fieldapp.ui.theme import current


class Flow(QLayout):
    """Widgets from the left, each as large as it wishes; hidden ones take no room."""

    def __init__(self, *widgets: QWidget, gap: int = 6) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max((place.bottom() + 1 for _, place in self._places(QRect(0, 0, width, 0))), default=0)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        for item, place in self._places(rect):
            item.setGeometry(place)

    def sizeHint(self) -> QSize:
        sizes = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() + self._gap for size in sizes)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        sizes = [item.sizeHint() for item in self._items if not item.isEmpty()]
        return QSize(
            max((size.width() for size in sizes), default=0),
            max((size.height() for size in sizes), default=0),
        )

    def _places(self, rect: QRect) -> list[tuple[QLayoutItem, QRect]]:
        """Where each item comes to lie."""
        at, line, places = rect.topLeft(), 0, []
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if at.x() > rect.x() and at.x() + size.width() > rect.right() + 1:
                at, line = QPoint(rect.x(), at.y() + line + self._gap), 0
            places.append((item, QRect(at, size)))
            at = QPoint(at.x() + size.width() + self._gap, at.y())
            line = max(line, size.height())
        return places


class SideBySide(QSplitter):
    """A list and what is chosen in it: beside each other, or below each other where there is little room."""

    _STACKED_BELOW = 640
    _LEAST_HEIGHT = 180
    _SHARES = (3000, 2000)

    def __init__(self, listing: QWidget, chosen: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setChildrenCollapsible(False)
        for one in (listing, chosen):
            one.setMinimumHeight(current().px(self._LEAST_HEIGHT))
            self.addWidget(one)
        self.setSizes(self._SHARES)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < current().px(self._STACKED_BELOW)
        way = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if way != self.orientation():
            self.setOrientation(way)
            self.setSizes(self._SHARES)
        super().resizeEvent(event)
