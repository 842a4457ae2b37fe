"""Sealing: what leaves is named by its content, chained, and never rewritten."""

from datetime import UTC, datetime

import msgspec
import pytest

from fieldapp.domain import canonical
from fieldapp.domain.actor import Actor
from fieldapp.domain.fields import flatten
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.storage import journal, sealing
from fieldapp.storage.journal import LINK_ZERO
from fieldapp.storage.records import Typed, get, put
from fieldapp.storage.tables import changes
from tests import examples

ACTOR = Actor("asha", "OPERATOR")
AT = datetime(2017, 1, 14, 5, 30, tzinfo=UTC)


def origin(home):
    return Typed(home.keys.key_id, 1, AT)


def save(home, record, base_version=None, **given):
    with home.database.transaction() as tx:
        return put(tx, record, ACTOR, origin(home), base_version=base_version, **given)[0]


def seal(home):
    with home.database.transaction() as tx:
        return sealing.seal(tx, origin(home))


def sealed(home, base=0):
    node = bytes.fromhex(home.keys.key_id)
    with home.database.transaction() as tx:
        to, _ = journal.checkpoint(tx, node)
        return list(journal.read_slice(tx, journal.newest_in_range(tx, node, base, to)))


@pytest.mark.parametrize("word", RECORD_TYPES)
def test_a_sealed_body_is_the_record_and_its_name_is_the_hash_of_it(centre_home, word):
    record = examples.record(word)
    save(centre_home, record)
    seal(centre_home)
    (revision,) = sealed(centre_home)
    assert canonical.revision_of(revision.body) == revision.rev
    assert revision.content()["f"] == canonical.decode(canonical.encode(flatten(record)))
    with centre_home.database.reading() as tx:
        assert get(tx, record.id).sealed


def test_five_hundred_edits_between_two_seals_are_one_revision_and_little_journal(centre_home):
    activity = examples.record("activity", rows=tuple(examples.row(n) for n in range(1, 41)))
    held = save(centre_home, activity)
    for n in range(500):
        rows = tuple(
            msgspec.structs.replace(row, age=n % 90) if row.row == n % 40 + 1 else row
            for row in activity.rows
        )
        activity = msgspec.structs.replace(activity, rows=rows)
        held = save(centre_home, activity, base_version=held.version)
    assert seal(centre_home)[0] == 1
    assert len(sealed(centre_home)) == 1
    with centre_home.database.reading() as tx:
        journalled = tx.execute(changes.select()).fetchall()
    assert len(journalled) == 501
    assert sum(len(row.what.encode()) + len(row.at) + len(row.login) + 40 for row in journalled) < 200_000


def test_each_seal_links_to_the_one_before_and_names_all_ancestors(centre_home):
    person = examples.record("person")
    held = save(centre_home, person)
    links = [LINK_ZERO, seal(centre_home)[1]]
    for note in ("b", "c"):
        held = save(centre_home, msgspec.structs.replace(person, notes=note), base_version=held.version)
        links.append(seal(centre_home)[1])
    (newest,) = sealed(centre_home)
    assert len(newest.ancestors) == 2
    assert newest.log_number == 3
    assert links[3] == canonical.chain(links[2], 3, bytes.fromhex(person.id), bytes.fromhex(newest.rev))


def test_an_edit_that_was_undone_is_no_new_revision(centre_home):
    person = examples.record("person")
    held = save(centre_home, person)
    seal(centre_home)
    held = save(centre_home, msgspec.structs.replace(person, notes="other"), base_version=held.version)
    held = save(centre_home, person, base_version=held.version)
    assert seal(centre_home)[0] == 1
    with centre_home.database.reading() as tx:
        assert get(tx, person.id).sealed


def test_a_deleted_record_is_sealed_as_a_tombstone_without_its_content(centre_home):
    person = examples.record("person")
    held = save(centre_home, person)
    seal(centre_home)
    save(centre_home, person, base_version=held.version, deleted="typed twice")
    seal(centre_home)
    (newest,) = sealed(centre_home)
    assert (newest.op, newest.content()["f"]) == ("del", {"reason": "typed twice"})
