"""What the inbox does in the background: no widget is touched here, values go in and come out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fieldapp.domain.actor import Actor
from fieldapp.domain.fields import Name
from fieldapp.homes import Exchange
from fieldapp.sync.arrived import InboxFile
from fieldapp.sync.enrolment import PackMade
from fieldapp.sync.inbox import Imported
from fieldapp.sync.shelf import files_in
from fieldapp.ui.tasks import Cancelled, Progress


@dataclass(frozen=True, slots=True)
class Listed:
    """What the inbox holds. due: for how many computers a receipt is due."""

    files: tuple[InboxFile, ...]
    due: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What was read: each file with the path it was found at. stopped: somebody cancelled before the end."""

    found: tuple[tuple[InboxFile, Path], ...]
    stopped: bool


@dataclass(frozen=True, slots=True)
class CentreDraft:
    """A centre as it was typed. place_key: see domain.places."""

    csc_id: str
    name: Name
    place_key: str


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
    return Listed(tuple(exchange.inbox.files(actor)), exchange.receipts.due(actor))


def read(exchange: Exchange, actor: Actor, paths: Sequence[Path], progress: Progress) -> Brought:
    """Take in files and folders; nothing is imported."""
    steps = _Steps(progress)
    every = list(files_in(paths))
    found = exchange.inbox.read(actor, every, steps.tell, steps.asked_to_stop)
    return Brought(tuple(zip(found, every, strict=False)), steps.stopped)


def import_ready(exchange: Exchange, actor: Actor, progress: Progress) -> Imported:
    """Take the records of every file that is ready."""
    steps = _Steps(progress)
    return exchange.inbox.import_all(actor, (), steps.tell, steps.asked_to_stop)


def register_and_pack(exchange: Exchange, actor: Actor, draft: CentreDraft, folder: Path) -> PackMade:
    """Register a centre and make the pack of its first computer."""
    centre = exchange.enrolment.register_centre(actor, draft.csc_id, draft.name, draft.place_key)
    return exchange.enrolment.make_pack(actor, centre.number, folder)
