"""Reading files in a process of its own, with limits to the memory and the time that one may take.

Signature and key are done with before (sync_file_read). The other process inflates, parses, looks at each
line and makes it ready for the tables; it has no key and no database, and works while this one writes. When
it dies or takes too long, that is said of the one file it was reading, and the next gets a new process. Else
it waits for the next files: they come one drop after another, and starting it takes as long as reading ten.
"""

import threading
import time
import weakref
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import msgspec

from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.results import refuse
from fieldapp.domain.rules import Setting
from fieldapp.sync.looking import Looked
from fieldapp.sync.reading import END, RECORDS, REFUSED, Errand, Refusal, serve
from fieldapp.sync.sync_file import Blob, Content, Record

MEMORY = 512 << 20
"""How much address space the other process may have, in bytes."""

SECONDS = 60.0
"""How long a file may keep this process waiting."""

WORTH = 1 << 20
"""From so many bytes of files on, a process that has to be started first saves more time than it takes."""

SMALL = 64 << 10
"""Inflated, a file of fewer bytes is read sooner than its lines would be back from there."""

LARGE = 8 << 20
"""Inflated, a file of so many bytes is read there in any case."""

_MOST_SAID = 128 << 20


@cache
def the_reader() -> "Reader":
    """The one that this program has: whoever works at it, one process at most waits for files."""
    return Reader()


class Reader:
    """The other process, seen from here. It reads one file at a time."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY, small: int = SMALL) -> None:
        self._seconds, self._memory, self._small = seconds, memory, small
        self._reading = threading.Lock()
        self._stays = False
        self._other: tuple[BaseProcess, Connection] | None = None
        self._end: Callable[[], object] = lambda: None

    @contextmanager
    def at_work(self, size: int) -> Iterator[None]:
        """While many files are read, of so many bytes in all; when they are few, nothing is started."""
        if self._stays or size < WORTH:
            yield
            return
        self._stays = True
        self._start()
        try:
            yield
        finally:
            self._stays = False

    def takes(self, content: Content) -> bool:
        """Whether a file is to be read there."""
        return content.inflated >= (self._small if self._stays else LARGE)

    def lines(
        self, content: Content, setting: Setting, known: Collection[bytes] = ()
    ) -> Iterator[Record | Blob]:
        """As `Content.lines` of a batch, each record looked at, and ready to be stored.

        Raises SyncFileRefused too; 'too_hard' when the other process dies or takes too long.
        """
        manifest, centre_ids = content.manifest.encoded(), tuple(setting.centre_ids)
        errand = Errand(content.frame, manifest, setting.demo, centre_ids, b"".join(known))
        with self._reading:
            whole = False
            try:
                yield from self._said(errand)
                whole = True
            except (EOFError, OSError, msgspec.DecodeError) as error:
                raise refuse("too_hard") from error
            except SyncFileRefused:
                whole = True
                raise
            finally:
                if not whole:
                    self._stop()

    def _said(self, errand: Errand) -> Iterator[Record | Blob]:
        pipe, left = self._start(), self._seconds
        pipe.send_bytes(_ENCODER.encode(errand))
        while True:
            since = time.monotonic()
            if not pipe.poll(max(left, 0)):
                raise TimeoutError("the reader takes too long")
            said = pipe.recv_bytes(_MOST_SAID)
            left -= time.monotonic() - since
            kind, rest = said[:1], memoryview(said)[1:]
            if kind == END:
                return
            if kind == REFUSED:
                refusal = _REFUSALS.decode(rest)
                raise refuse(refusal.code, **refusal.values)
            if kind == RECORDS:
                for part in _LOOKED.decode(rest):
                    yield from part.whole()
            else:
                yield from _BLOB_LISTS.decode(rest)

    def _start(self) -> Connection:
        """The process, which may have been there already; its end of the pipe."""
        if self._other is not None and not self._other[0].is_alive():  # it was killed while it waited
            self._stop()
        if self._other is None:
            spawn = get_context("spawn")
            here, there = spawn.Pipe()
            process = spawn.Process(target=serve, args=(there, self._memory), name="reader", daemon=True)
            process.start()
            there.close()
            self._other = process, here
            self._end = weakref.finalize(self, _let_go, process, here)
        return self._other[1]

    def _stop(self) -> None:
        if self._other is not None:
            self._other = None
            self._end()


def _let_go(process: BaseProcess, pipe: Connection) -> None:
    """At the latest when the program ends, or nobody has the reader any more."""
    pipe.close()
    process.kill()
    process.join()
    process.close()


_ENCODER = msgspec.msgpack.Encoder()
_REFUSALS = msgspec.msgpack.Decoder(Refusal)
_LOOKED = msgspec.msgpack.Decoder(list[Looked])
_BLOB_LISTS = msgspec.msgpack.Decoder(list[Blob])
