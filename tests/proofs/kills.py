"""kill -9 at a random moment of typing: no acknowledged save is lost."""

from pathlib import Path

from tests.faults.killing import kill_while_saving

SAMPLE = 200
WHOLE = 10_000


def prove(seed: int, folder: Path) -> None:
    """One kill."""
    kill_while_saving(folder / "home", seed)
