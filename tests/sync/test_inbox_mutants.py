"""What is left of a sync file that was cut or had a bit turned never changes what head office holds."""

import random

CUTS, FLIPS = 120, 240


def test_cut_and_flipped_files_are_refused_with_a_code_and_change_nothing(exchange):
    exchange.centre.start()
    (good,) = exchange.send()
    exchange.deliver(good)
    exchange.centre.start()
    (later,) = exchange.send()
    source, chance = later.read_bytes(), random.Random(1)
    folder = exchange.root / "damaged"
    folder.mkdir()
    for length in chance.sample(range(len(source)), CUTS):
        (folder / f"cut-{length}.fieldsync").write_bytes(source[:length])
    for bit in chance.sample(range(8 * len(source)), FLIPS):
        turned = bytearray(source)
        turned[bit // 8] ^= 1 << bit % 8
        (folder / f"bit-{bit}.fieldsync").write_bytes(turned)
    before = exchange.hq.state_hash()
    done = exchange.hq.inbox.import_all(exchange.hq.actor, [folder])
    assert len(done.files) == CUTS + FLIPS
    assert all(one.code for one in done.files)
    assert {str(one.state) for one in done.files} <= {"REFUSED", "QUARANTINE", "PARKED"}
    assert exchange.hq.state_hash() == before
    exchange.deliver(later)
    assert exchange.hq.state_hash() != before
