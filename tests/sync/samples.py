"""Sync files for tests: proper ones, and ones put together by hand from the layout table and nothing else."""

import hashlib
import json
import struct
from pathlib import Path

import pyrage
import zstandard

from fieldapp.domain import canonical
from fieldapp.domain.errors import SyncFileRefused
from fieldapp.sync import sync_file
from fieldapp.sync.keys import NodeKeys, recipient_id
from fieldapp.sync.sync_file import Columns, Header, Kind, Manifest, Signer

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
KEYS = json.loads((GOLDEN / "test_keys_never_use.json").read_text("utf-8"))


def keys(name):
    return NodeKeys(bytes.fromhex(KEYS[name]["ed25519_seed"]), KEYS[name]["age_identity"])


CENTRE, HQ, RESERVE, STRANGER = map(keys, ("centre", "head_office", "reserve", "stranger"))
NODE, HQ_NODE = "c0ffee00" * 4, "0ff1ce00" * 4
NODES = {CENTRE.key_id: (CENTRE, NODE), HQ.key_id: (HQ, HQ_NODE)}
COLUMNS = {
    "roster": ("row", "name", "age", "present", "chai", "tries"),
    "tries": ("slot", "mode", "amount_paise", "result"),
}
ROSTER = [
    {"row": 1, "name": {"hi": "सुनीता देवी"}, "age": 34, "present": [True], "chai": True,
     "tries": [{"slot": 1, "mode": "CARD", "amount_paise": 100, "result": "OK"}, {"slot": 2}]},
    {"row": 2, "name": {"hi": "क्‍षितिज", "latin": "Kshitij"}},
]  # fmt: skip


def trust(key_id):
    """What a home that knows the centre and head office says of a key id."""
    if key_id not in NODES:
        return None
    owner, node = NODES[key_id]
    return Signer(bytes.fromhex(owner.public.sign), node)


def record_id(number):
    return f"{number:032x}"


def sealed(number=1, kind="activity", **parts):
    """A sealed body and its name."""
    body = {
        "t": kind,
        "op": "put",
        "id": record_id(number),
        "owner": NODE,
        "f": {"number": number, "roster": ROSTER},
    }
    encoded = canonical.encode({**body, **parts})
    return encoded, canonical.revision_of(encoded)


def record_line(number=1, columns=COLUMNS, **parts):
    body, rev = sealed(number, **parts)
    return sync_file.record_line(
        body, rev, Columns(columns), schema=1, n=number, by="operator", at="2026-11-20T10:00:00Z"
    )


def header(**parts):
    plain = {"app": "0.1.0", "node": NODE, "schema": 1, "min_reader": 1, "part": 1, "of": 1}
    return Header(**{**plain, "centre": "100000000015", "batch": 42, "made": "2026-11-20 15:30", **parts})


def manifest(lines=(), **parts):
    kinds = [json.loads(line)["t"] for line in lines]
    counts = {kind: kinds.count(kind) for kind in kinds}
    return Manifest(
        **{"schema": 1, "min_reader": 1, "count": len(kinds), "counts": counts, "columns": COLUMNS, **parts}
    )


def write(
    folder, lines=(), kind=Kind.BATCH, *, signer=CENTRE, readers=(HQ,), practice=False, name="", **parts
):
    """A proper file in `folder`; parts: of the header."""
    lines = list(lines)
    return sync_file.write(
        folder / (name or f"{kind.name}.fieldsync"),
        kind,
        header(**parts),
        manifest(lines),
        lines,
        signer=signer,
        recipients=[reader.public.age for reader in readers],
        practice=practice,
    )


# ------------------------------------------------- by hand


def frame(plain):
    """One zstd frame with declared size."""
    return zstandard.ZstdCompressor(level=3, write_checksum=True).compress(plain)


def cover(**parts):
    """The members of a header, to be changed by a test."""
    recipients = [recipient_id(HQ.public.age)]
    return {"app": "0.1.0", "node": NODE, "schema": 1, "min_reader": 1, "part": 1, "of": 1, "batch": 42,
            "recipients": recipients, **parts}  # fmt: skip


def first_line(count=0, **parts):
    """The members of a manifest, to be changed by a test."""
    counts = {"activity": count} if count else {}
    return {"kind": 1, "node": NODE, "key": CENTRE.key_id, "batch": 42, "schema": 1, "min_reader": 1,
            "count": count, "counts": counts, "columns": COLUMNS, **parts}  # fmt: skip


def plain(*lines, **parts):
    """The content of a batch: manifest and lines."""
    return b"".join(line + b"\n" for line in (canonical.encode(first_line(len(lines)) | parts), *lines))


def forge(
    content=b"",
    *,
    header=None,
    body=None,
    kind=1,
    flags=None,
    signer=CENTRE,
    readers=(HQ,),
    reserved=0,
    major=1,
    header_length=None,
    body_length=None,
    key=None,
    sha256=None,
    signed_kind=None,
):
    """A validly signed file of whatever it is given, from the layout table alone."""
    header = canonical.encode(cover()) if header is None else header
    if body is None:
        body = frame(content)
        if kind in (1, 2, 5):
            recipients = [pyrage.x25519.Recipient.from_str(reader.public.age) for reader in readers]
            body = pyrage.encrypt(body, recipients)
    start = struct.pack(
        ">7sBBBH16sIQ32s",
        b"FLDSYNC",
        major,
        kind,
        (1 if kind in (1, 2, 5) else 0) if flags is None else flags,
        reserved,
        key or hashlib.sha256(bytes.fromhex(signer.public.sign)).digest()[:16],
        len(header) if header_length is None else header_length,
        len(body) if body_length is None else body_length,
        sha256 or hashlib.sha256(body).digest(),
    )
    message = f"fieldapp-sync 1 kind={signed_kind or kind}\0".encode() + start + header
    return start + signer.sign(message) + header + body


# ------------------------------------------------- taking


def take(source, *, identities=(HQ,), practice=False, introduce=False, **peeked):
    """Everything a file says: (outer, content, lines)."""
    outer = sync_file.peek(source, trust, **peeked)
    content = sync_file.open_(
        outer, [one.identity for one in identities], practice=practice, introduce=introduce
    )
    return outer, content, list(content.lines())


def code(source, **how):
    """The result code of a file that is refused, '' if it is taken. Any other exception is a failure."""
    try:
        take(source, **how)
    except SyncFileRefused as refused:
        return refused.code
    return ""
