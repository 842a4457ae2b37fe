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
empty, full, changes = sys.argv[1:4]
geodiff = pygeodiff.GeoDiff()
begin = time.perf_counter()
geodiff.create_changeset(empty, full, changes)
made = time.perf_counter()
geodiff.apply_changeset(empty, changes)
print(made - begin, time.perf_counter() - made)
"""


class Geodiff:
    """Rows in a plain SQLite file; how long they take into a changeset, and from it into an empty file."""

    def __init__(self, folder: Path, rows: dict[str, list[tuple]]) -> None:
        self._folder = folder
        folder.mkdir()
        for name, found in (("empty", {}), ("full", rows)):
            database = RawDatabase(folder / name, None)
            database.insert({table: found.get(table, []) for table in rows})
            database.raw.execute("PRAGMA locking_mode = normal")
            database.raw.execute("PRAGMA journal_mode = delete")
            database.raw.close()

    def run(self) -> tuple[float, float]:
        """Seconds for making the changeset and for applying it, without starting Python."""
        shutil.copy(self._folder / "empty", self._folder / "copy")
        (self._folder / "changes").unlink(missing_ok=True)
        files = [str(self._folder / name) for name in ("copy", "full", "changes")]
        said = subprocess.run([WHERE, "-c", _GEODIFF, *files], check=True, capture_output=True, text=True)
        made, applied = map(float, said.stdout.split())
        return made, applied
