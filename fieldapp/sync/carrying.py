"""Receipts for others: kept unopened where they pass, and put on the next stick that is made here.

So a receipt that was left with one centre reaches its neighbour with whoever comes by. Only what an office
known here has signed is kept, of each computer the two that came last (their numbers decide nothing); nothing
of it can be read here. What is carried lies in files of the home, and is no part of its records.
"""

from pathlib import Path

from fieldapp.storage.home import Home, write_durably
from fieldapp.sync.sync_file import Kind, Outer, Placed, Trust, file_name
from fieldapp.sync.sync_file_place import SUFFIX, copy_verified, speaking_of

OF_EACH = 2
MOST = 3000
MOST_BYTES = 256 << 20
"""More than a block's receipts; beyond it what came first goes."""


class Carried:
    """What a home carries for others."""

    def __init__(self, home: Home) -> None:
        self._folder = home.folder / "carried"

    def keep(self, outer: Outer, content: bytes) -> bool:
        """Keep a receipt for another computer; whether it is carried now, or has been all along.

        Left alone is what no known office has signed, and what is no receipt.
        """
        if outer.kind is not Kind.RECEIPT or outer.trust is not Trust.KNOWN:
            return False
        whom = f"{outer.header.recipients[0]}-{outer.key[:8]}"
        before = sorted(self._folder.glob(f"{whom}-*{SUFFIX}"), key=_came)
        path = self._folder / f"{whom}-{outer.header.batch:08}-{outer.sha256[:16]}{SUFFIX}"
        if path in before:
            return True
        with speaking_of(self._folder):
            self._folder.mkdir(exist_ok=True)
            write_durably(path, content)
        for older in before[: 1 - OF_EACH]:
            older.unlink(missing_ok=True)
        self._tidy()
        return True

    def files(self) -> tuple[Path, ...]:
        """What is carried now."""
        return tuple(sorted(self._folder.glob(f"*{SUFFIX}")))

    def put_on(self, folder: Path, lying_there: frozenset[str] = frozenset()) -> tuple[Placed, ...]:
        """Put on a stick what is carried, each read back and compared.

        lying_there: beginnings (16 hex) of the SHA-256 of files that need not be written. Raises
        EnvironmentProblem as `copy_verified`.
        """
        return tuple(
            copy_verified(path, folder, _name_on_a_stick(path))
            for path in self.files()
            if _hash(path) not in lying_there
        )

    def _tidy(self) -> None:
        """Let go of what came first where it is too much."""
        found = sorted(self.files(), key=_came, reverse=True)
        room = MOST_BYTES
        for n, path in enumerate(found):
            room -= path.stat().st_size
            if n >= MOST or room < 0:
                path.unlink(missing_ok=True)


def _came(path: Path) -> tuple[int, str]:
    return path.stat().st_mtime_ns, path.name


def _number(path: Path) -> int:
    return int(path.stem.split("-")[-2])


def _hash(path: Path) -> str:
    return path.stem.split("-")[-1]


def _name_on_a_stick(path: Path) -> str:
    """For people: that it is a receipt, and which; whom it is for its content says."""
    return file_name(f"receipt-{path.stem[:8]}", _number(path), 1, 1, "carried")
