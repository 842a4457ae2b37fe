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
def test_who_was_erased_is_nowhere_after_twenty_random_lives(machine):
    run_state_machine_as_test(seed(0)(machine), settings=LIVES)


def test_whom_head_office_erases_when_their_computer_is_gone_is_emptied_by_the_one_in_its_place(machine):
    life = machine()
    try:
        life.begin()
        life.somebody_comes(which=0)
        life.export_everything(which=0)
        life.deliver(back=0)
        life.erase_at_head_office(record=0)
        life.lose_a_computer(which=0)
        life.change_keys()
    finally:
        life.teardown()
    assert machine.looked_for == 1


def test_at_the_end_of_a_life_who_was_erased_in_it_is_looked_for(machine):
    life = machine()
    try:
        life.begin()
        life.somebody_comes(which=0)
        life.erase_at_a_centre(which=0, record=0)
    finally:
        life.teardown()
    assert machine.looked_for == 1
