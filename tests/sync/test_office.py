"""The key list of a head office: a chain that is taken link by link, and nothing else."""

import msgspec
import pytest

from fieldapp.domain import canonical
from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.results import RESULTS
from fieldapp.storage.tables import home_state
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.office import (
    KeyList,
    OfficeKey,
    is_retired,
    key_list,
    key_lists,
    take_key_list,
    take_office_sections,
)


@pytest.fixture
def tx(centre_home):
    with centre_home.database.transaction() as tx:
        yield tx


def list_by(root, number, *keys, names=None):
    """A list of these keys, signed by a root; `names` is the root it names for the next one."""
    members = KeyList(
        number=number,
        root=(names or root).public.sign,
        reserve=(names or root).public.age,
        keys=tuple(OfficeKey(node=key.key_id, sign=key.public.sign, age=key.public.age) for key in keys),
    ).members(root)
    return {"t": "keys", **members}


def refused(tx, said):
    with pytest.raises(SyncFileRefused) as refusal:
        take_key_list(tx, said)
    assert refusal.value.title == RESULTS[refusal.value.code].title
    return refusal.value.code


def test_a_newer_list_is_taken_only_if_the_root_of_the_one_before_signed_it(tx):
    root, new_root, thief, key = (NodeKeys.generate() for _ in range(4))
    assert take_key_list(tx, list_by(root, 1, key))
    assert refused(tx, list_by(thief, 2, thief)) == "bad_key_list"
    assert refused(tx, list_by(root, 2, key) | {"reserve": thief.public.age}) == "bad_key_list"
    assert take_key_list(tx, list_by(root, 2, key, names=new_root))
    assert refused(tx, list_by(root, 3, key)) == "bad_key_list"
    assert take_key_list(tx, list_by(new_root, 3, key))
    with pytest.raises(msgspec.ValidationError):
        take_key_list(tx, {"t": "keys", "number": 4})
    assert key_list(tx).number == 3


def test_a_home_that_missed_lists_takes_the_newest_only_behind_the_missing_ones(tx):
    root, new_root = NodeKeys.generate(), NodeKeys.generate()
    one, two, three, four, five = (NodeKeys.generate() for _ in range(5))
    chain = [
        list_by(root, 1, one),
        list_by(root, 2, two),
        list_by(root, 3, three, names=new_root),
        list_by(new_root, 4, four),
        list_by(new_root, 5, five),
    ]
    take_key_list(tx, chain[0])
    assert refused(tx, chain[4]) == "key_list_gap"
    with pytest.raises(SyncFileRefused, match="missing"):
        take_office_sections(tx, [(2, chain[2]), (3, chain[4])])
    assert key_list(tx).number == 1
    assert not take_office_sections(tx, list(enumerate(chain[1:], 2)))
    assert key_list(tx).number == 5
    assert [found.number for found, _ in key_lists(tx)] == [1, 2, 3, 4, 5]
    assert is_retired(tx, two.key_id)
    assert not is_retired(tx, five.key_id)
    assert not is_retired(tx, NodeKeys.generate().key_id)


def test_a_first_list_is_the_first_of_its_chain(tx):
    root, key = NodeKeys.generate(), NodeKeys.generate()
    assert refused(tx, list_by(root, 2, key)) == "key_list_gap"
    assert refused(tx, list_by(root, 1, key) | {"number": 1, "root": key.public.sign}) == "bad_key_list"
    assert key_list(tx) is None


def test_an_older_list_is_left_alone_and_said_and_a_forged_one_refused(tx):
    root, thief, key = NodeKeys.generate(), NodeKeys.generate(), NodeKeys.generate()
    first, second = list_by(root, 1, key), list_by(root, 2, key)
    for said in (first, second):
        take_key_list(tx, said)
    assert take_office_sections(tx, [(2, first)])
    assert not take_office_sections(tx, [(2, first), (3, second)])
    assert not take_office_sections(tx, [])
    assert key_list(tx).number == 2
    assert refused(tx, list_by(thief, 1, thief)) == "bad_key_list"
    assert refused(tx, list_by(root, 2, thief)) == "bad_key_list"
    assert RESULTS["old_key_list"].kind == "noted"


def test_a_home_of_the_first_programs_goes_on_from_the_one_list_it_kept(tx):
    root, key = NodeKeys.generate(), NodeKeys.generate()
    take_key_list(tx, list_by(root, 1, key))
    tx.execute(home_state.delete().where(home_state.c.name == "key_list.1"))
    assert [found.number for found, _ in key_lists(tx)] == [1]
    assert take_key_list(tx, list_by(root, 2, key))
    assert [found.number for found, _ in key_lists(tx)] == [1, 2]


def test_a_list_in_which_the_first_programs_named_a_duty_holds_as_it_was_signed(tx):
    root, key = NodeKeys.generate(), NodeKeys.generate()
    plain = list_by(root, 1, key)
    said = {name: plain[name] for name in ("number", "root", "reserve")}
    said["keys"] = [one | {"duty": "hq"} for one in plain["keys"]]
    signature = root.sign(b"fieldapp-keys-1\0" + canonical.encode(said)).hex()
    assert take_key_list(tx, {"t": "keys", **said, "signature": signature})
    assert key_list(tx).find(key.key_id).node == key.key_id
    assert take_key_list(tx, list_by(root, 2, key))


def test_a_list_with_a_key_that_is_none_is_refused(tx):
    root, key = NodeKeys.generate(), NodeKeys.generate()
    bad = KeyList(
        number=1,
        root=root.public.sign,
        reserve=root.public.age,
        keys=(OfficeKey(node="ab" * 16, sign="00" * 32, age=key.public.age),),
    )
    assert refused(tx, {"t": "keys", **bad.members(root)}) == "bad_key"


def test_what_a_newer_program_adds_to_a_list_is_covered_by_its_signature(tx):
    root, key = NodeKeys.generate(), NodeKeys.generate()
    plain = list_by(root, 1, key)
    assert refused(tx, plain | {"later": "added"}) == "bad_key_list"
    assert take_key_list(tx, plain)
