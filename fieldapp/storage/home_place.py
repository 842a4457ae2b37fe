"""Where a home may lie: on the computer's own disk.

A database on a network drive is damaged by locks that hold there only in name (sqlite.org/howtocorrupt, 2.1);
a stick is pulled out while somebody types; a program that copies a folder to the internet copies the database
and its log at different moments. Sync files and papers may lie anywhere.
"""

import ctypes
import sys
from pathlib import Path

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text

MOUNTS = Path("/proc/self/mountinfo")
STICKS_BELOW = ("/media/", "/run/media/")
"""Where desktops put the sticks that are put in."""

_NETWORK = frozenset(("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "davfs", "fuse.sshfs"))
_CLOUDS = ("onedrive", "dropbox", "google drive", "googledrive", "icloud drive", "iclouddrive", "nextcloud")
_REMOVABLE, _REMOTE = 2, 4  # GetDriveTypeW

ON_NETWORK = Text("This folder lies on a network drive.")
ON_STICK = Text("This folder lies on a stick.")
IN_CLOUD = Text("Another program copies this folder to the internet.")


def refuse_unsafe_place(folder: Path, mounts: Path = MOUNTS) -> None:
    """Raise InvalidInput 'unsafe_place' for a folder in which records could be lost.

    mounts: Linux' list of what is mounted where.
    """
    if (why := _why_unsafe(folder.absolute(), mounts)) is not None:
        raise InvalidInput(
            why,
            Text(
                "No home was made in {folder}: records can be lost there. Choose a folder on the computer's"
                " own disk; files for head office may still be put there.",
                folder=str(folder),
            ),
            "unsafe_place",
        )


def _why_unsafe(folder: Path, mounts: Path) -> Text | None:
    if any(part.casefold().startswith(_CLOUDS) for part in folder.parts):
        return IN_CLOUD
    if sys.platform == "win32":
        return {_REMOTE: ON_NETWORK, _REMOVABLE: ON_STICK}.get(_drive(folder))
    place, kind = _mounted(folder.resolve(), mounts)
    if kind in _NETWORK:
        return ON_NETWORK
    return ON_STICK if f"{place}/".startswith(STICKS_BELOW) else None


def _drive(folder: Path) -> int:
    """Of what kind Windows says that the drive of a folder is; 0 where there is no Windows."""
    if sys.platform == "win32":
        return int(ctypes.windll.kernel32.GetDriveTypeW(f"{folder.drive}\\"))
    return 0


def _mounted(folder: Path, mounts: Path) -> tuple[str, str]:
    """Where the file system of a folder is mounted, and of what kind it is; ('', '') where nobody knows."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return "", ""
    found = {}
    for line in lines:
        before, _, after = line.partition(" - ")
        place = before.split(" ")[4].replace("\\040", " ")
        if folder.is_relative_to(place):
            found[place] = after.split(" ", 1)[0]
    deepest = max(found, key=len, default="")
    return deepest, found.get(deepest, "")
