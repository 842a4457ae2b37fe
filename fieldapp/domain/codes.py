"""The code lists: what is stored is the code, what is shown is its label.

A record holds a code as plain text, so that a code this program does not know yet survives a round trip and
shows as 'other (code)'. Sources: domain reference 1.3 (the seeds), 2 (the field's own lists).
"""

from enum import StrEnum
from typing import Self

from fieldapp.domain.text import Text


class Code(StrEnum):
    """A member is its stored code, with a label, an optional short label and an optional one-key answer."""

    label: str
    short: str
    key: str

    def __new__(cls, code: str, label: str = "", short: str = "", key: str = "") -> Self:
        """Called by the enum for each member."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.short = short or label
        member.key = key
        return member

    @classmethod
    def values(cls) -> frozenset[str]:
        """Every code of the list."""
        return frozenset(cls.__members__)

    @classmethod
    def words(cls, code: str, *, short: bool = False) -> Text:
        """The label of a code; an unknown one is shown as it is, never refused."""
        if not code:
            return Text("")
        if code not in cls.__members__:
            return Text("Other ({code})", code=code)
        member = cls[code]
        return Text(member.short if short else member.label)


class Section(Code):
    """The sections of a form, in the order they are shown."""

    MAIN = "MAIN", "Details"
    PLACE = "PLACE", "Place and time"
    TEAM = "TEAM", "Trainer and organiser"
    PARTNERS = "PARTNERS", "Partners"
    PROGRAMME = "PROGRAMME", "Programme"
    GROUPS = "GROUPS", "Participant groups"
    OFFICERS = "OFFICERS", "Senior officers present"
    MEDIA = "MEDIA", "Media coverage"
    OUTCOME = "OUTCOME", "Outcome"
    PICTURES = "PICTURES", "Photographs and clippings"
    CONSENT = "CONSENT", "Consent"
    PAPERS = "PAPERS", "Papers"
    ROSTER = "ROSTER", "Participants"


class ActivityKind(Code):
    WORKSHOP = "WORKSHOP", "Workshop"
    MELA = "MELA", "Digital payment mela"
    CHAI_SAMOSA = "CHAI_SAMOSA", "Chai-Samosa training"
    TRAINER_TRAINING = "TRAINER_TRAINING", "Master Trainer training"
    CAMP = "CAMP", "Awareness camp"
    WALK = "WALK", "Cashless walk"
    VISIT = "VISIT", "Door-to-door visit"
    REVIEW = "REVIEW", "Weekly review meeting"


class ActivityState(Code):
    PLANNED = "PLANNED", "Planned"
    POSTPONED = "POSTPONED", "Postponed"
    CANCELLED = "CANCELLED", "Cancelled"
    HELD = "HELD", "Held"
    FINISHED = "FINISHED", "Finished"


class Gender(Code):
    M = "M", "Male", "M", "M"
    F = "F", "Female", "F", "F"
    T = "T", "Transgender", "T", "T"


class Category(Code):
    GEN = "GEN", "General (Gen)", "Gen", "G"
    SC = "SC", "Scheduled Caste (SC)", "SC", "S"
    ST = "ST", "Scheduled Tribe (ST)", "ST", "T"
    OBC = "OBC", "Other Backward Class (OBC)", "OBC", "O"
    MIN = "MIN", "Minority", "Min", "M"


class Mark(Code):
    """How a person signed the sheet."""

    SIGNATURE = "SIGNATURE", "Signature", "Sign", "S"
    THUMB = "THUMB", "Thumb impression", "LTI", "L"


class Consent(Code):
    YES = "YES", "Consent given", "Yes", "Y"
    NO = "NO", "Consent refused", "No", "N"


class PaymentMode(Code):
    CARD = "CARD", "Card swipe (PoS)", "Card", "C"
    AEPS = "AEPS", "Micro-ATM (Aadhaar-based)", "AePS", "A"
    WALLET = "WALLET", "e-Wallet", "Wallet", "W"
    UPI = "UPI", "UPI / BHIM", "UPI", "U"
    USSD = "USSD", "USSD (*99#)", "*99#", "N"


class PaymentResult(Code):
    OK = "OK", "Successful"
    FAILED = "FAILED", "Failed", "Failed", "!"
    PENDING = "PENDING", "Pending", "Pending", "?"


class FailureReason(Code):
    FINGERPRINT = "FINGERPRINT", "Fingerprint did not match", "Finger", "F"
    NETWORK = "NETWORK", "No network", "Network", "N"
    PIN = "PIN", "Wrong PIN", "PIN", "P"
    BALANCE = "BALANCE", "Not enough balance", "Balance", "B"
    DEVICE = "DEVICE", "Device did not work", "Device", "D"
    BANK = "BANK", "Bank server did not answer", "Bank", "S"
    OTHER = "OTHER", "Other reason", "Other", "O"


class ParticipantGroup(Code):
    SMART_CITY_CEO = "SMART_CITY_CEO", "Chief Executive Officer, Smart City"
    MUNICIPAL_COMMISSIONER = "MUNICIPAL_COMMISSIONER", "Municipal Commissioner"
    MUNICIPAL_STAFF = "MUNICIPAL_STAFF", "Municipal staff"
    TRADE_ASSOC = "TRADE_ASSOC", "Trade association"
    RETAIL_ASSOC = "RETAIL_ASSOC", "Retailers' association"
    PENSIONER_ASSOC = "PENSIONER_ASSOC", "Pensioners' association"
    TSP = "TSP", "Telecom service provider"
    TSP_AGENT = "TSP_AGENT", "Agent of telecom service provider"
    NPCI = "NPCI", "National Payments Corporation of India (NPCI)"
    BANK = "BANK", "Bank"
    MEDIA = "MEDIA", "Media"
    GOVT_OFFICER = "GOVT_OFFICER", "Government officer"
    TEACHER = "TEACHER", "Teacher"
    VOLUNTEER = "VOLUNTEER", "Volunteer"
    VLE = "VLE", "Village level entrepreneur (VLE)"
    SHG = "SHG", "Self-help group (SHG) member"
    STUDENT = "STUDENT", "Student"
    FARMER = "FARMER", "Farmer"
    SMALL_ENTREPRENEUR = "SMALL_ENTREPRENEUR", "Small entrepreneur"
    SENIOR_CITIZEN = "SENIOR_CITIZEN", "Senior citizen"
    PUBLIC = "PUBLIC", "General public"


class PartnerRole(Code):
    CO_ORGANISER = "CO_ORGANISER", "Co-organiser"
    SPEAKER = "SPEAKER", "Speaker"
    STALL = "STALL", "Stall"


class AgendaKind(Code):
    LECTURE = "LECTURE", "Lecture"
    PRESENTATION = "PRESENTATION", "Presentation"
    DEMO = "DEMO", "Hands-on demonstration"
    BRIEFING = "BRIEFING", "Briefing"
    QUESTIONS = "QUESTIONS", "Questions and answers"


class OfficerPart(Code):
    CHAIRED = "CHAIRED", "Chaired"
    INAUGURATED = "INAUGURATED", "Inaugurated"
    ATTENDED = "ATTENDED", "Attended"
    PAID = "PAID", "Made a payment"


class MediaKind(Code):
    PRINT = "PRINT", "Newspaper"
    TV = "TV", "Television"
    RADIO = "RADIO", "Radio"
    WEB = "WEB", "Web site"
    SOCIAL = "SOCIAL", "Social media"


class AttachmentKind(Code):
    PHOTOGRAPH = "PHOTOGRAPH", "Photograph"
    CLIPPING = "CLIPPING", "Newspaper clipping"


class Language(Code):
    HI = "HI", "Hindi"
    EN = "EN", "English"
    OTHER = "OTHER", "Other language"


class SheetKind(Code):
    BLANK = "BLANK", "Blank attendance sheet"
    EXPECTED = "EXPECTED", "Sheet with expected participants"
    FINAL = "FINAL", "Final attendance sheet"


class SheetState(Code):
    ISSUED = "ISSUED", "Issued"
    RETURNED = "RETURNED", "Returned"
    KEYED = "KEYED", "Keyed in"
    FILED = "FILED", "Filed"
    SPOILT = "SPOILT", "Spoilt"
    SUPERSEDED = "SUPERSEDED", "Superseded by a later sheet"


class CertificateState(Code):
    RESERVED = "RESERVED", "Reserved"
    ISSUED = "ISSUED", "Issued"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


class Role(Code):
    """What a person is in the training chain."""

    TRAINEE = "TRAINEE", "Trainee"
    VOLUNTEER = "VOLUNTEER", "BHIM Sena volunteer"
    MASTER_TRAINER = "MASTER_TRAINER", "Master Trainer"


class Level(Code):
    STATE = "STATE", "State"
    DISTRICT = "DISTRICT", "District"
    SUBDISTRICT = "SUBDISTRICT", "Sub-district"
    BLOCK = "BLOCK", "Block"
    ULB = "ULB", "Urban local body"
    GP = "GP", "Gram Panchayat"
    VILLAGE = "VILLAGE", "Village"
    WARD = "WARD", "Ward"
    HAMLET = "HAMLET", "Hamlet (tola)"


class EstablishmentKind(Code):
    PRIVATE_SCHOOL = "PRIVATE_SCHOOL", "Private school"
    PRIVATE_HOSPITAL = "PRIVATE_HOSPITAL", "Private hospital"
    AMBULANCE = "AMBULANCE", "Ambulance"
    AUTO = "AUTO", "Auto-rickshaw"
    BUS = "BUS", "Bus"
    TAXI = "TAXI", "Taxi"
    CSC = "CSC", "Common Service Centre (CSC)"
    PDS_SHOP = "PDS_SHOP", "PDS shop"
    PETROL_PUMP = "PETROL_PUMP", "Petrol pump"
    GOVT_SERVICE = "GOVT_SERVICE", "Government service"
    SHOP = "SHOP", "Shop"
    OTHER = "OTHER", "Other"


class Indicator(Code):
    SMARTPHONE = "SMARTPHONE", "Smartphone coverage (%)"
    BANK_BRANCHES = "BANK_BRANCHES", "Bank branches"
    ATMS = "ATMS", "ATMs"
    DIGITAL_LITERACY = "DIGITAL_LITERACY", "Digital literacy (%)"
    DIGITAL_SHARE = "DIGITAL_SHARE", "Share of digital payments (%)"
    HOUSEHOLDS = "HOUSEHOLDS", "Households reached"
    TRANSACTIONS = "TRANSACTIONS", "Digital transactions in the month"


class Unit(Code):
    COUNT = "COUNT", "Count"
    RUPEES = "RUPEES", "Rupees"
    PERCENT = "PERCENT", "Per cent"
    HOUSEHOLDS = "HOUSEHOLDS", "Households"
    UNSTATED = "UNSTATED", "Unit not stated"


class Precision(Code):
    EXACT = "EXACT", "Exact"
    ABOUT = "ABOUT", "Approximately"
    OVER = "OVER", "More than"


class Severity(Code):
    LOW = "LOW", "Low"
    MEDIUM = "MEDIUM", "Medium"
    HIGH = "HIGH", "High"


class ActionState(Code):
    OPEN = "OPEN", "Still open"
    CLOSED = "CLOSED", "Closed"
    DROPPED = "DROPPED", "Dropped"


class DecisionKind(Code):
    APPROVED = "APPROVED", "Approved"
    RETURNED = "RETURNED", "Returned for correction"
    CORRECTION_ASKED = "CORRECTION_ASKED", "Correction asked"
    WAS_RIGHT = "WAS_RIGHT", "Answered: it was right"
    ACCEPTED = "ACCEPTED", "Accepted"
    SAME_PERSON = "SAME_PERSON", "Same person"
    DIFFERENT_PEOPLE = "DIFFERENT_PEOPLE", "Different people"
    PLACE_MAPPED = "PLACE_MAPPED", "Place mapped"
    ERASE_PERSON = "ERASE_PERSON", "Person to be erased"
    IMPORT_WITHDRAWN = "IMPORT_WITHDRAWN", "Import withdrawn"
    TRUST_ENDED = "TRUST_ENDED", "Computer trusted no longer"
    TRUST_RESTORED = "TRUST_RESTORED", "Computer trusted again"
    VERSION_STANDS = "VERSION_STANDS", "This version stands"
    LATE_FILE_TAKEN = "LATE_FILE_TAKEN", "Late file of a replaced computer taken"
