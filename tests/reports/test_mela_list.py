import csv
import io
from datetime import date

import msgspec
import pytest
from python_calamine import CalamineWorkbook

from fieldapp.domain.codes import ActivityKind, ActivityState
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.language import Language
from fieldapp.notices import LANGUAGES, notice, version_in_force
from fieldapp.reports.catalogue import FORMATS, REPORTS, Asked
from fieldapp.reports.mela_list import Days, MelaRow, mela_list, mela_table, melas_held
from fieldapp.resources import resource
from tests.reports.papers import PRINTED_AT, activity, pdfium_text, poppler_text

ENGLISH, HINDI = Language.named("en"), Language.named("hi")
YEAR = Days(date(2018, 4, 1), date(2019, 3, 31))

CITIES = {
    "thane": (Name("ठाणे", "Thane"), False, date(2018, 9, 11)),
    "kalyan": (Name("कल्याण-डोंबिवली", "Kalyan-Dombivli"), False, date(2018, 9, 11)),
    "silvassa": (Name("सिलवासा", "Silvassa"), True, date(2018, 9, 24)),
    "nashik": (Name("नाशिक", "Nashik"), False, date(2018, 9, 26)),
    "diu": (Name("दीव", "Diu"), True, date(2018, 10, 9)),
    "pune": (Name("पुणे", "Pune"), False, date(2018, 10, 23)),
    "solapur": (Name("सोलापुर", "Solapur"), False, date(2018, 10, 26)),
    "pimpri": (Name("पिंपरी-चिंचवड", "Pimpri-Chinchwad"), False, date(2018, 11, 2)),
}
"""The seed's eight melas by their official names."""

ROWS = [MelaRow(name, day, ut) for name, ut, day in CITIES.values()]
HELD = {"kind": ActivityKind.MELA, "state": ActivityState.HELD}
MELAS = [
    activity(0, number=number, start_date=day, place=PlaceRef(key, name.en), **HELD)
    for number, (key, (name, _, day)) in reversed(list(enumerate(CITIES.items(), 1)))
]
"""The last one first, as a list of records shows them."""


def city_of(place: PlaceRef) -> tuple[Name, bool]:
    return CITIES[place.key][:2]


def test_the_seeds_table_in_hindi(tmp_path):
    text = poppler_text(mela_list(ROWS, HINDI, YEAR, PRINTED_AT), tmp_path, "-layout")
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    assert lines[0] == "आयोजित मेलों का प्रतिवेदन"
    assert "क्र.सं. स्मार्ट सिटी आयोजित मेले की तिथि" in lines
    assert [line for line in lines if line[0].isdecimal()] == [
        "1 ठाणे 11-09-2018",
        "2 कल्याण-डोंबिवली 11-09-2018",
        "3 सिलवासा (केंद्र शासित प्रदेश) 24-09-2018",
        "4 नाशिक 26-09-2018",
        "5 दीव (केंद्र शासित प्रदेश) 09-10-2018",
        "6 पुणे 23-10-2018",
        "7 सोलापुर 26-10-2018",
        "8 पिंपरी-चिंचवड 02-11-2018",
    ]


def test_the_seeds_table_in_english(tmp_path):
    text = poppler_text(mela_list(ROWS, ENGLISH, YEAR, PRINTED_AT), tmp_path, "-layout")
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    assert "Sl. No. Smart city Date of mela held" in lines
    assert "5 Diu (UT) 09-10-2018" in lines
    assert "8 Pimpri-Chinchwad 02-11-2018" in lines


def test_the_period_is_printed_and_an_empty_one_says_so():
    (text,) = pdfium_text(mela_list([], HINDI, Days(date(2020, 4, 1), date(2021, 3, 31)), PRINTED_AT))
    assert "अवधि: 01-04-2020 से 31-03-2021" in text
    assert "No mela was held in this period." in text


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (Days(), "Period: all dates"),
        (Days(start=date(2018, 10, 1)), "Period: from 01-10-2018"),
        (Days(end=date(2018, 10, 1)), "Period: until 01-10-2018"),
    ],
)
def test_a_period_may_be_open(days, words):
    assert words in pdfium_text(mela_list(ROWS, ENGLISH, days, PRINTED_AT))[0]


def test_only_melas_that_were_held_in_these_days_are_listed():
    planned = msgspec.structs.replace(MELAS[0], state=ActivityState.PLANNED)
    workshop = msgspec.structs.replace(MELAS[0], kind=ActivityKind.WORKSHOP)
    undated = msgspec.structs.replace(MELAS[0], start_date=None)
    assert melas_held([planned, workshop, undated], city_of) == ()
    quarter = Days(date(2018, 7, 1), date(2018, 9, 30))
    assert [row.city.en for row in melas_held(MELAS, city_of, quarter)] == [
        "Thane",
        "Kalyan-Dombivli",
        "Silvassa",
        "Nashik",
    ]


def test_the_first_and_the_last_day_belong_to_the_period():
    day = date(2018, 9, 11)
    assert Days(day, day).hold(day)
    assert not Days(day, day).hold(date(2018, 9, 12))
    assert not Days(day, day).hold(date(2018, 9, 10))


def test_a_long_list_runs_over_pages_with_headings_on_each(tmp_path):
    pdf = mela_list(ROWS * 12, ENGLISH, Days(), PRINTED_AT)
    read = pdfium_text(pdf)
    assert len(read) == 4
    assert all("Date of mela held" in text for text in read)
    serials = [
        line.split()[0] for line in poppler_text(pdf, tmp_path, "-layout").splitlines() if "-2018" in line
    ]
    assert serials == [str(n) for n in range(1, 97)]


def test_practice_is_written_across_the_list():
    (text,) = pdfium_text(mela_list(ROWS, ENGLISH, Days(), PRINTED_AT, practice=True))
    assert "PRACTICE" in text


@pytest.mark.parametrize(("language", "column"), [(HINDI, "city_official_hi"), (ENGLISH, "city_en")])
def test_the_melas_stand_in_the_order_of_the_seed(language, column):
    """By date; those of one day by their numbers, which no alphabet changes: Thane before Kalyan."""
    with resource("demo", "melas_seed.csv").open(encoding="utf-8", newline="") as file:
        seed = [
            (int(row["sl_no"]), row[column], date.fromisoformat(row["date_iso"]))
            for row in csv.DictReader(file)
        ]
    table = mela_table(melas_held(MELAS, city_of), language)
    assert [(n, str(city).split(" (")[0], day) for n, city, day in table.rows] == seed


def asked(records) -> Asked:
    notices = tuple(notice(version_in_force(), code, "CSC", "0651") for code in LANGUAGES)
    return Asked(
        records=records,
        language=HINDI,
        printed_at=PRINTED_AT,
        city_of=city_of,
        days=YEAR,
        notices=notices,
    )


@pytest.mark.parametrize("records", [[], MELAS])
@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", REPORTS)
def test_every_report_can_be_had_in_every_format(name, suffix, records):
    assert REPORTS[name].bytes_as(suffix, asked(records))


def test_the_workbook_of_the_melas_has_real_dates():
    content = REPORTS["melas"].bytes_as(".xlsx", asked(MELAS))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["क्र.सं.", "स्मार्ट सिटी", "आयोजित मेले की तिथि"]
    assert rows[8] == [8, "पिंपरी-चिंचवड", date(2018, 11, 2)]


def test_another_ending_is_refused():
    with pytest.raises(ValueError, match="odt"):
        REPORTS["melas"].bytes_as(".odt", asked(MELAS))
