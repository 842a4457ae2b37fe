"""Findings that are exactly like one that was settled, so that a person may settle them with it.

Only those that nobody has taken up. Rules: domain/findings.py BY_RULE.
"""

from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.findings import FindingKind, FindingState
from fieldapp.storage.database import slices
from fieldapp.storage.finding_causes import CAUSES, Named, doubt_of, file_of, people_of
from fieldapp.storage.tables import IMPORTED, finding_places, findings, inbox_files, nodes

MOST = 200
"""So many are looked at for one; whoever settles them is offered the next."""

_FAR_YEAR = 9999
"""Ages in this year are birth years; what a row says of an age never reaches so far."""

_LONGEST_AGE = 200


def open_like(tx: Connection, named: Named) -> tuple[Named, ...]:
    """The open findings that are exactly like this one, by their keys; () where no rule says so."""
    return tuple(sorted(_ALIKE[named.kind](tx, named))) if named.kind in _ALIKE else ()


def _of_one_computer(tx: Connection, named: Named) -> Iterator[Named]:
    own, doubt = file_of(tx, named.key), doubt_of(tx, named.key)
    if own is None or not doubt:
        return
    files = tx.execute(
        sa.select(inbox_files.c.sha256)
        .join(nodes, nodes.c.key == inbox_files.c.key)
        .where(nodes.c.node == own.node, inbox_files.c.state == IMPORTED)
    ).scalars()
    for part in slices([bytes(file).hex() for file in files]):
        found = _open(tx, named, findings.c.key.in_(part))
        yield from (other for other in found if doubt_of(tx, other.key) == doubt)


def _in_the_same_sessions(tx: Connection, named: Named) -> Iterator[Named]:
    cause = CAUSES[named.kind](tx, named)
    if cause is None:
        return
    there = sa.select(finding_places.c.finding).where(finding_places.c.record.in_(cause.records))
    for other in _open(tx, named, findings.c.id.in_(there)):
        if CAUSES[other.kind](tx, other) == cause:
            yield other


def _written_the_same(tx: Connection, named: Named) -> Iterator[Named]:
    if _is_written_the_same(tx, named):
        found = _open(tx, named, findings.c.one == named.one, findings.c.two == named.two)
        yield from (other for other in found if _is_written_the_same(tx, other) and _is_asked(tx, other))


def _is_asked(tx: Connection, named: Named) -> bool:
    """Whether no decision says already what is so, as one does where two findings are about the same two."""
    cause = CAUSES[named.kind](tx, named)
    return cause is not None and not cause.settled


def _is_written_the_same(tx: Connection, named: Named) -> bool:
    """Whether both sides have records of their own, and these say one name, parent, mobile and birth year."""
    one, two = people_of(tx, named, _FAR_YEAR)
    said = {(person.name, person.relation, person.mobile, person.age) for person in (*one, *two)}
    if not one or not two or len(said) != 1:
        return False
    ((name, relation, mobile, age),) = said
    return bool(name and relation and mobile and age > _LONGEST_AGE)


def _open(tx: Connection, named: Named, *which: sa.ColumnElement[bool]) -> Iterable[Named]:
    rows = tx.execute(
        sa.select(findings.c.kind, findings.c.key, findings.c.one, findings.c.two)
        .where(findings.c.live == 1, findings.c.state == FindingState.OPEN, findings.c.kind == named.kind)
        .where(findings.c.id != named.id, *which)
        .order_by(findings.c.found_at, findings.c.id)
        .limit(MOST)
    )
    return [Named(*row) for row in rows.fetchall()]


_ALIKE = {
    str(FindingKind.SAME_PERSON): _written_the_same,
    str(FindingKind.REPEATED_RECEIPT): _in_the_same_sessions,
    str(FindingKind.CLOCK): _of_one_computer,
}
