"""Clocks that are decades wrong, jump, or stand in another zone: nothing in the exchange minds."""

import os
import subprocess
import sys

import pytest

from tests.faults.round_trips import Jumping, play
from tests.faults.wrong_clock import YEARS, at_clock
from tests.sync.exchange import Exchange, Side


@pytest.mark.parametrize(
    ("time", "zone"),
    [*((time, "Asia/Kolkata") for time in YEARS), ("2026-11-01 01:30:00", "America/New_York")],
)
def test_round_trips_at_a_wrong_clock(tmp_path, time, zone):
    """From the making of both homes on, in a program of its own (the tests of the exchange: proofs)."""
    command = [sys.executable, "-m", "tests.faults.round_trips", str(tmp_path)]
    done = subprocess.run(
        command, env=os.environ | at_clock(time, zone), capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    year, said = done.stdout.split()
    assert (abs(int(year) - int(time[:4])) <= 1, said) == (True, "well")


@pytest.mark.parametrize("seed", range(3))
def test_clocks_that_jump_by_decades_at_every_look(template, tmp_path, seed):
    Exchange.copied(template, tmp_path).close()
    exchange = Exchange.__new__(Exchange)
    exchange.root, exchange.stick = tmp_path, tmp_path / "stick"
    exchange.hq = Side.opened(tmp_path / "hq", Jumping(seed))
    exchange.centre = Side.opened(tmp_path / "centre", Jumping(seed + 100))
    play(exchange)
    exchange.close()
