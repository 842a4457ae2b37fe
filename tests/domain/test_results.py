"""The table of outcomes: closed, complete, and never half filled in."""

import re
from pathlib import Path

import pytest

from fieldapp.domain.errors import EnvironmentProblem, SyncFileRefused
from fieldapp.domain.results import RESULTS, Kind, refuse, surroundings
from fieldapp.domain.text import Text

TESTS = Path(__file__).parent.parent


def test_no_outcome_is_without_a_test_that_names_it():
    named = "".join(path.read_text("utf-8") for path in TESTS.rglob("*.py") if path != Path(__file__))
    assert [code for code in RESULTS if f'"{code}"' not in named] == []


def test_every_outcome_says_what_happened_what_is_safe_and_what_to_do():
    for code, result in RESULTS.items():
        assert re.fullmatch("[a-z_]+", code)
        assert result.code == code
        for words in (result.title, result.safe, result.advice):
            assert words.msgid[0].isupper() or words.msgid[0] == "{"
            assert words.msgid.endswith((".", "}"))


def test_an_error_carries_code_title_and_advice_that_begins_with_what_is_safe():
    error = refuse("bad_text", line=7)
    assert isinstance(error, SyncFileRefused)
    assert error.code == "bad_text"
    assert (error.title.msgid, error.title.args) == (RESULTS["bad_text"].title.msgid, {"line": 7})
    assert error.advice.args["safe"].msgid == RESULTS["bad_text"].safe.msgid
    assert error.advice.args["advice"].msgid == RESULTS["bad_text"].advice.msgid


def test_the_table_itself_is_never_filled_in():
    refuse("bad_text", line=7)
    assert RESULTS["bad_text"].title.args == {}


def test_the_surroundings_have_an_error_of_their_own():
    assert isinstance(surroundings("disk_full", place="E:"), EnvironmentProblem)
    assert RESULTS["disk_full"].kind is Kind.SURROUNDINGS


def test_an_outcome_without_the_values_it_needs_is_a_mistake():
    with pytest.raises(ValueError, match="line"):
        refuse("bad_text")
    with pytest.raises(KeyError):
        refuse("no_such_code")


def test_a_value_may_be_a_text_of_its_own():
    error = refuse("wrong_kind", kind=Text("a centre pack"))
    assert error.title.args["kind"] == Text("a centre pack")
