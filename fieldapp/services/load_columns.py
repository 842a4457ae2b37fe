"""What the headings of a list mean: which kind of record it holds, and where each column goes.

A heading is matched without case, blanks, marks and '(In English)' against the field's name and its label in
both languages, as the field definitions say them; the few words people use besides stand in tables here.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from fieldapp.domain.codes import ActivityKind, ActivityState, Level
from fieldapp.domain.fields import Field, Kind, columns, fields, part_type
from fieldapp.domain.fields import field as field_of
from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.records import RECORD_TYPES, Record
from fieldapp.domain.text import Text

Says = Callable[[Text], Iterable[str]]
"""The words of a Text in every language a list may be written in."""

IGNORED = "-"
PLACE_KEY, PLACE_WORDS = "@key", "@place"
"""A place's key, and words for a place of any level; `@block.code` and `@block.name` are of one level."""


@dataclass(frozen=True, slots=True)
class LoadKind:
    """A kind of list. place: the field the place columns fill. levels: what bare words for it mean.

    needs: groups of targets, one of each of which a list must have. given: values every record gets.
    single: a parts field of which a list may hold one item, in columns of its own.
    """

    word: str
    type_word: str
    label: Text
    place: str
    levels: tuple[Level, ...]
    needs: tuple[tuple[str, ...], ...]
    given: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    aliases: Mapping[str, str] = dataclasses.field(default_factory=dict)
    single: str = ""

    @property
    def record_type(self) -> type[Record]:
        """The class of the records."""
        return RECORD_TYPES[self.type_word]


_NAME = ("name", "name_hi", "name_en")
_PLACED = ("@state.", "@district.", "@block.", "@ulb.", "@gp.", "@village.", PLACE_WORDS)

KINDS = (
    LoadKind(
        "mela",
        "activity",
        Text("melas"),
        "place",
        (Level.ULB, Level.BLOCK, Level.DISTRICT),
        (("start_date",), _PLACED),
        {"kind": str(ActivityKind.MELA), "state": str(ActivityState.HELD)},
        {
            "city": PLACE_WORDS,
            "cityen": PLACE_WORDS,
            "cityofficialhi": PLACE_WORDS,
            "cityseedhi": PLACE_WORDS,
            "smartcity": PLACE_WORDS,
            "स्मार्टसिटी": PLACE_WORDS,
            "शहर": PLACE_WORDS,
            "dateofmela": "start_date",
            "dateonwhichmelawasheld": "start_date",
            "आयोजितमेलेकीतिथि": "start_date",
            "मेलेकीतिथि": "start_date",
            "dateddmmyyyy": "start_date",
            "dateiso": "start_date",
            "isutinseed": IGNORED,
        },
    ),
    LoadKind(
        "person",
        "person",
        Text("people"),
        "village",
        (Level.VILLAGE, Level.GP, Level.HAMLET, Level.WARD, Level.ULB, Level.BLOCK),
        (_NAME, ("relation", "relation_hi", "relation_en", "gender", "mobile", "birth_year", "roles.role")),
        aliases={
            "fathername": "relation",
            "fathersname": "relation",
            "husbandname": "relation",
            "fatherhusband": "relation",
            "sex": "gender",
            "mobileno": "mobile",
            "phone": "mobile",
            "caste": "category",
        },
        single="roles",
    ),
    LoadKind(
        "establishment",
        "establishment",
        Text("establishments"),
        "place",
        (Level.VILLAGE, Level.GP, Level.ULB, Level.BLOCK, Level.DISTRICT),
        (_NAME, ("kind", "modes", "enabled_on")),
        aliases={"type": "kind", "typeofestablishment": "kind", "vehicleno": "registration"},
    ),
    LoadKind(
        "observation",
        "observation",
        Text("observations"),
        "place",
        (Level.BLOCK, Level.DISTRICT, Level.ULB, Level.GP, Level.VILLAGE, Level.STATE),
        (("indicator",), ("value", "share", "share_over")),
        aliases={
            "date": "end_date",
            "ason": "end_date",
            "asondate": "end_date",
            "numerator": "share_over",
            "denominator": "share_under",
        },
    ),
    LoadKind(
        "place",
        "place",
        Text("places"),
        "parent",
        (Level.BLOCK, Level.SUBDISTRICT, Level.ULB, Level.GP, Level.DISTRICT),
        ((*_NAME, "@village.name", "@gp.name"),),
        aliases={
            "placeen": "name_en",
            "placehi": "name_hi",
            "kind": "level",
            "type": "level",
            "localbodyname": "@gp.name",
            "localbodycode": "@gp.code",
        },
    ),
)
"""In the order in which a tie is settled."""

_LEVEL_WORDS = {
    Level.STATE: ("state", "stateut", "राज्य"),
    Level.DISTRICT: ("district", "जिला"),
    Level.SUBDISTRICT: ("subdistrict", "tehsil", "तहसील", "अंचल"),
    Level.BLOCK: ("block", "developmentblock", "प्रखंड", "प्रखण्ड"),
    Level.ULB: ("urbanbody", "urbanlocalbody", "ulb", "town"),
    Level.GP: ("grampanchayat", "panchayat", "gp", "पंचायत", "ग्रामपंचायत"),
    Level.VILLAGE: ("village", "गाँव", "गांव", "ग्राम"),
}


def _place_headings() -> dict[str, str]:
    found: dict[str, str] = {}
    for level, words in _LEVEL_WORDS.items():
        for word in words:
            goal = f"@{level.lower()}"
            found |= {word: f"{goal}.name", f"{word}name": f"{goal}.name", f"lgd{word}": f"{goal}.code"}
            found |= {f"{word}code": f"{goal}.code", f"{word}lgdcode": f"{goal}.code"}
    return found


_COMMON = {
    **dict.fromkeys(("sl", "slno", "sno", "srno", "serialno", "no", "source"), IGNORED),
    **dict.fromkeys(("weekday", "fy", "quarter", "financialyear"), IGNORED),
    **dict.fromkeys(("क्रसं", "क्रम", "क्रमसं", "क्रमांक"), IGNORED),
    **_place_headings(),
}
_HALF = re.compile(
    r"[\s_-]*\(?\s*(?:(?P<en>in engli?sh|in englsih|english|अंग्रेज़ी में|अंग्रेजी में|अंग्रेज़ी|अंग्रेजी)"
    r"|(?P<hi>in hindi|in local(?: language)?|hindi|हिंदी में|हिन्दी में|हिंदी|हिन्दी))\s*\)?\s*$"
)


def squashed(words: str) -> str:
    """A heading without case, blanks and marks; the signs of Hindi vowels stay."""
    folded = fold_digits(unicodedata.normalize("NFC", words)).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LMN")


def targets(kind: LoadKind, says: Says) -> dict[str, str]:
    """Every squashed heading a list of this kind may have, with where its column goes."""
    found = _field_headings(kind.record_type, says, "")
    if kind.single:
        part = part_type(field_of(kind.record_type, kind.single))
        found = _field_headings(part, says, f"{kind.single}.") | found
    for heading, goal in found.items():
        found[heading] = {
            kind.place: PLACE_WORDS,
            f"{kind.place}_words": PLACE_WORDS,
            f"{kind.place}_key": PLACE_KEY,
        }.get(goal, goal)
    return _COMMON | found | dict(kind.aliases)


def _field_headings(record_type: type[msgspec.Struct], says: Says, prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in fields(record_type):
        if one.by_hand and not _is_out(one, prefix):
            for words in (one.name, *says(Text(one.label)), *says(Text(one.heading))):
                found.setdefault(squashed(words), prefix + one.name)
    for column in columns(record_type):
        if column.suffix and column.field.by_hand and not _is_out(column.field, prefix):
            found.setdefault(squashed(column.name), prefix + column.name)
    return found


def _is_out(one: Field, prefix: str) -> bool:
    """Whether a list cannot fill a field: references, numbered parts such as the roster, a part's place."""
    numbered = one.kind is Kind.PARTS and bool(getattr(one.part, "key_field", ""))
    return one.kind is Kind.REF or numbered or (bool(prefix) and one.kind is Kind.PLACE)


def goal_of(heading: str, known: Mapping[str, str], record_type: type[Record]) -> str:
    """Where the column under a heading goes; '' when nothing is known of it."""
    found = known.get(squashed(heading), "")
    if found:
        return found
    marked = _HALF.search(heading.casefold())
    if not marked:
        return ""
    found = known.get(squashed(heading[: marked.start()]), "")
    halves = {column.name for column in columns(record_type) if column.suffix}
    half = f"{found}_{'en' if marked['en'] else 'hi'}"
    return half if half in halves else found


@dataclass(frozen=True, slots=True)
class Layout:
    """What a list is: its kind, the number of its heading line, and where its columns go."""

    kind: LoadKind
    heading_line: int
    headings: tuple[str, ...]
    goals: tuple[str, ...]

    @property
    def unused(self) -> tuple[str, ...]:
        """The headings nothing is known of."""
        return tuple(
            heading for heading, goal in zip(self.headings, self.goals, strict=True) if heading and not goal
        )

    @property
    def fits(self) -> bool:
        """Whether everything is there that a list of this kind must have."""
        return all(
            any(
                goal.startswith(one) if one.endswith(".") else goal == one
                for goal in self.goals
                for one in group
            )
            for group in self.kind.needs
        )

    @property
    def matched(self) -> int:
        """How many columns are understood as something of this very kind."""
        return sum(bool(goal) and goal != IGNORED for goal in self.goals)


HEADING_LINES = 10
"""Titles may stand above the headings, but not more of them than this."""


def layouts(
    lines: Sequence[tuple[int, Sequence[str]]], kinds: Iterable[LoadKind], says: Says
) -> list[Layout]:
    """Every way the first lines can be read as headings, the best first."""
    found = []
    for kind in kinds:
        known = targets(kind, says)
        for number, cells in lines[:HEADING_LINES]:
            goals = tuple(goal_of(cell, known, kind.record_type) for cell in cells)
            found.append(Layout(kind, number, tuple(cells), goals))
    return sorted((one for one in found if one.fits), key=lambda one: -one.matched)
