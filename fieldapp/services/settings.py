"""What a home is set to: its centre, language, look."""

from fieldapp.domain.actor import Actor
from fieldapp.domain.identifiers import refuse_forbidden_number
from fieldapp.storage import state
from fieldapp.storage.database import Database
from fieldapp.storage.state import Centre


class SettingsService:
    """Single values by name, and the centres this home knows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, name: str, missing: str = "") -> str:
        """The value set under that name."""
        with self._database.reading() as tx:
            return state.read(tx, f"setting.{name}", missing)

    def write(self, actor: Actor, name: str, value: str) -> None:
        """Set a value. Raises InvalidInput 'forbidden_number'."""
        actor.must_be_known()
        with self._database.transaction() as tx:
            refuse_forbidden_number(value, allowed=state.centre_ids(tx))
            state.write(tx, f"setting.{name}", value)

    def own_centre(self) -> Centre:
        """The centre (or head office) this home is."""
        with self._database.reading() as tx:
            return state.centre(tx, int(state.read(tx, "centre")))

    def centre_ids(self) -> frozenset[str]:
        """The registered centre IDs, which the number guard lets pass."""
        with self._database.reading() as tx:
            return state.centre_ids(tx)

    def centres(self) -> tuple[Centre, ...]:
        """Every centre this home knows, by number."""
        with self._database.reading() as tx:
            return state.all_centres(tx)
