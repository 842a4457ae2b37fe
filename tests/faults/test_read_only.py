"""A home that may not be written is not opened, nothing in it changes, and it is said what to do."""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from fieldapp.app import FrontDoor
from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.homes import open_home
from fieldapp.language import Language
from tests.faults.killing import make_home
from tests.robots.robot import Robot


def listed(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@contextmanager
def without_the_right(path: Path):
    """A file or folder nobody may write, not even root: it is mounted on itself, read-only."""
    mode = path.stat().st_mode
    path.chmod(mode & ~0o222)
    mounted = not os.geteuid()
    if mounted:
        subprocess.run(["mount", "--bind", "-o", "ro", str(path), str(path)], check=True)
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(path)], check=True)
        path.chmod(mode)


@pytest.mark.parametrize("what", [".", "fieldapp.db"])
def test_a_home_that_may_not_be_written_says_so_and_stays_as_it_is(tmp_path, what):
    home = tmp_path / "home"
    make_home(home)
    before = listed(home)
    with without_the_right(home / what), pytest.raises(EnvironmentProblem) as refused:
        open_home(home)
    assert refused.value.code == "read_only"
    assert listed(home) == before
    for code in ("en", "hi"):
        assert str(home) in Language.named(code).render(refused.value.advice)
    open_home(home).close()


def test_the_window_says_it_in_both_languages_and_opens_when_the_protection_is_off(qtbot, tmp_path):
    home = tmp_path / "home"
    make_home(home)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "computer"))
    door = FrontDoor(home, language="en", practice=True)
    try:
        door.window.show()
        robot = Robot(door.window)
        with without_the_right(home):
            door.begin()
            qtbot.waitUntil(lambda: "read-only" in robot.read_window(), timeout=30_000)
        assert "Take the write protection off" in robot.read_window()
        assert door.window.page is None
        robot.press_button("Try again")
        qtbot.waitUntil(lambda: door.window.page is not None, timeout=30_000)
    finally:
        door.window.close()
        door.close()
        door.window.deleteLater()
