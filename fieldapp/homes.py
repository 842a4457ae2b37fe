"""Making and opening homes: where a folder, its keys, its database and its services come together.

The command line, the window and the tour all come through here. Nothing of Qt is imported.
"""

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import EnvironmentProblem, FieldAppError, InvalidInput
from fieldapp.domain.text import Text
from fieldapp.services.all import Services
from fieldapp.storage import home as homes
from fieldapp.storage import log, state, taking_over
from fieldapp.storage.blobs import blobs_of
from fieldapp.storage.database import Clock, Database, open_postgresql, open_sqlite, stamp, upgrade, utc_now
from fieldapp.storage.home import PRACTICE_PASSPHRASE, Home
from fieldapp.storage.home_place import refuse_unsafe_place
from fieldapp.storage.migrations import NEWEST
from fieldapp.storage.state import HQ_CENTRE, OWN_CENTRE, Centre
from fieldapp.sync import joining, pack
from fieldapp.sync.advance_note import AdvanceNotes
from fieldapp.sync.audit import AuditTrail
from fieldapp.sync.continuing import Continuing
from fieldapp.sync.enrolment import Enrolment
from fieldapp.sync.erasures import Erasures
from fieldapp.sync.give_back import GivingBack
from fieldapp.sync.keys import NodeKeys, unwrap, wrap
from fieldapp.sync.office_keys import OfficeKeys, office_pairs
from fieldapp.sync.outbox import Outbox
from fieldapp.sync.receipt_code import ReceiptCodes
from fieldapp.sync.receipt_history import ReceiptHistory
from fieldapp.sync.receipts import Receipts
from fieldapp.sync.relay import Relay
from fieldapp.sync.sealed_copies import SealedCopies
from fieldapp.sync.sync_file import Kind
from fieldapp.sync.undoing import OfficeInbox

_NODE_KEYS = "node.key"
_PURPOSE = "node keys"


@dataclass(slots=True)
class OpenHome:
    """A home that somebody has logged in to. `close` it when done."""

    home: Home
    database: Database
    data_key: bytes
    keys: NodeKeys
    actor: Actor
    services: Services

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a home exchanges sync files with: a centre by outbox and history, head office by its inbox."""

    outbox: Outbox
    inbox: OfficeInbox
    receipts: Receipts
    history: ReceiptHistory
    enrolment: Enrolment
    audit: AuditTrail
    codes: ReceiptCodes
    notes: AdvanceNotes
    office_keys: OfficeKeys
    continuing: Continuing
    giving_back: GivingBack
    sealed: SealedCopies
    erasures: Erasures
    relay: Relay | None
    """Of a block office alone."""

    @classmethod
    def of(cls, home: OpenHome) -> "Exchange":
        """The exchange of an open home."""
        own = (home.database, home.home, home.keys)
        blobs = blobs_of(home.home, home.data_key)
        return cls(
            Outbox(*own, blobs),
            OfficeInbox(*own, blobs),
            Receipts(*own, blobs),
            ReceiptHistory(home.database),
            Enrolment(*own, home.data_key),
            AuditTrail(home.database),
            ReceiptCodes(*own),
            AdvanceNotes(*own),
            OfficeKeys(*own, home.data_key),
            Continuing(home.database, home.home),
            GivingBack(*own, blobs),
            SealedCopies(home.database, home.home),
            Erasures(home.database, home.home, blobs),
            Relay(home.database, home.home) if home.home.scope else None,
        )


def default_login(kind: str) -> str:
    """The first login of a home when none is named."""
    return "officer" if kind == "hq" else "operator"


def new_centre(
    folder: Path,
    centre: Centre,
    *,
    login: str = "",
    passphrase: str = "",
    practice: bool = False,
    clock: Clock = utc_now,
) -> OpenHome:
    """Make a centre's home; the pack of its head office may come later. centre.number is not looked at."""
    return _new(
        homes.create(folder, "centre", practice=practice),
        Centre(OWN_CENTRE, centre.csc_id, centre.name_hi, centre.name_en, centre.place_key),
        Duty.OPERATOR,
        login,
        passphrase,
        clock,
    )


def new_centre_from_pack(
    folder: Path,
    file: Path,
    words: str,
    *,
    login: str = "",
    passphrase: str = "",
    practice: bool = False,
    clock: Clock = utc_now,
) -> OpenHome:
    """Make a centre's home from the pack of its head office; words: the six told by telephone.

    Nothing is made unless the words open the pack. Raises InvalidInput 'words' and SyncFileRefused.
    """
    shown = pack.read_open(file, Kind.PACK)
    shown.outer.must_suit(practice=practice)
    pack.unlocked(pack.section(shown, "locked"), words)
    nobody = Centre(OWN_CENTRE, "", "", "", "")
    home = new_centre(folder, nobody, login=login, passphrase=passphrase, practice=practice, clock=clock)
    try:
        Exchange.of(home).enrolment.take_pack(home.actor, file, words)
    except BaseException:
        home.close()
        homes.unmake(folder)  # it was made a moment ago, and nobody could enter it without its pack
        raise
    return home


_HEAD_OFFICE, _BLOCK_OFFICE = ("मुख्यालय", "Head office"), ("प्रखंड कार्यालय", "Block office")
"""What an office is called that was given no name."""


def new_hq(
    folder: Path,
    *,
    name_hi: str = "",
    name_en: str = "",
    scope: str = "",
    database_url: str = "",
    login: str = "",
    passphrase: str = "",
    practice: bool = False,
    clock: Clock = utc_now,
) -> OpenHome:
    """Make a head office's home, or with a scope (a place key) a block office's, named by its pack.

    Raises InvalidInput 'office_there' where the database is an office's already; and as `homes.create`.
    """
    hi, en = (name_hi, name_en) if name_hi or name_en else _BLOCK_OFFICE if scope else _HEAD_OFFICE
    return _new(
        homes.create(folder, "hq", practice=practice, database_url=database_url, scope=scope),
        Centre(HQ_CENTRE, "", hi, en, scope),
        Duty.OFFICER,
        login,
        passphrase,
        clock,
    )


def join_hq(
    folder: Path,
    *,
    database_url: str,
    words: str,
    passphrase: Callable[[], str],
    login: str = "",
    clock: Clock = utc_now,
) -> OpenHome:
    """Make another officer's folder for an office whose database is on a server.

    words: the six that `joining.invite` gave. passphrase: asked for once they were right; an office for
    practice has its own. Where it fails nothing is left, and words and name still count.
    Raises InvalidInput: 'database_url', 'home_exists', 'login', and as `joining.invitation_in`,
    `Invitation.opened` and `accepting`; NewerData; EnvironmentProblem.
    """
    login = login or default_login("hq")
    database = open_postgresql(database_url, clock)
    try:
        invitation = joining.invitation_in(database)
        data_key, first = invitation.opened(words)
        home = homes.create(
            folder, "hq", practice=invitation.practice, database_url=database_url, scope=invitation.scope
        )
        try:
            secret = PRACTICE_PASSPHRASE if home.practice else passphrase()
            with homes.speaking_of_home(folder):
                _write_keys(folder, data_key, first)
                actor = homes.add_login(home, login, Duty.OFFICER, secret, data_key)
                with joining.accepting(database, invitation, actor.login):
                    homes.finish(home)
        except BaseException:
            homes.unmake(folder)
            raise
    finally:
        database.close()
    return open_home(folder, login=actor.login, passphrase=secret, clock=clock)


def _new(home: Home, centre: Centre, duty: Duty, login: str, passphrase: str, clock: Clock) -> OpenHome:
    """Fill a home that was begun; it is one when all is there, and nothing is left where that fails."""
    try:
        with homes.speaking_of_home(home.folder):
            made = _filled(home, centre, duty, login, passphrase, clock)
    except BaseException:
        homes.unmake(home.folder)
        raise
    return made


def _filled(home: Home, centre: Centre, duty: Duty, login: str, passphrase: str, clock: Clock) -> OpenHome:
    login = login or default_login(home.kind)
    passphrase = PRACTICE_PASSPHRASE if home.practice else passphrase
    data_key, keys = homes.new_data_key(), NodeKeys.generate()
    _write_keys(home.folder, data_key, keys)
    actor = homes.add_login(home, login, duty, passphrase, data_key)
    if home.practice and duty is Duty.OPERATOR:
        homes.add_login(home, "supervisor", Duty.SUPERVISOR, passphrase, data_key)
    database = _database(home, data_key, clock, create=True)
    try:
        if home.database_url:
            joining.refuse_office(database)
        upgrade(database, NEWEST)
        with database.transaction() as tx:
            state.write(tx, "node", keys.key_id)
            state.write(tx, "centre", str(centre.number))
            state.write(tx, "made_at", stamp(clock()))
            state.put_centre(tx, centre)
            log.note(tx, clock(), actor.login, "new_home", what=home.kind)
            if home.database_url:
                joining.begin_office(tx, keys.key_id)
        homes.finish(home)
        if home.database_url:
            joining.settle_office(database, keys.key_id)
        return OpenHome(home, database, data_key, keys, actor, Services.of(database, home, data_key))
    except BaseException:
        database.close()
        raise


def open_home(folder: Path, *, login: str = "", passphrase: str = "", clock: Clock = utc_now) -> OpenHome:
    """Log in to a home and bring its database up to date. Practice homes need no passphrase."""
    home = homes.read(folder)
    login = login or default_login(home.kind)
    actor, data_key = homes.open_login(home, login, PRACTICE_PASSPHRASE if home.practice else passphrase)
    homes.make_room(home)
    database = _database(home, data_key, clock)
    try:
        upgrade(database, NEWEST)
        keys = _node_keys(home, data_key)
        if home.database_url:
            joining.settle_office(database, keys.key_id)  # a power cut may have come before that
        if home.is_hq:
            keys = office_pairs(database, home, keys, data_key)
        # A full disk, another officer at work, a database from before its pack: then at the next start.
        with suppress(FieldAppError, OSError):
            Erasures(database, home, blobs_of(home, data_key)).catch_up(actor)
        return OpenHome(home, database, data_key, keys, actor, Services.of(database, home, data_key))
    except BaseException:
        database.close()
        raise


def open_practice(folder: Path) -> OpenHome:
    """A practice home, for whoever was at work in it last: what stood in their fields is kept for them."""
    opened = open_home(folder)
    last = opened.services.left_off.last_login()
    if last == opened.actor.login or last not in homes.logins(opened.home):
        return opened
    actor, _ = homes.open_login(opened.home, last, PRACTICE_PASSPHRASE)
    return replace(opened, actor=actor)


def restore_home(
    source: Path, folder: Path, *, login: str = "", passphrase: str = "", clock: Clock = utc_now
) -> OpenHome:
    """Go on here with the work of another computer, from a copy or backup of its home; that stays as it is.

    The keys of a computer are not taken along, whether they are there or not: this is a new node which says
    from where it goes on, and head office is to confirm it. Until it is whole nothing stands in `folder`.
    Raises InvalidInput: 'login', 'home_exists', or 'not_a_centre'; and EnvironmentProblem.
    """
    old = homes.read(source)
    login = login or default_login(old.kind)
    _, data_key = homes.open_login(old, login, PRACTICE_PASSPHRASE if old.practice else passphrase)
    _refuse_restoring(old, folder)
    refuse_unsafe_place(folder)
    part = folder.with_name(folder.name + ".restoring")
    shutil.rmtree(part, ignore_errors=True)
    try:
        with homes.speaking_of_home(folder):
            _copy(source, part)
            for name in homes.FOLDERS:
                (part / name).mkdir(exist_ok=True)
        keys = NodeKeys.generate()
        _write_keys(part, data_key, keys)
        database = _database(homes.read(part), data_key, clock)
        try:
            upgrade(database, NEWEST)
            with database.transaction() as tx:
                taking_over.begin_anew(tx, keys.key_id, clock(), login)
        finally:
            database.close()
        if folder.exists():
            folder.rmdir()  # it is empty
        part.replace(folder)
        homes.sync_folder(folder.parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return open_home(folder, login=login, passphrase=passphrase, clock=clock)


def _copy(source: Path, part: Path) -> None:
    """What a home holds besides its own keys. What cannot be copied ends it with its OSError."""
    part.mkdir(parents=True)
    for path in source.iterdir():
        if path.is_dir():
            _copy(path, part / path.name)
        elif path.name not in (_NODE_KEYS, "ballast") and path.suffix != ".part":
            shutil.copy2(path, part / path.name)


def _refuse_restoring(old: Home, folder: Path) -> None:
    if old.is_hq:
        raise InvalidInput(
            Text("This is the home of an office, not of a centre."),
            Text("Nothing was made. An office goes on with its own keys: copy its whole folder."),
            "not_a_centre",
        )
    if folder.exists() and any(folder.iterdir()):
        raise InvalidInput(
            Text("The folder for the restored home is not empty."),
            Text("Nothing was changed. Choose an empty folder."),
            "home_exists",
        )


def _database(home: Home, data_key: bytes, clock: Clock, *, create: bool = False) -> Database:
    if home.database_url:
        return open_postgresql(home.database_url, clock)
    return open_sqlite(home.database_path, data_key, clock, exclusive=not home.is_hq, create=create)


def _write_keys(folder: Path, data_key: bytes, keys: NodeKeys) -> None:
    homes.write_durably(folder / "keys" / _NODE_KEYS, wrap(data_key, keys.to_bytes(), _PURPOSE))


def _node_keys(home: Home, data_key: bytes) -> NodeKeys:
    try:
        wrapped = (home.folder / "keys" / _NODE_KEYS).read_bytes()
    except PermissionError as error:
        raise homes.no_right(home.folder) from error
    except OSError as error:
        raise EnvironmentProblem(
            Text("The keys of this home are missing."),
            Text("Its records are safe. Restore the folder 'keys' from where the home was copied."),
            "no_key",
        ) from error
    return NodeKeys.from_bytes(unwrap(data_key, wrapped, _PURPOSE))
