"""What a home remembers for each login: where somebody left off, saved filters, columns.

None of it is a record: it is neither sealed nor sent, and nobody else sees it.
"""

from fieldapp.domain.actor import Actor
from fieldapp.domain.identifiers import refuse_forbidden_number
from fieldapp.storage import login_state, state
from fieldapp.storage.database import Database


class RememberedService:
    """Values by login and name; each write is durable when the call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, actor: Actor, name: str) -> str:
        """What is kept for this login under that name, '' for nothing."""
        with self._database.reading() as tx:
            return login_state.read(tx, actor.login, name)

    def write(self, actor: Actor, name: str, value: str) -> None:
        """Keep a value for this login; '' forgets it. Raises InvalidInput 'forbidden_number'."""
        actor.must_be_known()
        with self._database.transaction() as tx:
            refuse_forbidden_number(value, allowed=state.centre_ids(tx))
            login_state.write(tx, actor.login, name, value)
