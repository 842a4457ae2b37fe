"""What head office ought to look at because several records together say something odd: the rules for it.

A finding is never a verdict: somebody looks at both sides and says what is so. Rules and their sources:
same person at two centres (product D6; the shapes of names: domain reference 4.5, 7.3), a repeated receipt
number (domain reference 3.4: one number, one payment), clocks (sync file, F6), forks (sync file, importing).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from fieldapp.domain.codes import Code
from fieldapp.domain.fields import Name
from fieldapp.domain.names import search_query
from fieldapp.domain.text import Text


class FindingKind(Code):
    """What was found."""

    SAME_PERSON = "SAME_PERSON", "One person at two centres?"
    REPEATED_RECEIPT = "REPEATED_RECEIPT", "Receipt number stands twice"
    CLOCK = "CLOCK", "Clock in doubt"
    FORK = "FORK", "Two versions of a record"


class FindingState(Code):
    """How far somebody has come with it."""

    OPEN = "OPEN", "To be looked at"
    LOOKING = "LOOKING", "Being looked at"
    SETTLED = "SETTLED", "Settled"


class Settlement(Code):
    """Why a finding is settled. The first three follow from a decision, and are open again without it."""

    ONE_PERSON = "ONE_PERSON", "They are one person"
    VERSION_CHOSEN = "VERSION_CHOSEN", "One version stands"
    DIFFERENT_PEOPLE = "DIFFERENT_PEOPLE", "They are different people"
    IN_ORDER = "IN_ORDER", "It is in order as it stands"
    CORRECTION_ASKED = "CORRECTION_ASKED", "A correction was asked"
    OTHER = "OTHER", "Another reason"


class ClockDoubt(Code):
    """Why the clock of a computer is doubted."""

    AHEAD = "AHEAD", "Its clock is ahead of head office"
    BACK = "BACK", "Its clock went back since an earlier file"
    SAID = "SAID", "The computer itself doubts its clock"


BY_RULE = {
    FindingKind.SAME_PERSON: (
        frozenset({Settlement.ONE_PERSON}),
        Text("the same two centres; name, father or husband, mobile and birth year written alike"),
    ),
    FindingKind.REPEATED_RECEIPT: (
        frozenset({Settlement.IN_ORDER, Settlement.OTHER}),
        Text("numbers that stand twice in the same sessions"),
    ),
    FindingKind.CLOCK: (
        frozenset({Settlement.IN_ORDER, Settlement.OTHER}),
        Text("files of the same computer, doubted for the same reason"),
    ),
}
"""How one of a kind may be settled for others with it, and what makes those exactly like it.

Whether people differ, which version stands and who is asked for a correction is looked at one by one.
"""

_TOLERANCE = timedelta(days=1)
"""A clock in another zone, or set by hand, is not suspicious yet."""


def person_keys(name: Name, relation: Name, village: str, mobile: str) -> frozenset[int]:
    """Numbers under which the same person stands again elsewhere, of 64 bits with a sign.

    By mobile: the same number, and a first name that sounds the same (women of a family share a mobile, so a
    number alone is none). By family: name, father's or husband's name and village all sound the same.
    """
    if not name:
        return frozenset()
    said = [f"m {one[0]} {mobile}" for one in _sounds(name)] if mobile else []
    for own in _sounds(name):
        for other in _sounds(relation):
            said += [
                f"f {' '.join(sorted(own))}/{' '.join(sorted(other))}/{' '.join(sorted(place))}"
                for place in filter(None, (_heard(village),))
            ]
    return frozenset(_number(one) for one in said)


def clock_doubt(now: datetime | None, met: datetime, before: datetime | None, *, said: bool) -> str:
    """What is odd about the clock of a file: a `ClockDoubt`, or ''.

    now: when it was made by its own clock, None where it says no time; met: when head office read it; before:
    as `now`, of a file that lies before it in the log of the same computer; said: that computer doubts its
    clock.
    """
    if now is not None and now > met + _TOLERANCE:
        return ClockDoubt.AHEAD
    if now is not None and before is not None and now < before - _TOLERANCE:
        return ClockDoubt.BACK
    return ClockDoubt.SAID if said else ""


def _sounds(name: Name) -> Iterator[tuple[str, ...]]:
    """How a name sounds in each script in which it is written, word by word, without what many share."""
    yield from dict.fromkeys(filter(None, map(_heard, (name.hi, name.en))))


@lru_cache(maxsize=50_000)
def _heard(text: str) -> tuple[str, ...]:
    alternatives = search_query(text)
    if not alternatives:
        return ()
    every, last = alternatives[0], alternatives[-1]
    own = last if set(last) <= set(every) else every
    return tuple(min(forms) for forms in own)


def _number(said: str) -> int:
    return int.from_bytes(sha256(said.encode()).digest()[:8], signed=True)
