"""Decisions: what somebody says about a revision of a record that may be another's."""

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Ref
from fieldapp.domain.records import Decision
from fieldapp.domain.rules import Setting
from fieldapp.domain.text import Text
from fieldapp.services.records import RecordService, Saved, origin
from fieldapp.storage import journal, records
from fieldapp.storage.database import Database

_SUPERVISING = frozenset({DecisionKind.APPROVED, DecisionKind.RETURNED})
_OFFICE = frozenset(
    {
        DecisionKind.CORRECTION_ASKED,
        DecisionKind.ACCEPTED,
        DecisionKind.PLACE_MAPPED,
        DecisionKind.ERASE_PERSON,
        DecisionKind.IMPORT_WITHDRAWN,
    }
)


class DecisionService(RecordService[Decision]):
    """Taking decisions; nobody edits another's record."""

    def __init__(self, database: Database, setting: Setting) -> None:
        super().__init__(database, Decision, setting)

    def decide(
        self, actor: Actor, kind: DecisionKind, about: str, draft: Decision | None = None
    ) -> Saved[Decision]:
        """Decide about the newest revision of a record; an own unpacked one is sealed first, at once.

        draft carries reason, suggestion, field_path and the like. Raises NotAllowed when the duty is
        another's, InvalidInput when the record is not here.
        """
        if kind in _SUPERVISING:
            actor.must_be(Duty.SUPERVISOR, Duty.OFFICER)
        if kind in _OFFICE:
            actor.must_be(Duty.OFFICER, Duty.SUPERVISOR)
        with self._database.transaction() as tx:
            here = origin(tx, self._database)
            journal.seal(tx, here, only=[bytes.fromhex(about)])
            held = records.get(tx, about)
            if not held.rev:
                raise InvalidInput(
                    Text("This record has not been packed by its owner yet."),
                    Text("Decide about it when its sync file has come."),
                    "no_revision",
                )
            base = draft or Decision(id=self.new_id())
            decision = Decision(
                id=base.id,
                kind=str(kind),
                about=Ref(about),
                about_rev=Ref(held.rev),
                other=base.other,
                field_path=base.field_path,
                suggestion=base.suggestion,
                reason=base.reason,
                sheet_number=base.sheet_number,
                counted=base.counted,
                place_key=base.place_key,
            )
            self._refuse_hard(decision)
            return self._put(tx, actor, decision, None)
