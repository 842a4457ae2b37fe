"""Random lives of the exchange, chosen and shrunk by Hypothesis (tests/sync/exchange_machine.py)."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.exchange_machine import ExchangeMachine, make_template

LIVES = settings(
    max_examples=100,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    made = make_template(tmp_path_factory.mktemp("machine"))
    return type("Lives", (ExchangeMachine,), {"template": made})


def test_a_hundred_random_lives_lose_nothing(machine):
    run_state_machine_as_test(machine, settings=LIVES)
