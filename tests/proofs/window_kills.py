"""kill -9 while somebody types in the real window: all is there but two seconds of typing."""

from pathlib import Path

from tests.faults.window_killing import kill_while_typing

SAMPLE = 20
WHOLE = 200


def prove(seed: int, folder: Path) -> None:
    """One kill."""
    kill_while_typing(folder / "home", seed)
