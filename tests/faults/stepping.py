"""A program that kills itself at a named step of making, copying, importing, undoing or answering a batch."""

import os
import signal
import sys
from pathlib import Path

from fieldapp.sync.arrived import FileState
from tests.forked import done
from tests.sync.exchange import Side


def kill_at(function: str, when: str) -> None:
    """Kill this process when a function of the program is called, or when it returns."""

    def look(frame, event, _argument) -> None:
        if event == when and frame.f_code.co_name == function and "fieldapp" in frame.f_code.co_filename:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(look)


def run(verb: str, home: Path, folder: Path, function: str, when: str) -> None:
    """One verb, killed at its step if it comes there."""
    side = Side.opened(home)
    work = VERBS[verb]
    kill_at(function, when)
    work(side, folder)
    sys.setprofile(None)


def _undo(side: Side, _folder: Path) -> None:
    (file,) = side.inbox.files(side.actor, FileState.IMPORTED)
    side.inbox.undo(side.actor, file.sha256, "test")


VERBS = {
    "make": lambda side, _folder: side.outbox.make(side.actor),
    "copy": lambda side, folder: side.outbox.copy_to(side.actor, 1, folder),
    "import": lambda side, folder: side.inbox.import_all(side.actor, [folder]),
    "undo": _undo,
    "answer": lambda side, folder: side.receipts.make(side.actor, folder),
    "receive": lambda side, folder: side.receipts.receive(side.actor, [folder]),
}


def killed(verb: str, home: Path, folder: Path, function: str, when: str) -> bool:
    """Whether a process of its own was killed at the step."""
    return done(run, verb, home, folder, function, when).status == -signal.SIGKILL
