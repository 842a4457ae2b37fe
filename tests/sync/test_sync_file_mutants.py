"""Thousands of damaged and hostile files: each is refused with a code, none is taken, nothing crashes."""

import base64
import json
import random
import struct
from collections import Counter

import pyrage
import pytest

from fieldapp.domain import canonical
from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.results import RESULTS
from fieldapp.sync import sync_file
from fieldapp.sync.keys import recipient_id
from tests.sync.samples import CENTRE, GOLDEN, HQ, code, cover, forge, frame, plain, record_line, take, trust

ONE = (GOLDEN / "sync_file_v1" / "batch.fieldsync").read_bytes()
SMALL = forge(plain(record_line()))
OTHER = forge(
    plain(record_line(2)), header=b"".join([SMALL[136 : 136 + struct.unpack(">I", SMALL[28:32])[0]]])
)


def tally(mutants, **how):
    """How often each code came; a mutant that is taken, or raises anything else, fails the test."""
    found = Counter(code(mutant, **how) for mutant in mutants)
    assert "" not in found
    assert set(found) <= set(RESULTS)
    return found


def test_the_samples_themselves_are_taken():
    assert code(SMALL) == code(OTHER) == code(ONE) == ""


@pytest.mark.parametrize("source", [SMALL, ONE], ids=["small", "golden"])
def test_cut_off_at_every_byte(source):
    found = tally(source[:length] for length in range(len(source)))
    assert found == {"empty_file": 1, "too_short": 135, "truncated": len(source) - 136}


def test_every_bit_flipped():
    found = tally(
        SMALL[:at] + bytes([SMALL[at] ^ 1 << bit]) + SMALL[at + 1 :]
        for at in range(len(SMALL))
        for bit in range(8)
    )
    assert {"bad_signature", "bad_hash", "not_a_sync_file", "unknown_sender", "bad_flags"} <= set(found)


def test_every_bit_of_a_request_flipped():
    """A stranger's file, which somebody has chosen to read."""
    source = (GOLDEN / "sync_file_v1" / "request.fieldsync").read_bytes()
    tally(
        (
            source[:at] + bytes([source[at] ^ 1 << bit]) + source[at + 1 :]
            for at in range(len(source))
            for bit in range(8)
        ),
        introduce=True,
    )


def test_every_byte_deleted():
    tally(SMALL[:at] + SMALL[at + 1 :] for at in range(len(SMALL)))


@pytest.mark.parametrize("byte", [b"\0", b"\n", b"\r", b"\xff"])
def test_a_byte_inserted_everywhere(byte):
    tally(SMALL[:at] + byte + SMALL[at:] for at in range(len(SMALL) + 1))


def test_every_byte_zeroed_and_set():
    for byte in (b"\0", b"\xff"):
        tally(SMALL[:at] + byte + SMALL[at + 1 :] for at in range(len(SMALL)) if SMALL[at : at + 1] != byte)


@pytest.mark.parametrize("length", [16, 64, 512])
def test_blocks_zeroed_doubled_and_swapped(length):
    blocks = [SMALL[at : at + length] for at in range(0, len(SMALL), length)]
    mutants = []
    for at in range(len(blocks)):
        mutants.append([*blocks[:at], bytes(len(blocks[at])), *blocks[at + 1 :]])
        mutants.append([*blocks[:at], blocks[at], *blocks[at:]])
        for other in range(at + 1, len(blocks)):
            swapped = blocks.copy()
            swapped[at], swapped[other] = swapped[other], swapped[at]
            mutants.append(swapped)
    tally(mutant for mutant in map(b"".join, mutants) if mutant != SMALL)


def test_the_head_of_one_file_on_the_tail_of_another_at_every_cut():
    spliced = (SMALL[:cut] + OTHER[cut:] for cut in range(max(len(SMALL), len(OTHER)) + 1))
    tally(mutant for mutant in spliced if mutant not in (SMALL, OTHER))


def test_what_mail_programs_do_to_files():
    mutants = [
        SMALL.replace(b"\n", b"\r\n"),
        SMALL.decode("latin-1").encode(),
        SMALL.decode(errors="replace").encode(),
        SMALL.rstrip(b"\n") + b"\r\n",
        b"\xef\xbb\xbf" + SMALL,
        bytes(byte & 0x7F for byte in SMALL),
        SMALL + SMALL,
        SMALL.replace(b"\0", b""),
    ]
    tally(mutants)


def test_random_bytes_behind_a_proper_beginning():
    chance = random.Random(20161208)
    for length in (0, 8, 72, 136, 300):
        tally(SMALL[:length] + chance.randbytes(chance.randrange(3000)) for _ in range(400))


# ------------------------------------------------- validly signed


def mutated(source, chance):
    """One to three small changes somewhere."""
    source = bytearray(source)
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(source) + 1)
        how = chance.randrange(5)
        if how == 0:
            source[at:at] = chance.randbytes(chance.randrange(1, 5))
        elif how == 1:
            del source[at : at + chance.randrange(1, 20)]
        elif how == 2 and at < len(source):
            source[at] ^= 1 << chance.randrange(8)
        elif how == 3:
            source[at:at] = chance.choice(
                [b"{", b"[", b'"', b",", b"null", b"0", b"-", b"\\u", b"\n", b"1e9"]
            )
        elif at < len(source):
            source[at] = chance.randrange(256)
    return bytes(source)


def age(packed):
    return pyrage.encrypt(packed, [pyrage.x25519.Recipient.from_str(HQ.public.age)])


def outcomes(files):
    """Codes of the files refused, problems of the records of the others. Any other exception is a failure."""
    found = Counter()
    for source in files:
        refused = code(source)
        found[refused or "taken"] += 1
        if not refused:
            found.update(f"record {line.problem}" for line in take(source)[2])
    return found


def test_hostile_lines_of_an_enrolled_centre():
    chance = random.Random(1)
    content = plain(record_line(1), record_line(2, anc=["a" * 32], x={"later": [1, True, "x"]}))
    found = outcomes(forge(mutated(content, chance)) for _ in range(2000))
    assert found["bad_json"] > 500
    assert found["bad_text"]
    assert found["record bad_revision"]


def test_hostile_frames_of_an_enrolled_centre():
    chance = random.Random(2)
    packed = frame(plain(record_line()))
    mutants = (mutated(packed, chance) for _ in range(1500))
    found = outcomes(forge(body=age(mutant)) for mutant in mutants if mutant != packed)
    assert found["cannot_inflate"] > 1000
    assert not found["taken"]


def test_hostile_age_files_of_an_enrolled_centre():
    chance = random.Random(3)
    body = age(frame(plain(record_line())))
    found = outcomes(forge(body=mutated(body, chance)) for _ in range(1500))
    assert found["cannot_decrypt"] > 1000


def test_hostile_headers_of_an_enrolled_centre():
    chance = random.Random(4)
    header = canonical.encode(
        cover(enrol={"sign_pub": CENTRE.public.sign, "age_recipient": CENTRE.public.age})
    )
    headers = (mutated(header, chance) for _ in range(1500))
    found = outcomes(forge(plain(record_line()), header=one) for one in headers if len(one) >= 2)
    assert found["bad_header"] > 700


# ------------------------------------------------- age


AGE = [json.loads(line) for line in (GOLDEN / "age_vectors.jsonl").read_text("utf-8").splitlines()]
"""Files of the age project's own test vectors (0BSD): each with the key that it was made for, and whether it
may be opened with it.
"""


@pytest.mark.parametrize("vector", AGE, ids=lambda vector: vector["name"])
def test_an_age_file_is_opened_just_when_ages_own_vectors_say_so(vector):
    identity = pyrage.x25519.Identity.from_str(vector["identity"])
    header = canonical.encode(cover(recipients=[recipient_id(str(identity.to_public()))]))
    source = forge(header=header, body=base64.b64decode(vector["file"]))
    with pytest.raises(SyncFileRefused) as refused:
        sync_file.open_(sync_file.peek(source, trust), [identity], practice=False)
    opened = vector["expect"] == "success"
    assert refused.value.code == ("cannot_inflate" if opened else "cannot_decrypt")
