"""The program's own line icons (resources/icons), drawn in any colour and size.

They stand for signs the font lacks, and beside words, never instead of them.
"""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from fieldapp.resources import resource

_DRAWN_IN = b"#000"


@cache
def picture(name: str, colour: str, side: int, ratio: float = 1.0) -> QPixmap:
    """The icon as a square picture. side: logical pixels; ratio: device pixels to a logical one.

    Raises FileNotFoundError for a name that is not in resources/icons.
    """
    drawing = resource("icons", f"{name}.svg").read_bytes().replace(_DRAWN_IN, QColor(colour).name().encode())
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap


def icon(name: str, colour: str, side: int) -> QIcon:
    """The icon for a button, as sharp as the sharpest screen there is."""
    return QIcon(picture(name, colour, side, _app().devicePixelRatio()))


def _app() -> QGuiApplication:
    app = QGuiApplication.instance()
    if not isinstance(app, QGuiApplication):
        raise TypeError("icons need an application with a screen")
    return app
