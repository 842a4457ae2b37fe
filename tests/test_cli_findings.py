"""Findings at a head office, listed, shown, taken up, settled and opened again by the command line alone."""

import json
import shutil
from pathlib import Path

import pytest

from fieldapp.cli import main
from fieldapp.domain.fields import Name
from tests.sync.exchange import CSC_ID, make_template
from tests.sync.two_centres import MOBILE, held, joined, paid, person

NUMBERS = ("701412345678", "701412345679")


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Path:
    """A head office: Sunita is at both centres, and two receipt numbers stand twice in two sessions."""
    folder = tmp_path_factory.mktemp("homes")
    exchange = joined(make_template(folder), tmp_path_factory.mktemp("made"))
    for side, name in ((exchange.centre, "Meena"), (exchange.second, "Geeta")):
        payments = [paid(one, number=n, name=Name("", name)) for n, one in enumerate(NUMBERS, 2)]
        held(side, person(mobile=MOBILE), *payments)
    exchange.bring(exchange.centre, exchange.second)
    exchange.close()
    return exchange.root / "hq"


@pytest.fixture
def said(office, tmp_path, capsys):
    """Calls hq findings with these options and gives its status and its object."""
    shutil.copytree(office, tmp_path / "hq")

    def call(*options: str) -> tuple[int, dict]:
        capsys.readouterr()
        status = main(["hq", "findings", "--home", str(tmp_path / "hq"), "--json", *options])
        out = capsys.readouterr().out
        return status, json.loads(out) if out else {}

    return call


def ids(said, kind: str) -> list[str]:
    return [one["id"] for one in said("--kind", kind)[1]["findings"]]


def test_both_sides_are_shown_with_where_they_stand(said):
    (one,) = ids(said, "SAME_PERSON")
    status, shown = said("--show", one)
    assert (status, shown["finding"]["id"]) == (0, one)
    assert [side["centre"] for side in shown["sides"]] == [CSC_ID, "100000000023"]
    assert {"label": "Gender", "value": "F"} in shown["sides"][0]["lines"]


def test_it_is_taken_up_and_listed_as_ones_own_and_noted_and_opened_again(said):
    (one,) = ids(said, "SAME_PERSON")
    status, taken = said("--take", one)
    assert (status, taken["findings"][0]["state"], taken["findings"][0]["by"]) == (0, "LOOKING", "officer")
    said("--write", one, "--note", "rung them")
    (mine,) = said("--mine")[1]["findings"]
    assert (mine["id"], mine["note"]) == (one, "rung them")
    assert said("--open-again", one)[1]["findings"][0]["by"] == ""
    assert said("--mine")[1]["findings"] == []


def test_people_are_merged_opened_again_and_parted(said):
    (one,) = ids(said, "SAME_PERSON")
    assert said("--settle", one, "--as", "ONE_PERSON", "--side", "2")[0] == 0
    assert said("--state", "SETTLED")[1]["findings"][0]["reason"] == "ONE_PERSON"
    assert said("--take", one)[1]["error"]["code"] == "settled"
    assert said("--open-again", one)[0] == 0
    assert said("--settle", one, "--as", "DIFFERENT_PEOPLE", "--note", "two sisters")[0] == 0
    assert said("--state", "SETTLED")[1]["findings"][0]["reason"] == "DIFFERENT_PEOPLE"


def test_those_exactly_like_it_are_named_settled_on_wish_and_opened_again_with_it(said):
    one, two = ids(said, "REPEATED_RECEIPT")
    order = ("--settle", one, "--as", "OTHER", "--note", "entered twice")
    assert said(*order)[1]["alike"] == [two]
    said("--open-again", one)
    status, done = said(*order, "--alike")
    assert (status, done["alike"]) == (0, [two])
    assert [(each["reason"], each["note"]) for each in done["findings"]] == [("OTHER", "entered twice")] * 2
    assert said("--open-again", one, two)[0] == 0
    assert {each["state"] for each in said("--kind", "REPEATED_RECEIPT")[1]["findings"]} == {"OPEN"}


def test_a_correction_is_asked_of_the_side_that_is_named(said):
    one, _ = ids(said, "REPEATED_RECEIPT")
    asked = ("--settle", one, "--as", "CORRECTION_ASKED", "--note", "look at the slip")
    assert said(*asked)[1]["error"]["code"] == "side"
    for side in ("0", "3"):
        assert said(*asked, "--side", side)[1]["error"]["code"] == "side"
    assert said(*asked, "--side", "1")[1]["findings"][0]["reason"] == "CORRECTION_ASKED"


@pytest.mark.parametrize(
    "wrong",
    [
        ("--settle", "ID"),
        ("--settle", "ID", "--as", "NONE"),
        ("--take", "ID", "--as", "OTHER"),
        ("--take", "ID", "--settle", "ID"),
        ("--write", "ID"),
        ("--alike",),
        ("--take", "ID", "--note", "seen"),
        ("--show", "ID", "--note", "seen"),
        ("--open-again", "ID", "--note", "seen"),
        ("--note", "seen"),
    ],
    ids=" ".join,
)
def test_options_that_do_not_go_together_are_a_wrong_use(said, wrong):
    try:
        status, _ = said(*wrong)
    except SystemExit as left:
        status = left.code
    assert status == 2


def test_what_cannot_be_said_of_a_finding_is_refused_and_changes_nothing(said):
    (one,), (two, _) = ids(said, "SAME_PERSON"), ids(said, "REPEATED_RECEIPT")
    for options, code in (
        (("--settle", two, "--as", "ONE_PERSON"), "other_kind"),
        (("--settle", two, "--as", "VERSION_CHOSEN", "--side", "1"), "other_kind"),
        (("--settle", one, "--as", "CORRECTION_ASKED", "--side", "1"), "other_kind"),
        (("--settle", one, "--as", "OTHER"), "no_reason"),
        (("--take", "none of these"), "not_found"),
        (("--take", "0" * 32), "not_found"),
        (("--write", one, "--note", "9999 4105 7058"), "forbidden_number"),
    ):
        status, told = said(*options)
        assert (status, told["error"]["code"]) == (1, code)
    assert said()[1]["waiting"] == 3
