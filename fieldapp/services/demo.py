"""Invented records for practice and demonstration: one year of a district, the same for the same seed.

Every id follows from the seed and the centre, so that making the same demonstration twice makes nothing
twice, and two centres' records are not taken for one another's.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import (
    ActionState,
    ActivityKind,
    ActivityState,
    AgendaKind,
    EstablishmentKind,
    FailureReason,
    Indicator,
    Level,
    MediaKind,
    ParticipantGroup,
    PartnerRole,
    PaymentMode,
    Precision,
    Role,
    Severity,
    Unit,
)
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name, PlaceRef, Ratio, Ref
from fieldapp.domain.places import Gazetteer
from fieldapp.domain.places import Place as KnownPlace
from fieldapp.domain.records import (
    ActionPoint,
    Activity,
    AgendaItem,
    Establishment,
    HeadCount,
    MediaItem,
    Observation,
    Partner,
    Person,
    Place,
    Record,
    RoleSpan,
    RosterRow,
    Target,
    TargetPlace,
    type_name,
)
from fieldapp.services.all import Services
from fieldapp.services.derived_ids import derived_id
from fieldapp.services.invented import SESSION_SIZE, Invention
from fieldapp.services.records import Held

KASMAR = PlaceRef("block:322/3069", "कसमार")
BOKARO = "district:322"
FIRST_DAY = date(2017, 4, 1)
DAYS = 365

_KINDS = (
    ActivityKind.CHAI_SAMOSA,
    ActivityKind.MELA,
    ActivityKind.CHAI_SAMOSA,
    ActivityKind.WORKSHOP,
    ActivityKind.CHAI_SAMOSA,
    ActivityKind.CHAI_SAMOSA,
    ActivityKind.REVIEW,
    ActivityKind.CHAI_SAMOSA,
    ActivityKind.CAMP,
    ActivityKind.CHAI_SAMOSA,
)
_TITLES: Mapping[ActivityKind, Name] = {
    ActivityKind.CHAI_SAMOSA: Name("चाय-समोसा प्रशिक्षण", "Chai-Samosa training"),
    ActivityKind.MELA: Name("डिजिटल भुगतान मेला", "Digital payment mela"),
    ActivityKind.WORKSHOP: Name("जिला पदाधिकारियों की कार्यशाला", "Workshop for officials"),
    ActivityKind.REVIEW: Name("साप्ताहिक समीक्षा बैठक", "Weekly review meeting"),
    ActivityKind.CAMP: Name("जागरूकता शिविर", "Awareness camp"),
}
_PARTNERS = (
    Partner(
        organisation="भारतीय राष्ट्रीय भुगतान निगम (NPCI)",
        group=str(ParticipantGroup.NPCI),
        role=str(PartnerRole.SPEAKER),
    ),
    Partner(
        organisation="भारतीय स्टेट बैंक", group=str(ParticipantGroup.BANK), role=str(PartnerRole.CO_ORGANISER)
    ),
)
_AGENDA = (
    AgendaItem(kind=str(AgendaKind.LECTURE), topic="डिजिटल भुगतान के तरीके", organisation="NPCI", minutes=30),
    AgendaItem(kind=str(AgendaKind.DEMO), topic="दो भुगतान, एक-एक रुपये के", minutes=90),
)
_GAPS = (
    ("माइक्रो एटीएम केवल एक; प्रतीक्षा 40 मिनट", "दूसरी मशीन की व्यवस्था"),
    ("अंगूठे का निशान मेल नहीं खाया (6 व्यक्ति)", "कार्ड से भुगतान का अभ्यास"),
    ("नेटवर्क नहीं", "सत्र पंचायत भवन में करना"),
    ("पीडीएस दुकान 12 में से 7 सक्षम", "शेष 5 दुकानों को सक्षम करना"),
)


def demo(
    services: Services, gazetteer: Gazetteer, actor: Actor, *, sessions: int, people: int, seed: int
) -> dict[str, int]:
    """Fill a home with a year of invented records; gives how many of each type were made now.

    sessions: activities of all kinds. people: persons of the training chain. The rest follows from sessions.
    """
    return _Demonstration(services, gazetteer, actor, seed).make(sessions, people)


def chai_samosa_session(
    services: Services, gazetteer: Gazetteer, actor: Actor, day: date, *, seed: int = 1
) -> Held[Activity]:
    """The Chai-Samosa session at Khairachatar, Kasmar, with 35 invented trainees (domain reference 6.3).

    Its place and three people of an earlier session are made first. The same seed and day give the same
    session; when it is here already, it is given as it stands.
    """
    made = _Demonstration(services, gazetteer, actor, seed)
    place, rows = made.khairachatar(day)
    return made.session(day, place, rows=rows, last_row=len(rows))


def planned_session(
    services: Services, gazetteer: Gazetteer, actor: Actor, day: date, *, seed: int = 1
) -> tuple[Held[Activity], tuple[RosterRow, ...]]:
    """The same session before it begins, planned and without a row, and the rows that it will have."""
    made = _Demonstration(services, gazetteer, actor, seed)
    place, rows = made.khairachatar(day)
    return made.session(day, place, state=str(ActivityState.PLANNED)), rows


class _Demonstration:
    """Makes the records of one seed."""

    def __init__(self, services: Services, gazetteer: Gazetteer, actor: Actor, seed: int) -> None:
        self._services = services
        self._gazetteer = gazetteer
        self._actor = actor
        self._seed = seed
        self._invention = Invention(seed, mobiles=services.people.setting.demo)
        self._made: Counter[str] = Counter()
        self._centre = services.settings.own_centre().csc_id

    def make(self, sessions: int, people: int) -> dict[str, int]:
        """Everything, in an order in which nothing names what is not there yet."""
        blocks = self._gazetteer.children(BOKARO, Level.BLOCK)
        trainers = self._people(people, blocks)
        targets = [self._target(n, blocks) for n in range(1 + sessions // 10)]
        for n in range(len(Indicator) * (1 + sessions // 50)):
            self._observation(n, blocks)
        for n in range(3 + sessions // 2):
            self._establishment(n, blocks)
        for n in range(sessions):
            self._activity(n, blocks, trainers, targets)
        for n in range(1 + sessions // 5):
            self._action_point(n, blocks)
        return dict(self._made)

    def khairachatar(self, day: date) -> tuple[PlaceRef, tuple[RosterRow, ...]]:
        """The place of the session of domain reference 6.3, and its people; three are kept as known."""
        place = Place(
            id=derived_id("fieldapp-demo-1", self._centre, "khairachatar"),
            level=str(Level.GP),
            parent=KASMAR,
            name=Name("खैराचातर", "Khairachatar"),
        )
        self._keep(place)
        here = PlaceRef(f"place:{place.id}", place.name.hi)
        villages = (here, *(PlaceRef(KASMAR.key, words) for words in ("टांगटोना", "त्रियोनाला", "सोनपुरा")))
        known = [self._invention.person(self._id("known", n), here) for n in range(3)]
        for person in known:
            self._keep(person)
        return here, self._invention.rows(day, known=known, villages=villages)

    def session(self, day: date, place: PlaceRef, **given: Any) -> Held[Activity]:
        """The session of that day, or the one that is here already."""
        record_id = self._id("khairachatar", day)
        held: Held[Activity] | None = self._held("activity", record_id)
        return held or self._start(
            record_id,
            ActivityKind.CHAI_SAMOSA,
            day,
            place,
            expected=SESSION_SIZE,
            venue=Name("पंचायत भवन, खैराचातर", "Panchayat Bhawan, Khairachatar"),
            trainer_name=Name("मीना कुमारी", "Mina Kumari"),
            trainer_designation="भीम सेना स्वयंसेवक",
            organiser=Name("प्रखंड कार्यालय, कसमार", "Block office, Kasmar"),
            **given,
        )

    # ------------------------------------------------------------ keeping

    def _id(self, *words: object) -> str:
        return derived_id("fieldapp-demo-1", self._centre, self._seed, *words)

    def _held(self, word: str, record_id: str) -> Any:
        """The record as held, or None when this home has none of that id."""
        try:
            return self._services.for_type(word).get(self._actor, record_id)
        except InvalidInput as error:
            if error.code != "not_found":
                raise
            return None

    def _keep(self, record: Record) -> None:
        word = type_name(record)
        if self._held(word, record.id) is None:
            self._services.for_type(word).save(self._actor, record)
            self._made[word] += 1

    def _start(
        self, record_id: str, kind: ActivityKind, day: date, place: PlaceRef, **given: Any
    ) -> Held[Activity]:
        self._made["activity"] += 1
        standard = {
            "state": str(ActivityState.HELD),
            "title": _TITLES[kind],
            "start_time": time(10),
            "end_time": time(13),
            "partners": _PARTNERS,
            "agenda": _AGENDA,
            "campaign": "डिजी धन मिशन",
        }
        return self._services.activities.start(
            self._actor, kind, day, place, id=record_id, **(standard | given)
        ).held

    # ------------------------------------------------------------ what there is

    def _place(self, blocks: tuple[KnownPlace, ...], n: int) -> PlaceRef:
        block = blocks[n % len(blocks)]
        return PlaceRef(block.key, block.name_hi or block.name_en)

    def _people(self, count: int, blocks: tuple[KnownPlace, ...]) -> list[Person]:
        """The training chain: the first are Master Trainers, each later one was trained by an earlier one."""
        found: list[Person] = []
        for n in range(count):
            plain = self._invention.person(self._id("person", n), self._place(blocks, n))
            role = Role.MASTER_TRAINER if n % 20 == 0 else Role.VOLUNTEER if n % 4 else Role.TRAINEE
            trainer = Ref(self._invention.choice(found).id) if found and n % 20 else Ref("")
            span = RoleSpan(
                role=str(role),
                since=FIRST_DAY + timedelta(days=n % DAYS),
                trained_by=trainer,
                place=plain.village,
            )
            values = {name: getattr(plain, name) for name in plain.__struct_fields__} | {"roles": (span,)}
            person = Person(**values)
            self._keep(person)
            found.append(person)
        return found

    def _target(self, n: int, blocks: tuple[KnownPlace, ...]) -> Target:
        kind = (ActivityKind.CHAI_SAMOSA, ActivityKind.MELA)[n % 2]
        target = Target(
            id=self._id("target", n),
            title=_TITLES[kind],
            activity_kind=str(kind),
            amount=10 * (n + 1),
            places=tuple(TargetPlace(place=self._place(blocks, n + k)) for k in range(3)),
            start_date=FIRST_DAY,
            due_date=FIRST_DAY + timedelta(days=DAYS - 1),
            responsible="प्रखंड विकास पदाधिकारी",
            assigned_by="उपायुक्त, बोकारो",
        )
        self._keep(target)
        return target

    def _observation(self, n: int, blocks: tuple[KnownPlace, ...]) -> None:
        indicator = list(Indicator)[n % len(Indicator)]
        day = FIRST_DAY + timedelta(days=30 * (n // len(Indicator)))
        households = self._invention.whole(800, 9000)
        shares = (Indicator.SMARTPHONE, Indicator.DIGITAL_LITERACY, Indicator.DIGITAL_SHARE)
        part = self._invention.whole(households // 10, households // 2)
        self._keep(
            Observation(
                id=self._id("observation", n),
                indicator=str(indicator),
                place=self._place(blocks, n),
                end_date=day,
                share=Ratio(part, households) if indicator in shares else Ratio(),
                value=0 if indicator in shares else part,
                unit=str(Unit.PERCENT if indicator in shares else Unit.COUNT),
                precision=str(Precision.EXACT),
                source="प्रखंड सर्वेक्षण (कल्पित)",
            )
        )

    def _establishment(self, n: int, blocks: tuple[KnownPlace, ...]) -> None:
        kind = list(EstablishmentKind)[n % len(EstablishmentKind)]
        enabled = n % 3 > 0
        self._keep(
            Establishment(
                id=self._id("establishment", n),
                kind=str(kind),
                name=Name(f"कल्पित प्रतिष्ठान {n + 1}", f"Invented establishment {n + 1}"),
                owner_name=self._invention.man().hi,
                place=self._place(blocks, n),
                modes=(str(PaymentMode.UPI), str(PaymentMode.CARD))[: 1 + n % 2] if enabled else (),
                enabled_on=FIRST_DAY + timedelta(days=n % DAYS) if enabled else None,
            )
        )

    def _action_point(self, n: int, blocks: tuple[KnownPlace, ...]) -> None:
        gap, action = _GAPS[n % len(_GAPS)]
        due = FIRST_DAY + timedelta(days=14 + 7 * n % DAYS)
        closed = n % 2 == 1
        self._keep(
            ActionPoint(
                id=self._id("action_point", n),
                gap=gap,
                action=action,
                place=self._place(blocks, n),
                severity=str(list(Severity)[n % len(Severity)]),
                responsible="अग्रणी जिला प्रबंधक",
                due_date=due,
                state=str(ActionState.CLOSED if closed else ActionState.OPEN),
                closed_on=due if closed else None,
            )
        )

    # ------------------------------------------------------------ activities

    def _activity(
        self, n: int, blocks: tuple[KnownPlace, ...], trainers: list[Person], targets: list[Target]
    ) -> None:
        record_id = self._id("activity", n)
        kind = _KINDS[n % len(_KINDS)]
        day = FIRST_DAY + timedelta(days=self._invention.whole(0, DAYS - 1))
        place = self._place(blocks, n)
        given = self._contents(kind, n, day, place, trainers)
        wanted = [one for one in targets if one.activity_kind == kind]
        if wanted:
            given["target"] = Ref(wanted[n % len(wanted)].id)
        if self._held("activity", record_id) is None:
            held = self._start(record_id, kind, day, place, **given)
            if kind is ActivityKind.CHAI_SAMOSA and n % 3:
                present = sum(bool(row.present) for row in held.record.rows)
                self._services.activities.finish(
                    self._actor,
                    record_id,
                    held.version,
                    present,
                    open_reason=str(FailureReason.BANK),
                )

    def _contents(
        self, kind: ActivityKind, n: int, day: date, place: PlaceRef, trainers: list[Person]
    ) -> dict[str, Any]:
        """What an activity of a kind has besides what all have."""
        if kind is ActivityKind.CHAI_SAMOSA:
            rows = self._invention.rows(day, self._invention.whole(28, 40), villages=(place,))
            trainer = trainers[n % len(trainers)] if trainers else None
            name = trainer.name if trainer else self._invention.woman()
            return {
                "rows": rows,
                "last_row": len(rows),
                "expected": len(rows),
                "trainer": Ref(trainer.id if trainer else ""),
                "trainer_name": name,
            }
        if kind is ActivityKind.REVIEW:
            return {"partners": ()}
        counts = tuple(
            HeadCount(group=str(group), men=self._invention.whole(3, 90), women=self._invention.whole(3, 90))
            for group in (ParticipantGroup.PUBLIC, ParticipantGroup.SHG, ParticipantGroup.RETAIL_ASSOC)
        )
        media = MediaItem(outlet="दैनिक कल्पित", kind=str(MediaKind.PRINT), published=day + timedelta(days=1))
        found: dict[str, Any] = {"head_counts": counts, "media": (media,)}
        if kind is ActivityKind.MELA:
            found |= {
                "stalls": self._invention.whole(5, 40),
                "footfall": self._invention.whole(200, 2000),
                "merchants_enrolled": self._invention.whole(3, 60),
                "accounts_opened": self._invention.whole(0, 80),
            }
        return found
