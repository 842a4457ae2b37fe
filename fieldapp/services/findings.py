"""Head office's queue of findings: what is odd, who looks at it, and what was said about it."""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from string import hexdigits
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Ref
from fieldapp.domain.findings import BY_RULE, FindingKind, FindingState, Settlement
from fieldapp.domain.identifiers import refuse_forbidden_number
from fieldapp.domain.records import Decision
from fieldapp.domain.text import Text
from fieldapp.services.decisions import DecisionService
from fieldapp.services.finding_people import concerned_with, kept_side, said_about, two_sides, who_stands
from fieldapp.services.finding_sides import Side, centres_of, sides_of, words_of
from fieldapp.services.records import origin
from fieldapp.storage import aliases, findings, log, records, search_index, withdrawing
from fieldapp.storage.database import Database, instant, stamp
from fieldapp.storage.finding_alike import open_like
from fieldapp.storage.finding_causes import Named
from fieldapp.storage.known_people import KnownPerson
from fieldapp.storage.state import Centre
from fieldapp.storage.tables import findings as table
from fieldapp.storage.tables import head_of, record_directory, record_heads, record_table

MOST = 200
"""So many are listed; the filters lead to the others."""

_LONGEST, _ID = 1000, 32


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding in the list. id: 32 hex; login and at: its officer, who took it up or settled it, and when.

    login is '' while nobody has. about: what it is about, in pieces: Texts, Names and plain words.
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
    """What is listed. counts: live findings by (kind, state, mine); behind: records wait to be looked at.

    mine: whoever asks is its officer, and it is not settled.
    """

    findings: tuple[Finding, ...]
    counts: dict[tuple[str, str, bool], int]
    behind: bool

    def count(self, kind: str = "", state: str = "", *, mine: bool = False) -> int:
        """How many of a kind and in a state, '' for all."""
        return sum(
            n
            for (one, other, own), n in self.counts.items()
            if kind in ("", one) and state in ("", other) and (own or not mine)
        )

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

    def queue(
        self, actor: Actor, kind: str = "", state: str = FindingState.OPEN, *, mine: bool = False
    ) -> Queue:
        """The newest findings of a kind in a state ('' for any), and how many there are of each.

        mine: only those that are the actor's to settle.
        """
        actor.must_be_known()
        where = [table.c.live == 1]
        where += [table.c.kind == kind] if kind else []
        where += [table.c.state == state] if state else []
        where += [table.c.login == actor.login, table.c.state != FindingState.SETTLED] if mine else []
        with self._database.reading() as tx:
            rows = tx.execute(
                sa.select(table).where(*where).order_by(table.c.found_at.desc(), table.c.id).limit(MOST)
            ).fetchall()
            behind = search_index.is_behind(tx, late=True)
            return Queue(tuple(_finding(tx, row) for row in rows), _counted(tx, actor.login), behind)

    def find(self, actor: Actor, finding_id: str) -> Finding:
        """One finding. Raises InvalidInput 'not_found'."""
        actor.must_be_known()
        with self._database.reading() as tx:
            return _finding(tx, _row(tx, finding_id))

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
            return sides_of(tx, _named(_row(tx, finding_id)))

    # ------------------------------------------------------------ saying how it stands

    def look_at(self, actor: Actor, finding_id: str, instead_of: str = "") -> None:
        """Take it up: one is its officer, so that nobody else begins. instead_of: whose it may be taken from.

        Raises InvalidInput 'taken' where it is another officer's, 'settled' where it is settled.
        """
        with self._changing(actor, finding_id) as (tx, named):
            _must_be_open(_row(tx, finding_id), actor.login, instead_of)
            self._write(tx, actor, named, FindingState.LOOKING)

    def settle(self, actor: Actor, finding_id: str, reason: Settlement, note: str = "") -> None:
        """Say why nothing is left to be done. Raises InvalidInput 'no_reason': 'another' without a note.

        As whatever settles one, it raises 'taken' where another officer looks at it and 'settled' where it
        is settled: somebody came first.
        """
        if reason is Settlement.OTHER and not note.strip():
            raise InvalidInput(Text("A reason is needed."), Text("Write it in a few words."), "no_reason")
        self._settle(actor, finding_id, reason, note)

    def open_again(self, actor: Actor, *finding_ids: str) -> None:
        """Take back what was said of them: this office's decisions, their officers, how they stand."""
        actor.must_be(Duty.OFFICER)
        with self._database.transaction() as tx:
            for named in [_named(_row(tx, one, alone=True)) for one in finding_ids]:
                concerned = concerned_with(tx, named)
                self._take_back(tx, actor, named)
                self._write(tx, actor, named, FindingState.OPEN)
                findings.look_again(tx, concerned)

    def note(self, actor: Actor, finding_id: str, note: str) -> None:
        """Write a note beside it; how it stands stays, and whose it is."""
        _refuse(note)
        with self._changing(actor, finding_id) as (tx, named):
            tx.execute(table.update().where(table.c.id == named.id).values(note=note.strip()))
            log.note(tx, self._database.clock(), actor.login, "finding_noted", what=finding_id)

    # ------------------------------------------------------------ settling others by rule

    def alike(self, actor: Actor, finding_id: str) -> tuple[str, ...]:
        """The open findings that may be settled as this one was, () where no rule says so.

        What makes them alike, and which ways of settling hold for others: domain.findings.BY_RULE.
        """
        actor.must_be_known()
        with self._database.reading() as tx:
            return tuple(one.id.hex() for one in _alike(tx, _row(tx, finding_id)))

    def settle_alike(self, actor: Actor, finding_id: str, among: Collection[str]) -> tuple[str, ...]:
        """Settle those of `among` that are still exactly like a settled one as that was; gives their ids.

        What was noted about the people of the first is not said of others: erasing them would not find it.
        """
        with self._changing(actor, finding_id) as (tx, first):
            row = _row(tx, finding_id)
            others = [one for one in _alike(tx, row) if one.id.hex() in among]
            keep = kept_side(tx, first) if row.reason == Settlement.ONE_PERSON else 0
            for named in others:
                if row.reason == Settlement.ONE_PERSON:
                    self._merge(tx, actor, named, "", keep)
                else:
                    self._write(tx, actor, named, FindingState.SETTLED, row.reason, row.note)
        return tuple(one.id.hex() for one in others)

    # ------------------------------------------------------------ deciding

    def merge(self, actor: Actor, finding_id: str, note: str = "", keep: int = 0) -> None:
        """Say that both sides are one person: whoever stands on the side `keep` stands for all of them."""
        with self._settling(actor, finding_id, FindingKind.SAME_PERSON) as (tx, named):
            self._merge(tx, actor, named, note, keep)

    def part(self, actor: Actor, finding_id: str, note: str = "") -> None:
        """Say that they are different people; it is remembered, and takes a merge of the two back."""
        with self._settling(actor, finding_id, FindingKind.SAME_PERSON) as (tx, named):
            one, two = map(who_stands, two_sides(tx, named))
            concerned = concerned_with(tx, named)
            self._take_back(tx, actor, named)
            draft = self._draft(one, two.person, note)
            self._decisions.decide_in(tx, actor, DecisionKind.DIFFERENT_PEOPLE, one.person, draft)
            self._write(tx, actor, named, FindingState.SETTLED, Settlement.DIFFERENT_PEOPLE, note)
            findings.look_again(tx, concerned)

    def choose(self, actor: Actor, finding_id: str, rev: str, note: str = "") -> None:
        """Let one version of a forked record stand: it is shown here from now on, and its owner is told."""
        with self._settling(actor, finding_id, FindingKind.FORK) as (tx, named):
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
            row = _row(tx, finding_id)
            _must_be(row, FindingKind.REPEATED_RECEIPT)
            _must_be_open(row, actor.login)
            standing = {(one.record, one.path) for one in sides_of(tx, _named(row))}
        if (side.record, side.path) not in standing:
            raise records.moved_on()
        self._decisions.ask_correction(actor, side.record, reason, side.path)
        self._settle(actor, finding_id, Settlement.CORRECTION_ASKED, reason)

    # ------------------------------------------------------------ the steps

    @contextmanager
    def _changing(self, actor: Actor, finding_id: str, only: str = "") -> Iterator[tuple[Connection, Named]]:
        """One transaction in which something is said about a finding. only: its kind, '' for any."""
        actor.must_be(Duty.OFFICER)
        with self._database.transaction() as tx:
            row = _row(tx, finding_id, alone=True)
            _must_be(row, only or row.kind)
            yield tx, _named(row)

    @contextmanager
    def _settling(self, actor: Actor, finding_id: str, only: str = "") -> Iterator[tuple[Connection, Named]]:
        """As `_changing`, of one that is open and no other officer's."""
        with self._changing(actor, finding_id, only) as (tx, named):
            _must_be_open(_row(tx, finding_id), actor.login)
            yield tx, named

    def _settle(self, actor: Actor, finding_id: str, reason: Settlement, note: str) -> None:
        _refuse(note)
        with self._settling(actor, finding_id) as (tx, named):
            self._write(tx, actor, named, FindingState.SETTLED, reason, note)

    def _write(
        self, tx: Connection, actor: Actor, named: Named, to: FindingState, reason: str = "", note: str = ""
    ) -> None:
        now = self._database.clock()
        officer = "" if to is FindingState.OPEN else actor.login
        values = {"state": to, "reason": reason, "login": officer, "at": stamp(now)}
        values |= {"note": note.strip()} if note.strip() else {}
        tx.execute(table.update().where(table.c.id == named.id).values(values))
        log.note(tx, now, actor.login, f"finding_{to.lower()}", what=named.id.hex())

    def _merge(self, tx: Connection, actor: Actor, named: Named, note: str, keep: int = 0) -> None:
        sides = two_sides(tx, named)
        kept = who_stands(sides[keep])
        root = aliases.alias_of(tx, kept.person)
        everybody = {one.person: one for one in (*sides[keep], *sides[1 - keep])}
        standing = aliases.aliases(tx, everybody)
        for person, one in everybody.items():
            if standing.get(person, person) != root:
                draft = self._draft(one, root, note)
                self._decisions.decide_in(tx, actor, DecisionKind.SAME_PERSON, person, draft)
        self._write(tx, actor, named, FindingState.SETTLED, Settlement.ONE_PERSON, note)
        findings.look_again(tx, concerned_with(tx, named))

    def _draft(self, one: KnownPerson, other: str, note: str) -> Decision:
        return Decision(
            id=self._decisions.new_id(), about_in=Ref(one.activity), other=Ref(other), reason=note.strip()
        )

    def _take_back(self, tx: Connection, actor: Actor, named: Named) -> None:
        """Delete this office's own decisions about a finding; the deletions travel as they did."""
        where = said_about(tx, named)
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


def _row(tx: Connection, finding_id: str, *, alone: bool = False) -> Any:
    """The row of a finding. alone: nobody else says anything of it until this transaction ends.

    Raises InvalidInput 'not_found'.
    """
    known = len(finding_id) == _ID and not set(finding_id) - set(hexdigits)
    own = sa.select(table).where(table.c.id == bytes.fromhex(finding_id if known else ""))
    row = tx.execute(own.with_for_update() if alone else own).first()
    if row is None:
        raise InvalidInput(Text("This finding is not here."), Text("Look at the list again."), "not_found")
    return row


def _named(row: Any) -> Named:
    return Named(row.kind, row.key, row.one, row.two)


def _must_be(row: Any, kind: str) -> None:
    if row.kind != kind:
        raise InvalidInput(
            Text("This cannot be said of such a finding."), Text("Nothing was changed."), "other_kind"
        )


def _must_be_open(row: Any, login: str, instead_of: str = "") -> None:
    """Refuse what is settled, and what an officer looks at who is neither of these."""
    if row.state == FindingState.SETTLED:
        raise InvalidInput(Text("This is settled already."), Text("Open it again first."), "settled")
    if row.state == FindingState.LOOKING and row.login not in (login, instead_of):
        raise InvalidInput(
            Text("{who} is looking at it.", who=row.login), Text("Look at the list again."), "taken"
        )


def _alike(tx: Connection, row: Any) -> tuple[Named, ...]:
    ways, _ = BY_RULE.get(row.kind, (frozenset(), None))
    if row.state != FindingState.SETTLED or row.reason not in ways:
        return ()
    return open_like(tx, _named(row))


def _counted(tx: Connection, login: str) -> dict[tuple[str, str, bool], int]:
    by = (table.c.kind, table.c.state, table.c.login)
    found: Counter[tuple[str, str, bool]] = Counter()
    for kind, state, officer, n in tx.execute(
        sa.select(*by, sa.func.count()).where(table.c.live == 1).group_by(*by)
    ):
        found[kind, state, officer == login and state != FindingState.SETTLED] += n
    return found


def _finding(tx: Connection, row: Any) -> Finding:
    named = _named(row)
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


def _refuse(note: str) -> None:
    refuse_forbidden_number(note)
    if len(note) > _LONGEST:
        raise InvalidInput(
            Text("At most {n} characters.", n=_LONGEST), Text("Write it in a few words."), "too_long"
        )
