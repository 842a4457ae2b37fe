"""Why a finding holds; looked at again whenever one of its records changes. Rules: domain/findings.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.fields import Name
from fieldapp.domain.findings import FindingKind, Settlement, clock_doubt, person_keys
from fieldapp.storage import aliases, forks, known_people
from fieldapp.storage.database import instant
from fieldapp.storage.finding import Spot
from fieldapp.storage.known_people import KnownPerson
from fieldapp.storage.tables import (
    IMPORTED,
    head_of,
    inbox_files,
    nodes,
    record_heads,
    record_table,
    search_records,
)
from fieldapp.storage.tables import person_keys as keys

MOST_ROWS = 60
"""So many rows of one key are compared; a trainee who came more often is seen by these."""


class Named(NamedTuple):
    """What a finding is known by. key: a number, a receipt number, a record id or a file's hash.

    one, two: home-local numbers of the two centres of a person; 0 for other kinds.
    """

    kind: str
    key: str
    one: int = 0
    two: int = 0

    @property
    def id(self) -> bytes:
        """16 bytes that are the same whenever and wherever it is found."""
        return sha256("\0".join(map(str, ("fieldapp-finding-1", *self))).encode()).digest()[:16]


@dataclass(frozen=True, slots=True)
class Cause:
    """That a finding holds now. records: ids of those it is about; settled: a decision says what is so."""

    records: frozenset[bytes] = frozenset()
    settled: str = ""


# ---------------------------------------------------------------- one person at two centres


def people_of(tx: Connection, named: Named, year: int = 0) -> tuple[list[KnownPerson], list[KnownPerson]]:
    """Who stands under a key at each of the two centres, whoever was merged as themselves. year: for ages."""
    rows = tx.execute(
        sa.select(keys.c.record, keys.c.row, search_records.c.centre)
        .join(search_records, search_records.c.n == keys.c.record)
        .where(keys.c.key == int(named.key), search_records.c.centre.in_((named.one, named.two)))
        .order_by(keys.c.record, keys.c.row)
        .limit(MOST_ROWS)
    ).fetchall()
    spots = [Spot(0, row.record, row.row) for row in rows]
    sides: dict[int, list[KnownPerson]] = {named.one: [], named.two: []}
    for row, spot in zip(rows, spots, strict=True):
        sides[row.centre] += known_people.words_at(tx, [spot], year)
    return sides[named.one], sides[named.two]


def _same_person(tx: Connection, named: Named) -> Cause | None:
    """Holds unless their genders differ, or another key of the two, their mobile, says the same already."""
    one, two = people_of(tx, named)
    if not one or not two or _contradict(one, two) or _is_said_by_mobile(named, one, two):
        return None
    everybody = [*one, *two]
    ids = _ids(everybody)
    standing = aliases.aliases(tx, ids)
    roots = {standing.get(each, each) for each in ids}
    settled = ""
    if len(roots) == 1:
        settled = Settlement.ONE_PERSON
    elif aliases.last_said(tx, *map(_ids, (one, two))) == DecisionKind.DIFFERENT_PEOPLE:
        settled = Settlement.DIFFERENT_PEOPLE
    records = {bytes.fromhex(person.activity or person.person) for person in everybody}
    return Cause(frozenset(records | {bytes.fromhex(each) for each in ids}), settled)


def _ids(side: Sequence[KnownPerson]) -> set[str]:
    return {person.person for person in side}


def _contradict(one: Sequence[KnownPerson], two: Sequence[KnownPerson]) -> bool:
    first, second = ({person.gender for person in side if person.gender} for side in (one, two))
    return bool(first and second and not first & second)


def _is_said_by_mobile(named: Named, one: Sequence[KnownPerson], two: Sequence[KnownPerson]) -> bool:
    shared = {person.mobile for person in one if person.mobile} & {person.mobile for person in two}
    by_mobile = {
        str(key)
        for person in one
        if person.mobile in shared
        for key in person_keys(person.name, Name(), "", person.mobile)
    }
    return bool(by_mobile) and named.key not in by_mobile


# ---------------------------------------------------------------- receipt numbers, forks, clocks


class Use(NamedTuple):
    """A payment at which a receipt number stands; of several tries for it, one."""

    centre: int
    activity: str
    row: int
    slot: int


def uses_of(tx: Connection, number: str) -> list[Use]:
    """The payments at which a receipt number stands, the newest session first; struck rows count nowhere."""
    tries, rows, activity = (record_table(f"activity{one}") for one in ("_rows_tries", "_rows", ""))
    same = [tries.c.centre == rows.c.centre, tries.c.id == rows.c.id, tries.c["row"] == rows.c["row"]]
    found = tx.execute(
        sa.select(activity.c.start_date, tries.c.centre, tries.c.id, tries.c["row"], tries.c.slot)
        .distinct()
        .join_from(tries, rows, sa.and_(*same))
        .join(record_heads, head_of(tries))
        .join(activity, (activity.c.centre == tries.c.centre) & (activity.c.id == tries.c.id))
        .where(tries.c.reference_number == number, record_heads.c.deleted == 0, rows.c.struck == 0)
        .order_by(activity.c.start_date.desc(), tries.c.id, tries.c["row"], tries.c.slot)
    )
    return [Use(centre, bytes(key).hex(), row, slot) for _, centre, key, row, slot in found]


def _repeated_receipt(tx: Connection, named: Named) -> Cause | None:
    uses = uses_of(tx, named.key)
    if len(uses) < 2:
        return None
    return Cause(frozenset(bytes.fromhex(use.activity) for use in uses))


def _fork(tx: Connection, named: Named) -> Cause | None:
    leaves = forks.leaves(tx, named.key)
    if len(leaves) < 2:
        return None
    chosen = forks.chosen(tx, named.key, leaves)
    settled = Settlement.VERSION_CHOSEN if chosen else ""
    return Cause(frozenset({bytes.fromhex(named.key)}), settled)


class _Clock(msgspec.Struct):
    now: str = ""
    suspect: bool = False


class _Said(msgspec.Struct):
    """What is asked of a file's manifest here."""

    clock: _Clock = msgspec.field(default_factory=_Clock)


def _clock(tx: Connection, named: Named) -> Cause | None:
    return Cause() if doubt_of(tx, named.key) else None


def doubt_of(tx: Connection, file: str) -> str:
    """Why the clock of an imported file is in doubt: a `ClockDoubt`, or ''. file: its SHA-256 in hex."""
    row = file_of(tx, file)
    if row is None:
        return ""
    made, before = made_at(row.manifest), file_before(tx, row)
    last = made_at(before.manifest) if before is not None else None
    return clock_doubt(made, instant(row.read_at), last, said=_clock_in(row.manifest).suspect)


_FILES = (
    sa.select(
        inbox_files.c.manifest, inbox_files.c.read_at, inbox_files.c.base_n, inbox_files.c.batch,
        inbox_files.c.centre, nodes.c.node,
    )
    .join(nodes, nodes.c.key == inbox_files.c.key)
    .where(inbox_files.c.state == IMPORTED)
)  # fmt: skip
_FILE = _FILES.where(inbox_files.c.sha256 == sa.bindparam("sha256"))
_BEFORE = _FILES.where(
    nodes.c.node == sa.bindparam("node"),
    inbox_files.c.to_n
    == sa.select(sa.func.max(inbox_files.c.to_n))
    .where(
        inbox_files.c.key.in_(sa.select(nodes.c.key).where(nodes.c.node == sa.bindparam("node"))),
        inbox_files.c.state == IMPORTED,
        inbox_files.c.to_n.between(1, sa.bindparam("base_n")),
    )
    .scalar_subquery(),
).limit(1)
"""Asked of all that a computer ever sent, whenever something of it comes: an index finds it."""


def file_of(tx: Connection, file: str) -> Any:
    """The row of an imported file, None for any other. file: its SHA-256 in hex."""
    return tx.execute(_FILE, {"sha256": bytes.fromhex(file)}).first()


def file_before(tx: Connection, row: Any) -> Any:
    """The row of the imported file that lies last before another one in the log of the same computer."""
    return tx.execute(_BEFORE, {"node": row.node, "base_n": row.base_n or 0}).first()


def made_at(manifest: str) -> datetime | None:
    """When a file was made by the clock of its computer; None where it does not say so.

    The manifest holds any text. A time without its zone, or at an end of the calendar, says nothing.
    """
    try:
        made = instant(_clock_in(manifest).now)
    except ValueError:
        return None
    return made if made.tzinfo is not None and MINYEAR < made.year < MAXYEAR else None


def _clock_in(manifest: str) -> _Clock:
    return msgspec.json.decode(manifest, type=_Said).clock


CAUSES = {
    str(FindingKind.SAME_PERSON): _same_person,
    str(FindingKind.REPEATED_RECEIPT): _repeated_receipt,
    str(FindingKind.FORK): _fork,
    str(FindingKind.CLOCK): _clock,
}
"""By kind: why it holds now, None where it does not."""
