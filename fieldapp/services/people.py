"""People, and two of them that turn out to be one: a decision, which can be taken back."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import DecisionKind, Role
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Ref
from fieldapp.domain.names import matches, search_key, search_query
from fieldapp.domain.records import Decision, Person
from fieldapp.domain.rules import Setting
from fieldapp.domain.text import Text
from fieldapp.services.decisions import DecisionService
from fieldapp.services.records import RecordService, Saved
from fieldapp.storage import aliases, queries, records
from fieldapp.storage.database import Database
from fieldapp.storage.tables import head_of, record_heads, record_table

_TRAINING = (str(Role.MASTER_TRAINER), str(Role.VOLUNTEER))


class PeopleService(RecordService[Person]):
    """The verbs of a person."""

    def __init__(self, database: Database, setting: Setting, decisions: DecisionService) -> None:
        super().__init__(database, Person, setting)
        self._decisions = decisions

    def merge(self, actor: Actor, kept: str, other: str) -> Saved[Decision]:
        """Say that two people are one: the first stands for both from now on, everywhere.

        Raises InvalidInput 'same_already', or where one of them has no record here.
        """
        with self._database.reading() as tx:
            standing, gone = aliases.alias_of(tx, kept), aliases.alias_of(tx, other)
            for person_id in (standing, gone):
                self._get(tx, person_id)
        if standing == gone:
            raise InvalidInput(
                Text("These are one person already."), Text("Nothing was changed."), "same_already"
            )
        return self._say(actor, DecisionKind.SAME_PERSON, gone, standing)

    def different(self, actor: Actor, one: str, two: str) -> Saved[Decision]:
        """Say that two people are not one; it takes a merge of the two back, and hints stop."""
        return self._say(actor, DecisionKind.DIFFERENT_PEOPLE, one, two)

    def _put(
        self,
        tx: Connection,
        actor: Actor,
        record: Person,
        base_version: int | None,
        deleted: str | None = None,
    ) -> Saved[Person]:
        """Nobody who was erased is written again."""
        before = records.find(tx, record.id) if base_version is not None else None
        if before is not None and before.deleted and before.record == Person(id=record.id):
            raise InvalidInput(
                Text("This person was erased."),
                Text("Nothing was saved. Keep a new record if they come again."),
                "erased",
            )
        return super()._put(tx, actor, record, base_version, deleted)

    def alias_of(self, actor: Actor, person_id: str) -> str:
        """The id of the person who stands for this one."""
        actor.must_be_known()
        with self._database.reading() as tx:
            return aliases.alias_of(tx, person_id)

    def stands_for(self, actor: Actor, person_id: str) -> tuple[Person, ...]:
        """Those for whom this person stands by a decision that can be taken back with `different`."""
        actor.must_be_known()
        with self._database.reading() as tx:
            found = (records.find(tx, one) for one in aliases.put_under(tx, person_id))
            return tuple(
                held.record for held in found if held and not held.deleted and isinstance(held.record, Person)
            )

    def trainers(self, actor: Actor, typed: str, limit: int = 6) -> tuple[Person, ...]:
        """Known Master Trainers and volunteers whom typed letters of any script may mean."""
        actor.must_be_known()
        query = search_query(typed)
        with self._database.reading() as tx:
            found = queries.held_by_id(tx, "person", _trainers(tx)).values()
        fitting = (
            one.record
            for one in found
            if matches(query, search_key(one.record.name.hi, one.record.name.en)) is not None
        )
        return tuple(sorted(fitting, key=lambda one: (one.name.hi, one.id))[:limit])

    def _say(self, actor: Actor, kind: DecisionKind, one: str, two: str) -> Saved[Decision]:
        with self._database.reading() as tx:
            new_id = aliases.id_after(tx, one, two, self._decisions.new_id())
        draft = Decision(id=new_id, other=Ref(two))
        return self._decisions.decide(actor, kind, one, draft)


def _trainers(tx: sa.engine.Connection) -> list[str]:
    roles = record_table("person_roles")
    rows = tx.execute(
        sa.select(roles.c.id)
        .distinct()
        .join(record_heads, head_of(roles))
        .where(roles.c.role.in_(_TRAINING), record_heads.c.deleted == 0)
        .where(roles.c.id.not_in(aliases.merged_away()))
    )
    return [bytes(row.id).hex() for row in rows]
