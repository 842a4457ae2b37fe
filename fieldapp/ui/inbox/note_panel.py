"""Asks for an advance note, and says what it tells if it is genuine, and whether its batch has come."""

from collections.abc import Iterator

from PySide6.QtCore import Signal

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.text import Text
from fieldapp.storage.state import Centre
from fieldapp.sync.advance_note import Noted
from fieldapp.ui.inbox.centre_words import called
from fieldapp.ui.inbox.dialog import Panel
from fieldapp.ui.widgets.parts_of_a_page import plain_label, said_label
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words


class NotePanel(Panel):
    """asked: a note as it was typed. An answer goes as soon as the line is another one."""

    asked = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__(words, Text("Advance note"), Text("Check the note"))
        self._noted: Noted | None = None
        self._centre: Centre | None = None
        self.line = LineEdit()
        self.line.setPlaceholderText("FIELDAPP …")
        self.told, self.lines = plain_label("section"), plain_label()
        about = Text("Paste the line that a centre sent by SMS, or type it as it is read out.")
        self.rows.addWidget(said_label(words, about))
        self.add(Text("Line of the note"), self.line, self.line)
        for label in (self.told, self.lines):
            self.rows.addWidget(label)
        words.say(self.back.setText, Text("Close"))
        self.line.textChanged.connect(lambda _typed: self.refuse(None))
        self.line.returnPressed.connect(self._ask)
        self.go.clicked.connect(self._ask)
        self.say()

    def begin(self) -> None:
        """Empty, with the cursor in the line."""
        self.line.clear()
        self.refuse(None)
        self.line.setFocus()

    def tell(self, noted: Noted, centre: Centre | None) -> None:
        """Show what a genuine note says. centre: whose it is."""
        super().refuse(None)
        self._noted, self._centre = noted, centre
        self.say()
        self.line.selectAll()  # the next one takes its place; what was refused is to be corrected

    def refuse(self, error: FieldAppError | None) -> None:
        self._noted = None
        super().refuse(error)

    def say(self) -> None:
        super().say()
        noted, render = self._noted, self.words.render
        for label in (self.told, self.lines):
            label.setVisible(noted is not None)
        if noted is not None:
            self.told.setText(render(Text("The note is genuine.")))
            whose = f"{noted.csc_id}-{noted.letter}"
            name = called(self._centre, self.words) if self._centre is not None else ""
            lines = (" · ".join(filter(None, (name, whose))), *map(render, _said(noted)))
            self.lines.setText("\n".join(lines))

    def _ask(self) -> None:
        self.line.setFocus()
        self.asked.emit(self.line.text())


def _said(noted: Noted) -> Iterator[Text]:
    """What is on its way, and what of it is here."""
    yield Text("Batch {n}", n=noted.batch)
    yield Text(
        "Files {files} · records {records} · sessions {sessions} · photographs {pictures}",
        files=noted.files,
        records=noted.records,
        sessions=noted.sessions,
        pictures=noted.pictures,
    )
    if noted.arrived >= noted.files:
        yield Text("This batch has come and is imported.")
        return
    if noted.arrived:
        yield Text("Files imported so far: {n}", n=noted.arrived)
    if noted.waiting:
        yield Text("Files that are here, not imported yet: {n}", n=noted.waiting)
    if not noted.arrived and not noted.waiting:
        yield Text("Nothing of this batch has come yet.")
