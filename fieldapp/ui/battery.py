"""Whether the computer runs on its battery, how full that is, and what follows when it is nearly empty.

Qt does not know; Linux lists its supplies in a folder, Windows has a call.
"""

import ctypes
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

SUPPLIES = Path("/sys/class/power_supply")
NEARLY_EMPTY = 10
"""From this percentage on nothing is begun in the background (product promise A18)."""

_NOT_ON_MAINS = 0
_LOOK_EVERY_MS = 30_000


class BatteryWatch(QObject):
    """level: percent while the computer runs on its battery, None on mains. nearly_empty: it is time to save.

    back: it is on mains again, or charged above the limit, after having been nearly empty.
    """

    level = Signal(object)
    nearly_empty = Signal(int)
    back = Signal()

    def __init__(self, supplies: Path, parent: QObject) -> None:
        """supplies: the folder in which Linux lists its power supplies."""
        super().__init__(parent)
        self._supplies = supplies
        self._low = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Look now, and tell of it."""
        percent = percent_on_battery(self._supplies)
        self.level.emit(percent)
        low = percent is not None and percent <= NEARLY_EMPTY
        if low and not self._low:
            self.nearly_empty.emit(percent)
        elif self._low and not low:
            self.back.emit()
        self._low = low


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
