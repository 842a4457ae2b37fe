"""What was erased here, locked for the reserve key of head office as long as the law wants it kept.

Nobody at this computer can open such a copy. It is no part of the database, its backups or a sync file.
Beside the copies lies a list of who was erased, ids alone: a database that was put back is emptied by it.
"""

from contextlib import suppress
from datetime import date, timedelta

import pyrage
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.storage.database import Database
from fieldapp.storage.erasing import People
from fieldapp.storage.home import Home, speaking_of_home, sync_folder, write_durably
from fieldapp.sync.office import key_list

KEPT_DAYS = 365
"""Rule 8(3) of the DPDP Rules 2025 (domain reference 4.3)."""

_FOLDER, _LIST = "erased", "people"


class SealedCopies:
    """The sealed copies of one home, a file each: `2026-11-20_<id of the record>.age`."""

    def __init__(self, database: Database, home: Home) -> None:
        self._database, self._home = database, home

    def keep(self, tx: Connection, record_id: str, content: bytes) -> None:
        """Lock bytes and make them durable.

        Raises InvalidInput 'no_pack' before there is a key for it, and EnvironmentProblem.
        """
        keys = key_list(tx)
        if keys is None:
            raise InvalidInput(
                Text("There is no key of a head office here yet."),
                Text("Nothing was erased. Take the pack of your head office first."),
                "no_pack",
            )
        locked = pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(keys.reserve)])
        with speaking_of_home(self._home.folder):
            self._write(record_id, locked)

    def _write(self, record_id: str, locked: bytes) -> None:
        folder = self._home.folder / _FOLDER
        if not folder.is_dir():
            folder.mkdir()
            sync_folder(self._home.folder)
        path = folder / f"{self._database.today()}_{record_id}.age"
        n = 1
        while path.exists():
            n += 1
            path = folder / f"{self._database.today()}_{record_id}_{n}.age"
        write_durably(path, locked)

    def note(self, people: People) -> None:
        """Note whose data are erased. people: their ids, each with the session where they stood, or ''."""
        known = self.people()
        if people.keys() - known.keys():
            folder = self._home.folder / _FOLDER
            folder.mkdir(exist_ok=True)
            lines = sorted(f"{one} {session}".strip() for one, session in {**people, **known}.items())
            write_durably(folder / _LIST, "\n".join(lines).encode())

    def people(self) -> People:
        """Whose data were erased here, as far as it was noted."""
        with suppress(FileNotFoundError):
            lines = (self._home.folder / _FOLDER / _LIST).read_text("ascii").splitlines()
            return {one: session for one, _, session in (line.partition(" ") for line in lines)}
        return {}

    def until(self) -> date:
        """The day on which a copy that is made today is destroyed."""
        return self._database.today() + timedelta(days=KEPT_DAYS + 1)

    def tidy(self) -> None:
        """At a start: destroy what has been kept for a year, as far as the disk lets it."""
        last = self._database.today() - timedelta(days=KEPT_DAYS)
        for path in (self._home.folder / _FOLDER).glob("????-??-??_*.age"):
            if path.name[:10] < last.isoformat():
                with suppress(OSError):
                    path.unlink()
