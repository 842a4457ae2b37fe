"""Erasing a person: a decision, after which this home keeps figures of theirs and nothing that names them.

    decision for each id they have -> what this home wrote of them is emptied (storage.emptying)

What stands there before is locked for head office's reserve key, for the year in which the law wants it kept
(domain reference 4.3). Sync files that were made before are locked for head office too. Of what another home
wrote, the decision tells its owner.
"""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.records import Activity, Person, person_of_row, type_name
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.services.records import origin
from fieldapp.storage import emptying, erasing, records, state
from fieldapp.storage.database import Database
from fieldapp.storage.emptying import Emptied, Emptying
from fieldapp.storage.home import Home
from fieldapp.storage.records import Typed


class Keeping(Protocol):
    """What an erasure touches beside the database (sync.erasures)."""

    def keep(self, tx: Connection, record_id: str, content: bytes) -> None:
        """Lock bytes so that only head office's reserve key opens them."""

    def settle(self, done: Emptied) -> None:
        """Note whose data are erased, and let go of files that hold something of them."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done. here: they were written here, else their owner is told.

    counts: it is decided with that, else their owner is only asked; copies: what is held here of others'
    records went too. sessions: in how many they stood; pictures: photographs that went, for their captions
    named them.
    """

    here: bool
    counts: bool
    copies: bool
    sessions: int
    touched: Touched
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known here of somebody who may be erased.

    here: they are written here. counts: what is decided here about them counts, else their owner is only
    asked; copies: what is held here of others' records goes at once. sessions: in how many they stand;
    pictures: how many photographs hang on those, which may show them.
    """

    here: bool
    counts: bool
    copies: bool
    sessions: int
    pictures: int


class ErasingService:
    """The one verb that takes away for good."""

    def __init__(self, database: Database, home: Home) -> None:
        self._database = database
        self._home = home

    def look(self, actor: Actor, person_id: str, session: str = "") -> Standing:
        """What is known here of somebody. session: where they stand, if they have no record of their own.

        Raises InvalidInput 'not_found'.
        """
        actor.must_be_known()
        with self._database.reading() as tx:
            at = origin(tx, self._database)
            here = _is_here(tx, at, person_id, session)
            counts = erasing.counts(tx, at.centre, person_id, session)
            people = erasing.everybody(tx, {person_id: session})
            held = [records.get(tx, one).record for one in erasing.sessions_of(tx, people)]
            pictures = sum(len(one.attachments) for one in held if isinstance(one, Activity))
            return Standing(here, counts, counts and self._lets_go, len(held), pictures)

    def is_decided(self, actor: Actor, person_id: str) -> bool:
        """Whether this home has decided already that somebody be erased, or asked for it."""
        actor.must_be_known()
        with self._database.reading() as tx:
            return person_id in erasing.decided_by(tx, state.node(tx))

    def erase(self, actor: Actor, person_id: str, keeping: Keeping, session: str = "") -> Erased:
        """Erase a person and whoever was merged with them, in one durable transaction.

        session: where they stand, if they have no record of their own. Of another home's person the decision
        is taken, which tells their owner. Raises NotAllowed, InvalidInput 'not_found' or, while one of their
        sessions here is open again, 'amending'; and what `keeping` raises.
        """
        actor.must_be(Duty.SUPERVISOR, Duty.OFFICER)
        with self._database.transaction() as tx:
            at = origin(tx, self._database)
            here = _is_here(tx, at, person_id, session)
            counts = erasing.counts(tx, at.centre, person_id, session)
            people = erasing.everybody(tx, {person_id: session})
            if open_ones := Emptying(tx, actor, at, people).being_amended:
                raise InvalidInput(
                    Text("Session {number} is being amended.", number=open_ones[0]),
                    Text("Nothing was erased. Finish it first."),
                    "amending",
                )
            fresh = iter(self._database.new_id, "")
            touched = Touched()
            for one in erasing.decide(tx, actor, at, fresh, people):
                touched |= Touched.one("decision", one)
            done = emptying.heed(tx, actor, at, keeping.keep, copies=self._lets_go)
            for record_id in done.gone.records:
                if (held := records.find(tx, record_id)) is not None:
                    touched |= Touched.one(type_name(held.record), record_id)
        keeping.settle(done)
        pictures = len(done.gone.pictures)
        copies = counts and self._lets_go
        return Erased(here, counts, copies, done.sessions, touched | done.touched, pictures)

    @property
    def _lets_go(self) -> bool:
        """Whether this home empties its copies of what others wrote: nobody gets a record back from it."""
        return self._home.has_office_above


def _is_here(tx: Connection, at: Typed, person_id: str, session: str) -> bool:
    """Whether they are written here. Raises InvalidInput 'not_found' where nobody of that id stands."""
    held = records.find(tx, session or person_id)
    found = held is not None and not held.deleted
    if held is not None and isinstance(held.record, Activity):
        found = any(person_of_row(held.record.id, row) == person_id for row in held.record.rows)
    elif held is not None:
        found = found and isinstance(held.record, Person)
    if held is None or not found:
        raise InvalidInput(
            Text("This record is not here."), Text("It may have been opened from an old list."), "not_found"
        )
    return held.owner == at.node
