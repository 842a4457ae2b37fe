"""The few single values a home keeps: who it is, how far its log is received, what came last."""

from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.identifiers import refuse_forbidden_number
from fieldapp.storage.database import execute
from fieldapp.storage.tables import centres

HQ_CENTRE = 0
"""The centre number of a head office itself: 'this HQ' there, 'my HQ' at a centre."""

PACK_SECRET = "pack_secret"  # noqa: S105 - the name under which it is kept
"""The secret of the pack that was taken, kept until a receipt shows that head office knows the keys."""

OWN_CENTRE = 1
"""The number under which a centre's home keeps its own records."""


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre as its home and its head office know it. place_key: domain/places.py."""

    number: int
    csc_id: str
    name_hi: str
    name_en: str
    place_key: str


class OwnLog(NamedTuple):
    """This home's node, and up to which numbers its log is confirmed, and in files: base and packed."""

    node: bytes
    base: int
    packed: int


_PACKED = "SELECT max(to_n) FROM batches WHERE state NOT IN ('MAKING', 'REPLACED')"
_BEYOND_ANY_LOG = 2**31 - 1


def read(tx: Connection, name: str, missing: str = "") -> str:
    """The value kept under that name, or `missing`."""
    found = execute(tx, "SELECT value FROM home_state WHERE name = ?", name).fetchone()
    return missing if found is None else found[0]


def write(tx: Connection, name: str, value: str) -> None:
    """Keep a value under that name."""
    execute(
        tx,
        "INSERT INTO home_state (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        value,
    )


def node(tx: Connection) -> bytes:
    """This home's node id."""
    return bytes.fromhex(read(tx, "node"))


def base(tx: Connection) -> int:
    """The log number up to which head office has confirmed our seals."""
    return int(read(tx, "base", "0"))


def own_log(tx: Connection) -> OwnLog:
    """How far this home's own log has come. A part that somebody chose carries nothing of it whole.

    What was given back is confirmed though it was in no batch. A head office makes none: what it has sealed
    goes with its receipts. A batch that is not whole yet, or gave way to the next one, is no file.
    """
    node, own, confirmed = _named(tx, "node", "centre", "base")
    base = int(confirmed or "0")
    (packed,) = execute(tx, _PACKED).fetchone()
    if own == str(HQ_CENTRE) and not centre(tx, HQ_CENTRE).place_key:  # a block office has a place
        packed = _BEYOND_ANY_LOG
    return OwnLog(bytes.fromhex(node), base, max(base, packed or 0))


def identity(tx: Connection) -> tuple[str, int]:
    """This home's node id in hex and the number of its centre, in one look."""
    node, centre = _named(tx, "node", "centre")
    return node, int(centre or "0")


def _named(tx: Connection, first: str, *others: str) -> tuple[str, ...]:
    marks = ", ".join("?" for _ in (first, *others))
    found = dict(
        execute(tx, f"SELECT name, value FROM home_state WHERE name IN ({marks})", first, *others)  # noqa: S608 - marks
    )
    return found[first], *(found.get(one, "") for one in others)


def centre(tx: Connection, number: int) -> Centre:
    """A centre by its home-local number. Raises sqlalchemy.exc.NoResultFound when there is none."""
    row = tx.execute(sa.select(centres).where(centres.c.centre == number)).one()
    return Centre(row.centre, row.csc_id, row.name_hi, row.name_en, row.place_key)


def all_centres(tx: Connection, prefix: str = "") -> tuple[Centre, ...]:
    """Every centre this home knows, by number; only those whose code begins so."""
    some = "WHERE substr(csc_id, 1, ?) = ? " if prefix else ""
    sql = f"SELECT centre, csc_id, name_hi, name_en, place_key FROM centres {some}ORDER BY centre"  # noqa: S608 - our own
    return tuple(Centre(*row) for row in execute(tx, sql, *((len(prefix), prefix) if prefix else ())))


def centre_ids(tx: Connection) -> frozenset[str]:
    """The CSC IDs of the centres this home knows; an office has none, a block office a code of its own."""
    codes = execute(tx, "SELECT csc_id FROM centres").fetchall()  # of thousands, for every file
    return frozenset([code for (code,) in codes if code.isdecimal()])


def put_centre(tx: Connection, centre: Centre) -> None:
    """Write a centre under its number; the CSC ID may change, the number never does.

    Raises InvalidInput 'forbidden_number' for such a number in its names.
    """
    refuse_forbidden_number(centre.name_hi, centre.name_en, allowed=frozenset({centre.csc_id}))
    values = {
        "csc_id": centre.csc_id,
        "name_hi": centre.name_hi,
        "name_en": centre.name_en,
        "place_key": centre.place_key,
    }
    changed = tx.execute(centres.update().where(centres.c.centre == centre.number).values(**values))
    if changed.rowcount == 0:
        tx.execute(centres.insert().values(centre=centre.number, **values))
