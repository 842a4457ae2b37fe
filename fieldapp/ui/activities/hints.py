"""What the rest of this home knows about the rows of the open activity: hints beside a cell, never more.

The rules look at one activity by itself; here others are asked: whether the person is known at the centre
(product A5) and whether a receipt number stands in another session (A11).
"""

from collections.abc import Iterator, Sequence

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.names import search_key
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.domain.rules import Problem
from fieldapp.domain.text import Text
from fieldapp.services.search import KnownPerson, ReceiptUse
from fieldapp.ui.desk import Desk
from fieldapp.ui.tasks import Progress

Found = dict[int, tuple[Problem, ...]]
"""By row number."""


class Hints:
    """Looks up one row at a time as it is saved, and a whole sheet beside the window when it is opened."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._found: Found = {}

    def forget(self) -> None:
        """Another activity is shown."""
        self._found = {}

    def all(self) -> Iterator[Problem]:
        """Every hint there is now."""
        for problems in self._found.values():
            yield from problems

    def people(self, typed: str, activity_id: str) -> Sequence[KnownPerson]:
        """Who may be meant by what was typed of a name; nobody when that cannot be looked up now."""
        try:
            return self._desk.services.search.people(self._desk.actor, typed, without_activity=activity_id)
        except FieldAppError:
            return ()

    def look(self, activity: Activity, row: RosterRow, before: RosterRow | None) -> None:
        """Look up a row that was saved, as far as it speaks of another person or payment than before."""
        if before is None or _asked(row) != _asked(before):
            self._found[row.row] = self._of(activity, row)

    def look_everywhere(self, activity: Activity, progress: Progress) -> Found:
        """Look up every row, in a task; `take` what it gives."""
        found: Found = {}
        for row in activity.rows:
            progress(0, 0)
            found[row.row] = self._of(activity, row)
        return found

    def take(self, found: Found) -> None:
        """Take over what a task has found; what was looked up since is newer."""
        self._found = found | self._found

    def _of(self, activity: Activity, row: RosterRow) -> tuple[Problem, ...]:
        return () if row.struck else (*self._known(activity, row), *self._payments(activity, row))

    def _known(self, activity: Activity, row: RosterRow) -> Iterator[Problem]:
        if not (row.name and row.relation and row.village) or row.person:
            return
        for known in self.people(row.name.shown(hindi=True), activity.id):
            if _same(row, known):
                text = Text("A person with this name, father's / husband's name and village is known here.")
                yield Problem("known_person", f"rows/{row.row}/name", text, False, "product A5")
                return

    def _payments(self, activity: Activity, row: RosterRow) -> Iterator[Problem]:
        for n, one in enumerate(row.tries, start=1):
            if not one.mode:
                text = Text("Which mode of payment was it? Press its key.")
                yield Problem("no_mode", f"rows/{row.row}/tries/{n}/mode", text, False, "attendance sheet")
            use = self._elsewhere(activity, one.reference_number) if one.reference_number else None
            if use is not None:
                path = f"rows/{row.row}/tries/{n}/reference_number"
                yield Problem("receipt_elsewhere", path, _stands_in(use), False, "product A11")

    def _elsewhere(self, activity: Activity, number: str) -> ReceiptUse | None:
        try:
            uses = self._desk.services.search.receipts(self._desk.actor, number)
        except FieldAppError:
            return None
        return next((use for use in uses if use.activity != activity.id), None)


def _asked(row: RosterRow) -> tuple[object, ...]:
    payments = tuple((one.reference_number, one.mode) for one in row.tries)
    return row.name, row.relation, row.village, row.person, row.struck, payments


def _stands_in(use: ReceiptUse) -> Text:
    if use.day is None:
        return Text("This receipt number stands in session {number} already.", number=use.number)
    return Text(
        "This receipt number stands in session {number} of {date} already.", number=use.number, date=use.day
    )


def _same(row: RosterRow, known: KnownPerson) -> bool:
    """By sound, so that scripts and spellings do not matter."""
    return (
        _sound(row.name) == _sound(known.name)
        and _sound(row.relation) == _sound(known.relation)
        and _same_village(row.village, known.village)
    )


def _sound(name: Name) -> str:
    return search_key(name.shown(hindi=True))


def _same_village(one: PlaceRef, other: PlaceRef) -> bool:
    if one.key and other.key:
        return one.key == other.key
    return search_key(one.words) == search_key(other.words)
