"""Reading files, as the process that has no key and no database does it (sync.reader is the other end).

This room and what it needs are all that such a process has to load.
"""

import gc
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from multiprocessing.connection import Connection

import msgspec

from fieldapp.domain import canonical
from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.rules import Setting
from fieldapp.sync.container import Manifest
from fieldapp.sync.looking import looked_at
from fieldapp.sync.sync_file_frame import read_lines
from fieldapp.sync.sync_file_lines import Record

try:
    import resource
except ImportError:  # not on every system can a process be held to so much memory
    resource = None  # type: ignore[assignment]

RECORDS, BLOBS, END, REFUSED = b"r", b"b", b"e", b"x"


class Errand(msgspec.Struct, frozen=True, array_like=True):
    """A file to read: its zstd frame and manifest, and what a look at its records needs to know.

    known: the names of lines that were taken before, 16 bytes each.
    """

    frame: bytes
    manifest: bytes
    demo: bool
    centre_ids: tuple[str, ...]
    known: bytes = b""


class Refusal(msgspec.Struct, frozen=True, array_like=True):
    """What is wrong with the file, as `results.refuse` takes it."""

    code: str
    values: dict[str, int | str]


def serve(pipe: Connection, memory: int) -> None:
    """The life of the other process: errands are answered until nobody is there who sends any."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever is asked to stop by a person stops this one too
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    gc.disable()  # looking for cycles among a file's rows costs more than making them
    with suppress(EOFError, ConnectionError):
        while True:
            try:
                for answer in answers(_ERRANDS.decode(pipe.recv_bytes())):
                    pipe.send_bytes(answer)
                gc.collect()
            except MemoryError:
                os._exit(1)


def answers(errand: Errand) -> Iterator[bytes]:
    """What is said of a file, a message at a time; the first byte tells what follows."""
    setting = Setting(demo=errand.demo, centre_ids=frozenset(errand.centre_ids))
    try:
        manifest = Manifest.converted(canonical.decode(errand.manifest))
        known = frozenset(errand.known[at : at + 16] for at in range(0, len(errand.known), 16))
        lines = read_lines(errand.frame, manifest, records_only=True, known=known)
        for kind, some in groupby(lines, type):
            if kind is Record:
                records = (one for one in some if isinstance(one, Record))
                for parts in looked_at(records, setting):
                    yield RECORDS + _ENCODER.encode(parts)
            else:
                for blob in some:
                    yield BLOBS + _ENCODER.encode([blob])
        yield END
    except SyncFileRefused as error:
        values = {name: value for name, value in error.title.args.items() if isinstance(value, int | str)}
        yield REFUSED + _ENCODER.encode(Refusal(error.code, values))


_ENCODER = msgspec.msgpack.Encoder()
_ERRANDS = msgspec.msgpack.Decoder(Errand)
