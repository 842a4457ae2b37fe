"""Putting a file in its place: no half file ever stands under a final name, and nothing is overwritten.

Written as `.part`, flushed to the medium, closed, looked at again, renamed, and the folder flushed: of four
ways tried it is the only one that left no torn or missing file after a crash. A stick may lie; what was
copied to it is read again past the operating system's memory of it.
"""

import errno
import hashlib
import mmap
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import product, takewhile
from pathlib import Path
from typing import IO, NamedTuple

from fieldapp.domain.results import surroundings

if sys.platform == "darwin":
    import fcntl

SUFFIX = ".fieldsync"
MAX_NAME = 64
_CHUNK = 1 << 20

_CODES = {
    "disk_full": (errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
    "read_only": (errno.EROFS, errno.EACCES, errno.EPERM),
    "stick_gone": (errno.ENOENT, errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOTDIR, errno.ENOTCONN),
    "busy": (errno.EBUSY, errno.ETXTBSY),
}
# Windows has finer words for some of what Python folds into one errno.
_WINDOWS_CODES = {
    "disk_full": (39, 112),
    "read_only": (19,),
    "stick_gone": (3, 15, 21, 55, 1167),
    "busy": (32, 33),
}
# A virus scanner may hold a new file for a moment.
_PATIENCE = (0.1, 0.3, 1.0, 3.0, 5.0) if os.name == "nt" else ()


class Placed(NamedTuple):
    """A file in its place. sha256: of all its bytes, 64 hex; size: in bytes."""

    path: Path
    sha256: str
    size: int


def file_name(stem: str, batch: int, part: int, of: int, day: str) -> str:
    """'CENTRE-A_0042_1of1_2026-11-20.fieldsync': ASCII, safe on FAT, with room for '_b', '_c' within 64.

    stem: who wrote it, e.g. the CSC ID and the installation's letter; what FAT does not bear becomes '-'.
    day: ISO date, for people only.
    """
    tail = f"_{batch:04}_{part}of{of}_{day}"
    head = re.sub(r"[^A-Za-z0-9-]+", "-", stem)
    return head[: MAX_NAME - len(tail) - len("_bb") - len(SUFFIX)] + tail + SUFFIX


def code_of(error: OSError) -> str:
    """The result code of what the operating system said, or '' for what is nobody's surroundings."""
    windows = getattr(error, "winerror", None)
    for code, numbers in _WINDOWS_CODES.items():
        if windows in numbers:
            return code
    return next((code for code, numbers in _CODES.items() if error.errno in numbers), "")


@contextmanager
def speaking_of(place: Path) -> Iterator[None]:
    """Turns an OSError of the surroundings into an EnvironmentProblem that names `place`."""
    try:
        yield
    except OSError as error:
        if code := code_of(error):
            raise surroundings(code, place=str(place)) from error
        raise


@contextmanager
def part_file(target: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A new `.part` beside `target`, open for writing; removed when the block fails."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        # Exclusive: a link that somebody left on the stick under this name is never written through.
        with part.open("xb") as file:
            yield part, file
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def keep(file: IO[bytes]) -> None:
    """Flush a file to the medium."""
    file.flush()
    os.fsync(file.fileno())


def settle(part: Path, target: Path) -> Path:
    """Rename `part` to `target`, or to `…_b`, `…_c` where that name is taken, and flush the folder."""
    for name in _names(target):
        with suppress(FileExistsError):
            if not name.exists():
                patiently(partial(_rename, part, name))
                _keep_folder(target.parent)
                return name
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))


def _names(target: Path) -> Iterator[Path]:
    yield target
    letters = "bcdefghijklmnopqrstuvwxyz"
    for ending in (*letters, *map("".join, product(letters, letters))):
        yield target.with_stem(f"{target.stem}_{ending}")


def _rename(part: Path, free: Path) -> None:
    """Never replaces: where there are links, making one fails if the name is taken; so does Windows' rename.

    FAT has no links; there the name was free a moment ago and the stick is in nobody else's hands.
    """
    if os.name != "nt":
        try:
            free.hardlink_to(part)
        except FileExistsError:
            raise
        except OSError:
            part.rename(free)
        else:
            part.unlink()
    else:
        part.rename(free)


def patiently(action: Callable[[], None], patience: Sequence[float] = _PATIENCE) -> None:
    """Do it again after each of these seconds while it meets a PermissionError; the last one is raised."""
    for seconds in patience:
        try:
            return action()
        except PermissionError:
            time.sleep(seconds)
    return action()


def _keep_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_past_cache(path: Path) -> Iterator[bytes]:
    """The bytes of a file as the medium holds them, as far as the system lets a program ask for that.

    Linux: read directly, and where the file system knows no such way (as in memory), after what is remembered
    of the file was dropped; macOS: not remembered. Windows gives what it gives: its unbuffered reads want
    the sectors of each drive, and a stick is written through there unless somebody changed that.
    """
    if (direct := _opened_directly(path)) is not None:
        yield from _directly(direct)
        return
    with path.open("rb") as file:
        if sys.platform == "darwin":
            fcntl.fcntl(file.fileno(), fcntl.F_NOCACHE, 1)
        elif hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while chunk := file.read(_CHUNK):
            yield chunk


def _opened_directly(path: Path) -> int | None:
    """A descriptor that reads past the memory of the system; None where there is no such thing."""
    if not hasattr(os, "O_DIRECT"):
        return None
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECT)
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.EOPNOTSUPP):
            return None
        raise


def _directly(descriptor: int) -> Iterator[bytes]:
    """All of a file in pieces whose place in memory suits the drive; a short one is the last."""
    try:
        with mmap.mmap(-1, _CHUNK) as piece:
            while (read := os.readv(descriptor, [piece])) == _CHUNK:
                yield piece[:]
            yield piece[:read]
    finally:
        os.close(descriptor)


def copy_verified(
    source: Path, folder: Path, name: str, read_back: Callable[[Path], Iterator[bytes]] = read_past_cache
) -> Placed:
    """Copy a file to a stick, read it again and compare; only then may one say 'safe to remove'.

    The same file is not written twice, another one of its name is never overwritten. Raises
    EnvironmentProblem: disk_full, read_only, stick_gone, not_kept, busy.
    """
    with speaking_of(source.parent):
        content = source.read_bytes()
    return put_verified(content, folder, name, read_back)


def put_verified(
    content: bytes, folder: Path, name: str, read_back: Callable[[Path], Iterator[bytes]] = read_past_cache
) -> Placed:
    """Write the bytes of a file to a stick, as `copy_verified` does."""
    wanted, target = hashlib.sha256(content).hexdigest(), folder / name

    def kept(path: Path) -> bool:
        digest = hashlib.sha256()
        for chunk in read_back(path):
            digest.update(chunk)
        return digest.hexdigest() == wanted

    with speaking_of(folder):
        for taken in takewhile(Path.is_file, _names(target)):
            if taken.stat().st_size == len(content) and kept(taken):
                return Placed(taken, wanted, len(content))
        with part_file(target) as (part, file):
            file.write(content)
            keep(file)
            file.close()
            if not kept(part):
                raise surroundings("not_kept", place=str(folder))
            return Placed(settle(part, target), wanted, len(content))
