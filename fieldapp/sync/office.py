"""What a head office tells all its homes: its keys, and the settings it shares.

The *key list* names the keys that files are encrypted to and that receipts are signed with. Its reserve pair
is made once: the signing half is the *root* that signs key list n, and n+1 must be signed by n's root; the
age half is a reader of every batch, kept apart for the day the working key is lost. The highest list wins.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import sqlalchemy as sa
from msgspec import Meta
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical
from fieldapp.domain.results import refuse
from fieldapp.storage import state
from fieldapp.storage.home import Home, write_durably
from fieldapp.storage.tables import home_state, nodes
from fieldapp.sync.container import Count, FromOne, Hex64, HexId
from fieldapp.sync.keys import NodeKeys, PublicKeys, unwrap, verify, wrap
from fieldapp.sync.sync_file import Signer

_KEY_LIST = "key_list"
_SHARED = "shared_settings"
SHARED_PREFIX = "shared_"
"""A setting of head office whose name begins so is passed on to its homes."""

_RESERVE_FILE = "reserve.key"
_RESERVE_PURPOSE = "reserve keys"
_Recipient = Annotated[str, Meta(max_length=100)]


class OfficeKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a head office or of its block office. node: of its home; sign: Ed25519 public key."""

    node: HexId
    sign: Hex64
    age: _Recipient
    duty: Literal["hq", "block"] = "hq"

    @property
    def public(self) -> PublicKeys:
        """Both public halves."""
        return PublicKeys(self.sign, self.age)


class KeyList(msgspec.Struct, frozen=True, kw_only=True):
    """Key list `number`, signed by the root of the list before it (list 1: by its own)."""

    number: FromOne
    root: Hex64
    reserve: _Recipient
    keys: Annotated[tuple[OfficeKey, ...], Meta(min_length=1, max_length=16)]
    signature: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}\Z")] = "0" * 128

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody a batch is written to."""
        return (*(key.age for key in self.keys), self.reserve)

    def members(self, root: NodeKeys) -> dict[str, Any]:
        """The members of its line, signed by a root."""
        said = {name: value for name, value in msgspec.to_builtins(self).items() if name != "signature"}
        return {**said, "signature": root.sign(_message(said)).hex()}

    def check(self, said: dict[str, Any], before: "KeyList | None") -> None:
        """SyncFileRefused 'bad_key' unless what was said is signed as it must be and every key is sound."""
        root = bytes.fromhex((before or self).root)
        if not verify(root, _message(said), bytes.fromhex(self.signature)):
            raise refuse("bad_key")
        PublicKeys(self.root, self.reserve).checked()
        for key in self.keys:
            key.public.checked()

    def find(self, key_id: str) -> OfficeKey | None:
        """The key with that key id (32 hex), or None."""
        return next((key for key in self.keys if key.public.key_id == key_id), None)

    def signer(self, key_id: str) -> Signer | None:
        """Who signs with that key, for `sync_file.peek`."""
        key = self.find(key_id)
        return Signer(bytes.fromhex(key.sign), key.node) if key else None


def _message(said: dict[str, Any]) -> bytes:
    """What a list's signature covers: all that was said, also what a newer program would add."""
    return b"fieldapp-keys-1\0" + canonical.encode(
        {name: value for name, value in said.items() if name not in ("t", "signature")}
    )


def key_list(tx: Connection) -> KeyList | None:
    """The key list this home goes by: its own at a head office, its head office's at a centre."""
    kept = state.read(tx, _KEY_LIST)
    return msgspec.json.decode(kept, type=KeyList) if kept else None


def take_key_list(tx: Connection, said: dict[str, Any]) -> bool:
    """Go by a list that came in a pack or receipt, if it is newer than the one held. said: its line.

    Raises msgspec.ValidationError, and SyncFileRefused 'bad_key' for one the held one's root did not sign.
    """
    offered, held = msgspec.convert(said, KeyList), key_list(tx)
    if held and offered.number <= held.number:
        return False
    offered.check(said, held)
    state.write(tx, _KEY_LIST, canonical.encode(said).decode())
    return True


def own_key_list(tx: Connection, home: Home, keys: NodeKeys, data_key: bytes) -> KeyList:
    """A head office's key list; list 1 and the reserve pair are made when they are first asked for."""
    held = key_list(tx)
    if held is None:
        reserve = _reserve(home.folder / "keys" / _RESERVE_FILE, data_key)
        own = OfficeKey(node=state.node(tx).hex(), sign=keys.public.sign, age=keys.public.age)
        first = KeyList(number=1, root=reserve.public.sign, reserve=reserve.public.age, keys=(own,))
        said = {"t": "keys", **first.members(reserve)}
        take_key_list(tx, said)
        held = msgspec.convert(said, KeyList)
    return held


def _reserve(path: Path, data_key: bytes) -> NodeKeys:
    if path.exists():
        return NodeKeys.from_bytes(unwrap(data_key, path.read_bytes(), _RESERVE_PURPOSE))
    reserve = NodeKeys.generate()
    write_durably(path, wrap(data_key, reserve.to_bytes(), _RESERVE_PURPOSE))
    return reserve


class SharedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings that head office passes on. version rises whenever one of them changes."""

    version: Count = 0
    values: Annotated[dict[str, str], Meta(max_length=200)] = {}


def shared_settings(tx: Connection) -> SharedSettings:
    """What this home was last given, or at a head office has last passed on."""
    kept = state.read(tx, _SHARED)
    return msgspec.json.decode(kept, type=SharedSettings) if kept else SharedSettings()


def own_shared_settings(tx: Connection) -> SharedSettings:
    """What a head office passes on now; when that has changed, every home is due a receipt."""
    prefix = f"setting.{SHARED_PREFIX}"
    rows = tx.execute(sa.select(home_state).where(home_state.c.name.startswith(prefix, autoescape=True)))
    values = {row.name.removeprefix("setting."): row.value for row in rows}
    before = shared_settings(tx)
    if values == before.values:
        return before
    now = SharedSettings(version=before.version + 1, values=values)
    state.write(tx, _SHARED, msgspec.json.encode(now).decode())
    tx.execute(nodes.update().values(receipt_due=nodes.c.receipt_due + 1))
    return now


def take_shared_settings(tx: Connection, offered: SharedSettings) -> bool:
    """Set what came in a pack or receipt, if it is newer than what is set."""
    before = shared_settings(tx)
    if offered.version <= before.version:
        return False
    values = {name: value for name, value in offered.values.items() if name.startswith(SHARED_PREFIX)}
    for name in before.values.keys() - values.keys():
        state.write(tx, f"setting.{name}", "")
    for name, value in values.items():
        state.write(tx, f"setting.{name}", value)
    taken = SharedSettings(version=offered.version, values=values)
    state.write(tx, _SHARED, msgspec.json.encode(taken).decode())
    return True


def office_sections(tx: Connection) -> list[bytes]:
    """The lines that packs and receipts have in common."""
    settings, keys = own_shared_settings(tx), state.read(tx, _KEY_LIST)
    lines = [keys.encode()] if keys else []
    if settings.version:
        lines.append(canonical.encode({"t": "settings", **msgspec.to_builtins(settings)}))
    return lines


def take_office_section(tx: Connection, said: dict[str, Any], number: int) -> None:
    """Take what a 'keys' or 'settings' line says; `number` is the line's, for the words of an error.

    Raises SyncFileRefused: 'bad_json' for a line that is not as it must be, 'bad_key' as `take_key_list`.
    """
    try:
        if said["t"] == "keys":
            take_key_list(tx, said)
        elif said["t"] == "settings":
            take_shared_settings(tx, msgspec.convert(said, SharedSettings))
    except msgspec.ValidationError as error:
        raise refuse("bad_json", line=number) from error
