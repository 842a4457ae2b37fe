"""A home: the folder that holds one installation's records, for practice or for real, for its whole life.

home.toml       what it is; changed only by the program
logins.json     for each login its duty and the data key, wrapped by that login's passphrase
keys/           the node's own keys, wrapped by the data key (never in the database or its backups)
fieldapp.db     the database (absent when a head office keeps it on a PostgreSQL server)
blobs/ outbox/ inbox/ backups/ ballast
"""

import errno
import json
import os
import shutil
import tomllib
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import argon2.low_level
import msgspec
import nacl.exceptions
import nacl.secret
import nacl.utils

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import EnvironmentProblem, InvalidInput
from fieldapp.domain.identifiers import refuse_forbidden_number
from fieldapp.domain.results import surroundings
from fieldapp.domain.text import Text
from fieldapp.storage.home_place import refuse_unsafe_place

PRACTICE_PASSPHRASE = "practice"  # noqa: S105 - no secret, see below
"""Practice homes open by themselves: they hold invented people only."""

BALLAST_BYTES = 8 * 1024 * 1024
_LITTLE_ROOM = 32 * 1024 * 1024
FOLDERS = ("keys", "blobs", "outbox", "inbox", "backups")
_KEY_BYTES = 32
_LONGEST_LOGIN = 64
_MAKING = "home.making"
"""Stands there while a home is made: what a power cut left of it may then be taken away."""

_WRITTEN = ("home.toml", "logins.json", "fieldapp.db", "fieldapp.db-wal", "fieldapp.db-shm", "ballast")


@dataclass(frozen=True, slots=True)
class Home:
    """What home.toml says. kind: 'centre' or 'hq'; scope: the place a block office is for, '' for all."""

    folder: Path
    kind: str
    practice: bool
    database_url: str = ""
    scope: str = ""

    @property
    def database_path(self) -> Path:
        """The SQLCipher file, also where a PostgreSQL home would have it."""
        return self.folder / "fieldapp.db"

    @property
    def outbox(self) -> Path:
        """Where sync files are made before they are copied to a stick."""
        return self.folder / "outbox"

    @property
    def is_hq(self) -> bool:
        """Whether it is a head office or a block office."""
        return self.kind == "hq"

    @property
    def has_office_above(self) -> bool:
        """Whether it sends what it holds to an office: a centre does, and a block office."""
        return not self.is_hq or bool(self.scope)


def create(folder: Path, kind: str, *, practice: bool, database_url: str = "", scope: str = "") -> Home:
    """Begin the folder of a new home, which is one once it was finished (`finish`).

    Raises InvalidInput when the folder already holds one, or something of one, and 'unsafe_place'; and
    EnvironmentProblem when nothing can be written there.
    """
    refuse_unsafe_place(folder)
    with speaking_of_home(folder):
        begun = (folder / _MAKING).exists() and not (folder / "home.toml").exists()
        if not begun and any((folder / name).exists() for name in (*_WRITTEN, "keys")):
            raise InvalidInput(
                Text("There is already a home in this folder."),
                Text("Nothing was changed. Choose an empty folder."),
                "home_exists",
            )
        if begun:
            unmake(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_durably(folder / _MAKING, b"")
            for name in FOLDERS:
                (folder / name).mkdir(exist_ok=True)
            (folder / "ballast").write_bytes(bytes(BALLAST_BYTES))
        except BaseException:
            unmake(folder)
            raise
    return Home(folder, kind, practice, database_url, scope)


def finish(home: Home) -> None:
    """Make the folder a home: everything else is there."""
    words = (
        f'format = 1\nkind = "{home.kind}"\npractice = {str(home.practice).lower()}\n'
        f"database_url = {json.dumps(home.database_url)}\nscope = {json.dumps(home.scope)}\n"
    )
    with speaking_of_home(home.folder):
        write_durably(home.folder / "home.toml", words.encode())
        (home.folder / _MAKING).unlink()


def unmake(folder: Path) -> None:
    """Take away what making a home has written into a folder, and nothing else.

    What a power cut leaves of that is again something that was begun, and can be taken away.
    """
    if (folder / "home.toml").exists():
        with suppress(OSError):  # without room it is taken away all the same
            write_durably(folder / _MAKING, b"")
    for path in (*(folder / name for name in _WRITTEN), *(folder / "keys").glob("*.key")):
        path.unlink(missing_ok=True)
    for name in FOLDERS:
        with suppress(OSError):  # it is not there, or somebody else's files are in it
            (folder / name).rmdir()
    (folder / _MAKING).unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


@contextmanager
def speaking_of_home(folder: Path) -> Iterator[None]:
    """Turns an OSError of writing into a folder into an EnvironmentProblem that names it."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise surroundings("read_only", place=str(folder)) from error
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise surroundings("disk_full", place=str(folder)) from error
        raise


def is_home(folder: Path) -> bool:
    """Whether there is a home in that folder. Raises EnvironmentProblem when that cannot be seen."""
    try:
        return (folder / "home.toml").exists()
    except PermissionError as error:
        raise no_right(folder) from error


def read(folder: Path) -> Home:
    """The home in that folder. Raises EnvironmentProblem: 'no_home', or 'no_right' to read it."""
    try:
        found = tomllib.loads((folder / "home.toml").read_text(encoding="utf-8"))
        return Home(
            folder, found["kind"], found["practice"], found.get("database_url", ""), found.get("scope", "")
        )
    except PermissionError as error:
        raise no_right(folder) from error
    except (OSError, ValueError, KeyError) as error:
        raise EnvironmentProblem(
            Text("There is no home in the folder {name}.", name=folder.name),
            Text("Make one with 'fieldapp centre new' or 'fieldapp hq new', or name another folder."),
            "no_home",
        ) from error


def no_right(folder: Path) -> EnvironmentProblem:
    """What is said to whoever may not read a home."""
    return EnvironmentProblem(
        Text("The folder of this home belongs to another user of this computer."),
        Text(
            "Nothing was changed, and its records are safe. Log in to the computer as the person who made the"
            " home, or ask for the right to read and write {folder}.",
            folder=str(folder),
        ),
        "no_right",
    )


def write_durably(path: Path, content: bytes) -> None:
    """Write a small file so that after a power cut either the old or the new one is there, whole."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder durable (there is no such call on Windows, nor need of one)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_room(home: Home) -> None:
    """Give back the ballast where the disk is nearly full, so that the home can still be opened and saved in;
    take it again once there is room.
    """
    ballast = home.folder / "ballast"
    with suppress(OSError):
        free, size = shutil.disk_usage(home.folder).free, ballast.stat().st_size
        if free < _LITTLE_ROOM and size:
            os.truncate(ballast, 0)
        elif not size and free > _LITTLE_ROOM + BALLAST_BYTES:
            ballast.write_bytes(bytes(BALLAST_BYTES))


def new_data_key() -> bytes:
    """The key everything in a home is encrypted with."""
    return nacl.utils.random(_KEY_BYTES)


@dataclass(frozen=True, slots=True)
class Cost:
    """How hard a passphrase is to guess: argon2id passes and memory in KiB (OWASP minimum 2 and 19 MiB)."""

    passes: int = 3
    memory_kib: int = 65536


def login_name(typed: str) -> str:
    """A user name as it is kept: without blanks around it.

    Raises InvalidInput 'forbidden_number'; and 'login' when nothing is left, it is longer than 64 characters,
    or something in it cannot be seen.
    """
    refuse_forbidden_number(typed)
    login = typed.strip()
    if not login:
        problem = Text("The user name is missing.")
    elif len(login) > _LONGEST_LOGIN:
        problem = Text("{label} has more than {n} characters.", label=Text("User name"), n=_LONGEST_LOGIN)
    elif not login.isprintable():
        problem = Text("There is a character in this user name that cannot be seen.")
    else:
        return login
    raise InvalidInput(problem, Text("Type a short name, as in rita."), "login")


def same_login(login: str) -> str:
    """What is equal for two user names that people would take for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", login).casefold())


def add_login(
    home: Home, login: str, duty: Duty, passphrase: str, data_key: bytes, cost: Cost | None = None
) -> Actor:
    """Let one more person open the home: wraps the data key with their passphrase.

    Raises InvalidInput for an empty passphrase, a login that is already there, and as `login_name`.
    """
    login = login_name(login)
    cost = cost or (Cost(1, 1024) if home.practice else Cost())
    known = _logins(home)
    if same_login(login) in map(same_login, known):
        raise InvalidInput(
            Text("There is already a login called {login}.", login=login),
            Text("Choose another name."),
            "login",
        )
    if not passphrase:
        raise InvalidInput(
            Text("The passphrase is empty."), Text("Give one of at least eight characters."), "passphrase"
        )
    salt = nacl.utils.random(16)
    box = nacl.secret.SecretBox(_stretch(passphrase, salt, cost))
    key = bytes(box.encrypt(data_key)).hex()
    known[login] = _Login(str(duty), salt.hex(), cost.passes, cost.memory_kib, key)
    with speaking_of_home(home.folder):
        write_durably(home.folder / "logins.json", msgspec.json.format(msgspec.json.encode(known)))
    return Actor(login, str(duty))


def open_login(home: Home, login: str, passphrase: str) -> tuple[Actor, bytes]:
    """The actor and the data key. Raises InvalidInput when name or passphrase is wrong."""
    login = login.strip()
    entry = _logins(home).get(login)
    try:
        if entry is None:
            raise nacl.exceptions.CryptoError
        cost = Cost(entry.passes, entry.memory_kib)
        box = nacl.secret.SecretBox(_stretch(passphrase, bytes.fromhex(entry.salt), cost))
        return Actor(login, entry.duty), box.decrypt(bytes.fromhex(entry.key))
    except nacl.exceptions.CryptoError as error:
        raise InvalidInput(
            Text("User name or password is wrong."), Text("Try again; nothing was changed."), "login"
        ) from error


def logins(home: Home) -> dict[str, str]:
    """The duty of each login."""
    return {name: entry.duty for name, entry in _logins(home).items()}


class _Login(msgspec.Struct, frozen=True):
    duty: str
    salt: str
    passes: int
    memory_kib: int
    key: str


def _logins(home: Home) -> dict[str, _Login]:
    try:
        return msgspec.json.decode((home.folder / "logins.json").read_bytes(), type=dict[str, _Login])
    except FileNotFoundError:
        return {}
    except PermissionError as error:
        raise no_right(home.folder) from error


def _stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    return argon2.low_level.hash_secret_raw(
        passphrase.encode(), salt, cost.passes, cost.memory_kib, 1, _KEY_BYTES, argon2.low_level.Type.ID
    )
