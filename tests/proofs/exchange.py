"""Ten random lives of the exchange a seed: whatever is late, repeated or put back, nothing is lost."""

from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proofs.templates import template
from tests.sync.exchange_machine import ExchangeMachine

LIVES = 10
SAMPLE = 200
WHOLE = 10_000


def prove(number: int, _folder: Path) -> None:
    """The lives of one seed, each of up to fifty steps; a failing one is told step by step."""
    lives(number, ExchangeMachine)


def lives(number: int, machine_class: type[ExchangeMachine]) -> None:
    """Lives of that machine that follow from a seed."""
    machine = type("Lives", (machine_class,), {"template": template(block=True)})
    chosen = settings(
        max_examples=LIVES,
        stateful_step_count=50,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(number)(machine), settings=chosen)
