"""The homes that lives begin with: made once in a process, whatever it proves."""

import atexit
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.sync.exchange_machine import make_template


@cache
def _folder() -> TemporaryDirectory[str]:
    """Gone when the process ends."""
    found = TemporaryDirectory(prefix="templates")
    atexit.register(found.cleanup)
    return found


@cache
def template(names: str = "ab", **given: bool) -> Path:
    """What `make_template` makes of the same; to be copied, never opened."""
    root = Path(_folder().name) / " ".join([names, *sorted(one for one, on in given.items() if on)])
    root.mkdir()
    return make_template(root, names, **given)
