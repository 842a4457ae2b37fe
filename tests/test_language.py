"""Text becomes words: in one language, in both, with a state's own words, and with dates and numbers."""

import datetime as dt
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given
from hypothesis import strategies as st

from fieldapp import language
from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.domain.text import Text
from fieldapp.language import Language, overlay_of
from fieldapp.storage.gazetteer import gazetteer, state_words

HINDI = Language.named("hi")
ENGLISH = Language.named("en")


@pytest.fixture
def catalogues(tmp_path, monkeypatch):
    """A folder of catalogues of our own making: `catalogues(hi={"Pay {n}": ...}, hi_JH={...})`."""

    def made(**words: dict[str, str]) -> Path:
        for name, messages in words.items():
            catalogue = Catalog("hi")
            for english, hindi in messages.items():
                catalogue.add(english, hindi)
            with (tmp_path / f"{name}.mo").open("wb") as file:
                write_mo(file, catalogue)
        return tmp_path

    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    language._words.cache_clear()
    yield made
    language._words.cache_clear()


def test_a_label_of_the_program_is_hindi_in_hindi_and_itself_in_english():
    assert HINDI.render(Text("Gram Panchayat")) == "ग्राम पंचायत"
    assert ENGLISH.render(Text("Gram Panchayat")) == "Gram Panchayat"


def test_values_and_texts_within_are_rendered_in_the_same_language(catalogues):
    catalogues(hi={"{who} paid by {mode}": "{mode} से {who} ने भुगतान किया", "Card": "कार्ड"})
    text = Text("{who} paid by {mode}", who="सुनीता {x}", mode=Text("Card"))
    assert Language.named("hi").render(text) == "कार्ड से सुनीता {x} ने भुगतान किया"
    assert Language.named("en").render(text) == "सुनीता {x} paid by Card"


def test_dates_and_times_among_the_values_are_written_as_people_write_them_in_india():
    evening = dt.datetime(2016, 12, 31, 18, 30, 5, tzinfo=dt.UTC)
    text = Text("{day} {time}", day=dt.date(2016, 12, 8), time=evening)
    assert ENGLISH.render(text) == "08-12-2016 01-01-2017 00:00:05"


def test_somebodys_own_words_are_left_as_they_are():
    assert HINDI.render("Village {1}") == "Village {1}"


def test_an_empty_text_has_no_words():
    assert HINDI.render(Text("")) == HINDI.both(Text("")) == ""


def test_both_languages_stand_side_by_side_and_once_where_they_are_the_same():
    assert (
        HINDI.both(Text("Gram Panchayat"))
        == ENGLISH.both(Text("Gram Panchayat"))
        == "ग्राम पंचायत / Gram Panchayat"
    )
    assert ENGLISH.both(Text("Gram Panchayat"), "\n") == "ग्राम पंचायत\nGram Panchayat"
    assert HINDI.both("12-A") == "12-A"


def test_a_states_own_words_come_first_and_the_common_ones_fill_the_rest(catalogues):
    catalogues(hi={"Centre": "सीएससी", "Save": "सहेजें"}, hi_JH={"Centre": "प्रज्ञा केंद्र"})
    jharkhand = Language.named("hi", "JH")
    assert jharkhand.render(Text("Centre")) == "प्रज्ञा केंद्र"
    assert jharkhand.render(Text("Save")) == "सहेजें"
    assert jharkhand.both(Text("Centre")) == "प्रज्ञा केंद्र / Centre"
    assert Language.named("hi", "BR").render(Text("Centre")) == "सीएससी"


def test_a_missing_catalogue_is_said_in_english_with_what_to_do(catalogues):
    catalogues()
    with pytest.raises(EnvironmentProblem) as caught:
        Language.named("hi")
    assert "Hindi words" in Language.named("en").render(caught.value.title)
    assert "./dev" in Language.named("en").render(caught.value.advice)


def test_a_language_nobody_translated_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        Language.named("fr")


def test_a_date_is_day_month_year():
    assert HINDI.date(dt.date(2017, 1, 9)) == "09-01-2017"


def test_a_clock_time_is_that_of_india_whatever_the_computer_thinks():
    assert HINDI.clock(dt.datetime(2017, 1, 9, 6, 12, 7, tzinfo=dt.UTC)) == "11:42:07"


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1,000"),
        (99999, "99,999"),
        (100000, "1,00,000"),
        (1234567, "12,34,567"),
    ],
)
def test_numbers_are_grouped_as_lakh_and_crore(count, written):
    assert ENGLISH.number(count) == written


@given(st.integers())
def test_grouping_changes_no_digit(count):
    grouped = ENGLISH.number(count)
    assert int(grouped.replace(",", "")) == count
    assert all(len(group) == 2 for group in grouped.lstrip("-").split(",")[1:-1])


@pytest.mark.parametrize(
    ("paise", "written"),
    [(0, "₹0"), (6400, "₹64"), (150, "₹1.50"), (-100, "-₹1"), (1234567805, "₹1,23,45,678.05")],
)
def test_rupees_show_paise_only_where_there_are_any(paise, written):
    assert ENGLISH.rupees(paise) == written


# ---------------------------------------------------------------- the words of the states


@pytest.mark.parametrize(
    ("message", "concept"),
    [
        ("Block", "block"),
        ("PDS shop", "ration_shop"),
        ("Sub-district", "revenue_circle"),
        ("Common Service Centre (CSC)", "centre"),
        ("Government officer", "officer"),
    ],
)
def test_every_state_is_spoken_to_in_its_own_words(message: str, concept: str):
    for state in gazetteer().children(""):
        said = Language.named("hi", overlay_of(state.key)).render(Text(message))
        assert state_words().words(concept, state.key, "hi") in said, state.name_en


def test_a_pragya_kendra_is_called_so_in_both_languages_and_on_paper():
    centre = Text("Common Service Centre (CSC)")
    overlay = overlay_of(gazetteer().state_of("block:322/3069"))
    assert Language.named("hi", overlay).both(centre) == "प्रज्ञा केंद्र (सीएससी) / Pragya Kendra (CSC)"
    assert HINDI.both(centre) == "सामान्य सेवा केंद्र (सीएससी) / Common Service Centre (CSC)"


def test_a_home_without_a_place_speaks_the_common_words():
    assert overlay_of(gazetteer().state_of("")) == overlay_of(gazetteer().state_of("block:1/0")) == ""
