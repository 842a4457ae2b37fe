"""What is in an enrolment request (kind 3) and in a centre pack (kind 4).

Both are read by those who have no key yet, so they are signed by themselves and not encrypted, and are opened
only when a person chose to. Lines of a request: `request`. Lines of a pack: `pack` (who the centre is),
`keys`, `settings` (sync.office), and `locked`: the one-time secret, and after it head office's records of
places and trainers, all under six words that are told by telephone.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from fieldapp.domain import canonical
from fieldapp.domain.errors import EnvironmentProblem, InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.domain.results import refuse
from fieldapp.domain.text import Text
from fieldapp.storage import journal
from fieldapp.storage.home import Home, speaking_of_home, write_durably
from fieldapp.sync.container import READER
from fieldapp.sync.keys import NodeKeys, PublicKeys, unwrap, wrap
from fieldapp.sync.packing import APP
from fieldapp.sync.sync_file import (
    Columns,
    Continues,
    Enrol,
    Header,
    Kind,
    Manifest,
    Outer,
    Placed,
    Record,
    Sections,
    Signer,
    open_,
    peek,
    read_file,
    write,
)
from fieldapp.sync.sync_file_lines import read_line
from fieldapp.sync.sync_file_place import SUFFIX
from fieldapp.sync.words import Lock

_PURPOSE, _APART = "centre pack", "inbox"
_ShortText = Annotated[str, Meta(max_length=300)]


class Identity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who a centre is. place_key: domain.places; letter: of this computer, none in a request."""

    csc_id: Annotated[str, Meta(max_length=40)] = ""
    name_hi: _ShortText = ""
    name_en: _ShortText = ""
    place_key: _ShortText = ""
    letter: Annotated[str, Meta(max_length=1)] = ""
    office_hi: _ShortText = ""
    office_en: _ShortText = ""

    @property
    def name(self) -> Name:
        """The centre's name."""
        return Name(self.name_hi, self.name_en)

    @property
    def office(self) -> Name:
        """The name of head office."""
        return Name(self.office_hi, self.office_en)


class _Locked(Lock, frozen=True, kw_only=True):
    box: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A request or pack as a person sees it before choosing. fingerprint: of the keys that signed it."""

    outer: Outer
    identity: Identity
    fingerprint: str
    sections: Sections
    """The lines that are no records, each with its number."""
    continues: Continues | None = None
    """The home that the one who asks goes on from, as it says."""

    @property
    def public(self) -> PublicKeys:
        """The keys that signed it."""
        return keys_of(self.outer)


def keys_of(outer: Outer) -> PublicKeys:
    """The keys a header brings. ValueError when it brings none."""
    if outer.header.enrol is None:
        raise ValueError("the header brings no keys")
    return PublicKeys(outer.header.enrol.sign_pub, outer.header.enrol.age_recipient)


def identity_line(t: str, identity: Identity) -> bytes:
    """The line that says who a centre is; t is 'request' or 'pack'."""
    return canonical.encode({"t": t, **msgspec.to_builtins(identity)})


def locked_line(words: str, lock: Lock, secret: bytes, records: Sequence[bytes]) -> bytes:
    """The line with what only the words open: a 32-byte secret and the lines of records."""
    box = wrap(lock.key(words), b"\n".join([secret.hex().encode(), *records]), _PURPOSE)
    members = {"t": "locked", "box": base64.b64encode(box).decode(), **msgspec.to_builtins(lock)}
    return canonical.encode(members)


def unlocked(said: dict[str, Any], words: str) -> tuple[bytes, list[Record]]:
    """The secret and the records of a 'locked' line. InvalidInput 'words' when these are not the words."""
    try:
        locked = msgspec.convert(said, _Locked)
        box = base64.b64decode(locked.box, validate=True)
        secret, *lines = unwrap(locked.key(words), box, _PURPOSE).split(b"\n")
        found = [read_line(canonical.decode_line(line), Columns({}), records_only=True) for line in lines]
        return bytes.fromhex(secret.decode()), [one for one in found if isinstance(one, Record)]
    except EnvironmentProblem as error:
        raise InvalidInput(
            Text("These are not the words of this pack."),
            Text("Listen again and type all six words in their order."),
            "words",
        ) from error
    except (msgspec.ValidationError, canonical.NotCanonical, binascii.Error, ValueError) as error:
        raise refuse("bad_json", line=1) from error


def write_open(
    target: Path,
    kind: Kind,
    header: Header,
    lines: Sequence[bytes],
    keys: NodeKeys,
    practice: bool,
    continues: Continues | None = None,
) -> Placed:
    """Write a request or pack. continues: the home that the one who asks goes on from."""
    counts = Counter(canonical.decode_line(line)["t"] for line in lines)
    manifest = Manifest(
        schema=journal.SCHEMA,
        min_reader=READER,
        continues=continues,
        count=len(lines),
        counts=dict(counts),
    )
    return write(target, kind, header, manifest, lines, signer=keys, practice=practice)


def own_header(keys: PublicKeys, node: str, csc_id: str, made: str, own_id: str = "") -> Header:
    """The header of a request or pack: it brings the keys that sign it."""
    return Header(
        app=APP,
        node=node,
        schema=journal.SCHEMA,
        min_reader=READER,
        centre=csc_id,
        part=1,
        of=1,
        made=made,
        enrol=Enrol(sign_pub=keys.sign, age_recipient=keys.age, csc_id=own_id),
    )


def read_open(source: Path | bytes, kind: Kind) -> Shown:
    """Look into a request or pack, which a person chose, or into its content. Raises SyncFileRefused."""
    content = source if isinstance(source, bytes) else read_file(source)
    outer = peek(content, _nobody, kinds=(kind,))
    opened = open_(outer, [], practice=True, introduce=True)
    sections = opened.sections()
    wanted = "pack" if kind is Kind.PACK else "request"
    said = next((members for _, members in sections if members["t"] == wanted), {})
    try:
        identity = msgspec.convert(said, Identity)
    except msgspec.ValidationError as error:
        raise refuse("bad_json", line=2) from error
    return Shown(outer, identity, keys_of(outer).fingerprint, sections, opened.manifest.continues)


def lay_apart(home: Home, outer: Outer, content: bytes) -> Path:
    """Put a pack that came inside an archive or mail where its words can be waited for; gives its path.

    Raises EnvironmentProblem.
    """
    path = home.folder / _APART / f"pack-{outer.sha256[:16]}{SUFFIX}"
    with speaking_of_home(home.folder):
        write_durably(path, content)
    return path


def laid_apart(home: Home) -> tuple[Path, ...]:
    """The packs that wait so for their words."""
    return tuple((home.folder / _APART).glob(f"pack-*{SUFFIX}"))


def _nobody(_key_id: str) -> Signer | None:
    return None


def section(shown: Shown, t: str) -> dict[str, Any]:
    """The members of the line of that type. SyncFileRefused 'bad_count' when there is none."""
    found = next((members for _, members in shown.sections if members["t"] == t), None)
    if found is None:
        raise refuse("bad_count")
    return found
