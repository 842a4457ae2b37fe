"""What is asked about the office itself: its keys, what it tells its centres, whom it calls and lists."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
from PySide6.QtCore import Signal

from fieldapp.centre_lists import LineFate
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Name
from fieldapp.domain.text import Text
from fieldapp.services.settings import Programme
from fieldapp.storage.state import Centre
from fieldapp.sync.office_keys import Apart, KeysShown
from fieldapp.sync.registry import CentreShown, Contact, Fate
from fieldapp.ui.inbox.centre_words import called
from fieldapp.ui.inbox.dialog import FieldsPanel, Panel
from fieldapp.ui.widgets.flow import FlowRow
from fieldapp.ui.widgets.parts_of_a_page import button, plain_label, said_label
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words

_MOST_WRONG = 200


class _Said(msgspec.Struct):
    name: Annotated[Name, Field("Name of the programme", longest=120)] = Name()
    until: Annotated[date | None, Field("Last day")] = None
    contact: Annotated[str, Field("Whom centres call", longest=80)] = ""
    phone: Annotated[str, Field("Phone", longest=40)] = ""


class ProgrammePanel(FieldsPanel):
    """Asks what all centres are told with packs and receipts. asked: a Programme."""

    asked = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__(words, Text("Programme"), Text("Tell all centres"), _Said)
        about = Text("They hear of it with packs and receipts. After the last day they go on recording.")
        self.rows.insertWidget(0, said_label(words, about))
        self.go.clicked.connect(self._ask)

    def begin(self, now: Programme) -> None:
        """Show what is set."""
        for name, value in zip(self.editors, (now.name, now.until, now.contact, now.phone), strict=True):
            self.editors[name].show_value(value)
        self.refuse(None)
        self.editors["name"].focus_part("")

    def _ask(self) -> None:
        try:
            values = {name: editor.value() for name, editor in self.editors.items()}
        except InvalidInput as error:
            self.refuse(error)
            return
        self.refuse(None)
        self.asked.emit(Programme(values["name"], values["until"], values["contact"], values["phone"]))


class ContactPanel(Panel):
    """Asks whom to call at a centre. asked: its home-local number, and a Contact."""

    asked = Signal(int, object)

    def __init__(self, words: Words) -> None:
        super().__init__(words, Text("Whom to call"), Text("Save"))
        self._centre: Centre | None = None
        self.whose = plain_label()
        self.rows.addWidget(self.whose)
        self.name, self.phone, self.mail = LineEdit(), LineEdit(), LineEdit()
        for text, line in (
            (Text("Name"), self.name),
            (Text("Phone"), self.phone),
            (Text("Mail address for receipts"), self.mail),
        ):
            self.add(text, line, line)
            line.returnPressed.connect(self._ask)
        self.go.clicked.connect(self._ask)

    def begin(self, one: CentreShown) -> None:
        """Ask about a centre."""
        self._centre = one.centre
        self.name.setText(one.contact.name)
        self.phone.setText(one.contact.phone)
        self.mail.setText(one.contact.mail or "")
        self.refuse(None)
        self.name.setFocus()

    def say(self) -> None:
        super().say()
        if self._centre is not None:
            self.whose.setText(called(self._centre, self.words))

    def _ask(self) -> None:
        if self._centre is not None:
            typed = (line.text().strip() for line in (self.name, self.phone, self.mail))
            self.asked.emit(self._centre.number, Contact(*typed))


class ListPanel(Panel):
    """Says what became of the lines of a list, and offers packs for its centres.

    packs_asked: the home-local numbers of those that have no computer and no pack.
    """

    packs_asked = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__(words, Text("List of centres"), Text("Make packs…"))
        self._fates: Sequence[LineFate] = ()
        self._numbers: tuple[int, ...] = ()
        self.counts, self.wrong = plain_label("figure"), plain_label()
        self.rows.addWidget(self.counts)
        self.body.insertWidget(self.body.count() - 1, self.wrong)  # below the buttons: it may be long
        self.go.clicked.connect(lambda: self.packs_asked.emit(self._numbers))

    def begin(self, fates: Sequence[LineFate], without: Sequence[int]) -> None:
        """Show these. without: numbers of the centres of the list that have neither computer nor pack."""
        self._fates, self._numbers = fates, tuple(without)
        self.go.setEnabled(bool(without))
        self.refuse(None)
        (self.go if without else self.back).setFocus()

    def say(self) -> None:
        super().say()
        render = self.words.render
        counts = {fate: sum(one.entered.fate is fate for one in self._fates) for fate in Fate}
        lines = [render(Text("{what}: {n}", what=Fate.words(fate), n=n)) for fate, n in counts.items() if n]
        lines.append(render(Text("Without a pack: {n}", n=len(self._numbers))))
        self.counts.setText("\n".join(lines))
        wrong = [one for one in self._fates if one.entered.problem is not None]
        told = [
            f"{render(Text('Line {n}:', n=one.line))} {one.entered.draft.csc_id} · "
            f"{render(one.entered.problem.title if one.entered.problem else '')}"
            for one in wrong[:_MOST_WRONG]
        ]
        self.wrong.setText("\n".join([*told, *(["…"] if len(wrong) > _MOST_WRONG else [])]))


class KeysPanel(Panel):
    """Shows the keys of the office.

    rotate_asked: the file of the reserve key (None where it lies here) and its words. write_asked: the
    reserve key is to be written into a folder. file_asked: its file is to be chosen. forget_asked: both.
    """

    rotate_asked = Signal(object, str)
    write_asked = Signal()
    file_asked = Signal()
    forget_asked = Signal(object, str)

    def __init__(self, words: Words) -> None:
        super().__init__(words, Text("Keys of this office"), Text("Change the working key"))
        self._shown: KeysShown | None = None
        self._file: Path | None = None
        self.facts, self.spoken = plain_label(), plain_label("figure")
        self.write = button(words, Text("Write the reserve key apart…"))
        self.choose = button(words, Text("Choose the file of the reserve key…"))
        self.forget = button(words, Text("Take it out here"))
        self.file = plain_label("muted")
        self.words_line = LineEdit()
        self.rows.addWidget(self.facts)
        self.about = said_label(
            words,
            Text(
                "Centres hear of a new working key with their next receipts; what was written to the old "
                "one still opens here. The reserve key reads everything too: keep it in a safe."
            ),
        )
        self.rows.addWidget(self.about)
        self.rows.addWidget(FlowRow(self.write, self.choose))
        for label in (self.spoken, self.file):
            self.rows.addWidget(label)
        self.words_label = said_label(words, Text("Six words of the reserve key"))
        self.words_label.setBuddy(self.words_line)
        words.say(self.words_line.setAccessibleName, Text("Six words of the reserve key"))
        self.rows.addWidget(self.words_label)
        self.rows.addWidget(self.words_line)
        self.rows.addWidget(FlowRow(self.forget))
        self.write.clicked.connect(self.write_asked)
        self.choose.clicked.connect(self.file_asked)
        self.forget.clicked.connect(lambda: self.forget_asked.emit(self._file, self.words_line.text()))
        self.go.clicked.connect(self._ask)

    def begin(self, shown: KeysShown) -> None:
        """Show these keys."""
        self._shown = shown
        self._file = None
        self._put_words("")
        self._show_parts()
        self.refuse(None)
        (self.back if shown.reserve_here else self.choose).setFocus()

    def take_file(self, path: Path) -> None:
        """The file of the reserve key was chosen: ask for its words."""
        self._file = path
        self._put_words("")
        self._show_parts()
        self.words_line.setFocus()

    def show_words(self, made: Apart) -> None:
        """The reserve key was written: show its words once, and ask for them from paper."""
        self._file = made.path
        self._put_words(made.words)
        self._show_parts()
        self.words_line.setFocus()

    def say(self) -> None:
        super().say()
        shown, render = self._shown, self.words.render
        if shown is None:
            return
        here = Text("The reserve key lies in this home.")
        lines = [
            Text("Key list {n}", n=shown.number),
            Text("Fingerprint: {fingerprint}", fingerprint=shown.fingerprint),
            here if shown.reserve_here else Text("The reserve key is kept apart."),
        ]
        if shown.behind:
            lines.append(Text("Computers that still write with an older list: {n}", n=shown.behind))
        self.facts.setText("\n".join(map(render, lines)))
        if self._file is not None:
            self.file.setText(self._file.name)

    def _put_words(self, spoken: str) -> None:
        self.spoken.setText(spoken)
        self.words_line.clear()

    def _show_parts(self) -> None:
        here = self._shown is not None and self._shown.reserve_here
        self.about.setVisible(self._file is None)
        self.write.setVisible(here and self._file is None)
        self.choose.setVisible(not here)
        for widget in (self.file, self.words_label, self.words_line):
            widget.setVisible(self._file is not None)
        self.spoken.setVisible(bool(self.spoken.text()))
        self.forget.setVisible(here and self._file is not None)
        self.say()

    def _ask(self) -> None:
        here = self._shown is not None and self._shown.reserve_here
        if not here and self._file is None:
            self.refuse(
                InvalidInput(
                    Text("The reserve key is kept apart, and it signs every change."),
                    Text("Nothing was changed. Bring its file and the six words."),
                    "reserve_apart",
                )
            )
            self.choose.setFocus()
            return
        self.refuse(None)
        self.rotate_asked.emit(None if here else self._file, "" if here else self.words_line.text())
