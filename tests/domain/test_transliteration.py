"""A name from one script into the other."""

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.transliteration import to_devanagari, to_latin
from fieldapp.resources import resource

NAMES = json.loads(resource("demo", "names.json").read_text("utf-8"))
PARTS = ("male", "female", "surname_any", "surname_female_only")
PAIRS = [tuple(pair) for part in PARTS for pair in NAMES[part]]


@pytest.mark.parametrize(
    ("hindi", "latin"),
    [
        ("सुनीता", "Sunita"),
        ("राजेश कुमार", "Rajesh Kumar"),
        ("शबनम", "Shabnam"),
        ("चंद्र", "Chandra"),
        ("आनन्द", "Anand"),
        ("सिंह", "Singh"),
        ("उराँव", "Uraon"),
        ("गोराईं", "Gorain"),
        ("हेम्ब्रम", "Hembram"),
        ("ज़ैनब", "Zainab"),
        ("धनेश्वर", "Dhaneshwar"),
        ("चांदमुनी", "Chandmuni"),
        ("लकड़ा", "Lakra"),
        ("नारायणपुर", "Narayanpur"),
        ("चंदनकियारी", "Chandankiyari"),
        ("गोमिया", "Gomia"),
        ("प्रिया", "Priya"),
        ("कृष्णा", "Krishna"),
        ("Ward 5, चास", "Ward 5, Chas"),
        ("", ""),
    ],
)
def test_hindi_names_come_out_as_people_write_them(hindi: str, latin: str):
    assert to_latin(hindi) == latin


def test_nearly_all_common_names_come_out_in_their_usual_spelling_without_a_list():
    right = sum(to_latin(hindi) == latin for latin, hindi in PAIRS)
    assert right >= 0.85 * len(PAIRS)


def test_a_list_of_known_spellings_comes_first():
    assert to_latin("लक्ष्मी महतो", {"महतो": "Mahato", "लक्ष्मी": "Laxmi"}) == "Laxmi Mahato"
    known = {latin.lower(): hindi for latin, hindi in PAIRS}
    assert all(to_devanagari(latin, known) == hindi for latin, hindi in PAIRS)
    assert to_devanagari("RAMESH Thakur", known) == "रमेश ठाकुर"


@pytest.mark.parametrize(
    ("latin", "hindi"),
    [
        ("sunita", "सुनीता"),
        ("suneeta", "सुनीता"),
        ("ramesh", "रमेश"),
        ("raajesh", "राजेश"),
        ("shabnam", "शबनम"),
        ("sharma", "शर्मा"),
        ("mishra", "मिश्रा"),
        ("krishna", "कृष्णा"),
        ("pushpa", "पुष्पा"),
        ("laxmi", "लक्ष्मी"),
        ("lakshmi", "लक्ष्मी"),
        ("murmu", "मुर्मू"),
        ("singh", "सिंह"),
        ("aanand", "आनंद"),
        ("kunti", "कुंती"),
        ("pappu", "पप्पू"),
        ("priya", "प्रिया"),
        ("zainab", "ज़ैनब"),
        ("Usha 5", "उशा 5"),
    ],
)
def test_a_typed_name_comes_out_by_its_sound(latin: str, hindi: str):
    assert to_devanagari(latin) == hindi


@given(st.text(max_size=40))
def test_any_text_comes_out_without_an_error(text: str):
    assert isinstance(to_latin(text), str)
    assert isinstance(to_devanagari(text), str)


def test_every_word_of_the_table_is_small_latin_and_its_hindi_devanagari_in_nfc():
    heading, *lines = resource("i18n", "typed_words.tsv").read_text("utf-8").splitlines()
    assert heading == "latin\thindi"
    assert lines == sorted(set(lines))
    words = dict(line.split("\t") for line in lines)
    assert len(words) == len(lines)
    for latin, hindi in words.items():
        assert re.fullmatch("[a-z]+", latin)
        assert re.fullmatch("[ऀ-ॿ]+", hindi)
        assert unicodedata.is_normalized("NFC", hindi)
        assert to_devanagari(latin.capitalize(), words) == hindi
