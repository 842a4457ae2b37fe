"""What a block office carries on to head office: the files of its centres as they came, byte for byte.

A file is carried whether it could be read here or not, until a receipt of head office names it. Signature
and encryption are the centre's own; nothing is opened, joined or made anew.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import InvalidInput, SyncFileRefused
from fieldapp.domain.text import Text
from fieldapp.storage import log, state
from fieldapp.storage.database import Database
from fieldapp.storage.home import Home
from fieldapp.storage.state import HQ_CENTRE, Centre
from fieldapp.storage.tables import inbox_files, nodes
from fieldapp.sync import file_bytes
from fieldapp.sync.batches import explain
from fieldapp.sync.block_offices import told
from fieldapp.sync.container import PREFIX_LENGTH, Header, Prefix
from fieldapp.sync.progress import Progress, silent
from fieldapp.sync.shelf import files_in
from fieldapp.sync.sync_file import DOWNWARD, Kind, Placed, file_name
from fieldapp.sync.sync_file_place import put_verified
from fieldapp.sync.unpacking import pieces_of

_CARRIED = (int(Kind.BATCH), int(Kind.REQUEST))
_OF_NO_USE = ("practice_file", "real_file")
"""Codes of what head office would refuse for the same reason."""


@dataclass(frozen=True, slots=True)
class Passing:
    """A file on its way to head office. centre: None when its sender is not known here; code: as it says."""

    sha256: str
    batch: int
    part: int
    parts: int
    centre: Centre | None
    code: str
    letter: str
    day: str


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What was put on a stick. on: the centres that files of are there, with how many; off: the others."""

    files: tuple[Placed, ...] = ()
    on: tuple[tuple[str, Centre | None, int], ...] = ()
    off: tuple[Centre, ...] = ()


class Relay:
    """A block office's side of carrying."""

    def __init__(self, database: Database, home: Home) -> None:
        self._database = database
        self._home = home

    def waiting(self, actor: Actor) -> tuple[Passing, ...]:
        """The files that head office is not known to have, by centre and batch, as long as their bytes are
        kept (sync.kept_files).
        """
        self._must_be_block_office(actor)
        with self._database.reading() as tx:
            known = {one.number: one for one in state.all_centres(tx)}
            rows = tx.execute(
                sa.select(inbox_files, nodes.c.node, nodes.c.letter)
                .join(nodes, nodes.c.key == inbox_files.c.key, isouter=True)
                .where(inbox_files.c.kind.in_(_CARRIED), inbox_files.c.key.is_not(None))
                .where(inbox_files.c.code.not_in(_OF_NO_USE), file_bytes.IS_KEPT)
                .order_by(inbox_files.c.centre_code, inbox_files.c.batch, inbox_files.c.part)
            ).all()
            has = {node: told(tx, node) for node in {bytes(row.node) for row in rows if row.node}}
        return tuple(
            _passing(row, known)
            for row in rows
            if not row.node or not has[bytes(row.node)].covers(bytes(row.sha256).hex(), row.batch)
        )

    def forward(self, actor: Actor, folder: Path, progress: Progress = silent) -> Forwarded:
        """Put what waits on a stick, each file read back and compared, and say which centres are on it.

        Raises InvalidInput 'not_a_block_office', and EnvironmentProblem as a copy does; what was copied
        before lies there whole.
        """
        waiting = self.waiting(actor)
        placed = []
        for n, one in enumerate(waiting, start=1):
            placed.append(put_verified(self._content(one.sha256), folder, _name(one)))
            progress(n, len(waiting))
        if placed:
            explain(folder)
        with self._database.transaction() as tx:
            centres = [one for one in state.all_centres(tx) if one.number != HQ_CENTRE]
            log.note(tx, self._database.clock(), actor.login, "forward", what=str(len(placed)))
        return Forwarded(tuple(placed), _counted(waiting), _others(centres, waiting))

    def _content(self, sha256: str) -> bytes:
        with self._database.reading() as tx:
            return file_bytes.kept(tx, sha256)

    def _must_be_block_office(self, actor: Actor) -> None:
        actor.must_be(Duty.OFFICER)
        if not self._home.scope:
            raise InvalidInput(
                Text("Only a block office carries the files of its centres on."),
                Text("A centre makes its own file; head office imports."),
                "not_a_block_office",
            )


def parted(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Files, and those in folders: what comes down from an office, and what is on its way up to it.

    An archive or mail that holds both is among both. What is no sync file counts as on its way: whoever
    takes it in says what it is.
    """
    down, up = list[Path](), list[Path]()
    for path in files_in(paths):
        found = {_comes_down(piece) for piece in _beginnings(path)} or {False}
        down += [path] if True in found else []
        up += [path] if False in found else []
    return down, up


def _beginnings(path: Path) -> Iterator[bytes]:
    """How a file begins; of an archive or a mail, how each file in it does."""
    pieces = pieces_of(path)
    if pieces is not None:
        yield from (one.content[:PREFIX_LENGTH] for one in pieces if isinstance(one.content, bytes))
    elif path.is_file() and not path.is_symlink():
        with suppress(OSError), path.open("rb") as file:
            yield file.read(PREFIX_LENGTH)


def _comes_down(start: bytes) -> bool:
    try:
        return Prefix.unpack(start).kind in DOWNWARD
    except SyncFileRefused:
        return False


def _passing(row: Any, known: dict[int, Centre]) -> Passing:
    header = msgspec.json.decode(row.header, type=Header)
    return Passing(
        sha256=bytes(row.sha256).hex(),
        batch=row.batch,
        part=row.part,
        parts=row.parts,
        centre=known.get(row.centre),
        code=row.centre_code,
        letter=row.letter or "",
        day=header.made[:10],
    )


def _name(one: Passing) -> str:
    """For people: a centre names its files so too. The letter of one that is not known here is not."""
    stem = "-".join(filter(None, (one.code or "UNKNOWN", one.letter)))
    return file_name(stem, one.batch, one.part, one.parts, one.day)


def _counted(waiting: Sequence[Passing]) -> tuple[tuple[str, Centre | None, int], ...]:
    found: dict[str, tuple[Centre | None, int]] = {}
    for one in waiting:
        centre, count = found.get(one.code, (one.centre, 0))
        found[one.code] = (centre or one.centre, count + 1)
    return tuple((code, centre, count) for code, (centre, count) in found.items())


def _others(centres: Sequence[Centre], waiting: Sequence[Passing]) -> tuple[Centre, ...]:
    on = {one.code for one in waiting}
    return tuple(one for one in centres if one.csc_id not in on)
