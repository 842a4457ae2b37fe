"""How long work says how far it is, and hears that it should stop."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Called with what is done and what there is in all."""

Cancelled = Callable[[], bool]
"""Asked between two steps: whether to stop here."""


def silent(_done: int, _total: int) -> None:
    """Progress nobody looks at."""


def never() -> bool:
    """Work nobody stops."""
    return False


class Stopped(Exception):
    """Somebody stopped a step in its middle; it leaves nothing behind."""


def until(cancel: Cancelled, some: Iterable[T]) -> Iterator[T]:
    """The same, one after the other, for a step that takes long. Raises Stopped when it is to end."""
    for one in some:
        if cancel():
            raise Stopped
        yield one
