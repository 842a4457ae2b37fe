"""Real processes that start at once: forked from one that has imported the program and done nothing else.

A fresh interpreter takes a second to import what a killed process then uses for a tenth of it. Each is a
process like any other: with its own memory and its own file handles, and it can be killed.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple, TextIO

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.ready"])


class Done(NamedTuple):
    """What a process left: its status (minus the signal that killed it), what it said, and its complaints."""

    status: int
    out: str
    err: str


class Running:
    """A process whose standard output is read here while it works."""

    def __init__(self, process: BaseProcess, stdout: TextIO) -> None:
        self._process = process
        self.stdout = stdout

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        """Kill it on the spot."""
        self._process.kill()

    def ends(self, seconds: float | None = None) -> bool:
        """Whether it ends by itself in that time."""
        self._process.join(seconds)
        return self._process.exitcode is not None

    @property
    def status(self) -> int | None:
        """None while it runs; minus the signal that killed it."""
        return self._process.exitcode


@contextmanager
def started(work: Callable[..., object], *arguments: object) -> Iterator[Running]:
    """A process that does some work, a function of a module; it is killed when the block is left."""
    here, there = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_said_there, args=(there, work, arguments))
    process.start()
    there.close()
    with here, os.fdopen(os.dup(here.fileno()), encoding="utf-8") as stdout:
        try:
            yield Running(process, stdout)
        finally:
            process.kill()
            process.join()
            process.close()


def done(work: Callable[..., object], *arguments: object) -> Done:
    """Let a process do some work, a function of a module, to its end."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = _CONTEXT.Process(target=_said_in_files, args=(out, err, work, arguments))
        process.start()
        process.join()
        status = process.exitcode
        process.close()
        assert status is not None
        return Done(status, out.read_text("utf-8"), err.read_text("utf-8"))


def _said_there(there: Connection, work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    os.dup2(there.fileno(), 1)
    there.close()
    work(*arguments)


def _said_in_files(out: Path, err: Path, work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    for number, path in ((1, out), (2, err)):
        handle = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    work(*arguments)
