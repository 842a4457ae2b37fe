"""Erasing a person: a decision, after which this home keeps figures of theirs and nothing that names them.

    decision -> their record emptied, their rows and what was amended in them -> sealed anew as 'erase'
             -> superseded bodies, journal values, drafts and words of the index dropped

What stands there before is locked for head office's reserve key, for the year in which the law wants it kept
(domain reference 4.3). Sync files that were made before are locked for head office too.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical, finishing
from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name, Ref, flatten
from fieldapp.domain.records import Activity, Amendment, Decision, Person, RosterRow, type_name
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.services.records import origin
from fieldapp.storage import aliases, decisions, erasing, log, records, sealing
from fieldapp.storage.database import Database
from fieldapp.storage.records import Held, R, Typed

Lock = Callable[[Connection, str, bytes], None]
"""Keeps bytes so that only head office's reserve key opens them: the transaction, a name, the bytes."""

_SHORTEST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done. here: the person's record is this home's own. sessions: in how many they stood."""

    here: bool
    sessions: int
    touched: Touched


class ErasingService:
    """The one verb that takes away for good."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def erase(self, actor: Actor, person_id: str, lock: Lock) -> Erased:
        """Erase a person and whoever was merged with them, in one durable transaction.

        Of another home's person only the decision is taken, which tells their owner. Raises NotAllowed,
        InvalidInput 'amending' while one of their sessions is open again, and what `lock` raises.
        """
        actor.must_be(Duty.SUPERVISOR, Duty.OFFICER)
        with self._database.transaction() as tx:
            at = origin(tx, self._database)
            held = _person(tx, person_id)
            decision = self._decide(tx, actor, at, held)
            touched = Touched.one("decision", decision)
            if held.owner != at.node:
                return Erased(False, 0, touched)
            people = [one for one in _all_of(tx, held) if one.owner == at.node]
            sessions = _sessions(tx, at, [one.record.id for one in people])
            before = [*(flatten(one.record) for one in people), *(flatten(one.record) for one in sessions)]
            lock(tx, person_id, canonical.encode({"v": 1, "records": before}))
            for done in _Emptying(tx, actor, at, people, sessions).carry_out():
                touched |= Touched.one(*done)
            log.note(tx, at.at, actor.login, "erase", "person", bytes.fromhex(person_id))
            return Erased(True, len(sessions), touched)

    def _decide(self, tx: Connection, actor: Actor, at: Typed, held: Held[Person]) -> str:
        sealing.seal(tx, at, only=[bytes.fromhex(held.record.id)])
        rev = records.get(tx, held.record.id).rev
        decision = Decision(
            id=self._database.new_id(),
            kind=str(DecisionKind.ERASE_PERSON),
            about=Ref(held.record.id),
            about_rev=Ref(rev),
        )
        records.put(tx, decision, actor, at)
        return decision.id


def _person(tx: Connection, person_id: str) -> Held[Person]:
    held = records.get(tx, person_id)
    if not isinstance(held.record, Person) or held.deleted:
        raise InvalidInput(
            Text("This record is not here."), Text("It may have been opened from an old list."), "not_found"
        )
    return held  # type: ignore[return-value]


def _all_of(tx: Connection, held: Held[Person]) -> list[Held[Person]]:
    """The person under every id that a decision gave them."""
    root = aliases.alias_of(tx, held.record.id)
    merged = aliases.aliases(tx, [bytes(row.about).hex() for row in tx.execute(aliases.merged_away())])
    ids = dict.fromkeys((held.record.id, root, *(one for one, stands in merged.items() if stands == root)))
    found = (records.find(tx, one) for one in ids)
    return [one for one in found if one and isinstance(one.record, Person)]  # type: ignore[misc]


def _sessions(tx: Connection, at: Typed, people: Sequence[str]) -> list[Held[Activity]]:
    found: list[Held[Activity]] = []
    for record_id in erasing.sessions_of(tx, bytes.fromhex(at.node), people):
        held = records.get(tx, record_id)
        if isinstance(held.record, Activity):
            if held.record.amendments and not finishing.is_locked(held.record):
                raise InvalidInput(
                    Text("Session {number} is being amended.", number=held.record.printed_number),
                    Text("Nothing was erased. Finish it first."),
                    "amending",
                )
            found.append(held)  # type: ignore[arg-type]
    return found


class _Emptying:
    """Empties the records of one person within a transaction."""

    def __init__(
        self,
        tx: Connection,
        actor: Actor,
        at: Typed,
        people: Sequence[Held[Person]],
        sessions: Sequence[Held[Activity]],
    ) -> None:
        self._tx, self._actor, self._at = tx, actor, at
        self._people, self._sessions = people, sessions
        self._ids = {one.record.id for one in people}
        self._words = sorted(_words_of([one.record for one in people], sessions, self._ids), key=len)[::-1]
        self._done: list[tuple[str, str]] = []

    def carry_out(self) -> list[tuple[str, str]]:
        """Do it all; gives (type, id) of every record that was emptied."""
        everything = re.compile("")
        for person in self._people:
            self._put(person, Person(id=person.record.id), everything, deleted="")
        for session in self._sessions:
            self._put(session, self._without(session.record), self._gone_in(session.record))
        about = [*self._ids, *(one.record.id for one in self._sessions)]
        for held in (one for said in decisions.about(self._tx, about).values() for one in said):
            if held.owner == self._at.node:
                self._put(held, self._unsaid(held.record), everything)
        ids = [record_id for _, record_id in self._done]
        sealing.seal_erased(self._tx, self._at, [bytes.fromhex(one) for one in ids])
        erasing.forget_typing(self._tx, ids, self._words)
        erasing.forget_in_index(self._tx, ids)
        return self._done

    def _put(self, held: Held[R], emptied: R, gone: re.Pattern[str], deleted: str | None = None) -> None:
        if emptied == held.record and not isinstance(emptied, Person):
            return
        records.put(
            self._tx, emptied, self._actor, self._at, base_version=held.version, deleted=deleted, verb="erase"
        )
        erasing.forget_changes(self._tx, emptied.id, gone, self._words)
        self._done.append((type_name(emptied), emptied.id))

    def _rows(self, activity: Activity) -> set[int]:
        return {row.row for row in activity.rows if row.person in self._ids}

    def _gone_in(self, activity: Activity) -> re.Pattern[str]:
        """The paths of an activity at which somebody who is erased was named."""
        rows = "|".join(map(str, sorted(self._rows(activity)))) or "-"
        trainer = "|trainer_(name|designation)" if activity.trainer in self._ids else ""
        return re.compile(rf"rows/({rows})(/|$)|amendments(/|$){trainer}")

    def _without(self, activity: Activity) -> Activity:
        """The activity without them: who was counted stays counted."""
        gone, rows = self._gone_in(activity), self._rows(activity)
        if activity.trainer in self._ids:
            activity = msgspec.structs.replace(activity, trainer_name=Name(), trainer_designation="")
        return msgspec.structs.replace(
            activity,
            notes=self._unnamed(activity.notes),
            rows=tuple(
                _emptied(row)
                if row.row in rows
                else msgspec.structs.replace(row, remarks=self._unnamed(row.remarks))
                for row in activity.rows
            ),
            attachments=tuple(
                msgspec.structs.replace(one, caption=self._unnamed(one.caption))
                for one in activity.attachments
            ),
            amendments=tuple(self._amended(one, gone) for one in activity.amendments),
        )

    def _amended(self, amendment: Amendment, gone: re.Pattern[str]) -> Amendment:
        return msgspec.structs.replace(
            amendment,
            reason=self._unnamed(amendment.reason),
            values=tuple(
                msgspec.structs.replace(one, before="", after="")
                if gone.match(one.field_path)
                else msgspec.structs.replace(
                    one, before=self._unnamed(one.before), after=self._unnamed(one.after)
                )
                for one in amendment.values
            ),
        )

    def _unsaid(self, decision: Decision) -> Decision:
        """A decision of this home without what it says of them."""
        about_them = decision.about in self._ids
        return msgspec.structs.replace(
            decision,
            suggestion="" if about_them else self._unnamed(decision.suggestion),
            reason="" if about_them else self._unnamed(decision.reason),
        )

    def _unnamed(self, text: str) -> str:
        for word in self._words:
            text = text.replace(word, "–")
        return text


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


def _words_of(people: Sequence[Person], sessions: Sequence[Held[Activity]], ids: set[str]) -> set[str]:
    """Names and numbers by which these people are called; short ones would be found in other words."""
    rows = [row for one in sessions for row in one.record.rows if row.person in ids]
    named: list[Person | RosterRow] = [*people, *rows]
    names = [one.name for one in named]
    names += [one.record.trainer_name for one in sessions if one.record.trainer in ids]
    words = [word for name in names for word in (name.hi, name.en)]
    words += [one.mobile for one in named]
    return {word for word in words if len(word) >= _SHORTEST_WORDS}
