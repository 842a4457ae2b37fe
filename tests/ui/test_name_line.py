"""What the name line of a roster cell makes of its words, without a window."""

import pytest

from fieldapp.domain.fields import Name
from fieldapp.ui.activities.name_line import name_of

DEVANAGARI = {"budhni": "बुधनी", "Budhni": "बुधनी", "soren": "सोरेन", "Soren": "सोरेन"}
NONE: frozenset[str] = frozenset()


def made(typed, before=Name(), letters=None, kept=NONE):  # noqa: B008 (a name is frozen)
    return name_of(typed, before, letters or {}, kept, lambda word: DEVANAGARI.get(word, word))


@pytest.mark.parametrize("typed", ["budhni soren", "बुधनी soren", "बुधनी सोरेन"])
def test_latin_letters_become_devanagari_and_stay_as_the_latin_name(typed):
    letters = {"बुधनी": "budhni", "सोरेन": "soren"}
    assert made(typed, letters=letters) == Name("बुधनी सोरेन", "Budhni Soren")


def test_devanagari_typed_as_such_has_no_latin_name_yet():
    assert made("बुधनी सोरेन") == Name("बुधनी सोरेन", "")


def test_a_word_taken_back_stays_latin():
    assert made("budhni", kept=frozenset({"budhni"})) == Name("", "budhni")
    assert made("बुधनी Kumar", letters={"बुधनी": "budhni"}, kept=frozenset({"Kumar"})) == Name(
        "बुधनी Kumar", "Budhni Kumar"
    )


def test_correcting_one_script_leaves_the_other():
    before = Name("बुधनी सोरेन", "Budhni Soren")
    assert made("बुधनि सोरेन", before) == Name("बुधनि सोरेन", "Budhni Soren")
    assert made("Budhani Soren", before) == Name("बुधनी सोरेन", "Budhani Soren")
    assert made("बुधनी सोरेन", before) == before
    assert made("", before) == Name()
