"""Programs that make sync files, import or answer them, and say what they have done; started to be killed."""

import random
from pathlib import Path

from fieldapp.sync.arrived import FileState
from tests.forked import started
from tests.sync.exchange import Side


def export(side: Side, _folder: Path) -> None:
    """Record and pack, over and over: `saved <id>`, `made <sha256>` once the whole batch is."""
    while True:
        for _ in range(3):
            print("saved", side.start(), flush=True)
        for part in side.outbox.make(side.actor, limit=12_000).parts:
            print("made", part.sha256, flush=True)


def import_(side: Side, folder: Path) -> None:
    """Import every file of a folder, one after the other: `read <sha256>`, `imported <sha256>`."""
    for file in side.inbox.read(side.actor, [folder]):
        print("read", file.sha256, flush=True)
    for file in side.inbox.files(side.actor):
        if file.state == "READY":
            side.inbox.apply(side.actor, file.sha256)
            print("imported", file.sha256, flush=True)


def undo(side: Side, folder: Path) -> None:
    """Take every imported file out again and import all once more, over and over: `undone <sha256>`."""
    while True:
        for file in side.inbox.files(side.actor, FileState.IMPORTED):
            side.inbox.undo(side.actor, file.sha256, "test")
            print("undone", file.sha256, flush=True)
        side.inbox.import_all(side.actor, [folder])


def answer(side: Side, folder: Path) -> None:
    """Plan something new and write receipts about it: `planned <id>`, `answered <file name>`."""
    while True:
        print("planned", side.plan(), flush=True)
        for made in side.receipts.make(side.actor, folder):
            print("answered", made.path.name, flush=True)


def heard_until_killed(verb: str, home: Path, folder: Path, seed: int, lines: int) -> list[list[str]]:
    """Let a program work until it has said so many lines and a moment longer, kill it, give what it said."""
    chance = random.Random(seed)
    with started(run, verb, home, folder) as worker:
        heard = [worker.stdout.readline() for _ in range(chance.randrange(1, lines))]
        worker.ends(chance.random() * 0.05)
        worker.kill()
        heard += worker.stdout.readlines()
    return [line.split() for line in heard if line.endswith("\n")]


def run(verb: str, home: Path, folder: Path) -> None:
    """One of them, on a home."""
    work = {"export": export, "import": import_, "undo": undo, "answer": answer}[verb]
    work(Side.opened(home), folder)
