"""How head office and its centres come to know each other's keys, and stop trusting them.

With a pack: head office makes it (sync.packs), the centre takes it with the words told by telephone, and the
header of its batches proves the pack's secret until the first receipt. Without one: the centre sends a
request, an officer compares the fingerprints by telephone and enrols it, and sends a pack.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Ref
from fieldapp.domain.identifiers import csc_id as plain_csc_id
from fieldapp.domain.records import Decision
from fieldapp.domain.results import refuse
from fieldapp.domain.rules import refusal
from fieldapp.domain.text import Text
from fieldapp.storage import log, records, state
from fieldapp.storage.database import stamp
from fieldapp.storage.journal import Checkpoint
from fieldapp.storage.records import Typed
from fieldapp.storage.state import HQ_CENTRE, OWN_CENTRE, Centre
from fieldapp.storage.tables import activity_log, inbox_files, nodes
from fieldapp.sync import file_bytes, pack, revocation
from fieldapp.sync.arriving import Sender, setting_here
from fieldapp.sync.block_offices import note_head_office, office_code, tell_those_concerned
from fieldapp.sync.examiner import enrol_node, node_is_taken, use_pack
from fieldapp.sync.lineage import claim, continued
from fieldapp.sync.office import is_retired, key_list
from fieldapp.sync.pack import Identity, Shown
from fieldapp.sync.packs import PackMade, Packs
from fieldapp.sync.proof import introduction
from fieldapp.sync.registry import CentreDraft, CentreShown, NodeShown
from fieldapp.sync.sync_file import Kind, file_name
from fieldapp.sync.taking import take_letter, take_records, take_sections

__all__ = ["CentreShown", "Enrolment", "NodeShown", "PackMade", "RequestMade", "RevokedNode"]

_TAKE = "take_pack"
"""The verb of the log of what was done."""


@dataclass(frozen=True, slots=True)
class RequestMade:
    """A request and the fingerprint to read out when head office rings."""

    path: Path
    fingerprint: str


@dataclass(frozen=True, slots=True)
class RevokedNode:
    """A computer that is trusted no longer. n: up to where; beyond: imported files that end beyond it."""

    node: str
    n: int
    beyond: int


class Enrolment(Packs):
    """Keys and identities, on either side."""

    # ------------------------------------------------------------ head office

    def read_request(self, request: Path | bytes) -> Shown:
        """Look into an enrolment request: who asks, and the fingerprint to compare by telephone."""
        return pack.read_open(request, Kind.REQUEST)

    def enrol(self, actor: Actor, request: Path | bytes, fingerprint: str) -> Centre:
        """Trust the computer that made a request. fingerprint: as read out, at least its last four digits.

        A centre that is not registered yet is registered as the request says. Raises InvalidInput
        'fingerprint' when it is another, 'node_known' when the computer's id belongs to other keys.
        """
        self._must_be_head_office(actor)
        shown = self.read_request(request)
        shown.outer.must_suit(practice=self._home.practice)
        _compare(fingerprint, shown.fingerprint)
        asked, key = shown.identity, bytes.fromhex(shown.outer.key)
        with self._database.transaction() as tx:
            known = {centre.csc_id: centre for centre in state.all_centres(tx) if centre.csc_id}
            draft = CentreDraft(asked.csc_id, asked.name, asked.place_key)
            named = known.get(asked.csc_id) or known.get(plain_csc_id(asked.csc_id))
            centre = named or self._register(tx, actor, draft, known)
            if tx.execute(sa.select(nodes.c.key).where(nodes.c.key == key)).first() is None:
                if node_is_taken(tx, shown.outer.header.node):
                    raise InvalidInput(
                        Text("This computer is enrolled with other keys."),
                        Text("Nothing was changed. Ask the centre whether its home was copied."),
                        "node_known",
                    )
                letter = use_pack(tx, shown.outer, centre.number)
                enrol_node(tx, shown.outer, centre.number, letter, stamp(self._database.clock()))
                tell_those_concerned(tx, centre.number)
                if shown.continues is not None:
                    claim(tx, shown.outer.header.node, shown.continues.steps)
                log.note(tx, self._database.clock(), actor.login, "enrol", what=shown.outer.key)
            asks = (inbox_files.c.kind == Kind.REQUEST) & (inbox_files.c.key == key)
            file_bytes.forget(tx, asks)
        return centre

    def ends(self, actor: Actor, node: str) -> tuple[int, ...]:
        """The numbers at which trust in a computer can end: those of its imported files, highest first; 0."""
        self._must_be_office(actor)
        with self._database.reading() as tx:
            found = {n for n, _ in revocation.ends_imported(tx, bytes.fromhex(node))}
        return (*sorted(found, reverse=True), 0)

    def revoke(self, actor: Actor, node: str, n: int | None = None, reason: str = "") -> RevokedNode:
        """Trust a computer up to a number of its log only; without one, up to the highest that is imported.

        What it had sealed up to there stays good and is taken whenever it comes; what lies beyond waits. What
        is imported stays. Raises InvalidInput: 'no_node' when no such computer is enrolled, 'no_checkpoint'
        for a number at which no imported file ends, or what the rules say of the reason.
        """
        self._must_be_head_office(actor)
        with self._database.transaction() as tx:
            at = revocation.chosen_end(tx, self._known_node(tx, node), n)
            return self.revoke_at(tx, actor, node, at, reason)

    def revoke_at(
        self, tx: Connection, actor: Actor, node: str, at: Checkpoint, reason: str = ""
    ) -> RevokedNode:
        """The same within a transaction, at a checkpoint that need not have come here yet."""
        raw = self._known_node(tx, node)
        revocation.end_trust(tx, raw, at)
        self._tell_those_concerned(tx, raw)
        self._decide(tx, actor, DecisionKind.TRUST_ENDED, node, reason, at)
        log.note(tx, self._database.clock(), actor.login, "revoke", what=node)
        return RevokedNode(node, at[0], revocation.imported_beyond(tx, raw))

    def restore(self, actor: Actor, node: str, reason: str = "") -> None:
        """Trust a computer again, without an end: its files that waited are looked at anew.

        Raises InvalidInput: 'no_node', 'not_revoked', or what the rules say of the reason.
        """
        self._must_be_head_office(actor)
        with self._database.transaction() as tx:
            raw = self._known_node(tx, node)
            if not revocation.trust_again(tx, raw):
                raise InvalidInput(
                    Text("This computer is trusted already."), Text("Nothing was changed."), "not_revoked"
                )
            self._tell_those_concerned(tx, raw)
            self._decide(tx, actor, DecisionKind.TRUST_RESTORED, node, reason, None)
            log.note(tx, self._database.clock(), actor.login, "restore_trust", what=node)

    # ------------------------------------------------------------ centre

    def read_pack(self, path: Path) -> Shown:
        """Look into a pack: for whom it is, from whom, and the fingerprint to compare by telephone."""
        return pack.read_open(path, Kind.PACK)

    def may_take(self, actor: Actor, shown: Shown) -> bool:
        """Whether a pack that was met is for this home, and was not taken here before."""
        actor.must_be_known()
        taken = sa.and_(activity_log.c.verb == _TAKE, activity_log.c.note == shown.outer.sha256)
        with self._database.reading() as tx:
            try:
                self._check_addressee(tx, shown.identity)
            except InvalidInput:
                return False
            return not tx.execute(sa.select(sa.exists().where(taken))).scalar()

    def take_pack(self, actor: Actor, path: Path, words: str) -> Centre:
        """Take a pack: from now on this centre can write to its head office and read its receipts.

        Numbers given before keep their letter Z. Raises InvalidInput: 'words', 'other_centre' (the pack is
        another centre's), and SyncFileRefused, 'old_key_list' among them.
        """
        actor.must_be_known()
        shown = self.read_pack(path)
        shown.outer.must_suit(practice=self._home.practice)
        secret, brought = pack.unlocked(pack.section(shown, "locked"), words)
        with self._database.transaction() as tx:
            self._check_addressee(tx, shown.identity)
            if is_retired(tx, shown.outer.key):
                raise refuse("retired_key")
            now = stamp(self._database.clock())
            if take_sections(tx, self._home, shown.sections, now):
                raise refuse("old_key_list")
            offices = key_list(tx)
            if offices is None or offices.find(shown.outer.key) is None:
                raise refuse("bad_key")
            centre = self._take_identity(tx, shown.identity, secret)
            take_records(tx, self._home, Sender(shown.outer.header.node, HQ_CENTRE), brought, now)
            log.note(tx, self._database.clock(), actor.login, _TAKE, what=shown.outer.sha256)
        if path in pack.laid_apart(self._home):
            path.unlink()
        return centre

    def make_request(self, actor: Actor, folder: Path) -> RequestMade:
        """Ask head office to be enrolled, for a centre or block office that has no pack yet or sent nothing.

        Raises InvalidInput 'not_a_centre' at a head office.
        """
        actor.must_be_known()
        with self._database.reading() as tx:
            node, number = state.identity(tx)
            own, continues = state.centre(tx, number), continued(tx)
            code = own.csc_id or (office_code(self._home.scope) if self._home.scope else "")
            proven = introduction(tx, self._keys.public, code)
        if self._home.is_hq and not code:
            raise InvalidInput(
                Text("A head office asks nobody to be enrolled."), Text("Nothing was made."), "not_a_centre"
            )
        made = stamp(self._database.clock())
        identity = Identity(csc_id=code, name_hi=own.name_hi, name_en=own.name_en, place_key=own.place_key)
        header = pack.own_header(self._keys.public, node, code, made, code)
        if proven is not None:  # its pack has come meanwhile, or before: it has the letter of that
            header = msgspec.structs.replace(header, enrol=proven)
        name = file_name(f"{code}-request", 0, 1, 1, made[:10])
        content = [pack.identity_line("request", identity)]
        placed = self._write(folder / name, Kind.REQUEST, header, content, continues)
        return RequestMade(placed.path, self._keys.public.fingerprint)

    def is_answered(self, actor: Actor) -> bool:
        """Whether head office has answered this computer: by a receipt, a code, or by giving back records."""
        actor.must_be_known()
        with self._database.reading() as tx:
            return bool(state.base(tx)) or state.read(tx, "receipt", "0") != "0"

    def is_unanswered(self, actor: Actor) -> bool:
        """Whether this home goes on with another one's work and head office has not answered it yet."""
        with self._database.reading() as tx:
            goes_on = continued(tx) is not None
        return goes_on and not self.is_answered(actor)

    # ------------------------------------------------------------ the steps

    def _tell_those_concerned(self, tx: Connection, node: bytes) -> None:
        for centre in tx.execute(sa.select(nodes.c.centre).where(nodes.c.node == node).distinct()).scalars():
            tell_those_concerned(tx, centre)

    def _known_node(self, tx: Connection, node: str) -> bytes:
        raw = bytes.fromhex(node)
        if tx.execute(sa.select(nodes.c.key).where(nodes.c.node == raw)).first() is None:
            raise revocation.not_enrolled()
        return raw

    def _decide(
        self,
        tx: Connection,
        actor: Actor,
        kind: DecisionKind,
        node: str,
        reason: str,
        at: Checkpoint | None,
    ) -> None:
        """It names the computer, and in place of a revision the link of the chain where trust ends."""
        decision = Decision(
            id=self._database.new_id(),
            kind=str(kind),
            about=Ref(node),
            about_rev=Ref(at[1].hex() if at else ""),
            reason=reason.strip(),
        )
        if problem := refusal(decision, setting_here(tx, self._home)):
            raise InvalidInput(problem.text, Text("Nothing was changed. Correct the reason."), problem.code)
        own, centre = state.identity(tx)
        records.put(tx, decision, actor, Typed(own, centre, self._database.clock()), verb="decide")

    def _check_addressee(self, tx: Connection, identity: Identity) -> None:
        if self._home.is_hq and identity.csc_id != office_code(self._home.scope):
            raise InvalidInput(
                Text("This pack is not for this office."),
                Text("Nothing was changed. Open the home that it was made for and take it there."),
                "not_a_centre",
            )
        own = state.centre(tx, int(state.read(tx, "centre")))
        if own.csc_id and own.csc_id != identity.csc_id:
            raise InvalidInput(
                Text("This pack is for the centre {csc_id}.", csc_id=identity.csc_id),
                Text("Nothing was changed. Ask head office for the pack of this centre."),
                "other_centre",
            )

    def _take_identity(self, tx: Connection, identity: Identity, secret: bytes) -> Centre:
        own = HQ_CENTRE if self._home.is_hq else OWN_CENTRE
        centre = Centre(own, identity.csc_id, identity.name_hi, identity.name_en, identity.place_key)
        state.put_centre(tx, centre)
        if self._home.is_hq:
            note_head_office(tx, identity.office)
        else:
            state.put_centre(tx, Centre(HQ_CENTRE, "", identity.office_hi, identity.office_en, ""))
        take_letter(tx, identity.letter)
        if not state.read(tx, "receipt"):
            state.write(tx, state.PACK_SECRET, secret.hex())
        return centre


def _compare(told: str, fingerprint: str) -> None:
    plain, expected = "".join(told.split()).casefold(), "".join(fingerprint.split())
    if len(plain) < 4 or not expected.endswith(plain):
        raise InvalidInput(
            Text("The fingerprint is another one."),
            Text("Do not enrol this computer. Ring the centre and compare it once more."),
            "fingerprint",
        )
