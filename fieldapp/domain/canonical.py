"""The one way a record is written as bytes, so that equal records have equal names for ever.

Canonical JSON (the sync file's third idea): UTF-8; member names `[a-z0-9_]`, sorted; no spaces; the only
escapes are `\\" \\\\ \\n \\t`; whole numbers of less than 2**53 either way; no null. Left out of objects are
exactly absent, false, 0, "" and []. Containers nest at most eight deep. Control characters other than \\n and
\\t, bidirectional overrides and isolates, U+FFFE, U+FFFF and lone surrogates are refused; the joiners U+200C
and U+200D stay, Hindi needs them.

The *line form* differs in lists only: there null stands for an absent column of a row, and trailing nulls are
cut.

msgspec does the raw work. What it does not decide is decided here: floats, whole-number bounds and depth by
the decoder's type, duplicate names and spelling by encoding again and comparing, the rest by a sieve over the
bytes that lets only plainly clean text pass and sends everything else through the exact check.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any

import msgspec

MAX_DEPTH = 8
MAX_INTEGER = 2**53 - 1
REVISION_MEMBERS = frozenset({"t", "op", "id", "owner", "anc", "f", "x"})

FORBIDDEN_TEXT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
"""Characters no text may hold; forms take them out, files that hold them are refused."""

_NAME = re.compile(r"[a-z0-9_]+")
_LETTERS_OF_NAMES = b"abcdefghijklmnopqrstuvwxyz0123456789_"
_LEFT_OUT = re.compile(rb'":(?:0[,}]|""|\[\]|false|null)')
# Bytes that never begin, or stand for, anything the sieve has to look at.
_HARMLESS = bytes(b for b in range(0x20, 0x100) if b not in b"\\\x7f\xc2\xe2\xef")
_SUSPECT_TEXT = (
    (b"\xe2", re.compile(rb"\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])")),
    (b"\xc2", re.compile(rb"\xc2[\x80-\x9f]")),
    (b"\xef", re.compile(rb"\xef\xbf[\xbe\xbf]")),
)


class NotCanonical(ValueError):
    """A value or its bytes break the rules above; `code` is 'bad_text' or 'bad_json' (domain.results)."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def _nested(null: tuple[Any, ...]) -> Any:
    whole = Annotated[int, msgspec.Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
    scalars: tuple[Any, ...] = (bool, whole, str)
    member, element = _either(scalars), _either(scalars + null)
    for _ in range(MAX_DEPTH):
        containers: tuple[Any, ...] = (list[element], dict[str, member])  # type: ignore[valid-type]
        member, element = _either(scalars + containers), _either(scalars + containers + null)
    return member


def _either(types: tuple[Any, ...]) -> Any:
    union = types[0]
    for kind in types[1:]:
        union = union | kind
    return union


_ENCODER = msgspec.json.Encoder(order="sorted")


@cache
def _decoder(*, rows: bool) -> "msgspec.json.Decoder[Any]":
    """Made when it is first needed: it takes longer than anything else in this room that a start loads."""
    return msgspec.json.Decoder(_nested((type(None),) if rows else ()))


def encode(value: object) -> bytes:
    """Canonical bytes of a value of dicts, lists, tuples, strings, whole numbers and booleans.

    A None in a dict means absent. Raises NotCanonical for anything that has no canonical form.
    """
    return _ENCODER.encode(_pruned(value, MAX_DEPTH, rows=False))


def encode_line(value: object) -> bytes:
    """The line form of a value: as `encode`, but None may stand in lists, and is cut from their ends."""
    return _ENCODER.encode(_pruned(value, MAX_DEPTH, rows=True))


def decode(data: bytes) -> Any:
    """The value whose canonical bytes `data` is; NotCanonical if it is not canonical to the last byte."""
    return _decoded(data, rows=False)


def decode_line(data: bytes) -> Any:
    """The value whose line form `data` is; NotCanonical if it is not exactly that."""
    return _decoded(data, rows=True)


def decode_spelling(data: bytes) -> Any:
    """As `decode_line`, but it is still to be seen that nothing stands there that should have been left out,
    and that names and texts are clean: `examine_line`.
    """
    return _spelt(data, rows=True)


def examine_line(value: object, data: bytes) -> None:
    """NotCanonical unless the line that was decoded to this value is in its line form."""
    _examine(value, data, rows=True)


def holds_plain_text(data: bytes) -> bool:
    """False only if bytes may hold an escape or a character that no text may hold."""
    suspects = data.translate(None, _HARMLESS)
    if suspects:
        if b"\\" in suspects or b"\x7f" in suspects:
            return False
        if any(lead in suspects and pattern.search(data) for lead, pattern in _SUSPECT_TEXT):
            return False
    return True


def raw(value: object) -> bytes:
    """Canonical bytes of a value already known to be canonical: what `decode` gave, or rows made from it."""
    return _ENCODER.encode(value)


def may_hold_what_is_left_out(data: bytes) -> bool:
    """False only if canonically spelt bytes hold no null and no member that should have been left out."""
    return b"null" in data or _LEFT_OUT.search(data) is not None


def revision(body: Mapping[str, object]) -> str:
    """The name of a revision, 32 hex, from its body {t, op, id, owner, anc, f, x} with rows as objects."""
    if not body.keys() <= REVISION_MEMBERS:
        raise NotCanonical("bad_json", f"not part of a revision: {sorted(body.keys() - REVISION_MEMBERS)}")
    return revision_of(encode(body))


def revision_of(body: bytes) -> str:
    """The same name from a sealed body, which is canonical already."""
    return hashlib.sha256(b"fieldapp-rev-1\0" + body).hexdigest()[:32]


def chain(previous: bytes, n: int, record_id: bytes, rev: bytes) -> bytes:
    """Link n of a home's log of seals, 16 bytes; `previous` is link n-1, and link 0 is 16 zero bytes."""
    if not len(previous) == len(record_id) == len(rev) == 16:
        raise ValueError("links, record ids and revisions are 16 bytes")
    link = b"fieldapp-log-1\0" + previous + n.to_bytes(8, "big") + record_id + rev
    return hashlib.sha256(link).digest()[:16]


def state_hash(leaves: Iterable[tuple[str, Iterable[str]]]) -> str:
    """SHA-256, 64 hex, over (record id, its leaf revisions) in ascending order of ids.

    Equal records give equal hashes on any home, whatever the order they came in. The order of one record's
    revisions does not matter; ids out of order or repeated are a ValueError.
    """
    digest = hashlib.sha256(b"fieldapp-state-1\0")
    last = ""
    for record_id, revs in leaves:
        if record_id <= last:
            raise ValueError("ids must ascend")
        last = record_id
        ordered = sorted(revs)
        digest.update(bytes.fromhex(record_id) + len(ordered).to_bytes(4, "big"))
        digest.update(bytes.fromhex("".join(ordered)))
    return digest.hexdigest()


def person_id(activity_id: str, row: int) -> str:
    """The id, 32 hex, of the person a roster row speaks of, unless a known person was picked for it."""
    seed = b"fieldapp-person-1\0" + bytes.fromhex(activity_id) + row.to_bytes(4, "big")
    return hashlib.sha256(seed).hexdigest()[:32]


def _decoded(data: bytes, *, rows: bool) -> Any:
    value = _spelt(data, rows=rows)
    _examine(value, data, rows=rows)
    return value


def _spelt(data: bytes, *, rows: bool) -> Any:
    try:
        value = _decoder(rows=rows).decode(data)
    except UnicodeDecodeError as error:
        raise NotCanonical("bad_text", "not UTF-8") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotCanonical("bad_json", "not strict JSON") from error
    if _ENCODER.encode(value) != data:
        raise NotCanonical("bad_json", "not the canonical spelling")
    return value


def _examine(value: object, data: bytes, *, rows: bool) -> None:
    if not _plainly_clean(data, rows=rows) and _ENCODER.encode(_pruned(value, MAX_DEPTH, rows=rows)) != data:
        raise NotCanonical("bad_json", "holds what is left out")


def _plainly_clean(data: bytes, *, rows: bool) -> bool:
    """True only for canonically spelt bytes without a doubt; False means: look closely.

    Without a backslash `":` ends a member's name, or opens a text that begins with a colon. So names and
    values left out can be found in the bytes; and with the letters of names taken away, a good name is empty.
    """
    if not holds_plain_text(data):
        return False
    if _LEFT_OUT.search(data) or b'"":' in data or (rows and b"null]" in data):
        return False
    names = data.replace(b'":', b'"\0').translate(None, _LETTERS_OF_NAMES)
    return names.count(b'"\0') == names.count(b'""\0')


def _pruned(value: object, depth: int, *, rows: bool) -> object:
    """The exact rules: the value without what is left out, or NotCanonical."""
    if type(value) is str:
        if not value.isprintable() and FORBIDDEN_TEXT.search(value):
            raise NotCanonical("bad_text", "a character that no text may hold")
        return value
    if type(value) is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise NotCanonical("bad_json", "a number of 2**53 or more")
        return value
    if type(value) is bool:
        return value
    if depth and type(value) is dict:
        return _pruned_object(value, depth - 1, rows=rows)
    if depth and (type(value) is list or type(value) is tuple):
        return _pruned_list(value, depth - 1, rows=rows)
    raise NotCanonical("bad_json", f"{type(value).__name__} has no canonical form here")


def _pruned_object(value: dict[object, object], depth: int, *, rows: bool) -> dict[str, object]:
    kept = {}
    for name, member in value.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise NotCanonical("bad_json", "a member's name is not of a-z, 0-9 and _")
        if member is None or member is False or member == "":
            continue
        small = _pruned(member, depth, rows=rows)
        if small in (0, []):
            continue
        kept[name] = small
    return kept


def _pruned_list(value: list[object] | tuple[object, ...], depth: int, *, rows: bool) -> list[object]:
    if not rows:
        return [_pruned(element, depth, rows=False) for element in value]
    end = len(value)
    while end and value[end - 1] is None:
        end -= 1
    return [None if element is None else _pruned(element, depth, rows=True) for element in value[:end]]
