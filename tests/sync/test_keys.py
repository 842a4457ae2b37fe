"""The keys of a home: kept, wrapped, compared by people, and never taken from a stranger unseen."""

import os

import pytest

from fieldapp.domain.errors import EnvironmentProblem, SyncFileRefused
from fieldapp.sync.keys import NodeKeys, PublicKeys, is_recipient, key_id, unwrap, verify, wrap
from tests.sync.samples import CENTRE, HQ

GOOD = CENTRE.public


def test_keys_survive_being_kept():
    keys = NodeKeys.generate()
    again = NodeKeys.from_bytes(keys.to_bytes())
    assert again.public == keys.public
    assert again.key_id == keys.key_id == key_id(bytes.fromhex(keys.public.sign))
    assert verify(bytes.fromhex(keys.public.sign), b"message", again.sign(b"message"))


def test_every_home_has_keys_of_its_own():
    assert NodeKeys.generate().public != NodeKeys.generate().public


@pytest.mark.parametrize(
    "kept", [b"", bytes(32), bytes(31) + b"AGE", CENTRE.to_bytes()[:-1], CENTRE.to_bytes()[1:]]
)
def test_keys_that_are_not_in_order_are_said_to_be_missing(kept):
    with pytest.raises(EnvironmentProblem) as failed:
        NodeKeys.from_bytes(kept)
    assert failed.value.code == "no_key"


def test_a_signature_holds_for_one_message_and_one_key_alone():
    public, signature = bytes.fromhex(GOOD.sign), CENTRE.sign(b"message")
    assert verify(public, b"message", signature)
    assert not verify(public, b"another", signature)
    assert not verify(bytes.fromhex(HQ.public.sign), b"message", signature)
    assert not verify(public, b"message", signature[:-1])
    assert not verify(public[:-1], b"message", signature)


def test_the_fingerprint_is_over_both_keys_and_easy_to_read_out():
    assert len(GOOD.fingerprint.split()) == 4
    assert set(GOOD.fingerprint) <= set("0123456789abcdef ")
    others = [PublicKeys(HQ.public.sign, GOOD.age), PublicKeys(GOOD.sign, HQ.public.age), HQ.public]
    assert len({GOOD.fingerprint, *(one.fingerprint for one in others)}) == 4
    assert NodeKeys.from_bytes(CENTRE.to_bytes()).public.fingerprint == GOOD.fingerprint


@pytest.mark.parametrize(
    "public",
    [
        PublicKeys("", GOOD.age),
        PublicKeys("x" * 64, GOOD.age),
        PublicKeys("00" * 32, GOOD.age),
        PublicKeys("01" + "00" * 31, GOOD.age),
        PublicKeys("ff" * 32, GOOD.age),
        PublicKeys("02" + "00" * 31, GOOD.age),
        PublicKeys(GOOD.sign, ""),
        PublicKeys(GOOD.sign, GOOD.age.upper()),
        PublicKeys(GOOD.sign, GOOD.age[:-1] + "q"),
        PublicKeys(GOOD.sign, "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z"),
        PublicKeys(GOOD.sign, "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya"),
    ],
)
def test_a_key_that_is_no_proper_point_is_refused(public):
    with pytest.raises(SyncFileRefused) as refused:
        public.checked()
    assert refused.value.code == "bad_key"


def test_proper_keys_pass():
    assert GOOD.checked() is GOOD
    assert is_recipient(HQ.public.age)


def test_what_is_wrapped_opens_with_its_key_and_for_its_purpose_only():
    data_key = os.urandom(32)
    wrapped = wrap(data_key, b"secret", "node keys")
    assert b"secret" not in wrapped
    assert unwrap(data_key, wrapped, "node keys") == b"secret"
    assert wrap(data_key, b"secret", "node keys") != wrapped
    for wrong in (
        (os.urandom(32), wrapped, "node keys"),
        (data_key, wrapped, "pack secret"),
        (data_key, wrapped[:-1], "node keys"),
        (data_key, b"", "node keys"),
        (b"short", wrapped, "node keys"),
    ):
        with pytest.raises(EnvironmentProblem) as failed:
            unwrap(*wrong)
        assert failed.value.code == "no_key"
