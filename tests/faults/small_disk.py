"""Disks on which there is room for so many more pages and no more.

A file system of its own in memory where this process may mount one; anywhere, a quota (RLIMIT_FSIZE): the
system then refuses to let a file grow, with EFBIG instead of ENOSPC.
"""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAGE = 4096
_SIZE = 64 << 20
_FILLER = "filler"


class SmallDisk:
    """A file system in memory; what is left of it is taken up by a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def leaving(self, pages: int) -> Iterator[None]:
        """Only so many pages are free inside the block."""
        filler = self.folder / _FILLER
        free = os.statvfs(self.folder).f_bavail - pages
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, free) * PAGE)
        try:
            yield
        finally:
            filler.unlink()


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


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk | Quota]:
    """A new disk in that folder, or a quota where nothing may be mounted."""
    folder.mkdir()
    size = f"size={_SIZE}"
    command = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        yield Quota(folder)
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
