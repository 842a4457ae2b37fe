"""What somebody who has a key, and knows the format, might send: each case a line, with the code it must get.

Files are put together by hand (samples.forge) and validly signed by a centre that is enrolled. Brought to an
office by a program of its own: python -m tests.sync.hostile HOME FOLDER
"""

import os
import random
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyrage
import zstandard

from fieldapp.domain import canonical
from fieldapp.sync.container import MAX_BODY, MAX_LINE, MAX_PLAIN, MAX_RECORDS, MIB
from fieldapp.sync.keys import NodeKeys, recipient_id
from tests.sync.exchange import Exchange, Side, body_of, line_of
from tests.sync.samples import forge, frame

PRACTICE = 3
"""Flags of an encrypted file of a practice home."""


class Hand:
    """Makes files in the name of a centre. One that is given nothing makes a proper file."""

    def __init__(self, exchange: Exchange) -> None:
        self.centre, self.office = exchange.centre.home.keys, exchange.hq.home.keys
        self.node = self.centre.key_id
        self.stranger = NodeKeys.generate()
        self._chain = random.Random(1)

    def cover(self, **given: object) -> bytes:
        members = {
            "app": "by hand", "node": self.node, "schema": 1, "min_reader": 1, "part": 1, "of": 1,
            "batch": 42, "recipients": [recipient_id(self.office.public.age)],
        }  # fmt: skip
        return canonical.encode(members | given)

    def first(self, lines: Iterable[bytes] = (), **given: object) -> bytes:
        kinds = [msgspec.json.decode(line).get("t", "") for line in lines]
        members = {
            "kind": 1, "node": self.node, "key": self.centre.key_id, "batch": 42,
            "schema": 1, "min_reader": 1, "base": {"chain": "0" * 32},
            "to": {"n": 1, "chain": self._chain.randbytes(16).hex()},
            "count": len(kinds), "counts": {kind: kinds.count(kind) for kind in kinds},
        }  # fmt: skip
        return canonical.encode(members | given)

    def content(self, *lines: bytes, **given: object) -> bytes:
        return b"".join(line + b"\n" for line in (self.first(lines, **given), *lines))

    def holding(self, *lines: bytes, count: int = 1) -> bytes:
        """Whatever lines after a first one that speaks of so many activities."""
        return self.file(self.first(count=count, counts={"activity": count}) + b"\n" + b"".join(lines))

    def file(self, content: bytes = b"", **given: object) -> bytes:
        own = {"header": self.cover(), "signer": self.centre, "readers": [self.office], "flags": PRACTICE}
        return forge(content, **own | given)

    def proper(self) -> bytes:
        return self.file(self.content(self.line()))

    def line(self, f: object = None, **given: object) -> bytes:
        at = given.pop("at", "2026-11-20T10:00:00Z")
        body, rev = body_of(self.node, {"kind": "MELA"} if f is None else f, **given)
        return line_of(body, rev, at)

    def changed(self, **members: object) -> bytes:
        """A line of a record with other members, under the name it had before."""
        found = msgspec.json.decode(self.line()) | members
        return canonical.raw({name: value for name, value in found.items() if value is not None})

    def age(self, packed: bytes) -> bytes:
        return pyrage.encrypt(packed, [pyrage.x25519.Recipient.from_str(self.office.public.age)])

    def packed(self, packed: bytes) -> bytes:
        return self.file(body=self.age(packed))

    def raw(self, members: bytes) -> bytes:
        """A file with one line that is written as no program of ours would."""
        return self.holding(b'{"f":{"kind":"MELA",' + members + b'},"t":"activity"}\n')


File = Callable[[Hand], bytes]


@dataclass(frozen=True)
class Sent:
    """A case about a whole file."""

    sentence: str
    code: str
    make: File
    heavy: bool = False


@dataclass(frozen=True)
class Line:
    """A case about one record between two good ones. code: '' when it is taken."""

    sentence: str
    code: str
    make: Callable[[Hand], bytes]
    path: str = ""


def _stanzas(*stanzas: str) -> bytes:
    return ("age-encryption.org/v1\n" + "".join(stanzas) + "--- " + "A" * 43 + "\n").encode() + bytes(200)


_X25519 = "-> X25519 " + "A" * 43 + "\n" + "B" * 43 + "\n"
_SCRYPT = "-> scrypt " + "A" * 22 + " 23\n" + "B" * 43 + "\n"


UNSAID = zstandard.ZstdCompressor(write_content_size=False)


def declaring(content: bytes, size: int) -> bytes:
    """A frame that says so many bytes are in it."""
    honest = UNSAID.compressobj()
    packed = honest.compress(content) + honest.flush()
    return packed[:4] + bytes([packed[4] | 0xC0, packed[5]]) + size.to_bytes(8, "little") + packed[6:]


def _good(hand: Hand) -> bytes:
    return hand.content(hand.line())


def _as_office(hand: Hand) -> bytes:
    """Content of the centre, signed anew in the name of the office itself."""
    return hand.file(_good(hand), signer=hand.office, header=hand.cover(node=hand.office.key_id))


def _introducing(sign_pub: str) -> File:
    """Somebody unknown who brings such a key; '': that of the office."""

    def make(hand: Hand) -> bytes:
        enrol = {"sign_pub": sign_pub or hand.office.public.sign, "age_recipient": hand.stranger.public.age}
        return hand.file(_good(hand), kind=3, flags=2, signer=hand.stranger, header=hand.cover(enrol=enrol))

    return make


def _for_another(hand: Hand) -> bytes:
    readers = [recipient_id(hand.stranger.public.age)]
    return hand.file(_good(hand), readers=[hand.stranger], header=hand.cover(recipients=readers))


def _long_line(hand: Hand) -> bytes:
    words = os.urandom(MAX_LINE // 2).hex().encode()
    return hand.holding(b'{"by":"' + words + b'","t":"activity"}\n')


def _many(count: int) -> bytes:
    ballast = canonical.encode({"t": "activity", "by": os.urandom(20_000).hex()})  # or it packs too well
    return b'{"t":"activity"}\n' * count + ballast + b"\n"


def _large_pictures(hand: Hand) -> bytes:
    """Photographs that nobody asked for and that are damaged besides."""
    blob = {"t": "blob", "sha256": "0" * 64, "type": "image/jpeg"}
    lines = [canonical.encode(blob | {"b64": os.urandom(500_000).hex()}) for _ in range(20)]
    return hand.file(hand.content(*lines, to={"chain": "0" * 32}, caps=["blobs"]))


def _cut_at_its_end(hand: Hand) -> bytes:
    """It is read to its end before anybody knows that it is not in order."""
    lines = [hand.line({"notes": os.urandom(400).hex()}) for _ in range(3_000)]
    return hand.file(hand.content(*lines)[:-1])


FILES = (
    Sent("a proper file", "", Hand.proper),
    # ------------------------------------------------ the outside
    Sent("one byte more", "trailing_bytes", lambda it: it.proper() + b"\n"),
    Sent("a mebibyte more", "trailing_bytes", lambda it: it.proper() + bytes(MIB)),
    Sent("two files glued together", "trailing_bytes", lambda it: it.proper() * 2),
    Sent("nothing at all", "empty_file", lambda _: b""),
    Sent("a single byte of it", "too_short", lambda it: it.proper()[:1]),
    Sent("all but the last byte of the prefix", "too_short", lambda it: it.proper()[:135]),
    Sent("the prefix alone", "truncated", lambda it: it.proper()[:136]),
    Sent("the text of a mail (base64)", "in_a_mail", lambda _: b"RkxEU1lOQwEBAw" + b"A" * 300),
    Sent("the text of a mail (quoted-printable)", "in_a_mail", lambda _: b"FLDSYNC=01=01=03" + b"A" * 300),
    Sent("a mail of Outlook", "in_outlook_mail", lambda _: b"\x78\x9f\x3e\x22" + bytes(300)),
    Sent("noise", "not_a_sync_file", lambda _: b"\x00" + random.Random(1).randbytes(2000)),
    Sent("a format of tomorrow", "newer_format", lambda it: it.file(_good(it), major=2)),
    Sent("a kind nobody knows", "wrong_kind", lambda it: it.file(_good(it), kind=9)),
    Sent("every mark set", "bad_flags", lambda it: it.file(_good(it), flags=0xFF)),
    Sent("no mark set", "bad_flags", lambda it: it.file(_good(it), flags=0)),
    Sent("something where nothing may stand", "bad_flags", lambda it: it.file(_good(it), reserved=1)),
    Sent("a header of no bytes", "bad_header", lambda it: it.file(_good(it), header_length=0)),
    Sent("a header of one byte", "bad_header", lambda it: it.file(_good(it), header_length=1)),
    Sent("a header of 4,097 bytes", "bad_header", lambda it: it.file(_good(it), header_length=4097)),
    Sent("a header of four gibibytes", "bad_header", lambda it: it.file(_good(it), header_length=2**32 - 1)),
    Sent("a body of more than 32 MiB", "too_big", lambda it: it.file(_good(it), body_length=MAX_BODY + 1)),
    Sent("a body of 2**63 bytes", "too_big", lambda it: it.file(_good(it), body_length=2**63)),
    Sent("a body of 2**64 - 1 bytes", "too_big", lambda it: it.file(_good(it), body_length=2**64 - 1)),
    Sent("a header with spaces", "bad_header",
         lambda it: it.file(_good(it), header=it.cover().replace(b":", b": "))),
    Sent("a header with a point in a number", "bad_header",
         lambda it: it.file(_good(it), header=it.cover().replace(b"42", b"42.0"))),
    Sent("a header with a name twice", "bad_header",
         lambda it: it.file(_good(it), header=it.cover().replace(b'"batch":42', b'"batch":42,"batch":42'))),
    Sent("a header that is no object", "bad_header", lambda it: it.file(_good(it), header=b"[]")),
    Sent("a signature for another kind", "bad_signature", lambda it: it.file(_good(it), signed_kind=2)),
    Sent("a signature of somebody else", "bad_signature",
         lambda it: it.file(_good(it), signer=it.stranger, key=bytes.fromhex(it.centre.key_id))),
    Sent("another hash than that of the body", "bad_hash", lambda it: it.file(_good(it), sha256=bytes(32))),
    # ------------------------------------------------ who sent it, and to whom
    Sent("a sender whom nobody knows", "unknown_sender", lambda it: it.file(_good(it), signer=it.stranger)),
    Sent("a centre that speaks for another one", "not_bound",
         lambda it: it.file(_good(it), header=it.cover(node="ab" * 16))),
    Sent("content of another, signed anew in the name of the office", "own_file", _as_office),
    Sent("a file for another office", "other_office", _for_another),
    Sent("a file that says it is for us and is not", "cannot_decrypt",
         lambda it: it.file(_good(it), readers=[it.stranger])),
    Sent("a file of real records in a practice home", "real_file", lambda it: it.file(_good(it), flags=1)),
    Sent("a receipt brought to an office", "wrong_kind", lambda it: it.file(_good(it), kind=2)),
    Sent("a pack brought to an office", "wrong_kind", lambda it: it.file(_good(it), kind=4, flags=2)),
    Sent("a give-back brought to an office", "wrong_kind", lambda it: it.file(_good(it), kind=5)),
    Sent("an introduction with a key that is a point of low order", "bad_key",
         _introducing("01" + "00" * 31)),
    Sent("an introduction with a key of nothing but noughts", "bad_key", _introducing("00" * 32)),
    Sent("an introduction under the key of another", "bad_signature", _introducing("")),
    # ------------------------------------------------ age and zstd
    Sent("no age file", "cannot_decrypt", lambda it: it.file(body=b"not age")),
    Sent("an age file for nobody", "cannot_decrypt", lambda it: it.file(body=_stanzas())),
    Sent("an age file whose readers are noise", "cannot_decrypt", lambda it: it.file(body=_stanzas(_X25519))),
    Sent("an age file for ten thousand readers", "cannot_decrypt",
         lambda it: it.file(body=_stanzas(_X25519 * 10_000))),
    Sent("an age file behind a passphrase that takes hours", "cannot_decrypt",
         lambda it: it.file(body=_stanzas(_SCRYPT))),
    Sent("an age file that was cut", "cannot_decrypt",
         lambda it: it.file(body=it.age(frame(_good(it)))[:-1])),
    Sent("an age file with a byte more", "cannot_decrypt",
         lambda it: it.file(body=it.age(frame(_good(it))) + b"x")),
    Sent("content that was not packed", "cannot_inflate", lambda it: it.packed(_good(it))),
    Sent("a frame that was cut", "cannot_inflate", lambda it: it.packed(frame(_good(it))[:-5])),
    Sent("a frame and something after it", "cannot_inflate", lambda it: it.packed(frame(_good(it)) + b"\0")),
    Sent("two frames", "cannot_inflate", lambda it: it.packed(frame(_good(it)) * 2)),
    Sent("a frame with a wrong check", "cannot_inflate", lambda it: it.packed(frame(_good(it))[:-1] + b"\0")),
    Sent("a frame that does not say how large it is", "cannot_inflate",
         lambda it: it.packed(UNSAID.compress(_good(it)))),
    Sent("200 MiB of nothing, honestly said", "too_big",
         lambda it: it.packed(frame(bytes(200 * MIB))), heavy=True),
    Sent("200 MiB of nothing that say they are little", "cannot_inflate",
         lambda it: it.packed(declaring(bytes(200 * MIB), 1000)), heavy=True),
    Sent("little that says it is 2**63 bytes", "too_big", lambda it: it.packed(declaring(_good(it), 2**63))),
    Sent("one byte more than 256 MiB", "too_big", lambda it: it.packed(declaring(_good(it), MAX_PLAIN + 1))),
    # ------------------------------------------------ lines
    Sent("no line", "bad_json", lambda it: it.file(b"")),
    Sent("an empty line", "bad_json", lambda it: it.holding(b"\n", it.line(), b"\n")),
    Sent("a last line without its end", "bad_json", lambda it: it.holding(it.line())),
    Sent("ends of lines of Windows", "bad_json", lambda it: it.holding(it.line(), b"\r\n")),
    Sent("a mark of byte order", "bad_json", lambda it: it.file(b"\xef\xbb\xbf" + _good(it))),
    Sent("UTF-16", "bad_json", lambda it: it.file(_good(it).decode().encode("utf-16"))),
    Sent("more records said than there are", "bad_count", lambda it: it.holding(it.line(), b"\n", count=2)),
    Sent("fewer records said than there are", "bad_count",
         lambda it: it.holding(it.line(), b"\n", it.line(), b"\n")),
    Sent("records of another type than said", "bad_count",
         lambda it: it.file(it.content(it.line(), counts={"person": 1}))),
    Sent("a first line of another node", "not_bound",
         lambda it: it.file(it.content(it.line(), node="ab" * 16))),
    Sent("a first line of another key", "not_bound",
         lambda it: it.file(it.content(it.line(), key="ab" * 16))),
    Sent("a first line of another batch", "not_bound", lambda it: it.file(it.content(it.line(), batch=43))),
    Sent("a first line of another kind", "not_bound", lambda it: it.file(it.content(it.line(), kind=2))),
    Sent("a stretch of the log that runs backwards", "bad_json",
         lambda it: it.file(it.content(it.line(), base={"n": 9, "chain": "ab" * 16}))),
    Sent("no stretch of the log", "bad_json", lambda it: it.file(it.content(it.line(), base=None))),
    Sent("200,001 records", "too_big",
         lambda it: it.holding(_many(MAX_RECORDS), count=MAX_RECORDS + 1), heavy=True),
    Sent("a line of more than a mebibyte", "too_big", _long_line, heavy=True),
    Sent("a list of a hundred thousand lists in each other", "bad_json",
         lambda it: it.holding(b"[" * 100_000 + b"\n")),
    Sent("objects nine deep", "bad_json", lambda it: it.raw(b'"a":' + b'{"a":' * 9 + b"1" + b"}" * 9)),
    Sent("ten mebibytes of damaged photographs", "", _large_pictures, heavy=True),
    Sent("three thousand records, the last one cut", "bad_json", _cut_at_its_end, heavy=True),
    Sent("a number that is none", "bad_json", lambda it: it.raw(b'"number":NaN')),
    Sent("a number without end", "bad_json", lambda it: it.raw(b'"number":Infinity')),
    Sent("a number below everything", "bad_json", lambda it: it.raw(b'"number":-Infinity')),
    Sent("a number of a thousand noughts", "bad_json", lambda it: it.raw(b'"number":1e999')),
    Sent("half a number", "bad_json", lambda it: it.raw(b'"number":1.5')),
    Sent("2**53", "bad_json", lambda it: it.raw(b'"number":9007199254740992')),
    Sent("2**63", "bad_json", lambda it: it.raw(b'"number":9223372036854775808')),
    Sent("less than -2**63", "bad_json", lambda it: it.raw(b'"number":-9223372036854775809')),
    Sent("a number of 4,300 digits", "bad_json", lambda it: it.raw(b'"number":' + b"9" * 4300)),
    Sent("a number of 5,000 digits", "bad_json", lambda it: it.raw(b'"number":' + b"9" * 5000)),
    Sent("a name twice", "bad_json", lambda it: it.raw(b'"notes":"a","notes":"b"')),
    Sent("null where a text should be", "bad_json", lambda it: it.raw(b'"notes":null')),
    Sent("what is left out, written out: no", "bad_json", lambda it: it.raw(b'"notes":false')),
    Sent("what is left out, written out: empty words", "bad_json", lambda it: it.raw(b'"notes":""')),
    Sent("what is left out, written out: an empty list", "bad_json", lambda it: it.raw(b'"notes":[]')),
    Sent("half a character", "bad_json", lambda it: it.raw(b'"notes":"\\ud800"')),
    Sent("half a character in its bytes", "bad_text", lambda it: it.raw(b'"notes":"\xed\xa0\x80"')),
    Sent("a character that is none (U+FFFE)", "bad_text", lambda it: it.raw('"notes":"\ufffe"'.encode())),
    Sent("the character nought", "bad_text", lambda it: it.raw(b'"notes":"\\u0000"')),
    Sent("a bell", "bad_text", lambda it: it.raw(b'"notes":"\\u0007"')),
    Sent("the character delete", "bad_text", lambda it: it.raw(b'"notes":"\x7f"')),
    Sent("a character written longer than it is", "bad_text", lambda it: it.raw(b'"notes":"\xc0\xaf"')),
    Sent("a character of five bytes", "bad_text", lambda it: it.raw(b'"notes":"\xf8\x88\x80\x80\x80"')),
    Sent("words that run backwards on the screen", "bad_text",
         lambda it: it.raw('"notes":"\u202eabc"'.encode())),
    Sent("words in an isolate", "bad_text", lambda it: it.raw('"notes":"\u2066abc\u2069"'.encode())),
    # ------------------------------------------------ versions
    Sent("a reader of tomorrow demanded on the cover", "needs_newer_program",
         lambda it: it.file(_good(it), header=it.cover(min_reader=2))),
    Sent("a reader of tomorrow demanded in the content", "needs_newer_program",
         lambda it: it.file(it.content(it.line(), min_reader=2))),
    Sent("an art nobody here knows", "needs_newer_program",
         lambda it: it.file(it.content(it.line(), caps=["time_travel"]))),
)  # fmt: skip

_AADHAAR, _CARD = "9999 4105 7058", "4111 1111 1111 1111"
_ROWS = 5000


def _trainees(count: int) -> list[dict[str, object]]:
    return [{"row": n, "position": n * 1024, "name_hi": f"नाम {n}"} for n in range(1, count + 1)]


RECORDS = (
    Line("a flag where words should be", "bad_record", lambda it: it.line({"notes": True})),
    Line("an object where words should be", "bad_record", lambda it: it.line({"notes": {"a": 1}})),
    Line("a list where words should be", "bad_record", lambda it: it.line({"notes": [1]})),
    Line("words where a number should be", "bad_record", lambda it: it.line({"number": "7"})),
    Line("the joiners of Hindi", "", lambda it: it.line({"notes": "क्\u200dष क्\u200cष"})),
    Line("a nukta by itself", "", lambda it: it.line({"notes": "क\u093c"})),
    Line("a nukta grown together", "", lambda it: it.line({"notes": "\u0958"})),
    Line("digits of Devanagari in a mobile number", "field_rule",
         lambda it: it.line({"name_en": "A", "mobile": "५००००००००१"}, t="person"), "mobile"),
    Line("a name of a hundred and twenty letters", "",
         lambda it: it.line({"name_en": "a" * 120}, t="person")),
    Line("a name of a letter more", "field_rule",
         lambda it: it.line({"name_en": "a" * 121}, t="person"), "name"),
    Line("more rows than anybody can write", "field_rule",
         lambda it: it.line({"kind": "MELA", "last_row": 1_000_000_000}), "last_row"),
    Line("a row with a number beyond all rows", "field_rule",
         lambda it: it.line({"kind": "MELA", "rows": [{"row": 1_000_000_000}]}), "rows/1000000000/row"),
    Line("a name of ten thousand letters", "field_rule",
         lambda it: it.line({"name_en": "a" * 10_000}, t="person"), "name"),
    Line("a letter under five thousand marks", "field_rule",
         lambda it: it.line({"name_en": "a" + "\u0301" * 5000}, t="person"), "name"),
    Line("a field of tomorrow", "", lambda it: it.line({"kind": "MELA", "drone_photos": 3})),
    Line("a code of tomorrow", "", lambda it: it.line({"kind": "MOON_WALK"})),
    Line("a type of tomorrow", "unknown_type", lambda it: it.line({"a": 1}, t="saving")),
    Line("a record that its owner has emptied", "", lambda it: it.line({"kind": "MELA"}, op="erase")),
    Line("nothing but an id", "", lambda it: it.line({"notes": "x"})),
    Line("a person of an activity that is not here", "",
         lambda it: it.line({"name_en": "A", "first_seen_in": "ab" * 16}, t="person")),
    Line("a target that is for itself", "", lambda it: it.line({"target": "cd" * 16}, record_id="cd" * 16)),
    Line("an id that is too short", "bad_record", lambda it: it.changed(id="ab")),
    Line("an id in capitals", "bad_record", lambda it: it.changed(id="AB" * 16)),
    Line("an id of nothing but noughts", "bad_record", lambda it: it.changed(id="0" * 32)),
    Line("an id that is a number", "bad_record", lambda it: it.changed(id=12345678901)),
    Line("another name than its content has", "bad_revision", lambda it: it.changed(rev="ab" * 16)),
    Line("its own name among its ancestors", "bad_record",
         lambda it: it.changed(anc=["ab" * 16] * 2, rev="ab" * 16)),
    Line("sixty-five ancestors", "bad_record",
         lambda it: it.changed(anc=[f"{n:032x}" for n in range(1, 66)])),
    Line("ancestors that are none", "bad_record", lambda it: it.changed(anc=["x"])),
    Line("the 31st of February", "bad_record", lambda it: it.line({"start_date": "2017-02-31"})),
    Line("a leap day in a year that has none", "bad_record",
         lambda it: it.line({"start_date": "2017-02-29"})),
    Line("a leap day", "", lambda it: it.line({"start_date": "2016-02-29"})),
    Line("a leap second", "bad_record", lambda it: it.line(at="2016-12-31T23:59:60Z")),
    Line("the first day of all", "", lambda it: it.line({"start_date": "0001-01-01"})),
    Line("the last day of all", "", lambda it: it.line({"start_date": "9999-12-31"})),
    Line("a last day before the first", "field_rule",
         lambda it: it.line({"start_date": "2017-02-02", "end_date": "2017-01-01"}), "end_date"),
    Line("an end before its beginning, which may be a slip", "",
         lambda it: it.line({"start_time": "12:00", "end_time": "11:00"})),
    Line("ninety-nine paise", "field_rule", lambda it: it.line(_paid(99)), "rows/1/tries/1/amount_paise"),
    Line("a rupee", "", lambda it: it.line(_paid(100))),
    Line("a rupee and a paisa", "field_rule", lambda it: it.line(_paid(101)), "rows/1/tries/1/amount_paise"),
    Line("a rupee less than nothing", "field_rule",
         lambda it: it.line(_paid(-100)), "rows/1/tries/1/amount_paise"),
    Line("an Aadhaar number in the notes", "forbidden_number",
         lambda it: it.line({"notes": _AADHAAR}), "notes"),
    Line("an Aadhaar number in a field of tomorrow", "forbidden_number",
         lambda it: it.line({"kind": "MELA", "later": _AADHAAR})),
    Line("an Aadhaar number in the name of a login", "forbidden_number", lambda it: it.changed(by=_AADHAAR)),
    Line("an Aadhaar number as the reason of a deletion", "forbidden_number",
         lambda it: it.line({"reason": _AADHAAR}, op="del")),
    Line("the number of a card in a row", "forbidden_number",
         lambda it: it.line({"rows": [{"row": 1, "remarks": _CARD}]}), "rows/1/remarks"),
    Line("words of SQL", "", lambda it: it.line({"notes": "'); DROP TABLE record_heads; --"})),
    Line("words of programs", "", lambda it: it.line({"notes": "%_ {} %s <script> &amp; =HYPERLINK(1)"})),
    Line("nobody came", "", lambda it: it.line({"kind": "MELA", "notes": "nobody"})),
    Line("five thousand trainees", "", lambda it: it.line({"kind": "MELA", "rows": _trainees(_ROWS)})),
    Line("two rows of one number", "bad_record", lambda it: it.line({"rows": [{"row": 1}, {"row": 1}]})),
    Line("one person twice", "",
         lambda it: it.line({"rows": [{"row": 1, "name_en": "A"}, {"row": 2, "name_en": "A"}]})),
    Line("one reference number twice", "", lambda it: it.line({"rows": [_try(1), _try(2)]})),
    Line("a record of another home", "not_owner",
         lambda it: line_of(*body_of(it.office.key_id, {"kind": "MELA"}))),
    Line("a record of nobody", "not_owner", lambda _: line_of(*body_of("ab" * 16, {"kind": "MELA"}))),
)  # fmt: skip


def _paid(paise: int) -> dict[str, object]:
    return {"kind": "CHAI_SAMOSA", "rows": [{"row": 1, "tries": [{"slot": 1, "amount_paise": paise}]}]}


def _try(number: int) -> dict[str, object]:
    return {"row": number, "tries": [{"slot": 1, "amount_paise": 100, "reference_number": "ABC1234567"}]}


def main(home: str, folder: str) -> None:
    """Bring the files of a folder to an office; say for each its name, its code and the seconds of work.

    The last line is the most memory this program ever had, in KiB: what a parent is told of its child counts
    the parent's own memory before the child became another program.
    """
    office = Side.opened(Path(home))
    for path in sorted(Path(folder).iterdir()):
        began = time.process_time()
        (file,) = office.inbox.import_all(office.actor, [path]).files
        print(path.name, file.code or "taken", time.process_time() - began, flush=True)
    peak = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    print(peak.split()[1])


if __name__ == "__main__":
    main(*sys.argv[1:])
