"""Invented people and payments, the same for the same seed: for practice, demonstration and measurement.

Names come from lists of common name parts, put together at random; mobiles begin with 5, which no real one
does. The mix of a session is that of domain reference 6.3; a session of 35 has exactly its counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any

import msgspec

from fieldapp.domain.codes import (
    Category,
    Consent,
    FailureReason,
    Gender,
    Mark,
    PaymentMode,
    PaymentResult,
)
from fieldapp.domain.fields import Name, PlaceRef, Ref
from fieldapp.domain.records import ONE_RUPEE, PaymentTry, Person, RosterRow
from fieldapp.resources import resource
from fieldapp.services.rosters import GAP

SESSION_SIZE = 35
WOMEN = 21
CATEGORIES: dict[str, int] = {
    Category.OBC: 17,
    Category.ST: 7,
    Category.SC: 5,
    Category.GEN: 4,
    Category.MIN: 2,
}
MODES: dict[str, int] = {
    PaymentMode.AEPS: 28,
    PaymentMode.CARD: 22,
    PaymentMode.WALLET: 14,
    PaymentMode.UPI: 4,
    PaymentMode.USSD: 2,
}
WITHOUT_MOBILE, SHARED_MOBILE, MINORS, THUMBS, WITH_DISABILITY, FAILED_FIRST = 3, 4, 2, 9, 2, 5
NOTICE_VERSION = 1

_change = msgspec.structs.replace
_SUNITA = Name("सुनीता देवी", "Sunita Devi")
_NAMESAKES = 4
_WOMEN_NAMED = (
    Name("बुधनी", "Budhni"),
    Name("श्रीमती फूलमनी सोरेन", "Smt. Phulmani Soren"),
    Name("ज़ैनब खातून", "Zainab Khatoon"),
)
_MEN_NAMED = (
    Name("मो. शमीम अंसारी", "Md. Shamim Ansari"),
    Name("कालेश्वर प्रसाद नारायण सिंह महतो", "Kaleshwar Prasad Narayan Singh Mahato"),
)
VILLAGES = (
    PlaceRef("", "खैराचातर"),
    PlaceRef("", "टांगटोना"),
    PlaceRef("", "त्रियोनाला"),
    PlaceRef("", "सोनपुरा"),
)


@dataclass(frozen=True, slots=True)
class NameParts:
    """First names of men and women, and family names."""

    men: tuple[Name, ...]
    women: tuple[Name, ...]
    families: tuple[Name, ...]


@cache
def name_parts() -> NameParts:
    """The shipped lists of name parts, each in both scripts."""
    found = msgspec.json.decode(resource("demo", "names.json").read_bytes(), type=dict[str, Any])

    def names(word: str) -> tuple[Name, ...]:
        return tuple(Name(hi, en) for en, hi in found[word])

    return NameParts(names("male"), names("female"), names("surname_any"))


def joined(*parts: Name) -> Name:
    """A name of several parts."""
    return Name(" ".join(part.hi for part in parts), " ".join(part.en for part in parts))


def scaled(counts: Mapping[str, int], size: int) -> list[str]:
    """The codes of `counts` in the same shares, `size` of them: largest remainders first."""
    total = sum(counts.values())
    given = {code: count * size // total for code, count in counts.items()}
    left = sorted(counts, key=lambda code: counts[code] * size % total, reverse=True)
    for code in left[: size - sum(given.values())]:
        given[code] += 1
    return [str(code) for code, count in given.items() for _ in range(count)]


class Invention:
    """A source of invented people and payments. mobiles: False where numbers beginning with 5 are refused."""

    def __init__(self, seed: int, *, mobiles: bool = True) -> None:
        self._random = Random(seed)  # noqa: S311 - the same people for the same seed, no secret
        self._mobiles = mobiles

    def choice(self, among: Sequence[Any]) -> Any:
        """One of them."""
        return self._random.choice(among)

    def whole(self, least: int, most: int) -> int:
        """A whole number, both bounds included."""
        return self._random.randint(least, most)

    def man(self) -> Name:
        """A man's name."""
        parts = name_parts()
        return joined(self.choice(parts.men), self.choice(parts.families))

    def woman(self) -> Name:
        """A woman's name."""
        return joined(self.choice(name_parts().women), Name("देवी", "Devi"))

    def mobile(self) -> str:
        """A mobile number that is nobody's, or '' where such are refused."""
        return f"5{self.whole(0, 10**9 - 1):09}" if self._mobiles else ""

    def person(self, record_id: str, village: PlaceRef) -> Person:
        """Someone known from an earlier session."""
        gender = self.choice((Gender.F, Gender.M))
        return Person(
            id=record_id,
            name=self.woman() if gender is Gender.F else self.man(),
            relation=self.man(),
            gender=str(gender),
            birth_year=self.whole(1950, 1995),
            category=str(Category.OBC),
            village=village,
            mobile=self.mobile(),
            consent=str(Consent.YES),
            notice_version=NOTICE_VERSION,
        )

    def rows(
        self,
        day: date,
        size: int = SESSION_SIZE,
        *,
        known: Sequence[Person] = (),
        villages: Sequence[PlaceRef] = VILLAGES,
    ) -> tuple[RosterRow, ...]:
        """The roster of a Chai-Samosa session: everybody present, payments as in domain reference 6.3.

        known: people of an earlier session who come again.
        """
        people = self._people(size, known, villages)
        tries = self._tries(day, size)
        return tuple(
            _change(
                row,
                row=number,
                position=number * GAP,
                tries=made,
                chai=any(one.result == PaymentResult.OK for one in made),
                samosa=sum(one.result == PaymentResult.OK for one in made) > 1,
            )
            for number, (row, made) in enumerate(zip(people, tries, strict=True), start=1)
        )

    # ------------------------------------------------------------ people of a session

    def _people(self, size: int, known: Sequence[Person], villages: Sequence[PlaceRef]) -> list[RosterRow]:
        women = size * WOMEN // SESSION_SIZE
        rows = [self._adult(Gender.F, villages) for _ in range(women)]
        rows += [self._adult(Gender.M, villages) for _ in range(size - women)]
        self._name_some(rows, women)
        self._make_minors(rows, women)
        for person in known:
            n = next(n for n, row in enumerate(rows) if _is_free(row) and row.gender == person.gender)
            rows[n] = _row_of(person, rows[n])
        self._random.shuffle(rows)
        return self._marked(rows)

    def _adult(self, gender: Gender, villages: Sequence[PlaceRef]) -> RosterRow:
        return RosterRow(
            name=self.woman() if gender is Gender.F else self.man(),
            relation=self.man(),
            gender=str(gender),
            age=self.whole(19, 72),
            village=self.choice(villages),
            mobile=self.mobile(),
            present=1,
            consent=str(Consent.YES),
            notice_version=NOTICE_VERSION,
        )

    def _name_some(self, rows: list[RosterRow], women: int) -> None:
        """Names that a list must bear: four of one name, one word, a title, a nukta, a very long one."""
        for n in range(min(_NAMESAKES, women)):
            husband = joined(name_parts().men[n], name_parts().families[n])
            rows[n] = _change(rows[n], name=_SUNITA, relation=husband, village=rows[0].village)
        given = [*zip(range(_NAMESAKES, women - MINORS), _WOMEN_NAMED, strict=False)]
        given += zip(range(women, len(rows)), _MEN_NAMED, strict=False)
        for n, name in given:
            category = str(Category.MIN) if name in (_WOMEN_NAMED[2], _MEN_NAMED[0]) else ""
            rows[n] = _change(rows[n], name=name, category=category)

    def _make_minors(self, rows: list[RosterRow], women: int) -> None:
        for n in range(max(women - MINORS, 0), women):
            family = self.choice(name_parts().families)
            rows[n] = _change(
                rows[n],
                name=joined(self.choice(name_parts().women), Name("कुमारी", "Kumari")),
                relation=joined(self.choice(name_parts().men), family),
                age=self.whole(15, 17),
                guardian=self.woman().hi,
                guardian_relation="माता",
            )

    def _marked(self, rows: list[RosterRow]) -> list[RosterRow]:
        """Who has no mobile or shares one, signs with the thumb, has a disability; everybody's category."""
        size = len(rows)
        others = [n for n, row in enumerate(rows) if not row.person]
        silent = self._some(others, WITHOUT_MOBILE, size)
        wives = [n for n in others if n not in silent and rows[n].gender == Gender.F and not rows[n].guardian]
        sharing = self._some(wives, SHARED_MOBILE, size)
        thumbs, disabled = (self._some(others, count, size) for count in (THUMBS, WITH_DISABILITY))
        shared, categories = self.mobile(), iter(self._categories(rows))
        return [
            _change(
                row,
                category=row.category or next(categories),
                mobile="" if n in silent else shared if n in sharing else row.mobile,
                mark=str(Mark.THUMB if n in thumbs else Mark.SIGNATURE),
                pwd=n in disabled,
            )
            for n, row in enumerate(rows)
        ]

    def _some(self, among: Sequence[int], count: int, size: int) -> frozenset[int]:
        """As many of them as `count` of a session of 35 would be."""
        return frozenset(self._random.sample(among, min(len(among), count * size // SESSION_SIZE)))

    def _categories(self, rows: list[RosterRow]) -> list[str]:
        """The categories of those who have none yet, so that all together have the right shares."""
        wanted = scaled(CATEGORIES, len(rows))
        self._random.shuffle(wanted)
        for row in rows:
            if row.category in wanted:
                wanted.remove(row.category)
        return wanted

    # ------------------------------------------------------------ payments of a session

    def _tries(self, day: date, size: int) -> list[tuple[PaymentTry, ...]]:
        modes = scaled(MODES, 2 * size)
        self._random.shuffle(modes)
        slip = _Slip(day, self.whole(1_000_000, 90_000_000))
        failed = self._some(range(size - 1), FAILED_FIRST, size)
        made: list[tuple[PaymentTry, ...]] = []
        for n in range(size):
            first, second = modes[2 * n : 2 * n + 2]
            before = (_failed(_try(1, first, slip)),) if n in failed else ()
            made.append((*before, _try(1, first, slip), _try(2, second, slip)))
        made[-1] = (*made[-1][:-1], _pending(made[-1][-1]))
        if size > 2:
            made[1] = (*made[1][:-1], _change(made[1][-1], reference_number=made[0][-1].reference_number))
        return made


class _Slip:
    """Receipt numbers YDDD + a counter, and the times they were printed at."""

    def __init__(self, day: date, counter: int) -> None:
        self._day = day
        self._counter = counter
        self._at = datetime.combine(day, time(10, 20))

    def next(self) -> tuple[str, time]:
        self._counter += 37
        self._at += timedelta(minutes=1)
        return f"{self._day.year % 10}{self._day:%j}{self._counter:08}", self._at.time()


def _try(slot: int, mode: str, slip: _Slip) -> PaymentTry:
    reference, at = slip.next()
    return PaymentTry(
        slot=slot,
        mode=mode,
        amount_paise=ONE_RUPEE,
        result=str(PaymentResult.OK),
        reference_number=reference,
        at=at,
    )


_WHY_FAILED = {
    PaymentMode.AEPS: FailureReason.FINGERPRINT,
    PaymentMode.CARD: FailureReason.PIN,
    PaymentMode.UPI: FailureReason.PIN,
}


def _failed(one: PaymentTry) -> PaymentTry:
    reason = _WHY_FAILED.get(PaymentMode(one.mode), FailureReason.NETWORK)
    return _change(one, result=str(PaymentResult.FAILED), reason=str(reason), reference_number="")


def _pending(one: PaymentTry) -> PaymentTry:
    return _change(one, result=str(PaymentResult.PENDING), reference_number="")


def _is_free(row: RosterRow) -> bool:
    named = (_SUNITA, *_WOMEN_NAMED, *_MEN_NAMED)
    return not row.person and not row.guardian and row.name not in named


def _row_of(person: Person, row: RosterRow) -> RosterRow:
    """The row filled in with a person who was picked."""
    return _change(
        row,
        person=Ref(person.id),
        name=person.name,
        relation=person.relation,
        category=person.category,
        village=person.village,
        mobile=person.mobile,
    )
