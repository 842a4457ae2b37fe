"""Reading the revisions that a home keeps."""

import msgspec

from tests import examples
from tests.storage.test_sealing import save, seal, sealed


def test_only_the_newest_seal_of_each_record_in_a_range_is_read(centre_home):
    first, second = examples.record("person", 1), examples.record("person", 2)
    held = save(centre_home, first)
    save(centre_home, second)
    seal(centre_home)
    save(centre_home, msgspec.structs.replace(first, notes="later"), base_version=held.version)
    seal(centre_home)
    assert sorted(one.id for one in sealed(centre_home)) == sorted([first.id, second.id])
    assert [one.id for one in sealed(centre_home, base=2)] == [first.id]
