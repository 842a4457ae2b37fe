"""Whether the computer runs on its battery, and how full that is.

Qt does not know; Linux lists its supplies in a folder, Windows has a call.
"""

import ctypes
import sys
from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")
_NOT_ON_MAINS = 0


def percent_on_battery(supplies: Path = SUPPLIES) -> int | None:
    """How full the battery is while the computer runs on it; None on mains or where nobody can tell."""
    return _windows() if sys.platform == "win32" else _linux(supplies)


def _linux(supplies: Path) -> int | None:
    if not supplies.is_dir():
        return None
    for supply in sorted(supplies.iterdir()):
        try:
            kind = (supply / "type").read_text().strip()
            if kind == "Battery" and (supply / "status").read_text().strip() == "Discharging":
                return int((supply / "capacity").read_text())
        except (OSError, ValueError):
            continue  # a supply that says nothing of itself, as a mouse's
    return None


class _PowerStatus(ctypes.Structure):
    """SYSTEM_POWER_STATUS of Windows."""

    _fields_ = (
        ("on_mains", ctypes.c_ubyte),
        ("flag", ctypes.c_ubyte),
        ("percent", ctypes.c_ubyte),
        ("saver", ctypes.c_ubyte),
        ("seconds", ctypes.c_ulong),
        ("seconds_when_full", ctypes.c_ulong),
    )


def _windows() -> int | None:
    status = _PowerStatus()
    found = ctypes.windll.kernel32.GetSystemPowerStatus(ctypes.byref(status))  # type: ignore[attr-defined]
    known = found and status.on_mains == _NOT_ON_MAINS and status.percent <= 100
    return int(status.percent) if known else None
