"""Ids and keys that are the same again in the next life of the same steps."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def told(seed: int | str) -> Iterator[None]:
    """What the system gives as random bytes follows from that seed meanwhile; another seed gives other keys.

    The encryption of files draws its own, so their hashes are others each time.
    """
    with pytest.MonkeyPatch.context() as meanwhile:
        meanwhile.setattr(os, "urandom", random.Random(seed).randbytes)
        yield
