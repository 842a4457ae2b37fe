"""How old work is that head office has not received: what the status line and its alarm go by."""

from datetime import timedelta

import pytest

from fieldapp.storage.database import utc_now


@pytest.fixture
def later(exchange, monkeypatch):
    """Let so many days go by at the centre."""
    passed = [0]

    def go_by(days):
        passed[0] += days

    monkeypatch.setattr(exchange.centre.home.database, "clock", lambda: utc_now() + timedelta(days=passed[0]))
    return go_by


def waiting(exchange):
    centre = exchange.centre
    return centre.services.overview.sync(centre.actor).days_waiting(centre.home.database.clock())


def test_an_edit_makes_what_waits_no_younger(exchange, later):
    record_id = exchange.centre.plan(amount=1)
    later(20)
    assert waiting(exchange) == 20
    exchange.centre.edit(record_id, "target", amount=2)
    assert waiting(exchange) == 20


def test_nor_does_a_sync_file_that_never_came_nor_an_edit_after_it(exchange, later):
    record_id = exchange.centre.plan(amount=1)
    later(10)
    exchange.centre.edit(record_id, "target", amount=2)
    exchange.send()
    later(10)
    assert waiting(exchange) == 20
    exchange.centre.edit(record_id, "target", amount=3)
    exchange.send()
    later(1)
    assert waiting(exchange) == 21


def test_after_a_receipt_only_what_was_typed_since_the_file_was_made_waits(exchange, later):
    record_id = exchange.centre.plan(amount=1)
    later(30)
    exchange.round_trip()
    assert waiting(exchange) == 0
    exchange.centre.edit(record_id, "target", amount=2)
    later(3)
    exchange.centre.edit(record_id, "target", amount=3)
    later(2)
    assert waiting(exchange) == 5
