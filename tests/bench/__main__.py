"""Run every benchmark, or those named: `python -m tests.bench saving`."""

import importlib
import sys
import tempfile
from pathlib import Path

from tests.bench.measure import table

ALL = ("starting", "saving", "keying", "exchange", "searching", "slow_disk")


def main(names: list[str]) -> None:
    found = []
    for name in names or ALL:
        with tempfile.TemporaryDirectory() as folder:
            found += list(importlib.import_module(f"tests.bench.{name}").lines(Path(folder)))
    print(table(found))


if __name__ == "__main__":
    main(sys.argv[1:])
