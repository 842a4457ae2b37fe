"""Head office's queue of findings: what is odd, who looks at it, and what was said about it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Ref
from fieldapp.domain.findings import FindingKind, FindingState, Settlement
from fieldapp.domain.identifiers import refuse_forbidden_number
from fieldapp.domain.records import Decision
from fieldapp.domain.text import Text
from fieldapp.services.decisions import DecisionService
from fieldapp.services.finding_sides import Side, centres_of, sides_of, words_of
from fieldapp.services.records import origin
from fieldapp.storage import aliases, finding_causes, findings, log, records, search_index, withdrawing
from fieldapp.storage.database import Database, instant, stamp
from fieldapp.storage.finding_causes import Named
from fieldapp.storage.known_people import KnownPerson
from fieldapp.storage.state import Centre
from fieldapp.storage.tables import findings as table
from fieldapp.storage.tables import head_of, record_directory, record_heads, record_table

MOST = 200
"""So many are listed; the filters lead to the others."""

_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding in the list. id: 32 hex; login and at: who said last how it stands, '' for nobody, and when.

    about: what it is about, in pieces: Texts, Names and plain words.
    """

    id: str
    kind: FindingKind
    state: FindingState
    reason: str
    note: str
    login: str
    at: datetime
    found_at: datetime
    centres: tuple[Centre, ...]
    about: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """What is listed. counts: live findings by (kind, state); behind: records still wait to be looked at."""

    findings: tuple[Finding, ...]
    counts: dict[tuple[str, str], int]
    behind: bool

    def count(self, kind: str = "", state: str = "") -> int:
        """How many of a kind and in a state, '' for all."""
        return sum(n for (one, other), n in self.counts.items() if kind in ("", one) and state in ("", other))

    @property
    def waiting(self) -> int:
        """How many somebody still has to settle."""
        return self.count() - self.count(state=FindingState.SETTLED)


class FindingService:
    """The verbs of a finding; what they decide about records are Decisions, which travel."""

    def __init__(self, database: Database, decisions: DecisionService) -> None:
        self._database = database
        self._decisions = decisions

    # ------------------------------------------------------------ looking

    def queue(self, actor: Actor, kind: str = "", state: str = FindingState.OPEN) -> Queue:
        """The newest findings of a kind in a state ('' for any), and how many there are of each."""
        actor.must_be_known()
        where = [table.c.live == 1]
        where += [table.c.kind == kind] if kind else []
        where += [table.c.state == state] if state else []
        with self._database.reading() as tx:
            rows = tx.execute(
                sa.select(table).where(*where).order_by(table.c.found_at.desc(), table.c.id).limit(MOST)
            ).fetchall()
            counted = tx.execute(
                sa.select(table.c.kind, table.c.state, sa.func.count())
                .where(table.c.live == 1)
                .group_by(table.c.kind, table.c.state)
            )
            return Queue(
                tuple(_finding(tx, row) for row in rows),
                {(row[0], row[1]): row[2] for row in counted},
                search_index.is_behind(tx, late=True),
            )

    def waiting(self, actor: Actor) -> tuple[int, bool]:
        """How many somebody still has to settle, and whether records still wait to be looked through."""
        actor.must_be_known()
        unsettled = (table.c.live == 1, table.c.state.in_((FindingState.OPEN, FindingState.LOOKING)))
        with self._database.reading() as tx:
            n = tx.execute(sa.select(sa.func.count()).select_from(table).where(*unsettled)).scalar_one()
            return n, search_index.is_behind(tx, late=True)

    def sides(self, actor: Actor, finding_id: str) -> tuple[Side, ...]:
        """What is looked at beside each other; () where its cause is gone."""
        actor.must_be_known()
        with self._database.reading() as tx:
            return sides_of(tx, _named(tx, finding_id))

    # ------------------------------------------------------------ saying how it stands

    def look_at(self, actor: Actor, finding_id: str) -> None:
        """Say that one is looking at it, so that nobody else begins."""
        self._say(actor, finding_id, FindingState.LOOKING)

    def settle(self, actor: Actor, finding_id: str, reason: Settlement, note: str = "") -> None:
        """Say why nothing is left to be done. Raises InvalidInput 'no_reason': 'another' without a note."""
        if reason is Settlement.OTHER and not note.strip():
            raise InvalidInput(Text("A reason is needed."), Text("Write it in a few words."), "no_reason")
        self._say(actor, finding_id, FindingState.SETTLED, reason, note)

    def open_again(self, actor: Actor, finding_id: str) -> None:
        """Take back what was said about it: the decisions of this office, and that it is settled."""
        with self._changing(actor, finding_id) as (tx, named):
            self._take_back(tx, actor, named)
            self._write(tx, actor, named, FindingState.OPEN)
            findings.look_again(tx, [named])

    def note(self, actor: Actor, finding_id: str, note: str) -> None:
        """Write a note beside it; how it stands stays."""
        _refuse(note)
        with self._changing(actor, finding_id) as (tx, named):
            values = {"note": note.strip(), "login": actor.login, "at": stamp(self._database.clock())}
            tx.execute(table.update().where(table.c.id == named.id).values(values))

    # ------------------------------------------------------------ deciding

    def merge(self, actor: Actor, finding_id: str, note: str = "", keep: int = 0) -> None:
        """Say that both sides are one person: whoever stands on the side `keep` stands for all of them."""
        with self._changing(actor, finding_id) as (tx, named):
            sides = _two_sides(tx, named)
            kept = _who_stands(sides[keep])
            root = aliases.alias_of(tx, kept.person)
            everybody = {one.person: one for one in (*sides[keep], *sides[1 - keep])}
            standing = aliases.aliases(tx, everybody)
            for person, one in everybody.items():
                if standing.get(person, person) != root:
                    draft = self._draft(one, root, note)
                    self._decisions.decide_in(tx, actor, DecisionKind.SAME_PERSON, person, draft)
            self._write(tx, actor, named, FindingState.SETTLED, Settlement.ONE_PERSON, note)
            findings.look_again(tx, [named])

    def part(self, actor: Actor, finding_id: str, note: str = "") -> None:
        """Say that they are different people; it is remembered, and takes a merge of the two back."""
        with self._changing(actor, finding_id) as (tx, named):
            one, two = map(_who_stands, _two_sides(tx, named))
            self._take_back(tx, actor, named)
            draft = self._draft(one, two.person, note)
            self._decisions.decide_in(tx, actor, DecisionKind.DIFFERENT_PEOPLE, one.person, draft)
            self._write(tx, actor, named, FindingState.SETTLED, Settlement.DIFFERENT_PEOPLE, note)
            findings.look_again(tx, [named])

    def choose(self, actor: Actor, finding_id: str, rev: str, note: str = "") -> None:
        """Let one version of a forked record stand: it is shown here from now on, and its owner is told."""
        with self._changing(actor, finding_id) as (tx, named):
            others = [side.rev for side in sides_of(tx, named) if side.rev != rev]
            self._take_back(tx, actor, named)
            for other in others:
                draft = Decision(
                    id=self._decisions.new_id(), about_rev=Ref(rev), other=Ref(other), reason=note.strip()
                )
                self._decisions.decide_in(tx, actor, DecisionKind.VERSION_STANDS, named.key, draft)
            withdrawing.show_anew(tx, named.key, stamp(self._database.clock()))
            self._write(tx, actor, named, FindingState.SETTLED, Settlement.VERSION_CHOSEN, note)
            findings.look_again(tx, [named])

    def ask(self, actor: Actor, finding_id: str, side: Side, reason: str) -> None:
        """Ask the centre of one side for a correction where the finding stands, and settle it by that.

        side: as it was looked at. Raises MovedOn when an import has taken it away since.
        """
        with self._database.reading() as tx:
            standing = {(one.record, one.path) for one in sides_of(tx, _named(tx, finding_id))}
        if (side.record, side.path) not in standing:
            raise records.moved_on()
        self._decisions.ask_correction(actor, side.record, reason, side.path)
        self._say(actor, finding_id, FindingState.SETTLED, Settlement.CORRECTION_ASKED, reason)

    # ------------------------------------------------------------ the steps

    @contextmanager
    def _changing(self, actor: Actor, finding_id: str) -> Iterator[tuple[Connection, Named]]:
        """One transaction in which something is said about a finding."""
        actor.must_be(Duty.OFFICER)
        with self._database.transaction() as tx:
            yield tx, _named(tx, finding_id)

    def _say(self, actor: Actor, finding_id: str, to: FindingState, reason: str = "", note: str = "") -> None:
        _refuse(note)
        with self._changing(actor, finding_id) as (tx, named):
            self._write(tx, actor, named, to, reason, note)

    def _write(
        self, tx: Connection, actor: Actor, named: Named, to: FindingState, reason: str = "", note: str = ""
    ) -> None:
        now = self._database.clock()
        values = {"state": to, "reason": reason, "login": actor.login, "at": stamp(now)}
        values |= {"note": note.strip()} if note.strip() else {}
        tx.execute(table.update().where(table.c.id == named.id).values(values))
        log.note(tx, now, actor.login, f"finding_{to.lower()}", what=named.id.hex())

    def _draft(self, one: KnownPerson, other: str, note: str) -> Decision:
        return Decision(
            id=self._decisions.new_id(), about_in=Ref(one.activity), other=Ref(other), reason=note.strip()
        )

    def _take_back(self, tx: Connection, actor: Actor, named: Named) -> None:
        """Delete this office's own decisions about a finding; the deletions travel as they did."""
        where = _said_about(tx, named)
        if where is None:
            return
        decision, own = record_table("decision"), origin(tx, self._database)
        ids = tx.execute(
            sa.select(decision.c.id)
            .join(record_heads, head_of(decision))
            .join(record_directory, record_directory.c.id == decision.c.id)
            .where(where, record_heads.c.deleted == 0, record_directory.c.owner == bytes.fromhex(own.node))
        ).scalars()
        for key in ids.all():
            held = records.get(tx, bytes(key).hex())
            records.put(tx, held.record, actor, own, base_version=held.version, deleted="taken back")
        if named.kind == FindingKind.FORK:
            withdrawing.show_anew(tx, named.key, stamp(own.at))


def _named(tx: Connection, finding_id: str) -> Named:
    own = table.c.id == bytes.fromhex(finding_id)
    row = tx.execute(sa.select(table.c.kind, table.c.key, table.c.one, table.c.two).where(own)).first()
    if row is None:
        raise InvalidInput(Text("This finding is not here."), Text("Look at the list again."), "not_found")
    return Named(*row)


def _finding(tx: Connection, row: Any) -> Finding:
    named = Named(row.kind, row.key, row.one, row.two)
    return Finding(
        id=bytes(row.id).hex(),
        kind=FindingKind(row.kind),
        state=FindingState(row.state),
        reason=row.reason,
        note=row.note,
        login=row.login,
        at=instant(row.at),
        found_at=instant(row.found_at),
        centres=centres_of(tx, named),
        about=words_of(tx, named),
    )


def _two_sides(tx: Connection, named: Named) -> tuple[Sequence[KnownPerson], Sequence[KnownPerson]]:
    one, two = finding_causes.people_of(tx, named)
    if not one or not two:
        raise InvalidInput(
            Text("These people do not stand here any more."), Text("Nothing was changed."), "not_found"
        )
    return one, two


def _who_stands(side: Sequence[KnownPerson]) -> KnownPerson:
    """Who stands for a side: their record, else whoever is known by the newest row."""
    return next((one for one in side if not one.activity), side[0])


def _said_about(tx: Connection, named: Named) -> sa.ColumnElement[bool] | None:
    """Which decisions speak of a finding; None where none can."""
    decision = record_table("decision")
    if named.kind == FindingKind.FORK:
        return sa.and_(
            decision.c.kind == str(DecisionKind.VERSION_STANDS), decision.c.about == bytes.fromhex(named.key)
        )
    if named.kind != FindingKind.SAME_PERSON:
        return None
    one, two = finding_causes.people_of(tx, named)
    ids = {person.person for person in (*one, *two)}
    roots = set(aliases.aliases(tx, ids).values())
    about, other = ([bytes.fromhex(each) for each in some] for some in (ids, ids | roots))
    kinds = [str(DecisionKind.SAME_PERSON), str(DecisionKind.DIFFERENT_PEOPLE)]
    return sa.and_(decision.c.kind.in_(kinds), decision.c.about.in_(about), decision.c.other.in_(other))


def _refuse(note: str) -> None:
    refuse_forbidden_number(note)
    if len(note) > _LONGEST:
        raise InvalidInput(
            Text("At most {n} characters.", n=_LONGEST), Text("Write it in a few words."), "too_long"
        )
