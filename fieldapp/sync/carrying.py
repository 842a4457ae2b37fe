"""Receipts for others: kept unopened where they pass, and put on the next stick that is made here.

So a receipt that was left with one centre reaches its neighbour with whoever comes by. Only what an office
known here has signed is kept, of each computer the two that came last (their numbers decide nothing); nothing
of it can be read here. What is carried lies in files of the home, and is no part of its records.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fieldapp.storage.home import Home
from fieldapp.sync.sync_file import Kind, Outer, Placed, Trust, file_name
from fieldapp.sync.sync_file_place import SUFFIX, part_file, put_verified, speaking_of

OF_EACH = 2
MOST = 3000
MOST_BYTES = 256 << 20
"""More than a block's receipts; beyond it what came first goes."""


class Carried:
    """What a home carries for others."""

    def __init__(self, home: Home) -> None:
        self._folder = home.folder / "carried"

    @contextmanager
    def passing(self) -> Iterator["Passing"]:
        """While the receipts of a stick go by, however many they are: the folder is looked through once."""
        passing = Passing(self._folder)
        yield passing
        if passing.kept:
            self._tidy()

    def files(self) -> tuple[Path, ...]:
        """What is carried now."""
        return tuple(sorted(self._folder.glob(f"*{SUFFIX}")))

    def put_on(self, folder: Path, lying_there: frozenset[str] = frozenset()) -> tuple[Placed, ...]:
        """Put on a stick what is carried, each read back and compared.

        lying_there: beginnings (16 hex) of the SHA-256 of files that need not be written. Raises
        EnvironmentProblem as `copy_verified`.
        """
        placed = []
        for path in self.files():
            if _hash(path) not in lying_there:
                content = path.read_bytes()
                if hashlib.sha256(content).hexdigest().startswith(_hash(path)):
                    placed.append(put_verified(content, folder, _name_on_a_stick(path)))
                else:  # a power cut left it so; whoever it is for gets another
                    path.unlink()
        return tuple(placed)

    def _tidy(self) -> None:
        """Let go of what came first where it is too much."""
        found = sorted(self.files(), key=_came, reverse=True)
        room = MOST_BYTES
        for n, path in enumerate(found):
            room -= path.stat().st_size
            if n >= MOST or room < 0:
                path.unlink(missing_ok=True)


class Passing:
    """The receipts that go by, and what is carried of them. kept: how many were new."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._of_whom: dict[str, list[Path]] = defaultdict(list)
        self.kept = 0
        for path in sorted(folder.glob(f"*{SUFFIX}"), key=_came):
            self._of_whom[_whom(path)].append(path)

    def keep(self, outer: Outer, content: bytes) -> bool:
        """Keep a receipt for another computer; whether it is carried now, or has been all along.

        Left alone is what no known office has signed, and what is no receipt. It is not waited for the disk:
        a copy that a power cut damages is found out before it goes on (`Carried.put_on`).
        """
        if outer.kind is not Kind.RECEIPT or outer.trust is not Trust.KNOWN:
            return False
        whom = f"{outer.header.recipients[0]}-{outer.key[:8]}"
        path = self._folder / f"{whom}-{outer.header.batch:08}-{outer.sha256[:16]}{SUFFIX}"
        held = self._of_whom[whom]
        if path in held:
            return True
        with speaking_of(self._folder):
            self._folder.mkdir(exist_ok=True)
            with part_file(path) as (part, file):
                file.write(content)
                file.close()
                part.replace(path)
        held.append(path)
        for older in held[:-OF_EACH]:
            older.unlink(missing_ok=True)
        del held[:-OF_EACH]
        self.kept += 1
        return True


def _came(path: Path) -> tuple[int, str]:
    return path.stat().st_mtime_ns, path.name


def _whom(path: Path) -> str:
    """The computer it is for, and the office that wrote it."""
    return path.stem.rsplit("-", 2)[0]


def _number(path: Path) -> int:
    return int(path.stem.split("-")[-2])


def _hash(path: Path) -> str:
    return path.stem.split("-")[-1]


def _name_on_a_stick(path: Path) -> str:
    """For people: that it is a receipt, and which; whom it is for its content says."""
    return file_name(f"receipt-{path.stem[:8]}", _number(path), 1, 1, "carried")
