"""What follows the room there is: a row that goes on in a further line, and a list beside its detail."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QSplitter, QWidget

from fieldapp.ui.theme import current

_NO_LIMIT = (1 << 24) - 1
_MOVES = frozenset({QEvent.Type.ShowToParent, QEvent.Type.HideToParent})


class FlowRow(QWidget):
    """Widgets from the left, each as large as it wishes; hidden ones take no room.

    It is no QLayout: one written in Python is asked for items that Qt has deleted, and the program dies.
    """

    def __init__(self, *widgets: QWidget, gap: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gap = gap
        self._widgets: list[QWidget] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for widget in widgets:
            self.add(widget)

    def add(self, widget: QWidget) -> None:
        """Put one more widget at the end."""
        hidden = widget.isHidden() and widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
        widget.setParent(self)
        widget.setVisible(not hidden)
        widget.installEventFilter(self)
        self._widgets.append(widget)
        self._arrange()

    def take(self, widget: QWidget) -> None:
        """Take a widget out and throw it away."""
        self._widgets.remove(widget)
        widget.removeEventFilter(self)
        widget.hide()
        widget.deleteLater()
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._arrange()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        self._arrange()  # nobody says so while it is hidden
        super().showEvent(event)

    def _arrange(self) -> None:
        places = self._places(max(self.width(), 1))
        for widget, place in places:
            widget.setGeometry(place)
        height = max((place.bottom() + 1 for _, place in places), default=0)
        if height != self.minimumHeight():
            self.setFixedHeight(height)

    def _places(self, width: int) -> list[tuple[QWidget, QRect]]:
        """Where each widget comes to lie: those of a line with their middles at one height."""
        at, lines = QPoint(0, 0), [list[tuple[QWidget, QRect]]()]
        for widget in self._widgets:
            if widget.isHidden():
                continue
            size = widget.sizeHint().expandedTo(widget.minimumSize()).boundedTo(widget.maximumSize())
            if at.x() > 0 and at.x() + size.width() > width:
                at = QPoint(0, at.y() + _height(lines[-1]) + self._gap)
                lines.append([])
            lines[-1].append((widget, QRect(at, size)))
            at = QPoint(at.x() + size.width() + self._gap, at.y())
        return [
            (widget, place.translated(0, (_height(line) - place.height()) // 2))
            for line in lines
            for widget, place in line
        ]


def _height(line: list[tuple[QWidget, QRect]]) -> int:
    return max((place.height() for _, place in line), default=0)


class HeadRow(FlowRow):
    """What is known or looked for, and verbs on its right; below it where there is little room."""

    def __init__(
        self, first: QWidget, *verbs: QWidget, least: int = 220, parent: QWidget | None = None
    ) -> None:
        """first gets the room that the verbs leave, at least so much in logical pixels at 100 %."""
        self._first, self._least = first, least
        super().__init__(*verbs, parent=parent)
        first.setParent(self)
        first.show()
        first.installEventFilter(self)

    def _places(self, width: int) -> list[tuple[QWidget, QRect]]:
        line = super()._places(_NO_LIMIT)
        wished = line[-1][1].right() + 1 + self._gap if line else 0
        beside = wished + current().px(self._least) <= width
        room = width - wished if beside else width
        wraps = self._first.hasHeightForWidth()  # its sizeHint is for a narrower shape of its own choosing
        height = self._first.heightForWidth(room) if wraps else self._first.sizeHint().height()
        verbs = line if beside else super()._places(width)
        if beside:
            # Room for two lines from the start: a second one moves nothing below.
            two_lines = 2 * self._first.fontMetrics().lineSpacing() if wraps else 0
            height = max([height, two_lines, *(place.height() for _, place in verbs)])
        offset = QPoint(room, 0) if beside else QPoint(0, height + self._gap)
        first = QRect(0, 0, room - self._gap if beside and verbs else room, height)
        return [(self._first, first), *((verb, place.translated(offset)) for verb, place in verbs)]


class SideBySide(QSplitter):
    """A list and what is chosen in it: beside each other, or below each other where there is little room."""

    _STACKED_BELOW = 640
    _LEAST_HEIGHT = 180

    def __init__(
        self,
        listing: QWidget,
        chosen: QWidget,
        parent: QWidget | None = None,
        *,
        shares: tuple[int, int] = (3000, 2000),
    ) -> None:
        """shares: how the two divide what there is, in thousands and more, until somebody moves the line."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._shares = shares
        self.setChildrenCollapsible(False)
        for one in (listing, chosen):
            one.setMinimumHeight(current().px(self._LEAST_HEIGHT))
            self.addWidget(one)
        self.setSizes(self._shares)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < current().px(self._STACKED_BELOW)
        way = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if way != self.orientation():
            self.setOrientation(way)
            self.setSizes(self._shares)
        super().resizeEvent(event)
