"""The program is told to end, put to sleep, or started twice, while somebody types."""

import signal

import pytest

from fieldapp.homes import open_home
from tests.faults.killing import make_home
from tests.faults.window_killing import stored
from tests.faults.window_typist import cells, main
from tests.forked import Running, started

ROSTER = "0"


@pytest.fixture
def typist(tmp_path):
    """Somebody who types in the roster, and the home they type in."""
    make_home(tmp_path / "home")
    with started(main, str(tmp_path / "home"), ROSTER) as process:
        yield process


def hear(process: Running, keys: int) -> list[str]:
    """What the typist says until so many keys were pressed."""
    heard = []
    while sum(line.startswith('["key"') for line in heard) < keys:
        heard.append(process.stdout.readline())
        assert heard[-1], "the typist is gone"
    return heard


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_saves_the_open_cell_and_ends_the_program_in_order(typist, tmp_path, number):
    heard = hear(typist, 4)
    typist.send_signal(number)
    heard += typist.stdout.readlines()
    assert typist.ends(30)
    assert typist.status == 0
    typed = [cell for cell in cells(heard) if cell.keys]
    home = open_home(tmp_path / "home")
    try:
        assert home.services.left_off.read(home.actor)[0].orderly
        for cell in typed:
            assert stored(home, cell.record, cell.lands).startswith(cell.words().strip())
    finally:
        home.close()


def test_sleep_and_waking_up_lose_nothing(typist, tmp_path):
    heard = hear(typist, 5)
    typist.send_signal(signal.SIGSTOP)
    typist.send_signal(signal.SIGCONT)
    heard += hear(typist, 30)
    typist.send_signal(signal.SIGTERM)
    heard += typist.stdout.readlines()
    assert typist.ends(30)
    assert typist.status == 0
    home = open_home(tmp_path / "home")
    try:
        for cell in cells(heard):
            if cell.saved:
                assert stored(home, cell.record, cell.lands) == cell.words()
    finally:
        home.close()
