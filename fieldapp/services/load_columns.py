"""What the headings of a list mean: which kind of record it holds, and where each column goes.

A heading is matched without case, blanks, marks and '(In English)' against the field's name and its label in
both languages, as the field definitions say them, and against the words of `load_kinds`; a misspelling passes
where nothing else is near. Both languages may stand in one heading, or in two lines of headings.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import msgspec

from fieldapp.domain.fields import Field, Kind, columns, fields, part_type
from fieldapp.domain.fields import field as field_of
from fieldapp.domain.identifiers import fold_digits, mobile
from fieldapp.domain.kruti_dev import kruti_to_unicode
from fieldapp.domain.text import Text
from fieldapp.services.load_kinds import (
    AGE,
    COMMON,
    DOWNWARDS,
    IGNORED,
    LEFT_TO_THE_SHEET,
    PLACE_KEY,
    PLACE_WORDS,
    LoadKind,
)

Says = Callable[[Text], Iterable[str]]
"""The words of a Text in every language a list may be written in."""

_SLIPS_FROM = 4
_SHORTENED = re.compile(r"(?<=[\u0900-\u0963])0(?!\d)")
_BETWEEN_LANGUAGES = (re.compile(r"\n"), re.compile(r"\s/\s|\|"), re.compile(r"[/(),:]"))
_HALF = re.compile(
    r"[\s_-]*\(?\s*(?:(?P<en>in engli?sh|in englsih|english|अंग्रेज़ी में|अंग्रेजी में|अंग्रेज़ी|अंग्रेजी)"
    r"|(?P<hi>in hindi|in local(?: language)?|hindi|हिंदी में|हिन्दी में|हिंदी|हिन्दी))\s*\)?\s*$"
)


def squashed(words: str) -> str:
    """A heading without case, blanks and marks; the signs of Hindi vowels stay.

    A zero behind Hindi letters goes too: typists write it for the round sign that shortens a word ('मो0 नं0').
    """
    folded = _SHORTENED.sub("", fold_digits(unicodedata.normalize("NFC", words)).casefold())
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
    return COMMON | found | dict(kind.aliases)


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
    of_the_day = one.name in LEFT_TO_THE_SHEET
    return of_the_day or one.kind is Kind.REF or numbered or (bool(prefix) and one.kind is Kind.PLACE)


def goal_of(heading: str, known: Mapping[str, str], record_type: type[msgspec.Struct]) -> str:
    """Where the column under a heading goes; '' when nothing is known of it, or two things at once."""
    if found := _as_written(heading, known, record_type):
        return found
    for marks in _BETWEEN_LANGUAGES:
        parts = marks.split(heading)
        found_in_parts = {goal for part in parts if (goal := _as_written(part, known, record_type))}
        if found_in_parts:
            return found_in_parts.pop() if len(found_in_parts) == 1 else ""
    if not heading.isascii() or not (turned := _as_written(kruti_to_unicode(heading), known, record_type)):
        return _misspelt(heading, known)
    return turned


def _as_written(heading: str, known: Mapping[str, str], record_type: type[msgspec.Struct]) -> str:
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


def _misspelt(heading: str, known: Mapping[str, str]) -> str:
    """The goal of the heading that is the same but for one slip; in a short one only two letters swapped.

    More would make the mother's name the father's. A plural is no slip: 'villages' are counted.
    """
    words = squashed(heading)
    if len(words) < _SLIPS_FROM or any(c.isdecimal() for c in words):
        return ""
    from rapidfuzz import process  # lists alone need it, and a start waits for what it reads in
    from rapidfuzz.distance import OSA

    near = process.extract(words, known.keys(), scorer=OSA.distance, score_cutoff=1, limit=3)
    slips = (name for name, *_ in near if len(words) > _SLIPS_FROM or sorted(name) == sorted(words))
    return known.get(next((name for name in slips if f"{name}s" != words), ""), "")


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
    """Every way the first lines can be read as headings, the best first; some may not `fit`."""
    found = []
    for kind in kinds:
        known = targets(kind, says)
        found += [layout_at(lines, number, kind, known) for number, _ in lines[:HEADING_LINES]]
    return sorted(found, key=lambda one: (not one.fits, -one.matched))


def layout_at(
    lines: Sequence[tuple[int, Sequence[str]]], number: int, kind: LoadKind, known: Mapping[str, str]
) -> Layout:
    """What the columns are when the headings stand in the line of that number, and perhaps the one below.

    A second line is part of the headings when it adds columns and half of what stands in it is understood.
    """
    at = next(n for n, line in enumerate(lines) if line[0] == number)
    one = _layout(number, lines[at][1], kind, known)
    if at + 1 == len(lines) or not one.matched:
        return one
    second = lines[at + 1][1]
    below = _layout(lines[at + 1][0], second, kind, known)
    both = _layout(lines[at + 1][0], _joined(lines[at][1], second), kind, known)
    alone = zip_longest(both.goals, below.goals, one.goals, fillvalue="")
    both = replace(both, goals=tuple(next(filter(None, goals), "") for goals in alone))
    said = sum(bool(cell) for cell in second)
    if 2 * (below.matched + both.matched - one.matched) >= said and both.matched > one.matched:
        return both
    return replace(one, heading_line=below.heading_line) if below.matched * 2 > max(said, 2) else one


def _layout(number: int, cells: Sequence[str], kind: LoadKind, known: Mapping[str, str]) -> Layout:
    goals = [goal_of(cell, known, kind.record_type) if cell else "" for cell in cells]
    return Layout(kind, number, tuple(cells), tuple(goals))


def _joined(first: Sequence[str], second: Sequence[str]) -> list[str]:
    width = max(len(first), len(second))
    padded = ([*cells, *[""] * (width - len(cells))] for cells in (first, second))
    return [" ".join(filter(None, both)) for both in zip(*padded, strict=True)]


# ---------------------------------------------------------------- a list without headings


def by_content(lines: Sequence[tuple[int, Sequence[str]]], kind: LoadKind) -> Layout:
    """A guess by what stands in the columns, for rows that were copied without their headings."""
    width = max(len(cells) for _, cells in lines)
    goals = [""] * width
    words = iter(("name", "relation", PLACE_WORDS))
    for column in range(width):
        cells = [cells[column] for _, cells in lines[:50] if column < len(cells) and cells[column]]
        seen = next((goal for goal, fits in _CONTENTS if cells and all(map(fits, cells))), "")
        goal = next(words, "") if seen == "words" else seen
        goals[column] = "" if goal in goals else goal
    return Layout(kind, 0, ("",) * width, tuple(goals))


_GENDERS, _CATEGORIES = (
    ("m", "f", "t", "पु", "म", "पुरुष", "महिला", "male", "female"),
    ("gen", "sc", "st", "obc"),
)
_CONTENTS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("gender", lambda cell: squashed(cell) in _GENDERS),
    ("category", lambda cell: squashed(cell) in _CATEGORIES),
    ("mobile", lambda cell: mobile(cell, demo=True) is not None),
    ("age", lambda cell: cell.isdecimal() and 5 < int(cell) <= 110),
    (IGNORED, lambda cell: not any(c.isalpha() for c in cell)),
    ("words", lambda _cell: True),
)


# ---------------------------------------------------------------- what a column can be


def choices(kind: LoadKind) -> list[tuple[str, Text]]:
    """Everything a column of such a list can go to: the goal, and its words."""
    found = _field_choices(kind.record_type, "", kind.place)
    if kind.single:
        found += _field_choices(part_type(field_of(kind.record_type, kind.single)), f"{kind.single}.", "")
    if kind.born:
        found.append((AGE, Text("Age (years)")))
    found.append((PLACE_WORDS, Text("Place: name")))
    for level in DOWNWARDS:
        goal, label = f"@{level.lower()}", Text(level.label)
        found += [(f"{goal}.name", Text("{level}: name", level=label))]
        found += [(f"{goal}.code", Text("{level}: code (LGD)", level=label))]
    return [*found, (PLACE_KEY, Text("Place: key"))]


def _field_choices(record_type: type[msgspec.Struct], prefix: str, place: str) -> list[tuple[str, Text]]:
    found: list[tuple[str, Text]] = []
    for one in fields(record_type):
        out = _is_out(one, prefix) or one.kind is Kind.PARTS or one.name == place
        if not one.by_hand or out:
            continue
        label, goal = Text(one.label), prefix + one.name
        found.append((goal, label))
        if one.kind is Kind.NAME:
            found.append((f"{goal}_hi", Text("{label} (in Hindi)", label=label)))
            found.append((f"{goal}_en", Text("{label} (in English)", label=label)))
        elif one.kind is Kind.FRACTION:
            found.append((f"{goal}_over", Text("{label}: how many", label=label)))
            found.append((f"{goal}_under", Text("{label}: of how many", label=label)))
    return found
