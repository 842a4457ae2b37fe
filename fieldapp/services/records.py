"""What every record type has in common: reading, saving, deleting, listing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.consent import lacks_notice, with_notice
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.identifiers import refuse_forbidden_number
from fieldapp.domain.records import Record, type_name
from fieldapp.domain.rules import Problem, Setting, check, check_clock, refusal
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.notices import version_in_force
from fieldapp.services.search import looking
from fieldapp.storage import queries, records, state
from fieldapp.storage.database import Database
from fieldapp.storage.queries import ActivityFigures, Cursor, Page, Query
from fieldapp.storage.records import Held, SyncState, Typed

R = TypeVar("R", bound=Record)
EVERYTHING = Query()

__all__ = [
    "ActivityFigures",
    "Cursor",
    "Held",
    "Page",
    "Query",
    "RecordService",
    "Saved",
    "SyncState",
]


@dataclass(frozen=True, slots=True)
class Saved(Generic[R]):
    """A finished save: the record as now held, what was there before (None: nothing), what it touched."""

    held: Held[R]
    before: R | None
    touched: Touched


def origin(tx: Connection, database: Database) -> Typed:
    """The origin of what is typed in this home at this moment."""
    return Typed(*state.identity(tx), database.clock())


class RecordService(Generic[R]):
    """The verbs every record type has."""

    def __init__(self, database: Database, record_type: type[R], setting: Setting) -> None:
        self._database = database
        self._type = record_type
        self._word = type_name(record_type)
        self.setting = setting

    @property
    def today(self) -> date:
        """The day it is in India."""
        return self._database.today()

    def new_id(self) -> str:
        """A fresh id for a record that will be saved."""
        return self._database.new_id()

    def get(self, actor: Actor, record_id: str) -> Held[R]:
        """The record with that id. Raises InvalidInput when this home has none."""
        actor.must_be_known()
        with self._database.reading() as tx:
            return self._get(tx, record_id)

    def page(
        self, actor: Actor, query: Query = EVERYTHING, after: Cursor | None = None, limit: int = 200
    ) -> Page[R]:
        """The next page of the list: records without their parts; total only on the first page."""
        actor.must_be_known()
        with looking(self._database) if query.text else self._database.reading() as tx:
            return queries.page(tx, self._word, query, after, limit)

    def every(self, actor: Actor, query: Query = EVERYTHING) -> list[Held[R]]:
        """The whole list, records without their parts, as it stands at one moment.

        Between two calls of `page` an import may come, and half of what it brought would be in the list.
        """
        actor.must_be_known()
        with looking(self._database) if query.text else self._database.reading() as tx:
            page = queries.page(tx, self._word, query)
            found = list(page.items)
            while page.next is not None:
                page = queries.page(tx, self._word, query, page.next)
                found += page.items
            return found

    def problems(self, record: R) -> tuple[Problem, ...]:
        """What the rules say about a record as it stands."""
        return (*check(record, self.setting), *check_clock(record, self.today))

    def save(self, actor: Actor, record: R, base_version: int | None = None) -> Saved[R]:
        """Keep a record in one durable transaction; base_version None makes a new one.

        Raises InvalidInput for a hard problem, MovedOn when somebody saved in between, EnvironmentProblem
        when the disk will not have it; nothing has changed then.
        """
        return self._change(actor, record, base_version)

    def save_all(self, actor: Actor, fresh: Sequence[R]) -> None:
        """Keep several new records in one durable transaction. Raises as `save` does; none is kept then."""
        for record in fresh:
            self._refuse_hard(record)
        with self._database.transaction() as tx:
            for record in fresh:
                self._put(tx, actor, record, None)

    def standing(self, actor: Actor, ids: Iterable[str]) -> dict[str, Held[R]]:
        """Those of the records that are here, deleted ones too, by id."""
        actor.must_be_known()
        with self._database.reading() as tx:
            held = {record_id: records.find(tx, record_id) for record_id in ids}
        return {record_id: one for record_id, one in held.items() if one is not None}  # type: ignore[misc]

    def delete_all(self, actor: Actor, unwanted: Iterable[Held[R]], reason: str) -> None:
        """Leave a tombstone for each of them, in one durable transaction. Raises as `delete` does."""
        with self._database.transaction() as tx:
            for held in unwanted:
                self._put(tx, actor, held.record, held.version, reason)

    def restore_all(self, actor: Actor, gone: Iterable[Held[R]]) -> None:
        """Bring each of the deleted records back, in one durable transaction. Raises as `restore` does."""
        with self._database.transaction() as tx:
            for held in gone:
                self._put(tx, actor, held.record, held.version)

    def delete(self, actor: Actor, record_id: str, base_version: int, reason: str) -> Saved[R]:
        """Leave a tombstone with a reason; the record can be brought back by `restore`."""
        refuse_forbidden_number(reason, allowed=self.setting.centre_ids)
        return self._rewrite(actor, record_id, base_version, lambda record: record, deleted=reason)

    def restore(self, actor: Actor, record_id: str, base_version: int) -> Saved[R]:
        """Bring a deleted record back as it was."""
        return self._rewrite(actor, record_id, base_version, lambda record: record)

    def _get(self, tx: Connection, record_id: str) -> Held[R]:
        held = records.get(tx, record_id)
        if not isinstance(held.record, self._type):
            raise InvalidInput(
                Text("This record is of another kind."), Text("Open it from its own page."), "other_type"
            )
        return held  # type: ignore[return-value]

    def _refuse_hard(self, record: R, before: R | None = None) -> None:
        hard = refusal(record, self.setting, before)
        if hard:
            raise InvalidInput(hard.text, Text("Nothing was saved of it. Correct it here."), hard.code)

    def _change(self, actor: Actor, record: R, base_version: int | None) -> Saved[R]:
        self._refuse_hard(record)
        with self._database.transaction() as tx:
            return self._put(tx, actor, record, base_version)

    def _rewrite(
        self,
        actor: Actor,
        record_id: str,
        base_version: int,
        change: Callable[[R], R],
        deleted: str | None = None,
    ) -> Saved[R]:
        """Read, change and save in one transaction."""
        with self._database.transaction() as tx:
            before = self._get(tx, record_id).record
            record = change(before)
            if deleted is None:
                self._refuse_hard(record, before)
            return self._put(tx, actor, record, base_version, deleted)

    def _put(
        self, tx: Connection, actor: Actor, record: R, base_version: int | None, deleted: str | None = None
    ) -> Saved[R]:
        if deleted is None and lacks_notice(record):
            found = records.find(tx, record.id)
            record = with_notice(record, found.record if found else None, version_in_force())  # type: ignore[assignment]
        held, before = records.put(
            tx, record, actor, origin(tx, self._database), base_version=base_version, deleted=deleted
        )
        return Saved(held, before, Touched.one(self._word, record.id))
