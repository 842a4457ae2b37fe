"""Going over a home finds what somebody changed behind the program's back."""

import pytest
import zstandard

from fieldapp.services.checking import Checked, check_home
from fieldapp.services.records import origin
from fieldapp.storage import sealing
from fieldapp.storage.tables import activity_log, record_table, revisions, seals
from tests import examples


def checked(home) -> Checked:
    return check_home(home.database, home.actor)


def change(home, statement) -> None:
    with home.database.transaction() as tx:
        tx.execute(statement)


@pytest.fixture
def home(centre_home):
    """A home with two sealed records and one that is not packed."""
    people = centre_home.services.people
    for seed in (1, 2):
        people.save(centre_home.actor, examples.sensible("person", seed))
    with centre_home.database.transaction() as tx:
        sealing.seal(tx, origin(tx, centre_home.database))
    people.save(centre_home.actor, examples.sensible("person", 3))
    return centre_home


def test_a_sound_home_is_well_and_says_how_much_there_is(home):
    found = checked(home)
    assert found.well
    assert (found.counts.records, found.counts.revisions, found.counts.links) == (3, 2, 2)
    assert found.counts.unsealed == 1


def test_the_state_hash_is_over_what_is_sealed(home):
    before = checked(home).state_hash
    home.services.people.save(home.actor, examples.sensible("person", 4))
    assert checked(home).state_hash == before
    with home.database.transaction() as tx:
        sealing.seal(tx, origin(tx, home.database))
    assert checked(home).state_hash != before


def test_a_sealed_body_that_was_exchanged_is_found(home):
    other = zstandard.ZstdCompressor().compress(b"{}")
    change(home, revisions.update().values(body=other))
    assert len(checked(home).altered_revisions) == 2


def test_a_body_that_does_not_unpack_is_found_and_does_not_stop_the_check(home):
    change(home, revisions.update().values(body=b"no frame"))
    assert len(checked(home).altered_revisions) == 2


def test_a_cell_changed_outside_the_program_is_found(home):
    people = record_table("person")
    change(
        home,
        people.update()
        .where(people.c.id == bytes.fromhex(examples.sensible("person", 1).id))
        .values(birth_year=1901),
    )
    assert checked(home).altered_rows == (examples.sensible("person", 1).id,)


def test_a_link_taken_out_of_the_chain_is_found(home):
    change(home, seals.delete().where(seals.c.n == 1))
    assert checked(home).broken_links == ((home.keys.key_id, 2),)


def test_a_line_changed_in_the_activity_log_is_found(home):
    change(home, activity_log.update().values(login="somebody"))
    assert 1 in checked(home).broken_log


def test_a_part_without_its_record_is_found_by_the_engine(home):
    with home.database.engine.connect() as connection:
        raw = connection.connection.cursor()
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("INSERT INTO person_roles (centre, id, n) VALUES (1, zeroblob(16), 1)")
        raw.execute("PRAGMA foreign_keys = ON")
    assert any("person_roles" in line for line in checked(home).pages)
