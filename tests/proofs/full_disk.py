"""A disk that is full at any page of export, copy, import, undo, answer and receipt, and a quota like it."""

from pathlib import Path

from tests.faults.full_disk import VERBS, fill_up
from tests.faults.small_disk import Quota, small_disk
from tests.sync.exchange import make_template

SAMPLE = WHOLE = 2 * len(VERBS)


def prove(seed: int, folder: Path) -> None:
    """One verb, every page: on a small disk, or with a quota."""
    (folder / "template").mkdir()
    template, verb = make_template(folder / "template"), [*VERBS.values()][seed // 2]
    if seed % 2:
        fill_up(template, Quota(folder), verb, 1)
        return
    with small_disk(folder / "disk") as disk:
        fill_up(template, disk, verb, 1)
