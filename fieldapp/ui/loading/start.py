"""Before a list is chosen: choose one, or save an empty one to fill in."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.blank_lists import FILE_NAME, blank_lists
from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.domain.text import Text
from fieldapp.ui.choosers import ask_where
from fieldapp.ui.widgets.parts_of_a_page import big_button, button, plain_label, said_label
from fieldapp.ui.words import Words


class StartStep(QWidget):
    """choose, blank: its two buttons. refused: why the empty list was not written, None when it was."""

    refused = Signal(object)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.choose = big_button(words, Text("Choose a list…"))
        self.blank = button(words, Text("Save an empty list to fill in…"))
        self.blank.clicked.connect(self._save_blank)
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

    def _save_blank(self) -> None:
        ask_where(self, self._words, Text("Save an empty list to fill in"), FILE_NAME, self._write_blank)

    def _write_blank(self, path: Path) -> None:
        try:
            path.write_bytes(blank_lists())
        except OSError:
            self.refused.emit(
                EnvironmentProblem(
                    Text("The file {name} cannot be written.", name=path.name),
                    Text("Choose another folder, or make room on the disk."),
                    "unwritable",
                )
            )
            return
        self.refused.emit(None)
        self.said.setText(self._words.render(Text("Saved: {name}", name=path.name)))
