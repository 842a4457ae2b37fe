"""A button that is on or off, its words bold while it is on."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QPushButton


class ChipButton(QPushButton):
    """Wide enough for its words in bold, which the style does not reckon with."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "chip")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.toggled.connect(lambda _on: self.updateGeometry())

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if self.isChecked():
            bold = QFont(self.font())
            bold.setBold(True)
            wide, usual = (
                of.horizontalAdvance(self.text()) for of in (QFontMetrics(bold), self.fontMetrics())
            )
            hint.setWidth(hint.width() + max(0, wide - usual))
        return hint

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
