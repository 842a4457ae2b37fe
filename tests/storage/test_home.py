"""Where a home may be made and who may open it; and that making one leaves a whole home or nothing."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fieldapp.domain.errors import EnvironmentProblem, InvalidInput
from fieldapp.homes import new_centre, new_centre_from_pack, open_home, restore_home
from fieldapp.language import Language
from fieldapp.storage.home import is_home, unmake
from fieldapp.storage.home_place import refuse_unsafe_place
from tests.conftest import CENTRE
from tests.faults.small_disk import Quota
from tests.forked import done
from tests.sync.conftest import exchange, template  # noqa: F401

NOBODY = 65534


def make(folder: Path) -> None:
    new_centre(folder, CENTRE, practice=True).close()


def refused(action) -> EnvironmentProblem | InvalidInput:
    with pytest.raises((EnvironmentProblem, InvalidInput)) as trouble:
        action()
    return trouble.value


# ---------------------------------------------------------------- whose it is


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that everybody may enter, unlike those of pytest, and in which everybody may write."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


@contextmanager
def somebody_else(*owned: Path) -> Iterator[None]:
    """Another user of the computer at work; whoever is not root plays them already. owned: what is theirs."""
    root = not os.geteuid()
    for path in owned:
        for one in (path, *path.rglob("*")) if root else ():
            os.chown(one, NOBODY, NOBODY)
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_the_home_of_another_user_is_said_to_be_theirs_and_not_to_be_missing(shared):
    home = shared / "home"
    make(home)
    home.chmod(0o700 if not os.geteuid() else 0)
    try:
        with somebody_else():
            for action in (open_home, is_home, lambda folder: restore_home(folder, shared / "restored")):
                trouble = refused(lambda action=action: action(home))
                assert trouble.code == "no_right"
                for language in ("en", "hi"):
                    assert str(home) in Language.named(language).render(trouble.advice)
    finally:
        home.chmod(0o700)
    open_home(home).close()


@pytest.mark.parametrize("name", ["home.toml", "logins.json", "keys/node.key", "fieldapp.db"])
def test_a_file_of_a_home_that_may_not_be_read_is_said_with_the_folder(shared, name):
    home = shared / "home"
    make(home)
    with somebody_else(home):
        mode = (home / name).stat().st_mode
        (home / name).chmod(0)
        trouble = refused(lambda: open_home(home))
        (home / name).chmod(mode)
        assert trouble.code == ("read_only" if name == "fieldapp.db" else "no_right")
        assert trouble.advice.args["folder"] == str(home)
        open_home(home).close()


def test_where_nothing_may_be_written_no_home_is_made_and_the_place_is_named(shared):
    mine = shared / "mine"
    mine.mkdir(mode=0o555)
    with somebody_else():
        trouble = refused(lambda: make(mine / "home"))
    assert trouble.code == "read_only"
    assert str(mine / "home") in Language.named("en").render(trouble.title)
    assert list(mine.iterdir()) == []


# ---------------------------------------------------------------- all or nothing


def make_until(folder: Path, function: str, when: str) -> None:
    """Make a home, and be killed at that step."""

    def look(frame, event, _argument):
        if (frame.f_code.co_name, event) == (function, when) and "fieldapp" in frame.f_code.co_filename:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(look)
    make(folder)


@pytest.mark.parametrize(
    "step",
    [("write_durably", "return"), ("add_login", "return"), ("put_centre", "return"), ("finish", "return")],
)
def test_killed_while_a_home_is_made_it_is_a_whole_one_or_can_be_made_again(tmp_path, step):
    home = tmp_path / "home"
    assert done(make_until, home, *step).status == -signal.SIGKILL
    if not is_home(home):
        make(home)
    open_home(home).close()
    assert not (home / "home.making").exists()


def unmake_until(folder: Path, n: int) -> None:
    """Take away a home that was just made, and be killed when so many of its files are gone."""
    gone = 0

    def look(frame, event, _argument):
        nonlocal gone
        gone += (frame.f_code.co_name, event) == ("unlink", "return")
        if gone == n:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(look)
    unmake(folder)


@pytest.mark.parametrize("n", range(1, 9))
def test_killed_while_a_home_is_taken_away_one_can_be_made_there(tmp_path, n):
    home = tmp_path / "home"
    make(home)
    assert done(unmake_until, home, n).status == -signal.SIGKILL
    assert not is_home(home)
    make(home)
    open_home(home).close()
    assert not (home / "home.making").exists()


def test_a_pack_that_does_not_fit_takes_only_away_what_was_made(exchange, tmp_path):  # noqa: F811
    hq = exchange.hq
    number = next(one.number for one in hq.services.settings.centres() if one.csc_id)
    pack = hq.enrolment.make_pack(hq.actor, number, tmp_path)
    folder = tmp_path / "documents"
    (folder / "inbox").mkdir(parents=True)
    (folder / "letter.txt").write_text("kept")
    (folder / "inbox" / "mail.txt").write_text("kept")
    no_room = folder / "outbox"
    no_room.write_text("a file where a folder is to be")
    with pytest.raises(FileExistsError):
        new_centre_from_pack(folder, pack.path, pack.words, practice=True)
    no_room.unlink()
    assert sorted(str(one.relative_to(folder)) for one in folder.rglob("*")) == [
        "inbox",
        "inbox/mail.txt",
        "letter.txt",
    ]
    new_centre_from_pack(folder, pack.path, pack.words, practice=True).close()
    assert (folder / "letter.txt").read_text() == "kept"


@pytest.mark.parametrize("pages", [0, 1, 8, 50])
def test_where_there_is_no_room_no_home_is_made_or_restored_and_later_it_is(tmp_path, pages):
    """Without room for the first file, for the ballast, or for the database alone."""
    source, made, restored = (tmp_path / name for name in ("source", "made", "restored"))
    make(source)
    for folder, action in ((made, make), (restored, lambda folder: restore_home(source, folder).close())):
        with Quota(tmp_path).leaving(pages):
            assert refused(lambda folder=folder, action=action: action(folder)).code in (
                "disk_full",
                "disk_error",
            )
        assert not folder.exists()
        assert not list(tmp_path.glob("*.restoring"))
        action(folder)
        open_home(folder).close()
    open_home(source).close()


@pytest.mark.parametrize("left", ["fieldapp.db", "logins.json", "keys"])
def test_what_is_left_of_a_home_is_never_overwritten_by_a_new_one(tmp_path, left):
    home = tmp_path / "home"
    make(home)
    for path in home.iterdir():
        if path.name != left:
            path.rename(tmp_path / path.name)
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert refused(lambda: make(home)).code == "home_exists"
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


# ---------------------------------------------------------------- where it lies

MOUNTS = """\
25 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
90 25 0:40 / /srv/office rw,relatime - cifs //server/office rw
91 25 0:41 / /srv/office\\040two rw,relatime shared:4 - nfs4 server:/two rw
92 90 0:42 / /srv/office/own rw,relatime - ext4 /dev/sdb1 rw
93 25 8:17 / /media/asha/PENDRIVE rw,nosuid - vfat /dev/sdc1 rw
"""


@pytest.mark.parametrize(
    ("folder", "word"),
    [
        ("/srv/office/home", "network"),
        ("/srv/office two/home", "network"),
        ("/media/asha/PENDRIVE/home", "stick"),
        ("/home/asha/OneDrive - CSC/home", "internet"),
        ("/home/asha/Dropbox/home", "internet"),
        ("/srv/office/own/home", ""),
        ("/home/asha/home", ""),
        ("/srv/offices/home", ""),
    ],
)
def test_no_home_is_made_where_records_can_be_lost(tmp_path, folder, word):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    if not word:
        refuse_unsafe_place(Path(folder), mounts)
        return
    with pytest.raises(InvalidInput, match=word) as trouble:
        refuse_unsafe_place(Path(folder), mounts)
    assert trouble.value.code == "unsafe_place"
    assert folder in Language.named("en").render(trouble.value.advice)


def test_a_home_in_a_folder_that_goes_to_the_internet_is_neither_made_nor_restored(tmp_path):
    make(tmp_path / "home")
    folder = tmp_path / "OneDrive" / "home"
    assert refused(lambda: make(folder)).code == "unsafe_place"
    assert refused(lambda: restore_home(tmp_path / "home", folder)).code == "unsafe_place"
    assert not folder.parent.exists()


def test_files_for_head_office_may_be_put_anywhere(exchange):  # noqa: F811
    exchange.stick = exchange.root / "Dropbox"
    exchange.stick.mkdir()
    exchange.centre.start()
    assert exchange.send()[0].is_file()
