"""Before a list is chosen: choose one, or save an empty one to fill in."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.text import Text
from fieldapp.ui.widgets.parts_of_a_page import big_button, button, plain_label, said_label
from fieldapp.ui.words import Words


class StartStep(QWidget):
    """choose, blank: its two buttons. said: what came of it."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choose = big_button(words, Text("Choose a list…"))
        self.blank = button(words, Text("Save an empty list to fill in…"))
        self.said = plain_label("muted")
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addStretch(1)
        layout.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.blank, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (
            said_label(
                words,
                Text(
                    "CSV and XLSX, with a row of headings. Nothing is written before you have seen every row."
                ),
                "muted",
            ),
            self.said,
        ):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        layout.addStretch(2)
