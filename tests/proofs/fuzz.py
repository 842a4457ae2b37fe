"""Ten million damaged inputs for the parsers of what stands inside a sync file: each is taken or refused."""

from pathlib import Path

from tests.sync.fuzzing import check

RUNS = 10_000
SAMPLE = 20
WHOLE = 1000


def prove(seed: int, _folder: Path) -> None:
    """Ten thousand of them."""
    check(seed, RUNS)
