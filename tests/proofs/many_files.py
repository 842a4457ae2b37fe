"""900 files on a stick, 3 damaged, 50 repeats, 20 photographs and 5 receipts among them."""

from pathlib import Path

from tests.sync.many_files import check_stick, make_stick

SAMPLE = 1
WHOLE = 1


def prove(_seed: int, folder: Path) -> None:
    """One stick."""
    hq, stick, expected = make_stick(folder, good=822, damaged=3, repeats=50, pictures=20, receipts=5)
    try:
        check_stick(hq, stick, expected)
    finally:
        hq.home.close()
