import io
import re
from datetime import date
from itertools import chain

import msgspec
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fieldapp.domain.codes import ActivityKind, SheetKind
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.domain.records import IssuedSheet, PaymentTry
from fieldapp.reports.attendance import attendance_sheet
from fieldapp.reports.attendance_columns import columns_for, fit
from fieldapp.reports.attendance_contents import entries, rows_per_page, sheet_code
from fieldapp.reports.page import Voice
from tests.reports.papers import activity, pages, pdfium_text, person, poppler_text, sheet

BLANK, EXPECTED, FINAL = SheetKind.BLANK, SheetKind.EXPECTED, SheetKind.FINAL
LONG = Name("कालेश्वर प्रसाद नारायण सिंह महतो राजवंशी", "Kaleshwar Prasad Narayan Singh Mahato Rajvanshi")


ON_EVERY_PAGE = (
    "उपस्थिति पत्रक",
    "Attendance sheet",
    "मूल प्रति / Original copy",
    "100000000015/0042-A",
    "चाय-समोसा प्रशिक्षण, खैराचातर",
    "12-11-2026",
    "10:30 – 13:00",
    "पंचायत भवन, खैराचातर",
    "कसमार / Kasmar",
    "सुमित्रा हेम्ब्रम",
    "NPCI, भारतीय स्टेट बैंक",
    "क्र.सं.",
    "हस्ताक्षर / अंगूठे का निशान",
    "Signature / thumb impression",
)


def serials(pdf: bytes) -> list[list[int]]:
    return [[serial for serial, _, _ in page.rows()] for page in pages(pdf)]


def change(row, **words):
    return msgspec.structs.replace(row, **words)


# ---------------------------------------------------------------- rows and pages


@pytest.mark.parametrize(
    ("kind", "short", "expected"),
    [(EXPECTED, False, 5), (FINAL, False, 5), (EXPECTED, True, 4), (FINAL, True, 3), (BLANK, False, 2)],
)
def test_thirty_five_people_fill_as_many_pages_as_they_must(kind, short, expected):
    assert len(pages(attendance_sheet(sheet(kind, short=short)))) == expected


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("kind", [EXPECTED, FINAL])
def test_the_serial_runs_on_from_page_to_page(kind, short):
    found = list(chain.from_iterable(serials(attendance_sheet(sheet(kind, short=short)))))
    assert found == list(range(1, 36 + (10 if kind == EXPECTED else 0)))


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("kind", [BLANK, EXPECTED, FINAL])
def test_every_box_for_a_thumb_is_at_least_14_mm_high(kind, short):
    rows = [row for page in pages(attendance_sheet(sheet(kind, short=short))) for row in page.rows()]
    assert rows
    assert min(bottom - top for _, top, bottom in rows) >= 14


@pytest.mark.parametrize("people", range(1, 24))
@pytest.mark.parametrize("kind", [EXPECTED, FINAL])
def test_the_last_page_never_holds_only_the_closing_lines(kind, people):
    last = serials(attendance_sheet(sheet(kind, people, blank_rows=0)))[-1]
    assert len(last) >= min(2, people)


@given(st.integers(0, 400), st.integers(4, 20), st.data())
def test_rows_fall_on_as_few_pages_as_can_take_them(count, full, data):
    last = data.draw(st.integers(2, full))
    found = rows_per_page(count, full, last)
    assert sum(found) == count
    assert max(found) <= full
    assert found[-1] <= last
    assert len(found) == 1 or found[-1] >= 2
    assert len(found) == 1 or count > full * (len(found) - 2) + last


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("kind", [EXPECTED, FINAL])
def test_no_word_crosses_a_line_of_the_table(kind, short):
    """So no row is split, no name is cut off by its neighbour, and nothing is written over a line."""
    rows = [person(n, name=LONG, relation=LONG, remarks="बहुत लंबी अभ्युक्ति " * 4) for n in range(1, 15)]
    for page in pages(attendance_sheet(sheet(kind, rows, short=short, blank_rows=0))):
        table = page.rows()
        top, bottom = table[0][1], table[-1][2]
        inside = [word for word in page.words if top < (word.top + word.bottom) / 2 < bottom]
        assert len(inside) > 20 * len(table)
        for word in inside:
            assert not any(word.top + 0.3 < line < word.bottom - 0.3 for line in page.row_lines), word
            assert not any(word.left + 0.3 < line < word.right - 0.3 for line in page.column_lines), word


def test_long_names_are_printed_whole():
    text = " ".join(pdfium_text(attendance_sheet(sheet(EXPECTED, [person(1, name=LONG)]))))
    for word in (*LONG.hi.split(), *LONG.en.split()):
        assert word in text


def test_every_page_carries_header_headings_and_its_number():
    read = pdfium_text(attendance_sheet(sheet(EXPECTED)))
    for number, text in enumerate(read, 1):
        for words in (*ON_EVERY_PAGE, f"पृष्ठ {number} / {len(read)} · Page {number} of {len(read)}"):
            assert words in text, (number, words)


def test_the_closing_lines_stand_on_the_last_page_only():
    read = pdfium_text(attendance_sheet(sheet(FINAL)))
    assert ["Certified that the" in text for text in read] == [False] * (len(read) - 1) + [True]
    assert "प्रमाणित किया जाता है कि उपर्युक्त 35 प्रतिभागी दिनांक 12-11-2026 को उपस्थित थे।" in read[-1]
    assert "Certified that the 35 participants named above were present on 12-11-2026." in read[-1]


def test_an_empty_final_sheet_can_be_printed():
    (text,) = pdfium_text(attendance_sheet(sheet(FINAL, [])))
    assert "Certified that the 0 participants" in text


# ---------------------------------------------------------------- which rows


def test_rows_stand_in_the_order_of_the_screen():
    rows = [person(1, position=30), person(2, position=10), person(3, position=20)]
    assert [one.row.row for one in entries(sheet(FINAL, rows))] == [2, 3, 1]


def test_an_issued_sheet_keeps_its_rows_and_a_continuation_runs_on():
    rows = [person(n) for n in range(1, 6)]
    issued = (
        IssuedSheet(number=1, kind=EXPECTED, rows="1,2,3"),
        IssuedSheet(number=2, kind=EXPECTED, rows="4,5"),
    )
    held = activity(rows, sheets=issued)
    first = entries(sheet(EXPECTED, held, sheet_number=1, blank_rows=2))
    assert [(one.serial, one.row and one.row.row) for one in first] == [
        (1, 1),
        (2, 2),
        (3, 3),
        (4, None),
        (5, None),
    ]
    second = entries(sheet(FINAL, held, sheet_number=2))
    assert [(one.serial, one.row.row) for one in second] == [(4, 4), (5, 5)]


@pytest.mark.parametrize("people", [7, 10])
def test_where_the_walk_ins_begin_is_said_once(people):
    read = " ".join(pdfium_text(attendance_sheet(sheet(EXPECTED, people))))
    assert read.count("Walk-ins from here") == 1
    for kind in (BLANK, FINAL):
        assert "Walk-ins from here" not in " ".join(pdfium_text(attendance_sheet(sheet(kind, people))))


def test_a_blank_sheet_names_nobody():
    (first, *_) = read = pdfium_text(attendance_sheet(sheet(BLANK, blank_rows=12)))
    assert "सुनीता" not in " ".join(read)
    assert "Blank attendance sheet" in first
    assert list(chain.from_iterable(serials(attendance_sheet(sheet(BLANK, blank_rows=12))))) == list(
        range(1, 13)
    )


def test_a_struck_row_keeps_its_serial_is_crossed_out_and_not_counted(tmp_path):
    rows = [person(1), person(2, struck=True), person(3)]
    pdf = attendance_sheet(sheet(FINAL, rows))
    assert serials(pdf) == [[1, 2, 3]]
    (page,) = pages(pdf)
    _, top, bottom = page.rows()[1]
    strikes = [one for one in page.paths if one.right - one.left > 200 and top + 2 < one.top < bottom - 2]
    assert len(strikes) == 2
    assert "Certified that the 2 participants" in poppler_text(pdf, tmp_path)


def test_unused_rows_of_a_final_sheet_are_struck_by_one_diagonal():
    (page,) = pages(attendance_sheet(sheet(FINAL, 2)))
    diagonals = [one for one in page.paths if one.right - one.left > 270 and 20 < one.bottom - one.top < 80]
    assert len([one for one in diagonals if one.top == pytest.approx(page.rows()[-1][2], abs=0.6)]) == 1


def test_a_sheet_to_be_filled_in_has_no_diagonal():
    (page,) = pages(attendance_sheet(sheet(EXPECTED, 2, blank_rows=2)))
    last = page.rows()[-1][2]
    assert not [
        one
        for one in page.paths
        if one.right - one.left > 270 and one.top > last + 1 and one.bottom - one.top > 9
    ]


# ---------------------------------------------------------------- figures


def figures(text: str, words: str) -> list[list[int]]:
    found = re.findall(rf"{words} +((?:\d+ *)+)\n", text)
    return [[int(number) for number in one.split()] for one in found]


def test_page_totals_add_up(tmp_path):
    rows = [person(n, present=int(n % 7 != 0), gender="" if n == 3 else "FMT"[n % 3]) for n in range(1, 36)]
    text = poppler_text(attendance_sheet(sheet(FINAL, rows)), tmp_path, "-layout")
    here, before = figures(text, "Total of this page"), figures(text, "Brought forward")
    carried = [*figures(text, "Carried forward"), *figures(text, "Grand total")]
    assert len(here) == len(before) == len(carried) == 5
    so_far = [0] * len(here[0])
    for page, brought, forward in zip(here, before, carried, strict=True):
        assert brought == so_far
        so_far = [a + b for a, b in zip(brought, page, strict=True)]
        assert forward == so_far
    total, women, men, others, not_stated, *categories = [so_far[n] for n in (0, 2, 1, 3, 4, *range(5, 10))]
    assert (total, not_stated) == (30, 1)
    assert men + women + others + not_stated == sum(categories) == total


def test_a_day_is_counted_by_itself(tmp_path):
    rows = [person(1, present=0b11), person(2, present=0b01), person(3, present=0b10), person(4, present=0)]
    held = activity(rows, kind=ActivityKind.WORKSHOP, end_date=date(2026, 11, 13))
    text = poppler_text(attendance_sheet(sheet(FINAL, held)), tmp_path, "-layout")
    assert figures(text, "Grand total")[0][:3] == [3, 2, 2]


# ---------------------------------------------------------------- columns


def test_mobile_numbers_are_masked():
    text = " ".join(pdfium_text(attendance_sheet(sheet(FINAL, [person(7, mobile="5123456789")]))))
    assert "5123456789" not in text
    assert "51••••••89" in text


def test_a_payment_shows_the_last_try_and_how_many_there_were():
    tries = (
        PaymentTry(slot=1, mode="AEPS", result="FAILED", reason="FINGERPRINT"),
        PaymentTry(slot=1, mode="CARD", result="OK", reference_number="631600001234"),
        PaymentTry(slot=2, mode="WALLET", result="PENDING"),
    )
    text = pdfium_text(attendance_sheet(sheet(FINAL, [person(1, tries=tries)])))[0]
    for words in ("…1234", "Tries: 2", "लंबित / Pending"):
        assert words in text
    assert "631600001234" not in text


def test_a_payment_that_was_not_made_says_why_or_is_closed_with_a_dash():
    rows = [person(1, tries=(), open_reason="NETWORK"), person(2, tries=())]
    text = pdfium_text(attendance_sheet(sheet(FINAL, rows)))[0]
    assert text.count("No network") == 2
    assert text.replace("10:30 – 13:00", "").count("–") == 2


def test_a_payment_that_failed_says_so_and_why():
    tries = (PaymentTry(slot=1, mode="AEPS", result="FAILED", reason="FINGERPRINT"),)
    text = pdfium_text(attendance_sheet(sheet(FINAL, [person(1, tries=tries)])))[0]
    assert "असफल / Failed" in text
    assert "Finger" in text


def test_circles_to_be_marked_are_printed_before_the_session_only():
    before = pdfium_text(attendance_sheet(sheet(EXPECTED, 1, blank_rows=0)))[0]
    after = pdfium_text(attendance_sheet(sheet(FINAL, 1)))[0]
    assert len(re.findall(r"\bC\s+A\s+W\b", before)) == 2
    assert not re.findall(r"\bC\s+A\s+W\b", after)


def test_the_category_can_be_left_off():
    with_it, without = (
        pdfium_text(attendance_sheet(sheet(FINAL, 1, show_category=show)))[0] for show in (True, False)
    )
    assert "OBC" in with_it
    assert "OBC" not in without


def test_the_short_form_has_no_payments_but_father_and_village():
    text = pdfium_text(attendance_sheet(sheet(EXPECTED, short=True)))[0]
    assert "Payment 1" not in text
    assert "खैराचातर" in text
    assert person(1).relation.hi in text


def test_officials_are_asked_for_designation_and_office():
    held = activity([person(1, designation="पंचायत सचिव", office="प्रखंड कार्यालय")], kind=ActivityKind.WORKSHOP)
    text = pdfium_text(attendance_sheet(sheet(EXPECTED, held)))[0]
    for words in ("Designation", "पंचायत सचिव", "Office", "प्रखंड कार्यालय"):
        assert words in text
    assert "Payment 1" not in text


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("kind", list(ActivityKind))
@pytest.mark.parametrize("last_day", [12, 13, 16, 30])
def test_the_columns_fill_the_paper_for_any_number_of_days(kind, short, last_day):
    held = activity(1, kind=kind, end_date=date(2026, 11, last_day))
    offered = columns_for(held, Voice.of_state(), final=False, category=True, short=short)
    room = 190 if short else 277
    found = fit(offered, room)
    assert sum(one.width for one in found) == pytest.approx(room)
    assert min(one.width for one in found) > 4
    named = {one.heading.msgid for one in found}
    assert "Signature / thumb impression" in named
    assert len([one for one in found if one.heading.msgid == "Day {n}"]) == (
        last_day - 11 if last_day > 12 else 0
    )


def test_whoever_is_under_age_has_the_guardian_on_the_paper():
    text = pdfium_text(attendance_sheet(sheet(EXPECTED, [person(1, age=16, guardian="फूलमनी")])))[0]
    assert "फूलमनी" in text


def test_a_person_counted_without_a_name_says_so():
    row = person(1, anonymous=True, name=Name(), relation=Name())
    assert "Counted without a name" in pdfium_text(attendance_sheet(sheet(FINAL, [row])))[0]


# ---------------------------------------------------------------- the paper itself


def test_practice_is_written_across_every_page():
    real, practice = (pdfium_text(attendance_sheet(sheet(EXPECTED, practice=one))) for one in (False, True))
    assert all("PRACTICE" in text and "अभ्यास" in text for text in practice)
    assert not any("PRACTICE" in text for text in real)


def logo(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (width, height), (0, 90, 0, 128)).save(file, "png")
    return file.getvalue()


@pytest.mark.parametrize("short", [False, True])
def test_logos_stand_at_both_ends_of_the_title_and_nothing_is_written_over_them(short):
    wide, square = logo(400, 100), logo(80, 80)
    words = {"centre_name": LONG, "short": short, "organiser_logo": wide, "programme_logo": square}
    for page in pages(attendance_sheet(sheet(FINAL, 20, **words))):
        left, right = sorted(page.pictures, key=lambda one: one.left)
        assert (left.left, left.right, left.top) == pytest.approx((10, 28, 9.25), abs=0.05)
        assert right.right == pytest.approx(page.width - 10 - 15 - 3, abs=0.05)
        assert right.right - right.left == pytest.approx(9, abs=0.05)
        assert right.bottom - right.top == pytest.approx(9, abs=0.05)
        for one in (left, right):
            assert not page.text_in(one.left, one.top, one.right, one.bottom).strip()


def test_a_logo_stands_upright():
    file = io.BytesIO()
    flag = Image.new("RGB", (20, 20), "white")
    flag.paste("black", (0, 0, 20, 10))
    flag.save(file, "png")
    pdf = attendance_sheet(sheet(FINAL, 1, organiser_logo=file.getvalue()))
    with pypdfium2.PdfDocument(pdf) as read:
        seen = read[0].render(scale=25.4 / 72).to_pil().convert("L")
    assert seen.getpixel((14, 9)) < 10
    assert seen.getpixel((14, 14)) > 245


def test_a_sheet_without_logos_has_no_pictures():
    assert not any(page.pictures for page in pages(attendance_sheet(sheet(FINAL, 1))))


def test_a_page_can_be_printed_again_and_says_so():
    (text,) = pdfium_text(attendance_sheet(sheet(EXPECTED, reprint_pages=(3,))))
    assert "page 3 printed again" in text
    assert "Page 3 of 5" in text


def test_a_page_that_is_not_there_cannot_be_printed_again():
    with pytest.raises(InvalidInput) as refused:
        attendance_sheet(sheet(EXPECTED, reprint_pages=(9,)))
    assert refused.value.advice.args == {"last": 5}


def test_the_code_on_a_page_names_the_record_the_sheet_and_the_page():
    assert (
        sheet_code("100000000015", activity(0), 3, 2) == "1" + "100000000015" + "00042" + "01" + "003" + "002"
    )
    for unknown in ("", "JH-12", "१०००००००००१५", "1000000000150"):
        code = sheet_code(unknown, activity(0, letter=""), 1, 1)
        assert code == "1" + "0" * 12 + "00042" + "26" + "001" + "001"


def test_a_sheet_prints_before_its_centre_has_a_number():
    assert (
        "0042-Z" in pdfium_text(attendance_sheet(sheet(FINAL, activity(1, letter=""), csc_id="not known")))[0]
    )


def test_paper_is_a4():
    upright, across = (pages(attendance_sheet(sheet(BLANK, short=short)))[0] for short in (True, False))
    assert (upright.width, upright.height) == pytest.approx((210, 297), abs=0.1)
    assert (across.width, across.height) == pytest.approx((297, 210), abs=0.1)
