"""Random lives of the exchange in which people are erased (tests/sync/erasing_lives.py)."""

import pytest
from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.erasing_lives import ErasingLives
from tests.sync.exchange_machine import make_template
from tests.sync.test_exchange_model import LIVES


@pytest.fixture
def machine(tmp_path_factory):
    made = make_template(tmp_path_factory.mktemp("machine"), block=True)
    return type("Lives", (ErasingLives,), {"template": made})


@pytest.mark.timeout(600)
def test_who_was_erased_is_nowhere_after_forty_random_lives(machine):
    for number in range(2):
        run_state_machine_as_test(seed(number)(machine), settings=LIVES)


def test_at_the_end_of_a_life_who_was_erased_in_it_is_looked_for(machine):
    life = machine()
    try:
        life.begin()
        life.somebody_comes(which=0)
        life.erase_at_a_centre(which=0, record=0)
    finally:
        life.teardown()
    assert machine.looked_for == 1
