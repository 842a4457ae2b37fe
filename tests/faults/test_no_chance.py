"""Without random numbers nothing is encrypted and nothing is left; what needs none goes on."""

import os

import pytest

from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.sync.keys import NodeKeys
from tests.faults.full_disk import VERBS
from tests.faults.killing import look_sound
from tests.faults.no_chance import outcome
from tests.sync.exchange import Exchange


@pytest.mark.parametrize("verb", ["save", "export", "answer"])
def test_without_random_numbers_no_sync_file_is_made_and_later_it_is(template, tmp_path, verb):
    exchange = Exchange.copied(template, tmp_path)
    VERBS[verb].before(exchange)
    before = sorted(tmp_path.rglob("*.fieldsync*"))
    exchange.close()
    said = outcome(verb, tmp_path)
    exchange = Exchange(tmp_path)
    try:
        for side in (exchange.centre, exchange.hq):
            look_sound(side.home)
        assert sorted(tmp_path.rglob("*.fieldsync*")) == before
        # The engine takes its own from the system too, and calls it a lack of memory when none come.
        assert said in ("no_random_numbers", "no_memory")
        assert VERBS[verb].undone(exchange)
        VERBS[verb].act(exchange)
        assert VERBS[verb].done(exchange)
    finally:
        exchange.close()


def test_no_keys_are_made_without_random_numbers(monkeypatch):
    def fails(_length):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "urandom", fails)
    with pytest.raises(EnvironmentProblem) as trouble:
        NodeKeys.generate()
    assert trouble.value.code == "no_random_numbers"
