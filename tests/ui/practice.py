"""A desk at a real practice home, for pages that are tried without the whole window."""

from datetime import UTC, date, datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication

from fieldapp import homes
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import RosterRow
from fieldapp.language import Language
from fieldapp.services.records import Held
from fieldapp.storage.state import OWN_CENTRE, Centre
from fieldapp.ui import theme
from fieldapp.ui.desk import Desk, Office
from fieldapp.ui.hub import Hub
from fieldapp.ui.messages import Messages
from fieldapp.ui.tasks import TaskRunner
from fieldapp.ui.undo import Undo
from fieldapp.ui.words import Words

NOW = datetime(2017, 1, 14, 11, 42, 7, tzinfo=UTC)
DAY = date(2017, 1, 14)


class PracticeDesk:
    """A home in a folder and a desk at it; `said` collects what the message line would say."""

    def __init__(self, folder: Path, language: str = "en") -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, theme.Theme())
        centre = Centre(OWN_CENTRE, "100000000015", "प्रज्ञा केंद्र कसमार", "Pragya Kendra Kasmar", "")
        self.home = homes.new_centre(folder / "home", centre, practice=True, clock=lambda: NOW)
        self.desk = Desk(
            services=self.home.services,
            actor=self.home.actor,
            words=Words(Language.named(language)),
            hub=Hub(),
            messages=Messages(),
            tasks=TaskRunner(),
            undo=Undo(),
            gazetteer=None,
            clock=lambda: NOW,
            office=Office(practice=True),
        )
        self.said: list = []
        self.desk.messages.said.connect(self.said.append)

    def start(self, kind: str = "CHAI_SAMOSA", **given) -> str:
        """Plan an activity; gives its id."""
        place = PlaceRef("", "खैराचातर")
        saved = self.desk.services.activities.start(self.desk.actor, kind, DAY, place, **given)
        return saved.held.record.id

    def stored(self, activity_id: str) -> Held:
        """The activity as the database has it now."""
        return self.desk.services.activities.get(self.desk.actor, activity_id)

    def rows(self, activity_id: str) -> tuple[RosterRow, ...]:
        """Its rows in printed order."""
        return self.stored(activity_id).record.in_order()

    def close(self) -> None:
        self.desk.tasks.close()
        self.home.close()


def person(number: int, **given) -> RosterRow:
    """An invented roster row, at the place its number says."""
    given.setdefault("name", Name("सुनीता देवी", "Sunita Devi"))
    return RosterRow(row=number, position=number * 1024, **given)
