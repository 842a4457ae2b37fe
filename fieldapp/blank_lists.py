"""A workbook to fill in: a sheet for each kind of list, with headings in both languages that are understood.

Here the kinds of lists meet the workbooks, which know nothing of each other; the last sheet says what goes
into each column, with an example.
"""

from fieldapp.domain.codes import Level
from fieldapp.domain.text import Text
from fieldapp.language import in_both_languages
from fieldapp.reports.workbook import Table, xlsx
from fieldapp.services.load_columns import choices
from fieldapp.services.load_kinds import KINDS, PLACE_WORDS, ROSTER, LoadKind

FILE_NAME = "fieldapp-list.xlsx"

_WHERE = (("@block.name", "कसमार"), ("@district.name", "Bokaro"))
_WHO = (
    ("name_hi", "सुनीता देवी"),
    ("name_en", "Sunita Devi"),
    ("relation_hi", "राजेश महतो"),
    ("relation_en", "Rajesh Mahto"),
    ("gender", "महिला"),
)
EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "person": (
        *_WHO,
        ("birth_year", "1986"),
        ("category", "ST"),
        ("mobile", "5012345678"),
        (PLACE_WORDS, "खैराचातर"),
        *_WHERE,
        ("roles.role", "Trainee"),
        ("roles.since", "14-01-2017"),
    ),
    "mela": (
        ("start_date", "11-09-2018"),
        (PLACE_WORDS, "Pune"),
        ("venue_hi", "नगर भवन"),
        ("stalls", "40"),
        ("footfall", "1200"),
        ("merchants_enrolled", "75"),
    ),
    "establishment": (
        ("kind", "Petrol pump"),
        ("name_hi", "जय फ्यूल्स"),
        ("owner_name", "Mahesh"),
        (PLACE_WORDS, "कसमार"),
        *_WHERE,
        ("modes", "UPI, Card"),
        ("enabled_on", "02-12-2016"),
    ),
    "observation": (
        ("indicator", "Smartphone coverage (%)"),
        ("end_date", "31-12-2016"),
        ("share", "42/100"),
        *_WHERE,
        ("source", "Survey"),
    ),
    "place": (("level", "Village"), ("name_hi", "खैराचातर"), ("name_en", "Khairachatar"), *_WHERE),
    "participant": (
        *_WHO,
        ("age", "31"),
        ("category", "ST"),
        (PLACE_WORDS, "खैराचातर"),
        ("mobile", "5012345678"),
        ("designation", "सहिया"),
    ),
}
"""What an empty list asks for: where each column goes, and an example of invented people."""


def blank_lists() -> bytes:
    """The workbook (XLSX)."""
    sheets = [Table(_both(kind.label), headings(kind), ()) for kind in (*KINDS, ROSTER)]
    heads = tuple(map(_both, (Text("A list of"), Text("Column"), Text("Example"))))
    rows = [
        (_both(kind.label), heading.replace("\n", " / "), example)
        for kind in (*KINDS, ROSTER)
        for heading, (_, example) in zip(headings(kind), EXAMPLES[kind.word], strict=True)
    ]
    return xlsx([*sheets, Table(_both(Text("Examples")), heads, rows)])


def headings(kind: LoadKind) -> tuple[str, ...]:
    """The headings of an empty list of this kind: Hindi, and English in a line below."""
    labels = dict(choices(kind))
    levels = {f"@{level.lower()}.name": Text(level.label) for level in Level}
    place = Text("Village") if kind.place == "village" else Text("Place")
    said = {**labels, **levels, PLACE_WORDS: place}
    return tuple("\n".join(dict.fromkeys(in_both_languages(said[goal]))) for goal, _ in EXAMPLES[kind.word])


def _both(text: Text) -> str:
    return " / ".join(dict.fromkeys(in_both_languages(text)))
