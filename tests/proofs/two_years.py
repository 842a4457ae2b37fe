"""Two years of twenty centres with 30 % loss, 20 % repeats and five mishaps: head office holds the union."""

from pathlib import Path

from tests.proofs.templates import template
from tests.sync.two_years import LETTERS, Plan, check_years

PLAN = Plan(centres=20, weeks=104, restores=5)
SAMPLE = 0  # the suite plays a shorter one
WHOLE = 20


def prove(seed: int, _folder: Path) -> None:
    """The two years of one seed."""
    check_years(template(LETTERS), PLAN, seed)
