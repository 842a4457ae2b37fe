"""Disks on which there is room for so many more pages and no more.

A file system of its own where this process may mount one: ext4 in a file, or in memory where there are no
loop devices. And anywhere, a quota (RLIMIT_FSIZE): the system then refuses to let a file grow, with EFBIG
instead of ENOSPC. Root who asks for a disk gets one or an error, never a quota in its place.
"""

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAGE = 4096
_SIZE = 64 << 20
_FILLER = "filler"
_EXT4 = ["mkfs.ext4", "-q", "-F", "-m", "0", "-b", str(PAGE), "-O", "^has_journal"]
"""Without a journal and without room kept for root: what is free is what can be written."""


class SmallDisk:
    """A file system; what is left of it is taken up by a file. kind: ext4 or tmpfs."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder = folder
        self.kind = kind

    @contextmanager
    def leaving(self, pages: int) -> Iterator[None]:
        """Only so many pages are free inside the block."""
        filler = self.folder / _FILLER
        free = os.statvfs(self.folder).f_bavail - pages
        try:
            with filler.open("wb") as file:
                while free > 0 and not _taken(file.fileno(), free):
                    free -= 1  # the file system needs some of it to say where the filler lies
            yield
        finally:
            filler.unlink()


def _taken(file: int, pages: int) -> bool:
    try:
        os.posix_fallocate(file, 0, pages * PAGE)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
    return True


class Quota:
    """No file may become longer than so many pages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def leaving(self, pages: int) -> Iterator[None]:
        """No file becomes longer than that inside the block; what is longer already stays as it is."""
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (pages * PAGE, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


class MayNotMount(Exception):
    """Root was refused a file system: then nothing here would show what a full disk does."""


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk | Quota]:
    """A new disk in that folder; who is not root may mount nothing, and gets a quota.

    Raises MayNotMount.
    """
    folder.mkdir()
    if os.geteuid() != 0:
        print("no small disk but a quota: only root may mount one", file=sys.stderr)
        yield Quota(folder)
        return
    image = folder.with_name(f"{folder.name}.ext4")
    kind = _mounted(folder, image)
    try:
        yield SmallDisk(folder, kind)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        image.unlink(missing_ok=True)


def _mounted(folder: Path, image: Path) -> str:
    """What kind of file system lies there now."""
    try:
        with image.open("wb") as file:
            file.truncate(_SIZE)
        _run([*_EXT4, str(image)])
        _run(["mount", "-o", "loop", str(image), str(folder)])
        (folder / "lost+found").rmdir()
    except MayNotMount as refusal:
        image.unlink()
        print(f"a small disk in memory, for a loop file system is refused: {refusal}", file=sys.stderr)
        _run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(folder)])
        return "tmpfs"
    return "ext4"


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, capture_output=True, check=True, text=True)
    except FileNotFoundError as missing:
        raise MayNotMount(f"{command[0]} is not here") from missing
    except subprocess.CalledProcessError as failed:
        raise MayNotMount(failed.stderr.strip()) from failed
