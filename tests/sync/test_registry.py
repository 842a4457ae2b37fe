"""The registry of a head office: centres in numbers, whom to call, and how each stands."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
import sqlalchemy as sa

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import InvalidInput, NotAllowed
from fieldapp.domain.fields import Name
from fieldapp.domain.identifiers import demo_csc_id
from fieldapp.services.records import Query
from fieldapp.storage.database import stamp
from fieldapp.storage.tables import activity_log
from fieldapp.sync.health import QUIET, SILENT, UNKNOWN
from fieldapp.sync.registry import CentreDraft, Contact, Fate
from fieldapp.sync.sync_file import START, Checkpoint, Clock
from tests.sync.exchange import CSC_ID, body_of, hand_made, line_of

SITA = Contact("Sita Devi", "5012345678")


def draft(number: int, contact: Contact = SITA) -> CentreDraft:
    return CentreDraft(demo_csc_id(number), Name("", f"Centre {number}"), "block:322/3070", contact)


def shown(exchange):
    return {one.centre.csc_id: one for one in exchange.hq.enrolment.centres(exchange.hq.actor)}


def health(exchange):
    return shown(exchange)[CSC_ID].health


def point(n: int) -> Checkpoint:
    return Checkpoint(n=n, chain=f"{n:04x}" * 8)


def stretch(exchange, base: Checkpoint, to: Checkpoint, **given):
    body = body_of(exchange.centre.home.keys.key_id, {"kind": "CHAI_SAMOSA", "number": to.n})
    name = f"{base.n}-{to.n}.fieldsync"
    return hand_made(exchange, [line_of(*body)], target=name, base=base, to=to, **given)


@pytest.fixture
def known(exchange):
    """The centre's first file is here."""
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    return exchange


@pytest.fixture
def days(exchange):
    """Lets days go by at head office."""
    at = exchange.hq.home.database.clock()

    def pass_by(count: int) -> None:
        exchange.hq.home.database.clock = lambda: at + timedelta(days=count)

    return pass_by


# ---------------------------------------------------------------- who there is


def test_thousands_of_centres_are_registered_at_once_and_one_wrong_line_stops_no_other(exchange):
    drafts = [draft(n) for n in range(100, 2100)] + [CentreDraft("12", Name(), "")]
    entered = exchange.hq.enrolment.register_many(exchange.hq.actor, drafts)
    assert [one.fate for one in entered] == [Fate.NEW] * 2000 + [Fate.REFUSED]
    assert entered[-1].problem.code == "csc_id"
    numbers = [one.centre.number for one in entered[:-1]]
    assert numbers == list(range(2, 2002))
    found = shown(exchange)
    assert len(found) == 2001
    assert found[demo_csc_id(150)].contact == SITA
    assert found[demo_csc_id(150)].health == UNKNOWN


def test_a_list_again_changes_what_it_says_and_leaves_what_it_leaves_empty(exchange):
    first = draft(100)
    exchange.hq.enrolment.register_many(exchange.hq.actor, [first])
    moved = CentreDraft(first.csc_id, Name("नया नाम", ""), "", Contact("Gita Devi", "5012345670"))
    bare = CentreDraft(first.csc_id, Name(), "")
    entered = exchange.hq.enrolment.register_many(exchange.hq.actor, [first, moved, bare])
    assert [one.fate for one in entered] == [Fate.SAME, Fate.CHANGED, Fate.SAME]
    now = shown(exchange)[first.csc_id]
    assert (now.centre.name_hi, now.centre.name_en) == ("नया नाम", "Centre 100")
    assert (now.centre.place_key, now.contact.name) == ("block:322/3070", "Gita Devi")


def test_a_forbidden_number_in_a_line_registers_nothing_of_it(exchange):
    bad = CentreDraft(demo_csc_id(100), Name("", "2341 2341 2346"), "")
    worse = CentreDraft(demo_csc_id(101), Name("", "Fine"), "", Contact("x", "234123412346"))
    entered = exchange.hq.enrolment.register_many(exchange.hq.actor, [bad, worse, draft(102)])
    assert [one.problem.code if one.problem else "" for one in entered] == ["forbidden_number"] * 2 + [""]
    assert shown(exchange).keys() == {CSC_ID, demo_csc_id(102)}


def test_whom_to_call_is_noted_once_and_logged(exchange):
    change = exchange.hq.enrolment.change_contact
    for _ in range(2):
        change(exchange.hq.actor, 1, SITA)
    assert shown(exchange)[CSC_ID].contact == SITA
    with pytest.raises(InvalidInput) as refusal:
        change(exchange.hq.actor, 1, Contact("x" * 121, ""))
    assert refusal.value.code == "too_long"
    with pytest.raises(NotAllowed):
        change(Actor("x", Duty.OPERATOR), 1, SITA)
    with exchange.hq.home.database.reading() as tx:
        verbs = sa.select(activity_log.c.note).where(activity_log.c.verb == "change_contact")
        assert tx.execute(verbs).scalars().all() == [CSC_ID]


# ---------------------------------------------------------------- how each stands


def test_a_centre_without_a_computer_is_looked_at_but_not_called(exchange):
    assert health(exchange) == UNKNOWN
    assert UNKNOWN.severity == 1


def test_silence_is_counted_from_when_a_file_was_read_here(known, days):
    assert (health(known).silent, health(known).severity) == (0, 0)
    assert health(known).last_batch == 1
    for count, severity in ((QUIET - 1, 0), (QUIET, 1), (SILENT - 1, 1), (SILENT, 2)):
        days(count)
        assert (health(known).silent, health(known).severity) == (count, severity)


def test_a_centre_that_is_enrolled_and_sent_nothing_is_silent_since_then(exchange, days, tmp_path):
    request = exchange.centre.enrolment.make_request(exchange.centre.actor, tmp_path)
    exchange.hq.enrolment.enrol(exchange.hq.actor, request.path, request.fingerprint)
    days(20)
    found = health(exchange)
    assert (found.silent, found.last_at, found.last_batch) == (20, None, 0)


def test_a_clock_of_the_centre_that_is_ahead_is_said_and_counts_no_day(known):
    far = Clock(now="2031-01-01T10:00:00Z")
    known.deliver(stretch(known, START, point(5), clock=far))
    found = health(known)
    assert found.clock_wrong
    assert (found.silent, found.severity) == (0, 1)
    known.deliver(stretch(known, START, point(6), clock=Clock(now="not a time")))
    assert (health(known).clock_wrong, health(known).clock_days) == (True, 0)
    known.deliver(stretch(known, START, point(7), clock=Clock(now="2017-01-01T10:00:00Z")))
    assert not health(known).clock_wrong


@pytest.mark.parametrize(
    ("hours", "suspect", "days"),
    [
        (24 * 40 + 12, False, 40),
        (24 * 40 + 12, True, 40),
        (-24 * 40 + 12, True, -40),
        (-1, True, -1),
        (1, True, 0),
    ],
)
def test_how_far_a_clock_is_off_is_at_least_that_ahead_or_at_most_that_behind(known, hours, suspect, days):
    """A file was made before it was read, and nobody knows how long before."""
    shown = stamp(known.hq.home.database.clock() + timedelta(hours=hours))
    known.deliver(stretch(known, START, point(5), clock=Clock(now=shown, suspect=suspect)))
    assert (health(known).clock_wrong, health(known).clock_days) == (True, days)


def test_a_file_that_came_late_has_no_wrong_clock(known):
    soon = known.hq.home.database.clock() + timedelta(hours=20)
    known.deliver(stretch(known, START, point(5), clock=Clock(now=soon.strftime("%Y-%m-%dT%H:%M:%SZ"))))
    assert not health(known).clock_wrong


def test_batches_that_did_not_come_are_named_by_number_until_they_do(known):
    for _ in range(3):
        known.centre.start()
        known.send()
    files = {path.name.split("_")[1]: path for path in known.stick.iterdir() if "_000" in path.name}
    base = known.hq.inbox.files(known.hq.actor)[0]
    known.centre.receipts.apply(known.centre.actor, known.answer())
    known.centre.start()
    (fifth,) = known.send()
    known.hq.inbox.undo(known.hq.actor, base.sha256, "lost")
    known.deliver(fifth)
    assert health(known).missing == (2, 3, 4)
    assert health(known).severity == 2
    known.deliver(files["0004"])
    assert health(known).missing == (2, 3)
    known.hq.inbox.offer_again(known.hq.actor, base.sha256)
    known.deliver()
    assert health(known).missing == ()


def test_behind_a_batch_that_was_taken_out_no_other_number_is_missing(known):
    ends = [START, *(point(n) for n in (5, 6, 7, 8))]
    for batch, (base, to) in enumerate(pairwise(ends), start=11):
        known.deliver(stretch(known, base, to, batch=batch))
    (second,) = (one for one in known.hq.inbox.files(known.hq.actor) if one.batch == 12)
    known.hq.inbox.undo(known.hq.actor, second.sha256, "wrong centre")
    assert health(known).missing == (12,)


def test_what_is_to_be_corrected_is_counted_until_it_is(known):
    (record,) = known.hq.services.activities.page(known.hq.actor, Query()).items
    known.hq.services.decisions.ask_correction(known.hq.actor, record.record.id, "Who came?", "notes")
    assert health(known).corrections == 1
    assert (health(known).records, health(known).percent) == (1, 100)
    assert health(known).severity == 1
    known.centre.edit(record.record.id, notes="corrected")
    known.deliver(*known.send())
    assert (health(known).corrections, health(known).percent) == (0, 0)


def test_how_many_in_a_hundred_are_to_be_corrected_counts_what_was_not_taken_too(known):
    for _ in range(7):
        known.centre.start()
    known.deliver(*known.send())
    bad, name = body_of(known.centre.home.keys.key_id, {"kind": "CHAI_SAMOSA", "number": "no number"})
    known.deliver(hand_made(known, [line_of(bad, name)], to=point(50)))
    found = health(known)
    assert (found.corrections, found.records, found.percent) == (1, 9, 11)


@pytest.mark.parametrize(
    ("wrong", "of", "percent"), [(0, 9, 0), (1, 1000, 1), (999, 1000, 99), (9, 9, 100), (2, 1, 100)]
)
def test_a_hundred_means_all_and_nothing_means_none(wrong, of, percent):
    assert replace(UNKNOWN, corrections=wrong, records=of).percent == percent


def test_the_program_that_made_the_last_file_is_named(known):
    assert health(known).program.startswith("fieldapp ")


def test_the_worst_comes_first(known, days):
    days(SILENT + 1)
    known.hq.enrolment.register_many(known.hq.actor, [draft(100)])
    listed = sorted(shown(known).values(), key=lambda one: one.health.urgency)
    assert [one.centre.csc_id for one in listed] == [CSC_ID, demo_csc_id(100)]


def test_a_revoked_computer_makes_nobody_silent(known, days):
    known.hq.enrolment.revoke(known.hq.actor, known.centre.home.keys.key_id)
    days(100)
    assert health(known) == UNKNOWN


def test_a_day_is_indias(known):
    late = datetime(2031, 11, 22, 23, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    known.hq.home.database.clock = lambda: late
    known.deliver(stretch(known, START, point(9)))
    known.hq.home.database.clock = lambda: late + timedelta(hours=2)
    assert health(known).silent == 1


def test_where_receipts_are_sent_is_kept_until_it_is_changed(exchange):
    change = exchange.hq.enrolment.change_contact

    def mail() -> str | None:
        shown = exchange.hq.enrolment.centres(exchange.hq.actor)
        return next(one.contact.mail for one in shown if one.centre.number == 1)

    change(exchange.hq.actor, 1, Contact("Sita Devi", "", "kasmar@example.org"))
    change(exchange.hq.actor, 1, Contact("Gita Devi", ""))
    assert mail() == "kasmar@example.org"
    with pytest.raises(InvalidInput) as refused:
        change(exchange.hq.actor, 1, Contact("Gita Devi", "", "kasmar at example"))
    assert refused.value.code == "mail"
    change(exchange.hq.actor, 1, Contact("Gita Devi", "", ""))
    assert mail() is None
