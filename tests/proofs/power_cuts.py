"""The power is cut after every system call of every verb; what was not flushed is missing or in disorder."""

from pathlib import Path

from tests.faults.full_disk import VERBS
from tests.faults.power_cuts import cut_power
from tests.sync.exchange import make_template

SHARES = 10
SAMPLE = 0  # the suite looks at some disks of each verb
WHOLE = SHARES * len(VERBS)


def prove(seed: int, folder: Path) -> None:
    """A tenth of the disks that one verb may leave."""
    (folder / "template").mkdir()
    share, verb = seed % SHARES, [*VERBS][seed // SHARES]
    cut_power(make_template(folder / "template"), folder, verb, lambda left: left[share::SHARES])
