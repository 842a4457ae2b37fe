"""Random lives of the exchange, chosen by Hypothesis (tests/sync/exchange_machine.py): a hundred in all."""

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.exchange_machine import ExchangeMachine, make_template

LIVES = settings(
    max_examples=20,
    stateful_step_count=30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    made = make_template(tmp_path_factory.mktemp("machine"), block=True)
    return type("Lives", (ExchangeMachine,), {"template": made})


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(5))
def test_twenty_random_lives_lose_nothing(machine, number):
    run_state_machine_as_test(seed(number)(machine), settings=LIVES)
