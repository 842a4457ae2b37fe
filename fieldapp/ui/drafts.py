"""Nothing typed is lost: where somebody is, and what stands unsaved there, is noted at most two seconds late.

    page.spot() -> every 0.4 s -> the same as noted? -> services.left_off.write, just after a key

Pages say what stands in their fields; numbers that must not be kept, or may become such, never get here.
At the next start the words are put back where they stood.
"""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.text import Text
from fieldapp.ui.messages import NOTHING, Offer, Tone
from fieldapp.ui.page import Page, Spot

if TYPE_CHECKING:
    import msgspec

    from fieldapp.domain.fields import Field
    from fieldapp.services.left_off import LeftOff
    from fieldapp.ui.desk import Desk

_LOOK_EVERY_MS = 400
_DUE_AFTER = 0.25
_WITHOUT_A_KEY_MS = 300
_SHOWN_AFTER_MS = 20
_AT_THE_LATEST = 1.2

OpenPage = Callable[[], tuple[str, Page | None]]
"""Gives the page that is open, by name."""


class Drafts(QObject):
    """Keeps one value for the login that works here. A write takes one fsync and never falls between the
    keys of somebody who types evenly: it waits for the next key, or for a third of a second without one.
    """

    def __init__(self, open_page: OpenPage, parent: QObject) -> None:
        super().__init__(parent)
        self._open_page = open_page
        self._desk: Desk | None = None
        self._began = 0
        self._noted: LeftOff | None = None
        self._changed_at = 0.0
        self._due = self._refused = False
        self._look = _timer(self, _LOOK_EVERY_MS, self._compare, once=False)
        self._late = _timer(self, _WITHOUT_A_KEY_MS, self._write_due, once=True)
        self._dealt_with = _timer(self, 0, lambda: self._late.start(_SHOWN_AFTER_MS), once=True)

    # ------------------------------------------------------------ at the start and at the end

    def begin(self, desk: "Desk") -> "tuple[LeftOff, int]":
        """Somebody starts work; where they left off last time, and how many saves they had made then."""
        self._desk, self._noted = desk, None
        try:
            self._began = desk.services.left_off.log_line(desk.actor)
            found = desk.services.left_off.read(desk.actor)
        except FieldAppError as error:
            desk.messages.show(error)
            from fieldapp.services.left_off import LeftOff

            found = LeftOff(), 0
        self._look.start()
        return found

    def flush(self, *, orderly: bool = False) -> None:
        """Note at once what stands there now. orderly: somebody closes the program or goes."""
        if self._desk is not None:
            self._changed_at = 0.0
            left = self._left() if self._look.isActive() or self._noted is None else self._noted
            if orderly or left != self._noted:
                self._write(left, orderly=orderly)

    def hold(self) -> None:
        """The window is locked: what was noted last stays."""
        for timer in (self._look, self._late, self._dealt_with):
            timer.stop()

    def go_on(self) -> None:
        """The same person is back, and from now on has not left in order."""
        self._noted = None
        self._look.start()

    def end(self) -> None:
        """Note nothing any more."""
        self.hold()
        self._desk = None

    def key_pressed(self) -> None:
        """A key came: what is due is written when it is dealt with and shown, well before the next one."""
        if self._due:
            self._late.stop()
            self._dealt_with.start()

    def saved(self) -> None:
        """That key has saved something, which takes an fsync too: let the next key have its turn first."""
        if self._due and time.monotonic() - self._changed_at < _AT_THE_LATEST:
            self._late.stop()
            self._dealt_with.stop()

    # ------------------------------------------------------------ within

    def _compare(self) -> None:
        desk = self._desk
        if desk is None or (desk.office.is_hq and desk.tasks.busy):
            return  # an import holds a head office's database, and would hold the window too
        if self._left() == self._noted:
            self._changed_at, self._due = 0.0, False
        elif not self._changed_at:
            self._changed_at = time.monotonic()
        elif time.monotonic() - self._changed_at >= (_AT_THE_LATEST if self._due else _DUE_AFTER):
            self._due = True
            self._late.start(_WITHOUT_A_KEY_MS)

    def _write_due(self) -> None:
        self._due, self._changed_at = False, 0.0
        left = self._left()
        if left != self._noted:
            self._write(left)

    def _left(self) -> "LeftOff":
        from fieldapp.services.left_off import LeftOff

        name, page = self._open_page()
        spot = page.spot() if page is not None else Spot()
        typed = {path: kept for path, words in spot.typed.items() if (kept := self._fit(spot, path, words))}
        return LeftOff(name, spot.type, spot.record, spot.view, spot.path, typed, began=self._began)

    def _fit(self, spot: Spot, path: str, words: str) -> str:
        from fieldapp.domain.identifiers import fit_for_draft

        one = field_at(spot.type, path)
        guard = one.guard if one is not None else "text"
        demo = self._desk is not None and self._desk.office.practice
        kept = fit_for_draft(words, guard, demo=demo)  # type: ignore[arg-type] # a guard is declared as text
        return kept if kept.strip(" –") or not words else ""

    def _write(self, left: "LeftOff", *, orderly: bool = False) -> None:
        import msgspec

        desk = self._desk
        if desk is None:
            return
        try:
            desk.services.left_off.write(desk.actor, msgspec.structs.replace(left, orderly=orderly))
        except FieldAppError as error:
            if not self._refused:
                desk.messages.show(error)
            self._refused = True
        else:
            self._noted, self._refused = left, False


def _timer(parent: QObject, interval: int, do: Callable[[], object], *, once: bool) -> QTimer:
    timer = QTimer(parent)
    timer.setInterval(interval)
    timer.setSingleShot(once)
    timer.timeout.connect(do)
    return timer


# ---------------------------------------------------------------- saying what came back


def say_recovered(desk: "Desk", left: "LeftOff", saves: int, lost: Mapping[str, str]) -> None:
    """Say in a line what came back. lost: the words whose record is gone or locked; they can be copied.

    After an orderly end nothing is said unless words were still standing somewhere.
    """
    quiet = left.orderly or not saves
    saved = NOTHING if quiet else Text("Recovered: {n} saved since the last start.", n=saves)
    if lost:
        path, words = list(lost.items())[-1]
        desk.messages.tell(
            saved or Text("Recovered."),
            Text(
                "What was being typed in {what} cannot be put back, as the record is locked or gone: {words}",
                what=called(desk, left, path),
                words=words,
            ),
            Tone.HINT,
            Offer(Text("Copy"), lambda: QGuiApplication.clipboard().setText("\n".join(lost.values()))),
        )
    elif left.typed:
        what = called(desk, left, list(left.typed)[-1])
        back = Text("What was being typed in {what} stands there again and is not saved yet.", what=what)
        desk.messages.tell(saved or Text("Recovered."), back)
    elif saved:
        desk.messages.tell(saved)


def called(desk: "Desk", left: "LeftOff", path: str) -> Text:
    """What people call a field or cell: its label, and the printed number of its row."""
    one = field_at(left.type, path)
    label = Text(one.label) if one is not None else Text("Words")
    parts = path.split("/")
    if parts[0] != "rows" or len(parts) < 3:
        return label
    try:
        activity = desk.services.activities.get(desk.actor, left.record).record
    except FieldAppError:
        return label
    numbers = [row.row for row in activity.in_order()]
    number = int(parts[1])
    serial = numbers.index(number) + 1 if number in numbers else len(numbers) + 1
    return Text("{what} of row {n}", what=label, n=serial)


def field_at(type_word: str, path: str) -> "Field | None":
    """The field a path in a record leads to ('venue/hi', 'rows/12/age'); None where there is none."""
    from fieldapp.domain.fields import fields
    from fieldapp.domain.records import RECORD_TYPES

    found: Field | None = None
    inside: type[msgspec.Struct] | None = RECORD_TYPES.get(type_word)
    for part in path.split("/"):
        one = {each.name: each for each in fields(inside)}.get(part.partition(":")[0]) if inside else None
        if one is not None:
            found, inside = one, one.part
    return found
