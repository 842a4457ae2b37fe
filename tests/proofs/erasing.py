"""Ten random lives a seed in which people are erased: who was is nowhere afterwards."""

from pathlib import Path

from tests.proofs.exchange import lives
from tests.sync.erasing_lives import ErasingLives

SAMPLE = 10
WHOLE = 1_000


def prove(number: int, _folder: Path) -> None:
    """The lives of one seed (tests/sync/erasing_lives.py)."""
    lives(number, ErasingLives)
