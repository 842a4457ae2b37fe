"""A button whose words go on in a second line where there is little room; a plain one cuts them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget


class WordButton(QPushButton):
    """Give it words with `setText` and a sign with `set_sign`; further lines go into `lines`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign, self._label = QLabel(), QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        for label in (self._sign, self._label):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._sign.hide()
        self.lines = QVBoxLayout()
        self.lines.setSpacing(0)
        self.lines.addWidget(self._label)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        row.setSpacing(6)
        row.addWidget(self._sign)
        row.addLayout(self.lines, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def setText(self, text: str) -> None:
        self._label.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def text(self) -> str:
        return self._label.text()

    def set_sign(self, picture: QPixmap) -> None:
        """The picture before the words."""
        self._sign.setPixmap(picture)
        self._sign.show()

    def sizeHint(self) -> QSize:
        width = self._label.fontMetrics().horizontalAdvance(self.text()) + self._sign.sizeHint().width() + 24
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._label.minimumSizeHint().width(), self._label.fontMetrics().height() + 4)
