"""One stick, one button: what became of it stands on the card, and only then may the stick be taken out."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from fieldapp.domain.fields import Name
from fieldapp.domain.text import Text
from fieldapp.sync.received import GAP_AT_THE_BLOCK
from fieldapp.ui.sync.sticks import sticks
from fieldapp.ui.sync.words import asks_for_all, lacks_photographs, records_not_taken, stands_on_today
from fieldapp.ui.widgets.flow import FlowRow
from fieldapp.ui.widgets.parts_of_a_page import Card, big_button, button, plain_label
from fieldapp.ui.words import Words

if TYPE_CHECKING:
    from fieldapp.storage.state import Centre
    from fieldapp.sync.received import Taken
    from fieldapp.sync.relay import Forwarded
    from fieldapp.sync.stick import StickRound

_MOST_STICKS = 3
_MOST_OFF = 8
"""How many centres that brought nothing are named; whoever drives there asks for a few."""


class StickCard(Card):
    """asked: a folder, or None to ask for one. chit_asked: the paper for whoever carries files of centres."""

    asked = Signal(object)
    chit_asked = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._round: StickRound | None = None
        self._asked = 0
        self.press = big_button(words, Text("Stick"))
        words.say(self.press.setToolTip, Text("Takes receipts off the stick and puts on it what waits"))
        self.folder = button(words, Text("Another folder…"), "flat")
        self.which = [QPushButton() for _ in range(_MOST_STICKS)]
        self._found: list[Path] = []
        for at, one in enumerate(self.which):
            one.clicked.connect(partial(self._use, at))
        self.told, self.lines = plain_label("section"), plain_label()
        self.chit = button(words, Text("Carrier's chit of this stick"))
        self.chit.clicked.connect(self.chit_asked)
        self.press.clicked.connect(lambda _checked: self._ask())
        self.folder.clicked.connect(lambda _checked: self.asked.emit(None))
        self.body.addWidget(FlowRow(self.press, self.folder))
        self.body.addWidget(FlowRow(*self.which))
        self.body.addWidget(self.told)
        self.body.addWidget(self.lines)
        self.body.addWidget(FlowRow(self.chit))
        self._offer([])
        self.say()

    def set_ready(self, *, ready: bool) -> None:
        """While files are being copied nothing can be pressed."""
        for one in (self.press, self.folder, *self.which):
            one.setEnabled(ready)

    def begin(self, folder: Path) -> None:
        """The stick is being read and written: it must stay in."""
        self._round = None
        self._offer([])
        self.told.setText(self._words.render(Text("Do not remove the stick yet.")))
        self.lines.setText(str(folder))
        self._show()

    def put(self, done: "StickRound | None", asked: int = 0) -> None:
        """Show what became of a stick, or that nothing did. asked: how much stands on Today."""
        self._round, self._asked = done, asked
        self.say()

    def say(self) -> None:
        """All of it in the language spoken now."""
        done, render = self._round, self._words.render
        self.told.setText(render(_told(done)) if done else "")
        lines = _lines(done, self._asked, hindi=self._words.hindi) if done else ()
        self.lines.setText("\n".join(map(render, lines)))
        self._show()

    def _show(self) -> None:
        for label in (self.told, self.lines):
            label.setVisible(bool(label.text()))
        forwarded = self._round.forwarded if self._round else None
        self.chit.setVisible(forwarded is not None and bool(forwarded.files))

    def _ask(self) -> None:
        """With one stick in the computer it is that one; with several, say which; with none, say so."""
        found = sticks()
        if len(found) == 1:
            self.asked.emit(found[0])
            return
        self._round = None
        self._offer(found)
        several = Text("There are several sticks. Which one?")
        none = Text("No stick was found. Put one in and press again, or choose a folder.")
        self.told.setText("")
        self.lines.setText(self._words.render(several if found else none))
        self._show()
        (self.which[0] if found else self.folder).setFocus()

    def _offer(self, found: list[Path]) -> None:
        self._found = found
        for at, one in enumerate(self.which):
            one.setVisible(at < len(found))
            if at < len(found):
                one.setText(found[at].name or str(found[at]))

    def _use(self, at: int, _checked: bool = False) -> None:
        if at < len(self._found):
            self.asked.emit(self._found[at])


def _told(done: "StickRound") -> Text:
    if (done.carried or (done.forwarded and done.forwarded.files)) and not done.copied:
        return Text("Safe to remove: what was put on it was read back.")
    if done.copied:
        return Text("Safe to remove: batch {n} was read back and is as it was made.", n=done.batch)
    return Text("Safe to remove: nothing was written on it.")


def _lines(done: "StickRound", asked: int, *, hindi: bool) -> Iterator[Text]:
    taken = [one.taken for one in done.taken if one.taken is not None]
    for one in taken:
        yield from _receipt(one)
    yield from _to_do([one for one in taken if not one.of_block])
    if taken and asked:
        yield stands_on_today(asked)
    if done.packs:
        yield Text("A pack of head office is on it; its six words are needed.")
    for bad in done.damaged:
        if bad.said is not None:
            yield Text("{name}: {why}", name=bad.name, why=bad.said[0])
    if done.forwarded is not None:
        yield from _passed_on(done.forwarded, hindi=hindi)
    if done.carried:
        yield Text("Receipts for others, put on it unopened: {n}", n=len(done.carried))
    if done.others:
        yield Text("For other computers, left unopened: {n}", n=done.others)
    if done.copied:
        yield Text("Files on it: {n}. Write down whom you give it to.", n=len(done.copied))
    elif not done.packs and done.forwarded is None:
        yield Text("Nothing waits for head office.")


def _receipt(taken: "Taken") -> Iterator[Text]:
    n = taken.number
    if taken.gap:
        yield from GAP_AT_THE_BLOCK[:1]
    elif taken.of_block:
        sent = taken.office.new + taken.office.changed
        yield Text("Receipt {n} of the block office: records that it sent: {count}", n=n, count=sent)
    else:
        yield Text("Receipt {n}: head office has {count} of your records.", n=n, count=taken.received)
    if taken.erased:
        yield Text("People erased here, as was decided: {n}. Sessions keep their counts.", n=taken.erased)
    if taken.waited:
        yield Text("Files that had waited for this are imported now: {n}", n=taken.waited)


def _to_do(taken: "Sequence[Taken]") -> Iterator[Text]:
    """What the newest receipt of head office asks for. Photographs need no doing: this stick has them."""
    newest = max(taken, key=lambda one: one.number, default=None)
    if newest is None:
        return
    if newest.refused:
        yield from records_not_taken(newest)
    yield from asks_for_all(newest) or ()
    if newest.pictures_asked:
        yield lacks_photographs(newest)


def _passed_on(forwarded: "Forwarded", *, hindi: bool) -> Iterator[Text]:
    """At a block office: which centres' files are on the stick, and which centres have none there."""
    yield Text("Files of centres on it, as they came: {n}", n=len(forwarded.files))
    for code, centre, count in forwarded.on:
        yield Text("{name}: {n} on the stick", name=_called(code, centre, hindi=hindi), n=count)
    for one in forwarded.off[:_MOST_OFF]:
        yield Text("{name}: nothing on the stick", name=_called(one.csc_id, one, hindi=hindi))
    if (more := len(forwarded.off) - _MOST_OFF) > 0:
        yield Text("Other centres with nothing on the stick: {n}", n=more)


def _called(code: str, centre: "Centre | None", *, hindi: bool) -> str | Text:
    if centre is None:
        return code or Text("Unknown centre")
    return Name(centre.name_hi, centre.name_en).shown(hindi) or code
