"""The activity that is open, and every service call made on it: each undoable, each told to everybody."""

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from fieldapp.domain.codes import ActivityState, SheetKind
from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.fields import Field, Ref, field
from fieldapp.domain.finishing import is_locked
from fieldapp.domain.records import Activity, Decision, Person, RosterRow, person_of_row
from fieldapp.domain.rules import Problem
from fieldapp.domain.text import Text
from fieldapp.services.decisions import Review, Standing
from fieldapp.services.records import Held, Saved
from fieldapp.services.typed_paths import suggested_value, with_value
from fieldapp.ui.desk import Desk
from fieldapp.ui.undo import Call
from fieldapp.ui.words import Words


class OpenActivity(QObject):
    """changed: it is another activity or was saved. Where a method raises FieldAppError nothing changed."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.held: Held[Activity] | None = None
        self.standing = Standing(Review.OPEN)
        self._saving = False

    # ------------------------------------------------------------ what is open

    @property
    def activity(self) -> Activity:
        if self.held is None:
            raise LookupError("no activity is open")
        return self.held.record

    @property
    def version(self) -> int | None:
        """The version of the activity as it is shown."""
        return self.held.version if self.held else None

    @property
    def is_open(self) -> bool:
        return self.held is not None

    @property
    def is_gone(self) -> bool:
        """Whether nothing is open any more: it was deleted, or the import that brought it was withdrawn."""
        return self.held is None or self.held.deleted

    @property
    def editable(self) -> bool:
        """Whether rows and fields may change: it is this home's own, and not finished."""
        return self.owned and self.activity.state != ActivityState.FINISHED

    @property
    def owned(self) -> bool:
        """Whether this home writes it."""
        return self.held is not None and self.held.state != "COPY" and not self.held.deleted

    def open(self, activity_id: str) -> None:
        """Read an activity and show it."""
        self.held = self._desk.services.activities.get(self._desk.actor, activity_id)
        self._read_standing()
        self.changed.emit()

    def reload(self) -> None:
        """Read again what is open; what is not here any more is open no longer."""
        if self.held is None or self._saving:
            return
        try:
            self.open(self.held.record.id)
        except InvalidInput:
            self.held = None

    def problems_of_row(self, row: RosterRow) -> tuple[Problem, ...]:
        """What the rules say about one row by itself."""
        alone = replace(self.activity, rows=(row,))
        return self._desk.services.activities.problems(alone)

    def problems(self) -> tuple[Problem, ...]:
        """What the rules say about the whole activity."""
        return self._desk.services.activities.problems(self.activity)

    # ------------------------------------------------------------ the grid's keeper

    def keep_row(self, row: RosterRow, what: Field) -> None:
        """Save a changed roster row."""
        label = Text("Row {n}: {what}", n=self._serial(row.row), what=Text(what.label))
        self._do(lambda s, a, v: s.save_row(self._desk.actor, a, v, row), label)

    def add_row(self, row: RosterRow | None, before: int | None) -> int:
        """Make a new row; gives its number."""
        self._do(lambda s, a, v: s.add_row(self._desk.actor, a, v, row, before), Text("New row"))
        return self.activity.last_row

    def add_rows(self, rows: tuple[RosterRow, ...]) -> bool:
        """Add the people of a list in one save, which is one step of undo; whether that was possible."""
        label = Text("{n} people from a list", n=len(rows))
        return self.attempt(lambda: self._do(lambda s, a, v: s.add_rows(self._desk.actor, a, v, rows), label))

    def strike_row(self, number: int) -> None:
        """Take a row out or strike it; a struck one comes back."""
        row, serial = self.activity.row(number), self._serial(number)
        if row is not None and row.struck:
            again = replace(row, struck=False)
            self._do(
                lambda s, a, v: s.save_row(self._desk.actor, a, v, again),
                Text("Row {n} back again", n=serial),
            )
        else:
            self._do(
                lambda s, a, v: s.strike_row(self._desk.actor, a, v, number),
                Text("Row {n} taken out", n=serial),
            )

    def fail(self, error: FieldAppError) -> None:
        """Tell of what could not be done."""
        self._desk.messages.show(error)

    # ------------------------------------------------------------ the record

    def keep(self, activity: Activity, label: Text) -> None:
        """Save the activity's own fields."""
        self._do(lambda s, _a, v: s.save(self._desk.actor, activity, v), label)

    def with_trainer(self, activity: Activity) -> Activity:
        """The activity with name and designation of the known trainer it names, where it has no name yet."""
        if not activity.trainer or activity.trainer_name:
            return activity
        person = self._desk.services.people.get(self._desk.actor, activity.trainer).record
        designation = activity.trainer_designation or person.designation
        return replace(activity, trainer_name=person.name, trainer_designation=designation)

    def set_state(self, state: ActivityState) -> None:
        """Planned, postponed, cancelled or held."""
        self.keep(replace(self.activity, state=str(state)), Text(state.label))

    def finish(self, signatures: int, count_reason: str, open_reason: str) -> None:
        """Close the record; what comes after is an amendment, so this is no step of undo."""
        self._do(
            lambda s, a, v: s.finish(self._desk.actor, a, v, signatures, count_reason, open_reason), None
        )

    def amend(self, reason: str) -> None:
        """Open a finished activity again; taken back by `cancel_amendment`."""
        self._do(lambda s, a, v: s.amend(self._desk.actor, a, v, reason), None)

    def cancel_amendment(self) -> None:
        """Put everything back as it was before the amendment."""
        self._do(lambda s, a, v: s.cancel_amendment(self._desk.actor, a, v), None)

    def take_suggestion(self, asked: Decision) -> None:
        """Let what was suggested stand where it was asked for; a finished activity is amended by that."""
        words = self._desk.words
        value = suggested_value(
            self.activity,
            asked.field_path,
            asked.suggestion,
            lambda text: (words.render(text), words.other(text)),
        )

        def change(activity: Activity) -> Activity:
            return with_value(activity, asked.field_path, value)

        actor, service, record_id = self._desk.actor, self._desk.services.activities, self.activity.id

        def take(version: int) -> Saved[Activity]:
            return service.take_suggestion(actor, record_id, version, change, asked.reason)

        def back(version: int) -> Saved[Activity]:
            return service.put_back_suggestion(actor, record_id, version)

        undo, redo = (back, take) if is_locked(self.activity) else (None, None)
        self._do(lambda _s, _a, v: take(v), Text("Take the suggestion"), undo=undo, redo=redo)

    def decided(self, saved: Saved[Decision], label: Text) -> None:
        """Tell of a decision about the open activity; undoing it deletes the decision."""
        self._desk.saved(saved, label)
        self.reload()

    def attempt(self, do: Callable[[], object]) -> bool:
        """Do something; what it raises is told, and False given."""
        try:
            do()
        except FieldAppError as error:
            self.fail(error)
            return False
        return True

    def print_sheet(self, kind: SheetKind | str) -> None:
        """Note that a sheet was printed, for the first time or again. No step of undo."""
        self._do(lambda s, a, v: s.print_sheet(self._desk.actor, a, v, kind), None)

    def issue_sheet(self, kind: SheetKind | str) -> int:
        """Note that a sheet was printed, which pins its rows; gives the sheet's number. No step of undo."""
        self._do(lambda s, a, v: s.issue_sheet(self._desk.actor, a, v, kind), None)
        return self.activity.sheets[-1].number

    def link_person(self, number: int, person: Person) -> None:
        """This row is that person; what the row does not say yet is taken from them."""
        row = self.activity.row(number)
        if row is not None:
            self.keep_row(with_person(row, person), field(RosterRow, "person"))

    def make_person(self, number: int) -> str:
        """Keep the person of a row as a record of their own; gives its id."""
        row = self.activity.row(number)
        if row is None:
            raise LookupError(number)
        person = person_from(self.activity.id, row)
        saved = self._desk.services.people.save(self._desk.actor, person)
        self._desk.saved(saved, Text("New person"))
        self.keep_row(replace(row, person=Ref(person.id)), field(RosterRow, "person"))
        return person.id

    # ------------------------------------------------------------ within

    def _do(
        self,
        call: Callable[..., Saved[Activity]],
        label: Text | None,
        *,
        undo: Call | None = None,
        redo: Call | None = None,
    ) -> None:
        """Save; label, undo and redo as `Desk.saved` takes them."""
        held = self.held
        if held is None:
            return
        saved = call(self._desk.services.activities, held.record.id, held.version)
        self.held = saved.held
        if label is None or self.standing != Standing(Review.OPEN):
            self._read_standing()
        self.changed.emit()
        self._saving = True
        try:
            self._desk.saved(saved, label, undo=undo, redo=redo)
        finally:
            self._saving = False

    def _read_standing(self) -> None:
        self.standing = self._desk.services.decisions.review(self._desk.actor, self.activity.id)

    def _serial(self, number: int) -> int:
        rows = self.activity.in_order()
        return next((at for at, row in enumerate(rows, 1) if row.row == number), len(rows) + 1)


_ROW_TO_PERSON = ("name", "relation", "gender", "category", "pwd", "village", "mobile")


def with_person(row: RosterRow, person: Person) -> RosterRow:
    """The row linked to a known person, its empty fields filled with theirs."""
    known = {name: getattr(person, name) for name in _ROW_TO_PERSON if not getattr(row, name)}
    return replace(row, person=Ref(person.id), **known)


def person_from(activity_id: str, row: RosterRow) -> Person:
    """The person a roster row speaks of, under the id that every home derives for them."""
    known = {name: getattr(row, name) for name in _ROW_TO_PERSON}
    return Person(
        id=person_of_row(activity_id, row),
        occupation=row.occupation,
        designation=row.designation,
        office=row.office,
        consent=row.consent,
        notice_version=row.notice_version,
        guardian=row.guardian,
        **known,
    )


def person_words(person: Person, words: Words) -> str:
    """What tells one person from another in a list: name, father's or husband's name, village."""
    parts = (person.name.shown(words.hindi), person.relation.shown(words.hindi), words.place(person.village))
    return " · ".join(filter(None, parts))
