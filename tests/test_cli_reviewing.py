"""Decisions at the command line: one side approves, returns, asks, accepts; the other takes and answers."""

import json
from pathlib import Path

import pytest

from fieldapp.cli import main
from fieldapp.domain.fields import Name
from fieldapp.domain.records import ONE_RUPEE, PaymentTry
from tests.sync.exchange import Exchange, make_template, row

HQ = ("--home", "hq")


@pytest.fixture
def exchange(tmp_path):
    """Homes that nobody has open: a command opens them."""
    make_template(tmp_path)
    exchange = Exchange(tmp_path)
    exchange.close()
    return exchange


@pytest.fixture
def ran(exchange, capsys):
    """Runs a command on the centre's home, or on head office's; gives its status and its object."""

    def run(*given: str | Path, home: str = "centre"):
        capsys.readouterr()
        words = [str(one) for one in given]
        status = main([*words, "--home", str(exchange.root / home), "--json", "--lang", "en"])
        return status, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def number(exchange) -> str:
    """A finished session with one person in it, which head office has; its printed number."""
    with_homes(exchange, _finish_and_send)
    return "0001-A"


def with_homes(exchange, do):
    exchange.__init__(exchange.root)
    do(exchange)
    exchange.close()


def _finish_and_send(exchange: Exchange) -> None:
    centre = exchange.centre
    tries = tuple(PaymentTry(slot=n, mode="CARD", amount_paise=ONE_RUPEE, result="OK") for n in (1, 2))
    record_id = centre.start(
        rows=(row(1, present=1, age=31, tries=tries),), last_row=1, trainer_name=Name("मीना", "Meena")
    )
    version = centre.services.activities.get(centre.actor, record_id).version
    centre.services.activities.finish(centre.actor, record_id, version, 1)
    exchange.round_trip()


def _answer(exchange: Exchange) -> None:
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())


def _round_trip(exchange: Exchange) -> None:
    exchange.round_trip()


def code(done) -> str:
    status, said = done
    assert status == 1
    return said["error"]["code"]


def test_a_session_is_approved_by_ones_own_count_and_the_version_that_was_seen(ran, number):
    (waits,) = ran("review", "waiting", home="hq")[1]["approvals"]
    assert waits["number"] == number
    approve = ("review", "approve", "--activity", number)
    assert code(ran(*approve, home="hq")) == "no_count"
    assert code(ran(*approve, "--counted", "2", home="hq")) == "count_differs"
    assert code(ran(*approve, "--counted", "1", "--sheet", "3", home="hq")) == "no_sheet"
    assert code(ran(*approve, "--counted", "1", "--seen", "7", home="hq")) == "moved_on"
    assert ran("review", "show", "--activity", number, home="hq")[1]["review"] == "FINISHED"
    status, done = ran(*approve, "--counted", "1", "--seen", str(waits["version"]), home="hq")
    assert (status, done["review"], done["said"]["counted"], done["said"]["by"]) == (
        0,
        "APPROVED",
        1,
        "officer",
    )
    assert ran("review", "waiting", home="hq")[1]["approvals"] == []


def test_an_operator_may_not_approve_and_a_supervisor_may(ran, number):
    asked = ("review", "approve", "--activity", number, "--counted", "1")
    assert code(ran(*asked)) == "not_allowed"
    assert ran(*asked, "--user", "supervisor")[1]["review"] == "APPROVED"


def test_a_returned_session_is_found_by_its_owner_with_the_reason(ran, number, exchange):
    back = ("review", "return", "--activity", number, "--reason", "the age cannot be right")
    assert code(ran(*back, "--field", "rows/9/age", home="hq")) == "no_field"
    assert ran(*back, "--field", "rows/1/age", home="hq")[1]["review"] == "RETURNED"
    with_homes(exchange, _answer)
    (asked,) = ran("review", "waiting")[1]["asked"]
    assert (asked["number"], asked["said"]["kind"], asked["said"]["field"], asked["said"]["reason"]) == (
        number,
        "RETURNED",
        "rows/1/age",
        "the age cannot be right",
    )


def test_a_mobile_number_that_is_suggested_is_shown_as_in_lists(ran, number):
    asked = ("review", "ask", "--activity", number, "--reason", "its owner called")
    ran(*asked, "--field", "rows/1/mobile", "--suggestion", "5000012321", home="hq")
    (said,) = ran("review", "show", "--activity", number, home="hq")[1]["asked"]
    assert said["suggestion"] == "50••••••21"


def test_one_correction_is_taken_and_the_other_answered_and_accepted(ran, number, exchange):
    ask = ("review", "ask", "--activity", number)
    ran(*ask, "--reason", "31 or 13?", "--field", "rows/1/age", "--suggestion", "13", home="hq")
    asked = ran(*ask, "--reason", "is it Meena?", "--field", "trainer_name", home="hq")[1]["asked"]
    age, name = (
        next(one["id"] for one in asked if one["field"] == field) for field in ("rows/1/age", "trainer_name")
    )
    with_homes(exchange, _answer)
    about = ("--activity", number)
    assert code(ran("review", "take", *about)) == "several_asked"
    assert code(ran("review", "take", *about, "--which", name)) == "no_suggestion"
    status, done = ran("review", "take", *about, "--which", age)
    assert (status, [one["id"] for one in done["asked"]]) == (0, [name])
    ages = ran("list", "activities", "--full")[1]["items"][0]["record"]["rows"]
    assert [one["age"] for one in ages] == [13]

    assert code(ran("review", "answer", *about, "--reason", " ")) == "no_reason"
    assert ran("review", "answer", *about, "--reason", "it is her")[1]["asked"] == []
    assert code(ran("review", "answer", *about, "--reason", "again")) == "nothing_asked"
    with_homes(exchange, _round_trip)
    (answer,) = ran("review", "show", *about, home="hq")[1]["answers"]
    assert (answer["kind"], answer["reason"]) == ("WAS_RIGHT", "it is her")
    assert ran("review", "accept", *about, home="hq")[1]["answers"] == []
    assert code(ran("review", "accept", *about, home="hq")) == "nothing_asked"


def test_only_the_owner_takes_a_suggestion_or_answers(ran, number):
    ask = ("review", "ask", "--activity", number, "--reason", "13?", "--field", "rows/1/age")
    ran(*ask, "--suggestion", "13", home="hq")
    for given in (("take",), ("answer", "--reason", "no")):
        assert code(ran("review", *given, "--activity", number, home="hq")) == "not_owner"


def test_another_record_is_found_by_its_id_corrected_and_found_in_order(ran, exchange):
    plans = []

    def plan(exchange: Exchange) -> None:
        plans.append(exchange.centre.plan(amount=9))
        exchange.round_trip()

    with_homes(exchange, plan)
    about = ("--record", plans[0])
    asked = ("--reason", "it was ten", "--field", "amount", "--suggestion", "10")
    assert ran("review", "ask", *about, *asked, home="hq")[0] == 0
    with_homes(exchange, _answer)
    assert ran("review", "take", *about)[1]["asked"] == []
    assert ran("list", "targets")[1]["items"][0]["record"]["amount"] == 10
    with_homes(exchange, _round_trip)
    status, done = ran("review", "in-order", *about, "--note", "seen", home="hq")
    assert (status, done["type"], done["review"], done["said"]["reason"]) == (0, "target", "ACCEPTED", "seen")
    assert code(ran("review", "show", "--record", "ab" * 16)) == "not_found"
    with pytest.raises(SystemExit) as left:
        ran("review", "show", "--record", "no-id")
    assert left.value.code == 2
