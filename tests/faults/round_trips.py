"""Whole round trips, played from the making of two homes on; started with a clock that is wrong.

Run as: python -m tests.faults.round_trips FOLDER
"""

import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fieldapp.domain.records import ActionPoint
from fieldapp.storage.database import utc_now
from fieldapp.sync.advance_note import AdvanceNotes
from fieldapp.sync.arrived import FileState
from fieldapp.sync.receipt_code import ReceiptCodes
from tests.faults.killing import look_sound
from tests.pictures import photograph
from tests.sync.exchange import Exchange, make_template, row


class Jumping:
    """A clock that is set on or back, by ten years and more, whenever somebody looks."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def __call__(self) -> datetime:
        middle = datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC)
        return middle + timedelta(seconds=self._chance.randrange(-2_000_000_000, 2_000_000_000))


def play(exchange: Exchange) -> None:
    """Three round trips with a photograph, a receipt by telephone, a note, a plan and an undo. AssertionError
    where anything is not as it must be.
    """
    centre, hq = exchange.centre, exchange.hq
    kept = centre.services.attachments.keep(centre.actor, photograph(1, (32, 24)))
    point = ActionPoint(id=centre.services.action_points.new_id(), attachments=(kept,))
    centre.services.action_points.save(centre.actor, point)
    first = centre.start()
    target = hq.plan()
    exchange.round_trip()
    assert centre.state_of(first) == "RECEIVED"
    assert hq.services.attachments.is_here(kept.sha256)
    assert centre.services.targets.get(centre.actor, target).record.id == target

    centre.edit(first, rows=(row(1), row(2)), last_row=2)
    sent = exchange.send()
    batch = centre.outbox.batches(centre.actor)[0].number
    note = AdvanceNotes(centre.home.database, centre.home.home, centre.home.keys).write(centre.actor, batch)
    assert AdvanceNotes(hq.home.database, hq.home.home, hq.home.keys).check(hq.actor, note)
    exchange.deliver(*sent)
    (code,) = ReceiptCodes(hq.home.database, hq.home.home, hq.home.keys).make(hq.actor, 1, batch)
    ReceiptCodes(centre.home.database, centre.home.home, centre.home.keys).enter(centre.actor, code.code)
    assert centre.state_of(first) == "RECEIVED"

    second = centre.start()
    (path,) = exchange.send()
    exchange.deliver(path)
    newest = next(one for one in hq.inbox.files(hq.actor, FileState.IMPORTED) if one.name == path.name)
    hq.inbox.undo(hq.actor, newest.sha256, "test")
    hq.inbox.offer_again(hq.actor, newest.sha256)
    exchange.deliver(path)
    centre.receipts.apply(centre.actor, exchange.answer())
    assert centre.state_of(second) == "RECEIVED"
    for side in (centre, hq):
        look_sound(side.home)


def main(folder: str) -> None:
    """Everything by the clock of the computer."""
    root = Path(folder)
    (root / "template").mkdir()
    exchange = Exchange.copied(make_template(root / "template"), root / "exchange")
    play(exchange)
    exchange.close()
    print(utc_now().year, "well")


if __name__ == "__main__":
    main(sys.argv[1])
