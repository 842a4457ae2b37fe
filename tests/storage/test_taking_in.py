"""Revisions that came from elsewhere: in whatever order, the same is held and shown."""

from dataclasses import replace

import msgspec
import pytest

from fieldapp.storage import journal, taking_in
from fieldapp.storage.records import SyncState, get
from tests import examples
from tests.storage.test_sealing import save, seal, sealed


def take_in(home, others):
    with home.database.transaction() as tx:
        taking_in.receive(tx, [replace(one, centre=5) for one in others], "2017-01-15T00:00:00Z")
        return journal.state_hash(tx)


def history(home):
    """Three revisions of one person, oldest first."""
    person = examples.record("person")
    held = save(home, person)
    found = []
    for note in ("a", "b", "c"):
        held = save(home, msgspec.structs.replace(person, notes=note), base_version=held.version)
        seal(home)
        found += sealed(home)
    return found


def test_what_arrives_in_any_order_and_twice_gives_one_state(centre_home, hq_home):
    one, two, three = history(centre_home)
    final = take_in(hq_home, [one, two, three])
    assert take_in(hq_home, [two, one]) == final
    with hq_home.database.reading() as tx:
        assert get(tx, one.id).record.notes == "c"


@pytest.mark.parametrize("order", [(2, 0, 1), (1, 2, 0), (2, 1, 0), (0, 2, 1)])
def test_disorder_shows_the_newest(centre_home, hq_home, order):
    revisions = history(centre_home)
    for n in order:
        take_in(hq_home, [revisions[n]])
    with hq_home.database.reading() as tx:
        held = get(tx, revisions[0].id)
        assert held.record.notes == "c"
        assert held.state == SyncState.COPY
        known = journal.known(tx, [held.record.id])[held.record.id]
    assert list(known.leaves) == [revisions[2].rev]
