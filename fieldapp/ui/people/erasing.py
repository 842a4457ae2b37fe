"""Erasing a person on their request: who may do it types the name once more, and there is no undo."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.domain.records import Person
from fieldapp.domain.text import Text
from fieldapp.services.erasing import Erased, Standing
from fieldapp.ui.activities.asking import Answers, AskDialog, Asked, AskedLine
from fieldapp.ui.desk import Desk
from fieldapp.ui.records.panel import RecordPanel

ERASE, DECIDED = Text("Erase this person…"), Text("To be erased")


class Erasing(QObject):
    """The verb is there for those who may, while the open person is kept. erased: nothing is left to show."""

    erased = Signal()

    def __init__(self, desk: Desk, panel: RecordPanel) -> None:
        super().__init__(panel)
        self._desk, self._panel = desk, panel
        self.button = panel.add_verb(ERASE, self.ask)
        panel.heading_changed.connect(self._show)
        self._show()

    def ask(self) -> None:
        """Say what goes and what stays, and ask for the name."""
        self._panel.leave()
        person = self._panel.record
        if isinstance(person, Person):
            ask_erasing(self._desk, person.id, person.name, self._panel, self._end)

    def _end(self, done: Erased) -> None:
        if done.here or done.copies:
            self.erased.emit()
        else:
            self._show()

    def _show(self) -> None:
        person, desk = self._panel.record, self._desk
        may = desk.actor.decides and self._panel.is_kept and isinstance(person, Person)
        decided = person is not None and may and desk.services.erasing.is_decided(desk.actor, person.id)
        desk.words.say(self.button.setText, DECIDED if decided else ERASE)
        self.button.setEnabled(not decided)
        self.button.setVisible(may)


def ask_erasing(
    desk: Desk, person: str, name: Name, over: QWidget, end: Callable[[Erased], None], session: str = ""
) -> None:
    """Say what goes and what stays, ask for the name once more, and erase.

    person: their id; session: the one in which they stand, if they have no record. end: hears what was done.
    """
    if desk.exchange is None:
        raise RuntimeError("a desk without an exchange")
    try:
        standing = desk.services.erasing.look(desk.actor, person, session)
    except FieldAppError as error:
        desk.messages.show(error)
        return
    told = _told(desk, name.shown(desk.words.hindi), standing)
    line = AskedLine("name", Text("Type the name to confirm"), longest=120)
    asked = Asked(ERASE, Text("Erase for good"), [line], told, danger=True)

    def take(answers: Answers) -> None:
        if answers["name"].strip() not in {name.hi, name.en} - {""}:
            raise InvalidInput(
                Text("This is not the name."), Text("Type it just as it stands in the record."), "other_name"
            )
        end(_erase(desk, person, session))

    AskDialog.ask(desk.words, asked, take, over)


def _erase(desk: Desk, person: str, session: str) -> Erased:
    if desk.exchange is None:
        raise RuntimeError("a desk without an exchange")
    done = desk.services.erasing.erase(desk.actor, person, desk.exchange.erasures, session)
    desk.undo.clear()  # it holds what was just erased
    desk.hub.saved.emit(desk.clock())
    desk.hub.changed.emit(done.touched)
    if done.here:
        desk.messages.tell(Text("Erased. {n} sessions keep their counts without the name.", n=done.sessions))
    elif done.copies:
        desk.messages.tell(
            Text("The copy here is gone. The home that wrote this record erases it when it hears of it.")
        )
    elif done.counts:
        desk.messages.tell(
            Text("It is decided. The centre that wrote this record erases it when it hears of it.")
        )
    else:
        desk.messages.tell(
            Text("Head office wrote this record. It is asked with the next sync file, and decides.")
        )
    return done


def _told(desk: Desk, name: str, standing: Standing) -> Text:
    """What goes, where, when, and what stays until which day."""
    if desk.exchange is None:
        raise RuntimeError("a desk without an exchange")
    day = desk.exchange.sealed.until()
    if standing.here:
        told = Text(
            "Name, mobile and everything that describes {name} leaves this computer now, and every other home"
            " with the next sync file and receipt. Sessions keep their counts. A locked copy that only head"
            " office can open, and files that came before, are destroyed on {date}. This cannot be undone.",
            name=name,
            date=day,
        )
    elif standing.copies:
        told = Text(
            "The home that wrote about {name} erases them by itself when it hears of it. The copy on"
            " this computer goes now. Files that came before stay, locked, until {date}. Sessions keep their"
            " counts. This cannot be undone.",
            name=name,
            date=day,
        )
    elif not standing.counts:
        told = Text(
            "Head office wrote about {name}. It is asked with the next sync file, and decides. Until its"
            " answer comes nothing changes here.",
            name=name,
        )
    else:
        told = Text(
            "The home that wrote about {name} erases them by itself when it hears of it, and this one lets go"
            " of its copy when the answer comes, at the latest on {date}. Files that came before stay,"
            " locked, until that day. Sessions keep their counts. This cannot be undone.",
            name=name,
            date=day,
        )
    if not standing.pictures:
        return told
    pictures = Text(
        "Photographs in these sessions: {n}. Those whose captions name the person go too; take the others out"
        " first where the person is seen.",
        n=standing.pictures,
    )
    return Text("{first} {second}", first=told, second=pictures)
