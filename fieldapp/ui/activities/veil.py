"""What lies over an activity while its paper is counted, so that the count is blind."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QDialog, QFrame, QVBoxLayout, QWidget

from fieldapp.domain.text import Text
from fieldapp.ui.widgets.parts_of_a_page import said_label
from fieldapp.ui.words import Words


class Veil(QFrame):
    """Covers a widget, whatever its size, until a dialog over it is closed. The focus below stays."""

    def __init__(self, words: Words, over: QWidget, until: QDialog) -> None:
        super().__init__(over)
        self.setAutoFillBackground(True)
        told = said_label(words, Text("First count on the paper. After that the list shows again."))
        told.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.addWidget(told)
        over.installEventFilter(self)
        until.finished.connect(self.hide)
        until.finished.connect(self.deleteLater)
        self.setGeometry(over.rect())
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return super().eventFilter(watched, event)
