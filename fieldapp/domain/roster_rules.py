"""What the rules say about the roster. Each function is a line in rules.RECORD_RULES.

A function is given a record of any type and yields (path, what is wrong) for what it finds in it.
"""

from collections.abc import Iterator

from fieldapp.domain.codes import ActivityKind, Consent
from fieldapp.domain.identifiers import rrn_day, rrn_fits
from fieldapp.domain.record_rules import Finds
from fieldapp.domain.records import ONE_RUPEE, Activity, PaymentTry, Record, RosterRow
from fieldapp.domain.text import Text

ADULT_AGE = 18
"""Under this age a guardian agrees (DPDP Act 2023, section 9)."""

MOST_A_DAY = 160
"""Two practice payments take three minutes, a day has eight hours; a volunteer is asked for five people."""


def amount_not_a_rupee(record: Record) -> Finds:
    """Each practice payment of a Chai-Samosa session is exactly one rupee."""
    if isinstance(record, Activity) and record.kind == ActivityKind.CHAI_SAMOSA:
        for row, n, one in tries_of(record):
            if one.amount_paise != ONE_RUPEE:
                path = f"rows/{row.row}/tries/{n}/amount_paise"
                yield path, Text("The amount of each Chai-Samosa transaction must be ₹1.")


def more_than_a_trainer_can(record: Record) -> Finds:
    """More people on one day of a Chai-Samosa session than one trainer can lead through two payments."""
    if not isinstance(record, Activity) or record.kind != ActivityKind.CHAI_SAMOSA:
        return
    days = [one.present for one in record.rows if not one.struck]
    most = max((sum(present >> day & 1 for present in days) for day in range(record.days)), default=0)
    if most > MOST_A_DAY:
        yield "trainer_name", Text("{n} people on one day with one trainer. Please check the number.", n=most)


def tries_of(activity: Activity) -> Iterator[tuple[RosterRow, int, PaymentTry]]:
    """Every try of every row, with its number in the row from 1."""
    for row in activity.rows:
        for n, one in enumerate(row.tries, start=1):
            yield row, n, one


def receipt_of_another_day(record: Record) -> Finds:
    """A receipt number names its day (YDDD), which should be one of the session's."""
    if not isinstance(record, Activity) or not record.start_date:
        return
    for row, n, one in tries_of(record):
        rrn = one.reference_number
        if len(rrn) == 12 and rrn.isdecimal() and not rrn_fits(rrn, record.start_date, record.days):
            said = rrn_day(rrn, record.start_date)
            path = f"rows/{row.row}/tries/{n}/reference_number"
            if said:
                words = Text("The receipt number is of {date}, not of the session's day.", date=said)
            else:
                words = Text("The receipt number does not match the session date. Please check it.")
            yield path, words


def receipt_twice(record: Record) -> Finds:
    """One receipt number in two rows of one session."""
    if not isinstance(record, Activity):
        return
    seen: dict[str, int] = {}
    for row, n, one in tries_of(record):
        if one.reference_number and one.reference_number in seen:
            path = f"rows/{row.row}/tries/{n}/reference_number"
            yield path, Text("This receipt number stands in row {n} already.", n=seen[one.reference_number])
        seen.setdefault(one.reference_number, row.row)


def guardian_missing(record: Record) -> Finds:
    """A minor whose name is kept needs a guardian."""
    if not isinstance(record, Activity):
        return
    for row in record.rows:
        named = (row.name or row.mobile) and not row.anonymous and not row.struck
        if named and 0 < row.age < ADULT_AGE and not row.guardian:
            path = f"rows/{row.row}/guardian"
            yield path, Text("Under 18: write the guardian's name, or count the person without a name.")


def kept_without_consent(record: Record) -> Finds:
    """Name or mobile of somebody who refused consent."""
    if not isinstance(record, Activity):
        return
    for row in record.rows:
        if row.consent == Consent.NO and (row.name or row.mobile):
            path = f"rows/{row.row}/consent"
            yield path, Text("Consent was refused: take out name and mobile, and count without a name.")


def paid_but_absent(record: Record) -> Finds:
    """Payments of somebody who is not marked present."""
    if not isinstance(record, Activity):
        return
    for row in record.rows:
        if row.completed() and not row.present and not row.struck:
            yield f"rows/{row.row}/present", Text("There are payments, but the person is not marked present.")


def same_person_twice(record: Record) -> Finds:
    """Two rows with one name, father's or husband's name and village."""
    if not isinstance(record, Activity):
        return
    seen: dict[tuple[object, ...], int] = {}
    for row in record.rows:
        who = (row.name, row.relation, row.village.words)
        if not row.name or row.struck:
            continue
        if row.relation and who in seen:
            words = Text(
                "A person with the same name, father's / husband's name and village is already recorded."
            )
            yield f"rows/{row.row}/name", words
        seen.setdefault(who, row.row)
