"""One batch: where its files are, and what can be said of it: copied to a stick, handed over, lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fieldapp.domain.results import RESULTS
from fieldapp.domain.text import Text
from fieldapp.language import INDIA
from fieldapp.ui.sync.sticks import sticks
from fieldapp.ui.sync.words import size
from fieldapp.ui.widgets.flow import FlowRow
from fieldapp.ui.widgets.parts_of_a_page import Card, button, plain_label
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words

if TYPE_CHECKING:
    from fieldapp.sync.batches import Batch

_DONE = ("RECEIVED", "REPLACED")
"""States in which nothing is left to be done with a batch."""

_MOST_NAMES = 3
"""How many files are named; 'Open folder' shows them all."""


class BatchCard(Card):
    """copy_asked: a folder, or None to ask for one. handed_over: to whom. lost: it was reported lost.

    chit_asked: the paper for whoever carries it. note_asked: the line to read out or send.
    """

    copy_asked = Signal(object)
    handed_over = Signal(str)
    lost = Signal()
    chit_asked = Signal()
    note_asked = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._stick: Path | None = None
        self.batch: Batch | None = None
        self.title, self.detail, self.files = plain_label("section"), plain_label(), plain_label("small")
        self.reason = plain_label("hint")
        self.to_stick = button(words, Text("Copy to the stick"), "primary")
        self.to_folder = button(words, Text("Copy to a folder…"))
        self.open_folder = button(words, Text("Open folder"), "flat")
        self.whom = LineEdit()
        words.say(self.whom.setPlaceholderText, Text("Who takes it along?"))
        words.say(self.whom.setAccessibleName, Text("Handed over to"))
        self.hand_over = button(words, Text("Handed over"))
        self.is_lost = button(words, Text("Lost"), "flat")
        words.say(self.is_lost.setToolTip, Text("Its records go again with the next sync file"))
        self.chit = button(words, Text("Carrier's chit"))
        self.note = button(words, Text("Advance note"))
        words.say(self.note.setToolTip, Text("One line to read out or to send by SMS; copied at once"))
        self.line = plain_label("small")
        self.line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.chit.clicked.connect(self.chit_asked)
        self.note.clicked.connect(self.note_asked)
        self.to_stick.clicked.connect(lambda _checked: self.copy_asked.emit(self._stick))
        self.to_folder.clicked.connect(lambda _checked: self.copy_asked.emit(None))
        self.open_folder.clicked.connect(self._show_folder)
        self.whom.returnPressed.connect(self._hand_over)
        self.hand_over.clicked.connect(self._hand_over)
        self.is_lost.clicked.connect(self.lost)
        self._lay_out()

    def put(self, batch: "Batch | None") -> None:
        """Show a batch, or nothing."""
        another = batch is None or self.batch is None or batch.number != self.batch.number
        self.batch = batch
        self.setVisible(batch is not None)
        if another:
            self.whom.clear()
            self.tell_note("")
        self.look_for_sticks()
        self.say()

    def look_for_sticks(self) -> None:
        """Offer the stick that is in the computer; with none or several, only a choice of folders."""
        found = sticks()
        self._stick = found[0] if len(found) == 1 else None
        self.to_stick.setVisible(self._stick is not None and self._has_files)
        if self._stick is not None:
            self._words.say(self.to_stick.setText, Text("Copy to {stick}", stick=self._stick.name or "USB"))

    def tell_note(self, note: str) -> None:
        """Show the advance note; it is in the clipboard."""
        self.line.setText(note)
        self.line.setVisible(bool(note))
        if note:
            QGuiApplication.clipboard().setText(note)

    def set_ready(self, *, ready: bool) -> None:
        """While files are being copied nothing can be pressed."""
        for widget in (self.to_stick, self.to_folder, self.hand_over, self.whom, self.is_lost):
            widget.setEnabled(ready)

    @property
    def _has_files(self) -> bool:
        """Whether it can be copied: a batch that was received long ago, or replaced, lies here no more."""
        batch = self.batch
        return batch is not None and (
            batch.state not in _DONE or all(part.path.is_file() for part in batch.parts)
        )

    def say(self) -> None:
        """All of it in the language spoken now."""
        batch, words = self.batch, self._words
        if batch is None:
            return
        self.title.setText(words.render(Text("Batch {n}", n=batch.number)))
        day = words.language.date(batch.state_at.astimezone(INDIA).date())
        self.detail.setText(" · ".join(map(words.render, _said_of(batch, day))))
        gone = words.render(Text("Its file is no longer kept here; head office has it."))
        names = [part.path.name for part in batch.parts]
        more = [words.render(Text("and {n} more", n=len(names) - _MOST_NAMES))] if names[_MOST_NAMES:] else []
        self.files.setText("\n".join([*names[:_MOST_NAMES], *more]) if self._has_files else gone)
        self.files.setVisible(batch.state != "REPLACED")
        self.to_folder.setVisible(self._has_files)
        self.open_folder.setVisible(self._has_files)
        said = _why(batch)
        self.reason.setVisible(said is not None)
        if said is not None:
            self.reason.setText("\n".join(map(words.render, said)))
        done = batch.state in _DONE
        for widget in (self.whom, self.hand_over, self.chit):
            widget.setHidden(done)
        self.is_lost.setHidden(done or batch.state == "LOST")
        self.note.setHidden(done or batch.chosen)

    def _lay_out(self) -> None:
        people = QHBoxLayout()
        copies = FlowRow(self.to_stick, self.to_folder, self.open_folder, self.chit, self.note)
        people.addWidget(self.whom, 1)
        people.addWidget(self.hand_over)
        people.addWidget(self.is_lost)
        for label in (self.title, self.detail, self.reason, self.files):
            self.body.addWidget(label)
        self.body.addSpacing(4)
        self.body.addWidget(copies)
        self.body.addWidget(self.line)
        self.body.addLayout(people)

    def _hand_over(self) -> None:
        self.handed_over.emit(" ".join(self.whom.text().split()))

    def _show_folder(self) -> None:
        if self.batch is not None and self.batch.parts:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.batch.parts[0].path.parent)))


def _said_of(batch: "Batch", day: str) -> Iterator[Text | str]:
    """Where it is and since when, and how much it is. day: of its state."""
    yield type(batch.state).words(batch.state)
    if batch.note and batch.state == "HANDED_OVER":
        yield Text("to {whom}", whom=batch.note)
    yield day
    yield Text("records: {n}", n=batch.records)
    if len(batch.parts) > 1:
        yield Text("files: {n}", n=len(batch.parts))
    yield size(sum(part.size for part in batch.parts))
    if batch.chosen and batch.records:  # a block office may only say who it is
        yield Text("a part")
    if batch.full:
        yield Text("everything once more")


def _why(batch: "Batch") -> tuple[Text, Text] | None:
    """Why head office did not take a batch, or took it out again; or why its file is not here."""
    if batch.state == "REPLACED":
        return (
            Text("Somebody was erased, so its file is not kept here any more."),
            Text("Nothing is missing: the sync file made after it carries its records."),
        )
    if batch.state == "WITHDRAWN":
        return RESULTS["withdrawn"].said(reason=batch.note)
    reason = RESULTS.get(batch.note) if batch.state == "ATTENTION" else None
    return reason.said() if reason is not None and not reason.names() else None
