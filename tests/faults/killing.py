"""Killing a process in the middle of its work, and looking whether anything it acknowledged is gone."""

import random
import shutil
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from fieldapp.domain.fields import PlaceRef
from fieldapp.homes import OpenHome, new_centre, open_home
from fieldapp.storage import journal, log, sealing
from fieldapp.storage.records import Typed
from fieldapp.storage.state import Centre
from tests.faults import typist
from tests.forked import started

CENTRE = Centre(0, "100000000015", "प्रज्ञा केंद्र कसमार", "Pragya Kendra Kasmar", "block:322/3069")


def make_home(folder: Path) -> None:
    """A practice home with one activity planned in it."""
    shutil.copytree(Path(_template().name, "home"), folder)


@cache
def _template() -> tempfile.TemporaryDirectory[str]:
    """Made once a process; it goes when the process ends."""
    kept = tempfile.TemporaryDirectory()
    home = new_centre(Path(kept.name, "home"), CENTRE, practice=True)
    place = PlaceRef("block:322/3069", "कसमार")
    home.services.activities.start(home.actor, "CHAI_SAMOSA", date(2017, 1, 14), place)
    home.close()
    (home.home.folder / "ballast").unlink()  # only makes copies slow here
    return kept


def acknowledged_until_killed(folder: Path, lines: int) -> list[list[str]]:
    """Let the typist work in a home until so many saves are acknowledged, kill it, give what it said."""
    with started(typist.main, str(folder)) as at_work:
        heard = [at_work.stdout.readline() for _ in range(lines)]
        at_work.kill()
        heard += at_work.stdout.readlines()
    return [line.split() for line in heard if line.endswith("\n")]


def kill_while_saving(folder: Path, seed: int) -> None:
    """One kill at a random moment. Raises AssertionError when a save that was acknowledged is not there."""
    make_home(folder)
    heard = acknowledged_until_killed(folder, random.Random(seed).randrange(1, 30))
    assert heard
    home = open_home(folder)
    try:
        for activity_id, row, age in heard:
            kept = home.services.activities.get(home.actor, activity_id).record
            assert kept.row(int(row)).age == int(age)
        look_sound(home)
    finally:
        home.close()


def look_sound(home: OpenHome) -> None:
    """Pages, log and seals of a home fit together."""
    with home.database.transaction() as tx:
        assert tx.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert list(log.breaks(tx)) == []
        sealing.seal(tx, Typed(home.keys.key_id, 1, home.database.clock()))
        assert journal.state_hash(tx)
