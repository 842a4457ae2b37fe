"""Every benchmark runs, on few rows: what it measures is judged by people, that it works is proved here."""

import os
import subprocess
import sys
from pathlib import Path

from tests.bench.__main__ import ALL

SAMPLE = WHOLE = len(ALL)
SMALL = {
    "FIELDAPP_BENCH_SESSIONS": "10",
    "FIELDAPP_BENCH_PEOPLE": "800",
    "FIELDAPP_BENCH_MODEL": "400",
    "FIELDAPP_PEERS": "",
    "QT_QPA_PLATFORM": "offscreen",
}


def prove(seed: int, _folder: Path) -> None:
    """One benchmark, in a process and a folder of its own: a server's user must get into that."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", ALL[seed]],
        env=os.environ | SMALL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{ALL[seed]}\n{done.stderr[-4000:]}"
    assert "goal" in done.stdout, ALL[seed]
