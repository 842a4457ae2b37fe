"""Random lives of the exchange in which people are erased (tests/sync/erasing_lives.py)."""

import pytest
from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.erasing_lives import ErasingLives
from tests.sync.exchange_machine import make_template
from tests.sync.test_exchange_model import LIVES


@pytest.mark.timeout(600)
def test_who_was_erased_is_nowhere_after_forty_random_lives(tmp_path_factory):
    made = make_template(tmp_path_factory.mktemp("machine"), block=True)
    machine = type("Lives", (ErasingLives,), {"template": made})
    for number in range(2):
        run_state_machine_as_test(seed(number)(machine), settings=LIVES)
    assert machine.looked_for > 0
