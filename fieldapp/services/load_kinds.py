"""The kinds of lists: what each line becomes, what a list must have, and what people call its columns."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from fieldapp.domain.codes import ActivityKind, ActivityState, Level
from fieldapp.domain.records import RECORD_TYPES, RosterRow
from fieldapp.domain.text import Text

IGNORED = "-"
PLACE_KEY, PLACE_WORDS = "@key", "@place"
"""A place's key, and words for a place of any level; `@block.code` and `@block.name` are of one level."""

AGE = "age"
"""The age of somebody: of a row of a sheet it is a field, of a person it gives the year of birth."""


@dataclass(frozen=True, slots=True)
class LoadKind:
    """A kind of list. place: the field the place columns fill. levels: what bare words for it mean.

    needs: groups of targets, one of each of which a list must have. given: values every record gets.
    single: a parts field of which a list may hold one item, in columns of its own. born: the field of the
    year of birth, where a list may give the age instead.
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
    born: str = ""

    @property
    def record_type(self) -> type[msgspec.Struct]:
        """The class of the records, or of the rows of a sheet."""
        return RECORD_TYPES.get(self.type_word, RosterRow)


_PEOPLE = {
    **dict.fromkeys(
        (
            *("nameofperson", "nameofparticipant", "participantname", "nameoftrainee", "traineename"),
            *("nameofbeneficiary", "beneficiaryname", "fullname", "प्रतिभागीकानाम", "प्रशिक्षुकानाम"),
            *("लाभुककानाम", "लाभार्थीकानाम", "व्यक्तिकानाम", "पूरानाम", "सदस्यकानाम"),
        ),
        "name",
    ),
    **dict.fromkeys(
        (
            *(
                "fathername",
                "fathersname",
                "nameoffather",
                "father",
                "husbandname",
                "husbandsname",
                "husband",
            ),
            *(
                "husbandsname",
                "fatherhusband",
                "fatherhusbandname",
                "fathersorhusbandsname",
                "guardianhusbandname",
            ),
            *("पिताकानाम", "पतिकानाम", "पितापति", "पितापतिकानाम", "पितायापतिकानाम", "पिता", "पति"),
        ),
        "relation",
    ),
    **dict.fromkeys(("sex", "mf", "लिंग", "पुरुषमहिला"), "gender"),
    **dict.fromkeys(("age", "ageyears", "ageinyears", "ageyrs", "उम्र", "आयु", "आयुवर्ष", "वय"), AGE),
    **dict.fromkeys(
        (
            *(
                "mobileno",
                "phone",
                "phoneno",
                "contactno",
                "contactnumber",
                "mobno",
                "cell",
                "मोबाइल",
                "मोबाइलनं",
            ),
            *(
                "मोबाइलन",
                "मोबाइलनम्बर",
                "मोबाइलसंख्या",
                "मोबाइलसं",
                "मोन",
                "मोनं",
                "मोसं",
                "दूरभाष",
                "फोन",
                "फोननंबर",
            ),
            "संपर्कनंबर",
        ),
        "mobile",
    ),
    **dict.fromkeys(("caste", "castecategory", "जाति", "वर्ग", "कोटि", "जातिवर्ग"), "category"),
    **dict.fromkeys(("post", "पद", "पदनाम"), "designation"),
    **dict.fromkeys(("address", "पता", "ग्रामटोला"), PLACE_WORDS),
}
"""What lists of people call their columns, besides the words of the program itself."""

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
        aliases={**_PEOPLE, "yob": "birth_year", "जन्मवर्ष": "birth_year"},
        single="roles",
        born="birth_year",
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

ROSTER = LoadKind(
    "participant",
    "row",
    Text("participants"),
    "village",
    (Level.VILLAGE, Level.GP, Level.HAMLET, Level.WARD, Level.ULB, Level.BLOCK),
    (_NAME,),
    aliases={
        **_PEOPLE,
        **dict.fromkeys(("department", "organisation", "विभाग", "कार्यालय", "संस्था"), "office"),
    },
)
"""The rows of the sheet of one activity; not among KINDS, for it makes no records."""

LEFT_TO_THE_SHEET = frozenset({"present", "tries", "mark", "open_reason"})
"""What a list never says of a row: it is kept on the day."""

DOWNWARDS = (
    Level.STATE,
    Level.DISTRICT,
    Level.SUBDISTRICT,
    Level.BLOCK,
    Level.ULB,
    Level.GP,
    Level.VILLAGE,
)
"""The levels a list may name the place of a line by, from above."""

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


COMMON = {
    **dict.fromkeys(("sl", "slno", "sno", "srno", "serialno", "no", "source", "srlno", "serial"), IGNORED),
    **dict.fromkeys(("weekday", "fy", "quarter", "financialyear"), IGNORED),
    **dict.fromkeys(("क्रसं", "क्रस", "क्र", "क्रम", "क्रमसं", "क्रमसंख्या", "क्रमांक"), IGNORED),
    **_place_headings(),
}
"""Columns that mean the same in a list of any kind."""
