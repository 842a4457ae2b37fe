import hashlib
import subprocess
import sys

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.text import Text
from fieldapp.reports.page import (
    Box,
    Line,
    Voice,
    code_square,
    fitted,
    labelled,
    page_number,
    tick_box,
    write,
)
from fieldapp.reports.pdf import Document, text_width
from tests.reports.papers import pages, poppler_text

LONG_NAME = "कालेश्वर प्रसाद नारायण सिंह महतो राजवंशी विश्वकर्मा शर्मा"


def test_a_name_that_fits_stays_as_it_is():
    assert fitted("सुनीता देवी", 40, 10) == (Line("सुनीता देवी", 10),)


def test_a_long_name_goes_onto_two_lines_and_keeps_every_word():
    lines = fitted(LONG_NAME, 46, 9.5)
    assert len(lines) == 2
    assert " ".join(line.words for line in lines) == LONG_NAME
    assert all(text_width(line.words, line.size) <= 46 for line in lines)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), max_size=120),
    st.floats(6, 60),
)
def test_nothing_is_ever_cut(words, width):
    lines = fitted(words, width, 9.5)
    assert "".join(line.words for line in lines) == words
    assert len(lines) <= 2
    assert all(text_width(line.words, line.size) <= width for line in lines)


@pytest.mark.parametrize("value", ["सुनीता", LONG_NAME, LONG_NAME * 3])
def test_a_value_stays_in_its_box(value):
    document = Document("test")
    labelled(document.page(200, 100), Box(50, 40, 60, 8), "नाम / Name", value)
    (page,) = pages(document.pdf())
    assert all(
        word.left > 50 and word.right < 110 and word.top > 39.9 and word.bottom < 48.1 for word in page.words
    )


def test_too_many_lines_become_smaller_instead_of_leaving_their_box():
    document = Document("test")
    write(document.page(200, 100), Box(50, 40, 60, 8), [Line("मेला", 10)] * 5)
    (page,) = pages(document.pdf())
    assert all(word.top > 39.5 and word.bottom < 48.5 for word in page.words)


def test_text_is_literal(tmp_path):
    document = Document("test")
    document.page(200, 100).text(10, 10, r"<b>A</b> &amp; (x) \n %s {y}", 10)
    assert poppler_text(document.pdf(), tmp_path).strip() == r"<b>A</b> &amp; (x) \n %s {y}"


def test_page_numbers_are_in_both_languages():
    assert page_number(Voice.of_state(), 2, 4) == "पृष्ठ 2 / 4 · Page 2 of 4"


def test_words_that_are_the_same_in_both_languages_stand_once():
    assert Voice.of_state().pair("NPCI") == ("NPCI", "")
    assert Voice.of_state().pair(Text("Date")) == ("दिनांक", "Date")


def test_a_qr_code_carries_no_letters():
    page = Document("test").page(100, 100)
    with pytest.raises(ValueError, match="digits only"):
        code_square(page, Box(0, 0, 15, 15), "SUNITA")


def test_marks_are_drawn_not_written():
    document = Document("test")
    page = document.page(100, 100)
    tick_box(page, (20, 20), 4, ticked=True)
    tick_box(page, (40, 20), 4)
    (seen,) = pages(document.pdf())
    assert not seen.words
    assert len(seen.paths) == 3


def test_the_file_says_what_it_is_and_nothing_else():
    document = Document("उपस्थिति पत्रक / Attendance sheet")
    document.page(100, 100).text(10, 10, "मेला", 10)
    pdf = document.pdf()
    with pypdfium2.PdfDocument(pdf) as read:
        facts = {name: value for name, value in read.get_metadata_dict().items() if value}
    assert facts == {"Title": "उपस्थिति पत्रक / Attendance sheet", "Producer": "fieldapp"}
    assert b"/home" not in pdf
    assert b"(D:" not in pdf


DRAW = """
import hashlib, sys
from tests.reports.papers import sheet
from fieldapp.reports.attendance import attendance_sheet
for kind in sys.argv[1:]:
    pdf = attendance_sheet(sheet(kind))
print(hashlib.sha256(pdf).hexdigest())
"""


def test_the_same_sheet_has_the_same_bytes_whatever_was_printed_before():
    def drawn(*kinds: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", DRAW, *kinds], capture_output=True, text=True, check=True
        ).stdout

    assert drawn("EXPECTED") == drawn("FINAL", "BLANK", "EXPECTED")


def test_a_document_can_be_had_twice():
    document = Document("test")
    document.page(100, 100).text(10, 10, "मेला", 10)
    assert document.pdf() == document.pdf()


def test_a_document_without_pages_is_still_a_document():
    pdf = Document("test").pdf()
    assert hashlib.sha256(pdf).digest() == hashlib.sha256(Document("test").pdf()).digest()
