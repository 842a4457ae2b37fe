"""Whom a finding is about: who stands on each side, and what else is said and found of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.findings import FindingKind
from fieldapp.domain.text import Text
from fieldapp.storage import aliases, finding_causes, findings
from fieldapp.storage.finding_causes import Named
from fieldapp.storage.known_people import KnownPerson
from fieldapp.storage.tables import record_table


def two_sides(tx: Connection, named: Named) -> tuple[Sequence[KnownPerson], Sequence[KnownPerson]]:
    """Who stands on each side. Raises InvalidInput 'not_found' where one of them is empty by now."""
    one, two = finding_causes.people_of(tx, named)
    if not one or not two:
        raise InvalidInput(
            Text("These people do not stand here any more."), Text("Nothing was changed."), "not_found"
        )
    return one, two


def kept_side(tx: Connection, named: Named) -> int:
    """The side of whoever stands for both now: 1 for the second, else 0."""
    one, two = ({person.person for person in side} for side in two_sides(tx, named))
    return int(aliases.alias_of(tx, min(one)) in two - one)


def concerned_with(tx: Connection, named: Named) -> set[Named]:
    """It, and the other findings about its people: what is decided of them settles or opens those too."""
    if named.kind != FindingKind.SAME_PERSON:
        return {named}
    one, two = finding_causes.people_of(tx, named)
    return {named, *findings.about_people(tx, {person.person for person in (*one, *two)})}


def who_stands(side: Sequence[KnownPerson]) -> KnownPerson:
    """Who stands for a side: their record, else whoever is known by the newest row."""
    return next((one for one in side if not one.activity), side[0])


def said_about(tx: Connection, named: Named) -> sa.ColumnElement[bool] | None:
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
