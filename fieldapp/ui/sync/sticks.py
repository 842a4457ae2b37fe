"""The sticks that are in the computer now."""

import ctypes
import sys
from pathlib import Path

from PySide6.QtCore import QStorageInfo

_MOUNTED_BELOW = ("/media/", "/run/media/")
_REMOVABLE = 2  # GetDriveTypeW


def sticks() -> list[Path]:
    """Where the sticks are found that can be written on; there may be none, or several."""
    return [
        Path(volume.rootPath())
        for volume in QStorageInfo.mountedVolumes()
        if volume.isValid() and volume.isReady() and not volume.isReadOnly() and _is_stick(volume.rootPath())
    ]


def _is_stick(root: str) -> bool:
    if sys.platform == "win32":
        return int(ctypes.windll.kernel32.GetDriveTypeW(root.replace("/", "\\"))) == _REMOVABLE
    return root.startswith(_MOUNTED_BELOW)
