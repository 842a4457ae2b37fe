"""The summary of a finished session: one page, both languages, every figure, no participant's name."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import ONE_RUPEE, Activity, Amendment, Decision, PaymentTry, RosterRow
from fieldapp.reports.finish_summary import FinishSummary, finish_summary
from tests.reports.papers import pdfium_text

NOW = datetime(2017, 1, 14, 6, 12, 7, tzinfo=UTC)


def one_try(slot, result="OK", **given):
    return PaymentTry(slot=slot, mode="CARD", amount_paise=ONE_RUPEE, result=result, **given)


ROWS = (
    RosterRow(row=1, present=1, name=Name("सुनीता", "Sunita"), gender="F", tries=(one_try(1), one_try(2))),
    RosterRow(
        row=2,
        present=1,
        gender="M",
        category="ST",
        open_reason="NETWORK",
        tries=(one_try(1, "FAILED", reason="PIN"), one_try(1)),
    ),
    RosterRow(row=3, gender="M"),
    RosterRow(row=4, present=1, struck=True, gender="M"),
)
SESSION = Activity(
    id="0" * 32,
    kind="CHAI_SAMOSA",
    state="FINISHED",
    number=42,
    letter="A",
    start_date=date(2017, 1, 14),
    place=PlaceRef("", "खैराचातर"),
    trainer_name=Name("मीना", "Meena"),
    rows=ROWS,
    signatures_counted=3,
    count_reason="one signed twice",
)


def words(activity=SESSION, **given):
    summary = FinishSummary(
        activity=activity, printed_at=NOW, finished=("operator", NOW), csc_id="100000000015", **given
    )
    pages = pdfium_text(finish_summary(summary))
    assert len(pages) == 1
    return " ".join(pages[0].split())


def test_it_says_what_was_counted_and_by_whom_it_was_finished():
    said = words()
    assert "Signatures counted on paper: 3; marked present: 2; difference: 1." in said
    assert "one signed twice" in said
    assert "100000000015/0042-A" in said
    assert "operator" in said


def test_no_participant_is_named():
    said = words()
    assert "Sunita" not in said
    assert "सुनीता" not in said
    assert "Meena" in said


def test_an_approval_with_another_count_and_the_amendments_stand_there():
    approval = Decision(id="1" * 32, sheet_number=7, counted=4, reason="two forms")
    closed = Amendment(number=1, reason="age was misread", amended_on=date(2017, 1, 20))
    said = words(msgspec.structs.replace(SESSION, amendments=(closed,)), approved=(approval, "supervisor"))
    assert "sheet 7: 4 counted" in said
    assert "two forms" in said
    assert "age was misread" in said


def test_a_practice_summary_says_so_across_the_page():
    assert "PRACTICE" in words(practice=True)
    assert "PRACTICE" not in words()


@pytest.mark.parametrize("kind", ["MELA", "WALK", "VISIT", "WORKSHOP", "REVIEW", "TRAINER_TRAINING", "CAMP"])
def test_every_kind_has_one(kind):
    assert words(msgspec.structs.replace(SESSION, kind=kind, footfall=300, rows=()))


def test_forty_amendments_leave_one_page():
    many = tuple(
        Amendment(number=n, reason="age was misread " * 6, amended_on=date(2017, 1, 20)) for n in range(1, 41)
    )
    said = words(msgspec.structs.replace(SESSION, amendments=many))
    assert "40" in said
