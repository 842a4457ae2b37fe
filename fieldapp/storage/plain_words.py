"""What an engine says of its surroundings (disk, lock, key, server), in a sentence a person can act on."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
import sqlcipher3

from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.domain.text import Text

_DISK_FULL = Text("The disk is full. Nothing was saved.")
_MAKE_ROOM = Text("What was saved before is safe. Make room on the disk and try again.")
_NO_SHARED_MEMORY = 10 | 19 << 8  # where the log is shared, opening it wants room
_SQLITE_WORDS: dict[int, tuple[str, Text, Text]] = {
    13: ("disk_full", _DISK_FULL, _MAKE_ROOM),
    _NO_SHARED_MEMORY: ("disk_full", _DISK_FULL, _MAKE_ROOM),
    8: (
        "read_only",
        Text("The database cannot be written."),
        Text("What was saved before is safe. Check the rights on the folder of the home."),
    ),
    5: (
        "busy",
        Text("This home is already open in another window."),
        Text("Use that window, or close it first."),
    ),
    10: (
        "disk_error",
        Text("The disk reported an error. Nothing was saved."),
        Text("What was saved before is safe. Make a backup to another disk now."),
    ),
    11: (
        "damaged",
        Text("The database is damaged."),
        Text("Do not go on typing. Restore the newest backup; the damaged file is kept."),
    ),
    26: (
        "no_key",
        Text("The key does not open this database."),
        Text("Check the passphrase, and that the database belongs to this home."),
    ),
}


def disk_full() -> EnvironmentProblem:
    """What is said where there is no room left."""
    return EnvironmentProblem(_DISK_FULL, _MAKE_ROOM, "disk_full")


@contextmanager
def plain_words(driver: Any) -> Iterator[None]:
    """Turn what the engine says about the surroundings into a sentence; bugs pass through unchanged.

    driver: the engine's DBAPI module, for statements that go past SQLAlchemy.
    """
    try:
        yield
    except (sa.exc.DBAPIError, driver.DatabaseError) as error:
        original = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        extended = getattr(original, "sqlite_errorcode", 0)
        code = extended if extended in _SQLITE_WORDS else extended & 0xFF
        if code in _SQLITE_WORDS:
            name, title, advice = _SQLITE_WORDS[code]
            raise EnvironmentProblem(title, advice, name) from error
        if isinstance(original, sqlcipher3.dbapi2.DatabaseError) and "not a database" in str(original):
            raise EnvironmentProblem(*_SQLITE_WORDS[26][1:], "no_key") from error
        if getattr(original, "sqlstate", "") == "53100":
            raise disk_full() from error
        if getattr(original, "sqlstate", "") == "40P01":
            raise EnvironmentProblem(
                Text("Another officer is at work on the same records."),
                Text("Nothing of this was saved. Try again."),
                "busy",
            ) from error
        if isinstance(original, driver.OperationalError) and getattr(original, "sqlstate", "x") in (None, ""):
            raise EnvironmentProblem(
                Text("The database server does not answer."),
                Text("Check that it runs and that the address is right, then try again."),
                "server_gone",
            ) from error
        raise
    except MemoryError as error:
        raise EnvironmentProblem(
            Text("The computer has no memory left for this. Nothing was saved."),
            Text("What was saved before is safe. Close other programs, or start the computer anew."),
            "no_memory",
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise disk_full() from error
        raise
