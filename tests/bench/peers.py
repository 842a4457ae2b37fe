"""Other programs that carry rows from one database file to another, beside ours: `pygeodiff`.

It is no part of the program or its tests: it has a virtual environment of its own (pip install pygeodiff)
whose Python is named in FIELDAPP_PEERS. Without it the table says that it is not there.
"""

import os
import shutil
import subprocess
from pathlib import Path

from tests.bench.floor import RawDatabase

WHERE = os.environ.get("FIELDAPP_PEERS", "")
ABSENT = "pygeodiff is not there (FIELDAPP_PEERS)"

_GEODIFF = """
import sys, time
import pygeodiff
before, after, changes = sys.argv[1:4]
geodiff = pygeodiff.GeoDiff()
begin = time.perf_counter()
geodiff.create_changeset(before, after, changes)
made = time.perf_counter()
geodiff.apply_changeset(before, changes)
print(made - begin, time.perf_counter() - made)
"""


class Geodiff:
    """How long it takes what lies in one plain SQLite file and not in another into a changeset, and from
    that into a copy of the other.
    """

    def __init__(self, before: Path, after: Path) -> None:
        self._before, self._after = before, after

    def run(self) -> tuple[float, float]:
        """Seconds for making the changeset and for applying it, without starting Python."""
        copy, changes = self._before.with_name("copy"), self._before.with_name("changes")
        shutil.copy(self._before, copy)
        changes.unlink(missing_ok=True)
        files = [str(copy), str(self._after), str(changes)]
        said = subprocess.run([WHERE, "-c", _GEODIFF, *files], check=True, capture_output=True, text=True)
        made, applied = map(float, said.stdout.split())
        return made, applied


def plain(raw: RawDatabase) -> None:
    """Close a database so that others can open its file."""
    raw.raw.execute("PRAGMA locking_mode = normal")
    raw.raw.execute("PRAGMA journal_mode = delete")
    raw.raw.close()
