"""The private keys of a head office: making them, changing the working key, keeping the reserve key apart.

A new working key is written beside the node's own and into the database, both wrapped by the data key:
officers who share a database share the keys, and a database that was put back to an old copy finds its newest
list and key in the folder again. Old pairs stay, for files that were written to them.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical
from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import EnvironmentProblem, InvalidInput
from fieldapp.domain.results import refuse, surroundings
from fieldapp.domain.text import Text
from fieldapp.storage import log, state
from fieldapp.storage.database import Database
from fieldapp.storage.home import Home, write_durably
from fieldapp.storage.tables import nodes, office_keys
from fieldapp.sync.block_offices import refuse_block_office
from fieldapp.sync.due import note_due_for
from fieldapp.sync.keys import NodeKeys, unwrap, wrap
from fieldapp.sync.office import KeyList, OfficeKey, key_list, list_shown_by, take_key_list
from fieldapp.sync.revocation import TRUSTED
from fieldapp.sync.sync_file_place import code_of
from fieldapp.sync.words import Lock, choose, new_lock

_PURPOSE, _RESERVE_PURPOSE, _APART = "office keys", "reserve keys", "reserve keys apart"
_FIRST_RESERVE = "reserve.key"
RESERVE_SUFFIX = ".reserve"
_LARGEST = 65_536


class _Kept(msgspec.Struct, frozen=True):
    """A working key in the folder, with the line of the key list that made it one."""

    pair: str
    line: str


class _ApartFile(Lock, frozen=True, kw_only=True):
    box: str


@dataclass(frozen=True, slots=True)
class KeysShown:
    """The keys of an office. number: of its key list; older: pairs that only open old files.

    reserve_here: whether the reserve pair lies in this home; behind: trusted computers whose last file was
    written by an older list.
    """

    number: int
    fingerprint: str
    older: int
    reserve_here: bool
    behind: int


@dataclass(frozen=True, slots=True)
class Apart:
    """The reserve pair in a file of its own, and the six words that open it; they are kept nowhere."""

    path: Path
    words: str


def own_key_list(tx: Connection, home: Home, keys: NodeKeys, data_key: bytes) -> KeyList:
    """A head office's key list; list 1 and the reserve pair are made when they are first asked for.

    Raises InvalidInput 'keys_changed' when another officer has changed the working key since this home was
    opened.
    """
    held = key_list(tx)
    if held is None:
        reserve = _first_reserve(home, data_key)
        own = OfficeKey(node=state.node(tx).hex(), sign=keys.public.sign, age=keys.public.age)
        first = KeyList(number=1, root=reserve.public.sign, reserve=reserve.public.age, keys=(own,))
        take_key_list(tx, {"t": "keys", **first.members(reserve)})
        held = first
    must_be_current(tx, keys)
    return held


def must_be_current(tx: Connection, keys: NodeKeys) -> None:
    """InvalidInput 'keys_changed' unless these are the keys that the newest list names for this office."""
    held = key_list(tx)
    own = held.of_node(state.node(tx).hex()) if held else None
    if own and own.public.key_id != keys.key_id:
        raise InvalidInput(
            Text("Another officer has changed the working key of this office."),
            Text("Nothing was changed. Close the program and open it again."),
            "keys_changed",
        )


def office_pairs(database: Database, home: Home, first: NodeKeys, data_key: bytes) -> NodeKeys:
    """The pair a head office works with now, with the older ones. first: the node's own.

    A list in the folder that is newer than the database's is taken up again. Raises EnvironmentProblem
    'no_key' when the key that the list names is not here.
    """
    kept = sorted(_in_folder(home, data_key), key=lambda one: one[0].number)
    with database.reading() as tx:
        held, node = key_list(tx), state.node(tx).hex()
        rows = tx.execute(sa.select(office_keys.c.wrapped)).scalars().all()
    if held and kept and kept[-1][0].number > held.number:
        with database.transaction() as tx:
            for one, said, _ in kept:
                if one.number > held.number:
                    take_key_list(tx, said)
            held = key_list(tx)
    pairs = {first.key_id: first}
    stored = [NodeKeys.from_bytes(unwrap(data_key, bytes(row), _PURPOSE)) for row in rows]
    for pair in (*stored, *(pair for _, _, pair in kept)):
        pairs.setdefault(pair.key_id, pair)
    own = held.of_node(node) if held else None
    current = pairs.pop(own.public.key_id if own else first.key_id, None)
    if current is None:
        raise surroundings("no_key")
    current.older = tuple(pairs.values())
    return current


class OfficeKeys:
    """What an officer does with the keys of a head office."""

    def __init__(self, database: Database, home: Home, keys: NodeKeys, data_key: bytes) -> None:
        self._database = database
        self._home = home
        self._keys = keys
        self._data_key = data_key

    def shown(self, actor: Actor) -> KeysShown:
        """The keys as they are now."""
        self._must_be_office(actor)
        with self._database.transaction() as tx:
            held = own_key_list(tx, self._home, self._keys, self._data_key)
            trusted = tx.execute(sa.select(nodes.c.key).where(nodes.c.state == TRUSTED)).scalars().all()
            shown = [list_shown_by(tx, bytes(key)) for key in trusted] if held.number > 1 else []
        return KeysShown(
            held.number,
            self._keys.public.fingerprint,
            len(self._keys.older),
            self._here(held.root) is not None,
            sum(one is not None and one.number < held.number for one in shown),
        )

    def rotate(
        self, actor: Actor, apart: Path | None = None, words: str = "", *, new_reserve: bool = False
    ) -> KeysShown:
        """Work with a new key from now on, and tell every home with its next receipt.

        apart, words: the reserve pair, where it is kept apart; it signs the new list. new_reserve: put
        another in its place, which then lies in this home. Raises InvalidInput: 'reserve_apart' when it is
        not here, 'words', 'other_reserve', 'keys_changed'; and EnvironmentProblem.
        """
        self._must_be_office(actor)
        root = self._opened(apart, words) if apart else None
        pair, before = NodeKeys.generate(), NodeKeys.from_bytes(self._keys.to_bytes())
        with self._database.transaction() as tx:
            held = own_key_list(tx, self._home, self._keys, self._data_key)
            root = self._root(held, root)
            reserve = self._new_reserve(held.number + 1) if new_reserve else root
            said = _next_list(held, state.node(tx).hex(), pair, root, reserve)
            self._keep(held.number + 1, pair, said)
            for one in (before, pair):
                tx.execute(office_keys.delete().where(office_keys.c.key == bytes.fromhex(one.key_id)))
                wrapped = wrap(self._data_key, one.to_bytes(), _PURPOSE)
                tx.execute(office_keys.insert().values(key=bytes.fromhex(one.key_id), wrapped=wrapped))
            take_key_list(tx, said)
            note_due_for(tx)
            log.note(tx, self._database.clock(), actor.login, "rotate_keys", what=str(held.number + 1))
        self._keys.become(pair, (before, *self._keys.older))
        return self.shown(actor)

    def write_reserve(self, actor: Actor, folder: Path) -> Apart:
        """Write the reserve pair into a folder, locked with six words. It stays here until `forget_reserve`.

        Raises InvalidInput 'reserve_apart' when it is not here, and EnvironmentProblem.
        """
        self._must_be_office(actor)
        with self._database.transaction() as tx:
            held = own_key_list(tx, self._home, self._keys, self._data_key)
            root = self._root(held, None)
            log.note(tx, self._database.clock(), actor.login, "write_reserve", what=str(held.number))
        words, lock = choose(), new_lock(practice=self._home.practice)
        box = base64.b64encode(wrap(lock.key(words), root.to_bytes(), _APART)).decode()
        path = folder / f"office-{root.key_id[:8]}{RESERVE_SUFFIX}"
        try:
            write_durably(path, canonical.encode({**msgspec.to_builtins(lock), "box": box}))
        except OSError as error:
            raise surroundings(code_of(error), place=str(folder)) from error
        self._opened(path, words)
        return Apart(path, words)

    def forget_reserve(self, actor: Actor, path: Path, words: str) -> KeysShown:
        """Take the reserve pair out of this home, once its file opens with the words that were written down.

        Raises InvalidInput 'words' or 'other_reserve'; nothing was taken out then.
        """
        self._must_be_office(actor)
        pair = self._opened(path, words)
        with self._database.transaction() as tx:
            held = own_key_list(tx, self._home, self._keys, self._data_key)
            self._root(held, pair)
            log.note(tx, self._database.clock(), actor.login, "forget_reserve", what=str(held.number))
        for file, kept in self._reserves():
            if kept.key_id == pair.key_id:
                file.unlink()
        return self.shown(actor)

    def reserve_identity(self, actor: Actor, path: Path, words: str) -> str:
        """The age identity of the reserve pair, for the public tool `age` on the day the working key is lost.

        Raises InvalidInput 'words'.
        """
        self._must_be_office(actor)
        return str(self._opened(path, words).identity)

    # ------------------------------------------------------------ the steps

    def _must_be_office(self, actor: Actor) -> None:
        actor.must_be(Duty.OFFICER)
        if not self._home.is_hq:
            raise InvalidInput(
                Text("Only a head office changes keys."), Text("Nothing was changed."), "not_an_office"
            )
        refuse_block_office(self._home)

    def _root(self, held: KeyList, given: NodeKeys | None) -> NodeKeys:
        """The reserve pair that signs the next list: as it was given, or as it lies here."""
        root = given or self._here(held.root)
        if root is None:
            raise InvalidInput(
                Text("The reserve key is kept apart, and it signs every change."),
                Text("Nothing was changed. Bring its file and the six words."),
                "reserve_apart",
            )
        if root.public.sign != held.root:
            raise InvalidInput(
                Text("This is not the reserve key that the newest key list names."),
                Text("Nothing was changed. Look for the file that was written last."),
                "other_reserve",
            )
        return root

    def _reserves(self) -> Iterator[tuple[Path, NodeKeys]]:
        for path in sorted((self._home.folder / "keys").glob("reserve*.key")):
            yield path, NodeKeys.from_bytes(unwrap(self._data_key, path.read_bytes(), _RESERVE_PURPOSE))

    def _here(self, root: str) -> NodeKeys | None:
        return next((pair for _, pair in self._reserves() if pair.public.sign == root), None)

    def _new_reserve(self, number: int) -> NodeKeys:
        pair = NodeKeys.generate()
        path = self._home.folder / "keys" / f"reserve-{number}.key"
        write_durably(path, wrap(self._data_key, pair.to_bytes(), _RESERVE_PURPOSE))
        return pair

    def _keep(self, number: int, pair: NodeKeys, said: dict[str, object]) -> None:
        """In the folder first: a list that the database has and whose key is lost would be the end."""
        kept = _Kept(base64.b64encode(pair.to_bytes()).decode(), canonical.encode(said).decode())
        path = self._home.folder / "keys" / f"office-{number}.key"
        write_durably(path, wrap(self._data_key, msgspec.json.encode(kept), _PURPOSE))

    def _opened(self, path: Path, words: str) -> NodeKeys:
        """The pair in a reserve file. Raises InvalidInput 'words', EnvironmentProblem, SyncFileRefused."""
        try:
            content = path.read_bytes()[:_LARGEST]
        except OSError as error:
            raise EnvironmentProblem(
                Text("The file {name} cannot be read.", name=path.name),
                Text("Check its name and that the stick is still there."),
                "unreadable",
            ) from error
        try:
            locked = msgspec.convert(canonical.decode(content), _ApartFile)
            return NodeKeys.from_bytes(
                unwrap(locked.key(words), base64.b64decode(locked.box, validate=True), _APART)
            )
        except EnvironmentProblem as error:
            raise InvalidInput(
                Text("These are not the words of this reserve key."),
                Text("Nothing was changed. Type all six words in their order."),
                "words",
            ) from error
        except (msgspec.ValidationError, canonical.NotCanonical, binascii.Error) as error:
            raise refuse("not_a_sync_file", what=Text("no file of a reserve key")) from error


def _next_list(
    held: KeyList, node: str, pair: NodeKeys, root: NodeKeys, reserve: NodeKeys
) -> dict[str, object]:
    """The line of the next list: this office's own key is another one, the others stay."""
    own = OfficeKey(node=node, sign=pair.public.sign, age=pair.public.age)
    following = KeyList(
        number=held.number + 1,
        root=reserve.public.sign,
        reserve=reserve.public.age,
        keys=(own, *(one for one in held.keys if one.node != node)),
    )
    return {"t": "keys", **following.members(root)}


def _first_reserve(home: Home, data_key: bytes) -> NodeKeys:
    path = home.folder / "keys" / _FIRST_RESERVE
    if path.exists():
        return NodeKeys.from_bytes(unwrap(data_key, path.read_bytes(), _RESERVE_PURPOSE))
    reserve = NodeKeys.generate()
    write_durably(path, wrap(data_key, reserve.to_bytes(), _RESERVE_PURPOSE))
    return reserve


def _in_folder(home: Home, data_key: bytes) -> Iterator[tuple[KeyList, dict[str, object], NodeKeys]]:
    """The working keys in the folder, each with its list and the list's line."""
    for path in (home.folder / "keys").glob("office-*.key"):
        kept = msgspec.json.decode(unwrap(data_key, path.read_bytes(), _PURPOSE), type=_Kept)
        said = canonical.decode(kept.line.encode())
        yield msgspec.convert(said, KeyList), said, NodeKeys.from_bytes(base64.b64decode(kept.pair))
