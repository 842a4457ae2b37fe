"""A process that is killed while it saves loses no save it has acknowledged."""

import random
import subprocess
import sys

import pytest

from fieldapp.homes import OpenHome, open_home
from fieldapp.storage import journal, log
from fieldapp.storage.records import Typed

KILLS = 20


def acknowledged_until_killed(home: OpenHome, lines: int) -> list[list[str]]:
    """Let the typist work until so many saves are acknowledged, kill it, give what it said."""
    command = [sys.executable, "-m", "tests.faults.typist", str(home.home.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as typist:
        heard = [typist.stdout.readline() for _ in range(lines)]
        typist.kill()
        heard += typist.stdout.readlines()
    return [line.split() for line in heard if line.endswith("\n")]


@pytest.mark.parametrize("attempt", range(KILLS))
def test_kill_9_loses_no_acknowledged_save(centre_home, attempt):
    centre_home.close()
    heard = acknowledged_until_killed(centre_home, random.Random(attempt).randrange(1, 30))
    home = open_home(centre_home.home.folder)
    kept = {}
    for activity_id, row, age in heard:
        kept.setdefault(activity_id, home.services.activities.get(home.actor, activity_id).record)
        assert kept[activity_id].row(int(row)).age == int(age)
    with home.database.transaction() as tx:
        assert tx.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert list(log.breaks(tx)) == []
        journal.seal(tx, Typed(home.keys.key_id, 1, home.database.clock()))
        assert journal.state_hash(tx)
    home.close()
    assert len(heard) >= 1
