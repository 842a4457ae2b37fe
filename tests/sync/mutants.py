"""What becomes of a file on its way: cut, bits flipped, bytes lost or added, blocks swapped, spliced."""

import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, islice

from fieldapp.domain.records import ActionPoint
from fieldapp.domain.results import RESULTS
from fieldapp.sync.received import ReceivedState
from tests.pictures import photograph
from tests.sync.exchange import Exchange, row

FILES = ("batch", "pictures", "receipt")
INSERTED = (b"\0", b"\n", b"\r", b"\xff")
BLOCKS = (16, 64, 512)
_AT_ONCE = 250


def mutants(source: bytes, other: bytes) -> Iterator[bytes]:
    """Every truncation, bit flip, deletion, insertion, block swap, and splice with the other file."""
    return (mutant for mutant in _changed(source, other) if mutant not in (source, other))


def _changed(source: bytes, other: bytes) -> Iterator[bytes]:
    length = len(source)
    yield from (source[:at] for at in range(length))
    for at in range(length):
        yield from (source[:at] + bytes([source[at] ^ 1 << bit]) + source[at + 1 :] for bit in range(8))
        yield source[:at] + source[at + 1 :]
    for at in range(length + 1):
        yield from (source[:at] + byte + source[at:] for byte in INSERTED)
    for size in BLOCKS:
        for one, two in combinations(range(0, length, size), 2):
            first, second = source[one : one + size], source[two : two + size]
            yield source[:one] + second + source[one + size : two] + first + source[two + size :]
    for at in range(max(length, len(other)) + 1):
        yield source[:at] + other[at:]
        yield other[:at] + source[at:]


def begin(exchange: Exchange, which: str) -> tuple[bytes, bytes]:
    """A file that could be taken next, and another of its kind: (source, other)."""
    centre = exchange.centre
    first = centre.start()
    exchange.deliver(*exchange.send())
    older = exchange.answer().read_bytes()
    if which == "receipt":
        centre.start()
        exchange.deliver(*exchange.send())
        return exchange.answer().read_bytes(), older
    sent = []
    for n in range(2):
        centre.edit(first, rows=(row(1, remarks=f"{n}"),), last_row=1)
        if which == "pictures":
            kept = centre.services.attachments.keep(centre.actor, photograph(n, (32, 24)))
            point = ActionPoint(id=centre.services.action_points.new_id(), attachments=(kept,))
            centre.services.action_points.save(centre.actor, point)
        sent.append(exchange.send()[-1].read_bytes())
    return sent[1], sent[0]


def refuse_all(exchange: Exchange, which: str, of: Iterator[bytes]) -> Counter[str]:
    """Bring them to where such a file is taken; how often each code came.

    AssertionError when one is taken, has no code, or something is held that was not held before.
    """
    found: Counter[str] = Counter()
    before = _state(exchange)
    folder = exchange.root / "mutants"
    while some := list(islice(of, _AT_ONCE)):
        folder.mkdir()
        for n, mutant in enumerate(some):
            (folder / f"{n}.fieldsync").write_bytes(mutant)
        if which == "receipt":
            brought = exchange.centre.receipts.receive(exchange.centre.actor, [folder])
            assert {one.state for one in brought} == {ReceivedState.REFUSED}
        else:
            done = exchange.deliver(folder)
            assert done.counts.total == 0
            brought = done.files
        assert len(brought) == len(some)
        found.update(one.code for one in brought)
        shutil.rmtree(folder)
    assert set(found) <= set(RESULTS)
    assert _state(exchange) == before
    return found


def _state(exchange: Exchange) -> tuple[str, str]:
    return exchange.hq.state_hash(), exchange.centre.state_hash()
