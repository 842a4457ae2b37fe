"""The same records, journal and lists on a real PostgreSQL server."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest
import sqlalchemy as sa

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import MovedOn
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.homes import new_hq
from fieldapp.storage import journal, sealing, search_index, taking_in
from fieldapp.storage.database import open_postgresql
from fieldapp.storage.queries import Query, page
from fieldapp.storage.records import Typed, get, put
from tests import examples

ACTOR = Actor("ravi", "OFFICER")
AT = datetime(2017, 1, 14, 5, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def office(tmp_path_factory, databases):
    home = new_hq(tmp_path_factory.mktemp("office") / "hq", practice=True, database_url=databases())
    yield home
    home.close()


def save(home, record, centre, base_version=None):
    with home.database.transaction() as tx:
        return put(tx, record, ACTOR, Typed(home.keys.key_id, centre, AT), base_version=base_version)[0]


@pytest.mark.parametrize("word", RECORD_TYPES)
def test_a_record_with_every_field_filled_reads_back_equal_after_a_change(office, word):
    first, second = examples.record(word, 1), examples.record(word, 2)
    save(office, first, centre=3)
    second = msgspec.structs.replace(second, id=first.id)
    save(office, second, centre=3, base_version=1)
    with office.database.reading() as tx:
        assert get(tx, first.id).record == second


def test_what_a_centre_sealed_arrives_equal_and_with_the_same_state_hash(centre_home, hq_home, office):
    for seed in range(10, 16):
        centre_home.services.activities.save(centre_home.actor, examples.sensible("activity", seed))
    with centre_home.database.transaction() as tx:
        sealing.seal(tx, Typed(centre_home.keys.key_id, 1, AT))
        to, _ = journal.checkpoint(tx, bytes.fromhex(centre_home.keys.key_id))
        node = bytes.fromhex(centre_home.keys.key_id)
        sealed = list(journal.read_slice(tx, journal.newest_in_range(tx, node, 0, to)))
        expected = journal.state_hash(tx)
    for home in (hq_home, office):
        with home.database.transaction() as tx:
            taking_in.receive(tx, [replace(one, centre=7) for one in sealed], "2017-01-15T00:00:00Z")
    with hq_home.database.reading() as tx:
        assert journal.state_hash(tx) == expected
    with office.database.reading() as tx:
        for one in sealed:
            mine = centre_home.services.activities.get(centre_home.actor, one.id).record
            assert get(tx, one.id).record == mine
        assert page(tx, "activity", Query(centre=7)).total == len(sealed)


def test_a_list_pages_and_searches_as_on_sqlite(office):
    for seed in range(30, 41):
        save(office, examples.sensible("person", seed, office=f"बैठक {seed}"), centre=41)
    with office.database.transaction() as tx:
        search_index.catch_up(tx)
    with office.database.reading() as tx:
        first = page(tx, "person", Query(centre=41), limit=6)
        rest = page(tx, "person", Query(centre=41), first.next, limit=6)
        found = page(tx, "person", Query(text="बैठक 33"))
    assert first.total == 11
    assert len({held.record.id for held in first.items + rest.items}) == 11
    assert [held.record.office for held in found.items] == ["बैठक 33"]


def test_of_two_who_save_at_once_the_second_is_told_and_overwrites_nothing(office):
    person = examples.record("person", 77)
    save(office, person, centre=4)
    other = open_postgresql(office.database.engine.url)
    said = []

    def save_beside():
        try:
            with other.transaction() as tx:
                second = msgspec.structs.replace(person, notes="second")
                put(tx, second, ACTOR, Typed(office.keys.key_id, 4, AT), base_version=1)
        except MovedOn as moved:
            said.append(moved)

    waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    beside = threading.Thread(target=save_beside)
    with office.database.transaction() as tx:
        first = msgspec.structs.replace(person, notes="first")
        put(tx, first, ACTOR, Typed(office.keys.key_id, 4, AT), base_version=1)
        beside.start()
        while not tx.execute(waiting).scalar_one():
            assert beside.is_alive()
    beside.join()
    other.close()
    assert len(said) == 1
    with office.database.reading() as tx:
        held = get(tx, person.id)
    assert (held.version, held.record) == (2, first)
