"""Emptying what this home holds of people who are erased: what it wrote itself, and its copies of the rest.

    people -> their records, their rows, what was amended or decided there -> sealed anew as 'erase'
           -> what stood there before is let go of (storage.letting_go)

Who is counted stays counted. What is done already is not done again.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical, finishing
from fieldapp.domain.actor import Actor
from fieldapp.domain.fields import Name, flatten
from fieldapp.domain.records import (
    Activity,
    Amendment,
    Decision,
    Person,
    Record,
    RosterRow,
    person_of_row,
    type_name,
)
from fieldapp.domain.touched import Touched
from fieldapp.storage import journal, letting_go, log, records, sealing, state
from fieldapp.storage.database import slices
from fieldapp.storage.erasing import (
    People,
    asked,
    everybody,
    ids_of_rows,
    sessions_of,
    standing_among,
    stood_in,
    with_records,
)
from fieldapp.storage.letting_go import EVERYTHING, NOBODY, LetGo
from fieldapp.storage.records import Held, Typed
from fieldapp.storage.state import HQ_CENTRE
from fieldapp.storage.tables import record_directory, record_heads, record_table
from fieldapp.storage.writer import Writer

Lock = Callable[[Connection, str, bytes], None]
"""Keeps bytes so that only head office's reserve key opens them: the transaction, a name, the bytes."""

_DONE = "erased"
"""The setting that lists the people of whom nothing is left to be looked for in journals."""


@dataclass(frozen=True, slots=True)
class Emptied:
    """What was done. people: whom it was about, under all their ids; new: how many ids are of people of whom
    nothing had been done before. sessions: in how many they stood here.

    left: the printed numbers of sessions that are being amended; they are emptied once they are finished.
    """

    people: People
    touched: Touched
    sessions: int
    left: tuple[str, ...]
    gone: LetGo
    new: int = 0


NOTHING_DONE = Emptied({}, Touched(), 0, (), letting_go.NOTHING)


def heed(
    tx: Connection,
    actor: Actor,
    at: Typed,
    lock: Lock,
    *,
    copies: bool,
    words: Iterable[str] = (),
    also: Mapping[str, str] | None = None,
    arrived: Collection[str] | None = None,
) -> Emptied:
    """Do here what decisions about erasing people say, as far as it is not done.

    lock: what stood in own records goes to it, under the id of one of them. copies: empty those of others'
    records too (`empty_copies`). words: what somebody is called of whom no record says it any more. also:
    people who were erased here before this database was put back. arrived: the records (ids) that came, where
    nothing else has changed: nothing is done where it is all done and none of those is about these people.
    """
    named = {**(also or {}), **asked(tx)}
    if not named:
        return NOTHING_DONE
    own_links = bytes.fromhex(at.node) if at.centre == HQ_CENTRE else None
    done = set(json.loads(state.read(tx, _DONE, "[]")))
    if arrived is not None:
        people = everybody(tx, named, own_links, placed=done)
        if people.keys() <= done and not standing_among(tx, people, arrived):
            return NOTHING_DONE
    people = everybody(tx, named, own_links, placed=() if copies else done)
    fresh = [one for one in people if one not in done]
    work = Emptying(tx, actor, at, people, words, fresh, nearby=not copies and not fresh)
    emptied = work.carry_out(lock, next(iter(fresh or people)))
    if fresh and not emptied.left:
        state.write(tx, _DONE, json.dumps(sorted(done.union(fresh))))
    gone = emptied.gone | (empty_copies(tx, at, people) if copies else letting_go.NOTHING)
    return replace(emptied, gone=gone, new=len(fresh) if emptied.touched.records else 0)


class Emptying:
    """Empties what this home wrote of some people, within a transaction.

    people: under all their ids. words: what they are called where that stands here no more. fresh: of whom to
    look also where they stood before. nearby: look at no records but this centre's, and those that it decided
    something about: what all the others wrote is nothing to somebody of whom it is all done.
    """

    def __init__(
        self,
        tx: Connection,
        actor: Actor,
        at: Typed,
        people: Mapping[str, str],
        words: Iterable[str] = (),
        fresh: Collection[str] = (),
        *,
        nearby: bool = False,
    ) -> None:
        self._tx, self._actor, self._at = tx, actor, at
        self._people = dict(people)
        self._stood = stood_in(tx, fresh)
        centre = at.centre if nearby else None
        self._all_sessions = sorted(self._stood.union(sessions_of(tx, people, centre)))
        with_record = with_records(tx, people, centre)
        found = [records.find(tx, one) for one in (*with_record, *self._all_sessions)]
        held = [one for one in found if one is not None]
        self._own = [one for one in held if one.owner == at.node]
        self._words = {*words, *(word for one in held for word in _words_in(one.record, people))}
        self._named = letting_go.spoken(self._words)

    @property
    def being_amended(self) -> tuple[str, ...]:
        """The printed numbers of own sessions open for an amendment: what that lists is still to come."""
        activities = (one.record for one in self._own)
        return tuple(one.printed_number for one in activities if isinstance(one, Activity) and _is_open(one))

    def carry_out(self, lock: Lock, name: str) -> Emptied:
        """Do it all. What stands there before goes to `lock` under that name, if there is anything."""
        changed = [(one, emptied) for one in self._own if (emptied := self._emptied(one)) is not None]
        said = [(one, self._unsaid(one.record)) for one in self._own_decisions()]
        work: list[tuple[Held[Any], Record]] = [
            *changed,
            *((one, without) for one, without in said if without != one.record),
        ]
        touched, gone = Touched(), LetGo(words=frozenset(self._words))
        if work:
            lock(
                self._tx,
                name,
                canonical.encode({"v": 1, "records": [flatten(one.record) for one, _ in work]}),
            )
            for one, record in work:
                self._put(one, record)
                touched |= Touched.one(type_name(record), record.id)
            gone |= self._seal([one.record for one, _ in work])
        sessions = sum(isinstance(one, Activity) for _, one in changed)
        return Emptied(self._people, touched, sessions, self.being_amended, gone)

    def _emptied(self, held: Held[Any]) -> Record | None:
        """What is left of a record of this home; None where nothing has to be done about it."""
        record = held.record
        if isinstance(record, Person):
            return None if self._is_done(held) else Person(id=record.id)
        if not isinstance(record, Activity) or _is_open(record):
            return None
        without = _Without(record, self._people, self._named).activity
        return without if record.id in self._stood or without != record else None

    def _is_done(self, held: Held[Record]) -> bool:
        return held.deleted and held.record == Person(id=held.record.id) and bool(held.rev)

    def _put(self, held: Held[Record], emptied: Record) -> None:
        reason = _reason_of(self._tx, held) if held.deleted else None
        records.put(
            self._tx,
            emptied,
            self._actor,
            self._at,
            base_version=held.version,
            deleted="" if isinstance(emptied, Person) else reason,
            verb="erase",
        )

    def _seal(self, before: Sequence[Record]) -> LetGo:
        """Seal them as erased, and let go of what they were."""
        sealing.seal_erased(self._tx, self._at, [bytes.fromhex(one.id) for one in before])
        found = LetGo(frozenset(one.id for one in before), frozenset(self._words))
        for record in before:
            paths = EVERYTHING
            if isinstance(record, Activity):
                paths = _Without(record, self._people).gone
            letting_go.forget_changes(self._tx, record.id, paths, self._named)
            found |= letting_go.of_record(self._tx, record.id, self._at.at, self._actor.login)
        letting_go.around(self._tx, found)
        return found

    # ------------------------------------------------------------ decisions

    def _own_decisions(self) -> list[Held[Decision]]:
        """What this home decided about them and about sessions where they stand, what was deleted too."""
        decision, owner = record_table("decision"), bytes.fromhex(self._at.node)
        own = sa.select(decision.c.id).join(record_directory, record_directory.c.id == decision.c.id)
        own = own.where(record_directory.c.owner == owner)
        found: set[str] = set()
        for part in slices(map(bytes.fromhex, (*self._people, *self._all_sessions))):
            ids = self._tx.execute(own.where(decision.c.about.in_(part))).scalars()
            found.update(bytes(one).hex() for one in ids)
        return [records.get(self._tx, one) for one in sorted(found)]  # type: ignore[misc]

    def _unsaid(self, decision: Decision) -> Decision:
        """A decision of this home without what it says of them."""
        if decision.about in self._people or _speaks_of(self._tx, decision, self._people):
            return msgspec.structs.replace(decision, suggestion="", reason="")
        return msgspec.structs.replace(
            decision,
            suggestion=letting_go.without(decision.suggestion, self._named),
            reason=letting_go.without(decision.reason, self._named),
        )


# ---------------------------------------------------------------- copies


def empty_copies(tx: Connection, at: Typed, people: Mapping[str, str]) -> LetGo:
    """Empty what is held here of records that others wrote about these people, ahead of them.

    For homes that nobody gets a record back from. What was sealed is let go of; the state that its owner
    seals, emptied, takes its place when it comes.
    """
    ids = dict.fromkeys((*people, *sessions_of(tx, people))) if people else {}
    held = [one for record_id in ids if (one := records.find(tx, record_id)) is not None]
    named = letting_go.spoken({word for one in held for word in _words_in(one.record, people)})
    found = letting_go.NOTHING
    for one in held:
        emptied: Record = Person(id=one.record.id) if isinstance(one.record, Person) else one.record
        if isinstance(one.record, Activity):
            emptied = _Without(one.record, people, named).activity
        if one.owner != at.node and emptied != one.record:
            found |= _empty_copy(tx, at, one, emptied)
    if found.records:
        letting_go.around(tx, found)
    return found


def _empty_copy(tx: Connection, at: Typed, held: Held[Record], emptied: Record) -> LetGo:
    word, key = type_name(emptied), bytes.fromhex(emptied.id)
    writer = Writer(tx)
    writer.turn(word, held.centre, key, held.record, emptied)
    writer.flush()
    own = (record_heads.c.centre == held.centre) & (record_heads.c.id == key)
    values = {"version": held.version + 1, "sealed_version": held.version + 1}
    if isinstance(emptied, Person):
        values["deleted"] = 1
    tx.execute(record_heads.update().where(own).values(values))
    journal.drop(tx, [one for one, _ in journal.held_of(tx, key)])
    letting_go.forget_changes(tx, emptied.id, EVERYTHING)
    log.note(tx, at.at, "", "erase", word, key)
    words = letting_go.words_gone([held.record], [emptied])
    return LetGo(frozenset({emptied.id}), frozenset(words))


def _is_open(activity: Activity) -> bool:
    return bool(activity.amendments) and not finishing.is_locked(activity)


def _reason_of(tx: Connection, held: Held[Record]) -> str:
    own = (record_heads.c.centre == held.centre) & (record_heads.c.id == bytes.fromhex(held.record.id))
    return str(tx.execute(sa.select(record_heads.c.delete_reason).where(own)).scalar_one())


def _speaks_of(tx: Connection, decision: Decision, people: Mapping[str, str]) -> bool:
    """Whether a decision about a session is about a field of one of their rows."""
    match = re.match(r"rows/(\d+)(/|$)", decision.field_path)
    held = records.find(tx, decision.about) if match and decision.about else None
    row = held.record.row(int(match[1])) if match and held and isinstance(held.record, Activity) else None
    return row is not None and held is not None and person_of_row(held.record.id, row) in people


def _words_in(record: Record, people: Mapping[str, str]) -> set[str]:
    """Names and numbers by which these people are called in a record."""
    if isinstance(record, Person):
        return set(letting_go.words_of(record))
    return _Without(record, people).words if isinstance(record, Activity) else set()


class _Without:
    """An activity without some people: who was counted stays counted.

    activity: how it is then; gone: the paths of its journal at which they were named; words: their names.
    """

    def __init__(
        self, activity: Activity, people: Mapping[str, str], named: re.Pattern[str] = NOBODY
    ) -> None:
        self._named = named
        theirs = {row.row for row in activity.rows if person_of_row(activity.id, row) in people}
        before = {number for person, number in ids_of_rows(activity).items() if person in people}
        trains = activity.trainer in people
        self.words = {word for row in activity.rows if row.row in theirs for word in letting_go.words_of(row)}
        if trains:
            self.words |= set(letting_go.long_names(activity.trainer_name))
        numbers = "|".join(map(str, sorted(theirs | before))) or "-"
        of_trainer = "|trainer(_name|_designation|$)" if trains else ""
        self.gone = re.compile(rf"rows/({numbers})(/|$)|amendments(/|$){of_trainer}")
        self.activity = self._emptied(activity, theirs, trains=trains)

    def _emptied(self, activity: Activity, theirs: set[int], *, trains: bool) -> Activity:
        if trains:
            activity = msgspec.structs.replace(activity, trainer_name=Name(), trainer_designation="")
        return msgspec.structs.replace(
            activity,
            notes=self._unnamed(activity.notes),
            rows=tuple(
                _emptied(row)
                if row.row in theirs
                else msgspec.structs.replace(row, remarks=self._unnamed(row.remarks))
                for row in activity.rows
            ),
            attachments=tuple(
                one for one in activity.attachments if self._unnamed(one.caption) == one.caption
            ),
            amendments=tuple(self._amended(one) for one in activity.amendments),
        )

    def _amended(self, amendment: Amendment) -> Amendment:
        return msgspec.structs.replace(
            amendment,
            reason=self._unnamed(amendment.reason),
            values=tuple(
                msgspec.structs.replace(one, before="", after="")
                if self.gone.match(one.field_path)
                else msgspec.structs.replace(
                    one, before=self._unnamed(one.before), after=self._unnamed(one.after)
                )
                for one in amendment.values
            ),
        )

    def _unnamed(self, text: str) -> str:
        return letting_go.without(text, self._named)


def _emptied(row: RosterRow) -> RosterRow:
    """A row that counts and names nobody."""
    return msgspec.structs.replace(
        row,
        name=Name(),
        relation=Name(),
        mobile="",
        designation="",
        office="",
        occupation="",
        guardian="",
        guardian_relation="",
        remarks="",
        anonymous=True,
        tries=tuple(msgspec.structs.replace(one, reference_number="") for one in row.tries),
    )
