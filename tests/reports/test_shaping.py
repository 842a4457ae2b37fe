import re

import pytest

from fieldapp.language import Language
from fieldapp.reports.pdf import Document, text_width
from fieldapp.reports.shaping import pieces, shaped
from fieldapp.resources import resource
from tests.reports.papers import pages, pdfium_text, poppler_text

TRICKY = [
    *("क्षत्रिय", "ज्ञानेश्वर", "त्रिपाठी", "श्रीमती", "शृंखला", "कर्मकार", "दुर्गा", "निर्मित"),
    *("विद्यार्थी", "हिंदी", "किस्कू", "ज़ैनब", "लकड़ा", "रुख़साना", "राष्ट्रीय", "द्वितीय"),
    *("क्\u200dषमा", "क्\u200cष", "माँझी", "ट्रां.", "क्र.सं.", "SBI-हिन्दी", "₹1/प्रति"),
]
"""Conjuncts, reph, the i that stands before its consonant, nukta, joiners, stacked marks, mixed scripts."""


def printed(lines: list[str], bold: bool) -> bytes:
    document = Document("test")
    for start in range(0, len(lines), 50):
        page = document.page(297, 297)
        for n, line in enumerate(lines[start : start + 50]):
            page.text(10, 10 + n * 5.6, line, 10, bold=bold)
    return document.pdf()


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"[\r\n\f]+", text) if line.strip()]


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("options", [("-layout",), ("-raw",), ()])
def test_poppler_reads_the_words_that_were_written(bold, options, tmp_path):
    lines = [*TRICKY, *(f"{word} देवी" for word in TRICKY), *(f"मो. {word}, 12-11-2026" for word in TRICKY)]
    assert lines_of(poppler_text(printed(lines, bold), tmp_path, *options)) == lines


@pytest.mark.parametrize("bold", [False, True])
def test_pdfium_reads_the_words_that_were_written(bold):
    lines = [*TRICKY, *(f"{word} देवी" for word in TRICKY), *(f"मो. {word}, 12-11-2026" for word in TRICKY)]
    assert [line for page in pdfium_text(printed(lines, bold)) for line in lines_of(page)] == lines


def test_both_read_every_hindi_message_of_the_program(tmp_path):
    hindi = Language.named("hi")
    catalogue = hindi._words._catalog
    lines = sorted({" ".join(words.split()) for msgid, words in catalogue.items() if msgid and words})
    lines = [line for line in lines if text_width(line, 10) < 280]
    assert len(lines) > 300
    pdf = printed(lines, False)
    assert set(lines) - set(lines_of(poppler_text(pdf, tmp_path, "-layout"))) == set()
    assert set(lines) - {line for page in pdfium_text(pdf) for line in lines_of(page)} == set()


def glyphs(line: str, bold: bool = False) -> str:
    """What is drawn for a line, in its order: a letter for each glyph."""
    return "".join(letters for run in shaped(line, bold).runs for _, letters in run.levels)


def test_the_font_has_every_letter_the_program_writes():
    catalogue = Language.named("hi")._words._catalog
    words = {word for text in (*catalogue, *catalogue.values()) for word in str(text).split()}
    for bold in (False, True):
        box = glyphs("ଓ", bold)
        assert [word for word in words if box in glyphs(word, bold)] == []


def test_the_short_i_is_drawn_before_its_consonant():
    first, second = glyphs("कि")
    assert second == glyphs("क")
    assert first != second


def test_a_conjunct_is_narrower_than_its_letters():
    assert text_width("क्ष", 10) < text_width("क", 10) + text_width("ष", 10)


def test_a_letter_the_font_lacks_is_still_read_back(tmp_path):
    assert poppler_text(printed(["Odia ଓଡ଼ିଆ"], False), tmp_path).split() == ["Odia", "ଓଡ଼ିଆ"]


def test_a_word_is_only_broken_between_letters_that_do_not_join():
    assert pieces("विद्यार्थी") == ["वि", "द्या", "र्थी"]
    assert pieces("हिं-AB") == ["हिं", "-", "A", "B"]


def test_width_is_what_is_drawn():
    for line in ("कालेश्वर प्रसाद", "Kaleshwar Prasad", "SBI-हिन्दी"):
        document = Document("test")
        document.page(200, 100).text(20, 50, line, 20)
        (page,) = pages(document.pdf())
        drawn = max(word.right for word in page.words) - min(word.left for word in page.words)
        assert drawn == pytest.approx(text_width(line, 20), abs=1.5)


def test_letters_behind_stacked_marks_stand_on_the_line_again():
    """ऴु has two marks at different heights."""
    document = Document("test")
    page = document.page(200, 100)
    page.text(20, 50, "ऴुक क", 20)
    page.text(20, 80, "क", 20)
    (seen,) = pages(document.pdf())
    *_, joined, alone, below = sorted(seen.words, key=lambda word: (round(word.bottom / 30), word.left))
    assert joined.bottom == pytest.approx(alone.bottom, abs=0.02)
    assert alone.bottom == pytest.approx(below.bottom - 30, abs=0.02)


def test_both_weights_are_there():
    assert text_width("मेला", 10, bold=True) > text_width("मेला", 10)
    for name in ("NotoSansDevanagari-Regular.ttf", "NotoSansDevanagari-Bold.ttf", "OFL.txt"):
        assert resource("fonts", name).is_file()
