"""One line of a list becomes a record, or the row of a sheet, or is refused in words about it.

The whole line is looked at for numbers that must not be kept before anything is said about it, also in
columns that are left out: such a line is refused, and none of its words is shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import msgspec

from fieldapp.domain.codes import Level
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Kind, Name, PlaceRef, Ratio, part_type
from fieldapp.domain.fields import field as field_of
from fieldapp.domain.identifiers import find_forbidden_number
from fieldapp.domain.kruti_dev import kruti_to_unicode, looks_like_kruti_dev
from fieldapp.domain.names import search_key
from fieldapp.domain.periods import parse_whole
from fieldapp.domain.records import RosterRow
from fieldapp.domain.rules import SHORTEST_FORBIDDEN, Problem, Setting
from fieldapp.domain.text import Text
from fieldapp.services.load_cells import (
    clean,
    is_devanagari,
    name_of,
    ratio_of,
    refuse_spoilt,
    refused,
    value_of,
)
from fieldapp.services.load_columns import Layout, Says, squashed
from fieldapp.services.load_kinds import AGE, IGNORED, PLACE_WORDS
from fieldapp.services.load_places import PlaceFinder
from fieldapp.services.table_files import Line

Made = tuple[msgspec.Struct, str]
"""What a line gave, and the words of its place that no code was found for."""


class Fate(StrEnum):
    """What became of a line."""

    NEW = "new"
    ALREADY = "already"
    REFUSED = "refused"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class RowFate:
    """One line of the list: its number in the file, what became of it, and why if it was refused.

    place_unknown: the words of its place that no code was found for, '' when there is nothing to say. name:
    what the line is about, '' where it must not be shown. hints: what should be looked at; nothing stops it.
    """

    row: int
    fate: Fate
    record_id: str
    code: str = ""
    text: Text | None = None
    place_unknown: str = ""
    name: str = ""
    hints: tuple[Text, ...] = ()


_RECORDED = Text("A person with the same name, father's / husband's name and village is already recorded.")
_TOTALS = frozenset(
    ("total", "grandtotal", "subtotal", "totals", "योग", "कुल", "कुलयोग", "महायोग", "sum", "कुलसंख्या")
)
_NAMED = ("person", "establishment")
_NAMES = {"name": 0, "@village.name": 1, "@gp.name": 2, PLACE_WORDS: 3}
"""What a line is known by, the best first."""

_OLD_FONT_SHARE = 2
"""A column of which half looks like the old font is in it as a whole: short words cannot be told apart."""


@dataclass(slots=True)
class RowReader:
    """Makes what a line says, one after the other; remembers the lines before, to tell what comes twice.

    here: the keys of people who are recorded already (`person_key`). year: this one, which ages are counted
    back from.
    convert: put words in an old font into Unicode instead of refusing the line. old_font: the columns that
    are in one. conversions: the first words that were, or would be, put into Unicode, and what they become.
    """

    layout: Layout
    places: PlaceFinder
    says: Says
    setting: Setting
    year: int
    convert: bool = False
    old_font: frozenset[int] = frozenset()
    conversions: dict[str, str] = field(default_factory=dict)
    here: frozenset[str] = frozenset()
    _seen: dict[str, int] = field(default_factory=dict)

    def record(self, record_id: str, line: Line) -> Made:
        """The record of a line. Raises InvalidInput in words about the cell that cannot be taken."""
        plain, unknown = self._values(line)
        # A row of a sheet may count somebody without a name; a person or a shop of its own cannot be without.
        if self.layout.kind.type_word in _NAMED and not plain.get("name"):
            raise refused("nameless", Text("This row has no name."))
        return self.layout.kind.record_type(**({"id": record_id} if record_id else {}), **plain), unknown

    def refuse_forbidden(self, line: Line) -> None:
        """Raises InvalidInput when a number that must not be kept stands anywhere in the line."""
        for at, cell in enumerate(line.cells):
            if len(cell) < SHORTEST_FORBIDDEN:
                continue
            found = find_forbidden_number(
                cell,
                allowed=self.setting.centre_ids,
                field=self._guard(at),  # type: ignore[arg-type]
                demo=self.setting.demo,
            )
            if found and found.severity == "refuse":
                heading = self.layout.headings[at] if at < len(self.layout.headings) else ""
                safe = "" if _holds_number(heading) else clean(heading)
                title = Text("{why} It stands in column {column}.", why=found.message, column=safe or at + 1)
                raise refused("forbidden_number", title)

    def name_of(self, line: Line) -> str:
        """What stands in the column of names, else in the first that is used."""
        used = [
            (_NAMES.get(goal.removesuffix("_hi").removesuffix("_en"), len(_NAMES)), at)
            for at, goal in enumerate(self.layout.goals)
            if goal and goal != IGNORED and at < len(line.cells) and line.cells[at]
        ]
        if not used:
            return ""
        at = min(used)[1]
        words = clean(line.cells[at])
        return kruti_to_unicode(words) if self.convert and self._in_old_font(at, words) else words

    def hints(self, line: Line, made: msgspec.Struct, problems: Sequence[Problem]) -> tuple[Text, ...]:
        """What should be looked at: soft problems, and a person who stands in the list already."""
        hints = [problem.text for problem in problems if not problem.hard]
        key = person_key(made)
        if key and key in self._seen:
            hints.append(Text("The same person stands in row {n} of this list.", n=self._seen[key]))
        elif key:
            self._seen[key] = line.number
        if key in self.here:
            hints.append(_RECORDED)
        return tuple(hints)

    # ------------------------------------------------------------ within

    def _guard(self, at: int) -> str:
        goal = self.layout.goals[at] if at < len(self.layout.goals) else ""
        kind = self.layout.kind
        if not goal or goal == IGNORED or goal.startswith("@") or (kind.born and goal == AGE):
            return "text"
        if kind.single and goal.startswith(f"{kind.single}."):
            return _field_and_half(self._single_type(), goal.partition(".")[2])[0].guard
        return _field_and_half(kind.record_type, goal)[0].guard

    def _values(self, line: Line) -> tuple[dict[str, Any], str]:
        kind = self.layout.kind
        plain: dict[str, Any] = dict(kind.given)
        single: dict[str, Any] = {}
        placed: dict[str, list[str]] = {}
        aged: dict[str, Any] = {}
        for at, (goal, cell) in enumerate(zip(self.layout.goals, line.cells, strict=False)):
            if not goal or goal == IGNORED or not cell:
                continue
            refuse_spoilt(cell)
            words = self._in_unicode(at, cell)
            if goal.startswith("@"):
                placed.setdefault(goal, []).append(words)
            elif kind.born and goal == AGE:
                self._put(RosterRow, goal, words, aged)
            elif kind.single and goal.startswith(f"{kind.single}."):
                self._put(self._single_type(), goal.partition(".")[2], words, single)
            else:
                self._put(kind.record_type, goal, words, plain)
        if single:
            plain[kind.single] = (self._single_type()(**single),)
        if aged.get(AGE) and not plain.get(kind.born):
            plain[kind.born] = self.year - aged[AGE]
        if kind.type_word == "place":
            _take_own_level(placed, plain)
        place = self.places.find(placed)
        if place.ref:
            plain[kind.place] = place.ref
        return plain, place.unknown

    def _in_unicode(self, at: int, cell: str) -> str:
        """The cell, out of its old font when that is wished; else such a line is refused."""
        if not self._in_old_font(at, cell):
            return cell
        turned = kruti_to_unicode(cell)
        if len(self.conversions) < _CONVERSIONS_SHOWN:
            self.conversions[cell] = turned
        if self.convert:
            return turned
        title = Text("This text is in an old Hindi font (such as Kruti Dev), not in Unicode.")
        raise refused("old_font", title)

    def _in_old_font(self, at: int, cell: str) -> bool:
        return is_old_font(cell) or (at in self.old_font and could_be_old_font(cell))

    def _single_type(self) -> type[msgspec.Struct]:
        return part_type(field_of(self.layout.kind.record_type, self.layout.kind.single))

    def _put(self, record_type: type[msgspec.Struct], goal: str, cell: str, values: dict[str, Any]) -> None:
        """Put a cell's value under its field; two columns that say different things are refused."""
        one, half = _field_and_half(record_type, goal)
        before = values.get(one.name)
        if one.kind is Kind.NAME:
            values[one.name] = name_of(before or Name(), cell, half)
        elif one.kind is Kind.FRACTION:
            values[one.name] = ratio_of(before or Ratio(), cell, half)
        else:
            value = value_of(one, cell, self.says)
            if before is not None and before not in (value, self.layout.kind.given.get(one.name)):
                raise refused(
                    "contradiction",
                    Text("Two columns give different values for {label}.", label=Text(one.label)),
                )
            values[one.name] = value


_CONVERSIONS_SHOWN = 20


def is_old_font(cell: str) -> bool:
    """Whether a cell is most likely in an old font; codes and numbers are no words."""
    return not any(c.isdecimal() for c in cell) and looks_like_kruti_dev(cell)


def could_be_old_font(cell: str) -> bool:
    """Whether it can be turned at all: it has Latin letters and no Devanagari."""
    return any(c.isalpha() for c in cell) and not is_devanagari(cell)


def old_font_columns(layout: Layout, lines: Sequence[Line]) -> frozenset[int]:
    """The columns that go somewhere and of which half looks like an old font."""
    found = set()
    for at, goal in enumerate(layout.goals):
        if not goal or goal == IGNORED:
            continue
        words = [
            line.cells[at] for line in lines if at < len(line.cells) and could_be_old_font(line.cells[at])
        ]
        if words and _OLD_FONT_SHARE * sum(map(is_old_font, words)) >= len(words):
            found.add(at)
    return frozenset(found)


def is_no_row(layout: Layout, line: Line) -> Text | None:
    """Why a line is none of the list: it holds totals, or the headings once more on a further page, or only
    the number of a line that nobody filled in.
    """
    words = [squashed(cell) for cell in line.cells if cell]
    if any(word in _TOTALS for word in words[:2]):
        return Text("This row holds totals.")
    if words == [squashed(cell) for cell in layout.headings if cell]:
        return Text("This row repeats the headings.")
    used = (cell for cell, goal in zip(line.cells, layout.goals, strict=False) if goal not in ("", IGNORED))
    return None if any(used) else Text("Nothing is filled in here.")


def person_key(made: msgspec.Struct) -> str:
    """What tells whether two lines speak of one person: name, father's or husband's name, village."""
    name, relation = getattr(made, "name", None), getattr(made, "relation", None)
    if not name or relation is None:
        return ""
    village: PlaceRef = getattr(made, "village", PlaceRef())
    about = search_key(*filter(None, (relation.hi, relation.en))) or getattr(made, "mobile", "")
    return f"{search_key(*filter(None, (name.hi, name.en)))}|{about}|{squashed(village.words)}"


def _holds_number(words: str) -> bool:
    return find_forbidden_number(words) is not None


def _take_own_level(placed: dict[str, list[str]], plain: dict[str, Any]) -> None:
    """A list of villages or panchayats names its own places in columns of their level: not where they lie."""
    for level in (Level.VILLAGE, Level.GP):
        names = placed.get(f"@{level.lower()}.name", ())
        if "name" in plain or not names:
            continue
        for words in names:
            plain["name"] = name_of(plain.get("name", Name()), words, "")
        plain.setdefault("level", str(level))
        codes = placed.pop(f"@{level.lower()}.code", ())
        del placed[f"@{level.lower()}.name"]
        if codes:
            plain["lgd_code"] = parse_whole(codes[0])


def _field_and_half(record_type: type[msgspec.Struct], goal: str) -> tuple[Field, str]:
    try:
        return field_of(record_type, goal), ""
    except KeyError:
        name, _, half = goal.rpartition("_")
        return field_of(record_type, name), half


def read_row(
    reader: RowReader,
    line: Line,
    record_id: str,
    problems: Callable[[Any], Sequence[Problem]],
) -> tuple[RowFate, msgspec.Struct | None]:
    """The fate of a line as far as it depends on the line alone, and what it gave when it can be taken."""
    try:
        reader.refuse_forbidden(line)
    except InvalidInput as error:
        return RowFate(line.number, Fate.REFUSED, "", error.code, error.title), None
    no_row = is_no_row(reader.layout, line)
    name = reader.name_of(line)
    if no_row is not None:
        return RowFate(line.number, Fate.LEFT_OUT, "", "no_row", no_row, name=name), None
    try:
        made, unknown = reader.record(record_id, line)
        found = problems(made)
        hard = next((problem for problem in found if problem.hard), None)
        if hard is not None:
            raise refused(hard.code, hard.text)
    except InvalidInput as error:
        return RowFate(line.number, Fate.REFUSED, "", error.code, error.title, name=name), None
    fate = RowFate(line.number, Fate.NEW, record_id, place_unknown=unknown, name=name)
    return replace(fate, hints=reader.hints(line, made, found)), made
