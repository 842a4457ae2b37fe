"""Undo and redo of what was saved: the inverse service call, carrying the version it stands on.

Not a QUndoStack: its index moves even when the call behind a command fails. Here the service is called first,
and the two stacks change only after it has succeeded.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from fieldapp.domain.errors import EnvironmentProblem, FieldAppError, MovedOn
from fieldapp.domain.text import Text

if TYPE_CHECKING:
    import msgspec

    from fieldapp.services.records import Saved

Call = Callable[[int], "Saved[Any]"]
"""A service call that takes the version it must find and gives what it saved."""


@dataclass(frozen=True)
class Step:
    """One thing that was done: how to take it back, how to do it again, and on which line it stands."""

    label: Text
    record: str
    undo: Call
    redo: Call
    line: int


def changed_path(before: Any, after: Any) -> str:
    """Where two states of a record first differ: 'campaign', 'rows/12/age', 'rows/12/tries:2'; '' nowhere.

    What the program notes by itself comes last. Parts that have a number of their own ('row', 'slot') go by
    it, others by their place in the list.
    """
    from fieldapp.domain.fields import Kind, fields

    record_type: type[msgspec.Struct] = type(after)
    for one in sorted(fields(record_type), key=lambda one: not one.by_hand):
        old, new = getattr(before, one.name), getattr(after, one.name)
        if old == new:
            continue
        return f"{one.name}/{_changed_part(old, new)}".rstrip("/") if one.kind is Kind.PARTS else one.name
    return ""


def _changed_part(old: tuple[Any, ...], new: tuple[Any, ...]) -> str:
    numbered = hasattr((*new, *old)[0], "row")
    were = {part.row if numbered else at: part for at, part in enumerate(old, 1)}
    for at, part in enumerate(new, 1):
        number = part.row if numbered else at
        was = were.get(number)
        if was != part:
            inside = changed_path(was, part) if was is not None else ""
            name, _, rest = inside.partition("/")
            slot = getattr(part.tries[-1], "slot", 0) if name == "tries" and part.tries else 0
            return f"{number}/{f'tries:{slot}' if slot else '/'.join(filter(None, (name, rest)))}"
    return ""


@dataclass(frozen=True)
class _Line:
    """The unbroken run of this window's own saves of one record, and the record they have led to."""

    number: int
    version: int
    record: Any


class Undo(QObject):
    """What can be undone and redone at this window; `changed` after every move."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._past: list[Step] = []
        self._future: list[Step] = []
        self._lines: dict[str, _Line] = {}

    def push(self, saved: "Saved[Any]", label: Text, undo: Call, redo: Call) -> None:
        """Remember what has just been saved, with the calls that take it back and do it again."""
        held = saved.held
        known = self._lines.get(held.record.id)
        number = known.number if known else 0
        if known and saved.before != known.record:
            number += 1
        self._lines[held.record.id] = _Line(number, held.version, held.record)
        self._past.append(Step(label, held.record.id, undo, redo, number))
        self._future.clear()
        self.changed.emit()

    def undo(self) -> "Saved[Any] | None":
        """Take the last step back; what that saved, or None when there was none.

        Raises what the service raises. The step is dropped then, except when the surroundings failed: it can
        be tried again when there is room on the disk.
        """
        return self._move(self._past, self._future, lambda step: step.undo)

    def redo(self) -> "Saved[Any] | None":
        """Do the last undone step again. Gives and raises like `undo`."""
        return self._move(self._future, self._past, lambda step: step.redo)

    def clear(self) -> None:
        """Forget everything: another person is at the window."""
        self._past.clear()
        self._future.clear()
        self._lines.clear()
        self.changed.emit()

    @property
    def undo_label(self) -> Text | None:
        """What would be undone, or None."""
        return self._past[-1].label if self._past else None

    @property
    def redo_label(self) -> Text | None:
        """What would be done again, or None."""
        return self._future[-1].label if self._future else None

    def _move(
        self, source: list[Step], target: list[Step], call: Callable[[Step], Call]
    ) -> "Saved[Any] | None":
        if not source:
            return None
        step = source[-1]
        try:
            line = self._lines[step.record]
            if line.number != step.line:
                raise MovedOn(
                    Text("This can no longer be undone: the record has been changed since."),
                    Text("Nothing was changed. Open the record and change it by hand."),
                )
            saved = call(step)(line.version)
        except FieldAppError as error:
            if isinstance(error, EnvironmentProblem):
                raise
            source.pop()
            self.changed.emit()
            raise
        self._lines[step.record] = replace(line, version=saved.held.version, record=saved.held.record)
        target.append(source.pop())
        self.changed.emit()
        return saved
