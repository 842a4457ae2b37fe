"""A window that is killed while somebody types in it costs two seconds of typing, and opens there again."""

import pytest

from tests.faults.window_killing import kill_while_typing

SEEDS = (0, 2, 4, 5)  # in the roster, in the details, in a record that was only begun, in the dialog of a row


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("seed", SEEDS)
def test_kill_9_costs_no_more_than_two_seconds_of_typing(tmp_path, seed):
    kill_while_typing(tmp_path / "home", seed)
