"""How long work says how far it is, and hears that it should stop."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with what is done and what there is in all."""

Cancelled = Callable[[], bool]
"""Asked between two steps: whether to stop here."""


def silent(_done: int, _total: int) -> None:
    """Progress nobody looks at."""


def never() -> bool:
    """Work nobody stops."""
    return False
