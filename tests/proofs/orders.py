"""A thousand random orders of twenty files, some of them twice: one state hash. Three sets of files."""

from pathlib import Path

from tests.proofs.templates import template
from tests.sync.twenty_files import check_orders

ORDERS, SEEDS = 50, 20
"""So many orders a seed, and so many seeds with the same twenty files."""

SAMPLE = 0  # the suite shuffles the files a few times
WHOLE = 3 * SEEDS


def prove(seed: int, _folder: Path) -> None:
    """Fifty of the thousand orders of one set of files."""
    files, part = divmod(seed, SEEDS)
    check_orders(template(), files, range(part * ORDERS, (part + 1) * ORDERS))
