"""Taking in files: each is looked at alone, named as what it is, and kept with its bytes in the database.

The stick or folder they came from is never written and not needed again. Nothing is imported here.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import InvalidInput, SyncFileRefused
from fieldapp.domain.results import RESULTS, refuse
from fieldapp.domain.text import Text
from fieldapp.storage.database import Database, execute, stamp
from fieldapp.storage.home import Home
from fieldapp.storage.tables import inbox_files
from fieldapp.sync import file_bytes
from fieldapp.sync.arrived import FileState, Held, InboxFile, shown, unkept
from fieldapp.sync.batches import README
from fieldapp.sync.due import note_due
from fieldapp.sync.examiner import Examined, Examiner
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.progress import Cancelled, Progress, never, silent
from fieldapp.sync.sync_file import read_file
from fieldapp.sync.unpacking import Piece, pieces_of, shown_name

HOME_FILE = "home.toml"
_MAY_HOLD_OTHERS = ("not_a_sync_file", "in_a_mail")
_SLICE = 400
Told = Callable[[InboxFile, Path], None]
"""Hears of a file that was read, and of the path it was found at."""


class FileShelf:
    """The files that reached a head office."""

    def __init__(self, database: Database, home: Home, keys: NodeKeys) -> None:
        self._database = database
        self._home = home
        self._examiner = Examiner(database, home, keys)

    def read(
        self,
        actor: Actor,
        paths: Sequence[Path],
        progress: Progress = silent,
        cancel: Cancelled = never,
        tell: Told = lambda _file, _path: None,
    ) -> list[InboxFile]:
        """Take in files, or all files of folders, each alone: what each is, in the order they were found.

        Files inside a ZIP or a mail are taken out in memory. A file that is known by its content is not taken
        in twice. Nothing is imported. A cancelled reading gives what was read so far. progress: files done
        and in all; tell: each file as soon as it is known what it is, with the path it was found at; whether
        files before it are missing is known only at the end.
        """
        self._must_be_office(actor)
        found = list(files_in(paths))
        result: list[InboxFile] = []
        met: set[str] = set()
        held: Held = {}
        for n, path in enumerate(found, start=1):
            if cancel():
                break
            for one in self._read_path(path, held):
                twice = one.state is FileState.READY and one.sha256 in met
                result.append(_repeat(one, "same_file_twice") if twice else one)
                met.add(one.sha256)
                tell(result[-1], path)
            progress(n, len(found))
        after_gaps = {one.sha256 for one in self.named([one.sha256 for one in result]) if one.gap}
        return [replace(one, gap=one.sha256 in after_gaps) for one in result]

    def _read_path(self, path: Path, held: Held) -> Iterator[InboxFile]:
        """What a file is, or each of those inside it; its name is said without forbidden numbers."""
        for name, content in contents_of(path):
            if isinstance(content, bytes):
                yield replace(self._read_one(name, content, held), name=name, gap=False)
            else:
                yield unkept(name, content)

    def _read_one(self, name: str, content: bytes, held: Held) -> InboxFile:
        """held: what is held of each node; nothing is imported while files are read."""
        sha256 = hashlib.sha256(content).hexdigest()
        if self._state(sha256) != FileState.IMPORTED:
            self._keep(sha256, name, content, self._examiner.examine(content))
            return self._list(_of([sha256]), held)[0]
        return self._met_again(self._list(_of([sha256]), held)[0])

    def _met_again(self, known: InboxFile) -> InboxFile:
        """An imported file once more: its centre may not have had the receipt, so one is due."""
        with self._database.transaction() as tx:
            note_due(tx, known.key)
        return _repeat(known, "already_imported")

    def _keep(self, sha256: str, name: str, content: bytes, found: Examined) -> None:
        """Note a file and what it is. The bytes of one that is refused are of no more use here."""
        carried = bool(self._home.scope) and found.outer is not None
        useless = found.state is FileState.REFUSED and not carried
        first = {"sha256": bytes.fromhex(sha256), "name": name, "read_at": stamp(self._database.clock())}
        values = found.values() | {"size": len(content)}
        with self._database.transaction() as tx:
            if execute(tx, _note_sql(tuple(values)), *first.values(), *values.values()).rowcount == 0:
                return  # another officer has imported it since
            if useless:
                file_bytes.destroy(tx, inbox_files.c.sha256 == bytes.fromhex(sha256))
            else:
                file_bytes.keep(tx, sha256, content)

    def not_read_yet(self, actor: Actor, paths: Sequence[Path]) -> list[Path]:
        """Those of the files whose content is not in the inbox, whatever became of it there."""
        self._must_be_office(actor)
        return [path for path in paths if not self._is_known(path)]

    def _is_known(self, path: Path) -> bool:
        try:
            return bool(self._state(hashlib.sha256(bytes_of(path)).hexdigest()))
        except SyncFileRefused:
            return False

    def recheck(self, actor: Actor) -> list[InboxFile]:
        """Look again at files that waited: for their sender to be enrolled, or for a newer program."""
        self._must_be_office(actor)
        with self._database.reading() as tx:
            waiting, renewed = self._examiner.waiting(tx), self._examiner.is_renewed(tx)
        for sha256 in waiting:
            content = self._content(sha256)
            self._keep(sha256, self.file(sha256).name, content, self._examiner.examine(content))
        if renewed:
            with self._database.transaction() as tx:
                self._examiner.parked_were_checked(tx)
        return [self.file(sha256) for sha256 in waiting]

    def files(self, actor: Actor, state_is: FileState | None = None) -> list[InboxFile]:
        """Every file this home has read, by centre and place in its log; of one state where given."""
        self.recheck(actor)
        where = sa.true() if state_is is None else inbox_files.c.state == state_is
        return self._list(where)

    def file(self, sha256: str) -> InboxFile:
        """One file. Raises InvalidInput 'no_file' when it has not been read."""
        known = self._list(_of([sha256]))
        if not known:
            raise InvalidInput(
                Text("This file has not been read in."), Text("Read it in again from its folder."), "no_file"
            )
        return known[0]

    def named(self, hashes: Sequence[str]) -> list[InboxFile]:
        """Those of these files (SHA-256, hex) that were read in, each once."""
        parts = (hashes[at : at + _SLICE] for at in range(0, len(hashes), _SLICE))
        held: Held = {}
        return [one for part in parts for one in self._list(_of(part), held)]

    def content(self, actor: Actor, sha256: str) -> bytes:
        """The bytes of a file of the inbox, as they came; b'' when they are not kept, or not any more."""
        self._must_be_office(actor)
        return self._content(sha256)

    def _state(self, sha256: str) -> str:
        """The state of a file, '' for one that was never read in."""
        with self._database.reading() as tx:
            sql = "SELECT state FROM inbox_files WHERE sha256 = ?"
            found = execute(tx, sql, bytes.fromhex(sha256)).fetchone()
        return found[0] if found else ""

    def _list(self, where: sa.ColumnElement[bool], held: Held | None = None) -> list[InboxFile]:
        with self._database.reading() as tx:
            return shown(tx, where, held)

    def _must_be_office(self, actor: Actor) -> None:
        actor.must_be(Duty.OFFICER)
        if not self._home.is_hq:
            raise InvalidInput(
                Text("Only a head office or block office imports sync files."),
                Text("A centre takes receipts and packs; choose those."),
                "not_an_office",
            )

    def _content(self, sha256: str) -> bytes:
        with self._database.reading() as tx:
            return file_bytes.kept(tx, sha256)


@cache
def _note_sql(columns: tuple[str, ...]) -> str:
    """The row of a file that is new, or these columns of one that came before and is not imported."""
    names = ", ".join(("sha256", "name", "read_at", *columns))
    marks = ", ".join("?" * (3 + len(columns)))
    taken = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return (
        f"INSERT INTO inbox_files ({names}) VALUES ({marks})"  # noqa: S608 - our own names
        f" ON CONFLICT (sha256) DO UPDATE SET {taken} WHERE inbox_files.state <> 'IMPORTED'"
    )


def _of(hashes: Sequence[str]) -> sa.ColumnElement[bool]:
    return inbox_files.c.sha256.in_(map(bytes.fromhex, hashes))


def files_in(paths: Sequence[Path]) -> Iterator[Path]:
    """The files themselves and all files of folders, by name.

    Left out are what lies beside sync files to explain them, and homes: reading a database that is open in
    this program would make SQLite lose its lock on it.
    """
    for path in paths:
        if path.is_symlink() or not path.is_dir():
            yield path
        elif not (path / HOME_FILE).exists():
            yield from files_in(sorted(one for one in path.iterdir() if one.name != README))


def contents_of(path: Path) -> Iterator[Piece]:
    """A file that may be a sync file, or each of those inside a ZIP or a mail, taken out in memory.

    Names are said as they may be shown; that of a piece begins with the name of what it lay in.
    """
    outer = shown_name(path.name)
    try:
        yield Piece(outer, bytes_of(path))
    except SyncFileRefused as error:
        pieces = pieces_of(path) if error.code in _MAY_HOLD_OTHERS and not _in_a_home(path) else None
        if pieces is None:
            yield Piece(outer, error)
            return
        for piece in pieces:
            name = f"{outer}: {shown_name(piece.name)}" if piece.name else outer
            yield Piece(name, piece.content)


def bytes_of(path: Path) -> bytes:
    """The bytes of a file that may be a sync file. Raises SyncFileRefused as `read_file`."""
    if _in_a_home(path):
        raise refuse("not_a_sync_file", what=Text("a part of a home"))
    return read_file(path)


def _in_a_home(path: Path) -> bool:
    return (path.parent / HOME_FILE).exists()


def _repeat(file: InboxFile, code: str) -> InboxFile:
    said = RESULTS[code].said(date=file.applied_at)
    return replace(file, state=FileState.REPEAT, code=code, said=said)
