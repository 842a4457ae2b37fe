"""The tests of the exchange on computers whose clock is wrong: at 1970, 2009, 2038 and 2099."""

import os
import subprocess
import sys
from pathlib import Path

from tests.faults.wrong_clock import YEARS, at_clock

TESTS = Path(__file__).resolve().parent.parent / "sync"
LEFT_OUT = (
    "test_exchange_model.py",
    "test_broken_protocols.py",
    "test_officers.py",
    "test_joining.py",
    "test_findings.py",
    "test_registry.py",
    "test_wrong_clock.py",
)
"""They set clocks themselves, say what is found of wrong ones, or start a server; so do tests with one of
the words below, or they wait: libfaketime does not wake them again."""

MODULES = sorted(path for path in TESTS.glob("test_*.py") if path.name not in LEFT_OUT)
SAMPLE = 0  # the suite plays whole round trips at each of these clocks
WHOLE = len(YEARS) * len(MODULES)


def prove(seed: int, folder: Path) -> None:
    """One module of tests at one clock."""
    turn, which = divmod(seed, len(MODULES))
    module, year = MODULES[which], YEARS[(turn + which) % len(YEARS)]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        "not postgresql and not on_a_server and not virus_scanner",
        str(module),
    ]
    environment = os.environ | {"TMPDIR": str(folder)} | at_clock(year)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{module.name} at {year}\n{done.stdout[-4000:]}"
