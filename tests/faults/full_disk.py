"""What is done with records and files, on a disk that becomes full at a chosen page, and what must hold."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.domain.records import Record
from fieldapp.sync.arrived import FileState
from fieldapp.sync.outbox import BatchState
from tests.faults.killing import look_sound
from tests.faults.small_disk import Quota, SmallDisk
from tests.sync.exchange import Exchange, row

ROWS = 40
FULL = {SmallDisk: {"disk_full"}, Quota: {"disk_full", "disk_error"}}
"""What may be said. SQLite calls a quota an error of the disk."""


@dataclass(frozen=True)
class Verb:
    """before: what was done while there was room; act: what meets the full disk; undone, done: what holds
    after it failed and after it was done again.
    """

    before: Callable[[Exchange], object]
    act: Callable[[Exchange], object]
    undone: Callable[[Exchange], bool]
    done: Callable[[Exchange], bool]


def record(exchange: Exchange) -> None:
    rows = tuple(row(n, remarks=f"remark {n}") for n in range(1, ROWS))
    exchange.centre.edit(exchange.centre.start(), rows=rows, last_row=ROWS)


def save(exchange: Exchange) -> object:
    return exchange.centre.edit(_recorded(exchange).id, notes="saved")


def _recorded(exchange: Exchange) -> Record:
    (found,) = exchange.centre.services.activities.page(exchange.centre.actor).items
    return found.record


def export(exchange: Exchange) -> object:
    return exchange.centre.outbox.make(exchange.centre.actor)


def copy(exchange: Exchange) -> object:
    return exchange.centre.outbox.copy_to(exchange.centre.actor, 1, exchange.stick)


def import_(exchange: Exchange) -> object:
    return exchange.deliver(exchange.stick)


def undo(exchange: Exchange) -> object:
    (file,) = exchange.hq.inbox.files(exchange.hq.actor, FileState.IMPORTED)
    return exchange.hq.inbox.undo(exchange.hq.actor, file.sha256, "test")


def answer(exchange: Exchange) -> object:
    return exchange.hq.receipts.make(exchange.hq.actor, exchange.stick)


def receive(exchange: Exchange) -> object:
    return exchange.centre.receipts.receive(exchange.centre.actor, [exchange.stick])


def _state(exchange: Exchange) -> BatchState:
    return exchange.centre.outbox.batch(exchange.centre.actor, 1).state


def _activities(exchange: Exchange) -> int:
    return len(exchange.hq.services.activities.page(exchange.hq.actor).items)


def _after(*verbs: Callable[[Exchange], object]) -> Callable[[Exchange], object]:
    return lambda exchange: [verb(exchange) for verb in (record, *verbs)]


def _arrives(exchange: Exchange) -> bool:
    exchange.centre.outbox.tidy()
    for batch in exchange.centre.outbox.batches(exchange.centre.actor):
        exchange.centre.outbox.copy_to(exchange.centre.actor, batch.number, exchange.stick)
    import_(exchange)
    return exchange.hq.state_hash() == exchange.centre.state_hash()


VERBS = {
    "save": Verb(
        _after(), save, lambda it: _recorded(it).notes == "", lambda it: _recorded(it).notes == "saved"
    ),
    "export": Verb(_after(), export, lambda _: True, _arrives),
    "copy": Verb(_after(export), copy, lambda _: True, lambda it: _state(it) is BatchState.ON_STICK),
    "import": Verb(_after(export, copy), import_, lambda it: _activities(it) == 0, _arrives),
    "undo": Verb(
        _after(export, copy, import_),
        undo,
        lambda it: _activities(it) == 1,
        lambda it: _activities(it) == 0,
    ),
    "answer": Verb(
        _after(export, copy, import_),
        answer,
        lambda it: it.hq.receipts.due(it.hq.actor) == 1,
        lambda it: bool(receive(it)) and _state(it) is BatchState.RECEIVED,
    ),
    "receive": Verb(
        _after(export, copy, import_, answer),
        receive,
        lambda it: _state(it) is BatchState.ON_STICK,
        lambda it: _state(it) is BatchState.RECEIVED,
    ),
}


def fill_up(template: Path, disk: SmallDisk | Quota, verb: Verb, step: int) -> int:
    """Do it with no page left, then with `step` more, until there is room; gives how often there was none.

    Each time: one clear word, nothing half, nothing changed; and once there is room it can be done.
    """
    begun = disk.folder / "begun"
    exchange = Exchange.copied(template, begun)
    verb.before(exchange)
    whole = _whole_files(exchange)
    exchange.close()
    for tries in range(1000):
        home = disk.folder / "now"
        shutil.copytree(begun, home)
        try:
            if _once(home, disk, verb, tries * step, whole):
                return tries
        finally:
            shutil.rmtree(home)
    raise AssertionError("there is never enough room")


def _once(home: Path, disk: SmallDisk | Quota, verb: Verb, pages: int, whole: set[str]) -> bool:
    """Whether there was room."""
    exchange = Exchange(home)
    with disk.leaving(pages):
        code = _code(verb, exchange)
        assert code in FULL[type(disk)] | {""}
        assert not list(home.rglob("*.part"))
        made = _whole_files(exchange) - whole
    exchange.close()
    exchange = Exchange(home)
    try:
        for side in (exchange.centre, exchange.hq):
            look_sound(side.home)
        if code:
            assert len(made) <= 1
            assert verb.undone(exchange)
            verb.act(exchange)
        assert verb.done(exchange)
    finally:
        exchange.close()
    return not code


def _code(verb: Verb, exchange: Exchange) -> str:
    try:
        verb.act(exchange)
    except EnvironmentProblem as problem:
        return problem.code
    return ""


def _whole_files(exchange: Exchange) -> set[str]:
    """The sync files under a final name; each of them is whole to its last byte, or AssertionError."""
    found = set()
    for folder in (exchange.stick, exchange.centre.home.home.outbox):
        for path in folder.glob("*.fieldsync"):
            content = path.read_bytes()
            expected = 136 + int.from_bytes(content[28:32], "big") + int.from_bytes(content[32:40], "big")
            assert len(content) == expected, path.name
            found.add(hashlib.sha256(content).hexdigest())
    return found
