"""The sync file: what goes in comes out, and whatever else is put into it is refused by name."""

import hashlib
import itertools
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import msgspec
import pyrage
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.domain import canonical
from fieldapp.domain.errors import EnvironmentProblem, SyncFileRefused
from fieldapp.sync import sync_file
from fieldapp.sync.container import MAX_LINE, MAX_RECORDS, MIB
from fieldapp.sync.keys import NodeKeys, recipient_id
from fieldapp.sync.sync_file import (
    START,
    Blob,
    Checkpoint,
    Clock,
    Columns,
    Continues,
    Enrol,
    Header,
    Kind,
    Manifest,
    Record,
    Section,
    Trust,
)
from fieldapp.sync.sync_file_frame import plain_chunks
from tests.sync import samples
from tests.sync.samples import (
    CENTRE,
    COLUMNS,
    HQ,
    HQ_NODE,
    KEYS,
    NODE,
    RESERVE,
    ROSTER,
    STRANGER,
    code,
    cover,
    first_line,
    forge,
    frame,
    plain,
    record_id,
    record_line,
    sealed,
    take,
    trust,
    write,
)

LOW_ORDER = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z"  # the point 0


def introduction(owner=STRANGER):
    return Enrol(
        sign_pub=owner.public.sign, age_recipient=owner.public.age, csc_id="100000000023", proof="ab" * 32
    )


def problem(line):
    """The problem of the one record of a file that holds `line`."""
    _, _, (record,) = take(forge(plain(line, counts={json.loads(line).get("t"): 1})))
    return record.problem


# ------------------------------------------------- a round trip


def test_records_and_blobs_come_out_as_they_went_in(tmp_path):
    photo = b"\xff\xd8\xff not really a photograph"
    digest = hashlib.sha256(photo).hexdigest()
    lines = [record_line(1), record_line(2, anc=[record_id(8), record_id(7)], x={"later": {"a": 1}})]
    lines.append(sync_file.blob_line(digest, "image/jpeg", photo))
    placed = write(tmp_path, lines)
    outer, content, (one, two, blob) = take(placed.path.read_bytes())

    assert (outer.kind, outer.trust, outer.practice) == (Kind.BATCH, Trust.KNOWN, False)
    assert (outer.sha256, outer.size) == (placed.sha256, placed.size)
    assert content.manifest.counts == {"activity": 2, "blob": 1}
    body, rev = sealed(1)
    assert one == Record(
        t="activity",
        id=record_id(1),
        owner=NODE,
        op="put",
        rev=rev,
        schema=1,
        by="operator",
        at="2026-11-20T10:00:00Z",
        n=1,
        body=body,
        size=len(body),
        line=Columns(content.manifest.columns).line_name(lines[0]),
    )
    assert one.fields() == {"number": 1, "roster": ROSTER}
    assert (two.anc, two.problem) == ((record_id(8), record_id(7)), "")
    assert canonical.decode(two.body)["x"] == {"later": {"a": 1}}
    assert blob == Blob(sha256=digest, type="image/jpeg", content=photo)
    assert list(content.lines()) == [one, two, blob]


def test_header_and_manifest_keep_everything_they_are_given(tmp_path):
    given_manifest = samples.manifest(
        full=True,
        base=START,
        to=Checkpoint(n=7, chain="7" * 32),
        continues=Continues(node=HQ_NODE, n=3, chain="3" * 32),
        totals={"activity": 12, "person": 3},
        receipt=4,
        settings=2,
        clock=Clock(now="2026-11-20T10:00:00Z", highest="2026-11-21T10:00:00Z", suspect=True),
    )
    given_header = samples.header(enrol=introduction(), part=2, of=3)
    readers = [HQ.public.age, RESERVE.public.age]
    placed = sync_file.write(
        tmp_path / "a.fieldsync",
        Kind.BATCH,
        given_header,
        given_manifest,
        [],
        signer=CENTRE,
        recipients=readers,
        practice=True,
    )
    outer, content, _ = take(placed.path.read_bytes(), practice=True)
    assert outer.practice
    assert content.manifest.base == START
    for written, read in ((given_header, outer.header), (given_manifest, content.manifest)):
        filled = {"recipients", "en", "hi", "kind", "node", "key", "batch"}
        for name in set(written.__struct_fields__) - filled:
            assert getattr(read, name) == getattr(written, name), name
    assert outer.header.recipients == tuple(map(recipient_id, readers))
    assert outer.header.en.startswith("Records of a centre")
    assert outer.header.hi.startswith("केंद्र के अभिलेख")


@pytest.mark.parametrize("reader", [HQ, RESERVE])
def test_each_recipient_opens_the_file_alone(tmp_path, reader):
    placed = write(tmp_path, [record_line()], readers=(HQ, RESERVE))
    assert len(take(placed.path.read_bytes(), identities=[reader])[2]) == 1


def test_a_receipt_carries_sections_and_records_to_its_node_alone(tmp_path):
    lines = [canonical.encode({"t": "receipt", "number": 3}), record_line(5)]
    placed = write(tmp_path, lines, Kind.RECEIPT, signer=HQ, readers=[CENTRE], node=HQ_NODE)
    source = placed.path.read_bytes()
    _, _, (section, record) = take(source, identities=[CENTRE], kinds={Kind.RECEIPT})
    assert section == Section(t="receipt", members={"t": "receipt", "number": 3})
    assert record.problem == ""
    assert code(source, identities=[STRANGER]) == "not_for_this_computer"
    assert code(source, identities=[CENTRE], kinds={Kind.BATCH}) == "wrong_kind"


@pytest.mark.parametrize("kind", [Kind.REQUEST, Kind.PACK])
def test_a_stranger_introduces_himself_and_is_read_only_when_a_person_chooses_to(tmp_path, kind):
    placed = write(
        tmp_path,
        [b'{"t":"places"}'],
        kind,
        signer=STRANGER,
        readers=(),
        enrol=introduction(),
        node=record_id(9),
    )
    source = placed.path.read_bytes()
    outer = sync_file.peek(source, trust)
    assert outer.trust is Trust.INTRODUCED
    assert outer.header.enrol == introduction()
    assert code(source, identities=()) == "unknown_sender"
    _, _, (section,) = take(source, identities=(), introduce=True)
    assert section.t == "places"


def test_a_batch_of_a_stranger_waits_however_it_introduces_itself(tmp_path):
    placed = write(tmp_path, [record_line()], signer=STRANGER, enrol=introduction())
    source = placed.path.read_bytes()
    assert sync_file.peek(source, trust).trust is Trust.INTRODUCED
    assert code(source) == code(source, introduce=True) == "unknown_sender"
    bare = write(tmp_path, [record_line()], signer=STRANGER).path.read_bytes()
    assert sync_file.peek(bare, trust).trust is Trust.STRANGER
    assert code(bare, introduce=True) == "unknown_sender"


def test_a_file_is_read_as_often_as_wanted_and_the_same_each_time(tmp_path):
    _, content, lines = take(write(tmp_path, map(record_line, range(1, 30))).path.read_bytes())
    halfway = list(itertools.islice(content.lines(), 10))
    assert halfway == lines[:10]
    assert list(content.lines()) == lines


def test_repeated_and_shuffled_lines_are_the_readers_to_judge(tmp_path):
    lines = [record_line(2), record_line(1), record_line(2)]
    _, _, records = take(write(tmp_path, lines).path.read_bytes())
    assert [record.n for record in records] == [2, 1, 2]


def test_an_empty_batch_can_be_read(tmp_path):
    assert take(write(tmp_path).path.read_bytes())[2] == []


# ------------------------------------------------- columns


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "row": st.integers(1, 9),
                "name": st.fixed_dictionaries({"hi": st.sampled_from(["सुनीता", "x"])}),
                "chai": st.just(True),
                "tries": st.lists(
                    st.fixed_dictionaries({}, optional={"slot": st.integers(1, 2), "mode": st.just("UPI")}),
                    min_size=1,
                    max_size=3,
                ),
            },
        ),
        min_size=1,
        max_size=6,
    )
)
def test_rows_and_objects_turn_into_each_other_without_loss(rows):
    f = {"number": 3, "roster": rows, "partners": [{"name": "not packed"}]}
    columns = Columns(COLUMNS)
    packed = canonical.decode_line(canonical.raw(columns.packed(msgspec.Raw(canonical.raw(f)))))
    assert packed["partners"] == f["partners"]
    assert canonical.decode(canonical.raw(columns.opened(packed))) == f


def test_a_record_line_is_its_own_line_form_and_holds_rows():
    line = record_line()
    assert canonical.encode_line(json.loads(line)) == line
    first, second = json.loads(line)["f"]["roster"]
    assert first[-1] == [[1, "CARD", 100, "OK"], [2]]
    assert second == [2, {"hi": "क्‍षितिज", "latin": "Kshitij"}]


def test_a_column_may_have_any_canonical_name():
    columns = Columns({"rows": ("class", "1st", "_", "from")})
    sealed = canonical.raw({"rows": [{"class": 1, "1st": 2, "_": 3, "from": 4}]})
    packed = {"rows": [[1, 2, 3, 4]]}
    assert canonical.raw(columns.packed(msgspec.Raw(sealed))) == canonical.raw(packed)
    assert canonical.raw(columns.opened(packed)) == sealed


@pytest.mark.parametrize("rows", [[{"unknown": 1}], ["x"], [[1]], {"row": 1}, "x"])
def test_rows_that_would_lose_something_are_not_packed(rows):
    with pytest.raises(ValueError, match="roster"):
        Columns(COLUMNS).packed(msgspec.Raw(canonical.raw({"roster": rows})))


# ------------------------------------------------- the outside


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"", "empty_file"),
        (b"F", "too_short"),
        (forge(plain())[:135], "too_short"),
        (b"x", "not_a_sync_file"),
        (b"PK\3\4" + bytes(200), "not_a_sync_file"),
        (b"%PDF-1.7" + bytes(200), "not_a_sync_file"),
        (b"MZ" + bytes(200), "not_a_sync_file"),
        (b"\x78\x9f\x3e\x22" + bytes(200), "in_outlook_mail"),
        (b"FLDSYNC\0" + bytes(200), "not_a_sync_file"),
        (b"RkxEU1lOQwEB" + bytes(200), "in_a_mail"),
        (b"FLDSYNC=01=01" + bytes(200), "in_a_mail"),
        (forge(plain(), major=2), "newer_format"),
        (forge(plain(), kind=9), "wrong_kind"),
        (forge(plain(), kind=0), "wrong_kind"),
        (forge(plain(), flags=0xFF), "bad_flags"),
        (forge(plain(), flags=0), "bad_flags"),
        (forge(plain(), kind=4, flags=1), "bad_flags"),
        (forge(plain(), reserved=1), "bad_flags"),
        (forge(plain(), header_length=0), "bad_header"),
        (forge(plain(), header_length=1), "bad_header"),
        (forge(plain(), header_length=4097), "bad_header"),
        (forge(plain(), header_length=2**32 - 1), "bad_header"),
        (forge(plain(), body_length=32 * MIB + 1), "too_big"),
        (forge(plain(), body_length=2**63), "too_big"),
        (forge(plain(), body_length=2**64 - 1), "too_big"),
        (forge(body=bytes(MIB + 1), kind=4), "too_big"),
        (forge(plain(), body_length=10**6), "truncated"),
        (forge(plain(), body_length=5), "trailing_bytes"),
        (forge(plain()) + b"\n", "trailing_bytes"),
        (forge(plain()) + bytes(MIB), "trailing_bytes"),
        (forge(plain()) + forge(plain()), "trailing_bytes"),
        (forge(plain(), signed_kind=2), "bad_signature"),
        (forge(plain(), signer=STRANGER, key=bytes.fromhex(CENTRE.key_id)), "bad_signature"),
        (forge(plain(), sha256=bytes(32)), "bad_hash"),
        (forge(plain(), signer=STRANGER), "unknown_sender"),
    ],
)
def test_what_is_wrong_on_the_outside_is_said(source, expected):
    assert code(source) == expected


def test_a_truncated_file_is_refused_with_its_length(tmp_path):
    source = write(
        tmp_path, [sync_file.blob_line("0" * 64, "image/jpeg", os.urandom(60_000))]
    ).path.read_bytes()
    with pytest.raises(SyncFileRefused) as refused:
        sync_file.peek(source[:30_000], trust)
    assert refused.value.code == "truncated"
    whole = -(-len(source) // 1024)
    assert refused.value.title.args == {"have": "29", "expected": str(whole)}


@pytest.mark.parametrize(
    "header",
    [
        b"{}",
        b"[]",
        json.dumps(cover()).encode(),
        canonical.encode(cover()).replace(b'"batch":42', b'"batch":42.0'),
        canonical.encode(cover()).replace(b'"batch":42', b'"batch":42,"batch":42'),
        canonical.encode(cover()) + b" ",
        canonical.encode(cover(node="x")),
        canonical.encode(cover(batch=-1)),
        canonical.encode(cover(recipients=["x"])),
        canonical.encode(cover(app="x" * 41)),
    ],
)
def test_a_header_that_is_not_strict_and_canonical_is_refused_though_it_is_signed(header):
    assert code(forge(plain(), header=header)) == "bad_header"
    assert code(forge(plain(), header=header, signer=STRANGER)) == "bad_header"


def test_members_that_a_newer_program_added_to_header_and_manifest_are_passed_over():
    source = forge(plain(record_line(), later={"a": 1}), header=canonical.encode(cover(later={"a": 1})))
    assert code(source) == ""


@pytest.mark.parametrize(
    ("enrol", "expected"),
    [
        (introduction(CENTRE), "bad_signature"),
        (Enrol(sign_pub="00" * 32, age_recipient=STRANGER.public.age), "bad_key"),
        (Enrol(sign_pub="01" + "00" * 31, age_recipient=STRANGER.public.age), "bad_key"),
        (Enrol(sign_pub=STRANGER.public.sign, age_recipient=LOW_ORDER), "bad_key"),
        (Enrol(sign_pub=STRANGER.public.sign, age_recipient="age1"), "bad_key"),
    ],
)
def test_an_introduction_with_a_false_key_is_refused(tmp_path, enrol, expected):
    placed = write(tmp_path, [], Kind.REQUEST, signer=STRANGER, readers=(), enrol=enrol)
    assert code(placed.path.read_bytes(), introduce=True) == expected


def test_an_introduction_under_the_key_id_of_another_is_refused():
    members = cover(enrol={"sign_pub": STRANGER.public.sign, "age_recipient": STRANGER.public.age})
    source = forge(kind=3, header=canonical.encode(members), signer=STRANGER, key=bytes(16))
    assert code(source, introduce=True) == "bad_signature"


def test_an_introduction_with_a_false_signature_is_refused(tmp_path):
    source = write(
        tmp_path, [], Kind.REQUEST, signer=STRANGER, readers=(), enrol=introduction()
    ).path.read_bytes()
    assert code(source[:80] + bytes(8) + source[88:], introduce=True) == "bad_signature"


# ------------------------------------------------- the sender and the addressee


def test_a_practice_file_is_refused_by_a_real_home(tmp_path):
    source = write(tmp_path, [record_line()], practice=True).path.read_bytes()
    assert code(source) == "practice_file"
    assert code(source, practice=True) == ""


def test_a_file_for_another_office_is_named_as_such(tmp_path):
    source = write(tmp_path, [record_line()], readers=[RESERVE]).path.read_bytes()
    assert code(source, identities=[HQ]) == "other_office"
    assert code(source, identities=[]) == "other_office"


def test_a_file_that_claims_to_be_ours_but_is_not_cannot_be_decrypted():
    assert code(forge(plain(), readers=[RESERVE])) == "cannot_decrypt"


def test_a_content_signed_anew_by_another_enrolled_home_is_refused():
    body = pyrage.encrypt(frame(plain(record_line())), [pyrage.x25519.Recipient.from_str(HQ.public.age)])
    as_its_own = forge(body=body, signer=HQ, header=canonical.encode(cover(node=HQ_NODE)))
    as_the_centre = forge(body=body, signer=HQ)
    assert code(as_its_own) == code(as_the_centre) == "not_bound"


def test_an_enrolled_home_cannot_speak_for_another_node():
    assert code(forge(plain(record_line(), key=HQ.key_id), signer=HQ)) == "not_bound"


@pytest.mark.parametrize(
    "changed", [{"kind": 2}, {"node": HQ_NODE}, {"key": HQ.key_id}, {"batch": 43}, {"batch": 0}, {"key": ""}]
)
def test_a_manifest_of_another_cover_is_refused(changed):
    assert code(forge(plain(**changed))) == "not_bound"


@pytest.mark.parametrize(
    "source",
    [
        forge(plain(), header=canonical.encode(cover(min_reader=2))),
        forge(plain(min_reader=2)),
        forge(plain(caps=["time_travel"])),
    ],
)
def test_a_file_that_wants_a_newer_program_waits_for_it(source):
    assert code(source) == "needs_newer_program"


def test_a_higher_schema_alone_is_read():
    header = canonical.encode(cover(schema=9))
    assert code(forge(plain(record_line(), schema=9), header=header)) == ""


# ------------------------------------------------- age


def age_body(stanzas):
    head = "age-encryption.org/v1\n" + "".join(stanzas)
    return head.encode() + b"--- " + b"A" * 43 + b"\n" + bytes(200)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"age-encryption.org/v1\n",
        age_body([]),
        age_body(["-> X25519 " + "A" * 43 + "\n" + "B" * 43 + "\n"]),
        age_body(["-> X25519 " + "A" * 43 + "\n" + "B" * 43 + "\n"] * 10_000),
        age_body(["-> scrypt " + "A" * 22 + " 23\n" + "B" * 43 + "\n"]),
        pyrage.passphrase.encrypt(frame(plain()), "words"),
        pyrage.encrypt(frame(plain()), [pyrage.x25519.Recipient.from_str(HQ.public.age)])[:-1],
        pyrage.encrypt(frame(plain()), [pyrage.x25519.Recipient.from_str(HQ.public.age)]) + b"x",
        pyrage.encrypt(frame(plain()), [pyrage.x25519.Recipient.from_str(HQ.public.age)], armored=True),
    ],
)
def test_an_age_file_that_is_not_in_order_is_refused(body):
    assert code(forge(body=body)) == "cannot_decrypt"


def test_so_many_readers_that_opening_would_take_long_are_refused():
    readers = [NodeKeys.generate() for _ in range(25)]
    assert code(forge(plain(), readers=[*readers, HQ])) == "cannot_decrypt"
    assert code(forge(plain(), readers=[*readers[:10], HQ])) == ""


# ------------------------------------------------- zstd


def undeclared(content):
    return zstandard.ZstdCompressor(write_content_size=False).compress(content)


def declaring(content, size):
    """A frame that lies about its size, in the eight-byte form."""
    honest = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    packed = honest.compress(content) + honest.flush()
    return packed[:4] + bytes([packed[4] | 0xC0, packed[5]]) + size.to_bytes(8, "little") + packed[6:]


def test_a_frame_with_its_size_in_eight_bytes_is_a_proper_frame():
    content = plain(record_line())
    packed = declaring(content, len(content))
    assert zstandard.ZstdDecompressor().decompress(packed) == content
    assert code(forge(body=age(packed))) == ""


def age(packed):
    return pyrage.encrypt(packed, [pyrage.x25519.Recipient.from_str(HQ.public.age)])


GOOD = plain(record_line())


@pytest.mark.parametrize(
    ("packed", "expected"),
    [
        (b"", "cannot_inflate"),
        (b"not zstd at all", "cannot_inflate"),
        (GOOD, "cannot_inflate"),
        (undeclared(GOOD), "cannot_inflate"),
        (frame(GOOD)[:-1], "cannot_inflate"),
        (frame(GOOD)[:20], "cannot_inflate"),
        (frame(GOOD) + b"\0", "cannot_inflate"),
        (frame(GOOD) + frame(GOOD), "cannot_inflate"),
        (frame(GOOD)[:-1] + b"\0", "cannot_inflate"),
        (b"\x50\x2a\x4d\x18\4\0\0\0abcd" + frame(GOOD), "cannot_inflate"),
        (declaring(GOOD, len(GOOD) - 1), "cannot_inflate"),
        (declaring(GOOD, len(GOOD) + 1), "cannot_inflate"),
        (declaring(GOOD, 0), "cannot_inflate"),
        (declaring(GOOD, 2**63), "too_big"),
        (declaring(GOOD, 256 * MIB + 1), "too_big"),
        (declaring(GOOD, MIB + 1), "too_big"),
        (declaring(bytes(2 * MIB), 1000), "cannot_inflate"),
        (frame(bytes(201 * MIB)), "too_big"),
        (
            zstandard.ZstdCompressor(dict_data=zstandard.ZstdCompressionDict(GOOD)).compress(GOOD),
            "cannot_inflate",
        ),
    ],
)
def test_packed_content_that_is_not_exactly_one_honest_frame_is_refused(packed, expected):
    assert code(forge(body=age(packed))) == expected


def test_a_bomb_is_refused_before_anything_is_inflated():
    """200 MiB that say so, and 200 MiB that say they are 1,000 bytes, in a process with 64 MiB to spare."""
    honest = zstandard.ZstdCompressor().compress(bytes(200 * MIB))
    for packed in (honest, declaring(bytes(200 * MIB), 1000)):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert code(forge(body=age(packed))) in ("too_big", "cannot_inflate")
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_no_more_is_ever_inflated_than_was_declared():
    inflated = []
    with pytest.raises(SyncFileRefused):
        inflated.extend(plain_chunks(declaring(os.urandom(2 * MIB), 1000)))
    assert sum(map(len, inflated)) <= 1000


# ------------------------------------------------- lines


def lines(*tail, head=None, count=1):
    head = canonical.encode(first_line(count)) if head is None else head
    return head + b"\n" + b"".join(tail)


LINE = record_line()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "bad_json"),
        (b"\n", "bad_json"),
        (b"null\n", "bad_json"),
        (b"[]\n", "bad_json"),
        (b"{}\n", "bad_json"),
        (lines(head=canonical.encode(first_line(schema=None))), "bad_json"),
        (lines(head=canonical.encode(first_line(columns={"roster": ["a", "a"]}))), "bad_json"),
        (lines(head=canonical.encode(first_line(columns={"roster": ["A"]}))), "bad_json"),
        (lines(head=canonical.encode(first_line(columns={"a": ["x" * 65]}))), "bad_json"),
        (lines(head=canonical.encode(first_line(columns={"a": [f"c{n}" for n in range(257)]}))), "bad_json"),
        (lines(LINE), "bad_json"),
        (lines(LINE, b"\n\n"), "bad_json"),
        (lines(b"\n", LINE, b"\n"), "bad_json"),
        (lines(LINE, b"\r\n"), "bad_json"),
        (lines(b" ", LINE, b"\n"), "bad_json"),
        (b"\xef\xbb\xbf" + lines(LINE, b"\n"), "bad_json"),
        (lines(LINE, b"\n").decode().encode("utf-16"), "bad_json"),
        (lines(b'{"t":"activity","t":"activity"}\n'), "bad_json"),
        (lines(b'{"n":NaN,"t":"activity"}\n'), "bad_json"),
        (lines(b'{"n":1.5,"t":"activity"}\n'), "bad_json"),
        (lines(b'{"n":9007199254740992,"t":"activity"}\n'), "bad_json"),
        (lines(b'{"n":0,"t":"activity"}\n'), "bad_json"),
        (lines(b'{"f":' + b"[" * 8 + b"]" * 8 + b',"t":"activity"}\n'), "bad_json"),
        (lines(b"[" * 100_000 + b"\n"), "bad_json"),
        (lines(b'{"f":{"roster":[[1,null]]},"t":"activity"}\n'), "bad_json"),
        (lines(b'"text"\n'), "bad_json"),
        (lines(b'{"a":1}\n'), "bad_json"),
        (lines(b'{"t":1}\n'), "bad_json"),
        (lines('{"by":"\u202e","t":"activity"}\n'.encode()), "bad_text"),
        (lines(b'{"by":"\xc0\xaf","t":"activity"}\n'), "bad_text"),
        (lines(b'{"by":"\\u0007","t":"activity"}\n'), "bad_text"),
        (lines(b'{"by":"' + b"x" * MAX_LINE + b'","t":"activity"}\n'), "too_big"),
        (lines(b'"' + os.urandom(2 * MIB).hex().encode()), "too_big"),
        (lines(LINE, b"\n", count=2), "bad_count"),
        (lines(LINE, b"\n", LINE, b"\n"), "bad_count"),
        (lines(count=1), "bad_count"),
        (plain(LINE, count=2), "bad_count"),
        (plain(LINE, counts={"activity": 2}), "bad_count"),
        (plain(LINE, counts={"person": 1}), "bad_count"),
        (plain(LINE, counts={}), "bad_count"),
        (plain(LINE, counts={"activity": 1, "blob": 1}), "bad_count"),
    ],
)
def test_lines_that_are_not_strict_or_not_as_many_as_said_are_refused(content, expected):
    assert code(forge(content)) == expected


def test_the_line_that_is_wrong_is_named():
    with pytest.raises(SyncFileRefused) as refused:
        take(forge(lines(LINE, b"\n", b"{\n")))
    assert refused.value.title.args == {"line": 3}


def test_more_records_than_a_file_may_hold_are_refused():
    many = lines(b'{"t":"activity"}\n' * (MAX_RECORDS + 1), count=MAX_RECORDS + 1)
    # Such lines alone pack too well to be let in at all, so something that does not is put beside them.
    ballast = canonical.encode({"t": "activity", "by": os.urandom(20_000).hex()}) + b"\n"
    assert code(forge(many + ballast)) == "too_big"


# ------------------------------------------------- one bad record


def changed(**members):
    found = {**json.loads(record_line()), **members}
    return canonical.raw({name: value for name, value in found.items() if value is not None})


@pytest.mark.parametrize(
    "line",
    [
        changed(id="x"),
        changed(id="A" * 32),
        changed(id="0" * 32),
        changed(id=12345678901),
        changed(id=None),
        changed(owner="x"),
        changed(op="take"),
        changed(rev=None),
        changed(rev="x" * 32),
        changed(schema=None),
        changed(schema="1"),
        changed(n="1"),
        changed(n=-1),
        changed(at="yesterday"),
        changed(at="2026-11-20T10:00:00+05:30"),
        changed(by=7),
        changed(by="x" * 101),
        changed(q=1),
        changed(f="x"),
        changed(f=["x"]),
        changed(x=["x"]),
        changed(anc="x"),
        changed(anc=["x"]),
        changed(anc=[1]),
        changed(anc=[record_id(n) for n in range(1, 66)]),
        changed(anc=[sealed()[1]]),
        changed(anc=[record_id(7), record_id(7)]),
        changed(f={"roster": [[1, 2, 3, 4, 5, 6, 7]]}),
        changed(f={"roster": ["row"]}),
        changed(f={"roster": [{"row": 1}]}),
        changed(f={"roster": "x"}),
        changed(f={"roster": [[1, 0, 5]]}),
        changed(f={"roster": [[1, "", 5]]}),
        changed(f={"roster": [[1, False, 5]]}),
        changed(f={"roster": [[1, [], 5]]}),
        changed(f={"roster": [[1, None, 5, [], True]]}),
        changed(f={"roster": [[1, None, None, None, None, 5]]}),
        changed(f={"roster": [[1, None, None, None, None, [[None, "CARD"], 5]]]}),
        canonical.encode({"t": "activity"}),
    ],
)
def test_a_record_out_of_shape_is_refused_alone(line):
    assert problem(line) == "bad_record"


@pytest.mark.parametrize(
    ("on_the_line", "as_objects"),
    [
        ({"other": [[1, None, 5]]}, {"other": [[1, None, 5]]}),
        ({"roster": [[1, [None, 5]]]}, {"roster": [{"row": 1, "name": [None, 5]}]}),
        ({"roster": [[1, 0, 5]]}, {"roster": [{"row": 1, "name": 0, "age": 5}]}),
        ({"roster": [[1, False, 5]]}, {"roster": [{"row": 1, "name": False, "age": 5}]}),
        ({"roster": [[1, "", 5]]}, {"roster": [{"row": 1, "name": "", "age": 5}]}),
        ({"roster": [[1, [], 5]]}, {"roster": [{"row": 1, "name": [], "age": 5}]}),
        (
            {"roster": [[1, None, 5, [], True]]},
            {"roster": [{"row": 1, "age": 5, "present": [], "chai": True}]},
        ),
    ],
)
def test_a_body_that_is_not_canonical_is_refused_even_under_its_own_name(on_the_line, as_objects):
    body = {"t": "activity", "op": "put", "id": record_id(1), "owner": NODE, "f": as_objects}
    assert problem(changed(f=on_the_line, rev=canonical.revision_of(canonical.raw(body)))) == "bad_record"


@pytest.mark.parametrize(
    "line",
    [
        changed(rev="a" * 32),
        changed(owner=HQ_NODE),
        changed(id=record_id(77)),
        changed(op="del"),
        changed(t="person"),
        changed(anc=[record_id(5)]),
        changed(x={"a": 1}),
        changed(f=None),
        changed(f={"number": 2}),
    ],
)
def test_a_record_whose_revision_does_not_recompute_is_refused_alone(line):
    assert problem(line) == "bad_revision"


def test_what_only_accompanies_a_record_does_not_count_for_its_revision():
    assert problem(changed(by=None, at=None, n=9, q=True, schema=9, later={"a": 1})) == ""


def test_one_bad_record_does_not_stop_the_rest():
    three = [record_line(1), changed(rev="a" * 32), record_line(3)]
    _, _, records = take(forge(plain(*three)))
    assert [record.problem for record in records] == ["", "bad_revision", ""]
    assert records[1].id == record_id(1)


def test_sixty_four_ancestors_are_kept_newest_first():
    ancestors = [record_id(n) for n in range(64, 0, -1)]
    _, _, (record,) = take(forge(plain(record_line(anc=ancestors))))
    assert (record.anc, record.problem) == (tuple(ancestors), "")


@pytest.mark.parametrize(
    "line",
    [
        sync_file.blob_line("0" * 64, "image/jpeg", b"other bytes"),
        canonical.encode({"t": "blob", "sha256": "x", "type": "image/jpeg", "b64": "AAAA"}),
        canonical.encode({"t": "blob", "sha256": "0" * 64, "type": "image/jpeg", "b64": "not base64"}),
        canonical.encode({"t": "blob", "sha256": "0" * 64, "type": "image/jpeg", "b64": "é"}),
        canonical.encode({"t": "blob", "sha256": "0" * 64, "type": "image/jpeg", "b64": 7}),
        canonical.encode({"t": "blob"}),
    ],
)
def test_a_damaged_blob_is_refused_alone(line):
    assert problem(line) == "bad_blob"


def test_a_blob_in_parts_is_for_its_reader_to_put_together(tmp_path):
    whole = os.urandom(1000)
    digest = hashlib.sha256(whole).hexdigest()
    parts = [sync_file.blob_line(digest, "image/jpeg", whole[:600], 1)]
    parts.append(sync_file.blob_line(digest, "image/jpeg", whole[600:], 2))
    _, _, blobs = take(write(tmp_path, parts).path.read_bytes())
    assert [blob.problem for blob in blobs] == ["", ""]
    assert b"".join(blob.content for blob in blobs) == whole


# ------------------------------------------------- writing


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_name_that_is_taken_is_never_overwritten(tmp_path):
    names = [write(tmp_path, [record_line(n)]).path.name for n in (1, 2, 3)]
    assert names == ["BATCH.fieldsync", "BATCH_b.fieldsync", "BATCH_c.fieldsync"]
    assert left_in(tmp_path) == sorted(names)
    assert [take((tmp_path / name).read_bytes())[2][0].n for name in names] == [1, 2, 3]


def test_the_same_content_is_other_bytes_each_time(tmp_path):
    one, two = write(tmp_path, [record_line()]), write(tmp_path, [record_line()])
    assert one.sha256 != two.sha256


@pytest.mark.parametrize(
    ("content", "count", "expected"),
    [
        ([b'{"by":"' + b"x" * MAX_LINE + b'","t":"a"}'], 1, "too_big"),
        ([b'{"by":"' + b"x" * 900_000 + b'","t":"a"}'] * 3, 3, "too_big"),
        ([], MAX_RECORDS + 1, "too_big"),
    ],
)
def test_what_passes_a_limit_is_not_written_and_leaves_nothing(tmp_path, content, count, expected):
    with pytest.raises(SyncFileRefused) as refused:
        sync_file.write(
            tmp_path / "a.fieldsync",
            Kind.BATCH,
            samples.header(),
            samples.manifest(count=count),
            content,
            signer=CENTRE,
            recipients=[HQ.public.age],
            practice=False,
        )
    assert refused.value.code == expected
    assert left_in(tmp_path) == []


def test_a_pack_over_one_mebibyte_is_not_written(tmp_path):
    big = [canonical.encode({"t": "places", "n": n, "b": os.urandom(400_000).hex()}) for n in (1, 2, 3)]
    with pytest.raises(SyncFileRefused) as refused:
        write(tmp_path, big, Kind.PACK, readers=(), signer=HQ)
    assert refused.value.code == "too_big"
    assert left_in(tmp_path) == []


def test_nothing_is_written_to_a_key_that_anybody_could_read(tmp_path):
    with pytest.raises(SyncFileRefused) as refused:
        sync_file.write(
            tmp_path / "a.fieldsync",
            Kind.BATCH,
            samples.header(),
            samples.manifest(),
            [],
            signer=CENTRE,
            recipients=[LOW_ORDER],
            practice=False,
        )
    assert refused.value.code == "bad_key"
    assert left_in(tmp_path) == []


def test_a_wrong_count_and_wrong_readers_are_mistakes_of_the_caller(tmp_path):
    with pytest.raises(ValueError, match="recipients"):
        write(tmp_path, readers=())
    with pytest.raises(ValueError, match="recipients"):
        write(tmp_path, kind=Kind.PACK)
    with pytest.raises(ValueError, match="header of"):
        write(tmp_path, en="x" * 4096)
    with pytest.raises(ValueError, match="2 lines"):
        sync_file.write(
            tmp_path / "a.fieldsync",
            Kind.BATCH,
            samples.header(),
            samples.manifest(count=1),
            [record_line(1), record_line(2)],
            signer=CENTRE,
            recipients=[HQ.public.age],
            practice=False,
        )
    assert left_in(tmp_path) == []


def test_a_disk_that_fills_up_while_writing_leaves_nothing_behind(tmp_path):
    line = sync_file.blob_line("0" * 64, "image/jpeg", os.urandom(200_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    for limit in (0, 100, 1000, 70_000, 150_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
        try:
            with pytest.raises(EnvironmentProblem) as failed:
                write(tmp_path, [line])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert failed.value.code == "disk_full"
        assert failed.value.title.args == {"place": str(tmp_path)}
        assert left_in(tmp_path) == []
    assert code(write(tmp_path, [line]).path.read_bytes()) == ""


def test_an_outbox_that_is_gone_is_said(tmp_path):
    with pytest.raises(EnvironmentProblem) as failed:
        write(tmp_path / "gone", [record_line()])
    assert failed.value.code == "stick_gone"


def test_lines_that_fail_leave_nothing_behind(tmp_path):
    def failing():
        yield record_line()
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        sync_file.write(
            tmp_path / "a.fieldsync",
            Kind.BATCH,
            samples.header(),
            samples.manifest(count=2),
            failing(),
            signer=CENTRE,
            recipients=[HQ.public.age],
            practice=False,
        )
    assert left_in(tmp_path) == []


def test_no_word_of_a_record_can_be_read_in_the_file(tmp_path):
    source = write(tmp_path, [record_line()]).path.read_bytes()
    for word in ("सुनीता", "Kshitij", "operator", record_id(1)):
        assert word.encode() not in source


BIG = """
import os, resource, sys
from pathlib import Path
from tests.sync import samples
from fieldapp.domain import canonical
from fieldapp.sync import sync_file
from fieldapp.sync.sync_file import Kind
noise = os.urandom(24_000)
def lines():
    for n in range(1500):
        text = (noise[n:] + os.urandom(200) + noise[:n]).hex()
        yield canonical.raw({"t": "activity", "by": text[:10] + os.urandom(20_000).hex() + text})
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
manifest = samples.manifest(count=1500, counts={"activity": 1500})
for _ in lines(): pass
before = peak()
placed = sync_file.write(Path(sys.argv[1]) / "big.fieldsync", Kind.BATCH, samples.header(), manifest, lines(),
    signer=samples.CENTRE, recipients=[samples.HQ.public.age], practice=False)
print(placed.size, peak() - before)
"""


def test_a_file_of_the_largest_size_is_written_within_64_mebibytes(tmp_path):
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", BIG, str(tmp_path)], cwd=root, capture_output=True, text=True, check=True
    )
    size, mebibytes = map(float, done.stdout.split())
    assert size > 28 * MIB
    assert mebibytes < 64


# ------------------------------------------------- golden files


@pytest.mark.parametrize("kind", list(Kind))
def test_golden_files_of_the_first_version_are_readable_for_ever(kind):
    source = (samples.GOLDEN / "sync_file_v1" / f"{kind.name.lower()}.fieldsync").read_bytes()
    expected = json.loads((samples.GOLDEN / "sync_file_v1" / f"{kind.name.lower()}.json").read_text("utf-8"))
    outer, content, found = take(source, identities=[HQ, CENTRE], introduce=True, kinds={kind})
    assert outer.sha256 == expected["sha256"] == hashlib.sha256(source).hexdigest()
    assert outer.trust == expected["trust"]
    assert json.loads(outer.header.encoded()) == expected["header"]
    assert json.loads(content.manifest.encoded()) == expected["manifest"]
    seen = [
        {"rev": one.rev, "fields": one.fields(), "problem": one.problem} if isinstance(one, Record)
        else {"sha256": one.sha256, "size": len(one.content), "problem": one.problem} if isinstance(one, Blob)
        else one.members
        for one in found
    ]  # fmt: skip
    assert seen == expected["lines"]


def test_the_test_keys_say_what_they_are():
    assert "tests only" in KEYS["note"]


def test_header_and_manifest_have_no_default_that_is_not_left_out_anyway():
    """Left out are exactly absent, false, 0, empty text and empty list; an empty object counts as absent."""
    for kind in (Header, Manifest, Clock, Checkpoint, Continues, Enrol):
        for field in msgspec.structs.fields(kind):
            made = field.default_factory() if field.default_factory is not msgspec.NODEFAULT else None
            assert made in (None, {})
            assert field.default in (msgspec.NODEFAULT, None, False, 0, "", ())
