"""The notice as this home gives it: version, words, and whom to ask."""

from fieldapp import notices
from fieldapp.domain.actor import Actor
from fieldapp.domain.consent import withdrawn
from fieldapp.domain.records import Person
from fieldapp.domain.rules import Setting
from fieldapp.notices import Notice
from fieldapp.services.records import RecordService, Saved
from fieldapp.services.settings import SettingsService
from fieldapp.storage.database import Database

FIDUCIARY, CONTACT = "notice_fiduciary", "notice_contact"
"""Settings: for whom the data are kept, and whom to ask; both as they are to be printed."""


class NoticeService:
    """Notices, and taking consent back."""

    def __init__(self, database: Database, setting: Setting) -> None:
        self._database = database
        self._settings = SettingsService(database)
        self._people = RecordService(database, Person, setting)

    def version_in_force(self) -> int:
        """The version that consent given now refers to."""
        return notices.version_in_force()

    def text(self, version: int, language: str) -> Notice:
        """The words of a version in 'hi' or 'en', with the names and addresses of this home."""
        centre = self._settings.own_centre()
        own = (centre.name_hi if language == "hi" else centre.name_en) or centre.name_en or centre.name_hi
        fiduciary = self._settings.read(FIDUCIARY) or own
        contact = self._settings.read(CONTACT) or ", ".join(filter(None, (own, centre.csc_id)))
        return notices.notice(version, language, fiduciary, contact)

    def withdraw(self, actor: Actor, person_id: str, base_version: int) -> Saved[Person]:
        """A person takes consent back: noted with today's day; it can be undone as every save."""
        person = self._people.get(actor, person_id).record
        return self._people.save(actor, withdrawn(person, self._database.today()), base_version)
