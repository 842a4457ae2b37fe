"""What an office says about a record that is another's: asks for a correction, accepts it or an answer."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.fields import Kind, fields
from fieldapp.domain.records import Decision
from fieldapp.domain.text import Text
from fieldapp.services.records import Saved
from fieldapp.ui.activities.asking import Answers, AskDialog, Asked, AskedLine
from fieldapp.ui.desk import Desk
from fieldapp.ui.records.asked_bar import words_of_field
from fieldapp.ui.records.panel import RecordPanel
from fieldapp.ui.records.pick import Choice, PickDialog
from fieldapp.ui.records.values import shown
from fieldapp.ui.widgets.parts_of_a_page import verb

ASK_KEY = "F6"
_WHOLE = "*"
ASK, ACCEPT = Text("Ask for a correction"), Text("Accept…")


class Reviewing(QObject):
    """The verbs stand above the form of a received record, for whoever decides."""

    def __init__(self, desk: Desk, panel: RecordPanel) -> None:
        super().__init__(panel)
        self._desk, self._panel = desk, panel
        self._ask: QPushButton = panel.add_verb(ASK, self.ask)
        self._accept: QPushButton = panel.add_verb(ACCEPT, self.accept)
        self._key = verb(desk.words, panel, ASK, ASK_KEY, self.ask)
        panel.asked.accepted.connect(self._accept_answer)
        panel.heading_changed.connect(self._show)
        self._show()

    def ask(self) -> None:
        """Ask which field is meant, then why, and what should stand there."""
        if self._panel.record is not None:
            title = Text("Which field is to be corrected?")
            dialog = PickDialog.ask(self._desk.words, title, "", self._fields, self._ask_about, self._panel)
            self._desk.words.say(dialog.line.setPlaceholderText, title)

    def _fields(self, typed: str) -> list[Choice]:
        """The fields whose label or value has what is typed; the whole record is the last."""
        words, record = self._desk.words, self._panel.record
        if record is None:
            return []
        found = []
        for one in fields(type(record)):
            if one.by_hand and one.kind is not Kind.REF:
                value = shown(one, getattr(record, one.name), words) or "–"
                said = f"{words.render(Text(one.label))}: {value}"
                found += [Choice(one.name, said)] if typed.casefold() in said.casefold() else []
        return [*found, Choice(_WHOLE, words.render(Text("The whole record")))]

    def _ask_about(self, picked: str) -> None:
        record, path = self._panel.record, "" if picked == _WHOLE else picked
        seen = self._panel.version
        if record is None:
            return

        def take(answers: Answers) -> None:
            service = self._desk.services.decisions
            reason, suggestion = answers["reason"], answers["suggestion"]
            saved = service.ask_correction(self._desk.actor, record.id, reason, path, suggestion, seen)
            self._said(saved, ASK)

        lines = [
            AskedLine("reason", Text("Reason")),
            AskedLine("suggestion", Text("What should stand there (if known)")),
        ]
        field = words_of_field(record, path)
        told = Text("{field}: the centre finds it on its page Today, with the reason.", field=field)
        AskDialog.ask(self._desk.words, Asked(ASK, Text("Ask"), lines, told), take, self._panel)

    def accept(self) -> None:
        """Say that the record was looked at and is in order, with a note."""
        record, seen = self._panel.record, self._panel.version
        if record is None:
            return

        def take(answers: Answers) -> None:
            service = self._desk.services.decisions
            saved = service.accept_record(self._desk.actor, record.id, answers["note"], seen)
            self._said(saved, Text("Accept"))

        asked = Asked(Text("Accept"), Text("Accept"), [AskedLine("note", Text("Note"))])
        AskDialog.ask(self._desk.words, asked, take, self._panel)

    def _accept_answer(self) -> None:
        answer = self._panel.asked.answer
        if answer is not None:
            try:
                saved = self._desk.services.decisions.accept(self._desk.actor, answer.id)
            except FieldAppError as error:
                self._desk.messages.show(error)
            else:
                self._said(saved, Text("Accept"))

    def _said(self, saved: Saved[Decision], label: Text) -> None:
        self._desk.saved(saved, label)
        self._panel.reload()

    def _show(self) -> None:
        theirs = self._panel.is_kept and not self._panel.editable and not self._panel.is_gone
        may = theirs and self._desk.actor.decides
        self._key.setEnabled(may)
        for made in (self._ask, self._accept):
            made.setVisible(may)
