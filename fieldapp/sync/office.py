"""What a head office tells all its homes: its keys, and the settings it shares.

The *key list* names the keys that files are encrypted to and that receipts are signed with. List 1 is signed
by its own *root*; list n+1 is signed by the root that list n names, and is taken by a home that holds list n.
So every list stands at the end of a chain, and whoever was away takes the missing ones in their order: packs
and receipts carry them (all of them, and those that the reader has not shown to have). The highest list wins;
an older one is left alone, and one that is not signed as it must be refuses the whole file. A list's reserve
pair is root and reader in one: its signing half is the root, its age half reads every batch, and it may be
kept apart for the day the working key is lost.
"""

from typing import Annotated, Any

import msgspec
import sqlalchemy as sa
from msgspec import Meta
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical
from fieldapp.domain.results import refuse
from fieldapp.storage import state
from fieldapp.storage.tables import home_state, inbox_files
from fieldapp.sync.container import Count, FromOne, Hex64, HexId
from fieldapp.sync.due import note_due_for
from fieldapp.sync.keys import NodeKeys, PublicKeys, recipient_id, verify
from fieldapp.sync.sync_file import Sections, Signer

_KEY_LIST = "key_list"
_SHARED = "shared_settings"
SHARED_PREFIX = "shared_"
"""A setting of head office whose name begins so is passed on to its homes."""

_Recipient = Annotated[str, Meta(max_length=100)]


class OfficeKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a head office. node: of its home; sign: Ed25519 public key."""

    node: HexId
    sign: Hex64
    age: _Recipient

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
        """SyncFileRefused unless what was said is signed as it must be and every key is sound.

        'bad_key_list': not signed by the root of the list before it; 'bad_key': a key is none.
        """
        root = bytes.fromhex((before or self).root)
        if not verify(root, _message(said), bytes.fromhex(self.signature)):
            raise refuse("bad_key_list")
        PublicKeys(self.root, self.reserve).checked()
        for key in self.keys:
            key.public.checked()

    def find(self, key_id: str) -> OfficeKey | None:
        """The key with that key id (32 hex), or None."""
        return next((key for key in self.keys if key.public.key_id == key_id), None)

    def of_node(self, node: str) -> OfficeKey | None:
        """The key of an office's home (32 hex), or None."""
        return next((key for key in self.keys if key.node == node), None)

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


def key_lists(tx: Connection) -> list[tuple[KeyList, bytes]]:
    """Every list this home has gone by, in their order, each with its line."""
    rows = tx.execute(sa.select(home_state.c.value).where(home_state.c.name.startswith(f"{_KEY_LIST}.")))
    kept = [row.value for row in rows] or [state.read(tx, _KEY_LIST)]
    found = [(msgspec.json.decode(line, type=KeyList), line.encode()) for line in kept if line]
    return sorted(found, key=lambda one: one[0].number)


def is_retired(tx: Connection, key_id: str) -> bool:
    """Whether a key stood in an earlier list and stands in the newest no more."""
    held = key_list(tx)
    return (held is None or held.find(key_id) is None) and any(
        one.find(key_id) is not None for one, _ in key_lists(tx)
    )


def take_key_list(tx: Connection, said: dict[str, Any]) -> bool:
    """Go by a list that came in a pack or receipt; False for one that is held or was held before.

    said: its line. Raises msgspec.ValidationError, and SyncFileRefused: 'bad_key_list' for one that the held
    one's root did not sign, or another of a number that is known, 'key_list_gap' when lists before it are
    missing, 'bad_key' as `KeyList.check`.
    """
    offered, held = msgspec.convert(said, KeyList), key_list(tx)
    newest = held.number if held else 0
    if offered.number > newest + 1:
        raise refuse("key_list_gap")
    line = canonical.encode(said)
    if offered.number <= newest:
        same = {one.number: before for one, before in key_lists(tx)}.get(offered.number, line)
        if same != line:
            raise refuse("bad_key_list")
        return False
    offered.check(said, held)
    if held:  # homes of the first programs kept the newest alone
        state.write(tx, f"{_KEY_LIST}.{held.number}", state.read(tx, _KEY_LIST))
    state.write(tx, _KEY_LIST, line.decode())
    state.write(tx, f"{_KEY_LIST}.{offered.number}", line.decode())
    return True


def list_shown_by(tx: Connection, key: bytes) -> KeyList | None:
    """The list that the computer with that key goes by, as its last file shows; None while none came.

    The file that was read last tells, not the highest list: a home that was put back to an old copy of itself
    has only the old one.
    """
    row = tx.execute(
        sa.select(inbox_files.c.header)
        .where(inbox_files.c.key == key, inbox_files.c.to_n.is_not(None))
        .order_by(inbox_files.c.read_at.desc(), inbox_files.c.batch.desc())
        .limit(1)
    ).first()
    readers = set(msgspec.json.decode(row.header).get("recipients", ())) if row else set()
    # Besides, a block office may read it; and no list names all the keys of another one.
    shown = [one for one, _ in key_lists(tx) if readers.issuperset(map(recipient_id, one.recipients))]
    return shown[-1] if shown else None


def signing_keys(tx: Connection, own: NodeKeys, key: bytes) -> NodeKeys:
    """The pair that the computer with that key knows this office by: an older one until it has the new list.

    It could be told of a new key by nobody else. Once it has the new list it believes the old key no more.
    """
    shown = list_shown_by(tx, key)
    entry = shown.of_node(state.read(tx, "node")) if shown else None
    return (own.find(entry.public.key_id) if entry else None) or own


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
    note_due_for(tx)
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


def office_sections(tx: Connection, after: int = 0) -> list[bytes]:
    """The lines that packs and receipts have in common: the settings, and the key lists above `after`.

    The newest list is always among them.
    """
    settings, lists = own_shared_settings(tx), key_lists(tx)
    lines = [line for n, (one, line) in enumerate(lists, 1) if one.number > after or n == len(lists)]
    if settings.version:
        lines.append(canonical.encode({"t": "settings", **msgspec.to_builtins(settings)}))
    return lines


def take_office_sections(tx: Connection, sections: Sections) -> bool:
    """Take what the 'keys' and 'settings' lines say; whether the newest list among them is an older one.

    Raises SyncFileRefused: 'bad_json' for a line that is not as it must be, and as `take_key_list`.
    """
    told = [0]
    for number, said in sections:
        try:
            if said["t"] == "keys":
                take_key_list(tx, said)
                told.append(said["number"])
            elif said["t"] == "settings":
                take_shared_settings(tx, msgspec.convert(said, SharedSettings))
        except msgspec.ValidationError as error:
            raise refuse("bad_json", line=number) from error
    held = key_list(tx)
    return held is not None and 0 < max(told) < held.number
