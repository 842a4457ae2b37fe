"""All services of one home, built together."""

from dataclasses import dataclass, replace
from typing import Any

from fieldapp.domain.records import RECORD_TYPES, Observation, Place, Record
from fieldapp.domain.rules import Setting
from fieldapp.services.action_points import ActionPointService
from fieldapp.services.activities import ActivityService
from fieldapp.services.attachments import AttachmentService
from fieldapp.services.decisions import DecisionService
from fieldapp.services.erasing import ErasingService
from fieldapp.services.establishments import EstablishmentService
from fieldapp.services.findings import FindingService
from fieldapp.services.left_off import LeftOffService
from fieldapp.services.notices import NoticeService
from fieldapp.services.overview import OverviewService
from fieldapp.services.people import PeopleService
from fieldapp.services.records import RecordService
from fieldapp.services.remembered import RememberedService
from fieldapp.services.search import SearchService
from fieldapp.services.settings import SettingsService
from fieldapp.services.targets import TargetService
from fieldapp.services.users import UserService
from fieldapp.storage import home
from fieldapp.storage.blobs import blobs_of
from fieldapp.storage.database import Database


@dataclass(frozen=True, slots=True)
class Services:
    """What the window and the command line are given."""

    activities: ActivityService
    people: PeopleService
    targets: TargetService
    observations: RecordService[Observation]
    establishments: EstablishmentService
    action_points: ActionPointService
    places: RecordService[Place]
    decisions: DecisionService
    overview: OverviewService
    users: UserService
    settings: SettingsService
    remembered: RememberedService
    search: SearchService
    attachments: AttachmentService
    notices: NoticeService
    left_off: LeftOffService
    findings: FindingService
    erasing: ErasingService

    @classmethod
    def of(cls, database: Database, where: home.Home, data_key: bytes) -> "Services":
        """The services of an open home."""
        setting = Setting(demo=where.practice, centre_ids=SettingsService(database).centre_ids())
        decisions = DecisionService(database, setting)
        return cls(
            activities=ActivityService(database, setting),
            people=PeopleService(database, setting, decisions),
            targets=TargetService(database, setting),
            observations=RecordService(database, Observation, setting),
            establishments=EstablishmentService(database, setting),
            action_points=ActionPointService(database, setting),
            places=RecordService(database, Place, setting),
            decisions=decisions,
            overview=OverviewService(database),
            users=UserService(database, where, data_key),
            settings=SettingsService(database),
            remembered=RememberedService(database),
            search=SearchService(database),
            notices=NoticeService(database, setting),
            attachments=AttachmentService(database, blobs_of(where, data_key)),
            left_off=LeftOffService(database),
            findings=FindingService(database, decisions),
            erasing=ErasingService(database, where),
        )

    def know_centres(self) -> None:
        """Let the rules know the centres that were registered since the home was opened."""
        known = self.settings.centre_ids()
        for word in RECORD_TYPES:
            service = self.for_type(word)
            service.setting = replace(service.setting, centre_ids=known)

    def for_type(self, word: str) -> RecordService[Record]:
        """The service of a record type by its word ('activity', 'person', ...)."""
        services: dict[str, Any] = {
            "activity": self.activities,
            "person": self.people,
            "target": self.targets,
            "observation": self.observations,
            "establishment": self.establishments,
            "action_point": self.action_points,
            "place": self.places,
            "decision": self.decisions,
        }
        service: RecordService[Record] = services[word]
        return service
