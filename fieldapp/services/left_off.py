"""Where somebody left off: the page, the place on it, and the words that stood there unsaved.

One value a login, written over and over while somebody types, so that a power cut costs two seconds of it.
It is no record: it is neither sealed nor sent, and nobody else sees it.
"""

import msgspec
import sqlalchemy as sa

from fieldapp.domain.actor import Actor
from fieldapp.storage import login_state
from fieldapp.storage.database import Database
from fieldapp.storage.records import version_of
from fieldapp.storage.tables import activity_log

_NAME = "left_off"


class LeftOff(msgspec.Struct, frozen=True, omit_defaults=True):
    """page: its name; type, record, view, path and typed: as ui.page.Spot has them.

    began: the line of the activity log at which the program was started. version: that of the record when
    the words were noted; a record saved since has taken them. orderly: the program was closed by a person.
    at: ISO, UTC, to the microsecond: two logins may follow each other within a second.
    """

    page: str = ""
    type: str = ""
    record: str = ""
    view: str = ""
    path: str = ""
    typed: dict[str, str] = {}
    version: int = 0
    began: int = 0
    orderly: bool = False
    at: str = ""


class LeftOffService:
    """Each write is durable when the call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def log_line(self, actor: Actor) -> int:
        """The number of the newest line of the activity log, to count from."""
        actor.must_be_known()
        with self._database.reading() as tx:
            return int(tx.execute(sa.select(sa.func.max(activity_log.c.seq))).scalar() or 0)

    def last_login(self) -> str:
        """The login that was at work last, '' where nobody was yet."""
        with self._database.reading() as tx:
            kept = login_state.of_everybody(tx, _NAME)
        at = {login: msgspec.json.decode(value, type=LeftOff).at for login, value in kept.items()}
        return max(at, key=lambda login: at[login], default="")

    def read(self, actor: Actor) -> tuple[LeftOff, int]:
        """Where this login left off, and how many saves it made in that run of the program.

        Words that a save may have taken since are no longer among them: those at the place of the cursor.
        """
        actor.must_be_known()
        with self._database.reading() as tx:
            kept = login_state.read(tx, actor.login, _NAME)
            left = msgspec.json.decode(kept, type=LeftOff) if kept else LeftOff()
            if left.typed and version_of(tx, left.record) != left.version:
                stays = left.typed.items() if left.version else ()  # a record that was only begun is kept now
                elsewhere = {path: words for path, words in stays if path != left.path}
                left = msgspec.structs.replace(left, typed=elsewhere)
            saves = sa.select(sa.func.count()).where(
                activity_log.c.seq > left.began,
                activity_log.c.login == actor.login,
                activity_log.c.type != "",
            )
            return left, int(tx.execute(saves).scalar() or 0) if kept else 0

    def write(self, actor: Actor, left: LeftOff) -> None:
        """Note where this login is; version and time are filled in here."""
        actor.must_be_known()
        with self._database.transaction() as tx:
            noted = msgspec.structs.replace(
                left, version=version_of(tx, left.record), at=self._database.clock().isoformat()
            )
            login_state.write(tx, actor.login, _NAME, msgspec.json.encode(noted).decode())
