import csv
import io
from datetime import date
from itertools import pairwise

import pytest

from fieldapp.domain.fields import Name, PlaceRef, fields
from fieldapp.domain.records import RECORD_TYPES, ActionPoint, Establishment, Observation, Person
from fieldapp.domain.text import Text
from fieldapp.language import Language
from fieldapp.reports.catalogue import REPORTS, Asked
from fieldapp.reports.mela_list import Days
from fieldapp.reports.page import Voice
from fieldapp.reports.register import register
from tests import examples
from tests.reports.papers import FIRST, LAST, PRINTED_AT, pages, pdfium_text, poppler_text

ENGLISH, HINDI = Language.named("en"), Language.named("hi")
REGISTERS = [name for name, report in REPORTS.items() if report.reads and name != "melas"]


def people(count: int) -> list[Person]:
    """Invented people."""
    found = []
    for n in range(1, count + 1):
        first, last, father = FIRST[n % len(FIRST)], LAST[n % len(LAST)], FIRST[(n + 4) % len(FIRST)]
        found.append(
            Person(
                id=f"{n:032x}",
                name=Name(f"{first[0]} {last[0]}", f"{first[1]} {last[1]}"),
                relation=Name(f"{father[0]} {last[0]}", ""),
                gender="F",
                village=PlaceRef("", "खैराचातर"),
                mobile=f"5{n:09}",
            )
        )
    return found


def paper(records, record_type=Person, language=HINDI, **given) -> bytes:
    return register(Text("People"), record_type, records, language, PRINTED_AT, **given)


def asked(records, **given) -> Asked:
    return Asked(
        records=records,
        language=ENGLISH,
        printed_at=PRINTED_AT,
        city_of=lambda ref: (Name(ref.words, ref.words), False),
        **given,
    )


@pytest.mark.parametrize("word", RECORD_TYPES)
def test_every_field_declared_for_lists_is_a_column_with_its_label_in_both_languages(word, tmp_path):
    record_type = RECORD_TYPES[word]
    pdf = paper([examples.record(word)], record_type)
    read = "".join(poppler_text(pdf, tmp_path).split())
    for one in fields(record_type):
        if one.in_list:
            hindi, english = Voice.of_state().pair(Text(one.label))
            for words in (hindi, english):
                assert all(part in read for part in words.split()), words


def test_names_stand_in_both_scripts_and_mobiles_are_masked():
    (text,) = pdfium_text(paper(people(1)))
    assert "ज़ैनब हेम्ब्रम" in text
    assert "Zainab Hembram" in text
    assert "खैराचातर" in text
    assert "50••••••01" in text
    assert "5000000001" not in text


@pytest.mark.parametrize(("language", "words"), [(HINDI, "महिला"), (ENGLISH, "Female")])
def test_codes_are_said_in_the_language_of_the_edition(language, words):
    (text,) = pdfium_text(paper(people(1), language=language))
    assert words in text


def test_dates_have_the_day_first_and_a_fraction_keeps_its_two_numbers():
    point = ActionPoint(id="0" * 32, gap="नेटवर्क नहीं", due_date=date(2026, 11, 30))
    assert "30-11-2026" in pdfium_text(paper([point], ActionPoint))[0]
    seen = examples.record("observation")
    (text,) = pdfium_text(paper([seen], Observation))
    assert f"{seen.share.over} / {seen.share.under}" in text


def test_a_light_register_has_no_column_that_names_a_person():
    (text,) = pdfium_text(paper(people(1), light=True))
    assert "खैराचातर" in text
    for words in ("Zainab", "ज़ैनब", "50••", "Name", "Mobile"):
        assert words not in text


def test_a_long_register_runs_over_pages_with_headings_and_serials_that_run_on():
    pdf = paper(people(70))
    read = pdfium_text(pdf)
    assert len(read) > 2
    for n, text in enumerate(read, 1):
        assert "मोबाइल नंबर" in text
        assert "Mobile number" in text
        assert f"Page {n} of {len(read)}" in text
    serials = [serial for page in pages(pdf) for serial, _, _ in grid(page)]
    assert serials == list(range(1, 71))


def grid(page) -> list[tuple[int, float, float]]:
    """(serial, top, bottom) of each row, from the boxes of the first column."""
    boxes = sorted({(one.top, one.bottom, one.right) for one in page.paths if one.left < 10.5})
    cells = [cell for cell in boxes if 3 < cell[1] - cell[0] < 80]
    found = [(page.text_in(10, top, right, bottom).strip(), top, bottom) for top, bottom, right in cells]
    return [(int(words), top, bottom) for words, top, bottom in found if words.isdecimal()]


def test_no_row_is_split_and_none_leaves_the_page():
    long = ActionPoint(id="0" * 32, gap="बहुत लम्बी कमी " * 30, action="x" * 499, responsible="ब" * 200)
    short = ActionPoint(id="1" * 32, gap="छोटी", due_date=date(2026, 11, 30))
    pdf = paper([long, short, long, short] * 6, ActionPoint)
    seen = pages(pdf)
    assert [serial for page in seen for serial, _, _ in grid(page)] == list(range(1, 25))
    for page in seen:
        assert (round(page.width), round(page.height)) == (297, 210)
        assert all(box.right <= 287.5 and box.bottom <= 202 for box in page.paths)
        assert all(word.right <= 287.5 for word in page.words)
        for (_, _, bottom), (_, top, _) in pairwise(grid(page)):
            assert top >= bottom - 0.6


def test_nothing_of_a_long_text_is_lost(tmp_path):
    words = [f"word{n}" for n in range(70)]
    pdf = paper([ActionPoint(id="0" * 32, gap=" ".join(words))], ActionPoint)
    assert [one for one in poppler_text(pdf, tmp_path).split() if one.startswith("word")] == words


def test_the_column_that_needs_more_gets_more():
    def width_of_first(gap: str) -> float:
        pdf = paper([ActionPoint(id="0" * 32, gap=gap, action="कुछ")], ActionPoint)
        tops = [box for box in pages(pdf)[0].paths if 3 < box.bottom - box.top < 80]
        second = sorted({(round(box.left), round(box.right)) for box in tops})[1]
        return second[1] - second[0]

    assert width_of_first("लम्बी कमी का विवरण " * 10) > 1.5 * width_of_first("कम")


def test_an_empty_register_says_so_and_practice_is_written_across():
    (text,) = pdfium_text(paper([], practice=True))
    assert "There is nothing to list." in text
    assert "PRACTICE" in text


def test_the_same_records_give_the_same_bytes():
    assert paper(people(5)) == paper(people(5))


@pytest.mark.parametrize("name", REGISTERS)
def test_a_register_can_be_had_on_paper_and_as_a_table(name):
    report = REPORTS[name]
    records = [examples.record(report.reads, seed) for seed in (1, 2)]
    (text,) = pdfium_text(report.bytes_as(".pdf", asked(records)))
    assert report.title.msgid in text
    content = report.bytes_as(".csv", asked(records)).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(content)))
    assert [line[0] for line in lines] == ["Sl. No.", "1", "2"]
    assert report.bytes_as(".xlsx", asked(records))[:2] == b"PK"


def test_a_period_and_a_place_stand_under_the_title():
    found = asked([], days=Days(date(2026, 4, 1), date(2027, 3, 31)), place=Name("बोकारो", "Bokaro"))
    (text,) = pdfium_text(REPORTS["action-points"].bytes_as(".pdf", found))
    assert "बोकारो / Bokaro" in text
    assert "Period: 01-04-2026 to 31-03-2027" in text


@pytest.mark.parametrize(
    ("name", "personal"), [("people", True), ("establishments", True), ("targets", False)]
)
def test_a_light_table_differs_where_records_name_people(name, personal):
    report = REPORTS[name]
    records = [examples.record(report.reads)]
    whole, light = (report.bytes_as(".csv", asked(records, light=light)) for light in (False, True))
    assert report.personal is personal is (whole != light)


def test_a_register_takes_only_records_of_its_type():
    mixed = [*people(1), Establishment(id="0" * 32)]
    assert REPORTS["people"].bytes_as(".csv", asked(mixed)) == REPORTS["people"].bytes_as(
        ".csv", asked(people(1))
    )
