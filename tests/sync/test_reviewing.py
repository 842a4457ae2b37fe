"""Decisions about received records: head office returns and approves, and the centre sees it and answers."""

import pytest
from msgspec.structs import replace

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import MovedOn
from fieldapp.domain.fields import Name
from fieldapp.domain.records import ONE_RUPEE, PaymentTry
from fieldapp.services.decisions import Review
from fieldapp.services.typed_paths import with_value
from tests.sync.exchange import Exchange, Side, row


def finished(centre: Side) -> str:
    tries = tuple(PaymentTry(slot=n, mode="CARD", amount_paise=ONE_RUPEE, result="OK") for n in (1, 2))
    record_id = centre.start(
        rows=(row(1, present=1, age=31, tries=tries),), last_row=1, trainer_name=Name("मीना", "Meena")
    )
    finish(centre, record_id)
    return record_id


def finish(centre: Side, record_id: str) -> None:
    held = centre.services.activities.get(centre.actor, record_id)
    centre.services.activities.finish(centre.actor, record_id, held.version, 1)


def review(side: Side, record_id: str) -> Review:
    return side.services.decisions.review(side.actor, record_id).review


def waiting(side: Side) -> list[str]:
    return [held.record.id for held in side.services.overview.today(side.actor).approvals]


def test_a_return_comes_down_and_an_approval_after_the_amendment(exchange: Exchange):
    hq, centre = exchange.hq, exchange.centre
    record_id = finished(centre)
    exchange.round_trip()
    assert waiting(hq) == [record_id]
    hq.services.decisions.send_back(hq.actor, record_id, "the age cannot be right", "rows/1/age")
    assert waiting(hq) == []
    centre.receipts.apply(centre.actor, exchange.answer())
    assert review(centre, record_id) is Review.RETURNED
    (asked,) = centre.services.overview.today(centre.actor).asked
    assert asked.decision.record.reason == "the age cannot be right"

    held = centre.services.activities.get(centre.actor, record_id)
    service = centre.services.activities
    held = service.amend(centre.actor, record_id, held.version, "the age cannot be right").held
    changed = replace(held.record.row(1), age=40)
    service.save_row(centre.actor, record_id, held.version, changed)
    finish(centre, record_id)
    exchange.round_trip()
    assert waiting(hq) == [record_id]
    (amendment,) = hq.services.activities.get(hq.actor, record_id).record.amendments
    assert [one.field_path for one in amendment.values] == ["rows/1/age"]

    hq.services.decisions.approve(hq.actor, record_id, 0, 1)
    centre.receipts.apply(centre.actor, exchange.answer())
    assert [review(side, record_id) for side in (hq, centre)] == [Review.APPROVED] * 2
    assert centre.services.overview.today(centre.actor).asked == ()


def test_a_correction_that_is_asked_is_taken_and_another_is_answered(exchange: Exchange):
    hq, centre = exchange.hq, exchange.centre
    record_id = finished(centre)
    exchange.round_trip()
    hq.services.decisions.ask_correction(hq.actor, record_id, "31 or 13?", "rows/1/age", "13")
    hq.services.decisions.ask_correction(hq.actor, record_id, "is it Meena?", "trainer_name")
    centre.receipts.apply(centre.actor, exchange.answer())
    asked = centre.services.decisions.review(centre.actor, record_id).asked
    assert {one.record.field_path for one in asked} == {"rows/1/age", "trainer_name"}

    held = centre.services.activities.get(centre.actor, record_id)
    centre.services.activities.take_suggestion(
        centre.actor, record_id, held.version, lambda one: with_value(one, "rows/1/age", 13), "31 or 13?"
    )
    question = next(one for one in asked if one.record.field_path == "trainer_name")
    centre.services.decisions.was_right(centre.actor, question.record.id, "she was there")
    assert centre.services.decisions.review(centre.actor, record_id).asked == ()
    exchange.round_trip()
    standing = hq.services.decisions.review(hq.actor, record_id)
    assert standing.asked == ()
    (answer,) = standing.answers
    assert answer.record.reason == "she was there"
    hq.services.decisions.accept(hq.actor, answer.record.id)
    assert hq.services.decisions.review(hq.actor, record_id).answers == ()


def test_what_came_while_somebody_decided_is_not_decided_about_unseen(exchange: Exchange):
    hq, centre = exchange.hq, exchange.centre
    record_id = finished(centre)
    exchange.round_trip()
    seen = hq.services.activities.get(hq.actor, record_id).version
    service = centre.services.activities
    held = service.get(centre.actor, record_id)
    held = service.amend(centre.actor, record_id, held.version, "the age was misread").held
    service.save_row(centre.actor, record_id, held.version, replace(held.record.row(1), age=40))
    finish(centre, record_id)
    exchange.deliver(*exchange.send())
    decisions = hq.services.decisions
    for decide in (
        lambda: decisions.approve(hq.actor, record_id, 0, 7, seen=seen),
        lambda: decisions.send_back(hq.actor, record_id, "the age", seen=seen),
        lambda: decisions.ask_correction(hq.actor, record_id, "the age", seen=seen),
        lambda: decisions.accept_record(hq.actor, record_id, seen=seen),
    ):
        with pytest.raises(MovedOn):
            decide()
    assert decisions.about(hq.actor, record_id) == ()
    newest = hq.services.activities.get(hq.actor, record_id).version
    decisions.approve(hq.actor, record_id, 0, 1, seen=newest)
    assert review(hq, record_id) is Review.APPROVED


def test_a_decision_about_ones_own_record_seals_it_and_it_stays_the_one_that_was_seen(exchange: Exchange):
    centre = exchange.centre
    record_id = finished(centre)
    seen = centre.services.activities.get(centre.actor, record_id).version
    supervisor = Actor("supervisor", "SUPERVISOR")
    centre.services.decisions.approve(supervisor, record_id, 0, 1, seen=seen)
    assert review(centre, record_id) is Review.APPROVED
