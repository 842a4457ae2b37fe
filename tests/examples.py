"""Records for tests, filled from the field definitions: no list of field names is repeated here."""

import random
from datetime import date, time, timedelta
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from fieldapp.domain.fields import Field, Kind, Name, Paise, PlaceRef, Ratio, Ref, fields, part_type
from fieldapp.domain.records import RECORD_TYPES, Person, Record, RosterRow

R = TypeVar("R", bound=msgspec.Struct)
WORDS = ("चास", "पेटरवार", "Kasmar", "ज़ैनब", "O'Neil <b>", "खैराचातर & co", "क़मर", "अनन्\u200dत")

_GUARDED = {"mobile": "5012345678", "hash": "0123456789abcdef" * 4}


def _value(one: Field, chance: random.Random) -> Any:
    word = f"{chance.choice(WORDS)} {chance.randrange(999)}"[: one.longest]
    if one.kind is Kind.PARTS:
        return tuple(filled(part_type(one), chance, **_key(one, n)) for n in (1, 2, 3))
    codes = sorted(one.codes.values()) if one.codes else []
    simple: dict[Kind, Any] = {
        Kind.TEXT: _GUARDED.get(one.guard, word),
        Kind.NAME: Name(word, f"Name {chance.randrange(99)}"),
        Kind.WHOLE: chance.randrange(1, min(one.most, 10_000) + 1),
        Kind.MONEY: Paise(100),
        Kind.YES_NO: True,
        Kind.REF: Ref(chance.randbytes(16).hex()),
        Kind.PLACE: PlaceRef("block:322/3069", word),
        Kind.FRACTION: Ratio(chance.randrange(1, 50), 50),
        Kind.DATE: date(2017, 1, 14) + timedelta(days=chance.randrange(300)),
        Kind.TIME: time(chance.randrange(24), chance.randrange(60)),
        Kind.CODE: chance.choice(codes) if codes else "",
        Kind.CODES: tuple(codes[:3]),
    }
    return simple[one.kind]


def _key(one: Field, n: int) -> dict[str, int]:
    key = getattr(one.part, "key_field", "")
    return {key: n} if key else {}


def filled(record_type: type[R], chance: random.Random, **given: Any) -> R:
    """A record or part with every field filled."""
    values = {one.name: _value(one, chance) for one in fields(record_type)}
    return record_type(**(values | given))


def record(word: str, seed: int = 1, **given: Any) -> Record:
    """A full record of that type with an id of its own for each seed."""
    chance = random.Random(f"{word} {seed}")
    given.setdefault("id", (chance.getrandbits(128) | 7 << 76).to_bytes(16, "big").hex())
    return filled(RECORD_TYPES[word], chance, **given)


def sensible(word: str, seed: int = 1, **given: Any) -> Record:
    """As `record`, but nothing in it breaks a hard rule."""
    if word == "activity":
        given = {"end_date": None, "kind": "WORKSHOP", "start_date": date(2017, 1, 14)} | given
    if word in ("target", "observation"):
        last = date(2018, 1, 1)
        given = {"end_date": last, "due_date": last, "start_date": date(2017, 1, 1)} | given
        known = {one.name for one in fields(RECORD_TYPES[word])}
        given = {name: value for name, value in given.items() if name in known or name == "id"}
    made = record(word, seed, **given)
    if isinstance(made, Person) and "roles" not in given:
        return replace(made, roles=tuple(replace(one, until=None) for one in made.roles))
    return made


def row(number: int, **given: Any) -> RosterRow:
    """A plain roster row."""
    return RosterRow(
        row=number, position=number * 1024, name=Name(f"नाम {number}", f"Name {number}"), **given
    )
