"""The eight records and their parts: every field is declared here, once.

A record is a frozen value with a UUIDv7 id (32 hex digits); a part (a roster row, a partner, ...) has none.
Every field's default is its empty value: what is empty is left out of the file, for ever (sync file, idea 3).
Adding a field is a line here, a migration, and its Hindi label in hi.po.
Sources of the fields: the two seeds (domain reference 1.1 and 1.2), the paper forms (2.2), the law (4.3).
"""

from datetime import date, time
from typing import Annotated, ClassVar

import msgspec

from fieldapp.domain import canonical, codes
from fieldapp.domain.codes import ActivityKind, Section
from fieldapp.domain.fields import Field, Name, Paise, PlaceRef, Ratio, Ref
from fieldapp.domain.text import Text

ONE_RUPEE = Paise(100)
"""Each practice payment of a Chai-Samosa session is exactly one rupee (seed: Bokaro)."""

PAYMENTS_TO_COMPLETE = 2
"""A trainee completes with two successful payments; the same mode twice is allowed (seed: Bokaro)."""

HIGHEST_ROW = 100_000
"""The highest number that a row of an activity has: some thousands of people, and many taken out again."""

_PAYING = frozenset({ActivityKind.CHAI_SAMOSA, ActivityKind.TRAINER_TRAINING})
_OFFICIAL = frozenset({ActivityKind.WORKSHOP, ActivityKind.TRAINER_TRAINING, ActivityKind.REVIEW})
_MELA = frozenset({ActivityKind.MELA})
_PUBLIC = frozenset({ActivityKind.MELA, ActivityKind.WORKSHOP, ActivityKind.CAMP, ActivityKind.WALK})
_OUTREACH = frozenset({ActivityKind.MELA, ActivityKind.CAMP, ActivityKind.WALK, ActivityKind.VISIT})


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a record that has no life of its own.

    key_field: the field that tells parts apart for good; "" means their place in the list does.
    """

    key_field: ClassVar[str] = ""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A unit of saving and syncing."""

    id: str


class PaymentTry(Part, frozen=True, kw_only=True):
    """One attempt at one of a trainee's two practice payments, in the order they were made."""

    slot: Annotated[int, Field("Payment", most=2, by_hand=False)] = 0
    mode: Annotated[str, Field("Mode of payment", codes=codes.PaymentMode)] = ""
    amount_paise: Annotated[Paise, Field("Amount (₹)", most=100_000_00)] = Paise(0)
    result: Annotated[str, Field("Result", codes=codes.PaymentResult)] = ""
    reason: Annotated[str, Field("Reason for failure", codes=codes.FailureReason)] = ""
    reference_number: Annotated[str, Field("Receipt number / RRN", longest=35, guard="reference")] = ""
    at: Annotated[time | None, Field("Time")] = None


class RosterRow(Part, frozen=True, kw_only=True):
    """One line of the attendance sheet, in the words that stand on the paper.

    row is never used again within its activity; position orders the rows, its rank is the printed serial.
    present holds one bit a day: bit 0 is the first day.
    """

    key_field: ClassVar[str] = "row"

    row: Annotated[int, Field("Row", most=HIGHEST_ROW, by_hand=False)] = 0
    position: Annotated[int, Field("Position", by_hand=False)] = 0
    person: Annotated[Ref, Field("Person", refers_to="person", by_hand=False)] = Ref("")
    name: Annotated[Name, Field("Name", personal=True, longest=120)] = Name()
    relation: Annotated[
        Name, Field("Father's / Husband's name", "Father / Husband", personal=True, longest=120)
    ] = Name()
    gender: Annotated[str, Field("Gender", codes=codes.Gender)] = ""
    age: Annotated[int, Field("Age (years)", "Age", most=120)] = 0
    category: Annotated[str, Field("Social category", "Category", codes=codes.Category)] = ""
    pwd: Annotated[bool, Field("Person with disability (PwD)", "PwD")] = False
    village: Annotated[PlaceRef, Field("Village", longest=120)] = PlaceRef()
    designation: Annotated[str, Field("Designation", only=_OFFICIAL, longest=120)] = ""
    office: Annotated[str, Field("Office / Organisation", "Office", only=_OFFICIAL, longest=200)] = ""
    occupation: Annotated[str, Field("Occupation", only=_PUBLIC, longest=80)] = ""
    mobile: Annotated[str, Field("Mobile number", "Mobile", personal=True, longest=10, guard="mobile")] = ""
    present: Annotated[int, Field("Present", most=(1 << 31) - 1)] = 0
    mark: Annotated[str, Field("Signature / thumb impression", "Sign", codes=codes.Mark)] = ""
    consent: Annotated[str, Field("Consent", codes=codes.Consent)] = ""
    notice_version: Annotated[int, Field("Notice version", by_hand=False)] = 0
    guardian: Annotated[
        str, Field("Guardian's name", "Guardian", personal=True, longest=120, person_name=True)
    ] = ""
    guardian_relation: Annotated[str, Field("Relation of guardian", "Relation", longest=40)] = ""
    anonymous: Annotated[bool, Field("Counted without a name", "Anonymous")] = False
    tries: Annotated[tuple[PaymentTry, ...], Field("Practice payments", only=_PAYING)] = ()
    open_reason: Annotated[
        str, Field("Reason why payments are open", only=_PAYING, codes=codes.FailureReason)
    ] = ""
    chai: Annotated[bool, Field("Chai given", "Chai", only=_PAYING)] = False
    samosa: Annotated[bool, Field("Samosa given", "Samosa", only=_PAYING)] = False
    certificate: Annotated[str, Field("Certificate number", "Certificate", only=_PAYING, by_hand=False)] = ""
    struck: Annotated[bool, Field("Struck out", by_hand=False)] = False
    walk_in: Annotated[bool, Field("Came without being expected", by_hand=False)] = False
    remarks: Annotated[str, Field("Remarks", longest=300)] = ""

    def present_on(self, day: int) -> bool:
        """Whether the person was present on that day, counted from 1."""
        return bool(self.present >> (day - 1) & 1)

    def last_try(self, slot: int) -> PaymentTry | None:
        """The newest attempt at payment 1 or 2, or None."""
        return next((one for one in reversed(self.tries) if one.slot == slot), None)

    def completed(self) -> int:
        """How many of the two payments succeeded: 0, 1 or 2. Derived, never stored."""
        return len({one.slot for one in self.tries if one.result == codes.PaymentResult.OK})


class HeadCount(Part, frozen=True, kw_only=True):
    group: Annotated[str, Field("Participant group", codes=codes.ParticipantGroup)] = ""
    men: Annotated[int, Field("Men", most=1_000_000)] = 0
    women: Annotated[int, Field("Women", most=1_000_000)] = 0
    others: Annotated[int, Field("Others", most=1_000_000)] = 0
    not_stated: Annotated[int, Field("Gender not stated", most=1_000_000)] = 0


class Partner(Part, frozen=True, kw_only=True):
    organisation: Annotated[str, Field("Organisation")] = ""
    group: Annotated[str, Field("Kind of organisation", codes=codes.ParticipantGroup)] = ""
    role: Annotated[str, Field("Part taken", codes=codes.PartnerRole)] = ""
    contact: Annotated[str, Field("Contact person", personal=True, longest=120, person_name=True)] = ""


class AgendaItem(Part, frozen=True, kw_only=True):
    kind: Annotated[str, Field("Kind", codes=codes.AgendaKind)] = ""
    topic: Annotated[str, Field("Topic", longest=300)] = ""
    speaker: Annotated[str, Field("Speaker", personal=True, longest=120, person_name=True)] = ""
    organisation: Annotated[str, Field("Organisation")] = ""
    minutes: Annotated[int, Field("Minutes", most=1440)] = 0


class Dignitary(Part, frozen=True, kw_only=True):
    name: Annotated[Name, Field("Name", personal=True, longest=120)] = Name()
    designation: Annotated[str, Field("Designation", longest=120)] = ""
    office: Annotated[str, Field("Office / Organisation", "Office")] = ""
    part: Annotated[str, Field("Part taken", codes=codes.OfficerPart)] = ""
    came: Annotated[time | None, Field("From")] = None
    left: Annotated[time | None, Field("Until")] = None


class MediaItem(Part, frozen=True, kw_only=True):
    outlet: Annotated[str, Field("Newspaper or channel")] = ""
    kind: Annotated[str, Field("Kind", codes=codes.MediaKind)] = ""
    language: Annotated[str, Field("Language", codes=codes.Language)] = ""
    published: Annotated[date | None, Field("Date of publication")] = None
    headline: Annotated[str, Field("Headline", longest=300)] = ""


class CirculatedDocument(Part, frozen=True, kw_only=True):
    title: Annotated[str, Field("Document", longest=300)] = ""
    sent_on: Annotated[date | None, Field("Sent on")] = None
    sent_to: Annotated[str, Field("Sent to", longest=300)] = ""


class Attachment(Part, frozen=True, kw_only=True):
    """A photograph or clipping. Its content lies outside the database, under its hash (storage/blobs.py)."""

    sha256: Annotated[str, Field("Content", longest=64, guard="hash", by_hand=False)] = ""
    kind: Annotated[str, Field("Kind", codes=codes.AttachmentKind)] = ""
    media_type: Annotated[str, Field("Format", longest=40, by_hand=False)] = ""
    size: Annotated[int, Field("Size in bytes", most=700_000, by_hand=False)] = 0
    caption: Annotated[str, Field("Caption", longest=200)] = ""


class AmendedValue(Part, frozen=True, kw_only=True):
    """One value that an amendment changed, as the journal writes path and values.

    Receipt numbers are among them, so the look for forbidden numbers takes both as such.
    """

    field_path: Annotated[str, Field("Field", longest=120, by_hand=False)] = ""
    before: Annotated[str, Field("Before", longest=4000, guard="reference", by_hand=False)] = ""
    after: Annotated[str, Field("After", longest=4000, guard="reference", by_hand=False)] = ""


class Amendment(Part, frozen=True, kw_only=True):
    """A change of an activity that was finished already: why, and what stood there before."""

    key_field: ClassVar[str] = "number"

    number: Annotated[int, Field("Amendment number", by_hand=False)] = 0
    reason: Annotated[str, Field("Reason for the amendment", longest=300, by_hand=False)] = ""
    amended_on: Annotated[date | None, Field("Amended on", by_hand=False)] = None
    values: Annotated[tuple[AmendedValue, ...], Field("What was changed", by_hand=False)] = ()


class IssuedSheet(Part, frozen=True, kw_only=True):
    """An attendance sheet that was printed: it pins its rows, in this order."""

    number: Annotated[int, Field("Sheet number", by_hand=False)] = 0
    kind: Annotated[str, Field("Kind", codes=codes.SheetKind, by_hand=False)] = ""
    state: Annotated[str, Field("State of the sheet", codes=codes.SheetState, by_hand=False)] = ""
    rows: Annotated[str, Field("Rows in order", longest=20_000, by_hand=False)] = ""
    issued_on: Annotated[date | None, Field("Issued on", by_hand=False)] = None
    copies: Annotated[int, Field("Copies printed", most=1000, by_hand=False)] = 0


class Certificate(Part, frozen=True, kw_only=True):
    number: Annotated[str, Field("Certificate number", longest=40, by_hand=False)] = ""
    row: Annotated[int, Field("Row", by_hand=False)] = 0
    state: Annotated[str, Field("Certificate state", codes=codes.CertificateState, by_hand=False)] = ""
    issued_on: Annotated[date | None, Field("Issued on", by_hand=False)] = None


class Activity(Record, frozen=True, kw_only=True):
    """Anything people attend. Its number and letter are given at creation and never change."""

    kind: Annotated[str, Field("Type of programme", codes=ActivityKind, in_list=True)] = ""
    state: Annotated[str, Field("Status", codes=codes.ActivityState, in_list=True, by_hand=False)] = ""
    number: Annotated[int, Field("Session number", by_hand=False)] = 0
    letter: Annotated[str, Field("Computer letter", longest=1, by_hand=False)] = ""
    title: Annotated[Name, Field("Title of programme", in_list=True)] = Name()
    campaign: Annotated[str, Field("Campaign")] = ""
    target: Annotated[Ref, Field("Target it belongs to", refers_to="target", by_hand=False)] = Ref("")
    audience: Annotated[tuple[str, ...], Field("Audience", codes=codes.ParticipantGroup)] = ()
    expected: Annotated[int, Field("Expected participants", most=1_000_000)] = 0
    start_date: Annotated[date | None, Field("Date", section=Section.PLACE, in_list=True)] = None
    end_date: Annotated[date | None, Field("Last day", section=Section.PLACE)] = None
    start_time: Annotated[time | None, Field("Start time", section=Section.PLACE)] = None
    end_time: Annotated[time | None, Field("End time", section=Section.PLACE)] = None
    venue: Annotated[Name, Field("Venue", section=Section.PLACE)] = Name()
    place: Annotated[PlaceRef, Field("Place", section=Section.PLACE, in_list=True)] = PlaceRef()
    trainer: Annotated[
        Ref, Field("Known trainer", section=Section.TEAM, refers_to="person", by_hand=False)
    ] = Ref("")
    trainer_name: Annotated[
        Name, Field("Name of trainer", section=Section.TEAM, personal=True, longest=120)
    ] = Name()
    trainer_designation: Annotated[str, Field("Designation of trainer", section=Section.TEAM)] = ""
    organiser: Annotated[Name, Field("Organised by", section=Section.TEAM)] = Name()
    partners: Annotated[tuple[Partner, ...], Field("In coordination with", section=Section.PARTNERS)] = ()
    agenda: Annotated[tuple[AgendaItem, ...], Field("Topics covered", section=Section.PROGRAMME)] = ()
    head_counts: Annotated[
        tuple[HeadCount, ...], Field("Head-counts by group", section=Section.GROUPS, only=_PUBLIC)
    ] = ()
    dignitaries: Annotated[
        tuple[Dignitary, ...], Field("Senior officers present", section=Section.OFFICERS)
    ] = ()
    media: Annotated[tuple[MediaItem, ...], Field("Media coverage", section=Section.MEDIA, only=_PUBLIC)] = ()
    documents: Annotated[
        tuple[CirculatedDocument, ...], Field("Documents sent round", section=Section.PROGRAMME)
    ] = ()
    stalls: Annotated[int, Field("Number of stalls", section=Section.OUTCOME, only=_MELA, most=10_000)] = 0
    footfall: Annotated[
        int, Field("Estimated footfall", section=Section.OUTCOME, only=_OUTREACH, most=10_000_000)
    ] = 0
    merchants_enrolled: Annotated[
        int, Field("Merchants enrolled", section=Section.OUTCOME, only=_OUTREACH, most=1_000_000)
    ] = 0
    accounts_opened: Annotated[
        int, Field("Accounts opened", section=Section.OUTCOME, only=_OUTREACH, most=1_000_000)
    ] = 0
    mobiles_linked: Annotated[
        int, Field("Mobiles linked to accounts", section=Section.OUTCOME, only=_OUTREACH, most=1_000_000)
    ] = 0
    households: Annotated[
        int, Field("Households reached", section=Section.OUTCOME, only=_OUTREACH, most=10_000_000)
    ] = 0
    signatures_counted: Annotated[
        int, Field("Signatures counted on paper", section=Section.PAPERS, most=1_000_000, by_hand=False)
    ] = 0
    count_reason: Annotated[
        str, Field("Reason why the counts differ", section=Section.PAPERS, longest=300, by_hand=False)
    ] = ""
    notes: Annotated[str, Field("Notes", section=Section.OUTCOME, longest=4000, lines=3)] = ""
    attachments: Annotated[
        tuple[Attachment, ...], Field("Photographs and clippings", section=Section.PICTURES, by_hand=False)
    ] = ()
    amendments: Annotated[
        tuple[Amendment, ...], Field("Amendments", section=Section.PAPERS, by_hand=False)
    ] = ()
    last_row: Annotated[
        int, Field("Last row number given", section=Section.PAPERS, most=HIGHEST_ROW, by_hand=False)
    ] = 0
    sheets: Annotated[
        tuple[IssuedSheet, ...], Field("Sheets issued", section=Section.PAPERS, by_hand=False)
    ] = ()
    certificates: Annotated[
        tuple[Certificate, ...], Field("Certificates", section=Section.PAPERS, only=_PAYING, by_hand=False)
    ] = ()
    rows: Annotated[tuple[RosterRow, ...], Field("Participants", section=Section.ROSTER)] = ()

    @property
    def days(self) -> int:
        """How many days it lasts, at least one."""
        if self.start_date and self.end_date and self.end_date > self.start_date:
            return (self.end_date - self.start_date).days + 1
        return 1

    @property
    def printed_number(self) -> str:
        """The number as printed, 0042-A; the centre's code stands before it on paper."""
        return f"{self.number:04d}-{self.letter or 'Z'}"

    def in_order(self) -> tuple[RosterRow, ...]:
        """The rows in the order of the sheet; struck rows stay in their place."""
        return tuple(sorted(self.rows, key=lambda one: (one.position, one.row)))

    def row(self, number: int) -> RosterRow | None:
        """The roster row with that never-reused number."""
        return next((one for one in self.rows if one.row == number), None)


class RoleSpan(Part, frozen=True, kw_only=True):
    role: Annotated[str, Field("Role", codes=codes.Role)] = ""
    since: Annotated[date | None, Field("Since")] = None
    until: Annotated[date | None, Field("Until")] = None
    trained_by: Annotated[Ref, Field("Trained by", refers_to="person", by_hand=False)] = Ref("")
    place: Annotated[PlaceRef, Field("Place of work")] = PlaceRef()


class Person(Record, frozen=True, kw_only=True):
    """Someone of whom more is known than a roster row says."""

    name: Annotated[Name, Field("Name", personal=True, longest=120, in_list=True)] = Name()
    relation: Annotated[
        Name, Field("Father's / Husband's name", personal=True, longest=120, in_list=True)
    ] = Name()
    gender: Annotated[str, Field("Gender", codes=codes.Gender, in_list=True)] = ""
    birth_year: Annotated[int, Field("Year of birth", personal=True, most=2100, year=True)] = 0
    category: Annotated[str, Field("Social category", codes=codes.Category)] = ""
    pwd: Annotated[bool, Field("Person with disability (PwD)")] = False
    village: Annotated[PlaceRef, Field("Village", longest=120, in_list=True)] = PlaceRef()
    mobile: Annotated[
        str, Field("Mobile number", personal=True, longest=10, guard="mobile", in_list=True)
    ] = ""
    occupation: Annotated[str, Field("Occupation", longest=80)] = ""
    designation: Annotated[str, Field("Designation", longest=120)] = ""
    office: Annotated[str, Field("Office / Organisation")] = ""
    printed_number: Annotated[str, Field("Trainer number", longest=20, by_hand=False)] = ""
    roles: Annotated[tuple[RoleSpan, ...], Field("Roles", section=Section.TEAM)] = ()
    consent: Annotated[str, Field("Consent", codes=codes.Consent, section=Section.CONSENT)] = ""
    notice_version: Annotated[int, Field("Notice version", section=Section.CONSENT, by_hand=False)] = 0
    consent_withdrawn: Annotated[date | None, Field("Consent withdrawn on", section=Section.CONSENT)] = None
    guardian: Annotated[
        str, Field("Guardian's name", section=Section.CONSENT, personal=True, longest=120, person_name=True)
    ] = ""
    notes: Annotated[str, Field("Notes", longest=2000, lines=3)] = ""


class TargetPlace(Part, frozen=True, kw_only=True):
    place: Annotated[PlaceRef, Field("Place")] = PlaceRef()


class Target(Record, frozen=True, kw_only=True):
    """Something planned: what, where, how much, by when, by whom. Held and pending are computed."""

    title: Annotated[Name, Field("Target", in_list=True)] = Name()
    activity_kind: Annotated[str, Field("Type of programme", codes=ActivityKind, in_list=True)] = ""
    establishment_kind: Annotated[str, Field("Establishment", codes=codes.EstablishmentKind)] = ""
    indicator: Annotated[str, Field("Indicator", codes=codes.Indicator)] = ""
    amount: Annotated[int, Field("How many", in_list=True)] = 0
    share: Annotated[Ratio, Field("Share to reach")] = Ratio()
    places: Annotated[tuple[TargetPlace, ...], Field("Places", section=Section.PLACE)] = ()
    places_unnamed: Annotated[int, Field("Places not yet named", section=Section.PLACE, most=100_000)] = 0
    start_date: Annotated[date | None, Field("From date", section=Section.PLACE)] = None
    due_date: Annotated[date | None, Field("Due date", section=Section.PLACE, in_list=True)] = None
    responsible: Annotated[str, Field("Responsible officer", section=Section.TEAM, in_list=True)] = ""
    assigned_by: Annotated[str, Field("Assigned by", section=Section.TEAM)] = ""
    campaign: Annotated[str, Field("Campaign")] = ""
    notes: Annotated[str, Field("Notes", longest=2000, lines=3)] = ""


class Observation(Record, frozen=True, kw_only=True):
    """A measured value, with unit and precision; a new survey is a new record."""

    indicator: Annotated[str, Field("Indicator", codes=codes.Indicator, in_list=True)] = ""
    place: Annotated[PlaceRef, Field("Place", in_list=True)] = PlaceRef()
    start_date: Annotated[date | None, Field("From date")] = None
    end_date: Annotated[date | None, Field("To date", in_list=True)] = None
    share: Annotated[Ratio, Field("Counted, of all", in_list=True)] = Ratio()
    value: Annotated[int, Field("Value", most=9_000_000_000_000_000, in_list=True)] = 0
    unit: Annotated[str, Field("Unit", codes=codes.Unit, in_list=True)] = ""
    precision: Annotated[str, Field("Precision", codes=codes.Precision)] = ""
    source: Annotated[str, Field("Source")] = ""
    notes: Annotated[str, Field("Notes", longest=2000, lines=3)] = ""


class Establishment(Record, frozen=True, kw_only=True):
    """A place of business or a service that takes, or does not yet take, digital payments."""

    kind: Annotated[str, Field("Establishment", codes=codes.EstablishmentKind, in_list=True)] = ""
    name: Annotated[Name, Field("Name", in_list=True)] = Name()
    department: Annotated[str, Field("Department")] = ""
    owner_name: Annotated[str, Field("Owner", personal=True, longest=120, person_name=True)] = ""
    place: Annotated[PlaceRef, Field("Place", in_list=True)] = PlaceRef()
    registration: Annotated[str, Field("Registration or vehicle number", longest=40)] = ""
    modes: Annotated[tuple[str, ...], Field("Modes accepted", codes=codes.PaymentMode, in_list=True)] = ()
    enabled_on: Annotated[date | None, Field("Date of enabling digital payment", in_list=True)] = None
    verified_on: Annotated[date | None, Field("Verified on")] = None
    verified_by: Annotated[str, Field("Verified by", longest=120)] = ""
    closed: Annotated[bool, Field("No longer working")] = False
    notes: Annotated[str, Field("Notes", longest=2000, lines=3)] = ""
    attachments: Annotated[
        tuple[Attachment, ...], Field("Photographs and clippings", section=Section.PICTURES, by_hand=False)
    ] = ()


class ActionPoint(Record, frozen=True, kw_only=True):
    """A gap and what is to be done about it; rolls forward from review to review until closed."""

    gap: Annotated[str, Field("Gap identified", longest=500, lines=2, in_list=True)] = ""
    action: Annotated[str, Field("Action to be taken", longest=500, lines=2, in_list=True)] = ""
    place: Annotated[PlaceRef, Field("Place", in_list=True)] = PlaceRef()
    severity: Annotated[str, Field("Severity", codes=codes.Severity)] = ""
    responsible: Annotated[str, Field("Responsible officer", in_list=True)] = ""
    due_date: Annotated[date | None, Field("Due date", in_list=True)] = None
    state: Annotated[str, Field("Status", codes=codes.ActionState, in_list=True)] = ""
    opened_in: Annotated[Ref, Field("Opened in review", refers_to="activity", by_hand=False)] = Ref("")
    closed_on: Annotated[date | None, Field("Closed on")] = None
    remark: Annotated[str, Field("Remarks", longest=1000, lines=2)] = ""
    attachments: Annotated[
        tuple[Attachment, ...], Field("Photographs and clippings", section=Section.PICTURES, by_hand=False)
    ] = ()


class Place(Record, frozen=True, kw_only=True):
    """A village, panchayat, ward or hamlet that the shipped places lack; HQ maps it by a Decision."""

    level: Annotated[str, Field("Level", codes=codes.Level, in_list=True)] = ""
    parent: Annotated[PlaceRef, Field("Lies in", in_list=True)] = PlaceRef()
    name: Annotated[Name, Field("Name", longest=120, in_list=True)] = Name()
    aliases: Annotated[str, Field("Other spellings", longest=500)] = ""
    lgd_code: Annotated[int, Field("Place code (LGD)", most=99_999_999)] = 0


class Decision(Record, frozen=True, kw_only=True):
    """What somebody decided about a revision of a record; nobody edits another's record.

    about_in: where it is about a trainee without a record of their own, the session in whose roster they
    stand; about_rev is then a revision of that session.
    """

    kind: Annotated[str, Field("Decision", codes=codes.DecisionKind, in_list=True)] = ""
    about: Annotated[Ref, Field("About", refers_to="any", by_hand=False)] = Ref("")
    about_rev: Annotated[Ref, Field("Revision decided about", by_hand=False)] = Ref("")
    about_in: Annotated[Ref, Field("Session they stand in", refers_to="activity", by_hand=False)] = Ref("")
    other: Annotated[Ref, Field("The other record", refers_to="any", by_hand=False)] = Ref("")
    field_path: Annotated[str, Field("Field", longest=120, by_hand=False)] = ""
    suggestion: Annotated[str, Field("Suggested value", longest=1000)] = ""
    reason: Annotated[str, Field("Reason", longest=1000, lines=2, in_list=True)] = ""
    sheet_number: Annotated[int, Field("Sheet number")] = 0
    counted: Annotated[int, Field("Signatures counted on paper", most=1_000_000)] = 0
    place_key: Annotated[str, Field("Place", longest=60, by_hand=False)] = ""


RECORD_TYPES: dict[str, type[Record]] = {
    "activity": Activity,
    "person": Person,
    "target": Target,
    "observation": Observation,
    "establishment": Establishment,
    "action_point": ActionPoint,
    "place": Place,
    "decision": Decision,
}
"""The word that stands for each record in files and tables, in the order they are written."""

TYPE_LABELS: dict[str, Text] = {
    "activity": Text("Activity"),
    "person": Text("Person"),
    "target": Text("Target"),
    "observation": Text("Observation"),
    "establishment": Text("Establishment"),
    "action_point": Text("Action point"),
    "place": Text("Place"),
    "decision": Text("Decision"),
}


def type_name(record: Record | type[Record]) -> str:
    """The word for a record's type. Raises KeyError for a class that is none of the eight."""
    wanted = record if isinstance(record, type) else type(record)
    for word, record_type in RECORD_TYPES.items():
        if wanted is record_type:
            return word
    raise KeyError(wanted.__name__)


def person_of_row(activity_id: str, row: RosterRow) -> str:
    """The id of the person on a roster row: the one picked, else one derived from activity and row."""
    return row.person or canonical.person_id(activity_id, row.row)
