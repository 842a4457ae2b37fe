"""The encoding that names revisions: what is canonical, byte for byte, and what is refused."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from fieldapp.domain import canonical
from fieldapp.domain.canonical import NotCanonical

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "canonical_v1.jsonl"
FORBIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
LIMIT = 2**53 - 1
DELETE, C1, LAST = "\x7f", "\x85", "\uffff"


# ------------------------------------------------- the definition once more, slowly, by the standard library


def by_the_book(value, depth=8, rows=False):
    """The value without what is left out; ValueError for what has no canonical form."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= LIMIT else fail()
    if isinstance(value, str):
        return fail() if FORBIDDEN.search(value) else value
    if depth == 0 or not isinstance(value, dict | list):
        return fail()
    if isinstance(value, list):
        kept = list(value)
        while rows and kept and kept[-1] is None:
            kept.pop()
        return [None if rows and one is None else by_the_book(one, depth - 1, rows) for one in kept]
    if not all(isinstance(name, str) and re.fullmatch("[a-z0-9_]+", name) for name in value):
        fail()
    members = {
        name: by_the_book(one, depth - 1, rows) for name, one in sorted(value.items()) if one is not None
    }
    return {name: one for name, one in members.items() if one is not False and one not in (0, "", [])}


def fail(*_):
    raise ValueError("not canonical")


def without_repeats(pairs):
    return dict(pairs) if len({name for name, _ in pairs}) == len(pairs) else fail()


def spelt(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def book_decode(data, rows):
    value = json.loads(
        data.decode(), object_pairs_hook=without_repeats, parse_float=fail, parse_constant=fail
    )
    return value if spelt(by_the_book(value, rows=rows)) == data else fail()


def verdict(action, *errors):
    try:
        return action()
    except errors:
        return None


# ------------------------------------------------- values

names = st.text("abcz019_", min_size=1, max_size=4)
clean = st.text(st.characters(codec="utf-8"), max_size=12).filter(lambda text: not FORBIDDEN.search(text))
tricky = st.sampled_from(
    ["", ":", ":0,", '":0}', "[", "]", "null]", "\\", '"', "\n\t", "10:30", "क्‍ष", "₹1", "–", "\xa0", "\ufeff"]
)
dirty = st.sampled_from(
    ["\0", "\r", DELETE, C1, "a\u202eb", "\u2066", "\ufffe", LAST, "\ud800", "\x1b[0m", "\\\x07"]
)
whole = st.integers(-LIMIT, LIMIT) | st.sampled_from([0, 1, LIMIT, -LIMIT])
huge = st.sampled_from([2**53, -(2**53), 2**63, -(2**63) - 1, 2**64, 10**30])


def nested(scalars, keys):
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=12,
    )


good_values = nested(st.booleans() | whole | clean | tricky, names)
any_values = nested(
    st.none() | st.booleans() | whole | clean | tricky | dirty | huge | st.floats(),
    names | st.sampled_from(["A", "a b", "", "é", "a\n", 'a"', "a\\", "a:"]),
)


@settings(deadline=None)
@given(good_values)
@example({"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": 1}}}}}}}})
def test_encoding_is_what_the_definition_says(value):
    expected = verdict(lambda: spelt(by_the_book(value)), ValueError)
    assert verdict(lambda: canonical.encode(value), NotCanonical) == expected


@settings(deadline=None)
@given(any_values, st.booleans())
def test_what_has_no_canonical_form_is_refused_and_nothing_else(value, rows):
    encode = canonical.encode_line if rows else canonical.encode
    expected = verdict(lambda: spelt(by_the_book(value, rows=rows)), ValueError)
    assert verdict(lambda: encode(value), NotCanonical) == expected


@settings(deadline=None)
@given(good_values, st.booleans())
def test_decoding_gives_back_what_was_encoded(value, rows):
    encoded = verdict(lambda: canonical.encode(value), NotCanonical)
    assume(encoded is not None)
    decode = canonical.decode_line if rows else canonical.decode
    assert decode(encoded) == by_the_book(value)
    assert canonical.encode(decode(encoded)) == encoded


@settings(max_examples=400, deadline=None)
@given(any_values, st.booleans(), st.booleans())
def test_bytes_are_taken_exactly_when_they_are_the_canonical_ones(value, rows, prune):
    """Prune or not, the spelling is strict: so the sieve must let pass what is right and nothing more."""
    value = (verdict(lambda: by_the_book(value, rows=rows), ValueError) or value) if prune else value
    data = verdict(lambda: spelt(value), ValueError)
    assume(data is not None)
    expected = verdict(lambda: [book_decode(data, rows)], ValueError)
    decode = canonical.decode_line if rows else canonical.decode
    assert verdict(lambda: [decode(data)], NotCanonical) == expected


@settings(deadline=None)
@given(good_values, st.data())
def test_one_changed_byte_is_judged_as_by_the_definition(value, data):
    encoded = verdict(lambda: canonical.encode(value), NotCanonical)
    assume(encoded)
    at = data.draw(st.integers(0, len(encoded) - 1))
    mutant = encoded[:at] + data.draw(st.binary(max_size=2)) + encoded[at + 1 :]
    expected = verdict(lambda: [book_decode(mutant, False)], ValueError, RecursionError)
    assert verdict(lambda: [canonical.decode(mutant)], NotCanonical) == expected


# ------------------------------------------------- by name


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"NaN", "bad_json"),
        (b"-Infinity", "bad_json"),
        (b'{"a":1e999}', "bad_json"),
        (b'{"a":1.5}', "bad_json"),
        (b'{"a":1.0}', "bad_json"),
        (b'{"a":-0}', "bad_json"),
        (b'{"a":9007199254740992}', "bad_json"),
        (b'{"a":-9223372036854775809}', "bad_json"),
        (b'{"a":' + b"9" * 4300 + b"}", "bad_json"),
        (b'{"a":' + b"9" * 5000 + b"}", "bad_json"),
        (b'{"a":1,"a":1}', "bad_json"),
        (b'{"a":1,"a":2}', "bad_json"),
        (b'{"b":1,"a":2}', "bad_json"),
        (b'{"a": 1}', "bad_json"),
        (b'{"A":1}', "bad_json"),
        (b'{"":1}', "bad_json"),
        (b'{"a":null}', "bad_json"),
        (b'{"a":false}', "bad_json"),
        (b'{"a":0}', "bad_json"),
        (b'{"a":""}', "bad_json"),
        (b'{"a":[]}', "bad_json"),
        (b"[null]", "bad_json"),
        (b'{"a":"\\u0041"}', "bad_json"),
        (b'{"a":"\\/"}', "bad_json"),
        (b'{"a":"\\ud800"}', "bad_json"),
        (b'{"a":"\\u0000"}', "bad_text"),
        (b'{"a":"\\u0007"}', "bad_text"),
        (b'{"a":"\\r"}', "bad_text"),
        (b'{"a":"\x7f"}', "bad_text"),
        ('{"a":"\x85"}'.encode(), "bad_text"),
        ('{"a":"\u202e"}'.encode(), "bad_text"),
        ('{"a":"\u2066"}'.encode(), "bad_text"),
        ('{"a":"\ufffe"}'.encode(), "bad_text"),
        (b'{"a":"\xc0\xaf"}', "bad_text"),
        (b'{"a":"\xf8\x88\x80\x80\x80"}', "bad_text"),
        (b'{"a":"\xed\xa0\x80\xed\xb0\x80"}', "bad_text"),
        (b"\xef\xbb\xbf{}", "bad_json"),
        ('{"a":1}'.encode("utf-16"), "bad_json"),
        (b'{"a":1}\r', "bad_json"),
        (b'{"a":1}\n', "bad_json"),
        (b'{"a":1}{}', "bad_json"),
        (b"", "bad_json"),
        (b"[" * 9 + b"]" * 9, "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b'{"a":' * 100_000, "bad_json"),
        (b"[" * 100_000 + b"]" * 100_000, "bad_json"),
    ],
)
def test_what_is_not_canonical_is_refused_by_name(data, code):
    for decode in (canonical.decode, canonical.decode_line):
        if (decode, data) != (canonical.decode_line, b"[null]"):
            with pytest.raises(NotCanonical) as refused:
                decode(data)
            assert refused.value.code == code


@pytest.mark.parametrize("value", [1.5, float("nan"), float("inf"), b"x", {1: 2}, {"a": {1, 2}}, None, 2**53])
def test_values_without_a_canonical_form_are_refused(value):
    with pytest.raises(NotCanonical):
        canonical.encode(value)
    with pytest.raises(NotCanonical):
        canonical.encode_line([value, 1] if value is not None else None)


def test_left_out_are_exactly_absent_false_0_the_empty_text_and_the_empty_list():
    empty = {"a": None, "b": False, "c": 0, "d": "", "e": [], "f": ()}
    assert canonical.encode(empty) == b"{}"
    assert canonical.encode({"a": {}, "b": [0, "", False, [], {}]}) == b'{"a":{},"b":[0,"",false,[],{}]}'
    assert canonical.encode([{"a": 0}]) == b"[{}]"


def test_hindi_joiners_newlines_and_tabs_stay():
    value = {"name": "क्‍ष र्‌क", "note": 'एक\nदो\t"तीन"\\'}
    assert canonical.decode(canonical.encode(value)) == value
    assert canonical.encode(value) == '{"name":"क्‍ष र्‌क","note":"एक\\nदो\\t\\"तीन\\"\\\\"}'.encode()


def test_text_is_never_normalised():
    for text in ("\u0958", "\u0915\u093c", "e\u0301", "\u00e9"):
        assert canonical.decode(canonical.encode([text])) == [text]


def test_the_line_form_has_nulls_in_lists_and_none_at_their_ends():
    assert canonical.encode_line({"r": [[1, None, "x", None, None], [None]]}) == b'{"r":[[1,null,"x"],[]]}'
    assert canonical.decode_line(b'{"r":[[1,null,"x"],[]]}') == {"r": [[1, None, "x"], []]}
    for cut in (b"[1,null]", b'{"r":[[null]]}', b'{"r":null}'):
        with pytest.raises(NotCanonical):
            canonical.decode_line(cut)


def test_the_sieve_for_what_is_left_out_finds_every_null_and_every_such_member():
    for member in (0, False, "", [], None, [None], [[1, None]]):
        assert canonical.may_hold_what_is_left_out(canonical.raw({"a": 1, "b": member}))
        assert canonical.may_hold_what_is_left_out(canonical.raw({"b": member, "c": 1}))
    assert not canonical.may_hold_what_is_left_out(canonical.encode({"a": 10, "b": [0, "", False], "c": "0"}))


# ------------------------------------------------- names of revisions, links, people


def golden():
    return [json.loads(line) for line in GOLDEN.read_text("utf-8").strip().split("\n")]


def test_golden_vectors_of_the_encoding_and_of_revisions_are_byte_equal():
    lines = [line for line in golden() if "rev" in line]
    assert len(lines) >= 6
    for line in lines:
        encoded = line["canonical"].encode()
        assert canonical.encode(line["body"]) == encoded
        assert canonical.revision(line["body"]) == canonical.revision_of(encoded) == line["rev"]


def test_golden_vectors_of_the_chain_are_byte_equal():
    link, links = bytes(16), [line for line in golden() if "chain" in line]
    assert len(links) >= 3
    for n, line in enumerate(links, 1):
        link = canonical.chain(link, n, bytes.fromhex(line["id"]), bytes.fromhex(line["sealed"]))
        assert link.hex() == line["chain"]


def test_golden_vectors_of_person_ids_and_of_the_state_hash_are_byte_equal():
    people = [line for line in golden() if "person" in line]
    states = [line for line in golden() if "state" in line]
    assert people
    assert states
    for line in people:
        assert canonical.person_id(line["activity"], line["row"]) == line["person"]
    for line in states:
        assert canonical.state_hash(map(tuple, line["leaves"])) == line["state"]


def test_every_part_of_a_body_counts_for_its_revision():
    body = {
        "t": "place",
        "op": "put",
        "id": "a" * 32,
        "owner": "b" * 32,
        "anc": ["c" * 32],
        "f": {"n": 1},
        "x": {"y": 2},
    }
    changed = [
        {**body, "t": "person"},
        {**body, "op": "del"},
        {**body, "id": "d" * 32},
        {**body, "owner": "d" * 32},
        {**body, "anc": []},
        {**body, "f": {"n": 2}},
        {**body, "x": {}},
    ]
    assert len({canonical.revision(one) for one in [body, *changed]}) == 8


def test_only_the_seven_parts_belong_to_a_revision():
    with pytest.raises(NotCanonical):
        canonical.revision({"t": "place", "by": "somebody"})


def test_every_part_of_a_link_counts():
    one = canonical.chain(bytes(16), 1, b"i" * 16, b"r" * 16)
    others = [
        canonical.chain(b"p" * 16, 1, b"i" * 16, b"r" * 16),
        canonical.chain(bytes(16), 2, b"i" * 16, b"r" * 16),
        canonical.chain(bytes(16), 1, b"j" * 16, b"r" * 16),
        canonical.chain(bytes(16), 1, b"i" * 16, b"s" * 16),
    ]
    assert len({one, *others}) == 5
    with pytest.raises(ValueError, match="16 bytes"):
        canonical.chain(b"", 1, b"i" * 16, b"r" * 16)


def test_the_state_hash_knows_no_order_of_revisions_but_wants_ids_in_order():
    a, b, r, s = "a" * 32, "b" * 32, "1" * 32, "2" * 32
    assert canonical.state_hash([(a, [r, s]), (b, [r])]) == canonical.state_hash([(a, [s, r]), (b, [r])])
    assert canonical.state_hash([(a, [r, s]), (b, [r])]) != canonical.state_hash([(a, [r]), (b, [s, r])])
    for wrong in ([(b, [r]), (a, [r])], [(a, [r]), (a, [s])]):
        with pytest.raises(ValueError, match="ascend"):
            canonical.state_hash(wrong)
