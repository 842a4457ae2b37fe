"""What the inbox does in the background: no widget is touched here, values go in and come out."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fieldapp.domain.actor import Actor
from fieldapp.homes import Exchange
from fieldapp.sync.arrived import InboxFile
from fieldapp.sync.audit import Entry
from fieldapp.sync.block_offices import office_code
from fieldapp.sync.enrolment import PackMade
from fieldapp.sync.inbox import Imported
from fieldapp.sync.receipt_bundles import Road
from fieldapp.sync.receipts import ReceiptMade
from fieldapp.sync.registry import CentreDraft
from fieldapp.sync.shelf import files_in
from fieldapp.ui.tasks import Cancelled, Progress

Look = tuple[int, int]
"""Size and time of a file in a watched folder."""

Met = dict[Path, tuple[Look, bool]]
"""How each file of a watched folder looked, and whether it was read."""

_SHOWN_EVERY, _A_LINE_TAKES = 0.3, 0.002
"""Seconds between two looks at what is being read, and how many more each file adds."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What the inbox holds. due: for how many computers a receipt is due; trail: who did what."""

    files: tuple[InboxFile, ...]
    due: int
    trail: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """What was read: each file with the path it was found at. stopped: somebody cancelled before the end."""

    found: tuple[tuple[InboxFile, Path], ...]
    stopped: bool


@dataclass(frozen=True, slots=True)
class Written:
    """The receipts that were written. left: how many are still due, for somebody cancelled."""

    receipts: tuple[ReceiptMade, ...]
    left: int


class _Steps:
    """Tells a task's progress; a cancelled one ends at its next step with what it has, not with nothing."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.stopped = False

    def tell(self, done: int, total: int) -> None:
        try:
            self._progress(done, total)
        except Cancelled:
            self.stopped = True

    def asked_to_stop(self) -> bool:
        return self.stopped


def look(exchange: Exchange, actor: Actor) -> Listed:
    """Every file of the inbox, looked at again where it waited, and how many receipts are due."""
    files = tuple(exchange.inbox.files(actor))
    return Listed(files, exchange.receipts.due(actor), exchange.audit.lines(actor))


def read(
    exchange: Exchange,
    actor: Actor,
    paths: Sequence[Path],
    progress: Progress,
    came: Callable[[Brought], None] = lambda _so_far: None,
) -> Brought:
    """Take in files and folders; nothing is imported. came: hears now and then what was read so far."""
    steps, found = _Steps(progress), list[tuple[InboxFile, Path]]()
    last = time.monotonic()

    def tell(file: InboxFile, path: Path) -> None:
        nonlocal last
        found.append((file, path))
        # Showing them all again takes the longer the more there are; reading comes first.
        if time.monotonic() - last > _SHOWN_EVERY + len(found) * _A_LINE_TAKES:
            came(Brought(tuple(found), stopped=False))
            last = time.monotonic()

    exchange.inbox.read(actor, paths, steps.tell, steps.asked_to_stop, tell)
    return Brought(tuple(found), steps.stopped)


def import_ready(exchange: Exchange, actor: Actor, progress: Progress) -> Imported:
    """Take the records of every file that is ready."""
    steps = _Steps(progress)
    return exchange.inbox.import_all(actor, (), steps.tell, steps.asked_to_stop)


def write_receipts(exchange: Exchange, actor: Actor, folder: Path, road: Road, progress: Progress) -> Written:
    """Every receipt that is due; when it is cancelled, those that were written: they are due no longer."""
    steps = _Steps(progress)
    made = exchange.receipts.make(actor, folder, steps.tell, road, steps.asked_to_stop)
    return Written(made, exchange.receipts.due(actor) if steps.stopped else 0)


def register_and_pack(exchange: Exchange, actor: Actor, draft: CentreDraft, folder: Path) -> PackMade:
    """Register a centre, or the block office of a place, and make the pack of its first computer."""
    enrolment = exchange.enrolment
    if draft.csc_id == office_code(draft.place_key):
        centre = enrolment.register_block_office(actor, draft.place_key, draft.name)
    else:
        centre = enrolment.register_centre(actor, draft.csc_id, draft.name, draft.place_key)
    return exchange.enrolment.make_pack(actor, centre.number, folder)


def make_packs(
    exchange: Exchange, actor: Actor, numbers: Sequence[int], folder: Path, progress: Progress
) -> tuple[PackMade, ...]:
    """A pack for each of these centres; when it is cancelled, those that were made, for their words' sake."""
    steps = _Steps(progress)
    return exchange.enrolment.make_packs(actor, numbers, folder, steps.tell, steps.asked_to_stop)


def look_for_new(
    exchange: Exchange, actor: Actor, folder: Path, met: Met, progress: Progress
) -> tuple[Brought, Met]:
    """Read what is new in a watched folder; gives it, and what lies there now.

    met: what lay there at the last look. A file is read once it has stopped growing, and never twice.
    """
    now = {path: _look_of(path) for path in files_in([folder])} if folder.is_dir() else {}
    settled = [path for path, look in now.items() if look is not None and met.get(path) == (look, False)]
    fresh = exchange.inbox.not_read_yet(actor, settled)
    found = read(exchange, actor, fresh, progress)
    taken = set(settled) if not found.stopped else {path for _file, path in found.found}
    was_taken = {path for path, (look, is_taken) in met.items() if is_taken and now.get(path) == look}
    return found, {path: (look, path in taken | was_taken) for path, look in now.items() if look is not None}


def _look_of(path: Path) -> Look | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
