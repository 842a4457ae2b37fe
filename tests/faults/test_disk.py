"""A disk or stick that is full at any page: one clear word, nothing half, and room is all that is wanted."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fieldapp.storage.home import BALLAST_BYTES
from tests.faults.full_disk import FULL, VERBS, fill_up
from tests.faults.small_disk import PAGE, MayNotMount, Quota, SmallDisk, small_disk
from tests.sync.exchange import Exchange

SAMPLED = 7
"""Every so many pages; `./dev prove full_disk` goes through all of them."""


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk") as found:
        yield found


def refused_write(folder: Path) -> int:
    """The number of the error with which more pages than there is room for are refused."""
    with pytest.raises(OSError, match="Errno") as refusal:
        (folder / "one").write_bytes(bytes(9 * PAGE))
    return refusal.value.errno


def test_a_small_disk_is_really_full_and_a_quota_is_something_else(disk, tmp_path):
    with disk.leaving(4):
        found = refused_write(disk.folder)
    assert found == (errno.ENOSPC if os.geteuid() == 0 else errno.EFBIG)
    with Quota(tmp_path).leaving(4):
        assert refused_write(tmp_path) == errno.EFBIG


def test_root_who_may_not_mount_a_disk_gets_no_quota_in_its_place(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MayNotMount, match="mount"), small_disk(tmp_path / "none"):
        pass
    assert "loop file system is refused: mkfs.ext4" in capfd.readouterr().err


@pytest.mark.parametrize("verb", VERBS)
def test_a_full_disk_undoes_the_step_it_stops_and_room_is_all_it_wants(template, disk, verb):
    assert fill_up(template, disk, VERBS[verb], SAMPLED) > 0


@pytest.mark.parametrize("verb", VERBS)
def test_a_quota_is_like_a_full_disk(template, tmp_path, verb):
    assert fill_up(template, Quota(tmp_path), VERBS[verb], SAMPLED) > 0


OPENED = """
import sys
from pathlib import Path
from fieldapp.domain.errors import EnvironmentProblem
from tests.sync.exchange import Side
try:
    side = Side.opened(Path(sys.argv[1]))
    print("shown", len(side.services.activities.page(side.actor).items))
    try:
        print("saved", side.plan())
    finally:
        side.home.close()
        print("closed")
except EnvironmentProblem as problem:
    print(problem.code)
"""


def opened(home: Path) -> list[str]:
    """What a program of its own says that opens a home: one that maps a page it cannot have is killed."""
    done = subprocess.run(
        [sys.executable, "-c", OPENED, str(home)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.fixture(params=["disk", "quota"])
def narrow(request, tmp_path):
    """A small disk, and a quota in its place."""
    if request.param == "quota":
        yield Quota(tmp_path)
        return
    with small_disk(tmp_path / "disk") as found:
        yield found


@pytest.fixture
def full(template, narrow):
    """Homes as a kill leaves them, with a record, on a disk where only they are."""
    exchange = Exchange.copied(template, narrow.folder / "homes")
    VERBS["undo"].before(exchange)
    shutil.copytree(exchange.root, narrow.folder / "full")
    exchange.close()
    return narrow.folder / "full"


def test_a_centre_on_a_full_disk_opens_shows_what_it_holds_and_says_that_nothing_is_saved(full, narrow):
    with narrow.leaving(0):
        shown, one, *rest = opened(full / "centre")
    assert (shown, one, rest[:-1]) == ("shown", "1", ["closed"])
    assert rest[-1] in FULL[type(narrow)]
    ballast = full / "centre" / "ballast"
    ballast.write_bytes(bytes(BALLAST_BYTES))
    with narrow.leaving(2000):
        assert opened(full / "centre")[2] == "saved"
        assert ballast.stat().st_size == (0 if isinstance(narrow, SmallDisk) else BALLAST_BYTES)
    assert opened(full / "centre")[2] == "saved"
    assert ballast.stat().st_size == BALLAST_BYTES


def test_an_office_on_a_full_disk_says_so_and_opens_with_the_ballast_it_gives_back(full, narrow):
    with narrow.leaving(0):
        assert opened(full / "hq")[-1] in FULL[type(narrow)]
    (full / "hq" / "ballast").write_bytes(bytes(BALLAST_BYTES))
    with narrow.leaving(0 if isinstance(narrow, SmallDisk) else 2000):
        assert opened(full / "hq")[2] == "saved"
