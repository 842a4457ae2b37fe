"""Who may log in."""

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.storage import home, log, officers
from fieldapp.storage.database import Database, stamp


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
        Raises InvalidInput as `storage.home.add_login`, and 'login' for the name of another folder's officer.
        """
        if not {Duty.SUPERVISOR, Duty.OFFICER} & set(home.logins(self._home).values()):
            actor.must_be_known()
        else:
            actor.must_be(Duty.SUPERVISOR, Duty.OFFICER)
        if self._home.practice:
            passphrase = home.PRACTICE_PASSPHRASE
        login, now = home.login_name(login), self._database.clock()
        with self._database.transaction() as tx:
            if self._home.database_url and not officers.note(tx, login, stamp(now)):
                raise InvalidInput(
                    Text("There is already an officer called {login} at this head office.", login=login),
                    Text("Choose another name."),
                    "login",
                )
            added = home.add_login(self._home, login, duty, passphrase, self._data_key)
            log.note(tx, now, actor.login, "add_login", what=str(duty))
        return added
