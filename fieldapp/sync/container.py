"""The cover of a sync file and the first line of its content: prefix, header, manifest, limits.

The format as a whole is described in `sync_file`.
"""

import struct
from enum import IntEnum
from typing import Annotated, Any, NamedTuple, Self

import msgspec
from msgspec import Meta

from fieldapp.domain import canonical
from fieldapp.domain.results import refuse
from fieldapp.domain.text import Text
from fieldapp.sync.strange_files import named

MAGIC = b"FLDSYNC"
MAJOR = 1
READER = 1
"""What this program can read: a file whose `min_reader` is higher waits for an update."""
PICTURES = "blobs"
"""Demanded by a file that holds photographs: the first programs had no place for them."""
CHOSEN = "chosen"
"""Demanded by a part that somebody chose: it stands at the start of the log and moves no checkpoint."""
CAPS: frozenset[str] = frozenset({PICTURES, CHOSEN})
"""Capabilities a file may demand; one that is not here makes it wait for an update."""

MIB = 1 << 20
MAX_HEADER = 4096
MAX_BODY = 32 * MIB
MAX_OPEN_BODY = MIB  # of the kinds a stranger may send
MAX_PLAIN = 256 * MIB
MAX_RATIO = 200
MAX_LINE = MIB
MAX_RECORDS = 200_000
MAX_ANCESTORS = 64

_PREFIX = struct.Struct(">7sBBBH16sIQ32s64s")
PREFIX_LENGTH = _PREFIX.size
SIGNED_LENGTH = PREFIX_LENGTH - 64
_ENCRYPTED, _PRACTICE = 1, 2

Name = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,64}\Z")]
HexId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
Hex64 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Count = Annotated[int, Meta(ge=0)]
FromOne = Annotated[int, Meta(ge=1)]


class Kind(IntEnum):
    """What a sync file is for."""

    BATCH = 1  # records, up
    RECEIPT = 2  # what arrived, and records to read, down
    REQUEST = 3  # a centre asks to be enrolled
    PACK = 4  # a centre's identity, keys, settings and lists
    GIVE_BACK = 5  # all of a centre's records, to the computer that takes its place

    @property
    def encrypted(self) -> bool:
        """A request and a pack are read by those who have no key yet."""
        return self not in (Kind.REQUEST, Kind.PACK)

    @property
    def words(self) -> Text:
        """What a person calls it."""
        return _WORDS[self]

    @property
    def sentences(self) -> tuple[str, str]:
        """In English and in Hindi: what the file is and who to give it to. Readable in the file's header."""
        return _SENTENCES[self]


DOWNWARD = (Kind.RECEIPT, Kind.PACK, Kind.GIVE_BACK)
"""What an office writes to those below it."""

_WORDS = {
    Kind.BATCH: Text("a sync file of a centre"),
    Kind.RECEIPT: Text("a receipt of head office"),
    Kind.REQUEST: Text("an enrolment request"),
    Kind.PACK: Text("a centre pack"),
    Kind.GIVE_BACK: Text("a give-back file"),
}

# Part of the format, whatever language a home speaks.
_SENTENCES = {
    Kind.BATCH: (
        "Records of a centre. Give this file to head office.",
        "केंद्र के अभिलेख। यह फ़ाइल मुख्यालय को दें।",
    ),
    Kind.RECEIPT: (
        "Receipt of head office. Give this file to the centre named here.",
        "मुख्यालय की पावती। यह फ़ाइल यहाँ लिखे केंद्र को दें।",
    ),
    Kind.REQUEST: (
        "A centre asks to be enrolled. Give this file to head office.",
        "केंद्र के नामांकन का अनुरोध। यह फ़ाइल मुख्यालय को दें।",
    ),
    Kind.PACK: (
        "Pack for setting up a centre. Give this file to the centre named here.",
        "केंद्र आरंभ करने का पैक। यह फ़ाइल यहाँ लिखे केंद्र को दें।",
    ),
    Kind.GIVE_BACK: (
        "The records of a centre, for its new computer. Give this file to the centre named here.",
        "केंद्र के अभिलेख, उसके नए कंप्यूटर के लिए। यह फ़ाइल यहाँ लिखे केंद्र को दें।",
    ),
}


class Prefix(NamedTuple):
    """The first 136 bytes. key: the signer's key id, 32 hex; sha256: of the body."""

    kind: Kind
    practice: bool
    key: str
    header_length: int
    body_length: int
    sha256: bytes
    signature: bytes = bytes(64)

    def pack(self) -> bytes:
        """The 136 bytes; the first 72 of them are signed."""
        flags = self.kind.encrypted * _ENCRYPTED | self.practice * _PRACTICE
        return _PREFIX.pack(
            MAGIC,
            MAJOR,
            self.kind,
            flags,
            0,
            bytes.fromhex(self.key),
            self.header_length,
            self.body_length,
            self.sha256,
            self.signature,
        )

    @classmethod
    def unpack(cls, start: bytes) -> Self:
        """From the first bytes of a file; SyncFileRefused unless they can be those of a sync file."""
        _check_magic(start)
        _, major, kind, flags, reserved, key, header_length, body_length, sha256, signature = (
            _PREFIX.unpack_from(start)
        )
        if major > MAJOR:
            raise refuse("newer_format")
        if kind not in set(Kind):
            raise refuse("wrong_kind", kind=Text("a file of an unknown kind"))
        kind = Kind(kind)
        if reserved or flags & ~_PRACTICE != kind.encrypted * _ENCRYPTED:
            raise refuse("bad_flags")
        if not 2 <= header_length <= MAX_HEADER:
            raise refuse("bad_header")
        if body_length > (MAX_BODY if kind.encrypted else MAX_OPEN_BODY):
            raise refuse("too_big")
        practice = bool(flags & _PRACTICE)
        return cls(kind, practice, key.hex(), header_length, body_length, sha256, signature)


_NO_MAJOR = b"\0", b"="  # there was no 0, and a mail writes =01


def _check_magic(start: bytes) -> None:
    strange = start[: len(MAGIC)] != MAGIC[: len(start)] or start[len(MAGIC) : len(MAGIC) + 1] in _NO_MAJOR
    if strange or not start:
        raise named(start)
    if len(start) < PREFIX_LENGTH:
        raise refuse("too_short", have=len(start), least=PREFIX_LENGTH)


def signed_message(kind: Kind, signed: bytes, header: bytes) -> bytes:
    """What the signature covers: the kind in words, the first 72 bytes, the header."""
    return b"fieldapp-sync 1 kind=%d\0" % kind + signed + header


class Enrol(msgspec.Struct, frozen=True, kw_only=True):
    """How a home that is not enrolled yet makes itself known. proof: HMAC(pack secret, both keys), 64 hex."""

    sign_pub: Hex64
    age_recipient: Annotated[str, Meta(max_length=100)]
    csc_id: Annotated[str, Meta(max_length=40)] = ""
    proof: Hex64 | None = None


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What anyone may read on the outside; it holds no personal data. `en`, `hi`: one sentence each.

    `recipients`, `en` and `hi` are filled in when the file is written. made: text, by the maker's clock.
    """

    app: Annotated[str, Meta(max_length=40)]
    node: HexId
    schema: FromOne
    min_reader: FromOne
    centre: Annotated[str, Meta(max_length=40)] = ""
    batch: Count = 0
    part: FromOne
    of: FromOne
    made: Annotated[str, Meta(max_length=40)] = ""
    recipients: tuple[HexId, ...] = ()
    en: str = ""
    hi: str = ""
    enrol: Enrol | None = None

    def encoded(self) -> bytes:
        """Canonical bytes, 2..4096; ValueError beyond that."""
        encoded = canonical.encode(msgspec.to_builtins(self))
        if len(encoded) > MAX_HEADER:
            raise ValueError(f"a header of {len(encoded)} bytes")
        return encoded

    @classmethod
    def decoded(cls, encoded: bytes) -> Self:
        """From its canonical bytes; SyncFileRefused 'bad_header' for anything else."""
        try:
            return msgspec.convert(canonical.decode(encoded), cls)
        except (canonical.NotCanonical, msgspec.ValidationError) as error:
            raise refuse("bad_header") from error


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a home's log of seals. n: how many; chain: link n, 32 hex."""

    n: Count = 0
    chain: HexId


START = Checkpoint(chain="0" * 32)
"""Where every log begins; always valid."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A home whose work another one goes on with, and how far it had come."""

    node: HexId
    n: Count = 0
    chain: HexId


class Continues(Step, frozen=True, kw_only=True, omit_defaults=True):
    """The home whose work this one goes on with. older: those that one went on from, the nearest first."""

    older: Annotated[tuple[Step, ...], Meta(max_length=64)] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All of them, the nearest first."""
        return Step(node=self.node, n=self.n, chain=self.chain), *self.older


class Clock(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The maker's clock, as text: when it sealed, the highest it ever saw, whether it is in doubt."""

    now: str = ""
    highest: str = ""
    suspect: bool = False


_Columns = Annotated[tuple[Name, ...], Meta(max_length=256)]


class Manifest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The first line of the content: what the file holds and where it stands in its home's log.

    `kind`, `node`, `key` and `batch` repeat cover and signer and are filled in when the file is written.
    count: lines after this one; counts: the same by type ('blob' for blobs); totals: what the node holds by
    type; caps: what a reader must understand; columns: the columns of each child list that travels as rows;
    receipt: number of the last receipt applied; settings: version of the settings in use.
    """

    kind: int = 0
    node: str = ""
    key: str = ""
    batch: Count = 0
    schema: FromOne
    min_reader: FromOne
    full: bool = False
    base: Checkpoint | None = None
    to: Checkpoint | None = None
    continues: Continues | None = None
    count: Count = 0
    counts: dict[str, Count] = {}
    totals: dict[str, Count] = {}
    caps: tuple[Name, ...] = ()
    columns: Annotated[dict[str, _Columns], Meta(max_length=64)] = {}
    receipt: Count = 0
    settings: Count = 0
    clock: Clock | None = None

    def encoded(self) -> bytes:
        """Canonical bytes, without the line's end."""
        return canonical.encode(msgspec.to_builtins(self))

    @classmethod
    def converted(cls, line: Any) -> Self:
        """From a decoded line; SyncFileRefused 'bad_json' if it is no manifest."""
        try:
            return msgspec.convert(line, cls)
        except msgspec.ValidationError as error:
            raise refuse("bad_json", line=1) from error
