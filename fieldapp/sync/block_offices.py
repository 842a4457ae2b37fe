"""Block offices: a head office names them to its centres, and tells each of them who its centres are.

A block office is an office with a *scope*, a place. To head office it is a registered centre of a kind: under
a code in place of a CSC ID, with a pack, batches and receipts of its own. Two lines make it what it is:

    block    in packs and receipts of the centres within its scope: its keys. Their batches are written to it
             too, and its receipts bring its records; no base moves by those, for head office is what counts
    centre   in its own receipts: a centre within its scope, the keys of its computers, and which of their
             files head office has, so that it need not carry those

Each receipt says all of it, so the newest that was taken holds.
"""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa
from msgspec import Meta
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.domain.text import Text
from fieldapp.storage import state
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.storage.home import Home
from fieldapp.storage.state import HQ_CENTRE, Centre
from fieldapp.storage.tables import inbox_files, nodes
from fieldapp.sync import file_bytes
from fieldapp.sync.container import Count, Hex64, HexId, Kind, Step
from fieldapp.sync.due import note_due_for
from fieldapp.sync.keys import PublicKeys
from fieldapp.sync.lineage import follow, steps_of
from fieldapp.sync.receipt_lines import lines_of, section
from fieldapp.sync.revocation import TRUSTED
from fieldapp.sync.sync_file import Sections, Signer

_PREFIX = "OFFICE-"
_BLOCKS = "block_offices"
_HEAD_OFFICE = "head_office"
_TOLD = "hq_has"
MOST_TOLD = 60
"""How many files of a computer a block office is told head office has, the newest first."""

_Short = Annotated[str, Meta(max_length=300)]
_Part = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]


class BlockOffice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The line 'block': a block office and the keys of its computer."""

    node: HexId
    sign: Hex64
    age: Annotated[str, Meta(max_length=100)]
    hi: _Short = ""
    en: _Short = ""

    @property
    def name(self) -> Name:
        """What it is called."""
        return Name(self.hi, self.en)

    @property
    def public(self) -> PublicKeys:
        """Both public halves of its keys."""
        return PublicKeys(self.sign, self.age)

    @property
    def signer(self) -> Signer:
        """Who signs with its key, for `peek`."""
        return Signer(bytes.fromhex(self.sign), self.node)


class _Computer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A computer of a centre. state, n, chain: as in `nodes`; has: beginnings of the SHA-256 of files that
    head office has, all from batch number `since` on; before: the homes it goes on from, as head office has
    confirmed, the nearest first."""

    node: HexId
    sign: Hex64
    age: Annotated[str, Meta(max_length=100)]
    letter: Annotated[str, Meta(max_length=1)] = ""
    state: Annotated[str, Meta(max_length=20)] = TRUSTED
    n: Count = 0
    chain: Annotated[str, Meta(pattern=r"^([0-9a-f]{32})?\Z")] = ""
    has: Annotated[tuple[_Part, ...], Meta(max_length=MOST_TOLD)] = ()
    since: Count = 0
    before: Annotated[tuple[Step, ...], Meta(max_length=100)] = ()


class _CentreLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The line 'centre'."""

    csc_id: Annotated[str, Meta(pattern=r"^[0-9]{12}\Z")]
    hi: _Short = ""
    en: _Short = ""
    place: _Short = ""
    computers: Annotated[tuple[_Computer, ...], Meta(max_length=100)] = ()


class Told(msgspec.Struct, frozen=True):
    """Which files of a computer head office is known to have."""

    has: frozenset[str] = frozenset()
    since: int = 0

    def covers(self, sha256: str, batch: int) -> bool:
        """Whether head office has a file, or had its like before the oldest one it named."""
        return sha256[:16] in self.has or batch < self.since


def office_code(scope: str) -> str:
    """What stands for the CSC ID of the office for a place: ASCII, and short enough for a file's name."""
    return _PREFIX + scope.removeprefix("block:").replace(":", "-").replace("/", "-").upper()


def is_block_office(centre: Centre) -> bool:
    """Whether what stands in the registry is an office for a place, and no centre."""
    return centre.csc_id.startswith(_PREFIX)


def refuse_block_office(home: Home) -> None:
    """Raise InvalidInput 'block_office' at one: what only head office may say of centres and keys."""
    if home.scope:
        raise InvalidInput(
            Text("Only head office does this, and this is a block office."),
            Text("Nothing was changed. It hears what head office decides with the next receipt."),
            "block_office",
        )


# ---------------------------------------------------------------- head office


def lines_about_blocks(tx: Connection, centre: Centre) -> list[bytes]:
    """What packs and receipts say of block offices: to a centre which it has, to an office which centres."""
    others = those_concerned(tx, centre)
    if is_block_office(centre):
        return [section("centre", _centre(tx, one)) for one in others]
    return [section("block", computer) for one in others for computer in _computers(tx, one)]


def those_concerned(tx: Connection, centre: Centre) -> tuple[Centre, ...]:
    """Whom a centre, or an office, has on the other side: who is to hear what is new about it."""
    if is_block_office(centre):
        others = (one for one in state.all_centres(tx) if one.number != HQ_CENTRE)
        return tuple(one for one in others if not is_block_office(one) and _lies_in(one, centre))
    return tuple(one for one in _all_offices(tx) if _lies_in(centre, one))


def offices_of_centres(tx: Connection) -> dict[int, frozenset[int]]:
    """The block offices of each centre, by number; of thousands of centres at once."""
    known = [one for one in state.all_centres(tx) if one.number != HQ_CENTRE and not is_block_office(one)]
    offices, places = _all_offices(tx), {one.place_key for one in known}
    lies_in = gazetteer().lies_in
    found = {
        place: frozenset(one.number for one in offices if lies_in(place, one.place_key)) for place in places
    }
    return {one.number: found[one.place_key] for one in known}


def _all_offices(tx: Connection) -> tuple[Centre, ...]:
    """Asked for with each of thousands of receipts: of thousands of centres only these are read."""
    return tuple(one for one in state.all_centres(tx, _PREFIX) if one.number != HQ_CENTRE)


def tell_those_concerned(tx: Connection, centre: int) -> None:
    """A computer of a centre or office came, or is trusted no longer: who is to know is due a receipt."""
    concerned = [one.number for one in those_concerned(tx, state.centre(tx, centre))]
    note_due_for(tx, nodes.c.centre.in_(concerned))


def _lies_in(centre: Centre, office: Centre) -> bool:
    return gazetteer().lies_in(centre.place_key, office.place_key)


def _computers(tx: Connection, office: Centre) -> Iterator[BlockOffice]:
    trusted = (nodes.c.centre == office.number) & (nodes.c.state == TRUSTED)
    for row in tx.execute(sa.select(nodes).where(trusted).order_by(nodes.c.key)):
        yield BlockOffice(
            node=bytes(row.node).hex(),
            sign=bytes(row.sign_public).hex(),
            age=row.age_recipient,
            hi=office.name_hi,
            en=office.name_en,
        )


def _centre(tx: Connection, centre: Centre) -> _CentreLine:
    own = nodes.c.centre == centre.number
    rows = tx.execute(sa.select(nodes).where(own).order_by(nodes.c.key)).all()
    return _CentreLine(
        csc_id=centre.csc_id,
        hi=centre.name_hi,
        en=centre.name_en,
        place=centre.place_key,
        computers=tuple(_computer(tx, row) for row in rows),
    )


def _computer(tx: Connection, row: Any) -> _Computer:
    files = tx.execute(
        sa.select(inbox_files.c.sha256, inbox_files.c.batch)
        .where(inbox_files.c.key == row.key)
        .order_by(inbox_files.c.batch.desc(), inbox_files.c.sha256)
        .limit(MOST_TOLD)
    ).all()
    return _Computer(
        node=bytes(row.node).hex(),
        sign=bytes(row.sign_public).hex(),
        age=row.age_recipient,
        letter=row.letter,
        state=row.state,
        n=row.good_n or 0,
        chain=bytes(row.good_chain or b"").hex(),
        has=tuple(bytes(one.sha256).hex()[:16] for one in files),
        since=files[-1].batch if len(files) == MOST_TOLD else 0,
        before=steps_of(tx, bytes(row.node).hex()),
    )


# ---------------------------------------------------------------- centre


def block_offices(tx: Connection) -> tuple[BlockOffice, ...]:
    """The block offices of this centre, as head office named them last."""
    kept = state.read(tx, _BLOCKS)
    return msgspec.json.decode(kept, type=tuple[BlockOffice, ...]) if kept else ()


def take_blocks(tx: Connection, sections: Sections) -> None:
    """Go by the block offices that a pack or receipt of head office names. Raises SyncFileRefused."""
    found = lines_of(sections, "block", BlockOffice)
    for one in found:
        one.public.checked()
    state.write(tx, _BLOCKS, msgspec.json.encode(found).decode() if found else "")


# ---------------------------------------------------------------- block office


def head_office(tx: Connection) -> Name:
    """What the head office of this block office is called; nothing while its pack has not come."""
    kept = state.read(tx, _HEAD_OFFICE)
    return Name(*msgspec.json.decode(kept, type=tuple[str, str])) if kept else Name()


def note_head_office(tx: Connection, name: Name) -> None:
    """Remember what head office is called."""
    state.write(tx, _HEAD_OFFICE, msgspec.json.encode((name.hi, name.en)).decode())


def told(tx: Connection, node: bytes) -> Told:
    """Which files of a computer head office is known to have."""
    kept = state.read(tx, f"{_TOLD}.{node.hex()}")
    return msgspec.json.decode(kept, type=Told) if kept else Told()


def take_centres(tx: Connection, sections: Sections, now: str) -> None:
    """Register the centres that head office names, and trust their computers as it does.

    now: a stamp. Raises SyncFileRefused: 'bad_json', 'bad_key'.
    """
    known = {one.csc_id: one for one in state.all_centres(tx)}
    number = max((one.number for one in known.values()), default=HQ_CENTRE)
    for line in lines_of(sections, "centre", _CentreLine):
        if line.csc_id in known:
            own = known[line.csc_id].number
        else:
            own = number = number + 1
        state.put_centre(tx, Centre(own, line.csc_id, line.hi, line.en, line.place))
        for computer in line.computers:
            _trust(tx, own, computer, now)
        for computer in line.computers:
            follow(tx, computer.node, computer.before, now)


def _trust(tx: Connection, centre: int, said: _Computer, now: str) -> None:
    public = PublicKeys(said.sign, said.age)
    public.checked()
    key = bytes.fromhex(public.key_id)
    values = {
        "centre": centre,
        "letter": said.letter,
        "state": said.state,
        "good_n": said.n if said.state != TRUSTED else None,
        "good_chain": bytes.fromhex(said.chain) if said.state != TRUSTED else None,
    }
    if tx.execute(nodes.update().where(nodes.c.key == key).values(values)).rowcount == 0:
        fixed = {"sign_public": bytes.fromhex(said.sign), "age_recipient": said.age}
        tx.execute(
            nodes.insert().values(key=key, node=bytes.fromhex(said.node), known_at=now, **fixed, **values)
        )
        asks = (inbox_files.c.kind == int(Kind.REQUEST)) & (inbox_files.c.key == key)
        file_bytes.forget(tx, asks)
    has = Told(frozenset(said.has), said.since)
    state.write(tx, f"{_TOLD}.{said.node}", msgspec.json.encode(has).decode())
