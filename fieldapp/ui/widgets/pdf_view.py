"""Shows a PDF inside the window: the list of its pages on the left, one page on the right.

Page Up and Page Down turn the pages, Home and End go to the first and the last, + and - change the size,
0 fits the whole page into the window, Space scrolls on.
"""

import ctypes
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QScrollArea, QWidget

from fieldapp.domain.text import Text
from fieldapp.services.pictures import pdfium
from fieldapp.ui.theme import current
from fieldapp.ui.words import Words

ZOOMS = (50, 75, 100, 125, 150, 200, 300)
"""Sizes in per cent of the paper's own."""

_READABLE, _WHOLE = -1, 0
"""What a size may be instead: the whole page while it can be read, else its width; or the whole page."""

_SMALLEST_READABLE = 0.6

_LIST_WIDTH = 104
_THUMBNAIL = 76
_POINTS_AN_INCH = 72
_DOTS_AN_INCH = 96
_MARGIN = 10


class PdfPages:
    """The pages of a PDF, counted from 0, as pictures; may be asked from any thread."""

    def __init__(self, content: bytes) -> None:
        import pypdfium2  # late: the window starts without it

        with pdfium:
            self._document: Any = pypdfium2.PdfDocument(content)
            self.count = len(self._document)

    def size(self, number: int) -> tuple[float, float]:
        """Width and height in points, 1/72 inch."""
        with pdfium:
            width, height = self._document.get_page_size(number)
        return float(width), float(height)

    def image(self, number: int, scale: float) -> QImage:
        """The page as a picture; scale: pixels a point."""
        with pdfium:
            page = self._document[number]
            drawn = page.render(scale=scale, prefer_bgrx=True)
            page.close()
            pixels = ctypes.string_at(drawn.buffer, drawn.stride * drawn.height)
        picture = QImage(pixels, drawn.width, drawn.height, drawn.stride, QImage.Format.Format_RGB32)
        return picture.copy()  # its own pixels: `pixels` goes away

    def close(self) -> None:
        """Let go of the PDF."""
        with pdfium:
            self._document.close()


class PdfView(QWidget):
    """turned: another page or another size is shown."""

    turned = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._pages: PdfPages | None = None
        self._zoom = _READABLE
        self._drawn: tuple[int, float] = (-1, 0)
        self.list = QListWidget()
        self.list.setProperty("look", "pages")
        self.list.setFixedWidth(current().px(_LIST_WIDTH))
        self.list.setIconSize(QSize(_THUMBNAIL, _THUMBNAIL))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._turn)
        words.say(self.list.setAccessibleName, Text("Pages"))
        self._paper = QLabel()
        self._paper.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.room = QScrollArea()
        self.room.setFrameShape(QFrame.Shape.NoFrame)
        self.room.setWidgetResizable(True)
        self.room.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.room.setWidget(self._paper)
        self.list.installEventFilter(self)
        self.room.installEventFilter(self)
        self.setFocusProxy(self.list)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.list)
        row.addWidget(self.room, 1)
        self._thumbnails = QTimer(self)
        self._thumbnails.setInterval(0)
        self._thumbnails.timeout.connect(self._next_thumbnail)
        self._due: list[int] = []
        if (app := QCoreApplication.instance()) is not None:
            app.aboutToQuit.connect(self.put_away)

    def show_pdf(self, content: bytes) -> None:
        """Show the first page of a PDF."""
        self.put_away()
        self._pages = PdfPages(content)
        for number in range(self._pages.count):
            item = QListWidgetItem(str(number + 1))
            item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            self.list.addItem(item)
        self._due = list(range(self._pages.count))
        self._thumbnails.start()
        self.list.setCurrentRow(0)

    def put_away(self) -> None:
        """Show nothing, and keep nothing."""
        self._thumbnails.stop()
        pages, self._pages = self._pages, None
        self.list.clear()
        self._paper.clear()
        self._drawn = (-1, 0)
        if pages is not None:
            pages.close()

    @property
    def pages(self) -> PdfPages | None:
        """The PDF that is shown."""
        return self._pages

    @property
    def number(self) -> int:
        """The page that is shown, counted from 0; -1 for none."""
        return self.list.currentRow() if self._pages is not None else -1

    @property
    def zoom(self) -> int:
        """The size in per cent of the paper's own."""
        return round(self._scale() * 100 * _POINTS_AN_INCH / _DOTS_AN_INCH) if self.number >= 0 else 100

    def go_to(self, number: int) -> None:
        """Show a page, or the nearest one there is."""
        self.list.setCurrentRow(max(0, min(number, self.list.count() - 1)))

    def larger(self) -> None:
        """The next larger size."""
        now = self.zoom
        self._set_zoom(next((one for one in ZOOMS if one > now), ZOOMS[-1]))

    def smaller(self) -> None:
        """The next smaller size."""
        now = self.zoom
        self._set_zoom(next((one for one in reversed(ZOOMS) if one < now), ZOOMS[0]))

    def fit(self) -> None:
        """Show the whole page, whatever the size of the window."""
        self._set_zoom(_WHOLE)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            move = {
                Qt.Key.Key_PageDown: lambda: self.go_to(self.number + 1),
                Qt.Key.Key_PageUp: lambda: self.go_to(self.number - 1),
                Qt.Key.Key_Home: lambda: self.go_to(0),
                Qt.Key.Key_End: lambda: self.go_to(self.list.count() - 1),
                Qt.Key.Key_Plus: self.larger,
                Qt.Key.Key_Equal: self.larger,
                Qt.Key.Key_Minus: self.smaller,
                Qt.Key.Key_0: self.fit,
                Qt.Key.Key_Space: self._scroll_on,
            }.get(Qt.Key(event.key()))
            if move is not None and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                move()
                return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def _scroll_on(self) -> None:
        bar = self.room.verticalScrollBar()
        bar.setValue(bar.value() + bar.pageStep())

    def _turn(self, _row: int) -> None:
        self._draw()
        self.room.verticalScrollBar().setValue(0)
        self.turned.emit()

    def _set_zoom(self, zoom: int) -> None:
        self._zoom = zoom
        self._draw()
        self.turned.emit()

    def _scale(self) -> float:
        """Logical pixels a point."""
        if self._zoom > 0 or self._pages is None:
            return (self._zoom if self._zoom > 0 else 100) / 100 * _DOTS_AN_INCH / _POINTS_AN_INCH
        width, height = self._pages.size(self.number)
        room = self.room.maximumViewportSize()
        across = (room.width() - _MARGIN - self.room.verticalScrollBar().sizeHint().width()) / width
        whole = max(0.1, min((room.width() - _MARGIN) / width, (room.height() - _MARGIN) / height))
        if self._zoom == _WHOLE or whole >= _SMALLEST_READABLE:
            return whole
        return max(whole, min(across, _DOTS_AN_INCH / _POINTS_AN_INCH))

    def _draw(self) -> None:
        number = self.number
        if self._pages is None or number < 0:
            return
        ratio = self.devicePixelRatioF()
        scale = self._scale() * ratio
        if (number, scale) == self._drawn:
            return
        self._drawn = (number, scale)
        picture = QPixmap.fromImage(self._pages.image(number, scale))
        picture.setDevicePixelRatio(ratio)
        self._paper.setPixmap(picture)
        said = self._words.render(Text("Page {n} of {m}", n=number + 1, m=self._pages.count))
        self._paper.setAccessibleName(said)

    def _next_thumbnail(self) -> None:
        if not self._due or self._pages is None:
            self._thumbnails.stop()
            return
        number = self._due.pop(0)
        width, height = self._pages.size(number)
        ratio = self.devicePixelRatioF()
        side = round(_THUMBNAIL * ratio)
        # Drawn larger and made small: at this size PDFium paints every hairline black.
        drawn = self._pages.image(number, 4 * side / max(width, height))
        picture = QPixmap.fromImage(
            drawn.scaled(
                side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        )
        picture.setDevicePixelRatio(ratio)
        self.list.item(number).setIcon(QIcon(picture))
