"""What a home is set to: its centre, language, look."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.fields import Name
from fieldapp.domain.identifiers import refuse_forbidden_number
from fieldapp.storage import log, state
from fieldapp.storage.database import Database
from fieldapp.storage.state import Centre
from fieldapp.storage.tables import record_directory

_PROGRAMME = ("programme_hi", "programme_en", "until", "office_contact", "office_phone")
"""What a head office sets for its homes: `shared_` before each makes it travel (sync.office)."""


@dataclass(frozen=True, slots=True)
class Programme:
    """What a head office tells its centres: the programme, its last day if it has one, and whom to call."""

    name: Name = Name()  # noqa: RUF009 - it cannot be changed
    until: date | None = None
    contact: str = ""
    phone: str = ""

    def ended(self, today: date) -> bool:
        """Whether its last day is over. A home goes on recording all the same, and says so."""
        return self.until is not None and today > self.until


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

    def programme(self) -> Programme:
        """The programme as head office set it, at an office and at a centre that was told."""
        with self._database.reading() as tx:
            hi, en, until, contact, phone = (state.read(tx, f"setting.shared_{name}") for name in _PROGRAMME)
        return Programme(Name(hi, en), _day(until), contact, phone)

    def set_programme(self, actor: Actor, programme: Programme) -> None:
        """Set it for all centres: they hear of it with their packs and next receipts.

        Raises NotAllowed unless an officer asks, and InvalidInput 'forbidden_number'.
        """
        actor.must_be(Duty.OFFICER)
        until = programme.until.isoformat() if programme.until else ""
        values = (programme.name.hi, programme.name.en, until, programme.contact, programme.phone)
        with self._database.transaction() as tx:
            refuse_forbidden_number(*values, allowed=state.centre_ids(tx))
            for name, value in zip(_PROGRAMME, values, strict=True):
                state.write(tx, f"setting.shared_{name}", value)
            log.note(tx, self._database.clock(), actor.login, "set_programme", what=until)

    def own_centre(self) -> Centre:
        """The centre (or head office) this home is."""
        with self._database.reading() as tx:
            return state.centre(tx, int(state.read(tx, "centre")))

    def centre_of(self, record_id: str) -> Centre:
        """Whose a record is: at an office the centre it came from, else this home's own."""
        with self._database.reading() as tx:
            directory = sa.select(record_directory.c.centre).where(
                record_directory.c.id == bytes.fromhex(record_id)
            )
            number = tx.execute(directory).scalar()
            return state.centre(tx, int(state.read(tx, "centre")) if number is None else number)

    def centre_ids(self) -> frozenset[str]:
        """The registered centre IDs, which the number guard lets pass."""
        with self._database.reading() as tx:
            return state.centre_ids(tx)

    def centres(self) -> tuple[Centre, ...]:
        """Every centre this home knows, by number."""
        with self._database.reading() as tx:
            return state.all_centres(tx)


def _day(text: str) -> date | None:
    """A day that travelled as text; what is none sets none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
