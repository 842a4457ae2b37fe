"""Who may log in."""

from fieldapp.domain.actor import Actor, Duty
from fieldapp.storage import home, log
from fieldapp.storage.database import Database


class UserService:
    """Logins of one home; the data key is wrapped anew for each."""

    def __init__(self, database: Database, where: home.Home, data_key: bytes) -> None:
        self._database = database
        self._home = where
        self._data_key = data_key

    def all(self, actor: Actor) -> dict[str, str]:
        """The duty of each login."""
        actor.must_be_known()
        return home.logins(self._home)

    def add(self, actor: Actor, login: str, duty: Duty, passphrase: str) -> Actor:
        """Let one more person in; a supervisor or an officer may.

        Where there is none yet, as in a centre's home that was just made, whoever is there lets the first in.
        In a practice home everybody comes in by the published passphrase, whatever is given here.
        """
        if not {Duty.SUPERVISOR, Duty.OFFICER} & set(home.logins(self._home).values()):
            actor.must_be_known()
        else:
            actor.must_be(Duty.SUPERVISOR, Duty.OFFICER)
        if self._home.practice:
            passphrase = home.PRACTICE_PASSPHRASE
        added = home.add_login(self._home, login, duty, passphrase, self._data_key)
        with self._database.transaction() as tx:
            log.note(tx, self._database.clock(), actor.login, "add_login", what=str(duty))
        return added
