"""Decisions: what somebody says about a revision of a record that may be another's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from fieldapp.domain import finishing
from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.codes import Code, DecisionKind
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Ref
from fieldapp.domain.records import Activity, Decision
from fieldapp.domain.rules import Setting
from fieldapp.domain.text import Text
from fieldapp.services.amending import record_of
from fieldapp.services.records import Held, RecordService, Saved, origin
from fieldapp.services.typed_paths import value_at
from fieldapp.storage import decisions, journal, queries, records, sealing
from fieldapp.storage.database import Database

_SUPERVISING = frozenset(
    {DecisionKind.APPROVED, DecisionKind.RETURNED, DecisionKind.CORRECTION_ASKED, DecisionKind.ACCEPTED}
)
_OFFICE = frozenset(
    {
        DecisionKind.PLACE_MAPPED,
        DecisionKind.ERASE_PERSON,
        DecisionKind.IMPORT_WITHDRAWN,
        DecisionKind.VERSION_STANDS,
    }
)
_REVIEWING = frozenset({DecisionKind.APPROVED, DecisionKind.RETURNED})


class Review(Code):
    """What has become of a finished activity, or of another record. It is not stored: decisions say it."""

    OPEN = "OPEN", "Not finished"
    FINISHED = "FINISHED", "Finished"
    APPROVED = "APPROVED", "Approved (frozen)"
    RETURNED = "RETURNED", "Returned for correction", "Sent back"
    ACCEPTED = "ACCEPTED", "Accepted"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an activity stands with those who look at it.

    said: the approval or return that holds. asked: corrections asked for that nobody has answered.
    answers: 'it was right' that whoever asked has not accepted yet. stands: head office lets another version
    stand than this home has (its computer was put back to an old copy, or copied).
    """

    review: Review
    said: Held[Decision] | None = None
    asked: tuple[Held[Decision], ...] = ()
    answers: tuple[Held[Decision], ...] = ()
    stands: Held[Decision] | None = None

    @property
    def wants_something(self) -> bool:
        """Whether the owner has something to do about it."""
        return self.review is Review.RETURNED or bool(self.asked) or self.stands is not None


class DecisionService(RecordService[Decision]):
    """Taking decisions; nobody edits another's record."""

    def __init__(self, database: Database, setting: Setting) -> None:
        super().__init__(database, Decision, setting)

    def decide(
        self,
        actor: Actor,
        kind: DecisionKind,
        about: str,
        draft: Decision | None = None,
        seen: int | None = None,
    ) -> Saved[Decision]:
        """Decide about the newest revision of a record; an own unpacked one is sealed first, at once.

        draft carries reason, suggestion, field_path and the like. seen: the version of the record that was
        looked at. Raises NotAllowed when the duty is another's, InvalidInput when the record is not here,
        MovedOn when it is another one than was seen.
        """
        if kind in _SUPERVISING | _OFFICE:
            actor.must_be(Duty.SUPERVISOR, Duty.OFFICER)
        with self._database.transaction() as tx:
            return self.decide_in(tx, actor, kind, about, draft, seen)

    def decide_in(
        self,
        tx: Connection,
        actor: Actor,
        kind: DecisionKind,
        about: str,
        draft: Decision | None,
        seen: int | None = None,
    ) -> Saved[Decision]:
        """As `decide`, in the caller's transaction; who may is the caller's to ask.

        A draft with about_in is about a trainee of that session who has no record of their own; one with
        about_rev about another revision than the newest.
        """
        draft = draft or Decision(id=self.new_id())
        sealing.seal(tx, origin(tx, self._database), only=[bytes.fromhex(draft.about_in or about)])
        held = _as_seen(tx, draft.about_in or about, seen)
        if not held.rev:
            raise InvalidInput(
                Text("This record has not been packed by its owner yet."),
                Text("Decide about it when its sync file has come."),
                "no_revision",
            )
        decision = msgspec.structs.replace(
            draft, kind=str(kind), about=Ref(about), about_rev=draft.about_rev or Ref(held.rev)
        )
        self._refuse_hard(decision)
        return self._put(tx, actor, decision, None)

    # ------------------------------------------------------------ what there is to see

    def review(self, actor: Actor, activity_id: str) -> Standing:
        """How an activity stands: finished, approved or returned, and what is asked of its owner."""
        actor.must_be_known()
        with self._database.reading() as tx:
            held = records.get(tx, activity_id)
            return standing_of(tx, held, decisions.about(tx, [activity_id]).get(activity_id, ()))

    def reviews(self, actor: Actor, activity_ids: Sequence[str]) -> dict[str, Review]:
        """How each of those activities stands about which somebody has decided; others are not in it."""
        actor.must_be_known()
        with self._database.reading() as tx:
            said = decisions.about(tx, activity_ids)
            heads = queries.held_by_id(tx, "activity", list(said))
            return {one: _review_of(tx, heads[one], about) for one, about in said.items() if one in heads}

    def about(self, actor: Actor, record_id: str) -> tuple[Held[Decision], ...]:
        """Everything that was decided about a record, newest first."""
        actor.must_be_known()
        with self._database.reading() as tx:
            return decisions.about(tx, [record_id]).get(record_id, ())

    # ------------------------------------------------------------ a supervisor's verbs

    def approve(
        self,
        actor: Actor,
        activity_id: str,
        sheet_number: int,
        counted: int,
        reason: str = "",
        seen: int | None = None,
    ) -> Saved[Decision]:
        """Approve a finished activity, which freezes it.

        sheet_number: of the countersigned sheet, 0 where none was issued. counted: the supervisor's own
        count of the signatures on it, before any total shows; a difference needs a reason and is kept.
        seen, here and below: as in `decide`. Raises InvalidInput 'not_finished', 'no_sheet' or
        'count_differs', and MovedOn.
        """
        actor.must_be(Duty.SUPERVISOR, Duty.OFFICER)
        with self._database.transaction() as tx:
            activity = _finished(tx, activity_id, seen)
            numbers = {one.number for one in activity.sheets}
            if sheet_number not in (numbers or {0}):
                raise InvalidInput(
                    Text("No sheet with the number {n} was printed for this session.", n=sheet_number),
                    Text("The number stands at the top right of the sheet."),
                    "no_sheet",
                )
            _refuse_other_count(activity, counted, reason)
            draft = Decision(
                id=self.new_id(), sheet_number=sheet_number, counted=counted, reason=reason.strip()
            )
            return self.decide_in(tx, actor, DecisionKind.APPROVED, activity_id, draft, seen)

    def send_back(
        self, actor: Actor, activity_id: str, reason: str, field_path: str = "", seen: int | None = None
    ) -> Saved[Decision]:
        """Return a finished activity to its owner. Raises InvalidInput 'not_finished' or 'no_reason'."""
        actor.must_be(Duty.SUPERVISOR, Duty.OFFICER)
        with self._database.transaction() as tx:
            _finished(tx, activity_id, seen)
            draft = Decision(id=self.new_id(), field_path=field_path, reason=_reason(reason))
            return self.decide_in(tx, actor, DecisionKind.RETURNED, activity_id, draft, seen)

    def ask_correction(
        self,
        actor: Actor,
        about: str,
        reason: str,
        field_path: str = "",
        suggestion: str = "",
        seen: int | None = None,
    ) -> Saved[Decision]:
        """Ask the owner of a record to correct it: which field, why, and what should stand there."""
        draft = Decision(
            id=self.new_id(), field_path=field_path, suggestion=suggestion.strip(), reason=_reason(reason)
        )
        return self.decide(actor, DecisionKind.CORRECTION_ASKED, about, draft, seen)

    def accept(self, actor: Actor, answer_id: str) -> Saved[Decision]:
        """Accept the owner's answer that it was right."""
        answer = self.get(actor, answer_id).record
        draft = Decision(id=self.new_id(), other=Ref(answer_id), field_path=answer.field_path)
        return self.decide(actor, DecisionKind.ACCEPTED, answer.about, draft)

    def accept_record(
        self, actor: Actor, about: str, note: str = "", seen: int | None = None
    ) -> Saved[Decision]:
        """Say that a record, as it stands in its newest revision, was looked at and is in order."""
        draft = Decision(id=self.new_id(), reason=note.strip())
        return self.decide(actor, DecisionKind.ACCEPTED, about, draft, seen)

    # ------------------------------------------------------------ the owner's answer

    def was_right(self, actor: Actor, asked_id: str, note: str) -> Saved[Decision]:
        """Answer a correction that was asked for: it was right as it stands, and why."""
        actor.must_be_known()
        asked = self.get(actor, asked_id).record
        draft = Decision(
            id=self.new_id(), other=Ref(asked_id), field_path=asked.field_path, reason=_reason(note)
        )
        return self.decide(actor, DecisionKind.WAS_RIGHT, asked.about, draft)


# ---------------------------------------------------------------- what follows from the decisions


def standing_of(tx: Connection, held: Held[Any], said: tuple[Held[Decision], ...]) -> Standing:
    """How a record stands, from what was decided about it (newest first)."""
    more = (*_corrections(tx, held, said), _another_stands(held, said))
    activity = held.record
    if not isinstance(activity, Activity):
        newest = next((one for one in said if _accepts(one.record)), None)
        if newest is None or newest.record.about_rev != held.rev or not held.sealed:
            return Standing(Review.OPEN, None, *more)
        return Standing(Review.ACCEPTED, newest, *more)
    newest = next((one for one in said if one.record.kind in _REVIEWING), None)
    if newest is None or not _holds(tx, held, activity, newest.record):
        newest = None
    if newest is not None and newest.record.kind == DecisionKind.RETURNED:
        return Standing(Review.RETURNED, newest, *more)
    if not finishing.is_locked(activity):
        return Standing(Review.OPEN, None, *more)
    return Standing(Review.APPROVED if newest else Review.FINISHED, newest, *more)


def _review_of(tx: Connection, head: Held[Activity], said: tuple[Held[Decision], ...]) -> Review:
    """As `standing_of`, for a list: an activity is read with its rows only where it was changed since."""
    newest = next((one.record for one in said if one.record.kind in _REVIEWING), None)
    if newest is None or newest.about_rev != head.rev or not head.sealed:
        return standing_of(tx, records.get(tx, head.record.id), said).review
    return Review.RETURNED if newest.kind == DecisionKind.RETURNED else Review.APPROVED


def _holds(tx: Connection, held: Held[Any], activity: Activity, said: Decision) -> bool:
    """Whether a decision is about what stands there now; a return holds until it is finished anew."""
    if said.kind == DecisionKind.RETURNED and not finishing.is_locked(activity):
        return True
    if said.about_rev == held.rev and held.sealed:
        return True
    revision = journal.find(tx, held.centre, bytes.fromhex(activity.id), bytes.fromhex(said.about_rev))
    approved = record_of(revision) if revision else None
    return isinstance(approved, Activity) and finishing.only_settled(approved, activity)


def _corrections(
    tx: Connection, held: Held[Any], said: tuple[Held[Decision], ...]
) -> tuple[tuple[Held[Decision], ...], tuple[Held[Decision], ...]]:
    """The corrections still to be made, and the answers still to be accepted."""
    of = {kind: [one for one in said if one.record.kind == kind] for kind in DecisionKind}
    answered = {one.record.other for one in of[DecisionKind.WAS_RIGHT]}
    accepted = {one.record.other for one in of[DecisionKind.ACCEPTED]}
    asked = (
        one
        for one in of[DecisionKind.CORRECTION_ASKED]
        if one.record.id not in answered | accepted and not _corrected(tx, held, one.record)
    )
    answers = (one for one in of[DecisionKind.WAS_RIGHT] if one.record.id not in accepted)
    return tuple(asked), tuple(answers)


def _accepts(said: Decision) -> bool:
    """Whether it accepts the record itself, not an answer about it."""
    return said.kind == DecisionKind.ACCEPTED and not said.other


def _another_stands(held: Held[Any], said: tuple[Held[Decision], ...]) -> Held[Decision] | None:
    """That another version stands than just this one; what was changed since is looked at anew."""
    if not held.rev or not held.sealed:
        return None
    of_versions = (one for one in said if one.record.kind == DecisionKind.VERSION_STANDS)
    newest = next((one for one in of_versions if held.rev in (one.record.about_rev, one.record.other)), None)
    return newest if newest and newest.record.other == held.rev else None


def _corrected(tx: Connection, held: Held[Any], asked: Decision) -> bool:
    """Whether the field is another one than in the revision complained of; without one, the whole."""
    if held.rev == asked.about_rev and held.sealed:
        return False
    key = bytes.fromhex(held.record.id)
    revision = journal.find(tx, held.centre, key, bytes.fromhex(asked.about_rev))
    before = record_of(revision) if revision else None
    if before is None:
        return held.rev != asked.about_rev
    if not asked.field_path:
        return bool(before != held.record)
    return bool(value_at(before, asked.field_path) != value_at(held.record, asked.field_path))


def _as_seen(tx: Connection, record_id: str, seen: int | None) -> Held[Any]:
    """The record, in the version that somebody looked at: what an import brought since nobody has seen."""
    held = records.get(tx, record_id)
    if seen is not None and held.version != seen:
        raise records.moved_on()
    return held


def _finished(tx: Connection, activity_id: str, seen: int | None) -> Activity:
    activity = _as_seen(tx, activity_id, seen).record
    if not isinstance(activity, Activity) or not finishing.is_locked(activity):
        raise InvalidInput(
            Text("This session is not finished."),
            Text("It can be approved or returned when it is."),
            "not_finished",
        )
    return activity


def _refuse_other_count(activity: Activity, counted: int, reason: str) -> None:
    present = finishing.present_count(activity)
    if finishing.counts_signatures(activity) and counted != present and not reason.strip():
        raise InvalidInput(
            Text(
                "{counted} signatures were counted, {present} are marked present.",
                counted=counted,
                present=present,
            ),
            Text("Count again, return the session, or write the reason for the difference."),
            "count_differs",
        )


def _reason(typed: str) -> str:
    if not typed.strip():
        raise InvalidInput(Text("A reason is needed."), Text("Write it in a few words."), "no_reason")
    return typed.strip()
