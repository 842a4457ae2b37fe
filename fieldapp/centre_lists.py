"""A list of centres in a CSV or XLSX file: its lines become drafts for the registry of a head office.

Here the reading of lists meets the registry, which know nothing of each other. Headings may be English or
Hindi; what a line's place is, its code or its words within the district tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import Level
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.domain.identifiers import csc_id
from fieldapp.domain.places import Gazetteer
from fieldapp.domain.text import Text
from fieldapp.services.load_cells import name_of, refused
from fieldapp.services.load_columns import squashed
from fieldapp.services.load_kinds import PLACE_KEY, PLACE_WORDS
from fieldapp.services.load_places import PlaceFinder
from fieldapp.services.table_files import read_table
from fieldapp.sync.progress import Progress, silent
from fieldapp.sync.registry import CentreDraft, Contact, Entered, Fate, Registry

COLUMNS = ("csc_id", "name_hi", "name_en", "block", "district", "contact", "phone", "mail")
"""The headings of a list, as a blank one has them."""

_HEADINGS = {
    "csc_id": ("csc_id", "csc id", "centre id", "center id", "code", "केंद्र आईडी", "सीएससी आईडी", "कोड"),
    "name_hi": (
        "name_hi",
        "name (in Hindi)",
        "centre name (in Hindi)",
        "नाम (हिंदी में)",
        "केंद्र का नाम (हिंदी में)",
    ),
    "name_en": ("name_en", "name (in English)", "centre name (in English)", "नाम (अंग्रेज़ी में)"),
    "name": ("name", "centre name", "center name", "name of centre", "नाम", "केंद्र का नाम", "केंद्र"),
    PLACE_KEY: ("place_key", "place (code)", "lgd", "lgd code", "block code", "प्रखंड कोड"),
    PLACE_WORDS: ("place", "town", "स्थान", "नगर"),
    "@block.name": ("block", "block name", "प्रखंड", "प्रखण्ड"),
    "@district.name": ("district", "district name", "ज़िला", "जिला"),
    "contact": ("contact", "contact name", "contact person", "vle", "vle name", "operator", "संपर्क", "संचालक"),
    "mail": ("mail", "e-mail", "email", "mail address", "मेल", "ई-मेल", "ईमेल"),
    "phone": ("phone", "mobile", "mobile number", "phone number", "फ़ोन", "फोन", "मोबाइल", "मोबाइल नंबर"),
}
_GOALS = {squashed(words): goal for goal, known in _HEADINGS.items() for words in known}
_PLACES = (PLACE_KEY, PLACE_WORDS, "@block.name", "@district.name")


@dataclass(frozen=True, slots=True)
class LineFate:
    """A line of a list, by its number in the file, and what became of its centre."""

    line: int
    entered: Entered


def take_list(
    registry: Registry, actor: Actor, path: Path, places: Gazetteer, progress: Progress = silent
) -> tuple[LineFate, ...]:
    """Register the centres of a list; what is wrong with a line stops no other.

    progress: each line twice, when it is read and when it is registered; what it raises stops all of it.
    Raises InvalidInput 'no_columns' when there is no column of IDs, and as `read_table`; nothing is
    registered then.
    """
    lines = read_table(path).lines
    goals = [_GOALS.get(squashed(cell), "") for cell in lines[0].cells]
    if "csc_id" not in goals:
        raise InvalidInput(
            Text("The list has no column with the IDs of the centres."),
            Text(
                "Nothing was changed. Its first line must name the columns: {names}.",
                names=", ".join(COLUMNS),
            ),
            "no_columns",
        )
    finder = PlaceFinder(places, (Level.BLOCK, Level.ULB, Level.DISTRICT))
    drafts, wrong, met = dict[int, CentreDraft](), dict[int, Entered](), set[str]()
    steps = 2 * len(lines[1:])
    for n, line in enumerate(lines[1:]):
        progress(n, steps)
        cells = _cells(goals, line.cells)
        try:
            drafts[line.number] = _draft(finder, cells, met)
        except InvalidInput as error:
            bare = CentreDraft(_one(cells, "csc_id"), Name(), "")
            wrong[line.number] = Entered(bare, Fate.REFUSED, problem=error)
    before = steps - len(drafts)
    registered = registry.register_many(
        actor, tuple(drafts.values()), lambda done, _all: progress(before + done, steps)
    )
    entered = dict(zip(drafts, registered, strict=True)) | wrong
    return tuple(LineFate(number, entered[number]) for number in sorted(entered))


def _cells(goals: Sequence[str], cells: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for goal, cell in zip(goals, cells, strict=False):
        if goal and cell.strip():
            found.setdefault(goal, []).append(cell.strip())
    return found


def _one(cells: Mapping[str, Sequence[str]], goal: str) -> str:
    return cells[goal][0] if goal in cells else ""


def _name(cells: Mapping[str, Sequence[str]]) -> Name:
    name = Name()
    for goal, half in (("name", ""), ("name_hi", "hi"), ("name_en", "en")):
        for words in cells.get(goal, ()):
            name = name_of(name, words, half)
    return name


def _draft(finder: PlaceFinder, cells: Mapping[str, Sequence[str]], met: set[str]) -> CentreDraft:
    """The centre of a line. Raises InvalidInput: 'no_such_place', 'twice' for an ID met before, 'no_name'."""
    number = csc_id(_one(cells, "csc_id"))
    if number in met:
        raise refused("twice", Text("The ID {csc_id} stands in the list twice.", csc_id=number))
    met.add(number)
    asked = {goal: cells[goal] for goal in _PLACES if goal in cells}
    found = finder.find(asked) if asked else None
    if found is not None and (found.unknown or not found.ref.key):
        words = found.unknown or found.ref.words
        raise refused("no_such_place", Text("There is no one place called {words}.", words=words))
    contact = Contact(_one(cells, "contact"), _one(cells, "phone"), _one(cells, "mail") or None)
    return CentreDraft(number, _name(cells), found.ref.key if found else "", contact)
