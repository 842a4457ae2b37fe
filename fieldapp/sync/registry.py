"""The registry of a head office: which centres there are, whom to call there, and how each stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.codes import Code
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.domain.identifiers import csc_id as plain_csc_id
from fieldapp.domain.identifiers import csc_id_problem, refuse_forbidden_number
from fieldapp.domain.text import Text
from fieldapp.storage import log, state
from fieldapp.storage.database import Database
from fieldapp.storage.home import Home
from fieldapp.storage.state import HQ_CENTRE, Centre
from fieldapp.storage.tables import centre_contacts, nodes, packs
from fieldapp.sync.block_offices import office_code
from fieldapp.sync.due import is_due
from fieldapp.sync.health import UNKNOWN, Health, healths
from fieldapp.sync.keys import NodeKeys, PublicKeys
from fieldapp.sync.progress import Progress, silent
from fieldapp.sync.revocation import TRUSTED

_LONGEST = 120
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call at a centre. phone: as it is dialled; mail: for receipts, None for no change."""

    name: str = ""
    phone: str = ""
    mail: str | None = None


NOBODY = Contact()


@dataclass(frozen=True, slots=True)
class CentreDraft:
    """A centre as it was typed or listed. place_key: see domain.places."""

    csc_id: str
    name: Name
    place_key: str
    contact: Contact = NOBODY


class Fate(Code):
    """What became of a centre in a list."""

    NEW = "NEW", "Registered"
    CHANGED = "CHANGED", "Changed"
    SAME = "SAME", "Known already"
    REFUSED = "REFUSED", "Not registered"


@dataclass(frozen=True, slots=True)
class Entered:
    """A centre of a list and what became of it. centre: as it is registered now; problem: why it is not."""

    draft: CentreDraft
    fate: Fate
    centre: Centre | None = None
    problem: InvalidInput | None = None


@dataclass(frozen=True, slots=True)
class NodeShown:
    """A computer of a centre. key: its key id; state: trusted or revoked; receipt: number of the last one.

    fingerprint: as its centre reads it out. good_n: of a revoked one, up to which number it is believed.
    """

    key: str
    node: str
    letter: str
    state: str
    receipt: int
    receipt_due: bool
    fingerprint: str = ""
    good_n: int = 0


@dataclass(frozen=True, slots=True)
class CentreShown:
    """A registered centre, its computers, and the letters of packs that nobody has used yet."""

    centre: Centre
    nodes: tuple[NodeShown, ...]
    unused_packs: tuple[str, ...]
    contact: Contact = NOBODY
    health: Health = UNKNOWN


class Registry:
    """The centres of a head office."""

    def __init__(self, database: Database, home: Home, keys: NodeKeys, data_key: bytes) -> None:
        self._database = database
        self._home = home
        self._keys = keys
        self._data_key = data_key

    def register_centre(self, actor: Actor, csc_id: str, name: Name, place_key: str) -> Centre:
        """Note a centre by its 12-digit CSC ID. Raises InvalidInput: 'csc_id', or 'centre_known'."""
        self._must_be_head_office(actor)
        draft = CentreDraft(csc_id, name, place_key)
        with self._database.transaction() as tx:
            known = _by_id(tx)
            if plain_csc_id(csc_id) in known:
                raise InvalidInput(
                    Text("The centre {csc_id} is registered already.", csc_id=plain_csc_id(csc_id)),
                    Text("Make a pack for it instead."),
                    "centre_known",
                )
            return self._register(tx, actor, draft, known)

    def register_block_office(self, actor: Actor, scope: str, name: Name) -> Centre:
        """Note the block office for a place (its key); a known one is found again.

        Raises InvalidInput: 'no_scope' without a place, or 'block_office' at one.
        """
        self._must_be_head_office(actor)
        if not scope:
            raise InvalidInput(
                Text("A block office is for a place, and none was chosen."),
                Text("Nothing was changed. Choose its block."),
                "no_scope",
            )
        with self._database.transaction() as tx:
            code, known = office_code(scope), _by_id(tx)
            if code in known:
                return known[code]
            office = Centre(_next_number(known), code, name.hi, name.en, scope)
            state.put_centre(tx, office)
            log.note(tx, self._database.clock(), actor.login, "register_centre", what=code)
            return office

    def register_many(
        self, actor: Actor, drafts: Sequence[CentreDraft], progress: Progress = silent
    ) -> tuple[Entered, ...]:
        """Register the centres of a list, in one transaction; what is wrong with one stops no other.

        Of a centre that is known already what the list says of its name, place and contact holds from now on;
        what it leaves empty stays. progress: centres done and in all; when it raises, none is registered.
        """
        self._must_be_head_office(actor)
        entered = []
        with self._database.transaction() as tx:
            known = _by_id(tx)
            for n, draft in enumerate(drafts, start=1):
                entered.append(self._enter(tx, actor, draft, known))
                progress(n, len(drafts))
        return tuple(entered)

    def change_contact(self, actor: Actor, centre: int, contact: Contact) -> None:
        """Note whom to call at a centre. Raises InvalidInput 'forbidden_number' or 'too_long'."""
        self._must_be_office(actor)
        with self._database.transaction() as tx:
            if _put_contact(tx, centre, contact):
                csc_id = state.centre(tx, centre).csc_id
                log.note(tx, self._database.clock(), actor.login, "change_contact", what=csc_id)

    def centres(self, actor: Actor) -> tuple[CentreShown, ...]:
        """Every registered centre with its computers and unused packs, by its number."""
        self._must_be_office(actor)
        now = self._database.clock()
        with self._database.reading() as tx:
            computers: dict[int, list[NodeShown]] = {}
            for row in tx.execute(sa.select(nodes).order_by(nodes.c.centre, nodes.c.letter, nodes.c.key)):
                computers.setdefault(row.centre, []).append(_node(row, now))
            unused: dict[int, list[str]] = {}
            for row in tx.execute(sa.select(packs).where(packs.c.used_by.is_(None)).order_by(packs.c.letter)):
                unused.setdefault(row.centre, []).append(row.letter)
            contacts = {
                row.centre: Contact(row.name, row.phone, row.mail or None)
                for row in tx.execute(sa.select(centre_contacts))
            }
            health = healths(tx, now)
            return tuple(
                CentreShown(
                    centre,
                    tuple(computers.get(centre.number, ())),
                    tuple(unused.get(centre.number, ())),
                    contacts.get(centre.number, NOBODY),
                    health.get(centre.number, UNKNOWN),
                )
                for centre in state.all_centres(tx)
                if centre.number != HQ_CENTRE
            )

    # ------------------------------------------------------------ the steps

    def _must_be_office(self, actor: Actor) -> None:
        actor.must_be(Duty.OFFICER)
        if not self._home.is_hq:
            raise InvalidInput(
                Text("Only a head office enrols centres."),
                Text("A centre takes the pack that head office made for it."),
                "not_an_office",
            )

    def _must_be_head_office(self, actor: Actor) -> None:
        self._must_be_office(actor)
        if self._home.scope:
            raise InvalidInput(
                Text("Head office registers centres and trusts their computers."),
                Text("A block office learns of its centres with the receipts of head office."),
                "block_office",
            )

    def _register(self, tx: Connection, actor: Actor, draft: CentreDraft, known: dict[str, Centre]) -> Centre:
        """Give a centre its number. known: all there are, by ID; it joins them."""
        plain = plain_csc_id(draft.csc_id)
        if problem := csc_id_problem(plain):
            raise InvalidInput(
                problem, Text("Nothing was changed. Look at the papers of the centre."), "csc_id"
            )
        number = _next_number(known)
        centre = Centre(number, plain, draft.name.hi, draft.name.en, draft.place_key)
        state.put_centre(tx, centre)
        _put_contact(tx, number, draft.contact)
        log.note(tx, self._database.clock(), actor.login, "register_centre", what=plain)
        known[plain] = centre
        return centre

    def _enter(self, tx: Connection, actor: Actor, draft: CentreDraft, known: dict[str, Centre]) -> Entered:
        before = known.get(plain_csc_id(draft.csc_id))
        try:
            with tx.begin_nested():
                if before is None:
                    return Entered(draft, Fate.NEW, self._register(tx, actor, draft, known))
                return self._change(tx, actor, before, draft, known)
        except InvalidInput as error:
            return Entered(draft, Fate.REFUSED, problem=error)

    def _change(
        self, tx: Connection, actor: Actor, before: Centre, draft: CentreDraft, known: dict[str, Centre]
    ) -> Entered:
        now = Centre(
            before.number,
            before.csc_id,
            draft.name.hi or before.name_hi,
            draft.name.en or before.name_en,
            draft.place_key or before.place_key,
        )
        if now != before:
            state.put_centre(tx, now)
            known[now.csc_id] = now
        rung = _put_contact(tx, before.number, draft.contact) if draft.contact != NOBODY else False
        if now == before and not rung:
            return Entered(draft, Fate.SAME, before)
        log.note(tx, self._database.clock(), actor.login, "change_centre", what=before.csc_id)
        return Entered(draft, Fate.CHANGED, now)


def _next_number(known: dict[str, Centre]) -> int:
    return max((centre.number for centre in known.values()), default=HQ_CENTRE) + 1


def _by_id(tx: Connection) -> dict[str, Centre]:
    """The registered centres; an office itself has no ID."""
    return {one.csc_id: one for one in state.all_centres(tx) if one.csc_id}


def _put_contact(tx: Connection, centre: int, contact: Contact) -> bool:
    """Keep whom to call; whether that is somebody else than before."""
    mail = (contact.mail or "").strip()
    refuse_forbidden_number(contact.name, contact.phone, mail)
    if max(len(contact.name), len(contact.phone), len(mail)) > _LONGEST:
        raise InvalidInput(
            Text("This is longer than {n} characters.", n=_LONGEST), Text("Nothing was changed."), "too_long"
        )
    if mail and not _MAIL.fullmatch(mail):
        raise InvalidInput(
            Text("{mail} is no mail address.", mail=mail), Text("Nothing was changed."), "mail"
        )
    own = centre_contacts.c.centre == centre
    row = tx.execute(sa.select(centre_contacts).where(own)).first()
    before = Contact(row.name, row.phone, row.mail or None) if row else NOBODY
    now = Contact(contact.name, contact.phone, before.mail if contact.mail is None else mail or None)
    if before == now:
        return False
    tx.execute(centre_contacts.delete().where(own))
    tx.execute(
        centre_contacts.insert().values(centre=centre, name=now.name, phone=now.phone, mail=now.mail or "")
    )
    return True


def _node(row: Any, now: datetime) -> NodeShown:
    return NodeShown(
        bytes(row.key).hex(),
        bytes(row.node).hex(),
        row.letter,
        row.state,
        row.receipt_number,
        row.state == TRUSTED and is_due(row, now),
        PublicKeys(bytes(row.sign_public).hex(), row.age_recipient).fingerprint,
        row.good_n or 0,
    )
