"""Programs that are told another time than it is, by libfaketime."""

from pathlib import Path

YEARS = ("1970-01-01 06:00:00", "2009-01-01 00:00:00", "2038-01-20 00:00:00", "2099-12-31 23:59:00")
"""India's time: what a computer without its battery, or with a slip of a hand, believes."""


def at_clock(time: str, zone: str = "Asia/Kolkata") -> dict[str, str]:
    """The surroundings of a program whose clock goes on from that time, in a zone."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    assert found, "libfaketime is missing: ./dev test installs it"
    return {
        "LD_PRELOAD": str(found[0]),
        "FAKETIME": f"@{time}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
        "TZ": zone,
    }
