"""One stick, one press: what came on it is taken, what waits is put on it, and what was put is read back.

    receipts and pack off -> make what is new -> copy, with what is carried for others -> safe to remove

Files are known by what they are, never by their names; what is another's stays where it lies.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import InvalidInput
from fieldapp.sync.outbox import Outbox
from fieldapp.sync.progress import Progress, silent
from fieldapp.sync.received import Received, ReceivedState
from fieldapp.sync.receiving import Receiving
from fieldapp.sync.relay import Forwarded, Relay
from fieldapp.sync.sync_file import Placed
from fieldapp.sync.sync_file_place import speaking_of

_OWN_AND_OTHERS_BATCHES = "wrong_kind"


@dataclass(frozen=True, slots=True)
class StickRound:
    """What became of a stick. batch: the number that was put on it, 0 for none; made: just now.

    carried: receipts for others, put on it too; forwarded: at a block office, the files of its centres.
    """

    folder: Path
    received: tuple[Received, ...]
    batch: int = 0
    made: bool = False
    copied: tuple[Placed, ...] = ()
    carried: tuple[Placed, ...] = ()
    forwarded: Forwarded | None = None

    @property
    def taken(self) -> tuple[Received, ...]:
        """The receipts of this home."""
        return tuple(one for one in self.received if one.state is ReceivedState.TAKEN)

    @property
    def packs(self) -> tuple[Received, ...]:
        """Packs of a head office; taking one needs its words."""
        return tuple(one for one in self.received if one.state is ReceivedState.PACK)

    @property
    def others(self) -> int:
        """How many files are for other computers."""
        return sum(one.state is ReceivedState.OTHERS for one in self.received)

    @property
    def damaged(self) -> tuple[Received, ...]:
        """Files that should have been receipts and could not be taken."""
        refused = (one for one in self.received if one.state is ReceivedState.REFUSED)
        return tuple(one for one in refused if one.code != _OWN_AND_OTHERS_BATCHES)


def go_round(
    actor: Actor,
    folder: Path,
    outbox: Outbox,
    receipts: Receiving,
    *,
    relay: Relay | None = None,
    limit: int | None = None,
    progress: Progress = silent,
) -> StickRound:
    """Take what came on a stick, then put on it what waits. relay: a block office's; limit: as `Outbox.make`.

    What a receipt confirmed is so never copied again; what is carried for others goes last. Raises what
    `Outbox.make` and `copy_to` raise; receipts that were taken stay taken.
    """
    with speaking_of(folder):
        next(folder.iterdir(), None)
    received = receipts.receive(actor, [folder])
    lying_there = frozenset(one.sha256[:16] for one in received)
    done = replace(_put_own(actor, folder, outbox, limit, progress), received=received)
    carried = receipts.carried.put_on(folder, lying_there)
    return replace(done, carried=carried, forwarded=relay.forward(actor, folder) if relay else None)


def _put_own(actor: Actor, folder: Path, outbox: Outbox, limit: int | None, progress: Progress) -> StickRound:
    """Put on a stick what waits here, if anything does."""
    would_go = outbox.preview(actor)
    if not would_go.to_whom:
        return StickRound(folder, ())
    if not would_go.is_something:
        standing = outbox.full_one(actor)
    elif would_go.records or would_go.pictures:
        standing = outbox.on_its_way(actor)
    else:
        standing = outbox.introduction(actor)
    if standing is not None:
        try:
            copied = outbox.copy_to(actor, standing.number, folder)
        except InvalidInput as error:
            if error.code != "file_changed":
                raise
        else:
            return StickRound(folder, (), standing.number, copied=copied)
    if not would_go.is_something:
        return StickRound(folder, ())
    made = outbox.make(actor, limit=limit, progress=progress)
    copied = outbox.copy_to(actor, made.number, folder)
    return StickRound(folder, (), made.number, made=True, copied=copied)
