"""A process that is killed while it saves loses no save it has acknowledged."""

import pytest

from tests.faults.killing import kill_while_saving

KILLS = 20


@pytest.mark.parametrize("seed", range(KILLS))
def test_kill_9_loses_no_acknowledged_save(tmp_path, seed):
    kill_while_saving(tmp_path / "home", seed)
