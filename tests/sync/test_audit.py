"""Who did what at an office: every change it made itself is told, newest first, and by whom."""

from collections.abc import Iterator

import pytest

from fieldapp.domain.errors import NotAllowed
from fieldapp.domain.fields import Name
from fieldapp.domain.findings import Settlement
from fieldapp.domain.records import Person
from fieldapp.homes import new_hq
from fieldapp.language import in_both_languages
from fieldapp.sync.audit import AuditTrail, Entry
from fieldapp.sync.relay import Relay
from tests.sync.exchange import CSC_ID, KASMAR, Exchange, Side
from tests.sync.two_centres import MOBILE, SECOND, TwoCentres, held, joined, person


def lines(side: Side, most: int = 500) -> tuple[Entry, ...]:
    return AuditTrail(side.home.database).lines(side.actor, most)


def told(found: tuple[Entry, ...]) -> list[tuple[str, str, str]]:
    return [(one.login, in_both_languages(one.deed)[1], one.about) for one in found]


@pytest.fixture
def two(template, tmp_path) -> Iterator[TwoCentres]:
    found = joined(template, tmp_path)
    yield found
    found.close()


def test_an_offices_own_records_are_told_with_what_they_are_called(exchange: Exchange):
    hq = exchange.hq
    target = hq.plan()
    hq.edit(target, "target", amount=9)
    hq.services.targets.delete(hq.actor, target, 2, "twice")
    session = hq.start()
    newest = lines(hq, 4)
    title = "नौ शहर / Nine cities"
    assert told(newest) == [
        ("officer", "Saved: Activity", "0001-Z"),
        ("officer", "Deleted: Target", title),
        ("officer", "Saved: Target", title),
        ("officer", "Saved: Target", title),
    ]
    assert [one.id for one in newest] == [session, target, target, target]


def test_what_came_from_a_centre_is_told_as_its_file_alone(exchange: Exchange):
    exchange.centre.start()
    exchange.round_trip()
    verbs = [one.verb for one in lines(exchange.hq)]
    assert verbs[:2] == ["make_receipt", "import"]
    assert "save" not in verbs


def test_no_person_is_named(exchange: Exchange):
    hq = exchange.hq
    trainer = Person(id=hq.services.people.new_id(), name=Name("मीना देवी", "Meena Devi"))
    known = hq.services.people.save(hq.actor, trainer).held.record
    (line,) = lines(hq, 1)
    assert (line.verb, line.about, line.id) == ("save", "", known.id)


def test_a_finding_is_told_when_it_is_taken_up_settled_and_opened_again(two: TwoCentres):
    for side in (two.centre, two.second):
        held(side, person(mobile=MOBILE))
    two.bring(two.centre, two.second)
    (found,) = two.findings()
    service, officer = two.hq.services.findings, two.hq.actor
    service.look_at(officer, found.id)
    service.settle(officer, found.id, Settlement.OTHER, "rung them")
    service.open_again(officer, found.id)
    newest = lines(two.hq, 3)
    centres = f"{CSC_ID} · {SECOND.csc_id}"
    assert told(newest) == [
        ("officer", f"{deed}: One person at two centres?", centres)
        for deed in ("Opened a finding again", "Settled a finding", "Took up a finding")
    ]
    assert {one.id for one in newest} == {found.id}


def test_a_block_office_tells_of_what_it_carried_on(tmp_path):
    block = Side(new_hq(tmp_path / "block", scope=KASMAR.key, practice=True))
    Relay(block.home.database, block.home.home).forward(block.actor, tmp_path)
    assert told(lines(block, 1)) == [("officer", "Put files of centres on a stick", "0")]
    block.home.close()


def test_only_an_officer_reads_it(exchange: Exchange):
    with pytest.raises(NotAllowed):
        lines(exchange.centre)
